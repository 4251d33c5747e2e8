//! Progress on standard error: moving on a terminal, plain lines elsewhere.

use std::cell::{Cell, RefCell};
use std::io::{IsTerminal, stderr};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::say;

const TICK: Duration = Duration::from_millis(120);

/// What is going on.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    parts: Cell<Parts>,
    parting: RefCell<Option<String>>,
}

#[derive(Clone, Copy, Default)]
struct Parts {
    done: usize,
    total: usize,
}

impl Parts {
    fn tenths(self) -> usize {
        self.done.saturating_mul(10).checked_div(self.total).unwrap_or_default()
    }
}

impl Progress {
    pub(crate) fn begin() -> Self {
        let bar = stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            // Before anything is drawn, since a bar without a length is nothing to see.
            bar.set_style(style("{spinner} {msg}"));
            bar.enable_steady_tick(TICK);
            bar
        });
        Self { bar, parts: Cell::default(), parting: RefCell::default() }
    }

    /// A step that takes as long as it takes.
    pub(crate) fn step(&self, what: &str) {
        match &self.bar {
            Some(bar) => {
                bar.set_style(style("{spinner} {msg} ({elapsed})"));
                bar.set_message(what.to_owned());
            }
            None => say::note(what),
        }
    }

    /// How far a step has come; only where that can move.
    pub(crate) fn moving(&self, how_far: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(how_far.to_owned());
        }
    }

    /// A step that is made of this many parts.
    pub(crate) fn parts(&self, what: &str, total: usize) {
        match &self.bar {
            Some(bar) => {
                bar.set_message("");
                bar.set_prefix(what.to_owned());
                bar.set_length(total.try_into().unwrap_or(u64::MAX));
                bar.set_position(0);
                bar.set_style(style("{spinner} {prefix} [{bar:24}] {pos}/{len} {wide_msg}"));
            }
            None => {
                self.parts.set(Parts { done: 0, total });
                say::note(&format!("{what}: {total}"));
            }
        }
    }

    /// One part is done.
    pub(crate) fn part_done(&self, name: &str) {
        match &self.bar {
            Some(bar) => {
                bar.set_message(name.to_owned());
                bar.inc(1);
            }
            None => say::note(&format!("  ended: {name}")),
        }
    }

    /// One part of many without a name is done. Where nothing can move, a line is written at every tenth.
    pub(crate) fn one_more(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
            return;
        }
        let Parts { done, total } = self.parts.get();
        let parts = Parts { done: done.saturating_add(1), total };
        self.parts.set(parts);
        if parts.tenths() > (Parts { done, total }).tenths() {
            say::note(&format!("  {} of {total}", parts.done));
        }
    }

    /// What is to be said where a signal ends the command from now on.
    pub(crate) fn when_interrupted(&self, line: String) {
        self.parting.replace(Some(line));
    }

    /// What [`Progress::when_interrupted`] was told last.
    pub(crate) fn parting(&self) -> Option<String> {
        self.parting.take()
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
