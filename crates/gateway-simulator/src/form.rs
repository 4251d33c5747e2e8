//! Form-encoded parameters with brackets, read with Stripe's complaints.

use std::collections::BTreeMap;

use crate::refusal::Refusal;

const MAX_METADATA_KEYS: usize = 50;
const MAX_METADATA_KEY_LENGTH: usize = 40;
const MAX_METADATA_VALUE_LENGTH: usize = 500;

/// Parameters of the real API for objects that are not simulated.
const NOT_SIMULATED: &[&str] = &[
    "application_fee_amount",
    "customer",
    "customer_account",
    "mandate",
    "on_behalf_of",
    "payment_method_options",
    "setup_future_usage",
    "shipping",
    "transfer_data",
    "transfer_group",
];

/// The parameters of one request, by name as sent (`metadata[k]`, `payment_method_types[]`). The order in which different
/// parameters were sent does not matter, which is what comparing two requests under one idempotency key needs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Form {
    fields: BTreeMap<String, Vec<String>>,
}

impl Form {
    /// Reads form-encoded text.
    pub(crate) fn parse(encoded: &str) -> Result<Self, Refusal> {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(encoded)
            .map_err(|_| Refusal::malformed("The parameters are not form-encoded."))?;
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in pairs {
            fields.entry(name).or_default().push(value);
        }
        Ok(Self { fields })
    }

    /// Every parameter as sent.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().flat_map(|(name, values)| values.iter().map(move |value| (name.as_str(), value.as_str())))
    }

    /// Refuses a parameter whose name (before any bracket) is not in `known`.
    pub(crate) fn refuse_unknown(&self, known: &[&str]) -> Result<(), Refusal> {
        match self.fields.keys().map(|name| root(name)).find(|name| !known.contains(name)) {
            Some(name) if NOT_SIMULATED.contains(&name) => {
                let message = format!("Stripe takes {name} here, but this simulator has nothing of the kind.");
                Err(Refusal::invalid(None, name, message))
            }
            Some(name) => Err(unknown(name)),
            None => Ok(()),
        }
    }

    /// Refuses a parameter of this name whose full name, brackets included, is not in `known`.
    pub(crate) fn refuse_others_in(&self, outer: &str, known: &[&str]) -> Result<(), Refusal> {
        let mut names = self.fields.keys().filter(|name| root(name) == outer);
        names.find(|name| !known.contains(&name.as_str())).map_or(Ok(()), |name| Err(unknown(name)))
    }

    /// Whether a parameter of this name was sent, with or without brackets.
    pub(crate) fn has(&self, outer: &str) -> bool {
        self.fields.keys().any(|name| root(name) == outer)
    }

    /// A text; `None` if it was not sent. An empty one is refused.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.raw(name) {
            Some("") => Err(Refusal::invalid(
                Some("parameter_invalid_empty"),
                name,
                format!(
                    "You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter; however '{name}' cannot be unset."
                ),
            )),
            value => Ok(value),
        }
    }

    /// A text that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.text(name)?.ok_or_else(|| {
            Refusal::invalid(Some("parameter_missing"), name, format!("Missing required param: {name}."))
        })
    }

    /// One of a few words; `None` if it was not sent.
    pub(crate) fn choice(&self, name: &str, choices: &[&'static str]) -> Result<Option<&'static str>, Refusal> {
        let Some(value) = self.text(name)? else { return Ok(None) };
        match choices.iter().find(|choice| **choice == value) {
            Some(choice) => Ok(Some(choice)),
            None => Err(Refusal::invalid(None, name, format!("Invalid {name}: must be one of {}", choices.join(", ")))),
        }
    }

    /// A positive whole number; `None` if it was not sent.
    pub(crate) fn positive(&self, name: &str) -> Result<Option<u64>, Refusal> {
        self.number(name, 1)
    }

    /// A whole number; `None` if it was not sent.
    pub(crate) fn whole(&self, name: &str) -> Result<Option<u64>, Refusal> {
        self.number(name, 0)
    }

    fn number(&self, name: &str, least: u64) -> Result<Option<u64>, Refusal> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let complain = |message: &str| Err(Refusal::invalid(Some("parameter_invalid_integer"), name, message));
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return complain("Invalid integer");
        }
        match digits.parse() {
            Ok(number) if number >= least && !negative => Ok(Some(number)),
            Err(_) if !negative => complain("Invalid integer"),
            Ok(_) | Err(_) => complain(&format!("This value must be greater than or equal to {least}.")),
        }
    }

    /// A boolean; `false` if it was not sent.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        Ok(self.choice(name, &["true", "false"])? == Some("true"))
    }

    /// How many objects a page holds: 1 to 100, 10 unless told.
    pub(crate) fn page_size(&self) -> Result<usize, Refusal> {
        let limit = self.positive("limit")?.unwrap_or(10);
        match usize::try_from(limit) {
            Ok(limit @ 1..=100) => Ok(limit),
            Ok(_) | Err(_) => Err(Refusal::invalid(
                Some("parameter_invalid_integer"),
                "limit",
                "This value must be less than or equal to 100.",
            )),
        }
    }

    /// The elements of a list, sent as `name[]` or `name[0]`.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        let is_element =
            |key: &str| inside(key, name).is_some_and(|index| index.bytes().all(|byte| byte.is_ascii_digit()));
        self.pairs().filter(|(key, _)| is_element(key)).map(|(_, value)| value).collect()
    }

    /// The `metadata[k]` parameters, within Stripe's limits. An empty value unsets, and so is left out.
    pub(crate) fn metadata(&self) -> Result<BTreeMap<String, String>, Refusal> {
        let complain = |message: &str| Err(Refusal::invalid(None, "metadata", message));
        let mut metadata = BTreeMap::new();
        for (name, value) in self.pairs().filter(|(name, _)| root(name) == "metadata") {
            let Some(key) = inside(name, "metadata").filter(|key| !key.is_empty() && !key.contains(['[', ']'])) else {
                return complain("Invalid hash: metadata takes keys and values.");
            };
            if key.chars().count() > MAX_METADATA_KEY_LENGTH {
                return complain("Metadata keys must be under 40 characters long.");
            }
            if value.chars().count() > MAX_METADATA_VALUE_LENGTH {
                return complain("Metadata values must be under 500 characters long.");
            }
            if !value.is_empty() {
                metadata.insert(key.to_owned(), value.to_owned());
            }
        }
        if metadata.len() > MAX_METADATA_KEYS { complain("You can only specify up to 50 keys.") } else { Ok(metadata) }
    }

    /// The last value sent under exactly this name, whatever it is.
    pub(crate) fn raw(&self, name: &str) -> Option<&str> {
        self.fields.get(name)?.last().map(String::as_str)
    }
}

