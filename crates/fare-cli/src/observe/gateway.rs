//! What the payment gateway holds and what was asked of it, from the simulator's read-only view.

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::stack::Stack;

/// What the gateway holds for one fare, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Holdings {
    /// How many payment intents there are.
    pub intents: u64,
    /// Authorised, and neither captured nor void.
    pub held: i64,
    /// Captured in all, also what was refunded later.
    pub captured: i64,
    /// Refunded in all.
    pub refunded: i64,
}

/// One request that the gateway got.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct LogEntry {
    /// The order in which the gateway worked them off.
    pub sequence: u64,
    /// Milliseconds since the epoch.
    pub at: i64,
    /// `authorise`, `capture`, `void`, `refund`, `retrieve`, `search`, …
    pub operation: String,
    /// The payment intent it was about, where there is one.
    pub payment_intent: Option<String>,
    /// The fare it was about, where it is known.
    pub fare_reference: Option<String>,
    /// Minor units.
    pub amount: Option<i64>,
    /// Lower-case ISO 4217 code.
    pub currency: Option<String>,
    /// The idempotency key it came with.
    pub idempotency_key: Option<String>,
    /// Whether the answer was a stored one, given again.
    pub replayed: bool,
    /// The HTTP status of the answer.
    pub status: u16,
    /// `hold_placed`, `captured`, `voided`, `refunded` or `none`.
    pub effect: String,
    /// The fault that struck, by the simulator's name for it.
    pub fault: Option<String>,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<LogEntry>,
}

/// The simulator's own pages. Cheap to clone; keep one for many questions.
#[derive(Clone, Debug)]
pub struct GatewayView {
    client: reqwest::Client,
    base: String,
}

impl GatewayView {
    /// The pages of a stack's gateway.
    ///
    /// # Errors
    /// When the stack's gateway has none.
    pub fn of(stack: &Stack) -> Result<Self> {
        let base = stack.gateway_view_url.as_deref().ok_or(Error::NoGatewayView)?;
        Ok(Self { client: loopback_client()?, base: format!("{base}/_simulator") })
    }

    /// What the gateway holds under this reference; all zero where it knows nothing of it.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn holdings(&self, fare_reference: &str) -> Result<Holdings> {
        self.get("holdings", Some(fare_reference)).await
    }

    /// Every request that the gateway got, or every one about this reference, in its order.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn log(&self, fare_reference: Option<&str>) -> Result<Vec<LogEntry>> {
        self.get::<Log>("log", fare_reference).await.map(|log| log.entries)
    }

    /// The faults that are still to strike, as the simulator shows them.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn faults(&self) -> Result<Value> {
        self.get("faults", None).await
    }

    /// Sends a form to one of the pages that change something, such as `faults` or `clock`.
    ///
    /// # Errors
    /// When the gateway refuses the form or does not answer.
    pub async fn tell(&self, page: &str, form: &[(&str, String)]) -> Result<()> {
        let request = self.client.post(format!("{}/{page}", self.base)).form(form);
        let answer = request.send().await.and_then(reqwest::Response::error_for_status);
        answer.map(drop).map_err(|source| Error::GatewayView { source })
    }

    async fn get<T: DeserializeOwned>(&self, page: &str, fare_reference: Option<&str>) -> Result<T> {
        let failed = |source| Error::GatewayView { source };
        let request = self.client.get(format!("{}/{page}", self.base));
        let request = request.query(&fare_reference.map(|reference| ("fare_reference", reference)).as_slice());
        let answer = request.send().await.and_then(reqwest::Response::error_for_status).map_err(failed)?;
        answer.json().await.map_err(failed)
    }
}

/// What the gateway holds for the fare; all zero where it knows nothing of it.
///
/// # Errors
/// When the stack's gateway has no view or it does not answer.
pub async fn holdings(stack: &Stack, fare_id: &str) -> Result<Holdings> {
    GatewayView::of(stack)?.holdings(&stack.fare_reference(fare_id)).await
}

/// Every request about the fare that the gateway got, in its order.
///
/// # Errors
/// When the stack's gateway has no view or it does not answer.
pub async fn gateway_log(stack: &Stack, fare_id: &str) -> Result<Vec<LogEntry>> {
    GatewayView::of(stack)?.log(Some(&stack.fare_reference(fare_id))).await
}

/// How long somebody on this machine may keep silent before it is taken for gone.
const SILENCE: Duration = Duration::from_secs(30);

/// A client for what listens on this machine: never through a proxy.
pub(crate) fn loopback_client() -> Result<reqwest::Client> {
    // The first caller of the process installs the provider; that another one was first is as good.
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().read_timeout(SILENCE).build().map_err(|source| Error::GatewayView { source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_simulators_answers_are_read() {
        let holdings = r#"{"fare_reference":"s/f","intents":1,"held":0,"captured":2000,"refunded":0}"#;
        let holdings: Holdings = serde_json::from_str(holdings).unwrap();
        assert_eq!(holdings, Holdings { intents: 1, held: 0, captured: 2000, refunded: 0 });

        let log = r#"{"entries":[{"sequence":1,"at":5,"operation":"authorise","payment_intent":null,
            "fare_reference":"s/f","amount":2000,"currency":"usd","idempotency_key":"k","replayed":false,
            "status":402,"effect":"none","fault":"refused"}]}"#;
        let log: Log = serde_json::from_str(log).unwrap();
        assert_eq!((log.entries[0].status, log.entries[0].fault.as_deref()), (402, Some("refused")));
    }
}
