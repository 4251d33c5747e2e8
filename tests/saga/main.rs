//! The deployed stack as its users see it: executions are started as the console starts them, and what became of them is
//! read from the tables, the queues and the gateway's log.
//!
//! The stack is found through the environment: `AWS_ENDPOINT_URL`, `FARE_STACK`, `GATEWAY_VIEW_URL`. `make test`
//! provides one; so does `fare local -- cargo test -p integration-tests --test saga`.

mod gate;
mod input;
mod interpreter;
mod outcomes;
mod privacy;
mod recovered;
mod recovery;
mod recovery_events;
mod repetition;
mod simulated_gateway;
mod stopped;
mod world;
