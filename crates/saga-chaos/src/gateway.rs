//! Telling the gateway simulator how to misbehave, so that about a given share of its calls is struck.

use std::convert::Infallible;
use std::time::Duration;

use fare_cli::Result;
use fare_cli::observe::GatewayView;
use fastrand::Rng;
use gateway_simulator::{Fault, Operation};
use serde_json::Value;
use tokio::time::sleep;

/// So many faults are planned ahead; more than the calls that the gateway gets between two looks.
const AHEAD: usize = 48;
const LOOK_INTERVAL: Duration = Duration::from_millis(100);
/// Longer than the 1000 ms for which `payment` waits in a local stack.
const LATE_MILLISECONDS: u64 = 1400;
/// An answer has about 1500 bytes.
const DRIP_MILLISECONDS: u64 = 5;

/// A fault that is still to strike, as the simulator shows it.
struct Planned {
    fault: String,
    skip: u64,
}

/// Keeps faults planned, of every kind alike, so that `percent` of a hundred calls meet one. Ends only with an error.
pub(crate) async fn misbehave(view: &GatewayView, percent: u32, mut rng: Rng) -> Result<Infallible> {
    loop {
        let mut planned = planned(view).await?;
        while planned.len() < AHEAD {
            let next = next(&planned, percent, &mut rng);
            view.tell("faults", &form(&next, &mut rng)).await?;
            planned.push(next);
        }
        sleep(LOOK_INTERVAL).await;
    }
}

/// Lets the gateway behave from now on. What a payment method brings along it still does.
pub(crate) async fn behave(view: &GatewayView) -> Result<()> {
    view.tell("faults/clear", &[]).await
}

/// Puts the gateway's clock forward, so that refunds which change by themselves have done so.
pub(crate) async fn settle_refunds(view: &GatewayView) -> Result<()> {
    view.tell("clock", &[("advance_milliseconds", "60000".to_owned())]).await
}

async fn planned(view: &GatewayView) -> Result<Vec<Planned>> {
    let shown = view.faults().await?;
    let faults = shown.get("faults").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let read = |fault: &Value| Planned {
        fault: fault.get("fault").and_then(Value::as_str).unwrap_or_default().to_owned(),
        skip: fault.get("skip").and_then(Value::as_u64).unwrap_or_default(),
    };
    Ok(faults.iter().map(read).collect())
}

/// The fault after those planned. A plan counts the calls that no plan before it has struck, so the pauses between strikes
/// add up. Faults that can strike few calls only stand outside of that order, and each is planned once at a time. What the
/// issuer does to refunds comes with the payment methods of some fares instead.
fn next(planned: &[Planned], percent: u32, rng: &mut Rng) -> Planned {
    let faults: Vec<Fault> = Fault::all().filter(|fault| fault.concerns(Operation::Authorise)).collect();
    let mut pause = 0;
    while rng.u32(0..100) >= percent {
        pause += 1;
    }
    loop {
        let Some(fault) = rng.choice(&faults) else { continue };
        let name = fault.name().to_owned();
        if is_rare(*fault) {
            if planned.iter().all(|other| other.fault != name) {
                return Planned { fault: name, skip: rng.u64(0..3) };
            }
        } else {
            let before = planned.iter().rfind(|other| Fault::named(&other.fault).is_some_and(|fault| !is_rare(fault)));
            return Planned { fault: name, skip: before.map_or(0, |before| before.skip).saturating_add(pause) };
        }
    }
}

/// Whether it strikes only some operations.
fn is_rare(fault: Fault) -> bool {
    !fault.concerns(Operation::Retrieve)
}

fn form(planned: &Planned, rng: &mut Rng) -> Vec<(&'static str, String)> {
    let mut form = vec![("fault", planned.fault.clone()), ("skip", planned.skip.to_string())];
    let Some(fault) = Fault::named(&planned.fault) else { return form };
    if let Fault::SlowDrip { .. } = fault {
        form.push(("milliseconds", DRIP_MILLISECONDS.to_string()));
    } else if fault.lasting(LATE_MILLISECONDS).is_some() {
        form.push(("milliseconds", LATE_MILLISECONDS.to_string()));
    } else if fault.retried_after(0).is_some() {
        form.push(("retry_after_seconds", rng.u32(0..2).to_string()));
    }
    form
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use gateway_simulator::{Gateway, Request, Settings};

    use super::*;

    /// Plays against the simulator's own rules: it gets what is planned, and as many calls as are asked for.
    fn struck(percent: u32, calls: u32) -> (u32, BTreeSet<&'static str>) {
        let mut gateway = Gateway::new(Settings::default());
        let mut rng = Rng::with_seed(7);
        for call in 0..calls {
            let planned = |gateway: &Gateway| -> Vec<Planned> {
                let shown = |one: &gateway_simulator::Misbehaviour| (one.fault.name().to_owned(), u64::from(one.skip));
                gateway.misbehaviours().iter().map(shown).map(|(fault, skip)| Planned { fault, skip }).collect()
            };
            while gateway.misbehaviours().len() < AHEAD {
                let next = next(&planned(&gateway), percent, &mut rng);
                let form = form(&next, &mut rng);
                let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let reply = gateway.handle(&Request::post("/_simulator/faults", &form), 1);
                assert_eq!(reply.status, 200, "{}", reply.body);
            }
            let key = format!("key/{call}");
            let money =
                [("amount", "2000"), ("currency", "usd"), ("payment_method", "pm_card_visa"), ("confirm", "true")];
            let request = match call % 3 {
                0 => Request::post("/v1/payment_intents", &money).with_idempotency_key(&key),
                1 => Request::get("/v1/payment_intents", &[]),
                _ => Request::get("/v1/refunds", &[]),
            };
            gateway.handle(&request.with_api_key("sk_test_simulator"), 1);
        }
        let faults: Vec<_> = gateway.log().iter().filter_map(|entry| entry.fault).collect();
        (u32::try_from(faults.len()).unwrap(), faults.into_iter().map(Fault::name).collect())
    }

    #[test]
    fn about_as_many_calls_are_struck_as_was_asked_for() {
        for percent in [10, 30, 60] {
            let (struck, _) = struck(percent, 3000);
            let share = struck * 100 / 3000;
            assert!(share.abs_diff(percent) <= 3, "{share} % instead of {percent} %");
        }
    }

    #[test]
    fn every_fault_strikes_that_can() {
        let (_, kinds) = struck(30, 3000);
        let possible = Fault::all().filter(|fault| fault.concerns(Operation::Authorise)).count();
        assert_eq!(kinds.len(), possible, "{kinds:?}");
    }
}
