//! Who may know the key to the payment gateway, and what of the simulated gateway is deployed when.

use std::fs;

use crate::machine::repository;
use crate::template::{argument, mapping, of_type, statement, template};

#[test]
fn no_parameter_takes_a_key() {
    for (name, parameter) in mapping(&template()["Parameters"]) {
        // Where CloudFormation is asked to hide a value, somebody passes a secret through it.
        assert!(parameter.get("NoEcho").is_none(), "{name:?}");
    }
}

#[test]
fn each_function_that_needs_the_key_may_read_that_one_secret() {
    let template = template();
    let readers: Vec<_> = of_type(&template, "AWS::IAM::Role")
        .into_iter()
        .filter_map(|(name, role)| Some((name, &statement(role, "secretsmanager:GetSecretValue")?["Resource"])))
        .collect();
    let names: Vec<_> = readers.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["PaymentRole", "GatewaySimulatorRole"]);

    let of_payment = argument(readers[0].1, "If");
    assert_eq!(of_payment[0], "IsSimulated");
    assert_eq!(argument(&of_payment[1], "Ref"), "SimulatedGatewayKey");
    let named = argument(&of_payment[2], "Sub").as_str().unwrap();
    assert!(named.ends_with(":secret:${GatewaySecretName}-??????"), "{named}");
    assert_eq!(named.matches(['*', '?']).count(), 6, "{named}");

    assert_eq!(argument(readers[1].1, "Ref"), "SimulatedGatewayKey");
}

#[test]
fn a_secrets_name_cannot_widen_what_may_be_read() {
    let pattern = &template()["Parameters"]["GatewaySecretName"]["AllowedPattern"];
    assert_eq!(pattern, "^[A-Za-z0-9/_+=.@-]{0,512}$");
}

#[test]
fn a_stack_with_a_gateway_elsewhere_brings_no_simulator_along() {
    let template = template();
    let simulators: Vec<_> = mapping(&template["Resources"])
        .iter()
        .filter(|(name, _)| name.as_str().is_some_and(|name| name.starts_with("Gateway")))
        .collect();
    assert_eq!(simulators.len(), 4, "table, function, role, log group");
    for (name, resource) in simulators {
        assert_eq!(resource["Condition"], "RunsSimulator", "{name:?}");
    }
    assert_eq!(template["Resources"]["SimulatedGatewayKey"]["Condition"], "IsSimulated");
}

#[test]
fn production_simulates_nothing() {
    let template = template();
    for (rule, parameter) in
        [("NoSimulatedGatewayInProduction", "Gateway"), ("NoFaultTriggersInProduction", "FaultTriggers")]
    {
        let rule = &template["Rules"][rule];
        assert_eq!(argument(&argument(&rule["RuleCondition"], "Equals")[0], "Ref"), "Environment");
        assert_eq!(argument(&rule["RuleCondition"], "Equals")[1], "prod");
        let required = argument(&rule["Assertions"][0]["Assert"], "Equals");
        assert_eq!(argument(&required[0], "Ref"), parameter);
        assert_ne!(required[1], template["Parameters"][parameter]["AllowedValues"][0], "{parameter}");
    }
}

#[test]
fn every_function_of_the_template_is_compiled_before_sam_builds() {
    let script = fs::read_to_string(repository().join("tools/build-functions")).unwrap();
    let template = template();
    let functions = of_type(&template, "AWS::Serverless::Function");
    assert!(functions.len() >= 4);
    for (name, function) in functions {
        let package = function["Properties"]["CodeUri"].as_str().unwrap().trim_start_matches("crates/");
        assert!(script.contains(&format!("--package {package}")), "{name}");
    }
}
