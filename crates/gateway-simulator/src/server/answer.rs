//! Replies as HTTP responses, delivered as they ask to be.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use futures::{Stream, StreamExt, stream};

use crate::delivery::Delivery;
use crate::reply::Reply;

/// Waits as long as the reply asks for, and makes a response of it.
pub(super) async fn deliver(reply: &Reply) -> Response<Body> {
    if let Delivery::After { milliseconds } = reply.delivery {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    }
    let arriving = Bytes::from(reply.delivered_body());
    let body = match reply.delivery {
        Delivery::AtOnce | Delivery::After { .. } | Delivery::Huge | Delivery::Garbage | Delivery::Page => {
            Body::from(arriving)
        }
        // Headers wait for the first piece of the body; an error instead of it closes the connection without a byte.
        Delivery::Lost => Body::from_stream(closing()),
        Delivery::Truncated => Body::from_stream(stream::iter([Ok(arriving)]).chain(closing_after_a_flush())),
        Delivery::Drip { milliseconds } => Body::from_stream(drip(arriving, Duration::from_millis(milliseconds))),
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(reply.content_length()));
    for (name, value) in reply.headers() {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), value.try_into()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn closing() -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    stream::iter([Err(io::Error::other("the connection is meant to close here"))])
}

/// Closes once what came before is on its way: hyper writes out what it has when the body has nothing for it.
fn closing_after_a_flush() -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    stream::once(tokio::task::yield_now()).flat_map(|()| closing())
}

fn drip(bytes: Bytes, pause: Duration) -> impl Stream<Item = Result<Bytes, Infallible>> + Send + 'static {
    stream::unfold(bytes, move |mut left| async move {
        if left.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        Some((Ok(left.split_to(1)), left))
    })
}
