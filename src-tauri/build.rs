//! Lets Tauri read its configuration, capabilities and icons at build time. The command is named so that the page may call
//! it only where a capability says so.

use tauri_build::{AppManifest, Attributes};

fn main() {
    let commands = AppManifest::new().commands(&["call"]);
    if let Err(error) = tauri_build::try_build(Attributes::new().app_manifest(commands)) {
        panic!("{error:#}");
    }
}
