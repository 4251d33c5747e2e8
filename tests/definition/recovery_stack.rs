//! How recovery is started, and what watches over it.

use serde_yaml_ng::Value;

use crate::template::{argument, of_type, template};

fn list(items: &[&str]) -> Value {
    items.iter().copied().map(Value::from).collect()
}

#[test]
fn recovery_is_started_for_every_bad_end_of_fare_collection_and_of_nothing_else() {
    let template = template();
    let rules: Vec<_> = of_type(&template, "AWS::Events::Rule")
        .into_iter()
        .map(|(_, rule)| &rule["Properties"])
        .filter(|rule| rule.get("EventPattern").is_some())
        .collect();
    let [rule] = rules.as_slice() else { panic!("one rule: {rules:?}") };
    let pattern = &rule["EventPattern"];
    assert_eq!(pattern["source"], list(&["aws.states"]));
    assert_eq!(pattern["detail-type"], list(&["Step Functions Execution Status Change"]));
    assert_eq!(pattern["detail"].as_mapping().unwrap().len(), 2, "an event may lack its error, so none is asked for");
    assert_eq!(pattern["detail"]["status"], list(&["ABORTED", "TIMED_OUT", "FAILED"]));
    let machines = pattern["detail"]["stateMachineArn"].as_sequence().unwrap();
    assert_eq!(machines.iter().map(|machine| argument(machine, "Ref")).collect::<Vec<_>>(), ["FareCollection"]);
    assert_eq!(rule["Targets"].as_sequence().unwrap().len(), 1);
    // Of its versions the one in force; a local engine has no versions.
    let target = argument(&rule["Targets"][0]["Arn"], "If");
    assert_eq!(target[0], "IsAccount");
    assert_eq!(argument(&target[1], "Ref"), "FareRecoveryAlias");
    assert_eq!(argument(&target[2], "Ref"), "FareRecovery");
}

#[test]
fn an_event_that_cannot_be_delivered_is_tried_for_a_day_and_then_kept() {
    let template = template();
    let target = &template["Resources"]["FareRecoveryRule"]["Properties"]["Targets"][0];
    assert_eq!(target["RetryPolicy"]["MaximumEventAgeInSeconds"], 86400);
    assert_eq!(argument(&target["DeadLetterConfig"]["Arn"], "GetAtt"), "RecoveryDeadLetterQueue.Arn");
}

#[test]
fn the_attention_queue_takes_one_message_from_recovery_and_none_from_others() {
    let template = template();
    let queue = &template["Resources"]["AttentionQueue"]["Properties"];
    assert_eq!(queue["FifoQueue"], true);
    assert_eq!(queue["MessageRetentionPeriod"], 1_209_600);
    let statements = &template["Resources"]["AttentionQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"];
    let (others, plain) = (&statements[0], &statements[1]);
    assert_eq!((&others["Effect"], &others["Action"]), (&"Deny".into(), &"sqs:SendMessage".into()));
    assert_eq!(argument(&others["Condition"]["ArnNotEquals"]["aws:PrincipalArn"], "GetAtt"), "FareRecoveryRole.Arn");
    assert_eq!((&plain["Effect"], &plain["Action"]), (&"Deny".into(), &"sqs:*".into()));
    assert_eq!(plain["Condition"]["Bool"]["aws:SecureTransport"], "false");
}
