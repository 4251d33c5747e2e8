//! Engine, gateway and stack together.

use std::sync::Arc;

use futures::future::select_all;

use super::deploy::{Gateway, deploy};
use super::engine::{self, EngineChoice, StandingEngine};
use super::functions::FunctionProcess;
use super::process::{Supervised, Supervisor};
use super::project::Project;
use super::run::Run;
use super::{client_environment, gateway};
use crate::console::Functions;
use crate::error::{Error, Result};
use crate::stack::Stack;

/// The name of the stack on an engine of its own.
const STACK_NAME: &str = "fare-collection-local";

/// A stack that stands on this machine until its supervisor stops everything.
#[derive(Clone, Debug)]
pub struct StandingStack {
    /// Where the engine listens.
    pub endpoint: String,
    /// Where the gateway simulator listens.
    pub gateway_url: String,
    /// The deployed stack.
    pub stack: Stack,
    engine: Option<Arc<Supervised>>,
    gateway: Arc<Supervised>,
}

impl StandingStack {
    /// Starts engine and simulator and deploys the built template. `step` is told before each step what it will be. On an
    /// engine that outlives the run, what is to be taken away again is noted in the run before it is there.
    ///
    /// # Errors
    /// When something is not installed, not built, or does not start. The caller still has to stop the supervisor's
    /// children, and to take away what was deployed.
    pub async fn start(
        choice: &EngineChoice,
        supervisor: &Supervisor,
        project: &Project,
        run: &Run,
        step: impl Fn(&'static str),
    ) -> Result<Self> {
        // What is missing is said before anything is started.
        project.tool("sam", "sam")?;
        project.built_template()?;
        choice.check_tools(project)?;
        step("starting the engine and the gateway simulator");
        let place = choice.functions_place().await?;
        let (standing, (gateway, gateway_url)) =
            futures::try_join!(choice.start(supervisor, project, run), gateway::start(supervisor, run, place))?;
        let StandingEngine { endpoint, process: engine } = standing;
        let name = if engine.is_some() {
            STACK_NAME.to_owned()
        } else {
            // It may have others' stacks, and those of earlier runs.
            let name = format!("{STACK_NAME}-{}", run.id());
            run.deployed().note(&endpoint, &name);
            name
        };
        step("deploying the stack with sam");
        let seen_by_functions = place.seen_from(&gateway_url);
        let gateway_seen = Gateway { seen_by_functions: &seen_by_functions, seen_from_here: &gateway_url };
        let stack = deploy(supervisor, project, run.scratch(), &name, &endpoint, Some(gateway_seen)).await?;
        Ok(Self { endpoint, gateway_url, stack, engine, gateway })
    }

    /// Waits until one of the processes ends that the stack cannot do without. Normally that is never.
    pub async fn broken(&self) -> Error {
        let watched = self.engine.iter().chain([&self.gateway]).map(|process| {
            Box::pin(async move {
                process.ended().await;
                process.ended_early()
            })
        });
        select_all(watched).await.0
    }

    /// The processes in which the engine runs functions now, idle ones among them; none where somebody else started the
    /// engine.
    ///
    /// # Errors
    /// When the system's processes cannot be listed.
    pub fn functions(&self) -> Result<Vec<FunctionProcess>> {
        self.engine.as_ref().map_or_else(|| Ok(vec![]), |engine| engine.functions())
    }

    /// What kills the processes of functions; `None` where somebody else started the engine.
    #[must_use]
    pub fn killer(&self) -> Option<Arc<dyn Functions>> {
        let engine = Arc::clone(self.engine.as_ref()?);
        Some(Arc::new(FunctionsOf(engine)))
    }

    /// Lets the waits of ministack and the pauses between its retries take this share of their time, in hundredths of a
    /// percent; 100 is what it starts with.
    ///
    /// # Errors
    /// When the engine does not answer.
    pub async fn scale_waits(&self, hundredths_of_a_percent: u32) -> Result<()> {
        engine::scale_waits(&self.endpoint, hundredths_of_a_percent).await
    }

    /// The environment variables with which any program finds this stack, the tests among them.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let mut environment = client_environment(&self.endpoint);
        environment.push(("FARE_STACK", self.stack.name.clone()));
        environment.push(("GATEWAY_VIEW_URL", self.gateway_url.clone()));
        environment
    }
}

/// The functions' processes of an engine.
struct FunctionsOf(Arc<Supervised>);

impl Functions for FunctionsOf {
    fn kill(&self, function: Option<&str>) -> Result<usize> {
        let mut processes = self.0.functions()?;
        processes.retain(|process| function.is_none_or(|function| process.is_of(function)));
        processes.iter().for_each(|process| process.kill());
        Ok(processes.len())
    }
}
