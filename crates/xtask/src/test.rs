//! `cargo xtask test`: the one gate, the same for a person and for CI.
//!
//! The workspace's tests are built once, so that every tier runs the same programs; then the tiers run, cheap ones
//! first, all of them even after a failure, and a summary says what each took.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::cargo;
use crate::page;
use crate::parts::{self, Need};
use crate::tiers::{Program, TIERS, Tier, Work};

/// How a tier ended.
enum Outcome {
    Passed,
    Failed(String),
    NotHere(&'static str),
    /// A part that takes long to make could not be made; a person who names the tier is told so by an error.
    NotMade(String),
}

struct Line {
    name: &'static str,
    took: Duration,
    outcome: Outcome,
}

/// Runs the named tiers, or all.
pub(crate) fn run(words: &[String]) -> Result<(), String> {
    if words.iter().any(|word| word == "--list") {
        for tier in TIERS {
            println!("{:<10} {}", tier.name, tier.purpose);
        }
        return Ok(());
    }
    let chosen = choose(words)?;
    let is_named = |tier: &Tier| words.iter().any(|word| word == tier.name);
    let mut needs: Vec<Need> = chosen.iter().flat_map(|tier| tier.needs).copied().collect();
    needs.retain(|need| parts::can_exist(*need));
    parts::ensure(&needs)?;
    println!("builds go to {}", cargo::target_dir().display());

    let is_here = |tier: &Tier| tier.needs.iter().all(|need| parts::can_exist(*need));
    let has_window = chosen.iter().any(|tier| shows_window(tier) && is_here(tier));
    let has_page = has_window || chosen.iter().any(|tier| matches!(tier.work, Work::Browser) && is_here(tier));
    if has_page && !chosen.iter().any(|tier| matches!(tier.work, Work::Page)) {
        page::build()?;
    }
    let mut lines = Vec::new();
    let mut programs: Option<Vec<Program>> = None;
    for tier in chosen {
        if let Some(need) = tier.needs.iter().find(|need| !parts::can_exist(**need)) {
            let outcome = Outcome::NotHere(match need {
                Need::Servers => "real servers as Debian ships them",
                Need::Display => "a display that tests can start",
                Need::Browser => "a browser that tests can find",
                Need::Cluster => "a Kubernetes API server that tests can start",
                _ => "its parts",
            });
            lines.push(Line { name: tier.name, took: Duration::ZERO, outcome });
            continue;
        }
        if tier.needs.contains(&Need::Cluster)
            && let Err(cause) = crate::cluster::ensure()
        {
            let outcome = if is_named(&tier) { Outcome::Failed(cause) } else { Outcome::NotMade(cause) };
            lines.push(Line { name: tier.name, took: Duration::ZERO, outcome });
            continue;
        }
        if runs_programs(&tier) && programs.is_none() {
            title("build", "every test program, once");
            let started = Instant::now();
            let built = build(has_window.then(page::is_built));
            let outcome = built.as_ref().err().map_or(Outcome::Passed, |cause| Outcome::Failed(cause.clone()));
            lines.push(Line { name: "build", took: started.elapsed(), outcome });
            programs = Some(built.unwrap_or_default());
        }
        title(tier.name, tier.purpose);
        let started = Instant::now();
        let outcome = match run_tier(tier, programs.as_deref().unwrap_or_default()) {
            Ok(()) => Outcome::Passed,
            Err(cause) => Outcome::Failed(cause),
        };
        lines.push(Line { name: tier.name, took: started.elapsed(), outcome });
    }
    summary(&lines)
}

fn choose(words: &[String]) -> Result<Vec<Tier>, String> {
    if words.is_empty() {
        return Ok(TIERS.to_vec());
    }
    words
        .iter()
        .map(|word| {
            let known = || TIERS.iter().map(|tier| tier.name).collect::<Vec<_>>().join(", ");
            TIERS
                .iter()
                .find(|tier| tier.name == word)
                .copied()
                .ok_or_else(|| format!("`{word}` is no tier; there are {}", known()))
        })
        .collect()
}

fn title(name: &str, purpose: &str) {
    println!("\n== {name}: {purpose}");
}

fn run_tier(tier: Tier, programs: &[Program]) -> Result<(), String> {
    match tier.work {
        Work::Cargo(verb, words) => cargo::run(verb, words, &[]),
        Work::Page => page::check(),
        Work::WindowPrograms(_) | Work::Browser if !page::is_built() => Err("the page was not built".to_owned()),
        Work::Browser => page::drive(&["lint", "typecheck", "test"]),
        Work::Programs(takes) | Work::WindowPrograms(takes) => {
            let mine: Vec<&Program> = programs.iter().filter(|program| takes(program)).collect();
            if mine.is_empty() {
                return Err("no test program was built for it".to_owned());
            }
            let failed: Vec<String> = mine.into_iter().filter_map(|program| run_program(program).err()).collect();
            if failed.is_empty() { Ok(()) } else { Err(failed.join("; ")) }
        }
    }
}

/// Runs one test program as `cargo test` would: in the package's folder, with the variables that tests look at.
fn run_program(program: &Program) -> Result<(), String> {
    let name = format!("{} {}", program.package, program.target);
    println!("-- {name}");
    let mut command = Command::new(&program.executable);
    command.arg("--quiet").current_dir(&program.folder).stdin(Stdio::null());
    command.env("CARGO_MANIFEST_DIR", &program.folder).env("CARGO_TARGET_DIR", cargo::target_dir());
    cargo::check(&mut command, &name)
}

/// Whether a tier needs what the one build makes.
fn runs_programs(tier: &Tier) -> bool {
    matches!(tier.work, Work::Programs(_) | Work::WindowPrograms(_) | Work::Browser)
}

fn shows_window(tier: &Tier) -> bool {
    matches!(tier.work, Work::WindowPrograms(_))
}

/// Builds every test program and the binaries they start, and asks cargo what came out. Everything in one go: other
/// choices of packages and features would compile most of the tree again.
///
/// `window`: nothing to leave it out, otherwise whether the page goes into it.
pub(crate) fn build(window: Option<bool>) -> Result<Vec<Program>, String> {
    let mut command = cargo::command("test");
    command.args(["--quiet", "--workspace", "--tests", "--no-run"]);
    command.arg("--message-format=json-render-diagnostics");
    match window {
        None => command.args(["--exclude", "sluice-desktop"]),
        Some(false) => &mut command,
        Some(true) => command.args(["--features", "sluice-desktop/custom-protocol"]),
    };
    command.stderr(Stdio::inherit());
    let output = command.output().map_err(|error| format!("cargo cannot be started: {error}"))?;
    if !output.status.success() {
        return Err("the tests do not compile".to_owned());
    }
    // Some tests start the examples of their package as processes of their own.
    cargo::run("build", &["--quiet", "--workspace", "--exclude", "sluice-desktop", "--examples"], &[])?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().filter_map(read_artifact).collect())
}

