//! An HTTP/1.1 server on a free port of the loopback interface, whose connections stay open.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use crate::error::{BenchError, Result};

/// What is answered.
pub(crate) type Reply = Response<Full<Bytes>>;

/// A server that ends, with all of its connections, when it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// Serves with `handle`, over TLS if there is an acceptor. A request that cannot be answered closes its connection.
    pub(crate) async fn start<H, F>(tls: Option<TlsAcceptor>, handle: H) -> Result<Self>
    where
        H: Fn(Request<Incoming>) -> F + Clone + Send + 'static,
        F: Future<Output = hyper::Result<Reply>> + Send + 'static,
    {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(BenchError::io("listen on a free port"))?;
        let address = listener.local_addr().map_err(BenchError::io("listen on a free port"))?;
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let _slower_at_worst = stream.set_nodelay(true);
                let (tls, handle) = (tls.clone(), handle.clone());
                connections.spawn(async move {
                    match tls {
                        None => serve(stream, handle).await,
                        // A client that does not trust the certificate says so itself.
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                serve(stream, handle).await;
                            }
                        }
                    }
                });
                while connections.try_join_next().is_some() {}
            }
        });
        Ok(Self { address, task })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve<S, H, F>(stream: S, handle: H)
where
    S: AsyncRead + AsyncWrite + Unpin,
    H: Fn(Request<Incoming>) -> F,
    F: Future<Output = hyper::Result<Reply>>,
{
    // A program that is stopped leaves its connections as they are.
    let _gone = http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(handle)).await;
}
