//! How large a function is.

use std::io::{Cursor, Write};
use std::path::Path;

use serde::Serialize;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::error::{BenchError, Result};

/// The size of a function, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Artefact {
    /// Of its executable.
    pub(crate) bootstrap_bytes: u64,
    /// Of the archive that is deployed, with the executable in it and nothing else.
    pub(crate) zip_bytes: u64,
}

impl Artefact {
    /// Of the function with this executable.
    pub(crate) fn of(bootstrap: &Path) -> Result<Self> {
        let executable = std::fs::read(bootstrap).map_err(BenchError::file("read", bootstrap))?;
        Ok(Self { bootstrap_bytes: size(executable.len()), zip_bytes: zipped(&executable)? })
    }
}

/// Deflated at the usual level, as SAM packs a function.
fn zipped(executable: &[u8]) -> Result<u64> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("bootstrap", SimpleFileOptions::default().compression_method(CompressionMethod::Deflated))?;
    archive.write_all(executable).map_err(BenchError::io("pack the artefact"))?;
    Ok(size(archive.finish()?.into_inner().len()))
}

fn size(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_archive_is_smaller_where_there_is_something_to_save() {
        let directory = tempfile::tempdir().unwrap();
        let bootstrap = directory.path().join("bootstrap");
        std::fs::write(&bootstrap, vec![7; 1_000_000]).unwrap();
        let artefact = Artefact::of(&bootstrap).unwrap();
        assert_eq!(artefact.bootstrap_bytes, 1_000_000);
        assert!((100..10_000).contains(&artefact.zip_bytes), "{artefact:?}");
    }

    #[test]
    fn an_executable_that_is_missing_is_named() {
        let error = Artefact::of(Path::new("nowhere/bootstrap")).unwrap_err();
        assert!(error.in_full().starts_with("cannot read nowhere/bootstrap: "), "{error}");
    }
}
