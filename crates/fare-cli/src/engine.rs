//! Which engine answers at an address, and how exact it is.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::observe::loopback_client;

const LIMIT: Duration = Duration::from_secs(5);

/// What stands in for AWS, or AWS itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Engine {
    /// ministack, the default.
    Ministack {
        /// Its version.
        version: String,
    },
    /// LocalStack.
    LocalStack {
        /// Its version.
        version: String,
        /// How it runs.
        mode: Mode,
    },
    /// Anything else; AWS, most likely.
    Other,
}

/// How LocalStack runs, which decides where its functions run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// In a container, its functions in others beside it.
    Docker,
    /// From its Python package, its functions as processes of this machine.
    Host,
}

impl Engine {
    /// Asks at this address; what answers, but neither as ministack nor as LocalStack, is another one.
    ///
    /// # Errors
    /// [`Error::NoEngine`] when nothing answers.
    pub async fn at(endpoint: &str) -> Result<Self> {
        #[derive(Deserialize)]
        struct Health {
            version: String,
        }
        #[derive(Deserialize)]
        struct Info {
            version: String,
            is_docker: bool,
        }
        if let Some(Info { version, is_docker }) = ask(endpoint, "_localstack/info").await? {
            return Ok(Self::LocalStack { version, mode: if is_docker { Mode::Docker } else { Mode::Host } });
        }
        let health = ask(endpoint, "_ministack/health").await?;
        Ok(health.map_or(Self::Other, |Health { version }| Self::Ministack { version }))
    }

    /// The engine's name and version, `localstack-4.14.0` for example.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Ministack { version } => format!("ministack-{version}"),
            Self::LocalStack { version, .. } => format!("localstack-{version}"),
            Self::Other => "other".to_owned(),
        }
    }

    /// How it runs: `docker`, `host`, or `remote` where it is none of this project's business.
    #[must_use]
    pub fn mode(&self) -> &'static str {
        match self {
            Self::Ministack { .. } | Self::LocalStack { mode: Mode::Host, .. } => "host",
            Self::LocalStack { mode: Mode::Docker, .. } => "docker",
            Self::Other => "remote",
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "engine={} mode={}", self.name(), self.mode())
    }
}

/// The engine's answer about itself, where it is one of this kind.
async fn ask<T: DeserializeOwned>(endpoint: &str, path: &str) -> Result<Option<T>> {
    let answer = loopback_client()?.get(format!("{endpoint}/{path}")).timeout(LIMIT).send().await;
    let failed = |source: reqwest::Error| Error::NoEngine { url: endpoint.to_owned(), source: source.without_url() };
    let answer = answer.map_err(failed)?;
    if !answer.status().is_success() {
        return Ok(None);
    }
    Ok(answer.json().await.ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_is_told_by_name_version_and_mode() {
        let version = "4.14.0".to_owned();
        let engine = Engine::LocalStack { version, mode: Mode::Docker };
        assert_eq!(engine.to_string(), "engine=localstack-4.14.0 mode=docker");
        assert_eq!(Engine::Ministack { version: "1.5.33".to_owned() }.to_string(), "engine=ministack-1.5.33 mode=host");
    }

    #[tokio::test]
    async fn where_nothing_listens_there_is_no_engine() {
        let error = Engine::at("http://127.0.0.1:1").await.unwrap_err().to_string();
        assert!(error.starts_with("no engine answers at http://127.0.0.1:1: start one there"), "{error}");
    }
}
