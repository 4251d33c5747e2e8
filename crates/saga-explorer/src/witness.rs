//! Sees everything that happens, and says at once when something must not: the invariants of every moment (design, section 6).

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

use customer_accounting::store::CreditEntry;
use fare_values::{EntryState, FareStatus, PaymentStatus, WireError, WireErrorName};
use gateway_simulator::{Effect, LogEntry};
use payment::store::PaymentRecord;
use register_fare::store::FareRecord;
use serde_json::Value;

use crate::asl::{Ending, Execution, Failure, LONGEST_CAUSE, Need, ServiceCall, escaped_bytes};
use crate::violation::Violation;
use crate::world::{Invocation, RequestId, World};

/// What was seen so far, as far as later judgements depend on it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Witness {
    fare: Option<FareRecord>,
    payment: Option<PaymentRecord>,
    entry: Option<CreditEntry>,
    /// How much of the gateway's log was seen.
    requests: usize,
    /// What every request to a function was answered first.
    answers: BTreeMap<RequestId, Value>,
    /// The requests to a function that were refused for good.
    refused: BTreeSet<RequestId>,
    /// The notices, without who sent them.
    notices: BTreeSet<Notice>,
    /// The executions that said of themselves that they were rejected.
    rejected: BTreeSet<String>,
    /// The messages in the attention queue, by what the queue tells duplicates by.
    attention: BTreeSet<String>,
    had_attention: bool,
}

/// A notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Notice {
    /// The fare was collected.
    Success,
    /// The fare was not collected, or was taken back.
    Failure,
    /// A start was turned away.
    Rejection,
}

impl Hash for Witness {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // The records are the world's, whose hash has them.
        let Self { fare: _, payment: _, entry: _, requests: _, answers, refused, notices, rejected, .. } = self;
        (answers, refused, notices, rejected).hash(state);
        (&self.attention, self.had_attention).hash(state);
    }
}

impl Witness {
    /// I7 and the constancy of I3 and I6: records move forward only, and what they say of money never changes.
    pub(crate) fn after_write(&mut self, world: &World) -> Result<(), Violation> {
        let (fare, payment, entry) = (world.fare(), world.payment(), world.entry());
        let fares = (self.fare.as_ref(), fare.as_ref());
        let payments = (self.payment.as_ref(), payment.as_ref());
        let entries = (self.entry.as_ref(), entry.as_ref());
        moved("fare", fares, |old, new| {
            old.payload_hash == new.payload_hash && old.request == new.request && fare_may_move(old.status, new.status)
        })?;
        moved("payment", payments, |old, new| {
            let is_same = old.payload_hash == new.payload_hash && old.amount == new.amount;
            let has_same_payment = old.payment_id.is_none() || old.payment_id == new.payment_id;
            let is_same = is_same && (has_same_payment || old.generation < new.generation);
            is_same && old.generation <= new.generation && payment_may_move(old.status, new.status)
        })?;
        moved("credit entry", entries, |old, new| {
            let is_same = old.payload_hash == new.payload_hash && old.amount == new.amount;
            is_same && old.customer_id == new.customer_id && entry_may_move(old.state, new.state)
        })?;
        (self.fare, self.payment, self.entry) = (fare, payment, entry);
        Ok(())
    }

