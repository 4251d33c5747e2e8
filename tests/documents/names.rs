//! What commands and paths in documents name.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::document::{Document, RUNNABLE};
use crate::shell::{arguments, commands, is_name};

/// The directories by which a path in the repository is known.
const DIRECTORIES: [&str; 6] = ["crates", "docs", "events", "statemachine", "tests", "tools"];

/// What `fare WORDS --help` says: the help, or what is wrong with the words.
pub(crate) type Help<'a> = &'a dyn Fn(&[&str]) -> Result<String, String>;

/// What there is to be named.
pub(crate) struct Names<'a> {
    root: &'a Path,
    targets: BTreeSet<&'a str>,
    help: Help<'a>,
    /// What was asked before.
    helps: RefCell<BTreeMap<Vec<String>, Result<String, String>>>,
}

impl<'a> Names<'a> {
    pub(crate) fn new(root: &'a Path, makefile: &'a str, help: Help<'a>) -> Self {
        Self { root, targets: targets(makefile), help, helps: RefCell::default() }
    }

    /// Whatever a document names and there is not, with its place.
    pub(crate) fn faults(&self, document: &Document) -> Vec<String> {
        let mut found = Vec::new();
        for code in &document.codes {
            let is_of_link =
                code.linked.as_deref().is_some_and(|link| link.trim_end_matches('/').ends_with(&code.text));
            // A link is checked where it leads; its text may be but the end of that.
            let paths = if is_of_link { vec![] } else { self.paths(&code.text) };
            found.extend(self.commands(&code.text).into_iter().chain(paths).map(|reason| (code.line, reason)));
        }
        for block in &document.blocks {
            if block.info.contains(char::is_whitespace) && !block.is_runnable() {
                found.push((block.line, format!("{}: only `{RUNNABLE}` is understood", block.info)));
            }
            if ["bash", "console", "shell", "zsh"].contains(&block.info.as_str()) {
                found.push((block.line, format!("{}: only `sh` is understood", block.info)));
            }
            if block.is_shell() {
                let reasons = self.commands(&block.text).into_iter().chain(self.paths(&block.text));
                found.extend(reasons.map(|reason| (block.line, reason)));
            }
        }
        found.into_iter().map(|(line, reason)| format!("{}:{line}: {reason}", document.path.display())).collect()
    }

    fn commands(&self, script: &str) -> Vec<String> {
        let mut reasons = Vec::new();
        for command in commands(script) {
            if let Some(words) = arguments(&command, "make") {
                let missing = words.iter().filter(|word| is_name(word) && !self.targets.contains(*word));
                reasons.extend(missing.map(|target| format!("make {target}: the Makefile has no such target")));
            }
            if let Some(words) = arguments(&command, "fare") {
                reasons.extend(self.fare(words));
            }
        }
        reasons
    }

    /// What is wrong with the subcommand or with an option that is given to it.
    fn fare(&self, words: &[&str]) -> Vec<String> {
        let subcommand: Vec<_> = words.iter().take_while(|word| is_name(word)).copied().collect();
        if subcommand.is_empty() {
            return vec![];
        }
        let asked = subcommand.iter().map(|&word| word.to_owned()).collect();
        let mut helps = self.helps.borrow_mut();
        match helps.entry(asked).or_insert_with(|| (self.help)(&subcommand)) {
            Err(said) => vec![format!("fare {}: {said}", subcommand.join(" "))],
            Ok(help) => {
                let known: BTreeSet<_> = help.split(|letter: char| !is_of_option(letter)).collect();
                // Behind two dashes stands another command.
                let options = words.iter().take_while(|word| **word != "--").filter(|word| word.starts_with("--"));
                let options = options.map(|word| word.split_once('=').map_or(*word, |(option, _)| option));
                let unknown = options.filter(|option| !known.contains(option));
                unknown.map(|option| format!("fare {}: there is no {option}", subcommand.join(" "))).collect()
            }
        }
    }

    /// What is written like a path in the repository and is none.
    fn paths(&self, text: &str) -> Vec<String> {
        let words = text.split(|letter: char| !is_of_path(letter));
        let paths = words.map(|word| word.trim_end_matches(['.', '/']));
        let begins = |path: &&str| path.split_once('/').is_some_and(|(first, _)| DIRECTORIES.contains(&first));
        let missing =
            paths.filter(begins).filter(|path| path.chars().all(is_of_name) && !self.root.join(path).exists());
        missing.map(|path| format!("there is no {path}")).collect()
    }
}

