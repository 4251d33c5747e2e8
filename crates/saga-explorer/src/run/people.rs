//! What people do: stop an execution, redrive it, mend what is broken, reconcile.

use serde_json::json;

use super::Run;
use super::actor::{Actor, Machine, Role};
use crate::asl::{Ending, Need, Stop};
use crate::violation::Violation;
use crate::world::Function;

impl Run<'_> {
    /// Somebody stops the execution. What a function is doing for it goes on; so does one that has just been started, and
    /// has done nothing yet.
    pub(super) fn stop(&mut self, id: usize, how: Stop, has_just_started: bool) -> Result<(), Violation> {
        let now = self.world.now();
        self.stops_left = self.stops_left.saturating_sub(1);
        if has_just_started && let Some((function, event)) = self.function_of(id)? {
            self.run_apart(function, event)?;
        }
        let Some(actor) = self.actors.get_mut(id) else { return Ok(()) };
        let (news, ready_at) = (actor.news.take(), actor.ready_at);
        let Some(worker) = actor.worker_mut() else { return Ok(()) };
        worker.execution.stop(how);
        worker.lasting = None;
        worker.task_began = 0;
        let left_behind = worker.invocation.take();
        actor.ready_at = now;
        if let Some(invocation) = left_behind {
            self.abandon(invocation, ready_at, news);
        }
        self.ended(id)
    }

    pub(super) fn redrive(&mut self, id: usize) -> Result<(), Violation> {
        let Some(worker) = self.actors.get_mut(id).and_then(Actor::worker_mut) else { return Ok(()) };
        worker.execution.redrive().map_err(|error| Violation::mistake(error.to_string()))?;
        self.settle(id)
    }

    /// The operator mends what was broken and redrives every recovery that has failed.
    pub(super) fn mend(&mut self) -> Result<(), Violation> {
        self.is_mended = true;
        self.mends_left = self.mends_left.saturating_sub(1);
        let failed: Vec<usize> = (0..self.actors.len())
            .filter(|id| {
                let worker = self.actors.get(*id).and_then(Actor::worker);
                worker.is_some_and(|worker| {
                    worker.machine == Machine::RecoverFare
                        && matches!(worker.execution.need(), Need::Ended(Ending::Failed { .. }))
                })
            })
            .collect();
        self.witness.mended();
        for id in failed {
            let input = self.actors.get(id).and_then(Actor::worker).map(|worker| worker.execution.input().clone());
            let Some(input) = input else { continue };
            let name = self.name("recovery");
            let now = self.world.now();
            self.actors.push(Actor::new(name, Role::Start(Machine::RecoverFare, input), now));
        }
        Ok(())
    }

    /// Has the payment undone once more.
    pub(super) fn reconcile(&mut self) -> Result<(), Violation> {
        self.has_settled = false;
        self.reconciliations_left = self.reconciliations_left.saturating_sub(1);
        let event = json!({"action": "refund", "fare": self.scenario.input});
        self.run_apart(Function::Payment, event)
    }
}
