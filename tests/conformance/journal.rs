//! The journal of `gateway-simulator-function`.

use std::collections::HashMap;

use aws_sdk_dynamodb::client::Waiters;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use fare_cli::Stack;
use fare_values::StoreUnavailable;
use fastrand::Rng;
use gateway_simulator::Request;
use gateway_simulator_function::journal::{Appended, DynamoDbJournal, Entry, InMemoryJournal, Journal};

use crate::client::Table;
use crate::draw::{Names, Pool, one_of};
use crate::sequence::{Delivery, Step, Subject};

/// More than a sequence has operations, so that no two sequences meet.
const POSITIONS: u64 = 16;

/// A table with a journal in which sequences follow each other: each begins where no other has written, and reads no
/// further than its own entries, because none follow yet.
pub(crate) struct Journals {
    table: Table,
}

impl Journals {
    /// Makes a table with the keys that the template gives the journal's.
    pub(crate) async fn create(stack: &Stack) -> Self {
        let table = Table::new(stack, format!("journal-{}", Names::fresh().fare(0)));
        let mut request = table.client.create_table().table_name(&table.name).billing_mode(BillingMode::PayPerRequest);
        for (name, key, kind) in
            [("journal", KeyType::Hash, ScalarAttributeType::S), ("position", KeyType::Range, ScalarAttributeType::N)]
        {
            let attribute = AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build();
            let element = KeySchemaElement::builder().attribute_name(name).key_type(key).build();
            request = request
                .attribute_definitions(attribute.expect("it is complete"))
                .key_schema(element.expect("it is complete"));
        }
        request.send().await.expect("a table can be made");
        let ready = table.client.wait_until_table_exists().table_name(&table.name);
        ready.wait(std::time::Duration::from_secs(60)).await.expect("the table comes up");
        Self { table }
    }

    fn adapter(&self, delivery: Delivery) -> DynamoDbJournal {
        DynamoDbJournal::new(self.table.client_for(delivery), &self.table.name)
    }

