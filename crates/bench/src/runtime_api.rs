//! A stand-in for Lambda's runtime API ("Building a custom runtime" in the Lambda developer guide), for one process.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::{Method, Request, Response, StatusCode};
use tokio::sync::{mpsc, oneshot};

use crate::error::Result;
use crate::server::{Reply, Server};

const INVOCATIONS: &str = "/2018-06-01/runtime/invocation/";
const FUNCTION: &str = "arn:aws:lambda:eu-west-1:123456789012:function:measured";
const TRACE: &str = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=1";

/// How long a function is told that it may take.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// The function waits for an event.
#[derive(Debug)]
pub(crate) struct Poll {
    /// Since when.
    pub(crate) at: Instant,
    event: oneshot::Sender<Bytes>,
}

impl Poll {
    /// Hands the event out. A function that is gone does not take it, which shows when its answer is waited for.
    pub(crate) fn hand_out(self, event: Bytes) {
        let _function_is_gone = self.event.send(event);
    }
}

/// What the function has answered to an event.
#[derive(Debug)]
pub(crate) struct Answer {
    /// How long it took from the event to the answer.
    pub(crate) took: Duration,
    /// Whether it is an answer, and no error.
    pub(crate) is_success: bool,
    /// The answer or the error.
    pub(crate) body: Bytes,
}

/// The stand-in. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct RuntimeApi {
    pub(crate) polls: mpsc::UnboundedReceiver<Poll>,
    pub(crate) answers: mpsc::UnboundedReceiver<Answer>,
    server: Server,
}

impl RuntimeApi {
    pub(crate) async fn start() -> Result<Self> {
        let ((poll, polls), (answer, answers)) = (mpsc::unbounded_channel(), mpsc::unbounded_channel());
        let front = Arc::new(Front { polls: poll, answers: answer, handed_out: Mutex::new(None) });
        let server = Server::start(None, move |request| {
            let front = Arc::clone(&front);
            async move { front.handle(request).await }
        });
        Ok(Self { polls, answers, server: server.await? })
    }

    /// Where it is.
    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address
    }
}

struct Front {
    polls: mpsc::UnboundedSender<Poll>,
    answers: mpsc::UnboundedSender<Answer>,
    handed_out: Mutex<Option<Instant>>,
}

impl Front {
    async fn handle(&self, request: Request<Incoming>) -> hyper::Result<Reply> {
        let path = request.uri().path();
        let (id, what) = path.strip_prefix(INVOCATIONS).map(|rest| rest.split_once('/').unwrap_or(("", rest))).unzip();
        let is_success = match (request.method(), id, what) {
            (&Method::GET, Some(""), Some("next")) => return Ok(self.next().await),
            (&Method::POST, Some(_), Some("response")) => true,
            // An error at the start of a function has another path, and nobody waits for its answer.
            (&Method::POST, Some(_), Some("error")) => false,
            _ => return Ok(status(StatusCode::NOT_FOUND)),
        };
        let body = request.into_body().collect().await?.to_bytes();
        let took = self.handed_out().take().map(|since| since.elapsed()).unwrap_or_default();
        let _nobody_waits = self.answers.send(Answer { took, is_success, body });
        Ok(status(StatusCode::ACCEPTED))
    }

    async fn next(&self) -> Reply {
        let (event, handed) = oneshot::channel();
        let _nobody_waits = self.polls.send(Poll { at: Instant::now(), event });
        let Ok(event) = handed.await else {
            // No event will come: the function is about to be stopped.
            return std::future::pending().await;
        };
        let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().saturating_add(TIME_LIMIT);
        let reply = Response::builder()
            .header("content-type", "application/json")
            .header("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
            .header("lambda-runtime-deadline-ms", deadline.as_millis().to_string())
            .header("lambda-runtime-invoked-function-arn", FUNCTION)
            .header("lambda-runtime-trace-id", TRACE)
            .body(Full::new(event))
            .unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR));
        *self.handed_out() = Some(Instant::now());
        reply
    }

    fn handed_out(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.handed_out.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn status(status: StatusCode) -> Reply {
    let mut reply = Response::new(Full::default());
    *reply.status_mut() = status;
    reply
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;

    /// Sends a request and reads until the answer has this in it.
    async fn ask(function: &mut TcpStream, request: &str, until: &str) {
        function.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        while !answer.contains(until) {
            let mut part = [0; 1024];
            let read = function.read(&mut part).await.unwrap();
            assert!(read > 0, "the connection was closed after {answer}");
            answer.push_str(std::str::from_utf8(&part[..read]).unwrap());
        }
    }

    async fn answered_at(end: &str) -> Answer {
        let mut api = RuntimeApi::start().await.unwrap();
        let mut function = TcpStream::connect(api.address()).await.unwrap();
        let function = async {
            ask(&mut function, &format!("GET {INVOCATIONS}next HTTP/1.1\r\nhost: api\r\n\r\n"), "the event").await;
            let head = format!("POST {INVOCATIONS}8476a536/{end} HTTP/1.1\r\nhost: api\r\ncontent-length: 4\r\n\r\n");
            ask(&mut function, &format!("{head}done"), "202 Accepted").await;
        };
        let driver = async {
            api.polls.recv().await.unwrap().hand_out("the event".into());
            api.answers.recv().await.unwrap()
        };
        tokio::join!(function, driver).1
    }

    #[tokio::test]
    async fn an_event_is_handed_out_and_its_answer_taken_over_one_connection() {
        let answer = answered_at("response").await;
        assert!(answer.is_success && answer.took > Duration::ZERO);
        assert_eq!(answer.body, "done");
    }

    #[tokio::test]
    async fn an_error_is_told_from_an_answer() {
        assert!(!answered_at("error").await.is_success);
    }
}
