//! The gateway, of which the branches of a run's history share one until they change it.

use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use gateway_simulator::Gateway;

use crate::fingerprint::Fingerprint;

/// A gateway. Its clones are branches of its history; none is copied and none is hashed before it is changed.
#[derive(Clone)]
pub(super) struct SharedGateway {
    gateway: Arc<Gateway>,
    /// Of what the outcome of later requests depends on.
    state: u128,
}

impl SharedGateway {
    pub(super) fn new(gateway: Gateway) -> Self {
        let state = fingerprint(&gateway);
        Self { gateway: Arc::new(gateway), state }
    }

    pub(super) fn change<T>(&mut self, change: impl FnOnce(&mut Gateway) -> T) -> T {
        let gateway = Arc::make_mut(&mut self.gateway);
        let result = change(gateway);
        self.state = fingerprint(gateway);
        result
    }
}

fn fingerprint(gateway: &Gateway) -> u128 {
    let mut fingerprint = Fingerprint::default();
    gateway.hash_state(&mut fingerprint);
    fingerprint.value()
}

impl Deref for SharedGateway {
    type Target = Gateway;

    fn deref(&self) -> &Gateway {
        &self.gateway
    }
}

impl Hash for SharedGateway {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.state.hash(state);
    }
}
