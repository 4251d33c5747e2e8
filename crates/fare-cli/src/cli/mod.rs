//! The command line.

mod attention;
mod console;
mod graph;
mod ids;
mod lab;
mod list;
mod load;
mod reconcile;
mod repairs;
mod show;
mod start;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use fare_cli::engine::Mode;
use fare_cli::local::EngineChoice;

pub(crate) use attention::{Attention, AttentionDone, AttentionList, AttentionTake};
pub(crate) use console::Console;
pub(crate) use graph::{Format, Graph, Machine};
pub(crate) use ids::FareOrExecution;
pub(crate) use lab::Lab;
pub(crate) use list::{List, Status};
pub(crate) use load::LoadArguments;
pub(crate) use reconcile::{Ledger, Reconcile};
pub(crate) use repairs::{Consent, Recover, Redrive};
pub(crate) use show::Show;
pub(crate) use start::Start;

const EXIT_STATUSES: &str = "\
Exit status:
  0    everything is as expected
  1    something differs from what is expected
  2    wrong usage, or something is missing or does not start; standard error says what
  3    AWS, the engine or the gateway cannot be asked: no region, a wrong one, no answer
  4    there is no such stack
  5    there is no such fare
  6    the input is refused: not readable, not a fare, or with card data
  7    another fare stands under this id
  8    no AWS credentials, or none that may do this
  130  interrupted";

const DEMO_HELP: &str = "\
Starts the engine and the gateway simulator on free ports of this machine, deploys the built stack with the real
`sam deploy`, starts one execution or more per scenario, and reads tables, queues and the gateway's log to find out what
became of each. Prints one row per scenario. Leaves no process behind.

Needs what `make setup` and `make build` make; `make demo` does all three.";

const DEMO_EXAMPLES: &str = "\
Examples:
  fare demo                                     a table on standard output, progress on standard error
  fare demo --output json | jq .asExpected      for machines
  fare local -- sh -c 'fare demo --stack \"$FARE_STACK\"'
                                                against a stack that stands already";

const LOCAL_HELP: &str = "\
Starts the engine and the gateway simulator on free ports of this machine and deploys the built stack.

Without COMMAND: prints where everything is, the console's address first, with lines to paste for the AWS CLI, and stays
until Ctrl-C.

With COMMAND: runs it with AWS_ENDPOINT_URL, AWS_REGION, credentials of no account, FARE_STACK and GATEWAY_VIEW_URL set,
takes everything down, and ends with the command's own exit status. Where standard input is not a terminal, COMMAND
reads nothing from it, and all that it started is stopped with it.";

const LOCAL_EXAMPLES: &str = "\
Examples:
  fare local                                              until Ctrl-C
  fare local -- cargo test -p integration-tests           the black-box tests
  fare local --engine localstack-host -- sh -c '...'      on LocalStack instead
  fare local --engine-url http://127.0.0.1:4566           on one that runs already
  fare local -- sh -c 'aws dynamodb list-tables'          anything else";

const COMPLETIONS_HELP: &str = "\
Prints a script that makes a shell complete the commands and options of `fare`. Each shell looks for it in a place of
its own.";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  fare completions bash > ~/.local/share/bash-completion/completions/fare
  fare completions zsh > ~/.zfunc/_fare                  with ~/.zfunc in fpath
  fare completions fish > ~/.config/fish/completions/fare.fish";

