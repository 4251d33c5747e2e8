//! What was deployed on an engine that outlives the run.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_cloudformation::types::StackStatus;
use tokio::time::{Instant, sleep};

use crate::clients::Clients;
use crate::error::{Error, Result};

const LIMIT: Duration = Duration::from_secs(60);
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// The stacks that are to be taken away when the run is over.
#[derive(Debug, Default)]
pub struct DeployedStacks(Mutex<Vec<Deployed>>);

#[derive(Clone, Debug)]
struct Deployed {
    endpoint: String,
    name: String,
}

impl DeployedStacks {
    /// Notes a stack, whether or not it comes to be.
    pub(super) fn note(&self, endpoint: &str, name: &str) {
        let deployed = Deployed { endpoint: endpoint.to_owned(), name: name.to_owned() };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(deployed);
    }

    /// Whether there is nothing to take away.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Deletes every noted stack, and those whose names go on from its name with a dash, and waits until they are gone.
    ///
    /// # Errors
    /// [`Error::StackLeft`] names what is still there after a minute; [`Error::Aws`] when CloudFormation cannot be asked.
    pub async fn delete_all(&self) -> Result<()> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for Deployed { endpoint, name } in all {
            let clients = Clients::local(&endpoint).await;
            for stack in standing(&clients, &name).await? {
                let request = clients.cloudformation.delete_stack().stack_name(stack);
                request.send().await.map_err(|error| Error::aws("DeleteStack")(error.into()))?;
            }
            let deadline = Instant::now() + LIMIT;
            while let Some(stack) = standing(&clients, &name).await?.into_iter().next() {
                if Instant::now() >= deadline {
                    return Err(Error::StackLeft { stack, endpoint });
                }
                sleep(POLL_INTERVAL).await;
            }
        }
        Ok(())
    }
}

async fn standing(clients: &Clients, name: &str) -> Result<Vec<String>> {
    let mut pages = clients.cloudformation.describe_stacks().into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| Error::aws("DescribeStacks")(error.into()))?;
        let ours = page.stacks().iter().filter(|stack| stack.stack_status() != Some(&StackStatus::DeleteComplete));
        let names = ours.filter_map(|stack| stack.stack_name());
        found.extend(names.filter(|other| belongs_to(other, name)).map(str::to_owned));
    }
    Ok(found)
}

fn belongs_to(stack: &str, name: &str) -> bool {
    stack.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_runs_own_stacks_are_taken_away() {
        assert!(belongs_to("fare-collection-1x2", "fare-collection-1x2"));
        assert!(belongs_to("fare-collection-1x2-simulated", "fare-collection-1x2"));
        assert!(!belongs_to("fare-collection-1x23", "fare-collection-1x2"));
        assert!(!belongs_to("fare-collection", "fare-collection-1x2"));
    }
}
