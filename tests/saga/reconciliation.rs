//! Where gateway, ledger and fares agree `fare reconcile` says nothing, and where they do not it says so. Other tests leave
//! records that agree with nothing, on purpose, so that each looks at its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;

use crate::harness::{Test, test};
use crate::world::{Fare, World, fare, with_stack};

pub(crate) const TESTS: &[Test] = &[test!(what_disagrees_is_reported_and_nothing_else)];

/// What is reported, by the fare or the customer that it is about.
type Reported = BTreeMap<String, BTreeSet<String>>;

/// The tool, which lies where cargo puts what it makes.
fn tool() -> PathBuf {
    let test = std::env::current_exe().expect("a process has a file");
    test.ancestors().nth(2).expect("it lies in a directory of a directory").join("fare")
}

/// Runs `fare reconcile`; gives its exit status and its document.
fn reconcile(patience: &str) -> (Option<i32>, Value) {
    let output = Command::new(tool()).args(["reconcile", "--output", "json", "--patience", patience]).output();
    let output = output.expect("`fare` is built");
    let document = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no JSON; {}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code(), document)
}

/// What is reported about these.
fn reported(document: &Value, own: &BTreeSet<&str>) -> Reported {
    let mut all = Reported::new();
    for row in document["disagreements"].as_array().expect("there is a list") {
        let subject = row.get("fareId").or_else(|| row.get("customerId")).and_then(Value::as_str).expect("a subject");
        let kind = row["kind"].as_str().expect("a kind");
        assert!(row["repair"].as_str().is_some_and(|repair| !repair.is_empty()), "{row}");
        if own.contains(subject) {
            all.entry(subject.to_owned()).or_default().insert(kind.to_owned());
        }
    }
    all
}

/// Changes records and payments behind the services' backs.
pub(crate) struct Saboteur<'a> {
    world: &'a World,
    key: String,
    http: reqwest::Client,
}

impl Saboteur<'_> {
    pub(crate) async fn of(world: &World) -> Saboteur<'_> {
        let secret = world.clients().secrets.get_secret_value().secret_id(&world.stack.outputs.gateway_secret_id);
        let key = secret.send().await.expect("the secret can be read").secret_string.expect("it is a text");
        let http = reqwest::Client::builder().no_proxy().build().expect("a client can be made");
        Saboteur { world, key, http }
    }

    pub(crate) async fn ask_gateway(&self, path: &str, form: &[(&str, String)]) {
        let url = format!("{}{path}", self.world.stack.outputs.gateway_url);
        let request = self.http.post(url).bearer_auth(&self.key).form(form);
        let answer = request.send().await.and_then(reqwest::Response::error_for_status);
        answer.expect("the gateway does it");
    }

    /// Another hold for this fare, which nobody will take or release.
    pub(crate) async fn hold(&self, fare_id: &str) {
        let form = [
            ("amount", "500".to_owned()),
            ("currency", "usd".to_owned()),
            ("payment_method", "pm_card_visa".to_owned()),
            ("capture_method", "manual".to_owned()),
            ("confirm", "true".to_owned()),
            ("metadata[fare_reference]", self.world.stack.fare_reference(fare_id)),
        ];
        self.ask_gateway("/v1/payment_intents", &form).await;
    }

    pub(crate) async fn payment_id(&self, fare: &Fare) -> String {
        let payment = fare_cli::observe::payment(&self.world.stack, &fare.id).await.expect("it can be read");
        payment.and_then(|payment| payment.payment_id).expect("it was charged")
    }

    pub(crate) async fn set(&self, table: &str, key: &[(&str, String)], attribute: &str, value: AttributeValue) {
        let mut update = self.world.clients().dynamodb.update_item().table_name(table);
        for (name, value) in key {
            update = update.key(*name, AttributeValue::S(value.clone()));
        }
        let update = update.update_expression("SET #attribute = :value");
        let update = update.expression_attribute_names("#attribute", attribute);
        update.expression_attribute_values(":value", value).send().await.expect("the record is changed");
    }

    pub(crate) async fn delete_payment(&self, fare: &Fare) {
        let delete = self.world.clients().dynamodb.delete_item().table_name(&self.world.stack.outputs.payments_table);
        let delete = delete.key("fareId", AttributeValue::S(fare.id.clone()));
        delete.send().await.expect("the record is deleted");
    }
}

fn number(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

fn what_disagrees_is_reported_and_nothing_else() {
    with_stack(async |world| {
        // Collected for $20.00 each, by customers of their own.
        let fares: Vec<_> = (0..7).map(|_| fare("")).collect();
        for ended in futures::future::join_all(fares.iter().map(|fare| world.collect(fare))).await {
            assert!(ended.succeeded);
        }
        let nobody = fare("").id;
        let own: BTreeSet<_> = fares.iter().flat_map(|fare| [fare.id.as_str(), fare.customer.as_str()]).collect();
        let own = &own | &BTreeSet::from([nobody.as_str()]);
        assert_eq!(reported(&reconcile("1h").1, &own), Reported::new());

        let outputs = &world.stack.outputs;
        let saboteur = Saboteur::of(world).await;
        let [held, refunded, uncharged, undecided, garbled, miscredited, unbalanced] = fares.as_slice() else {
            panic!()
        };
        saboteur.hold(&held.id).await;
        saboteur.hold(&nobody).await;
        let payment_id = saboteur.payment_id(refunded).await;
        saboteur.ask_gateway("/v1/refunds", &[("payment_intent", payment_id), ("amount", "1".to_owned())]).await;
        saboteur.delete_payment(uncharged).await;
        let of_fare = |fare: &Fare| vec![("fareId", fare.id.clone())];
        let registered = AttributeValue::S("registered".to_owned());
        saboteur.set(&outputs.fares_table, &of_fare(undecided), "status", registered).await;
        saboteur.set(&outputs.fares_table, &of_fare(undecided), "registeredAt", number(1)).await;
        let word = AttributeValue::S("twenty".to_owned());
        saboteur.set(&outputs.payments_table, &of_fare(garbled), "amount", word).await;
        let entry = [("pk", format!("FARE#{}", miscredited.id)), ("sk", "CREDIT".to_owned())];
        saboteur.set(&outputs.ledger_table, &entry, "amount", number(1_999)).await;
        let account = [("pk", format!("ACCOUNT#{}", unbalanced.customer)), ("sk", "ACCOUNT".to_owned())];
        saboteur.set(&outputs.ledger_table, &account, "balance_usd", number(2_001)).await;

        let (status, document) = reconcile("1h");
        let mut expected = Reported::new();
        // A customer is named like the fare.
        for (subject, kind) in [
            (&held.id, "open_hold"),
            (&nobody, "gateway_payment_without_fare"),
            (&refunded.id, "refunded_though_completed"),
            (&uncharged.id, "payment_missing"),
            (&undecided.id, "undecided"),
            (&garbled.id, "unreadable"),
            (&miscredited.id, "credited_wrong_amount"),
            (&miscredited.customer, "balance_differs"),
            (&unbalanced.customer, "balance_differs"),
        ] {
            expected.entry(subject.clone()).or_default().insert(kind.to_owned());
        }
        assert_eq!(reported(&document, &own), expected);
        assert_eq!((status, &document["agree"]), (Some(1), &Value::Bool(false)));
    });
}
