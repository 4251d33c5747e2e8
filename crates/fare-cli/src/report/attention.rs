//! The messages that ask for a person, for people and for machines.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::plain_table::plain_table;
use crate::attention::{Message, Receipt, Waiting};
use crate::execution::ExecutionArn;

/// How much of a reason a table shows. Characters.
const LONGEST_REASON: usize = 160;

/// The messages that wait as a table, and a line that says how many there are and who has the others.
#[must_use]
pub fn attention_to_table(waiting: &Waiting, taken: u64, mine: &[Receipt], width: u16, colours: bool) -> String {
    let mut text = String::new();
    let messages = &waiting.messages;
    if !messages.is_empty() {
        let rows = messages.iter().map(|message| {
            let execution = message.execution.as_ref().map(ExecutionArn::name).unwrap_or_default();
            let reason = shortened(&format!("{}: {}", message.error, message.cause));
            let (age, received) = (age(message), message.received.to_string());
            [message.about().to_owned(), execution.to_owned(), reason, age, received, message.id.clone()]
        });
        let titles = ["fare", "execution", "reason", "waits for", "seen", "message"];
        text = plain_table(titles, rows, width, colours);
    }
    text.push_str(&match messages.len() {
        0 => "nothing waits for a person".to_owned(),
        1 => "1 message waits for a person".to_owned(),
        waiting => format!("{waiting} messages wait for a person"),
    });
    if waiting.more {
        text.push_str(", and more that were not looked at");
    }
    if taken > 0 {
        text.push_str(&format!("; {taken} more taken"));
    }
    text.push('\n');
    for receipt in mine {
        let until = humantime::format_rfc3339_seconds(receipt.until());
        let about = receipt.fare_id.as_deref().unwrap_or("unknown");
        text.push_str(&format!("taken by you until {until}: fare {about}, message {}\n", receipt.message_id));
    }
    text
}

/// A message as JSON. The names of its fields are stable.
#[must_use]
pub fn message_to_json(message: &Message) -> Value {
    json!({
        "messageId": message.id,
        "fareId": message.fare_id,
        "execution": message.execution.as_ref().map(ExecutionArn::as_str),
        "recovery": message.recovery.as_ref().map(ExecutionArn::as_str),
        "error": message.error,
        "cause": message.cause,
        "sentAt": message.sent_at.map(|at| humantime::format_rfc3339_millis(at).to_string()),
        "received": message.received,
    })
}

/// A message that was taken as JSON; not with what deletes it. The names of its fields are stable.
#[must_use]
pub fn receipt_to_json(receipt: &Receipt) -> Value {
    json!({
        "messageId": receipt.message_id,
        "fareId": receipt.fare_id,
        "until": humantime::format_rfc3339_seconds(receipt.until()).to_string(),
    })
}

/// The beginning of a text that is too long for a table.
fn shortened(text: &str) -> String {
    let beginning: String = text.chars().take(LONGEST_REASON).collect();
    if beginning.len() == text.len() { beginning } else { format!("{beginning}… (all of it: --output json)") }
}

/// How long a message has waited, in whole seconds, or minutes where that is enough.
fn age(message: &Message) -> String {
    let Some(age) = message.sent_at.and_then(|at| SystemTime::now().duration_since(at).ok()) else {
        return String::new();
    };
    let seconds = age.as_secs();
    let shown = if seconds < 60 { seconds } else { seconds.saturating_sub(seconds % 60) };
    humantime::format_duration(Duration::from_secs(shown)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        Message {
            id: "m-1".to_owned(),
            receipt: "handle".to_owned(),
            fare_id: Some("wr_563".to_owned()),
            execution: Some(ExecutionArn::new("arn:e:wr_563-2")),
            recovery: None,
            error: "PaymentRefundException".to_owned(),
            cause: "the refund is pending".to_owned(),
            sent_at: SystemTime::now().checked_sub(Duration::from_secs(3_725)),
            received: 2,
        }
    }

    #[test]
    fn a_table_says_of_which_fare_why_and_since_when() {
        let table = attention_to_table(&Waiting { messages: vec![message()], more: false }, 1, &[], 160, false);
        for part in ["wr_563 ", "wr_563-2", "PaymentRefundException: the refund", "1h 2m ", "m-1"] {
            assert!(table.contains(part), "{part}: {table}");
        }
        assert!(table.ends_with("1 message waits for a person; 1 more taken\n"), "{table}");
    }

    #[test]
    fn an_empty_queue_is_one_line() {
        assert_eq!(attention_to_table(&Waiting::default(), 0, &[], 120, false), "nothing waits for a person\n");
    }

    #[test]
    fn a_list_that_is_cut_says_so() {
        let table = attention_to_table(&Waiting { messages: vec![message()], more: true }, 0, &[], 160, false);
        assert!(table.ends_with("1 message waits for a person, and more that were not looked at\n"), "{table}");
    }

    #[test]
    fn what_is_written_for_machines_never_has_the_receipt() {
        let receipt = Receipt::of(&message(), "q", Duration::from_secs(60));
        let written = format!("{}{}", message_to_json(&message()), receipt_to_json(&receipt));
        assert!(!written.contains("handle"), "{written}");
    }
}
