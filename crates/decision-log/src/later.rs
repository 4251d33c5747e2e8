//! Lines that wait until nobody waits for them.

use std::sync::{Mutex, OnceLock, PoisonError};

use tracing::Span;

/// What writes a line.
type Line = Box<dyn FnOnce() + Send>;

/// Lines that are still to be written, oldest first, each with the span that it belongs to.
static WAITING: OnceLock<Mutex<Vec<(Span, Line)>>> = OnceLock::new();

/// From now on lines are kept until [`say_what_waits`], so that whoever waits for an answer need not wait for them.
///
/// Where the process ends before that, what was kept is not said. Call [`say_what_waits`] whenever the work waits for
/// somebody else, and when the answer is sent: then no more is kept than what one step had to say.
pub fn say_later() {
    WAITING.get_or_init(Mutex::default);
}

/// Writes the lines that were kept, in the order in which they were said.
pub fn say_what_waits() {
    if let Some(waiting) = WAITING.get() {
        let lines = std::mem::take(&mut *waiting.lock().unwrap_or_else(PoisonError::into_inner));
        lines.into_iter().for_each(|(span, write)| span.in_scope(write));
    }
}

/// Writes a line, now or later, in the span that is entered now.
pub(crate) fn say(write: impl FnOnce() + Send + 'static) {
    match WAITING.get() {
        Some(waiting) => {
            let line: Line = Box::new(write);
            waiting.lock().unwrap_or_else(PoisonError::into_inner).push((Span::current(), line));
        }
        None => write(),
    }
}
