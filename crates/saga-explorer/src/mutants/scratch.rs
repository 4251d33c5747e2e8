//! A copy of the project in which the source may be wrong.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::{fs, io};

use super::hunt::Verdict;
use super::source::{Patch, PatchDoesNotFit};

/// What is copied: whatever the explorer is built from, and what it reads.
const COPIED: [&str; 7] =
    ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "template.yaml", "crates", "statemachine", "tests"];

/// So many lines of a program's complaint are repeated.
const LINES_SHOWN: usize = 30;

/// What marks a directory as made by this tool, and who is at work in it: nothing else's files are written over.
const MARK: &str = "saga-explorer.lock";

/// A copy of the project, which is built in a directory of its own.
#[derive(Clone, Debug)]
pub struct Scratch {
    tree: PathBuf,
    target: PathBuf,
    /// Held for as long as anybody works in the copy.
    _mark: Arc<fs::File>,
}

/// A mutant that could not be tried.
#[derive(Debug, thiserror::Error)]
pub enum ScratchError {
    /// The copy cannot be made or changed.
    #[error("{} cannot be copied or written", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The directory holds, or is held by, what is copied.
    #[error("{} is no place for a scratch copy: it overlaps with the project itself", path.display())]
    Overlaps {
        /// The directory.
        path: PathBuf,
    },
    /// The directory holds something that the tool has not made.
    #[error("{} is no place for a scratch copy: it holds files of somebody else's", path.display())]
    NotOurs {
        /// The directory.
        path: PathBuf,
    },
    /// Somebody else works in the copy.
    #[error("{} is in use by another run", path.display())]
    InUse {
        /// The directory.
        path: PathBuf,
    },
    /// The source has changed since the mutant was written.
    #[error(transparent)]
    Patch(#[from] PatchDoesNotFit),
    /// A program cannot be started.
    #[error("{program} cannot be started")]
    NotStarted {
        /// The program.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// The copy does not compile, or what was built from it fails.
    #[error("{program} failed: {complaint}")]
    Failed {
        /// The program.
        program: String,
        /// The end of what it said.
        complaint: String,
    },
}

impl Scratch {
    /// Copies the project to `tree` below the directory, where what is copied already and the same is left alone, so that
    /// little is compiled again. What the project does not have is removed there.
    ///
    /// # Errors
    /// [`ScratchError::File`], or why the copy cannot be made there.
    pub fn copy(project: &Path, directory: &Path) -> Result<Self, ScratchError> {
        fs::create_dir_all(directory).map_err(at(directory))?;
        let directory = fs::canonicalize(directory).map_err(at(directory))?;
        let mark = claim(&directory)?;
        let (tree, target) = (directory.join("tree"), directory.join("build"));
        fs::create_dir_all(&tree).map_err(at(&tree))?;
        let tree = fs::canonicalize(&tree).map_err(at(&tree))?;
        let original = fs::canonicalize(project).map_err(at(project))?;
        let is_copied = COPIED.iter().any(|name| tree.starts_with(original.join(name)));
        if original.starts_with(&tree) || is_copied {
            return Err(ScratchError::Overlaps { path: directory });
        }
        let scratch = Self { tree, target, _mark: Arc::new(mark) };
        for name in COPIED {
            mirror(&project.join(name), &scratch.tree.join(name))?;
        }
        Ok(scratch)
    }

    /// Does something while the copy is patched, and takes the patches back.
    ///
    /// # Errors
    /// [`ScratchError::Patch`] if a patch does not fit exactly once, or whatever `work` fails with.
    pub fn patched<T>(
        &self,
        patches: &[Patch],
        work: impl FnOnce() -> Result<T, ScratchError>,
    ) -> Result<T, ScratchError> {
        let mut originals: Vec<(PathBuf, String)> = Vec::new();
        let mut done = Ok(());
        for patch in patches {
            let path = self.tree.join(patch.file);
            done = self.apply(patch, &path, &mut originals);
            if done.is_err() {
                break;
            }
        }
        let done = done.and_then(|()| work());
        for (path, text) in originals.into_iter().rev() {
            fs::write(&path, text).map_err(at(&path))?;
        }
        done
    }

    /// Builds the explorer from the copy as it stands.
    ///
    /// # Errors
    /// [`ScratchError::Failed`] if it does not compile.
    pub fn build(&self) -> Result<(), ScratchError> {
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--quiet", "--offline", "--package", "saga-explorer"]).current_dir(&self.tree);
        // Nobody steps through a mutant, and without debug information it is built sooner.
        cargo.env("CARGO_TARGET_DIR", &self.target).env("CARGO_PROFILE_DEV_DEBUG", "false");
        let built = output(&mut cargo)?;
        if built.status.success() { Ok(()) } else { Err(failed("cargo build", &built)) }
    }

    /// Lets the explorer that was built from the copy hunt through the copy as it stands.
    ///
    /// # Errors
    /// [`ScratchError::Failed`] if it gives no verdict.
    pub fn hunt(&self, most_faults: u32, threads: usize) -> Result<Verdict, ScratchError> {
        let mut explorer = Command::new(self.target.join("debug").join("saga-explorer"));
        explorer.args(["mutants", "--as-it-stands", "--output", "json"]).arg("--project").arg(&self.tree);
        explorer.args(["--most-faults", &most_faults.to_string(), "--threads", &threads.to_string()]);
        let hunted = output(&mut explorer)?;
        serde_json::from_slice(&hunted.stdout).map_err(|_| failed("the explorer of the copy", &hunted))
    }

    fn apply(&self, patch: &Patch, path: &Path, originals: &mut Vec<(PathBuf, String)>) -> Result<(), ScratchError> {
        let text = fs::read_to_string(path).map_err(at(path))?;
        let patched = patch.apply(&text)?;
        originals.push((path.to_owned(), text));
        fs::write(path, patched).map_err(at(path))
    }
}

/// Takes a directory that is empty, or is marked as the tool's own.
fn claim(directory: &Path) -> Result<fs::File, ScratchError> {
    let path = directory.join(MARK);
    if !path.exists() && !names(directory)?.is_empty() {
        return Err(ScratchError::NotOurs { path: directory.to_owned() });
    }
    let mark = fs::OpenOptions::new().create(true).append(true).open(&path).map_err(at(&path))?;
    match mark.try_lock() {
        Ok(()) => Ok(mark),
        Err(fs::TryLockError::WouldBlock) => Err(ScratchError::InUse { path: directory.to_owned() }),
        Err(fs::TryLockError::Error(source)) => Err(ScratchError::File { path, source }),
    }
}

/// Makes `to` what `from` is. Only what differs is written, since the compiler goes by the time of the last write.
fn mirror(from: &Path, to: &Path) -> Result<(), ScratchError> {
    if !from.is_dir() {
        let wanted = fs::read(from).map_err(at(from))?;
        if fs::read(to).is_ok_and(|there| there == wanted) {
            return Ok(());
        }
        return fs::write(to, wanted).map_err(at(to));
    }
    fs::create_dir_all(to).map_err(at(to))?;
    let wanted = names(from)?;
    for name in names(to)?.iter().filter(|name| !wanted.contains(name)) {
        let stale = to.join(name);
        let removed = if stale.is_dir() { fs::remove_dir_all(&stale) } else { fs::remove_file(&stale) };
        removed.map_err(at(&stale))?;
    }
    wanted.iter().try_for_each(|name| mirror(&from.join(name), &to.join(name)))
}

fn names(directory: &Path) -> Result<Vec<std::ffi::OsString>, ScratchError> {
    let entries = fs::read_dir(directory).map_err(at(directory))?;
    entries.map(|entry| Ok(entry.map_err(at(directory))?.file_name())).collect()
}

fn output(command: &mut Command) -> Result<Output, ScratchError> {
    let program = || Path::new(command.get_program()).file_name().map_or_else(String::new, in_words);
    let program = program();
    command.output().map_err(|source| ScratchError::NotStarted { program, source })
}

fn in_words(name: &OsStr) -> String {
    name.to_string_lossy().into_owned()
}

fn failed(program: &str, output: &Output) -> ScratchError {
    let said = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<_> = said.lines().collect();
    let last = lines.len().saturating_sub(LINES_SHOWN);
    let complaint = lines.get(last..).unwrap_or_default().join("\n");
    ScratchError::Failed { program: program.to_owned(), complaint }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> ScratchError {
    let path = path.to_owned();
    move |source| ScratchError::File { path, source }
}
