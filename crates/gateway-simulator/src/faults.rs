//! The ways in which the gateway can be told to misbehave.

use serde::{Deserialize, Serialize, Serializer};
use strum::{EnumIter, IntoEnumIterator, IntoStaticStr};

use crate::route::Operation;

/// One way to misbehave. A request meets one of them at most.
///
/// Each says whether the request takes effect, whether an answer is kept under its idempotency key, and what the client
/// sees. For a request without a key, "kept" means nothing. "True" is the answer that the request would have got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, EnumIter, IntoStaticStr)]
#[serde(tag = "fault", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Fault {
    /// Effect: yes. Kept: the true answer, at once. Seen: the true answer, late; a replay meanwhile gets it at once.
    AnswerLate {
        /// How late, in milliseconds.
        milliseconds: u64,
    },
    /// Effect: yes. Kept: the true answer, but until the time is over the same key is answered with 409
    /// `idempotency_key_in_use` and any other write on the same intent with 429 `lock_timeout`, as for a request that is
    /// still being executed. Seen: the true answer when the time is over. It strikes requests that execute, not replays.
    Slow {
        /// How long the request is being executed, in milliseconds.
        milliseconds: u64,
    },
    /// Effect: no. Kept: nothing. Seen: the connection closes.
    RequestLost,
    /// Effect: yes. Kept: the true answer. Seen: the connection closes.
    AnswerLost,
    /// Effect: no. Kept: nothing. Seen: 500.
    ServerErrorBefore,
    /// Effect: yes. Kept: the true answer, so that a replay tells the truth. Seen: 500.
    ServerErrorAfter,
    /// Effect: no. Kept: the 500. Seen: 500. It strikes requests that execute, not replays.
    ServerErrorKept,
    /// Effect: yes. Kept: the 500. Seen: 500. It strikes requests that execute, not replays.
    ServerErrorKeptAfter,
    /// Effect: no. Kept: nothing. Seen: 503 with `Stripe-Should-Retry: true`.
    Unavailable,
    /// Effect: no. Kept: nothing. Seen: 502 with a page of HTML.
    BadGateway,
    /// Effect: no. Kept: nothing. Seen: 424.
    FailedDependency,
    /// Effect: no. Kept: nothing. Seen: 409 `idempotency_key_in_use`.
    KeyInUse,
    /// Effect: no. Kept: nothing. Seen: 429 `rate_limit` with `Retry-After`.
    RateLimited {
        /// What `Retry-After` says, in seconds.
        retry_after_seconds: u64,
    },
    /// Effect: no. Kept: nothing. Seen: 401, as for a key that has just been rolled.
    Unauthorised,
    /// Effect: yes. Kept: the true answer. Seen: 200 as JSON, with bytes that are no JSON.
    Garbage,
    /// Effect: yes. Kept: the true answer. Seen: the true status and `Content-Length`, and half of the body before the
    /// connection closes.
    Truncated,
    /// Effect: yes. Kept: the true answer. Seen: the true answer in [`HUGE_BYTES`](crate::HUGE_BYTES) of JSON.
    Huge,
    /// Effect: yes. Kept: the true answer. Seen: 200 with a page of HTML.
    WrongContentType,
    /// Effect: yes. Kept: the true answer. Seen: the true answer byte by byte.
    SlowDrip {
        /// The pause before each byte, in milliseconds.
        milliseconds: u64,
    },
    /// Effect: yes. Kept: the true answer. Seen: 302 to another address on the loopback interface.
    Redirect,
    /// The issuer refuses an authorisation or a capture. Effect: no, and a hold stays. Kept: the 402. Seen: 402.
    Refused,
    /// A refund is created as succeeded and fails later, as with Stripe's own test card. Effect: until then. Kept: the
    /// true answer. Seen: the true answer.
    FailsLater,
    /// A refund is created as pending and succeeds later, as with Stripe's own test card. Effect: yes. Kept: the true
    /// answer. Seen: the true answer.
    PendingFirst,
}

