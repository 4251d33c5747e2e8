//! The whole run: what has to stand around the programs, the measuring, and what is told.

use std::io::{ErrorKind, IsTerminal, Write, stdout};
use std::path::{Path, PathBuf};

use crate::cli::{Arguments, Output};
use crate::endpoint::{Endpoint, Trust};
use crate::error::{BenchError, Result};
use crate::exit::Exit;
use crate::fare;
use crate::gateway::Gateway;
use crate::goals::{judge, summaries};
use crate::interrupt::Interrupt;
use crate::measure::Plan;
use crate::progress::{Progress, problem};
use crate::report::{Report, doubt, lines, missed, to_json, to_table};
use crate::subjects::{Surroundings, boto3, deciding, floors, functions};
use crate::workload::FareIds;

/// The key that opens the gateway of this run.
const GATEWAY_KEY: &str = "sk_test_of_one_bench_run";

/// Measures and tells. A signal stops it, and whatever was started is killed as it is let go of.
pub(crate) async fn run(arguments: &Arguments) -> Exit {
    let progress = Progress::begin();
    let outcome = match Interrupt::listen() {
        Err(error) => Err(BenchError::io("listen for signals")(error)),
        Ok(mut interrupt) => tokio::select! {
            outcome = bench(arguments, &progress) => outcome.map(Some),
            () = interrupt.came() => Ok(None),
        },
    };
    progress.clear();
    let told = outcome.and_then(|report| match report {
        None => Ok(Exit::Interrupted),
        Some(report) => {
            tell(&report, arguments.output)?;
            Ok(if arguments.check && !report.is_good() { Exit::Missed } else { Exit::Measured })
        }
    });
    told.unwrap_or_else(|error| {
        problem(&error.in_full());
        Exit::Problem
    })
}

async fn bench(arguments: &Arguments, progress: &Progress) -> Result<Report> {
    let scratch = tempfile::tempdir().map_err(BenchError::io("make a directory for the run"))?;
    let trust = if arguments.plain { None } else { Some(Trust::new()?) };
    let authorities = trust.as_ref().map(|trust| trust.write_bundle(scratch.path())).transpose()?;
    let endpoint = Endpoint::start(trust.as_ref(), GATEWAY_KEY).await?;
    let gateway = Gateway::start(&gateway_simulator(arguments)?, GATEWAY_KEY).await?;

    let (aws_url, gateway_url) = (endpoint.url(), gateway.url());
    let around = Surroundings {
        aws_url: &aws_url,
        authorities: authorities.as_deref(),
        gateway_url: &gateway_url,
        scratch: scratch.path(),
    };
    let mut subjects = floors(&directory_of_floors(arguments)?, &around)?;
    subjects.extend(functions(&arguments.functions, &around)?);
    match boto3(&arguments.python, &around).await? {
        Ok(subject) => subjects.push(subject),
        Err(why_not) => progress.say(&why_not),
    }

    let plan = Plan {
        endpoint: &endpoint,
        gateway: &gateway,
        scratch: scratch.path(),
        progress,
        starts: arguments.starts,
        invocations: arguments.invocations,
    };
    let mut ids = FareIds::default();
    let all_steps = functions(&arguments.functions, &around)?;
    let decision = deciding(&arguments.functions, &around)?;
    let steps: Vec<_> = all_steps.iter().chain([&decision]).collect();
    let fare = fare::collect(&steps, &plan, &mut ids).await?;
    let programs = plan.measure(&subjects, &mut ids).await?;
    gateway.stop().await;

    let functions = summaries(&subjects, &programs);
    let goals = judge(&functions, &programs, &fare);
    let (starts, invocations, tls) = (arguments.starts, arguments.invocations, trust.is_some());
    Ok(Report { starts, invocations, tls, programs, fare, goals, functions })
}

/// The table and the lines are results; beside JSON, which is for programs, the lines are only for whoever looks on.
fn tell(report: &Report, output: Output) -> Result<()> {
    let doubt = doubt(&report.programs).unwrap_or_default();
    let lines = format!("{doubt}{}{}", missed(report), lines(report));
    match output {
        Output::Table => print(&format!("{}{lines}", to_table(report, stdout().is_terminal()))),
        Output::Json => {
            let _reader_may_be_gone = std::io::stderr().write_all(lines.as_bytes());
            print(&to_json(report)?)
        }
    }
}

/// A reader that has gone away is no reason to fail.
fn print(text: &str) -> Result<()> {
    let mut out = stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(BenchError::io("write the results")(error)),
        _ => Ok(()),
    }
}

fn directory_of_floors(arguments: &Arguments) -> Result<PathBuf> {
    match &arguments.floors {
        Some(directory) => Ok(directory.clone()),
        None => own_directory(),
    }
}

fn own_directory() -> Result<PathBuf> {
    let executable = std::env::current_exe().map_err(BenchError::io("tell where this program is"))?;
    Ok(executable.parent().map(Path::to_owned).unwrap_or_default())
}

/// Beside this program, or where the tools for this machine are built.
fn gateway_simulator(arguments: &Arguments) -> Result<PathBuf> {
    if let Some(given) = &arguments.gateway_simulator {
        return Ok(given.clone());
    }
    let beside = own_directory()?;
    let places = [beside.join("gateway-simulator"), beside.join("../debug/gateway-simulator")];
    let remedy = "`make host-tools` builds it";
    let [_, last] = &places;
    let missing = BenchError::Missing { name: "gateway-simulator", path: last.clone(), remedy };
    places.iter().find(|place| place.is_file()).cloned().ok_or(missing)
}
