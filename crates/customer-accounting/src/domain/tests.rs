use super::*;
use crate::store::InMemoryLedger;
use fare_values::{Currency, Millis};
use serde_json::json;

struct At(i64);

impl Clock for At {
    fn now(&self) -> Millis {
        Millis(self.0)
    }
}

fn fare(id: &str, amount: &str, customer: &str) -> FareRequest {
    let input = json!({"fareId": id, "customerId": customer, "fareAmount": amount, "paymentMethod": "pm_card_visa"});
    FareRequest::from_json(&input).unwrap()
}

fn wr_563() -> FareRequest {
    fare("wr_563", "$20.00", "3")
}

/// Carries out actions one after the other; gives each one's state or error name.
async fn run(ledger: &InMemoryLedger, actions: &[(Action, FareRequest)]) -> Vec<String> {
    let mut outcomes = Vec::new();
    for (moment, (action, request)) in (1..).zip(actions) {
        let service = CustomerAccounting::new(ledger.clone(), At(moment), FaultTriggers::Enabled);
        outcomes.push(match service.act(*action, request.clone()).await {
            Ok(posting) => posting.state.to_string(),
            Err(error) => WireError::from(error).name.to_string(),
        });
    }
    outcomes
}

fn balance(ledger: &InMemoryLedger, customer: &str) -> i64 {
    ledger.balance(&CustomerId::new(customer).unwrap(), Currency::Usd)
}

macro_rules! outcomes {
    ($($name:ident: [$($action:ident),+] => [$($outcome:literal),+], balance $balance:literal;)+) => {$(
        #[tokio::test]
        async fn $name() {
            let ledger = InMemoryLedger::default();
            let actions = [$((Action::$action, wr_563())),+];
            assert_eq!(run(&ledger, &actions).await, [$($outcome),+]);
            assert_eq!(balance(&ledger, "3"), $balance);
        }
    )+};
}

outcomes! {
    a_fare_is_credited: [Credit] => ["standing"], balance 2000;
    crediting_again_is_answered_the_same_and_posted_once: [Credit, Credit] => ["standing", "standing"], balance 2000;
    a_credit_is_reversed: [Credit, Debit] => ["standing", "reversed"], balance 0;
    reversing_again_is_answered_the_same_and_posted_once:
        [Credit, Debit, Debit] => ["standing", "reversed", "reversed"], balance 0;
    a_debit_without_a_credit_leaves_a_tombstone: [Debit, Debit] => ["tombstone", "tombstone"], balance 0;
    a_credit_after_its_debit_is_refused: [Debit, Credit] => ["tombstone", "FareCancelled"], balance 0;
    a_reversed_credit_is_not_posted_again: [Credit, Debit, Credit] => ["standing", "reversed", "FareCancelled"], balance 0;
}

#[tokio::test]
async fn balances_add_up_over_fares() {
    let ledger = InMemoryLedger::default();
    let other = fare("wr_564", "$5.00", "3");
    let actions = [(Action::Credit, wr_563()), (Action::Credit, other), (Action::Debit, wr_563())];
    run(&ledger, &actions).await;
    assert_eq!(balance(&ledger, "3"), 500);
}

#[tokio::test]
async fn a_closed_account_refuses_credits_and_still_takes_reversals() {
    let ledger = InMemoryLedger::default();
    assert_eq!(run(&ledger, &[(Action::Credit, wr_563())]).await, ["standing"]);
    ledger.close_account(wr_563().customer_id()).await.unwrap();
    let later = fare("wr_564", "$5.00", "3");
    assert_eq!(run(&ledger, &[(Action::Credit, later.clone())]).await, ["AccountCreditException"]);
    assert_eq!(ledger.entry(later.fare_id()), None);
    // The answer to a repeated request does not change because the account was closed meanwhile.
    assert_eq!(run(&ledger, &[(Action::Credit, wr_563()), (Action::Debit, wr_563())]).await, ["standing", "reversed"]);
    assert_eq!(balance(&ledger, "3"), 0);
}

#[tokio::test]
async fn the_credit_triggers_close_the_account_first() {
    for customer in ["3_fail_credit", "3_fail_refund"] {
        let ledger = InMemoryLedger::default();
        let outcomes = run(&ledger, &[(Action::Credit, fare("wr_563", "$20.00", customer))]).await;
        assert_eq!(outcomes, ["AccountCreditException"]);
        assert_eq!(balance(&ledger, customer), 0);
    }
}

#[tokio::test]
async fn another_payload_under_the_same_id_is_refused_and_touches_nothing() {
    for other in [fare("wr_563", "$30.00", "3"), fare("wr_563", "$20.00", "4")] {
        for action in [Action::Credit, Action::Debit] {
            for standing in [Action::Credit, Action::Debit] {
                let ledger = InMemoryLedger::default();
                run(&ledger, &[(standing, wr_563())]).await;
                let (entry, before) = (ledger.entry(wr_563().fare_id()), balance(&ledger, "3"));
                assert_eq!(run(&ledger, &[(action, other.clone())]).await, ["FareConflict"]);
                assert_eq!((ledger.entry(wr_563().fare_id()), balance(&ledger, "3")), (entry, before));
                assert_eq!(balance(&ledger, "4"), 0);
            }
        }
    }
}

#[tokio::test]
async fn a_debit_reverses_a_credit_that_slips_in_before_its_tombstone() {
    /// Lets a credit in right before the first tombstone.
    struct Slipping(InMemoryLedger);
    impl LedgerStore for Slipping {
        async fn post_credit(&self, entry: CreditEntry) -> Result<CreditAnswer, StoreUnavailable> {
            self.0.post_credit(entry).await
        }
        async fn post_reversal(&self, entry: CreditEntry) -> Result<Conditional<CreditEntry>, StoreUnavailable> {
            self.0.post_reversal(entry).await
        }
        async fn lay_tombstone(&self, entry: CreditEntry) -> Result<Conditional<CreditEntry>, StoreUnavailable> {
            self.0.post_credit(CreditEntry { state: EntryState::Standing, ..entry.clone() }).await?;
            self.0.lay_tombstone(entry).await
        }
        async fn close_account(&self, customer: &CustomerId) -> Result<(), StoreUnavailable> {
            self.0.close_account(customer).await
        }
    }
    let ledger = InMemoryLedger::default();
    let service = CustomerAccounting::new(Slipping(ledger.clone()), At(1), FaultTriggers::Disabled);
    let posting = service.act(Action::Debit, wr_563()).await.unwrap();
    assert_eq!(posting.state, EntryState::Reversed);
    assert_eq!(balance(&ledger, "3"), 0);
    assert!(ledger.reversal(wr_563().fare_id()).is_some());
}
