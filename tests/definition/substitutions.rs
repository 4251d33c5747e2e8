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
