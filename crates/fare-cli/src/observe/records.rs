//! The records of the three services, by strongly consistent reads.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use fare_values::{CustomerId, EntryState, FareId, FareRequest, FareStatus, Money, PaymentMethod, PaymentStatus};

use super::attributes::{Item, Record};
use crate::error::{Error, Result};
use crate::stack::Stack;

/// A fare as `register-fare` keeps it. A fare that was cancelled before it was registered has no more than a status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FareRecord {
    /// The saga's decision, or that there is none yet.
    pub status: FareStatus,
    /// Who pays.
    pub customer_id: Option<String>,
    /// Minor units.
    pub amount: Option<i64>,
    /// Lower-case ISO 4217 code.
    pub currency: Option<String>,
    /// When it was registered, in milliseconds since the epoch; not for one that was cancelled before.
    pub registered_at: Option<i64>,
    /// When it was decided.
    pub decided_at: Option<i64>,
}

/// The fare as it was asked for, or `None` if none was ever written. Its payment method is for the functions alone: it
/// is not to be shown.
pub(crate) async fn fare_request(stack: &Stack, fare_id: &str) -> Result<Option<FareRequest>> {
    let item = get(stack, &stack.outputs.fares_table, [("fareId", fare_id)]).await?;
    item.map(|item| request_of(fare_id, &item)).transpose()
}

fn request_of(fare_id: &str, item: &Item) -> Result<FareRequest> {
    let record = Record { table: "fares", key: fare_id, item };
    let malformed = |attribute| move |_| Error::Malformed { table: "fares", key: fare_id.to_owned(), attribute };
    let amount = Money::from_stored(record.number("amount")?, &record.text("currency")?);
    let request = FareRequest::from_parts(
        FareId::new(fare_id).map_err(malformed("fareId"))?,
        CustomerId::new(&record.text("customerId")?).map_err(malformed("customerId"))?,
        amount.map_err(malformed("amount"))?,
        PaymentMethod::new(&record.text("paymentMethod")?).map_err(malformed("paymentMethod"))?,
    );
    // What is sent again under the fare's id must be the very fare.
    if request.payload_hash().as_str() == record.text("payloadHash")? {
        Ok(request)
    } else {
        Err(Error::Malformed { table: "fares", key: fare_id.to_owned(), attribute: "payloadHash" })
    }
}

/// A payment as `payment` keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentRecord {
    /// Where it stands.
    pub status: PaymentStatus,
    /// The gateway's id of it, once known.
    pub payment_id: Option<String>,
    /// The gateway's id of the refund, once known.
    pub refund_id: Option<String>,
    /// Minor units.
    pub amount: Option<i64>,
    /// Lower-case ISO 4217 code.
    pub currency: Option<String>,
    /// The gateway's code for why it is not paid, where it said one.
    pub reason: Option<String>,
    /// When the record was first written, in milliseconds since the epoch.
    pub created_at: Option<i64>,
    /// When it was last changed.
    pub updated_at: Option<i64>,
}

/// One posting of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands.
    pub state: EntryState,
    /// Minor units; a tombstone has none.
    pub amount: Option<i64>,
    /// Lower-case ISO 4217 code; a tombstone has none.
    pub currency: Option<String>,
    /// Whose account it is posted to.
    pub customer_id: Option<String>,
    /// When it was posted, in milliseconds since the epoch.
    pub posted_at: Option<i64>,
}

/// The postings of one fare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerEntries {
    /// The credit, or the tombstone in its place.
    pub credit: Option<Entry>,
    /// What takes the credit back.
    pub reversal: Option<Entry>,
}

/// A customer's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Whether it takes credits.
    pub open: bool,
    /// Minor units by lower-case ISO 4217 code.
    pub balances: BTreeMap<String, i64>,
}

/// The fare, or `None` if none was ever written.
///
/// # Errors
/// When DynamoDB cannot be asked or the record is not one of this version's.
pub async fn fare(stack: &Stack, fare_id: &str) -> Result<Option<FareRecord>> {
    let item = get(stack, &stack.outputs.fares_table, [("fareId", fare_id)]).await?;
    item.map(|item| fare_of(fare_id, &item)).transpose()
}

pub(crate) fn fare_of(fare_id: &str, item: &Item) -> Result<FareRecord> {
    let record = Record { table: "fares", key: fare_id, item };
    Ok(FareRecord {
        status: record.parsed("status")?,
        customer_id: record.optional_text("customerId")?,
        amount: record.optional_number("amount")?,
        currency: record.optional_text("currency")?,
        registered_at: record.optional_number("registeredAt")?,
        decided_at: record.optional_number("decidedAt")?,
    })
}

/// The fare's payment, or `None` if no charge and no refund was ever tried.
///
/// # Errors
/// When DynamoDB cannot be asked or the record is not one of this version's.
pub async fn payment(stack: &Stack, fare_id: &str) -> Result<Option<PaymentRecord>> {
    let item = get(stack, &stack.outputs.payments_table, [("fareId", fare_id)]).await?;
    item.map(|item| payment_of(fare_id, &item)).transpose()
}

pub(super) fn payment_of(fare_id: &str, item: &Item) -> Result<PaymentRecord> {
    let record = Record { table: "payments", key: fare_id, item };
    Ok(PaymentRecord {
        status: record.parsed("status")?,
        payment_id: record.optional_text("paymentId")?,
        refund_id: record.optional_text("refundId")?,
        amount: record.optional_number("amount")?,
        currency: record.optional_text("currency")?,
        reason: record.optional_text("reason")?,
        created_at: record.optional_number("createdAt")?,
        updated_at: record.optional_number("updatedAt")?,
    })
}

