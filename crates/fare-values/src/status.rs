//! The states that records move through, always forward.

/// The saga's one decision about a fare.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, strum::Display, strum::EnumString, strum::EnumIter, strum::IntoStaticStr,
)]
#[strum(serialize_all = "snake_case")]
pub enum FareStatus {
    /// Accepted and undecided.
    Registered,
    /// Decided: collected. Final.
    Completed,
    /// Decided: not collected, or taken back. Final.
    Failed,
}

/// Where a payment stands, as far as this system knows.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, strum::Display, strum::EnumString, strum::EnumIter, strum::IntoStaticStr,
)]
#[strum(serialize_all = "snake_case")]
pub enum PaymentStatus {
    /// The intent to charge is recorded; the gateway may or may not have acted.
    Pending,
    /// Captured in full.
    Captured,
    /// The authorisation was declined: nothing is held.
    Declined,
    /// Authorised, but the gateway refused to capture: a hold may stand.
    CaptureRefused,
    /// Being undone: no charge may start or finish any more.
    Cancelling,
    /// Undone before capture. Final.
    Voided,
    /// Undone after capture. Final.
    Refunded,
    /// A tombstone: undone before any charge was recorded, so no gateway call was or will be made. Final.
    Cancelled,
}

/// Where a credit entry of the ledger stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, strum::Display, strum::EnumString, strum::EnumIter, strum::IntoStaticStr,
)]
#[strum(serialize_all = "snake_case")]
pub enum EntryState {
    /// Posted, and not reversed.
    Standing,
    /// Posted, and reversed by an entry of its own. Final.
    Reversed,
    /// Undone before it was posted: it never will be. Final.
    Tombstone,
}

macro_rules! as_str {
    ($($status:ty),+) => {$(
        impl $status {
            /// The status as it is stored and sent.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                self.into()
            }
        }
    )+};
}
as_str!(FareStatus, PaymentStatus, EntryState);

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator;

    #[test]
    fn every_status_is_read_back_as_it_was_written() {
        for status in FareStatus::iter() {
            assert_eq!(status.as_str().parse(), Ok(status));
        }
        for status in PaymentStatus::iter() {
            assert_eq!(status.as_str().parse(), Ok(status));
        }
        for state in EntryState::iter() {
            assert_eq!(state.as_str().parse(), Ok(state));
        }
        assert_eq!(PaymentStatus::CaptureRefused.as_str(), "capture_refused");
    }
}
