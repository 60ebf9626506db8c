//! The page's one way in: a command by its name, as the list of the API knows it.

use serde_json::Value;
use sluice_api::{Api, WireError};
use tauri::State;

/// Has a command of the list answered.
#[tauri::command]
pub(crate) async fn call(api: State<'_, Api>, name: String, request: Value) -> Result<Value, WireError> {
    api.call(&name, request).await
}
