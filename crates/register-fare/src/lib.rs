//! T1 of the saga: owns the fares table, which holds every fare and the saga's one decision about it.
//!
//! `register` writes the fare, `complete` decides for it, and `cancel`, which undoes `register`, decides against it.
//! Whichever decision comes first wins for ever (design, section 3: decide, then undo).

mod domain;
mod handler;
pub mod store;
mod watch;

pub use domain::{Action, Fare, RegisterFare, RegisterFareError};
pub use watch::{Watch, asks_to_watch};
