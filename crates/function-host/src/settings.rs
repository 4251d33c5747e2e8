//! A function's configuration: environment variables, read once at the start.

use tracing_subscriber::EnvFilter;

/// The value of an environment variable, if it is set and not empty.
#[must_use]
pub fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The value of an environment variable that the function cannot do without.
///
/// # Errors
/// Names the variable that is missing. The function then fails to start, before it can do anything.
pub fn required_setting(name: &str) -> Result<String, lambda_runtime::Error> {
    setting(name).ok_or_else(|| format!("the environment variable {name} is missing").into())
}

/// Sends log lines to standard output as JSON, at the level that `LOG_LEVEL` names (`info` unless set).
pub fn start_logging() {
    let level = setting("LOG_LEVEL").unwrap_or_else(|| "info".to_owned()).to_lowercase();
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_ansi(false)
        // Our own lines at the level asked for; of the libraries only warnings, since their debug output holds requests.
        .with_env_filter(EnvFilter::new(format!(
            "warn,register_fare={level},payment={level},customer_accounting={level},function_host={level}"
        )))
        .init();
}
