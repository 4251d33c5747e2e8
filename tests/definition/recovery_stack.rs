//! How recovery is started, and what watches over it.

use serde_yaml_ng::Value;

use crate::template::{argument, of_type, statement, template};

fn list(items: &[&str]) -> Value {
    items.iter().copied().map(Value::from).collect()
}

#[test]
fn recovery_is_started_for_every_bad_end_of_fare_collection_and_of_nothing_else() {
    let template = template();
    let rules = of_type(&template, "AWS::Events::Rule");
    assert_eq!(rules.len(), 1);
    let rule = &rules[0].1["Properties"];
    let pattern = &rule["EventPattern"];
    assert_eq!(pattern["source"], list(&["aws.states"]));
    assert_eq!(pattern["detail-type"], list(&["Step Functions Execution Status Change"]));
    assert_eq!(pattern["detail"].as_mapping().unwrap().len(), 2, "an event may lack its error, so none is asked for");
    assert_eq!(pattern["detail"]["status"], list(&["ABORTED", "TIMED_OUT", "FAILED"]));
    let machines = pattern["detail"]["stateMachineArn"].as_sequence().unwrap();
    assert_eq!(machines.iter().map(|machine| argument(machine, "Ref")).collect::<Vec<_>>(), ["FareCollection"]);
    assert_eq!(rule["Targets"].as_sequence().unwrap().len(), 1);
    assert_eq!(argument(&rule["Targets"][0]["Arn"], "Ref"), "FareRecovery");
}

#[test]
fn an_event_that_cannot_be_delivered_is_tried_for_a_day_and_then_kept() {
    let template = template();
    let target = &template["Resources"]["FareRecoveryRule"]["Properties"]["Targets"][0];
    assert_eq!(target["RetryPolicy"]["MaximumEventAgeInSeconds"], 86400);
    assert_eq!(argument(&target["DeadLetterConfig"]["Arn"], "GetAtt"), "RecoveryDeadLetterQueue.Arn");
    let role = &template["Resources"]["FareRecoveryRuleRole"];
    assert_eq!(argument(&statement(role, "states:StartExecution").unwrap()["Resource"], "Ref"), "FareRecovery");
}

#[test]
fn recovery_may_run_the_three_services_publish_and_call_for_attention() {
    let template = template();
    let role = &template["Resources"]["FareRecoveryRole"];
    let functions = statement(role, "lambda:InvokeFunction").unwrap()["Resource"].as_sequence().unwrap();
    let functions: Vec<_> = functions.iter().map(|function| argument(function, "GetAtt").as_str().unwrap()).collect();
    assert_eq!(functions, ["RegisterFareFunction.Arn", "PaymentFunction.Arn", "CustomerAccountingFunction.Arn"]);
    assert_eq!(argument(&statement(role, "sns:Publish").unwrap()["Resource"], "Ref"), "NotificationTopic");
    assert_eq!(argument(&statement(role, "sqs:SendMessage").unwrap()["Resource"], "GetAtt"), "AttentionQueue.Arn");
    let senders = of_type(&template, "AWS::IAM::Role")
        .into_iter()
        .filter(|(_, role)| statement(role, "sqs:SendMessage").is_some());
    assert_eq!(senders.map(|(name, _)| name).collect::<Vec<_>>(), ["FareRecoveryRole"]);
}

#[test]
fn the_attention_queue_takes_one_message_from_recovery_and_none_from_others() {
    let template = template();
    let queue = &template["Resources"]["AttentionQueue"]["Properties"];
    assert_eq!((&queue["FifoQueue"], &queue["SqsManagedSseEnabled"]), (&true.into(), &true.into()));
    assert_eq!(queue["MessageRetentionPeriod"], 1_209_600);
    let statements = &template["Resources"]["AttentionQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"];
    let (others, plain) = (&statements[0], &statements[1]);
    assert_eq!((&others["Effect"], &others["Action"]), (&"Deny".into(), &"sqs:SendMessage".into()));
    assert_eq!(argument(&others["Condition"]["ArnNotEquals"]["aws:PrincipalArn"], "GetAtt"), "FareRecoveryRole.Arn");
    assert_eq!((&plain["Effect"], &plain["Action"]), (&"Deny".into(), &"sqs:*".into()));
    assert_eq!(plain["Condition"]["Bool"]["aws:SecureTransport"], "false");
}

#[test]
fn somebody_hears_of_every_recovery_that_does_not_settle_its_fare() {
    let template = template();
    let watched: Vec<_> = of_type(&template, "AWS::CloudWatch::Alarm")
        .into_iter()
        .map(|(name, alarm)| {
            let properties = &alarm["Properties"];
            assert_eq!(properties["TreatMissingData"], "notBreaching", "{name}");
            assert_eq!((&properties["Threshold"], &properties["EvaluationPeriods"]), (&1.into(), &1.into()), "{name}");
            (name, properties["MetricName"].as_str().unwrap())
        })
        .collect();
    let expected = [
        ("AttentionAlarm", "ApproximateNumberOfMessagesVisible"),
        ("RecoveryFailedAlarm", "ExecutionsFailed"),
        ("RecoveryTimedOutAlarm", "ExecutionsTimedOut"),
        ("RecoveryAbortedAlarm", "ExecutionsAborted"),
        ("RecoveryNotStartedAlarm", "ApproximateNumberOfMessagesVisible"),
    ];
    assert_eq!(watched, expected);
}
