//! What is on record about a fare, put into the order in which it happened.

use aws_sdk_sfn::types::ExecutionStatus;
use fare_values::{EntryState, FareStatus};
use payment::gateway::{Dated, IntentStatus, Refund, RefundStatus};

use super::Dossier;
use super::executions::{Machine, Run};
use super::gateway::GatewayIntent;
use crate::execution::Visited;
use crate::observe::Entry;

/// Where something is on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// An execution that collects.
    Execution,
    /// An execution that recovers.
    Recovery,
    /// The fares table.
    Fares,
    /// The payments table.
    Payments,
    /// The ledger table.
    Ledger,
    /// The payment gateway.
    Gateway,
}

impl Source {
    /// One word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Execution => "execution",
            Self::Recovery => "recovery",
            Self::Fares => "fares",
            Self::Payments => "payments",
            Self::Ledger => "ledger",
            Self::Gateway => "gateway",
        }
    }
}

/// One line of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When, in milliseconds since the epoch; `None` for what is so now and has no time on record.
    pub at: Option<i64>,
    /// Whether that is known to the second only, as the gateway knows it.
    pub to_the_second: bool,
    /// Where it is on record.
    pub source: Source,
    /// What happened, or is so.
    pub what: String,
    /// How much money it is about: minor units and the lower-case ISO 4217 code.
    pub amount: Option<(i64, String)>,
}

impl Moment {
    fn new(at: Option<i64>, source: Source, what: impl Into<String>) -> Self {
        Self { at, to_the_second: false, source, what: what.into(), amount: None }
    }

    /// Something that the gateway has a time of, and that cannot have been before what led to it.
    fn at_gateway(second: Option<i64>, after: Option<i64>, what: String) -> Self {
        let at = second.map(|second| {
            let begins = second.saturating_mul(1000);
            let within = |after: &i64| (begins..begins.saturating_add(1000)).contains(after);
            after.filter(within).unwrap_or(begins)
        });
        Self { to_the_second: true, ..Self::new(at, Source::Gateway, what) }
    }

    fn of(mut self, amount: i64, currency: &str) -> Self {
        self.amount = Some((amount, currency.to_owned()));
        self
    }

    fn of_known(self, amount: Option<i64>, currency: Option<&str>) -> Self {
        match amount.zip(currency) {
            Some((amount, currency)) => self.of(amount, currency),
            None => self,
        }
    }
}

/// The timeline of a fare: what has a time, oldest first, then how things stand that have none.
#[must_use]
pub fn moments(dossier: &Dossier) -> Vec<Moment> {
    let mut moments = Vec::new();
    dossier.runs.iter().for_each(|run| of_run(run, &mut moments));
    of_records(dossier, &mut moments);
    let entries = [(&dossier.entries.credit, "credit"), (&dossier.entries.reversal, "reversal")];
    moments.extend(entries.into_iter().filter_map(|(entry, name)| Some(of_entry(name, entry.as_ref()?))));
    let opened = dossier.payment.as_ref().and_then(|payment| payment.created_at);
    let decided = dossier.fare.as_ref().and_then(|fare| fare.decided_at);
    dossier.gateway.iter().flatten().for_each(|intent| of_intent(intent, opened, decided, &mut moments));
    // Stable: what happened in one millisecond stays in the order of its source.
    moments.sort_by_key(|moment| (moment.at.is_none(), moment.at));
    moments
}

fn of_run(run: &Run, moments: &mut Vec<Moment>) {
    let source = match run.machine {
        Machine::Collection => Source::Execution,
        Machine::Recovery => Source::Recovery,
    };
    let name = run.arn.as_str().rsplit(':').next().unwrap_or_default();
    moments.push(Moment::new(run.started_at, source, format!("{name} started")));
    moments.extend(run.trail.visited.iter().map(|visit| Moment::new(Some(visit.entered_at), source, visited(visit))));
    if run.status != ExecutionStatus::Running {
        let status = run.status.as_str().to_lowercase().replace('_', " ");
        let error = run.error.as_deref().map(|error| format!(": {error}")).unwrap_or_default();
        moments.push(Moment::new(run.ended_at, source, format!("{name} {status}{error}")));
    }
}

fn visited(visit: &Visited) -> String {
    let mut what = visit.state.clone();
    if visit.attempts > 1 {
        what.push_str(&format!(" ×{}", visit.attempts));
    }
    if let Some(took) = visit.took() {
        what.push_str(&format!(", {took} ms"));
    }
    match (&visit.failed, visit.left_at) {
        (Some(error), Some(_)) => what.push_str(&format!(", caught {error}")),
        (Some(error), None) => what.push_str(&format!(", failed: {error}")),
        (None, _) => {}
    }
    what
}

