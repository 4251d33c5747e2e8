//! One stack, one mailbox and one runtime for all tests, and fares of their own for each.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::future::Future;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_sfn::types::ExecutionStatus;
use fare_cli::engine::Engine;
use fare_cli::execution::{self, ExecutionArn, Visit};
use fare_cli::observe::{self, Holdings, LogEntry, Mailbox, Notice, Queue};
use fare_cli::{Clients, Stack};
use fare_values::{Clock, Conditional, FareRequest, FareStatus, PaymentStatus, SystemClock};
use register_fare::store::{DynamoDbFares, FareRecord, FareStore};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

use crate::recovered::recovered_execution;

/// Far beyond what an execution takes; only one that hangs gets there.
const LIMIT: Duration = Duration::from_secs(120);
const NOTICE_LIMIT: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(100);

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime can be made"));
static WORLD: LazyLock<World> = LazyLock::new(|| {
    RUNTIME.block_on(async {
        let stack = Stack::from_environment().await.expect("a stack is deployed: run `make test`");
        World { mailbox: Mailbox::new(stack.clone()), stack, recoveries: Mutex::default() }
    })
});
static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let Ok(endpoint) = std::env::var("AWS_ENDPOINT_URL") else { return Engine::Other };
    RUNTIME.block_on(Engine::at(&endpoint)).expect("the engine answers: run `make test`")
});
static FARES: AtomicU32 = AtomicU32::new(0);

/// The engine that the stack is on.
pub(crate) fn engine() -> &'static Engine {
    &ENGINE
}

pub(crate) struct World {
    pub(crate) stack: Stack,
    pub(crate) mailbox: Mailbox,
    /// Every execution of the recovery machine seen so far, with the execution that it is for.
    recoveries: Mutex<BTreeMap<ExecutionArn, ExecutionArn>>,
}

/// Runs one test. All tests share one runtime, because they share clients, whose connections live on it.
pub(crate) fn with_stack<F: Future>(test: impl FnOnce(&'static World) -> F) -> F::Output {
    let world = LazyLock::force(&WORLD);
    RUNTIME.block_on(test(world))
}

/// A fare that no other test and no earlier run has.
#[derive(Clone, Debug)]
pub(crate) struct Fare {
    pub(crate) id: String,
    pub(crate) customer: String,
    pub(crate) input: Value,
}

/// A fare of $20.00 whose customer's id ends so.
pub(crate) fn fare(trigger: &str) -> Fare {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970");
    let number = FARES.fetch_add(1, Ordering::Relaxed);
    // In base 26, since one long number in ten passes for a card's.
    let mut moment = since_epoch.as_millis();
    let mut run = String::new();
    while moment > 0 {
        run.push(char::from(b'a' + u8::try_from(moment % 26).expect("below 26")));
        moment /= 26;
    }
    let id = format!("it_{run}_{number}");
    let customer = format!("{id}{trigger}");
    let input = json!({"fareId": id, "customerId": customer, "fareAmount": "$20.00", "paymentMethod": "pm_card_visa"});
    Fare { id, customer, input }
}

impl Fare {
    pub(crate) fn with(mut self, field: &str, value: Value) -> Self {
        self.input[field] = value;
        self
    }
}

/// How one execution ended.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    pub(crate) arn: ExecutionArn,
    pub(crate) succeeded: bool,
    pub(crate) path: Vec<Visit>,
    pub(crate) notice: Notice,
}

impl Ended {
    pub(crate) fn states(&self) -> Vec<&str> {
        self.path.iter().map(|visit| visit.state.as_str()).collect()
    }

    pub(crate) fn attempts(&self, state: &str) -> u32 {
        self.path.iter().filter(|visit| visit.state == state).map(|visit| visit.attempts).sum()
    }

    /// The error that the failure notice gives as its reason.
    pub(crate) fn error(&self) -> &str {
        self.notice.text("error").unwrap_or_default()
    }

    /// The sentence that the failure notice gives with it.
    pub(crate) fn cause(&self) -> &str {
        self.notice.text("cause").unwrap_or_default()
    }
}

/// How one execution of the recovery machine ended.
#[derive(Clone, Debug)]
pub(crate) struct Recovery {
    pub(crate) arn: ExecutionArn,
    pub(crate) status: ExecutionStatus,
    pub(crate) error: Option<String>,
    path: Vec<Visit>,
}

impl Recovery {
    pub(crate) fn states(&self) -> Vec<&str> {
        self.path.iter().map(|visit| visit.state.as_str()).collect()
    }
}

/// Everything that is on record about a fare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Truth {
    pub(crate) fare: Option<FareStatus>,
    pub(crate) payment: Option<PaymentStatus>,
    pub(crate) balances: BTreeMap<String, i64>,
    pub(crate) holdings: Holdings,
}

impl World {
    pub(crate) fn clients(&self) -> &Clients {
        &self.stack.clients
    }

    pub(crate) async fn start(&self, name: &str, input: &Value) -> ExecutionArn {
        execution::start(&self.stack, name, input).await.expect("the execution starts")
    }

    /// Starts an execution under the fare's id and waits for its end and its one notice.
    pub(crate) async fn collect(&self, fare: &Fare) -> Ended {
        let arn = self.start(&fare.id, &fare.input).await;
        self.ended(arn).await
    }

