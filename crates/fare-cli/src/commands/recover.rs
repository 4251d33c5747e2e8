//! `fare recover`.

use aws_sdk_sfn::types::ExecutionStatus;
use fare_cli::execution::{Ended, ExecutionArn};
use fare_cli::repairs::{Case, LeftAlone, Plan, case, judge_recovery, start, under_way};
use fare_cli::{Result, Stack};

use super::consent::{Answer, asked};
use super::follow::follow;
use super::target::{interruptible, stack};
use super::told::Told;
use crate::cli::Recover;
use crate::exit::Exit;
use crate::progress::Progress;

pub(super) async fn run(arguments: Recover) -> Exit {
    interruptible(async |progress: &Progress| {
        progress.step("looking for the stack");
        let stack = stack(&arguments.target).await?;
        progress.step("looking at the fare");
        let case = case(&stack, arguments.fare.as_str()).await?;
        let told = recover(&arguments, progress, &stack, &case).await?;
        progress.clear();
        told.with("fareId", case.fare_id).with("execution", case.arn.as_str()).tell(arguments.output)
    })
    .await
}

async fn recover(arguments: &Recover, progress: &Progress, stack: &Stack, case: &Case) -> Result<Told> {
    let plan = match judge_recovery(case, arguments.force) {
        Ok(plan) => plan,
        Err(why) => return Ok(left_alone(case, why)),
    };
    if let Some(recovery) = under_way(stack, case).await? {
        return finish(arguments, progress, stack, case, &recovery, "under_way").await;
    }
    let lines = planned(stack, case, &plan);
    match asked(&arguments.consent, progress, &lines).await? {
        Answer::OnlyPlan => {
            return Ok(Told::new(Exit::AsExpected, "planned", lines.join("\n")).with("plan", plan.lines));
        }
        Answer::No => return Ok(Told::new(Exit::Differs, "declined", "nothing was done").with("plan", plan.lines)),
        Answer::GoOn => {}
    }
    let progress = Progress::begin();
    progress.step("starting recovery");
    let recovery = start(stack, case, &plan).await?;
    let told = finish(arguments, &progress, stack, case, &recovery, "started").await;
    progress.clear();
    Ok(told?.with("plan", plan.lines))
}

/// What will be done to which fare, by whom.
fn planned(stack: &Stack, case: &Case, plan: &Plan) -> Vec<String> {
    let machine = &stack.outputs.recovery_state_machine_arn;
    let begin = [case.summary(), format!("recovery ({machine}) of {}:", plan.execution)];
    begin.into_iter().chain(plan.lines.iter().map(|line| format!("  {line}"))).collect()
}

/// Waits for a recovery that is at work, if that is wanted, and looks at what it left.
async fn finish(
    arguments: &Recover,
    progress: &Progress,
    stack: &Stack,
    before: &Case,
    recovery: &ExecutionArn,
    outcome: &'static str,
) -> Result<Told> {
    let told = if arguments.no_wait || arguments.consent.dry_run {
        Told::new(Exit::AsExpected, outcome, format!("recovery is at work on fare {}: {recovery}", before.fare_id))
    } else {
        progress.step(&format!("recovery is at work: {recovery}"));
        let ended = follow(stack, recovery, progress).await?;
        progress.step("looking at the fare again");
        judge_end(&case(stack, &before.fare_id).await?, recovery, &ended)
    };
    Ok(told.with("recovery", recovery.as_str()))
}

/// What a recovery that has ended made of the fare, by its own account and by the books.
fn judge_end(case: &Case, recovery: &ExecutionArn, ended: &Ended) -> Told {
    let fare = &case.fare_id;
    if ended.error.as_deref() == Some("FareNeedsAttention") {
        let message = format!("recovery asks for a person, `fare attention list` says why: {recovery}");
        return Told::new(Exit::Differs, "needs_attention", message).disagreeing(fare, &case.findings);
    }
    if ended.status != ExecutionStatus::Succeeded {
        let message = format!("recovery of fare {fare} ended {}: {recovery}", ended.status.as_str());
        return Told::new(Exit::Differs, "ended", message).disagreeing(fare, &case.findings);
    }
    // One that was turned away leaves no record.
    if case.is_settled() || (case.decision().is_none() && case.findings.is_empty()) {
        return Told::new(Exit::AsExpected, "settled", format!("settled: {}", case.summary()))
            .disagreeing(fare, &case.findings);
    }
    let message = format!("recovery has ended, and the fare is not settled: {}", case.summary());
    Told::new(Exit::Differs, "not_settled", message).disagreeing(fare, &case.findings)
}

/// Why nothing is done.
fn left_alone(case: &Case, why: LeftAlone) -> Told {
    let told = |exit, outcome, message: &str| {
        let message = format!("{}: {message}", case.summary());
        Told::new(exit, outcome, message).disagreeing(&case.fare_id, &case.findings)
    };
    let (exit, outcome, message) = match why {
        LeftAlone::Running => {
            let message = "leave it to its execution, or stop that, and recovery begins by itself";
            (Exit::Differs, "running", message.to_owned())
        }
        LeftAlone::Young => {
            let message =
                "an execution of another name may be at work on it: look again in half an hour, or give --force";
            (Exit::Differs, "young", message.to_owned())
        }
        LeftAlone::Settled => {
            let message = "nothing is to be done; if its notice is missing, --force sends it again";
            (Exit::AsExpected, "nothing_to_do", message.to_owned())
        }
        LeftAlone::Waiting => {
            (Exit::Differs, "waiting", "its refund is on its way, and may still fail: look again later".to_owned())
        }
        LeftAlone::ByHand(lines) if lines.is_empty() => {
            (Exit::Differs, "by_hand", "recovery does not change what is wrong, a person must look:".to_owned())
        }
        LeftAlone::ByHand(lines) => {
            let message = format!("recovery does not mend it: {}; then recover it again", lines.join("; "));
            return told(Exit::Differs, "by_hand", &message).with("byHand", lines);
        }
        LeftAlone::Refused(rejection) => {
            let message =
                format!("the functions would turn the fare away, and recovery would settle nothing: {rejection}");
            (Exit::Differs, "refused", message)
        }
    };
    told(exit, outcome, &message)
}
