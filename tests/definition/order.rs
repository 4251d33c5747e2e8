//! Decide, then undo: what the definition must do in which order.

use crate::machine::{both, fare_collection, list, names, successors};

#[test]
fn nothing_is_undone_before_the_fare_is_decided_failed() {
    for machine in both() {
        let without_decision = machine.reachable(&machine.start, Some("SetFareStatusFailed"));
        for undo in ["DebitCustomerAccount", "RefundFare"] {
            assert!(
                machine.states.contains_key(undo) && !without_decision.contains(undo),
                "{undo} can be reached undecided"
            );
        }
    }
}

#[test]
fn nothing_is_done_any_more_once_the_fare_is_decided_failed() {
    let machine = fare_collection();
    let afterwards = machine.reachable("SetFareStatusFailed", None);
    for step in ["RegisterFare", "ChargeFare", "CreditCustomerAccount", "SetFareStatusCompleted"] {
        assert!(!afterwards.contains(step), "{step} can follow the decision");
    }
}

#[test]
fn success_is_announced_only_of_a_completed_fare() {
    let machine = fare_collection();
    let announcing: Vec<_> = machine
        .states
        .iter()
        .filter(|(_, state)| successors(state).contains(&"NotifySuccess"))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(announcing, ["SetFareStatusCompleted", "WhatMayHaveRun"]);
    // The one has completed the fare; the other found that somebody else had.
    let choices: Vec<_> = list(&machine.states["WhatMayHaveRun"], "Choices")
        .filter(|choice| choice["Next"] == "NotifySuccess")
        .map(|choice| (choice["Variable"].as_str().unwrap(), choice["StringEquals"].as_str().unwrap()))
        .collect();
    assert_eq!(choices, [("$.decision.status", "completed")]);
}

#[test]
fn every_do_tells_definite_failures_from_unknown_outcomes() {
    let machine = fare_collection();
    for (state, definite) in [
        ("RegisterFare", vec!["InvalidFare", "CardDataNotAccepted", "FareConflict"]),
        ("ChargeFare", vec!["PaymentAuthException", "PaymentChargeException"]),
        ("CreditCustomerAccount", vec!["AccountCreditException"]),
    ] {
        let catchers: Vec<_> = list(&machine.states[state], "Catch").map(names).collect();
        assert_eq!(catchers, [definite, vec!["States.ALL"]], "{state}");
    }
}

#[test]
fn after_the_credit_only_another_decision_turns_to_undoing() {
    let machine = fare_collection();
    let catchers: Vec<_> = list(&machine.states["SetFareStatusCompleted"], "Catch").map(names).collect();
    assert_eq!(catchers, [["FareCancelled"]]);
    assert!(list(&machine.states["NotifySuccess"], "Catch").next().is_none());
}

#[test]
fn the_default_is_to_undo_everything() {
    let machine = fare_collection();
    assert_eq!(machine.states["WhatMayHaveRun"]["Default"], "DebitCustomerAccount");
    assert_eq!(machine.states["DebitCustomerAccount"]["Next"], "RefundFare");
}

#[test]
fn a_rejection_never_hides_what_may_have_been_done() {
    let machine = fare_collection();
    let rejecting: Vec<_> = machine
        .states
        .iter()
        .filter(|(_, state)| successors(state).contains(&"RejectFare"))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(rejecting, ["RegisterFare", "WasAnythingDone"]);
    let choice = &machine.states["WasAnythingDone"];
    assert_eq!(
        (&choice["Choices"][0]["Variable"], &choice["Choices"][0]["IsPresent"]),
        (&"$.registration".into(), &false.into())
    );
    assert_eq!(choice["Default"], "FareUndecided");
}

#[test]
fn every_function_is_sent_the_executions_own_input() {
    let machine = fare_collection();
    let tasks: Vec<_> = machine.function_tasks().map(|(name, _, action)| (name.as_str(), action)).collect();
    let expected = [
        ("ChargeFare", "charge"),
        ("CreditCustomerAccount", "credit"),
        ("DebitCustomerAccount", "debit"),
        ("RefundFare", "refund"),
        ("RegisterFare", "register"),
        ("SetFareStatusCompleted", "complete"),
        ("SetFareStatusFailed", "cancel"),
    ];
    assert_eq!(tasks, expected);
    for (name, _, _) in machine.function_tasks() {
        assert_eq!(machine.states[name]["Parameters"]["Payload"]["fare.$"], "$$.Execution.Input", "{name}");
    }
}
