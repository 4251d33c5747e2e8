//! Who asks for something, and why. Nothing is decided by it: it is logged.

use std::str::FromStr;

use crate::WireErrorName;
use crate::card_data::holds_card_number;

/// The longest name of an execution's ARN that is taken, in bytes.
const LONGEST_ARN: usize = 256;

/// Errors of Step Functions and of Lambda that a task may meet (Step Functions Developer Guide, "Handling errors").
const OF_AWS: [&str; 17] = [
    "States.Timeout",
    "States.TaskFailed",
    "States.Permissions",
    "States.Runtime",
    "States.DataLimitExceeded",
    "States.IntrinsicFailure",
    "States.ParameterPathFailure",
    "States.ResultPathMatchFailure",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.Unknown",
    "Sandbox.Timedout",
    "Runtime.ExitError",
    "Runtime.OutOfMemory",
];

/// The ARN of an execution of a state machine.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Execution(String);

impl Execution {
    /// Takes the ARN of an execution. Its last part is a name that somebody chose, so anything that could be taken for a
    /// card number is not taken.
    #[must_use]
    pub fn new(arn: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'_' | b'.' | b'/');
        let is_arn = arn.len() <= LONGEST_ARN && arn.starts_with("arn:") && arn.bytes().all(plain);
        (is_arn && !holds_card_number(arn)).then(|| Self(arn.to_owned()))
    }

    /// The ARN as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of the error that an execution met.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FailureReason(String);

impl FailureReason {
    /// What recovery gives as the reason.
    const RECOVERED: &str = "FareRecovered";

    /// Takes the name of an error of ours or of AWS. Any other, such as a crashed process may give, is `Other`: reasons are
    /// counted each by itself, and there must not be too many.
    #[must_use]
    pub fn of(error: &str) -> Self {
        let is_known = error == Self::RECOVERED || WireErrorName::from_str(error).is_ok() || OF_AWS.contains(&error);
        Self(if is_known { error } else { "Other" }.to_owned())
    }

    /// Whether it is recovery that asks.
    #[must_use]
    pub fn is_recovery(&self) -> bool {
        self.0 == Self::RECOVERED
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_execution_is_known_by_its_arn() {
        let arn = "arn:aws:states:eu-west-1:123456789012:execution:fare-collection:wr_563";
        assert_eq!(Execution::new(arn).map(|execution| execution.as_str().to_owned()).as_deref(), Some(arn));
        for other in ["", "wr_563", "arn:aws:states\n", "arn:aws:\"", &format!("arn:{}", "x".repeat(300))] {
            assert_eq!(Execution::new(other), None, "{other}");
        }
    }

    #[test]
    fn an_execution_named_like_a_card_number_is_not_repeated() {
        for name in ["4242424242424242", "4242-4242-4242-4242"] {
            assert_eq!(Execution::new(&format!("arn:aws:states:eu-west-1:1:execution:fares:{name}")), None);
        }
    }

    #[test]
    fn reasons_are_errors_of_ours_or_of_aws() {
        for known in ["PaymentAuthException", "States.Timeout", "Lambda.Unknown", "Sandbox.Timedout", "FareRecovered"] {
            assert_eq!(FailureReason::of(known).as_str(), known);
        }
        for unknown in ["", "alloc::string::String", "4242424242424242", "States.Anything", "Nobody.Knows"] {
            assert_eq!(FailureReason::of(unknown).as_str(), "Other", "{unknown}");
        }
    }
}
