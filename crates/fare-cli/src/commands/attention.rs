//! `fare attention`.

use std::collections::BTreeSet;

use fare_cli::attention::{AttentionQueue, Message, Receipt, Receipts};
use fare_cli::repairs::case;
use fare_cli::report::{attention_to_table, message_to_json, receipt_to_json};
use fare_cli::{Error, Result, Stack};
use serde_json::{Value, json};

use super::consent::{Answer, asked};
use super::target::{interruptible, stack};
use super::told::Told;
use crate::cli::{Attention, AttentionDone, AttentionList, AttentionTake, OutputFormat, Target};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::say;

/// How often a message is tried to be had, each time with a receipt of its own.
const TRIES: u32 = 3;

pub(super) async fn run(arguments: Attention) -> Exit {
    interruptible(async |progress: &Progress| match &arguments {
        Attention::List(arguments) => list(arguments, progress).await,
        Attention::Take(arguments) => take(arguments, progress).await,
        Attention::Done(arguments) => done(arguments, progress).await,
    })
    .await
}

async fn queue(target: &Target, progress: &Progress) -> Result<(Stack, AttentionQueue)> {
    progress.step("looking for the stack");
    let stack = stack(target).await?;
    progress.step("looking into the attention queue");
    Ok((stack.clone(), AttentionQueue::new(stack)))
}

async fn list(arguments: &AttentionList, progress: &Progress) -> Result<Exit> {
    let (_, queue) = queue(&arguments.target, progress).await?;
    let taken = queue.taken().await?;
    let waiting = queue.look(|_| true).await?;
    let mine = mine(&Receipts::of_user()?, &queue)?;
    progress.clear();
    match arguments.output {
        OutputFormat::Table => {
            let width = say::width();
            say::result(&attention_to_table(&waiting, taken, &mine, width, say::colours()))?;
        }
        OutputFormat::Json => {
            let document = json!({
                "messages": waiting.messages.iter().map(message_to_json).collect::<Vec<_>>(),
                "more": waiting.more,
                "taken": taken,
                "mine": mine.iter().map(receipt_to_json).collect::<Vec<_>>(),
            });
            say::document(&document)?;
        }
    }
    Ok(Exit::AsExpected)
}

async fn take(arguments: &AttentionTake, progress: &Progress) -> Result<Exit> {
    let (_, queue) = queue(&arguments.target, progress).await?;
    let receipts = Receipts::of_user()?;
    let fare = arguments.fare.as_ref().map(|fare| fare.as_str());
    if let Some(fare) = fare
        && let Some(receipt) = mine(&receipts, &queue)?.into_iter().find(|receipt| receipt.is(fare))
    {
        progress.clear();
        let message = format!("fare {fare} is yours already, until {}", until(&receipt));
        let told = Told::new(Exit::AsExpected, "nothing_to_do", message).with("taken", receipt_to_json(&receipt));
        return told.tell(arguments.output);
    }
    let wanted = |message: &Message| fare.is_none_or(|fare| message.is(fare));
    let waiting = queue.look(wanted).await?;
    let Some(message) = waiting.messages.first() else {
        progress.clear();
        return nothing_waits(&queue, waiting.more, "taken").await?.tell(arguments.output);
    };
    let time = humantime::format_duration(arguments.time);
    let plan = [
        format!("message {}, fare {}: {}: {}", message.id, message.about(), message.error, message.cause),
        format!("is hidden from everybody for {time}; no money moves"),
    ];
    match asked(&arguments.consent, progress, &plan).await? {
        Answer::OnlyPlan => return Told::new(Exit::AsExpected, "planned", plan.join("\n")).tell(arguments.output),
        Answer::No => return Told::new(Exit::Differs, "declined", "nothing was done").tell(arguments.output),
        Answer::GoOn => {}
    }
    for held in queue.hold(|it| it.id == message.id).await?.messages {
        if queue.hide(&held.receipt, arguments.time).await? {
            let receipt = Receipt::of(&held, queue.url(), arguments.time);
            if let Err(error) = receipts.keep(&receipt) {
                // A message that cannot be deleted by its taker must not be hidden.
                queue.hide(&held.receipt, std::time::Duration::ZERO).await?;
                return Err(error);
            }
            let message = format!(
                "fare {} is yours until {}: `fare attention done {}` when it is settled",
                held.about(),
                until(&receipt),
                held.fare_id.as_deref().unwrap_or(&held.id)
            );
            let told = Told::new(Exit::AsExpected, "taken", message).with("taken", receipt_to_json(&receipt));
            return told.tell(arguments.output);
        }
    }
    nothing_waits(&queue, false, "taken").await?.tell(arguments.output)
}

