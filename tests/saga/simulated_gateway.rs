//! The gateway as a function: a second stack on the engine, which brings its own along.
//!
//! Only the engine's own address is known to this machine's resolver, so a function URL is reached by its host name in the
//! `Host` header.

use std::path::Path;

use aws_sdk_dynamodb::types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType};
use fare_cli::Stack;
use fare_cli::local::{Project, Run, Supervisor, deploy};
use function_host::sdk_config;
use gateway_simulator::Request;
use gateway_simulator_function::journal::{Appended, DynamoDbJournal, Entry, Journal, Page};
use reqwest::header::{AUTHORIZATION, HOST};
use reqwest::{Client, Method, Response};
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::harness::{Test, test};
use crate::world::{World, fare, with_stack};

pub(crate) const TESTS: &[Test] = &[
    test!(two_processes_of_the_function_are_one_gateway, FunctionUrlAtEngine),
    test!(only_the_key_that_the_stack_generated_opens_the_gateway, FunctionUrlAtEngine),
    test!(an_answer_that_is_to_be_lost_is_a_502_and_its_effect_stays, FunctionUrlAtEngine),
    test!(the_journal_in_dynamodb_takes_one_entry_at_each_position_and_shows_all),
];

static GATEWAY: OnceCell<Gateway> = OnceCell::const_new();

/// The function behind its URL, as a client sees it.
#[derive(Clone, Debug)]
struct Gateway {
    client: Client,
    engine: String,
    host: String,
    key: String,
    stack_name: String,
}

impl Gateway {
    /// The gateway of the second stack, which the first test to ask deploys.
    async fn find(world: &World) -> &'static Self {
        GATEWAY.get_or_init(|| Self::deploy(world)).await
    }

    async fn deploy(world: &World) -> Self {
        // Whoever takes the first stack away takes those with such a name along.
        let stack_name = format!("{}-simulated", world.stack.name);
        let engine = std::env::var("AWS_ENDPOINT_URL").expect("the engine's address: run `make test`");
        let run = Run::begin().expect("a directory for logs");
        let supervisor = Supervisor::new(run.logs().to_owned());
        let project = Project::find(None, Path::new(env!("CARGO_MANIFEST_DIR")), None).expect("the project");
        let stack = deploy(&supervisor, &project, run.scratch(), &stack_name, &engine, None)
            .await
            .expect("the stack is deployed");
        let host = stack.outputs.gateway_url.strip_prefix("https://").expect("a function URL").to_owned();
        // Even a client that only speaks plain HTTP wants a TLS provider to be there.
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().build().expect("a client");
        Self { client, engine, host, key: key_of(&stack).await, stack_name }
    }

    async fn send(&self, method: Method, path: &str, key: Option<&str>, form: &[(&str, &str)]) -> Response {
        let request = self.client.request(method.clone(), format!("{}{path}", self.engine)).header(HOST, &self.host);
        let request = match key {
            Some(key) => request.header(AUTHORIZATION, format!("Bearer {key}")),
            None => request,
        };
        let request = if method == Method::POST { request.form(form) } else { request };
        request.send().await.expect("the engine answers")
    }

    async fn get(&self, path: &str) -> Value {
        self.send(Method::GET, path, Some(&self.key), &[]).await.json().await.expect("JSON")
    }

    async fn post(&self, path: &str, idempotency_key: &str, form: &[(&str, &str)]) -> Response {
        let request = self.client.post(format!("{}{path}", self.engine)).header(HOST, &self.host);
        let request = request.bearer_auth(&self.key).header("Idempotency-Key", idempotency_key).form(form);
        request.send().await.expect("the engine answers")
    }

    async fn authorise(&self, reference: &str) -> Response {
        let form = [
            ("amount", "2000"),
            ("currency", "usd"),
            ("payment_method", "pm_card_visa"),
            ("payment_method_types[]", "card"),
            ("capture_method", "manual"),
            ("confirm", "true"),
            ("metadata[fare_reference]", reference),
        ];
        self.post("/v1/payment_intents", &format!("{reference}/authorise"), &form).await
    }

    /// Captured, in minor units.
    async fn captured(&self, reference: &str) -> i64 {
        let view = self.get(&format!("/_simulator/holdings?fare_reference={reference}")).await;
        view["captured"].as_i64().expect("an amount")
    }
}

/// The key that the stack has generated.
async fn key_of(stack: &Stack) -> String {
    let resource = stack.clients.cloudformation.describe_stack_resource();
    let resource = resource.stack_name(&stack.name).logical_resource_id("SimulatedGatewayKey").send().await;
    let resource = resource.expect("the stack has a key").stack_resource_detail.expect("details");
    let secrets = aws_sdk_secretsmanager::Client::new(&sdk_config().expect("the environment that `fare local` gives"));
    let secret = secrets.get_secret_value().set_secret_id(resource.physical_resource_id).send().await;
    secret.expect("the secret can be read").secret_string.expect("plain text")
}

fn was_replayed(response: &Response) -> bool {
    response.headers().get("idempotent-replayed").is_some_and(|value| value == "true")
}

