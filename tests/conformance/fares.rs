//! The fares of `register-fare`.

use fare_cli::Stack;
use fare_values::{Conditional, FareStatus, StoreUnavailable};
use fastrand::Rng;
use register_fare::store::{DynamoDbFares, FareRecord, FareStore, InMemoryFares};

use crate::client::Table;
use crate::draw::{Asked, Names, Pool};
use crate::items::{Row, by_fare, row, text};
use crate::sequence::{Delivery, Subject, kind_of};

pub(crate) struct Fares {
    table: Table,
}

impl Fares {
    pub(crate) fn of(stack: &Stack) -> Self {
        Self { table: Table::new(stack, &stack.outputs.fares_table) }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Operation {
    Insert(Asked),
    Complete(Asked),
    Fail(Asked),
}

impl Operation {
    fn asked(&self) -> &Asked {
        match self {
            Self::Insert(asked) | Self::Complete(asked) | Self::Fail(asked) => asked,
        }
    }
}

type Answer = Result<Conditional<FareRecord>, StoreUnavailable>;

async fn ask(store: &impl FareStore, operation: &Operation, names: &Names) -> Answer {
    let (request, now) = (operation.asked().request(names), operation.asked().now());
    match operation {
        Operation::Insert(_) => store.insert(FareRecord::registered(&request, now)).await,
        Operation::Complete(_) => store.complete(FareRecord::completed(&request, now)).await,
        Operation::Fail(_) => store.fail(FareRecord::failed(&request, now)).await,
    }
}

impl Subject for Fares {
    const NAME: &'static str = "fares";
    const KINDS: &'static [&'static str] = &[
        "insert: written",
        "insert: refused by the same payload",
        "insert: refused by another payload",
        "complete: written",
        "complete: refused by nothing",
        "complete: refused by the same payload",
        "complete: refused by another payload",
        "fail: written",
        "fail: refused by the same payload",
        "fail: refused by another payload",
    ];
    type Operation = Operation;
    type Answer = Answer;
    type State = Vec<Option<Row>>;
    type Twin = InMemoryFares;

    fn draw(pool: &Pool, random: &mut Rng) -> Operation {
        let asked = pool.asked(random);
        match random.u8(0..3) {
            0 => Operation::Insert(asked),
            1 => Operation::Complete(asked),
            _ => Operation::Fail(asked),
        }
    }

    fn kind(operation: &Operation, answer: &Answer, names: &Names) -> String {
        let verb = match operation {
            Operation::Insert(_) => "insert",
            Operation::Complete(_) => "complete",
            Operation::Fail(_) => "fail",
        };
        let asked = operation.asked().request(names).payload_hash();
        kind_of(verb, answer, |standing| standing.payload_hash == asked)
    }

    async fn ask_twin(twin: &InMemoryFares, operation: &Operation, names: &Names) -> Answer {
        ask(twin, operation, names).await
    }

    async fn ask_table(&self, operation: &Operation, names: &Names, delivery: Delivery) -> Answer {
        ask(&DynamoDbFares::new(self.table.client_for(delivery), &self.table.name), operation, names).await
    }

    async fn twin_state(twin: &InMemoryFares, names: &Names) -> Self::State {
        names.fares().map(|fare| twin.get(&fare).as_ref().map(layout)).collect()
    }

    async fn table_states(&self, names: &[Names]) -> Vec<Self::State> {
        by_fare(&self.table, names).await
    }
}

fn layout(record: &FareRecord) -> Row {
    let request = &record.request;
    let mut row = row([
        ("fareId", text(request.fare_id().as_str())),
        ("customerId", text(request.customer_id().as_str())),
        ("amount", request.amount().amount().to_string()),
        ("currency", text(request.amount().currency().code())),
        ("paymentMethod", text(request.payment_method().as_str())),
        ("payloadHash", text(record.payload_hash.as_str())),
        ("status", text(record.status.as_str())),
        ("schema", "1".to_owned()),
    ]);
    for (name, time) in [("registeredAt", record.registered_at), ("decidedAt", record.decided_at)] {
        row.extend(time.map(|time| (name.to_owned(), time.0.to_string())));
    }
    if record.status == FareStatus::Registered {
        row.insert("undecided".to_owned(), text(&record.payload_hash.as_str()[..1]));
    }
    row
}
