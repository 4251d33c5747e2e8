//! Starting the execution of a fare, once.

use fare_values::{FareRequest, Rejection};
use serde_json::{Value, json};

use super::unrepeated::{REPEATED, Unrepeated};
use super::{Described, ExecutionArn, describe};
use crate::error::{Error, Result};
use crate::stack::Stack;

/// The longest text that is read as a fare. A fare has 8 KiB at most, without the spaces and line breaks between.
pub const LONGEST_INPUT: u64 = 64 * 1024;

/// A fare to collect, found valid and free of card data before anything of it is sent anywhere.
#[derive(Clone, Debug)]
pub struct FareInput {
    request: FareRequest,
    json: Value,
}

impl FareInput {
    /// Reads an execution's input. `from` names where it comes from.
    ///
    /// # Errors
    /// When it is too long, no JSON, or no fare. No error repeats anything of it.
    pub fn from_text(from: &str, text: &[u8]) -> Result<Self> {
        if u64::try_from(text.len()).is_ok_and(|length| length > LONGEST_INPUT) {
            return Err(Rejection::invalid("input", "must be at most 8 KiB of JSON").into());
        }
        if text.iter().all(u8::is_ascii_whitespace) {
            return Err(Rejection::invalid("input", "is empty").into());
        }
        let Unrepeated(json) = serde_json::from_slice(text).map_err(|error| {
            if error.to_string().starts_with(REPEATED) {
                Rejection::invalid("input", REPEATED).into()
            } else {
                Error::InputNotJson { from: from.to_owned(), line: error.line(), column: error.column() }
            }
        })?;
        Self::from_json(json)
    }

    /// Makes an input of its parts. The amount is in minor units where a currency is given, else as in `$20.00`.
    ///
    /// # Errors
    /// When they are no fare.
    pub fn from_parts(
        fare_id: &str,
        customer_id: &str,
        amount: &str,
        currency: Option<&str>,
        payment_method: &str,
    ) -> Result<Self> {
        let amount = match (currency, amount.parse::<i64>()) {
            (Some(currency), Ok(units)) => json!({ "amount": units, "currency": currency }),
            (Some(currency), Err(_)) => json!({ "amount": amount, "currency": currency }),
            (None, _) => json!(amount),
        };
        Self::from_json(json!({
            "fareId": fare_id,
            "customerId": customer_id,
            "fareAmount": amount,
            "paymentMethod": payment_method,
        }))
    }

    fn from_json(json: Value) -> Result<Self> {
        Ok(Self { request: FareRequest::from_json(&json)?, json })
    }

    /// The fare's id, which is also its execution's name.
    #[must_use]
    pub fn fare_id(&self) -> &str {
        self.request.fare_id().as_str()
    }

    /// Whether an execution is of this fare, however that was spelt.
    fn is_of(&self, execution: &Described) -> bool {
        let request = execution.input_json().as_ref().map(FareRequest::from_json);
        request.is_some_and(|request| request.is_ok_and(|request| request == self.request))
    }
}

/// The execution of a fare that was started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartedFare {
    /// The execution.
    pub execution: ExecutionArn,
    /// Whether it was there already.
    pub stood: bool,
}

/// Starts the execution of a fare, under the fare's id. A fare that was started before, and may have ended since, is not
/// started again, and that is a success.
///
/// # Errors
/// [`Error::NameTaken`] when another fare was started under this id; [`Error::Aws`] when Step Functions cannot be asked.
pub async fn start_fare(stack: &Stack, fare: &FareInput) -> Result<StartedFare> {
    let machine = &stack.outputs.state_machine_arn;
    let execution = ExecutionArn::of(machine, fare.fare_id());
    // Asked first: a start that is repeated while the first runs is answered as the first was, which tells nobody.
    if let Some(standing) = describe(stack, &execution).await? {
        return standing_fare(fare, standing);
    }
    let request = stack.clients.sfn.start_execution().state_machine_arn(machine).name(fare.fare_id());
    match request.input(fare.json.to_string()).send().await {
        Ok(answer) => Ok(StartedFare { execution: ExecutionArn::new(answer.execution_arn()), stood: false }),
        Err(error) if error.as_service_error().is_some_and(|error| error.is_execution_already_exists()) => {
            // Somebody was quicker.
            match describe(stack, &execution).await? {
                Some(standing) => standing_fare(fare, standing),
                None => Err(Error::aws("StartExecution")(error.into())),
            }
        }
        Err(error) => Err(Error::aws("StartExecution")(error.into())),
    }
}

