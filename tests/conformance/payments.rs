//! The payments of `payment`.

use std::sync::LazyLock;

use fare_cli::Stack;
use fare_values::{Conditional, PaymentStatus, StoreUnavailable};
use fastrand::Rng;
use payment::gateway::{Reason, Refund, RefundStatus};
use payment::store::{DynamoDbPayments, InMemoryPayments, PaymentRecord, PaymentStore, Transition};
use strum::IntoEnumIterator;

use crate::client::Table;
use crate::draw::{Asked, Names, Pool, one_of};
use crate::items::{Row, by_fare, row, text};
use crate::sequence::{Delivery, Subject, kind_of};

const GENERATIONS: [i64; 4] = [1, 1, 2, i64::MAX];
const REFUND_STATUSES: [RefundStatus; 5] = [
    RefundStatus::Pending,
    RefundStatus::RequiresAction,
    RefundStatus::Succeeded,
    RefundStatus::Failed,
    RefundStatus::Canceled,
];

/// Every set of states to move from but the empty one, which would be a move that is never made.
static FROM: LazyLock<Vec<Vec<PaymentStatus>>> = LazyLock::new(|| {
    let among = |set: u32| PaymentStatus::iter().zip(0..).filter(move |(_, bit)| set >> bit & 1 == 1);
    (1..1_u32 << PaymentStatus::iter().count()).map(|set| among(set).map(|(status, _)| status).collect()).collect()
});

pub(crate) struct Payments {
    table: Table,
}

impl Payments {
    pub(crate) fn of(stack: &Stack) -> Self {
        Self { table: Table::new(stack, &stack.outputs.payments_table) }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Operation {
    InsertPending(Asked),
    InsertTombstone(Asked),
    Move { of: Asked, generation: Option<i64>, from: &'static [PaymentStatus], to: PaymentStatus, noting: Noted },
}

/// What a move writes down besides.
#[derive(Clone, Debug, Default)]
pub(crate) struct Noted {
    next_generation: Option<i64>,
    payment: Option<&'static str>,
    refund: Option<(&'static str, RefundStatus)>,
    reason: Option<&'static str>,
}

impl Noted {
    fn drawn(random: &mut Rng) -> Self {
        let next_generation = one_of(&GENERATIONS, random);
        let refund = (one_of(&["re_1", "re_2"], random), one_of(&REFUND_STATUSES, random));
        Self {
            next_generation: (random.u8(0..4) == 0).then_some(next_generation),
            payment: one_of(&[None, None, Some("pi_1"), Some("pi_2"), Some("")], random),
            refund: (random.u8(0..4) == 0).then_some(refund),
            reason: one_of(&[None, None, Some("expired_card"), Some("no code")], random),
        }
    }
}

impl Operation {
    fn asked(&self) -> &Asked {
        match self {
            Self::InsertPending(asked) | Self::InsertTombstone(asked) | Self::Move { of: asked, .. } => asked,
        }
    }
}

type Answer = Result<Conditional<PaymentRecord>, StoreUnavailable>;

async fn ask(store: &impl PaymentStore, operation: &Operation, names: &Names) -> Answer {
    let (request, at) = (operation.asked().request(names), operation.asked().now());
    match operation {
        Operation::InsertPending(_) => store.insert(PaymentRecord::pending(&request, at)).await,
        Operation::InsertTombstone(_) => store.insert(PaymentRecord::tombstone(&request, at)).await,
        Operation::Move { generation, from, to, noting, .. } => {
            let refund = noting.refund.map(|(id, status)| Refund {
                id: id.to_owned(),
                status,
                amount: request.amount().amount(),
                currency: request.amount().currency().code().to_owned(),
                payment_intent: "pi_1".to_owned(),
                metadata: None,
            });
            let transition = Transition {
                fare_id: request.fare_id().clone(),
                payload_hash: request.payload_hash(),
                generation: *generation,
                from,
                to: *to,
                next_generation: noting.next_generation,
                payment_id: noting.payment.map(str::to_owned),
                refund,
                reason: noting.reason.map(Reason::new),
                at,
            };
            store.transition(transition).await
        }
    }
}

impl Subject for Payments {
    const NAME: &'static str = "payments";
    const KINDS: &'static [&'static str] = &[
        "insert: written",
        "insert: refused by the same payload",
        "insert: refused by another payload",
        "move: written",
        "move: refused by nothing",
        "move: refused by the same payload",
        "move: refused by another payload",
    ];
    type Operation = Operation;
    type Answer = Answer;
    type State = Vec<Option<Row>>;
    type Twin = InMemoryPayments;

    fn draw(pool: &Pool, random: &mut Rng) -> Operation {
        let of = pool.asked(random);
        match random.u8(0..10) {
            0..3 => Operation::InsertPending(of),
            3 => Operation::InsertTombstone(of),
            _ => Operation::Move {
                of,
                generation: random.bool().then(|| one_of(&GENERATIONS, random)),
                // Any set, and as often one that the record is hardly outside of, so that moves follow on moves.
                from: if random.bool() {
                    &FROM[random.usize(0..FROM.len())]
                } else {
                    FROM.last().expect("there are sets")
                },
                to: random.choice(PaymentStatus::iter()).expect("there are states"),
                noting: Noted::drawn(random),
            },
        }
    }

    fn kind(operation: &Operation, answer: &Answer, names: &Names) -> String {
        let verb = match operation {
            Operation::InsertPending(_) | Operation::InsertTombstone(_) => "insert",
            Operation::Move { .. } => "move",
        };
        let asked = operation.asked().request(names).payload_hash();
        kind_of(verb, answer, |standing| standing.payload_hash == asked)
    }

    async fn ask_twin(twin: &InMemoryPayments, operation: &Operation, names: &Names) -> Answer {
        ask(twin, operation, names).await
    }

    async fn ask_table(&self, operation: &Operation, names: &Names, delivery: Delivery) -> Answer {
        ask(&DynamoDbPayments::new(self.table.client_for(delivery), &self.table.name), operation, names).await
    }

    async fn twin_state(twin: &InMemoryPayments, names: &Names) -> Self::State {
        names.fares().map(|fare| twin.get(&fare).as_ref().map(layout)).collect()
    }

    async fn table_states(&self, names: &[Names]) -> Vec<Self::State> {
        by_fare(&self.table, names).await
    }
}

fn layout(record: &PaymentRecord) -> Row {
    let mut row = row([
        ("fareId", text(record.fare_id.as_str())),
        ("payloadHash", text(record.payload_hash.as_str())),
        ("status", text(record.status.as_str())),
        ("generation", record.generation.to_string()),
        ("generationSince", record.generation_since.0.to_string()),
        ("amount", record.amount.amount().to_string()),
        ("currency", text(record.amount.currency().code())),
        ("createdAt", record.created_at.0.to_string()),
        ("updatedAt", record.updated_at.0.to_string()),
        ("schema", "1".to_owned()),
    ]);
    let refund_status = record.refund_status.map(|status| status.to_string());
    let optional = [
        ("paymentId", record.payment_id.as_deref()),
        ("refundId", record.refund_id.as_deref()),
        ("refundStatus", refund_status.as_deref()),
        ("reason", record.reason.as_ref().map(Reason::as_str)),
    ];
    row.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), text(value?)))));
    row
}
