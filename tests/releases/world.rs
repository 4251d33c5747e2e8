//! The services over real tables and the simulator, at one moment.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use customer_accounting::CustomerAccounting;
use customer_accounting::store::DynamoDbLedger;
use fare_cli::Stack;
use fare_values::{Clock, FareRequest, FaultTriggers, Millis};
use gateway_simulator::server::{self, ServerOptions};
use gateway_simulator::{Gateway as Simulator, Settings};
use payment::Payment;
use payment::gateway::retry::PauseRange;
use payment::gateway::{Authorities, Gateway, HttpTransport, InMemoryApiKeys, Pause as Waits};
use payment::store::DynamoDbPayments;
use register_fare::RegisterFare;
use register_fare::store::DynamoDbFares;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::journal::{Effect, Pause, Told, Written};
use crate::recorder::{Effects, Recorded, RecordedDesk};
use crate::story::Story;

/// 2026-01-01, in milliseconds since the epoch: it is this moment all the time.
pub(crate) const START: u64 = 1_767_225_600_000;

/// The gateway account's name for the stack, the same in every release's journal.
const NAMESPACE: &str = "releases";

/// A clock that stands still.
#[derive(Clone, Copy, Debug)]
struct StandingStill;

impl Clock for StandingStill {
    fn now(&self) -> Millis {
        Millis(i64::try_from(START).unwrap())
    }
}

impl Waits for StandingStill {
    async fn pause(&self, _: PauseRange) {}
}

/// The tables, as far as they are about one fare.
#[derive(Clone, Debug)]
pub(crate) struct Tables {
    client: Client,
    /// By the name that a journal knows them by.
    names: BTreeMap<&'static str, String>,
    keys: Vec<(&'static str, Value)>,
}

impl Tables {
    fn of(stack: &Stack, fare: &Value) -> Self {
        let text = |value: &str| json!({ "S": value });
        let (fare_id, customer) = (fare["fareId"].as_str().unwrap(), fare["customerId"].as_str().unwrap());
        let of_ledger = |pk: String, sk: &str| ("ledger", json!({"pk": text(&pk), "sk": text(sk)}));
        Self {
            client: stack.clients.dynamodb.clone(),
            names: BTreeMap::from([
                ("fares", stack.outputs.fares_table.clone()),
                ("payments", stack.outputs.payments_table.clone()),
                ("ledger", stack.outputs.ledger_table.clone()),
            ]),
            keys: vec![
                ("fares", json!({"fareId": text(fare_id)})),
                ("payments", json!({"fareId": text(fare_id)})),
                of_ledger(format!("FARE#{fare_id}"), "CREDIT"),
                of_ledger(format!("FARE#{fare_id}"), "REVERSAL"),
                of_ledger(format!("ACCOUNT#{customer}"), "ACCOUNT"),
            ],
        }
    }

    /// Every item that is there, with its table.
    pub(crate) async fn items(&self) -> Vec<Written> {
        let mut found = Vec::new();
        for (table, key) in &self.keys {
            let request = self.client.get_item().table_name(&self.names[table]).consistent_read(true);
            let answer = request.set_key(Some(attributes(key))).send().await.expect("the table answers");
            found.extend(answer.item.map(|item| Written { table: (*table).to_owned(), item: shown(&item) }));
        }
        found
    }

    async fn put(&self, Written { table, item }: &Written) {
        let request = self.client.put_item().table_name(&self.names[table.as_str()]);
        request.set_item(Some(attributes(item))).send().await.expect("the table takes it");
    }

    async fn clear(&self) {
        for (table, key) in &self.keys {
            let request = self.client.delete_item().table_name(&self.names[table]);
            request.set_key(Some(attributes(key))).send().await.expect("the table answers");
        }
    }

    /// Whether both are the same item of a table, at two times.
    pub(crate) fn is_same(one: &Written, other: &Written) -> bool {
        one.table == other.table && ["fareId", "pk", "sk"].iter().all(|name| one.item[name] == other.item[name])
    }
}

/// How things stand when nobody does anything any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct After {
    fare: Option<String>,
    /// Held, captured and refunded, in minor units.
    gateway: (u64, u64, u64),
    /// In minor units.
    balance: i64,
}

impl After {
    /// The fare is failed and all its money is back, however much was taken.
    pub(crate) async fn taken_back(world: &World) -> Self {
        let (_, captured, _) = world.after().await.gateway;
        assert!(captured == 0 || captured == 2000, "captured {captured}");
        Self { fare: Some("failed".to_owned()), gateway: (0, captured, captured), balance: 0 }
    }
}

pub(crate) struct World {
    tables: Tables,
    fare: Value,
    simulator: Arc<Mutex<Simulator>>,
    effects: Effects,
    fares: RegisterFare<Recorded<DynamoDbFares>, StandingStill>,
    payments: Payment<Recorded<DynamoDbPayments>, HttpTransport<InMemoryApiKeys>, StandingStill>,
    ledger: CustomerAccounting<Recorded<DynamoDbLedger>, StandingStill>,
    server: JoinHandle<()>,
}

