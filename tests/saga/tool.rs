//! The `fare` command, run as an operator runs it: beside the tests is the binary that the same build made.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Where it lies: in the directory above that of the tests.
fn built() -> PathBuf {
    let test = std::env::current_exe().expect("this test is a file");
    let beside = test.ancestors().nth(2).map(|built| built.join("fare"));
    beside.filter(|fare| fare.is_file()).expect("`fare` is built: run `make test`")
}

/// The command with these arguments. Nobody is at its standard input.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(built());
    command.args(arguments).stdin(Stdio::null());
    command
}

pub(crate) fn run(arguments: &[&str]) -> Output {
    command(arguments).output().expect("fare runs")
}

/// What stands on standard output, of a command that ended so.
#[track_caller]
pub(crate) fn assert_ended(output: &Output, status: i32) -> String {
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{stdout}{stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
    stdout
}

pub(crate) fn document(stdout: &str) -> Value {
    serde_json::from_str(stdout).expect("one JSON document")
}

/// How the command ends at a terminal of its own, and all that it wrote there. `None` where `script`, which makes the
/// terminal, is not installed.
pub(crate) fn at_a_terminal(arguments: &[&str], environment: &[(&str, &str)], typed: &str) -> Option<(i32, String)> {
    let built = built();
    let words = [built.to_str().expect("a plain path")].into_iter().chain(arguments.iter().copied());
    let words: Vec<_> = words.map(|word| format!("'{word}'")).collect();
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--flush", "--command", &words.join(" "), "/dev/null"]);
    // What the terminal can do, and nothing of what whoever runs the tests prefers.
    script.env("TERM", "xterm-256color").env_remove("NO_COLOR").envs(environment.iter().copied());
    let spawned = script.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut terminal = match spawned {
        Ok(terminal) => terminal,
        Err(error) => {
            println!("not tested at a terminal: script (util-linux) does not start: {error}");
            return None;
        }
    };
    let mut keyboard = terminal.stdin.take().expect("it is piped");
    keyboard.write_all(typed.as_bytes()).expect("it can be typed");
    // Held open: the end of what is typed would be taken for an answer, too.
    let output = terminal.wait_with_output().expect("it ends");
    drop(keyboard);
    let status = output.status.code().expect("it ends by itself");
    Some((status, String::from_utf8_lossy(&output.stdout).into_owned()))
}
