//! Design errors in what a store, or the gateway, promises.

use super::{Mutant, Seed};
use crate::world::Quirk;

pub(super) const ALL: &[Mutant] = &[
    Mutant {
        name: "register-overwrites",
        wrong: "registering has no condition, and writes over a fare that is decided",
        seed: Seed::Twin(Quirk::RegisterOverwrites),
    },
    Mutant {
        name: "cancel-overrides-completed",
        wrong: "deciding `failed` does not look whether the fare is completed",
        seed: Seed::Twin(Quirk::FailsCompletedFares),
    },
    Mutant {
        name: "complete-overrides-failed",
        wrong: "deciding `completed` does not look whether the fare is failed",
        seed: Seed::Twin(Quirk::CompletesFailedFares),
    },
    Mutant {
        name: "cancel-leaves-no-record",
        wrong: "deciding `failed` for an absent fare leaves nothing that refuses a registration that comes late",
        seed: Seed::Twin(Quirk::AbsentFareStaysAbsent),
    },
    Mutant {
        name: "decision-ignores-payload",
        wrong: "a decision has no condition on the payload, and is taken for another's fare",
        seed: Seed::Twin(Quirk::DecidesForeignFares),
    },
    Mutant {
        name: "fares-refuse-silently",
        wrong: "a refused write of the fares table does not return the old item",
        seed: Seed::Twin(Quirk::FaresRefuseSilently),
    },
    Mutant {
        name: "charge-overwrites",
        wrong: "the intent to charge has no condition, and writes over what stands",
        seed: Seed::Twin(Quirk::ChargeOverwrites),
    },
    Mutant {
        name: "payment-moves-from-any-state",
        wrong: "a payment's moves have no condition on its state",
        seed: Seed::Twin(Quirk::PaymentMovesFromAnyState),
    },
    Mutant {
        name: "payments-refuse-silently",
        wrong: "a refused write of the payments table does not return the old item",
        seed: Seed::Twin(Quirk::PaymentsRefuseSilently),
    },
    Mutant {
        name: "credit-without-entry-check",
        wrong: "a credit raises the balance although the fare has an entry",
        seed: Seed::Twin(Quirk::CreditsTwice),
    },
    Mutant {
        name: "credit-entry-then-balance",
        wrong: "a credit is not transactional: its entry is written, and then the balance",
        seed: Seed::Twin(Quirk::EntryThenBalance),
    },
    Mutant {
        name: "credit-balance-then-entry",
        wrong: "a credit is not transactional: the balance is written, and then its entry",
        seed: Seed::Twin(Quirk::BalanceThenEntry),
    },
    Mutant {
        name: "debit-without-entry-check",
        wrong: "a debit lowers the balance whether or not a credit stands",
        seed: Seed::Twin(Quirk::DebitsWhateverStands),
    },
    Mutant {
        name: "debit-entry-then-balance",
        wrong: "a debit is not transactional: its entries are written, and then the balance",
        seed: Seed::Twin(Quirk::ReversalThenBalance),
    },
    Mutant {
        name: "ledger-refuses-silently",
        wrong: "a refused write of the ledger does not return the old item",
        seed: Seed::Twin(Quirk::LedgerRefusesSilently),
    },
    Mutant {
        name: "keys-forgotten",
        wrong: "the gateway keeps no answers, so that a request that is sent again is done again",
        seed: Seed::Twin(Quirk::KeysForgotten),
    },
];
