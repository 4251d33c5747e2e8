//! The running server, the library's client for it, and what it says about the money.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use stripe::{ApiErrors, Client, ClientBuilder, IdempotencyKey, RequestStrategy, StripeError};
use stripe_core::payment_intent::{CapturePaymentIntent, CreatePaymentIntent};
use stripe_core::{
    PaymentIntent, PaymentIntentAllowedPaymentMethodTypes, PaymentIntentCaptureMethod, PaymentIntentStatus,
};
use stripe_types::Currency;

/// A server on a free port, killed with the test that started it.
pub(crate) struct Simulator {
    child: Child,
    url: String,
    admin: reqwest::Client,
    /// The library's client, authorised with a test key.
    pub(crate) client: Client,
}

impl Simulator {
    pub(crate) fn start() -> Self {
        // Even a client that only speaks plain HTTP wants a TLS provider to be there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut server = Command::new(env!("CARGO_BIN_EXE_gateway-simulator"));
        let mut child = server.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("gateway-simulator listening on ").expect("the ready line").to_owned();
        let client = ClientBuilder::new("sk_test_simulator").url(url.clone()).build().unwrap();
        let admin = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { child, url, admin, client }
    }

    /// The library's client with a key and a strategy of the test's own.
    pub(crate) fn client_with(&self, key: &str, strategy: RequestStrategy) -> Client {
        ClientBuilder::new(key).url(self.url.clone()).request_strategy(strategy).build().unwrap()
    }

    /// Holds 20 dollars with this payment method.
    pub(crate) async fn held(&self, payment_method: &str) -> PaymentIntent {
        let intent = hold(payment_method).send(&self.client).await.unwrap();
        assert_eq!(intent.status, PaymentIntentStatus::RequiresCapture);
        intent
    }

    /// Holds and captures 20 dollars with this payment method.
    pub(crate) async fn captured(&self, payment_method: &str) -> PaymentIntent {
        let intent = self.held(payment_method).await;
        CapturePaymentIntent::new(intent.id).send(&self.client).await.unwrap()
    }

    /// Held, captured and refunded on the fare's reference, in minor units.
    pub(crate) async fn money(&self) -> (u64, u64, u64) {
        let holdings = self.view("holdings?fare_reference=test/wr_563").await;
        let of = |name: &str| holdings[name].as_u64().unwrap();
        (of("held"), of("captured"), of("refunded"))
    }

    /// The log's entries for one operation, oldest first.
    pub(crate) async fn log(&self, operation: &str) -> Vec<Value> {
        let mut log = self.view("log").await;
        let entries: Vec<Value> = serde_json::from_value(log["entries"].take()).unwrap();
        entries.into_iter().filter(|entry| entry["operation"] == operation).collect()
    }

    /// Plans a fault, by the form that `/_simulator/faults` takes.
    pub(crate) async fn misbehave(&self, form: &[(&str, &str)]) {
        let answer = self.admin.post(format!("{}/_simulator/faults", self.url)).form(form).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }

    async fn view(&self, path: &str) -> Value {
        self.admin.get(format!("{}/_simulator/{path}", self.url)).send().await.unwrap().json().await.unwrap()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A hold of 20 dollars for the fare, confirmed at once.
pub(crate) fn hold(payment_method: &str) -> CreatePaymentIntent {
    CreatePaymentIntent::new(2000, Currency::USD)
        .capture_method(PaymentIntentCaptureMethod::Manual)
        .confirm(true)
        .payment_method(payment_method)
        .allowed_payment_method_types(vec![PaymentIntentAllowedPaymentMethodTypes::Card])
        .metadata(HashMap::from([("fare_reference".to_owned(), "test/wr_563".to_owned())]))
}

/// One attempt under this idempotency key.
pub(crate) fn under(key: &str) -> RequestStrategy {
    RequestStrategy::Idempotent(IdempotencyKey::new(key).unwrap())
}

/// The HTTP status and Stripe's error object, as the library read them.
pub(crate) fn refusal<T>(answer: Result<T, StripeError>) -> (u16, Box<ApiErrors>) {
    match answer {
        Ok(_) => panic!("accepted"),
        Err(StripeError::Stripe(error, status)) => (status, error),
        Err(other) => panic!("not a refusal that the library understands: {other}"),
    }
}
