//! What each role may do: what the code behind it asks for, and no more.

use std::collections::BTreeSet;

use customer_accounting::store::DynamoDbLedger;
use function_host::SECRET_CALLS;
use gateway_simulator_function::journal::DynamoDbJournal;
use payment::store::DynamoDbPayments;
use reconciliation::adapters::Tables;
use register_fare::store::DynamoDbFares;
use serde_yaml_ng::Value;

use crate::machine::{Machine, both};
use crate::template::{mapping, of_type, template};

/// What AWS asks of every function and every state machine, on resources of no one's own.
const TRACES_OF_FUNCTION: [&str; 2] = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];
const TRACES_OF_MACHINE: [&str; 4] =
    ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"];
/// Step Functions Developer Guide, "Logging to CloudWatch Logs", section IAM policies.
const LOG_DELIVERY: [&str; 8] = [
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
];

/// Actions, each with the resource that it is allowed on.
type Grants = BTreeSet<(String, String)>;

fn grants(pairs: &[(&[&str], &str)]) -> Grants {
    let each = pairs.iter().flat_map(|(actions, resource)| actions.iter().map(move |action| (*action, *resource)));
    each.map(|(action, resource)| (action.to_owned(), resource.to_owned())).collect()
}

/// A value as it is written, with what short-form functions are given; an ARN is told by its resource alone.
fn told(value: &Value) -> String {
    if let Value::Tagged(tagged) = value {
        if tagged.tag == "If" {
            let [condition, then, otherwise] = tagged.value.as_sequence().unwrap().as_slice() else { panic!() };
            return format!("{} ? {} : {}", told(condition), told(then), told(otherwise));
        }
        return told(&tagged.value);
    }
    value
        .as_str()
        .unwrap_or_else(|| panic!("neither a text nor a function: {value:?}"))
        .trim_end_matches(".Arn")
        .to_owned()
}

fn many(value: &Value) -> Vec<&Value> {
    if let Value::Sequence(values) = value { values.iter().collect() } else { vec![value] }
}

/// Everything that a role allows; what it allows only where there is a customer-managed key, too.
fn allowed(role: &Value) -> Grants {
    let mut all = Grants::new();
    for policy in role["Properties"]["Policies"].as_sequence().unwrap() {
        for statement in policy["PolicyDocument"]["Statement"].as_sequence().unwrap() {
            let mut statement = statement;
            if let Value::Tagged(tagged) = statement {
                assert_eq!((&tagged.value[0], told(&tagged.value[2])), (&"HasOwnKey".into(), "AWS::NoValue".into()));
                statement = &tagged.value[1];
            }
            assert_eq!(statement["Effect"], "Allow");
            for action in many(&statement["Action"]) {
                for resource in many(&statement["Resource"]) {
                    all.insert((told(action), told(resource)));
                }
            }
        }
    }
    assert!(role["Properties"].get("ManagedPolicyArns").is_none());
    all
}

fn of_function(name: &str, calls: &[(&[&str], &str)]) -> Grants {
    let group = format!("{name}LogGroup");
    let mut all = grants(calls);
    all.extend(grants(&[(&["logs:CreateLogStream", "logs:PutLogEvents"], &group), (&TRACES_OF_FUNCTION, "*")]));
    all
}

#[test]
fn each_function_may_do_what_its_adapters_ask_for_and_no_more() {
    const KEY: &str = "IsSimulated ? SimulatedGatewayKey : arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:\
        secret:${GatewaySecretName}-??????";
    let (fares, payments, ledger): (&[&str], &[&str], &[&str]) =
        (&DynamoDbFares::CALLS, &DynamoDbPayments::CALLS, &DynamoDbLedger::CALLS);
    let expected = [
        ("RegisterFare", of_function("RegisterFare", &[(fares, "FaresTable")])),
        (
            "DecideFare",
            of_function(
                "DecideFare",
                &[(fares, "FaresTable"), (&DynamoDbFares::INDEX_CALLS, "${FaresTable.Arn}/index/undecided")],
            ),
        ),
        ("ChargeFare", of_function("ChargeFare", &[(payments, "PaymentsTable"), (&SECRET_CALLS, KEY)])),
        ("RefundFare", of_function("RefundFare", &[(payments, "PaymentsTable"), (&SECRET_CALLS, KEY)])),
        ("CreditCustomer", of_function("CreditCustomer", &[(ledger, "LedgerTable")])),
        ("DebitCustomer", of_function("DebitCustomer", &[(ledger, "LedgerTable")])),
        (
            "Reconciliation",
            of_function(
                "Reconciliation",
                &[
                    (&Tables::RECORD_CALLS, "FaresTable"),
                    (&Tables::RECORD_CALLS, "PaymentsTable"),
                    (&Tables::LEDGER_CALLS, "LedgerTable"),
                    (&SECRET_CALLS, KEY),
                ],
            ),
        ),
        (
            "GatewaySimulator",
            of_function(
                "GatewaySimulator",
                &[(&DynamoDbJournal::CALLS, "GatewayJournalTable"), (&SECRET_CALLS, "SimulatedGatewayKey")],
            ),
        ),
    ];
    let template = template();
    for (name, function) in of_type(&template, "AWS::Serverless::Function") {
        let name = name.trim_end_matches("Function");
        let role = told(&function["Properties"]["Role"]);
        assert_eq!(role, format!("{name}Role"), "one role for each function");
        let (_, expected) = expected.iter().find(|(expected, _)| *expected == name).unwrap();
        assert_eq!(allowed(&template["Resources"][role.as_str()]), *expected, "{name}");
    }
}

