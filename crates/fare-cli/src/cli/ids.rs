//! Ids as somebody typed them. Whatever could be the number of a card is no id, and is never sent anywhere.
//!
//! `main` answers a refused argument that holds one without repeating it.

use fare_cli::execution::ExecutionArn;
use fare_cli::holds_card_number;
use fare_values::FareId;

/// An id that a fare can have.
pub(super) fn fare_id(typed: &str) -> Result<FareId, String> {
    refuse_card_number(typed)?;
    FareId::new(typed).map_err(|rejection| rejection.to_string())
}

/// An id that a fare can have, or a message of the attention queue.
pub(super) fn fare_or_message_id(typed: &str) -> Result<FareId, String> {
    // The digits of a message's id may happen to look like a card's, and it must be possible to delete that message too.
    if is_uuid(typed) { FareId::new(typed).map_err(|rejection| rejection.to_string()) } else { fare_id(typed) }
}

/// A fare, or an execution of any name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FareOrExecution {
    Fare(FareId),
    Execution(ExecutionArn),
}

/// A fare's id, or the ARN of an execution.
pub(super) fn fare_or_execution(typed: &str) -> Result<FareOrExecution, String> {
    if typed.starts_with("arn:") {
        refuse_card_number(typed)?;
        return Ok(FareOrExecution::Execution(ExecutionArn::new(typed)));
    }
    fare_id(typed).map(FareOrExecution::Fare)
}

fn refuse_card_number(typed: &str) -> Result<(), String> {
    if holds_card_number(typed) {
        Err("could be the number of a card, and no id is like that".to_owned())
    } else {
        Ok(())
    }
}

/// Groups of eight, four, four, four and twelve hexadecimal digits, which nobody writes a card's number in.
fn is_uuid(typed: &str) -> bool {
    let groups =
        typed.split('-').map(|group| group.bytes().all(|digit| digit.is_ascii_hexdigit()).then_some(group.len()));
    groups.eq([8, 4, 4, 4, 12].map(Some))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::super::Cli;
    use super::*;

    const CARDS: [&str; 4] = ["4242424242424242", "4242-4242-4242-4242", "wr_4242424242424242", "4242424_242424242"];

    #[test]
    fn an_id_is_taken_as_it_is_typed() {
        assert_eq!(fare_id("wr_563").unwrap().as_str(), "wr_563");
        assert_eq!(fare_or_execution("wr_563"), Ok(FareOrExecution::Fare(FareId::new("wr_563").unwrap())));
        let arn = "arn:aws:states:us-east-1:123456789012:execution:collect:wr_563";
        assert_eq!(fare_or_execution(arn), Ok(FareOrExecution::Execution(ExecutionArn::new(arn))));
        assert!(fare_id("no id!").is_err() && fare_or_execution("no id!").is_err());
    }

    #[test]
    fn a_messages_id_is_taken_also_where_its_digits_look_like_a_cards() {
        assert!(fare_or_message_id("42424242-4242-4242-a0b1-c2d3e4f50617").is_ok());
        assert!(fare_or_message_id("4242-4242-4242-4242").is_err());
        assert!(fare_or_message_id("wr_563").is_ok());
    }

    #[test]
    fn no_command_takes_the_number_of_a_card_for_an_id() {
        let commands = [
            vec!["show"],
            vec!["recover"],
            vec!["redrive"],
            vec!["graph"],
            vec!["graph", "--machine", "recovery"],
            vec!["attention", "take", "--fare"],
            vec!["attention", "done"],
        ];
        for command in commands {
            for card in CARDS {
                let arguments = ["fare"].iter().chain(&command).chain([&card]);
                let error = Cli::try_parse_from(arguments).unwrap_err();
                // This is by what `main` knows that it must not be repeated.
                assert!(holds_card_number(&error.to_string()), "{command:?}: {error}");
            }
        }
        let arn = "arn:aws:states:us-east-1:123456789012:execution:collect:4242424242424242";
        assert!(Cli::try_parse_from(["fare", "graph", arn]).is_err());
    }
}
