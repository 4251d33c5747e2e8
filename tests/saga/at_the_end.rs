//! What is true of the queues when every other test is over: only now is an empty queue one that stays empty.

use fare_cli::observe::Queue;
use serde_json::Value;

use crate::harness::{Test, test};
use crate::world::with_stack;

pub(crate) const TESTS: &[Test] =
    &[test!(every_notice_was_in_the_queue_of_its_outcome), test!(nothing_lies_in_a_dead_letter_queue)];

fn every_notice_was_in_the_queue_of_its_outcome() {
    with_stack(async |world| {
        world.mailbox.settle().await.expect("the queues can be read");
        assert_eq!(world.mailbox.unaddressed().await, []);
        let notices = world.mailbox.addressed().await;
        assert!(!notices.is_empty(), "this shows nothing where no other test has run");
        for notice in notices {
            let outcome = notice.content.get("outcome").and_then(Value::as_str);
            let queue = match outcome {
                Some("success") => Queue::Success,
                Some("failure") => Queue::Failure,
                _ => Queue::Attention,
            };
            assert_eq!(notice.queue, queue, "{}", notice.body);
        }
    });
}

fn nothing_lies_in_a_dead_letter_queue() {
    with_stack(async |world| {
        assert_eq!(world.mailbox.dead_letters().await.expect("the queues can be asked"), 0);
    });
}
