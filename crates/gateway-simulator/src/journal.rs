//! What to write down of a request, so that handling it again leads to the same state.

use crate::asked;
use crate::request::Request;
use crate::{admin, card_data};

/// A parameter that is refused as the removed ones were: before anything runs, and with 400.
const REMOVED: &str = "cc=";

impl Request {
    /// The request as it may be written into a journal; `None` if it changes nothing.
    ///
    /// Handling the journal's requests at their times, by [`Gateway::handle_admitted`] on a gateway with the same
    /// settings, gives an equal gateway. There is no `Authorization` header in it, and nothing of a request that was
    /// refused for what it carried, such as card data: that request changes the log in the same way without.
    ///
    /// [`Gateway::handle_admitted`]: crate::Gateway::handle_admitted
    pub fn for_journal(&self) -> Option<Self> {
        if self.is_for_the_simulator() {
            return admin::changes(self).then(|| self.clone().unauthorised());
        }
        if asked::read(self).is_ok() {
            return Some(self.clone().unauthorised());
        }
        Some(Self {
            method: self.method,
            path: card_data::without_numbers(&self.path),
            query: REMOVED.to_owned(),
            body: REMOVED.to_owned(),
            authorization: None,
            idempotency_key: None,
            stripe_version: None,
        })
    }

    fn unauthorised(self) -> Self {
        Self { authorization: None, ..self }
    }
}
