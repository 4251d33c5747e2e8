//! What waits until an answer is sent, and what does not.

#![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

use std::io;
use std::sync::{Arc, Mutex};

use decision_log::{Decision, decided, logged, say_later, say_what_waits};
use fare_values::{Currency, FareId, Money, WireError, WireErrorName};
use serde_json::Value;
use tracing_subscriber::fmt::MakeWriter;

/// What was written since it was last asked.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    /// The messages of these lines, all of which name the fare.
    fn messages(&self) -> Vec<String> {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap());
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.lines().all(|line| line.contains("wr_563")), "{text}");
        let message = |line: &str| line.rsplit_once(": ").unwrap().1.split(' ').next().unwrap().to_owned();
        text.lines().map(message).collect()
    }
}

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Written {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn lines_wait_for_the_answer_in_their_order_once_that_is_asked_for() {
    let written = Written::default();
    tracing_subscriber::fmt().with_ansi(false).without_time().with_writer(written.clone()).init();
    let fare_id = FareId::new("wr_563").unwrap();
    let amount = Money::new(2_000, Currency::Usd).unwrap();
    let captured = async || {
        decided(Decision::Authorised, amount, Some("pi_1"));
        decided(Decision::Captured, amount, Some("pi_1"));
        Ok((Value::Null, "captured"))
    };
    let failing = async || {
        decided(Decision::Authorised, amount, Some("pi_1"));
        Err(WireError::new(WireErrorName::PaymentOutcomeUnknown, "timed out"))
    };

    logged("charge", &fare_id, None, captured()).await.unwrap();
    assert_eq!(written.messages(), ["decided", "decided", "done"], "nobody has asked for it later");

    say_later();
    logged("charge", &fare_id, None, captured()).await.unwrap();
    assert!(written.messages().is_empty());
    say_what_waits();
    assert_eq!(written.messages(), ["decided", "decided", "done"]);
    say_what_waits();
    assert!(written.messages().is_empty(), "it is said once");

    logged("charge", &fare_id, None, failing()).await.unwrap_err();
    assert!(written.messages().is_empty());
    say_what_waits();
    assert_eq!(written.messages(), ["decided", "failed"]);
}
