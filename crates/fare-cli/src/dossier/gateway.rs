//! The payments of one fare at the payment gateway, asked through its API as the payment service does.

use fare_values::{Clock as _, FareId, Millis, SystemClock};
use payment::gateway::{Dated, GatewayError, PaymentIntent, Refund, Session, Transport};
use payment::time::SystemTime;

use crate::books::gateway;
use crate::error::Result;
use crate::stack::Stack;

/// How long one question may take, with all its attempts. Milliseconds.
const PATIENCE: i64 = 30_000;

/// A payment at the gateway, and what was given back of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayIntent {
    /// The payment as it stands.
    pub intent: Dated<PaymentIntent>,
    /// Its refunds.
    pub refunds: Vec<Dated<Refund>>,
}

/// The payments of a fare: those that the search finds, and the one on record, which it may not know yet.
pub(crate) async fn at_gateway(stack: &Stack, fare_id: &FareId, known: Option<&str>) -> Result<Vec<GatewayIntent>> {
    let gateway = gateway(stack)?;
    let session = || gateway.until(Millis(SystemClock.now().0.saturating_add(PATIENCE)), &SystemTime);
    let mut found = session().search(fare_id).await?;
    if let Some(known) = known.filter(|known| found.iter().all(|intent| intent.id != *known)) {
        match session().retrieve(known).await {
            Ok(intent) if session().is_for(&intent, fare_id) => found.push(intent),
            // The record has the id of another fare's payment, or of nobody's.
            Ok(_) => {}
            // It has no such payment, or the record's id is none that it could have.
            Err(GatewayError::Refused { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let mut intents = Vec::new();
    for PaymentIntent { id, .. } in found {
        let intent = session().dated(&id).await?;
        let refunds = refunds_of(&session(), &intent.object).await?;
        intents.push(GatewayIntent { intent, refunds });
    }
    intents.sort_by(|one, other| {
        let key = |it: &GatewayIntent| (it.intent.created, it.intent.object.id.clone());
        key(one).cmp(&key(other))
    });
    Ok(intents)
}

async fn refunds_of<T: Transport>(
    session: &Session<'_, T, SystemTime>,
    intent: &PaymentIntent,
) -> Result<Vec<Dated<Refund>>> {
    // What was not captured cannot be refunded.
    if intent.amount_received == 0 { Ok(Vec::new()) } else { Ok(session.dated_refunds_of(&intent.id).await?) }
}
