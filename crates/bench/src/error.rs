//! What can go wrong. A number is only given of work that was done right, so that any of it ends the run.

use std::io;
use std::path::{Path, PathBuf};

pub(crate) type Result<T> = std::result::Result<T, BenchError>;

#[derive(Debug, thiserror::Error)]
pub(crate) enum BenchError {
    /// A program that is to be measured or needed is not there.
    #[error("{name} is not at {}: {remedy}", path.display())]
    Missing { name: &'static str, path: PathBuf, remedy: &'static str },
    /// The system refused something.
    #[error("cannot {doing}")]
    Io { doing: String, source: io::Error },
    /// A program ended while it was needed.
    #[error("{name} ended with {status} while it was needed; its last words: {words}")]
    EndedEarly { name: &'static str, status: String, words: String },
    /// A program did not do its part in time.
    #[error("{name} took too long to {doing}")]
    TooLate { name: &'static str, doing: &'static str },
    /// A function answered with an error.
    #[error("{name} failed at fare {fare_id}: {answer}")]
    Failed { name: &'static str, fare_id: String, answer: String },
    /// A function answered something else than it should have.
    #[error("{name} answered wrongly for fare {fare_id}: {answer}")]
    WrongAnswer { name: &'static str, fare_id: String, answer: String },
    /// The system tells nothing of a process.
    #[error("what the system tells of {name} cannot be read; this needs Linux")]
    Untold { name: &'static str },
    /// A certificate could not be made.
    #[error("cannot make a certificate")]
    Certificate(#[from] rcgen::Error),
    /// TLS could not be set up.
    #[error("cannot set up TLS")]
    Tls(#[from] rustls::Error),
    /// The artefact could not be packed.
    #[error("cannot pack the artefact")]
    Zip(#[from] zip::result::ZipError),
    /// The gateway simulator was asked something and gave no answer that can be read.
    #[error("the gateway simulator's log cannot be read: {reason}")]
    GatewayLog { reason: String },
    /// The results could not be made into JSON.
    #[error("cannot write the results")]
    Json(#[from] serde_json::Error),
    /// There is nothing to tell of a program.
    #[error("nothing was measured of {name}")]
    Nothing { name: &'static str },
}

impl BenchError {
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }

    pub(crate) fn file(doing: &str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        Self::io(format!("{doing} {}", path.display()))
    }

    /// The error with what caused it, in one line.
    pub(crate) fn in_full(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_with_its_cause() {
        let error = BenchError::file("read", Path::new("here"))(io::Error::other("it is wet"));
        assert_eq!(error.in_full(), "cannot read here: it is wet");
    }
}
