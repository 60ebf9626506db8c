//! What a person notices of the real window: how long until it shows data, and what it costs while it is in the tray.
//!
//! `cargo bench -p sluice-desktop --features custom-protocol`, after `npm run build` in `ui/`; or of an installed package,
//! with `SLUICE_DESKTOP=/usr/bin/sluice-desktop`. Prints figures and asserts nothing: they depend on the machine. A start
//! counts from the process to the first version on the screen, the demo's servers and the first look at registry and
//! repository included.

#![cfg(target_os = "linux")]
#![allow(clippy::print_stdout)] // What it prints is its product.

#[path = "../tests/window/desktop.rs"]
#[allow(dead_code)]
mod desktop;
#[path = "../tests/window/fleet.rs"]
#[allow(dead_code)]
mod fleet;
#[path = "../tests/window/page.rs"]
#[allow(dead_code)]
mod page;
#[path = "../tests/window/tray.rs"]
#[allow(dead_code)]
mod tray;

use std::time::{Duration, Instant};

use desktop::{Desktop, until};
use fleet::Fleet;
use page::Page;
use tray::Panel;

const STARTS: usize = 5;
/// How long the idle window is watched.
const WATCHED: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() {
    let mut starts: Vec<Duration> = Vec::new();
    for _ in 0..STARTS {
        let desktop = Desktop::start();
        let started = Instant::now();
        let page = Page::open(&desktop, &["--demo", "--console", "sluice://images"]).await;
        page.shows("1.0.1").await;
        starts.push(started.elapsed());
    }
    starts.sort_unstable();
    println!("start to the first version on the screen: median {:.0?}, shortest {:.0?}", starts[STARTS / 2], starts[0]);

    let fleet = Fleet::start().await;
    let desktop = Desktop::start();
    let _panel = Panel::on(desktop.bus());
    let options = fleet.options();
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let page = Page::open(&desktop, &options).await;
    page.go_to("Images").await;
    page.shows("flask-app").await;
    desktop.close_window();
    until("the window is hidden", || desktop.visible_windows().is_empty().then_some(()));
    std::thread::sleep(Duration::from_secs(5));
    let family = family(desktop.application_pid());
    let before: Vec<u64> = family.iter().map(|pid| ticks(*pid)).collect();
    std::thread::sleep(WATCHED);
    let share = |used: u64| used as f64 / clock_ticks() / WATCHED.as_secs_f64() * 100.0;
    let used: Vec<u64> = family.iter().zip(before).map(|(pid, before)| ticks(*pid) - before).collect();
    println!("in the tray, one image looked at every 10 s: {:.2} % of a core", share(used.iter().sum()));
    for (pid, used) in family.iter().zip(&used) {
        println!("  {:.2} % {}", share(*used), name(*pid));
    }
    let own = memory(&family[..1]);
    let all = memory(&family);
    println!(
        "memory: {own} MiB of its own, {all} MiB with the web view's processes (each page of memory counted once)"
    );
}

/// A process and all that it started.
fn family(pid: u32) -> Vec<u32> {
    let mut family = vec![pid];
    let mut at = 0;
    while let Some(parent) = family.get(at).copied() {
        for task in std::fs::read_dir(format!("/proc/{parent}/task")).into_iter().flatten().flatten() {
            let children = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
            family.extend(children.split_whitespace().filter_map(|child| child.parse::<u32>().ok()));
        }
        at += 1;
    }
    family
}

/// The processor time that a process has used, in clock ticks.
fn ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    fields.get(11..13).unwrap_or_default().iter().filter_map(|field| field.parse::<u64>().ok()).sum()
}

/// What a process is called.
fn name(pid: u32) -> String {
    std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default().trim().to_owned()
}

/// Ticks a second.
fn clock_ticks() -> f64 {
    let output = std::process::Command::new("getconf").arg("CLK_TCK").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    text.parse().unwrap_or(100.0)
}

/// The memory of processes in MiB, what they share divided among them.
fn memory(pids: &[u32]) -> u64 {
    let kib: u64 = pids
        .iter()
        .filter_map(|pid| {
            let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
            let line = rollup.lines().find(|line| line.starts_with("Pss:"))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        })
        .sum();
    kib / 1024
}
