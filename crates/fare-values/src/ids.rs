//! Identifiers that callers choose.

use crate::Rejection;

/// Letters, digits, `_` and `-`, 1 to 64 of them (design, section 2). The alphabet keeps ids safe in keys, queries,
/// logs and execution names without escaping.
const MAX_ID_LENGTH: usize = 64;

fn check_id(field: &'static str, value: &str) -> Result<(), Rejection> {
    if value.is_empty() {
        return Err(Rejection::invalid(field, "must not be empty"));
    }
    if value.len() > MAX_ID_LENGTH {
        return Err(Rejection::invalid(field, "must be at most 64 characters long"));
    }
    if !value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-') {
        return Err(Rejection::invalid(field, "may hold letters, digits, `_` and `-` only"));
    }
    Ok(())
}

macro_rules! id {
    ($(#[$doc:meta])+ $name:ident, $field:literal) => {
        $(#[$doc])+
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Accepts 1 to 64 letters, digits, `_` and `-`.
            ///
            /// # Errors
            #[doc = concat!("[`Rejection::InvalidFare`] naming the field `", $field, "`.")]
            pub fn new(value: &str) -> Result<Self, Rejection> {
                check_id($field, value)?;
                Ok(Self(value.to_owned()))
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

id! {
    /// The id of a fare. One id is collected at most once; after a failure, collecting again takes a new id.
    FareId, "fareId"
}
id! {
    /// The id of a customer, whose account is credited.
    CustomerId, "customerId"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_the_workshop_are_accepted() {
        assert_eq!(FareId::new("wr_563").unwrap().as_str(), "wr_563");
        assert_eq!(CustomerId::new("3_fail_auth").unwrap().as_str(), "3_fail_auth");
    }

    #[test]
    fn empty_long_and_foreign_ids_are_refused_with_their_field() {
        for bad in ["", "a b", "wr/563", "wr#1", "é", &"x".repeat(65)] {
            let fare = FareId::new(bad).unwrap_err().to_string();
            assert!(fare.contains("fareId"), "{fare}");
            let customer = CustomerId::new(bad).unwrap_err().to_string();
            assert!(customer.contains("customerId"), "{customer}");
        }
        assert!(FareId::new(&"x".repeat(64)).is_ok());
    }
}
