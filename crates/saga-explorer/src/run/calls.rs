//! What becomes of a handler's call.

use std::time::Duration;

use fare_values::StoreUnavailable;
use payment::gateway::{GatewayRequest, TransportError};

use super::Run;
use super::actor::{Actor, Message, News, Role};
use super::describe::told_in_words;
use crate::asl::Failure;
use crate::faults::{Fault, Reach};
use crate::scenario::Waits;
use crate::violation::Violation;
use crate::world::{Call, Progress, StoreCall, Told, received};

/// How long a request to the gateway can be on its way, in milliseconds: what the payment function counts with, too.
const LONGEST_JOURNEY: i64 = 10 * 60 * 1000;

/// What the one who made the call meets.
enum Sequel {
    /// Its handler is told this at that time.
    Told(Told, i64),
    /// Its process is gone, and its task learns so at that time.
    Gone(Failure, i64),
}

impl Run<'_> {
    pub(super) fn call(&mut self, id: usize, call: &Call, fault: Option<Fault>) -> Result<(), Violation> {
        let now = self.world.now();
        let sequel = match call {
            // The shortest pause that the jitter allows. Others may act in it all the same, and where time is wanted to
            // pass, the state machines' back-offs let it.
            Call::Pause(range) => Sequel::Told(Told::Paused, now.saturating_add(milliseconds(range.at_least))),
            Call::Store(call) => self.write(id, call, fault)?,
            Call::Gateway(_, request, time_limit) => self.request(id, request, *time_limit, fault)?,
        };
        match self.without_waiting(sequel) {
            Sequel::Told(told, at) if at <= now => self.go_on(id, told),
            Sequel::Told(told, at) => {
                self.tell_later(id, News::Told(told), at);
                Ok(())
            }
            Sequel::Gone(failure, at) => {
                self.lose_process(id);
                self.tell_later(id, News::Failed(failure), at);
                Ok(())
            }
        }
    }

    /// The same at once, where waits are the shortest. What the gateway does takes its time all the same.
    fn without_waiting(&self, sequel: Sequel) -> Sequel {
        let now = self.world.now();
        match (self.scenario.waits, sequel) {
            (Waits::Shortest, Sequel::Told(told @ (Told::Paused | Told::Gateway(Err(_))), _)) => {
                Sequel::Told(told, now)
            }
            (Waits::Shortest, Sequel::Gone(failure, _)) => Sequel::Gone(failure, now),
            (Waits::Shortest | Waits::Longest, sequel) => sequel,
        }
    }

    /// Lets the handler go on, up to its next call or to its answer.
    pub(super) fn go_on(&mut self, id: usize, told: Told) -> Result<(), Violation> {
        self.journal.add(|| told_in_words(&told));
        let Some(invocation) = self.actors.get_mut(id).and_then(Actor::invocation_mut) else { return Ok(()) };
        match invocation.go_on(told, &self.world.functions, &self.world.clock) {
            Progress::Asks => Ok(()),
            Progress::Answers(answer) => self.answered(id, answer),
        }
    }

    /// Lets a message arrive that nobody waits for any more.
    pub(super) fn arrive(&mut self, message: &Message) -> Result<(), Violation> {
        match message {
            Message::Write(call) => self.carry_out_write(call).map(drop),
            Message::Request { request, .. } => self.carry_out_request(request, None).map(drop),
        }
    }

    fn write(&mut self, id: usize, call: &StoreCall, fault: Option<Fault>) -> Result<Sequel, Violation> {
        let now = self.world.now();
        let no_answer = || Sequel::Told(Told::NoStore(StoreUnavailable::because("timed out")), now);
        Ok(match fault {
            None => Sequel::Told(self.carry_out_write(call)?, now),
            Some(Fault::FailsBefore) => no_answer(),
            Some(Fault::AnswerLost) => {
                self.carry_out_write(call)?;
                no_answer()
            }
            Some(Fault::LandsLate) => {
                self.leave_on_its_way(Message::Write(Box::new(call.clone())));
                no_answer()
            }
            Some(Fault::Twice) => {
                self.carry_out_write(call)?;
                Sequel::Told(self.carry_out_write(call)?, now)
            }
            Some(Fault::AgainLater) => {
                self.leave_on_its_way(Message::Write(Box::new(call.clone())));
                Sequel::Told(self.carry_out_write(call)?, now)
            }
            Some(Fault::Killed(reach)) => {
                self.reach_store(call, reach)?;
                self.killed(id, reach)
            }
            Some(Fault::TimedOut(reach)) => {
                self.reach_store(call, reach)?;
                self.timed_out(id)
            }
            Some(Fault::NotSent | Fault::Gateway(_) | Fault::Throttled | Fault::RunsOn | Fault::TwiceAtOnce) => {
                return Err(Violation::mistake("a fault that no store knows"));
            }
        })
    }

    fn request(
        &mut self,
        id: usize,
        request: &GatewayRequest,
        time_limit: Duration,
        fault: Option<Fault>,
    ) -> Result<Sequel, Violation> {
        let now = self.world.now();
        let at_time_limit = now.saturating_add(milliseconds(time_limit));
        let told = |told| Sequel::Told(Told::Gateway(Err(told)), now);
        Ok(match fault {
            None => self.answer_of_gateway(request, time_limit, None)?,
            Some(Fault::Gateway(fault)) => self.answer_of_gateway(request, time_limit, Some(fault))?,
            Some(Fault::NotSent) => told(TransportError::NotSent { reason: "no connection".to_owned() }),
            Some(Fault::LandsLate) => {
                self.send_off(request);
                let timed_out = TransportError::NoAnswer { reason: "timed out".to_owned() };
                Sequel::Told(Told::Gateway(Err(timed_out)), at_time_limit)
            }
            Some(Fault::Twice) => {
                self.carry_out_request(request, None)?;
                self.answer_of_gateway(request, time_limit, None)?
            }
            Some(Fault::AgainLater) => {
                self.send_off(request);
                self.answer_of_gateway(request, time_limit, None)?
            }
            Some(Fault::Killed(reach)) => {
                self.reach_gateway(request, reach)?;
                self.killed(id, reach)
            }
            Some(Fault::TimedOut(reach)) => {
                self.reach_gateway(request, reach)?;
                self.timed_out(id)
            }
            Some(Fault::FailsBefore | Fault::AnswerLost | Fault::Throttled | Fault::RunsOn | Fault::TwiceAtOnce) => {
                return Err(Violation::mistake("a fault that the gateway does not know"));
            }
        })
    }

    fn answer_of_gateway(
        &mut self,
        request: &GatewayRequest,
        time_limit: Duration,
        fault: Option<gateway_simulator::Fault>,
    ) -> Result<Sequel, Violation> {
        let reply = self.carry_out_request(request, fault)?;
        let (answer, waited) = received(&reply, time_limit);
        Ok(Sequel::Told(Told::Gateway(answer), self.world.now().saturating_add(waited)))
    }

    fn reach_store(&mut self, call: &StoreCall, reach: Reach) -> Result<(), Violation> {
        match reach {
            Reach::Before => Ok(()),
            Reach::After => self.carry_out_write(call).map(drop),
            Reach::Late => {
                self.leave_on_its_way(Message::Write(Box::new(call.clone())));
                Ok(())
            }
        }
    }

    fn reach_gateway(&mut self, request: &GatewayRequest, reach: Reach) -> Result<(), Violation> {
        match reach {
            Reach::Before => Ok(()),
            Reach::After => self.carry_out_request(request, None).map(drop),
            Reach::Late => {
                self.send_off(request);
                Ok(())
            }
        }
    }

    fn carry_out_write(&mut self, call: &StoreCall) -> Result<Told, Violation> {
        let told = self.world.write(call);
        self.witness.after_write(&self.world)?;
        Ok(told)
    }

    fn carry_out_request(
        &mut self,
        request: &GatewayRequest,
        fault: Option<gateway_simulator::Fault>,
    ) -> Result<gateway_simulator::Reply, Violation> {
        let reply = self.world.request(request, fault);
        self.witness.after_request(&self.world)?;
        Ok(reply)
    }

    fn send_off(&mut self, request: &GatewayRequest) {
        let until = self.world.now().saturating_add(LONGEST_JOURNEY);
        self.leave_on_its_way(Message::Request { request: request.clone(), until });
    }

    fn leave_on_its_way(&mut self, message: Message) {
        let name = self.name("late");
        let now = self.world.now();
        self.actors.push(Actor::new(name, Role::Late(message), now));
    }

    /// The process ends: at once, or, with a call that is still on its way, when its time is over.
    fn killed(&self, id: usize, reach: Reach) -> Sequel {
        let now = self.world.now();
        match reach {
            Reach::Before | Reach::After => Sequel::Gone(failure("Runtime.ExitError", "the process ended"), now),
            Reach::Late => {
                let deadline = self.actors.get(id).and_then(Actor::invocation).map_or(now, |one| one.deadline);
                Sequel::Gone(failure("Sandbox.Timedout", "the function's time was over"), deadline)
            }
        }
    }

    /// Nothing is heard of the process until the task's time is over.
    fn timed_out(&self, id: usize) -> Sequel {
        let over = self.actors.get(id).and_then(Actor::worker).map(super::actor::Worker::task_over_at);
        Sequel::Gone(failure("States.Timeout", ""), over.unwrap_or(self.world.now()))
    }
}

pub(super) fn failure(error: &str, cause: &str) -> Failure {
    Failure { error: error.to_owned(), cause: cause.to_owned() }
}

pub(super) fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
