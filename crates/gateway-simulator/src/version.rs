//! The version of the API (Stripe's API reference, Versioning).

use crate::refusal::Refusal;

/// The version that the objects follow, and that a request without a `Stripe-Version` header is answered in.
pub(crate) const DEFAULT: &str = "2026-09-30.endive";

/// Refuses what is not a version: a date, the name of a release behind a dot since late 2024, betas behind a semicolon.
/// Any of them is accepted, and changes nothing but the header of the answer.
pub(crate) fn check(version: &str) -> Result<(), Refusal> {
    let (release, betas) = version.split_once(';').unwrap_or((version, ""));
    let (date, name) = release.split_once('.').unwrap_or((release, "none"));
    let is_beta = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_' | b'=' | b';');
    let named = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_date(date) && named && betas.bytes().all(is_beta) {
        Ok(())
    } else {
        Err(Refusal::malformed("Invalid Stripe API version."))
    }
}

fn is_date(text: &str) -> bool {
    let lengths: Vec<_> = text.split('-').map(str::len).collect();
    lengths == [4, 2, 2] && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_a_date_with_or_without_a_name() {
        for good in [DEFAULT, "2024-06-20", "2020-08-27; orders_beta=v4"] {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in ["", "latest", "2024-6-20", "2024-06-20.", "2024-06-20.a1", "4242424242424242", "2024-06-20; a\nb"] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
