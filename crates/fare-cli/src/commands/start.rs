//! `fare start`.

use std::path::Path;

use aws_sdk_sfn::types::ExecutionStatus;
use fare_cli::execution::{FareInput, Followed, LONGEST_INPUT, StartedFare, start_fare};
use fare_cli::report::trail_to_json;
use fare_cli::{Error, Result};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::target::{interruptible, stack};
use super::watch::watch;
use crate::cli::{OutputFormat, Start};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::say;

pub(super) async fn run(arguments: Start) -> Exit {
    interruptible(async |progress: &Progress| run_with(&arguments, progress).await).await
}

async fn run_with(arguments: &Start, progress: &Progress) -> Result<Exit> {
    // Before anything of AWS is even made.
    let fare = input(arguments).await?;
    progress.step("looking for the stack");
    let stack = stack(&arguments.target).await?;
    progress.step("starting");
    let started = start_fare(&stack, &fare).await?;
    progress.clear();
    let as_text = arguments.output == OutputFormat::Table;
    if as_text {
        let how = if started.stood { "was started before, with the same input" } else { "started" };
        say::result(&format!("fare {} {how}: {}\n", fare.fare_id(), started.execution))?;
    }
    let mut document = to_json(&fare, &started);
    let mut exit = Exit::AsExpected;
    if arguments.watch {
        progress.when_interrupted(format!("the fare goes on: fare show {}", fare.fare_id()));
        let followed = watch(&stack, &started.execution, arguments.output).await?;
        let why = why_not_collected(&followed);
        if why.is_some() {
            exit = Exit::Differs;
        }
        if as_text {
            let outcome = why.as_ref().map_or_else(|| "collected".to_owned(), |why| format!("not collected: {why}"));
            say::result(&format!("fare {} {outcome}\n", fare.fare_id()))?;
        }
        add_outcome(&mut document, &followed, why.as_deref());
    }
    if !as_text {
        say::document(&document)?;
    }
    Ok(exit)
}

/// The fare that the arguments give.
async fn input(arguments: &Start) -> Result<FareInput> {
    if let Some(file) = &arguments.input {
        let from = if file == Path::new("-") { "standard input".to_owned() } else { file.display().to_string() };
        let not_read = |source| Error::InputNotRead { from: from.clone(), source };
        let text = if file == Path::new("-") {
            read(tokio::io::stdin()).await
        } else {
            match tokio::fs::File::open(file).await {
                Ok(file) => read(file).await,
                Err(error) => Err(error),
            }
        };
        return FareInput::from_text(&from, &text.map_err(not_read)?);
    }
    // The command line has all of them where it has no file.
    let given = |value: &Option<String>| value.clone().unwrap_or_default();
    FareInput::from_parts(
        &given(&arguments.fare_id),
        &given(&arguments.customer_id),
        &given(&arguments.amount),
        arguments.currency.as_deref(),
        &given(&arguments.payment_method),
    )
}

/// No more than enough to see that it is too long.
async fn read(from: impl AsyncRead + Unpin) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    from.take(LONGEST_INPUT.saturating_add(1)).read_to_end(&mut text).await?;
    Ok(text)
}

fn to_json(fare: &FareInput, started: &StartedFare) -> Value {
    json!({
        "fareId": fare.fare_id(),
        "execution": started.execution.as_str(),
        "startedBefore": started.stood,
    })
}

fn add_outcome(document: &mut Value, followed: &Followed, why: Option<&str>) {
    if let Value::Object(fields) = document {
        fields.insert("status".to_owned(), json!(followed.ended.status.as_str()));
        fields.insert("collected".to_owned(), json!(why.is_none()));
        fields.insert("reason".to_owned(), json!(why));
        fields.insert("states".to_owned(), trail_to_json(&followed.trail));
    }
}

/// The error that turned the fare away from being collected; `None` where it is collected.
fn why_not_collected(followed: &Followed) -> Option<String> {
    if followed.ended.status == ExecutionStatus::Succeeded {
        return None;
    }
    let status = followed.ended.status.as_str().to_lowercase().replace('_', " ");
    let first = followed.trail.visited.iter().find_map(|visit| visit.failed.clone());
    Some(first.unwrap_or_else(|| format!("the execution {status}")))
}

#[cfg(test)]
mod tests {
    use fare_cli::execution::{Ended, Trail, Visited};

    use super::*;

    fn followed(status: ExecutionStatus, failed: Option<&str>) -> Followed {
        let visit = Visited {
            state: "ChargeFare".to_owned(),
            attempts: 1,
            entered_at: 0,
            left_at: Some(5),
            failed: failed.map(str::to_owned),
        };
        Followed { trail: Trail { visited: vec![visit], ..Trail::default() }, ended: Ended { status, error: None } }
    }

    #[test]
    fn a_fare_that_was_not_collected_is_told_with_the_first_error() {
        let declined = followed(ExecutionStatus::Failed, Some("PaymentAuthException"));
        assert_eq!(why_not_collected(&declined).as_deref(), Some("PaymentAuthException"));
        let stopped = followed(ExecutionStatus::TimedOut, None);
        assert_eq!(why_not_collected(&stopped).as_deref(), Some("the execution timed out"));
        // Somebody else completed it meanwhile.
        assert_eq!(why_not_collected(&followed(ExecutionStatus::Succeeded, Some("PaymentAuthException"))), None);
    }

    #[tokio::test]
    async fn no_more_is_read_than_shows_that_it_is_too_long() {
        let endless = read(tokio::io::repeat(b' ')).await.unwrap();
        assert_eq!(u64::try_from(endless.len()).unwrap(), LONGEST_INPUT + 1);
    }
}
