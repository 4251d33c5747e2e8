//! How a release takes over, and what outlives a stack.

use serde_yaml_ng::Value;

use crate::template::{argument, mapping, of_type, template};

#[test]
fn functions_of_what_matters_change_step_by_step_and_back_on_an_alarm() {
    let template = template();
    let preference = &template["Globals"]["Function"]["DeploymentPreference"];
    for (field, column) in [("Enabled", "IsGradual"), ("Type", "Functions")] {
        let found = argument(&preference[field], "FindInMap");
        assert_eq!(
            (&found[0], argument(&found[1], "Ref"), &found[2]),
            (&"Rollout".into(), &"Environment".into(), &column.into())
        );
    }
    let environments = template["Parameters"]["Environment"]["AllowedValues"].as_sequence().unwrap();
    for environment in environments {
        let rollout = &template["Mappings"]["Rollout"][environment.as_str().unwrap()];
        let is_gradual = matches!(environment.as_str(), Some("staging" | "prod"));
        assert_eq!(rollout["IsGradual"], is_gradual, "{environment:?}");
        assert_eq!(rollout["Functions"].as_str().unwrap().starts_with("Canary"), is_gradual, "{environment:?}");
    }
    let alarms = argument(&preference["Alarms"], "If")[1].as_sequence().unwrap();
    for alarm in alarms {
        assert_eq!(template["Resources"][argument(alarm, "Ref").as_str().unwrap()]["Type"], "AWS::CloudWatch::Alarm");
    }
    let names: Vec<_> = alarms.iter().map(|alarm| argument(alarm, "Ref").as_str().unwrap()).collect();
    assert_eq!(names, ROLLBACK);
}

/// What tells a bad release: a definition that does not work has its executions recovered, a function that does not work
/// fails, and whatever else keeps fares from being collected fails their executions.
const ROLLBACK: [&str; 3] = ["ExecutionsFailingAlarm", "FunctionErrorsAlarm", "RecoveringAlarm"];

#[test]
fn an_execution_keeps_the_version_that_it_began_with() {
    let template = template();
    for machine in ["FareCollection", "FareRecovery"] {
        let version = &template["Resources"][format!("{machine}Version").as_str()];
        assert_eq!((&version["DeletionPolicy"], &version["UpdateReplacePolicy"]), (&"Retain".into(), &"Retain".into()));
        let revision = argument(&version["Properties"]["StateMachineRevisionId"], "GetAtt");
        assert_eq!(*revision, format!("{machine}.StateMachineRevisionId"));
        let alias = &template["Resources"][format!("{machine}Alias").as_str()]["Properties"];
        assert_eq!(alias["Name"], "live");
        let preference = argument(&alias["DeploymentPreference"], "If");
        assert_eq!(
            (&preference[0], &preference[1]["Type"], &preference[2]["Type"]),
            (&"IsGradual".into(), &"CANARY".into(), &"ALL_AT_ONCE".into())
        );
        let alarms = preference[1]["Alarms"].as_sequence().unwrap().iter();
        assert_eq!(alarms.map(|alarm| argument(alarm, "Ref").as_str().unwrap()).collect::<Vec<_>>(), ROLLBACK);
    }
}

#[test]
fn concurrency_is_reserved_for_those_that_decide_and_undo_and_for_nobody_by_default() {
    let template = template();
    assert_eq!(template["Parameters"]["CompensationConcurrency"]["Default"], 0);
    for (name, function) in of_type(&template, "AWS::Serverless::Function") {
        let reserved = function["Properties"].get("ReservedConcurrentExecutions");
        let undoes = ["DecideFareFunction", "RefundFareFunction", "DebitCustomerFunction"].contains(&name);
        assert_eq!(reserved.is_some(), undoes, "{name}");
        if let Some(reserved) = reserved {
            let reserved = argument(reserved, "If");
            assert_eq!(
                (&reserved[0], argument(&reserved[2], "Ref")),
                (&"ReservesConcurrency".into(), &"AWS::NoValue".into())
            );
        }
    }
}

#[test]
fn what_new_fares_ask_for_goes_elsewhere_than_what_decides_and_undoes() {
    let begins = ["register", "charge", "credit"];
    for machine in crate::machine::both() {
        for (name, function, action) in machine.function_tasks() {
            let is_new = ["RegisterFare", "ChargeFare", "CreditCustomer"].iter().any(|new| function.contains(new));
            assert_eq!(is_new, begins.contains(&action), "{name} asks {function} for {action}");
        }
    }
}

