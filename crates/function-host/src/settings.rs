//! A function's configuration: environment variables, read once at the start.

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