/// Collects taxi fares as a saga: runs the whole system on this machine and checks what it does.
#[derive(Debug, Parser)]
#[command(name = "fare", version, after_help = EXIT_STATUSES, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Play every scenario on a fresh stack on this machine and show what became of each
    #[command(long_about = DEMO_HELP, after_help = format!("{DEMO_EXAMPLES}\n\n{EXIT_STATUSES}"))]
    Demo(Demo),
    /// Serve a page on this machine on which fares are started and watched
    #[command(long_about = console::HELP, after_help = format!("{}\n\n{EXIT_STATUSES}", console::EXAMPLES))]
    Console(Console),
    /// Draw a state machine, or the path that one fare took through it
    #[command(long_about = graph::HELP, after_help = format!("{}\n\n{EXIT_STATUSES}", graph::EXAMPLES))]
    Graph(Graph),
    /// Try the state machine of a step of the lab, and say what is missing
    #[command(long_about = lab::HELP, after_help = format!("{}\n\n{EXIT_STATUSES}", lab::EXAMPLES))]
    Lab(Lab),
    /// Put a stack on this machine and keep it until Ctrl-C, or while COMMAND runs
    #[command(long_about = LOCAL_HELP, after_help = format!("{LOCAL_EXAMPLES}\n\n{EXIT_STATUSES}\n\n\
        With COMMAND: the command's own status. Without: 0 also when Ctrl-C ends a stack that stood."))]
    Local(Local),
    /// Start many fares at a rate, measure how long they take, and reconcile them
    #[command(long_about = load::HELP, after_help = format!("{}\n\n{EXIT_STATUSES}", load::EXAMPLES))]
    Load(LoadArguments),
    /// Compare gateway, ledger and fares, and report every disagreement with its repair
    #[command(long_about = reconcile::HELP, after_help = format!("{}\n\n{EXIT_STATUSES}", reconcile::EXAMPLES))]
    Reconcile(Reconcile),
    /// Settle a fare that its execution left unsettled: decide, undo, announce
    #[command(long_about = repairs::RECOVER_HELP, after_help = format!("{}\n\n{EXIT_STATUSES}", repairs::RECOVER_EXAMPLES))]
    Recover(Recover),
    /// Let a fare's execution go on from where it ended
    #[command(long_about = repairs::REDRIVE_HELP, after_help = format!("{}\n\n{EXIT_STATUSES}", repairs::REDRIVE_EXAMPLES))]
    Redrive(Redrive),
    /// See, take and finish the fares that recovery left to a person
    #[command(subcommand, long_about = attention::HELP, after_help = format!("{}\n\n{EXIT_STATUSES}", attention::EXAMPLES))]
    Attention(Attention),
    /// Start collecting a fare
    #[command(long_about = start::HELP, after_help = format!("{}\n\n{EXIT_STATUSES}\n\n{}", start::EXAMPLES, start::OUTCOME))]
    Start(Start),
    /// Show everything that is on record about one fare, as one timeline
    #[command(long_about = show::HELP, after_help = format!("{}\n\n{EXIT_STATUSES}", show::EXAMPLES))]
    Show(Show),
    /// List fares by status and age
    #[command(long_about = list::HELP, after_help = format!("{}\n\n{EXIT_STATUSES}", list::EXAMPLES))]
    List(List),
    /// Print what makes a shell complete this command's arguments
    #[command(long_about = COMPLETIONS_HELP, after_help = COMPLETIONS_EXAMPLES)]
    Completions(Completions),
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

/// Which deployed stack.
#[derive(Debug, Args)]
pub(crate) struct Target {
    /// The deployed stack, reached through the usual AWS environment [default: that of samconfig.toml]
    #[arg(long, value_name = "NAME", env = "FARE_STACK", hide_env_values = true)]
    pub(crate) stack: Option<String>,
    /// The stack's outputs, as `aws cloudformation describe-stacks` or `sam list stack-outputs --output json` writes them,
    /// for whoever may not ask CloudFormation; of several stacks in the file, --stack says which
    #[arg(long, value_name = "FILE")]
    pub(crate) outputs: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    #[command(flatten)]
    pub(crate) place: Place,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = OutputFormat::Table)]
    pub(crate) output: OutputFormat,
    /// How long one execution may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) time_limit: u64,
    /// Leave a console open afterwards, until Ctrl-C, with everything that was played in it
    #[arg(long)]
    pub(crate) console: bool,
    /// Play on this deployed stack instead, found through the usual AWS environment; its gateway is observed at
    /// GATEWAY_VIEW_URL
    #[arg(long, value_name = "NAME", conflicts_with = "project")]
    pub(crate) stack: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Local {
    #[command(flatten)]
    pub(crate) place: Place,
    /// What stands in for AWS
    #[arg(long, value_enum, default_value_t = EngineName::Ministack)]
    pub(crate) engine: EngineName,
    /// Use an engine that runs already at this address; only what was deployed there is taken away again
    #[arg(long, value_name = "URL", conflicts_with = "engine", value_parser = engine_url)]
    pub(crate) engine_url: Option<String>,
    /// Open a console beside COMMAND too, whose address it finds in FARE_CONSOLE_URL
    #[arg(long)]
    pub(crate) console: bool,
    /// What to run while the stack stands
    #[arg(last = true, value_name = "COMMAND")]
    pub(crate) command: Vec<std::ffi::OsString>,
}

#[derive(Debug, Args)]
pub(crate) struct Place {
    /// The project's directory [default: the nearest one from here upwards]
    #[arg(long, value_name = "DIR")]
    pub(crate) project: Option<PathBuf>,
    /// Where `make setup` put the tools [default: .tools in the project]
    #[arg(long, value_name = "DIR", env = "FARE_TOOLS_DIR", hide_env_values = true)]
    pub(crate) tools_dir: Option<PathBuf>,
}

