//! What the engine has on record of an execution, told again by the interpreter.

use std::sync::Arc;

use aws_sdk_sfn::types::ExecutionStatus;
use fare_cli::execution::{self, ExecutionArn};
use saga_explorer::asl::{Definition, Ending, Execution, Failure, Identity, Need, ServiceCall};
use serde_json::{Value, json};

use crate::world::World;

/// What the engine has on record of an execution that has ended.
pub(super) struct Account {
    pub(super) arn: ExecutionArn,
    identity: Identity,
    input: Value,
    /// What each attempt at a task came to, in order.
    answers: Vec<Result<Value, Failure>>,
    pub(super) course: Course,
}

/// Which way an execution went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Course {
    /// The states entered, and how often the task of each was tried.
    pub(super) path: Vec<(String, u32)>,
    ending: Ending,
}

impl Account {
    pub(super) async fn read(world: &World, arn: &ExecutionArn) -> Self {
        let sfn = &world.clients().sfn;
        let about = sfn.describe_execution().execution_arn(arn.as_str()).send().await.expect("it can be asked");
        let path = execution::path(&world.stack, arn).await.expect("the history can be read");
        let mut pages = sfn.get_execution_history().execution_arn(arn.as_str()).into_paginator().items().send();
        let mut answers = Vec::new();
        while let Some(event) = pages.next().await {
            let event = event.expect("the history can be read");
            if let Some(done) = event.task_succeeded_event_details() {
                answers.push(Ok(json_of(done.output())));
            } else if let Some(failed) = event.task_failed_event_details() {
                let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
                answers.push(Err(Failure { error: text(failed.error()), cause: text(failed.cause()) }));
            }
        }
        let machine = about.state_machine_arn();
        let started_at = about.start_date().to_millis().expect("the date can be told");
        let identity = Identity {
            execution_arn: arn.to_string(),
            name: about.name().expect("it has a name").to_owned(),
            state_machine_arn: machine.to_owned(),
            state_machine_name: machine.rsplit(':').next().expect("an ARN ends in a name").to_owned(),
            started_at_ms: u64::try_from(started_at).expect("it is past 1970"),
        };
        let ending = if *about.status() == ExecutionStatus::Succeeded {
            Ending::Succeeded { output: Arc::new(json_of(about.output())) }
        } else {
            assert_eq!(*about.status(), ExecutionStatus::Failed, "{arn}");
            Ending::Failed { error: about.error().map(str::to_owned), cause: about.cause().map(str::to_owned) }
        };
        let path = path.into_iter().map(|visit| (visit.state, visit.attempts)).collect();
        Self { arn: arn.clone(), identity, input: json_of(about.input()), answers, course: Course { path, ending } }
    }

    /// Asserts that the interpreter makes of the engine's answers what the engine made of them, and says the same meanwhile.
    pub(super) fn assert_retold(&self, definition: &Arc<Definition>, notices: &[Value]) {
        let (identity, input) = (Arc::new(self.identity.clone()), Arc::new(self.input.clone()));
        let mut execution = Execution::start(Arc::clone(definition), identity, input);
        let mut answers = self.answers.iter().cloned();
        let mut said = Vec::new();
        loop {
            match execution.need().clone() {
                Need::Task(task) => {
                    let answer = answers.next().unwrap_or_else(|| panic!("{}: only here {task:?}", self.arn));
                    match &task.service {
                        // The history has Lambda's whole response, of which the interpreter takes what the function returned.
                        ServiceCall::Invoke { .. } => {
                            execution.answer(answer.map(|mut response| response["Payload"].take()))
                        }
                        ServiceCall::Publish { message: notice, .. }
                        | ServiceCall::SendMessage { body: notice, .. } => {
                            said.push(notice.clone());
                            execution.answer(answer);
                        }
                        ServiceCall::DescribeExecution { .. } => execution.answer(answer),
                    }
                }
                Need::Backoff(_) => execution.waited(),
                Need::Ended(_) => break,
            }
        }
        assert_eq!(Course::of(&execution), self.course, "{}", self.arn);
        assert_eq!((answers.next(), said.as_slice()), (None, notices), "{}", self.arn);
    }
}

fn json_of(text: Option<&str>) -> Value {
    serde_json::from_str(text.expect("the engine has it on record")).expect("it is JSON")
}

impl Course {
    pub(super) fn of(execution: &Execution) -> Self {
        let Need::Ended(ending) = execution.need() else { panic!("it has not ended: {execution:?}") };
        let path = execution.path().iter().map(|visit| (visit.state.to_string(), visit.attempts)).collect();
        Self { path, ending: ending.clone() }
    }

    /// Without what is another on each run: these names, the ids that the gateway and the topic give, and of an event that
    /// was passed over, who ended where and when. Without what not every engine says, too: ministack's events have fields about
    /// redriving, which the explorer's have not.
    pub(super) fn comparable(&self, names: &[(&str, &str)]) -> Self {
        let Ending::Succeeded { output } = &self.ending else { return self.clone() };
        let text = names.iter().fold(output.to_string(), |text, (name, common)| text.replace(name, common));
        let mut output = json_of(Some(&text));
        let ids = [("charge", "paymentId"), ("notice", "MessageId")];
        for (place, id) in ids {
            if let Some(id) = output.get_mut(place).and_then(|result| result.get_mut(id)) {
                assert!(id.as_str().is_some_and(|id| !id.is_empty()), "{self:?}");
                *id = json!("given");
            }
        }
        if let Some(detail) = output.get_mut("detail").and_then(Value::as_object_mut) {
            let told = ["status", "error", "cause", "input", "inputDetails", "output", "outputDetails"];
            detail.retain(|field, _| told.contains(&field.as_str()));
            output =
                json!({"source": output["source"], "detail-type": output["detail-type"], "detail": output["detail"]});
        }
        Self { path: self.path.clone(), ending: Ending::Succeeded { output: Arc::new(output) } }
    }
}
