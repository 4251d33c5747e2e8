//! What is to happen to each fare, drawn from a seed: its story, the executions that are started for it, and which of those
//! are stopped.

mod story;

use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};

pub(crate) use story::Story;

/// The number of a well-known test card. It is sent in inputs that must be refused, and must come out nowhere.
pub(crate) const CARD_NUMBER: &str = "4242424242424242";

/// How many fares share a customer, where their stories allow it.
const FARES_OF_A_CUSTOMER: u32 = 4;
/// The longest that an execution is left alone before it is stopped, in milliseconds.
const LATEST_STOP: u64 = 1600;
/// The longest that a further start waits after the first, in milliseconds.
const LATEST_START: u64 = 1500;

/// What is to happen to one fare.
#[derive(Clone, Debug)]
pub(crate) struct FarePlan {
    pub(crate) id: String,
    pub(crate) story: Story,
    /// What the fare may come to be: the payloads that are sent for it, whichever is registered first.
    pub(crate) payloads: Vec<Payload>,
    /// The first is the plain one, under the fare's own name.
    pub(crate) starts: Vec<Start>,
}

/// One valid payload of a fare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Payload {
    pub(crate) customer: String,
    /// Minor units.
    pub(crate) amount: i64,
    /// Lower-case ISO 4217 code.
    pub(crate) currency: &'static str,
}

/// One execution to start. Two with one name are one execution.
#[derive(Clone, Debug)]
pub(crate) struct Start {
    pub(crate) name: String,
    /// The number of its payload; `None` for an input that must be refused.
    pub(crate) payload: Option<usize>,
    pub(crate) input: Value,
    /// How long after the fare's first start.
    pub(crate) after: Duration,
    /// How long after its own start it is stopped, if it is.
    pub(crate) stopped_after: Option<Duration>,
}

/// The plans of this many fares; of a hundred executions, `stops` are stopped.
pub(crate) fn plans(run: &str, seed: u64, fares: u32, stops: u32) -> Vec<FarePlan> {
    let mut rng = Rng::with_seed(seed);
    (0..fares).map(|number| plan(run, (number, fares), stops, &mut Rng::with_seed(rng.u64(..)))).collect()
}

fn plan(run: &str, (number, fares): (u32, u32), stops: u32, rng: &mut Rng) -> FarePlan {
    let story = Story::of(number, fares, rng);
    let id = format!("chaos_{run}_{number}");
    let customer = match story.customer_suffix() {
        "" => format!("chaos_{run}_c{}", number / FARES_OF_A_CUSTOMER),
        suffix => format!("{id}{suffix}"),
    };
    let payload = payload(customer, rng);
    let input = input(&id, &payload, story.payment_method(rng), rng);
    let mut plan = FarePlan { id, story, payloads: vec![payload.clone()], starts: vec![] };
    plan.start("", Some(0), input.clone(), Duration::ZERO);
    if !story.is_permanent() {
        plan.add_further_starts(&payload.customer, &input, rng);
        for start in &mut plan.starts {
            let stopped = rng.u32(0..100) < stops;
            start.stopped_after = stopped.then(|| Duration::from_millis(rng.u64(0..LATEST_STOP)));
        }
    }
    plan
}

impl FarePlan {
    fn start(&mut self, suffix: &str, payload: Option<usize>, input: Value, after: Duration) {
        self.starts.push(Start { name: format!("{}{suffix}", self.id), payload, input, after, stopped_after: None });
    }

