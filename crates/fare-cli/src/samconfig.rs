//! The name of the stack that `samconfig.toml` deploys.

use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, Result};

/// The environment that is deployed where none is chosen.
const DEFAULT: &str = "default";

#[derive(Deserialize)]
struct SamConfig {
    default: Option<Environment>,
}

#[derive(Deserialize)]
struct Environment {
    global: Option<Command>,
    deploy: Option<Command>,
}

#[derive(Deserialize)]
struct Command {
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
struct Parameters {
    stack_name: Option<String>,
}

/// The stack of the environment `default`, by the nearest `samconfig.toml` from there upwards; `None` where there is none.
///
/// # Errors
/// When the file cannot be read, is no TOML, or names no stack.
pub fn stack_name(from: &Path) -> Result<Option<String>> {
    let Some(path) = from.ancestors().map(|directory| directory.join("samconfig.toml")).find(|path| path.is_file())
    else {
        return Ok(None);
    };
    let text = std::fs::read_to_string(&path).map_err(|source| Error::File { path: path.clone(), source })?;
    let no_stack = |reason: String| Error::SamConfig { path: path.clone(), reason };
    let config: SamConfig = toml::from_str(&text).map_err(|error| no_stack(error.message().to_owned()))?;
    let named = |command: Option<Command>| command?.parameters?.stack_name;
    let name = config.default.and_then(|environment| named(environment.deploy).or_else(|| named(environment.global)));
    name.map(Some).ok_or_else(|| no_stack(format!("[{DEFAULT}] names no stack_name")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_in(text: &str) -> Result<Option<String>> {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("samconfig.toml"), text).unwrap();
        let below = directory.path().join("below");
        std::fs::create_dir(&below).unwrap();
        stack_name(&below)
    }

    #[test]
    fn the_stack_of_the_default_environment_is_found_from_below() {
        let text = "version = 0.1\n[default.global.parameters]\nstack_name = \"rides\"\n[dev.global.parameters]\nstack_name = \"other\"";
        assert_eq!(name_in(text).unwrap().as_deref(), Some("rides"));
        let text = format!("{text}\n[default.deploy.parameters]\nstack_name = \"nearer\"");
        assert_eq!(name_in(&text).unwrap().as_deref(), Some("nearer"));
    }

    #[test]
    fn a_file_that_names_no_stack_is_named() {
        for text in ["version = 0.1", "[default", "[default.deploy.parameters]\nregion = \"x\""] {
            let error = name_in(text).unwrap_err().to_string();
            assert!(error.contains("samconfig.toml"), "{error}");
        }
    }
}
