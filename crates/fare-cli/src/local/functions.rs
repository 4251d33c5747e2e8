//! The processes in which the engine runs functions, for tests that take one away.

use std::process::Command;

use rustix::process::{Pid, Signal, getpgid, kill_process};

use crate::error::{Error, Result};

/// How the executable of every function is called (AWS Lambda Developer Guide, Building a custom runtime).
const EXECUTABLE: &str = "/bootstrap";

/// A process that the engine started to run a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunctionProcess {
    pid: Pid,
    group: Pid,
}

impl FunctionProcess {
    /// The function processes among the members of a process group.
    pub(super) fn all_of(group: Pid) -> Result<Vec<Self>> {
        let failed = |source| Error::NotStarted { name: "ps".to_owned(), source };
        let listed = Command::new("ps").args(["-A", "-o", "pid=,pgid=,args="]).output().map_err(failed)?;
        Ok(String::from_utf8_lossy(&listed.stdout).lines().filter_map(|line| Self::read(line, group)).collect())
    }

    /// Kills the process as the system would when its memory runs out: at once, with whatever it was doing. One that has
    /// ended by itself, or whose id is somebody else's by now, is left alone.
    pub fn kill(self) {
        if getpgid(Some(self.pid)) == Ok(self.group) {
            let _gone_already = kill_process(self.pid, Signal::KILL);
        }
    }

    /// Whether it runs the function that has this name in the template, which is a part of the name that it has when it is
    /// deployed. Where the system does not show what a process was given (it does on Linux), it runs none that is known.
    #[must_use]
    pub fn is_of(self, function: &str) -> bool {
        let environment = std::fs::read(format!("/proc/{}/environ", self.pid.as_raw_nonzero())).unwrap_or_default();
        String::from_utf8_lossy(&environment).split('\0').any(|variable| names(variable, function))
    }

    fn read(line: &str, group: Pid) -> Option<Self> {
        let mut words = line.split_whitespace();
        let mut id = || words.next()?.parse().ok().and_then(Pid::from_raw);
        let (pid, member_of) = (id()?, id()?);
        let is_function = member_of == group && words.next().is_some_and(|program| program.ends_with(EXECUTABLE));
        is_function.then_some(Self { pid, group })
    }
}

/// Whether a variable of a process says that it runs this function: `STACK-FUNCTION-SUFFIX`.
fn names(variable: &str, function: &str) -> bool {
    let name = variable.strip_prefix("AWS_LAMBDA_FUNCTION_NAME=");
    name.is_some_and(|name| name.split('-').any(|part| part == function))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_known_by_its_name_in_the_template() {
        let variable = "AWS_LAMBDA_FUNCTION_NAME=fare-collection-local-ChargeFareFunction-A97774";
        assert!(names(variable, "ChargeFareFunction"));
        assert!(!names(variable, "RefundFareFunction") && !names(variable, "Charge"));
        assert!(!names("OTHER=ChargeFareFunction", "ChargeFareFunction"));
    }

    fn id(number: i32) -> Pid {
        Pid::from_raw(number).unwrap()
    }

    #[test]
    fn only_a_function_of_this_group_is_taken_for_one() {
        let read = |line| FunctionProcess::read(line, id(40));
        assert_eq!(
            read("  77  40 /tmp/fare-x/scratch/code/bootstrap"),
            Some(FunctionProcess { pid: id(77), group: id(40) })
        );
        for other in [
            "  77  41 /tmp/fare-x/scratch/code/bootstrap",
            "  77  40 /usr/bin/python ministack /code/bootstrap",
            "  77  40",
            "",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn this_very_process_is_no_function() {
        let own = getpgid(None).unwrap();
        assert_eq!(FunctionProcess::all_of(own).unwrap(), []);
    }
}
