//! New versions of Sluice itself: looked for where the release's configuration says so, installed when a person says so.
//!
//! A build without a public key and an address (`plugins.updater`, which the release workflow writes) looks for nothing.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tauri::{AppHandle, Config, Manager as _};
use tauri_plugin_updater::{Update, UpdaterExt as _};

use crate::{background, notification, tray};

/// The name of the plugin in the configuration.
const PLUGIN: &str = "updater";
/// The time between two looks.
const PACE: Duration = Duration::from_hours(24);

/// The version that was found and not installed yet.
#[derive(Default)]
struct Found(Mutex<Option<Update>>);

/// Whether this build knows where new versions are and by which key they are signed.
pub(crate) fn is_configured(config: &Config) -> bool {
    config.plugins.0.contains_key(PLUGIN)
}

/// Looks for a new version now and every day. Ends at once in a build that is not configured for it.
pub(crate) async fn look_for_updates(app: AppHandle) {
    if !app.config().plugins.0.contains_key(PLUGIN) {
        return;
    }
    app.manage(Found::default());
    loop {
        match look(&app).await {
            Ok(Some(update)) => {
                tracing::info!(version = update.version, "there is a new version of Sluice");
                *found(&app.state::<Found>()) = Some(update);
                tray::wake(&app);
            }
            Ok(None) => {}
            Err(cause) => tracing::warn!(%cause, "new versions of Sluice cannot be looked for"),
        }
        tokio::time::sleep(PACE).await;
    }
}

/// The version that waits to be installed.
pub(crate) fn waiting(app: &AppHandle) -> Option<String> {
    let state = app.try_state::<Found>()?;
    found(&state).as_ref().map(|update| update.version.clone())
}

/// Fetches the version that was found, checks its signature, puts it in place and starts it. What goes on in the
/// background ends first, as when a person quits.
pub(crate) fn install(app: &AppHandle) {
    let Some(update) = app.try_state::<Found>().and_then(|state| found(&state).clone()) else { return };
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        match update.download_and_install(|_, _| {}, || {}).await {
            Ok(()) => background::restart(&app),
            Err(cause) => {
                let title = format!("Sluice {} is not installed", update.version);
                notification::complain(&app, &title, &cause.to_string());
            }
        }
    });
}

async fn look(app: &AppHandle) -> tauri_plugin_updater::Result<Option<Update>> {
    app.updater()?.check().await
}

fn found<'f>(state: &'f tauri::State<'_, Found>) -> std::sync::MutexGuard<'f, Option<Update>> {
    state.0.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_without_a_key_looks_for_nothing() {
        let read = |plugins: &str| -> Config {
            let text = format!(r#"{{ "identifier": "dev.sluice.app", "plugins": {plugins} }}"#);
            serde_json::from_str(&text).expect("a configuration")
        };
        assert!(!is_configured(&read("{}")));
        assert!(is_configured(&read(r#"{ "updater": { "pubkey": "k", "endpoints": [] } }"#)));
        let own: Config = serde_json::from_str(include_str!("../tauri.conf.json")).expect("our configuration");
        assert!(!is_configured(&own), "keys come from the release workflow only");
    }
}
