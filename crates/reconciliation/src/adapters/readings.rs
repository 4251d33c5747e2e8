//! What a stored record says, in the words of [`facts`](crate::facts). The layouts are those of the services' stores.

use std::str::FromStr;

use fare_values::{CustomerId, EntryState, FareId, FareRequest, FareStatus, Money, PaymentMethod, PaymentStatus};
use function_host::{Item, read_number, read_text};

use crate::facts::{Account, Amount, Decision, Entry, EntryKind, Fact, Fare, Payment, PaymentStands};

/// What is wrong with a record.
type Fault = String;

/// What a record of the fares table says.
pub(super) fn fare(item: &Item) -> Fact {
    or_unreadable("fare", || {
        fits_its_hash(item)?;
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

/// A fare's record has the hash of what was asked for beside it. Where the two differ, one was changed afterwards, and
/// nothing of it may be held against the other books: they may well be right.
fn fits_its_hash(item: &Item) -> Result<(), Fault> {
    let request = FareRequest::from_parts(
        FareId::new(&text(item, "fareId")?).map_err(|fault| fault.to_string())?,
        CustomerId::new(&text(item, "customerId")?).map_err(|fault| fault.to_string())?,
        Money::from_stored(amount(item)?.amount, &text(item, "currency")?).map_err(|fault| fault.to_string())?,
        PaymentMethod::new(&text(item, "paymentMethod")?).map_err(|fault| fault.to_string())?,
    );
    if request.payload_hash().as_str() == text(item, "payloadHash")? {
        Ok(())
    } else {
        Err("its customer, amount or payment method is not that of its `payloadHash`".to_owned())
    }
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

/// The side of every entry that is no customer's account, as `customer-accounting` names it.
const FARE_REVENUE: &str = "fare-revenue";

/// What an entry of the ledger says, and that it contradicts itself where it does: it counts in the account of its customer
/// all the same, since that is where its transaction has put it.
pub(super) fn entry_facts(item: &Item) -> Vec<Fact> {
    let unreadable = |fault| Fact::Unreadable(format!("ledger entry: {fault}"));
    match entry(item) {
        Ok(entry) => {
            let fault = sides(item, &entry).err();
            [Fact::Entry(entry)].into_iter().chain(fault.map(unreadable)).collect()
        }
        Err(fault) => vec![unreadable(fault)],
    }
}

fn entry(item: &Item) -> Result<Entry, Fault> {
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

/// A credit moves the amount from fare revenue to the customer's account, a reversal moves it back.
fn sides(item: &Item, entry: &Entry) -> Result<(), Fault> {
    let (debited, credited) = (text(item, "debitAccount")?, text(item, "creditAccount")?);
    let (revenue, customer) = match entry.kind {
        EntryKind::Standing | EntryKind::Reversed | EntryKind::Tombstone => (debited, credited),
        EntryKind::Reversal => (credited, debited),
    };
    if revenue == FARE_REVENUE && customer.strip_prefix("customer/") == Some(entry.customer_id.as_str()) {
        Ok(())
    } else {
        Err("the entry's sides are not those of its kind and its customer".to_owned())
    }
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
fn or_unreadable(record: &str, read: impl FnOnce() -> Result<Fact, Fault>) -> Fact {
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

#[cfg(test)]
mod tests {
    use super::*;
    use function_host::{number, text};

    fn fare_record() -> Item {
        let request = FareRequest::from_parts(
            FareId::new("wr_563").unwrap(),
            CustomerId::new("3").unwrap(),
            Money::from_stored(2_000, "usd").unwrap(),
            PaymentMethod::new("pm_card_visa").unwrap(),
        );
        let hash = request.payload_hash();
        let texts = [
            ("fareId", "wr_563"),
            ("customerId", "3"),
            ("currency", "usd"),
            ("paymentMethod", "pm_card_visa"),
            ("payloadHash", hash.as_str()),
            ("status", "completed"),
        ];
        let texts = texts.map(|(name, value)| (name.to_owned(), text(value)));
        texts.into_iter().chain([("amount".to_owned(), number(2_000))]).collect()
    }

    #[test]
    fn a_fare_whose_record_was_changed_behind_its_hash_is_not_held_against_the_other_books() {
        assert!(matches!(fare(&fare_record()), Fact::Fare(_)));
        for (name, changed) in [("amount", number(1_900)), ("customerId", text("4")), ("payloadHash", text("0"))] {
            let mut record = fare_record();
            record.insert(name.to_owned(), changed);
            let fact = fare(&record);
            assert!(
                matches!(&fact, Fact::Unreadable(fault) if fault.starts_with("fare: its customer")),
                "{name}: {fact:?}"
            );
        }
    }
}
