//! Answers to a page.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::error::Error;
use crate::report::visible;

/// A document, or why there is none.
pub(super) type Answer = Result<Json<Value>, Refused>;

/// Why something is not done, in a sentence.
#[derive(Debug)]
pub(super) struct Refused {
    status: StatusCode,
    sentence: String,
}

/// A refusal of the console's own.
pub(super) fn refused(status: StatusCode, sentence: impl Into<String>) -> Refused {
    Refused { status, sentence: sentence.into() }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "error": self.sentence }))).into_response()
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        let status = if matches!(error, Error::NoFare | Error::NoRecovery { .. }) {
            StatusCode::NOT_FOUND
        } else if matches!(error, Error::NameTaken { .. }) {
            StatusCode::CONFLICT
        } else if matches!(error, Error::InputRefused { .. } | Error::InputNotJson { .. } | Error::NotAFare { .. }) {
            StatusCode::BAD_REQUEST
        } else if matches!(error, Error::NotAllowed { .. } | Error::NoCredentials { .. }) {
            StatusCode::FORBIDDEN
        } else {
            StatusCode::BAD_GATEWAY
        };
        Self { status, sentence: visible(&error.in_full()) }
    }
}
