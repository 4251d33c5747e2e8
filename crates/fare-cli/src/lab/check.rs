//! Trying a learner's machine.

use std::time::Duration;

use aws_sdk_sfn::types::ExecutionStatus;
use fare_values::{Clock as _, Conditional, FareRequest, SystemClock};
use futures::future::join_all;
use register_fare::store::{DynamoDbFares, FareRecord, FareStore as _};

use super::deploy::Deployed;
use super::experiments::{Before, Course, Experiment, experiments};
use super::machine::Machine;
use super::names::{Does, does};
use super::observed::{Observed, ObservedExecution, evidence};
use super::reasons::reason;
use super::rules;
use super::steps::Step;
use crate::error::{Error, Result};
use crate::execution::{self, Ended, ExecutionArn, Visited};
use crate::observe::Mailbox;
use crate::stack::Stack;

/// A notice is published before its execution ends; on its way through topic and queue it may take this long.
const NOTICE_LIMIT: Duration = Duration::from_secs(20);

/// What came of trying a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What was tried, a few words each, with what is missing, if anything is.
    pub findings: Vec<Finding>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about, in a few words.
    pub about: String,
    /// From which step on it is asked for; the step that is not yet done, where something is missing.
    pub step: u8,
    /// What is missing, as a sentence.
    pub missing: Option<String>,
}

impl Checked {
    /// Whether the machine does what the step asks.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.findings.iter().all(|finding| finding.missing.is_none())
    }

    /// The first step that asks for something that is missing.
    #[must_use]
    pub fn first_undone(&self) -> Option<u8> {
        self.findings.iter().filter(|finding| finding.missing.is_some()).map(|finding| finding.step).min()
    }

    /// What is missing, a sentence each; first what an earlier step asks for.
    #[must_use]
    pub fn missing(&self) -> Vec<&str> {
        let mut lacking: Vec<_> = self.findings.iter().filter(|finding| finding.missing.is_some()).collect();
        lacking.sort_by_key(|finding| finding.step);
        lacking.into_iter().filter_map(|finding| finding.missing.as_deref()).collect()
    }
}

/// Deploys the machine beside the finished one of this stack, does the experiments of the step and of those before it, and
/// deletes it again. `name` is unlike any other of this stack. An execution that is still running after `limit` is stopped.
/// `ended` is told what each experiment was about as it ends.
///
/// # Errors
/// When the engine does not take the definition, or something cannot be asked.
pub async fn check(
    stack: &Stack,
    mailbox: &Mailbox,
    machine: &Machine,
    step: Step,
    name: &str,
    limit: Duration,
    ended: impl Fn(&'static str),
) -> Result<Checked> {
    let deployed = Deployed::create(stack, name, machine).await?;
    let lab = Lab { stack: &deployed.stack, mailbox, machine, name, limit };
    let experiments = experiments(step.number);
    let plays = experiments.iter().enumerate().map(async |(number, experiment)| {
        let played = lab.play(experiment, number).await;
        ended(experiment.about);
        played
    });
    let played = join_all(plays).await;
    let observed = async {
        mailbox.settle().await?;
        let mut all = Vec::new();
        for (number, (experiment, executions)) in experiments.iter().zip(played).enumerate() {
            let ids = lab.ids(experiment, number);
            all.push(Observed::read(lab.stack, mailbox, (&ids.0, &ids.1), executions?).await?);
        }
        Ok::<_, Error>(all)
    };
    let observed = observed.await;
    // Whatever came of it.
    deployed.delete().await?;
    let observed = observed?;
    let pairs = experiments.iter().zip(&observed);
    let mut findings: Vec<_> =
        pairs.map(|(experiment, observed)| finding(experiment, observed, machine, step.number)).collect();
    findings.extend(rules::findings(machine, step.number));
    Ok(Checked { findings })
}

/// How many experiments a step asks for.
#[must_use]
pub fn experiments_of(step: Step) -> usize {
    experiments(step.number).len()
}

fn finding(experiment: &Experiment, observed: &Observed, machine: &Machine, step: u8) -> Finding {
    let mut asked: Vec<_> = experiment.asked_by(step).collect();
    asked.sort_by_key(|(since, _)| *since);
    let endless = observed.judged.iter().find(|execution| execution.stopped_after.is_some());
    if let Some(endless) = endless {
        let since = asked.first().map_or(step, |(since, _)| *since);
        let missing = Some(format!("{} {}", experiment.about, endless.still_running()));
        return Finding { about: experiment.about.to_owned(), step: since, missing };
    }
    let first = asked.iter().find_map(|(since, expect)| Some((*since, expect.shortcoming(observed, machine)?)));
    let latest = asked.iter().map(|(since, _)| *since).max().unwrap_or(step);
    let missing = first.as_ref().map(|(_, shortcoming)| {
        let what = format!("{} {}", experiment.about, shortcoming.what);
        let why = reason(shortcoming.needs, observed.judged.get(shortcoming.execution), machine);
        why.map_or_else(|| what.clone(), |why| format!("{what}: {why}"))
    });
    Finding { about: experiment.about.to_owned(), step: first.map_or(latest, |(since, _)| since), missing }
}

/// Where experiments are done.
struct Lab<'a> {
    /// With the learner's machine in the place of the finished one.
    stack: &'a Stack,
    mailbox: &'a Mailbox,
    machine: &'a Machine,
    name: &'a str,
    limit: Duration,
}