fn unknown(name: &str) -> Refusal {
    Refusal::invalid(Some("parameter_unknown"), name, format!("Received unknown parameter: {name}"))
}

/// The part of a name before its first bracket.
fn root(name: &str) -> &str {
    name.split('[').next().unwrap_or(name)
}

/// What stands between the brackets of `outer[...]`.
fn inside<'a>(name: &'a str, outer: &str) -> Option<&'a str> {
    name.strip_prefix(outer)?.strip_prefix('[')?.strip_suffix(']')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(encoded: &str) -> Form {
        Form::parse(encoded).unwrap()
    }

    fn code(refusal: &Refusal) -> String {
        refusal.body(None)["error"]["code"].as_str().unwrap_or_default().to_owned()
    }

    #[test]
    fn brackets_make_lists_and_metadata() {
        let form = form("payment_method_types[]=card&payment_method_types%5B1%5D=link&metadata[fare_reference]=a%2Fb");
        assert_eq!(form.list("payment_method_types").len(), 2);
        assert_eq!(form.metadata().unwrap()["fare_reference"], "a/b");
    }

    #[test]
    fn the_order_of_parameters_does_not_matter_but_their_values_do() {
        assert_eq!(form("a=1&b=2"), form("b=2&a=1"));
        assert_ne!(form("a=1&b=2"), form("a=1&b=3"));
    }

    #[test]
    fn amounts_are_positive_whole_numbers() {
        assert_eq!(form("amount=2000").positive("amount").unwrap(), Some(2000));
        for bad in ["0", "-5", "1.5", "ten", "-", "+5", "99999999999999999999999"] {
            let refusal = form(&format!("amount={}", bad.replace('+', "%2B"))).positive("amount").unwrap_err();
            assert_eq!(code(&refusal), "parameter_invalid_integer", "{bad}");
        }
        assert_eq!(code(&form("amount=").positive("amount").unwrap_err()), "parameter_invalid_empty");
    }

    #[test]
    fn an_unknown_parameter_is_refused_by_name() {
        let refusal = form("amount=1&colour[a]=red").refuse_unknown(&["amount"]).unwrap_err();
        assert_eq!(refusal.body(None)["error"]["param"], "colour");
    }

    #[test]
    fn metadata_has_limits() {
        assert!(form(&format!("metadata[{}]=x", "k".repeat(41))).metadata().is_err());
        assert!(form(&format!("metadata[k]={}", "x".repeat(501))).metadata().is_err());
        assert!(form("metadata=x").metadata().is_err());
        let many: Vec<_> = (0..51).map(|n| format!("metadata[k{n}]=x")).collect();
        assert!(form(&many.join("&")).metadata().is_err());
    }
}
