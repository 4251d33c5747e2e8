//! The repairs of the `fare` command, as an operator runs them.

use std::path::Path;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use fare_cli::execution::{self, ExecutionArn};
use fare_values::{FareStatus, PaymentStatus};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::harness::{Test, test};
use crate::reconciliation::Saboteur;
use crate::recovered::{event, only_notice};
use crate::stopped::{stopped_at, stopped_unheard};
use crate::tool;
use crate::world::{fare, with_stack};

pub(crate) const TESTS: &[Test] = &[
    test!(a_fare_whose_execution_was_stopped_is_settled_by_the_command_and_once),
    test!(a_fare_that_nobody_is_at_work_on_is_recovered_from_its_record),
    test!(a_refund_that_came_back_after_a_clean_failure_is_made_again),
    test!(what_needs_no_repair_is_left_alone),
    test!(a_hold_that_a_voided_record_hides_from_the_machine_is_for_a_person),
    test!(a_capture_without_a_record_is_refunded_by_hand_and_the_rest_by_recovery),
    test!(a_redrive_is_said_to_be_missing_where_the_engine_has_none, NoRedrive),
    test!(a_stopped_execution_is_redriven_to_its_end, Redrive),
];

/// These look into a queue that all other tests empty.
pub(crate) const ALONE: &[Test] = &[test!(a_message_for_attention_is_seen_taken_and_deleted_when_its_fare_is_settled)];

const LIMIT: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(500);

/// Runs a repair; its exit status, and its result.
fn command(arguments: &[&str], state: &Path) -> (i32, Value) {
    let mut fare = tool::command(&[arguments, &["--output", "json"]].concat());
    let output = fare.env("XDG_STATE_HOME", state).output().expect("fare runs");
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

fn a_hold_that_a_voided_record_hides_from_the_machine_is_for_a_person() {
    with_stack(async |world| {
        let fare = fare("_fail_charge");
        assert!(!world.collect(&fare).await.succeeded);
        assert_eq!(world.truth(&fare).await.payment, Some(PaymentStatus::Voided));
        Saboteur::of(world).await.hold(&fare.id).await;
        let (status, result) = command(&["recover", &fare.id, "--yes"], Path::new("/nonexistent"));
        assert_eq!((status, &result["outcome"]), (1, &json!("by_hand")));
        let lines = result["byHand"].as_array().expect("what is to be done");
        let line = lines[0].as_str().expect("a line");
        assert!(line.starts_with("release the hold of $5.00 by pi_"), "{line}");
        assert!(line.ends_with(" at the gateway: the payment is voided on record"), "{line}");
        assert_eq!(world.truth(&fare).await.holdings.held, 500);

        // That is what the machine does: nothing.
        let (status, result) = command(&["recover", &fare.id, "--yes", "--force"], Path::new("/nonexistent"));
        assert_eq!((status, &result["outcome"]), (1, &json!("not_settled")));
        assert_eq!(result["plan"][1], format!("is left to a person: {line}"));
        assert_eq!(world.truth(&fare).await.holdings.held, 500);
    });
}

fn a_capture_without_a_record_is_refunded_by_hand_and_the_rest_by_recovery() {
    with_stack(async |world| {
        let fare = fare("");
        assert!(world.collect(&fare).await.succeeded);
        let saboteur = Saboteur::of(world).await;
        let payment = saboteur.payment_id(&fare).await;
        saboteur.delete_payment(&fare).await;
        let failed = AttributeValue::S("failed".to_owned());
        let key = [("fareId", fare.id.clone())];
        saboteur.set(&world.stack.outputs.fares_table, &key, "status", failed).await;

        // Its execution has succeeded, so that its record is what is wrong first of all.
        let (status, result) = command(&["recover", &fare.id, "--yes"], Path::new("/nonexistent"));
        assert_eq!((status, &result["outcome"]), (1, &json!("by_hand")));
        assert!(
            result["byHand"][0].as_str().is_some_and(|line| line.ends_with("restore the fare's record")),
            "{result}"
        );
        let (status, result) = command(&["recover", &fare.id, "--force", "--dry-run"], Path::new("/nonexistent"));
        assert_eq!((status, &result["outcome"]), (0, &json!("planned")));
        let line = format!("refund $20.00 of {payment} at the gateway: the payment is not on record");
        let plan = result["plan"].as_array().expect("a plan");
        assert_eq!(plan.last(), Some(&json!(format!("is left to a person: {line}"))));
        let truth = world.truth(&fare).await;
        assert_eq!((truth.payment, truth.money(), truth.balance()), (None, (0, 2000, 0), 2000));

        saboteur.ask_gateway("/v1/refunds", &[("payment_intent", payment)]).await;
        let (status, result) = command(&["recover", &fare.id, "--yes", "--force"], Path::new("/nonexistent"));
        // A lost record stays a disagreement; the money is right.
        assert_eq!((status, &result["outcome"]), (1, &json!("not_settled")));
        let reversed = format!("the credit of $20.00 to customer {} is reversed", fare.customer);
        assert_eq!(result["plan"][1], reversed);
        let truth = world.truth(&fare).await;
        assert_eq!((truth.money(), truth.balance()), ((0, 2000, 2000), 0));
    });
}

/// What a redrive does is shown by the tests of the command against answers of AWS.
fn a_redrive_is_said_to_be_missing_where_the_engine_has_none() {
    with_stack(async |world| {
        // One whose fare recovery takes back has nothing left to go on with when recovery has been quicker.
        let stopped = stopped_unheard(world).await;
        execution::wait(&world.stack, &stopped.arn, LIMIT).await.expect("it ends");
        assert_eq!(repair(&["redrive", &stopped.fare.id, "--dry-run"]), outcome(0, "planned"));
        let output = tool::run(&["redrive", &stopped.fare.id, "--yes"]);
        tool::assert_ended(&output, 3);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("the engine has no RedriveExecution") && said.contains("`fare recover`"), "{said}");
        assert_eq!(world.recovery_of(&stopped.arn).await.error, None);
    });
}

fn a_stopped_execution_is_redriven_to_its_end() {
    with_stack(async |world| {
        let stopped = stopped_at(world, "ChargeFare").await;
        // Recovery has decided the fare by then, so that the redriven execution finds it failed, and takes it back.
        assert_eq!(world.recovery_of(&stopped.arn).await.error, None);
        let (status, result) = command(&["redrive", &stopped.fare.id, "--yes"], Path::new("/nonexistent"));
        assert_eq!((status, &result["outcome"], &result["status"]), (1, &json!("ended"), &json!("FAILED")));
        let truth = world.truth(&stopped.fare).await;
        assert_eq!((truth.fare, truth.money(), truth.balance()), (Some(FareStatus::Failed), (0, 2000, 2000), 0));
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
