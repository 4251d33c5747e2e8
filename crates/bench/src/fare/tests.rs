//! The same fare as the functions' own binaries collect, through their handlers and adapters in this process.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use aws_sdk_dynamodb::config::{Credentials, Region};
use aws_sdk_dynamodb::{Client, Config};
use customer_accounting::CustomerAccounting;
use customer_accounting::store::DynamoDbLedger;
use fare_values::{Clock, FaultTriggers, Millis, SystemClock};
use gateway_simulator::server::{InMemory, ServerOptions, router, serve};
use gateway_simulator::{ExpectedKey, Gateway as Simulator, Settings};
use payment::Payment;
use payment::gateway::{Authorities, Gateway, HttpTransport, InMemoryApiKeys};
use payment::store::DynamoDbPayments;
use payment::time::SystemTime;
use register_fare::RegisterFare;
use register_fare::store::DynamoDbFares;
use tokio::net::TcpListener;

use crate::endpoint::{Endpoint, dynamodb_calls};
use crate::gateway::calls_of;
use crate::workload::Workload;

const KEY: &str = "sk_test_of_one_test";
const OFF: FaultTriggers = FaultTriggers::Disabled;

/// A gateway that is stopped with the test's runtime.
async fn gateway() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let options = ServerOptions { expected_key: Some(ExpectedKey::new(KEY).unwrap()) };
    let app = router(InMemory::new(Simulator::new(Settings::default())), options);
    tokio::spawn(serve(listener, app, std::future::pending()));
    address
}

fn client(endpoint: &Endpoint) -> Client {
    let config = Config::builder()
        .behavior_version_latest()
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(endpoint.url());
    Client::from_conf(config.build())
}

#[tokio::test]
async fn a_fare_that_is_collected_asks_dynamodb_five_times_at_most_and_the_gateway_twice() {
    let (endpoint, gateway) = (Endpoint::start(None, KEY).await.unwrap(), gateway().await);
    let client = client(&endpoint);
    let fares = RegisterFare::new(DynamoDbFares::new(client.clone(), "fares"), SystemClock, OFF);
    let transport =
        HttpTransport::new(&format!("http://{gateway}"), Authorities::Mozilla, InMemoryApiKeys::new([KEY])).unwrap();
    let account = Gateway::new(transport, "test", Duration::from_secs(8));
    let payments = Payment::new(DynamoDbPayments::new(client.clone(), "payments"), account, SystemTime, OFF);
    let ledger = CustomerAccounting::new(DynamoDbLedger::new(client, "ledger"), SystemClock, OFF);

    let event = |workload: Workload| workload.event("wr_563");
    let answer_by = Millis(SystemClock.now().0 + 60_000);
    let answers = [
        (Workload::Register, fares.handle(event(Workload::Register)).await),
        (Workload::Charge, payments.handle(event(Workload::Charge), answer_by).await),
        (Workload::Credit, ledger.handle(event(Workload::Credit)).await),
        (Workload::Complete, fares.handle(event(Workload::Complete)).await),
    ];
    for (workload, answer) in answers {
        let answer = answer.unwrap();
        assert!(workload.is_right(&answer, "wr_563"), "{workload:?}: {answer}");
    }

    let (aws, gateway) = (endpoint.take_calls(), calls_of(gateway, KEY).await.unwrap());
    assert!(dynamodb_calls(&aws) <= 5, "{aws:?}");
    assert_eq!(gateway, [("authorise".to_owned(), 1), ("capture".to_owned(), 1)].into());
}
