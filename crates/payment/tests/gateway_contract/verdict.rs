//! What must be true of record, keys and money, whatever has happened.

use fare_values::PaymentStatus;
use gateway_simulator::{Effect, Holdings, LogEntry, Operation};
use payment::store::PaymentRecord;

pub(crate) const AMOUNT: u64 = 2000;

/// What is wrong with an answer, given what stands at the gateway.
pub(crate) fn of_answer(answer: &str, holdings: &Holdings, record: Option<&PaymentRecord>) -> Option<String> {
    let Holdings { held, captured, refunded, .. } = *holdings;
    let kept = captured.saturating_sub(refunded);
    let status = record.map(|record| record.status);
    let (is_true, needs) = match answer {
        "captured" => ((held, kept) == (0, AMOUNT) && status == Some(PaymentStatus::Captured), "the money, all of it"),
        "voided" | "cancelled" => ((held, kept) == (0, 0), "no money"),
        "refunded" => ((held, captured, refunded) == (0, AMOUNT, AMOUNT), "the money back"),
        "PaymentAuthException" => {
            ((held, captured) == (0, 0) && status == Some(PaymentStatus::Declined), "a decline and no money")
        }
        "PaymentChargeException" => {
            (captured == 0 && status == Some(PaymentStatus::CaptureRefused), "a refused capture and nothing taken")
        }
        "FareCancelled" => (
            matches!(
                status,
                Some(
                    PaymentStatus::Cancelling
                        | PaymentStatus::Voided
                        | PaymentStatus::Refunded
                        | PaymentStatus::Cancelled
                )
            ),
            "a cancelled payment",
        ),
        "PaymentOutcomeUnknown" | "PaymentGatewayUnavailable" => {
            let is_open = [PaymentStatus::Pending, PaymentStatus::Cancelling, PaymentStatus::Refunded];
            (status.is_some_and(|status| is_open.contains(&status)), "a payment that is not at its end")
        }
        // Whatever the table did with the write whose answer was lost.
        "PaymentStoreUnavailable" => (true, "nothing"),
        "PaymentRefundException" => (
            matches!(status, Some(PaymentStatus::Cancelling | PaymentStatus::Refunded)),
            "a payment that is being refunded",
        ),
        _ => (false, "another answer"),
    };
    (!is_true).then(|| {
        format!("{answer} needs {needs}: held {held}, captured {captured}, refunded {refunded}, record {status:?}")
    })
}

/// What is wrong with saying that the payment failed for good, when others may have been at work on it since.
pub(crate) fn of_definite_answer(answer: &str, holdings: &Holdings, record: Option<&PaymentRecord>) -> Option<String> {
    let taken = holdings.captured > 0;
    let contradicted = matches!(answer, "PaymentAuthException" | "PaymentChargeException") && taken;
    contradicted.then(|| format!("{answer}, and {holdings:?}, record {:?}", record.map(|record| record.status)))
}

/// What is wrong with the keys that were sent and the effects that they had.
pub(crate) fn of_log(log: &[LogEntry], record: Option<&PaymentRecord>) -> Vec<String> {
    let mut wrong = Vec::new();
    let generations = record.map_or(0, |record| record.generation);
    for entry in log {
        let step = match entry.operation {
            Operation::Authorise => "authorise",
            Operation::Capture => "capture",
            Operation::Void => "void",
            Operation::Refund => "refund",
            _ => continue,
        };
        let is_ours = (1..=generations)
            .any(|generation| entry.idempotency_key == Some(format!("test-stack/wr_563/{step}/{generation}")));
        if !is_ours {
            wrong.push(format!("{step} was sent under {:?}", entry.idempotency_key));
        }
    }
    let count = |effect| log.iter().filter(|entry| entry.effect == effect).count();
    let mut keys: Vec<_> =
        log.iter().filter(|entry| entry.effect == Effect::HoldPlaced).map(|entry| &entry.idempotency_key).collect();
    keys.sort();
    keys.dedup();
    if keys.len() != count(Effect::HoldPlaced) {
        wrong.push("two holds were placed under one key".to_owned());
    }
    if count(Effect::Captured) > 1 {
        wrong.push(format!("{} captures", count(Effect::Captured)));
    }
    wrong
}

/// What is wrong with saying that the last request, which was sent under this key if it was a write, had no effect, given
/// what the gateway did in that invocation.
pub(crate) fn of_unavailable(answer: &str, last_key: Option<&str>, log: &[LogEntry]) -> Option<String> {
    let key = last_key.filter(|_| answer == "PaymentGatewayUnavailable")?;
    let had_effect =
        log.iter().any(|entry| entry.idempotency_key.as_deref() == Some(key) && entry.effect != Effect::None);
    had_effect.then(|| format!("{answer} though the request under {key} had its effect"))
}

/// What is wrong with the money, at any time.
pub(crate) fn of_money(holdings: &Holdings) -> Option<String> {
    let kept = holdings.captured.checked_sub(holdings.refunded);
    let is_whole = kept.is_some_and(|kept| kept == 0 || kept == AMOUNT);
    (!is_whole || holdings.held > AMOUNT).then(|| format!("the money is not whole: {holdings:?}"))
}
