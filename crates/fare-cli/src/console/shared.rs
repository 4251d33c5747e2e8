//! What every part of the console works with.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout};

use super::Functions;
use super::feed::{Feed, Parts};
use super::guard::Token;
use super::queues::Queues;
use super::watch::Watches;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::report::visible;
use crate::stack::Stack;

/// How many fares, at most, are being read at a time. Any number can be followed: they take turns.
const READ_AT_A_TIME: usize = 6;

/// How long a look may take, at most. A thousand executions and fares are read in a second or two, while a hundred fares are
/// under way in ten.
const LOOK: Duration = Duration::from_secs(60);

/// For how long nobody has been answered, where the engine is said not to answer.
const SILENT: Duration = Duration::from_secs(2);

/// The account of whatever is in an engine of this machine, within an ARN.
const OF_NO_ACCOUNT: &str = ":000000000000:";

/// The console's own, shared by all pages.
pub(super) struct Shared {
    pub(super) stack: Stack,
    /// Where the engine listens; `None` for AWS.
    pub(super) endpoint: Option<String>,
    /// What stands in for AWS; [`Engine::Other`] is AWS itself.
    pub(super) engine: Engine,
    pub(super) functions: Option<Arc<dyn Functions>>,
    pub(super) token: Token,
    pub(super) address: SocketAddr,
    /// Whether the engine answers.
    pub(super) health: Feed,
    /// Executions and fares.
    pub(super) list: Feed,
    /// Whether the books balance.
    pub(super) books: Feed,
    pub(super) watches: Watches,
    pub(super) turns: Semaphore,
    /// Told whenever something was started or interfered with, so that nobody waits for the next look.
    pub(super) stirred: tokio::sync::Notify,
    pub(super) queues: Queues,
    start: String,
    presses: AtomicUsize,
    /// When the engine answered anything.
    answered_at: Mutex<Option<Instant>>,
}

impl Shared {
    pub(super) fn new(
        stack: Stack,
        endpoint: Option<String>,
        engine: Engine,
        functions: Option<Arc<dyn Functions>>,
        token: Token,
        address: SocketAddr,
    ) -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            stack,
            endpoint,
            engine,
            functions,
            token,
            address,
            health: Feed::new(),
            list: Feed::new(),
            books: Feed::new(),
            watches: Watches::default(),
            turns: Semaphore::new(READ_AT_A_TIME),
            stirred: tokio::sync::Notify::new(),
            queues: Queues::default(),
            // As with a run's id, never so many digits together that they could be taken for a card number.
            start: format!("{:x}c{:x}", since_epoch.as_secs(), std::process::id()),
            presses: AtomicUsize::new(1),
            answered_at: Mutex::default(),
        }
    }

    /// Whether the engine is one of this machine, where anything may be broken. That an engine listens here is not enough: the
    /// clients may have been sent elsewhere by a variable of one service, and then the stack has another account.
    pub(super) fn is_local(&self) -> bool {
        match self.engine {
            Engine::Ministack { .. } | Engine::LocalStack { .. } => {
                self.stack.outputs.state_machine_arn.contains(OF_NO_ACCOUNT)
            }
            Engine::Other => false,
        }
    }

    /// How long a look at something waits for the next one: what is on this machine costs nothing, and an account has quotas.
    pub(super) fn pace(&self, local: Duration, account: Duration) -> Duration {
        if self.is_local() { local } else { account }
    }

    /// What makes the ids of this start unlike those of any other.
    pub(super) fn start_id(&self) -> &str {
        &self.start
    }

    /// A number that no other press of a button got.
    pub(super) fn next_number(&self) -> usize {
        self.presses.fetch_add(1, Ordering::Relaxed)
    }

    /// Whether an answer of the engine came or not, for the pages to say; and the answer. That something was refused is an
    /// answer too. As long as others are answered, one who is not has only waited too short.
    pub(super) fn heard<T>(&self, answer: Result<T>) -> Result<T> {
        match &answer {
            Ok(_) | Err(Error::Aws { .. } | Error::NotAllowed { .. }) => {
                *self.answered_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
                self.tell_health(None);
            }
            Err(error) if is_silence(error) => {
                let answered_at = *self.answered_at.lock().unwrap_or_else(PoisonError::into_inner);
                if answered_at.is_none_or(|at| at.elapsed() > SILENT) {
                    self.tell_health(Some(&visible(&error.in_full())));
                }
            }
            Err(_) => {}
        }
        answer
    }

    /// What comes of a look, or that the engine has taken too long.
    pub(super) async fn in_time<T>(&self, look: impl Future<Output = Result<T>>) -> Result<T> {
        let too_long = |elapsed| Error::NoAnswer { operation: "what the console asked", source: Box::new(elapsed) };
        timeout(LOOK, look).await.map_err(too_long)?
    }

    /// Waits for the next look. On this machine not for so long where something was started or interfered with, since
    /// whoever did it wants to see what comes of it; an account has quotas.
    pub(super) async fn rest(&self, pause: Duration) {
        if self.is_local() {
            let _sooner = timeout(pause, self.stirred.notified()).await;
        } else {
            sleep(pause).await;
        }
    }

    fn tell_health(&self, silence: Option<&str>) {
        let health = json!({ "answers": silence.is_none(), "sentence": silence });
        self.health.publish(Parts::from([("engine".to_owned(), health)]));
    }
}

/// Now, in milliseconds since the epoch.
pub(super) fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}

/// Whether an error means that nobody is there, rather than that something was refused.
pub(super) fn is_silence(error: &Error) -> bool {
    matches!(
        error,
        Error::NoAnswer { .. } | Error::NotAws { .. } | Error::NoEngine { .. } | Error::NoCredentials { .. }
    )
}
