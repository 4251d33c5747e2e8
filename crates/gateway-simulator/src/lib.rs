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
//! * [`server`] puts a core behind HTTP: who is let in, and answers that come late, in part, or not at all. Whoever keeps
//!   the state elsewhere than in memory writes a [`Desk`](server::Desk) of their own, for instance one with a journal:
//!   the same requests at the same times give the same state ([`Request::for_journal`]).
//!
//! It can be told to misbehave in the ways that [`Fault`] lists, each with what happens, what is kept and what the client
//! sees:
//!
//! * in process, by [`Gateway::misbehave`];
//! * from outside, by `POST /_simulator/faults` (`fault`, and if wanted `operation`, `times`, `skip`, `milliseconds`,
//!   `retry_after_seconds`) and `POST /_simulator/faults/clear`;
//! * by a payment method, `pm_sim_<operation>_<fault>` or `pm_sim_<operation>_<fault>_<times>`, with one of the operations
//!   `authorise`, `capture`, `void` and `refund`. It strikes the first such requests of a payment: one, or `times`, or all
//!   for what the issuer does (`refused`, `fails_later`, `pending_first`). A payment is an intent, and before there is one
//!   its `fare_reference`, or without that its idempotency key.
//!
//! Its clock can be put forward by `POST /_simulator/clock` (`advance_milliseconds`); keys that are forgotten, holds that
//! expire, refunds that settle and searches that lag follow it. `GET` on `/_simulator/` shows `health`, `log`, `holdings`,
//! `faults` and `clock`. Nothing else can be changed from outside the API.
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
//!
//! use gateway_simulator::{Delivery, Fault, Misbehaviour, Operation};
//!
//! let fault = Misbehaviour { fault: Fault::AnswerLost, operation: Some(Operation::List), skip: 0, times: 1 };
//! gateway.misbehave(fault);
//! let list = Request::get("/v1/payment_intents", &[]).with_api_key("sk_test_simulator");
//! assert_eq!(gateway.handle(&list, 3_000).delivery, Delivery::Lost);
//! ```

mod access;
mod admin;
mod asked;
mod authorisation;
mod books;
mod capture;
mod card_data;
mod course;
mod currencies;
mod delivery;
mod faults;
mod form;
mod gateway;
mod idempotency;
mod intents;
mod journal;
mod log;
mod misbehaviour;
mod objects;
mod outcome;
mod pages;
mod payment_methods;
mod queries;
mod refunds;
mod refusal;
mod reply;
mod request;
mod route;
mod search;
pub mod server;
mod strikes;
mod test_methods;
mod tokens;
mod under_way;
mod version;
mod views;

pub use access::{ExpectedKey, InvalidKey};
pub use books::{HOLD_LIFETIME_MS, Settings};
pub use delivery::{Delivery, HUGE_BYTES};
pub use faults::Fault;
pub use gateway::Gateway;
pub use idempotency::{KEY_LIFETIME_MS, MAX_KEY_LENGTH};
pub use log::{Effect, LogEntry, Subject};
pub use misbehaviour::Misbehaviour;
pub use reply::Reply;
pub use request::{Method, Request};
pub use route::Operation;
pub use views::Holdings;
