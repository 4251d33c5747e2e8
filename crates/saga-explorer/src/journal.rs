//! What happened in a run, for people.

/// A line of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The number of the choice, if there was one: what a schedule to be replayed names.
    pub choice: Option<usize>,
    /// How long the run had lasted, in milliseconds.
    pub at: i64,
    /// Who acted.
    pub who: String,
    /// The state of its execution.
    pub state: String,
    /// What it did.
    pub what: String,
    /// What came of it.
    pub result: String,
    /// What went wrong with it, or who interfered.
    pub fault: String,
}

/// A run's journal, which is kept only if somebody wants to read it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal(Option<Vec<Line>>);

impl Journal {
    /// One that is kept.
    pub(crate) fn kept() -> Self {
        Self(Some(Vec::new()))
    }

    /// Begins a line.
    pub(crate) fn write(&mut self, line: impl FnOnce() -> Line) {
        if let Some(lines) = &mut self.0 {
            lines.push(line());
        }
    }

    /// Adds to what came of the last line's act.
    pub(crate) fn add(&mut self, result: impl FnOnce() -> String) {
        if let Some(line) = self.0.as_mut().and_then(|lines| lines.last_mut()) {
            if !line.result.is_empty() {
                line.result.push_str("; ");
            }
            line.result.push_str(&result());
        }
    }

    pub(crate) fn into_lines(self) -> Vec<Line> {
        self.0.unwrap_or_default()
    }
}
