//! Words for the user. A reader that has gone away is no reason to fail: the work goes on and the exit status tells.

use std::io::{ErrorKind, IsTerminal, Write, stderr, stdout};

use fare_cli::report::{spelt_out, terminal_width, without_card_numbers};
use fare_cli::{Error, Result, holds_card_number};
use serde_json::Value;

/// A result, on standard output.
///
/// # Errors
/// When it cannot be written, except to a reader that has gone away.
pub(crate) fn result(text: &str) -> Result<()> {
    bytes(text.as_bytes())
}

/// A result for machines, on standard output. A text in it that may hold the number of a card is left out.
///
/// # Errors
/// As for [`result`].
pub(crate) fn document(value: &Value) -> Result<()> {
    result(&format!("{:#}\n", without_card_numbers(value.clone())))
}

/// A result that is no text, on standard output.
///
/// # Errors
/// When it cannot be written, except to a reader that has gone away.
pub(crate) fn bytes(bytes: &[u8]) -> Result<()> {
    let mut out = stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(source) if source.kind() != ErrorKind::BrokenPipe => Err(Error::ResultNotWritten { source }),
        _ => Ok(()),
    }
}

/// A line about what is going on, on standard error.
pub(crate) fn note(line: &str) {
    let _reader_may_be_gone = writeln!(stderr(), "{line}");
}

/// What went wrong, on standard error.
pub(crate) fn problem(line: &str) {
    let line =
        if holds_card_number(line) { "what is to be said of this would repeat the number of a card" } else { line };
    note(&format!("fare: {}", spelt_out(line)));
}

/// The width of a table that goes into a file or a pipe.
const WIDTH_ELSEWHERE: u16 = 120;

/// How wide a table on standard output may be.
pub(crate) fn width() -> u16 {
    terminal_width().unwrap_or(WIDTH_ELSEWHERE)
}

/// Whether results may be coloured: only on a terminal that can, and not where the user asked for none.
pub(crate) fn colours() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    stdout().is_terminal() && !set("NO_COLOR") && !is_dumb()
}

/// Whether the terminal can do nothing but write one line after the other.
pub(crate) fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}
