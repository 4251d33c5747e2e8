//! Where log lines and metrics go: standard output, which Lambda hands to CloudWatch Logs.

use std::io;
use std::sync::OnceLock;

use metrics_cloudwatch_embedded::{Builder, Collector};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::settings::setting;

/// The namespace of the metrics in CloudWatch; their dimension `Stack` tells the stacks of an account apart.
const NAMESPACE: &str = "FareCollection";

static METRICS: OnceLock<&Collector> = OnceLock::new();

/// Sends log lines to standard output, one JSON object a line, and collects metrics for [`publish_metrics`].
///
/// Lines are written from the level on that `LOG_LEVEL` names (`info` unless set), decisions of money always. Of libraries
/// only warnings are written, since their other lines hold requests.
pub fn start_logging() {
    let level = setting("LOG_LEVEL").unwrap_or_else(|| "info".to_owned()).to_lowercase();
    // The runtime's span at this level holds the ids of the request and of its trace. Of a function's own errors, which it
    // tells too, the function has told already; of a panic the standard library tells.
    let runtime = "lambda_runtime::layers::trace=info,lambda_runtime::layers::panic=off";
    let filter = format!("warn,{runtime},decision=info,invocation={level}");
    let lines = json_subscriber::layer()
        .flatten_event(true)
        .flatten_span_list_on_top_level(true)
        .with_current_span(false)
        .with_span_list(false);
    tracing_subscriber::registry().with(EnvFilter::new(filter)).with(lines).init();
    let stack = setting("STACK_NAME").unwrap_or_else(|| "unnamed".to_owned());
    if let Ok(collector) = Builder::new().cloudwatch_namespace(NAMESPACE).with_dimension("Stack", stack).init() {
        decision_log::describe();
        let _ = METRICS.set(collector);
    }
}

/// Writes what was measured since the last time, as lines in CloudWatch's embedded metric format. What cannot be written
/// is lost: no answer fails for it.
pub fn publish_metrics() {
    if let Some(collector) = METRICS.get() {
        let _ = collector.flush(io::stdout().lock());
    }
}
