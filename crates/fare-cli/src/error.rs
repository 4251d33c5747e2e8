//! What can go wrong around a stack, each with what to do about it.

mod aws;

use std::path::PathBuf;
use std::time::Duration;

use aws::{AwsCause, AwsCauseKind};

/// The result of everything fallible here.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the stack could not be set up, driven or observed. The sentence is for a person at a terminal; the source, where
/// there is one, says what the layer below answered.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A tool that `make setup` installs is not there.
    #[error("{tool} is missing (looked for {}): run `make setup`", .path.display())]
    ToolMissing {
        /// What the tool is called.
        tool: &'static str,
        /// Where it should be.
        path: PathBuf,
    },
    /// Something that `make build` makes is not there.
    #[error("{what} is missing (looked for {}): run `make build`", .path.display())]
    NotBuilt {
        /// What is missing.
        what: &'static str,
        /// Where it should be.
        path: PathBuf,
    },
    /// No directory from here upwards is the project.
    #[error("no template.yaml and samconfig.toml in {} or above: run inside the project, or give --project", .from.display())]
    NoProject {
        /// Where the search began.
        from: PathBuf,
    },
    /// A file or directory of this run could not be made, read or written.
    #[error("cannot use {}", .path.display())]
    File {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A process could not be started.
    #[error("cannot start {name}")]
    NotStarted {
        /// What was to be started.
        name: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A process that should stay ended.
    #[error("{name} ended while it was needed{}: see {}", last_line(.tail), .log.display())]
    EndedEarly {
        /// What ended.
        name: String,
        /// Its log.
        log: PathBuf,
        /// The last thing it said.
        tail: String,
    },
    /// A process runs and does not become ready.
    #[error("{name} was not ready after {} s: see {}", .limit.as_secs(), .log.display())]
    NotReady {
        /// What was waited for.
        name: String,
        /// How long.
        limit: Duration,
        /// Its log.
        log: PathBuf,
    },
    /// The console cannot listen where it should.
    #[error(
        "the console cannot listen at {address}: choose another --port or --listen, or neither for any that is free"
    )]
    ConsoleNotOpened {
        /// Where.
        address: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The result could not be written to standard output.
    #[error("the result cannot be written")]
    ResultNotWritten {
        /// What the system said.
        source: std::io::Error,
    },
    /// `sam deploy` failed.
    #[error("sam deploy failed{}: see {}", last_line(.tail), .log.display())]
    DeployFailed {
        /// Its log.
        log: PathBuf,
        /// The last thing it said.
        tail: String,
    },
    /// A setting that finds the stack is not in the environment.
    #[error("{name} is not set: `fare local -- COMMAND` sets it, or give the value of a stack that is deployed")]
    SettingMissing {
        /// The environment variable.
        name: &'static str,
    },
    /// The stack does not answer with an output that every deployment of the template has.
    #[error("stack {stack} has no output {output}: is it deployed from this template, and up to date?")]
    OutputMissing {
        /// The stack's name.
        stack: String,
        /// The missing output.
        output: &'static str,
    },
    /// Nothing answers where an engine should.
    #[error("no engine answers at {url}: start one there, or leave the address out and one is started")]
    NoEngine {
        /// What was asked.
        url: String,
        /// What the client said.
        #[source]
        source: reqwest::Error,
    },
    /// Something answers that is no engine.
    #[error("what answers at {url} is not an engine: CloudFormation cannot be asked there")]
    NotAnEngine {
        /// What was asked.
        url: String,
    },
    /// A stack could not be taken away from an engine that outlives the run.
    #[error("stack {stack} is still there at {endpoint}: delete it by hand")]
    StackLeft {
        /// The stack's name.
        stack: String,
        /// The engine's address.
        endpoint: String,
    },
    /// There is no such stack.
    #[error("there is no stack {stack} in region {region} of this account")]
    NoStack {
        /// The stack's name.
        stack: String,
        /// Where it was looked for.
        region: String,
    },
    /// Nothing says which region is meant.
    #[error("which region? Set AWS_REGION to one such as eu-west-1, or a profile that names one with AWS_PROFILE")]
    NoRegion,
    /// The endpoint is no address.
    #[error("AWS_ENDPOINT_URL must be http://HOST:PORT or https://HOST:PORT, or not set")]
    EndpointUrl,
    /// There are no credentials, or they cannot be had.
    #[error("no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")]
    NoCredentials {
        /// Why those that are meant cannot be had, where some are meant.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// AWS does not take the credentials, or they may not do this.
    #[error("{operation} is not allowed with these AWS credentials")]
    NotAllowed {
        /// The operation, as its service names it.
        operation: &'static str,
        /// What the service said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Nobody answered. Whether what was asked for was done is not known.
    #[error("{operation} got no answer: see whether AWS_REGION and AWS_ENDPOINT_URL are right")]
    NoAnswer {
        /// The operation, as its service names it.
        operation: &'static str,
        /// What the SDK said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// What answered is not the service.
    #[error("what answers {operation} is not AWS: see whether AWS_ENDPOINT_URL is right, or a proxy between")]
    NotAws {
        /// The operation, as its service names it.
        operation: &'static str,
    },
    /// A call to an AWS service failed.
    #[error("{operation} failed")]
    Aws {
        /// The operation, as its service names it.
        operation: &'static str,
        /// What the SDK said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The gateway's view for tests could not be read.
    #[error("the payment gateway's view did not answer")]
    GatewayView {
        /// What the client said.
        #[source]
        source: reqwest::Error,
    },
    /// The books could not be read to the end.
    #[error("the books could not be reconciled")]
    NotReconciled {
        /// Which of them, and why.
        #[from]
        source: reconciliation::ReconcileError,
    },
    /// The payment gateway's address, as the stack hands it out, is none that may be used.
    #[error("the stack's gateway cannot be asked")]
    GatewayUrl {
        /// What is wrong with it.
        #[from]
        source: payment::gateway::InvalidGatewayUrl,
    },
    /// A file holds no stack's outputs.
    #[error("{} does not hold the outputs of a stack: give what `aws cloudformation describe-stacks` writes", .path.display())]
    NotOutputs {
        /// The file.
        path: PathBuf,
        /// What serde said.
        #[source]
        source: serde_json::Error,
    },
    /// A file holds other stacks' outputs, or several stacks'.
    #[error("{} does not hold the outputs of this stack: say with --stack which one of those in it is meant", .path.display())]
    OutputsOfOthers {
        /// The file.
        path: PathBuf,
    },
    /// What was given is no fare.
    #[error("this is not a fare that could be collected")]
    NotAFare {
        /// What is wrong with it.
        #[source]
        source: fare_values::Rejection,
    },
    /// Something has consequences that nobody has agreed to.
    #[error("{what}: say --yes if that is meant")]
    Unconfirmed {
        /// What it does.
        what: &'static str,
    },
    /// `samconfig.toml` does not say which stack is meant.
    #[error("{} cannot be used: {reason}; or give --stack NAME", .path.display())]
    SamConfig {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Nothing says which stack is meant.
    #[error("which stack? Give --stack NAME, or run where samconfig.toml is")]
    NoStackNamed,
    /// Nothing says where the stack's gateway shows its view, or it is a real one, which has none.
    #[error("GATEWAY_VIEW_URL is not set: give the address of the stack's gateway simulator, as `fare local` does")]
    NoGatewayView,
    /// An execution of this name stands with another input.
    #[error("{name} stands already with another input: another fare needs another id")]
    NameTaken {
        /// The execution's name.
        name: String,
    },
    /// There is no fare of this id.
    #[error("there is no such fare: no execution, no table and not the gateway knows it")]
    NoFare,
    /// The input could not be read.
    #[error("the fare cannot be read from {from}")]
    InputNotRead {
        /// The file, or standard input.
        from: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The input is no JSON. What stands there is not repeated: it may be anything.
    #[error("{from} is not JSON: look at line {line}, column {column}; nothing was sent")]
    InputNotJson {
        /// The file, or standard input.
        from: String,
        /// Where reading stopped.
        line: usize,
        /// Where in the line.
        column: usize,
    },
    /// The input is no fare, or holds card data.
    #[error("the input is refused, and nothing of it was sent anywhere")]
    InputRefused {
        /// Which field, and why.
        #[from]
        source: fare_values::Rejection,
    },
    /// The payment gateway could not be asked.
    #[error("the payment gateway cannot be asked")]
    Gateway {
        /// What it answered.
        #[from]
        source: payment::gateway::GatewayError,
    },
    /// An execution did not end in time.
    #[error("{execution} had not ended after {} s", .limit.as_secs())]
    StillRunning {
        /// The execution's ARN.
        execution: String,
        /// How long was waited.
        limit: Duration,
    },
    /// A record is not as this version writes it.
    #[error(
        "{table} record {key}: attribute {attribute} is missing, malformed, or does not fit the others: see `fare reconcile`"
    )]
    Malformed {
        /// Which table.
        table: &'static str,
        /// Whose record.
        key: String,
        /// Which attribute.
        attribute: &'static str,
    },
    /// Nobody can be asked whether to go on.
    #[error("nobody can be asked here whether to go on: give --yes, or --dry-run to see what would be done")]
    NobodyToAsk,
    /// What stands in for AWS cannot do something that AWS can.
    #[error("the engine has no {operation}, which AWS has: `fare recover` settles the fare here")]
    EngineLacks {
        /// The operation, as its service names it.
        operation: &'static str,
    },
    /// There is no place for what has to be remembered between two runs.
    #[error("nothing can be remembered: set XDG_STATE_HOME to a directory, or HOME")]
    NoStateDirectory,
    /// A definition has no states, so there is nothing to draw.
    #[error("this is no state machine: a JSON object with an object States is needed")]
    NoStateMachine,
    /// A file is no definition of a state machine.
    #[error("{} is refused: {reason}", .path.display())]
    DefinitionRefused {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The definition of a state machine is no JSON.
    #[error("{from} is no JSON: line {line}, column {column}{}", if *ends { ", where it ends too soon" } else { "" })]
    DefinitionNotJson {
        /// Where it comes from.
        from: String,
        /// Where reading it ended.
        line: usize,
        /// The place in that line.
        column: usize,
        /// Whether that is its end.
        ends: bool,
    },
    /// No execution of a definition could do what it is meant for.
    #[error("{from} cannot be deployed: {}", .faults.join("; "))]
    DefinitionUnfinished {
        /// Where it comes from.
        from: String,
        /// What is wrong with it, a sentence each.
        faults: Vec<String>,
    },
    /// A picture would be written to a terminal.
    #[error("a PNG is nothing for a terminal: give --out FILE, or send it on with > or |")]
    PictureOnTerminal,
    /// A fare's execution was never recovered.
    #[error("there is no recovery of fare {fare}: leave out --machine recovery to see its own path")]
    NoRecovery {
        /// The fare's id.
        fare: String,
    },
    /// A picture could not be drawn.
    #[error("the picture cannot be drawn: {reason}")]
    Picture {
        /// Why not.
        reason: String,
    },
    /// A value could not be written as JSON.
    #[error("cannot write JSON")]
    Json {
        /// What serde said.
        #[from]
        source: serde_json::Error,
    },
}

impl Error {
    /// Wraps an SDK error, whatever its operation's own type.
    pub(crate) fn aws(operation: &'static str) -> impl Fn(AwsCause) -> Self {
        move |AwsCause { kind, source }| match kind {
            AwsCauseKind::NotAllowed => Self::NotAllowed { operation, source },
            AwsCauseKind::NoAnswer => Self::NoAnswer { operation, source },
            AwsCauseKind::NotAws => Self::NotAws { operation },
            AwsCauseKind::Other => Self::Aws { operation, source },
        }
    }

    /// The whole story in one line: this error and everything under it.
    #[must_use]
    pub fn in_full(&self) -> String {
        let mut line = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            let text = error.to_string();
            if !line.contains(&text) {
                line.push_str(": ");
                line.push_str(&text);
            }
            cause = error.source();
        }
        line
    }
}

fn last_line(tail: &str) -> String {
    if tail.is_empty() { String::new() } else { format!(" (\"{tail}\")") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_with_its_causes_in_one_line() {
        let error = Error::NotStarted {
            name: "engine".to_owned(),
            source: std::io::Error::new(std::io::ErrorKind::NotFound, "no such file"),
        };
        assert_eq!(error.in_full(), "cannot start engine: no such file");
    }

    #[test]
    fn a_missing_tool_is_named_with_how_to_get_it() {
        let error = Error::ToolMissing { tool: "ministack", path: PathBuf::from(".tools/engine/bin/ministack") };
        assert_eq!(
            error.to_string(),
            "ministack is missing (looked for .tools/engine/bin/ministack): run `make setup`"
        );
    }

    #[test]
    fn a_process_that_said_nothing_is_not_quoted() {
        let error =
            Error::EndedEarly { name: "engine".to_owned(), log: PathBuf::from("engine.log"), tail: String::new() };
        assert_eq!(error.to_string(), "engine ended while it was needed: see engine.log");
    }
}