async fn done(arguments: &AttentionDone, progress: &Progress) -> Result<Exit> {
    let (stack, queue) = queue(&arguments.target, progress).await?;
    let receipts = Receipts::of_user()?;
    let which = arguments.which.as_str();
    let mine: Vec<_> = mine(&receipts, &queue)?.into_iter().filter(|receipt| receipt.is(which)).collect();
    let waiting = queue.look(|message| message.is(which)).await?;
    let ids: BTreeSet<String> = (mine.iter().map(|receipt| receipt.message_id.clone()))
        .chain(waiting.messages.iter().map(|message| message.id.clone()))
        .collect();
    if ids.is_empty() {
        progress.clear();
        return nothing_waits(&queue, waiting.more, "deleted").await?.tell(arguments.output);
    }
    let fares: BTreeSet<String> = (mine.iter().filter_map(|receipt| receipt.fare_id.clone()))
        .chain(waiting.messages.iter().filter_map(|message| message.fare_id.clone()))
        .collect();
    progress.step("looking at the fare");
    let standing = standing(&stack, &fares).await?;
    if let Some(unsettled) = standing.unsettled.filter(|_| !arguments.force) {
        progress.clear();
        return unsettled.tell(arguments.output);
    }
    let shown: Vec<_> = ids.iter().cloned().collect();
    let plan = standing.lines.into_iter().chain([format!("deletes for good: message {}", shown.join(", "))]);
    let plan: Vec<_> = plan.collect();
    match asked(&arguments.consent, progress, &plan).await? {
        Answer::OnlyPlan => return Told::new(Exit::AsExpected, "planned", plan.join("\n")).tell(arguments.output),
        Answer::No => return Told::new(Exit::Differs, "declined", "nothing was done").tell(arguments.output),
        Answer::GoOn => {}
    }
    let mut deleted = Vec::new();
    for id in ids {
        let receipt = mine.iter().find(|receipt| receipt.message_id == id);
        if delete(&queue, &id, receipt).await? {
            receipts.forget(&id)?;
            deleted.push(id);
        }
    }
    let (exit, outcome, message) = match deleted.len() {
        all if all == shown.len() => (Exit::AsExpected, "deleted", format!("deleted: message {}", deleted.join(", "))),
        _ => (Exit::Differs, "not_found", "somebody else has taken it meanwhile: see `fare attention list`".to_owned()),
    };
    Told::new(exit, outcome, message).with("deleted", deleted).tell(arguments.output)
}

/// Whether these fares are settled.
struct Standing {
    lines: Vec<String>,
    unsettled: Option<Told>,
}

async fn standing(stack: &Stack, fares: &BTreeSet<String>) -> Result<Standing> {
    let not_settled = |message: String| Told::new(Exit::Differs, "not_settled", message);
    let mut standing = Standing { lines: Vec::new(), unsettled: None };
    if fares.is_empty() {
        let message = "the message does not tell its fare: see that it is settled, then give --force";
        standing.unsettled = Some(not_settled(message.to_owned()));
    }
    for fare in fares {
        match case(stack, fare).await {
            Ok(case) => {
                standing.lines.push(case.summary());
                if !case.is_settled() {
                    let message =
                        format!("{}: it is not settled, and its message stays; --force deletes it", case.summary());
                    standing.unsettled = Some(not_settled(message).disagreeing(fare, &case.findings));
                }
            }
            // An execution of another name, of which nothing is known any more.
            Err(error @ Error::NoFare) => {
                standing.lines.push(format!("fare {fare}: {error}"));
                standing.unsettled = Some(not_settled(format!("fare {fare}: {error}; --force deletes its message")));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(standing)
}

/// Deletes a message by the receipt that is kept, or else by one that is got for it.
async fn delete(queue: &AttentionQueue, id: &str, receipt: Option<&Receipt>) -> Result<bool> {
    if let Some(receipt) = receipt
        && queue.delete(&receipt.receipt_handle).await?
    {
        return Ok(true);
    }
    for _ in 0..TRIES {
        for held in queue.hold(|message| message.id == id).await?.messages {
            if queue.delete(&held.receipt).await? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// What this user has taken. What has come back since, because its time was up, is forgotten.
fn mine(receipts: &Receipts, queue: &AttentionQueue) -> Result<Vec<Receipt>> {
    let (valid, expired): (Vec<_>, Vec<_>) = receipts.of_queue(queue.url())?.into_iter().partition(Receipt::is_valid);
    expired.iter().try_for_each(|receipt| receipts.forget(&receipt.message_id))?;
    Ok(valid)
}

/// Nothing was found; if somebody has taken messages, or there are more than were looked at, it may be among those.
async fn nothing_waits(queue: &AttentionQueue, more: bool, field: &str) -> Result<Told> {
    let told = match queue.taken().await? {
        _ if more => {
            let message = "no such message is among the thousand that were looked at, and more wait: try again";
            Told::new(Exit::Differs, "not_found", message)
        }
        0 => Told::new(Exit::AsExpected, "nothing_to_do", "no such message is in the queue"),
        taken => {
            let message = format!("no such message waits; it may be among the {taken} that are taken");
            Told::new(Exit::Differs, "not_found", message)
        }
    };
    Ok(told.with(field, Value::Null))
}

fn until(receipt: &Receipt) -> String {
    humantime::format_rfc3339_seconds(receipt.until()).to_string()
}
