//! Pictures of a state machine, and of the path that an execution took through it.
//!
//! [`Graph::of`] reads a definition, also an unfinished one, and [`to_mermaid`], [`to_svg`] and [`to_png`] draw it. The
//! same definition and path give the same bytes on every machine.

mod condition;
mod drawing;
mod history;
mod layout;
mod mermaid;
mod model;
mod path;
mod png;
mod read;
mod svg;
mod text;

pub use history::taken;
pub use mermaid::to_mermaid;
pub use model::{Edge, EdgeKind, Graph, State, StateKind};
pub use path::{Path, Step};
pub use png::to_png;
pub use svg::{style, to_live_svg, to_svg};
