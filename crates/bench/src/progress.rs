//! Progress on standard error: moving on a terminal, plain lines elsewhere.

use std::io::{IsTerminal, Write, stderr};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Seldom, since drawing takes time from what is measured.
const TICK: Duration = Duration::from_millis(500);

/// How many plain lines stand for a whole step.
const LINES: u32 = 4;

/// What is going on.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    pub(crate) fn begin() -> Self {
        let bar = stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            bar.enable_steady_tick(TICK);
            bar
        });
        Self { bar }
    }

    /// A step that takes as long as it takes.
    pub(crate) fn step(&self, what: &str) {
        match &self.bar {
            Some(bar) => {
                bar.set_style(style("{spinner} {msg} ({elapsed})"));
                bar.set_message(what.to_owned());
            }
            None => note(what),
        }
    }

    /// That `done` of `total` parts of a step are done.
    pub(crate) fn parts(&self, what: &str, done: u32, total: u32) {
        match &self.bar {
            Some(bar) => {
                bar.set_message(what.to_owned());
                bar.set_length(total.into());
                bar.set_position(done.into());
                bar.set_style(style("{spinner} {msg} [{bar:24}] {pos}/{len} ({elapsed})"));
            }
            None if done.is_multiple_of((total / LINES).max(1)) || done == total => {
                note(&format!("{what}: {done}/{total}"));
            }
            None => {}
        }
    }

    /// A sentence that stays.
    pub(crate) fn say(&self, sentence: &str) {
        match &self.bar {
            Some(bar) => bar.println(sentence),
            None => note(sentence),
        }
    }

    /// Takes the moving line away.
    pub(crate) fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

fn note(line: &str) {
    let _reader_may_be_gone = writeln!(stderr(), "{line}");
}

/// What went wrong, on standard error.
pub(crate) fn problem(line: &str) {
    note(&format!("bench: {line}"));
}
