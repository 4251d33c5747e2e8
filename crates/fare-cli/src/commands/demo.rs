//! `fare demo`.

use std::time::{Duration, Instant};

use fare_cli::local::EngineChoice;
use fare_cli::observe::{GatewayView, Mailbox};
use fare_cli::report::{Report, to_json, to_table};
use fare_cli::scenarios::{catalogue, judge, play};
use fare_cli::{Clients, Result, Stack, setting};

use super::session::{Session, project, session};
use crate::cli::{Demo, OutputFormat};
use crate::exit::Exit;
use crate::say;

pub(super) async fn run(arguments: Demo) -> Exit {
    session(async |session: &Session| {
        if let Some(name) = &arguments.stack {
            let view = setting("GATEWAY_VIEW_URL");
            let stack = Stack::find(name.clone(), Clients::from_environment().await?, view).await?;
            // Nothing is charged where nobody could see what became of it.
            let _pending = GatewayView::of(&stack)?.faults().await?;
            return show(session, &arguments, &stack).await;
        }
        let project = project(&arguments.place)?;
        let step = |what: &'static str| session.progress.step(what);
        let local = session.stack(&EngineChoice::Ministack, &project, step).await?;
        tokio::select! {
            shown = show(session, &arguments, &local.stack) => shown,
            broken = local.broken() => Err(broken),
        }
    })
    .await
}

async fn show(session: &Session, arguments: &Demo, stack: &Stack) -> Result<Exit> {
    let began = Instant::now();
    let scenarios = catalogue();
    session.progress.parts("playing scenarios", scenarios.len());
    let limit = Duration::from_secs(arguments.time_limit);
    let ended = |name: &'static str| session.progress.part_done(name);
    let mailbox = Mailbox::new(stack.clone());
    let played = play(stack, &mailbox, session.run.id(), &scenarios, limit, ended).await?;

    let judged = scenarios.iter().zip(played.scenarios);
    let rows = judged.map(|(scenario, (ids, observed))| judge(scenario, &ids, observed)).collect();
    let report = Report { rows, dead_letters: played.dead_letters, unaddressed: played.unaddressed };
    session.progress.clear();
    match arguments.output {
        OutputFormat::Json => say::result(&to_json(&report)?)?,
        OutputFormat::Table => {
            let width = say::width();
            say::result(&to_table(&report, width, say::colours()))?;
            say::result(&format!("{} ({} s)\n", report.summary(), began.elapsed().as_secs()))?;
        }
    }
    Ok(if report.as_expected() { Exit::AsExpected } else { Exit::Differs })
}
