//! `fare console`: one page, on this machine, on which fares are started, watched and understood, and on local engines
//! interfered with.
//!
//! The page is plain: HTML, one style and a module for each panel, all within the binary. It asks for nothing again and again:
//! [`feed`] holds what is known, a watch for each fare that anybody looks at reads it, and [`events`] tells every page what
//! changes. [`guard`] lets nobody in who has not the token of this start.

mod answer;
mod api;
mod assets;
mod books;
mod events;
mod feed;
mod guard;
mod interfere;
mod list;
mod queues;
mod shared;
mod shown;
mod start;
mod watch;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::stack::Stack;
use guard::Token;
use shared::Shared;

/// The processes in which an engine of this process's own runs functions.
pub trait Functions: Send + Sync {
    /// Kills every one that there is now, or every one of the function that has this name in the template, and says how many
    /// those were.
    ///
    /// # Errors
    /// When they cannot be found out.
    fn kill(&self, function: Option<&str>) -> Result<usize>;
}

/// How a console is opened.
#[derive(Clone)]
pub struct Options {
    /// The address that it listens at.
    pub listen: IpAddr,
    /// The port; 0 for any that is free.
    pub port: u16,
    /// Where the engine listens that stands in for AWS, if one does.
    pub endpoint: Option<String>,
    /// The functions' processes, where this process started the engine.
    pub functions: Option<Arc<dyn Functions>>,
}

/// Whether an address is of this machine. Whatever else it is may be anybody's.
#[must_use]
pub fn is_of_this_machine(url: &str) -> bool {
    let host = reqwest::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.is_some_and(|host| {
        let ip = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        host == "localhost" || ip.is_ok_and(|ip| ip.is_loopback())
    })
}

/// A console that listens.
pub struct Console {
    listener: TcpListener,
    shared: Arc<Shared>,
}

impl Console {
    /// Opens a console for a stack.
    ///
    /// # Errors
    /// [`Error::ConsoleNotOpened`] when the port is taken or may not be listened at; [`Error::NoEngine`] when the engine does
    /// not answer.
    pub async fn open(stack: Stack, options: Options) -> Result<Self> {
        let engine = match &options.endpoint {
            Some(endpoint) => Engine::at(endpoint).await?,
            None => Engine::Other,
        };
        let asked = SocketAddr::new(options.listen, options.port);
        let failed = |source| Error::ConsoleNotOpened { address: asked.to_string(), source };
        let listener = TcpListener::bind(asked).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let mut shared = Shared::new(stack, options.endpoint, engine, options.functions, Token::new()?, address);
        if !shared.is_local() && shared.stack.gateway_view_url.as_deref().is_some_and(is_of_this_machine) {
            // Left over from a stack that stood here: it knows nothing of this one's gateway.
            shared.stack.gateway_view_url = None;
        }
        Ok(Self { listener, shared: Arc::new(shared) })
    }

    /// The address to open, with the token of this start, which is for whoever started it and nobody else.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/#token={}", self.shared.address, self.shared.token.as_str())
    }

    /// Serves until it is dropped.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(self) -> Result<()> {
        let address = self.shared.address.to_string();
        // They end with this, also where it is dropped.
        let mut background = JoinSet::new();
        background.spawn(list::run(Arc::clone(&self.shared)));
        background.spawn(books::run(Arc::clone(&self.shared)));
        let served = axum::serve(self.listener, api::router(self.shared)).await;
        served.map_err(|source| Error::ConsoleNotOpened { address, source })
    }
}
