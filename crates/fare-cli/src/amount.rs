//! Amounts as people read them, made from whole minor units without a float in between.

use iso_currency::Currency;

/// `2000` and `usd` as `$20.00`. A currency without a symbol of its own, or one that is not known, is shown by its code.
/// The number of decimals is the currency's: `jpy` has none, `kwd` three.
#[must_use]
pub fn display_amount(minor_units: i64, currency: &str) -> String {
    let code = currency.to_uppercase();
    let known = Currency::from_code(&code);
    let decimals = known.and_then(Currency::exponent).map_or(0, usize::from);
    let sign = if minor_units < 0 { "-" } else { "" };
    let number = with_decimals(minor_units.unsigned_abs(), decimals);
    match known {
        Some(Currency::USD) => format!("{sign}${number}"),
        Some(_) | None => format!("{sign}{number} {code}"),
    }
}

fn with_decimals(units: u64, decimals: usize) -> String {
    let digits = format!("{units:0>width$}", width = decimals.saturating_add(1));
    match digits.split_at_checked(digits.len().saturating_sub(decimals)) {
        Some((whole, part)) if decimals > 0 => format!("{whole}.{part}"),
        Some(_) | None => digits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_have_two_decimals() {
        assert_eq!(display_amount(2000, "usd"), "$20.00");
        assert_eq!(display_amount(5, "usd"), "$0.05");
        assert_eq!(display_amount(0, "usd"), "$0.00");
        assert_eq!(display_amount(-1234, "usd"), "-$12.34");
    }

    #[test]
    fn yen_have_no_decimals_and_dinars_have_three() {
        assert_eq!(display_amount(1500, "jpy"), "1500 JPY");
        assert_eq!(display_amount(1500, "kwd"), "1.500 KWD");
    }

    #[test]
    fn the_widest_amounts_are_shown_exactly() {
        assert_eq!(display_amount(i64::MAX, "usd"), "$92233720368547758.07");
        assert_eq!(display_amount(i64::MIN, "usd"), "-$92233720368547758.08");
    }

    #[test]
    fn an_unknown_currency_is_shown_in_minor_units() {
        assert_eq!(display_amount(7, "zzz"), "7 ZZZ");
    }
}
