//! The two state machines, read from where they are deployed from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::asl::{Definition, DefinitionError};
use crate::run::Machines;

/// What the template puts in the definitions' `${…}`: names that the explorer knows. Two functions of a service differ in
/// what AWS keeps free for them, not in what they do.
const SUBSTITUTIONS: [(&str, &str); 9] = [
    ("AWSPartition", "aws"),
    ("RegisterFareFunctionArn", "register-fare"),
    ("DecideFareFunctionArn", "register-fare"),
    ("ChargeFareFunctionArn", "payment"),
    ("RefundFareFunctionArn", "payment"),
    ("CreditCustomerFunctionArn", "customer-accounting"),
    ("DebitCustomerFunctionArn", "customer-accounting"),
    ("NotificationTopicArn", "notifications"),
    ("AttentionQueueUrl", "attention"),
];

/// The definitions' texts.
#[derive(Clone, Debug)]
pub struct Sources {
    /// Of `fare-collection`.
    pub fare_collection: String,
    /// Of `recover-fare`.
    pub recover_fare: String,
}

/// A definition that cannot be explored.
#[derive(Debug, thiserror::Error)]
pub enum UnusableDefinition {
    /// Its file cannot be read.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It says something that the interpreter does not know or that is wrong.
    #[error("{name} cannot be interpreted")]
    Refused {
        /// The definition.
        name: &'static str,
        /// Why.
        source: DefinitionError,
    },
}

impl Sources {
    /// Reads the files below the project's directory.
    ///
    /// # Errors
    /// [`UnusableDefinition::Unreadable`].
    pub fn read(project: &Path) -> Result<Self, UnusableDefinition> {
        let read = |name: &str| {
            let path = project.join("statemachine").join(name);
            std::fs::read_to_string(&path).map_err(|source| UnusableDefinition::Unreadable { path, source })
        };
        Ok(Self { fare_collection: read("fare-collection.asl.json")?, recover_fare: read("recover-fare.asl.json")? })
    }

    /// The definitions.
    ///
    /// # Errors
    /// [`UnusableDefinition::Refused`].
    pub fn parse(&self) -> Result<Machines, UnusableDefinition> {
        let substitutions: BTreeMap<String, String> =
            SUBSTITUTIONS.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let parse = |name, text: &str| {
            Definition::parse(text, &substitutions)
                .map(Arc::new)
                .map_err(|source| UnusableDefinition::Refused { name, source })
        };
        Ok(Machines {
            fare_collection: parse("fare-collection", &self.fare_collection)?,
            recover_fare: parse("recover-fare", &self.recover_fare)?,
            quirk: None,
        })
    }
}
