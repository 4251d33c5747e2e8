//! The environment that children get: what they need, and nothing that happens to be set around them.

use std::ffi::OsString;

use crate::clients::DEFAULT_REGION;

/// Names that are passed on as they are, where they are set.
const PASSED_ON: [&str; 8] = ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "TERM", "PYTHONUTF8"];

/// The bare environment of a child: no AWS profile, no proxy, no setting of an engine that the user's own shell has.
pub(super) fn bare() -> Vec<(OsString, OsString)> {
    PASSED_ON.iter().filter_map(|name| Some((OsString::from(name), std::env::var_os(name)?))).collect()
}

/// What leads any AWS client to the engine at this endpoint, and nowhere else: its address, its region, and credentials
/// that open nothing.
#[must_use]
pub fn client_environment(endpoint: &str) -> Vec<(&'static str, String)> {
    vec![
        ("AWS_ENDPOINT_URL", endpoint.to_owned()),
        ("AWS_REGION", DEFAULT_REGION.to_owned()),
        ("AWS_DEFAULT_REGION", DEFAULT_REGION.to_owned()),
        ("AWS_ACCESS_KEY_ID", "test".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
    ]
}

/// Adds settings to an environment.
pub(super) fn with<'a>(
    mut environment: Vec<(OsString, OsString)>,
    settings: impl IntoIterator<Item = (&'a str, String)>,
) -> Vec<(OsString, OsString)> {
    environment.extend(settings.into_iter().map(|(name, value)| (name.into(), value.into())));
    environment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_aws_setting_of_the_users_own_reaches_a_child() {
        assert!(bare().iter().all(|(name, _)| !name.to_string_lossy().starts_with("AWS_")));
        assert!(bare().iter().any(|(name, _)| name == "PATH"));
    }
}
