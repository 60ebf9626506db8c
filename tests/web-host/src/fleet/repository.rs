//! The fleet's repositories: what is in them, with a history that looks back as long as the tags.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jiff::{SignedDuration, Timestamp};

use super::apps::{App, Source};

/// Makes the bare repository of a source below `root` and gives its folder.
pub(super) fn write(root: &Path, source: &Source, url: &str, now: Timestamp) -> std::io::Result<PathBuf> {
    let folder = root.join("acme").join(format!("{}.git", source.name));
    std::fs::create_dir_all(&folder)?;
    run(git(&folder).args(["init", "--quiet", "--bare", "-b", "main"]), b"")?;
    run(git(&folder).args(["fast-import", "--quiet"]), history(source, url, now).as_bytes())?;
    if source.is_protected {
        protect(&folder)?;
    }
    Ok(folder)
}

/// Refuses pushes in the words of a forge.
fn protect(folder: &Path) -> std::io::Result<()> {
    let hook = folder.join("hooks").join("pre-receive");
    let words = "error: GH006: Protected branch update failed for refs/heads/main.\n\
                 error: Changes must be made through a pull request.";
    std::fs::create_dir_all(folder.join("hooks"))?;
    std::fs::write(&hook, format!("#!/bin/sh\necho '{words}' >&2\nexit 1\n"))?;
    #[cfg(unix)]
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    Ok(())
}

/// A history for `git fast-import`: the resources first, then each version when it came.
fn history(source: &Source, url: &str, now: Timestamp) -> String {
    let mut moves: Vec<(&App, usize, f64)> = Vec::new();
    for app in &source.apps {
        moves.extend(app.in_git.iter().enumerate().map(|(at, (_, ago))| (app, at, *ago)));
    }
    moves.sort_by(|a, b| b.2.total_cmp(&a.2));
    let oldest = moves.first().map_or(0.0, |(_, _, ago)| *ago);
    let mut script = String::new();
    let resources = resources(source, url);
    commit(
        &mut script,
        ("Priya Nair", "priya"),
        before(now, oldest + 7200.0),
        "Watch the images of this repository",
        resources,
    );
    for (app, at, ago) in moves {
        let (tag, _) = &app.in_git[at];
        let is_back = app.in_git[..at].iter().any(|(earlier, _)| earlier == tag);
        let message = match (at, is_back) {
            (0, _) => format!("Run {} {tag}", app.name),
            (_, true) => format!("Back to {} {tag}, it runs out of memory on start", app.name),
            _ => format!("Release {} {tag}", app.name),
        };
        let who = if is_back { ("Robin Chen", "robin") } else { ("fluxcdbot", "fluxcdbot") };
        commit(&mut script, who, before(now, ago), &message, vec![(app.file(), deployment(app, tag))]);
    }
    script
}

fn before(now: Timestamp, seconds: f64) -> Timestamp {
    now.checked_sub(SignedDuration::from_secs_f64(seconds)).unwrap_or(now)
}

fn commit(script: &mut String, who: (&str, &str), at: Timestamp, message: &str, files: Vec<(String, String)>) {
    let (name, login) = who;
    let _ = write!(
        script,
        "commit refs/heads/main\ncommitter {name} <{login}@acme.example> {} +0000\ndata {}\n{message}\n",
        at.as_second(),
        message.len()
    );
    for (path, content) in files {
        let _ = write!(script, "M 100644 inline {path}\ndata {}\n{content}\n", content.len());
    }
}

fn deployment(app: &App, tag: &str) -> String {
    let App { name, .. } = app;
    let image = app.image();
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\n  namespace: {name}\n  labels:\n    \
         app.kubernetes.io/name: {name}\nspec:\n  replicas: 3\n  selector:\n    matchLabels:\n      \
         app.kubernetes.io/name: {name}\n  template:\n    metadata:\n      labels:\n        \
         app.kubernetes.io/name: {name}\n    spec:\n      containers:\n        - name: {name}\n          \
         image: {image}:{tag} # {{\"$imagepolicy\": \"flux-system:{name}\"}}\n          ports:\n            \
         - containerPort: 8080\n          resources:\n            requests:\n              cpu: 50m\n              \
         memory: 96Mi\n"
    )
}

