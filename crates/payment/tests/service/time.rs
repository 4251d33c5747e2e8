//! An invocation answers before it is killed, whatever the gateway takes its time for.

use gateway_simulator::{Effect, Fault as GatewayFault};
use payment::Action;

use crate::world::{Fault, INVOCATION, World, wr_563};

const NEVER: Fault = Fault::Gateway(GatewayFault::AnswerLate { milliseconds: 1_000_000 });

#[tokio::test]
async fn a_charge_answers_in_time_however_late_the_gateway_is() {
    for (path, milliseconds) in
        [("/payment_intents", INVOCATION), ("/payment_intents", 10_000), ("/capture", INVOCATION), ("/capture", 6_000)]
    {
        let world = World::new();
        world.next(path, NEVER);
        assert_eq!(world.act_within(milliseconds, Action::Charge, &wr_563()).await, "PaymentOutcomeUnknown", "{path}");
        assert_eq!(world.charge().await, "captured");
        assert_eq!((world.count(Effect::HoldPlaced), world.count(Effect::Captured)), (1, 1));
    }
}

#[tokio::test]
async fn an_undo_answers_in_time_however_late_the_gateway_is() {
    for path in ["GET /v1/refunds", "POST /v1/refunds"] {
        let world = World::new();
        world.charge().await;
        world.next(path, NEVER);
        assert_eq!(world.act_within(10_000, Action::Refund, &wr_563()).await, "PaymentOutcomeUnknown", "{path}");
        assert_eq!(world.refund().await, "refunded");
        assert_eq!((world.money(), world.count(Effect::Refunded)), ((0, 2000, 2000), 1));
    }
}

#[tokio::test]
async fn an_invocation_without_time_for_the_gateway_does_not_call_it() {
    let world = World::new();
    assert_eq!(world.act_within(4_000, Action::Charge, &wr_563()).await, "PaymentGatewayUnavailable");
    assert_eq!(world.requests(), 0);
    assert_eq!(world.charge().await, "captured");
}

#[tokio::test]
async fn a_rate_limit_that_outlasts_the_invocation_is_left_to_the_next_one() {
    let world = World::new();
    world.next("/payment_intents", Fault::Gateway(GatewayFault::RateLimited { retry_after_seconds: 120 }));
    assert_eq!(world.charge().await, "PaymentGatewayUnavailable");
    assert_eq!(world.requests(), 1);
    assert_eq!(world.charge().await, "captured");
}

#[tokio::test]
async fn a_rate_limit_is_waited_for_where_there_is_time() {
    let world = World::new();
    world.misbehave(gateway_simulator::Operation::Authorise, GatewayFault::RateLimited { retry_after_seconds: 5 });
    assert_eq!(world.charge().await, "captured");
    assert_eq!(world.count(Effect::HoldPlaced), 1);
}
