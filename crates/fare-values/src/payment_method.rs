//! The gateway's token for a way to pay.

use crate::Rejection;

const FIELD: &str = "paymentMethod";
const MAX_TOKEN_LENGTH: usize = 64;

/// A token that the gateway gave out for a payment method (`pm_…` or `tok_…`). It is no card data: by itself it cannot
/// be used to pay anywhere else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PaymentMethod(String);

impl PaymentMethod {
    /// Accepts `pm_` or `tok_`, then letters, digits and `_`, at most 64 characters in all.
    ///
    /// # Errors
    /// [`Rejection::InvalidFare`] naming the field `paymentMethod`.
    pub fn new(value: &str) -> Result<Self, Rejection> {
        let rest = value.strip_prefix("pm_").or_else(|| value.strip_prefix("tok_"));
        let well_formed = rest.is_some_and(|rest| {
            !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        });
        if !well_formed || value.len() > MAX_TOKEN_LENGTH {
            return Err(Rejection::invalid(
                FIELD,
                "must be a payment method token of the gateway: `pm_…` or `tok_…`, letters, digits and `_`, at most 64 characters",
            ));
        }
        Ok(Self(value.to_owned()))
    }

    /// A token that this crate itself names. A test holds every one of them to the rule of [`Self::new`].
    pub(crate) fn known(token: &'static str) -> Self {
        Self(token.to_owned())
    }

    /// The token as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_the_gateway_are_accepted() {
        for good in ["pm_card_visa", "tok_visa", "pm_1MtwBwLkdIwHu7ix28a3tqPa"] {
            assert_eq!(PaymentMethod::new(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn anything_else_is_refused_without_repeating_it() {
        for bad in ["", "pm_", "tok_", "card_1", "pm card", "pm_a-b", "PM_card", &format!("pm_{}", "x".repeat(62))] {
            let message = PaymentMethod::new(bad).unwrap_err().to_string();
            assert!(message.contains("`paymentMethod`"), "{message}");
        }
        assert!(!PaymentMethod::new("my-secret").unwrap_err().to_string().contains("my-secret"));
    }
}
