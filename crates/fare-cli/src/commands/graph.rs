//! `fare graph`.

use std::io::{IsTerminal, stdout};
use std::path::Path as FilePath;

use fare_cli::execution::{self, Among, ExecutionArn, recoveries};
use fare_cli::graph::{Graph, Path, taken, to_mermaid, to_png, to_svg};
use fare_cli::local::Project;
use fare_cli::scenarios::catalogue;
use fare_cli::{Error, Result, Stack};

use super::target::{interruptible, stack};
use crate::cli::{self, FareOrExecution, Format, Machine};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::say;

pub(super) async fn run(arguments: cli::Graph) -> Exit {
    interruptible(async |progress: &Progress| run_with(&arguments, progress).await).await
}

async fn run_with(arguments: &cli::Graph, progress: &Progress) -> Result<Exit> {
    let format = arguments.format();
    if format == Format::Png && arguments.out.is_none() && stdout().is_terminal() {
        return Err(Error::PictureOnTerminal);
    }
    let (graph, path) = drawn(arguments, progress).await?;
    progress.clear();
    for flaw in &graph.flaws {
        say::note(&format!("unfinished: {flaw}"));
    }
    // Aside, so that a signal is heard while a large machine is laid out.
    let drawing = tokio::task::spawn_blocking(move || {
        Ok::<_, Error>(match format {
            Format::Mermaid => to_mermaid(&graph, path.as_ref()).into_bytes(),
            Format::Svg => to_svg(&graph, path.as_ref()).into_bytes(),
            Format::Png => to_png(&graph, path.as_ref())?,
        })
    });
    let picture = drawing.await.map_err(|error| Error::Picture { reason: error.to_string() })??;
    match &arguments.out {
        Some(file) => {
            std::fs::write(file, picture).map_err(|source| Error::File { path: file.clone(), source })?;
        }
        None => say::bytes(&picture)?,
    }
    Ok(Exit::AsExpected)
}

/// What the arguments ask for.
async fn drawn(arguments: &cli::Graph, progress: &Progress) -> Result<(Graph, Option<Path>)> {
    if let Some(id) = &arguments.id {
        progress.step("looking for the stack");
        let stack = stack(&arguments.target).await?;
        progress.step("reading the execution's history");
        let execution = execution_of(&stack, id, arguments.machine).await?;
        let (graph, path) = taken(&stack, &execution).await?;
        return Ok((graph, Some(path)));
    }
    if let Some(file) = &arguments.definition {
        return Ok((in_file(file)?, None));
    }
    let here = std::env::current_dir().map_err(|source| Error::File { path: ".".into(), source })?;
    let file = match arguments.machine {
        Machine::Collection => "fare-collection.asl.json",
        Machine::Recovery => "recover-fare.asl.json",
    };
    let graph = match Project::find(None, &here, None) {
        Ok(project) => in_file(&project.root().join("statemachine").join(file))?,
        Err(outside) if arguments.scenario.is_some() => return Err(outside),
        Err(_) => {
            progress.step("looking for the stack");
            let stack = stack(&arguments.target).await?;
            Graph::of(&execution::definition(&stack, machine_arn(&stack, arguments.machine)).await?)?
        }
    };
    let path = arguments.scenario.as_deref().and_then(|name| {
        let scenario = catalogue().into_iter().find(|scenario| scenario.name == name)?;
        let title = format!("scenario: {}", scenario.name);
        Some(Path::expected(&graph, &title, scenario.starts.first()?.expected.as_ref()?))
    });
    Ok((graph, path))
}

fn in_file(path: &FilePath) -> Result<Graph> {
    let refused = |reason: String| Error::DefinitionRefused { path: path.to_owned(), reason };
    let text = std::fs::read_to_string(path).map_err(|error| refused(error.to_string()))?;
    let definition = serde_json::from_str(&text).map_err(|error| refused(error.to_string()))?;
    Graph::of(&definition).map_err(|error| refused(error.to_string()))
}

fn machine_arn(stack: &Stack, machine: Machine) -> &str {
    match machine {
        Machine::Collection => &stack.outputs.state_machine_arn,
        Machine::Recovery => &stack.outputs.recovery_state_machine_arn,
    }
}

/// The execution that is meant.
async fn execution_of(stack: &Stack, id: &FareOrExecution, machine: Machine) -> Result<ExecutionArn> {
    let fare = match id {
        FareOrExecution::Execution(arn) => return Ok(arn.clone()),
        FareOrExecution::Fare(fare) => fare.as_str(),
    };
    let own = ExecutionArn::of(&stack.outputs.state_machine_arn, fare);
    match machine {
        Machine::Collection => Ok(own),
        Machine::Recovery => {
            let described = execution::describe(stack, &own).await?;
            let recoveries = recoveries(stack, fare, Among::those_for(described.as_ref())).await?;
            recoveries.left_out.iter().for_each(|what| say::note(what));
            let last = recoveries.found.into_iter().next_back();
            let last = last.ok_or_else(|| Error::NoRecovery { fare: fare.to_owned() })?;
            Ok(last.execution.arn)
        }
    }
}
