//! One fare from its registration to its completion, through the functions' own binaries.

use serde::Serialize;

use crate::endpoint::{Calls, dynamodb_calls};
use crate::error::Result;
use crate::measure::{Plan, difference};
use crate::running::Running;
use crate::subjects::Subject;
use crate::workload::FareIds;

/// What a fare that is collected without a fault asks.
#[derive(Debug, Serialize)]
pub(crate) struct FareCalls {
    /// Of DynamoDB, all functions together.
    pub(crate) dynamodb: u64,
    /// Of the gateway.
    pub(crate) gateway: u64,
    /// All of AWS, by operation. The processes are new, so that the payment function reads its secret.
    pub(crate) aws_calls: Calls,
    /// All of the gateway, by operation.
    pub(crate) gateway_calls: Calls,
}

/// Has these functions handle one fare, one after another.
pub(crate) async fn collect(functions: &[&Subject], plan: &Plan<'_>, ids: &mut FareIds) -> Result<FareCalls> {
    plan.progress.step("collecting one fare through all functions");
    let fare_id = ids.next();
    plan.endpoint.take_calls();
    let before = plan.gateway.calls().await?;
    for function in functions {
        let mut running = Running::start(function, plan.scratch).await?;
        running.invoke(&fare_id).await?;
        running.stop().await;
    }
    let aws_calls = plan.endpoint.take_calls();
    let gateway_calls = difference(&before, &plan.gateway.calls().await?);
    let (dynamodb, gateway) = (dynamodb_calls(&aws_calls), gateway_calls.values().sum());
    Ok(FareCalls { dynamodb, gateway, aws_calls, gateway_calls })
}

#[cfg(test)]
mod tests;
