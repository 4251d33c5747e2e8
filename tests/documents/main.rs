//! What the documents say is so: links lead somewhere, what commands name is there, and a block that is marked
//! `sh runnable` does run.
//!
//! Such blocks run in the repository's directory by `bash -euo pipefail`, with `fare` on the PATH, on the stack that the
//! environment leads to, which `fare local -- cargo test -p integration-tests --test documents` provides. Without one they
//! are not run. A document's blocks run in order, each by a shell of its own; what one writes into `$LAB` is there for the
//! next. A document may say that gateway, ledger and fares agree, so that nothing that runs before this may leave on the
//! stack what does not.

mod document;
mod links;
mod names;
mod running;
mod shell;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use document::{Block, Document};
use names::Names;
use running::{Place, Shell, misspelt};

/// How long one block may take.
const LIMIT: Duration = Duration::from_secs(120);

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the repository").to_owned()
}

/// `README.md` and all that lies in `docs`, by their paths in the repository.
fn documents() -> BTreeMap<PathBuf, Document> {
    let root = repository();
    let mut paths = vec![PathBuf::from("README.md")];
    let mut directories = vec![PathBuf::from("docs")];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(root.join(&directory)).expect("docs can be read") {
            let entry = entry.expect("docs can be read");
            let path = directory.join(entry.file_name());
            if entry.path().is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                paths.push(path);
            }
        }
    }
    let read = |path: PathBuf| {
        let text = fs::read_to_string(root.join(&path)).expect("a document is a text");
        (path.clone(), Document::parse(&path, &text))
    };
    paths.into_iter().map(read).collect()
}

/// The directory above that of the tests, where the same build puts what it makes.
fn built() -> PathBuf {
    let test = std::env::current_exe().expect("this test is a file");
    let built = test.ancestors().nth(2).expect("it lies in a directory of a directory");
    assert!(built.join("fare").is_file(), "`fare` is not built: run `cargo build --package fare-cli`");
    built.to_owned()
}

/// What `fare` says of a subcommand, or the first line in which it says that there is none.
fn help(subcommand: &[&str]) -> Result<String, String> {
    let asked = Command::new(built().join("fare")).args(subcommand).arg("--help").stdin(Stdio::null()).output();
    let said = asked.expect("fare runs");
    if said.status.success() {
        return Ok(String::from_utf8_lossy(&said.stdout).into_owned());
    }
    Err(String::from_utf8_lossy(&said.stderr).lines().next().unwrap_or_default().to_owned())
}

#[track_caller]
fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn every_link_leads_somewhere() {
    let documents = documents();
    let links: usize = documents.values().map(|document| document.links.len()).sum();
    assert!(links > 100, "only {links} links were found");
    assert_none(&links::faults(&repository(), &documents));
}

#[test]
fn every_target_subcommand_option_and_path_that_is_named_is_there() {
    let (root, makefile) = (repository(), fs::read_to_string(repository().join("Makefile")).expect("a Makefile"));
    let names = Names::new(&root, &makefile, &help);
    let faults: Vec<_> = documents().values().flat_map(|document| names.faults(document)).collect();
    assert_none(&faults);
}

#[test]
fn every_block_for_a_shell_is_one_that_a_shell_can_read() {
    let mut faults = Vec::new();
    for (path, document) in documents() {
        for block in document.blocks.iter().filter(|block| block.is_shell()) {
            faults.extend(misspelt(&block.text).map(|said| format!("{}:{}: {said}", path.display(), block.line)));
        }
    }
    assert_none(&faults);
}

#[test]
fn every_block_that_is_marked_as_runnable_runs() {
    let setting = |name| std::env::var(name).ok();
    match Place::of(setting("FARE_STACK").as_deref(), setting("AWS_ENDPOINT_URL").as_deref()) {
        Place::Here => {}
        Place::Nowhere => return say("skipped: no block of a document is run, since FARE_STACK names no stack"),
        Place::Elsewhere => {
            panic!("FARE_STACK is set, but AWS_ENDPOINT_URL is no engine on this machine: nothing is run")
        }
    }
    let documents = documents();
    let mut faults = Vec::new();
    let mut ran = 0;
    for document in documents.values() {
        let lab = tempfile::tempdir().expect("a directory can be made");
        for block in document.blocks.iter().filter(|block| block.is_runnable()) {
            ran += 1;
            if let Err(fault) = run(block, lab.path()) {
                faults.push(format!("{}:{}: {fault}", document.path.display(), block.line));
                // What follows may build on it.
                break;
            }
        }
    }
    assert_none(&faults);
    assert!(ran > 0, "no document has a block that can be run");
    say(&format!("{ran} blocks of documents were run"));
}

fn run(block: &Block, lab: &Path) -> Result<(), String> {
    Shell { directory: &repository(), lab, commands: &built(), limit: LIMIT }.run(&block.text)
}

/// Says it also where the output of a test that passes is not shown.
fn say(what: &str) {
    writeln!(std::io::stderr(), "documents: {what}").expect("standard error can be written");
}