impl World {
    /// Nothing has been done for this fare.
    pub(crate) async fn empty(stack: &Stack, fare: &Value) -> Self {
        let tables = Tables::of(stack, fare);
        tables.clear().await;
        let effects = Effects::default();
        let simulator = Arc::new(Mutex::new(Simulator::new(Settings::default())));
        let desk = RecordedDesk { simulator: Arc::clone(&simulator), effects: Arc::clone(&effects) };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = server::router(desk, ServerOptions::default());
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let transport =
            HttpTransport::new(&url, Authorities::Mozilla, InMemoryApiKeys::new(["sk_test_releases"])).unwrap();
        let gateway = Gateway::new(transport, NAMESPACE, Duration::from_secs(8));
        let (client, names) = (&tables.client, &tables.names);
        Self {
            fares: RegisterFare::new(
                recorded(DynamoDbFares::new(client.clone(), &names["fares"]), &tables, &effects),
                StandingStill,
                FaultTriggers::Enabled,
            ),
            payments: Payment::new(
                recorded(DynamoDbPayments::new(client.clone(), &names["payments"]), &tables, &effects),
                gateway,
                StandingStill,
                FaultTriggers::Enabled,
            ),
            ledger: CustomerAccounting::new(
                recorded(DynamoDbLedger::new(client.clone(), &names["ledger"]), &tables, &effects),
                StandingStill,
                FaultTriggers::Enabled,
            ),
            fare: fare.clone(),
            tables,
            simulator,
            effects,
            server,
        }
    }

    /// Just this has been done for it.
    pub(crate) async fn paused(stack: &Stack, fare: &Value, pause: &Pause<'_>) -> Self {
        let world = Self::empty(stack, fare).await;
        for effect in pause.effects {
            match effect {
                Effect::Begins(_) => {}
                Effect::Wrote(items) => {
                    for item in items {
                        world.tables.put(item).await;
                    }
                }
                Effect::Asked(request) => {
                    world.simulator.lock().unwrap().handle_admitted(request, START);
                }
            }
        }
        world
    }

    /// Asks for an action; gives the answer, or nothing where it is refused.
    pub(crate) async fn act(&self, action: &str) -> Value {
        let event = json!({"action": action, "fare": self.fare});
        let answer = match action {
            "register" | "complete" | "cancel" => self.fares.handle(event).await,
            "charge" | "refund" => self.payments.handle(event, Millis(i64::MAX)).await,
            _ => self.ledger.handle(event).await,
        };
        answer.unwrap_or_default()
    }

    /// Plays a story from its beginning to its end.
    pub(crate) async fn tell(self, story: Story) -> Told {
        for action in &story.actions {
            self.effects.lock().unwrap().push(Effect::Begins(action.clone()));
            self.act(action).await;
        }
        let effects = std::mem::take(&mut *self.effects.lock().unwrap());
        Told { end: self.after().await, story, effects }
    }

    pub(crate) async fn after(&self) -> After {
        let request = FareRequest::from_json(&self.fare).unwrap();
        let holdings = self.simulator.lock().unwrap().holdings(&format!("{NAMESPACE}/{}", request.fare_id()));
        let items = self.tables.items().await;
        let of = |table: &str, field: &str| {
            let mut found =
                items.iter().filter(|written| written.table == table).map(|written| written.item[field].clone());
            found.find(|value| !value.is_null())
        };
        After {
            fare: of("fares", "status").map(|status| status["S"].as_str().unwrap().to_owned()),
            gateway: (holdings.held, holdings.captured, holdings.refunded),
            balance: of("ledger", "balance_usd").map_or(0, |balance| balance["N"].as_str().unwrap().parse().unwrap()),
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn recorded<S>(store: S, tables: &Tables, effects: &Effects) -> Recorded<S> {
    Recorded { store, tables: tables.clone(), effects: Arc::clone(effects) }
}

/// DynamoDB's own JSON, of which the records use texts and numbers.
fn attributes(item: &Value) -> HashMap<String, AttributeValue> {
    let attribute = |value: &Value| match (value["S"].as_str(), value["N"].as_str()) {
        (Some(text), _) => AttributeValue::S(text.to_owned()),
        (None, Some(number)) => AttributeValue::N(number.to_owned()),
        (None, None) => panic!("neither a text nor a number: {value}"),
    };
    item.as_object().unwrap().iter().map(|(name, value)| (name.clone(), attribute(value))).collect()
}

fn shown(item: &HashMap<String, AttributeValue>) -> Value {
    let attribute = |value: &AttributeValue| match (value.as_s(), value.as_n()) {
        (Ok(text), _) => json!({ "S": text }),
        (Err(_), Ok(number)) => json!({ "N": number }),
        (Err(_), Err(_)) => panic!("neither a text nor a number: {value:?}"),
    };
    item.iter().map(|(name, value)| (name.clone(), attribute(value))).collect()
}
