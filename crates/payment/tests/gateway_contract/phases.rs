//! Every request that the service makes, at every point of its course at which it may make it.

use gateway_simulator::{Fault, Operation};
use payment::Action;

const HOUR: u64 = 60 * 60 * 1000;

/// Something that happens before.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Before {
    /// The next so many requests of a kind meet a fault.
    Plan(Operation, Fault, u32),
    /// The service charges, whatever comes of it.
    Charge,
    /// The service refunds, whatever comes of it.
    Refund,
    /// So many milliseconds pass.
    Pass(u64),
}

/// One request of one action, made in one situation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Phase {
    pub(crate) name: &'static str,
    pub(crate) payment_method: &'static str,
    pub(crate) before: &'static [Before],
    pub(crate) action: Action,
    pub(crate) operation: Operation,
    /// How many requests of this kind the action makes before the one meant.
    pub(crate) skip: u32,
    /// Whether the gateway executes the request, rather than repeat the answer that it keeps.
    pub(crate) executes: bool,
    /// What the action answers in the end, once nothing goes wrong any more.
    pub(crate) settles: &'static str,
}

/// Longer than the search lags behind.
const INDEXED: u64 = 2 * 60 * 1000;

const VISA: &str = "pm_card_visa";
const NO_CAPTURE: &str = "pm_sim_capture_refused";
/// As often as one invocation sends one request.
const ALWAYS: u32 = payment::gateway::retry::MAX_ATTEMPTS;

pub(crate) const PHASES: &[Phase] = &[
    charge("authorise", Operation::Authorise, &[]),
    Phase {
        executes: false,
        ..charge(
            "authorise again, the first time unanswered",
            Operation::Authorise,
            &[Before::Plan(Operation::Authorise, Fault::AnswerLost, ALWAYS), Before::Charge],
        )
    },
    Phase {
        skip: 2,
        ..charge(
            "authorise under the next key",
            Operation::Authorise,
            &[Before::Plan(Operation::Authorise, Fault::ServerErrorKept, 1)],
        )
    },
    charge(
        "list after a kept failure",
        Operation::List,
        &[Before::Plan(Operation::Authorise, Fault::ServerErrorKeptAfter, 1)],
    ),
    charge(
        "search after the key's life",
        Operation::Search,
        &[Before::Plan(Operation::Authorise, Fault::AnswerLost, ALWAYS), Before::Charge, Before::Pass(21 * HOUR)],
    ),
    charge(
        "look at what the search found",
        Operation::Retrieve,
        &[Before::Plan(Operation::Capture, Fault::AnswerLost, ALWAYS), Before::Charge, Before::Pass(21 * HOUR)],
    ),
    charge("capture", Operation::Capture, &[]),
    Phase {
        executes: false,
        ..charge(
            "capture again, the first time unanswered",
            Operation::Capture,
            &[Before::Plan(Operation::Capture, Fault::AnswerLost, ALWAYS), Before::Charge],
        )
    },
    charge(
        "look at what a capture's kept failure did",
        Operation::Retrieve,
        &[Before::Plan(Operation::Capture, Fault::ServerErrorKeptAfter, 1)],
    ),
    Phase {
        skip: 2,
        ..charge(
            "capture under the next key",
            Operation::Capture,
            &[Before::Plan(Operation::Capture, Fault::ServerErrorKept, 1)],
        )
    },
    Phase {
        payment_method: "pm_card_authenticationRequired",
        settles: "PaymentAuthException",
        ..charge("take back what waits for the customer", Operation::Void, &[])
    },
    refund(
        "authorise again, the first time lost",
        Operation::Authorise,
        "voided",
        &[Before::Plan(Operation::Authorise, Fault::RequestLost, ALWAYS), Before::Charge],
    ),
    refund(
        "look at what authorising again showed",
        Operation::Retrieve,
        "voided",
        &[Before::Plan(Operation::Authorise, Fault::AnswerLost, ALWAYS), Before::Charge],
    ),
    refund(
        "search",
        Operation::Search,
        "voided",
        &[Before::Plan(Operation::Authorise, Fault::AnswerLost, ALWAYS), Before::Charge],
    ),
    Phase {
        skip: 1,
        ..refund(
            "look at what the search found",
            Operation::Retrieve,
            "voided",
            &[Before::Plan(Operation::Authorise, Fault::AnswerLost, ALWAYS), Before::Charge, Before::Pass(INDEXED)],
        )
    },
    refund(
        "search after the key's life",
        Operation::Search,
        "refunded",
        &[Before::Plan(Operation::Capture, Fault::AnswerLost, ALWAYS), Before::Charge, Before::Pass(21 * HOUR)],
    ),
    refund(
        "list behind a kept failure",
        Operation::List,
        "voided",
        &[
            Before::Plan(Operation::Authorise, Fault::ServerErrorKeptAfter, 1),
            Before::Plan(Operation::List, Fault::RequestLost, ALWAYS),
            Before::Charge,
        ],
    ),
    refund("look at the payment on record", Operation::Retrieve, "refunded", &[Before::Charge]),
    Phase { payment_method: NO_CAPTURE, ..refund("void", Operation::Void, "voided", &[Before::Charge]) },
    Phase {
        payment_method: NO_CAPTURE,
        skip: 2,
        ..refund(
            "void under the next key",
            Operation::Void,
            "voided",
            &[Before::Charge, Before::Plan(Operation::Void, Fault::ServerErrorKept, 1)],
        )
    },
    refund("list refunds", Operation::ListRefunds, "refunded", &[Before::Charge]),
    refund("refund", Operation::Refund, "refunded", &[Before::Charge]),
    refund(
        "refund again, the first time unanswered",
        Operation::ListRefunds,
        "refunded",
        &[Before::Charge, Before::Plan(Operation::Refund, Fault::AnswerLost, ALWAYS), Before::Refund],
    ),
    Phase {
        skip: 2,
        ..refund(
            "refund under the next key",
            Operation::Refund,
            "refunded",
            &[Before::Charge, Before::Plan(Operation::Refund, Fault::ServerErrorKept, 1)],
        )
    },
];

const fn charge(name: &'static str, operation: Operation, before: &'static [Before]) -> Phase {
    Phase {
        name,
        payment_method: VISA,
        before,
        action: Action::Charge,
        operation,
        skip: 0,
        executes: true,
        settles: "captured",
    }
}

const fn refund(name: &'static str, operation: Operation, settles: &'static str, before: &'static [Before]) -> Phase {
    Phase { name, payment_method: VISA, before, action: Action::Refund, operation, skip: 0, executes: true, settles }
}
