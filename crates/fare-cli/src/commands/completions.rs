//! `fare completions`.

use clap::CommandFactory;

use crate::cli::{Cli, Completions};
use crate::exit::Exit;
use crate::say;

pub(super) fn run(arguments: &Completions) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "fare", &mut script);
    match say::result(&String::from_utf8_lossy(&script)) {
        Ok(()) => Exit::AsExpected,
        Err(error) => {
            say::problem(&error.in_full());
            Exit::from(&error)
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;
    use clap_complete::Shell;

    use super::*;

    #[test]
    fn every_shell_learns_the_repairs() {
        for shell in Shell::value_variants() {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "fare", &mut script);
            let script = String::from_utf8(script).unwrap();
            assert!(script.contains("recover") && script.contains("attention"), "{shell}");
        }
    }
}