/// Reads one of cargo's `compiler-artifact` messages, if it is a test program of the workspace. Cargo writes them with
/// fixed names and one a line, so that no JSON library is needed for four fields.
fn read_artifact(line: &str) -> Option<Program> {
    // The target says that it may be tested, the profile whether this is the test.
    let (profile, _) = line.split_once("\"profile\":{")?.1.split_once('}')?;
    if !line.contains("\"reason\":\"compiler-artifact\"") || !profile.contains("\"test\":true") {
        return None;
    }
    let executable = text_after(line, "\"executable\":\"")?;
    let manifest = text_after(line, "\"manifest_path\":\"")?;
    let folder = manifest.trim_end_matches("Cargo.toml").trim_end_matches(['/', '\\']).to_owned();
    let target = line.split_once("\"target\":{")?.1;
    let kind = target.split_once("\"kind\":[\"")?.1;
    let package = text_after(line, "\"package_id\":\"")?;
    let (path, fragment) = package.split_once('#')?;
    // `path+file:///…/crates/sluice-core#0.1.0`, or `…/tests#sluice-tests@0.1.0` where folder and name differ.
    let package = match fragment.split_once('@') {
        Some((name, _)) => name.to_owned(),
        None => path.rsplit('/').next()?.to_owned(),
    };
    let is_integration = kind.starts_with("test\"");
    Some(Program { package, folder, target: text_after(target, "\"name\":\"")?, is_integration, executable })
}

