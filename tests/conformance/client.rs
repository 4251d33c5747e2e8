//! The clients that ask the tables: one that asks once, and such as lose an answer and ask again.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::BeforeDeserializationInterceptorContextMut;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents, StalledStreamProtectionConfig};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::types::{DeleteRequest, WriteRequest};
use fare_cli::Stack;
use function_host::Item;

use crate::sequence::Delivery;

/// How many writes go into one request (DynamoDB API reference, BatchWriteItem).
const WRITES_AT_A_TIME: usize = 25;

/// A table, and how one lane asks it.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// Never sends a request again, since what then comes back is another answer.
    pub(crate) client: Client,
    losing: Client,
    first_answer: FirstAnswer,
}

impl Table {
    pub(crate) fn new(stack: &Stack, name: impl Into<String>) -> Self {
        let base = stack.clients.dynamodb.config().to_builder();
        // Looking out for slow streams costs more than the requests themselves.
        let base = base.stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        let retry = RetryConfig::standard().with_max_attempts(2).with_initial_backoff(Duration::from_millis(1));
        let first_answer = FirstAnswer::default();
        Self {
            name: name.into(),
            client: Client::from_conf(base.clone().retry_config(RetryConfig::disabled()).build()),
            losing: Client::from_conf(base.retry_config(retry).interceptor(first_answer.clone()).build()),
            first_answer,
        }
    }

    /// A client for one operation; for one at a time, if an answer is to be lost.
    pub(crate) fn client_for(&self, delivery: Delivery) -> Client {
        match delivery {
            Delivery::Once => self.client.clone(),
            Delivery::Again => {
                self.first_answer.is_due.store(true, Ordering::Relaxed);
                self.losing.clone()
            }
        }
    }

    /// Takes the items under these keys away. The engine looks at each that lies in a table whenever it is asked for some,
    /// and whoever reads the tables afterwards finds nothing that no fare explains.
    pub(crate) async fn take_away(&self, keys: Vec<Item>) {
        for keys in keys.chunks(WRITES_AT_A_TIME) {
            let writes = keys.iter().map(|key| {
                let delete = DeleteRequest::builder().set_key(Some(key.clone())).build().expect("it is complete");
                WriteRequest::builder().delete_request(delete).build()
            });
            let mut left = HashMap::from([(self.name.clone(), writes.collect())]);
            while !left.is_empty() {
                let answer = self.client.batch_write_item().set_request_items(Some(left)).send().await;
                left = answer.expect("items can be taken away").unprocessed_items.unwrap_or_default();
            }
        }
    }
}

/// Makes a 500 of the next answer, upon which the client sends the request again.
#[derive(Clone, Debug, Default)]
struct FirstAnswer {
    is_due: Arc<AtomicBool>,
}

impl Intercept for FirstAnswer {
    fn name(&self) -> &'static str {
        "FirstAnswer"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.is_due.swap(false, Ordering::Relaxed) {
            *context.response_mut().status_mut() = 500_u16.try_into()?;
        }
        Ok(())
    }
}
