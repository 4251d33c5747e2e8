//! The key that opens the gateway account: fetched once per process, and again when the gateway no longer takes it.

use std::future::Future;

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

/// The longest key that is taken, in characters.
const MAX_KEY_LENGTH: usize = 255;

/// The key could not be fetched, or is none. The reason never repeats any of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the gateway's API key is not available: {reason}")]
pub struct ApiKeyUnavailable {
    /// What went wrong.
    pub reason: String,
}

/// Where the key is kept.
pub trait ApiKeySource: Send + Sync {
    /// Fetches the key as it is now.
    ///
    /// # Errors
    /// [`ApiKeyUnavailable`].
    fn fetch(&self) -> impl Future<Output = Result<SecretString, ApiKeyUnavailable>> + Send;
}

/// The key, kept for as long as the gateway takes it.
#[derive(Debug)]
pub(super) struct ApiKey<K> {
    source: K,
    kept: Mutex<Option<SecretString>>,
}

impl<K: ApiKeySource> ApiKey<K> {
    /// The key of this source, not fetched yet.
    pub(super) fn new(source: K) -> Self {
        Self { source, kept: Mutex::new(None) }
    }

    /// The key; fetched if this process has none yet.
    ///
    /// # Errors
    /// [`ApiKeyUnavailable`].
    pub(super) async fn current(&self) -> Result<SecretString, ApiKeyUnavailable> {
        let mut kept = self.kept.lock().await;
        if let Some(key) = kept.as_ref() {
            return Ok(key.clone());
        }
        let key = usable(self.source.fetch().await?)?;
        Ok(kept.insert(key).clone())
    }

    /// Another key than the one that the gateway has just refused, or `None` if the source still has that one.
    ///
    /// # Errors
    /// [`ApiKeyUnavailable`].
    pub(super) async fn instead_of(&self, refused: &SecretString) -> Result<Option<SecretString>, ApiKeyUnavailable> {
        let is_new = |key: &SecretString| key.expose_secret() != refused.expose_secret();
        let mut kept = self.kept.lock().await;
        if let Some(key) = kept.as_ref().filter(|key| is_new(key)) {
            return Ok(Some(key.clone()));
        }
        let key = usable(self.source.fetch().await?)?;
        Ok(Some(kept.insert(key).clone()).filter(is_new))
    }
}

/// The key without the line end that editors add, if it can travel in a header.
fn usable(secret: SecretString) -> Result<SecretString, ApiKeyUnavailable> {
    let key = secret.expose_secret().trim();
    let is_in_alphabet = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if (8..=MAX_KEY_LENGTH).contains(&key.len()) && key.bytes().all(is_in_alphabet) {
        Ok(key.to_owned().into())
    } else {
        let reason = "the secret must be the key and nothing else: 8 to 255 letters, digits, `_` and `-`".to_owned();
        Err(ApiKeyUnavailable { reason })
    }
}

/// The source's twin in memory: gives its keys one after another, and the last one for ever.
#[derive(Debug)]
pub struct InMemoryApiKeys {
    keys: std::sync::Mutex<Vec<SecretString>>,
}

impl InMemoryApiKeys {
    /// These keys, the first one first.
    pub fn new<'a>(keys: impl IntoIterator<Item = &'a str>) -> Self {
        Self { keys: std::sync::Mutex::new(keys.into_iter().map(SecretString::from).collect()) }
    }
}

impl ApiKeySource for InMemoryApiKeys {
    async fn fetch(&self) -> Result<SecretString, ApiKeyUnavailable> {
        let mut keys = self.keys.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let next = if keys.len() > 1 { Some(keys.remove(0)) } else { keys.first().cloned() };
        next.ok_or_else(|| ApiKeyUnavailable { reason: "there is none".to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn text(key: Result<SecretString, ApiKeyUnavailable>) -> String {
        key.unwrap().expose_secret().to_owned()
    }

    #[tokio::test]
    async fn the_key_is_fetched_once() {
        let key = ApiKey::new(InMemoryApiKeys::new(["sk_test_first", "sk_test_second"]));
        for _ in 0..3 {
            assert_eq!(text(key.current().await).await, "sk_test_first");
        }
    }

    #[tokio::test]
    async fn a_refused_key_is_fetched_anew_once_for_all_who_were_refused() {
        let key = ApiKey::new(InMemoryApiKeys::new(["sk_test_first", "sk_test_second", "sk_test_third"]));
        let first = key.current().await.unwrap();
        for _ in 0..2 {
            let second = key.instead_of(&first).await.unwrap().unwrap();
            assert_eq!(second.expose_secret(), "sk_test_second");
        }
        assert_eq!(text(key.current().await).await, "sk_test_second");
    }

    #[tokio::test]
    async fn a_refused_key_that_was_not_rotated_is_not_sent_again() {
        let key = ApiKey::new(InMemoryApiKeys::new(["sk_test_only"]));
        let only = key.current().await.unwrap();
        assert!(key.instead_of(&only).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_key_that_cannot_be_one_is_not_sent_and_not_repeated() {
        for bad in ["", "short", "sk_test_with space", "{\"apiKey\":\"sk_test_x\"}", "sk_test_ümlaut"] {
            let error = ApiKey::new(InMemoryApiKeys::new([bad])).current().await.unwrap_err();
            assert!(bad.is_empty() || !error.to_string().contains(bad), "{error}");
        }
    }

    #[tokio::test]
    async fn a_line_end_after_the_key_is_left_out() {
        let key = ApiKey::new(InMemoryApiKeys::new(["sk_test_first\n"]));
        assert_eq!(text(key.current().await).await, "sk_test_first");
    }

    #[tokio::test]
    async fn the_key_is_never_shown() {
        let key = ApiKey::new(InMemoryApiKeys::new(["sk_test_first"]));
        key.current().await.unwrap();
        assert!(!format!("{:?}", key.kept).contains("first"));
    }
}