    pub(crate) async fn ended(&self, arn: ExecutionArn) -> Ended {
        let ended = execution::wait(&self.stack, &arn, LIMIT).await.expect("the execution ends");
        let path = execution::path(&self.stack, &arn).await.expect("the history can be read");
        let mut notices = self.notices(&arn).await;
        assert_eq!(notices.len(), 1, "{arn} ends with one notice: {notices:?}");
        let notice = notices.remove(0);
        let succeeded = ended.status == ExecutionStatus::Succeeded;
        assert_eq!(notice.queue, if succeeded { Queue::Success } else { Queue::Failure }, "{arn}");
        Ended { arn, succeeded, path, notice }
    }

    /// What was said of an execution, once there is anything.
    pub(crate) async fn notices(&self, execution: &ExecutionArn) -> Vec<Notice> {
        self.mailbox.notices(execution, NOTICE_LIMIT).await.expect("the queues can be read")
    }

    /// Starts recovery with this event, as the rule would, and waits for its end.
    pub(crate) async fn recover(&self, event: &Value) -> Recovery {
        let request = self.clients().sfn.start_execution().input(event.to_string());
        let request = request.state_machine_arn(&self.stack.outputs.recovery_state_machine_arn);
        let started = request.send().await.expect("recovery starts");
        self.recovery_ended(ExecutionArn::new(started.execution_arn())).await
    }

    /// Waits until the rule has started recovery for an execution, and for its end.
    pub(crate) async fn recovery_of(&self, execution: &ExecutionArn) -> Recovery {
        let deadline = Instant::now() + LIMIT;
        loop {
            if let Some(recovery) = self.recoveries_of(execution).await.into_iter().next() {
                return self.recovery_ended(recovery).await;
            }
            assert!(Instant::now() < deadline, "nobody recovers {execution}");
            sleep(POLL).await;
        }
    }

    /// The executions of the recovery machine so far that are for this execution.
    pub(crate) async fn recoveries_of(&self, execution: &ExecutionArn) -> Vec<ExecutionArn> {
        let mut known = self.recoveries.lock().await;
        let machine = &self.stack.outputs.recovery_state_machine_arn;
        for recovery in execution::all(&self.stack, machine).await.expect("executions can be listed") {
            if let Entry::Vacant(unseen) = known.entry(recovery) {
                let event = execution::input_of(&self.stack, unseen.key()).await.expect("it can be asked");
                let event = event.expect("recovery is given an event");
                unseen.insert(recovered_execution(&event));
            }
        }
        known.iter().filter(|(_, recovered)| *recovered == execution).map(|(recovery, _)| recovery.clone()).collect()
    }

    async fn recovery_ended(&self, arn: ExecutionArn) -> Recovery {
        let ended = execution::wait(&self.stack, &arn, LIMIT).await.expect("recovery ends");
        let path = execution::path(&self.stack, &arn).await.expect("the history can be read");
        Recovery { arn, status: ended.status, error: ended.error, path }
    }

    pub(crate) async fn truth(&self, fare: &Fare) -> Truth {
        let stack = &self.stack;
        let account = observe::account(stack, &fare.customer).await.expect("the account can be read");
        Truth {
            fare: observe::fare(stack, &fare.id).await.expect("the fare can be read").map(|fare| fare.status),
            payment: observe::payment(stack, &fare.id).await.expect("the payment can be read").map(|p| p.status),
            balances: account.map(|account| account.balances).unwrap_or_default(),
            holdings: observe::holdings(stack, &fare.id).await.expect("the gateway can be asked"),
        }
    }

    /// Decides the fare as another execution would, registering it first if need be.
    pub(crate) async fn decide(&self, fare: &Fare, decision: FareStatus) {
        let table = DynamoDbFares::new(self.clients().dynamodb.clone(), &self.stack.outputs.fares_table);
        let request = FareRequest::from_json(&fare.input).expect("the fare is valid");
        let now = SystemClock.now();
        let written = match decision {
            FareStatus::Registered => table.insert(FareRecord::registered(&request, now)).await,
            FareStatus::Failed => table.fail(FareRecord::failed(&request, now)).await,
            FareStatus::Completed => {
                table.insert(FareRecord::registered(&request, now)).await.expect("the table answers");
                table.complete(FareRecord::completed(&request, now)).await
            }
        };
        assert!(matches!(written, Ok(Conditional::Written(_))), "{written:?}");
    }

    pub(crate) async fn gateway_log(&self, fare: &Fare) -> Vec<LogEntry> {
        observe::gateway_log(&self.stack, &fare.id).await.expect("the gateway can be asked")
    }
}

impl Truth {
    pub(crate) fn balance(&self) -> i64 {
        self.balances.get("usd").copied().unwrap_or_default()
    }

    /// Held, captured and refunded at the gateway, in minor units.
    pub(crate) fn money(&self) -> (i64, i64, i64) {
        (self.holdings.held, self.holdings.captured, self.holdings.refunded)
    }

    /// Asserts that payment and accounting never heard of the fare.
    pub(crate) fn assert_untouched(&self) {
        assert_eq!((self.payment, self.holdings.intents, self.balance()), (None, 0, 0), "{self:?}");
    }
}