/// What the ledger holds for the fare.
///
/// # Errors
/// When DynamoDB cannot be asked or an entry is not one of this version's.
pub async fn ledger_entries(stack: &Stack, fare_id: &str) -> Result<LedgerEntries> {
    let request = stack.clients.dynamodb.query().table_name(&stack.outputs.ledger_table).consistent_read(true);
    let key = AttributeValue::S(format!("FARE#{fare_id}"));
    let request = request.key_condition_expression("pk = :fare").expression_attribute_values(":fare", key);
    // A fare has two entries at most, so there is one page.
    let answer = request.send().await.map_err(|error| Error::aws("Query")(error.into()))?;
    let mut entries = LedgerEntries::default();
    for item in answer.items() {
        keep_entry(&mut entries, fare_id, item)?;
    }
    Ok(entries)
}

pub(super) fn keep_entry(entries: &mut LedgerEntries, fare_id: &str, item: &Item) -> Result<()> {
    let record = Record { table: "ledger", key: fare_id, item };
    let entry = Entry {
        state: record.parsed("state")?,
        amount: record.optional_number("amount")?,
        currency: record.optional_text("currency")?,
        customer_id: record.optional_text("customerId")?,
        posted_at: record.optional_number("postedAt")?,
    };
    match record.text("sk")?.as_str() {
        "CREDIT" => entries.credit = Some(entry),
        "REVERSAL" => entries.reversal = Some(entry),
        _ => return Err(Error::Malformed { table: "ledger", key: fare_id.to_owned(), attribute: "sk" }),
    }
    Ok(())
}

/// The customer's account, or `None` if nothing ever opened or closed it.
///
/// # Errors
/// When DynamoDB cannot be asked or the record is not one of this version's.
pub async fn account(stack: &Stack, customer_id: &str) -> Result<Option<Account>> {
    let key = format!("ACCOUNT#{customer_id}");
    let item = get(stack, &stack.outputs.ledger_table, [("pk", key.as_str()), ("sk", "ACCOUNT")]).await?;
    item.map(|item| account_of(customer_id, &item)).transpose()
}

pub(super) fn account_of(customer_id: &str, item: &Item) -> Result<Account> {
    let record = Record { table: "ledger", key: customer_id, item };
    let malformed = || Error::Malformed { table: "ledger", key: customer_id.to_owned(), attribute: "balance" };
    let mut balances = BTreeMap::new();
    for (attribute, value) in item {
        if let Some(currency) = attribute.strip_prefix("balance_") {
            let amount = value.as_n().ok().and_then(|digits| digits.parse().ok()).ok_or_else(malformed)?;
            balances.insert(currency.to_owned(), amount);
        }
    }
    Ok(Account { open: record.text("status")? == "open", balances })
}

async fn get<const N: usize>(stack: &Stack, table: &str, key: [(&str, &str); N]) -> Result<Option<Item>> {
    let mut request = stack.clients.dynamodb.get_item().table_name(table).consistent_read(true);
    for (name, value) in key {
        request = request.key(name, AttributeValue::S(value.to_owned()));
    }
    let answer = request.send().await.map_err(|error| Error::aws("GetItem")(error.into()))?;
    Ok(answer.item)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_a_balance_in_every_currency_it_was_credited_in() {
        let item = Item::from([
            ("status".to_owned(), AttributeValue::S("open".to_owned())),
            ("balance_usd".to_owned(), AttributeValue::N("2000".to_owned())),
            ("balance_jpy".to_owned(), AttributeValue::N("500".to_owned())),
        ]);
        let account = account_of("3", &item).unwrap();
        assert!(account.open);
        assert_eq!(account.balances, BTreeMap::from([("jpy".to_owned(), 500), ("usd".to_owned(), 2000)]));
    }

    #[test]
    fn a_fare_is_asked_for_again_only_as_it_was_asked_for() {
        let text = |value: &str| AttributeValue::S(value.to_owned());
        let input = serde_json::json!({"fareId": "wr_563", "customerId": "3", "fareAmount": "$20.00", "paymentMethod": "pm_card_visa"});
        let asked = FareRequest::from_json(&input).unwrap();
        let mut item = Item::from([
            ("customerId".to_owned(), text("3")),
            ("amount".to_owned(), AttributeValue::N("2000".to_owned())),
            ("currency".to_owned(), text("usd")),
            ("paymentMethod".to_owned(), text("pm_card_visa")),
            ("payloadHash".to_owned(), text(asked.payload_hash().as_str())),
        ]);
        assert_eq!(request_of("wr_563", &item).unwrap(), asked);
        item.insert("amount".to_owned(), AttributeValue::N("2001".to_owned()));
        let error = request_of("wr_563", &item).unwrap_err().to_string();
        assert_eq!(
            error,
            "fares record wr_563: attribute payloadHash is missing, malformed, or does not fit the others: see `fare reconcile`"
        );
    }

    #[test]
    fn a_record_without_a_needed_attribute_is_named() {
        let error = account_of("3", &Item::new()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "ledger record 3: attribute status is missing, malformed, or does not fit the others: see `fare reconcile`"
        );
    }

    #[test]
    fn a_balance_that_is_no_whole_number_is_not_taken_for_one() {
        let item = Item::from([
            ("status".to_owned(), AttributeValue::S("open".to_owned())),
            ("balance_usd".to_owned(), AttributeValue::N("20.5".to_owned())),
        ]);
        assert!(account_of("3", &item).is_err());
    }
}
