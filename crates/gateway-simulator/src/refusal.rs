//! Refusals in the shape of Stripe's error object.

use serde_json::{Map, Value, json};

/// The field of an error that tells where the request's log is.
pub(crate) const REQUEST_LOG: &str = "request_log_url";

/// Whether a refusal came before or out of the execution of a request. Only the latter is kept under the idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Stage {
    /// The request was turned away before anything ran: nothing is kept.
    BeforeExecution,
    /// The endpoint ran and this is its outcome: kept.
    Execution,
}

/// A request refused, with the HTTP status and the `error` object that say why.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Refusal {
    status: u16,
    stage: Stage,
    should_retry: Option<bool>,
    retry_after_seconds: Option<u64>,
    error: Map<String, Value>,
}

impl Refusal {
    /// 400 about a parameter, before anything ran.
    pub(crate) fn invalid(code: Option<&str>, parameter: &str, message: impl Into<String>) -> Self {
        let refusal = Self::new(400, "invalid_request_error", message).with("param", parameter);
        match code {
            Some(code) => refusal.with_code(code),
            None => refusal,
        }
    }

    /// 404 for an object that the path names and nobody has made.
    pub(crate) fn no_such(noun: &str, id: &str, parameter: &str) -> Self {
        Self::missing(404, noun, id, parameter)
    }

    /// 400 for an object that a parameter names and nobody has made.
    pub(crate) fn no_such_parameter(noun: &str, id: &str, parameter: &str) -> Self {
        Self::missing(400, noun, id, parameter)
    }

    /// 401. The message never repeats what was sent.
    pub(crate) fn unauthorised(message: &str) -> Self {
        Self::new(401, "invalid_request_error", message)
    }

    /// 400 for a key that was used for something else.
    pub(crate) fn idempotency(message: impl Into<String>) -> Self {
        Self::new(400, "idempotency_error", message).never_retry()
    }

    /// 402 from the card's issuer.
    pub(crate) fn card(code: &str, decline_code: Option<&str>, message: &str) -> Self {
        let refusal = Self::new(402, "card_error", message).with_code(code).executed().never_retry();
        match decline_code {
            Some(decline_code) => refusal.with("decline_code", decline_code),
            None => refusal,
        }
    }

    /// 400 because the intent's status does not allow this.
    pub(crate) fn unexpected_state(message: impl Into<String>, intent: Value) -> Self {
        Self::new(400, "invalid_request_error", message)
            .with_code("payment_intent_unexpected_state")
            .with("payment_intent", intent)
            .executed()
            .never_retry()
    }

    /// 503 from in front of the API: the request reached nothing that could remember it.
    pub(crate) fn unavailable() -> Self {
        let refusal = Self::new(503, "api_error", "The service is temporarily unavailable. Please try again.");
        Self { should_retry: Some(true), ..refusal }
    }

    /// 500, about which nobody knows more.
    pub(crate) fn server_error() -> Self {
        Self::new(500, "api_error", "An unexpected error occurred. The outcome of the request is not known.")
    }

    /// 424 because something behind the API failed.
    pub(crate) fn failed_dependency() -> Self {
        Self::new(424, "api_error", "The request could not be completed due to a failure in an external dependency.")
    }

    /// 409 because a request under the same key is being executed.
    pub(crate) fn key_in_use(key: Option<&str>) -> Self {
        let message = format!(
            "There is currently another in-progress request using this Idempotent Key (that probably means you submitted \
             twice, and the other request is still going through): {}. Please try again later.",
            key.unwrap_or_default()
        );
        Self::new(409, "invalid_request_error", message).with_code("idempotency_key_in_use")
    }

    /// 429 because another request has the intent.
    pub(crate) fn lock_timeout() -> Self {
        let message = "This object cannot be accessed right now because another API request or process is currently \
                       accessing it. If you see this error intermittently, retry the request.";
        Self::new(429, "invalid_request_error", message).with_code("lock_timeout")
    }

