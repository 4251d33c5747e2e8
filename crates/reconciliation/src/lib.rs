//! Whether gateway, ledger and fares agree to the cent.
//!
//! [`reconcile`] reads everything that the three tables and the gateway have, joins it by fare and by account, and reports
//! every [`Disagreement`]. What it suspects it looks at once more before it says so, so that fares that move meanwhile are
//! not reported.

pub mod adapters;
mod balances;
mod books;
mod disagreement;
mod facts;
mod reconcile;
mod rules;
mod spill;

pub use balances::Sums;
pub use books::{Book, Books, LedgerRow, NamedPayment, NamedRefund, Pages, ReadError, Record};
pub use disagreement::{Disagreement, Kind, Repair, Subject};
pub use facts::{
    Account, Amount, Decision, Entry, EntryKind, Fact, Fare, FareFacts, GatewayPayment, GivenBack, Payment,
    PaymentStands,
};
pub use reconcile::{Counts, LedgerReading, Listener, Outcome, ReconcileError, Settings, reconcile};
pub use rules::{Finding, Time, judge};
pub use spill::SpillError;
