//! Who acts in a run.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde_json::Value;

use crate::asl::{Execution, Failure, Need, ServiceCall};
use crate::faults::{Fault, Site};
use crate::world::{Call, Invocation, Operation, Place, StoreCall, Told};

/// Somebody, or something, that acts.
#[derive(Clone, Debug)]
pub(super) struct Actor {
    /// What it is called in schedules, unique in a run.
    pub(super) name: String,
    pub(super) role: Role,
    /// Before this time it does nothing, in milliseconds since the epoch.
    pub(super) ready_at: i64,
    /// What it learns then.
    pub(super) news: Option<News>,
}

#[derive(Clone, Debug, Hash)]
pub(super) enum Role {
    /// An execution of a state machine.
    Execution(Box<Worker>),
    /// A function that runs on though nobody waits for it any more.
    Abandoned(Box<Invocation>),
    /// A message that is still on its way.
    Late(Message),
    /// An execution that somebody, or an event, is about to start.
    Start(Machine, Value),
    /// Nobody any more. Those who are left keep their places, by which moves name them.
    Gone,
}

/// An execution with what is under way for it.
#[derive(Clone, Debug)]
pub(super) struct Worker {
    pub(super) execution: Execution,
    pub(super) machine: Machine,
    /// The invocation under way for its task.
    pub(super) invocation: Option<Invocation>,
    /// The first call of the function for its task.
    pub(super) first_call: Option<Operation>,
    /// When the task attempt began, in milliseconds since the epoch.
    pub(super) task_began: i64,
    /// What goes wrong throughout a state.
    pub(super) lasting: Option<Lasting>,
}

/// What goes wrong as long as an execution is in a state.
#[derive(Clone, Debug, Hash)]
pub(super) struct Lasting {
    pub(super) state: Arc<str>,
    pub(super) faults: Vec<(Site, Fault)>,
}

/// Which of the two state machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Machine {
    FareCollection,
    RecoverFare,
}

#[derive(Clone, Debug, Hash)]
pub(super) enum News {
    /// For its handler.
    Told(Told),
    /// For its task.
    Failed(Failure),
}

/// A call that nobody waits for any more.
#[derive(Clone, Debug, Hash)]
pub(super) enum Message {
    Write(Box<StoreCall>),
    /// A request to the gateway, and when it will be lost for good at the latest, in milliseconds since the epoch.
    Request {
        request: payment::gateway::GatewayRequest,
        until: i64,
    },
}

/// What an actor does next.
pub(super) enum Act<'a> {
    /// It learns its news, or that its back-off is over.
    Learn,
    /// It starts the function for its task, whose first call is this. Both are one act: nobody notices a function before its
    /// first call.
    Invoke(Option<Operation>),
    /// Its handler makes a call.
    Call(&'a Call),
    /// It publishes.
    Publish,
    /// It sends the message to the attention queue.
    Send,
    /// It asks what became of another execution.
    Describe,
    /// Its message arrives.
    Arrive,
    /// Its execution starts.
    Start(Machine),
    /// Nothing any more.
    Rest,
}

impl Actor {
    pub(super) fn new(name: impl Into<String>, role: Role, ready_at: i64) -> Self {
        Self { name: name.into(), role, ready_at, news: None }
    }

    pub(super) fn act(&self) -> Act<'_> {
        if self.news.is_some() {
            return Act::Learn;
        }
        match &self.role {
            Role::Execution(worker) => worker.act(),
            Role::Abandoned(invocation) => invocation.asks().map_or(Act::Rest, Act::Call),
            Role::Late(_) => Act::Arrive,
            Role::Start(machine, _) => Act::Start(*machine),
            Role::Gone => Act::Rest,
        }
    }

    pub(super) fn invocation(&self) -> Option<&Invocation> {
        match &self.role {
            Role::Execution(worker) => worker.invocation.as_ref(),
            Role::Abandoned(invocation) => Some(invocation.as_ref()),
            Role::Late(_) | Role::Start(..) | Role::Gone => None,
        }
    }

    pub(super) fn invocation_mut(&mut self) -> Option<&mut Invocation> {
        match &mut self.role {
            Role::Execution(worker) => worker.invocation.as_mut(),
            Role::Abandoned(invocation) => Some(invocation),
            Role::Late(_) | Role::Start(..) | Role::Gone => None,
        }
    }

    pub(super) fn worker(&self) -> Option<&Worker> {
        if let Role::Execution(worker) = &self.role { Some(worker) } else { None }
    }

    pub(super) fn worker_mut(&mut self) -> Option<&mut Worker> {
        if let Role::Execution(worker) = &mut self.role { Some(worker) } else { None }
    }

    /// From now on this goes wrong throughout the state that is being executed.
    pub(super) fn endure(&mut self, site: Site, fault: Fault) {
        let Some(worker) = self.worker_mut() else { return };
        let Some(state) = worker.state() else { return };
        let lasting = worker.lasting.get_or_insert_with(|| Lasting { state, faults: Vec::new() });
        if !lasting.faults.contains(&(site, fault)) {
            lasting.faults.push((site, fault));
        }
    }

    /// The fault that strikes here throughout the state that is being executed. So many attempts meet it; at all later ones
    /// the function, or the message, is turned away, which exhausts the retries as well, and does not repeat what those have
    /// shown.
    pub(super) fn lasting(&self, site: Site, attempts: u32) -> Option<Fault> {
        let worker = self.worker()?;
        let lasting = worker.lasting.as_ref()?;
        let is_repeated = match worker.execution.need() {
            Need::Task(task) => task.attempt > attempts,
            Need::Backoff(_) | Need::Ended(_) => false,
        };
        if is_repeated {
            return match site {
                Site::Invoke => Some(Fault::Throttled),
                Site::Publish | Site::Send | Site::Describe => Some(Fault::FailsBefore),
                Site::Call(_) | Site::Event => None,
            };
        }
        lasting.faults.iter().find(|(at, _)| *at == site).map(|(_, fault)| *fault)
    }
}

