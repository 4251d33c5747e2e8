//! Where requests are answered.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use super::now_ms;
use crate::gateway::Gateway;
use crate::reply::Reply;
use crate::request::Request;

/// Something that keeps a [`Gateway`] and lets it answer one request after the other.
pub trait Desk: Clone + Send + Sync + 'static {
    /// Answers a request that was let in, by [`Gateway::handle_admitted`] at the present time. A desk that cannot says
    /// [`Reply::unavailable`].
    fn handle(&self, request: Request) -> impl Future<Output = Reply> + Send;
}

/// A desk that forgets everything when the process ends.
#[derive(Debug, Clone)]
pub struct InMemory {
    gateway: Arc<Mutex<Gateway>>,
}

impl InMemory {
    /// A desk that goes on from here.
    pub fn new(gateway: Gateway) -> Self {
        Self { gateway: Arc::new(Mutex::new(gateway)) }
    }
}

impl Desk for InMemory {
    async fn handle(&self, request: Request) -> Reply {
        // The core never panics half-way through a change, so a poisoned lock would still guard a whole state.
        self.gateway.lock().unwrap_or_else(PoisonError::into_inner).handle_admitted(&request, now_ms())
    }
}
