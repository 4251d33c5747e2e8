//! 128-bit fingerprints of states.

use std::hash::{Hash, Hasher};

use xxhash_rust::xxh3::Xxh3Default;

/// A running fingerprint. Two states of the same fingerprint are taken for the same state: with 128 bits and ten million
/// states the chance that any two differ is below 10⁻²⁴.
#[derive(Clone, Default)]
pub(crate) struct Fingerprint(Xxh3Default);

impl Fingerprint {
    pub(crate) fn value(&self) -> u128 {
        self.0.digest128()
    }
}

impl Hasher for Fingerprint {
    fn finish(&self) -> u64 {
        self.0.digest()
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
}

/// The fingerprint of a text.
#[must_use]
pub fn fingerprint(text: &str) -> u128 {
    let mut fingerprint = Fingerprint::default();
    text.hash(&mut fingerprint);
    fingerprint.value()
}
