//! The books of a deployed stack, for reconciling.

use std::time::Duration;

use payment::gateway::{Gateway, HttpTransport, SecretsManagerKey};
use reconciliation::adapters::{GatewayAccount, StackBooks, Tables, TablesOf};

use crate::error::Result;
use crate::stack::Stack;

/// How long one answer of the gateway is waited for.
const GATEWAY_TIMEOUT: Duration = Duration::from_secs(20);

/// The tables and the gateway's account of a stack. The gateway's key is read from its secret when it is asked first.
///
/// # Errors
/// When the gateway's address is none that may be used.
pub fn books(stack: &Stack) -> Result<StackBooks<HttpTransport<SecretsManagerKey>>> {
    let outputs = &stack.outputs;
    let names = TablesOf {
        fares: outputs.fares_table.clone(),
        payments: outputs.payments_table.clone(),
        ledger: outputs.ledger_table.clone(),
    };
    let key = SecretsManagerKey::new(stack.clients.secrets.clone(), &outputs.gateway_secret_id);
    let gateway =
        Gateway::new(HttpTransport::new(&outputs.gateway_url, key)?, &outputs.gateway_namespace, GATEWAY_TIMEOUT);
    Ok(StackBooks::new(Tables::new(stack.clients.dynamodb.clone(), names), GatewayAccount::new(gateway)))
}
