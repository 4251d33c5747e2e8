//! The currencies that can be charged, and how little and how much of them.

use crate::refusal::Refusal;

/// Currencies with a documented minimum charge, in minor units.
const MINIMUMS: &[(&str, u64)] = &[
    ("aed", 200),
    ("aud", 50),
    ("bgn", 100),
    ("brl", 50),
    ("cad", 50),
    ("chf", 50),
    ("czk", 1500),
    ("dkk", 250),
    ("eur", 50),
    ("gbp", 30),
    ("hkd", 400),
    ("huf", 17500),
    ("inr", 50),
    ("jpy", 50),
    ("mxn", 1000),
    ("myr", 200),
    ("nok", 300),
    ("nzd", 50),
    ("pln", 200),
    ("ron", 200),
    ("sek", 300),
    ("sgd", 50),
    ("thb", 1000),
    ("usd", 50),
];

/// The other currencies that can be charged.
const OTHERS: &str = "afn all amd ang aoa ars awg azn bam bbd bdt bhd bif bmd bnd bob bsd bwp byn bzd cdf clp cny cop crc \
     cve djf dop dzd egp etb fjd fkp gel gip gmd gnf gtq gyd hnl htg idr ils isk jmd jod kes kgs khr kmf krw kwd kyd kzt \
     lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mzn nad ngn nio npr omr pab pen pgk php pkr pyg qar rsd \
     rub rwf sar sbd scr shp sle sos srd std szl tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xof xpf \
     yer zar zmw";

const ZERO_DECIMAL: &[&str] =
    &["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"];
const THREE_DECIMAL: &[&str] = &["bhd", "jod", "kwd", "omr", "tnd"];

/// The most that one intent can be for, in minor units of any currency.
const MAXIMUM: u64 = 99_999_999;

/// The currency in lower case, if it can be charged.
pub(crate) fn known(currency: &str) -> Result<String, Refusal> {
    let currency = currency.to_ascii_lowercase();
    let listed = minimum(&currency).is_some() || OTHERS.split_whitespace().any(|other| other == currency);
    if listed {
        Ok(currency)
    } else {
        Err(Refusal::invalid(None, "currency", "Invalid currency: not one that can be charged"))
    }
}

/// Refuses an amount that is too small, too large, or finer than the currency is charged in.
pub(crate) fn check_amount(amount: u64, currency: &str) -> Result<(), Refusal> {
    let least = minimum(currency).unwrap_or(1);
    if amount < least {
        let message = format!("Amount must be at least {} {currency}", display(least, currency));
        return Err(Refusal::invalid(Some("amount_too_small"), "amount", message));
    }
    if amount > MAXIMUM {
        let message = format!("Amount must be no more than {} {currency}", display(MAXIMUM, currency));
        return Err(Refusal::invalid(Some("amount_too_large"), "amount", message));
    }
    if THREE_DECIMAL.contains(&currency) && !amount.is_multiple_of(10) {
        return Err(Refusal::invalid(
            None,
            "amount",
            "Invalid amount: in a three-decimal currency the last digit must be 0",
        ));
    }
    Ok(())
}

/// An amount in major units, as messages show it.
pub(crate) fn display(amount: u64, currency: &str) -> String {
    if ZERO_DECIMAL.contains(&currency) {
        amount.to_string()
    } else if THREE_DECIMAL.contains(&currency) {
        format!("{}.{:03}", amount / 1000, amount % 1000)
    } else {
        format!("{}.{:02}", amount / 100, amount % 100)
    }
}

fn minimum(currency: &str) -> Option<u64> {
    MINIMUMS.iter().find(|(code, _)| *code == currency).map(|(_, least)| *least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_is_known_in_either_case() {
        assert_eq!(known("USD").unwrap(), "usd");
        assert_eq!(known("kwd").unwrap(), "kwd");
        for unknown in ["xyz", "us", "", "usd "] {
            assert!(known(unknown).is_err(), "{unknown}");
        }
    }

    #[test]
    fn half_a_dollar_is_the_least_that_can_be_charged() {
        assert!(check_amount(50, "usd").is_ok());
        let body = check_amount(49, "usd").unwrap_err().body(None);
        assert_eq!(body["error"]["message"], "Amount must be at least 0.50 usd");
        assert!(check_amount(50, "jpy").is_ok());
        assert!(check_amount(100_000_000, "usd").is_err());
    }

    #[test]
    fn a_three_decimal_amount_ends_in_zero() {
        assert!(check_amount(5120, "kwd").is_ok());
        assert!(check_amount(5124, "kwd").is_err());
    }
}
