//! Which of all the orders in which things can happen need to be tried, because no other order comes to the same.
//!
//! Two acts commute if neither is noticed by whoever does the other: then one order stands for both. What these rules leave
//! out is gone through by the tests all the same, in scenarios that are small enough, and comes to the same endings.

use super::Run;
use super::actor::{Act, Message, Role};
use crate::faults::Fault;
use crate::world::Call;

impl Run<'_> {
    /// Of those who can be the next, those who need be.
    pub(super) fn worth_trying(&self, free: Vec<usize>) -> Vec<usize> {
        match free.iter().find(|id| self.is_private(**id)) {
            // It commutes with whatever anybody does before it is its turn, so it can be done at once.
            Some(&private) => vec![private],
            None => free.iter().copied().filter(|id| self.may_matter(*id, &free)).collect(),
        }
    }

    /// Whether somebody who does something about this execution needs to do it now. It commutes with whatever others do,
    /// since those who act for the execution from then on can be late: so, just after the execution has moved.
    pub(super) fn is_worth_interfering(&self, id: usize) -> bool {
        !self.scenario.is_reduced || self.current == id
    }

    /// Whether what this actor does next is noticed by nobody, and would come to the same later. The status that a notice
    /// announces, and that an end is judged by, only moves forward: a notice or an end that is wrong is so at once.
    fn is_private(&self, id: usize) -> bool {
        let Some(actor) = self.actors.get(id).filter(|actor| actor.ready_at <= self.world.now()) else { return false };
        match actor.act() {
            Act::Learn | Act::Start(_) | Act::Publish | Act::Send | Act::Invoke(None) | Act::Call(Call::Pause(_)) => {
                true
            }
            act @ (Act::Invoke(Some(_)) | Act::Call(_)) => {
                act.sites().any(|site| self.forced(actor, site).is_some_and(gets_nowhere))
            }
            // What stands there may change: the execution may be redriven.
            Act::Describe | Act::Arrive | Act::Rest => false,
        }
    }

    /// Whether it can make a difference that this actor is the next. A message that arrives is noticed only by somebody who
    /// touches the same place later, so it is enough to let it arrive just before that, before time passes in which it would
    /// be lost, or last of all.
    fn may_matter(&self, id: usize, free: &[usize]) -> bool {
        let Some(Role::Late(message)) = self.actors.get(id).map(|actor| &actor.role) else { return true };
        let now = self.world.now();
        let mut others = free
            .iter()
            .filter_map(|other| self.actors.get(*other))
            .filter(|other| !matches!(other.role, Role::Late(_)))
            .peekable();
        others.peek().is_none()
            || others.any(|other| {
                let may_be_lost = matches!(message, Message::Request { .. }) && other.ready_at > now;
                may_be_lost || other.act().place() == Some(message.place())
            })
    }
}

/// Whether a call that meets this fault touches nothing, and is answered without a look at what stands.
fn gets_nowhere(fault: Fault) -> bool {
    match fault {
        Fault::FailsBefore | Fault::NotSent | Fault::Throttled => true,
        Fault::Gateway(fault) => fault.strikes_in_front(),
        Fault::AnswerLost
        | Fault::LandsLate
        | Fault::Twice
        | Fault::AgainLater
        | Fault::Killed(_)
        | Fault::TimedOut(_)
        | Fault::RunsOn
        | Fault::TwiceAtOnce => false,
    }
}
