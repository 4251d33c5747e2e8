//! `fare attention list` where the queue does what SQS may do.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop at the first surprise")]

mod aws;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use aws::{Answer, Aws, error};
use serde_json::{Value, json};

/// A queue that gives these messages, each with a number and a receipt, in so many answers, and then none.
fn giving(answers: Vec<Vec<(usize, String)>>) -> impl Fn(&str, &Value) -> Option<Answer> + Clone + Send + Sync {
    let asked = Arc::new(AtomicUsize::new(0));
    move |operation, _| match operation {
        "ReceiveMessage" => {
            let messages = answers.get(asked.fetch_add(1, SeqCst)).into_iter().flatten().map(|(number, receipt)| {
                let execution = format!("arn:aws:states:us-east-1:000000000000:execution:collect:wr_{number}");
                let failure = json!({"Error": "PaymentRefundException", "Cause": "the refund is pending"});
                let body = json!({"execution": execution, "failure": failure}).to_string();
                let sent = json!({"SentTimestamp": (1_800_000_000_000_usize + number).to_string()});
                json!({"MessageId": format!("m-{number}"), "ReceiptHandle": receipt, "Body": body, "Attributes": sent})
            });
            Some((200, json!({"Messages": messages.collect::<Vec<_>>()})))
        }
        "ChangeMessageVisibility" => Some((200, json!({}))),
        "GetQueueAttributes" => Some((200, json!({"Attributes": {"ApproximateNumberOfMessagesNotVisible": "0"}}))),
        "DescribeExecution" => Some(error("ExecutionDoesNotExist", "Execution Does Not Exist")),
        _ => None,
    }
}

async fn list(aws: &Aws) -> Value {
    let output = aws.fare(&["attention", "list", "--output", "json"]).await;
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_comes_back_meanwhile_is_listed_once_and_given_back_by_its_last_receipt() {
    let answers = vec![
        vec![(1, "first".to_owned()), (2, "other".to_owned())],
        vec![(1, "second".to_owned()), (3, "third".to_owned())],
    ];
    let aws = Aws::answering(giving(answers)).await;
    let listed = list(&aws).await;
    let fares: Vec<_> =
        listed["messages"].as_array().unwrap().iter().map(|message| message["fareId"].as_str()).collect();
    assert_eq!((fares, &listed["more"]), (vec![Some("wr_1"), Some("wr_2"), Some("wr_3")], &json!(false)));
    let given_back = aws.calls("ChangeMessageVisibility");
    let mut receipts: Vec<_> = given_back.iter().map(|call| call["ReceiptHandle"].as_str().unwrap()).collect();
    receipts.sort_unstable();
    assert_eq!(receipts, ["other", "second", "third"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_has_no_end_is_cut_and_that_is_said() {
    let page = |page: usize| (0..10).map(|number| (page * 10 + number, "receipt".to_owned())).collect();
    let aws = Aws::answering(giving((0..200).map(page).collect())).await;
    let listed = list(&aws).await;
    assert_eq!((listed["messages"].as_array().unwrap().len(), &listed["more"]), (1000, &json!(true)));
}
