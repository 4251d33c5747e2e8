//! Everything that is on record about one fare: its executions, the three tables, the payment gateway.

mod executions;
mod gateway;
mod moments;

use fare_values::FareId;

pub use executions::{Machine, Run};
pub use gateway::GatewayIntent;
pub(crate) use gateway::at_gateway;
#[cfg(test)]
pub(crate) use moments::tests::collected;
pub use moments::{Moment, Source, moments};

use crate::error::{Error, Result};
use crate::observe::{self, FareRecord, LedgerEntries, PaymentRecord};
use crate::stack::Stack;

/// What every book says about one fare. Nothing of how it is paid.
#[derive(Clone, Debug)]
pub struct Dossier {
    /// The fare's id.
    pub fare_id: String,
    /// What `register-fare` has of it.
    pub fare: Option<FareRecord>,
    /// What `payment` has of it.
    pub payment: Option<PaymentRecord>,
    /// What `customer-accounting` has of it.
    pub entries: LedgerEntries,
    /// Its payments at the gateway, of which there is one as a rule; `None` where the gateway could not be asked.
    pub gateway: Option<Vec<GatewayIntent>>,
    /// Its executions, oldest first: of the machine that collects, and of the one that recovers.
    pub runs: Vec<Run>,
    /// What was not looked at, as sentences.
    pub left_out: Vec<String>,
}

impl Dossier {
    /// Gathers everything about a fare.
    ///
    /// # Errors
    /// [`Error::NoFare`] when nothing knows of it; others when something cannot be asked.
    pub async fn of(stack: &Stack, id: &FareId) -> Result<Self> {
        let fare_id = id.as_str();
        let (fare, payment, entries, (runs, left_out)) = futures::try_join!(
            observe::fare(stack, fare_id),
            observe::payment(stack, fare_id),
            observe::ledger_entries(stack, fare_id),
            executions::runs(stack, fare_id),
        )?;
        let mut left_out: Vec<String> = left_out.into_iter().collect();
        let known = payment.as_ref().and_then(|payment| payment.payment_id.as_deref());
        let at_gateway = at_gateway(stack, id, known).await;
        let nothing = fare.is_none() && payment.is_none() && entries == LedgerEntries::default();
        let nothing = nothing && runs.is_empty();
        let gateway = match at_gateway {
            Ok(intents) if nothing && intents.is_empty() => return Err(Error::NoFare),
            Ok(intents) => Some(intents),
            Err(error) if nothing => return Err(error),
            // What is known without it is worth showing, to whoever looks for what is wrong most of all.
            Err(error) => {
                left_out.push(error.in_full());
                None
            }
        };
        Ok(Self { fare_id: fare_id.to_owned(), fare, payment, entries, gateway, runs, left_out })
    }
}
