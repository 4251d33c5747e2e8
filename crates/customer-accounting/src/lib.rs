//! T3 of the saga: owns the ledger, which holds customers' accounts and append-only entries.
//!
//! `credit` posts a fare to its customer's account, and `debit`, which undoes it, posts the reversal. Each entry names
//! both sides; the customer's balance is the sum of that customer's entries, kept in the same transaction.

mod domain;
mod handler;
pub mod store;

pub use domain::{Action, CustomerAccounting, CustomerAccountingError, Posting};
