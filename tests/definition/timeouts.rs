//! Whoever waits must wait longer than what it waits for.

use function_host::OPERATION_TIMEOUT;
use serde_yaml_ng::Value;

use crate::machine::both;
use crate::template::template;

/// For each function, how many operations on its table and how many requests to the gateway its longest action makes.
const LONGEST_ACTIONS: [(&str, u64, u64); 6] = [
    // register: the trigger's cancel, then the insert.
    ("RegisterFareFunction", 2, 0),
    // complete, cancel; and watch, whose questions are asked at once.
    ("DecideFareFunction", 1, 0),
    // charge: intent, next generation, capture recorded, and the next generation for the capture; replay, list, authorise
    // afresh, capture, retrieve, capture afresh.
    ("ChargeFareFunction", 4, 6),
    // refund: two rounds of two, of which the last round ends with one; then replay, retrieve, search, retrieve, void
    // overtaken by a capture, refunds, refund. Repeated requests and new generations only use what time is left: the
    // client cuts them to the invocation's end, and the next invocation goes on from the record.
    ("RefundFareFunction", 4, 7),
    // credit: the trigger's closing of the account, then the entry.
    ("CreditCustomerFunction", 2, 0),
    // debit: two rounds of two.
    ("DebitCustomerFunction", 4, 0),
];

/// The function's timeout in seconds.
fn function_timeout(template: &Value, function: &str) -> u64 {
    let properties = &template["Resources"][function]["Properties"];
    properties["Timeout"].as_u64().unwrap_or_else(|| panic!("{function} has no Timeout"))
}

#[test]
fn every_task_waits_longer_than_its_function_may_run() {
    let template = template();
    for machine in both() {
        for (name, substitution, _) in machine.function_tasks() {
            let function = substitution.trim_start_matches("${").trim_end_matches("Arn}");
            let task = machine.states[name]["TimeoutSeconds"].as_u64().unwrap();
            let function = function_timeout(&template, function);
            assert!(task > function, "{name} waits {task} s for a function that may run {function} s");
        }
    }
}

#[test]
fn every_function_may_run_longer_than_its_clients_wait() {
    let template = template();
    let gateway = template["Parameters"]["GatewayTimeoutMilliseconds"]["MaxValue"].as_u64().unwrap();
    let table = u64::try_from(OPERATION_TIMEOUT.as_millis()).unwrap();
    for (function, operations, requests) in LONGEST_ACTIONS {
        let clients = operations * table + requests * gateway;
        let function_milliseconds = function_timeout(&template, function) * 1000;
        assert!(function_milliseconds > clients, "{function}: {function_milliseconds} ms for {clients} ms of clients");
    }
}
