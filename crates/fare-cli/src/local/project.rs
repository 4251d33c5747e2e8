//! Where the project's own files are, and the tools that `make setup` puts beside them.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The directory of the project and that of its tools.
#[derive(Clone, Debug)]
pub struct Project {
    root: PathBuf,
    tools: PathBuf,
}

impl Project {
    /// The project at `root`, or the nearest one from `from` upwards; its tools in `tools`, or in `.tools` of the project.
    ///
    /// # Errors
    /// [`Error::NoProject`] when no such directory has a template and its settings.
    pub fn find(root: Option<PathBuf>, from: &Path, tools: Option<PathBuf>) -> Result<Self> {
        let is_project =
            |directory: &&Path| directory.join("template.yaml").is_file() && directory.join("samconfig.toml").is_file();
        let from = root.as_deref().unwrap_or(from);
        let depth = if root.is_some() { 1 } else { usize::MAX };
        let found = from.ancestors().take(depth).find(is_project);
        let root = found.ok_or_else(|| Error::NoProject { from: from.to_owned() })?.to_owned();
        let tools = tools.map_or_else(|| root.join(".tools"), |given| from_here(&given));
        Ok(Self { root, tools })
    }

    /// The project's directory.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The template as `sam build` left it.
    ///
    /// # Errors
    /// [`Error::NotBuilt`] when it is not there.
    pub fn built_template(&self) -> Result<PathBuf> {
        let path = self.root.join(".aws-sam").join("build").join("template.yaml");
        if path.is_file() { Ok(path) } else { Err(Error::NotBuilt { what: "the built template", path }) }
    }

    /// A tool in one of the two environments of `make setup`.
    ///
    /// # Errors
    /// [`Error::ToolMissing`] when it is not there.
    pub fn tool(&self, environment: &str, tool: &'static str) -> Result<PathBuf> {
        let path = self.tools.join(environment).join("bin").join(tool);
        if path.is_file() { Ok(path) } else { Err(Error::ToolMissing { tool, path }) }
    }
}

/// A path that means the same in a child that runs elsewhere.
fn from_here(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// An executable of this project, built beside this one.
///
/// # Errors
/// [`Error::NotBuilt`] when it is not there.
pub(super) fn sibling(what: &'static str) -> Result<PathBuf> {
    let here = std::env::current_exe().ok().and_then(|path| path.parent().map(Path::to_owned)).unwrap_or_default();
    // Tests run one directory deeper, in `deps`.
    let candidates = [Some(here.as_path()), here.parent()].map(|place| place.map(|place| place.join(what)));
    let found = candidates.into_iter().flatten().find(|path| path.is_file());
    found.ok_or_else(|| Error::NotBuilt { what, path: here.join(what) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project() -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        for name in ["template.yaml", "samconfig.toml"] {
            std::fs::write(directory.path().join(name), "").unwrap();
        }
        std::fs::create_dir_all(directory.path().join("crates/deep")).unwrap();
        directory
    }

    #[test]
    fn the_project_is_found_from_a_directory_inside_it() {
        let directory = project();
        let found = Project::find(None, &directory.path().join("crates/deep"), None).unwrap();
        assert_eq!(found.root(), directory.path());
    }

    #[test]
    fn a_directory_that_was_named_is_not_searched_upwards() {
        let directory = project();
        let named = directory.path().join("crates");
        assert!(matches!(Project::find(Some(named), Path::new("."), None), Err(Error::NoProject { .. })));
    }

    #[test]
    fn a_missing_tool_is_named_with_its_place() {
        let directory = project();
        let found = Project::find(Some(directory.path().to_owned()), Path::new("."), None).unwrap();
        let error = found.tool("engine", "ministack").unwrap_err().to_string();
        assert!(error.contains(".tools/engine/bin/ministack") && error.contains("make setup"), "{error}");
    }

    #[test]
    fn a_project_that_was_not_built_says_so() {
        let directory = project();
        let found = Project::find(Some(directory.path().to_owned()), Path::new("."), None).unwrap();
        assert!(found.built_template().unwrap_err().to_string().contains("make build"));
    }
}
