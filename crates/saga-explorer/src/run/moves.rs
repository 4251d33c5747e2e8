//! What can happen next.

use super::actor::{Act, Actor, Machine};
use super::{MOST_MOVES, Run, TWIN};
use crate::asl::{Ending, Need, Stop};
use crate::faults::{Fault, Site, Strike};
use crate::violation::Violation;

/// How long nothing happens at last, in milliseconds: longer than a refund takes to settle.
const WHILE: i64 = 60_000;

/// One thing that can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Move {
    /// An actor does what it does next.
    Act(usize),
    /// The same, with a fault.
    Strike(usize, Site, Strike),
    /// Somebody stops the execution, before the function for its task is started or while it is at work.
    Stop(usize, Stop),
    /// The same, when the function has just been started and has made no call yet.
    StopAtStart(usize, Stop),
    /// Somebody redrives the execution.
    Redrive(usize),
    /// The operator who was called for mends what was broken, and redrives what has failed.
    Mend,
    /// At last nothing happens for a while, in which refunds settle.
    Settle,
    /// Reconciliation finds that a refund has failed since, and has the payment undone again.
    Reconcile,
}

impl Run<'_> {
    /// Everything that can happen next; first what happens if nobody interferes. Empty if it is all over.
    pub(crate) fn moves(&self) -> Vec<Move> {
        let now = self.world.now();
        let mut free: Vec<usize> = Vec::new();
        for id in self.in_order() {
            let Some(actor) = self.actors.get(id) else { continue };
            if !matches!(actor.act(), Act::Rest) && self.has_time_for(id, actor) {
                free.push(id);
            }
        }
        // Without interference the one that can act soonest does, and messages on their way arrive last.
        free.sort_by_key(|id| {
            self.actors.get(*id).map(|actor| (matches!(actor.act(), Act::Arrive), actor.ready_at.max(now)))
        });
        if self.scenario.is_reduced {
            free = self.worth_trying(free);
        }
        let mut moves: Vec<Move> = free.iter().copied().map(Move::Act).collect();
        for &id in &free {
            moves.extend(self.strikes(id));
        }
        moves.extend(self.interventions(&free));
        moves
    }

    /// Lets this happen.
    ///
    /// # Errors
    /// [`Violation`] if it breaks an invariant that must hold at every moment.
    pub(crate) fn make(&mut self, chosen: Move) -> Result<(), Violation> {
        self.moves_made += 1;
        if self.moves_made > MOST_MOVES {
            return Err(Violation::new("I5", format!("the run does not end within {MOST_MOVES} moves")));
        }
        match chosen {
            Move::Act(id) => {
                self.meet_what_is_broken(id);
                self.act(id, None)
            }
            Move::Strike(id, site, strike) => {
                self.faults_left = self.faults_left.saturating_sub(1);
                self.endure(id, site, strike);
                self.act(id, Some((site, strike.fault)))?;
                if self.has_hit(strike.fault) {
                    self.struck.push((site, strike));
                }
                Ok(())
            }
            Move::Stop(id, how) => self.stop(id, how, false),
            Move::StopAtStart(id, how) => self.stop(id, how, true),
            Move::Redrive(id) => {
                self.redrives_left = self.redrives_left.saturating_sub(1);
                self.pass_until(self.redrivable_at(id).unwrap_or_default());
                self.redrive(id)
            }
            Move::Mend => self.mend(),
            Move::Settle => {
                self.has_settled = true;
                self.pass_until(self.world.now().saturating_add(WHILE));
                Ok(())
            }
            Move::Reconcile => self.reconcile(),
        }
    }

    /// What this move is called in a schedule.
    pub(crate) fn label(&self, chosen: Move) -> String {
        let name = |id: usize| self.actors.get(id).map_or("nobody", |actor| actor.name.as_str());
        match chosen {
            Move::Act(id) => name(id).to_owned(),
            Move::Strike(id, _, strike) => format!("{}/{strike}", name(id)),
            Move::Stop(id, how) => format!("{}/{}", name(id), stop_in_words(how)),
            Move::StopAtStart(id, how) => format!("{}/{}-at-start", name(id), stop_in_words(how)),
            Move::Redrive(id) => format!("{}/redrive", name(id)),
            Move::Mend => "mend".to_owned(),
            Move::Settle => "settle".to_owned(),
            Move::Reconcile => "reconcile".to_owned(),
        }
    }

    /// The actors, the one that moved last first.
    fn in_order(&self) -> impl Iterator<Item = usize> + use<> {
        let (current, count) = (self.current, self.actors.len());
        std::iter::once(current).chain((0..count).filter(move |id| *id != current))
    }

    /// Whether an actor can be the next: it may be late, but what it waits for must not be later than some function has
    /// time, which would have been ended by then.
    fn has_time_for(&self, id: usize, actor: &Actor) -> bool {
        actor.ready_at <= self.world.now()
            || self.actors.iter().enumerate().all(|(other, someone)| {
                other == id || someone.invocation().is_none_or(|invocation| actor.ready_at <= invocation.answer_by())
            })
    }

    /// What can go wrong with this actor's next act.
    fn strikes(&self, id: usize) -> impl Iterator<Item = Move> + use<'_> {
        let actor = self.actors.get(id).filter(|actor| self.faults_left > 0 && !self.is_mirror(actor));
        let is_worker = actor.is_some_and(|actor| actor.worker().is_some());
        let sites = actor.into_iter().flat_map(|actor| actor.act().sites().map(move |site| (actor, site)));
        // What comes first keeps what would come after it from happening.
        let free = sites.take_while(|(actor, site)| self.forced(actor, *site).is_none());
        let free = free.filter(|(_, site)| self.scenario.only_at.is_none_or(|only| only == *site));
        let strikes = free.flat_map(|(_, site)| site.strikes().iter().map(move |strike| (site, *strike)));
        strikes
            .filter(move |(_, strike)| is_worker || !strike.throughout)
            .map(move |(site, strike)| Move::Strike(id, site, strike))
    }

    /// Whether a fault of this actor is the same as one of the execution's, seen in a mirror: of two executions that are alike
    /// either may be called the twin, so with one fault at most it need not strike that one.
    fn is_mirror(&self, actor: &Actor) -> bool {
        self.scenario.is_symmetric() && actor.name == TWIN
    }

    /// What goes wrong with this actor's next act, whatever anybody chooses.
    pub(super) fn forced(&self, actor: &Actor, site: Site) -> Option<Fault> {
        let permanent = if self.is_mended { None } else { self.scenario.is_permanent(site) };
        permanent.or_else(|| actor.lasting(site, self.scenario.attempts_with_fault()))
    }

    /// What people can do now.
    fn interventions(&self, free: &[usize]) -> Vec<Move> {
        let mut moves = Vec::new();
        if let Some(how) = self.scenario.stop.filter(|_| self.can_be_stopped(0)) {
            moves.push(Move::Stop(0, how));
            let act = self.actors.first().map(Actor::act);
            if self.scenario.leaves_function && matches!(act, Some(Act::Invoke(Some(_)))) {
                moves.push(Move::StopAtStart(0, how));
            }
        }
        let time_until = |time: i64| {
            time <= self.world.now()
                || self.actors.iter().all(|actor| actor.invocation().is_none_or(|one| time <= one.answer_by()))
        };
        let redrivable_at = self.redrivable_at(0).filter(|at| *at > self.world.now() || self.is_worth_interfering(0));
        if self.redrives_left > 0 && redrivable_at.is_some_and(time_until) {
            moves.push(Move::Redrive(0));
        }
        let is_quiet = |id: &usize| self.actors.get(*id).is_none_or(|actor| matches!(actor.act(), Act::Arrive));
        if free.iter().all(is_quiet) {
            if self.witness.waits_for_attention() {
                if self.mends_left > 0 {
                    moves.push(Move::Mend);
                }
            } else if !self.has_settled {
                moves.push(Move::Settle);
            } else if self.reconciliations_left > 0 && self.witness.has_failed_refund(&self.world) {
                moves.push(Move::Reconcile);
            }
        }
        moves
    }

    fn can_be_stopped(&self, id: usize) -> bool {
        let Some(worker) = self.actors.get(id).and_then(Actor::worker) else { return false };
        let is_running = !matches!(worker.execution.need(), Need::Ended(_));
        let is_open_to_it = self.scenario.leaves_function || worker.invocation.is_none();
        self.stops_left > 0 && is_running && is_open_to_it && self.is_worth_interfering(id)
    }

    /// From when on somebody may redrive the execution, in milliseconds since the epoch.
    fn redrivable_at(&self, id: usize) -> Option<i64> {
        let actor = self.actors.get(id)?;
        let worker = actor.worker().filter(|worker| worker.machine == Machine::FareCollection)?;
        match worker.execution.need() {
            Need::Ended(Ending::Failed { .. } | Ending::Aborted | Ending::TimedOut) => {
                Some(actor.ready_at.saturating_add(self.scenario.delay))
            }
            Need::Ended(Ending::Succeeded { .. }) | Need::Task(_) | Need::Backoff(_) => None,
        }
    }

    /// What is broken for ever is broken throughout the state in which it is met.
    fn meet_what_is_broken(&mut self, id: usize) {
        let Some((broken, strike)) = self.scenario.permanent.filter(|_| !self.is_mended) else { return };
        let Some(actor) = self.actors.get_mut(id).filter(|actor| actor.act().sites().any(|site| site == broken)) else {
            return;
        };
        actor.endure(broken, strike.fault);
    }

    /// Remembers a fault that lasts.
    fn endure(&mut self, id: usize, site: Site, strike: Strike) {
        if let Some(actor) = self.actors.get_mut(id).filter(|_| strike.throughout) {
            actor.endure(site, strike.fault);
            self.is_broken = true;
        }
    }

    /// Whether the fault of the last act was met: one of those that strike a request where it is executed is not, where an
    /// answer that was kept is repeated.
    fn has_hit(&self, fault: Fault) -> bool {
        match fault {
            Fault::Gateway(fault) => self.world.gateway_log().last().and_then(|entry| entry.fault) == Some(fault),
            Fault::FailsBefore
            | Fault::AnswerLost
            | Fault::LandsLate
            | Fault::Twice
            | Fault::AgainLater
            | Fault::NotSent
            | Fault::Killed(_)
            | Fault::TimedOut(_)
            | Fault::Throttled
            | Fault::RunsOn
            | Fault::TwiceAtOnce => true,
        }
    }
}

fn stop_in_words(how: Stop) -> &'static str {
    match how {
        Stop::Aborted => "abort",
        Stop::TimedOut => "time-out",
    }
}
