//! Design errors in `fare-collection`.

use serde_json::json;

use super::super::{Mutant, Seed};

pub(super) const ALL: &[Mutant] = &[
    Mutant {
        name: "undo-before-deciding",
        wrong: "debits and refunds first and decides last, as samples do",
        seed: Seed::Definition(|all| {
            let machine = &mut all.collection;
            machine.catch_all_to("SetFareStatusFailed", "DebitCustomerAccount")?;
            machine.lead("RefundFare", "NotifyFailure", "SetFareStatusFailed")?;
            machine.default_to("WhatMayHaveRun", "DebitCustomerAccount", "NotifyFailure")
        }),
    },
    Mutant {
        name: "debit-before-deciding",
        wrong: "debits before it decides, and refunds after",
        seed: Seed::Definition(|all| {
            let machine = &mut all.collection;
            machine.catch_all_to("SetFareStatusFailed", "DebitCustomerAccount")?;
            machine.lead("DebitCustomerAccount", "RefundFare", "SetFareStatusFailed")?;
            machine.default_to("WhatMayHaveRun", "DebitCustomerAccount", "RefundFare")
        }),
    },
    Mutant {
        name: "refund-before-deciding",
        wrong: "refunds before it decides, and debits after",
        seed: Seed::Definition(|all| {
            let machine = &mut all.collection;
            machine.catch_all_to("SetFareStatusFailed", "RefundFare")?;
            machine.lead("RefundFare", "NotifyFailure", "SetFareStatusFailed")?;
            machine.lead("DebitCustomerAccount", "RefundFare", "NotifyFailure")
        }),
    },
    Mutant {
        name: "undo-ignores-completed",
        wrong: "undoes a fare although deciding has found it completed",
        seed: Seed::Definition(|all| all.collection.do_not_choose("WhatMayHaveRun", "NotifySuccess")),
    },
    Mutant {
        name: "unknown-is-definite",
        wrong: "takes every failure of the charge for a decline: States.ALL is treated as definite, nothing is undone",
        seed: Seed::Definition(|all| {
            let rule = all.collection.rule("WhatMayHaveRun", "NotifyFailure")?;
            rule.insert("And".to_owned(), json!([{"Variable": "$.charge", "IsPresent": false}])).map(drop)
        }),
    },
    Mutant {
        name: "refused-capture-is-a-decline",
        wrong: "takes a refused capture for a decline, after which nothing is held",
        seed: Seed::Definition(|all| {
            let error = |name| json!({"Variable": "$.failure.Error", "StringEquals": name});
            let errors = json!({"Or": [error("PaymentAuthException"), error("PaymentChargeException")]});
            let rule = all.collection.rule("WhatMayHaveRun", "NotifyFailure")?;
            rule.insert("And".to_owned(), json!([{"Variable": "$.charge", "IsPresent": false}, errors])).map(drop)
        }),
    },
    Mutant {
        name: "refused-credit-undoes-nothing",
        wrong: "takes a refused credit for a failure without effects, and forgets the charge before it",
        seed: Seed::Definition(|all| {
            let refused = json!({
                "Variable": "$.failure.Error", "StringEquals": "AccountCreditException", "Next": "NotifyFailure"
            });
            all.collection.choose("WhatMayHaveRun", refused)
        }),
    },
    Mutant {
        name: "no-refund",
        wrong: "undoes the credit and not the charge",
        seed: Seed::Definition(|all| {
            all.collection.lead("DebitCustomerAccount", "RefundFare", "NotifyFailure")?;
            all.collection.remove("RefundFare")
        }),
    },
    Mutant {
        name: "no-debit",
        wrong: "undoes the charge and not the credit",
        seed: Seed::Definition(|all| {
            all.collection.default_to("WhatMayHaveRun", "DebitCustomerAccount", "RefundFare")?;
            all.collection.remove("DebitCustomerAccount")
        }),
    },
    Mutant {
        name: "debit-only-after-an-answer",
        wrong: "debits only where the credit has answered",
        seed: Seed::Definition(|all| {
            let unanswered = json!({"Variable": "$.credit", "IsPresent": false, "Next": "RefundFare"});
            let rules = all.collection.choices("WhatMayHaveRun")?;
            rules.push(unanswered);
            Some(())
        }),
    },
    Mutant {
        name: "refund-only-after-an-answer",
        wrong: "refunds only where the charge has answered",
        seed: Seed::Definition(|all| {
            let machine = &mut all.collection;
            machine.lead("DebitCustomerAccount", "RefundFare", "WasItCharged")?;
            let charged = json!({"Variable": "$.charge", "IsPresent": true, "Next": "RefundFare"});
            machine.add("WasItCharged", json!({"Type": "Choice", "Choices": [charged], "Default": "NotifyFailure"}))
        }),
    },
    Mutant {
        name: "conflict-leads-to-undo",
        wrong: "undoes, under its own payload, what it was turned away from: another's fare, or none",
        seed: Seed::Definition(|all| all.collection.catch_to("RegisterFare", "FareConflict", "DebitCustomerAccount")),
    },
    Mutant {
        name: "rejection-in-silence",
        wrong: "tells nobody of a start that is rejected",
        seed: Seed::Definition(|all| all.collection.catch_to("RegisterFare", "InvalidFare", "FareProcessingFailed")),
    },
    Mutant {
        name: "complete-before-credit",
        wrong: "decides for success before the customer is credited",
        seed: Seed::Definition(|all| {
            let machine = &mut all.collection;
            machine.lead("ChargeFare", "CreditCustomerAccount", "SetFareStatusCompleted")?;
            machine.lead("SetFareStatusCompleted", "NotifySuccess", "CreditCustomerAccount")?;
            machine.lead("CreditCustomerAccount", "SetFareStatusCompleted", "NotifySuccess")
        }),
    },
    Mutant {
        name: "credit-before-charge",
        wrong: "credits before it charges, and takes a decline for a failure without effects",
        seed: Seed::Definition(|all| {
            let machine = &mut all.collection;
            machine.lead("RegisterFare", "ChargeFare", "CreditCustomerAccount")?;
            machine.lead("CreditCustomerAccount", "SetFareStatusCompleted", "ChargeFare")?;
            machine.lead("ChargeFare", "CreditCustomerAccount", "SetFareStatusCompleted")
        }),
    },
    Mutant {
        name: "no-charge",
        wrong: "credits and completes without a charge",
        seed: Seed::Definition(|all| {
            all.collection.lead("RegisterFare", "ChargeFare", "CreditCustomerAccount")?;
            all.collection.remove("ChargeFare")
        }),
    },
    Mutant {
        name: "success-before-completion",
        wrong: "announces success before the fare is completed",
        seed: Seed::Definition(|all| {
            let machine = &mut all.collection;
            machine.lead("CreditCustomerAccount", "SetFareStatusCompleted", "NotifySuccess")?;
            machine.lead("NotifySuccess", "FareProcessingSucceeded", "SetFareStatusCompleted")?;
            machine.lead("SetFareStatusCompleted", "NotifySuccess", "FareProcessingSucceeded")?;
            let fare_id = "$.registration.fareId";
            machine.say("NotifySuccess", json!({"outcome": "success", "fareStatus": "completed", "fareId.$": fare_id}))
        }),
    },
    Mutant {
        name: "undo-after-lost-notice",
        wrong: "takes a completed fare back because its notice could not be published",
        seed: Seed::Definition(|all| all.collection.catch("NotifySuccess", "DebitCustomerAccount")),
    },
    Mutant {
        name: "cancelled-fare-succeeds",
        wrong: "takes a fare that somebody has decided failed for one that is finished",
        seed: Seed::Definition(|all| {
            all.collection.catch_to("SetFareStatusCompleted", "FareCancelled", "FareProcessingSucceeded")
        }),
    },
];