fn standing_fare(fare: &FareInput, standing: Described) -> Result<StartedFare> {
    if fare.is_of(&standing) {
        Ok(StartedFare { execution: standing.arn, stood: true })
    } else {
        Err(Error::NameTaken { name: fare.fare_id().to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_sfn::types::ExecutionStatus;

    use super::*;

    const CARD: &str = "4242424242424242";

    fn fare() -> FareInput {
        FareInput::from_parts("wr_563", "3", "$20.00", None, "pm_card_visa").unwrap()
    }

    fn standing(input: Option<Value>) -> Described {
        Described {
            arn: ExecutionArn::new("arn"),
            status: ExecutionStatus::Succeeded,
            error: None,
            input: input.map(|input| input.to_string()),
            started_at: None,
            ended_at: None,
            redriven: false,
            redrive: None,
            redrive_reason: None,
        }
    }

    #[test]
    fn the_same_fare_in_another_spelling_is_a_repeat() {
        let minor = FareInput::from_parts("wr_563", "3", "2000", Some("usd"), "pm_card_visa").unwrap();
        let repeat = standing_fare(&fare(), standing(Some(minor.json))).unwrap();
        assert!(repeat.stood);
    }

    #[test]
    fn another_fare_under_the_same_id_is_no_repeat() {
        let other = FareInput::from_parts("wr_563", "3", "$30.00", None, "pm_card_visa").unwrap();
        for input in [Some(other.json), Some(json!({"fareId": "wr_563"})), None] {
            let error = standing_fare(&fare(), standing(input)).unwrap_err();
            assert!(matches!(error, Error::NameTaken { .. }), "{error}");
        }
    }

    #[test]
    fn card_data_is_refused_wherever_it_stands_and_not_repeated() {
        let text =
            json!({"fareId": "wr_1", "customerId": "3", "fareAmount": "$1.00", "paymentMethod": CARD}).to_string();
        let errors = [
            FareInput::from_text("fare.json", text.as_bytes()).unwrap_err(),
            FareInput::from_text("fare.json", CARD.as_bytes()).unwrap_err(),
            FareInput::from_parts(CARD, "3", "$20.00", None, "pm_card_visa").unwrap_err(),
            FareInput::from_parts("wr_1", "3", CARD, Some("usd"), "pm_card_visa").unwrap_err(),
            FareInput::from_parts("wr_1", "3", CARD, None, "pm_card_visa").unwrap_err(),
            FareInput::from_parts("wr_1", "3", "$20.00", Some(CARD), "pm_card_visa").unwrap_err(),
        ];
        for error in errors {
            let line = error.in_full();
            assert!(line.contains("holds card data") && !line.contains("4242"), "{line}");
        }
    }

    #[test]
    fn what_is_no_json_is_refused_by_its_place_and_not_repeated() {
        let error = FareInput::from_text("fare.json", b"{\n  \"fareId\": secret").unwrap_err().in_full();
        assert!(error.starts_with("fare.json is not JSON") && error.contains("line 2"), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }

    #[test]
    fn an_endless_input_is_refused() {
        let error = FareInput::from_text("fare.json", &vec![b' '; 70_000]).unwrap_err().in_full();
        assert!(error.contains("8 KiB"), "{error}");
    }
}
