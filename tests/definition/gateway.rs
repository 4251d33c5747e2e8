//! Who may know the key to the payment gateway, and what of the simulated gateway is deployed when.

use std::fs;

use serde_yaml_ng::Value;

use crate::machine::repository;
use crate::template::{argument, mapping, of_type, template};

#[test]
fn no_parameter_takes_a_key() {
    for (name, parameter) in mapping(&template()["Parameters"]) {
        // Where CloudFormation is asked to hide a value, somebody passes a secret through it.
        assert!(parameter.get("NoEcho").is_none(), "{name:?}");
    }
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
    assert_eq!(simulators.len(), 7, "table, function, role, log group, URL and two permissions");
    for (name, resource) in simulators {
        assert_eq!(resource["Condition"], "RunsSimulator", "{name:?}");
    }
    assert_eq!(template["Resources"]["SimulatedGatewayKey"]["Condition"], "IsSimulated");
}

/// AWS Lambda Developer Guide, "Control access to Lambda function URLs": both permissions, and the second for calls through
/// the URL only.
#[test]
fn the_simulators_url_is_open_to_everybody_and_the_function_itself_to_nobody() {
    let template = template();
    let urls = of_type(&template, "AWS::Lambda::Url");
    let [(_, url)] = urls.as_slice() else { panic!("one URL: {urls:?}") };
    assert_eq!(argument(&url["Properties"]["TargetFunctionArn"], "Ref"), "GatewaySimulatorFunction");
    assert_eq!(url["Properties"]["AuthType"], "NONE");
    let permissions: Vec<_> = of_type(&template, "AWS::Lambda::Permission")
        .into_iter()
        .filter(|(name, _)| name.starts_with("Gateway"))
        .map(|(_, permission)| {
            let properties = &permission["Properties"];
            assert_eq!(argument(&properties["FunctionName"], "Ref"), "GatewaySimulatorFunction");
            assert_eq!(properties["Principal"], "*");
            ["Action", "FunctionUrlAuthType", "InvokedViaFunctionUrl"].map(|property| properties[property].clone())
        })
        .collect();
    let absent = Value::Null;
    assert_eq!(
        permissions,
        [
            ["lambda:InvokeFunctionUrl".into(), "NONE".into(), absent.clone()],
            ["lambda:InvokeFunction".into(), absent, true.into()],
        ]
    );
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
    let rule = &template["Rules"]["NoGatewayElsewhereInProduction"];
    assert_eq!(argument(&rule["RuleCondition"], "Equals")[1], "prod");
    let required = argument(&rule["Assertions"][0]["Assert"], "Equals");
    assert_eq!((argument(&required[0], "Ref"), &required[1]), (&"GatewayUrl".into(), &"".into()));
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
