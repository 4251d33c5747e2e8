//! `fare list`.

use std::time::Duration;

use fare_cli::Result;
use fare_cli::fares::{Wanted, fares};
use fare_cli::report::{fare_list_to_json, fare_list_to_text};
use fare_values::{Clock as _, FareStatus, SystemClock};

use super::target::{interruptible, stack};
use crate::cli::{List, OutputFormat, Status};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::say;

pub(super) async fn run(arguments: List) -> Exit {
    interruptible(async |progress: &Progress| run_with(&arguments, progress).await).await
}

async fn run_with(arguments: &List, progress: &Progress) -> Result<Exit> {
    progress.step("looking for the stack");
    let stack = stack(&arguments.target).await?;
    progress.step("reading fares");
    let now = SystemClock.now().0;
    let wanted = Wanted {
        status: arguments.status.map(|status| match status {
            Status::Undecided => FareStatus::Registered,
            Status::Completed => FareStatus::Completed,
            Status::Failed => FareStatus::Failed,
        }),
        before: arguments.older_than.map(|age| now.saturating_sub(whole_millis(age))),
        limit: usize::try_from(arguments.limit).unwrap_or(usize::MAX),
        newest: arguments.newest,
    };
    let list = fares(&stack, wanted, |seen| progress.moving(&format!("reading fares: {seen} so far"))).await?;
    progress.clear();
    match arguments.output {
        OutputFormat::Json => say::document(&fare_list_to_json(&list, wanted, now))?,
        OutputFormat::Table => say::result(&fare_list_to_text(&list, wanted, now, say::width(), say::colours()))?,
    }
    Ok(Exit::AsExpected)
}

fn whole_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
