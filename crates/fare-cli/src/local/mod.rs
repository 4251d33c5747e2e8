//! A whole stack on this machine: an engine, the gateway simulator and a real `sam deploy`, started for one run and
//! gone after it.

mod deploy;
mod engine;
mod environment;
mod functions;
mod gateway;
mod interrupt;
mod platform;
mod process;
mod project;
mod run;
mod stacks;

pub use deploy::deploy;
pub use engine::EngineChoice;
pub use environment::client_environment;
pub use functions::FunctionProcess;
pub use interrupt::Interrupt;
pub use platform::StandingStack;
pub use process::{Output, Program, Supervised, Supervisor};
pub use project::Project;
pub use run::Run;
pub use stacks::DeployedStacks;
