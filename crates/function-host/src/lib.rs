//! How the functions meet AWS: the Lambda runtime on one side, DynamoDB and Secrets Manager on the other.
//!
//! The services themselves know neither. A function's `main` reads its configuration, builds its adapters with what is
//! here, and hands its handler to [`serve`].

mod aws;
mod dynamodb;
mod event;
mod lines;
mod roots;
mod secrets;
mod serve;
mod settings;
mod telemetry;

pub use aws::{OPERATION_TIMEOUT, sdk_config};
pub use dynamodb::{Item, number, put_if_absent, read_number, read_text, store_unavailable, text, update_if};
pub use roots::{AMAZON_ROOTS, names_own_roots};
pub use secrets::{SECRET_CALLS, SecretUnavailable, read_secret};
pub use serve::serve;
pub use settings::{required_setting, setting};
pub use telemetry::{publish_metrics, start_logging};
