//! The explorer, used as its commands use it.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

use std::path::Path;

use saga_explorer::{Limits, Machines, Outcome, Scenario, Schedule, Search, Sources, catalogue, replay};

fn sources() -> Sources {
    Sources::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).expect("the definitions are there")
}

fn machines() -> Machines {
    sources().parse().expect("the definitions can be interpreted")
}

/// The deployed machines, but that the fare is completed without a credit.
fn machines_without_credit() -> Machines {
    let mut sources = sources();
    let (next, credit) = (r#""Next": "CreditCustomerAccount""#, r#""CreditCustomerAccount": {"#);
    assert!(sources.fare_collection.contains(next) && sources.fare_collection.contains(credit));
    let mut definition: serde_json::Value = serde_json::from_str(&sources.fare_collection).expect("it is JSON");
    definition["States"]["ChargeFare"]["Next"] = "SetFareStatusCompleted".into();
    definition["States"].as_object_mut().expect("states").remove("CreditCustomerAccount");
    sources.fare_collection = definition.to_string();
    sources.parse().expect("the definition is one")
}

#[test]
fn an_execution_with_which_nobody_interferes_completes_its_fare() {
    let scenario = catalogue::alone(0);
    let replayed = replay(&scenario, &machines(), &Schedule::usual(&scenario.name)).expect("the schedule fits");
    assert_eq!(replayed.end, Ok(Outcome::Completed));
    let path: Vec<_> = replayed.executions[0].path().iter().map(|visit| visit.state.to_string()).collect();
    assert_eq!(path[1..3], ["RegisterFare", "ChargeFare"]);
    assert_eq!(path.last().map(String::as_str), Some("FareProcessingSucceeded"));
}

#[test]
fn a_schedule_is_read_back_as_it_is_printed() {
    let text = "alone:3=main/answer-lost,7=late-1";
    let schedule: Schedule = text.parse().expect("it is one");
    assert_eq!((schedule.to_string(), schedule.faults()), (text.to_owned(), 1));
    for bad in ["alone", "alone:x=main", "alone:3", "alone:3=main,", "alone:3=main,3=late-1"] {
        assert!(bad.parse::<Schedule>().is_err(), "{bad}");
    }
}

#[test]
fn a_schedule_that_does_not_fit_says_what_could_be_chosen() {
    let scenario = catalogue::alone(1);
    let schedule: Schedule = "alone:0=main/never-heard-of".parse().expect("it is one");
    let error = replay(&scenario, &machines(), &schedule).expect_err("it does not fit").to_string();
    assert!(error.starts_with("at choice 0 there is no `main/never-heard-of`, but: main, "), "{error}");
    assert!(error.contains("main/killed-before"), "{error}");
}

#[test]
fn a_schedule_that_goes_on_after_the_end_does_not_fit() {
    let scenario = catalogue::alone(1);
    let schedule: Schedule = "alone:999=main/answer-lost".parse().expect("it is one");
    let error = replay(&scenario, &machines(), &schedule).expect_err("it does not fit").to_string();
    assert!(error.starts_with("choice 999 is never reached"), "{error}");
}

#[test]
fn a_machine_that_never_collects_a_fare_is_found_out() {
    let mut sources = sources();
    let mut definition: serde_json::Value = serde_json::from_str(&sources.fare_collection).expect("it is JSON");
    definition["States"]["ChargeFare"]["Parameters"]["Payload"]["action"] = "nonsense".into();
    sources.fare_collection = definition.to_string();
    let (scenario, machines) = (catalogue::alone(0), sources.parse().expect("the definition is one"));
    let findings = Search::new(&machines, &scenario, Limits::default()).run();
    assert_eq!(findings.violations.first().expect("a violation").violation.invariant, "I15");
}

#[test]
fn a_lost_answer_is_found_out_about_and_the_fare_completed() {
    let scenario = catalogue::alone(1);
    let machines = machines();
    let search = Search::new(&machines, &scenario, Limits::default());
    let piece = search.pieces().expect("nothing is wrong");
    let piece = piece.iter().find(|piece| piece.name.ends_with("main/gateway-answer-lost")).expect("there is one");
    let findings = search.run_piece(piece);
    assert_eq!((findings.violations.len(), findings.outcomes.get(&Outcome::Completed)), (0, Some(&1)), "{findings:?}");
}

#[test]
fn a_machine_that_forgets_the_credit_is_found_out_and_the_schedule_shows_it_again() {
    let (scenario, machines) = (catalogue::alone(0), machines_without_credit());
    let findings = Search::new(&machines, &scenario, Limits::default()).run();
    let found = findings.violations.first().expect("a violation");
    assert_eq!((found.violation.invariant, found.faults), ("I3", 0));
    let replayed = replay(&scenario, &machines, &found.schedule).expect("the schedule fits");
    assert_eq!(replayed.end, Err(found.violation.clone()));
    assert!(!replayed.lines.is_empty());
}

#[test]
fn payloads_that_grow_are_found_out() {
    let mut sources = sources();
    let mut definition: serde_json::Value = serde_json::from_str(&sources.fare_collection).expect("it is JSON");
    definition["States"]["BeginSaga"]["Result"] = serde_json::json!({ "note": "n".repeat(1_500) });
    sources.fare_collection = definition.to_string();
    let machines = sources.parse().expect("the definition is one");
    let broken = |name: &str| {
        let scenario = Scenario { faults: 0, ..catalogue::named(name).expect("there is one") };
        let findings = Search::new(&machines, &scenario, Limits::default()).run();
        findings.violations.first().map(|found| found.violation.to_string())
    };
    // With ids as long as they may be, the results beside the note are too much.
    assert_eq!(broken("alone"), None);
    assert!(broken("largest-alone").is_some_and(|found| found.starts_with("I16: a payload of ")));
}

#[test]
fn an_execution_that_goes_round_in_circles_never_ends() {
    let mut sources = sources();
    let mut definition: serde_json::Value = serde_json::from_str(&sources.fare_collection).expect("it is JSON");
    definition["States"]["SetFareStatusCompleted"]["Next"] = "CreditCustomerAccount".into();
    sources.fare_collection = definition.to_string();
    let (scenario, machines) = (catalogue::alone(0), sources.parse().expect("the definition is one"));
    let findings = Search::new(&machines, &scenario, Limits::default()).run();
    let found = findings.violations.first().expect("a violation");
    assert_eq!(found.violation.invariant, "I5", "{}", found.violation);
    assert!(found.violation.finding.contains("does not end"), "{}", found.violation);
}

#[test]
fn every_scenario_has_a_name_of_its_own_under_which_it_is_found() {
    let all = catalogue::bounded();
    for scenario in &all {
        let same: Vec<&Scenario> = all.iter().filter(|other| other.name == scenario.name).collect();
        assert_eq!(same.len(), 1, "{}", scenario.name);
        assert!(catalogue::named(&scenario.name).is_some(), "{}", scenario.name);
    }
}

#[test]
fn pieces_go_through_what_the_whole_search_goes_through() {
    let (scenario, machines) = (catalogue::alone(1), machines());
    let whole = Search::new(&machines, &scenario, Limits::default()).run();
    let search = Search::new(&machines, &scenario, Limits::default());
    let mut together = search.run_piece(&saga_explorer::Piece::default()).states;
    for piece in search.pieces().expect("nothing is wrong") {
        together += search.run_piece(&piece).states;
    }
    assert_eq!(together, whole.states);
}
