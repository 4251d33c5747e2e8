//! Whether the books still balance: gateway, ledger and fares are reconciled again whenever something has changed and then
//! was quiet for a moment. Local engines only: in an account it would read whole tables.

use std::sync::Arc;
use std::time::Duration;

use reconciliation::{Book, Disagreement, Kind, LedgerReading, Listener, Settings, Subject, Time, reconcile};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::feed::Parts;
use super::shared::{Shared, now};
use crate::books::books;
use crate::error::Result;
use crate::report::visible;

/// How often the books are looked at.
const PAUSE: Duration = Duration::from_secs(3);
/// A look takes at most this part of the time.
const SHARE: u32 = 5;
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How long a failed fare may be taken apart without its books being judged: a refund that fails is tried again after a
/// minute. Milliseconds.
const PATIENCE: i64 = 90_000;
/// How many disagreements are told, of however many.
const MOST: usize = 20;

/// Looks again and again while anybody wants to know.
pub(super) async fn run(shared: Arc<Shared>) {
    if !shared.is_local() {
        return;
    }
    let mut checks: u64 = 0;
    loop {
        shared.books.until_wanted().await;
        let began = Instant::now();
        let mut told = match shared.in_time(look(&shared)).await {
            Ok(told) => told,
            // An old answer would say that all is well when nobody can know.
            Err(error) => json!({ "unknown": visible(&error.in_full()), "checkedAt": now() }),
        };
        checks = checks.saturating_add(1);
        if let Some(fields) = told.as_object_mut() {
            fields.insert("checks".to_owned(), json!(checks));
        }
        shared.books.publish(Parts::from([("books".to_owned(), told)]));
        sleep(PAUSE.max(began.elapsed().saturating_mul(SHARE).min(LONGEST_PAUSE))).await;
    }
}

async fn look(shared: &Shared) -> Result<Value> {
    let now = now();
    let settings = Settings {
        time: Time { now, patience: PATIENCE },
        since: None,
        ledger: LedgerReading::Whole,
        directory: std::env::temp_dir(),
    };
    let mut found = Found::default();
    let outcome = reconcile(&books(&shared.stack)?, &settings, &mut found).await?;
    let disagreements = outcome.disagreements().saturating_sub(found.undecided);
    Ok(json!({
        "balance": disagreements == 0,
        "disagreements": disagreements,
        "undecided": found.undecided,
        "unsettled": outcome.counts.unsettled_accounts,
        "fares": outcome.counts.fares,
        "checkedAt": now,
        "found": found.first,
    }))
}

/// The first disagreements, for a page. A fare that is undecided is counted apart: nobody can say of it yet that its books
/// agree or that they do not.
#[derive(Default)]
struct Found {
    first: Vec<Value>,
    undecided: u64,
}

impl Listener for Found {
    fn read(&mut self, _book: Book, _rows: usize) {}

    fn disagree(&mut self, disagreement: Disagreement) {
        if disagreement.kind == Kind::Undecided {
            self.undecided = self.undecided.saturating_add(1);
            return;
        }
        if self.first.len() >= MOST {
            return;
        }
        let about = match &disagreement.subject {
            Subject::Fare(id) => format!("fare {id}"),
            Subject::Customer(id) => format!("customer {id}"),
        };
        let kind = disagreement.kind.to_string().replace('_', " ");
        self.first.push(json!({ "about": visible(&about), "kind": kind, "detail": visible(&disagreement.detail) }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fare_that_is_undecided_is_counted_apart_and_no_more_than_the_first_disagreements_are_told() {
        let mut found = Found::default();
        let mut find = |kind: Kind, count: usize| {
            for number in 0..count {
                let subject = Subject::Fare(format!("wr_{number}"));
                found.disagree(Disagreement { subject, kind, detail: "4242424242424242".to_owned() });
            }
        };
        find(Kind::Undecided, MOST + 5);
        find(Kind::NotCaptured, MOST + 5);
        assert_eq!((found.undecided, found.first.len()), (25, MOST));
        let told = json!(found.first).to_string();
        assert!(told.contains("fare wr_0") && told.contains("not captured") && !told.contains("4242"), "{told}");
    }
}
