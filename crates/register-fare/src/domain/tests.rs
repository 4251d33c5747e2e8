use super::*;
use crate::store::InMemoryFares;
use fare_values::Millis;
use serde_json::json;

struct At(i64);

impl Clock for At {
    fn now(&self) -> Millis {
        Millis(self.0)
    }
}

fn fare(amount: &str, customer: &str) -> FareRequest {
    let input =
        json!({"fareId": "wr_563", "customerId": customer, "fareAmount": amount, "paymentMethod": "pm_card_visa"});
    FareRequest::from_json(&input).unwrap()
}

fn wr_563() -> FareRequest {
    fare("$20.00", "3")
}

/// Runs actions one after the other on one store; gives each one's status or error name.
async fn run(actions: &[(Action, FareRequest)]) -> (Vec<String>, Option<FareRecord>) {
    let store = InMemoryFares::default();
    let mut outcomes = Vec::new();
    for (moment, (action, request)) in (1..).zip(actions) {
        let service = RegisterFare::new(store.clone(), At(moment), FaultTriggers::Enabled);
        outcomes.push(match service.act(*action, request.clone(), &FailureReason::of("States.Timeout")).await {
            Ok(fare) => fare.status.to_string(),
            Err(error) => WireError::from(error).name.to_string(),
        });
    }
    (outcomes, store.get(wr_563().fare_id()))
}

macro_rules! outcomes {
    ($($name:ident: [$($action:ident),+] => [$($outcome:literal),+], $status:ident;)+) => {$(
        #[tokio::test]
        async fn $name() {
            let actions = [$((Action::$action, wr_563())),+];
            let (outcomes, record) = run(&actions).await;
            assert_eq!(outcomes, [$($outcome),+]);
            assert_eq!(record.unwrap().status, FareStatus::$status);
        }
    )+};
}

outcomes! {
    a_fare_is_registered: [Register] => ["registered"], Registered;
    registering_again_is_answered_the_same: [Register, Register] => ["registered", "registered"], Registered;
    a_registered_fare_is_completed: [Register, Complete] => ["registered", "completed"], Completed;
    completing_again_is_answered_the_same:
        [Register, Complete, Complete] => ["registered", "completed", "completed"], Completed;
    registering_a_completed_fare_is_answered_the_same:
        [Register, Complete, Register] => ["registered", "completed", "registered"], Completed;
    a_registered_fare_is_cancelled: [Register, Cancel] => ["registered", "failed"], Failed;
    cancelling_again_is_answered_the_same: [Register, Cancel, Cancel] => ["registered", "failed", "failed"], Failed;
    a_fare_that_never_came_is_cancelled_and_stays_so: [Cancel, Register] => ["failed", "FareCancelled"], Failed;
    a_cancelled_fare_is_never_completed: [Register, Cancel, Complete] => ["registered", "failed", "FareCancelled"], Failed;
    cancelling_a_completed_fare_finds_it_completed:
        [Register, Complete, Cancel] => ["registered", "completed", "completed"], Completed;
}

#[tokio::test]
async fn a_fare_that_never_came_cannot_be_completed() {
    let (outcomes, record) = run(&[(Action::Complete, wr_563())]).await;
    assert_eq!(outcomes, ["FareNotRegistered"]);
    assert_eq!(record, None);
}

#[tokio::test]
async fn another_payload_under_the_same_id_is_refused_and_touches_nothing() {
    for action in [Action::Register, Action::Complete, Action::Cancel] {
        for standing in [Action::Register, Action::Cancel] {
            let (outcomes, record) = run(&[(standing, wr_563()), (action, fare("$30.00", "3"))]).await;
            assert_eq!(outcomes.last().map(String::as_str), Some("FareConflict"), "{action}");
            let (_, untouched) = run(&[(standing, wr_563())]).await;
            assert_eq!(record, untouched);
        }
    }
}

#[tokio::test]
async fn the_first_decision_keeps_its_time() {
    let (_, record) =
        run(&[(Action::Register, wr_563()), (Action::Complete, wr_563()), (Action::Complete, wr_563())]).await;
    let record = record.unwrap();
    assert_eq!((record.registered_at, record.decided_at), (Some(Millis(1)), Some(Millis(2))));
}

#[tokio::test]
async fn the_register_trigger_cancels_the_fare_first() {
    let (outcomes, record) = run(&[(Action::Register, fare("$20.00", "3_fail_register"))]).await;
    assert_eq!(outcomes, ["FareCancelled"]);
    assert_eq!(record.unwrap().status, FareStatus::Failed);
}

#[tokio::test]
async fn a_store_without_an_answer_leaves_the_outcome_unknown() {
    struct Down;
    impl FareStore for Down {
        async fn insert(&self, _: FareRecord) -> Result<Conditional<FareRecord>, StoreUnavailable> {
            Err(StoreUnavailable::because("timed out"))
        }
        async fn complete(&self, _: FareRecord) -> Result<Conditional<FareRecord>, StoreUnavailable> {
            Err(StoreUnavailable::because("timed out"))
        }
        async fn fail(&self, _: FareRecord) -> Result<Conditional<FareRecord>, StoreUnavailable> {
            Err(StoreUnavailable::because("timed out"))
        }
    }
    for action in [Action::Register, Action::Complete, Action::Cancel] {
        let service = RegisterFare::new(Down, At(1), FaultTriggers::Disabled);
        let error =
            WireError::from(service.act(action, wr_563(), &FailureReason::of("States.Timeout")).await.unwrap_err());
        assert_eq!(error.name, WireErrorName::FareStoreUnavailable);
        assert!(error.message.contains("unknown") && error.message.contains("timed out"), "{error}");
    }
}
