//! How an answer reaches the client, and in what shape.

use serde_json::Value;

/// The size of a [`Delivery::Huge`] body, in bytes: more than any client should read.
pub const HUGE_BYTES: usize = 8 * 1024 * 1024;

const GARBAGE: &[u8] = b"{\"id\": pi_\x00\xff\xfe]";
const PAGE: &str =
    "<!doctype html><html><head><title>Bad gateway</title></head><body><h1>Something went wrong</h1></body></html>";

/// How an answer reaches the client. The effect, if any, is done by the time a [`Reply`](crate::Reply) exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// The answer is delivered at once.
    AtOnce,
    /// The answer is delivered this much later; a client with a shorter timeout never sees it.
    After {
        /// How late, in milliseconds.
        milliseconds: u64,
    },
    /// The connection closes without a single byte of an answer.
    Lost,
    /// The headers are those of the whole answer, `Content-Length` too; after half of the body the connection closes.
    Truncated,
    /// The body comes byte by byte.
    Drip {
        /// The pause before each byte, in milliseconds.
        milliseconds: u64,
    },
    /// The body is padded to [`HUGE_BYTES`].
    Huge,
    /// The body is no JSON, though the headers say so.
    Garbage,
    /// The body is a page of HTML.
    Page,
}

impl Delivery {
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Page => "text/html; charset=utf-8",
            Self::AtOnce
            | Self::After { .. }
            | Self::Lost
            | Self::Truncated
            | Self::Drip { .. }
            | Self::Huge
            | Self::Garbage => "application/json",
        }
    }

    /// The bytes of the body that the headers announce.
    pub(crate) fn announced(self, body: &Value) -> Vec<u8> {
        match self {
            Self::AtOnce | Self::After { .. } | Self::Lost | Self::Truncated | Self::Drip { .. } => {
                body.to_string().into_bytes()
            }
            Self::Huge => {
                let mut padded = body.to_string().into_bytes();
                padded.resize(HUGE_BYTES, b' ');
                padded
            }
            Self::Garbage => GARBAGE.to_vec(),
            Self::Page => PAGE.into(),
        }
    }

    /// The bytes of the body that arrive.
    pub(crate) fn arriving(self, body: &Value) -> Vec<u8> {
        let mut bytes = self.announced(body);
        match self {
            Self::Lost => bytes.clear(),
            Self::Truncated => bytes.truncate(bytes.len() / 2),
            Self::AtOnce | Self::After { .. } | Self::Drip { .. } | Self::Huge | Self::Garbage | Self::Page => {}
        }
        bytes
    }
}
