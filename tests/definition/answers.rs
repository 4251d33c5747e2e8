//! Which errors each function answers to what it is asked to do.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use fare_values::WireErrorName::{
    self, AccountCreditException, CardDataNotAccepted, FareCancelled, FareConflict, FareNotRegistered,
    FareStoreUnavailable, InvalidFare, LedgerUnavailable, PaymentAuthException, PaymentChargeException,
    PaymentGatewayUnavailable, PaymentOutcomeUnknown, PaymentRefundException, PaymentStoreUnavailable,
};
use strum::IntoEnumIterator;

use crate::machine::{both, repository};

/// A crate with what it can be asked to do, and which errors each of that may end in, besides those at the door.
pub(crate) struct Service {
    pub(crate) name: &'static str,
    actions: &'static [(&'static str, &'static [WireErrorName])],
}

pub(crate) const SERVICES: [Service; 3] = [
    Service {
        name: "register-fare",
        actions: &[
            ("register", &[FareConflict, FareCancelled, FareStoreUnavailable]),
            ("complete", &[FareConflict, FareCancelled, FareNotRegistered, FareStoreUnavailable]),
            ("cancel", &[FareConflict, FareStoreUnavailable]),
        ],
    },
    Service {
        name: "payment",
        actions: &[
            (
                "charge",
                &[
                    FareConflict,
                    FareCancelled,
                    PaymentAuthException,
                    PaymentChargeException,
                    PaymentGatewayUnavailable,
                    PaymentOutcomeUnknown,
                    PaymentStoreUnavailable,
                ],
            ),
            (
                "refund",
                &[
                    FareConflict,
                    PaymentGatewayUnavailable,
                    PaymentOutcomeUnknown,
                    PaymentStoreUnavailable,
                    PaymentRefundException,
                ],
            ),
        ],
    },
    Service {
        name: "customer-accounting",
        actions: &[
            ("credit", &[FareConflict, FareCancelled, AccountCreditException, LedgerUnavailable]),
            ("debit", &[FareConflict, LedgerUnavailable]),
        ],
    },
];

/// What is refused before an action begins, whichever it is.
const AT_THE_DOOR: [WireErrorName; 2] = [InvalidFare, CardDataNotAccepted];

impl Service {
    /// Whether this action of it may end in this error.
    pub(crate) fn answers(&self, action: &str, name: WireErrorName) -> bool {
        self.actions
            .iter()
            .any(|(known, errors)| *known == action && (errors.contains(&name) || answered_at_the_door(name)))
    }

    pub(crate) fn actions_that_answer(&self, name: WireErrorName) -> Vec<&'static str> {
        self.actions.iter().map(|(action, _)| *action).filter(|action| self.answers(action, name)).collect()
    }
}

pub(crate) fn answered_at_the_door(name: WireErrorName) -> bool {
    AT_THE_DOOR.contains(&name)
}

pub(crate) fn answered_by(name: WireErrorName) -> impl Iterator<Item = &'static Service> {
    SERVICES.iter().filter(move |service| !service.actions_that_answer(name).is_empty())
}

/// What the enumeration says about one of its errors.
pub(crate) fn meaning(name: WireErrorName) -> String {
    let source = fs::read_to_string(repository().join("crates/fare-values/src/wire_error.rs")).unwrap();
    let mut said = Vec::new();
    for line in source.lines().map(str::trim) {
        if let Some(comment) = line.strip_prefix("/// ") {
            said.push(comment);
        } else if line.strip_suffix(',') == Some(name.as_str()) {
            return said.join(" ");
        } else {
            said.clear();
        }
    }
    panic!("{name} is not explained in wire_error.rs");
}

/// The errors that a crate's own code names, leaving out its tests.
fn named_in(source: &Path) -> BTreeSet<WireErrorName> {
    let mut found = BTreeSet::new();
    for file in files(source).into_iter().filter(|file| !file.ends_with("tests.rs")) {
        let text = fs::read_to_string(file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for rest in code.split("WireErrorName::").skip(1) {
            let name = rest.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
            found.extend(WireErrorName::from_str(name));
        }
    }
    found
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn a_service_answers_what_its_code_names() {
    for service in SERVICES {
        let listed: BTreeSet<_> = service.actions.iter().flat_map(|(_, errors)| errors.iter().copied()).collect();
        assert_eq!(named_in(&repository().join("crates").join(service.name).join("src")), listed, "{}", service.name);
    }
}

#[test]
fn what_is_refused_at_the_door_is_what_the_rejections_name() {
    assert_eq!(named_in(&repository().join("crates/fare-values/src")), AT_THE_DOOR.into());
}

#[test]
fn every_error_is_answered_by_somebody() {
    for name in WireErrorName::iter() {
        assert!(answered_by(name).next().is_some(), "{name}");
    }
}

#[test]
fn what_services_can_be_asked_to_do_is_what_the_machines_ask() {
    let known: BTreeSet<_> =
        SERVICES.iter().flat_map(|service| service.actions.iter().map(|(action, _)| *action)).collect();
    let machines = both();
    let asked: BTreeSet<_> =
        machines.iter().flat_map(|machine| machine.function_tasks().map(|(_, _, action)| action)).collect();
    assert_eq!(known, asked);
    for service in SERVICES {
        for (action, _) in service.actions {
            let knows = match service.name {
                "register-fare" => register_fare::Action::from_str(action).is_ok(),
                "payment" => payment::Action::from_str(action).is_ok(),
                _ => customer_accounting::Action::from_str(action).is_ok(),
            };
            assert!(knows, "{} does not know {action}", service.name);
        }
    }
}
