//! What a stored record says, in the words of [`facts`](crate::facts). The layouts are those of the services' stores.

use std::str::FromStr;

use fare_values::{EntryState, FareStatus, PaymentStatus};
use function_host::{Item, read_number, read_text};

use crate::facts::{Account, Amount, Decision, Entry, EntryKind, Fact, Fare, Payment, PaymentStands};

/// What is wrong with a record.
pub(super) type Fault = String;

/// What a record of the fares table says.
pub(super) fn fare(item: &Item) -> Fact {
    or_unreadable("fare", || {
        Ok(Fact::Fare(Fare {
            decision: match parsed::<FareStatus>(item, "status")? {
                FareStatus::Registered => Decision::Undecided,
                FareStatus::Completed => Decision::Completed,
                FareStatus::Failed => Decision::Failed,
            },
            customer_id: text(item, "customerId")?,
            amount: amount(item)?,
            payload_hash: text(item, "payloadHash")?,
            registered_at: optional_number(item, "registeredAt")?,
            decided_at: optional_number(item, "decidedAt")?,
        }))
    })
}

/// What a record of the payments table says.
pub(super) fn payment(item: &Item) -> Fact {
    or_unreadable("payment", || {
        Ok(Fact::Payment(Payment {
            stands: match parsed::<PaymentStatus>(item, "status")? {
                PaymentStatus::Captured => PaymentStands::Captured,
                PaymentStatus::Declined => PaymentStands::Declined,
                PaymentStatus::Voided => PaymentStands::Voided,
                PaymentStatus::Refunded => PaymentStands::Refunded,
                PaymentStatus::Cancelled => PaymentStands::Barred,
                PaymentStatus::Pending | PaymentStatus::CaptureRefused | PaymentStatus::Cancelling => {
                    PaymentStands::Unfinished
                }
            },
            amount: amount(item)?,
            payload_hash: text(item, "payloadHash")?,
            payment_id: item.contains_key("paymentId").then(|| text(item, "paymentId")).transpose()?,
        }))
    })
}

/// What an entry of the ledger says.
pub(super) fn entry(item: &Item) -> Result<Entry, Fault> {
    let kind = match (text(item, "sk")?.as_str(), parsed::<EntryState>(item, "state")?) {
        ("CREDIT", EntryState::Standing) => EntryKind::Standing,
        ("CREDIT", EntryState::Reversed) => EntryKind::Reversed,
        ("CREDIT", EntryState::Tombstone) => EntryKind::Tombstone,
        ("REVERSAL", EntryState::Standing) => EntryKind::Reversal,
        _ => return Err("the entry's `state` is not one that its key can have".to_owned()),
    };
    Ok(Entry {
        kind,
        customer_id: text(item, "customerId")?,
        amount: amount(item)?,
        payload_hash: text(item, "payloadHash")?,
    })
}

/// What an account says.
pub(super) fn account(customer_id: &str, item: &Item) -> Account {
    let (mut balances, mut unreadable) = (Vec::new(), None);
    for name in item.keys() {
        let Some(currency) = name.strip_prefix("balance_") else { continue };
        match read_number(item, name) {
            Ok(balance) => balances.push(Amount::new(balance, currency)),
            Err(fault) => unreadable = Some(format!("account: {fault}")),
        }
    }
    balances.sort_unstable();
    Account { customer_id: customer_id.to_owned(), balances, unreadable }
}

/// The fact, or that there is a record which cannot be read.
pub(super) fn or_unreadable(record: &str, read: impl FnOnce() -> Result<Fact, Fault>) -> Fact {
    read().unwrap_or_else(|fault| Fact::Unreadable(format!("{record}: {fault}")))
}

/// A text attribute.
pub(super) fn text(item: &Item, name: &str) -> Result<String, Fault> {
    read_text(item, name).map(str::to_owned).map_err(|fault| fault.to_string())
}

fn optional_number(item: &Item, name: &str) -> Result<Option<i64>, Fault> {
    item.contains_key(name).then(|| read_number(item, name)).transpose().map_err(|fault| fault.to_string())
}

fn parsed<T: FromStr>(item: &Item, name: &str) -> Result<T, Fault> {
    text(item, name)?.parse().map_err(|_| format!("the record's `{name}` is unknown"))
}

fn amount(item: &Item) -> Result<Amount, Fault> {
    let amount = read_number(item, "amount").map_err(|fault| fault.to_string())?;
    Ok(Amount::new(amount, text(item, "currency")?))
}
