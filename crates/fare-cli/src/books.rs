//! The books of a deployed stack, for reconciling.

use std::time::Duration;

use payment::gateway::{Authorities, Gateway, HttpTransport, SecretsManagerKey};
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
    let gateway = GatewayAccount::new(gateway(stack)?);
    Ok(StackBooks::new(Tables::new(stack.clients.dynamodb.clone(), names), gateway))
}

/// The gateway's account of a stack. Its key is read from its secret when it is asked first.
pub(crate) fn gateway(stack: &Stack) -> Result<Gateway<HttpTransport<SecretsManagerKey>>> {
    let outputs = &stack.outputs;
    let key = SecretsManagerKey::new(stack.clients.secrets.clone(), &outputs.gateway_secret_id);
    let transport = HttpTransport::new(&outputs.gateway_url, Authorities::System, key)?;
    Ok(Gateway::new(transport, &outputs.gateway_namespace, GATEWAY_TIMEOUT))
}
