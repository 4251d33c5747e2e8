//! `fare graph` of fares that were really collected, taken back and recovered.

use crate::harness::{Test, test};
use crate::recovered::{aborted, event};
use crate::stopped::stopped_at;
use crate::tool::{assert_ended, run};
use crate::world::{fare, with_stack};

pub(crate) const TESTS: &[Test] = &[
    test!(the_path_of_a_fare_is_drawn_in_every_format),
    test!(the_last_recovery_of_a_fare_is_drawn_whatever_its_name_and_that_of_its_execution),
    test!(a_picture_of_what_never_was_is_no_such_fare),
];

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

fn the_path_of_a_fare_is_drawn_in_every_format() {
    with_stack(async |world| {
        let fare = fare("_fail_credit");
        let ended = world.collect(&fare).await;
        assert!(!ended.succeeded);
        let title = format!("{}: failed (FareProcessingFailed)", fare.id);

        let mermaid = assert_ended(&run(&["graph", &fare.id]), 0);
        assert!(mermaid.contains(&title) && mermaid.contains("AccountCreditException"), "{mermaid}");
        assert_eq!(assert_ended(&run(&["graph", ended.arn.as_str(), "--format", "mermaid"]), 0), mermaid);

        let svg = assert_ended(&run(&["graph", &fare.id, "--format", "svg"]), 0);
        assert!(svg.starts_with("<svg") && svg.contains(&title) && svg.contains("AccountCreditException"), "{svg}");

        let png = run(&["graph", &fare.id, "--format", "png"]);
        assert_ended(&png, 0);
        assert!(png.stdout.starts_with(PNG));

        // The name of a file tells the format as well.
        let directory = tempfile::tempdir().expect("a directory can be made");
        let file = directory.path().join("path.png");
        let out = file.to_str().expect("a plain path");
        assert_eq!(assert_ended(&run(&["graph", &fare.id, "--out", out]), 0), "");
        assert_eq!(std::fs::read(file).expect("it was written"), png.stdout);
        for picture in [mermaid, svg] {
            assert!(!picture.contains("pm_card_visa"), "{picture}");
        }
    });
}

fn the_last_recovery_of_a_fare_is_drawn_whatever_its_name_and_that_of_its_execution() {
    with_stack(async |world| {
        let stopped = stopped_at(world, "ChargeFare").await;
        let recovery = world.recovery_of(&stopped.arn).await;
        let drawn = || assert_ended(&run(&["graph", &stopped.fare.id, "--machine", "recovery"]), 0);
        let mermaid = drawn();
        assert!(mermaid.contains(&format!("{}: succeeded", recovery.arn.name())), "{mermaid}");
        assert!(mermaid.contains("DebitCustomerAccount") && mermaid.contains("FareRecovered"), "{mermaid}");
        for format in ["svg", "png"] {
            let picture = run(&["graph", &stopped.fare.id, "--machine", "recovery", "--format", format]);
            assert_ended(&picture, 0);
        }

        // One that a person has started comes later.
        assert_ended(&run(&["recover", &stopped.fare.id, "--force", "--yes"]), 0);
        let by_hand = drawn();
        assert!(by_hand.contains(&format!("by-hand-{}-1: succeeded", stopped.fare.id)), "{by_hand}");

        // Nothing has this fare's id as its name.
        let other = fare("");
        let recovery = world.recover(&aborted(world, &other)).await;
        let mermaid = assert_ended(&run(&["graph", &other.id, "--machine", "recovery"]), 0);
        assert!(mermaid.contains(&format!("{}: succeeded", recovery.arn.name())), "{mermaid}");
        let undecided = event(world, &other.id, "FAILED", Some("FareUndecided"), &other.input);
        let last = world.recover(&undecided).await;
        let mermaid = assert_ended(&run(&["graph", &other.id, "--machine", "recovery"]), 0);
        assert!(mermaid.contains(&format!("{}: failed (FareNeedsAttention)", last.arn.name())), "{mermaid}");
    });
}

fn a_picture_of_what_never_was_is_no_such_fare() {
    with_stack(async |world| {
        let (never, collected) = (fare(""), fare(""));
        assert!(world.collect(&collected).await.succeeded);
        assert_eq!(assert_ended(&run(&["graph", &never.id]), 5), "");
        for id in [&never.id, &collected.id] {
            let output = run(&["graph", id, "--machine", "recovery"]);
            assert_ended(&output, 5);
            assert!(String::from_utf8_lossy(&output.stderr).contains("there is no recovery"), "{output:?}");
        }
    });
}
