//! The Lambda function `reconciliation`: compares gateway, ledger and fares once a day, by the clock.
//!
//! Every disagreement is a line in its log, and their number a metric that an alarm goes by. `fare reconcile` is the same
//! for a person, who may also read the ledger from end to end.

use std::env;
use std::sync::Arc;
use std::time::Duration;

use decision_log::disagreements;
use fare_values::{Clock as _, SystemClock};
use function_host::{names_own_roots, publish_metrics, required_setting, sdk_config, start_logging};
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use payment::gateway::{Authorities, Gateway, HttpTransport, SecretsManagerKey};
use reconciliation::adapters::{GatewayAccount, StackBooks, Tables, TablesOf};
use reconciliation::{Book, Books, Disagreement, LedgerReading, Listener, Settings, Subject, Time, reconcile};
use serde_json::{Value, json};

/// How long a fare may be undecided, or be taken apart. Recovery tries for hours, and the other alarms know before this one.
const PATIENCE: i64 = 6 * HOUR;

const HOUR: i64 = 3_600_000;

/// After so many lines a log says no more than there is to know; the rest is counted.
const MOST_LINES: u64 = 1_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    start_logging();
    let config = sdk_config()?;
    let names = TablesOf {
        fares: required_setting("FARES_TABLE")?,
        payments: required_setting("PAYMENTS_TABLE")?,
        ledger: required_setting("LEDGER_TABLE")?,
    };
    let tables = Tables::new(aws_sdk_dynamodb::Client::new(&config), names);
    let secrets = aws_sdk_secretsmanager::Client::new(&config);
    let api_key = SecretsManagerKey::new(secrets, required_setting("GATEWAY_SECRET_ID")?);
    let authorities = if names_own_roots() { Authorities::System } else { Authorities::Mozilla };
    let transport = HttpTransport::new(&required_setting("GATEWAY_URL")?, authorities, api_key)?;
    let time_limit = Duration::from_millis(required_setting("GATEWAY_TIMEOUT_MILLISECONDS")?.parse()?);
    let gateway = Gateway::new(transport, required_setting("GATEWAY_NAMESPACE")?, time_limit);
    let window: i64 = required_setting("RECONCILED_HOURS")?.parse()?;
    let books = Arc::new(StackBooks::new(tables, GatewayAccount::new(gateway)));
    lambda_runtime::run(service_fn(|_: LambdaEvent<Value>| {
        let books = Arc::clone(&books);
        async move {
            // Boxed, so that the compiler need not lay out all of it inside the runtime's own future.
            let answer = Box::pin(compare(books.as_ref(), window)).await;
            publish_metrics();
            answer
        }
    }))
    .await
}

/// Compares what was registered or decided in the last `window` hours, or everything if that is 0.
async fn compare(books: &impl Books, window: i64) -> Result<Value, Diagnostic> {
    let now = SystemClock.now().0;
    let settings = Settings {
        time: Time { now, patience: PATIENCE },
        since: (window > 0).then(|| now.saturating_sub(window.saturating_mul(HOUR))),
        ledger: LedgerReading::ByFare,
        directory: env::temp_dir(),
    };
    let mut log = Log::default();
    let outcome = reconcile(books, &settings, &mut log).await.map_err(|error| {
        tracing::error!(reason = %error, "the books could not be reconciled");
        Diagnostic { error_type: "BooksUnreadable".to_owned(), error_message: error.to_string() }
    })?;
    if outcome.counts.unsettled_accounts > 0 {
        tracing::warn!(accounts = outcome.counts.unsettled_accounts, "kept moving, so their balances were not checked");
    }
    disagreements(outcome.disagreements());
    Ok(json!({
        "agree": outcome.all_agree(),
        "disagreements": outcome.disagreements(),
        "byKind": outcome.by_kind,
        "counts": outcome.counts,
    }))
}

/// Writes a line for each disagreement.
#[derive(Default)]
struct Log {
    lines: u64,
}

impl Listener for Log {
    fn read(&mut self, _: Book, _: usize) {}

    fn disagree(&mut self, disagreement: Disagreement) {
        self.lines = self.lines.saturating_add(1);
        if self.lines > MOST_LINES {
            return;
        }
        let Disagreement { subject, kind, detail } = disagreement;
        match subject {
            Subject::Fare(id) => tracing::warn!(fareId = id, kind = %kind, detail, "disagreement"),
            Subject::Customer(id) => tracing::warn!(customerId = id, kind = %kind, detail, "disagreement"),
        }
    }
}
