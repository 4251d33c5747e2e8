//! What waits until an answer is sent, and what does not.

#![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

use std::io;
use std::sync::{Arc, Mutex};

use decision_log::{Decision, decided, logged, say_done_later, say_what_is_done};
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
async fn only_the_line_about_an_invocation_that_ended_well_waits_until_the_answer_is_sent() {
    let written = Written::default();
    tracing_subscriber::fmt().with_ansi(false).without_time().with_writer(written.clone()).init();
    let fare_id = FareId::new("wr_563").unwrap();
    let registered = async || {
        decided(Decision::Registered, Money::new(2_000, Currency::Usd).unwrap(), None);
        Ok((Value::Null, "registered"))
    };

    logged("register", &fare_id, None, registered()).await.unwrap();
    assert_eq!(written.messages(), ["decided", "done"], "nobody has asked for it later");

    say_done_later();
    logged("register", &fare_id, None, registered()).await.unwrap();
    assert_eq!(written.messages(), ["decided"]);
    say_what_is_done();
    assert_eq!(written.messages(), ["done"]);
    say_what_is_done();
    assert!(written.messages().is_empty(), "it is said once");

    let failing = async { Err(WireError::new(WireErrorName::FareStoreUnavailable, "timed out")) };
    logged("register", &fare_id, None, failing).await.unwrap_err();
    assert_eq!(written.messages(), ["failed"]);
}
