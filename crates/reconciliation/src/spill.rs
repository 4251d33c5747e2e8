//! Rows sorted into files by their key, so that what belongs together is read together and never all at once.
//!
//! However many rows there are, memory holds one write buffer per file while rows come, and one file's rows when they
//! are read: a partitioned (Grace) hash join, whose other half is [`reconcile`](crate::reconcile).

use std::collections::BTreeMap;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};
use std::marker::PhantomData;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Into how many files rows are sorted. A million fares are some four thousand a file, a few MiB in memory.
const FILES: u64 = 256;

/// The longest row, in bytes. No record of ours comes near.
const LONGEST_ROW: usize = 16 * 1024;

/// The disk failed, or was full.
#[derive(Debug, thiserror::Error)]
#[error("the working files cannot be written or read")]
pub struct SpillError(#[from] io::Error);

/// Rows in files, each row under the key by which it is grouped.
pub(crate) struct Spill<T> {
    files: Vec<BufWriter<File>>,
    rows: PhantomData<T>,
}

impl<T: Serialize + DeserializeOwned> Spill<T> {
    /// Files without a name in this directory: they are gone when the process is.
    pub(crate) fn new(directory: &Path) -> Result<Self, SpillError> {
        let file = |_| tempfile::tempfile_in(directory).map(BufWriter::new);
        Ok(Self { files: (0..FILES).map(file).collect::<io::Result<_>>()?, rows: PhantomData })
    }

    /// Takes a row in.
    pub(crate) fn put(&mut self, key: &str, row: &T) -> Result<(), SpillError> {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let index = usize::try_from(hasher.finish() % FILES).unwrap_or_default();
        let file = self.files.get_mut(index).ok_or_else(|| io::Error::other("there is no such file"))?;
        postcard::to_io(&(key, row), file).map_err(io::Error::other)?;
        Ok(())
    }

    /// Gives the rows back, file by file, and in a file by their keys.
    pub(crate) fn groups(self) -> impl Iterator<Item = Result<BTreeMap<String, Vec<T>>, SpillError>> {
        self.files.into_iter().map(|file| Ok(read(file)?))
    }
}

fn read<T: DeserializeOwned>(mut file: BufWriter<File>) -> io::Result<BTreeMap<String, Vec<T>>> {
    file.flush()?;
    let mut file = file.into_inner()?;
    file.rewind()?;
    let mut file = BufReader::new(file);
    let mut scratch = vec![0; LONGEST_ROW];
    let mut groups: BTreeMap<String, Vec<T>> = BTreeMap::new();
    while !file.fill_buf()?.is_empty() {
        let ((key, row), _) = postcard::from_io((&mut file, scratch.as_mut_slice())).map_err(io::Error::other)?;
        groups.entry(key).or_default().push(row);
    }
    Ok(groups)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_by_their_keys_in_the_order_they_came() {
        let directory = tempfile::tempdir().unwrap();
        let mut spill = Spill::new(directory.path()).unwrap();
        for row in 0..3_u64 {
            for key in 0..1_000 {
                spill.put(&format!("wr_{key}"), &row).unwrap();
            }
        }
        let mut keys = 0;
        for group in spill.groups() {
            for (_, rows) in group.unwrap() {
                assert_eq!(rows, [0, 1, 2]);
                keys += 1;
            }
        }
        assert_eq!(keys, 1_000);
    }

    #[test]
    fn nothing_is_left_in_the_directory() {
        let directory = tempfile::tempdir().unwrap();
        let mut spill = Spill::new(directory.path()).unwrap();
        spill.put("wr_1", &1_u64).unwrap();
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }
}
