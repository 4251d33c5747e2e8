//! A stand-in for DynamoDB and Secrets Manager, which gives the least right answer, counts what it is asked, and is quick.

mod dynamodb;
mod expressions;
mod trust;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::{Request, Response, StatusCode};
use serde_json::{Value, json};

use crate::error::Result;
use crate::server::{Reply, Server};
use dynamodb::Tables;

pub(crate) use trust::Trust;

/// How often each operation was asked for, by its name.
pub(crate) type Calls = BTreeMap<String, u64>;

/// The stand-in. It ends when it is dropped.
pub(crate) struct Endpoint {
    server: Server,
    scheme: &'static str,
    shared: Arc<Shared>,
}

struct Shared {
    tables: Mutex<Tables>,
    calls: Mutex<Calls>,
    secret: String,
}

impl Endpoint {
    /// Starts it, with this secret under every name; over TLS if a certificate is given.
    pub(crate) async fn start(trust: Option<&Trust>, secret: &str) -> Result<Self> {
        let (tables, calls) = (Mutex::default(), Mutex::default());
        let shared = Arc::new(Shared { tables, calls, secret: secret.to_owned() });
        let scheme = if trust.is_some() { "https" } else { "http" };
        let for_requests = Arc::clone(&shared);
        let server = Server::start(trust.map(Trust::acceptor), move |request| {
            let shared = Arc::clone(&for_requests);
            async move { shared.handle(request).await }
        });
        Ok(Self { server: server.await?, scheme, shared })
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.server.address)
    }

    /// What was asked since this was called last.
    pub(crate) fn take_calls(&self) -> Calls {
        std::mem::take(&mut *self.shared.calls())
    }
}

impl Shared {
    async fn handle(&self, request: Request<Incoming>) -> hyper::Result<Reply> {
        let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let body = request.into_body().collect().await?.to_bytes();
        *self.calls().entry(operation.clone()).or_default() += 1;
        let answer = self.answer(&operation, &body);
        let (status, body) = match answer {
            Ok(body) => (StatusCode::OK, body),
            Err(body) => (StatusCode::BAD_REQUEST, body),
        };
        let mut reply = Response::new(Full::new(Bytes::from(body.to_string())));
        *reply.status_mut() = status;
        reply
            .headers_mut()
            .insert("content-type", hyper::header::HeaderValue::from_static("application/x-amz-json-1.0"));
        Ok(reply)
    }

    fn answer(&self, operation: &str, body: &[u8]) -> std::result::Result<Value, Value> {
        let request: Value = serde_json::from_slice(body).unwrap_or_default();
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        match operation {
            "PutItem" => tables.put(&request),
            "UpdateItem" => tables.update(&request),
            "GetItem" => Ok(tables.get(&request)),
            // Nobody reads the ledger here; its entries need not be kept.
            "TransactWriteItems" => Ok(json!({})),
            "GetSecretValue" => Ok(self.secret(&request)),
            _ => Err(json!({"__type": "UnknownOperationException", "message": "the stand-in knows no such operation"})),
        }
    }

    fn secret(&self, request: &Value) -> Value {
        let name = request.get("SecretId").and_then(Value::as_str).unwrap_or_default();
        json!({
            "ARN": format!("arn:aws:secretsmanager:eu-west-1:123456789012:secret:{name}-a1b2c3"),
            "Name": name,
            "SecretString": self.secret,
            "VersionId": "8e6a9c10-0000-4000-8000-000000000000",
        })
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many of these calls were DynamoDB's: all but those for a secret.
pub(crate) fn dynamodb_calls(calls: &Calls) -> u64 {
    calls.iter().filter(|(operation, _)| *operation != "GetSecretValue").map(|(_, count)| count).sum()
}

#[cfg(test)]
mod tests;
