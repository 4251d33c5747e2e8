//! What reconciliation found, for people and for machines.

use reconciliation::{Disagreement, Outcome, Repair, Subject};
use serde_json::{Value, json};

use super::plain_table::plain_table;

/// How many disagreements a table shows. More than that nobody reads.
const ROWS: usize = 200;

/// The first disagreements, kept for a table.
#[derive(Debug, Default)]
pub struct Disagreements {
    shown: Vec<Disagreement>,
    total: u64,
}

impl Disagreements {
    /// One more. Those that no table would show are only counted.
    pub fn add(&mut self, disagreement: Disagreement) {
        self.total = self.total.saturating_add(1);
        if self.shown.len() < ROWS {
            self.shown.push(disagreement);
        }
    }

    /// How many there were in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The first of them, no more than a table shows.
    pub fn first(&self) -> impl Iterator<Item = &Disagreement> {
        self.shown.iter()
    }

    /// A table of them, one row each, and a line that says how much was read and whether all agrees.
    #[must_use]
    pub fn to_table(&self, outcome: &Outcome, width: u16, colours: bool) -> String {
        let mut text = self.rows_to_table(width, colours);
        let total = self.total;
        let counts = outcome.counts;
        text.push_str(&format!(
            "{} fares, {} payments, {} ledger entries, {} accounts, {} gateway payments, {} refunds: {}\n",
            counts.fares,
            counts.payments,
            counts.entries,
            counts.accounts,
            counts.gateway_payments,
            counts.gateway_refunds,
            match total {
                0 if outcome.all_agree() => "all agree".to_owned(),
                0 => "no disagreement found".to_owned(),
                1 => "1 disagreement".to_owned(),
                total => format!("{total} disagreements"),
            }
        ));
        if counts.unsettled_accounts > 0 {
            let unsettled = counts.unsettled_accounts;
            text.push_str(&format!("{unsettled} accounts kept moving and were not checked: run it again\n"));
        }
        text
    }

    /// A table of them, one row each; nothing where there are none.
    #[must_use]
    pub fn rows_to_table(&self, width: u16, colours: bool) -> String {
        if self.shown.is_empty() {
            return String::new();
        }
        let rows = self.shown.iter().map(|disagreement| {
            let Disagreement { subject, kind, detail } = disagreement;
            let (Subject::Fare(id) | Subject::Customer(id)) = subject;
            let what = if matches!(subject, Subject::Fare(_)) { "fare" } else { "customer" };
            [format!("{what} {id}"), kind.to_string().replace('_', " "), detail.clone(), repair(disagreement)]
        });
        let mut text = plain_table(["about", "disagreement", "what the books say", "what to do"], rows, width, colours);
        let unseen = self.total.saturating_sub(u64::try_from(self.shown.len()).unwrap_or(u64::MAX));
        if unseen > 0 {
            text.push_str(&format!("{unseen} more are not shown; --output json has all of them\n"));
        }
        text
    }
}

/// A disagreement as JSON. The names of its fields and kinds are stable.
#[must_use]
pub fn disagreement_to_json(disagreement: &Disagreement) -> Value {
    let Disagreement { subject, kind, detail } = disagreement;
    let mut value = json!({ "kind": kind, "detail": detail, "repair": repair(disagreement) });
    let (name, id) = match subject {
        Subject::Fare(id) => ("fareId", id),
        Subject::Customer(id) => ("customerId", id),
    };
    if let Value::Object(fields) = &mut value {
        fields.insert(name.to_owned(), json!(id));
    }
    value
}

/// What comes after the disagreements in the JSON document: how much was read, and how many there are of each kind.
#[must_use]
pub fn outcome_to_json(outcome: &Outcome) -> Value {
    json!({ "agree": outcome.all_agree(), "byKind": outcome.by_kind, "counts": outcome.counts })
}

fn repair(disagreement: &Disagreement) -> String {
    match (disagreement.kind.repair(), &disagreement.subject) {
        (Repair::Recover, Subject::Fare(id)) => format!("fare recover {id}"),
        (Repair::Recover, Subject::Customer(_)) | (Repair::Wait, _) => "look again later".to_owned(),
        (Repair::ByHand(what), _) => what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use reconciliation::Kind;

    use super::*;

    fn pending(id: &str) -> Disagreement {
        Disagreement { subject: Subject::Fare(id.to_owned()), kind: Kind::NotRefunded, detail: "2000 usd".to_owned() }
    }

    #[test]
    fn a_disagreement_names_the_command_that_repairs_it() {
        let value = disagreement_to_json(&pending("wr_563"));
        let expected =
            json!({"fareId": "wr_563", "kind": "not_refunded", "detail": "2000 usd", "repair": "fare recover wr_563"});
        assert_eq!(value, expected);
    }

    #[test]
    fn a_table_says_how_many_it_does_not_show() {
        let mut disagreements = Disagreements::default();
        for number in 0..ROWS + 7 {
            disagreements.add(pending(&format!("wr_{number}")));
        }
        let table = disagreements.to_table(&Outcome::default(), 120, false);
        assert!(table.contains("7 more are not shown") && table.ends_with("207 disagreements\n"), "{table}");
    }

    #[test]
    fn agreement_is_one_line() {
        let table = Disagreements::default().to_table(&Outcome::default(), 120, false);
        assert!(table.lines().count() == 1 && table.ends_with("all agree\n"), "{table}");
    }
}
