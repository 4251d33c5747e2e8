//! Design errors in the other services, and in what the gateway is taken for.

use super::super::{Mutant, Seed};
use super::Patch;

const FARES: &str = "crates/register-fare/src/domain.rs";
const CARD_DATA: &str = "crates/fare-values/src/card_data.rs";
const LEDGER: &str = "crates/customer-accounting/src/domain.rs";
const GATEWAY: &str = "crates/gateway-simulator/src/capture.rs";

pub(super) const ALL: &[Mutant] = &[
    Mutant {
        name: "cancel-always-says-failed",
        wrong: "cancelling says that the fare is failed though it is completed",
        seed: Seed::Source(&[Patch {
            file: FARES,
            old: "            Conditional::Refused(standing) => Ok(own(&record, standing)?.into()),",
            new: concat!(
                "            Conditional::Refused(standing) => ",
                "Ok(Fare { status: FareStatus::Failed, ..Fare::from(own(&record, standing)?) }),",
            ),
        }]),
    },
    Mutant {
        name: "complete-always-says-completed",
        wrong: "completing says that the fare is completed though it is failed",
        seed: Seed::Source(&[Patch {
            file: FARES,
            old: "                own(&record, standing)?;\n",
            new: "                own(&record, standing)?;\n                return Ok(record.into());\n",
        }]),
    },
    Mutant {
        name: "register-ignores-payload",
        wrong: "registering takes a fare with another payload for its own",
        seed: Seed::Source(&[Patch {
            file: FARES,
            old: "    if standing.payload_hash == asked.payload_hash {",
            new: "    if standing.payload_hash == standing.payload_hash {",
        }]),
    },
    Mutant {
        name: "card-data-in-the-error",
        wrong: "an error repeats the card data that it refuses",
        seed: Seed::Source(&[Patch {
            file: CARD_DATA,
            old: "Some(path) => Err(Rejection::CardDataNotAccepted { field: path }),",
            new: "Some(path) => Err(Rejection::CardDataNotAccepted { field: format!(\"{path}: {input}\") }),",
        }]),
    },
    Mutant {
        name: "debit-without-tombstone",
        wrong: "a debit that finds no credit leaves nothing that refuses one that comes late",
        seed: Seed::Source(&[Patch {
            file: LEDGER,
            old: "            match self.store.lay_tombstone(tombstone).await? {",
            new: "            match Conditional::Written(tombstone) {",
        }]),
    },
    Mutant {
        name: "capture-after-void",
        wrong: "the gateway captures a hold that was voided",
        seed: Seed::Source(&[
            Patch {
                file: GATEWAY,
                old: "    intent.require(&[Status::RequiresCapture], \"This PaymentIntent could not be captured\"",
                new: concat!(
                    "    intent.require(&[Status::RequiresCapture, Status::Canceled], ",
                    "\"This PaymentIntent could not be captured\"",
                ),
            },
            Patch {
                file: GATEWAY,
                old: "    if amount > intent.amount_capturable() {",
                new: "    if amount > intent.amount {",
            },
        ]),
    },
];
