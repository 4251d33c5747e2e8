//! What is on record about one fare, book by book, each line with the state that made it so.

mod sections;

use std::collections::BTreeMap;
use std::time::Duration;

use fare_values::FareId;
use serde_json::Value;
use tokio::time::Instant;

use super::runs::Runs;
use crate::console::queues::{self, Message};
use crate::console::shared::Shared;
use crate::dossier::{GatewayIntent, at_gateway};
use crate::error::Result;
use crate::observe::{self, Account, FareRecord, GatewayView, Holdings, LedgerEntries, LogEntry, PaymentRecord};
use crate::report::visible;

/// How often the API of a gateway is asked that has no view. It counts questions.
const ASKING_THE_GATEWAY: Duration = Duration::from_secs(10);

/// What every book says about a fare.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub(super) fare: Option<FareRecord>,
    pub(super) payment: Option<PaymentRecord>,
    pub(super) entries: LedgerEntries,
    pub(super) account: Option<Account>,
    pub(super) gateway: AtGateway,
    asked_at: Option<Instant>,
    /// Whether an execution was at work when the books were read, so that what they say may be overtaken.
    read_at_work: bool,
    /// The messages that were seen in a queue, by id, and whether they are still there.
    pub(super) messages: BTreeMap<String, (Message, bool)>,
    /// How many messages lie in each queue, where they cannot be looked at.
    counts: Vec<(&'static str, u64)>,
    looked: bool,
}

/// What is known from the gateway.
#[derive(Debug, Default)]
pub(super) enum AtGateway {
    /// Not asked yet.
    #[default]
    Unknown,
    /// The simulator's own view.
    View(Holdings, Vec<LogEntry>),
    /// Its API, asked as the payment service does.
    Intents(Vec<GatewayIntent>),
    /// It cannot be asked.
    Silent(String),
}

impl Records {
    pub(super) async fn look(&mut self, shared: &Shared, fare_id: &str, runs: &Runs) -> Result<()> {
        let stack = &shared.stack;
        if self.read_at_work && !runs.at_work() {
            // It has ended since the gateway was asked.
            self.asked_at = None;
        }
        (self.fare, self.payment, self.entries) = futures::try_join!(
            observe::fare(stack, fare_id),
            observe::payment(stack, fare_id),
            observe::ledger_entries(stack, fare_id),
        )?;
        if let Some(customer) = self.customer().map(str::to_owned) {
            self.account = observe::account(stack, &customer).await?;
        }
        self.look_at_gateway(shared, fare_id).await;
        self.look_at_queues(shared, runs).await?;
        (self.looked, self.read_at_work) = (true, runs.at_work());
        Ok(())
    }

    /// The other books are worth showing without the gateway.
    async fn look_at_gateway(&mut self, shared: &Shared, fare_id: &str) {
        let found = if shared.stack.gateway_view_url.is_some() {
            viewed(shared, fare_id).await
        } else {
            if self.asked_at.is_some_and(|at| at.elapsed() < ASKING_THE_GATEWAY) {
                return;
            }
            self.asked_at = Some(Instant::now());
            let known = self.payment.as_ref().and_then(|payment| payment.payment_id.as_deref());
            match FareId::new(fare_id) {
                Ok(id) => at_gateway(&shared.stack, &id, known).await.map(AtGateway::Intents),
                Err(_) => Ok(AtGateway::Intents(Vec::new())),
            }
        };
        self.gateway = found.unwrap_or_else(|error| AtGateway::Silent(visible(&error.in_full())));
    }

    async fn look_at_queues(&mut self, shared: &Shared, runs: &Runs) -> Result<()> {
        let seen = queues::seen(shared).await?;
        self.counts.clone_from(&seen.counts);
        self.messages.values_mut().for_each(|(_, there)| *there = false);
        let ours = |message: &&Message| {
            let execution = message.execution.as_deref();
            runs.all().iter().any(|run| execution == Some(run.described.arn.as_str()))
        };
        for message in seen.messages.iter().filter(ours) {
            self.messages.insert(message.id.clone(), (message.clone(), true));
        }
        Ok(())
    }

    fn customer(&self) -> Option<&str> {
        let of_entry = || self.entries.credit.as_ref()?.customer_id.as_deref();
        self.fare.as_ref().and_then(|fare| fare.customer_id.as_deref()).or_else(of_entry)
    }

    /// Whether any book knows the fare.
    pub(super) fn is_known(&self) -> bool {
        self.fare.is_some() || self.payment.is_some() || self.entries != LedgerEntries::default()
    }

    /// The sections of the page, by name.
    pub(super) fn to_json(&self, runs: &Runs) -> Vec<(&'static str, Value)> {
        if self.looked { sections::all(self, runs) } else { Vec::new() }
    }
}

async fn viewed(shared: &Shared, fare_id: &str) -> Result<AtGateway> {
    let view = GatewayView::of(&shared.stack)?;
    let reference = shared.stack.fare_reference(fare_id);
    let (holdings, log) = futures::try_join!(view.holdings(&reference), view.log(Some(&reference)))?;
    Ok(AtGateway::View(holdings, log))
}
