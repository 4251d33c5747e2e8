//! `gateway-simulator`: serves the stand-in for Stripe on the loopback interface.

use std::io::Write;
use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, ensure};
use clap::Parser;
use gateway_simulator::{Gateway, Settings, server};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// A stateful stand-in for Stripe's PaymentIntents and Refunds API. It keeps everything in memory.
#[derive(Parser)]
#[command(version)]
struct Flags {
    /// Where to listen; port 0 takes a free one, which the ready line tells.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Listen where other machines can reach it. It knows no real secret, but its state can be changed by anyone.
    #[arg(long)]
    allow_non_loopback: bool,
    /// How long after its creation an intent can be found by search.
    #[arg(long, default_value_t = 0)]
    search_lag_milliseconds: u64,
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
    // Before the ready line: whoever reads it may stop the process at once.
    let (terminate, interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let listener =
        TcpListener::bind(flags.listen).await.with_context(|| format!("cannot listen on {}", flags.listen))?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "gateway-simulator listening on http://{}", listener.local_addr()?)?;
    stdout.flush()?;
    server::serve(listener, Gateway::new(settings), either(terminate, interrupt)).await.context("cannot serve")
}

async fn either(mut terminate: Signal, mut interrupt: Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
