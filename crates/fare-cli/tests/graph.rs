//! `fare graph`, run as it is run by hand, and the pictures in `docs/` that it makes. Needs no stack.

use std::path::PathBuf;
use std::process::{Command, Output};

fn fare(arguments: &[&str]) -> std::io::Result<Output> {
    Command::new(env!("CARGO_BIN_EXE_fare")).arg("graph").args(arguments).current_dir(repository()).output()
}

fn repository() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

#[test]
fn the_pictures_in_docs_are_of_the_machines_as_they_are() {
    for (file, what) in [
        ("collection.svg", vec!["--machine", "collection"]),
        ("recovery.svg", vec!["--machine", "recovery"]),
        ("taken-back.svg", vec!["--scenario", "refund fails at first"]),
    ] {
        let drawn = fare(&[what.as_slice(), &["--format", "svg"]].concat()).unwrap();
        assert!(drawn.status.success(), "{}", String::from_utf8_lossy(&drawn.stderr));
        let path = format!("docs/pictures/{file}");
        let kept = std::fs::read(repository().join(&path)).unwrap_or_default();
        let [option, value] = what.as_slice() else { panic!("an option and its value") };
        assert!(
            kept == drawn.stdout,
            "{path} is not what the state machine looks like now: run `cargo run --package fare-cli -- graph {option} \
             '{value}' --format svg --out {path}`, and look at it"
        );
    }
}

#[test]
fn a_picture_goes_into_a_pipe_or_a_file() {
    let piped = fare(&["--format", "png"]).unwrap();
    assert_eq!(piped.stdout.get(1..4), Some(b"PNG".as_slice()));
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("machine.png");
    let written = fare(&["--out", file.to_str().unwrap()]).unwrap();
    assert!(written.status.success() && written.stdout.is_empty());
    assert!(std::fs::read(file).unwrap() == piped.stdout);
}

#[test]
fn the_machine_is_drawn_as_mermaid_where_nothing_else_is_asked_for() {
    let drawn = String::from_utf8(fare(&[]).unwrap().stdout).unwrap();
    assert!(drawn.starts_with("flowchart TD\n") && drawn.contains("RegisterFare"), "{drawn}");
}

#[test]
fn an_unfinished_definition_is_drawn_and_what_is_unfinished_is_said() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("mine.asl.json");
    std::fs::write(&file, r#"{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}"#).unwrap();
    let drawn = fare(&["--definition", file.to_str().unwrap()]).unwrap();
    assert!(drawn.status.success());
    assert_eq!(String::from_utf8_lossy(&drawn.stderr), "unfinished: B is named and not defined\n");
}

#[test]
fn what_is_no_state_machine_is_refused_with_one_line() {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in [("empty.json", ""), ("other.json", "[1]"), ("fare.json", r#"{"fareId":"wr_563"}"#)] {
        let file = directory.path().join(name);
        std::fs::write(&file, text).unwrap();
        let refused = fare(&["--definition", file.to_str().unwrap()]).unwrap();
        let said = String::from_utf8_lossy(&refused.stderr);
        assert_eq!((refused.status.code(), said.lines().count()), (Some(6), 1), "{said}");
        assert!(said.contains(name) && refused.stdout.is_empty(), "{said}");
    }
    assert_eq!(fare(&["--definition", "there/is/none.json"]).unwrap().status.code(), Some(6));
}
