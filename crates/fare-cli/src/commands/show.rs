//! `fare show`.

use fare_cli::Result;
use fare_cli::dossier::Dossier;
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
    progress.step("looking for the stack");
    let stack = stack(&arguments.target).await?;
    progress.step("gathering what is on record");
    let dossier = Dossier::of(&stack, &arguments.fare).await?;
    progress.clear();
    match arguments.output {
        OutputFormat::Json => say::document(&dossier_to_json(&dossier))?,
        OutputFormat::Table => say::result(&dossier_to_text(&dossier, say::width(), say::colours()))?,
    }
    Ok(if dossier.gateway.is_some() { Exit::AsExpected } else { Exit::Unreachable })
}
