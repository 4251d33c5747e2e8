//! What is watched, and that somebody hears of it.

use std::collections::BTreeSet;
use std::fs;

use decision_log::Metric;
use serde_yaml_ng::{Mapping, Value};
use strum::IntoEnumIterator;

use crate::machine::repository;
use crate::template::{argument, mapping, of_type, template};

#[test]
fn every_alarm_tells_somebody_and_is_quiet_while_there_is_nothing_to_measure() {
    let template = template();
    let alarms = of_type(&template, "AWS::CloudWatch::Alarm");
    assert!(alarms.len() >= 16);
    for (name, alarm) in alarms {
        let properties = &alarm["Properties"];
        // What is measured in any case is missing only where nobody measures any more.
        let always_measured = ["UndecidedFareAlarm", "ReconciliationFailedAlarm"].contains(&name);
        let silence = if always_measured { "breaching" } else { "notBreaching" };
        assert_eq!(properties["TreatMissingData"], silence, "{name}");
        assert_eq!(argument(&properties["AlarmActions"][0], "Ref"), "AlarmTopic", "{name}");
        assert!(properties["AlarmDescription"].as_str().is_some_and(|text| text.len() > 30), "{name}");
    }
}

#[test]
fn every_alarm_has_its_page_in_the_runbook() {
    let runbook = fs::read_to_string(repository().join("docs/operations.md")).unwrap();
    let pages: BTreeSet<_> = runbook.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    for (name, _) in of_type(&template(), "AWS::CloudWatch::Alarm") {
        assert!(pages.contains(name), "docs/operations.md has no section `### {name}`");
    }
    for page in pages.iter().filter(|page| page.ends_with("Alarm")) {
        assert!(template()["Resources"].get(*page).is_some(), "{page} is no alarm any more");
    }
}

/// Every pair of namespace and metric anywhere in the alarms.
fn watched(value: &Value, found: &mut Vec<(String, String)>) {
    if let Some((namespace, metric)) = value.get("Namespace").zip(value.get("MetricName")) {
        found.push((namespace.as_str().unwrap().to_owned(), metric.as_str().unwrap().to_owned()));
    }
    for inner in value.as_mapping().into_iter().flat_map(Mapping::values) {
        watched(inner, found);
    }
    for inner in value.as_sequence().into_iter().flatten() {
        watched(inner, found);
    }
}

#[test]
fn alarms_and_dashboard_go_by_metrics_that_are_measured() {
    let template = template();
    let measured: BTreeSet<_> = Metric::iter().map(Metric::name).collect();
    let mut found = Vec::new();
    for (_, alarm) in of_type(&template, "AWS::CloudWatch::Alarm") {
        watched(&alarm["Properties"], &mut found);
    }
    let own: Vec<_> = found.iter().filter(|(namespace, _)| namespace == "FareCollection").collect();
    assert!(own.len() >= 3);
    for (_, metric) in own {
        assert!(measured.contains(metric.as_str()), "{metric}");
    }

    let body = argument(&template["Resources"]["Dashboard"]["Properties"]["DashboardBody"], "Sub").as_str().unwrap();
    for metric in &measured {
        let shown = body.contains(&format!(r#"["FareCollection", "{metric}""#))
            || body.contains(&format!(r#"MetricName=\"{metric}\""#));
        assert!(shown, "the dashboard does not show {metric}");
    }
}

#[test]
fn the_dashboard_is_json_and_shows_every_alarm() {
    let template = template();
    let body = argument(&template["Resources"]["Dashboard"]["Properties"]["DashboardBody"], "Sub").as_str().unwrap();
    let dashboard: serde_json::Value = serde_json::from_str(body).unwrap();
    let alarms = &dashboard["widgets"][0]["properties"]["alarms"];
    let shown: BTreeSet<_> =
        alarms.as_array().unwrap().iter().map(|alarm| alarm.as_str().unwrap().to_owned()).collect();
    let all = of_type(&template, "AWS::CloudWatch::Alarm").into_iter().map(|(name, _)| format!("${{{name}.Arn}}"));
    assert_eq!(shown, all.collect());
}

#[test]
fn every_log_ends_some_day_and_no_execution_data_is_written_to_one() {
    let template = template();
    for (name, group) in of_type(&template, "AWS::Logs::LogGroup") {
        assert_eq!(argument(&group["Properties"]["RetentionInDays"], "Ref"), "LogRetentionDays", "{name}");
    }
    for (name, machine) in of_type(&template, "AWS::StepFunctions::StateMachine") {
        let logging = &machine["Properties"]["LoggingConfiguration"];
        assert_eq!((&logging["Level"], &logging["IncludeExecutionData"]), (&"ERROR".into(), &false.into()), "{name}");
    }
}

#[test]
fn the_oldest_undecided_fare_is_looked_for_once_a_minute() {
    let template = template();
    let watch = &template["Resources"]["DecideFareFunction"]["Properties"]["Events"]["Watch"];
    assert_eq!((&watch["Type"], &watch["Properties"]["Schedule"]), (&"Schedule".into(), &"rate(1 minute)".into()));
    let event: serde_json::Value = serde_json::from_str(watch["Properties"]["Input"].as_str().unwrap()).unwrap();
    assert!(register_fare::asks_to_watch(&event));
    assert!(mapping(&template["Resources"]).contains_key("UndecidedFareAlarm"));
}