/// Everything that holds data, with what encrypts it.
const DATA: [(&str, &str, &str); 5] = [
    ("AWS::DynamoDB::Table", "SSESpecification", "KMSMasterKeyId"),
    ("AWS::SNS::Topic", "KmsMasterKeyId", ""),
    ("AWS::SQS::Queue", "KmsMasterKeyId", ""),
    ("AWS::Logs::LogGroup", "KmsKeyId", ""),
    ("AWS::SecretsManager::Secret", "KmsKeyId", ""),
];

#[test]
fn where_a_key_of_ones_own_is_chosen_it_encrypts_everything() {
    let template = template();
    for (kind, property, inner) in DATA {
        let all = of_type(&template, kind);
        assert!(!all.is_empty());
        for (name, resource) in all {
            let mut key = &resource["Properties"][property];
            if !inner.is_empty() {
                key = &key[inner];
            }
            let key = argument(key, "If");
            assert_eq!(
                (&key[0], argument(&key[1], "GetAtt")),
                (&"HasOwnKey".into(), &"EncryptionKey.Arn".into()),
                "{name}"
            );
        }
    }
    for (name, machine) in of_type(&template, "AWS::StepFunctions::StateMachine") {
        let encryption = argument(&machine["Properties"]["EncryptionConfiguration"], "If");
        assert_eq!(encryption[1]["Type"], "CUSTOMER_MANAGED_KMS_KEY", "{name}");
    }
}

#[test]
fn in_production_data_outlives_its_stack() {
    let template = template();
    let kept = ["AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::Logs::LogGroup", "AWS::KMS::Key"];
    for (name, resource) in mapping(&template["Resources"]) {
        if !kept.iter().any(|kind| resource["Type"] == *kind) {
            continue;
        }
        assert_eq!(resource["UpdateReplacePolicy"], "Retain", "{name:?}");
        match resource["Condition"].as_str() {
            // Never in production.
            Some("RunsSimulator") => assert_eq!(resource["DeletionPolicy"], "Delete", "{name:?}"),
            // The transform refuses a function here where a resource has a condition; a key is kept in any case.
            Some(_) => assert_eq!(resource["DeletionPolicy"], "Retain", "{name:?}"),
            None => {
                let policy = argument(&resource["DeletionPolicy"], "If");
                assert_eq!((&policy[0], &policy[1]), (&"IsProduction".into(), &"Retain".into()), "{name:?}");
            }
        }
    }
    for (name, table) in of_type(&template, "AWS::DynamoDB::Table") {
        let properties = &table["Properties"];
        assert_eq!(properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], true, "{name}");
        let protected = argument(&properties["DeletionProtectionEnabled"], "If");
        assert_eq!((&protected[0], &protected[1]), (&"IsProduction".into(), &true.into()), "{name}");
        assert!(properties.get("TimeToLiveSpecification").is_none(), "{name}: a record that expires protects nobody");
    }
}

#[test]
fn queues_and_topics_are_spoken_to_over_tls_only() {
    let template = template();
    let refuses_plain = |policy: &Value, action: &str, resource: &str| {
        policy["Properties"]["PolicyDocument"]["Statement"].as_sequence().unwrap().iter().any(|statement| {
            let Value::Tagged(named) = &statement["Resource"] else { panic!("{statement:?}") };
            let named = named.value.as_str().unwrap().trim_end_matches(".Arn");
            statement["Effect"] == "Deny"
                && statement["Principal"] == "*"
                && statement["Action"] == action
                && named == resource
                && statement["Condition"]["Bool"]["aws:SecureTransport"] == "false"
        })
    };
    for (kind, policies, action) in [
        ("AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "sqs:*"),
        ("AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "sns:Publish"),
    ] {
        for (name, _) in of_type(&template, kind) {
            let all = of_type(&template, policies);
            assert!(all.iter().any(|(_, policy)| refuses_plain(policy, action, name)), "{name}");
        }
    }
}

#[test]
fn the_two_functions_of_a_service_differ_in_nothing_but_their_names_and_their_concurrency() {
    let template = template();
    for (begins, decides) in
        [("RegisterFare", "DecideFare"), ("ChargeFare", "RefundFare"), ("CreditCustomer", "DebitCustomer")]
    {
        let [begins, decides] =
            [begins, decides].map(|name| &template["Resources"][format!("{name}Function").as_str()]["Properties"]);
        for field in ["CodeUri", "Timeout", "Environment", "AutoPublishAlias"] {
            assert_eq!(begins[field], decides[field], "{field}");
        }
    }
}
