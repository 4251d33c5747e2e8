//! Progress on standard error: moving on a terminal, plain lines elsewhere.

use std::io::{IsTerminal, Write, stderr};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use saga_explorer::Search;

/// How often a terminal is drawn.
const TICK: Duration = Duration::from_millis(250);
/// How often a line is written elsewhere.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// What is going on.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    pub(super) fn begin() -> Self {
        let bar = stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix}: {wide_msg} ({elapsed})") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(TICK);
            bar
        });
        Self { bar }
    }

    /// Says what comes now.
    pub(super) fn step(&self, what: &str) {
        if let Some(bar) = &self.bar {
            bar.set_prefix(what.to_owned());
            bar.set_message("");
        }
    }

    /// Follows a search until `is_over`.
    pub(super) fn follow(&self, what: &str, search: &Search<'_>, is_over: impl Fn() -> bool) {
        let (mut shown, pause) = (Duration::ZERO, Duration::from_millis(20));
        let mut since = Duration::ZERO;
        while !is_over() {
            std::thread::sleep(pause);
            since += pause;
            let due = if self.bar.is_some() { TICK } else { LINE_EVERY };
            if since >= shown + due {
                shown = since;
                let (runs, states, waiting) = search.progress();
                let text = format!("{runs} runs, {states} states, {waiting} branches wait");
                match &self.bar {
                    Some(bar) => bar.set_message(text),
                    // Nobody reads standard error any more: then nobody misses it.
                    None => drop(writeln!(stderr(), "  {what}: {text}")),
                }
            }
        }
    }

    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
