//! How entries and accounts are laid out as items.

use std::collections::HashMap;

use fare_values::{
    Currency, CustomerId, EntryState, FareId, Millis, Money, PayloadHash, RECORD_SCHEMA, Rejection, StoreUnavailable,
};
use function_host::{Item, number, read_number, read_text, text};

use crate::store::CreditEntry;

pub(super) const CREDIT: &str = "CREDIT";
pub(super) const REVERSAL: &str = "REVERSAL";

/// The other side of every entry. It has no row of its own, which would be the table's hottest; it is the sum of the
/// entries that name it.
const FARE_REVENUE: &str = "fare-revenue";

pub(super) fn account_key(customer: &CustomerId) -> Item {
    HashMap::from([("pk".to_owned(), text(format!("ACCOUNT#{customer}"))), ("sk".to_owned(), text("ACCOUNT"))])
}

pub(super) fn fare_key(fare: &FareId, sort_key: &str) -> Item {
    HashMap::from([("pk".to_owned(), text(format!("FARE#{fare}"))), ("sk".to_owned(), text(sort_key))])
}

pub(super) fn balance_attribute(currency: Currency) -> String {
    format!("balance_{}", currency.code())
}

/// A credit moves the amount from fare revenue to the customer's account.
pub(super) fn credit_item(entry: &CreditEntry) -> Item {
    item(entry, CREDIT, entry.state, FARE_REVENUE.to_owned(), customer_account(entry))
}

/// A reversal moves it back, and stands for ever.
pub(super) fn reversal_item(entry: &CreditEntry) -> Item {
    item(entry, REVERSAL, EntryState::Standing, customer_account(entry), FARE_REVENUE.to_owned())
}

fn customer_account(entry: &CreditEntry) -> String {
    format!("customer/{}", entry.customer_id)
}

fn item(entry: &CreditEntry, sort_key: &str, state: EntryState, debited: String, credited: String) -> Item {
    let mut item = fare_key(&entry.fare_id, sort_key);
    item.extend([
        ("fareId".to_owned(), text(entry.fare_id.as_str())),
        ("customerId".to_owned(), text(entry.customer_id.as_str())),
        ("amount".to_owned(), number(entry.amount.amount())),
        ("currency".to_owned(), text(entry.amount.currency().code())),
        ("debitAccount".to_owned(), text(debited)),
        ("creditAccount".to_owned(), text(credited)),
        ("payloadHash".to_owned(), text(entry.payload_hash.as_str())),
        ("postedAt".to_owned(), number(entry.posted_at.0)),
        ("state".to_owned(), text(state.as_str())),
        ("schema".to_owned(), number(RECORD_SCHEMA)),
    ]);
    item
}

/// Reads a credit entry.
pub(super) fn entry_of(item: &Item) -> Result<CreditEntry, StoreUnavailable> {
    let unreadable = |fault: Rejection| StoreUnavailable::because(format!("the entry's {fault}"));
    Ok(CreditEntry {
        fare_id: FareId::new(read_text(item, "fareId")?).map_err(unreadable)?,
        customer_id: CustomerId::new(read_text(item, "customerId")?).map_err(unreadable)?,
        amount: Money::from_stored(read_number(item, "amount")?, read_text(item, "currency")?).map_err(unreadable)?,
        payload_hash: PayloadHash::from_stored(read_text(item, "payloadHash")?),
        state: read_state(item)?,
        posted_at: Millis(read_number(item, "postedAt")?),
    })
}

fn read_state(item: &Item) -> Result<EntryState, StoreUnavailable> {
    read_text(item, "state")?.parse().map_err(|_| StoreUnavailable::because("the entry's `state` is unknown"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fare_values::FareRequest;
    use serde_json::json;

    fn entry() -> CreditEntry {
        let input =
            json!({"fareId": "wr_563", "customerId": "3", "fareAmount": "$20.00", "paymentMethod": "pm_card_visa"});
        CreditEntry::standing(&FareRequest::from_json(&input).unwrap(), Millis(17))
    }

    #[test]
    fn an_entry_is_read_as_it_was_written() {
        assert_eq!(entry_of(&credit_item(&entry())), Ok(entry()));
    }

    #[test]
    fn a_reversal_names_the_sides_the_other_way_round() {
        let sides = |item: &Item| {
            let side = |name| read_text(item, name).unwrap().to_owned();
            (side("debitAccount"), side("creditAccount"))
        };
        let (debited, credited) = sides(&credit_item(&entry()));
        assert_eq!((debited.as_str(), credited.as_str()), ("fare-revenue", "customer/3"));
        assert_eq!(sides(&reversal_item(&entry())), (credited, debited));
    }

    #[test]
    fn an_entry_that_lacks_an_attribute_is_not_acted_upon() {
        let mut item = credit_item(&entry());
        item.remove("state");
        assert!(entry_of(&item).unwrap_err().to_string().contains("`state` cannot be read"));
    }
}
