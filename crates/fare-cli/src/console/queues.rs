//! What lies in the queues. Nothing is received: a message that is received is hidden from everybody else, and one that was
//! received too often goes to the dead-letter queue. Both local engines show their queues to whoever asks; of those in an
//! account only the numbers can be had in that way.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_sqs::types::QueueAttributeName::{
    ApproximateNumberOfMessages as Visible, ApproximateNumberOfMessagesNotVisible as InFlight,
};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::shared::Shared;
use super::shown::shown_text;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::observe::loopback_client;

/// For how long what was seen is good enough for everybody: on this machine, and in an account.
const FRESH: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(10));
/// How long an engine may take to show a queue.
const LIMIT: Duration = Duration::from_secs(20);

/// What was seen last, for all pages.
#[derive(Debug, Default)]
pub(super) struct Queues(Mutex<Option<(Instant, Arc<Seen>)>>);

/// What lay in the queues.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// How many messages, by queue, where they cannot be looked at.
    pub(super) counts: Vec<(&'static str, u64)>,
    /// The messages, where they can.
    pub(super) messages: Vec<Message>,
}

/// A message that lies in a queue.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Message {
    pub(super) queue: &'static str,
    pub(super) id: String,
    /// The execution that it names.
    pub(super) execution: Option<String>,
    /// When it was sent, in milliseconds since the epoch.
    pub(super) sent_at: Option<i64>,
    /// What of it may be shown.
    pub(super) body: Value,
}

/// What lies in the queues now, or did a moment ago.
///
/// # Errors
/// When the engine does not answer.
pub(super) async fn seen(shared: &Shared) -> Result<Arc<Seen>> {
    let mut kept = shared.queues.0.lock().await;
    let fresh = shared.pace(FRESH.0, FRESH.1);
    if let Some((_, seen)) = kept.as_ref().filter(|(at, _)| at.elapsed() < fresh) {
        return Ok(Arc::clone(seen));
    }
    let seen = Arc::new(look(shared).await?);
    *kept = Some((Instant::now(), Arc::clone(&seen)));
    Ok(seen)
}

async fn look(shared: &Shared) -> Result<Seen> {
    let outputs = &shared.stack.outputs;
    let queues = [
        ("success", &outputs.success_queue_url),
        ("failure", &outputs.failure_queue_url),
        ("attention", &outputs.attention_queue_url),
        ("success, dead letters", &outputs.success_dead_letter_queue_url),
        ("failure, dead letters", &outputs.failure_dead_letter_queue_url),
        ("recovery, dead letters", &outputs.recovery_dead_letter_queue_url),
    ];
    let mut seen = Seen::default();
    for (queue, url) in queues {
        match peeked(shared, url).await? {
            Some(document) => messages(queue, &document, &mut seen.messages),
            None => seen.counts.push((queue, count(shared, url).await?)),
        }
    }
    Ok(seen)
}

/// A queue as the engine shows it; `None` where it is AWS.
async fn peeked(shared: &Shared, queue_url: &str) -> Result<Option<Value>> {
    let page = match shared.engine {
        Engine::Ministack { .. } => "_ministack/sqs/messages",
        Engine::LocalStack { .. } => "_aws/sqs/messages",
        Engine::Other => return Ok(None),
    };
    let Some(endpoint) = &shared.endpoint else { return Ok(None) };
    let failed = |source: reqwest::Error| Error::NoEngine { url: endpoint.clone(), source: source.without_url() };
    let request = loopback_client()?.get(format!("{endpoint}/{page}")).query(&[("QueueUrl", queue_url)]);
    let answer = request.header("accept", "application/json").timeout(LIMIT).send().await;
    let answer = answer.and_then(reqwest::Response::error_for_status).map_err(failed)?;
    Ok(Some(answer.json().await.map_err(failed)?))
}

/// The messages in what an engine shows, wherever in it they are.
fn messages(queue: &'static str, document: &Value, found: &mut Vec<Message>) {
    match document {
        Value::Object(fields) => match (fields.get("MessageId"), fields.get("Body")) {
            (Some(Value::String(id)), Some(Value::String(body))) => found.push(message(queue, id, body, fields)),
            _ => fields.values().for_each(|value| messages(queue, value, found)),
        },
        Value::Array(items) => items.iter().for_each(|item| messages(queue, item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn message(queue: &'static str, id: &str, body: &str, fields: &serde_json::Map<String, Value>) -> Message {
    let content: Value = serde_json::from_str(body).unwrap_or_default();
    let execution = content.get("execution").and_then(Value::as_str).map(str::to_owned);
    // Seconds from one engine, milliseconds from another.
    let sent = fields.get("SentTimestamp").or_else(|| fields.get("Attributes")?.get("SentTimestamp"));
    let sent = sent.and_then(|sent| sent.as_i64().or_else(|| sent.as_str()?.parse().ok()));
    let sent_at = sent.map(|sent| if sent < 100_000_000_000 { sent.saturating_mul(1000) } else { sent });
    Message { queue, id: id.to_owned(), execution, sent_at, body: shown_text(body) }
}

async fn count(shared: &Shared, url: &str) -> Result<u64> {
    let request = shared.stack.clients.sqs.get_queue_attributes().queue_url(url);
    let answer = request.attribute_names(Visible).attribute_names(InFlight).send().await;
    let answer = answer.map_err(|error| Error::aws("GetQueueAttributes")(error.into()))?;
    let counts = answer.attributes().into_iter().flat_map(HashMap::values);
    Ok(counts.filter_map(|count| count.parse::<u64>().ok()).sum())
}

/// A message for a page.
pub(super) fn to_json(message: &Message, there: bool) -> Value {
    json!({ "queue": message.queue, "id": message.id, "sentAt": message.sent_at, "there": there, "body": message.body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_found_in_what_either_engine_shows() {
        let body = r#"{"execution":"arn:x","error":"CardDataNotAccepted"}"#;
        let ministack =
            json!({"queues": {"us-east-1": {"q": [{"MessageId": "m1", "Body": body, "SentTimestamp": 1700000000}]}}});
        let localstack = json!({"ReceiveMessageResponse": {"ReceiveMessageResult": {"Message":
            {"MessageId": "m1", "Body": body, "Attributes": {"SentTimestamp": "1700000000000"}}}}});
        for document in [ministack, localstack] {
            let mut found = Vec::new();
            messages("failure", &document, &mut found);
            let [message] = found.as_slice() else { panic!("{found:?}") };
            assert_eq!(message.execution.as_deref(), Some("arn:x"));
            assert_eq!((message.queue, message.sent_at), ("failure", Some(1_700_000_000_000)));
            assert_eq!(message.body["error"], "CardDataNotAccepted");
        }
    }

    #[test]
    fn an_empty_queue_has_no_messages() {
        let mut found = Vec::new();
        messages("success", &json!({"ReceiveMessageResponse": {"ReceiveMessageResult": null}}), &mut found);
        assert!(found.is_empty());
    }
}
