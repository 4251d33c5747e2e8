//! The three tables in DynamoDB, read and never written.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use function_host::{Item, number, store_unavailable, text};

use super::readings;
use crate::books::{Book, LedgerRow, Pages, ReadError, Record};
use crate::facts::{Account, Fact};

/// The names of the tables.
#[derive(Clone, Debug)]
pub struct TablesOf {
    /// The table of `register-fare`.
    pub fares: String,
    /// The table of `payment`.
    pub payments: String,
    /// The table of `customer-accounting`.
    pub ledger: String,
}

/// The tables of a stack.
#[derive(Clone, Debug)]
pub struct Tables {
    client: Client,
    names: TablesOf,
}

impl Tables {
    /// What is asked of the tables of fares and of payments, as IAM names it.
    pub const RECORD_CALLS: [&str; 2] = ["dynamodb:GetItem", "dynamodb:Scan"];

    /// What is asked of the ledger where it is read fare by fare. Reading it from end to end takes `dynamodb:Scan`.
    pub const LEDGER_CALLS: [&str; 2] = ["dynamodb:GetItem", "dynamodb:Query"];

    /// The tables of these names.
    #[must_use]
    pub fn new(client: Client, names: TablesOf) -> Self {
        Self { client, names }
    }

    pub(super) fn fares(&self, since: Option<i64>) -> impl Pages<Record> + Send {
        let filter = since.map(|since| Filter {
            expression: "registeredAt >= :since OR decidedAt >= :since OR #status = :registered",
            names: HashMap::from([("#status".to_owned(), "status".to_owned())]),
            values: HashMap::from([
                (":since".to_owned(), number(since)),
                (":registered".to_owned(), text("registered")),
            ]),
        });
        self.scan(Book::Fares, &self.names.fares, filter, |item| vec![record(&item, readings::fare)])
    }

    pub(super) fn payments(&self, since: Option<i64>) -> impl Pages<Record> + Send {
        let filter = since.map(|since| Filter {
            expression: "createdAt >= :since",
            names: HashMap::new(),
            values: HashMap::from([(":since".to_owned(), number(since))]),
        });
        self.scan(Book::Payments, &self.names.payments, filter, |item| vec![record(&item, readings::payment)])
    }

    pub(super) fn ledger(&self) -> impl Pages<LedgerRow> + Send {
        self.scan(Book::Ledger, &self.names.ledger, None, |item| ledger_rows(&item))
    }

    fn scan<T, F: Fn(Item) -> Vec<T> + Send>(
        &self,
        book: Book,
        table: &str,
        filter: Option<Filter>,
        read: F,
    ) -> Scan<F> {
        Scan { client: self.client.clone(), book, table: table.to_owned(), filter, from: Some(None), read }
    }

    /// What the three tables have of one fare.
    pub(super) async fn records(&self, fare_id: &str) -> Result<Vec<Fact>, ReadError> {
        let key = || HashMap::from([("fareId".to_owned(), text(fare_id))]);
        let fare = self.item(Book::Fares, &self.names.fares, key()).await?;
        let payment = self.item(Book::Payments, &self.names.payments, key()).await?;
        let mut facts = self.entries(fare_id).await?;
        facts.extend(fare.as_ref().map(readings::fare));
        facts.extend(payment.as_ref().map(readings::payment));
        Ok(facts)
    }

    /// What the ledger has of one fare: two entries at most, so one page.
    pub(super) async fn entries(&self, fare_id: &str) -> Result<Vec<Fact>, ReadError> {
        let query = self.client.query().table_name(&self.names.ledger).consistent_read(true);
        let query = query.key_condition_expression("pk = :fare");
        let query = query.expression_attribute_values(":fare", text(format!("FARE#{fare_id}")));
        let answer = query.send().await.map_err(|error| unreadable(Book::Ledger, store_unavailable(&error)))?;
        Ok(answer.items().iter().flat_map(readings::entry_facts).collect())
    }

    pub(super) async fn account(&self, customer_id: &str) -> Result<Option<Account>, ReadError> {
        let key = [("pk", format!("ACCOUNT#{customer_id}")), ("sk", "ACCOUNT".to_owned())];
        let key = key.map(|(name, value)| (name.to_owned(), text(value)));
        let item = self.item(Book::Ledger, &self.names.ledger, key.into()).await?;
        Ok(item.map(|item| readings::account(customer_id, &item)))
    }

