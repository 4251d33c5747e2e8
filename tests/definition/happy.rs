//! What a fare that is collected without a fault takes of Step Functions, DynamoDB and the gateway: the deployed definition with
//! the real handlers and adapters, which ask servers that count.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::middleware::{Next, from_fn};
use customer_accounting::CustomerAccounting;
use customer_accounting::store::DynamoDbLedger;
use fare_cli::Clients;
use fare_values::{Clock, FaultTriggers, Millis, SystemClock};
use gateway_simulator::server::{InMemory, ServerOptions, router};
use gateway_simulator::{ExpectedKey, Gateway as Simulator, Settings};
use payment::Payment;
use payment::gateway::{Authorities, Gateway, HttpTransport, SecretsManagerKey};
use payment::store::DynamoDbPayments;
use payment::time::SystemTime;
use register_fare::RegisterFare;
use register_fare::store::DynamoDbFares;
use saga_explorer::Sources;
use saga_explorer::asl::{Ending, Execution, Identity, Need, ServiceCall};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use crate::machine::repository;

const KEY: &str = "sk_test_of_one_test";
const OFF: FaultTriggers = FaultTriggers::Disabled;

/// Serves until the test's runtime ends; gives its address.
async fn serve(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, app).await });
    address
}

/// DynamoDB where every condition holds, and Secrets Manager with one secret.
#[derive(Clone, Default)]
struct Aws {
    calls: Arc<Mutex<BTreeMap<String, usize>>>,
    items: Arc<Mutex<BTreeMap<String, Map<String, Value>>>>,
}

impl Aws {
    async fn serve(&self) -> String {
        let aws = self.clone();
        let answer = move |headers: HeaderMap, body: Bytes| async move {
            let body: Value = serde_json::from_slice(&body).unwrap();
            aws.answer(headers["x-amz-target"].to_str().unwrap(), &body).to_string()
        };
        serve(Router::new().fallback(answer)).await
    }

    fn answer(&self, target: &str, body: &Value) -> Value {
        *self.calls.lock().unwrap().entry(target.to_owned()).or_default() += 1;
        let mut items = self.items.lock().unwrap();
        let item_of = |key: &Value| format!("{}{}", body["TableName"], key["fareId"]);
        match target.split_once('.').unwrap().1 {
            "PutItem" => {
                items.insert(item_of(&body["Item"]), body["Item"].as_object().unwrap().clone());
                json!({})
            }
            "UpdateItem" => {
                let item = items.get_mut(&item_of(&body["Key"])).unwrap();
                // An update gives most of its values the names of their attributes.
                for (name, value) in body["ExpressionAttributeValues"].as_object().unwrap() {
                    let name = if name == ":to" { "status" } else { name.trim_start_matches(':') };
                    item.insert(name.to_owned(), value.clone());
                }
                json!({ "Attributes": item })
            }
            "TransactWriteItems" => json!({}),
            "GetSecretValue" => json!({ "SecretString": KEY }),
            other => panic!("{other}: {body}"),
        }
    }

    /// How often this service was asked since it was last counted.
    fn take(&self, service: &str) -> usize {
        let mut calls = self.calls.lock().unwrap();
        let counted = calls.iter().filter(|(target, _)| target.starts_with(service)).map(|(_, times)| times).sum();
        calls.retain(|target, _| !target.starts_with(service));
        counted
    }
}

/// The gateway, and how often it was asked, whatever for.
async fn gateway() -> (String, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let count = from_fn(move |request: Request, next: Next| {
        counter.fetch_add(1, Ordering::Relaxed);
        next.run(request)
    });
    let options = ServerOptions { expected_key: Some(ExpectedKey::new(KEY).unwrap()) };
    let app = router(InMemory::new(Simulator::new(Settings::default())), options).layer(count);
    (serve(app).await, asked)
}

