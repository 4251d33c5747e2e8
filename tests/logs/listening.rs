//! Hearing what is logged.

use std::future::Future;
use std::io;
use std::sync::{Arc, Mutex};

use tracing::Level;

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Everything that is logged, at whatever level, while this goes on; without the times, since the digits of a time may be
/// those that a test looks for.
pub(crate) fn listened(what: impl Future<Output = ()>) -> String {
    let written = Written::default();
    let writer = written.clone();
    let log = tracing_subscriber::fmt()
        .without_time()
        .with_max_level(Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(log, || {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(what);
    });
    String::from_utf8(written.0.lock().unwrap().clone()).unwrap()
}
