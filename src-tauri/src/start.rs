//! Opening the engine and the API on it: on a person's own files, or on the built-in demo.

use std::sync::Arc;

use sluice_api::{Api, link};
use sluice_demo::DemoError;
use sluice_engine::{Engine, EngineError, EngineOptions, Paths};
use tauri::AppHandle;

use crate::arguments::Arguments;
use crate::demo::Servers;
use crate::host::Desktop;

/// Why nothing could be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// The engine could not.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The demo could not.
    #[error(transparent)]
    Demo(#[from] DemoError),
}

/// Opens the engine and the API. Asks nothing of any remote.
///
/// # Errors
/// When the settings are not valid, the database cannot be opened, or the demo's servers cannot be started.
pub(crate) async fn open(app: &AppHandle, arguments: &Arguments, demo: &Arc<Servers>) -> Result<Api, StartError> {
    let options = if arguments.demo {
        EngineOptions::isolated(demo_paths(demo).await?)
    } else {
        let paths = Paths::find(arguments.config.as_deref(), arguments.data_dir.as_deref());
        EngineOptions::of_this_machine(paths.map_err(EngineError::from)?)
    };
    let engine = Engine::open(options).await?;
    forget_demo(&engine).await;
    let start = arguments.link.as_deref().and_then(link::page);
    let host = Desktop { app: app.clone(), demo: demo.clone(), start, is_demo: arguments.demo };
    Ok(Api::new(engine, Arc::new(host), person()))
}

/// Everything in the folder that goes with the demo.
async fn demo_paths(demo: &Servers) -> Result<Paths, DemoError> {
    demo.start().await?;
    let folder = demo.folder().await.unwrap_or_else(std::env::temp_dir);
    Ok(Paths { settings: folder.join("sluice.toml"), data: folder.join("data"), cache: folder.join("cache") })
}

/// Forgets the demo that a person looked at beside their own repositories: its servers end with this program. Done at the
/// end, and at the start for the demo of a program that was killed.
pub(crate) async fn forget_demo(engine: &Engine) {
    if let Err(error) = engine.remove_temporary_sources("agent").await {
        tracing::warn!(%error, "the demo stays in the settings, and nobody answers at its address");
    }
}

/// Who acts, for the audit log: the login name.
fn person() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_else(|| "somebody".to_owned())
}