fn of_records(dossier: &Dossier, moments: &mut Vec<Moment>) {
    if let Some(fare) = &dossier.fare {
        let of = |moment: Moment| moment.of_known(fare.amount, fare.currency.as_deref());
        if fare.registered_at.is_some() || fare.status == FareStatus::Registered {
            moments.push(of(Moment::new(fare.registered_at, Source::Fares, "registered")));
        }
        match fare.status {
            FareStatus::Registered => {}
            FareStatus::Completed => {
                moments.push(of(Moment::new(fare.decided_at, Source::Fares, "decided: completed")))
            }
            FareStatus::Failed => moments.push(of(Moment::new(fare.decided_at, Source::Fares, "decided: failed"))),
        }
    }
    if let Some(payment) = &dossier.payment {
        let of = |moment: Moment| moment.of_known(payment.amount, payment.currency.as_deref());
        if payment.created_at != payment.updated_at {
            moments.push(of(Moment::new(payment.created_at, Source::Payments, "opened")));
        }
        let reason = payment.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let status = payment.status.as_str().replace('_', " ");
        let at = payment.updated_at.or(payment.created_at);
        moments.push(of(Moment::new(at, Source::Payments, format!("{status}{reason}"))));
    }
}

fn of_entry(name: &str, entry: &Entry) -> Moment {
    let state = match entry.state {
        EntryState::Standing => "stands",
        EntryState::Reversed => "reversed",
        EntryState::Tombstone => "barred: none was posted, and none can be",
    };
    let customer = entry.customer_id.as_deref().map(|id| format!(" of customer {id}")).unwrap_or_default();
    let moment = Moment::new(None, Source::Ledger, format!("{name}{customer} {state}"));
    // A tombstone moves no money.
    let moves = entry.state != EntryState::Tombstone;
    if moves { moment.of_known(entry.amount, entry.currency.as_deref()) } else { moment }
}

/// A payment is made once its record is opened, and taken back once the fare is decided.
fn of_intent(
    GatewayIntent { intent, refunds }: &GatewayIntent,
    opened: Option<i64>,
    decided: Option<i64>,
    moments: &mut Vec<Moment>,
) {
    let Dated { object: intent, created, canceled_at } = intent;
    let (id, currency) = (intent.id.as_str(), intent.currency.as_str());
    moments.push(Moment::at_gateway(*created, opened, format!("{id} made")).of(intent.amount, currency));
    let (seconds, what, amount) = match intent.status {
        IntentStatus::RequiresCapture => (None, "held", intent.amount_capturable),
        IntentStatus::Succeeded => (None, "captured", intent.amount_received),
        IntentStatus::Canceled => (*canceled_at, "voided", intent.amount),
        IntentStatus::Processing => (None, "under way", intent.amount),
        IntentStatus::RequiresAction => (None, "waits for the customer", intent.amount),
        IntentStatus::RequiresConfirmation => (None, "not confirmed", intent.amount),
        IntentStatus::RequiresPaymentMethod => (None, "declined", intent.amount),
    };
    // So it stands, with what has gone back since.
    let given_back = match (intent.status, given_back(refunds)) {
        (IntentStatus::Succeeded, 0) => "",
        (IntentStatus::Succeeded, back) if back == intent.amount_received => ", and refunded in full",
        (IntentStatus::Succeeded, _) => ", and refunded in part",
        _ => "",
    };
    moments.push(Moment::at_gateway(seconds, decided, format!("{id} {what}{given_back}")).of(amount, currency));
    moments.extend(refunds.iter().map(|refund| of_refund(refund, decided)));
}

/// What has gone back to the customer for good, in minor units.
fn given_back(refunds: &[Dated<Refund>]) -> i64 {
    let back = refunds.iter().filter(|refund| refund.object.status == RefundStatus::Succeeded);
    back.fold(0, |sum, refund| sum.saturating_add(refund.object.amount))
}

fn of_refund(Dated { object: refund, created, .. }: &Dated<Refund>, decided: Option<i64>) -> Moment {
    let status = match refund.status {
        RefundStatus::Pending => "under way",
        RefundStatus::RequiresAction => "waits for the customer",
        RefundStatus::Succeeded => "refunded",
        RefundStatus::Failed => "failed",
        RefundStatus::Canceled => "cancelled",
    };
    let what = format!("{} {status}", refund.id);
    Moment::at_gateway(*created, decided, what).of(refund.amount, &refund.currency)
}