impl Local {
    pub(crate) fn engine(&self) -> EngineChoice {
        match (&self.engine_url, self.engine) {
            (Some(url), _) => EngineChoice::Running(url.clone()),
            (None, EngineName::Ministack) => EngineChoice::Ministack,
            (None, EngineName::LocalstackDocker) => EngineChoice::LocalStack(Mode::Docker),
            (None, EngineName::LocalstackHost) => EngineChoice::LocalStack(Mode::Host),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EngineName {
    /// Quick to start; scales waits
    Ministack,
    /// LocalStack's image, functions in containers beside it
    LocalstackDocker,
    /// LocalStack's Python package, functions as processes of this machine
    LocalstackHost,
}

/// The address of an engine, without a slash at its end.
fn engine_url(given: &str) -> Result<String, String> {
    let url = given.trim().trim_end_matches('/');
    let host = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    match host {
        Some(host) if !host.contains(['/', '?', '#', '@']) && reqwest::Url::parse(url).is_ok() => Ok(url.to_owned()),
        Some(_) | None => Err("must be http://HOST:PORT or https://HOST:PORT".to_owned()),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// For people
    Table,
    /// For machines
    Json,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_command_after_two_dashes_is_taken_as_it_is() {
        let cli = Cli::try_parse_from(["fare", "local", "--", "cargo", "test", "--", "--nocapture"]).unwrap();
        let Command::Local(local) = cli.command else { panic!("another command") };
        assert_eq!(local.command, ["cargo", "test", "--", "--nocapture"]);
    }

    #[test]
    fn an_engine_is_started_or_used_where_it_runs_and_never_both() {
        let engine = |arguments: &[&str]| {
            let cli = Cli::try_parse_from(["fare", "local"].iter().chain(arguments)).ok()?;
            let Command::Local(local) = cli.command else { panic!("another command") };
            Some(local.engine())
        };
        assert_eq!(engine(&[]), Some(EngineChoice::Ministack));
        assert_eq!(engine(&["--engine", "localstack-host"]), Some(EngineChoice::LocalStack(Mode::Host)));
        let running = EngineChoice::Running("http://127.0.0.1:4566".to_owned());
        assert_eq!(engine(&["--engine-url", "http://127.0.0.1:4566/"]), Some(running));
        for bad in [
            "http://127.0.0.1:99999",
            "127.0.0.1:4566",
            "http://",
            "ftp://127.0.0.1",
            "http://127.0.0.1/path",
            "http://a:b@127.0.0.1",
        ] {
            assert_eq!(engine(&["--engine-url", bad]), None, "{bad}");
        }
        assert_eq!(engine(&["--engine", "localstack-host", "--engine-url", "http://127.0.0.1:1"]), None);
    }

    #[test]
    fn an_id_that_no_fare_can_have_is_refused_before_anything_is_asked() {
        for arguments in [["fare", "recover", "wr/563"], ["fare", "redrive", "wr 563"]] {
            let error = Cli::try_parse_from(arguments).unwrap_err();
            assert!(error.exit_code() == 2 && error.to_string().contains("letters, digits"), "{error}");
        }
    }

    #[test]
    fn load_is_at_a_pace_or_as_quick_as_its_clients_are() {
        let parse = |arguments: &[&str]| Cli::try_parse_from(["fare", "load"].iter().chain(arguments));
        let Command::Load(load) = parse(&["--clients", "1,2,64", "--per-client", "9"]).unwrap().command else {
            panic!("another command")
        };
        let clients: Vec<_> = load.clients.iter().map(|clients| clients.get()).collect();
        assert_eq!((clients.as_slice(), load.per_client.get()), ([1, 2, 64].as_slice(), 9));
        for pace in ["--rate", "--count", "--concurrency"] {
            assert!(parse(&["--clients", "1", pace, "5"]).is_err(), "{pace}");
        }
        for wrong in [["--clients", "0"], ["--clients", "1,"], ["--clients", ""], ["--per-client", "9"]] {
            assert!(parse(&wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn an_output_format_that_nobody_knows_is_refused() {
        let error = Cli::try_parse_from(["fare", "demo", "--output", "xml"]).unwrap_err();
        assert_eq!(error.exit_code(), 2);
    }

    #[test]
    fn the_exit_statuses_are_documented_in_every_help() {
        for arguments in [
            vec!["fare", "--help"],
            vec!["fare", "console", "--help"],
            vec!["fare", "demo", "--help"],
            vec!["fare", "graph", "--help"],
            vec!["fare", "lab", "--help"],
            vec!["fare", "local", "--help"],
            vec!["fare", "load", "--help"],
            vec!["fare", "reconcile", "--help"],
            vec!["fare", "start", "--help"],
            vec!["fare", "show", "--help"],
            vec!["fare", "list", "--help"],
            vec!["fare", "recover", "--help"],
            vec!["fare", "redrive", "--help"],
            vec!["fare", "attention", "--help"],
            vec!["fare", "attention", "take", "--help"],
        ] {
            let help = Cli::try_parse_from(arguments).unwrap_err().to_string();
            assert!(help.contains("130  interrupted"), "{help}");
        }
    }
}
