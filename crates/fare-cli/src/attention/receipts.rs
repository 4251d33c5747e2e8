//! What this user has taken, from one run of the command to the next.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use etcetera::base_strategy::{BaseStrategy, Xdg};
use serde::{Deserialize, Serialize};

use super::message::Message;
use crate::error::{Error, Result};

/// A message that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The queue that it lies in.
    pub queue_url: String,
    /// The queue's id of it.
    pub message_id: String,
    /// The fare, where it is known.
    pub fare_id: Option<String>,
    /// With what it is deleted.
    pub receipt_handle: String,
    /// Until when nobody else is shown it, in seconds since the epoch.
    pub until: u64,
}

impl Receipt {
    /// For a message that has just been hidden for so long.
    #[must_use]
    pub fn of(message: &Message, queue_url: &str, time: Duration) -> Self {
        Self {
            queue_url: queue_url.to_owned(),
            message_id: message.id.clone(),
            fare_id: message.fare_id.clone(),
            receipt_handle: message.receipt.clone(),
            until: seconds(SystemTime::now()).saturating_add(time.as_secs()),
        }
    }

    /// Whether the message is this user's now.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        seconds(SystemTime::now()) < self.until
    }

    /// Until when it is.
    #[must_use]
    pub fn until(&self) -> SystemTime {
        UNIX_EPOCH.checked_add(Duration::from_secs(self.until)).unwrap_or(UNIX_EPOCH)
    }

    /// Whether this is the message's id, or its fare's.
    #[must_use]
    pub fn is(&self, fare_or_message: &str) -> bool {
        self.message_id == fare_or_message || self.fare_id.as_deref() == Some(fare_or_message)
    }
}

/// A directory with a file for each message that was taken.
#[derive(Clone, Debug)]
pub struct Receipts {
    directory: PathBuf,
}

impl Receipts {
    /// Those of this user: in `fare/attention` under `XDG_STATE_HOME`, or else under `~/.local/state`.
    ///
    /// # Errors
    /// [`Error::NoStateDirectory`] where the environment names neither.
    pub fn of_user() -> Result<Self> {
        let state = Xdg::new().ok().and_then(|directories| directories.state_dir());
        state.map(|state| Self::in_directory(&state)).ok_or(Error::NoStateDirectory)
    }

    fn in_directory(state: &Path) -> Self {
        Self { directory: state.join("fare").join("attention") }
    }

    /// Remembers one. Only this user can read it.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be written.
    pub fn keep(&self, receipt: &Receipt) -> Result<()> {
        let failed = |source| Error::File { path: self.directory.clone(), source };
        fs::create_dir_all(&self.directory).map_err(failed)?;
        // Written aside and put in its place at once, so that nobody reads half of it.
        let file = tempfile::NamedTempFile::new_in(&self.directory).map_err(failed)?;
        serde_json::to_writer(&file, receipt)?;
        file.persist(self.path_of(&receipt.message_id)).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// Those of a queue. What cannot be read is as good as forgotten: the message comes back when its time is up.
    ///
    /// # Errors
    /// [`Error::File`] when the directory cannot be read.
    pub fn of_queue(&self, queue_url: &str) -> Result<Vec<Receipt>> {
        let failed = |source| Error::File { path: self.directory.clone(), source };
        let entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut receipts = Vec::new();
        for entry in entries {
            let text = fs::read_to_string(entry.map_err(failed)?.path()).unwrap_or_default();
            receipts.extend(serde_json::from_str::<Receipt>(&text).ok());
        }
        receipts.retain(|receipt| receipt.queue_url == queue_url);
        receipts.sort_by_key(|receipt| receipt.until);
        Ok(receipts)
    }

    /// Forgets one.
    ///
    /// # Errors
    /// [`Error::File`] when it is there and cannot be removed.
    pub fn forget(&self, message_id: &str) -> Result<()> {
        let path = self.path_of(message_id);
        match fs::remove_file(&path) {
            Err(source) if source.kind() != ErrorKind::NotFound => Err(Error::File { path, source }),
            _ => Ok(()),
        }
    }

    /// A message's id is a UUID; whatever else an engine gives stays in the directory.
    fn path_of(&self, message_id: &str) -> PathBuf {
        let name: String = message_id.chars().filter(|it| it.is_ascii_alphanumeric() || *it == '-').collect();
        self.directory.join(format!("{name}.json"))
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(message_id: &str, queue_url: &str) -> Receipt {
        Receipt {
            queue_url: queue_url.to_owned(),
            message_id: message_id.to_owned(),
            fare_id: Some("wr_563".to_owned()),
            receipt_handle: "handle".to_owned(),
            until: 7,
        }
    }

    #[test]
    fn what_was_taken_is_remembered_by_queue_until_it_is_forgotten() {
        let state = tempfile::tempdir().unwrap();
        let receipts = Receipts::in_directory(state.path());
        assert_eq!(receipts.of_queue("q").unwrap(), []);
        let (mine, other) = (receipt("m-1", "q"), receipt("m-2", "another"));
        receipts.keep(&mine).unwrap();
        receipts.keep(&mine).unwrap();
        receipts.keep(&other).unwrap();
        assert_eq!(receipts.of_queue("q").unwrap(), std::slice::from_ref(&mine));
        assert!(mine.is("wr_563") && mine.is("m-1") && !mine.is_valid());
        receipts.forget("m-1").unwrap();
        receipts.forget("m-1").unwrap();
        assert_eq!(receipts.of_queue("q").unwrap(), []);
    }

    #[test]
    fn a_file_that_is_no_receipt_is_passed_over_and_none_is_put_elsewhere() {
        let state = tempfile::tempdir().unwrap();
        let receipts = Receipts::in_directory(state.path());
        receipts.keep(&receipt("../../m", "q")).unwrap();
        fs::write(state.path().join("fare/attention/x.json"), "{").unwrap();
        assert_eq!(receipts.of_queue("q").unwrap().len(), 1);
        assert!(state.path().join("fare/attention/m.json").is_file());
    }
}
