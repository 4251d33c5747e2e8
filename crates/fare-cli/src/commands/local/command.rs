//! The command that runs while the stack stands.

use std::ffi::{OsStr, OsString};
use std::io::{IsTerminal, stdin};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use fare_cli::local::{Output, Program, StandingStack, Supervisor};
use fare_cli::{Error, Result};
use tokio::process::Command;

/// Settings that would lead a client of AWS elsewhere, or to other credentials.
const MISLEADING: [&str; 4] = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"];
/// What a shell says of a command that it cannot find.
const NOT_FOUND: u8 = 127;

/// Runs the command and gives its exit status, as a shell would.
///
/// On a terminal the command stays in the foreground, where Ctrl-C reaches it too. Elsewhere it gets a process group of
/// its own, which is taken away whole.
pub(super) async fn run(
    supervisor: &Supervisor,
    executable: &OsStr,
    arguments: &[OsString],
    local: &StandingStack,
    console: Option<String>,
) -> Result<u8> {
    let environment = environment(local, console);
    if stdin().is_terminal() {
        let mut command = Command::new(executable);
        command.args(arguments).env_clear().envs(environment).kill_on_drop(true);
        let failed = |source| Error::NotStarted { name: executable.to_string_lossy().into_owned(), source };
        return Ok(as_a_shell_says(command.status().await.map_err(failed)?));
    }
    let directory = std::env::current_dir().map_err(|source| Error::File { path: ".".into(), source })?;
    let child = supervisor.start(Program {
        name: "command",
        executable: executable.into(),
        arguments: arguments.into(),
        environment,
        directory,
        output: Output::Inherited,
        grace: Program::USUAL_GRACE,
    })?;
    Ok(child.ended().await.and_then(|status| u8::try_from(status).ok()).unwrap_or(NOT_FOUND))
}

fn environment(local: &StandingStack, console: Option<String>) -> Vec<(OsString, OsString)> {
    let misleading = |name: &OsStr| MISLEADING.iter().any(|misleading| name == *misleading);
    let inherited = std::env::vars_os().filter(|(name, _)| !misleading(name));
    let ours = local.environment().into_iter().map(|(name, value)| (name.into(), value.into()));
    let console = console.map(|url| ("FARE_CONSOLE_URL".into(), url.into()));
    inherited.chain(ours).chain(console).collect()
}

fn as_a_shell_says(status: ExitStatus) -> u8 {
    let signalled = status.signal().map(|signal| signal.saturating_add(128));
    status.code().or(signalled).and_then(|status| u8::try_from(status).ok()).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_a_signal_ended_is_told_as_a_shell_tells_it() {
        assert_eq!(as_a_shell_says(ExitStatus::from_raw(9)), 137);
        assert_eq!(as_a_shell_says(ExitStatus::from_raw(3 << 8)), 3);
    }
}
