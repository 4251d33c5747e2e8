//! That every seed still fits the project.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::definitions::Sources;

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn there_are_enough_mutants_and_no_two_have_one_name() {
    let names: BTreeSet<_> = all().iter().map(|mutant| mutant.name).collect();
    assert_eq!(names.len(), all().len());
    assert!(names.len() >= 25, "{}", names.len());
}

#[test]
fn every_edit_changes_the_definitions_into_others_that_the_interpreter_takes() {
    let untouched = Definitions::of(&Sources::read(&project()).unwrap()).unwrap();
    for mutant in all() {
        let Seed::Definition(edit) = mutant.seed else { continue };
        let mut edited = untouched.clone();
        assert_eq!(edit(&mut edited), Some(()), "{} does not fit any more", mutant.name);
        assert_ne!(edited, untouched, "{} changes nothing", mutant.name);
        if let Err(refused) = edited.into_sources().parse() {
            panic!("{}: {refused}: {:?}", mutant.name, std::error::Error::source(&refused));
        }
    }
}

#[test]
fn every_patch_fits_the_source_exactly_once() {
    for mutant in all() {
        let Seed::Source(patches) = mutant.seed else { continue };
        assert!(!patches.is_empty(), "{} patches nothing", mutant.name);
        let mut texts = BTreeMap::new();
        for patch in patches {
            let text =
                texts.entry(patch.file).or_insert_with(|| fs::read_to_string(project().join(patch.file)).unwrap());
            *text = patch.apply(text).unwrap_or_else(|error| panic!("{}: {error}", mutant.name));
            assert_ne!(patch.old, patch.new, "{} changes nothing", mutant.name);
        }
    }
}

#[test]
fn a_patch_that_stands_twice_or_not_at_all_is_refused() {
    let patch = Patch { file: "f", old: "a", new: "b" };
    assert_eq!(patch.apply("xay"), Ok("xby".to_owned()));
    for text in ["", "aa"] {
        assert!(patch.apply(text).is_err(), "{text}");
    }
}
