//! Design errors in the payment service.

use super::super::{Mutant, Seed};
use super::Patch;

const RULES: &str = "crates/payment/src/domain/mod.rs";
const CHARGE: &str = "crates/payment/src/domain/charge.rs";
const REFUND: &str = "crates/payment/src/domain/refund.rs";
const KEYS: &str = "crates/payment/src/gateway/mod.rs";
const REQUESTS: &str = "crates/payment/src/gateway/operations.rs";

/// The record's intent to charge is written, or found.
const INTENT: &str =
    "        let (record, is_first) = match self.store.insert(PaymentRecord::pending(request, self.now())).await? {";

pub(super) const ALL: &[Mutant] = &[
    Mutant {
        name: "record-after-the-call",
        wrong: "authorises before the intent to charge is on record",
        seed: Seed::Source(&[Patch {
            file: CHARGE,
            old: INTENT,
            new: concat!(
                "        let unrecorded = PaymentRecord::pending(request, self.now());\n",
                "        drop(self.gateway.authorise(&self.authorisation(request, &unrecorded)).await);\n",
                "        let (record, is_first) = ",
                "match self.store.insert(PaymentRecord::pending(request, self.now())).await? {",
            ),
        }]),
    },
    Mutant {
        name: "query-without-replay",
        wrong: "an undo asks the gateway's search, which lags, and does not repeat the authorisation first",
        seed: Seed::Source(&[Patch {
            file: REFUND,
            old: "        self.replay_and_search(request, record).await",
            new: "        self.gateway.search(&record.fare_id).await.map_err(indefinite(record))",
        }]),
    },
    Mutant {
        name: "replay-without-query",
        wrong: "an undo repeats the authorisation, and asks neither the search nor, where the key only repeats a failure, the list",
        seed: Seed::Source(&[
            Patch {
                file: REFUND,
                old: "            Err(GatewayError::KeySpent) => return self.list(record).await,",
                new: "            Err(GatewayError::KeySpent) => return Ok(Vec::new()),",
            },
            Patch {
                file: REFUND,
                old: concat!(
                    "        let mut intents = self.gateway.search(&record.fare_id).await.map_err(indefinite(record))?;\n",
                    "        match replayed {",
                ),
                new: "        let mut intents: Vec<PaymentIntent> = Vec::new();\n        match replayed {",
            },
        ]),
    },
    Mutant {
        name: "undo-trusts-its-record",
        wrong: "an undo takes a payment that is not on record for one that was never made",
        seed: Seed::Source(&[Patch {
            file: REFUND,
            old: "        self.replay_and_search(request, record).await",
            new: "        Ok(Vec::new())",
        }]),
    },
    Mutant {
        name: "refused-capture-is-a-void",
        wrong: "an undo takes a capture that was refused for a hold that is gone",
        seed: Seed::Source(&[Patch {
            file: REFUND,
            old: "        if let Some(payment_id) = &record.payment_id {\n            let on_record",
            new: concat!(
                "        if record.reason.is_some() {\n            return Ok(Vec::new());\n        }\n",
                "        if let Some(payment_id) = &record.payment_id {\n            let on_record",
            ),
        }]),
    },
    Mutant {
        name: "undo-without-tombstone",
        wrong: "an undo that finds no payment leaves nothing that refuses a charge that comes late",
        seed: Seed::Source(&[Patch {
            file: REFUND,
            old: "            match self.store.insert(PaymentRecord::tombstone(request, now)).await? {",
            new: "            match Conditional::Written(PaymentRecord::tombstone(request, now)) {",
        }]),
    },
    Mutant {
        name: "undone-without-being-undone",
        wrong: "an undo records at once that it is done, and never that it has begun",
        seed: Seed::Source(&[Patch {
            file: REFUND,
            old: "transition(&UNDOABLE, PaymentStatus::Cancelling, now)",
            new: "transition(&UNDOABLE, PaymentStatus::Voided, now)",
        }]),
    },
    Mutant {
        name: "captured-is-left-alone",
        wrong: "an undo voids holds, and takes a capture for something that is over",
        seed: Seed::Source(&[Patch {
            file: REFUND,
            old: "                IntentStatus::Succeeded => return self.refund_capture(record, intent).await,",
            new: "                IntentStatus::Succeeded => return Ok(Undone::Voided),",
        }]),
    },
    Mutant {
        name: "refunded-is-believed-for-ever",
        wrong: "an undo that is asked again does not look whether its refund has failed since",
        seed: Seed::Source(&[Patch {
            file: REFUND,
            old: "                        PaymentStatus::Refunded => self.still_refunded(record).await,",
            new: "                        PaymentStatus::Refunded => Ok(record.receipt()),",
        }]),
    },
    Mutant {
        name: "unknown-is-a-decline",
        wrong: "a charge takes an authorisation that was not answered for one that was declined",
        seed: Seed::Source(&[Patch {
            file: CHARGE,
            old: "            Err(error) => return Err(indefinite(record)(error)),",
            new: "            Err(_) => return Err(self.declined(record, Reason::default()).await?),",
        }]),
    },
    Mutant {
        name: "refused-capture-on-record-as-a-decline",
        wrong: "a charge records a capture that was refused as a decline, after which nothing is held",
        seed: Seed::Source(&[Patch {
            file: CHARGE,
            old: "Err(GatewayError::Declined { reason, .. }) => Err(self.capture_refused(record, payment_id, reason).await?),",
            new: "Err(GatewayError::Declined { reason, .. }) => Err(self.declined(record, reason).await?),",
        }]),
    },
    Mutant {
        name: "captured-over-cancelling",
        wrong: "a charge records its capture although an undo has begun meanwhile",
        seed: Seed::Source(&[Patch {
            file: CHARGE,
            old: "            ..record.transition(&PENDING, PaymentStatus::Captured, self.now())",
            new: concat!(
                "            ..record.transition(&[PaymentStatus::Pending, PaymentStatus::Cancelling], ",
                "PaymentStatus::Captured, self.now())",
            ),
        }]),
    },
    Mutant {
        name: "charge-ignores-the-tombstone",
        wrong: "a charge goes on although the payment was undone before it began",
        seed: Seed::Source(&[Patch {
            file: CHARGE,
            old: "        PaymentStatus::Pending => return Answered::NotYet(record),",
            new: "        PaymentStatus::Pending | PaymentStatus::Cancelled => return Answered::NotYet(record),",
        }]),
    },
    Mutant {
        name: "new-keys-without-a-look",
        wrong: "a charge begins new keys without asking what was done under the old ones",
        seed: Seed::Source(&[Patch {
            file: CHARGE,
            old: "Authorised::KeySpent => self.gateway.list_since(&record.fare_id, record.generation_since).await,",
            new: "Authorised::KeySpent => Ok(Vec::new()),",
        }]),
    },
    Mutant {
        name: "keys-trusted-for-ever",
        wrong: "a charge is sent again under its key when the gateway has forgotten the key",
        seed: Seed::Source(&[
            Patch {
                file: RULES,
                old: "const CHARGE_LIFE: i64 = 19 * HOUR;",
                new: "const CHARGE_LIFE: i64 = 1000 * HOUR;",
            },
            Patch { file: RULES, old: "const KEY_LIFE: i64 = 20 * HOUR;", new: "const KEY_LIFE: i64 = 1000 * HOUR;" },
            Patch { file: RULES, old: "const KEY_DEAD: i64 = 21 * HOUR;", new: "const KEY_DEAD: i64 = 1000 * HOUR;" },
        ]),
    },
    Mutant {
        name: "time-in-the-key",
        wrong: "an idempotency key changes with every attempt",
        seed: Seed::Source(&[Patch {
            file: REQUESTS,
            old: r#"self.gateway.key(&ask.fare_id, "authorise", ask.generation)"#,
            new: r#"self.gateway.key(&ask.fare_id, "authorise", self.time.now().0)"#,
        }]),
    },
    Mutant {
        name: "no-generation-in-the-key",
        wrong: "an idempotency key stays the same though the gateway keeps a failure under it",
        seed: Seed::Source(&[Patch {
            file: KEYS,
            old: r#"format!("{}/{fare_id}/{step}/{generation}", self.namespace)"#,
            new: r#"format!("{}/{fare_id}/{step}", self.namespace)"#,
        }]),
    },
];