/// As long as everything may be.
fn input(number: char) -> Value {
    let id = |letter: char| format!("{number}{}", letter.to_string().repeat(63));
    let amount = json!({"amount": 1_000_000, "currency": "usd"});
    json!({"fareId": id('f'), "customerId": id('c'), "fareAmount": amount, "paymentMethod": "pm_card_visa"})
}

/// What Step Functions hands back of a publication (developer guide, "Publish to Amazon SNS"; the SDK's metadata are there at
/// every call).
fn published() -> Value {
    let (id, headers) =
        ("5e3a8d1c-8f0b-4c57-9d55-0a4e6f1b7c2d", json!({"Content-Type": ["text/xml"], "Content-Length": ["294"]}));
    json!({
        "MessageId": id,
        "SdkHttpMetadata": {"AllHttpHeaders": headers, "HttpHeaders": headers, "HttpStatusCode": 200},
        "SdkResponseMetadata": {"RequestId": id},
    })
}

/// Step Functions bills a transition each time that a step is executed, retries included (aws.amazon.com/step-functions/pricing).
fn transitions(execution: &Execution) -> u32 {
    execution.path().iter().map(|visit| visit.attempts.max(1)).sum()
}

#[tokio::test]
async fn a_fare_that_is_collected_takes_seven_transitions_five_calls_of_dynamodb_and_two_of_the_gateway() {
    let (aws, (gateway, asked)) = (Aws::default(), gateway().await);
    let clients = Clients::local(&aws.serve().await).await;
    let fares = RegisterFare::new(DynamoDbFares::new(clients.dynamodb.clone(), "fares"), SystemClock, OFF);
    let transport =
        HttpTransport::new(&gateway, Authorities::Mozilla, SecretsManagerKey::new(clients.secrets, "key")).unwrap();
    let account = Gateway::new(transport, "test", Duration::from_secs(8));
    let payments = Payment::new(DynamoDbPayments::new(clients.dynamodb.clone(), "payments"), account, SystemTime, OFF);
    let ledger = CustomerAccounting::new(DynamoDbLedger::new(clients.dynamodb, "ledger"), SystemClock, OFF);
    let definition = Sources::read(&repository()).and_then(|sources| sources.parse()).unwrap().fare_collection;

    // The first finds nothing that is ready yet: no connection, no secret.
    for (number, secrets) in [('1', 1), ('2', 0)] {
        let identity = Identity {
            execution_arn: format!("arn:aws:states:eu-west-1:123456789012:execution:{:m<80}:{:n<80}", "", ""),
            name: "n".repeat(80),
            state_machine_arn: String::new(),
            state_machine_name: String::new(),
            started_at_ms: 0,
        };
        let mut execution = Execution::start(Arc::clone(&definition), Arc::new(identity), Arc::new(input(number)));
        while let Need::Task(task) = execution.need().clone() {
            let answer_by = Millis(SystemClock.now().0 + 60_000);
            let answer = match &task.service {
                ServiceCall::Invoke { function, payload } => match &**function {
                    "register-fare" => fares.handle(payload.clone()).await,
                    "payment" => payments.handle(payload.clone(), answer_by).await,
                    "customer-accounting" => ledger.handle(payload.clone()).await,
                    other => panic!("{other}"),
                },
                ServiceCall::Publish { .. } => Ok(published()),
                other @ (ServiceCall::SendMessage { .. } | ServiceCall::DescribeExecution { .. }) => {
                    panic!("{other:?}")
                }
            };
            execution.answer(Ok(answer.unwrap()));
        }
        assert!(matches!(execution.need(), Need::Ended(Ending::Succeeded { .. })), "{:?}", execution.need());

        assert!(transitions(&execution) <= 7, "{:?}", execution.path());
        assert!(execution.largest_payload() <= 2048, "{}", execution.largest_payload());
        let calls = aws.calls.lock().unwrap().clone();
        assert!(aws.take("DynamoDB") <= 5, "{calls:?}");
        assert_eq!((aws.take("secretsmanager"), asked.swap(0, Ordering::Relaxed)), (secrets, 2), "{calls:?}");
    }
}
