//! Runs the tests that the engine can run, skips the others with a reason, and says how it went in one line.

use std::process::ExitCode;

use fare_cli::engine::Engine;
use libtest_mimic::{Arguments, Conclusion, Trial};

use crate::engine::Need;

/// One test.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Test {
    pub(crate) name: &'static str,
    pub(crate) run: fn(),
    pub(crate) needs: Option<Need>,
}

/// A function of the module that uses this, as a test; with what it needs of the engine, where that is more than usual.
macro_rules! test {
    ($function:ident) => {
        $crate::harness::Test {
            name: concat!(module_path!(), "::", stringify!($function)),
            run: $function,
            needs: None,
        }
    };
    ($function:ident, $need:ident) => {
        $crate::harness::Test {
            name: concat!(module_path!(), "::", stringify!($function)),
            run: $function,
            needs: Some($crate::engine::Need::$need),
        }
    };
}
pub(crate) use test;

impl Test {
    fn skipped_on(&self, engine: &Engine) -> Option<&'static str> {
        self.needs.and_then(|need| need.lacking(engine))
    }

    /// The name within this test binary.
    fn short_name(&self) -> &'static str {
        self.name.split_once("::").map_or(self.name, |(_, rest)| rest)
    }

    /// As the library filters.
    fn is_asked_for(&self, arguments: &Arguments) -> bool {
        let name = self.short_name();
        let fits = |pattern: &String| if arguments.exact { name == pattern } else { name.contains(pattern) };
        arguments.filter.iter().all(fits) && !arguments.skip.iter().any(fits)
    }

    fn trial(self, engine: &Engine) -> Trial {
        let run = move || {
            (self.run)();
            Ok(())
        };
        Trial::test(self.short_name(), run).with_ignored_flag(self.skipped_on(engine).is_some())
    }
}

/// Tests that run before those of the next round.
#[derive(Debug)]
pub(crate) struct Round {
    pub(crate) tests: Vec<Test>,
    /// Whether each of them runs alone.
    pub(crate) one_by_one: bool,
}

/// Runs the rounds one after the other.
pub(crate) fn run(arguments: &Arguments, engine: &Engine, rounds: &[Round]) -> ExitCode {
    let concluded: Vec<_> = rounds.iter().map(|round| round.run(arguments, engine)).collect();
    if arguments.list {
        return ExitCode::SUCCESS;
    }
    for test in rounds.iter().flat_map(|round| &round.tests).filter(|test| test.is_asked_for(arguments)) {
        if let Some(reason) = test.skipped_on(engine) {
            println!("skipped: {}: {reason}", test.short_name());
        }
    }
    let sum = |count: fn(&Conclusion) -> u64| concluded.iter().map(count).sum::<u64>();
    let failed = sum(|round| round.num_failed);
    let (passed, skipped) = (sum(|round| round.num_passed), sum(|round| round.num_ignored));
    println!("integration: {engine} passed={passed} failed={failed} skipped={skipped}");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

impl Round {
    fn run(&self, arguments: &Arguments, engine: &Engine) -> Conclusion {
        let mut arguments = arguments.clone();
        // What is skipped here is skipped for its reason, also where ignored tests are asked for.
        arguments.ignored = false;
        arguments.include_ignored = false;
        if self.one_by_one {
            arguments.test_threads = Some(1);
        }
        libtest_mimic::run(&arguments, self.tests.iter().map(|test| test.trial(engine)).collect())
    }
}
