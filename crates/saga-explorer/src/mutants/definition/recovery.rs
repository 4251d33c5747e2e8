//! Design errors in `recover-fare`.

use serde_json::json;

use super::super::{Mutant, Seed};

pub(super) const ALL: &[Mutant] = &[
    Mutant {
        name: "recovery-ignores-completed",
        wrong: "recovery undoes a fare although deciding has found it completed",
        seed: Seed::Definition(|all| {
            let machine = &mut all.recovery;
            machine.lead("SetFareStatusFailed", "WasItCompleted", "DebitCustomerAccount")?;
            machine.remove("WasItCompleted")?;
            machine.remove("NotifySuccess")
        }),
    },
    Mutant {
        name: "recovery-takes-undecided-for-completed",
        wrong: "recovery takes a fare that it has just decided failed for one that needs nothing but a notice",
        seed: Seed::Definition(|all| {
            let rule = all.recovery.rule("WasItCompleted", "NotifySuccess")?;
            rule.insert("StringEquals".to_owned(), json!("failed")).map(drop)
        }),
    },
    Mutant {
        name: "recovery-keeps-its-event",
        wrong: "recovery carries the event that started it through every state",
        seed: Seed::Definition(|all| {
            let parameters = all.recovery.state("BeginRecovery")?.get_mut("Parameters")?.as_object_mut()?;
            parameters.insert("event.$".to_owned(), json!("$")).is_none().then_some(())
        }),
    },
    Mutant {
        name: "recovery-undoes-before-deciding",
        wrong: "recovery debits and refunds first and decides last",
        seed: Seed::Definition(|all| {
            let machine = &mut all.recovery;
            machine.lead("BeginRecovery", "SetFareStatusFailed", "DebitCustomerAccount")?;
            machine.lead("RefundFare", "NotifyFailure", "SetFareStatusFailed")?;
            machine.default_to("WasItCompleted", "DebitCustomerAccount", "NotifyFailure")
        }),
    },
    Mutant {
        name: "recovery-without-refund",
        wrong: "recovery undoes the credit and not the charge",
        seed: Seed::Definition(|all| {
            all.recovery.lead("DebitCustomerAccount", "RefundFare", "NotifyFailure")?;
            all.recovery.remove("RefundFare")
        }),
    },
    Mutant {
        name: "recovery-without-debit",
        wrong: "recovery undoes the charge and not the credit",
        seed: Seed::Definition(|all| {
            all.recovery.default_to("WasItCompleted", "DebitCustomerAccount", "RefundFare")?;
            all.recovery.remove("DebitCustomerAccount")
        }),
    },
    Mutant {
        name: "recovery-passes-over-failed",
        wrong: "recovery takes every FAILED execution for one that failed cleanly",
        seed: Seed::Definition(|all| {
            let rule = all.recovery.rule("WasItSettled", "FareWasSettled")?;
            rule.insert("And".to_owned(), json!([{"Variable": "$.detail.status", "StringEquals": "FAILED"}])).map(drop)
        }),
    },
    Mutant {
        name: "recovery-passes-over-aborted",
        wrong: "recovery takes an ABORTED execution for one whose fare somebody looks after",
        seed: Seed::Definition(|all| {
            let aborted = json!({"Variable": "$.detail.status", "StringEquals": "ABORTED", "Next": "FareWasSettled"});
            insert_after_first(all.recovery.choices("WasItSettled")?, aborted)
        }),
    },
    Mutant {
        name: "recovery-passes-over-timed-out",
        wrong: "recovery takes a TIMED_OUT execution for one that goes on",
        seed: Seed::Definition(|all| {
            let over = json!({"Variable": "$.detail.status", "StringEquals": "TIMED_OUT", "Next": "FareWasSettled"});
            insert_after_first(all.recovery.choices("WasItSettled")?, over)
        }),
    },
    Mutant {
        name: "recovery-passes-over-events-without-error",
        wrong: "recovery takes a FAILED execution whose event gives no error for one that failed cleanly",
        seed: Seed::Definition(|all| {
            let failed = json!({"Variable": "$.detail.status", "StringEquals": "FAILED"});
            let unsaid = json!({"Variable": "$.detail.error", "IsPresent": false});
            let rule = json!({"And": [failed, unsaid], "Next": "FareWasSettled"});
            insert_after_first(all.recovery.choices("WasItSettled")?, rule)
        }),
    },
    Mutant {
        name: "recovery-takes-withheld-for-settled",
        wrong: "recovery takes an execution whose event withholds its input for one that nothing is left of",
        seed: Seed::Definition(|all| {
            let machine = &mut all.recovery;
            let rule = machine.rule("WasItSettledByItsOwnAccount", "BeginRecoveryAsRead")?;
            rule.insert("Next".to_owned(), json!("FareWasSettled"))?;
            machine.remove("BeginRecoveryAsRead")
        }),
    },
    Mutant {
        name: "recovery-does-not-read-the-execution",
        wrong: "recovery calls for a person where the execution itself would tell its input",
        seed: Seed::Definition(|all| {
            let machine = &mut all.recovery;
            machine.default_to("WasItSettled", "ReadExecution", "InputNotKnown")?;
            machine.remove("ReadExecution")?;
            machine.remove("WasItSettledByItsOwnAccount")?;
            machine.remove("BeginRecoveryAsRead")
        }),
    },
    Mutant {
        name: "recovery-does-not-retry-reading",
        wrong: "recovery calls for a person where the execution cannot be read at once: a Retry is dropped",
        seed: Seed::Definition(|all| all.recovery.do_not_retry("ReadExecution")),
    },
    Mutant {
        name: "recovery-in-silence",
        wrong: "recovery takes a fare back and tells nobody",
        seed: Seed::Definition(|all| all.recovery.lead("RefundFare", "NotifyFailure", "FareRecovered")),
    },
    Mutant {
        name: "recovery-keeps-success-to-itself",
        wrong: "recovery finds a fare completed and does not see to its notice",
        seed: Seed::Definition(|all| {
            let rule = all.recovery.rule("WasItCompleted", "NotifySuccess")?;
            rule.insert("Next".to_owned(), json!("FareRecovered"))?;
            all.recovery.remove("NotifySuccess")
        }),
    },
    Mutant {
        name: "recovery-does-not-catch-a-rejection",
        wrong: "recovery calls for a person where the execution was rejected: a Catch is dropped",
        seed: Seed::Definition(|all| {
            all.recovery.do_not_catch("SetFareStatusFailed", "FareConflict")?;
            all.recovery.remove("RejectFare")
        }),
    },
    Mutant {
        name: "recovery-does-not-catch-at-the-decision",
        wrong: "recovery gives up in silence where the fare cannot be decided: a Catch is dropped",
        seed: Seed::Definition(|all| all.recovery.do_not_catch("SetFareStatusFailed", "States.ALL")),
    },
    Mutant {
        name: "recovery-does-not-catch-at-the-debit",
        wrong: "recovery gives up in silence where the debit keeps failing: a Catch is dropped",
        seed: Seed::Definition(|all| all.recovery.do_not_catch("DebitCustomerAccount", "States.ALL")),
    },
    Mutant {
        name: "recovery-does-not-catch-at-the-refund",
        wrong: "recovery gives up in silence where the refund keeps failing: a Catch is dropped",
        seed: Seed::Definition(|all| all.recovery.do_not_catch("RefundFare", "States.ALL")),
    },
    Mutant {
        name: "recovery-does-not-retry-the-refund",
        wrong: "recovery calls for a person at the first hiccup: a Retry is dropped",
        seed: Seed::Definition(|all| all.recovery.do_not_retry("RefundFare")),
    },
    Mutant {
        name: "recovery-does-not-catch-at-the-failure-notice",
        wrong: "recovery gives up in silence where failure cannot be announced: a Catch is dropped",
        seed: Seed::Definition(|all| all.recovery.do_not_catch("NotifyFailure", "States.ALL")),
    },
    Mutant {
        name: "recovery-does-not-catch-at-the-success-notice",
        wrong: "recovery gives up in silence where success cannot be announced: a Catch is dropped",
        seed: Seed::Definition(|all| all.recovery.do_not_catch("NotifySuccess", "States.ALL")),
    },
];

/// The first rule turns away what is no event at all, before anything is read of it.
fn insert_after_first(rules: &mut Vec<serde_json::Value>, rule: serde_json::Value) -> Option<()> {
    (!rules.is_empty()).then(|| rules.insert(1, rule))
}
