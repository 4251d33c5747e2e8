//! The ledger in DynamoDB. Keys `pk` and `sk`; no TTL, because a record that expires no longer protects.
//!
//! | item | `pk` | `sk` |
//! |---|---|---|
//! | account | `ACCOUNT#<customerId>` | `ACCOUNT` |
//! | credit entry, or its tombstone | `FARE#<fareId>` | `CREDIT` |
//! | reversal entry | `FARE#<fareId>` | `REVERSAL` |
//!
//! An account has one balance attribute per currency, `balance_usd` and so on, in minor units.

mod items;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    CancellationReason, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use fare_values::{Conditional, CustomerId, EntryState, RECORD_SCHEMA, StoreUnavailable};
use function_host::{Item, number, put_if_absent, store_unavailable, text};

use super::{CreditAnswer, CreditEntry, LedgerStore};
use items::{CREDIT, account_key, balance_attribute, credit_item, entry_of, fare_key, reversal_item};

/// The ledger in a DynamoDB table.
#[derive(Clone, Debug)]
pub struct DynamoDbLedger {
    client: Client,
    table: String,
}

/// What became of a transaction.
enum Transaction {
    Committed,
    /// Cancelled; for each of its writes why, in order.
    Cancelled(Vec<CancellationReason>),
}

impl DynamoDbLedger {
    /// What the store asks of the table, as IAM names it: for a transaction the writes in it.
    pub const CALLS: [&str; 2] = ["dynamodb:PutItem", "dynamodb:UpdateItem"];

    /// The ledger in this table.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    /// Writes all or nothing. The client sends a request token with it, so that its own retries of one call cannot
    /// write twice; across calls the conditions see to that.
    async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<Transaction, StoreUnavailable> {
        let writes = self.client.transact_write_items().set_transact_items(Some(writes));
        // Boxed, since it is large, and would be copied with every future around it.
        match Box::pin(writes.send()).await {
            Ok(_) => Ok(Transaction::Committed),
            Err(error) => match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                    Ok(Transaction::Cancelled(cancelled.cancellation_reasons().to_vec()))
                }
                _ => Err(store_unavailable(&error)),
            },
        }
    }

    fn put(&self, item: Item) -> Result<TransactWriteItem, StoreUnavailable> {
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(|_| StoreUnavailable::because("the request could not be built"))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// Raises or lowers an account's balance, on a condition on the account.
    fn add_to_balance(
        &self,
        entry: &CreditEntry,
        amount: i64,
        condition: &str,
    ) -> Result<TransactWriteItem, StoreUnavailable> {
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(account_key(&entry.customer_id)))
            .update_expression(
                "SET #status = if_not_exists(#status, :open), #schema = if_not_exists(#schema, :schema) \
                 ADD #balance :amount",
            )
            .condition_expression(condition)
            .expression_attribute_names("#status", "status")
            .expression_attribute_names("#schema", "schema")
            .expression_attribute_names("#balance", balance_attribute(entry.amount.currency()))
            .expression_attribute_values(":open", text("open"))
            .expression_attribute_values(":schema", number(RECORD_SCHEMA))
            .expression_attribute_values(":amount", number(amount))
            .build()
            .map_err(|_| StoreUnavailable::because("the request could not be built"))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    fn mark_reversed(&self, entry: &CreditEntry) -> Result<TransactWriteItem, StoreUnavailable> {
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(fare_key(&entry.fare_id, CREDIT)))
            .update_expression("SET #state = :reversed")
            .condition_expression("#state = :standing AND payloadHash = :payloadHash")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":standing", text(EntryState::Standing.as_str()))
            .expression_attribute_values(":reversed", text(EntryState::Reversed.as_str()))
            .expression_attribute_values(":payloadHash", text(entry.payload_hash.as_str()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(|_| StoreUnavailable::because("the request could not be built"))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}

impl LedgerStore for DynamoDbLedger {
    async fn post_credit(&self, entry: CreditEntry) -> Result<CreditAnswer, StoreUnavailable> {
        let open = "attribute_not_exists(pk) OR #status = :open";
        let writes = vec![self.put(credit_item(&entry))?, self.add_to_balance(&entry, entry.amount.amount(), open)?];
        let reasons = match self.transact(writes).await? {
            Transaction::Committed => return Ok(CreditAnswer::Posted),
            Transaction::Cancelled(reasons) => reasons,
        };
        match reasons.as_slice() {
            [on_entry, _] if condition_failed(on_entry) => {
                let existing = on_entry.item().ok_or_else(|| not_decided(&reasons))?;
                Ok(CreditAnswer::EntryExists(entry_of(existing)?))
            }
            [on_entry, on_account] if had_no_fault(on_entry) && condition_failed(on_account) => {
                Ok(CreditAnswer::AccountClosed)
            }
            _ => Err(not_decided(&reasons)),
        }
    }

    async fn post_reversal(&self, entry: CreditEntry) -> Result<Conditional<CreditEntry>, StoreUnavailable> {
        let amount = -entry.amount.amount();
        let writes = vec![
            self.mark_reversed(&entry)?,
            self.put(reversal_item(&entry))?,
            self.add_to_balance(&entry, amount, "attribute_exists(pk)")?,
        ];
        let reasons = match self.transact(writes).await? {
            Transaction::Committed => return Ok(Conditional::Written(entry)),
            Transaction::Cancelled(reasons) => reasons,
        };
        match reasons.as_slice() {
            [on_entry, ..] if condition_failed(on_entry) => {
                Ok(Conditional::Refused(on_entry.item().map(entry_of).transpose()?))
            }
            _ => Err(not_decided(&reasons)),
        }
    }

    async fn lay_tombstone(&self, entry: CreditEntry) -> Result<Conditional<CreditEntry>, StoreUnavailable> {
        let item = credit_item(&entry);
        put_if_absent(&self.client, &self.table, "pk", (entry, item), entry_of).await
    }

    async fn close_account(&self, customer: &CustomerId) -> Result<(), StoreUnavailable> {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(account_key(customer)))
            .update_expression("SET #status = :closed, #schema = if_not_exists(#schema, :schema)")
            .expression_attribute_names("#status", "status")
            .expression_attribute_names("#schema", "schema")
            .expression_attribute_values(":closed", text("closed"))
            .expression_attribute_values(":schema", number(RECORD_SCHEMA))
            .send()
            .await
            .map(|_| ())
            .map_err(|error| store_unavailable(&error))
    }
}

fn condition_failed(reason: &CancellationReason) -> bool {
    reason.code() == Some("ConditionalCheckFailed")
}

fn had_no_fault(reason: &CancellationReason) -> bool {
    reason.code().is_none_or(|code| code == "None")
}

/// The transaction was cancelled for a reason that says nothing about the fare: two writers met, or the table is
/// throttled. Nothing was written, and it may be tried again.
fn not_decided(reasons: &[CancellationReason]) -> StoreUnavailable {
    let codes: Vec<_> = reasons.iter().map(|reason| reason.code().unwrap_or("None")).collect();
    StoreUnavailable::because(format!("the transaction was cancelled: {}", codes.join(", ")))
}
