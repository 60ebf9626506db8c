//! `cargo xtask bench`: what a person waits for, measured on whole processes of a release build.
//!
//! The trees are those that Flux's own code was measured on: 1,735 files of which 236 are marked, and 5,000 small files
//! of which 1,000 are. Each run rewrites a fresh copy; the shortest run counts, because everything else is noise of the
//! machine. Memory is asked of GNU time, where it is installed.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::{cargo, parts};

/// One tree and what Flux needed for it.
struct Tree {
    name: &'static str,
    files: usize,
    marked: usize,
    /// Kubernetes objects in a file.
    objects: usize,
    flux: Duration,
    flux_mib: u64,
}

const POLICIES: usize = 88;

const TREES: &[Tree] = &[
    Tree { name: "mixed", files: 1735, marked: 236, objects: 4, flux: Duration::from_millis(143), flux_mib: 22 },
    Tree { name: "small", files: 5000, marked: 1000, objects: 1, flux: Duration::from_millis(233), flux_mib: 37 },
];

/// Builds a release and measures it.
pub(crate) fn run(words: &[String]) -> Result<(), String> {
    let runs = match words {
        [] => 20,
        [option, count] if option == "--runs" => {
            count.parse().map_err(|_| format!("`{count}` is no number of runs"))?
        }
        _ => return Err("usage: cargo xtask bench [--runs N]".to_owned()),
    };
    parts::ensure(&[parts::Need::Build])?;
    cargo::run("build", &["--release", "--package", "sluice-cli"], &[])?;
    let sluice = cargo::target_dir().join("release").join(format!("sluice{}", std::env::consts::EXE_SUFFIX));
    let scratch = std::env::temp_dir().join(format!("sluice-bench-{}", std::process::id()));
    let start = shortest(runs, || time(&sluice, &["--version".to_owned()]))?;
    println!("starting a process: {}; trees are in {} (TMPDIR says where)", millis(start), scratch.display());
    let measured = TREES.iter().try_for_each(|tree| measure_set(tree, &sluice, &scratch, runs, start));
    let measured = measured.and_then(|()| measure_policies(&sluice, &scratch, runs));
    std::fs::remove_dir_all(&scratch).map_err(|error| format!("cannot remove {}: {error}", scratch.display()))?;
    measured
}

fn measure_set(tree: &Tree, sluice: &Path, scratch: &Path, runs: usize, start: Duration) -> Result<(), String> {
    let folder = scratch.join(tree.name);
    let mut words = vec!["set".to_owned(), "--path".to_owned(), folder.display().to_string()];
    for policy in 0..POLICIES {
        words.push("--image".to_owned());
        words.push(format!("flux-system:app-{policy}=registry.example.com/team/app-{policy}:1.0.1"));
    }
    let mut dry_words = words.clone();
    dry_words.push("--dry-run".to_owned());
    let (mut written, mut dry, mut same) = (Duration::MAX, Duration::MAX, Duration::MAX);
    for _ in 0..runs {
        plant(tree, &folder)?;
        dry = dry.min(time(sluice, &dry_words)?);
        written = written.min(time(sluice, &words)?);
        same = same.min(time(sluice, &words)?);
    }
    plant(tree, &folder)?;
    let memory = peak_mib(sluice, &words);
    println!(
        "set   {:<6} {} files, {} marked: {} written ({:.1}x; {:.1}x without the start), {} dry run, {} when nothing \
         changes; {} (Flux {}, {} MiB)",
        tree.name,
        tree.files,
        tree.marked,
        millis(written),
        tree.flux.as_secs_f64() / written.as_secs_f64(),
        tree.flux.as_secs_f64() / written.saturating_sub(start).as_secs_f64(),
        millis(dry),
        millis(same),
        memory.map_or("memory not measured, GNU time is missing".to_owned(), |mib| format!("{mib} MiB")),
        millis(tree.flux),
        tree.flux_mib,
    );
    Ok(())
}

fn measure_policies(sluice: &Path, scratch: &Path, runs: usize) -> Result<(), String> {
    let list = scratch.join("tags");
    let mut tags = String::new();
    for n in 0..100_000 {
        let _ = writeln!(tags, "{}.{}.{}", n % 50, (n / 50) % 100, n / 5000);
    }
    std::fs::write(&list, &tags).map_err(|error| error.to_string())?;
    let builds: String = (0..100_000).fold(String::new(), |mut all, n| {
        let _ = writeln!(all, "main-{:07x}-{n}", n * 2_654_435_761_u64 % 0x0fff_ffff);
        all
    });
    let build_list = scratch.join("builds");
    std::fs::write(&build_list, builds).map_err(|error| error.to_string())?;
    let cases: [(&str, &Path, &[&str], u64); 2] = [
        ("semver", &list, &["--semver", ">=1.0.0"], 81),
        (
            "numerical with extract",
            &build_list,
            &["--numerical", "asc", "--filter", "^main-[a-f0-9]+-(?P<n>[0-9]+)$", "--extract", "$n"],
            85,
        ),
    ];
    for (name, file, rule, flux) in cases {
        let mut words: Vec<String> = ["policy", "test", "--tags"].map(str::to_owned).to_vec();
        words.push(file.display().to_string());
        words.extend(rule.iter().map(|word| (*word).to_owned()));
        let best = shortest(runs, || time(sluice, &words))?;
        println!("policy {name}, 100,000 tags, whole process: {} (Flux {flux}.0 ms, in process)", millis(best));
    }
    Ok(())
}

fn shortest(runs: usize, once: impl Fn() -> Result<Duration, String>) -> Result<Duration, String> {
    (0..runs).try_fold(Duration::MAX, |best, _| Ok(best.min(once()?)))
}

fn millis(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}

fn time(program: &Path, words: &[String]) -> Result<Duration, String> {
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let started = Instant::now();
    let status = command.status().map_err(|error| format!("{}: {error}", program.display()))?;
    let took = started.elapsed();
    if status.success() { Ok(took) } else { Err(format!("{} {} ended with {status}", program.display(), words[0])) }
}

fn peak_mib(program: &Path, words: &[String]) -> Option<u64> {
    let output =
        Command::new("/usr/bin/time").args(["-f", "%M"]).arg(program).args(words).stdout(Stdio::null()).output();
    let text = String::from_utf8(output.ok()?.stderr).ok()?;
    text.lines().last()?.trim().parse::<u64>().ok().map(|kib| kib.div_ceil(1024))
}

/// Writes the tree anew.
fn plant(tree: &Tree, folder: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("cannot write {}: {error}", folder.display());
    for file in 0..tree.files {
        let at: PathBuf = folder.join(format!("team-{}", file % 40));
        if file < 40 {
            std::fs::create_dir_all(&at).map_err(failed)?;
        }
        let mut text = String::new();
        for object in 0..tree.objects {
            let policy = (file + object) % POLICIES;
            let marker = if file < tree.marked {
                format!(" # {{\"$imagepolicy\": \"flux-system:app-{policy}\"}}")
            } else {
                String::new()
            };
            let _ = write!(
                text,
                "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{file}-{object}\n  namespace: team\nspec:\n  \
                 replicas: 2\n  selector:\n    matchLabels:\n      app: app-{file}\n  template:\n    metadata:\n      labels:\n        \
                 app: app-{file}\n    spec:\n      containers:\n      - name: app\n        \
                 image: registry.example.com/team/app-{policy}:1.0.0{marker}\n        ports:\n        - containerPort: 8080\n"
            );
        }
        std::fs::write(at.join(format!("app-{file}.yaml")), text).map_err(failed)?;
    }
    Ok(())
}