    /// I2, I4 and I8, at every effect at the gateway.
    pub(crate) fn after_request(&mut self, world: &World) -> Result<(), Violation> {
        let log = world.gateway_log();
        for entry in log.get(self.requests..).unwrap_or_default() {
            if entry.effect == Effect::None {
                continue;
            }
            let Some(record) = &self.payment else {
                return Err(Violation::new("I4", format!("{:?} at the gateway without a record", entry.effect)));
            };
            if entry.effect == Effect::HoldPlaced && !may_be_held(record.status) {
                return Err(Violation::new("I4", format!("a hold is placed, and the record is {}", record.status)));
            }
            if entry.subject.fare_reference.as_deref() != Some(world.fare_reference().as_str()) {
                return Err(Violation::new("I2", format!("{:?} under no fare's name", entry.effect)));
            }
            let alike =
                |other: &&LogEntry| other.effect == entry.effect && other.idempotency_key == entry.idempotency_key;
            let is_once_only = matches!(entry.effect, Effect::HoldPlaced | Effect::Captured);
            if is_once_only && entry.idempotency_key.is_some() && log.iter().filter(alike).count() > 1 {
                return Err(Violation::new("I8", format!("{:?} twice under one key", entry.effect)));
            }
            let amount = u64::try_from(record.amount.amount()).unwrap_or_default();
            if entry.subject.amount != Some(amount) {
                return Err(Violation::new("I4", format!("{:?} of another amount than on record", entry.effect)));
            }
            let holdings = world.holdings();
            if holdings.held.saturating_add(holdings.captured) > amount {
                let found = format!("{} held and {} captured for a fare of {amount}", holdings.held, holdings.captured);
                return Err(Violation::new("I8", found));
            }
            if holdings.refunded > holdings.captured {
                let found = format!("{} refunded of {} captured", holdings.refunded, holdings.captured);
                return Err(Violation::new("I8", found));
            }
        }
        self.requests = log.len();
        Ok(())
    }

    /// I12: the same request, the same answer, and none after it was refused for good. I11: no answer holds card data.
    pub(crate) fn after_answer(
        &mut self,
        invocation: &Invocation,
        answer: &Result<Value, WireError>,
    ) -> Result<(), Violation> {
        match answer {
            Ok(answer) => {
                holds_no_card_data(answer)?;
                if self.refused.contains(&invocation.request) {
                    let found = format!("{} answered {answer}, and had refused the same request", invocation.function);
                    return Err(Violation::new("I12", found));
                }
                let first = self.answers.entry(invocation.request).or_insert_with(|| answer.clone());
                if first == answer {
                    return Ok(());
                }
                let found = format!("{} answered {first}, and the same request {answer} now", invocation.function);
                Err(Violation::new("I12", found))
            }
            Err(error) if error.message.contains("the explorer") => Err(Violation::mistake(error.message.clone())),
            Err(error) => {
                holds_no_card_data(&Value::from(error.message.as_str()))?;
                if matches!(error.name, WireErrorName::PaymentAuthException | WireErrorName::PaymentChargeException) {
                    self.refused.insert(invocation.request);
                }
                Ok(())
            }
        }
    }

    /// I13 and I11, at every message; and I5: nobody is called for unless something is broken for longer than a call.
    pub(crate) fn after_message(
        &mut self,
        service: &ServiceCall,
        world: &World,
        is_broken: bool,
    ) -> Result<(), Violation> {
        match service {
            ServiceCall::Publish { message, .. } => self.after_notice(message, world),
            ServiceCall::SendMessage { .. } if !is_broken => {
                Err(Violation::new("I5", "somebody is called for, and nothing is broken for good"))
            }
            ServiceCall::SendMessage { deduplication_id, body, .. } => {
                self.attention.insert(deduplication_id.clone().unwrap_or_else(|| body.to_string()));
                self.had_attention = true;
                holds_no_card_data(body)
            }
            ServiceCall::Invoke { .. } | ServiceCall::DescribeExecution { .. } => {
                Err(Violation::mistake("neither an invocation nor a question is a message"))
            }
        }
    }

    fn after_notice(&mut self, message: &Value, world: &World) -> Result<(), Violation> {
        holds_no_card_data(message)?;
        let text = |field: &str| message.get(field).and_then(Value::as_str).unwrap_or_default();
        let is_about_the_fare = text("fareId") == world.fare_id().as_str();
        let status = world.fare().map(|fare| fare.status);
        let notice = match (text("outcome"), text("fareStatus")) {
            ("success", "completed") if is_about_the_fare && status == Some(FareStatus::Completed) => {
                says_what_was_collected(message, world)?;
                Notice::Success
            }
            ("failure", "failed") if is_about_the_fare && status == Some(FareStatus::Failed) => Notice::Failure,
            ("failure", "rejected") if message.get("fareId").is_some_and(Value::is_null) => Notice::Rejection,
            _ => return Err(Violation::new("I13", format!("a fare that is {status:?} was announced as {message}"))),
        };
        if notice == Notice::Rejection {
            self.rejected.insert(text("execution").to_owned());
        }
        self.notices.insert(notice);
        Ok(())
    }