impl Lab<'_> {
    /// The ids of an experiment's fare and of its customer.
    fn ids(&self, experiment: &Experiment, number: usize) -> (String, String) {
        let fare = format!("{}_{number}", self.name);
        let customer = format!("{fare}{}", experiment.trigger);
        (fare, customer)
    }

    /// The executions that are judged.
    async fn play(&self, experiment: &Experiment, number: usize) -> Result<Vec<(ExecutionArn, ObservedExecution)>> {
        let (fare, customer) = self.ids(experiment, number);
        let input = experiment.input(&fare, &customer, experiment.amount);
        match experiment.before {
            Before::Nothing => {}
            Before::Completed => self.complete(&input).await?,
        }
        let first = execution::start(self.stack, &fare, &input).await?;
        match experiment.course {
            Course::Once => Ok(vec![self.ended(first).await?]),
            Course::Twice => {
                let second = execution::start(self.stack, &format!("{fare}_again"), &input).await?;
                let (first, second) = futures::try_join!(self.ended(first), self.ended(second))?;
                Ok(vec![first, second])
            }
            Course::ThenWith(amount) => {
                self.ended(first).await?;
                let input = experiment.input(&fare, &customer, amount);
                let second = execution::start(self.stack, &format!("{fare}_other"), &input).await?;
                Ok(vec![self.ended(second).await?])
            }
        }
    }

    /// Waits for the end of an execution, or stops it, and finds out how it went. Its notices are still to be looked up.
    async fn ended(&self, arn: ExecutionArn) -> Result<(ExecutionArn, ObservedExecution)> {
        let (ended, stopped_after) = match execution::wait(self.stack, &arn, self.limit).await {
            Ok(ended) => (ended, None),
            Err(Error::StillRunning { limit, .. }) => {
                let stopped = execution::stop(self.stack, &arn, "the check gave it up").await?;
                match execution::ended(self.stack, &arn).await? {
                    Some(ended) if !stopped => (ended, None),
                    _ => (Ended { status: ExecutionStatus::Running, error: None }, Some(limit)),
                }
            }
            Err(error) => return Err(error),
        };
        if stopped_after.is_some() {
            // It may have gone through thousands of states; the last ones tell what it is about.
            let trail = execution::last_of_trail(self.stack, &arn).await?;
            let (cause, notices, given) = (String::new(), Vec::new(), Vec::new());
            return Ok((arn, ObservedExecution { ended, cause, stopped_after, trail, notices, given }));
        }
        let trail = execution::trail(self.stack, &arn).await?;
        let published = |visited: &Visited| does(self.machine.state(&visited.state)) == Some(Does::Publishes);
        if trail.visited.iter().any(published) {
            self.mailbox.notices(&arn, NOTICE_LIMIT).await?;
        }
        let (given, cause) = evidence(self.stack, &arn).await?;
        let observed = ObservedExecution { ended, cause, stopped_after, trail, given, notices: Vec::new() };
        Ok((arn, observed))
    }

    /// Registers and completes a fare as another execution of it would.
    async fn complete(&self, input: &serde_json::Value) -> Result<()> {
        let request = FareRequest::from_json(input).map_err(|source| Error::NotAFare { source })?;
        let table = DynamoDbFares::new(self.stack.clients.dynamodb.clone(), &self.stack.outputs.fares_table);
        let now = SystemClock.now();
        let failed = |error| Error::Aws { operation: "UpdateItem", source: Box::new(error) };
        let registered = table.insert(FareRecord::registered(&request, now)).await.map_err(failed)?;
        let completed = table.complete(FareRecord::completed(&request, now)).await.map_err(failed)?;
        match (registered, completed) {
            (Conditional::Written(_), Conditional::Written(_)) => Ok(()),
            _ => Err(Error::NameTaken { name: request.fare_id().to_string() }),
        }
    }
}
