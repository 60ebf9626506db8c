//! The developer's verbs: `cargo xtask demo`, `test`, `codegen`, `screenshots`,
//! `bench`, `cluster`, `package`.
//!
//! It installs what the machine lacks (on Debian, where it may), builds and runs. It has no dependencies, so that it is
//! compiled in a second on a machine that has nothing but Rust. To add a verb: a file here and a line in `VERBS`; to add
//! a tier of tests: a line in `tiers.rs`; a part that tests need: a line in `parts.rs`.

#![allow(clippy::print_stdout, clippy::print_stderr)] // What it prints is its product.

mod bench;
mod cargo;
mod cluster;
mod debian;
mod package;
mod page;
mod parts;
mod test;
mod tiers;

use std::process::ExitCode;

const USAGE: &str = "\
The developer's verbs of Sluice:

  cargo xtask demo [--headless]   open the window on the demo; with --headless go through it in this terminal
  cargo xtask test [TIER…]        run the tests: all tiers, cheap ones first, or only the named ones
  cargo xtask test --list         the tiers and what they need
  cargo xtask codegen             write the UI's TypeScript from the list of commands and the views
  cargo xtask screenshots [FOLDER] [WORD]
                                  every screen (or those whose name holds WORD) in both themes, languages and sizes
  cargo xtask cluster [--run]     find a Kubernetes API server for the tests, or build one, once; --run starts it
  cargo xtask bench [--runs N]    whole-process measurements of a release build
  cargo xtask package [KINDS]     the packages that people install: deb,rpm here; dmg, nsis and msi on their systems

Missing Debian packages are installed where that is allowed (root, or sudo), otherwise they are named.
Builds go to the user's cache folder, unless CARGO_TARGET_DIR says otherwise.";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (verb, rest) = match words.split_first() {
        Some((verb, rest)) => (verb.as_str(), rest),
        None => ("help", &[][..]),
    };
    let outcome = match verb {
        "demo" => demo(rest),
        "test" => test::run(rest),
        "codegen" => codegen(rest),
        "screenshots" => screenshots(rest),
        "bench" => bench::run(rest),
        "package" => package::run(rest),
        "cluster" => cluster::run(rest),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(format!("`{verb}` is no verb of cargo xtask\n\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Opens the window on the demo, or lets the command line go through it with `--headless`. Either gets the arguments.
fn demo(arguments: &[String]) -> Result<(), String> {
    if arguments.iter().any(|word| word == "--headless") {
        parts::ensure(&[parts::Need::Build])?;
        let program = ["--quiet", "--package", "sluice-cli", "--bin", "sluice", "--", "demo"];
        return cargo::run("run", &program, arguments);
    }
    if !has_display() {
        return Err(
            "there is no display to open the window on; see the demo here: cargo xtask demo --headless".to_owned()
        );
    }
    parts::ensure(&[parts::Need::Build, parts::Need::Window, parts::Need::Node])?;
    page::build()?;
    let window = ["--package", "sluice-desktop", "--features", "custom-protocol", "--bin", "sluice-desktop"];
    cargo::run("run", &[&window[..], &["--", "--demo"]].concat(), arguments)
}

/// Whether a window can be opened: on Linux a session names its display.
fn has_display() -> bool {
    let is_named = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_named("DISPLAY") || is_named("WAYLAND_DISPLAY")
}

/// Builds the small program that writes the UI's half of the contract, and runs it.
fn codegen(arguments: &[String]) -> Result<(), String> {
    if !arguments.is_empty() {
        return Err("usage: cargo xtask codegen".to_owned());
    }
    let file = cargo::root().join("ui/src/api/generated.ts");
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    }
    let program = ["--quiet", "--package", "sluice-api", "--bin", "sluice-codegen", "--"];
    cargo::run("run", &program, &[file.display().to_string()])
}

/// Takes the pictures into a folder, `screenshots` in the user's cache unless another is named.
fn screenshots(arguments: &[String]) -> Result<(), String> {
    let (folder, word) = match arguments {
        [] => (None, None),
        [folder] => (Some(folder), None),
        [folder, word] => (Some(folder), Some(word.as_str())),
        _ => return Err("usage: cargo xtask screenshots [FOLDER] [WORD]".to_owned()),
    };
    let folder = folder.map_or_else(|| cargo::cache_dir().join("screenshots"), std::path::PathBuf::from);
    let folder = std::path::absolute(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    parts::ensure(&[parts::Need::Build, parts::Need::Node, parts::Need::Browser, parts::Need::Fonts])?;
    page::build()?;
    // What the tests' build leaves, so that either finds the other's work done.
    test::build(None)?;
    page::take_pictures(&folder, word)?;
    println!("the pictures are in {}", folder.display());
    Ok(())
}
