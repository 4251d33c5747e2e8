//! `fare demo`.

use std::cell::Cell;
use std::time::{Duration, Instant};

use fare_cli::console::Console;
use fare_cli::local::{EngineChoice, StandingStack};
use fare_cli::observe::{GatewayView, Mailbox};
use fare_cli::report::{Report, to_json, to_table};
use fare_cli::scenarios::{catalogue, judge, play};
use fare_cli::{Clients, Result, Stack, setting};

use super::console;
use super::session::{Session, project, session};
use crate::cli::{Demo, OutputFormat};
use crate::exit::Exit;
use crate::say;

pub(super) async fn run(arguments: Demo) -> Exit {
    let played = Cell::new(None);
    let exit = session(async |session: &Session| {
        if let Some(name) = &arguments.stack {
            let view = setting("GATEWAY_VIEW_URL");
            let stack = Stack::find(name.clone(), Clients::from_environment().await?, view).await?;
            // Nothing is charged where nobody could see what became of it.
            let _pending = GatewayView::of(&stack)?.faults().await?;
            let exit = show(session, &arguments, &stack).await?;
            if arguments.console {
                played.set(Some(exit));
                leave_open(console::of_stack(stack).await?).await?;
            }
            return Ok(exit);
        }
        let project = project(&arguments.place)?;
        let step = |what: &'static str| session.progress.step(what);
        let local = session.stack(&EngineChoice::Ministack, &project, step).await?;
        tokio::select! {
            shown = shown_with_console(session, &arguments, &local, &played) => shown,
            broken = local.broken() => Err(broken),
        }
    })
    .await;
    // Ctrl-C is how a console that stood is meant to be ended.
    played.take().filter(|_| exit == Exit::Interrupted).unwrap_or(exit)
}

async fn shown_with_console(
    session: &Session,
    arguments: &Demo,
    local: &StandingStack,
    played: &Cell<Option<Exit>>,
) -> Result<Exit> {
    let exit = show(session, arguments, &local.stack).await?;
    if arguments.console {
        played.set(Some(exit));
        leave_open(console::of_local(local).await?).await?;
    }
    Ok(exit)
}

/// Everything that was played can be looked at until somebody has seen enough.
async fn leave_open(console: Console) -> Result<()> {
    say::result(&format!("\nconsole: {}\nCtrl-C takes everything away.\n", console.url()))?;
    console.serve().await
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
