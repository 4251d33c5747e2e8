//! `gateway-simulator`: serves the stand-in for Stripe on the loopback interface.

use std::io::Write;
use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, ensure};
use clap::Parser;
use gateway_simulator::server::{InMemory, ServerOptions};
use gateway_simulator::{ExpectedKey, Fault, Gateway, Settings, server};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// A stateful stand-in for Stripe's PaymentIntents and Refunds API. It keeps everything in memory.
#[derive(Parser)]
#[command(version, after_long_help = more())]
struct Flags {
    /// Where to listen; port 0 takes a free one, which the ready line tells.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Listen where other machines can reach it. It knows no real secret, but anyone can change its state who has the expected
    /// key, or anyone at all if none is expected.
    #[arg(long)]
    allow_non_loopback: bool,
    /// How long after its creation an intent can be found by search.
    #[arg(long, default_value_t = 0)]
    search_lag_milliseconds: u64,
    /// The one key that opens the gateway and its own pages: 8 to 255 letters, digits and `_`. Without it, any key opens
    /// the gateway, and its own pages need none. Other users of the machine can see the flag, and not the variable.
    #[arg(long, env = "GATEWAY_SIMULATOR_KEY", hide_env_values = true)]
    expected_key: Option<String>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let flags = Flags::parse();
    ensure!(
        flags.listen.ip().is_loopback() || flags.allow_non_loopback,
        "{} is not a loopback address; --allow-non-loopback permits it",
        flags.listen
    );
    let settings = Settings {
        search_lag_ms: flags.search_lag_milliseconds,
        id_salt: Settings::salt_from(SystemTime::now().duration_since(UNIX_EPOCH)?),
        ..Settings::default()
    };
    let expected_key = flags.expected_key.as_deref().map(ExpectedKey::new).transpose().context("--expected-key")?;
    let app = server::router(InMemory::new(Gateway::new(settings)), ServerOptions { expected_key });
    // Before the ready line: whoever reads it may stop the process at once.
    let (terminate, interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let listener =
        TcpListener::bind(flags.listen).await.with_context(|| format!("cannot listen on {}", flags.listen))?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "gateway-simulator listening on http://{}", listener.local_addr()?)?;
    stdout.flush()?;
    server::serve(listener, app, either(terminate, interrupt)).await.context("cannot serve")
}

async fn either(mut terminate: Signal, mut interrupt: Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

fn more() -> String {
    let faults: Vec<_> = Fault::all().map(Fault::name).collect();
    format!(
        "It can be told to misbehave, by a payment method or from outside:\n\
         \n  pm_sim_<operation>_<fault>[_<times>], such as pm_sim_capture_answer_lost or pm_sim_refund_unavailable_3;\
         \n  an operation is authorise, capture, void or refund, and the fault strikes the first such requests of a payment\
         \n  POST /_simulator/faults         fault, operation, times=1, skip=0, milliseconds, retry_after_seconds\
         \n  POST /_simulator/faults/clear\
         \n\nFaults: {}\
         \n\nIts clock can be put forward: POST /_simulator/clock  advance_milliseconds\
         \nIts pages (GET):              /_simulator/health, log, holdings?fare_reference=, faults, clock",
        faults.join(", ")
    )
}