    async fn forget(&self, entries: &[Entry]) {
        let key = |entry: &Entry| {
            HashMap::from([
                ("journal".to_owned(), AttributeValue::S("gateway".to_owned())),
                ("position".to_owned(), AttributeValue::N(entry.position.to_string())),
            ])
        };
        self.table.take_away(entries.iter().map(key).collect()).await;
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Operation {
    /// Positions count from 1 in each sequence.
    Append {
        position: u64,
        writer: u32,
        at_ms: u64,
        path: &'static str,
    },
    ReadAfter {
        position: u64,
    },
}

#[derive(Debug, PartialEq)]
pub(crate) enum Answer {
    Append(Result<Appended, StoreUnavailable>),
    Entries(Result<Vec<Entry>, StoreUnavailable>),
}

fn base(names: &Names) -> u64 {
    names.number * POSITIONS
}

async fn ask(journal: &impl Journal, operation: &Operation, names: &Names) -> Answer {
    match *operation {
        Operation::Append { position, writer, at_ms, path } => {
            let request = Request::post(path, &[("payment_intent", "pi_1")]).with_idempotency_key("key");
            let id = format!("{writer}-{position}");
            Answer::Append(journal.append(&Entry { position: base(names) + position, id, at_ms, request }).await)
        }
        Operation::ReadAfter { position } => Answer::Entries(read_to_the_end(journal, base(names) + position).await),
    }
}

/// Every page. How long one is, is nobody's business: the twin's are short, so that journals in tests have several.
async fn read_to_the_end(journal: &impl Journal, mut position: u64) -> Result<Vec<Entry>, StoreUnavailable> {
    let mut entries = Vec::new();
    loop {
        let page = journal.read_after(position).await?;
        entries.extend(page.entries);
        position = entries.last().map_or(position, |last| last.position);
        if !page.more {
            return Ok(entries);
        }
    }
}

impl Subject for Journals {
    const NAME: &'static str = "journal";
    const KINDS: &'static [&'static str] = &["append: Written", "append: Taken", "read: nothing", "read: entries"];
    type Operation = Operation;
    type Answer = Answer;
    type State = Vec<Entry>;
    type Twin = InMemoryJournal;

    fn draw(_pool: &Pool, random: &mut Rng) -> Operation {
        let position = random.u64(1..6);
        match random.u8(0..3) {
            0 => Operation::ReadAfter { position: position - 1 },
            _ => Operation::Append {
                position,
                // No two entries ever written have the same id.
                writer: random.u32(..),
                at_ms: one_of(&[0, 1_000, 1_795_406_834_000], random),
                path: one_of(&["/v1/refunds", "/v1/payment_intents"], random),
            },
        }
    }

    /// Positions have no gaps: whoever appends has read the entry before.
    fn within_contract(mut steps: Vec<Step<Operation>>) -> Vec<Step<Operation>> {
        let mut last = 0;
        for step in &mut steps {
            let mut written = last;
            for operation in step.operations_mut() {
                if let Operation::Append { position, .. } = operation {
                    *position = (*position).min(last + 1);
                    written = written.max(*position);
                }
            }
            last = written;
        }
        steps
    }

    /// A writer knows its own entry by its id.
    fn is_known_again(operation: &Operation) -> bool {
        matches!(operation, Operation::Append { .. })
    }

    fn kind(_operation: &Operation, answer: &Answer, _names: &Names) -> String {
        match answer {
            Answer::Append(Ok(appended)) => format!("append: {appended:?}"),
            Answer::Entries(Ok(entries)) if entries.is_empty() => "read: nothing".to_owned(),
            Answer::Entries(Ok(_)) => "read: entries".to_owned(),
            Answer::Append(Err(_)) | Answer::Entries(Err(_)) => "unavailable".to_owned(),
        }
    }

    async fn ask_twin(twin: &InMemoryJournal, operation: &Operation, names: &Names) -> Answer {
        ask(twin, operation, names).await
    }

    async fn ask_table(&self, operation: &Operation, names: &Names, delivery: Delivery) -> Answer {
        ask(&self.adapter(delivery), operation, names).await
    }

    async fn twin_state(twin: &InMemoryJournal, _names: &Names) -> Vec<Entry> {
        twin.entries()
    }

    async fn table_states(&self, names: &[Names]) -> Vec<Vec<Entry>> {
        let first = names.iter().map(base).min().expect("there are sequences");
        let read = read_to_the_end(&self.adapter(Delivery::Once), first).await.expect("the table answers");
        self.forget(&read).await;
        let of = |names| {
            let own = base(names)..base(names) + POSITIONS;
            read.iter().filter(|entry| own.contains(&entry.position)).cloned().collect()
        };
        names.iter().map(of).collect()
    }

    async fn close(self) {
        let delete = self.table.client.delete_table().table_name(&self.table.name);
        delete.send().await.expect("the table can be deleted");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_of_several_pages_is_read_whole() {
    /// Two whole pages of the table's, and a little.
    const ENTRIES: u64 = 1_003;
    let stack = Stack::from_environment().await.expect("a stack is deployed: run `make test`");
    let journal = Journals::create(&stack).await;
    let (twin, names) = (InMemoryJournal::default(), Names::fresh());
    for position in 1..=ENTRIES {
        let append = Operation::Append { position, writer: 1, at_ms: position, path: "/v1/refunds" };
        let answer = journal.ask_table(&append, &names, Delivery::Once).await;
        assert_eq!(answer, ask(&twin, &append, &names).await);
    }
    for position in [0, 1, 2, 499, 500, 501, 502, 503, ENTRIES - 1, ENTRIES] {
        let read = Operation::ReadAfter { position };
        let answer = journal.ask_table(&read, &names, Delivery::Once).await;
        assert!(answer == ask(&twin, &read, &names).await, "after {position}");
    }
    journal.close().await;
}
