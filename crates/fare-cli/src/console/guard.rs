//! Who is let in: only whoever has this start's token, and only a page of this very console.
//!
//! The token is in the address that is printed, behind the `#`, so that no server and no log ever gets it. Without it another
//! user of the machine, or a page of another site, could use the console with the credentials it was started with.

use std::fmt::Write;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::answer::refused;
use super::shared::Shared;
use crate::error::{Error, Result};

/// The header that a page sends the token in.
const TOKEN: &str = "x-fare-console-token";

/// What every answer says to the browser: nothing but what this console serves may be loaded, run, or shown around it.
const HEADERS: [(&str, &str); 8] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()"),
    ("cache-control", "no-store"),
];

/// What a page has to show to be listened to. Made anew at every start.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Token(String);

impl Token {
    pub(super) fn new() -> Result<Self> {
        let mut bytes = [0_u8; 24];
        let random = rustls::crypto::ring::default_provider().secure_random;
        random.fill(&mut bytes).map_err(|_| Error::ConsoleNotOpened {
            address: "this machine".to_owned(),
            source: std::io::Error::other("the system gives no random numbers"),
        })?;
        let mut token = String::new();
        for byte in bytes {
            let _always_written = write!(token, "{byte:02x}");
        }
        Ok(Self(token))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes as long whatever is given.
    fn is(&self, given: &str) -> bool {
        let differ = self.0.bytes().zip(given.bytes()).fold(0_u8, |differ, (one, other)| differ | (one ^ other));
        self.0.len() == given.len() && differ == 0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Token(…)")
    }
}

/// Lets a request through, or says why not; and gives every answer its headers.
pub(super) async fn guard(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let asked = Asked { method: request.method(), uri: request.uri(), headers: request.headers() };
    let refusal = asked.refusal(shared.address, &shared.token);
    let mut answer = match refusal {
        Some(sentence) => refused(StatusCode::FORBIDDEN, sentence).into_response(),
        None => next.run(request).await,
    };
    if answer.status().is_client_error()
        && answer.headers().get(CONTENT_TYPE).is_none_or(|kind| kind != "application/json")
    {
        answer = refused(answer.status(), unread(answer.status())).into_response();
    }
    for (name, value) in HEADERS {
        answer.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    answer
}

/// Why a question was not even read.
fn unread(status: StatusCode) -> &'static str {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        "this is too long: an input has at most 8 KiB of JSON"
    } else {
        "the console cannot read what it was asked"
    }
}

struct Asked<'a> {
    method: &'a Method,
    uri: &'a Uri,
    headers: &'a HeaderMap,
}

impl Asked<'_> {
    fn refusal(&self, address: SocketAddr, token: &Token) -> Option<&'static str> {
        let host = self.header(HOST.as_str()).unwrap_or_default();
        if !is_own(host, address) {
            return Some("this console is not asked under that name");
        }
        // The page itself knows nothing, so that a link to it may stand anywhere.
        if !self.uri.path().starts_with("/api/") {
            return None;
        }
        let site = self.header("sec-fetch-site");
        if site.is_some_and(|site| site != "same-origin" && site != "none") {
            return Some("only a page of this console may ask it");
        }
        let own = format!("http://{host}");
        let origin = self.header(ORIGIN.as_str());
        if origin.is_some_and(|origin| origin != own) || (self.method != Method::GET && origin.is_none()) {
            return Some("only a page of this console may ask it");
        }
        if !self.token().is_some_and(|given| token.is(given)) {
            return Some(
                "open the address that `fare console` printed: this page has no token of this start, or an old one",
            );
        }
        None
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// An event stream cannot send a header, so that it has the token in its query.
    fn token(&self) -> Option<&str> {
        let query = self.uri.query().unwrap_or_default();
        let in_query = || query.split('&').find_map(|pair| pair.strip_prefix("token="));
        self.header(TOKEN).or_else(in_query)
    }
}

