//! The engine that stands in for AWS: started for one run, or one that runs already.

mod docker;
mod localstack;
mod ministack;
mod port;

use std::sync::Arc;

pub(super) use ministack::scale_waits;

use super::gateway::Place;
use super::process::{Supervised, Supervisor};
use super::project::Project;
use super::run::Run;
use crate::clients::Clients;
use crate::engine::{Engine, Mode};
use crate::error::{Error, Result};

/// Which engine a stack is to stand on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineChoice {
    /// ministack, started for the run.
    Ministack,
    /// LocalStack, started for the run.
    LocalStack(Mode),
    /// Whatever runs already at this address. It is not stopped, and only what the run deployed is taken away again.
    Running(String),
}

/// An engine that answers.
#[derive(Clone, Debug)]
pub(super) struct StandingEngine {
    pub(super) endpoint: String,
    /// `None` where somebody else started it.
    pub(super) process: Option<Arc<Supervised>>,
}

impl EngineChoice {
    /// Says what is not installed, before anything is started.
    pub(super) fn check_tools(&self, project: &Project) -> Result<()> {
        match self {
            Self::Ministack => project.tool("engine", "ministack").map(drop),
            Self::LocalStack(Mode::Host) => localstack::check_tools(project),
            Self::LocalStack(Mode::Docker) | Self::Running(_) => Ok(()),
        }
    }

    /// From where the engine's functions will call the gateway.
    ///
    /// # Errors
    /// When the engine runs already and does not answer.
    pub(super) async fn functions_place(&self) -> Result<Place> {
        match self {
            Self::Ministack | Self::LocalStack(Mode::Host) => Ok(Place::ThisMachine),
            Self::LocalStack(Mode::Docker) => Ok(docker::functions_place().await),
            Self::Running(endpoint) => match Engine::at(endpoint).await? {
                Engine::LocalStack { mode: Mode::Docker, .. } => Ok(docker::functions_place().await),
                Engine::LocalStack { mode: Mode::Host, .. } | Engine::Ministack { .. } | Engine::Other => {
                    Ok(Place::ThisMachine)
                }
            },
        }
    }

    /// Starts the engine on a free port of the loopback interface, unless it runs already, and waits until it answers.
    ///
    /// # Errors
    /// When it is not installed, ends, or does not answer in time.
    pub(super) async fn start(&self, supervisor: &Supervisor, project: &Project, run: &Run) -> Result<StandingEngine> {
        match self {
            Self::Ministack => ministack::start(supervisor, project, run).await,
            Self::LocalStack(Mode::Host) => localstack::start(supervisor, project, run).await,
            Self::LocalStack(Mode::Docker) => docker::start(supervisor, run).await,
            Self::Running(endpoint) => {
                // A server of another kind would only be found out by what `sam` makes of its answers.
                let asked = Clients::local(endpoint).await.cloudformation.describe_stacks().send().await;
                asked.map_err(|_| Error::NotAnEngine { url: endpoint.clone() })?;
                Ok(StandingEngine { endpoint: endpoint.clone(), process: None })
            }
        }
    }
}
