use super::*;

fn shared() -> Shared {
    Shared { tables: Mutex::default(), calls: Mutex::default(), secret: "sk_test_bench".to_owned() }
}

fn answer(shared: &Shared, operation: &str, request: &Value) -> std::result::Result<Value, Value> {
    shared.answer(operation, request.to_string().as_bytes())
}

#[test]
fn a_secret_is_the_same_under_every_name() {
    let answer = answer(&shared(), "GetSecretValue", &json!({"SecretId": "key"})).unwrap();
    assert_eq!((&answer["Name"], &answer["SecretString"]), (&json!("key"), &json!("sk_test_bench")));
}

#[test]
fn an_unknown_operation_is_refused() {
    assert!(answer(&shared(), "DeleteTable", &json!({})).is_err());
}

#[test]
fn only_dynamodbs_calls_count_as_such() {
    let calls: Calls = [("PutItem", 1), ("UpdateItem", 2), ("GetSecretValue", 4)]
        .map(|(operation, count)| (operation.to_owned(), count))
        .into();
    assert_eq!(dynamodb_calls(&calls), 3);
}

#[tokio::test]
async fn what_is_asked_is_counted_until_it_is_taken() {
    let endpoint = Endpoint::start(None, "sk_test_bench").await.unwrap();
    for _ in 0..2 {
        *endpoint.shared.calls().entry("PutItem".to_owned()).or_default() += 1;
    }
    assert_eq!(endpoint.take_calls(), [("PutItem".to_owned(), 2)].into());
    assert_eq!(endpoint.take_calls(), Calls::new());
}
