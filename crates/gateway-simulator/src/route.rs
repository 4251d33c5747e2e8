//! Which endpoint a request is for.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantNames};

use crate::request::{Method, Request};

/// What a request asks for, in the words of the payment business rather than of the API.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Operation {
    /// Create an intent, and confirm it if told so.
    Authorise,
    /// Confirm an intent that exists.
    Confirm,
    /// Take a hold.
    Capture,
    /// Cancel an intent, which releases its hold.
    Void,
    /// Read one intent.
    Retrieve,
    /// Read intents, newest first.
    List,
    /// Find intents by metadata.
    Search,
    /// Give captured money back.
    Refund,
    /// Read one refund.
    RetrieveRefund,
    /// Read refunds, newest first.
    ListRefunds,
    /// Nothing that the gateway knows.
    Unrecognised,
}

/// An operation with the id in its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Route<'a> {
    pub(crate) operation: Operation,
    /// The id in the path; empty where the operation has none.
    pub(crate) id: &'a str,
}

impl<'a> Route<'a> {
    /// The endpoint that a request is for.
    pub(crate) fn of(request: &'a Request) -> Self {
        let segments: Vec<&str> = request.path.split('/').collect();
        let (operation, id) = match (request.method, segments.as_slice()) {
            (_, [.., ""]) => (Operation::Unrecognised, ""),
            (Method::Post, ["", "v1", "payment_intents"]) => (Operation::Authorise, ""),
            (Method::Get, ["", "v1", "payment_intents"]) => (Operation::List, ""),
            (Method::Get, ["", "v1", "payment_intents", "search"]) => (Operation::Search, ""),
            (Method::Get, ["", "v1", "payment_intents", id]) => (Operation::Retrieve, *id),
            (Method::Post, ["", "v1", "payment_intents", id, "confirm"]) => (Operation::Confirm, *id),
            (Method::Post, ["", "v1", "payment_intents", id, "capture"]) => (Operation::Capture, *id),
            (Method::Post, ["", "v1", "payment_intents", id, "cancel"]) => (Operation::Void, *id),
            (Method::Post, ["", "v1", "refunds"]) => (Operation::Refund, ""),
            (Method::Get, ["", "v1", "refunds"]) => (Operation::ListRefunds, ""),
            (Method::Get, ["", "v1", "refunds", id]) => (Operation::RetrieveRefund, *id),
            (Method::Get | Method::Post | Method::Other, _) => (Operation::Unrecognised, ""),
        };
        Self { operation, id }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(request: &Request) -> Operation {
        Route::of(request).operation
    }

    #[test]
    fn search_is_not_taken_for_an_id() {
        assert_eq!(operation(&Request::get("/v1/payment_intents/search", &[])), Operation::Search);
        assert_eq!(Route::of(&Request::get("/v1/payment_intents/pi_1", &[])).id, "pi_1");
    }

    #[test]
    fn what_the_api_does_not_have_is_unrecognised() {
        for path in ["/", "", "/v1/charges", "/v1/payment_intents/", "/v1/payment_intents/pi_1/capture/", "/v2/refunds"]
        {
            assert_eq!(operation(&Request::post(path, &[])), Operation::Unrecognised, "{path}");
        }
        assert_eq!(operation(&Request::get("/v1/payment_intents/pi_1/capture", &[])), Operation::Unrecognised);
    }
}