fn two_processes_of_the_function_are_one_gateway() {
    with_stack(async |world| {
        let gateway = Gateway::find(world).await;
        let authorised = gateway.authorise("two").await;
        assert_eq!(authorised.status(), 200);
        let replayed = gateway.authorise("two").await;
        assert!(was_replayed(&replayed));
        let authorised: Value = authorised.json().await.expect("JSON");
        assert_eq!(replayed.json::<Value>().await.expect("JSON"), authorised);

        // While one process holds the answer to a capture back, another one must answer everything else.
        let fault = [("fault", "answer_late"), ("operation", "capture"), ("milliseconds", "30000")];
        assert_eq!(gateway.post("/_simulator/faults", "", &fault).await.status(), 200);
        let path = format!("/v1/payment_intents/{}/capture", authorised["id"].as_str().expect("an id"));
        let late = tokio::spawn({
            let path = path.clone();
            async move { gateway.post(&path, "two/capture", &[]).await }
        });
        while gateway.captured("two").await == 0 {
            assert!(!late.is_finished(), "one process has answered everything");
        }
        let replayed = gateway.post(&path, "two/capture", &[]).await;
        assert!(was_replayed(&replayed) && !late.is_finished());
        let replayed: Value = replayed.json().await.expect("JSON");
        assert_eq!((&replayed["status"], &replayed["amount_received"]), (&"succeeded".into(), &2000.into()));

        late.abort();
    });
}

fn only_the_key_that_the_stack_generated_opens_the_gateway() {
    with_stack(async |world| {
        let gateway = Gateway::find(world).await;
        assert!(gateway.key.len() >= 40 && gateway.key.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        for path in ["/v1/payment_intents", "/_simulator/log"] {
            for key in [None, Some("sk_test_simulator"), Some(gateway.stack_name.as_str())] {
                assert_eq!(gateway.send(Method::GET, path, key, &[]).await.status(), 401, "{path}");
            }
        }
        assert_eq!(gateway.send(Method::GET, "/_simulator/health", None, &[]).await.status(), 200);
        assert!(gateway.get("/_simulator/log").await["entries"].is_array());
    });
}

fn an_answer_that_is_to_be_lost_is_a_502_and_its_effect_stays() {
    with_stack(async |world| {
        let gateway = Gateway::find(world).await;
        let form = [
            ("amount", "2000"),
            ("currency", "usd"),
            ("payment_method", "pm_sim_authorise_answer_lost"),
            ("payment_method_types[]", "card"),
            ("confirm", "true"),
            ("metadata[fare_reference]", "lost"),
        ];
        let lost = gateway.post("/v1/payment_intents", "lost", &form).await;
        assert_eq!(lost.status(), 502);
        let replayed = gateway.post("/v1/payment_intents", "lost", &form).await;
        assert!(replayed.status() == 200 && was_replayed(&replayed));
        assert_eq!(gateway.captured("lost").await, 2000);
    });
}

fn the_journal_in_dynamodb_takes_one_entry_at_each_position_and_shows_all() {
    let entry = |position: u64, id: &str| Entry {
        position,
        id: id.to_owned(),
        at_ms: 1_763_800_000_000,
        // Five of them are more than one answer of DynamoDB's has room for.
        request: Request::post("/v1/refunds", &[("reason", &"x".repeat(250_000))]),
    };
    with_stack(async |world| {
        let table = fare("_journal").customer;
        let table = table.as_str();
        let client = world.clients().dynamodb.clone();
        let attribute = |name: &str, kind| {
            AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build().expect("complete")
        };
        let key = |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
        let made = client
            .create_table()
            .table_name(table)
            .billing_mode(BillingMode::PayPerRequest)
            .attribute_definitions(attribute("journal", ScalarAttributeType::S))
            .attribute_definitions(attribute("position", ScalarAttributeType::N))
            .key_schema(key("journal", KeyType::Hash).expect("complete"))
            .key_schema(key("position", KeyType::Range).expect("complete"));
        made.send().await.expect("the table is made");

        let journal = DynamoDbJournal::new(client, table);
        assert_eq!(journal.read_after(0).await, Ok(Page { entries: vec![], more: false }));
        let entries: Vec<_> = (1..=5).map(|position| entry(position, "mine")).collect();
        for entry in &entries {
            assert_eq!(journal.append(entry).await, Ok(Appended::Written));
        }
        // As a client does it that missed the answer; and as somebody else does it who was too late.
        assert_eq!(journal.append(&entries[2]).await, Ok(Appended::Written));
        assert_eq!(journal.append(&entry(3, "another's")).await, Ok(Appended::Taken));

        let first = journal.read_after(0).await.expect("a page");
        assert!(first.more && !first.entries.is_empty());
        let rest = journal.read_after(first.entries.last().expect("an entry").position).await.expect("a page");
        assert!(!rest.more);
        assert_eq!([first.entries, rest.entries].concat(), entries);

        let deleted = world.clients().dynamodb.delete_table().table_name(table).send().await;
        deleted.map(drop).expect("the table is deleted");
    });
}
