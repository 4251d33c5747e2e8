//! How the three functions meet AWS: the Lambda runtime on one side, DynamoDB on the other.
//!
//! The services themselves know neither. A function's `main` reads its configuration, builds its adapters with what is
//! here, and hands its handler to [`serve`].

mod dynamodb;
mod event;
mod serve;
mod settings;

pub use dynamodb::{
    Item, OPERATION_TIMEOUT, dynamodb_client, number, put_if_absent, read_number, read_text, store_unavailable, text,
    update_if,
};
pub use serve::serve;
pub use settings::{required_setting, setting, start_logging};
