//! What a client asks, as far as the gateway cares.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::route::{Operation, Route};

/// The HTTP method of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Reads; parameters come in the query.
    Get,
    /// Writes; parameters come in the form-encoded body.
    Post,
    /// Anything else. The gateway recognises no such request.
    Other,
}

/// One HTTP request. Headers that do not matter to the gateway are left out.
///
/// `Debug` shows neither the bearer token nor any parameter, so that a request may be printed anywhere. Serialisation leaves
/// the bearer token out; [`for_journal`](Self::for_journal) leaves out everything that must not be written down.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path, starting with a slash, without the query.
    pub path: String,
    /// The raw query, percent-encoded, without the question mark.
    pub query: String,
    /// The raw `Authorization` header.
    #[serde(skip)]
    pub authorization: Option<String>,
    /// The raw `Idempotency-Key` header.
    pub idempotency_key: Option<String>,
    /// The raw `Stripe-Version` header.
    pub stripe_version: Option<String>,
    /// The raw form-encoded body.
    pub body: String,
}

impl Request {
    /// A read with these query parameters (unencoded), not authorised yet.
    pub fn get(path: &str, query: &[(&str, &str)]) -> Self {
        Self { query: encode(query), ..Self::bare(Method::Get, path) }
    }

    /// A write with these form parameters (unencoded), not authorised yet.
    pub fn post(path: &str, form: &[(&str, &str)]) -> Self {
        Self { body: encode(form), ..Self::bare(Method::Post, path) }
    }

    /// The same request, authorised with this secret key.
    #[must_use]
    pub fn with_api_key(mut self, key: &str) -> Self {
        self.authorization = Some(format!("Bearer {key}"));
        self
    }

    /// The same request under this idempotency key.
    #[must_use]
    pub fn with_idempotency_key(mut self, key: &str) -> Self {
        self.idempotency_key = Some(key.to_owned());
        self
    }

    /// What this request asks for.
    pub fn operation(&self) -> Operation {
        Route::of(self).operation
    }

    /// Whether this is about the simulator itself rather than for the API that it stands in for.
    pub(crate) fn is_for_the_simulator(&self) -> bool {
        self.path.starts_with("/_simulator/")
    }

    fn bare(method: Method, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            query: String::new(),
            authorization: None,
            idempotency_key: None,
            stripe_version: None,
            body: String::new(),
        }
    }

    /// Where this request carries its parameters.
    pub(crate) fn parameters(&self) -> &str {
        match self.method {
            Method::Get | Method::Other => &self.query,
            Method::Post => &self.body,
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

fn encode(pairs: &[(&str, &str)]) -> String {
    // Pairs of strings always encode; the error exists for shapes that a form cannot carry.
    serde_urlencoded::to_string(pairs).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_request_shows_no_secret_and_no_parameter() {
        let request = Request::post("/v1/refunds", &[("payment_intent", "pi_hidden")]).with_api_key("sk_test_hidden");
        assert!(!format!("{request:?}").contains("hidden"));
    }

    #[test]
    fn parameters_are_form_encoded() {
        let request = Request::post("/v1/payment_intents", &[("metadata[a b]", "c&d=é")]);
        assert_eq!(request.body, "metadata%5Ba+b%5D=c%26d%3D%C3%A9");
    }
}