    /// An execution says how it ended: that must agree with the decision, and a recovery that failed must have called for
    /// attention.
    pub(crate) fn after_end(
        &mut self,
        is_recovery: bool,
        execution: &Execution,
        world: &World,
    ) -> Result<(), Violation> {
        let Need::Ended(ending) = execution.need() else { return Ok(()) };
        let status = world.fare().map(|fare| fare.status);
        let is_rejected = self.rejected.contains(&execution.identity().execution_arn);
        let found = |what: &str| Err(Violation::new("I6", format!("{what}, and the fare is {status:?}")));
        match ending {
            Ending::Succeeded { output } if is_recovery => {
                // Without a decision it has passed over a clean failure.
                let decision = output.pointer("/decision/status").and_then(Value::as_str);
                match decision.filter(|decision| *decision != "rejected") {
                    Some(decision) if status.map(FareStatus::as_str) != Some(decision) => {
                        found("recovery has succeeded")
                    }
                    Some(_) | None => Ok(()),
                }
            }
            Ending::Succeeded { .. } if status != Some(FareStatus::Completed) => found("an execution has succeeded"),
            Ending::Succeeded { .. } | Ending::Aborted | Ending::TimedOut => Ok(()),
            Ending::Failed { .. } if is_recovery => {
                let event = execution.input().get("id").and_then(Value::as_str).unwrap_or_default();
                if self.attention.contains(event) {
                    return Ok(());
                }
                Err(Violation::new("I5", "a recovery has failed, and nobody was called for"))
            }
            Ending::Failed { error, .. } => {
                let is_clean = error.as_deref() == Some("FareProcessingFailed");
                if is_clean && !is_rejected && status != Some(FareStatus::Failed) {
                    return found("an execution has failed cleanly");
                }
                Ok(())
            }
        }
    }

    /// Whether somebody was called and has not come yet.
    pub(crate) fn waits_for_attention(&self) -> bool {
        !self.attention.is_empty()
    }

    /// Whether somebody was ever called.
    pub(crate) fn had_attention(&self) -> bool {
        self.had_attention
    }

    /// Somebody has come.
    pub(crate) fn mended(&mut self) {
        self.attention.clear();
    }

    /// Whether this notice was given.
    pub(crate) fn has(&self, notice: Notice) -> bool {
        self.notices.contains(&notice)
    }

    /// Whether this execution was announced as rejected.
    pub(crate) fn was_rejected(&self, execution_arn: &str) -> bool {
        self.rejected.contains(execution_arn)
    }

    /// Whether a refund that the payment's record counts as done has failed at the gateway since.
    pub(crate) fn has_failed_refund(&self, world: &World) -> bool {
        let holdings = world.holdings();
        let is_refunded = world.payment().is_some_and(|record| record.status == PaymentStatus::Refunded);
        is_refunded && holdings.refunded < holdings.captured
    }
}

/// A record may appear, may move as told, and never goes away.
fn moved<T: PartialEq + std::fmt::Debug>(
    what: &str,
    (old, new): (Option<&T>, Option<&T>),
    may: impl Fn(&T, &T) -> bool,
) -> Result<(), Violation> {
    match (old, new) {
        (None, _) => Ok(()),
        (Some(old), Some(new)) if old == new || may(old, new) => Ok(()),
        (Some(old), new) => Err(Violation::new("I7", format!("the {what} went from {old:?} to {new:?}"))),
    }
}

