//! A list of fares, for people and for machines.

use serde_json::{Value, json};

use super::plain_table::plain_table;
use super::time::{decision, span, timestamp};
use crate::amount::display_amount;
use crate::fares::{FareList, ListedFare, Wanted};

/// A table, and a line that says how many there are and in which order.
#[must_use]
pub fn fare_list_to_text(list: &FareList, wanted: Wanted, now: i64, width: u16, colours: bool) -> String {
    let mut text = String::new();
    if !list.fares.is_empty() {
        let rows = list.fares.iter().map(|fare| {
            let record = fare.record.as_ref();
            let amount = record.and_then(|record| record.amount.zip(record.currency.as_deref()));
            [
                fare.id.clone(),
                record.and_then(|record| record.customer_id.clone()).unwrap_or_default(),
                amount.map(|(amount, currency)| display_amount(amount, currency)).unwrap_or_default(),
                record.map_or("unreadable", |record| decision(record.status)).to_owned(),
                age(fare, now).map(span).unwrap_or_default(),
            ]
        });
        text = plain_table(["fare", "customer", "amount", "status", "age"], rows, width, colours);
    }
    let order = if wanted.newest { "the newest first" } else { "the oldest first" };
    let more = if list.more { "; there are more: raise --limit" } else { "" };
    text.push_str(&match list.fares.len() {
        0 => "no such fares\n".to_owned(),
        1 => format!("1 fare, {order}{more}\n"),
        count => format!("{count} fares, {order}{more}\n"),
    });
    text
}

/// The list as JSON. The names of the fields are stable: `order` (`oldestFirst` or `newestFirst`), `more` (whether there
/// are more than --limit let through), and `fares`, each with `fareId`, `customerId`, `amount` (minor units and currency),
/// `status` (`undecided`, `completed`, `failed`, or `unreadable` where the record is none of this version's), `registeredAt`, `decidedAt` and `ageMs`, null where it is not on record.
#[must_use]
pub fn fare_list_to_json(list: &FareList, wanted: Wanted, now: i64) -> Value {
    let fares = list.fares.iter().map(|fare| {
        let record = fare.record.as_ref();
        let amount = record
            .and_then(|record| record.amount.map(|amount| json!({ "amount": amount, "currency": record.currency })));
        json!({
            "fareId": fare.id,
            "customerId": record.and_then(|record| record.customer_id.as_deref()),
            "amount": amount,
            "status": record.map_or("unreadable", |record| decision(record.status)),
            "registeredAt": record.and_then(|record| record.registered_at).map(timestamp),
            "decidedAt": record.and_then(|record| record.decided_at).map(timestamp),
            "ageMs": age(fare, now),
        })
    });
    json!({
        "order": if wanted.newest { "newestFirst" } else { "oldestFirst" },
        "more": list.more,
        "fares": fares.collect::<Vec<_>>(),
    })
}

fn age(fare: &ListedFare, now: i64) -> Option<i64> {
    fare.since().map(|since| now.saturating_sub(since).max(0))
}

#[cfg(test)]
mod tests {
    use fare_values::FareStatus;

    use super::*;
    use crate::observe::FareRecord;

    const WANTED: Wanted = Wanted { status: None, before: None, limit: 1, newest: false };

    fn list(more: bool) -> FareList {
        let record = FareRecord {
            status: FareStatus::Registered,
            customer_id: Some("3".to_owned()),
            amount: Some(2000),
            currency: Some("usd".to_owned()),
            registered_at: Some(1_000),
            decided_at: None,
        };
        FareList { fares: vec![ListedFare { id: "wr_1".to_owned(), record: Some(record) }], more }
    }

    #[test]
    fn a_list_says_how_old_each_is_and_whether_there_are_more() {
        let text = fare_list_to_text(&list(true), WANTED, 8_400, 120, false);
        assert!(text.contains("wr_1") && text.contains("$20.00") && text.contains("undecided"), "{text}");
        assert!(text.contains("7.4 s"), "{text}");
        assert!(text.ends_with("1 fare, the oldest first; there are more: raise --limit\n"), "{text}");
        assert_eq!(fare_list_to_text(&FareList::default(), WANTED, 0, 120, false), "no such fares\n");
    }

    #[test]
    fn a_record_that_nobody_can_read_is_listed_beside_the_others() {
        let mut list = list(false);
        list.fares.push(ListedFare { id: "wr_2".to_owned(), record: None });
        let text = fare_list_to_text(&list, WANTED, 8_400, 120, false);
        assert!(text.contains("$20.00") && text.contains("wr_2") && text.contains("unreadable"), "{text}");
        assert_eq!(fare_list_to_json(&list, WANTED, 0)["fares"][1]["status"], "unreadable");
    }

    #[test]
    fn the_fields_are_those_that_are_promised() {
        let expected = json!({"order": "oldestFirst", "more": false, "fares": [{
            "fareId": "wr_1", "customerId": "3", "amount": {"amount": 2000, "currency": "usd"}, "status": "undecided",
            "registeredAt": "1970-01-01T00:00:01.000Z", "decidedAt": null, "ageMs": 7400
        }]});
        assert_eq!(fare_list_to_json(&list(false), WANTED, 8_400), expected);
    }
}
