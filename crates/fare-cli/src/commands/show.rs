//! `fare show`.

use fare_cli::Result;
use fare_cli::dossier::{Dossier, typed_fare_id};
use fare_cli::report::{dossier_to_json, dossier_to_text};

use super::target::{interruptible, stack};
use crate::cli::{OutputFormat, Show};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::say;

pub(super) async fn run(arguments: Show) -> Exit {
    interruptible(async |progress: &Progress| run_with(&arguments, progress).await).await
}

async fn run_with(arguments: &Show, progress: &Progress) -> Result<Exit> {
    let fare_id = typed_fare_id(&arguments.fare_id)?;
    progress.step("looking for the stack");
    let stack = stack(&arguments.target).await?;
    progress.step("gathering what is on record");
    let dossier = Dossier::of(&stack, &fare_id).await?;
    progress.clear();
    say::result(&match arguments.output {
        OutputFormat::Json => format!("{}\n", serde_json::to_string_pretty(&dossier_to_json(&dossier))?),
        OutputFormat::Table => dossier_to_text(&dossier, say::width(), say::colours()),
    })?;
    Ok(if dossier.gateway.is_some() { Exit::AsExpected } else { Exit::Unreachable })
}