fn is_of_option(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-'
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | '/')
}

/// Also what stands for something else, so that no half of `crates/…/src` or `tests/$NAME` is taken for a path.
fn is_of_path(letter: char) -> bool {
    is_of_name(letter) || matches!(letter, '…' | '*' | '$' | '{' | '}' | ':')
}

/// The targets of a Makefile.
fn targets(makefile: &str) -> BTreeSet<&str> {
    let rules = makefile.lines().filter(|line| !line.starts_with(['\t', '#', '.', ' ']));
    let heads = rules
        .filter_map(|line| line.split_once(':'))
        .filter(|(head, rest)| !head.contains('=') && !rest.starts_with('='));
    heads.flat_map(|(heads, _)| heads.split_whitespace()).filter(|target| is_name(target)).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const MAKEFILE: &str = "ENV ?= a:b\nX := y\n.PHONY: phony\nall: build\n\techo no: \nbuild test:\n";

    fn help(words: &[&str]) -> Result<String, String> {
        match words {
            ["show"] => Ok("Usage: fare show [OPTIONS]\n\nOptions:\n  --output <FORMAT>  how\n".to_owned()),
            ["attention", "list"] => Ok(String::new()),
            _ => Err(format!("there is no {}", words.join(" "))),
        }
    }

    /// What is wrong with a document in a repository that has `docs/a.md` and nothing else.
    fn faults(text: &str) -> Vec<String> {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("docs")).unwrap();
        fs::write(root.path().join("docs/a.md"), text).unwrap();
        Names::new(root.path(), MAKEFILE, &help).faults(&Document::parse(Path::new("docs/a.md"), text))
    }

    #[test]
    fn a_target_is_the_head_of_a_rule() {
        assert_eq!(targets(MAKEFILE), ["all", "build", "test"].into());
    }

    #[test]
    fn a_target_that_there_is_not_is_told_with_its_place() {
        let text = "x\n`make`, `make all ENV=prod`, `make X`\n\n`make deploy`\n";
        assert_eq!(faults(text), ["docs/a.md:4: make deploy: the Makefile has no such target"]);
        assert_eq!(faults("```sh\nmake build tset ARGS=\"--all\" # make sense\n```\n").len(), 1);
    }

    #[test]
    fn a_subcommand_or_an_option_that_fare_does_not_know_is_told() {
        let good =
            "`fare`, `fare COMMAND --help`, `fare show ID --output json`, `fare attention list`, `fare show -- --any`";
        assert_eq!(faults(good), [""; 0]);
        assert_eq!(faults("`fare sohw ID`"), ["docs/a.md:1: fare sohw: there is no sohw"]);
        assert_eq!(faults("`fare show --ouput=json`"), ["docs/a.md:1: fare show: there is no --ouput"]);
        assert_eq!(faults("```sh\nx && sh -c 'target/debug/fare attention lst'\n```\n").len(), 1);
    }

    #[test]
    fn a_path_that_there_is_not_is_told_also_in_a_block_for_a_shell() {
        let good = "`docs/a.md` `docs/` `src/main.rs` `docs/…/b` `docs/*.rs` `tests` [`tests/b`](https://c.d/tests/b)";
        assert_eq!(faults(good), [""; 0]);
        assert_eq!(faults("`docs/b.md`"), ["docs/a.md:1: there is no docs/b.md"]);
        assert_eq!(faults("\n```sh\ncat <events/a.json\n```\n"), ["docs/a.md:2: there is no events/a.json"]);
        assert_eq!(faults("```text\nevents/a.json\nmake it\n```\n"), [""; 0]);
    }

    #[test]
    fn a_block_that_is_meant_to_be_run_says_so_in_the_one_way_that_is_understood() {
        assert_eq!(faults("```sh runnable\nls\n```\n"), [""; 0]);
        assert_eq!(faults("```sh runable\nls\n```\n"), ["docs/a.md:1: sh runable: only `sh runnable` is understood"]);
        assert_eq!(faults("```bash\nls\n```\n"), ["docs/a.md:1: bash: only `sh` is understood"]);
    }
}
