//! What can go wrong, and where: the fault model.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use gateway_simulator::{Fault as GatewayFault, Operation as GatewayOperation};
use strum::IntoEnumIterator;

use crate::world::{Operation, StoreOperation};

/// A place where faults strike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Site {
    /// A call of a store or of the gateway.
    Call(Operation),
    /// The start of a function for a task.
    Invoke,
    /// A notice to the topic.
    Publish,
    /// The message to the attention queue.
    Send,
    /// The look at an execution whose event withholds what happened.
    Describe,
    /// The event that starts recovery.
    Event,
}

/// How far a call gets that nobody hears of any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// It has no effect.
    Before,
    /// It takes effect at once.
    After,
    /// It takes effect at any later point, after the saga's end too.
    Late,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// An error and no effect. A throttled write is one of these.
    FailsBefore,
    /// The effect, and an error.
    AnswerLost,
    /// An error, and the effect at any later point, after the saga's end too.
    LandsLate,
    /// Delivered twice at once; the answer is the second's.
    Twice,
    /// Done and answered, and delivered once more at any later point.
    AgainLater,
    /// The request never leaves.
    NotSent,
    /// The gateway misbehaves.
    Gateway(GatewayFault),
    /// The process ends at its call: `Runtime.ExitError`, or `Sandbox.Timedout` where the call lands late.
    Killed(Reach),
    /// The process hangs at its call until the task times out: `States.Timeout`.
    TimedOut(Reach),
    /// Lambda turns the invocation away: `Lambda.TooManyRequestsException`.
    Throttled,
    /// The connection to Lambda breaks, `Lambda.SdkClientException`, and the function runs on.
    RunsOn,
    /// The function is started twice at once.
    TwiceAtOnce,
}

/// A fault at a place, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Strike {
    /// What goes wrong.
    pub fault: Fault,
    /// Whether it goes wrong at every such call of the state that is being executed, retries included, so that they are
    /// exhausted; else once.
    pub throughout: bool,
}

/// The operations of the gateway that the payment function uses.
const GATEWAY_OPERATIONS: [GatewayOperation; 8] = [
    GatewayOperation::Authorise,
    GatewayOperation::Capture,
    GatewayOperation::Void,
    GatewayOperation::Retrieve,
    GatewayOperation::List,
    GatewayOperation::Search,
    GatewayOperation::Refund,
    GatewayOperation::ListRefunds,
];

const PROCESS: [Fault; 6] = [
    Fault::Killed(Reach::Before),
    Fault::Killed(Reach::After),
    Fault::Killed(Reach::Late),
    Fault::TimedOut(Reach::Before),
    Fault::TimedOut(Reach::After),
    Fault::TimedOut(Reach::Late),
];

static MODEL: LazyLock<BTreeMap<Site, Vec<Strike>>> = LazyLock::new(|| {
    let stores = StoreOperation::iter().map(|operation| (Site::Call(Operation::Store(operation)), of_a_store()));
    let gateway = GATEWAY_OPERATIONS
        .into_iter()
        .map(|operation| (Site::Call(Operation::Gateway(operation)), of_the_gateway(operation)));
    let around = [
        (Site::Invoke, strikes([Fault::Throttled, Fault::RunsOn, Fault::TwiceAtOnce], [Fault::Throttled])),
        (
            Site::Publish,
            strikes([Fault::FailsBefore, Fault::AnswerLost, Fault::Twice], [Fault::FailsBefore, Fault::AnswerLost]),
        ),
        (Site::Send, strikes([Fault::FailsBefore, Fault::AnswerLost], [])),
        (Site::Describe, strikes([Fault::FailsBefore], [Fault::FailsBefore])),
        (Site::Event, strikes([Fault::Twice], [])),
    ];
    stores.chain(gateway).chain(around).collect()
});

fn strikes<const N: usize, const M: usize>(once: [Fault; N], throughout: [Fault; M]) -> Vec<Strike> {
    let once = once.into_iter().map(|fault| Strike { fault, throughout: false });
    once.chain(throughout.into_iter().map(|fault| Strike { fault, throughout: true })).collect()
}

fn of_a_store() -> Vec<Strike> {
    let mut all = strikes(
        [Fault::FailsBefore, Fault::AnswerLost, Fault::LandsLate, Fault::Twice, Fault::AgainLater],
        [Fault::FailsBefore, Fault::AnswerLost],
    );
    all.extend(strikes(PROCESS, []));
    all
}

fn of_the_gateway(operation: GatewayOperation) -> Vec<Strike> {
    let own = GatewayFault::all().filter(|fault| fault.concerns(operation)).map(Fault::Gateway);
    let answered: Vec<_> = own.chain([Fault::NotSent]).collect();
    let mut all: Vec<_> = [false, true]
        .into_iter()
        .flat_map(|throughout| answered.iter().map(move |&fault| Strike { fault, throughout }))
        .collect();
    if is_read(operation) {
        all.extend(strikes([Fault::Killed(Reach::Before), Fault::TimedOut(Reach::Before)], []));
    } else {
        all.extend(strikes([Fault::LandsLate, Fault::Twice, Fault::AgainLater], []));
        all.extend(strikes(PROCESS, []));
    }
    all
}

fn is_read(operation: GatewayOperation) -> bool {
    match operation {
        GatewayOperation::Retrieve
        | GatewayOperation::List
        | GatewayOperation::Search
        | GatewayOperation::RetrieveRefund
        | GatewayOperation::ListRefunds => true,
        GatewayOperation::Authorise
        | GatewayOperation::Confirm
        | GatewayOperation::Capture
        | GatewayOperation::Void
        | GatewayOperation::Refund
        | GatewayOperation::Unrecognised => false,
    }
}

impl Site {
    /// Every place where faults strike.
    pub fn all() -> impl Iterator<Item = Site> {
        MODEL.keys().copied()
    }

    /// What can go wrong here.
    #[must_use]
    pub fn strikes(self) -> &'static [Strike] {
        MODEL.get(&self).map(Vec::as_slice).unwrap_or_default()
    }
}

/// How many kinds of fault there are: what can go wrong, counted at every place.
#[must_use]
pub fn kinds() -> usize {
    MODEL.values().map(Vec::len).sum()
}

impl fmt::Display for Site {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(operation) => operation.fmt(formatter),
            Self::Invoke => formatter.write_str("invoke"),
            Self::Publish => formatter.write_str("publish"),
            Self::Send => formatter.write_str("send"),
            Self::Describe => formatter.write_str("describe"),
            Self::Event => formatter.write_str("event"),
        }
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Before => "before",
            Self::After => "after",
            Self::Late => "late",
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FailsBefore => formatter.write_str("fails-before"),
            Self::AnswerLost => formatter.write_str("answer-lost"),
            Self::LandsLate => formatter.write_str("lands-late"),
            Self::Twice => formatter.write_str("twice"),
            Self::AgainLater => formatter.write_str("again-later"),
            Self::NotSent => formatter.write_str("not-sent"),
            Self::Gateway(fault) => write!(formatter, "gateway-{}", fault.name().replace('_', "-")),
            Self::Killed(reach) => write!(formatter, "killed-{reach}"),
            Self::TimedOut(reach) => write!(formatter, "timed-out-{reach}"),
            Self::Throttled => formatter.write_str("throttled"),
            Self::RunsOn => formatter.write_str("runs-on"),
            Self::TwiceAtOnce => formatter.write_str("twice-at-once"),
        }
    }
}

impl fmt::Display for Strike {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.fault, if self.throughout { "-throughout" } else { "" })
    }
}
