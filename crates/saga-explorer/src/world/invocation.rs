//! One invocation of a function: the real handler, stopped at each of its calls.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use customer_accounting::CustomerAccounting;
use fare_values::{FaultTriggers, Millis, WireError, WireErrorName};
use payment::Payment;
use payment::gateway::Gateway;
use register_fare::RegisterFare;
use serde_json::Value;
use sync_wrapper::SyncWrapper;

use super::call::{Call, Told};
use super::port::{Port, VirtualClock};
use super::quirk::Quirk;
use crate::fingerprint::Fingerprint;

/// How long before its deadline an invocation answers by itself, in milliseconds; as the functions' host does it.
const TIME_TO_ANSWER: i64 = 500;

/// A function of the stack.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::Display, strum::EnumIter, strum::EnumString,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Function {
    /// T1.
    RegisterFare,
    /// T2.
    Payment,
    /// T3.
    CustomerAccounting,
}

impl Function {
    /// The function's timeout in the template, in milliseconds.
    pub(crate) fn timeout(self) -> i64 {
        match self {
            Self::RegisterFare => 10_000,
            Self::Payment => 80_000,
            Self::CustomerAccounting => 20_000,
        }
    }
}

/// How the functions of a stack are set up.
#[derive(Clone, Debug)]
pub(crate) struct Functions {
    pub(crate) namespace: String,
    pub(crate) gateway_time_limit: Duration,
    pub(crate) triggers: FaultTriggers,
    /// What the stores' twins, or the gateway's, leave out.
    pub(crate) quirk: Option<Quirk>,
}

type Answer = Result<Value, WireError>;

/// Tells whether two invocations were asked for the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RequestId(u128);

/// An invocation under way.
///
/// A clone is a branch of its history. A handler cannot be cloned, so the clone has none until it goes on: then one is
/// made, and told again what the first was told.
pub(crate) struct Invocation {
    pub(crate) function: Function,
    /// When Lambda ends it, in milliseconds since the epoch.
    pub(crate) deadline: i64,
    /// What it was asked to do.
    pub(crate) request: RequestId,
    event: Arc<Value>,
    /// What the handler was told so far, and when.
    told: Vec<(Arc<Told>, i64)>,
    /// The call that it waits for.
    asking: Option<Arc<Call>>,
    /// All that the handler's own state can depend on: its event, what it was told, and when.
    history: Fingerprint,
    handler: SyncWrapper<Option<Handler>>,
}

/// A handler at work.
struct Handler {
    port: Port,
    work: Pin<Box<dyn Future<Output = Answer> + Send>>,
}

/// What an invocation does next.
pub(crate) enum Progress {
    /// It waits for a call.
    Asks,
    /// It has answered.
    Answers(Answer),
}

impl Functions {
    /// Begins an invocation, which is stopped at its first call.
    pub(crate) fn invoke(&self, function: Function, event: Value, clock: &VirtualClock) -> (Invocation, Progress) {
        let deadline = clock.read() + function.timeout();
        let mut history = Fingerprint::default();
        (function, &event).hash(&mut history);
        let request = RequestId(history.value());
        deadline.hash(&mut history);
        let mut invocation = Invocation {
            function,
            deadline,
            request,
            event: Arc::new(event),
            told: Vec::new(),
            asking: None,
            history,
            handler: SyncWrapper::new(None),
        };
        let progress = invocation.begin(self, clock);
        (invocation, progress)
    }

    fn handler(&self, invocation: &Invocation, clock: &VirtualClock) -> Handler {
        let port = Port::new(clock.clone(), self.quirk);
        let event = Value::clone(&invocation.event);
        let (triggers, here) = (self.triggers, port.clone());
        let work: Pin<Box<dyn Future<Output = Answer> + Send>> = match invocation.function {
            Function::RegisterFare => {
                let service = RegisterFare::new(here.clone(), here, triggers);
                Box::pin(async move { service.handle(event).await })
            }
            Function::Payment => {
                let answer_by = Millis(invocation.answer_by());
                let gateway = Gateway::new(here.clone(), self.namespace.clone(), self.gateway_time_limit);
                let service = Payment::new(here.clone(), gateway, here, triggers);
                Box::pin(async move { service.handle(event, answer_by).await })
            }
            Function::CustomerAccounting => {
                let service = CustomerAccounting::new(here.clone(), here, triggers);
                Box::pin(async move { service.handle(event).await })
            }
        };
        Handler { port, work }
    }
}

impl Invocation {
    /// The call that it waits for.
    pub(crate) fn asks(&self) -> Option<&Call> {
        self.asking.as_deref()
    }

    /// By when the handler has to have answered, in milliseconds since the epoch.
    pub(crate) fn answer_by(&self) -> i64 {
        self.deadline - TIME_TO_ANSWER
    }

    /// Lets the handler go on with this answer to its call, up to its next one.
    pub(crate) fn go_on(&mut self, told: Told, functions: &Functions, clock: &VirtualClock) -> Progress {
        if self.handler.get_mut().is_none() {
            self.revive(functions, clock);
        }
        let now = clock.read();
        told.hash(&mut self.history);
        if self.function == Function::Payment {
            // The others note the time and never ask for it.
            now.hash(&mut self.history);
        }
        let told = Arc::new(told);
        self.told.push((Arc::clone(&told), now));
        self.run(Some(&told))
    }

    fn begin(&mut self, functions: &Functions, clock: &VirtualClock) -> Progress {
        *self.handler.get_mut() = Some(functions.handler(self, clock));
        self.run(None)
    }

    /// Brings the handler to where the one was that this is a branch of.
    fn revive(&mut self, functions: &Functions, clock: &VirtualClock) {
        let now = clock.read();
        clock.set(self.deadline - self.function.timeout());
        self.begin(functions, clock);
        for (told, at) in std::mem::take(&mut self.told) {
            clock.set(at);
            self.run(Some(&told));
            self.told.push((told, at));
        }
        clock.set(now);
    }

    fn run(&mut self, told: Option<&Told>) -> Progress {
        let Some(handler) = self.handler.get_mut() else { return Progress::Answers(Err(stuck())) };
        if let Some(told) = told {
            handler.port.tell(told.clone());
        }
        // Nothing wakes a handler but the answer to its call, which is there by the time it is polled.
        let polled = handler.work.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        self.asking = handler.port.asked().map(Arc::new);
        match polled {
            Poll::Ready(answer) => Progress::Answers(answer),
            Poll::Pending if self.asking.is_some() => Progress::Asks,
            Poll::Pending => Progress::Answers(Err(stuck())),
        }
    }
}

fn stuck() -> WireError {
    WireError::new(
        WireErrorName::PaymentOutcomeUnknown,
        "the handler waits for something that the explorer does not know",
    )
}

impl Clone for Invocation {
    fn clone(&self) -> Self {
        Self {
            function: self.function,
            deadline: self.deadline,
            request: self.request,
            event: Arc::clone(&self.event),
            told: self.told.clone(),
            asking: self.asking.clone(),
            history: self.history.clone(),
            handler: SyncWrapper::new(None),
        }
    }
}

impl Hash for Invocation {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.history.value().hash(state);
    }
}

impl fmt::Debug for Invocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Invocation").field("function", &self.function).finish_non_exhaustive()
    }
}