/// The amount and the customer of a notice of success are the fare's.
fn says_what_was_collected(message: &Value, world: &World) -> Result<(), Violation> {
    let Some(FareRecord { request, .. }) = world.fare() else { return Ok(()) };
    let amount = request.amount();
    let told = ["amount", "currency", "customerId"].map(|field| message.get(field).cloned().unwrap_or_default());
    let true_ones =
        [Value::from(amount.amount()), amount.currency().code().into(), request.customer_id().as_str().into()];
    if told == true_ones {
        return Ok(());
    }
    Err(Violation::new("I13", format!("a fare of {true_ones:?} was announced as {message}")))
}

/// Only a charge, or the undo that repeats it, has anything held.
fn may_be_held(record: PaymentStatus) -> bool {
    match record {
        PaymentStatus::Pending | PaymentStatus::Cancelling => true,
        PaymentStatus::Captured
        | PaymentStatus::Declined
        | PaymentStatus::CaptureRefused
        | PaymentStatus::Voided
        | PaymentStatus::Refunded
        | PaymentStatus::Cancelled => false,
    }
}

fn fare_may_move(from: FareStatus, to: FareStatus) -> bool {
    from == to || from == FareStatus::Registered
}

fn payment_may_move(from: PaymentStatus, to: PaymentStatus) -> bool {
    match from {
        PaymentStatus::Pending => {
            !matches!(to, PaymentStatus::Voided | PaymentStatus::Refunded | PaymentStatus::Cancelled)
        }
        PaymentStatus::Captured | PaymentStatus::Declined | PaymentStatus::CaptureRefused => {
            to == from || to == PaymentStatus::Cancelling
        }
        PaymentStatus::Cancelling => {
            matches!(to, PaymentStatus::Cancelling | PaymentStatus::Voided | PaymentStatus::Refunded)
        }
        PaymentStatus::Voided | PaymentStatus::Refunded | PaymentStatus::Cancelled => to == from,
    }
}

fn entry_may_move(from: EntryState, to: EntryState) -> bool {
    from == to || (from == EntryState::Standing && to == EntryState::Reversed)
}

/// I11: nothing that leaves a function or an execution holds the card data that was sent to it.
pub(crate) fn holds_no_card_data(message: &Value) -> Result<(), Violation> {
    if message.to_string().contains(CARD_NUMBER) {
        return Err(Violation::new("I11", "a message, or an answer, holds card data"));
    }
    Ok(())
}

/// The most bytes that a payload between states may have: a hundredth of what Step Functions takes (I16).
const LARGEST_PAYLOAD: usize = 2 * 1024;

/// I16: what states hand to each other and to their tasks stays small.
pub(crate) fn payloads_are_small(execution: &Execution) -> Result<(), Violation> {
    let largest = execution.largest_payload();
    if largest <= LARGEST_PAYLOAD {
        return Ok(());
    }
    let machine = &execution.identity().state_machine_name;
    Err(Violation::new("I16", format!("a payload of {largest} bytes in {machine}, of {LARGEST_PAYLOAD} at most")))
}

/// I16: a failure's text has at most the length with which payloads are measured.
pub(crate) fn cause_is_short(result: &Result<Value, Failure>) -> Result<(), Violation> {
    let Err(Failure { error, cause }) = result else { return Ok(()) };
    let found = escaped_bytes(cause);
    if found <= LONGEST_CAUSE {
        return Ok(());
    }
    Err(Violation::new("I16", format!("the cause of {error} has {found} bytes, of {LONGEST_CAUSE} at most")))
}

/// A test card's number, which inputs with card data carry.
pub(crate) const CARD_NUMBER: &str = "4242424242424242";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_may_be_as_long_as_payloads_are_measured_with_and_no_longer() {
        let failed = |letters| Err(Failure { error: "E".to_owned(), cause: "c".repeat(letters) });
        assert_eq!(cause_is_short(&failed(LONGEST_CAUSE - 2)), Ok(()));
        let broken = Violation::new("I16", "the cause of E has 513 bytes, of 512 at most");
        assert_eq!(cause_is_short(&failed(LONGEST_CAUSE - 1)), Err(broken));
    }
}
