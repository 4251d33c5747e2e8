//! A stateful stand-in for Stripe's PaymentIntents and Refunds API.
//!
//! The official mock server is stateless: it knows no declines, no holds and no idempotency keys, which are the very
//! things a saga has to get right. This one keeps them, by the rules Stripe documents.
//!
//! It has two layers:
//!
//! * [`Gateway`] is the core: synchronous and deterministic, without IO and without a clock of its own. Time is an
//!   argument, ids come from a counter, and the whole state can be cloned, compared and hashed, so that a test can drive
//!   it in process and an explorer can branch on it.
//! * [`server`] puts the core behind HTTP on the loopback interface, for stacks that run locally.
//!
//! ```
//! use gateway_simulator::{Gateway, Request, Settings};
//!
//! let mut gateway = Gateway::new(Settings::default());
//! let request = Request::post(
//!     "/v1/payment_intents",
//!     &[("amount", "2000"), ("currency", "usd"), ("payment_method", "pm_card_visa"), ("confirm", "true")],
//! )
//! .with_api_key("sk_test_simulator")
//! .with_idempotency_key("wr_563/authorise/1");
//!
//! let reply = gateway.handle(&request, 1_000);
//! assert_eq!((reply.status, reply.body["status"].as_str()), (200, Some("succeeded")));
//! assert!(gateway.handle(&request, 2_000).idempotent_replayed);
//! ```

mod authorisation;
mod books;
mod capture;
mod card_data;
mod currencies;
mod faults;
mod form;
mod gateway;
mod idempotency;
mod intents;
mod log;
mod objects;
mod outcome;
mod payment_methods;
mod queries;
mod refunds;
mod refusal;
mod reply;
mod request;
mod route;
mod search;
pub mod server;
mod views;

pub use books::{HOLD_LIFETIME_MS, Settings};
pub use faults::Fault;
pub use gateway::Gateway;
pub use idempotency::{KEY_LIFETIME_MS, MAX_KEY_LENGTH};
pub use log::{Effect, LogEntry, Subject};
pub use reply::{Delivery, Reply};
pub use request::{Method, Request};
pub use route::Operation;
pub use views::Holdings;
