//! The event that EventBridge delivers when an execution has ended.

use serde_json::{Value, json};

use super::execution::Execution;
use super::identity::Moment;
use super::need::{Ending, Need};
use super::payload::escaped_bytes;

/// Whether a status event carries `error` and `cause`.
///
/// Undecided by the documentation: the event's structure (guide, "Automating Step Functions event delivery with EventBridge",
/// "Execution Status Change") lists neither and its examples have neither, while an older edition says that the detail "provides
/// the same information as the DescribeExecution API", which has both, and the local engine sends both. Whoever reads events must
/// be right with either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorDetail {
    /// Both are there: strings for a failed execution that has them, else `null`.
    Given,
    /// Neither is there.
    Omitted,
    /// Input, error and cause are withheld, as they are where a customer-managed key encrypts executions (guide, "Data at rest
    /// encryption", FAQ). In which form is not said: here the fields are null.
    Withheld,
}

/// The most that escaped input and output together may have (guide, "Execution Status Change", "Remarks").
const MOST_ESCAPED_BYTES: usize = 248 * 1024;

impl Execution {
    /// The `Step Functions Execution Status Change` event of an execution that has ended, `None` before. `event_id` is the
    /// event's own `id`, the same at every delivery of it; `stopped_at_ms` counts milliseconds since 1970.
    #[must_use]
    pub fn status_event(&self, event_id: &str, stopped_at_ms: u64, errors: ErrorDetail) -> Option<Value> {
        let Need::Ended(ending) = self.need() else { return None };
        let (status, output, error, cause) = match ending {
            Ending::Succeeded { output } => ("SUCCEEDED", Some(output.to_string()), None, None),
            Ending::Failed { error, cause } => ("FAILED", None, error.as_deref(), cause.as_deref()),
            Ending::Aborted => ("ABORTED", None, None, None),
            Ending::TimedOut => ("TIMED_OUT", None, None, None),
        };
        let identity = self.identity();
        let input = self.input().to_string();
        let output_escaped = output.as_deref().map_or(0, escaped_bytes);
        let input_fits = escaped_bytes(&input).saturating_add(output_escaped) <= MOST_ESCAPED_BYTES;
        let input_included = input_fits && errors != ErrorDetail::Withheld;
        let output_included = output_escaped <= MOST_ESCAPED_BYTES;
        let mut detail = json!({
            "executionArn": identity.execution_arn,
            "stateMachineArn": identity.state_machine_arn,
            "name": identity.name,
            "status": status,
            "startDate": identity.started_at_ms,
            "stopDate": stopped_at_ms,
            "input": input_included.then_some(input),
            "inputDetails": { "included": input_included },
            "output": output.as_deref().filter(|_| output_included),
            "outputDetails": output.as_deref().map(|_| json!({ "included": output_included })),
        });
        let (error, cause) = match errors {
            ErrorDetail::Given => (Some(error), Some(cause)),
            ErrorDetail::Omitted => (None, None),
            ErrorDetail::Withheld => (Some(None), Some(None)),
        };
        if let (Some(error), Some(cause), Some(fields)) = (error, cause, detail.as_object_mut()) {
            fields.insert("error".to_owned(), error.into());
            fields.insert("cause".to_owned(), cause.into());
        }
        // arn:partition:states:region:account:execution:machine:name
        let mut arn = identity.execution_arn.split(':').skip(3);
        let (region, account) = (arn.next().unwrap_or_default(), arn.next().unwrap_or_default());
        Some(json!({
            "version": "0",
            "id": event_id,
            "detail-type": "Step Functions Execution Status Change",
            "source": "aws.states",
            "account": account,
            "time": format!("{}Z", Moment::of(stopped_at_ms).seconds),
            "region": region,
            "resources": [identity.execution_arn],
            "detail": detail,
        }))
    }
}

impl Execution {
    /// What `DescribeExecution` tells of an execution as it stands now (API reference, "DescribeExecution", Response Elements),
    /// as an integration with the SDK names it.
    #[must_use]
    pub fn described(&self) -> Value {
        let (status, error, cause) = match self.need() {
            Need::Task(_) | Need::Backoff(_) => ("RUNNING", None, None),
            Need::Ended(Ending::Succeeded { .. }) => ("SUCCEEDED", None, None),
            Need::Ended(Ending::Failed { error, cause }) => ("FAILED", error.as_deref(), cause.as_deref()),
            Need::Ended(Ending::Aborted) => ("ABORTED", None, None),
            Need::Ended(Ending::TimedOut) => ("TIMED_OUT", None, None),
        };
        let mut described = json!({
            "ExecutionArn": self.identity().execution_arn,
            "Input": self.input().to_string(),
            "Status": status,
        });
        if let Some(fields) = described.as_object_mut() {
            fields.extend(error.map(|error| ("Error".to_owned(), error.into())));
            fields.extend(cause.map(|cause| ("Cause".to_owned(), cause.into())));
        }
        described
    }
}
