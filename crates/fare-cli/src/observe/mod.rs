//! What is true of a fare after the fact, read from where it is true: the tables, the gateway and the queues.

mod attributes;
mod gateway;
mod mailbox;
mod records;
mod tables;

pub(crate) use attributes::Item;
pub(crate) use gateway::loopback_client;
pub use gateway::{GatewayView, Holdings, LogEntry, gateway_log, holdings};
pub use mailbox::{Mailbox, Notice, Queue};
pub(crate) use records::fare_of;
pub(crate) use records::fare_request;
pub use records::{Account, Entry, FareRecord, LedgerEntries, PaymentRecord, account, fare, ledger_entries, payment};
pub use tables::{Tables, tables};
