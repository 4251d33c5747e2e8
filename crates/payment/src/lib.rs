//! T2 of the saga: owns the payments table and the account at the payment gateway.
//!
//! `charge` pre-authorises and then captures with that authorisation; `refund`, which undoes it, voids the hold or
//! refunds the capture, whichever the gateway turns out to have. An intent to charge is recorded before the gateway is
//! called, so "no record" proves that no call was or ever will be made.

mod domain;
pub mod gateway;
mod handler;
pub mod store;
pub mod time;

pub use domain::{Action, Payment, PaymentError, Receipt};
