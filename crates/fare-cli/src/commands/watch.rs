//! Watching an execution: as a picture that moves on a terminal, as lines elsewhere.

use std::cell::{Cell, RefCell};
use std::io::{IsTerminal, stderr, stdout};
use std::pin::pin;
use std::time::Duration;

use console::Term;
use fare_cli::execution::{ExecutionArn, Followed, Happening, Layout, Trail, definition_of, follow};
use fare_cli::report::{Frame, happening_to_line, picture};
use fare_cli::{Result, Stack};
use fare_values::{Clock as _, SystemClock};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::time::interval;

use crate::cli::OutputFormat;
use crate::say;

/// How often the picture moves.
const TICK: Duration = Duration::from_millis(120);

/// Follows an execution to its end and shows it: on standard output, or on standard error where a document for machines
/// goes to standard output.
pub(super) async fn watch(stack: &Stack, execution: &ExecutionArn, output: OutputFormat) -> Result<Followed> {
    let for_machines = output == OutputFormat::Json;
    let can_move = stderr().is_terminal() && !say::is_dumb() && (for_machines || stdout().is_terminal());
    if can_move {
        match definition_of(stack, execution).await {
            Ok(definition) => return watch_picture(stack, execution, &Layout::of(&definition), for_machines).await,
            Err(error) => say::note(&format!("the machine cannot be drawn: {}", error.in_full())),
        }
    }
    watch_lines(stack, execution, for_machines).await
}

async fn watch_lines(stack: &Stack, execution: &ExecutionArn, for_machines: bool) -> Result<Followed> {
    let mut written = Ok(());
    let followed = follow(stack, execution, |trail: &Trail, happened: &[Happening]| {
        for line in happened.iter().map(|happening| happening_to_line(happening, trail.began_at)) {
            if for_machines {
                say::note(&line);
            } else if written.is_ok() {
                written = say::result(&format!("{line}\n"));
            }
        }
    })
    .await?;
    written.map(|()| followed)
}

async fn watch_picture(
    stack: &Stack,
    execution: &ExecutionArn,
    layout: &Layout,
    for_machines: bool,
) -> Result<Followed> {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    bar.set_style(ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_spinner()));
    let seen = RefCell::new(Trail::default());
    let number = Cell::new(0_usize);
    let draw = |trail: &Trail| {
        number.set(number.get().wrapping_add(1));
        let width = usize::from(Term::stderr().size().1);
        let frame = Frame { now: SystemClock.now().0, number: number.get(), width, colours: say::colours() };
        picture(layout, trail, frame)
    };
    let mut following = pin!(follow(stack, execution, |trail: &Trail, _: &[Happening]| {
        trail.clone_into(&mut seen.borrow_mut());
    }));
    let mut tick = interval(TICK);
    let followed = loop {
        tokio::select! {
            followed = &mut following => break followed,
            _ = tick.tick() => bar.set_message(draw(&seen.borrow())),
        }
    };
    bar.finish_and_clear();
    let followed = followed?;
    if !for_machines {
        say::result(&format!("{}\n", draw(&followed.trail)))?;
    }
    Ok(followed)
}
