//! The ledger of `customer-accounting`.

use customer_accounting::store::{CreditAnswer, CreditEntry, DynamoDbLedger, InMemoryLedger, LedgerStore};
use fare_cli::Stack;
use fare_values::{Conditional, CustomerId, EntryState, FareId, StoreUnavailable};
use fastrand::Rng;

use crate::client::Table;
use crate::draw::{Asked, Names, Pool};
use crate::items::{Row, row, take, text};
use crate::sequence::{Delivery, Subject, kind_of};

pub(crate) struct Ledger {
    table: Table,
}

impl Ledger {
    pub(crate) fn of(stack: &Stack) -> Self {
        Self { table: Table::new(stack, &stack.outputs.ledger_table) }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Operation {
    Credit(Asked),
    Reverse(Asked),
    LayTombstone(Asked),
    CloseAccount { customer: usize },
}

#[derive(Debug, PartialEq)]
pub(crate) enum Answer {
    Credit(Result<CreditAnswer, StoreUnavailable>),
    Entry(Result<Conditional<CreditEntry>, StoreUnavailable>),
    Account(Result<(), StoreUnavailable>),
}

async fn ask(store: &impl LedgerStore, operation: &Operation, names: &Names) -> Answer {
    match operation {
        Operation::Credit(asked) => {
            Answer::Credit(store.post_credit(CreditEntry::standing(&asked.request(names), asked.now())).await)
        }
        Operation::Reverse(asked) => {
            Answer::Entry(store.post_reversal(CreditEntry::reversed(&asked.request(names), asked.now())).await)
        }
        Operation::LayTombstone(asked) => {
            Answer::Entry(store.lay_tombstone(CreditEntry::tombstone(&asked.request(names), asked.now())).await)
        }
        Operation::CloseAccount { customer } => Answer::Account(store.close_account(&names.customer(*customer)).await),
    }
}

impl Subject for Ledger {
    const NAME: &'static str = "ledger";
    const KINDS: &'static [&'static str] = &[
        "credit: posted",
        "credit: account closed",
        "credit: standing",
        "credit: reversed",
        "credit: tombstone",
        "reverse: written",
        "reverse: refused by nothing",
        "reverse: refused by the same payload",
        "reverse: refused by another payload",
        "lay tombstone: written",
        "lay tombstone: refused by the same payload",
        "lay tombstone: refused by another payload",
        "close account",
    ];
    type Operation = Operation;
    type Answer = Answer;
    type State = Vec<Option<Row>>;
    type Twin = InMemoryLedger;

    fn draw(pool: &Pool, random: &mut Rng) -> Operation {
        let asked = pool.asked(random);
        match random.u8(0..20) {
            0..9 => Operation::Credit(asked),
            9..15 => Operation::Reverse(asked),
            15..18 => Operation::LayTombstone(asked),
            _ => Operation::CloseAccount { customer: asked.payload.customer },
        }
    }

    /// Transactions carry the client's request token.
    fn is_known_again(operation: &Operation) -> bool {
        match operation {
            Operation::Credit(_) | Operation::Reverse(_) => true,
            Operation::LayTombstone(_) | Operation::CloseAccount { .. } => false,
        }
    }

    fn kind(operation: &Operation, answer: &Answer, names: &Names) -> String {
        let of_entry = |verb, asked: &Asked| {
            let hash = asked.request(names).payload_hash();
            match answer {
                Answer::Entry(answer) => kind_of(verb, answer, |standing| standing.payload_hash == hash),
                Answer::Credit(_) | Answer::Account(_) => format!("{verb}: answered as something else"),
            }
        };
        match (operation, answer) {
            (_, Answer::Credit(Ok(CreditAnswer::Posted))) => "credit: posted".to_owned(),
            (_, Answer::Credit(Ok(CreditAnswer::AccountClosed))) => "credit: account closed".to_owned(),
            (_, Answer::Credit(Ok(CreditAnswer::EntryExists(entry)))) => format!("credit: {}", entry.state),
            (Operation::Credit(_), _) => "credit: unavailable".to_owned(),
            (Operation::Reverse(asked), _) => of_entry("reverse", asked),
            (Operation::LayTombstone(asked), _) => of_entry("lay tombstone", asked),
            (Operation::CloseAccount { .. }, _) => "close account".to_owned(),
        }
    }

    async fn ask_twin(twin: &InMemoryLedger, operation: &Operation, names: &Names) -> Answer {
        ask(twin, operation, names).await
    }

    async fn ask_table(&self, operation: &Operation, names: &Names, delivery: Delivery) -> Answer {
        ask(&DynamoDbLedger::new(self.table.client_for(delivery), &self.table.name), operation, names).await
    }

    async fn twin_state(twin: &InMemoryLedger, names: &Names) -> Self::State {
        let entries =
            names.fares().flat_map(|fare| [twin.entry(&fare).map(credit), twin.reversal(&fare).map(reversal)]);
        entries.chain(names.customers().map(|customer| account(twin, &customer))).collect()
    }

    async fn table_states(&self, names: &[Names]) -> Vec<Self::State> {
        let keys: Vec<Vec<_>> = names.iter().map(keys).collect();
        let found = take(&self.table, &["pk", "sk"], keys.concat()).await;
        keys.iter().map(|keys| keys.iter().map(|key| found.get(key).cloned()).collect()).collect()
    }
}

/// In the order in which the twin is read.
fn keys(names: &Names) -> Vec<Row> {
    let entries = names.fares().flat_map(|fare| [fare_key(&fare, "CREDIT"), fare_key(&fare, "REVERSAL")]);
    entries.chain(names.customers().map(|customer| account_key(&customer))).collect()
}

fn fare_key(fare: &FareId, sort_key: &str) -> Row {
    row([("pk", text(&format!("FARE#{fare}"))), ("sk", text(sort_key))])
}

fn account_key(customer: &CustomerId) -> Row {
    row([("pk", text(&format!("ACCOUNT#{customer}"))), ("sk", text("ACCOUNT"))])
}

fn credit(entry: CreditEntry) -> Row {
    let customer = format!("customer/{}", entry.customer_id);
    layout(&entry, "CREDIT", entry.state, "fare-revenue", &customer)
}

fn reversal(entry: CreditEntry) -> Row {
    let customer = format!("customer/{}", entry.customer_id);
    layout(&entry, "REVERSAL", EntryState::Standing, &customer, "fare-revenue")
}

fn layout(entry: &CreditEntry, sort_key: &str, state: EntryState, debited: &str, credited: &str) -> Row {
    let mut entries = fare_key(&entry.fare_id, sort_key);
    entries.extend(row([
        ("fareId", text(entry.fare_id.as_str())),
        ("customerId", text(entry.customer_id.as_str())),
        ("amount", entry.amount.amount().to_string()),
        ("currency", text(entry.amount.currency().code())),
        ("debitAccount", text(debited)),
        ("creditAccount", text(credited)),
        ("payloadHash", text(entry.payload_hash.as_str())),
        ("postedAt", entry.posted_at.0.to_string()),
        ("state", text(state.as_str())),
        ("schema", "1".to_owned()),
    ]));
    entries
}

fn account(twin: &InMemoryLedger, customer: &CustomerId) -> Option<Row> {
    let status = if twin.is_open(customer)? { "open" } else { "closed" };
    let mut account = account_key(customer);
    account.extend(row([("status", text(status)), ("schema", "1".to_owned())]));
    let balances = twin.balances(customer).into_iter();
    account.extend(balances.map(|(currency, balance)| (format!("balance_{}", currency.code()), balance.to_string())));
    Some(account)
}

#[tokio::test(flavor = "multi_thread")]
async fn many_writers_of_one_credit_post_it_once() {
    const WRITERS: usize = 16;
    let stack = Stack::from_environment().await.expect("a stack is deployed: run `make test`");
    let (ledger, names, mut random) = (Ledger::of(&stack), Names::fresh(), Rng::with_seed(1));
    let credit = Operation::Credit(Pool::drawn(&mut random).asked(&mut random));
    let writers = (0..WRITERS).map(|_| ledger.ask_table(&credit, &names, Delivery::Once));
    let answers = futures::future::join_all(writers).await;

    let twin = InMemoryLedger::default();
    let posted = Answer::Credit(Ok(CreditAnswer::Posted));
    assert_eq!(ask(&twin, &credit, &names).await, posted);
    assert_eq!(answers.iter().filter(|answer| **answer == posted).count(), 1, "{answers:?}");
    let refused = ask(&twin, &credit, &names).await;
    assert_eq!(answers.iter().filter(|answer| **answer == refused).count(), WRITERS - 1, "{answers:?}");
    assert_eq!(ledger.table_states(std::slice::from_ref(&names)).await, [Ledger::twin_state(&twin, &names).await]);
}
