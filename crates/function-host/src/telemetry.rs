//! Where log lines and metrics go: standard output, which Lambda hands to CloudWatch Logs.

use std::io;
use std::sync::OnceLock;

use metrics_cloudwatch_embedded::{Builder, Collector};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::lines::JsonLines;
use crate::settings::setting;

/// The namespace of the metrics in CloudWatch; their dimension `Stack` tells the stacks of an account apart.
const NAMESPACE: &str = "FareCollection";

static METRICS: OnceLock<&Collector> = OnceLock::new();

/// Sends log lines to standard output, one JSON object a line, and collects metrics for [`publish_metrics`].
///
/// Lines are written from the level on that `LOG_LEVEL` names (`info` unless it names one), decisions of money always. Of
/// libraries only warnings are written, since their other lines hold requests.
pub fn start_logging() {
    let lines = tracing_subscriber::fmt::layer().event_format(JsonLines).fmt_fields(JsonLines);
    tracing_subscriber::registry().with(written(setting("LOG_LEVEL").as_deref())).with(lines).init();
    let stack = setting("STACK_NAME").unwrap_or_else(|| "unnamed".to_owned());
    if let Ok(collector) = Builder::new().cloudwatch_namespace(NAMESPACE).with_dimension("Stack", stack).init() {
        decision_log::describe();
        let _ = METRICS.set(collector);
    }
}

/// Which lines are written at this `LOG_LEVEL`.
fn written(level: Option<&str>) -> Targets {
    let level = level.and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::INFO);
    Targets::new()
        .with_default(LevelFilter::WARN)
        // The runtime's span at this level holds the ids of the request and of its trace. Of a function's own errors, which
        // it tells too, the function has told already; of a panic the standard library tells.
        .with_target("lambda_runtime::layers::trace", LevelFilter::INFO)
        .with_target("lambda_runtime::layers::panic", LevelFilter::OFF)
        .with_target("decision", LevelFilter::INFO)
        .with_target("invocation", level)
}

/// Writes what was measured since the last time, as lines in CloudWatch's embedded metric format. What cannot be written
/// is lost: no answer fails for it.
pub fn publish_metrics() {
    if let Some(collector) = METRICS.get() {
        let _ = collector.flush(io::stdout().lock());
    }
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn a_level_holds_back_lines_about_invocations_but_no_decision() {
        for (level, info, warning) in [
            (None, true, true),
            (Some("info"), true, true),
            (Some("WARN"), false, true),
            (Some("Error"), false, false),
            (Some("verbose"), true, true),
        ] {
            let written = written(level);
            assert_eq!(written.would_enable("invocation", &Level::INFO), info, "{level:?}");
            assert_eq!(written.would_enable("invocation", &Level::WARN), warning, "{level:?}");
            assert!(written.would_enable("decision", &Level::INFO), "{level:?}");
        }
    }

    #[test]
    fn libraries_only_warn() {
        let written = written(Some("trace"));
        for library in ["aws_smithy_runtime", "hyper_util", "reqwest", "lambda_runtime"] {
            assert!(!written.would_enable(library, &Level::INFO), "{library}");
            assert!(written.would_enable(library, &Level::WARN), "{library}");
        }
        assert!(!written.would_enable("lambda_runtime::layers::panic", &Level::ERROR));
    }
}