/// What Flux would work with, a file each.
fn resources(source: &Source, url: &str) -> Vec<(String, String)> {
    let folder = "clusters/prod/flux-system";
    let mut files: Vec<(String, String)> =
        source.apps.iter().map(|app| (format!("{folder}/{}.yaml", app.name), images(app))).collect();
    files.push((format!("{folder}/automation.yaml"), automation(source, url)));
    if source.name == "fleet" {
        // A slip of the pen, as there is one in most fleets.
        files.push(("apps/debug-shell.yaml".to_owned(), slip()));
        files.extend(lab());
    }
    files
}

fn images(app: &App) -> String {
    let (name, image, rule) = (app.name, app.image(), app.rule);
    format!(
        "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository\nmetadata:\n  name: {name}\n  \
         namespace: flux-system\nspec:\n  image: {image}\n  interval: 1m\n---\n\
         apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\nmetadata:\n  name: {name}\n  \
         namespace: flux-system\nspec:\n  imageRepositoryRef:\n    name: {name}\n{rule}"
    )
}

fn automation(source: &Source, url: &str) -> String {
    let name = source.name;
    let notes: String = source.annotations.iter().fold(String::new(), |mut all, (key, value)| {
        if all.is_empty() {
            all.push_str("  annotations:\n");
        }
        let _ = writeln!(all, "    {key}: '{value}'");
        all
    });
    format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata:\n  name: {name}\n  \
         namespace: flux-system\nspec:\n  interval: 1m40s\n  url: {url}\n  ref:\n    branch: main\n---\n\
         apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageUpdateAutomation\nmetadata:\n  name: {name}\n  \
         namespace: flux-system\n{notes}spec:\n  interval: 1m40s\n  sourceRef:\n    kind: GitRepository\n    \
         name: {name}\n  git:\n    checkout:\n      ref:\n        branch: main\n    commit:\n      author:\n        \
         name: fluxcdbot\n        email: fluxcdbot@acme.example\n    push:\n      branch: main\n  update:\n    \
         path: ./apps\n    strategy: Setters\n"
    )
}

/// What is meant for a cluster without Flux: a workload that nobody releases yet.
fn lab() -> [(String, String); 2] {
    let kustomization = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: lab\n  namespace: \
         flux-system\nspec:\n  interval: 10m\n  path: ./lab\n  prune: true\n  targetNamespace: lab\n  sourceRef:\n    kind: \
         GitRepository\n    name: fleet\n";
    let worker = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: worker\ndata:\n  queue: thumbnails\n---\napiVersion: \
         apps/v1\nkind: Deployment\nmetadata:\n  name: worker\nspec:\n  replicas: 1\n  selector:\n    matchLabels:\n      app: \
         worker\n  template:\n    metadata:\n      labels:\n        app: worker\n    spec:\n      containers:\n        - name: \
         worker\n          image: ghcr.io/acme/worker:2.1.0\n";
    [("clusters/lab/apps.yaml".to_owned(), kustomization.to_owned()), ("lab/worker.yaml".to_owned(), worker.to_owned())]
}

fn slip() -> String {
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: debug-shell\nspec:\n  containers:\n    - name: shell\n      \
     image: ghcr.io/acme/flask-app:1.0.2 # {\"$imagepolicy\": \"flux-system:flsk-app\"}\n"
        .to_owned()
}

/// `git` in a folder, past the person's settings.
fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    command
}

fn run(command: &mut Command, input: &[u8]) -> std::io::Result<()> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input)?;
    }
    let status = child.wait()?;
    if status.success() { Ok(()) } else { Err(std::io::Error::other(format!("{command:?} ended with {status}"))) }
}
