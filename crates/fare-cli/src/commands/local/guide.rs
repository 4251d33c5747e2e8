//! What a person needs to use a stack that stands.

use fare_cli::local::StandingStack;

/// Where everything is, and lines to paste.
pub(super) fn guide(local: &StandingStack, console: &str) -> String {
    let outputs = &local.stack.outputs;
    let exports: String =
        local.environment().iter().map(|(name, value)| format!("  export {name}={value}\n")).collect();
    format!(
        r#"The stack {name} stands on this machine. Ctrl-C takes it away.

  console         {console}

  engine          {endpoint}
  gateway         {gateway}
  state machine   {machine}
  tables          {fares}  {payments}  {ledger}
  topic           {topic}
  queues          {success}
                  {failure}

To use it from another terminal, paste:

{exports}
  aws stepfunctions start-execution --state-machine-arn {machine} \
    --name wr_563 --input '{{"fareId":"wr_563","customerId":"3","fareAmount":"$20.00","paymentMethod":"pm_card_visa"}}'

  aws stepfunctions describe-execution --execution-arn {execution}

  aws --endpoint-url {endpoint} sqs receive-message --queue-url {success}

  curl -s '{gateway}/_simulator/holdings?fare_reference={reference}'
"#,
        name = local.stack.name,
        endpoint = local.endpoint,
        gateway = local.gateway_url,
        machine = outputs.state_machine_arn,
        fares = outputs.fares_table,
        payments = outputs.payments_table,
        ledger = outputs.ledger_table,
        topic = outputs.notification_topic_arn,
        success = outputs.success_queue_url,
        failure = outputs.failure_queue_url,
        execution = fare_cli::execution::ExecutionArn::of(&outputs.state_machine_arn, "wr_563"),
        reference = local.stack.fare_reference("wr_563"),
    )
}
