//! Everything about one fare, for people and for machines.

use payment::gateway::Dated;
use serde_json::{Value, json};

use super::happening::trail_to_json;
use super::plain_table::plain_table;
use super::time::{decision, timestamp, timestamp_to_the_second};
use super::visible::visible;
use crate::amount::display_amount;
use crate::dossier::{Dossier, GatewayIntent, Machine, Moment, Run, moments};
use crate::observe::Entry;

/// A line that says how the fare stands, and its timeline.
#[must_use]
pub fn dossier_to_text(dossier: &Dossier, width: u16, colours: bool) -> String {
    let rows = moments(dossier).into_iter().map(|moment| {
        let at = time(&moment).unwrap_or_else(|| "now".to_owned());
        let amount = moment.amount.map(|(amount, currency)| display_amount(amount, &currency)).unwrap_or_default();
        [at, moment.source.word().to_owned(), moment.what, amount]
    });
    let mut text = visible(&format!("fare {}: {}", dossier.fare_id, standing(dossier)));
    text.push('\n');
    text.push_str(&plain_table(["time", "source", "what", "amount"], rows, width, colours));
    for sentence in &dossier.left_out {
        text.push_str(&format!("{sentence}\n"));
    }
    text
}

fn standing(dossier: &Dossier) -> String {
    let Some(fare) = &dossier.fare else { return "not in the fares table".to_owned() };
    let mut words = vec![decision(fare.status).to_owned()];
    words.extend(fare.customer_id.as_ref().map(|customer| format!("customer {customer}")));
    words.extend(fare.amount.zip(fare.currency.as_deref()).map(|(amount, currency)| display_amount(amount, currency)));
    words.join(", ")
}

/// Everything about one fare as JSON. The names of the fields are stable: `fareId`; `fare`, `payment`, `ledger.credit` and
/// `ledger.reversal`, each null where there is none; `gateway`, its payments, null where it could not be asked; `executions`, oldest first, each with the
/// states it went through; `timeline`, each entry with `at` (null: so it stands now), `source`, `what` and `amount`; and
/// `leftOut`, what was not looked at. Amounts are minor units with their currency.
#[must_use]
pub fn dossier_to_json(dossier: &Dossier) -> Value {
    let fare = dossier.fare.as_ref().map(|fare| {
        json!({
            "status": decision(fare.status),
            "customerId": fare.customer_id,
            "amount": amount(fare.amount, fare.currency.as_deref()),
            "registeredAt": fare.registered_at.map(timestamp),
            "decidedAt": fare.decided_at.map(timestamp),
        })
    });
    let payment = dossier.payment.as_ref().map(|payment| {
        json!({
            "status": payment.status.as_str(),
            "reason": payment.reason,
            "paymentId": payment.payment_id,
            "refundId": payment.refund_id,
            "amount": amount(payment.amount, payment.currency.as_deref()),
            "createdAt": payment.created_at.map(timestamp),
            "updatedAt": payment.updated_at.map(timestamp),
        })
    });
    json!({
        "fareId": dossier.fare_id,
        "fare": fare,
        "payment": payment,
        "ledger": {
            "credit": dossier.entries.credit.as_ref().map(entry),
            "reversal": dossier.entries.reversal.as_ref().map(entry),
        },
        "gateway": dossier.gateway.as_ref().map(|intents| intents.iter().map(intent).collect::<Vec<_>>()),
        "executions": dossier.runs.iter().map(run).collect::<Vec<_>>(),
        "timeline": moments(dossier).iter().map(moment).collect::<Vec<_>>(),
        "leftOut": dossier.left_out,
    })
}

fn amount(amount: Option<i64>, currency: Option<&str>) -> Value {
    amount.map_or(Value::Null, |amount| json!({ "amount": amount, "currency": currency }))
}

fn entry(entry: &Entry) -> Value {
    json!({
        "state": entry.state.as_str(),
        "customerId": entry.customer_id,
        "amount": amount(entry.amount, entry.currency.as_deref()),
    })
}

fn intent(GatewayIntent { intent, refunds }: &GatewayIntent) -> Value {
    let intent = &intent.object;
    let currency = Some(intent.currency.as_str());
    let refunds = refunds.iter().map(|Dated { object: refund, .. }| {
        let status: &str = refund.status.into();
        json!({ "id": refund.id, "status": status, "amount": amount(Some(refund.amount), Some(&refund.currency)) })
    });
    json!({
        "id": intent.id,
        "amount": amount(Some(intent.amount), currency),
        "held": amount(Some(intent.amount_capturable), currency),
        "captured": amount(Some(intent.amount_received), currency),
        "refunds": refunds.collect::<Vec<_>>(),
    })
}

fn run(run: &Run) -> Value {
    let machine = match run.machine {
        Machine::Collection => "collection",
        Machine::Recovery => "recovery",
    };
    json!({
        "arn": run.arn.as_str(),
        "machine": machine,
        "status": run.status.as_str(),
        "error": run.error,
        "startedAt": run.started_at.map(timestamp),
        "endedAt": run.ended_at.map(timestamp),
        "states": trail_to_json(&run.trail),
    })
}

fn time(moment: &Moment) -> Option<String> {
    moment.at.map(if moment.to_the_second { timestamp_to_the_second } else { timestamp })
}

fn moment(moment: &Moment) -> Value {
    let money = moment.amount.as_ref().map(|(amount, currency)| json!({ "amount": amount, "currency": currency }));
    json!({
        "at": time(moment),
        "source": moment.source.word(),
        "what": moment.what,
        "amount": money,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::collected;

    #[test]
    fn a_fare_is_told_in_one_line_and_its_timeline() {
        let text = dossier_to_text(&collected(), 120, false);
        assert!(text.starts_with("fare wr_1: completed, customer 3, $20.00\n"), "{text}");
        assert!(text.contains("1970-01-01T00:00:03.200Z") && text.contains("now"), "{text}");
    }

    #[test]
    fn the_fields_are_those_that_are_promised() {
        let value = dossier_to_json(&collected());
        let fields: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
        let promised = ["executions", "fare", "fareId", "gateway", "ledger", "leftOut", "payment", "timeline"];
        assert_eq!(fields, promised);
        assert_eq!(value["timeline"][1]["amount"], json!({"amount": 2000, "currency": "usd"}));
        assert_eq!(value["executions"][0]["states"][0]["attempts"], 2);
        assert_eq!(value["gateway"][0]["captured"]["amount"], 2000);
    }

    #[test]
    fn what_nothing_is_on_record_of_is_null() {
        let dossier = Dossier { fare: None, payment: None, ..collected() };
        let value = dossier_to_json(&dossier);
        assert_eq!((&value["fare"], &value["payment"]), (&Value::Null, &Value::Null));
        assert!(dossier_to_text(&dossier, 120, false).starts_with("fare wr_1: not in the fares table"));
    }
}
