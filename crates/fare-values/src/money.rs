//! Money: whole minor units of one currency, never a float.

use serde_json::Value;
use strum::IntoEnumIterator;

use crate::Rejection;

const FIELD: &str = "fareAmount";

/// The currencies in which fares are collected.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, strum::Display, strum::EnumString, strum::EnumIter, strum::IntoStaticStr,
)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
#[allow(missing_docs, reason = "ISO 4217 codes say what they are")]
pub enum Currency {
    Usd,
    Eur,
    Gbp,
    Chf,
    Cad,
    Aud,
    Jpy,
    Kwd,
}

impl Currency {
    /// The ISO 4217 code in lower case, as gateways and records spell it.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.into()
    }

    /// How many digits of an amount are minor units: 2 for dollars, 0 for yen, 3 for Kuwaiti dinars (ISO 4217).
    #[must_use]
    pub fn minor_digits(self) -> u16 {
        let iso = match self {
            Self::Usd => iso_currency::Currency::USD,
            Self::Eur => iso_currency::Currency::EUR,
            Self::Gbp => iso_currency::Currency::GBP,
            Self::Chf => iso_currency::Currency::CHF,
            Self::Cad => iso_currency::Currency::CAD,
            Self::Aud => iso_currency::Currency::AUD,
            Self::Jpy => iso_currency::Currency::JPY,
            Self::Kwd => iso_currency::Currency::KWD,
        };
        iso.exponent().unwrap_or_default()
    }

    /// The largest fare in this currency, in minor units: about ten thousand US dollars. A fare beyond it is a mistake.
    fn cap(self) -> i64 {
        match self {
            Self::Usd | Self::Eur | Self::Gbp | Self::Chf | Self::Cad | Self::Aud => 1_000_000,
            Self::Jpy => 1_500_000,
            Self::Kwd => 3_000_000,
        }
    }
}

/// An amount greater than zero and at most its currency's cap, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    amount: i64,
    currency: Currency,
}

impl Money {
    /// An amount in minor units.
    ///
    /// # Errors
    /// [`Rejection::InvalidFare`] if it is zero, negative or over the currency's cap.
    pub fn new(amount: i64, currency: Currency) -> Result<Self, Rejection> {
        if amount <= 0 {
            return Err(Rejection::invalid(FIELD, "must be more than zero"));
        }
        if amount > currency.cap() {
            return Err(Rejection::invalid(
                FIELD,
                format!("must be at most {} {}", in_major_units(currency.cap(), currency), currency.code()),
            ));
        }
        Ok(Self { amount, currency })
    }

    /// An amount from a record. It was under the cap when it was written, so a cap that was lowered since does not make
    /// the record unreadable.
    ///
    /// # Errors
    /// [`Rejection::InvalidFare`] if the amount is not more than zero or the currency is unknown.
    pub fn from_stored(amount: i64, currency: &str) -> Result<Self, Rejection> {
        let currency = currency.parse().map_err(|_| Rejection::invalid(FIELD, "has an unknown currency"))?;
        if amount <= 0 {
            return Err(Rejection::invalid(FIELD, "must be more than zero"));
        }
        Ok(Self { amount, currency })
    }

    /// Reads `"$20.00"` (US dollars) or `{"amount": 2000, "currency": "usd"}` (minor units).
    ///
    /// # Errors
    /// [`Rejection::InvalidFare`] naming `fareAmount` or the field in it that is at fault.
    pub fn from_json(value: &Value) -> Result<Self, Rejection> {
        match value {
            Value::String(text) => Self::from_dollars(text),
            Value::Object(fields) => {
                if fields.keys().any(|field| field != "amount" && field != "currency") {
                    return Err(Rejection::invalid(FIELD, "may hold the fields `amount` and `currency` only"));
                }
                let amount = fields.get("amount").and_then(Value::as_i64).ok_or_else(|| {
                    Rejection::invalid("fareAmount.amount", "must be a whole number of minor units, such as 2000")
                })?;
                let currency =
                    fields.get("currency").and_then(Value::as_str).and_then(|code| code.parse().ok()).ok_or_else(
                        || {
                            let accepted: Vec<_> = Currency::iter().map(Currency::code).collect();
                            Rejection::invalid("fareAmount.currency", format!("must be one of {}", accepted.join(", ")))
                        },
                    )?;
                Self::new(amount, currency)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => Err(Rejection::invalid(
                FIELD,
                "must be a text such as \"$20.00\" or an object such as {\"amount\": 2000, \"currency\": \"usd\"}",
            )),
        }
    }

    /// The amount in minor units.
    #[must_use]
    pub fn amount(self) -> i64 {
        self.amount
    }

    /// The currency.
    #[must_use]
    pub fn currency(self) -> Currency {
        self.currency
    }

    fn from_dollars(text: &str) -> Result<Self, Rejection> {
        let malformed = || {
            Rejection::invalid(
                FIELD,
                "must be written as dollars with no decimals or two, such as \"$20\" or \"$20.00\"; other currencies \
                 such as {\"amount\": 2400, \"currency\": \"jpy\"}",
            )
        };
        let digits_only = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.strip_prefix('$').ok_or_else(malformed)?;
        let (dollars, cents) = number.split_once('.').unwrap_or((number, "00"));
        if !digits_only(dollars) || !digits_only(cents) || (dollars.len() > 1 && dollars.starts_with('0')) {
            return Err(malformed());
        }
        if cents.len() > 2 {
            return Err(Rejection::invalid(FIELD, "has a fraction of a cent"));
        }
        if cents.len() < 2 {
            return Err(malformed());
        }
        let too_large = || Rejection::invalid(FIELD, "is too large");
        let dollars: i64 = dollars.parse().map_err(|_| too_large())?;
        let cents: i64 = cents.parse().map_err(|_| malformed())?;
        let amount = dollars.checked_mul(100).and_then(|amount| amount.checked_add(cents)).ok_or_else(too_large)?;
        Self::new(amount, Currency::Usd)
    }
}

impl std::fmt::Display for Money {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", in_major_units(self.amount, self.currency), self.currency)
    }
}

