//! The table may write and not say so.

use gateway_simulator::Effect;
use payment::Action;

use crate::world::{LostWrite, World, fare, wr_563};

#[tokio::test]
async fn a_charge_whose_intent_may_not_be_recorded_calls_nobody() {
    for lost in [LostWrite::Before, LostWrite::After] {
        let world = World::new();
        world.lose_writes(lost, 1);
        assert_eq!(world.charge().await, "PaymentStoreUnavailable", "{lost:?}");
        assert_eq!(world.requests(), 0);
        assert_eq!(world.charge().await, "captured");
        assert_eq!((world.money(), world.count(Effect::Captured)), ((0, 2000, 0), 1));
    }
}

#[tokio::test]
async fn an_undo_whose_begin_may_not_be_recorded_calls_nobody() {
    for lost in [LostWrite::Before, LostWrite::After] {
        let world = World::new();
        world.charge().await;
        let requests = world.requests();
        world.lose_writes(lost, 1);
        assert_eq!(world.refund().await, "PaymentStoreUnavailable", "{lost:?}");
        assert_eq!(world.requests(), requests);
        assert_eq!(world.refund().await, "refunded");
        assert_eq!((world.money(), world.count(Effect::Refunded)), ((0, 2000, 2000), 1));
    }
}

#[tokio::test]
async fn a_tombstone_that_may_not_be_recorded_is_left_by_the_next_undo() {
    for lost in [LostWrite::Before, LostWrite::After] {
        let world = World::new();
        world.lose_writes(lost, 2);
        for _ in 0..2 {
            assert_eq!(world.act(Action::Refund, &wr_563()).await, "PaymentStoreUnavailable", "{lost:?}");
        }
        assert_eq!(world.refund().await, "cancelled");
        assert_eq!(world.act(Action::Charge, &fare("$20.00", "pm_card_visa", "3")).await, "FareCancelled");
    }
}