/// Whether a `Host` is an address of this console. A name other than `localhost` could be anybody's that has made it lead here.
fn is_own(host: &str, address: SocketAddr) -> bool {
    // A browser leaves out the port that is usual.
    let (name, port) = host.rsplit_once(':').filter(|_| !host.ends_with(']')).unwrap_or((host, "80"));
    let ip = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let known = match ip {
        Ok(ip) if address.ip().is_loopback() => ip.is_loopback(),
        Ok(_) => true,
        Err(_) => name.eq_ignore_ascii_case("localhost"),
    };
    known && port.parse() == Ok(address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(method: &str, uri: &str, headers: &[(&'static str, &str)]) -> Option<&'static str> {
        let method: Method = method.parse().unwrap();
        let uri: Uri = uri.parse().unwrap();
        let named = |(name, value): &(&'static str, &str)| (HeaderName::from_static(name), value.parse().unwrap());
        let headers: HeaderMap = headers.iter().map(named).collect();
        let address = "127.0.0.1:4711".parse().unwrap();
        Asked { method: &method, uri: &uri, headers: &headers }.refusal(address, &Token("secret".to_owned()))
    }

    const HOST: (&str, &str) = ("host", "127.0.0.1:4711");
    const ORIGIN: (&str, &str) = ("origin", "http://127.0.0.1:4711");
    const KEY: (&str, &str) = (TOKEN, "secret");

    #[test]
    fn the_page_is_served_without_a_token_and_nothing_else_is() {
        assert_eq!(refusal("GET", "/", &[HOST]), None);
        assert!(refusal("GET", "/api/about", &[HOST]).unwrap().contains("token"));
        assert!(refusal("GET", "/api/about", &[HOST, (TOKEN, "secreT")]).unwrap().contains("token"));
        assert_eq!(refusal("GET", "/api/about", &[HOST, KEY]), None);
        assert_eq!(refusal("GET", "/api/events?fare=wr_1&token=secret", &[HOST]), None);
        assert!(refusal("GET", "/api/events?token=", &[HOST]).is_some());
    }

    #[test]
    fn a_link_to_the_page_may_stand_anywhere_and_what_it_asks_comes_from_itself() {
        let elsewhere = ("sec-fetch-site", "cross-site");
        assert_eq!(refusal("GET", "/", &[HOST, elsewhere]), None);
        assert!(refusal("GET", "/api/about", &[HOST, KEY, elsewhere]).is_some());
    }

    #[test]
    fn an_action_wants_the_token_and_this_very_origin() {
        assert_eq!(refusal("POST", "/api/start", &[HOST, ORIGIN, KEY]), None);
        for wrong in [
            vec![HOST, KEY],
            vec![HOST, ORIGIN],
            vec![HOST, ("origin", "http://127.0.0.1:4712"), KEY],
            vec![HOST, ("origin", "null"), KEY],
            vec![HOST, ORIGIN, KEY, ("sec-fetch-site", "cross-site")],
            vec![HOST, ORIGIN, KEY, ("sec-fetch-site", "same-site")],
        ] {
            assert!(refusal("POST", "/api/start", &wrong).is_some(), "{wrong:?}");
        }
    }

    #[test]
    fn a_name_that_somebody_made_lead_here_is_not_answered() {
        for host in ["evil.example:4711", "127.0.0.1", "127.0.0.1:4712", "192.0.2.1:4711", ""] {
            assert!(refusal("GET", "/", &[("host", host)]).is_some(), "{host}");
        }
        for host in ["localhost:4711", "LOCALHOST:4711", "127.0.0.1:4711", "[::1]:4711"] {
            assert_eq!(refusal("GET", "/", &[("host", host)]), None, "{host}");
        }
        assert!(is_own("localhost", "127.0.0.1:80".parse().unwrap()) && is_own("[::1]", "[::1]:80".parse().unwrap()));
        assert!(is_own("192.0.2.1:80", "0.0.0.0:80".parse().unwrap()));
        assert!(!is_own("evil.example:80", "0.0.0.0:80".parse().unwrap()));
    }

    #[test]
    fn a_token_is_long_and_never_the_same_and_never_shown() {
        let (one, other) = (Token::new().unwrap(), Token::new().unwrap());
        assert!(one != other && one.as_str().len() == 48);
        assert!(!format!("{one:?}").contains(one.as_str()));
    }
}