/// Where in the course of a request a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    /// In front of the API: nothing else happens.
    InFront,
    /// At the execution, so not when a kept answer is repeated.
    Execution,
    /// At the card's issuer, which is a part of the execution.
    Issuer,
    /// Once there is an answer, new or kept.
    Answer,
}

impl Fault {
    /// Every fault, with the times that it has unless told: answers 30 s late, slow for 5 s, a byte in 100 ms,
    /// `Retry-After: 1`.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::iter().map(|fault| DEFAULTS.into_iter().find(|timed| timed.name() == fault.name()).unwrap_or(fault))
    }

    /// The fault with this [`name`](Self::name), with the times that it has unless told.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|fault| fault.name() == name)
    }

    /// The name in snake case, such as `answer_lost`.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The same for this long; `None` if it takes no time.
    pub fn lasting(self, milliseconds: u64) -> Option<Self> {
        if let Self::AnswerLate { .. } = self {
            Some(Self::AnswerLate { milliseconds })
        } else if let Self::Slow { .. } = self {
            Some(Self::Slow { milliseconds })
        } else if let Self::SlowDrip { .. } = self {
            Some(Self::SlowDrip { milliseconds })
        } else {
            None
        }
    }

    /// The same with this `Retry-After`; `None` if it has none.
    pub fn retried_after(self, seconds: u64) -> Option<Self> {
        matches!(self, Self::RateLimited { .. }).then_some(Self::RateLimited { retry_after_seconds: seconds })
    }

    /// Whether this can strike such a request at all.
    pub fn concerns(self, operation: Operation) -> bool {
        match self.point() {
            Point::Issuer if self == Self::Refused => {
                matches!(operation, Operation::Authorise | Operation::Confirm | Operation::Capture)
            }
            Point::Issuer => operation == Operation::Refund,
            Point::InFront | Point::Execution | Point::Answer => true,
        }
    }

    /// Whether this strikes a request too that is answered with what is kept under its key.
    pub fn strikes_replays(self) -> bool {
        match self.point() {
            Point::InFront | Point::Answer => true,
            Point::Execution | Point::Issuer => false,
        }
    }

    /// Whether a request that meets this gets no further: it has no effect, nothing is kept, and what is seen depends on
    /// nothing but the fault.
    pub fn strikes_in_front(self) -> bool {
        self.point() == Point::InFront
    }

    /// Where in the course of a request this strikes.
    pub(crate) fn point(self) -> Point {
        match self {
            Self::RequestLost
            | Self::ServerErrorBefore
            | Self::Unavailable
            | Self::BadGateway
            | Self::FailedDependency
            | Self::KeyInUse
            | Self::RateLimited { .. }
            | Self::Unauthorised => Point::InFront,
            Self::Slow { .. } | Self::ServerErrorKept | Self::ServerErrorKeptAfter => Point::Execution,
            Self::Refused | Self::FailsLater | Self::PendingFirst => Point::Issuer,
            Self::AnswerLate { .. }
            | Self::AnswerLost
            | Self::ServerErrorAfter
            | Self::Garbage
            | Self::Truncated
            | Self::Huge
            | Self::WrongContentType
            | Self::SlowDrip { .. }
            | Self::Redirect => Point::Answer,
        }
    }
}

/// The times that faults have unless told.
const DEFAULTS: [Fault; 4] = [
    Fault::AnswerLate { milliseconds: 30_000 },
    Fault::Slow { milliseconds: 5_000 },
    Fault::SlowDrip { milliseconds: 100 },
    Fault::RateLimited { retry_after_seconds: 1 },
];

/// Serialises a fault as its name alone.
pub(crate) fn by_name<S: Serializer>(fault: &Option<Fault>, serializer: S) -> Result<S::Ok, S::Error> {
    fault.map(Fault::name).serialize(serializer)
}
