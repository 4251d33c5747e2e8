//! What a definition leaves open, the template fills in.

use std::collections::BTreeSet;

use crate::machine::{both, texts};
use crate::template::{mapping, template};

fn substitutions(text: &str) -> impl Iterator<Item = String> {
    text.split("${").skip(1).map(|rest| rest.split('}').next().unwrap().to_owned())
}

#[test]
fn every_substitution_is_defined_and_every_definition_is_used() {
    let template = template();
    for machine in both() {
        let used: BTreeSet<_> = machine
            .states
            .values()
            .flat_map(|state| texts("", state))
            .flat_map(|(_, text)| substitutions(text))
            .collect();
        let properties = &template["Resources"][machine.resource]["Properties"];
        let defined: BTreeSet<_> = mapping(&properties["DefinitionSubstitutions"])
            .keys()
            .map(|name| name.as_str().unwrap().to_owned())
            .collect();
        assert_eq!(used, defined, "{}", machine.resource);
    }
}

#[test]
fn the_machine_of_the_lab_has_what_the_finished_one_has_but_its_name_and_its_definition() {
    let template = template();
    let properties = |resource: &str| {
        let mut properties = mapping(&template["Resources"][resource]["Properties"]).clone();
        for differs in ["StateMachineName", "DefinitionS3Location"] {
            assert!(properties.remove(differs).is_some(), "{resource} has no {differs}");
        }
        properties
    };
    assert_eq!(properties("StartHere"), properties("FareCollection"));
    assert_eq!(template["Resources"]["StartHere"]["Condition"], "HasLab");
    assert_eq!(template["Outputs"]["StartHereStateMachineArn"]["Condition"], "HasLab");
    assert_eq!(template["Parameters"]["Lab"]["Default"], "disabled");
}
