//! Each in-memory store and its DynamoDB adapter answer alike, whatever is asked of them in whatever order.

use customer_accounting::store::{CreditEntry, DynamoDbLedger, InMemoryLedger, LedgerStore};
use fare_values::{Conditional, FareRequest, Millis, PaymentStatus};
use payment::gateway::{Refund, RefundStatus};
use payment::store::{DynamoDbPayments, InMemoryPayments, PaymentRecord, PaymentStore, Transition};
use register_fare::store::{DynamoDbFares, FareRecord, FareStore, InMemoryFares};
use serde_json::json;

use crate::world::{Fare, fare, with_stack};

/// All sequences of three operations out of so many.
fn sequences(operations: usize) -> impl Iterator<Item = [usize; 3]> {
    let each = move || 0..operations;
    each().flat_map(move |a| each().flat_map(move |b| each().map(move |c| [a, b, c])))
}

fn request(fare: &Fare) -> FareRequest {
    FareRequest::from_json(&fare.input).expect("the fare is valid")
}

/// A fare and another one under the same id.
fn pair() -> [FareRequest; 2] {
    let fare = fare("");
    [request(&fare), request(&fare.with("fareAmount", json!("$30.00")))]
}

#[test]
fn fares_in_memory_and_in_dynamodb_answer_alike() {
    async fn answer(
        store: &impl FareStore,
        operation: usize,
        requests: &[FareRequest; 2],
        now: Millis,
    ) -> Conditional<FareRecord> {
        let request = &requests[operation % 2];
        let answer = match operation / 2 {
            0 => store.insert(FareRecord::registered(request, now)).await,
            1 => store.complete(FareRecord::completed(request, now)).await,
            _ => store.fail(FareRecord::failed(request, now)).await,
        };
        answer.expect("the store answers")
    }
    with_stack(async |world| {
        let table = DynamoDbFares::new(world.clients().dynamodb.clone(), &world.stack.outputs.fares_table);
        for sequence in sequences(6) {
            let (memory, requests) = (InMemoryFares::default(), pair());
            for (operation, now) in sequence.into_iter().zip([Millis(1), Millis(2), Millis(3)]) {
                let expected = answer(&memory, operation, &requests, now).await;
                assert_eq!(answer(&table, operation, &requests, now).await, expected, "{sequence:?}");
            }
        }
    });
}

#[test]
fn payments_in_memory_and_in_dynamodb_answer_alike() {
    const ACTIVE: &[PaymentStatus] = &[PaymentStatus::Pending, PaymentStatus::Captured];
    fn refund() -> Refund {
        Refund {
            id: "re_1".to_owned(),
            status: RefundStatus::Succeeded,
            amount: 2000,
            currency: "usd".to_owned(),
            payment_intent: "pi_1".to_owned(),
            metadata: None,
        }
    }
    async fn answer(
        store: &impl PaymentStore,
        operation: usize,
        requests: &[FareRequest; 2],
        now: Millis,
    ) -> Conditional<PaymentRecord> {
        let request = &requests[operation % 2];
        let pending = PaymentRecord::pending(request, now);
        let answer = match operation / 2 {
            0 => store.insert(pending).await,
            1 => store.insert(PaymentRecord::tombstone(request, now)).await,
            2 => {
                let captured = pending.transition(&[PaymentStatus::Pending], PaymentStatus::Captured, now);
                store.transition(Transition { payment_id: Some("pi_1".to_owned()), ..captured }).await
            }
            3 => {
                let next = pending.transition(ACTIVE, PaymentStatus::Pending, now);
                store.transition(Transition { next_generation: Some(2), ..next }).await
            }
            _ => {
                let undone = pending.transition(ACTIVE, PaymentStatus::Refunded, now);
                store.transition(Transition { generation: None, refund: Some(refund()), ..undone }).await
            }
        };
        answer.expect("the store answers")
    }
    with_stack(async |world| {
        let table = DynamoDbPayments::new(world.clients().dynamodb.clone(), &world.stack.outputs.payments_table);
        for sequence in sequences(10) {
            let (memory, requests) = (InMemoryPayments::default(), pair());
            for (operation, now) in sequence.into_iter().zip([Millis(1), Millis(2), Millis(3)]) {
                let expected = answer(&memory, operation, &requests, now).await;
                assert_eq!(answer(&table, operation, &requests, now).await, expected, "{sequence:?}");
            }
        }
    });
}

#[test]
fn ledgers_in_memory_and_in_dynamodb_answer_alike() {
    async fn answer(store: &impl LedgerStore, operation: usize, requests: &[FareRequest; 2], now: Millis) -> String {
        let request = &requests[operation % 2];
        match operation / 2 {
            0 => format!("{:?}", store.post_credit(CreditEntry::standing(request, now)).await.expect("answers")),
            1 => format!("{:?}", store.post_reversal(CreditEntry::reversed(request, now)).await.expect("answers")),
            2 => format!("{:?}", store.lay_tombstone(CreditEntry::tombstone(request, now)).await.expect("answers")),
            _ => format!("{:?}", store.close_account(request.customer_id()).await),
        }
    }
    with_stack(async |world| {
        let table = DynamoDbLedger::new(world.clients().dynamodb.clone(), &world.stack.outputs.ledger_table);
        for sequence in sequences(7) {
            let (memory, requests) = (InMemoryLedger::default(), pair());
            for (operation, now) in sequence.into_iter().zip([Millis(1), Millis(2), Millis(3)]) {
                let expected = answer(&memory, operation, &requests, now).await;
                assert_eq!(answer(&table, operation, &requests, now).await, expected, "{sequence:?}");
            }
            let customer = requests[0].customer_id();
            let account = fare_cli::observe::account(&world.stack, customer.as_str()).await.expect("can be read");
            let balance = account.and_then(|account| account.balances.get("usd").copied()).unwrap_or_default();
            assert_eq!(balance, memory.balance(customer, fare_values::Currency::Usd), "{sequence:?}");
        }
    });
}

#[test]
fn many_writers_of_one_credit_post_it_once() {
    with_stack(async |world| {
        let table = DynamoDbLedger::new(world.clients().dynamodb.clone(), &world.stack.outputs.ledger_table);
        let fare = fare("");
        let entry = CreditEntry::standing(&request(&fare), Millis(1));
        let posts = (0..16).map(|_| table.post_credit(entry.clone()));
        let answers = futures::future::join_all(posts).await;
        let posted =
            answers.iter().filter(|answer| matches!(answer, Ok(customer_accounting::store::CreditAnswer::Posted)));
        assert_eq!(posted.count(), 1, "{answers:?}");
        assert_eq!(world.truth(&fare).await.balance(), 2000);
    });
}
