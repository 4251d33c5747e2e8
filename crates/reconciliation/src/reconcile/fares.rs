//! Fare by fare: what the books say together.

use std::collections::BTreeMap;

use fare_values::FareId;
use futures::StreamExt as _;
use serde::{Deserialize, Serialize};

use super::{Listener, QUESTIONS_AT_ONCE, ReconcileError, Run, count, shown};
use crate::books::{Book, Books, ReadError};
use crate::disagreement::Subject;
use crate::facts::{Fact, FareFacts};
use crate::rules::judge;
use crate::spill::Spill;

/// A fact under its fare, or only that the fare is to be looked at.
#[derive(Serialize, Deserialize)]
pub(super) enum OfFare {
    Fact(Fact),
    LookAt,
}

/// What was read of one fare.
#[derive(Default)]
struct Known {
    facts: FareFacts,
    /// Whether the fare must be looked at whatever the facts say.
    look: bool,
}

impl Known {
    fn add(&mut self, row: OfFare) {
        match row {
            OfFare::Fact(fact) => self.facts.add(fact),
            OfFare::LookAt => self.look = true,
        }
    }
}

impl<B: Books, L: Listener> Run<'_, B, L> {
    pub(super) async fn judge_fares(&mut self) -> Result<(), ReconcileError> {
        let by_fare = std::mem::replace(&mut self.by_fare, Spill::new(&self.settings.directory)?);
        for group in by_fare.fold(Known::add) {
            let mut suspects = Vec::new();
            for (fare_id, known) in self.with_entries(group?).await? {
                let findings = judge(&known.facts, self.settings.time);
                if FareId::new(&fare_id).is_err() {
                    // No service writes such an id, so nothing moves here, and nothing can be asked about it.
                    for finding in findings {
                        self.tell(Subject::Fare(shown(&fare_id)), finding);
                    }
                } else if known.look || !findings.is_empty() {
                    let payments = known.facts.gateway.into_iter().map(|payment| payment.id);
                    suspects.push((fare_id, payments.collect::<Vec<_>>()));
                }
            }
            self.confirm(suspects).await?;
        }
        Ok(())
    }

    /// What is known of each fare, with its entries where they were not read before.
    async fn with_entries(&mut self, group: BTreeMap<String, Known>) -> Result<Vec<(String, Known)>, ReconcileError> {
        if self.reads_whole_ledger() {
            return Ok(group.into_iter().collect());
        }
        let books = self.books;
        let mut read = futures::stream::iter(group)
            .map(async |(fare_id, mut known)| {
                if FareId::new(&fare_id).is_ok() {
                    let entries = books.entries(&fare_id).await?;
                    entries.into_iter().for_each(|entry| known.facts.add(entry));
                }
                Ok::<_, ReadError>((fare_id, known))
            })
            .buffer_unordered(QUESTIONS_AT_ONCE);
        let mut fares = Vec::new();
        while let Some(fare) = read.next().await {
            fares.push(fare?);
        }
        drop(read);
        for (fare_id, known) in &fares {
            self.listener.read(Book::Ledger, known.facts.entries.len());
            let own = known.facts.fare.as_ref().map(|fare| fare.customer_id.as_str());
            for entry in &known.facts.entries {
                self.keep_entry(entry)?;
                if own != Some(entry.customer_id.as_str()) {
                    self.astray.insert(fare_id.clone());
                }
            }
        }
        Ok(fares)
    }

    /// Looks at suspects as they stand now, and tells what is still wrong with them.
    async fn confirm(&mut self, suspects: Vec<(String, Vec<String>)>) -> Result<(), ReconcileError> {
        count(&mut self.outcome.counts.looked_at_again, suspects.len());
        let books = self.books;
        let mut looks = futures::stream::iter(suspects)
            .map(async |(fare_id, payment_ids)| {
                let facts = books.look(&fare_id, &payment_ids).await?;
                Ok::<_, ReadError>((fare_id, facts))
            })
            .buffered(QUESTIONS_AT_ONCE);
        while let Some(look) = looks.next().await {
            let (fare_id, facts) = look?;
            for finding in judge(&facts, self.settings.time) {
                self.tell(Subject::Fare(fare_id.clone()), finding);
            }
        }
        Ok(())
    }
}
