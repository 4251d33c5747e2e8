//! In which order the states of a machine are drawn.

use serde_json::Value;

/// The states of a machine: the way that it goes when nothing fails, and all others, each behind those it can be reached
/// from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// From the first state on, the way without an error.
    pub main: Vec<String>,
    /// Where errors lead.
    pub aside: Vec<String>,
}

impl Layout {
    /// The layout of a machine in the Amazon States Language. What cannot be understood is left out.
    #[must_use]
    pub fn of(definition: &Value) -> Self {
        let states = States(definition.get("States").unwrap_or(&Value::Null));
        let mut main: Vec<String> = Vec::new();
        let mut next = definition.get("StartAt").and_then(Value::as_str);
        while let Some(state) = next
            && !main.iter().any(|known| known == state)
        {
            main.push(state.to_owned());
            next = states.without_error(state).first().copied();
        }
        // Depth first from the last catcher backwards, each state behind what follows on it; then turned round.
        let mut seen = main.clone();
        let mut behind = Vec::new();
        for state in main.iter().rev() {
            for target in states.after(state).into_iter().rev() {
                states.visit(target, &mut seen, &mut behind);
            }
        }
        behind.reverse();
        Self { main, aside: behind }
    }
}

#[derive(Clone, Copy)]
struct States<'a>(&'a Value);

impl<'a> States<'a> {
    /// Where a state leads when nothing fails.
    fn without_error(self, state: &str) -> Vec<&'a str> {
        let Some(state) = self.0.get(state) else { return Vec::new() };
        let choices = state.get("Choices").and_then(Value::as_array).into_iter().flatten();
        let targets = choices.map(|choice| choice.get("Next")).chain([state.get("Next"), state.get("Default")]);
        targets.flatten().filter_map(Value::as_str).collect()
    }

    fn after(self, state: &str) -> Vec<&'a str> {
        let catchers = self.0.get(state).and_then(|state| state.get("Catch")).and_then(Value::as_array);
        let caught = catchers.into_iter().flatten().filter_map(|catcher| catcher.get("Next")?.as_str());
        caught.chain(self.without_error(state)).collect()
    }

    fn visit(self, state: &str, seen: &mut Vec<String>, behind: &mut Vec<String>) {
        if seen.iter().any(|known| known == state) {
            return;
        }
        seen.push(state.to_owned());
        for target in self.after(state).into_iter().rev() {
            self.visit(target, seen, behind);
        }
        behind.push(state.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_fare_collection_machine_has_its_undoing_beside_its_happy_way() {
        let definition = include_str!("../../../../statemachine/fare-collection.asl.json");
        let layout = Layout::of(&serde_json::from_str(definition).unwrap());
        assert_eq!(layout.main.first().map(String::as_str), Some("BeginSaga"));
        assert_eq!(layout.main.last().map(String::as_str), Some("FareProcessingSucceeded"));
        let place = |state: &str| layout.aside.iter().position(|known| known == state).unwrap();
        assert!(place("SetFareStatusFailed") < place("DebitCustomerAccount"));
        assert!(place("DebitCustomerAccount") < place("RefundFare"));
        assert!(place("RefundFare") < place("NotifyFailure"));
        assert!(place("NotifyFailure") < place("FareProcessingFailed"));
        let states = serde_json::from_str::<Value>(definition).unwrap()["States"].as_object().unwrap().len();
        assert_eq!(layout.main.len() + layout.aside.len(), states);
    }

    #[test]
    fn a_machine_that_goes_in_circles_is_laid_out_too() {
        let definition = json!({"StartAt": "A", "States": {
            "A": {"Next": "B"}, "B": {"Next": "A", "Catch": [{"Next": "C"}]}, "C": {"Next": "B"}
        }});
        let layout = Layout::of(&definition);
        assert_eq!((layout.main, layout.aside), (vec!["A".to_owned(), "B".to_owned()], vec!["C".to_owned()]));
    }

    #[test]
    fn what_is_no_definition_has_no_states() {
        assert_eq!(Layout::of(&json!("nonsense")), Layout::default());
    }
}
