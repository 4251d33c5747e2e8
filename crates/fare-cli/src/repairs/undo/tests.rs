use reconciliation::{Amount, Decision, Entry, Fare, GivenBack, Payment};

use super::*;

fn usd(amount: i64) -> Amount {
    Amount::new(amount, "usd")
}

/// A failed fare of $20.00 whose payment stands so on record, and with this at the gateway; nothing is credited.
fn failed(stands: Option<PaymentStands>, gateway: &[GatewayPayment]) -> FareFacts {
    FareFacts {
        fare: Some(Fare {
            decision: Decision::Failed,
            customer_id: "3".to_owned(),
            amount: usd(2000),
            payload_hash: "hash".to_owned(),
            registered_at: None,
            decided_at: None,
        }),
        payment: stands.map(|stands| Payment {
            stands,
            amount: usd(2000),
            payload_hash: "hash".to_owned(),
            payment_id: Some("pi_1".to_owned()),
        }),
        gateway: gateway.to_vec(),
        ..FareFacts::default()
    }
}

fn at_gateway(id: &str, held: i64, captured: i64) -> GatewayPayment {
    let given_back = GivenBack::default();
    GatewayPayment { id: id.to_owned(), held, captured, currency: "usd".to_owned(), given_back }
}

fn given_back(payment: GatewayPayment, given_back: GivenBack) -> GatewayPayment {
    GatewayPayment { given_back, ..payment }
}

fn credit(kind: EntryKind) -> Entry {
    Entry { kind, customer_id: "3".to_owned(), amount: usd(2000), payload_hash: "hash".to_owned() }
}

#[test]
fn a_capture_and_a_hold_are_undone_from_the_states_that_undo_begins_from_and_from_no_other() {
    let gateway = [at_gateway("pi_1", 0, 2000), at_gateway("pi_2", 500, 0)];
    for stands in [PaymentStands::Captured, PaymentStands::Declined, PaymentStands::Unfinished] {
        let undo = undo(&failed(Some(stands), &gateway));
        let expected = ["$20.00, captured by pi_1, is refunded", "the hold of $5.00 by pi_2 is released"];
        assert_eq!((undo.done, undo.by_hand), (expected.map(str::to_owned).to_vec(), vec![]), "{stands:?}");
    }
    let rest = [None, Some(PaymentStands::Voided), Some(PaymentStands::Barred)];
    for stands in rest {
        let undo = undo(&failed(stands, &gateway));
        assert_eq!((undo.done.len(), undo.by_hand.len()), (0, 2), "{stands:?}: {undo:?}");
        assert!(undo.by_hand[0].starts_with("refund $20.00 of pi_1 at the gateway: "), "{undo:?}");
        assert!(undo.by_hand[1].starts_with("release the hold of $5.00 by pi_2 at the gateway: "), "{undo:?}");
    }
}

#[test]
fn a_refunded_record_reaches_its_own_payment_only_and_no_hold() {
    let gateway = [at_gateway("pi_1", 0, 2000), at_gateway("pi_2", 0, 2000), at_gateway("pi_3", 500, 0)];
    let undo = undo(&failed(Some(PaymentStands::Refunded), &gateway));
    assert_eq!(undo.done, ["$20.00, captured by pi_1, is refunded"]);
    let expected = [
        "refund $20.00 of pi_2 at the gateway: another payment is on record",
        "release the hold of $5.00 by pi_3 at the gateway: the payment is refunded on record",
    ];
    assert_eq!(undo.by_hand, expected);
}

#[test]
fn the_gateway_is_asked_once_for_the_amount_on_record_and_for_no_other() {
    let partly = GivenBack { succeeded: 500, ..GivenBack::default() };
    let partly = undo(&failed(Some(PaymentStands::Captured), &[given_back(at_gateway("pi_1", 0, 2000), partly)]));
    assert_eq!(partly.by_hand, ["refund $15.00 of pi_1 at the gateway: a part of it has gone back"]);
    let more = undo(&failed(Some(PaymentStands::Captured), &[at_gateway("pi_1", 0, 3000)]));
    assert_eq!(more.by_hand, ["refund $30.00 of pi_1 at the gateway: another amount is on record"]);
    let all = GivenBack { succeeded: 3000, ..GivenBack::default() };
    let all = undo(&failed(Some(PaymentStands::Captured), &[given_back(at_gateway("pi_1", 0, 3000), all)]));
    assert_eq!(all.by_hand, ["correct the payment's record: pi_1 has given back another amount"]);
    assert!(partly.done.is_empty() && more.done.is_empty() && all.done.is_empty());
}

#[test]
fn a_record_that_is_not_at_an_end_is_brought_there_and_a_refund_that_is_on_its_way_is_said() {
    let pending = GivenBack { pending: 2000, ..GivenBack::default() };
    let undo = undo(&failed(Some(PaymentStands::Unfinished), &[given_back(at_gateway("pi_1", 0, 2000), pending)]));
    assert_eq!(undo.done, ["the payment's record is brought to its end"]);
    assert_eq!(undo.under_way, ["$20.00 of pi_1 is on its way back already"]);
}

#[test]
fn a_credit_is_reversed_unless_its_reversal_stands_already() {
    let mut facts = failed(None, &[]);
    facts.entries = vec![credit(EntryKind::Standing)];
    assert_eq!(undo(&facts).done, ["the credit of $20.00 to customer 3 is reversed"]);
    facts.entries.push(credit(EntryKind::Reversal));
    assert_eq!((undo(&facts).done.len(), undo(&facts).by_hand.len()), (0, 1));
}

#[test]
fn no_undo_is_promised_where_the_records_are_of_different_fares_or_cannot_be_read() {
    let mut other = failed(Some(PaymentStands::Captured), &[at_gateway("pi_1", 0, 2000)]);
    other.payment.as_mut().unwrap().payload_hash = "another".to_owned();
    let mut unreadable = failed(None, &[at_gateway("pi_1", 0, 2000)]);
    unreadable.unreadable = vec!["payment: no amount".to_owned()];
    for facts in [other, unreadable] {
        let undo = undo(&facts);
        assert_eq!((undo.done.len(), undo.by_hand.len()), (0, 1), "{undo:?}");
    }
}