    async fn item(&self, book: Book, table: &str, key: Item) -> Result<Option<Item>, ReadError> {
        let request = self.client.get_item().table_name(table).set_key(Some(key)).consistent_read(true);
        let answer = request.send().await.map_err(|error| unreadable(book, store_unavailable(&error)))?;
        Ok(answer.item)
    }
}

/// Which items of a table are shown.
struct Filter {
    expression: &'static str,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

/// A table, page by page.
struct Scan<F> {
    client: Client,
    book: Book,
    table: String,
    filter: Option<Filter>,
    /// Where the next page begins: at the start, or after a key. `None` after the last page.
    from: Option<Option<Item>>,
    read: F,
}

impl<T: Send, F: Fn(Item) -> Vec<T> + Send> Pages<T> for Scan<F> {
    async fn next(&mut self) -> Result<Option<Vec<T>>, ReadError> {
        let Some(from) = self.from.take() else { return Ok(None) };
        // What is written before a page is asked for must be on it: accounts are read consistently, and are compared with it.
        let request = self.client.scan().table_name(&self.table).consistent_read(true);
        let mut request = request.set_exclusive_start_key(from);
        if let Some(filter) = &self.filter {
            request = request
                .filter_expression(filter.expression)
                .set_expression_attribute_names(Some(filter.names.clone()).filter(|names| !names.is_empty()))
                .set_expression_attribute_values(Some(filter.values.clone()));
        }
        let answer = request.send().await.map_err(|error| unreadable(self.book, store_unavailable(&error)))?;
        self.from = answer.last_evaluated_key.map(Some);
        Ok(Some(answer.items.unwrap_or_default().into_iter().flat_map(&self.read).collect()))
    }
}

fn record(item: &Item, read: impl Fn(&Item) -> Fact) -> Record {
    // The table's key: it is there.
    Record { fare_id: readings::text(item, "fareId").unwrap_or_default(), fact: read(item) }
}

fn ledger_rows(item: &Item) -> Vec<LedgerRow> {
    let key = readings::text(item, "pk").unwrap_or_default();
    match key.split_once('#') {
        Some(("ACCOUNT", customer_id)) => vec![LedgerRow::Account(readings::account(customer_id, item))],
        Some(("FARE", fare_id)) => {
            let rows = readings::entry_facts(item).into_iter().filter_map(|fact| match fact {
                Fact::Entry(entry) => Some(LedgerRow::Entry(fare_id.to_owned(), entry)),
                Fact::Unreadable(what) => Some(LedgerRow::Unreadable(fare_id.to_owned(), what)),
                Fact::Fare(_) | Fact::Payment(_) | Fact::Gateway(_) => None,
            });
            rows.collect()
        }
        Some(_) | None => vec![LedgerRow::Unknown(key)],
    }
}

fn unreadable(book: Book, reason: impl ToString) -> ReadError {
    ReadError { book, reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(attributes: &[(&str, &str)]) -> Item {
        let amount = ("amount".to_owned(), number(2_000));
        attributes.iter().map(|(name, value)| ((*name).to_owned(), text(*value))).chain([amount]).collect()
    }

    fn credit(changed: (&str, &str)) -> Vec<LedgerRow> {
        let attributes = [
            ("pk", "FARE#wr_1"),
            ("sk", "CREDIT"),
            ("state", "standing"),
            ("customerId", "3"),
            ("currency", "usd"),
            ("payloadHash", "hash"),
            ("debitAccount", "fare-revenue"),
            ("creditAccount", "customer/3"),
        ];
        let mut item = item(&attributes);
        item.insert(changed.0.to_owned(), text(changed.1));
        ledger_rows(&item)
    }

    #[test]
    fn an_entry_must_name_the_sides_of_its_kind_and_its_customer() {
        assert!(matches!(credit(("sk", "CREDIT")).as_slice(), [LedgerRow::Entry(..)]));
        for changed in [("debitAccount", "customer/3"), ("creditAccount", "customer/4"), ("sk", "REVERSAL")] {
            let rows = credit(changed);
            // It counts in its customer's account all the same.
            assert!(matches!(rows.as_slice(), [LedgerRow::Entry(..), LedgerRow::Unreadable(..)]), "{rows:?}");
        }
    }

    #[test]
    fn a_key_of_no_known_kind_is_told_as_such() {
        for key in ["wr_1", "TRIP#wr_1", ""] {
            assert_eq!(credit(("pk", key)), [LedgerRow::Unknown(key.to_owned())]);
        }
    }
}