/// What a state machine's tasks ask for, on what.
fn of_machine(machine: &Machine, template: &Value) -> Grants {
    let substitutions = &template["Resources"][machine.resource]["Properties"]["DefinitionSubstitutions"];
    let named = |text: &Value| {
        let name = text.as_str().unwrap().trim_start_matches("${").trim_end_matches('}');
        told(&substitutions[name])
    };
    let mut all = grants(&[(&LOG_DELIVERY, "*"), (&TRACES_OF_MACHINE, "*")]);
    for (name, task) in machine.of_type("Task") {
        let parameters = &task["Parameters"];
        let value = |field: &str| serde_yaml_ng::to_value(&parameters[field]).unwrap();
        let (action, resource) = match task["Resource"].as_str().unwrap().split(":::").nth(1).unwrap() {
            "lambda:invoke" => ("lambda:InvokeFunction", named(&value("FunctionName"))),
            "sns:publish" => ("sns:Publish", named(&value("TopicArn"))),
            "sqs:sendMessage" => ("sqs:SendMessage", named(&value("QueueUrl"))),
            // Which one is said by the event; only those of one state machine start recovery.
            "aws-sdk:sfn:describeExecution" => (
                "states:DescribeExecution",
                "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${AWS::StackName}:*"
                    .to_owned(),
            ),
            other => panic!("{name} asks for {other}, of which this test knows nothing"),
        };
        all.insert((action.to_owned(), resource));
    }
    // For its executions, and for what it logs of them.
    all.extend(grants(&[(&["kms:Decrypt", "kms:GenerateDataKey"], "EncryptionKey")]));
    all
}

#[test]
fn each_state_machine_may_do_what_its_tasks_ask_for_and_no_more() {
    let template = template();
    for machine in both() {
        let role = told(&template["Resources"][machine.resource]["Properties"]["RoleArn"]);
        assert_eq!(role, format!("{}Role", machine.resource));
        let allowed = allowed(&template["Resources"][role.as_str()]);
        assert_eq!(allowed, of_machine(&machine, &template), "{}", machine.resource);
    }
}

#[test]
fn functions_are_called_under_the_alias_of_the_release_in_force() {
    let template = template();
    for machine in both() {
        let properties = &template["Resources"][machine.resource]["Properties"];
        for (name, value) in mapping(&properties["DefinitionSubstitutions"]) {
            if let Some(function) = name.as_str().unwrap().strip_suffix("FunctionArn") {
                assert_eq!(told(value), format!("${{{function}Function.Arn}}:live"));
            }
        }
    }
    for (name, function) in of_type(&template, "AWS::Serverless::Function") {
        let is_live = function["Properties"]["AutoPublishAlias"] == "live";
        // The simulator and the nightly comparison are called by no state machine.
        let is_called_by_one = !["GatewaySimulatorFunction", "ReconciliationFunction"].contains(&name);
        assert_eq!(is_live, is_called_by_one, "{name}");
    }
}

#[test]
fn whoever_does_not_serve_a_function_or_a_state_machine_has_one_purpose() {
    let template = template();
    let others: Vec<_> = of_type(&template, "AWS::IAM::Role")
        .into_iter()
        .filter(|(name, _)| {
            let served = name.trim_end_matches("Role");
            let is_of = |suffix: &str| template["Resources"].get(format!("{served}{suffix}")).is_some();
            !is_of("Function") && !is_of("LogGroup")
        })
        .collect();
    let names: Vec<_> = others.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["DeploymentRole", "FareRecoveryRuleRole"]);
    assert_eq!(allowed(others[1].1), grants(&[(&["states:StartExecution"], "FareRecovery")]));
    for (action, resource) in allowed(others[0].1) {
        match action.as_str() {
            "cloudwatch:DescribeAlarms" => assert_eq!(resource, "*"),
            "lambda:GetAlias" | "lambda:UpdateAlias" | "lambda:GetProvisionedConcurrencyConfig" => {
                // By its ARN, since an alias needs this role first.
                let function = resource.trim_start_matches("${").split(['.', '}']).next().unwrap();
                assert_eq!(template["Resources"][function]["Type"], "AWS::Serverless::Function", "{resource}");
            }
            other => panic!("CodeDeploy needs no {other}"),
        }
    }
}

#[test]
fn nobody_may_delete_anything_or_scan_the_ledger() {
    for (name, role) in of_type(&template(), "AWS::IAM::Role") {
        for (action, resource) in allowed(role) {
            // Whoever compares all fares reads all of them, and nothing else.
            let compares = name == "ReconciliationRole" && ["FaresTable", "PaymentsTable"].contains(&resource.as_str());
            if compares && action == "dynamodb:Scan" {
                continue;
            }
            let forbidden = ["dynamodb:Delete", "dynamodb:Scan", "dynamodb:PartiQL", "dynamodb:Batch", "dynamodb:*"];
            assert!(!forbidden.iter().any(|start| action.starts_with(start)), "{name}: {action}");
        }
    }
}
