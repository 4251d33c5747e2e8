//! Asking before anything is done.

use std::io::{BufRead, IsTerminal, Write, stderr, stdin};

use fare_cli::{Error, Result};

use crate::cli::Consent;
use crate::progress::Progress;
use crate::say;

/// Says what will be done, each in one line, and asks whether to go on. On a dry run nobody is asked, and nothing is said
/// here: it is the result.
///
/// # Errors
/// [`Error::NobodyToAsk`] where there is no terminal and consent was not given.
pub(super) async fn asked(consent: &Consent, progress: &Progress, plan: &[String]) -> Result<Answer> {
    if consent.dry_run {
        return Ok(Answer::OnlyPlan);
    }
    progress.clear();
    for line in plan {
        say::note(line);
    }
    if consent.yes {
        return Ok(Answer::GoOn);
    }
    if !stdin().is_terminal() {
        return Err(Error::NobodyToAsk);
    }
    let _reader_may_be_gone = write!(stderr(), "Go on? [y/N] ");
    let mut line = String::new();
    let read = tokio::task::spawn_blocking(move || stdin().lock().read_line(&mut line).map(|_| line)).await;
    // No answer is none that allows anything.
    let answer = read.ok().and_then(std::result::Result::ok).unwrap_or_default();
    Ok(if is_yes(&answer) { Answer::GoOn } else { Answer::No })
}

/// What came of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    GoOn,
    No,
    OnlyPlan,
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_one() {
        assert!(is_yes("y\n") && is_yes(" Yes\n"));
        for no in ["", "\n", "n\n", "yesterday\n", "j\n"] {
            assert!(!is_yes(no), "{no}");
        }
    }
}
