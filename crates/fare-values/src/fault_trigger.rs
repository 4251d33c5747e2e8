//! The suffixes of a customer id with which the workshop provokes failures.
//!
//! A trigger never throws an error of its own. It arranges the world, through the real operation, so that the real code
//! meets the failure in the real place: a token that the gateway declines, an account that is closed.

use crate::{CustomerId, PaymentMethod};

/// Whether triggers act in this deployment. Off unless the stack says `enabled`; refused in production by the template.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FaultTriggers {
    /// Suffixes mean nothing.
    #[default]
    Disabled,
    /// Suffixes provoke failures.
    Enabled,
}

impl FaultTriggers {
    /// Reads the setting; anything but `enabled` is off.
    #[must_use]
    pub fn from_setting(setting: Option<&str>) -> Self {
        if setting == Some("enabled") { Self::Enabled } else { Self::Disabled }
    }

    /// The trigger that this customer's id pulls, if triggers are on.
    #[must_use]
    pub fn pulled_by(self, customer: &CustomerId) -> Option<FaultTrigger> {
        match self {
            Self::Disabled => None,
            Self::Enabled => {
                FaultTrigger::ALL.into_iter().find(|trigger| customer.as_str().ends_with(trigger.suffix()))
            }
        }
    }
}

/// A failure that a customer id asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultTrigger {
    /// The fare is cancelled before it is registered.
    FailRegister,
    /// The gateway declines the authorisation.
    FailAuth,
    /// The gateway refuses to capture.
    FailCharge,
    /// The gateway captures, and its answer comes too late.
    TimeoutCharge,
    /// The customer's account is closed.
    FailCredit,
    /// The customer's account is closed, and the gateway turns away the first refunds.
    FailRefund,
}

impl FaultTrigger {
    /// All triggers.
    pub const ALL: [Self; 6] =
        [Self::FailRegister, Self::FailAuth, Self::FailCharge, Self::TimeoutCharge, Self::FailCredit, Self::FailRefund];

    /// How a customer id ends that pulls this trigger.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::FailRegister => "_fail_register",
            Self::FailAuth => "_fail_auth",
            Self::FailCharge => "_fail_charge",
            Self::TimeoutCharge => "_timeout_charge",
            Self::FailCredit => "_fail_credit",
            Self::FailRefund => "_fail_refund",
        }
    }

    /// Whether the customer's account is closed before the credit.
    #[must_use]
    pub fn closes_account(self) -> bool {
        matches!(self, Self::FailCredit | Self::FailRefund)
    }

    /// Whether the fare is cancelled before it is registered.
    #[must_use]
    pub fn cancels_before_register(self) -> bool {
        self == Self::FailRegister
    }

    /// The gateway token that provokes this failure there, in place of the one that was sent. `pm_sim_…` are tokens of
    /// the simulator's own, for failures that the real gateway has no test token for.
    #[must_use]
    pub fn payment_method(self) -> Option<PaymentMethod> {
        let token = match self {
            Self::FailAuth => "pm_card_visa_chargeDeclined",
            Self::FailCharge => "pm_sim_capture_refused",
            Self::TimeoutCharge => "pm_sim_capture_answer_late_3",
            Self::FailRefund => "pm_sim_refund_unavailable_3",
            Self::FailRegister | Self::FailCredit => return None,
        };
        Some(PaymentMethod::known(token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn customer(id: &str) -> CustomerId {
        CustomerId::new(id).unwrap()
    }

    #[test]
    fn suffixes_mean_nothing_unless_triggers_are_enabled() {
        for setting in [None, Some(""), Some("disabled"), Some("Enabled"), Some("true")] {
            let triggers = FaultTriggers::from_setting(setting);
            assert_eq!(triggers.pulled_by(&customer("3_fail_auth")), None, "{setting:?}");
        }
    }

    #[test]
    fn every_suffix_pulls_its_own_trigger_and_only_at_the_end() {
        let triggers = FaultTriggers::from_setting(Some("enabled"));
        for trigger in FaultTrigger::ALL {
            let pulled = triggers.pulled_by(&customer(&format!("3{}", trigger.suffix())));
            assert_eq!(pulled, Some(trigger));
            assert_eq!(triggers.pulled_by(&customer(&format!("3{}x", trigger.suffix()))), None);
        }
        assert_eq!(triggers.pulled_by(&customer("3")), None);
    }

    #[test]
    fn every_token_of_a_trigger_is_a_valid_token() {
        for trigger in FaultTrigger::ALL {
            assert!(trigger.payment_method().is_none_or(|token| PaymentMethod::new(token.as_str()).is_ok()));
        }
    }
}
