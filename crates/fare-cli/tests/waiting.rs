//! A failed fare whose refund the gateway has taken and not finished: it may still fail, so that nobody may be told that the
//! fare is settled.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop at the first surprise")]

mod aws;

use aws::{Answer, Aws, error};
use fare_values::FareRequest;
use serde_json::{Value, json};

/// The fare's record, or its payment's.
fn record(status: &str) -> Value {
    let input = json!({"fareId": "wr_563", "customerId": "3", "fareAmount": "$20.00", "paymentMethod": "pm_card_visa"});
    let request = FareRequest::from_json(&input).unwrap();
    json!({
        "fareId": {"S": "wr_563"},
        "status": {"S": status},
        "customerId": {"S": "3"},
        "amount": {"N": "2000"},
        "currency": {"S": "usd"},
        "paymentMethod": {"S": "pm_card_visa"},
        "payloadHash": {"S": request.payload_hash().as_str()},
        "paymentId": {"S": "pi_1"},
        "registeredAt": {"N": "1700000000000"},
        "decidedAt": {"N": "1700000001000"},
    })
}

/// What the gateway has captured.
fn payment() -> Value {
    json!({
        "id": "pi_1", "object": "payment_intent", "status": "succeeded", "amount": 2000, "amount_received": 2000,
        "currency": "usd", "metadata": {"fare_reference": "rides/wr_563"},
    })
}

/// The payment is refunded on record; at the gateway the refund stands so.
fn refund_is(refund: &'static str) -> impl Fn(&str, &Value) -> Option<Answer> + Clone + Send + Sync {
    let list = |item: Value| Some((200, json!({"object": "list", "data": [item], "has_more": false})));
    move |operation, body| match operation {
        "GetItem" if body["TableName"] == "fares" => Some((200, json!({"Item": record("failed")}))),
        "GetItem" if body["TableName"] == "payments" => Some((200, json!({"Item": record("refunded")}))),
        "/v1/payment_intents/search" => list(payment()),
        "/v1/payment_intents/pi_1" => Some((200, payment())),
        "/v1/refunds" => list(json!({
            "id": "re_1", "object": "refund", "status": refund, "amount": 2000, "currency": "usd", "payment_intent": "pi_1",
        })),
        "DescribeExecution" => Some(error("ExecutionDoesNotExist", "Execution Does Not Exist")),
        "ReceiveMessage" => {
            let execution = "arn:aws:states:us-east-1:000000000000:execution:collect:wr_563";
            let message =
                json!({"MessageId": "m-1", "ReceiptHandle": "r", "Body": json!({"execution": execution}).to_string()});
            Some((200, json!({"Messages": [message]})))
        }
        "ChangeMessageVisibility" | "DeleteMessage" => Some((200, json!({}))),
        "GetQueueAttributes" => Some((200, json!({"Attributes": {}}))),
        _ => None,
    }
}

/// The exit status and the outcome.
async fn outcome(aws: &Aws, arguments: &[&str]) -> (i32, String) {
    let output = aws.fare(&[arguments, &["--yes", "--output", "json"]].concat()).await;
    let said = String::from_utf8_lossy(&output.stderr);
    let result: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    assert!(result.is_object(), "{said}");
    (output.status.code().unwrap(), result["outcome"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_is_on_its_way_settles_nothing_and_deletes_no_message() {
    let aws = Aws::answering(refund_is("pending")).await;
    assert_eq!(outcome(&aws, &["recover", "wr_563"]).await, (1, "waiting".to_owned()));
    assert_eq!(outcome(&aws, &["attention", "done", "wr_563"]).await, (1, "not_settled".to_owned()));
    assert_eq!((aws.calls("StartExecution").len(), aws.calls("DeleteMessage").len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_has_arrived_does() {
    let aws = Aws::answering(refund_is("succeeded")).await;
    assert_eq!(outcome(&aws, &["recover", "wr_563"]).await, (0, "nothing_to_do".to_owned()));
    assert_eq!(outcome(&aws, &["attention", "done", "wr_563"]).await, (0, "deleted".to_owned()));
    assert_eq!((aws.calls("StartExecution").len(), aws.calls("DeleteMessage").len()), (0, 1));
}