/// `2000` cents as `20.00`, by integer arithmetic; `amount` is not negative.
fn in_major_units(amount: i64, currency: Currency) -> String {
    let digits = usize::from(currency.minor_digits());
    if digits == 0 {
        return amount.to_string();
    }
    let padded = format!("{amount:0>width$}", width = digits.saturating_add(1));
    let (major, minor) = padded.split_at(padded.len().saturating_sub(digits));
    format!("{major}.{minor}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(value: &Value) -> String {
        Money::from_json(value).unwrap_err().to_string()
    }

    #[test]
    fn dollars_of_the_workshop_are_cents() {
        for (text, cents) in [("$20.00", 2000), ("$20", 2000), ("$0.01", 1), ("$10000.00", 1_000_000)] {
            let money = Money::from_json(&json!(text)).unwrap();
            assert_eq!((money.amount(), money.currency()), (cents, Currency::Usd), "{text}");
        }
    }

    #[test]
    fn minor_units_are_taken_as_they_are_in_currencies_of_any_exponent() {
        for (code, currency, text) in [
            ("usd", Currency::Usd, "19.99 usd"),
            ("JPY", Currency::Jpy, "1999 jpy"),
            ("kwd", Currency::Kwd, "1.999 kwd"),
        ] {
            let money = Money::from_json(&json!({"amount": 1999, "currency": code})).unwrap();
            assert_eq!((money.amount(), money.currency()), (1999, currency));
            assert_eq!(money.to_string(), text);
        }
    }

    #[test]
    fn exponents_are_those_of_iso_4217() {
        let digits: Vec<_> = Currency::iter().map(|currency| (currency.code(), currency.minor_digits())).collect();
        let expected = [("usd", 2), ("eur", 2), ("gbp", 2), ("chf", 2), ("cad", 2), ("aud", 2), ("jpy", 0), ("kwd", 3)];
        assert_eq!(digits, expected);
    }

    #[test]
    fn amounts_that_are_no_plain_dollars_are_refused() {
        for text in [
            "",
            "$",
            "20.00",
            "$20.0",
            "$20.",
            "$.50",
            "$1e3",
            "$-1.00",
            "-$1.00",
            "$+1",
            "$1,000.00",
            "$ 20.00",
            "$020.00",
            "$20.00 ",
            "€20.00",
            "$٢٠",
        ] {
            assert!(refused(&json!(text)).contains("`fareAmount` must be written as dollars"), "{text}");
        }
        assert!(refused(&json!("$20.001")).contains("fraction of a cent"));
    }

    #[test]
    fn zero_negative_and_overlarge_amounts_are_refused() {
        assert!(refused(&json!("$0.00")).contains("more than zero"));
        assert!(refused(&json!({"amount": -1, "currency": "usd"})).contains("more than zero"));
        assert!(refused(&json!("$10000.01")).contains("at most 10000.00 usd"));
        assert!(refused(&json!({"amount": 1_500_001, "currency": "jpy"})).contains("at most 1500000 jpy"));
        assert!(refused(&json!({"amount": 3_000_001, "currency": "kwd"})).contains("at most 3000.000 kwd"));
        assert!(refused(&json!("$92233720368547758.08")).contains("too large"));
        assert!(refused(&json!("$99999999999999999999999")).contains("too large"));
        assert!(refused(&json!({"amount": i64::MAX, "currency": "usd"})).contains("at most"));
    }

    #[test]
    fn amounts_that_are_not_whole_numbers_of_a_known_currency_are_refused() {
        for amount in [json!(20.5), json!(2000.0), json!("2000"), json!(null), json!(u64::MAX), json!([2000])] {
            let message = refused(&json!({"amount": amount, "currency": "usd"}));
            assert!(message.contains("`fareAmount.amount`"), "{message}");
        }
        for currency in [json!("xxx"), json!("us"), json!(""), json!(840), json!(null)] {
            let message = refused(&json!({"amount": 2000, "currency": currency}));
            assert!(message.contains("`fareAmount.currency`"), "{message}");
        }
        assert!(refused(&json!({"amount": 2000, "currency": "usd", "tip": 1})).contains("`fareAmount` may hold"));
        assert!(refused(&json!(2000)).contains("`fareAmount` must be a text"));
        let exponent: Value = serde_json::from_str(r#"{"amount": 1e3, "currency": "usd"}"#).unwrap();
        assert!(refused(&exponent).contains("whole number"));
    }
}
