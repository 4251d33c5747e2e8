//! Who is let in.

use sha2::{Digest, Sha256};

use crate::books::letters;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::request::Request;

/// The one page that everybody may see.
const HEALTH: &str = "/_simulator/health";

const LENGTHS: std::ops::RangeInclusive<usize> = 8..=255;

/// The one key that opens a gateway. Only its SHA-256 is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedKey {
    digest: [u8; 32],
}

/// A key that no client could present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key of the gateway has 8 to 255 letters, digits and `_`, and is neither live nor publishable")]
pub struct InvalidKey;

impl ExpectedKey {
    /// Expects this key.
    ///
    /// # Errors
    /// [`InvalidKey`] if it is none that the gateway lets in.
    pub fn new(key: &str) -> Result<Self, InvalidKey> {
        check_form(key).map(|()| Self { digest: digest(key) }).map_err(|_| InvalidKey)
    }

    fn is(&self, key: &str) -> bool {
        self.digest == digest(key)
    }
}

/// The answer to a request that is not let in. The API always wants a well-formed key; if one is expected, then that one,
/// and the simulator's own pages want it too.
pub(crate) fn turn_away(request: &Request, expected: Option<&ExpectedKey>, now_ms: u64) -> Option<Reply> {
    if request.is_for_the_simulator() && (expected.is_none() || request.path == HEALTH) {
        return None;
    }
    let admitted = bearer(request.authorization.as_deref()).and_then(|key| {
        check_form(key)?;
        if expected.is_none_or(|expected| expected.is(key)) { Ok(()) } else { Err(invalid()) }
    });
    admitted.err().map(|refusal| refused(&refusal, now_ms))
}

/// The key in an `Authorization` header (Stripe's API reference, Authentication).
fn bearer(header: Option<&str>) -> Result<&str, Refusal> {
    let Some(header) = header else {
        return Err(Refusal::unauthorised(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer \
             auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
        ));
    };
    let (scheme, key) = header.split_once(' ').unwrap_or_default();
    if scheme.eq_ignore_ascii_case("bearer") { Ok(key.trim()) } else { Err(invalid()) }
}

/// Refuses what cannot be a key of a test account. What was sent is never repeated.
fn check_form(key: &str) -> Result<(), Refusal> {
    if ["sk_live_", "rk_live_", "pk_live_"].iter().any(|live| key.starts_with(live)) {
        return Err(Refusal::unauthorised(
            "This is a live key. A simulator must never see one: roll it at Stripe, and send a test key here.",
        ));
    }
    if key.starts_with("pk_") {
        return Err(Refusal::unauthorised(
            "This API call cannot be made with a publishable API key. Please use a secret API key.",
        )
        .with_code("secret_key_required"));
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if LENGTHS.contains(&key.len()) && key.bytes().all(allowed) { Ok(()) } else { Err(invalid()) }
}

fn invalid() -> Refusal {
    Refusal::unauthorised("Invalid API Key provided.")
}

/// A refused request leaves no trace in the gateway, so the id of its answer comes from the time.
fn refused(refusal: &Refusal, now_ms: u64) -> Reply {
    let request_id = format!("req_unauthorised{}", letters(now_ms, 10));
    Reply { request_id: Some(request_id.clone()), ..Reply::refused(refusal, Some(&request_id)) }
}

fn digest(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(request: &Request, expected: Option<&str>) -> u16 {
        let expected = expected.map(|key| ExpectedKey::new(key).unwrap());
        turn_away(request, expected.as_ref(), 0).map_or(200, |reply| reply.status)
    }

    #[test]
    fn only_the_expected_key_opens_everything_but_the_health_page() {
        let expected = Some("generated_key_1");
        for path in ["/v1/refunds", "/_simulator/log", "/_simulator/faults"] {
            let request = Request::get(path, &[]);
            assert_eq!(status(&request, expected), 401, "{path}");
            assert_eq!(status(&request.clone().with_api_key("generated_key_2"), expected), 401, "{path}");
            assert_eq!(status(&request.with_api_key("generated_key_1"), expected), 200, "{path}");
        }
        assert_eq!(status(&Request::get("/_simulator/health", &[]), expected), 200);
    }

    #[test]
    fn without_an_expected_key_any_well_formed_one_opens_the_api() {
        let request = Request::get("/v1/refunds", &[]);
        for good in ["sk_test_anything", "rk_test_anything", "12345678", &"k".repeat(255)] {
            assert_eq!(status(&request.clone().with_api_key(good), None), 200, "{good}");
        }
        for bad in ["", "1234567", "sk_test_a-b", "sk_test_ä", &"k".repeat(256)] {
            assert_eq!(status(&request.clone().with_api_key(bad), None), 401, "{bad}");
        }
        assert_eq!(status(&Request::get("/_simulator/log", &[]), None), 200);
    }

    #[test]
    fn a_live_key_is_refused_with_a_reason_and_never_repeated() {
        for key in ["sk_live_hidden00", "rk_live_hidden00", "pk_live_hidden00"] {
            let reply = turn_away(&Request::get("/v1/refunds", &[]).with_api_key(key), None, 0).unwrap();
            let body = reply.body.to_string();
            assert!(reply.status == 401 && body.contains("live key") && !body.contains("hidden"), "{body}");
            assert_eq!(ExpectedKey::new(key), Err(InvalidKey));
        }
    }

    #[test]
    fn an_expected_key_is_not_shown() {
        assert!(!format!("{:?}", ExpectedKey::new("sk_test_hidden").unwrap()).contains("hidden"));
    }
}
