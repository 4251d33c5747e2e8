//! The records of fares and payments, as far as the functions read them back: by `fareId`, and under the one condition that
//! there is none, or one.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::expressions::apply;

/// A record's attributes.
pub(super) type Item = Map<String, Value>;

/// Records by table and fare.
#[derive(Debug, Default)]
pub(super) struct Tables(HashMap<(String, String), Item>);

impl Tables {
    /// Puts an item if there is none.
    pub(super) fn put(&mut self, request: &Value) -> Result<Value, Value> {
        let item = request.get("Item").and_then(Value::as_object).ok_or_else(invalid)?;
        let place = place(request, item).ok_or_else(invalid)?;
        if let Some(standing) = self.0.get(&place) {
            return Err(condition_failed(Some(standing)));
        }
        self.0.insert(place, item.clone());
        Ok(json!({}))
    }

    /// Updates the item that is there, and answers with all of it.
    pub(super) fn update(&mut self, request: &Value) -> Result<Value, Value> {
        let key = request.get("Key").and_then(Value::as_object).ok_or_else(invalid)?;
        let place = place(request, key).ok_or_else(invalid)?;
        let item = self.0.get_mut(&place).ok_or_else(|| condition_failed(None))?;
        apply(request, item).ok_or_else(invalid)?;
        Ok(json!({"Attributes": item}))
    }

    /// The item that is there.
    pub(super) fn get(&self, request: &Value) -> Value {
        let key = request.get("Key").and_then(Value::as_object);
        let item = key.and_then(|key| place(request, key)).and_then(|place| self.0.get(&place));
        item.map_or_else(|| json!({}), |item| json!({"Item": item}))
    }
}

fn place(request: &Value, key: &Item) -> Option<(String, String)> {
    let table = request.get("TableName")?.as_str()?;
    let fare = key.get("fareId")?.get("S")?.as_str()?;
    Some((table.to_owned(), fare.to_owned()))
}

fn condition_failed(standing: Option<&Item>) -> Value {
    let mut error = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
        "message": "The conditional request failed",
    });
    if let (Some(error), Some(item)) = (error.as_object_mut(), standing) {
        error.insert("Item".to_owned(), json!(item));
    }
    error
}

/// Something that the stand-in does not understand, and that must not be measured as if it had been done.
fn invalid() -> Value {
    json!({"__type": "com.amazon.coral.validate#ValidationException", "message": "the stand-in cannot read this request"})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(fare: &str) -> Value {
        json!({"TableName": "fares", "Item": {"fareId": {"S": fare}, "status": {"S": "registered"}}})
    }

    fn completed(fare: &str) -> Value {
        json!({
            "TableName": "fares",
            "Key": {"fareId": {"S": fare}},
            "UpdateExpression": "SET #status = :status",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": {":status": {"S": "completed"}},
        })
    }

    #[test]
    fn an_item_is_put_once_and_then_given_back() {
        let mut tables = Tables::default();
        assert_eq!(tables.put(&put("f")), Ok(json!({})));
        let refused = tables.put(&put("f")).unwrap_err();
        assert_eq!(refused["Item"]["status"], json!({"S": "registered"}));
    }

    #[test]
    fn an_update_answers_with_the_whole_item() {
        let mut tables = Tables::default();
        tables.put(&put("f")).unwrap();
        let answer = tables.update(&completed("f")).unwrap();
        assert_eq!(answer, json!({"Attributes": {"fareId": {"S": "f"}, "status": {"S": "completed"}}}));
        assert_eq!(tables.get(&completed("f"))["Item"], answer["Attributes"]);
    }

    #[test]
    fn an_update_of_nothing_is_refused() {
        let refused = Tables::default().update(&completed("f")).unwrap_err();
        assert!(refused["__type"].as_str().unwrap().ends_with("ConditionalCheckFailedException"));
        assert_eq!(refused.get("Item"), None);
    }

    #[test]
    fn a_request_without_a_fare_is_not_understood() {
        assert!(Tables::default().put(&json!({"TableName": "fares", "Item": {}})).is_err());
    }
}
