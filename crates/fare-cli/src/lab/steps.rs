//! The steps of the lab.

/// A step, as a chapter of `docs/lab` tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its number, from 1 on.
    pub number: u8,
    /// What it is about.
    pub title: &'static str,
    /// Its chapter, from the project's directory.
    pub chapter: &'static str,
    /// A definition that does all it asks, from the project's directory.
    pub solution: &'static str,
}

/// All steps, in their order.
pub const STEPS: [Step; 9] = [
    Step {
        number: 1,
        title: "set-up",
        chapter: "docs/lab/1-set-up.md",
        solution: "docs/lab/solutions/1-set-up.asl.json",
    },
    Step {
        number: 2,
        title: "the problem: half a transaction",
        chapter: "docs/lab/2-the-problem.md",
        solution: "docs/lab/solutions/2-half-a-transaction.asl.json",
    },
    Step {
        number: 3,
        title: "the happy path",
        chapter: "docs/lab/3-happy-path.md",
        solution: "docs/lab/solutions/3-happy-path.asl.json",
    },
    Step {
        number: 4,
        title: "catch and compensate",
        chapter: "docs/lab/4-catch-and-compensate.md",
        solution: "docs/lab/solutions/4-catch-and-compensate.asl.json",
    },
    Step {
        number: 5,
        title: "retries",
        chapter: "docs/lab/5-retries.md",
        solution: "docs/lab/solutions/5-retries.asl.json",
    },
    Step {
        number: 6,
        title: "notices",
        chapter: "docs/lab/6-notices.md",
        solution: "docs/lab/solutions/6-notices.asl.json",
    },
    Step {
        number: 7,
        title: "failures, one by one",
        chapter: "docs/lab/7-failures.md",
        solution: "docs/lab/solutions/7-failures.asl.json",
    },
    Step {
        number: 8,
        title: "break it",
        chapter: "docs/lab/8-break-it.md",
        solution: "docs/lab/solutions/8-break-it.asl.json",
    },
    Step {
        number: 9,
        title: "clean up",
        chapter: "docs/lab/9-clean-up.md",
        solution: "statemachine/fare-collection.asl.json",
    },
];

/// The step of that number.
#[must_use]
pub fn step(number: u8) -> Option<Step> {
    STEPS.into_iter().find(|step| step.number == number)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_step_has_its_chapter_and_its_solution_and_they_are_numbered_in_order() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for (step, number) in STEPS.iter().zip(1..) {
            assert_eq!(step.number, number);
            for file in [step.chapter, step.solution] {
                assert!(root.join(file).is_file(), "{file}");
            }
        }
    }
}
