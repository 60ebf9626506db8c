//! `cargo xtask package`: the packages that people install, with the window and the command line in them.
//!
//! Tauri's bundler makes them, from `src-tauri/tauri.conf.json`; on Linux the command line goes into the same package. An
//! updater is built in only where the environment says where new versions are and by which key they are signed.

use std::path::Path;
use std::process::Command;

use crate::{cargo, page, parts};

/// The packages of a system that are made without being asked for by name.
const USUAL: &str = if cfg!(target_os = "macos") {
    "dmg,app"
} else if cfg!(windows) {
    "nsis,msi"
} else {
    "deb,rpm"
};

/// The address of the list of new versions, and the public half of the key that signs them. The secret half is where
/// Tauri looks for it: `TAURI_SIGNING_PRIVATE_KEY`, with `TAURI_SIGNING_PRIVATE_KEY_PASSWORD`.
const UPDATES: [&str; 2] = ["SLUICE_UPDATE_URL", "SLUICE_UPDATE_KEY"];

/// Builds the named packages, or this system's usual ones.
pub(crate) fn run(words: &[String]) -> Result<(), String> {
    let bundles = match words {
        [] => USUAL,
        [bundles] if !bundles.starts_with('-') => bundles,
        _ => return Err("usage: cargo xtask package [deb,rpm,appimage,dmg,app,nsis,msi]".to_owned()),
    };
    parts::ensure(&[parts::Need::Build, parts::Need::Window, parts::Need::Node])?;
    page::install()?;
    cargo::run("build", &["--release", "--package", "sluice-cli"], &[])?;
    let folder = cargo::target_dir().join("release");
    let configuration =
        configuration(&folder.join(format!("sluice{}", std::env::consts::EXE_SUFFIX)), UPDATES.map(variable))?;
    let mut tauri = Command::new(page::program("tauri"));
    tauri.args(["build", "--ci", "--bundles", bundles, "--config", &configuration]);
    tauri.current_dir(cargo::root().join("src-tauri")).env("CARGO_TARGET_DIR", cargo::target_dir());
    cargo::check(&mut tauri, "tauri build")?;
    println!("packages are in {}", folder.join("bundle").display());
    Ok(())
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// What is put on top of `tauri.conf.json`, as JSON.
fn configuration(command_line: &Path, updates: [Option<String>; 2]) -> Result<String, String> {
    let command_line = quoted(command_line.to_str().ok_or("the name of the target folder is no Unicode text")?);
    let files = format!(r#"{{ "files": {{ "/usr/bin/sluice": {command_line} }} }}"#);
    let linux = format!(r#""linux": {{ "deb": {files}, "rpm": {files} }}"#);
    Ok(match updates {
        [None, None] => format!(r#"{{ "bundle": {{ {linux} }} }}"#),
        [Some(address), Some(key)] => {
            let (address, key) = (quoted(&address), quoted(&key));
            let updater = format!(r#""updater": {{ "endpoints": [{address}], "pubkey": {key} }}"#);
            format!(r#"{{ "bundle": {{ "createUpdaterArtifacts": true, {linux} }}, "plugins": {{ {updater} }} }}"#)
        }
        _ => return Err(format!("set both of {} or none", UPDATES.join(" and "))),
    })
}

/// A JSON string.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_updater_is_configured_with_both_or_not_at_all() {
        let made =
            |updates: [Option<&str>; 2]| configuration(Path::new("/t/sluice"), updates.map(|it| it.map(str::to_owned)));
        let without = made([None, None]).expect("no updater");
        assert!(!without.contains("updater") && without.contains(r#""/usr/bin/sluice": "/t/sluice""#), "{without}");
        let with = made([Some("https://example.com/latest.json"), Some("key")]).expect("an updater");
        assert!(with.contains(r#""endpoints": ["https://example.com/latest.json"], "pubkey": "key""#), "{with}");
        made([Some("https://example.com/latest.json"), None]).expect_err("an updater that trusts nobody");
    }

    #[test]
    fn paths_of_windows_are_json() {
        assert_eq!(quoted(r#"C:\a "b""#), r#""C:\\a \"b\"""#);
    }
}