    /// 429 because of too many requests.
    pub(crate) fn rate_limited(retry_after_seconds: u64) -> Self {
        let refusal = Self::new(429, "invalid_request_error", "Request rate limit exceeded.").with_code("rate_limit");
        Self { retry_after_seconds: Some(retry_after_seconds), ..refusal }
    }

    /// 401 for a key that was good a moment ago.
    pub(crate) fn expired_key() -> Self {
        Self::unauthorised("Expired API Key provided.").with_code("api_key_expired")
    }

    /// 404 for a path or method that the API does not have. Nothing of the path is repeated.
    pub(crate) fn unrecognised() -> Self {
        Self::new(
            404,
            "invalid_request_error",
            "Unrecognized request URL. This simulator knows PaymentIntents and Refunds.",
        )
    }

    /// 400 without a parameter to blame.
    pub(crate) fn malformed(message: &str) -> Self {
        Self::new(400, "invalid_request_error", message)
    }

    /// Marks this as an outcome of execution, which idempotency keeps.
    pub(crate) fn executed(self) -> Self {
        Self { stage: Stage::Execution, ..self }
    }

    /// Adds a field to the error object.
    pub(crate) fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.error.insert(field.to_owned(), value.into());
        self
    }

    pub(crate) fn status(&self) -> u16 {
        self.status
    }

    pub(crate) fn stage(&self) -> Stage {
        self.stage
    }

    pub(crate) fn should_retry(&self) -> Option<bool> {
        self.should_retry
    }

    pub(crate) fn retry_after_seconds(&self) -> Option<u64> {
        self.retry_after_seconds
    }

    /// The id of the intent that the error object carries.
    pub(crate) fn intent_id(&self) -> Option<&str> {
        self.error.get("payment_intent")?.get("id")?.as_str()
    }

    /// The body of the answer. That of an API request tells where the request's log is, as Stripe's does.
    pub(crate) fn body(&self, request_id: Option<&str>) -> Value {
        let log = request_id.map(|id| format!("https://dashboard.stripe.com/test/logs/{id}"));
        let mut error = self.error.clone();
        error.extend(log.map(|url| (REQUEST_LOG.to_owned(), url.into())));
        json!({ "error": error })
    }

    fn new(status: u16, kind: &str, message: impl Into<String>) -> Self {
        let error = Map::new();
        Self { status, stage: Stage::BeforeExecution, should_retry: None, retry_after_seconds: None, error }
            .with("type", kind)
            .with("message", message.into())
    }

    fn missing(status: u16, noun: &str, id: &str, parameter: &str) -> Self {
        Self::new(status, "invalid_request_error", format!("No such {noun}: '{id}'"))
            .with_code("resource_missing")
            .with("param", parameter)
    }

    /// Adds the code and where Stripe explains it.
    pub(crate) fn with_code(self, code: &str) -> Self {
        self.with("code", code).with("doc_url", doc_url(code))
    }

    fn never_retry(self) -> Self {
        Self { should_retry: Some(false), ..self }
    }
}

/// Where Stripe explains an error code.
pub(crate) fn doc_url(code: &str) -> String {
    format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_its_code_and_where_it_is_explained() {
        let body = Refusal::invalid(Some("amount_too_small"), "amount", "Too small.").body(None);
        assert_eq!(body["error"]["code"], "amount_too_small");
        assert_eq!(body["error"]["doc_url"], "https://stripe.com/docs/error-codes/amount-too-small");
    }

    #[test]
    fn only_outcomes_of_execution_are_kept() {
        assert_eq!(Refusal::card("card_declined", None, "no").stage(), Stage::Execution);
        assert_eq!(Refusal::unavailable().stage(), Stage::BeforeExecution);
        assert_eq!(Refusal::invalid(None, "amount", "bad").stage(), Stage::BeforeExecution);
    }
}
