//! What executions do: start functions, publish, wait, end.

use fare_values::{WireError, WireErrorName};
use serde_json::{Value, json};

use super::actor::{Act, Actor, Machine, Message, News, Role, Worker};
use super::calls::failure;
use super::{Run, milliseconds};
use crate::asl::{Ending, Failure, Need, ServiceCall};
use crate::faults::{Fault, Site};
use crate::scenario::Waits;
use crate::violation::Violation;
use crate::witness::{cause_is_short, payloads_are_small};
use crate::world::{Call, Function, Invocation, Operation, Progress};

/// From here on back-offs last as long as they can, in milliseconds: nothing that needs time is asked for in vain for ever.
const LONG_WAIT: u64 = 60_000;

/// What SNS and SQS give messages has this form.
const MESSAGE_ID: &str = "5e3a8d1c-8f0b-4c57-9d55-0a4e6f1b7c2d";

impl Run<'_> {
    /// Lets an actor do what it does next, with this fault if there is one, or with what goes wrong there in any case.
    pub(super) fn act(&mut self, id: usize, chosen: Option<(Site, Fault)>) -> Result<(), Violation> {
        let Some(actor) = self.actors.get(id) else { return Ok(()) };
        let ready_at = actor.ready_at;
        self.pass_until(ready_at);
        let Some(actor) = self.actors.get(id) else { return Ok(()) };
        let act = actor.act();
        // Whoever is only started comes after those who are at work, if nobody interferes.
        if !matches!(act, Act::Start(_)) {
            self.current = id;
        }
        let fault_at = |site: Site| match chosen {
            Some((at, fault)) if at == site => Some(fault),
            _ => self.forced(actor, site),
        };
        let fault = act.site().and_then(fault_at);
        match act {
            Act::Learn => self.learn(id),
            Act::Invoke(first_call) => {
                let fault_of_call = first_call.and_then(|call| fault_at(Site::Call(call)));
                self.invoke(id, fault)?;
                if fault.is_none() { self.call_first(id, fault_of_call) } else { Ok(()) }
            }
            Act::Call(call) => {
                let call = call.clone();
                self.call(id, &call, fault)
            }
            Act::Publish | Act::Send => self.publish(id, fault),
            Act::Describe => self.look_at(id, fault),
            Act::Arrive => self.take_in(id),
            Act::Start(machine) => self.start(id, machine, fault),
            Act::Rest => Ok(()),
        }
    }

    /// Lets time pass. A request to the gateway that has been on its way for longest is lost.
    pub(super) fn pass_until(&mut self, time: i64) {
        if time <= self.world.now() {
            return;
        }
        self.world.clock.set(time);
        self.world.settle_gateway();
        self.retire(|actor| matches!(&actor.role, Role::Late(Message::Request { until, .. }) if *until < time));
    }

    /// Takes actors away whose part is over.
    fn retire(&mut self, is_over: impl Fn(&Actor) -> bool) {
        // Who is left keeps its place, since moves and the order of actors go by places.
        for actor in &mut self.actors {
            if is_over(actor) {
                actor.role = Role::Gone;
                actor.news = None;
            }
        }
    }

    pub(super) fn tell_later(&mut self, id: usize, news: News, at: i64) {
        let now = self.world.now();
        if let Some(actor) = self.actors.get_mut(id)
            && !matches!(actor.role, Role::Gone)
        {
            actor.news = Some(news);
            actor.ready_at = at.max(now);
        }
    }

    /// The process of this actor's invocation is gone.
    pub(super) fn lose_process(&mut self, id: usize) {
        let Some(actor) = self.actors.get_mut(id) else { return };
        match &mut actor.role {
            Role::Execution(worker) => worker.invocation = None,
            Role::Abandoned(_) => actor.role = Role::Gone,
            Role::Late(_) | Role::Start(..) | Role::Gone => {}
        }
    }

    fn learn(&mut self, id: usize) -> Result<(), Violation> {
        let Some(actor) = self.actors.get_mut(id) else { return Ok(()) };
        match actor.news.take() {
            Some(News::Told(told)) => self.go_on(id, told),
            Some(News::Failed(failure)) => self.finish(id, Err(failure)),
            None => {
                if let Some(worker) = actor.worker_mut() {
                    worker.execution.waited();
                }
                self.settle(id)
            }
        }
    }

    /// Starts the function for this actor's task.
    fn invoke(&mut self, id: usize, fault: Option<Fault>) -> Result<(), Violation> {
        let now = self.world.now();
        if let Some(worker) = self.actors.get_mut(id).and_then(Actor::worker_mut) {
            worker.task_began = now;
        }
        let Some((function, event)) = self.function_of(id)? else { return Ok(()) };
        match fault {
            None => self.attach(id, function, event),
            Some(Fault::Throttled) => self.finish(id, Err(failure("Lambda.TooManyRequestsException", "throttled"))),
            Some(Fault::RunsOn) => {
                self.run_apart(function, event)?;
                self.finish(id, Err(failure("Lambda.SdkClientException", "the connection broke")))
            }
            Some(Fault::TwiceAtOnce) => {
                self.run_apart(function, event.clone())?;
                self.attach(id, function, event)
            }
            Some(_) => Err(Violation::mistake("a fault that no invocation knows")),
        }
    }

    /// The function for this actor's task, and what it is handed.
    pub(super) fn function_of(&self, id: usize) -> Result<Option<(Function, Value)>, Violation> {
        let Some(worker) = self.actors.get(id).and_then(Actor::worker) else { return Ok(None) };
        let Need::Task(task) = worker.execution.need() else { return Ok(None) };
        let ServiceCall::Invoke { function, payload } = &task.service else { return Ok(None) };
        let function = function.parse().map_err(|_| Violation::mistake("a task of no function of ours"))?;
        let mut event = payload.clone();
        // Who asks, and why, is logged and decides nothing. Requests that differ in nothing else are the same.
        if let Some(event) = event.as_object_mut() {
            event.retain(|field, _| field != "execution" && field != "reason");
        }
        Ok(Some((function, event)))
    }

    /// Lets a function that has just been started make its first call.
    fn call_first(&mut self, id: usize, fault: Option<Fault>) -> Result<(), Violation> {
        let call = self.actors.get(id).and_then(Actor::invocation).and_then(Invocation::asks).cloned();
        call.map_or(Ok(()), |call| self.call(id, &call, fault))
    }

    /// The first call of the function for this actor's task; `None` if it answers without any, or there is no such task.
    fn first_call(&self, id: usize) -> Option<Operation> {
        let (function, event) = self.function_of(id).ok()??;
        let (invocation, _) = self.world.functions.invoke(function, event, &self.world.clock);
        match invocation.asks()? {
            Call::Store(call) => Some(Operation::Store(call.operation())),
            Call::Gateway(operation, ..) => Some(Operation::Gateway(*operation)),
            Call::Pause(_) => None,
        }
    }

    fn attach(&mut self, id: usize, function: Function, event: Value) -> Result<(), Violation> {
        let (invocation, progress) = self.world.functions.invoke(function, event, &self.world.clock);
        if let Some(worker) = self.actors.get_mut(id).and_then(Actor::worker_mut) {
            worker.invocation = Some(invocation);
        }
        match progress {
            Progress::Asks => Ok(()),
            Progress::Answers(answer) => self.answered(id, answer),
        }
    }

    /// Starts a function for whose answer nobody waits.
    pub(super) fn run_apart(&mut self, function: Function, event: Value) -> Result<(), Violation> {
        let (invocation, progress) = self.world.functions.invoke(function, event, &self.world.clock);
        match progress {
            Progress::Asks => {
                self.abandon(invocation, self.world.now(), None);
                Ok(())
            }
            Progress::Answers(answer) => self.witness.after_answer(&invocation, &answer),
        }
    }

    pub(super) fn abandon(&mut self, invocation: Invocation, ready_at: i64, news: Option<News>) {
        let name = self.name("abandoned");
        self.actors.push(Actor { news, ..Actor::new(name, Role::Abandoned(Box::new(invocation)), ready_at) });
    }

    /// A handler has answered.
    pub(super) fn answered(&mut self, id: usize, answer: Result<Value, WireError>) -> Result<(), Violation> {
        let Some(actor) = self.actors.get_mut(id) else { return Ok(()) };
        if let Some(invocation) = actor.invocation() {
            self.witness.after_answer(invocation, &answer)?;
        }
        self.lose_process(id);
        self.finish(id, answer.map_err(function_error))
    }

    /// The task has a result.
    fn finish(&mut self, id: usize, result: Result<Value, Failure>) -> Result<(), Violation> {
        cause_is_short(&result)?;
        let Some(worker) = self.actors.get_mut(id).and_then(Actor::worker_mut) else { return Ok(()) };
        let result_in_words = match &result {
            Ok(answer) => format!("task done: {}", answer.get("status").and_then(Value::as_str).unwrap_or("sent")),
            Err(failure) => format!("task failed: {}", failure.error),
        };
        worker.execution.answer(result);
        self.journal.add(|| result_in_words);
        self.settle(id)
    }

    /// Arranges what comes after an execution has moved.
    pub(super) fn settle(&mut self, id: usize) -> Result<(), Violation> {
        let now = self.world.now();
        let Some(actor) = self.actors.get_mut(id) else { return Ok(()) };
        let Role::Execution(worker) = &mut actor.role else { return Ok(()) };
        payloads_are_small(&worker.execution)?;
        worker.task_began = 0;
        let state = worker.state();
        if worker.lasting.as_ref().is_some_and(|lasting| Some(&lasting.state) != state.as_ref()) {
            worker.lasting = None;
        }
        actor.ready_at = now;
        worker.wear_out(self.scenario.attempts_with_fault());
        let is_turned_away = worker.lasting.is_some();
        match worker.execution.need() {
            Need::Task(_) => {
                let first_call = self.first_call(id);
                if let Some(worker) = self.actors.get_mut(id).and_then(Actor::worker_mut) {
                    worker.first_call = first_call;
                }
                Ok(())
            }
            Need::Backoff(backoff) => {
                let can_be_short = is_turned_away || backoff.at_most_ms < LONG_WAIT;
                let wait = match self.scenario.waits {
                    Waits::Shortest if can_be_short => backoff.at_least_ms,
                    Waits::Shortest | Waits::Longest => backoff.at_most_ms,
                };
                actor.ready_at = now.saturating_add(i64::try_from(wait).unwrap_or(i64::MAX));
                Ok(())
            }
            Need::Ended(_) => self.ended(id),
        }
    }

    pub(super) fn ended(&mut self, id: usize) -> Result<(), Violation> {
        let Some(worker) = self.actors.get(id).and_then(Actor::worker) else { return Ok(()) };
        self.witness.after_end(worker.machine == Machine::RecoverFare, &worker.execution, &self.world)?;
        if worker.machine == Machine::RecoverFare {
            return Ok(());
        }
        if matches!(worker.execution.need(), Need::Ended(Ending::Succeeded { .. })) {
            return Ok(());
        }
        let name = self.name("recovery");
        let event = self.status_event(id, &name)?;
        let from = self.world.now().saturating_add(self.scenario.delay);
        self.actors.push(Actor::new(name, Role::Start(Machine::RecoverFare, event), from));
        Ok(())
    }

    fn start(&mut self, id: usize, machine: Machine, fault: Option<Fault>) -> Result<(), Violation> {
        let Some(actor) = self.actors.get(id) else { return Ok(()) };
        let (Role::Start(_, input), name) = (&actor.role, actor.name.clone()) else { return Ok(()) };
        let input = input.clone();
        if fault == Some(Fault::Twice) {
            let again = self.name("recovery");
            let now = self.world.now();
            self.actors.push(Actor::new(again, Role::Start(machine, input.clone()), now));
        }
        let execution = self.execution(&name, machine, input);
        if let Some(actor) = self.actors.get_mut(id) {
            actor.role = execution;
        }
        self.settle(id)
    }

    fn take_in(&mut self, id: usize) -> Result<(), Violation> {
        let Some(actor) = self.actors.get_mut(id) else { return Ok(()) };
        let Role::Late(message) = std::mem::replace(&mut actor.role, Role::Gone) else { return Ok(()) };
        self.arrive(&message)
    }

    fn publish(&mut self, id: usize, fault: Option<Fault>) -> Result<(), Violation> {
        let now = self.world.now();
        let Some(worker) = self.actors.get_mut(id).and_then(Actor::worker_mut) else { return Ok(()) };
        let Need::Task(task) = worker.execution.need().clone() else { return Ok(()) };
        worker.task_began = now;
        let times = match fault {
            None | Some(Fault::AnswerLost) => 1,
            Some(Fault::Twice) => 2,
            Some(Fault::FailsBefore) => 0,
            Some(_) => return Err(Violation::mistake("a fault that no topic knows")),
        };
        for _ in 0..times {
            self.witness.after_message(&task.service, &self.world, self.is_broken)?;
        }
        let is_answered = matches!(fault, None | Some(Fault::Twice));
        let answer = json!({"MessageId": MESSAGE_ID});
        self.finish(id, if is_answered { Ok(answer) } else { Err(failure("SNS.InternalErrorException", "no answer")) })
    }

    /// Asks what became of the execution that the task names.
    fn look_at(&mut self, id: usize, fault: Option<Fault>) -> Result<(), Violation> {
        let now = self.world.now();
        let Some(worker) = self.actors.get_mut(id).and_then(Actor::worker_mut) else { return Ok(()) };
        let Need::Task(task) = worker.execution.need().clone() else { return Ok(()) };
        worker.task_began = now;
        let ServiceCall::DescribeExecution { execution } = &task.service else { return Ok(()) };
        let mut executions = self.actors.iter().filter_map(Actor::worker).map(|worker| &worker.execution);
        let described = executions.find(|other| other.identity().execution_arn == *execution);
        let answer = match (fault, described) {
            (None, Some(described)) => Ok(described.described()),
            (None, None) => return Err(Violation::mistake("an execution that is not there is asked for")),
            (Some(_), _) => Err(failure("Sfn.SfnException", "no answer")),
        };
        self.finish(id, answer)
    }

    fn status_event(&self, id: usize, event_id: &str) -> Result<Value, Violation> {
        let worker = self.actors.get(id).and_then(Actor::worker);
        worker
            .and_then(|worker| {
                worker.execution.status_event(event_id, milliseconds(self.world.now()), self.scenario.errors)
            })
            .ok_or_else(|| Violation::mistake("an execution that ended has no event"))
    }
}

impl Worker {
    /// When the task attempt times out, in milliseconds since the epoch.
    pub(super) fn task_over_at(&self) -> i64 {
        let limit = match self.execution.need() {
            Need::Task(task) => task.timeout_seconds.and_then(|seconds| i64::try_from(seconds).ok()),
            Need::Backoff(_) | Need::Ended(_) => None,
        };
        self.task_began.saturating_add(limit.unwrap_or_default().saturating_mul(1000))
    }
}

/// A function's own error, as Step Functions reports it.
fn function_error(error: WireError) -> Failure {
    let WireError { name, message } = error;
    let cause = json!({"errorType": WireErrorName::as_str(name), "errorMessage": message}).to_string();
    Failure { error: name.as_str().to_owned(), cause }
}
