//! Rows sorted by their key, so that what belongs together is read together and never all at once.
//!
//! However many rows there are, memory holds one write buffer per part while rows come, and when they are read what is
//! folded of one part's: a partitioned (Grace) hash join, whose other half is [`reconcile`](crate::reconcile). All parts lie
//! in one file, in blocks that follow each other as they came, since a process may not have many files open.

use std::collections::BTreeMap;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Into how many parts rows are sorted. Ten million fares are some ten thousand a part, a few MiB in memory.
const PARTS: u64 = 1024;

/// How many bytes are written at a time. A longer row makes a block of its own.
const BLOCK: usize = 8 * 1024;

/// The disk failed, or was full, or there is no such directory.
#[derive(Debug, thiserror::Error)]
#[error("the working files in {} cannot be written or read", .directory.display())]
pub struct SpillError {
    /// Where they are.
    pub directory: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// Rows in a file, each row under the key by which it is grouped.
pub(crate) struct Spill<T> {
    directory: PathBuf,
    file: File,
    end: u64,
    parts: Vec<Part>,
    rows: PhantomData<T>,
}

/// The rows whose keys have one remainder.
#[derive(Default)]
struct Part {
    /// What is not in the file yet.
    buffer: Vec<u8>,
    /// Where blocks begin in the file, and how long they are.
    blocks: Vec<(u64, usize)>,
}

impl<T: Serialize + DeserializeOwned> Spill<T> {
    /// A file without a name in this directory: it is gone when the process is.
    pub(crate) fn new(directory: &Path) -> Result<Self, SpillError> {
        let directory = directory.to_owned();
        match tempfile::tempfile_in(&directory) {
            Ok(file) => {
                let parts = (0..PARTS).map(|_| Part::default()).collect();
                Ok(Self { directory, file, end: 0, parts, rows: PhantomData })
            }
            Err(source) => Err(SpillError { directory, source }),
        }
    }

    /// Takes a row in.
    pub(crate) fn put(&mut self, key: &str, row: &T) -> Result<(), SpillError> {
        self.try_put(key, row).map_err(|source| SpillError { directory: self.directory.clone(), source })
    }

    fn try_put(&mut self, key: &str, row: &T) -> io::Result<()> {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let index = usize::try_from(hasher.finish() % PARTS).map_err(io::Error::other)?;
        let part = self.parts.get_mut(index).ok_or_else(|| io::Error::other("there is no such part"))?;
        let row = postcard::to_stdvec(&(key, row)).map_err(io::Error::other)?;
        if !part.buffer.is_empty() && part.buffer.len().saturating_add(row.len()) > BLOCK {
            self.end = part.flush(&mut self.file, self.end)?;
        }
        part.buffer.extend(row);
        Ok(())
    }

    /// Folds the rows of each key into one value, in the order in which they came, and gives the values back part by part.
    pub(crate) fn fold<A: Default>(
        self,
        fold: impl Fn(&mut A, T),
    ) -> impl Iterator<Item = Result<BTreeMap<String, A>, SpillError>> {
        let Self { directory, mut file, parts, .. } = self;
        parts.into_iter().map(move |part| {
            let mut folded = BTreeMap::new();
            let read = part.read(&mut file, |key, row| fold(folded.entry(key).or_default(), row));
            read.map_err(|source| SpillError { directory: directory.clone(), source })?;
            Ok(folded)
        })
    }
}

impl Part {
    /// Writes what is not in the file yet to its end; gives where that is then.
    fn flush(&mut self, file: &mut File, end: u64) -> io::Result<u64> {
        file.seek(SeekFrom::Start(end))?;
        file.write_all(&self.buffer)?;
        let length = self.buffer.len();
        self.blocks.push((end, length));
        self.buffer.clear();
        Ok(end.saturating_add(u64::try_from(length).map_err(io::Error::other)?))
    }

    fn read<T: DeserializeOwned>(self, file: &mut File, mut take: impl FnMut(String, T)) -> io::Result<()> {
        let mut block = Vec::new();
        for (begin, length) in self.blocks {
            block.resize(length, 0);
            file.seek(SeekFrom::Start(begin))?;
            file.read_exact(&mut block)?;
            rows(&block, &mut take)?;
        }
        rows(&self.buffer, &mut take)
    }
}

/// No row is in two blocks.
fn rows<T: DeserializeOwned>(mut block: &[u8], take: &mut impl FnMut(String, T)) -> io::Result<()> {
    while !block.is_empty() {
        let ((key, row), rest) = postcard::take_from_bytes(block).map_err(io::Error::other)?;
        take(key, row);
        block = rest;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_by_their_keys_in_the_order_they_came() {
        let directory = tempfile::tempdir().unwrap();
        let mut spill = Spill::new(directory.path()).unwrap();
        for row in 0..30_u64 {
            for key in 0..10_000 {
                spill.put(&format!("wr_{key}"), &row).unwrap();
            }
        }
        let mut keys = 0;
        for folded in spill.fold(|rows: &mut Vec<u64>, row| rows.push(row)) {
            for (_, rows) in folded.unwrap() {
                assert_eq!(rows, (0..30).collect::<Vec<_>>());
                keys += 1;
            }
        }
        assert_eq!(keys, 10_000);
    }

    #[test]
    fn a_row_may_be_of_any_length() {
        let directory = tempfile::tempdir().unwrap();
        let mut spill = Spill::new(directory.path()).unwrap();
        let long = "long".repeat(100_000);
        for text in ["short", &long, "short again"] {
            spill.put("wr_1", &text.to_owned()).unwrap();
        }
        let folded: BTreeMap<String, String> =
            spill.fold(|all: &mut String, text: String| all.push_str(&text)).flat_map(Result::unwrap).collect();
        assert_eq!(folded["wr_1"].len(), "shortshort again".len() + long.len());
    }

    #[test]
    fn nothing_is_left_in_the_directory() {
        let directory = tempfile::tempdir().unwrap();
        let mut spill = Spill::new(directory.path()).unwrap();
        spill.put("wr_1", &1_u64).unwrap();
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_directory_that_is_not_there_is_named() {
        let error = Spill::<u64>::new(Path::new("/nowhere/at/all")).err().unwrap();
        assert!(error.to_string().contains("/nowhere/at/all"), "{error}");
    }
}
