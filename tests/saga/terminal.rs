//! `fare` at a terminal, and at a pipe whose reader has gone away.

use std::process::Stdio;

use fare_values::FareStatus;

use crate::harness::{Test, test};
use crate::tool::{assert_ended, at_a_terminal, command, run};
use crate::world::{fare, with_stack};

pub(crate) const TESTS: &[Test] = &[
    test!(a_question_that_is_answered_with_no_changes_nothing),
    test!(a_question_that_is_answered_with_yes_is_acted_upon),
    test!(a_terminal_is_given_colours_unless_they_are_not_wanted),
    test!(a_reader_that_goes_away_is_no_failure),
];

fn a_question_that_is_answered_with_no_changes_nothing() {
    with_stack(async |world| {
        let fare = fare("");
        world.decide(&fare, FareStatus::Registered).await;
        for answer in ["n\n", "\n"] {
            let Some((status, said)) = at_a_terminal(&["recover", &fare.id, "--force"], &[], answer) else { return };
            assert!(said.contains("decides the fare failed, for good") && said.contains("Go on? [y/N]"), "{said}");
            assert!(status == 1 && said.contains("nothing was done"), "{status}: {said}");
        }
        assert_eq!(world.truth(&fare).await.fare, Some(FareStatus::Registered));
    });
}

fn a_question_that_is_answered_with_yes_is_acted_upon() {
    with_stack(async |world| {
        let fare = fare("");
        world.decide(&fare, FareStatus::Registered).await;
        let Some((status, said)) = at_a_terminal(&["recover", &fare.id, "--force"], &[], "y\n") else { return };
        assert!(status == 0 && said.contains(&format!("settled: fare {}", fare.id)), "{status}: {said}");
        assert_eq!(world.truth(&fare).await.fare, Some(FareStatus::Failed));
    });
}

/// Whether a text has a sequence that sets a colour or a weight: `ESC [`, numbers, `m`.
fn is_coloured(text: &str) -> bool {
    text.split("\u{1b}[").skip(1).any(|rest| {
        let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != ';');
        end.is_some_and(|end| rest[end..].starts_with('m'))
    })
}

fn a_terminal_is_given_colours_unless_they_are_not_wanted() {
    with_stack(async |world| {
        let fare = fare("");
        assert!(world.collect(&fare).await.succeeded);
        for arguments in [vec!["show", &fare.id], vec!["list", "--limit", "3", "--newest"]] {
            assert!(!is_coloured(&assert_ended(&run(&arguments), 0)), "{arguments:?}");
            let Some((status, coloured)) = at_a_terminal(&arguments, &[], "") else { return };
            assert!(status == 0 && is_coloured(&coloured), "{arguments:?}: {coloured}");
            let plain = at_a_terminal(&arguments, &[("NO_COLOR", "1")], "");
            assert!(plain.is_some_and(|(status, said)| status == 0 && !is_coloured(&said)), "{arguments:?}");
            let dumb = at_a_terminal(&arguments, &[("TERM", "dumb")], "");
            assert!(dumb.is_some_and(|(status, said)| status == 0 && !is_coloured(&said)), "{arguments:?}");
        }
    });
}

fn a_reader_that_goes_away_is_no_failure() {
    with_stack(async |world| {
        let fare = fare("");
        assert!(world.collect(&fare).await.succeeded);
        for arguments in [
            vec!["list"],
            vec!["list", "--output", "json"],
            vec!["show", &fare.id],
            vec!["graph", &fare.id, "--format", "png"],
            vec!["attention", "list"],
            vec!["list", "--help"],
            vec!["completions", "bash"],
        ] {
            let spawned = command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
            let mut running = spawned.expect("fare runs");
            // As `head -1` does when it has seen enough.
            drop(running.stdout.take());
            let output = running.wait_with_output().expect("it ends");
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
            assert!(
                !said.contains("panicked") && !said.to_lowercase().contains("broken pipe"),
                "{arguments:?}: {said}"
            );
        }
    });
}
