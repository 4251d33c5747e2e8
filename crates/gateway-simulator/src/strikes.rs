//! What a fault makes of a request or of its answer.

use serde_json::Value;

use crate::asked::Asked;
use crate::delivery::Delivery;
use crate::faults::Fault;
use crate::outcome::Verdict;
use crate::refusal::Refusal;
use crate::reply::Reply;

/// Where a redirect leads: to the discard port, where nobody listens.
const ELSEWHERE: &str = "http://127.0.0.1:9/elsewhere";

/// The answer to a request that goes no further, or `None` if the fault strikes later.
pub(crate) fn in_front(fault: Fault, asked: &Asked<'_>) -> Option<Verdict> {
    let refused = |refusal: Refusal| Verdict::refused(&refusal, asked);
    let lost = |reply: Reply| Verdict { reply, ..refused(Refusal::unavailable()) };
    let verdict = match fault {
        Fault::RequestLost => lost(no_answer()),
        Fault::BadGateway => lost(page(502)),
        Fault::ServerErrorBefore => refused(Refusal::server_error()),
        Fault::Unavailable => refused(Refusal::unavailable()),
        Fault::FailedDependency => refused(Refusal::failed_dependency()),
        Fault::KeyInUse => refused(Refusal::key_in_use(asked.key)),
        Fault::RateLimited { retry_after_seconds } => refused(Refusal::rate_limited(retry_after_seconds)),
        Fault::Unauthorised => refused(Refusal::expired_key()),
        Fault::AnswerLate { .. }
        | Fault::Slow { .. }
        | Fault::AnswerLost
        | Fault::ServerErrorAfter
        | Fault::ServerErrorKept
        | Fault::ServerErrorKeptAfter
        | Fault::Garbage
        | Fault::Truncated
        | Fault::Huge
        | Fault::WrongContentType
        | Fault::SlowDrip { .. }
        | Fault::Redirect
        | Fault::Refused
        | Fault::FailsLater
        | Fault::PendingFirst => return None,
    };
    Some(Verdict { fault: Some(fault), ..verdict })
}

/// The same outcome with another answer, or another way for it to come. What is kept is kept already.
pub(crate) fn at_the_answer(fault: Fault, verdict: Verdict, asked: &Asked<'_>) -> Verdict {
    let delivered = |delivery: Delivery| Reply { delivery, ..verdict.reply.clone() };
    let reply = match fault {
        Fault::AnswerLate { milliseconds } | Fault::Slow { milliseconds } => {
            delivered(Delivery::After { milliseconds })
        }
        Fault::SlowDrip { milliseconds } => delivered(Delivery::Drip { milliseconds }),
        Fault::Truncated => delivered(Delivery::Truncated),
        Fault::Huge => delivered(Delivery::Huge),
        Fault::Garbage => Reply { status: 200, body: Value::Null, ..delivered(Delivery::Garbage) },
        Fault::WrongContentType => page(200),
        Fault::Redirect => Reply { location: Some(ELSEWHERE), ..page(302) },
        Fault::AnswerLost => no_answer(),
        Fault::ServerErrorAfter => Reply::refused(&Refusal::server_error(), Some(asked.request_id)),
        Fault::RequestLost
        | Fault::ServerErrorBefore
        | Fault::ServerErrorKept
        | Fault::ServerErrorKeptAfter
        | Fault::Unavailable
        | Fault::BadGateway
        | Fault::FailedDependency
        | Fault::KeyInUse
        | Fault::RateLimited { .. }
        | Fault::Unauthorised
        | Fault::Refused
        | Fault::FailsLater
        | Fault::PendingFirst => delivered(Delivery::AtOnce),
    };
    Verdict { reply, fault: Some(fault), ..verdict }
}

fn no_answer() -> Reply {
    Reply { delivery: Delivery::Lost, ..Reply::plain(0, Value::Null) }
}

fn page(status: u16) -> Reply {
    Reply { delivery: Delivery::Page, ..Reply::plain(status, Value::Null) }
}