    fn add_further_starts(&mut self, customer: &str, input: &Value, rng: &mut Rng) {
        let later = |rng: &mut Rng| Duration::from_millis(rng.u64(0..LATEST_START));
        if one_in(rng, 6) {
            self.start("_twin", Some(0), input.clone(), later(rng));
        }
        if one_in(rng, 12) {
            self.start("", Some(0), input.clone(), later(rng));
        }
        if one_in(rng, 10) {
            self.payloads.push(Payload { customer: customer.to_owned(), amount: 7700, currency: "usd" });
            self.start("_other", Some(1), with(input, "fareAmount", json!("$77.00")), later(rng));
        }
        if one_in(rng, 16) {
            let (field, value) = match rng.u32(0..4) {
                0 => ("cc", json!(CARD_NUMBER)),
                1 => ("note", json!(format!("paid with {CARD_NUMBER}"))),
                2 => ("fareAmount", json!("$20.001")),
                _ => ("tip", json!("$1.00")),
            };
            self.start("_refused", None, with(input, field, value), later(rng));
        }
    }
}

/// An amount in one of four currencies, of two decimals, none and three; the gateway takes no thousandths.
fn payload(customer: String, rng: &mut Rng) -> Payload {
    let units = rng.i64(300..6000);
    let (amount, currency) = match rng.u32(0..6) {
        0 => (units, "eur"),
        1 => (units, "jpy"),
        2 => (units.saturating_mul(10), "kwd"),
        _ => (units, "usd"),
    };
    Payload { customer, amount, currency }
}

fn input(id: &str, payload: &Payload, payment_method: &str, rng: &mut Rng) -> Value {
    let (units, amount) = (payload.amount, payload.currency);
    let amount = if amount == "usd" && rng.bool() {
        json!(format!("${}.{:02}", units / 100, units % 100))
    } else {
        json!({"amount": units, "currency": amount})
    };
    json!({"fareId": id, "customerId": payload.customer, "fareAmount": amount, "paymentMethod": payment_method})
}

fn with(input: &Value, field: &str, value: Value) -> Value {
    let mut changed = input.clone();
    if let Some(fields) = changed.as_object_mut() {
        fields.insert(field.to_owned(), value);
    }
    changed
}

fn one_in(rng: &mut Rng, many: u32) -> bool {
    rng.u32(0..many) == 0
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use fare_values::FareRequest;

    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_plans_and_another_one_gives_others() {
        let shown = |seed| format!("{:?}", plans("r", seed, 50, 15));
        assert_eq!(shown(7), shown(7));
        assert_ne!(shown(7), shown(8));
    }

    #[test]
    fn every_planned_payload_is_a_valid_input_and_every_refused_one_is_not() {
        for plan in plans("6921a8b0x1f4c2", 7, 500, 15) {
            for start in &plan.starts {
                let read = FareRequest::from_json(&start.input);
                let Some(payload) = start.payload.map(|number| &plan.payloads[number]) else {
                    assert!(read.is_err(), "{start:?}");
                    continue;
                };
                let read = read.unwrap();
                assert_eq!(read.fare_id().as_str(), plan.id);
                assert_eq!(read.customer_id().as_str(), payload.customer);
                assert_eq!(
                    (read.amount().amount(), read.amount().currency().code()),
                    (payload.amount, payload.currency)
                );
            }
        }
    }

    #[test]
    fn a_usual_run_has_every_story_and_every_kind_of_start() {
        let plans = plans("r", 7, 500, 15);
        let stories: HashSet<_> = plans.iter().map(|plan| plan.story).collect();
        assert_eq!(stories.len(), Story::ALL.len());
        let starts = || plans.iter().flat_map(|plan| &plan.starts);
        for suffix in ["_twin", "_other", "_refused"] {
            assert!(starts().filter(|start| start.name.ends_with(suffix)).count() > 10, "{suffix}");
        }
        assert!(starts().filter(|start| start.stopped_after.is_some()).count() > 50);
        assert!(plans.iter().any(|plan| plan.starts[1..].iter().any(|start| start.name == plan.id)));
    }

    #[test]
    fn a_fare_that_needs_a_person_is_started_once_and_not_stopped() {
        for plan in plans("r", 7, 500, 100).iter().filter(|plan| plan.story.is_permanent()) {
            assert!(plan.starts.len() == 1 && plan.starts[0].stopped_after.is_none());
        }
    }
}
