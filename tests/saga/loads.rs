//! `fare load`, and stacks that are not there.

use serde_json::json;

use crate::harness::{Test, test};
use crate::tool::{assert_ended, document, run};
use crate::world::with_stack;

pub(crate) const TESTS: &[Test] = &[
    test!(a_load_run_collects_its_fares_reconciles_them_and_draws_what_each_took),
    test!(runs_with_more_and_more_clients_are_told_one_by_one_and_drawn),
    test!(a_load_run_whose_card_is_declined_says_where_to_look),
    test!(the_demonstration_needs_to_see_the_gateway_and_plays_nothing_without),
    test!(a_stack_that_is_not_there_is_named_with_its_region),
];

/// LocalStack interprets all executions, and hands on all that functions ask of their tables, with one processor: up to
/// 1.2 s of it for a fare. Two dozen fares at once keep each function waiting for its table for longer than the 1.5 s that
/// it gives an answer. On a slow machine that goes on for as long as the state is retried, and then the fare fails, as it is
/// to. What is shown here is not how much an engine bears.
const UNDER_WAY: [&str; 2] = ["--concurrency", "4"];

fn a_load_run_collects_its_fares_reconciles_them_and_draws_what_each_took() {
    with_stack(async |_| {
        let directory = tempfile::tempdir().expect("a directory can be made");
        let plot = directory.path().join("load.png");
        let plot = plot.to_str().expect("a plain path");
        let load = ["load", "--count", "24", "--rate", "20", "--customers", "5", "--output", "json", "--plot", plot];
        let told = document(&assert_ended(&run(&[load.as_slice(), &UNDER_WAY].concat()), 0));
        assert_eq!(told["outcomes"], json!({"collected": 24}));
        assert_eq!((&told["agree"], &told["disagreementsInAll"]), (&json!(true), &json!(0)));
        let latency = |percentile: &str| told["latencyMilliseconds"][percentile].as_u64().expect("a number");
        assert!(0 < latency("p50") && latency("p50") <= latency("p99") && latency("p99") <= latency("p100"), "{told}");
        let picture = std::fs::read(plot).expect("a picture is there");
        assert_eq!(picture.get(1..4), Some(b"PNG".as_slice()));
        // They are fares like any other.
        let first = format!("{}0", told["prefix"].as_str().expect("a prefix"));
        let shown = document(&assert_ended(&run(&["show", &first, "--output", "json"]), 0));
        assert_eq!(shown["fare"]["status"], "completed");
    });
}

fn runs_with_more_and_more_clients_are_told_one_by_one_and_drawn() {
    with_stack(async |_| {
        let directory = tempfile::tempdir().expect("a directory can be made");
        let plot = directory.path().join("throughput.png");
        let plot = plot.to_str().expect("a plain path");
        let load = ["load", "--clients", "1,3", "--per-client", "2", "--output", "json", "--plot", plot];
        let told = document(&assert_ended(&run(&load), 0));
        let runs = told["runs"].as_array().expect("runs");
        for (run, clients) in runs.iter().zip([1, 3]) {
            assert_eq!((&run["clients"], &run["fares"]), (&json!(clients), &json!(2 * clients)));
            assert_eq!((&run["outcomes"], &run["agree"]), (&json!({"collected": 2 * clients}), &json!(true)));
            assert_eq!((&run["failed"], &run["lost"]), (&json!(0), &json!(0)));
        }
        assert_eq!((runs.len(), &told["agree"]), (2, &json!(true)));
        assert_ne!(runs.first().map(|run| &run["prefix"]), runs.last().map(|run| &run["prefix"]));
        let picture = std::fs::read(plot).expect("a picture is there");
        assert_eq!(picture.get(1..4), Some(b"PNG".as_slice()));
    });
}

fn a_load_run_whose_card_is_declined_says_where_to_look() {
    with_stack(async |_| {
        let load = ["load", "--count", "2", "--payment-method", "pm_card_chargeDeclined"];
        let told = assert_ended(&run(&load), 1);
        let command =
            told.lines().find_map(|line| line.strip_prefix("why one was not collected: fare ")).expect("it says");
        let words: Vec<_> = command.split(' ').collect();
        assert!(assert_ended(&run(&words), 0).contains("declined"), "{told}");
    });
}

fn the_demonstration_needs_to_see_the_gateway_and_plays_nothing_without() {
    with_stack(async |world| {
        for view in ["", "http://127.0.0.1:1"] {
            let mut demo = crate::tool::command(&["demo", "--stack", &world.stack.name]);
            let output = demo.env("GATEWAY_VIEW_URL", view).output().expect("fare runs");
            assert_ended(&output, if view.is_empty() { 2 } else { 3 });
            assert!(output.stdout.is_empty(), "{output:?}");
        }
    });
}

fn a_stack_that_is_not_there_is_named_with_its_region() {
    with_stack(async |_| {
        let output = run(&["list", "--stack", "nobody-deployed-this"]);
        assert_ended(&output, 4);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.contains("there is no stack nobody-deployed-this in region "), "{told}");
    });
}
