//! The fingerprint by which a step knows a repeated request from another one under the same id.

use sha2::{Digest, Sha256};

use crate::FareRequest;

/// SHA-256 over every field of a fare request, in hexadecimal. Equal requests, however they were spelt, have equal
/// hashes; requests that differ in any field do not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PayloadHash(String);

impl PayloadHash {
    /// The fingerprint of a request.
    #[must_use]
    pub fn of(request: &FareRequest) -> Self {
        let money = request.amount();
        let mut hasher = Sha256::new();
        // No field can hold a line break, so lines keep the fields apart.
        hasher.update(format!(
            "fare/1\n{}\n{}\n{}\n{}\n{}\n",
            request.fare_id(),
            request.customer_id(),
            money.amount(),
            money.currency(),
            request.payment_method().as_str()
        ));
        Self(format!("{:x}", hasher.finalize()))
    }

    /// A hash that was stored earlier.
    #[must_use]
    pub fn from_stored(hash: &str) -> Self {
        Self(hash.to_owned())
    }

    /// The hash as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
