//! What one run has for itself: a directory, with logs that are kept when it fails and scratch that is always removed, and
//! the stacks that it deployed on an engine that outlives it.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use tempfile::TempDir;

use super::stacks::DeployedStacks;
use crate::error::{Error, Result};

/// One run of `fare`. Two at once share nothing.
#[derive(Debug)]
pub struct Run {
    id: String,
    directory: TempDir,
    logs: PathBuf,
    scratch: PathBuf,
    deployed: DeployedStacks,
}

impl Run {
    /// Makes the directories.
    ///
    /// # Errors
    /// When the system's directory for temporary files cannot be written.
    pub fn begin() -> Result<Self> {
        let failed = |path: PathBuf| move |source| Error::File { path, source };
        let made = tempfile::Builder::new().prefix("fare-").tempdir();
        let directory = made.map_err(failed(std::env::temp_dir()))?;
        let logs = directory.path().join("logs");
        let scratch = directory.path().join("scratch");
        for path in [&logs, &scratch] {
            std::fs::create_dir(path).map_err(failed(path.clone()))?;
        }
        Ok(Self { id: new_id(), directory, logs, scratch, deployed: DeployedStacks::default() })
    }

    /// A short name, unlike that of any other run: lower-case letters, digits and never so many digits together that
    /// they could be taken for a card number.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where logs go.
    #[must_use]
    pub fn logs(&self) -> &Path {
        &self.logs
    }

    /// Where children may write what nobody needs later.
    #[must_use]
    pub fn scratch(&self) -> &Path {
        &self.scratch
    }

    /// The stacks that are to be taken away when the run is over.
    #[must_use]
    pub fn deployed(&self) -> &DeployedStacks {
        &self.deployed
    }

    /// Removes every file, or every file but the logs, whose directory is given back.
    #[must_use]
    pub fn finish(self, keep_logs: bool) -> Option<PathBuf> {
        if !keep_logs {
            return None;
        }
        // What cannot be removed from a directory for temporary files is left there; nothing depends on it.
        let _removed = std::fs::remove_dir_all(&self.scratch);
        let _kept = self.directory.keep();
        Some(self.logs)
    }
}

fn new_id() -> String {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{:x}x{:x}", since_epoch.as_secs(), std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_went_well_leaves_no_file() {
        let run = Run::begin().unwrap();
        let directory = run.directory.path().to_owned();
        assert!(directory.exists());
        assert_eq!(run.finish(false), None);
        assert!(!directory.exists());
    }

    #[test]
    fn a_run_that_failed_leaves_its_logs_and_nothing_else() {
        let run = Run::begin().unwrap();
        let (directory, scratch) = (run.directory.path().to_owned(), run.scratch().to_owned());
        let logs = run.finish(true).unwrap();
        assert!(logs.exists() && !scratch.exists());
        std::fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn an_id_has_no_run_of_digits_that_could_be_a_card_number() {
        let id = new_id();
        assert!(id.split(|letter: char| !letter.is_ascii_digit()).all(|digits| digits.len() < 13), "{id}");
    }
}