impl Worker {
    pub(super) fn new(execution: Execution, machine: Machine) -> Self {
        Self { execution, machine, invocation: None, first_call: None, task_began: 0, lasting: None }
    }

    /// Once enough attempts have met the faults that last throughout a state, it does not matter any more which they were.
    pub(super) fn wear_out(&mut self, attempts: u32) {
        let tried = self.execution.attempts();
        let Need::Backoff(_) = self.execution.need() else { return };
        if let Some(lasting) = self.lasting.as_mut().filter(|_| tried >= attempts) {
            lasting.faults.clear();
        }
    }

    fn act(&self) -> Act<'_> {
        if let Some(invocation) = &self.invocation {
            return invocation.asks().map_or(Act::Rest, Act::Call);
        }
        match self.execution.need() {
            Need::Task(task) => match task.service {
                ServiceCall::Invoke { .. } => Act::Invoke(self.first_call),
                ServiceCall::Publish { .. } => Act::Publish,
                ServiceCall::SendMessage { .. } => Act::Send,
                ServiceCall::DescribeExecution { .. } => Act::Describe,
            },
            Need::Backoff(_) => Act::Learn,
            Need::Ended(_) => Act::Rest,
        }
    }

    /// The state of the task that is being executed.
    pub(super) fn state(&self) -> Option<Arc<str>> {
        match self.execution.need() {
            Need::Task(task) => Some(Arc::clone(&task.state)),
            Need::Backoff(backoff) => Some(Arc::clone(&backoff.state)),
            Need::Ended(_) => None,
        }
    }
}

impl Message {
    /// What it touches when it arrives.
    pub(super) fn place(&self) -> Place {
        match self {
            Self::Write(call) => call.operation().place(),
            Self::Request { .. } => Place::Gateway,
        }
    }
}

impl Act<'_> {
    /// What the act touches, if anything that others see.
    pub(super) fn place(&self) -> Option<Place> {
        match self {
            Self::Call(Call::Store(call)) => Some(call.operation().place()),
            Self::Call(Call::Gateway(..)) => Some(Place::Gateway),
            Self::Invoke(first_call) => first_call.map(Operation::place),
            Self::Call(Call::Pause(_))
            | Self::Learn
            | Self::Publish
            | Self::Send
            | Self::Describe
            | Self::Arrive
            | Self::Start(_)
            | Self::Rest => None,
        }
    }

    /// Where faults strike this act.
    pub(super) fn sites(&self) -> impl Iterator<Item = Site> + use<> {
        let first_call = match self {
            Self::Invoke(first_call) => first_call.map(Site::Call),
            Self::Call(_)
            | Self::Learn
            | Self::Publish
            | Self::Send
            | Self::Describe
            | Self::Arrive
            | Self::Start(_)
            | Self::Rest => None,
        };
        self.site().into_iter().chain(first_call)
    }

    /// Where faults strike what comes first in this act.
    pub(super) fn site(&self) -> Option<Site> {
        match self {
            Self::Call(Call::Store(call)) => Some(Site::Call(Operation::Store(call.operation()))),
            Self::Call(Call::Gateway(operation, ..)) => Some(Site::Call(Operation::Gateway(*operation))),
            Self::Invoke(_) => Some(Site::Invoke),
            Self::Publish => Some(Site::Publish),
            Self::Send => Some(Site::Send),
            Self::Describe => Some(Site::Describe),
            Self::Start(Machine::RecoverFare) => Some(Site::Event),
            Self::Start(Machine::FareCollection)
            | Self::Arrive
            | Self::Call(Call::Pause(_))
            | Self::Learn
            | Self::Rest => None,
        }
    }
}

impl Hash for Actor {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.role, self.ready_at, &self.news).hash(state);
    }
}

impl Hash for Worker {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Whoever goes round in circles gets on in this, and is not taken for the one that it was a circle before.
        self.execution.path().len().hash(state);
        (&self.execution, self.machine, &self.invocation, self.task_began, &self.lasting).hash(state);
    }
}
