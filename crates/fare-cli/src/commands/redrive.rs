//! `fare redrive`.

use aws_sdk_sfn::types::ExecutionStatus;
use fare_cli::execution::Described;
use fare_cli::repairs::{Case, Redrive as Verdict, case, judge_redrive, redrive};
use fare_cli::{Result, Stack};
use reconciliation::Decision;

use super::consent::{Answer, asked};
use super::follow::follow;
use super::target::{interruptible, stack};
use super::told::Told;
use crate::cli::Redrive;
use crate::exit::Exit;
use crate::progress::Progress;

pub(super) async fn run(arguments: Redrive) -> Exit {
    interruptible(async |progress: &Progress| {
        progress.step("looking for the stack");
        let stack = stack(&arguments.target).await?;
        progress.step("looking at the fare");
        let case = case(&stack, arguments.fare.as_str()).await?;
        let told = match &case.execution {
            Some(execution) => go_on(&arguments, progress, &stack, &case, execution).await?,
            None => {
                let message = format!("{}: nothing is to be redriven, `fare recover` settles it", case.summary());
                Told::new(Exit::Differs, "refused", message)
            }
        };
        progress.clear();
        told.with("fareId", case.fare_id).with("execution", case.arn.as_str()).tell(arguments.output)
    })
    .await
}

async fn go_on(
    arguments: &Redrive,
    progress: &Progress,
    stack: &Stack,
    case: &Case,
    execution: &Described,
) -> Result<Told> {
    if let Some(told) = left_alone(case, &judge_redrive(execution)) {
        return Ok(told.with("status", execution.status.as_str()));
    }
    if case.decision() == Some(Decision::Failed) && case.is_settled() {
        let message = format!("{}: nothing is left to go on with", case.summary());
        return Ok(Told::new(Exit::AsExpected, "nothing_to_do", message).with("status", execution.status.as_str()));
    }
    let lines = [
        case.summary(),
        format!("redrive of {}:", execution.arn),
        "  it goes on from where it ended; what is done already is not done again".to_owned(),
        "  if nothing is decided on the fare it may still collect it; if it is failed, it only takes back".to_owned(),
    ];
    match asked(&arguments.consent, progress, &lines).await? {
        Answer::OnlyPlan => return Ok(Told::new(Exit::AsExpected, "planned", lines.join("\n"))),
        Answer::No => return Ok(Told::new(Exit::Differs, "declined", "nothing was done")),
        Answer::GoOn => {}
    }
    let progress = Progress::begin();
    progress.step("redriving");
    let verdict = redrive(stack, execution).await?;
    if verdict != Verdict::Running
        && let Some(told) = left_alone(case, &verdict)
    {
        progress.clear();
        return Ok(told);
    }
    if arguments.no_wait {
        progress.clear();
        return Ok(
            Told::new(Exit::AsExpected, "started", format!("it goes on: {}", execution.arn)).with("status", "RUNNING")
        );
    }
    let ended = follow(stack, &execution.arn, &progress).await;
    progress.clear();
    let ended = ended?;
    let exit = if ended.status == ExecutionStatus::Succeeded { Exit::AsExpected } else { Exit::Differs };
    let error = ended.error.map(|error| format!(" ({error})")).unwrap_or_default();
    let message = format!("fare {}: its execution ended {}{error}", case.fare_id, ended.status.as_str());
    Ok(Told::new(exit, "ended", message).with("status", ended.status.as_str()))
}

/// Why nothing is done, if it is not.
fn left_alone(case: &Case, verdict: &Verdict) -> Option<Told> {
    let (exit, outcome, message) = match verdict {
        Verdict::Possible => return None,
        Verdict::Running => (Exit::AsExpected, "under_way", "it is at work"),
        Verdict::Succeeded => (Exit::AsExpected, "nothing_to_do", "nothing is left to go on with"),
        Verdict::Pointless(why) => (Exit::Differs, "pointless", *why),
        Verdict::Refused(why) => (Exit::Differs, "refused", why.as_str()),
    };
    Some(Told::new(exit, outcome, format!("{}: {message}", case.summary())))
}
