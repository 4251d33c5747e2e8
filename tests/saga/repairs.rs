//! The repairs of the `fare` command, as an operator runs them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use fare_cli::execution::{self, ExecutionArn};
use fare_values::{FareStatus, PaymentStatus};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::harness::{Test, test};
use crate::recovered::{event, only_notice};
use crate::stopped::stopped_at;
use crate::world::{fare, with_stack};

pub(crate) const TESTS: &[Test] = &[
    test!(a_fare_whose_execution_was_stopped_is_settled_by_the_command_and_once),
    test!(a_fare_that_nobody_is_at_work_on_is_recovered_from_its_record),
    test!(a_refund_that_came_back_after_a_clean_failure_is_made_again),
    test!(what_needs_no_repair_is_left_alone),
];

/// These look into a queue that all other tests empty.
pub(crate) const ALONE: &[Test] = &[test!(a_message_for_attention_is_seen_taken_and_deleted_when_its_fare_is_settled)];

const LIMIT: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(500);

/// Runs `fare`, which is built beside the tests; its exit status, and its result.
fn command(arguments: &[&str], state: &Path) -> (i32, Value) {
    let test = std::env::current_exe().expect("this is a program");
    let built: PathBuf = test.ancestors().nth(2).expect("it lies in target/PROFILE/deps").join("fare");
    // There is no terminal at standard input.
    let mut fare = Command::new(built);
    fare.args(arguments).args(["--output", "json"]).env("XDG_STATE_HOME", state).stdin(std::process::Stdio::null());
    let output = fare.output().expect("`fare` is built: run `make test`");
    let said = String::from_utf8_lossy(&output.stdout);
    let result = serde_json::from_str(&said).unwrap_or(Value::Null);
    let problems = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("pm_card") && !problems.contains("pm_card"), "{said}{problems}");
    (output.status.code().expect("it ends by itself"), result)
}

/// The exit status and the outcome of a repair.
fn repair(arguments: &[&str]) -> (i32, String) {
    let (status, result) = command(arguments, Path::new("/nonexistent"));
    (status, result["outcome"].as_str().unwrap_or_default().to_owned())
}

fn outcome(status: i32, outcome: &str) -> (i32, String) {
    (status, outcome.to_owned())
}

fn a_fare_whose_execution_was_stopped_is_settled_by_the_command_and_once() {
    with_stack(async |world| {
        let stopped = stopped_at(world, "ChargeFare").await;
        // On LocalStack it runs until its task has ended.
        execution::wait(&world.stack, &stopped.arn, LIMIT).await.expect("it ends");
        // The rule starts recovery, too; whichever comes first, the fare is settled when the command ends.
        let (status, outcome_of_first) = repair(&["recover", &stopped.fare.id, "--yes"]);
        assert!(status == 0 && ["settled", "nothing_to_do"].contains(&outcome_of_first.as_str()), "{outcome_of_first}");
        assert_eq!(world.recovery_of(&stopped.arn).await.error, None);
        let truth = world.truth(&stopped.fare).await;
        assert_eq!((truth.fare, truth.money(), truth.balance()), (Some(FareStatus::Failed), (0, 2000, 2000), 0));
        assert_eq!(repair(&["recover", &stopped.fare.id, "--yes"]), outcome(0, "nothing_to_do"));
    });
}

fn a_fare_that_nobody_is_at_work_on_is_recovered_from_its_record() {
    with_stack(async |world| {
        let fare = fare("");
        world.decide(&fare, FareStatus::Registered).await;
        assert_eq!(repair(&["recover", &fare.id, "--yes"]), outcome(1, "young"));
        assert_eq!(repair(&["recover", &fare.id, "--force", "--dry-run"]), outcome(0, "planned"));
        // Nobody can be asked.
        assert_eq!(repair(&["recover", &fare.id, "--force"]), outcome(2, ""));
        assert_eq!(world.truth(&fare).await.fare, Some(FareStatus::Registered));

        assert_eq!(repair(&["recover", &fare.id, "--force", "--yes"]), outcome(0, "settled"));
        let truth = world.truth(&fare).await;
        assert_eq!((truth.fare, truth.payment), (Some(FareStatus::Failed), Some(PaymentStatus::Cancelled)));
        let arn = ExecutionArn::of(&world.stack.outputs.state_machine_arn, &fare.id);
        assert_eq!(world.recoveries_of(&arn).await.len(), 1);
        assert_eq!(repair(&["recover", &fare.id, "--yes"]), outcome(0, "nothing_to_do"));

        // A later one is one more.
        assert_eq!(repair(&["recover", &fare.id, "--force", "--yes"]), outcome(0, "settled"));
        assert_eq!(world.recoveries_of(&arn).await.len(), 2);
    });
}

