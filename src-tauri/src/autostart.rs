//! Starting with the session: off until the settings say so.

use sluice_api::Api;
use sluice_api::command::{Answers, GetSettings};
use sluice_api::view::common::Nothing;
use tauri::AppHandle;
use tauri_plugin_autostart::{AutoLaunchManager, Error, ManagerExt as _};

/// Makes the system's list of what starts with the session say what is wanted.
///
/// # Errors
/// When the system's list cannot be read or written.
pub(crate) async fn follow(app: &AppHandle, is_wanted: bool) -> Result<(), Error> {
    let app = app.clone();
    // It is a file or a registry key.
    let followed = tauri::async_runtime::spawn_blocking(move || {
        let list: tauri::State<'_, AutoLaunchManager> = app.autolaunch();
        match (list.is_enabled()?, is_wanted) {
            (false, true) => list.enable(),
            (true, false) => list.disable(),
            _ => Ok(()),
        }
    });
    followed.await.unwrap_or(Ok(()))
}

/// The same, as the settings are now: the file may have been edited by hand. What fails is said in the log.
pub(crate) async fn follow_settings(app: &AppHandle, api: &Api) {
    let followed = match Answers::<GetSettings>::answer(api, Nothing {}).await {
        Ok(settings) => follow(app, settings.values.autostart).await,
        Err(error) => return tracing::warn!(%error, "the session's start does not follow the settings"),
    };
    if let Err(cause) = followed {
        tracing::warn!(%cause, "the session's start does not follow the settings");
    }
}
