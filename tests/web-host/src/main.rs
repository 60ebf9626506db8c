//! The application without its window: the UI's commands over HTTP on loopback, for tests in a browser.
//!
//! It serves a built UI, answers `POST /api/call/{name}` and `GET /api/events` as `ui/src/api/transport-http.ts` expects
//! them, and runs the engine over the demo's real registry and Git server in a folder of its own. `/control/…` stands for
//! what happens outside of the application: a build pushes a tag, the registry goes away, the agent starts.
//!
//! With `--with-fleet` it begins with five repositories that were run for weeks instead, for pictures and for lists.
//!
//! It prints one line of JSON with its address and ends on Ctrl-C or when its input is closed, so that a test that is
//! killed leaves nothing behind.

mod control;
mod desk;
mod fleet;
mod wire;

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use axum::http::{HeaderValue, header};
use clap::Parser;
use sluice_api::Api;
use sluice_engine::{Engine, EngineOptions, Paths};
use tokio::io::AsyncReadExt as _;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

use control::Outside;
use desk::Desk;
use fleet::Fleet;

/// Serves the UI's commands on 127.0.0.1.
#[derive(Debug, Parser)]
struct Arguments {
    /// The folder of the built UI, such as `ui/dist`.
    #[arg(long)]
    ui: Option<PathBuf>,
    /// The port; a free one unless given.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Adds the demo's repository before the first request.
    #[arg(long)]
    with_demo: bool,
    /// Adds a fleet of five repositories that was run for weeks, before the first request.
    #[arg(long, conflicts_with = "with_demo")]
    with_fleet: bool,
    /// Goes on when the input is closed.
    #[arg(long)]
    keep: bool,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::Builder::new().prefix("sluice-web-host-").tempdir()?;
    let paths = Paths {
        settings: folder.path().join("sluice.toml"),
        data: folder.path().join("data"),
        cache: folder.path().join("cache"),
    };
    let (fleet, options) = match arguments.with_fleet {
        true => Fleet::start(folder.path(), paths).await.map(|(fleet, options)| (Some(fleet), options))?,
        false => (None, EngineOptions::isolated(paths)),
    };
    let desk = Arc::new(Desk::start().await?);
    let api = Api::new(Engine::open(options).await?, desk.clone(), "tester");
    if arguments.with_demo {
        api.call("startDemo", serde_json::Value::Null).await?;
    }
    if let Some(fleet) = &fleet {
        fleet.settle(&api).await?;
    }
    let outside = Arc::new(Outside::new(api.clone(), desk));
    let mut router = wire::router(api).merge(control::router(outside.clone()));
    if let Some(ui) = &arguments.ui {
        let files = ServeDir::new(ui).fallback(ServeFile::new(ui.join("index.html")));
        let policy = SetResponseHeaderLayer::overriding(header::CONTENT_SECURITY_POLICY, content_security_policy()?);
        router = router.fallback_service(files).layer(policy);
    }
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", arguments.port)).await?;
    let line = serde_json::json!({ "address": format!("http://{}", listener.local_addr()?) });
    let mut output = std::io::stdout();
    writeln!(output, "{line}")?;
    output.flush()?;
    tokio::select! {
        served = axum::serve(listener, router) => served?,
        _ = tokio::signal::ctrl_c() => {}
        () = input_closed(), if !arguments.keep => {}
    }
    outside.stop_agent().await;
    Ok(())
}

/// The policy that the window gives its page, so that what it refuses is refused here too. The page asks this host instead
/// of the window's own channel.
fn content_security_policy() -> Result<HeaderValue, Box<dyn std::error::Error>> {
    let window: serde_json::Value = serde_json::from_str(include_str!("../../../src-tauri/tauri.conf.json"))?;
    let policy = window["app"]["security"]["csp"].as_str().ok_or("the window has no content security policy")?;
    let directives = policy.split(';').map(str::trim).map(|directive| match directive.starts_with("connect-src") {
        true => "connect-src 'self'",
        false => directive,
    });
    Ok(HeaderValue::from_str(&directives.collect::<Vec<_>>().join("; "))?)
}

/// Waits until whoever started the host is gone.
async fn input_closed() {
    let mut input = tokio::io::stdin();
    let mut ignored = [0; 256];
    while input.read(&mut ignored).await.is_ok_and(|read| read > 0) {}
}