/// The machine passes such an execution over, so that the command must not send its event as it was.
fn a_refund_that_came_back_after_a_clean_failure_is_made_again() {
    with_stack(async |world| {
        let fare = fare("_fail_credit").with("paymentMethod", json!("pm_card_refundFail"));
        assert!(!world.collect(&fare).await.succeeded);
        let refunds = async || world.gateway_log(&fare).await.iter().filter(|entry| entry.effect == "refunded").count();
        assert_eq!(refunds().await, 1);
        let deadline = Instant::now() + LIMIT;
        while repair(&["recover", &fare.id, "--dry-run"]) != outcome(0, "planned") {
            assert!(Instant::now() < deadline, "the refund never comes back");
            sleep(POLL).await;
        }
        assert_eq!(repair(&["recover", &fare.id, "--yes"]), outcome(0, "settled"));
        assert_eq!(refunds().await, 2);
    });
}

fn what_needs_no_repair_is_left_alone() {
    with_stack(async |world| {
        let (collected, declined) = (fare(""), fare("_fail_auth"));
        assert!(world.collect(&collected).await.succeeded);
        assert!(!world.collect(&declined).await.succeeded);
        for fare in [&collected, &declined] {
            assert_eq!(repair(&["recover", &fare.id, "--yes"]), outcome(0, "nothing_to_do"));
        }
        assert_eq!(repair(&["redrive", &collected.id, "--yes"]), outcome(0, "nothing_to_do"));
        assert_eq!(repair(&["redrive", &declined.id, "--yes"]), outcome(1, "pointless"));
        for what in ["recover", "redrive"] {
            assert_eq!(repair(&[what, &fare("").id, "--yes"]), outcome(5, ""));
        }
        assert_eq!(world.truth(&collected).await.money(), (0, 2000, 0));
    });
}

fn a_message_for_attention_is_seen_taken_and_deleted_when_its_fare_is_settled() {
    with_stack(async |world| {
        let state = tempfile::tempdir().expect("a directory can be made");
        let run = |arguments: &[&str]| command(arguments, state.path());
        world.mailbox.settle().await.expect("the queues can be read");
        assert_eq!(run(&["attention", "take", "--yes"]).0, 0, "nothing waits");

        // An execution of another name that asks for a person, and so does its recovery.
        let (settled, unsettled) = (fare(""), fare(""));
        assert!(world.collect(&settled).await.succeeded);
        world.decide(&unsettled, FareStatus::Registered).await;
        for fare in [&settled, &unsettled] {
            let asks = event(world, &format!("{}_again", fare.id), "FAILED", Some("FareUndecided"), &fare.input);
            assert_eq!(world.recover(&asks).await.error.as_deref(), Some("FareNeedsAttention"));
        }

        let (status, listed) = run(&["attention", "list"]);
        let fares: Vec<_> = listed["messages"].as_array().into_iter().flatten().map(|it| &it["fareId"]).collect();
        assert_eq!((status, fares), (0, vec![&Value::from(settled.id.as_str()), &Value::from(unsettled.id.as_str())]));
        assert_eq!(listed["messages"][0]["error"], "FareUndecided");

        let take = ["attention", "take", "--fare", &settled.id, "--for", "10min"];
        assert_eq!(run(&take).0, 2, "nobody can be asked");
        let take = [take.as_slice(), &["--yes"]].concat();
        assert_eq!(run(&take).1["outcome"], "taken");
        assert_eq!(run(&take).1["outcome"], "nothing_to_do");
        let (_, listed) = run(&["attention", "list"]);
        assert_eq!((&listed["messages"][0]["fareId"], &listed["taken"]), (&unsettled.id.as_str().into(), &1.into()));
        assert_eq!(listed["mine"][0]["fareId"], settled.id.as_str());
        // Somebody else cannot have it.
        let elsewhere = tempfile::tempdir().expect("a directory can be made");
        assert_eq!(command(&take, elsewhere.path()).1["outcome"], "not_found");

        assert_eq!(run(&["attention", "done", &settled.id, "--yes"]).1["outcome"], "deleted");
        let (status, again) = run(&["attention", "done", &settled.id, "--yes"]);
        assert_eq!((status, &again["outcome"]), (0, &"nothing_to_do".into()));

        // It waits on, until its fare is settled.
        let (status, refused) = run(&["attention", "done", &unsettled.id, "--yes"]);
        assert_eq!((status, &refused["outcome"]), (1, &"not_settled".into()));
        assert_eq!(run(&["recover", &unsettled.id, "--force", "--yes"]).1["outcome"], "settled");
        assert_eq!(run(&["attention", "done", &unsettled.id, "--yes"]).1["outcome"], "deleted");
        assert_eq!(run(&["attention", "list"]).1["messages"], json!([]));

        let own = ExecutionArn::of(&world.stack.outputs.state_machine_arn, &unsettled.id);
        assert_eq!(only_notice(world, &own).await.text("fareStatus"), Some("failed"));
    });
}
