//! Whoever does what is printed finds nothing more: for every kind of disagreement alone, and for every two of them in one
//! fare.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop at the first surprise")]

#[path = "generated/mod.rs"]
#[allow(dead_code, reason = "other tests read books without end")]
mod generated;
mod shelf;

use std::collections::BTreeSet;

use generated::disturb::{disturb, is_of_a_failed_fare};
use generated::sound::{Age, Course, sound};
use generated::{NOW, PATIENCE};
use reconciliation::{Book, Disagreement, Kind, LedgerReading, Listener, Settings, Subject, Time, reconcile};
use shelf::Shelf;
use strum::IntoEnumIterator as _;

/// As often as somebody runs it again, and does what it says then.
const ROUNDS: usize = 6;

#[derive(Default)]
struct Told(BTreeSet<(Subject, Kind)>);

impl Listener for Told {
    fn read(&mut self, _: Book, _: usize) {}

    fn disagree(&mut self, disagreement: Disagreement) {
        self.0.insert((disagreement.subject, disagreement.kind));
    }
}

async fn told_of(shelf: &Shelf) -> BTreeSet<(Subject, Kind)> {
    let directory = std::env::temp_dir();
    let time = Time { now: NOW, patience: PATIENCE };
    let settings = Settings { time, since: None, ledger: LedgerReading::Whole, directory };
    let mut told = Told::default();
    reconcile(shelf, &settings, &mut told).await.unwrap();
    told.0
}

/// A fare for each of these disturbances, every one of a customer of its own.
fn disturbed(disturbances: &[Vec<Kind>]) -> Shelf {
    let mut shelf = Shelf::default();
    for (number, kinds) in (1..).zip(disturbances) {
        let course = if is_of_a_failed_fare(kinds[0]) { Course::TakenBack } else { Course::Collected };
        let mut facts = sound(number, course, Age::Fresh, &format!("customer-{number}"));
        kinds.iter().for_each(|kind| disturb(&mut facts, *kind, number));
        let account = kinds.iter().copied().find(|kind| matches!(kind, Kind::BalanceDiffers | Kind::AccountMissing));
        shelf.add(number, facts, account);
    }
    shelf
}

/// Does what is said of everything, again and again, until nothing is said.
async fn repaired(mut shelf: Shelf, disturbances: &[Vec<Kind>]) {
    for _ in 0..ROUNDS {
        let told = told_of(&shelf).await;
        if told.is_empty() {
            return;
        }
        for (subject, kind) in told {
            shelf.repair(&subject, kind);
        }
    }
    let left: Vec<_> = told_of(&shelf).await.into_iter().collect();
    let of = |(subject, kind): &(Subject, Kind)| {
        let (Subject::Fare(id) | Subject::Customer(id)) = subject;
        let number: usize = id.rsplit(['_', '-']).next().unwrap().parse().unwrap();
        format!("{kind} in {:?}: {:?}", disturbances[number - 1], shelf.fares.get(&format!("wr_{number}")))
    };
    assert!(left.is_empty(), "{}", left.iter().map(of).collect::<Vec<_>>().join("\n"));
}

#[tokio::test]
async fn whoever_does_what_is_said_finds_nothing_more() {
    let disturbances: Vec<_> = Kind::iter().map(|kind| vec![kind]).collect();
    let shelf = disturbed(&disturbances);
    let told: BTreeSet<_> = told_of(&shelf).await.into_iter().map(|(_, kind)| kind).collect();
    assert_eq!(told, Kind::iter().collect());
    repaired(shelf, &disturbances).await;
}

#[tokio::test]
async fn two_disagreements_in_one_fare_are_both_repaired() {
    let kinds: Vec<_> = Kind::iter().collect();
    let pairs = kinds.iter().flat_map(|one| kinds.iter().map(|other| vec![*one, *other]));
    // What is sown into a completed fare may not make sense in a failed one.
    let pairs = pairs.filter(|pair| is_of_a_failed_fare(pair[0]) == is_of_a_failed_fare(pair[1]));
    let disturbances: Vec<_> = pairs.collect();
    repaired(disturbed(&disturbances), &disturbances).await;
}

#[tokio::test]
async fn an_id_that_is_none_is_told_and_nothing_is_asked_about_it() {
    let mut shelf = Shelf::default();
    for (number, id) in (1..).zip(["", "wr 1\u{1b}[2J", &"9".repeat(20_000)]) {
        let mut facts = sound(number, Course::Collected, Age::Fresh, "");
        facts.fare = None;
        shelf.fares.insert(id.to_owned(), facts);
    }
    let told = told_of(&shelf).await;
    let shown = ["(empty)".to_owned(), "wr 1\\u{1b}[2J".to_owned(), "9".repeat(64)];
    for id in shown {
        assert!(told.contains(&(Subject::Fare(id.clone()), Kind::GatewayPaymentWithoutFare)), "{id}: {told:?}");
    }
    assert!(told.contains(&(Subject::Customer("(empty)".to_owned()), Kind::AccountMissing)));
}
