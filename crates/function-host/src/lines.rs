//! How a log line is written: one JSON object with level, target and time, and the fields of the event and of every span around
//! it side by side.
//!
//! A span's fields are written once, when it begins, and copied into each of its lines. Keeping them as values and merging
//! them for every line doubled what a function does beyond its request (`docs/performance.md`).

use std::fmt;

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

/// Writes lines and their fields.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JsonLines;

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut line: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let metadata = event.metadata();
        write!(line, r#"{{"level":"{}","target":"{}","timestamp":""#, metadata.level(), metadata.target())?;
        SystemTime.format_time(&mut line)?;
        line.write_char('"')?;
        for span in context.event_scope().into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(fields) = span.extensions().get::<FormattedFields<N>>() {
                line.write_str(fields)?;
            }
        }
        context.format_fields(line.by_ref(), event)?;
        line.write_str("}\n")
    }
}

impl<'writer> FormatFields<'writer> for JsonLines {
    fn format_fields<R: RecordFields>(&self, line: Writer<'writer>, fields: R) -> fmt::Result {
        let mut written = Fields { line, outcome: Ok(()) };
        fields.record(&mut written);
        written.outcome
    }

    fn add_fields(&self, line: &'writer mut FormattedFields<Self>, fields: &tracing::span::Record<'_>) -> fmt::Result {
        self.format_fields(line.as_writer(), fields)
    }
}

/// Fields, each after a comma.
struct Fields<'line> {
    line: Writer<'line>,
    outcome: fmt::Result,
}

impl Fields<'_> {
    fn text(&mut self, field: &Field, value: &str) {
        // A text is always JSON.
        self.write(field, &serde_json::to_string(value).unwrap_or_default());
    }

    fn write(&mut self, field: &Field, value: &str) {
        self.outcome = self.outcome.and_then(|()| write!(self.line, r#","{}":{value}"#, field.name()));
    }
}

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.write(field, &value.to_string());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.write(field, &value.to_string());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.write(field, if value { "true" } else { "false" });
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.text(field, &format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use serde_json::{Value, json};
    use tracing::field::Empty;

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The lines that are written meanwhile, and what they are.
    fn lines(of: impl FnOnce()) -> (String, Vec<Value>) {
        let written = Written::default();
        let writer = written.clone();
        let lines = tracing_subscriber::fmt().event_format(JsonLines).fmt_fields(JsonLines);
        tracing::subscriber::with_default(lines.with_writer(move || writer.clone()).finish(), of);
        let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        let read = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        (text, read)
    }

    #[test]
    fn a_line_has_the_fields_of_its_event_and_of_every_span_around_it() {
        let (_, lines) = lines(|| {
            let outer = tracing::info_span!("outer", requestId = "8476a536", xrayTraceId = Empty);
            outer.record("xrayTraceId", "Root=1");
            let _outer = outer.entered();
            let _inner = tracing::info_span!("inner", fareId = %"wr_1").entered();
            tracing::info!(target: "decision", amount = 2_000, currency = "usd", paymentId = None::<&str>, "decided");
            tracing::warn!(target: "invocation", count = 3_u64, late = true, "failed");
        });
        let [mut decided, failed] = <[Value; 2]>::try_from(lines).unwrap();
        let time = decided.as_object_mut().unwrap().remove("timestamp").unwrap();
        assert!(time.as_str().is_some_and(|time| time.ends_with('Z') && time.len() == 27), "{time}");
        let expected = json!({
            "level": "INFO", "target": "decision", "requestId": "8476a536", "xrayTraceId": "Root=1", "fareId": "wr_1",
            "amount": 2_000, "currency": "usd", "message": "decided",
        });
        assert_eq!(decided, expected);
        assert_eq!((&failed["level"], &failed["count"], &failed["late"]), (&json!("WARN"), &json!(3), &json!(true)));
    }

    #[test]
    fn whatever_a_text_holds_it_stays_one_line_of_json() {
        let odd = "a\"b\\c\nd\u{1b}[31m\u{202e}é";
        let (text, lines) = lines(|| {
            let _span = tracing::info_span!("span", reason = odd).entered();
            tracing::info!(other = %odd, "{odd}");
        });
        assert_eq!(text.lines().count(), 1, "{text}");
        assert_eq!(
            (&lines[0]["reason"], &lines[0]["other"], &lines[0]["message"]),
            (&json!(odd), &json!(odd), &json!(odd))
        );
    }

    #[test]
    fn a_line_without_a_span_is_whole_too() {
        let (_, lines) = lines(|| tracing::info!("alone"));
        assert_eq!(lines[0]["message"], "alone");
    }
}