/// The JSON string that follows `before`, its escaped backslashes and quotes undone.
fn text_after(line: &str, before: &str) -> Option<String> {
    let mut text = String::new();
    let mut rest = line.split_once(before)?.1.chars();
    loop {
        match rest.next()? {
            '"' => return Some(text),
            '\\' => text.push(rest.next()?),
            c => text.push(c),
        }
    }
}

fn summary(lines: &[Line]) -> Result<(), String> {
    println!("\n== summary");
    let mut failed = Vec::new();
    for Line { name, took, outcome } in lines {
        let took = format!("{:.1} s", took.as_secs_f64());
        match outcome {
            Outcome::Passed => println!("  {name:<10} {took:>8}  passed"),
            Outcome::Failed(cause) => {
                println!("  {name:<10} {took:>8}  FAILED: {cause}");
                failed.push(*name);
            }
            Outcome::NotHere(what) => {
                println!("  {name:<10} {:>8}  NOT RUN: this system does not have {what}; Linux runs it", "-");
            }
            Outcome::NotMade(cause) => println!("  {name:<10} {:>8}  NOT RUN: {cause}", "-"),
        }
    }
    let total: Duration = lines.iter().map(|line| line.took).sum();
    println!("  {:<10} {:>8}", "total", format!("{:.1} s", total.as_secs_f64()));
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARTIFACT: &str = r#"{"reason":"compiler-artifact","package_id":"path+file:///home/a/sluice/tests#sluice-tests@0.1.0","manifest_path":"/home/a/sluice/tests/Cargo.toml","target":{"kind":["test"],"crate_types":["bin"],"name":"architecture","src_path":"/home/a/sluice/tests/tests/architecture.rs","edition":"2024","doc":false,"doctest":false,"test":true},"profile":{"opt_level":"0","debuginfo":1,"debug_assertions":true,"overflow_checks":true,"test":true},"features":[],"filenames":["/t/architecture-1"],"executable":"/t/architecture-1","fresh":true}"#;

    #[test]
    fn a_test_program_is_read_from_cargos_message() {
        let program = read_artifact(ARTIFACT).expect("it is a test program");
        assert_eq!(
            program,
            Program {
                package: "sluice-tests".to_owned(),
                folder: "/home/a/sluice/tests".to_owned(),
                target: "architecture".to_owned(),
                is_integration: true,
                executable: "/t/architecture-1".to_owned(),
            }
        );
        let library =
            ARTIFACT.replace("tests#sluice-tests@0.1.0", "crates/sluice-core#0.1.0").replace("[\"test\"]", "[\"lib\"]");
        let library = read_artifact(&library).expect("it is a test program");
        assert_eq!((library.package.as_str(), library.is_integration), ("sluice-core", false));
    }

    #[test]
    fn other_messages_are_no_test_programs() {
        for line in [
            "",
            r#"{"reason":"build-finished","success":true}"#,
            &ARTIFACT.replace("\"executable\":\"/t/architecture-1\"", "\"executable\":null"),
            &ARTIFACT.replace("\"overflow_checks\":true,\"test\":true}", "\"overflow_checks\":true,\"test\":false}"),
        ] {
            assert_eq!(read_artifact(line), None, "{line}");
        }
    }

    #[test]
    fn windows_paths_lose_their_escapes() {
        assert_eq!(text_after(r#"{"a":"C:\\x\\y.exe"}"#, "\"a\":\""), Some(r"C:\x\y.exe".to_owned()));
        assert_eq!(text_after(r#"{"a":"open"#, "\"a\":\""), None);
    }
}