#[cfg(test)]
pub(crate) mod tests {
    use fare_values::PaymentStatus;
    use payment::gateway::PaymentIntent;
    use serde_json::json;

    use super::*;
    use crate::execution::{ExecutionArn, Trail};
    use crate::observe::{FareRecord, LedgerEntries, PaymentRecord};

    /// A fare that was collected.
    pub(crate) fn collected() -> Dossier {
        let usd = || Some("usd".to_owned());
        let intent: Dated<PaymentIntent> = serde_json::from_value(json!({
            "id": "pi_1", "status": "succeeded", "amount": 2000, "amount_received": 2000, "currency": "usd", "created": 2
        }))
        .unwrap();
        let visit = Visited {
            state: "ChargeFare".to_owned(),
            attempts: 2,
            entered_at: 1_500,
            left_at: Some(2_900),
            failed: None,
        };
        Dossier {
            fare_id: "wr_1".to_owned(),
            fare: Some(FareRecord {
                status: FareStatus::Completed,
                customer_id: Some("3".to_owned()),
                amount: Some(2000),
                currency: usd(),
                registered_at: Some(1_200),
                decided_at: Some(3_200),
            }),
            payment: Some(PaymentRecord {
                status: PaymentStatus::Captured,
                payment_id: Some("pi_1".to_owned()),
                refund_id: None,
                amount: Some(2000),
                currency: usd(),
                reason: None,
                created_at: Some(1_600),
                updated_at: Some(2_800),
            }),
            entries: LedgerEntries {
                credit: Some(Entry {
                    state: EntryState::Standing,
                    amount: Some(2000),
                    currency: usd(),
                    customer_id: Some("3".to_owned()),
                    posted_at: None,
                }),
                reversal: None,
            },
            gateway: Some(vec![GatewayIntent { intent, refunds: vec![] }]),
            runs: vec![Run {
                machine: Machine::Collection,
                arn: ExecutionArn::new("arn:aws:states:r:1:execution:m:wr_1"),
                status: ExecutionStatus::Succeeded,
                error: None,
                started_at: Some(1_000),
                ended_at: Some(4_000),
                trail: Trail { visited: vec![visit], ..Trail::default() },
            }],
            left_out: vec![],
        }
    }

    #[test]
    fn the_books_make_one_timeline() {
        let told: Vec<_> = moments(&collected()).into_iter().map(|moment| (moment.at, moment.what)).collect();
        let expected = [
            (Some(1_000), "wr_1 started"),
            (Some(1_200), "registered"),
            (Some(1_500), "ChargeFare ×2, 1400 ms"),
            (Some(1_600), "opened"),
            (Some(2_000), "pi_1 made"),
            (Some(2_800), "captured"),
            (Some(3_200), "decided: completed"),
            (Some(4_000), "wr_1 succeeded"),
            (None, "credit of customer 3 stands"),
            (None, "pi_1 captured"),
        ];
        assert_eq!(told, expected.map(|(at, what)| (at, what.to_owned())));
    }

    #[test]
    fn what_the_gateway_knows_to_the_second_is_put_behind_what_led_to_it() {
        let made = |after| Moment::at_gateway(Some(2), after, "pi_1 made".to_owned()).at;
        assert_eq!(
            [made(Some(2_600)), made(Some(1_900)), made(Some(3_000)), made(None)].map(Option::unwrap),
            [2_600, 2_000, 2_000, 2_000]
        );
    }

    #[test]
    fn a_tombstone_moves_no_money() {
        let entry = Entry {
            state: EntryState::Tombstone,
            amount: Some(2000),
            currency: Some("usd".to_owned()),
            customer_id: None,
            posted_at: None,
        };
        assert_eq!(of_entry("credit", &entry).amount, None);
    }

    #[test]
    fn a_fare_that_was_cancelled_before_it_came_was_never_registered() {
        let mut dossier = collected();
        let fare = dossier.fare.as_mut().unwrap();
        (fare.status, fare.registered_at) = (FareStatus::Failed, None);
        let told = moments(&dossier);
        assert!(!told.iter().any(|moment| moment.what == "registered"));
        assert!(told.iter().any(|moment| moment.what == "decided: failed" && moment.at == Some(3_200)));
    }
}
