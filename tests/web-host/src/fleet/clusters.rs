//! The clusters of the fleet: what Flux has applied there of each repository, and what runs.
//!
//! The API servers are stand-ins that answer on the wire ([`WireCluster`]), so that pictures and browser tests need no
//! Kubernetes; the engine reads them as it reads real ones. The revisions are real commits of the fleet's repositories.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use serde_json::{Value, json};
use sluice_testkit::kubernetes::{WireCluster, kubeconfig};

use super::apps::{App, Source};
use super::url;

/// Where Flux keeps its objects.
const FLUX: &str = "flux-system";

/// The clusters, until they are dropped.
pub(super) struct Clusters {
    clusters: Vec<(Plan, WireCluster)>,
    lost: WireCluster,
    _lab: Arc<WireCluster>,
}

/// What is special about a cluster.
struct Plan {
    name: &'static str,
    version: &'static str,
    /// Repositories whose Kustomization is some commits behind.
    behind: &'static [(&'static str, usize)],
    /// Repositories whose Kustomization is suspended.
    suspended: &'static [&'static str],
    /// Repositories that cannot be fetched.
    unfetched: &'static [&'static str],
    /// Apps whose newest pod does not come up, with the pod's reason.
    stuck: &'static [(&'static str, &'static str)],
    /// Apps of which a pod is not ready.
    degraded: &'static [&'static str],
    /// Apps that are not deployed there.
    without: &'static [&'static str],
    /// What may not be read.
    forbidden: &'static [&'static str],
}

const NOTHING_SPECIAL: Plan = Plan {
    name: "",
    version: "",
    behind: &[],
    suspended: &[],
    unfetched: &[],
    stuck: &[],
    degraded: &[],
    without: &[],
    forbidden: &[],
};

const PLANS: [Plan; 3] = [
    Plan { name: "dev", version: "v1.34.1", stuck: &[("checkout", "CrashLoopBackOff")], ..NOTHING_SPECIAL },
    Plan {
        name: "staging",
        version: "v1.33.4",
        suspended: &["shop"],
        behind: &[("shop", 2)],
        degraded: &["payments-api"],
        without: &["ledger"],
        ..NOTHING_SPECIAL
    },
    Plan {
        name: "prod",
        version: "v1.32.9",
        behind: &[("shop", 1), ("edge", 1)],
        unfetched: &["edge"],
        stuck: &[("identity", "ImagePullBackOff")],
        forbidden: &["CronJob"],
        ..NOTHING_SPECIAL
    },
];

/// A cluster that is in the kubeconfig and connected to by nobody.
const FREE: &str = "kind-sandbox";
/// One without Flux that nobody is connected to either.
const LAB: &str = "kind-lab";
/// One that answered once and does not any more.
const LOST: &str = "dr-site";

impl Clusters {
    /// Starts them, with a kubeconfig in the home of the person.
    pub(super) fn start(home: &Path) -> std::io::Result<Self> {
        let clusters: Vec<(Plan, WireCluster)> = PLANS
            .into_iter()
            .map(|plan| {
                let api = WireCluster::start(plan.version);
                (plan, api)
            })
            .collect();
        let lost = WireCluster::start("v1.31.2");
        let urls: Vec<(&str, String)> = clusters.iter().map(|(plan, api)| (plan.name, api.url())).collect();
        let mut contexts: Vec<(&str, &str)> = urls.iter().map(|(name, url)| (*name, url.as_str())).collect();
        let (lost_url, free_url) = (lost.url(), "https://127.0.0.1:6443".to_owned());
        let lab = Arc::new(WireCluster::start("v1.34.0"));
        lab.set_bare(true);
        let lab_url = lab.url();
        contexts.extend([(LOST, lost_url.as_str()), (FREE, free_url.as_str()), (LAB, lab_url.as_str())]);
        std::fs::create_dir_all(home.join(".kube"))?;
        std::fs::write(home.join(".kube").join("config"), kubeconfig(&contexts))?;
        flux_program(home)?;
        wait_for_flux(&lab, home.join(RAN));
        Ok(Self { clusters, lost, _lab: lab })
    }

    /// The names of those that are connected, in the order of their way to the people.
    pub(super) fn names(&self) -> Vec<&'static str> {
        self.clusters.iter().map(|(plan, _)| plan.name).chain([LOST]).collect()
    }

    /// One of them does not answer any more. Last of all, because asking it anything takes a caller's whole patience.
    pub(super) fn lose_one(&self) {
        self.lost.set_down(true);
    }

    /// Lets every cluster apply what its Flux would have applied by now.
    pub(super) fn settle(&self, forge: &Path, sources: &[Source]) -> std::io::Result<()> {
        for (plan, api) in &self.clusters {
            for kind in plan.forbidden {
                api.forbid(kind);
            }
            for source in sources {
                plan.apply(api, forge, source)?;
            }
            api.put(&workload(
                plan,
                "kube-system",
                "coredns",
                "registry.k8s.io/coredns/coredns:v1.12.1",
                &State::well(2),
            ));
            // What applies the resources of Flux themselves; one of them has left Git since.
            let mut own = kustomization(&sources[0], &plan.applied(forge, &sources[0])?, false);
            own["metadata"]["name"] = FLUX.into();
            own["spec"]["path"] = "./clusters/prod".into();
            own["status"]["inventory"] = json!({ "entries": [] });
            api.put(&own);
            api.put(&json!({"apiVersion": "image.toolkit.fluxcd.io/v1", "kind": "ImagePolicy",
                "metadata": {"name": "legacy-cron", "namespace": FLUX, "labels": {
                    "kustomize.toolkit.fluxcd.io/name": FLUX, "kustomize.toolkit.fluxcd.io/namespace": FLUX}}, "spec": {"imageRepositoryRef": {"name": "legacy-cron"},
                "policy": {"semver": {"range": "1.x"}}},
                "status": {"observedGeneration": 1, "latestRef": {"name": "ghcr.io/acme/legacy-cron", "tag": "1.4.0"},
                "conditions": [ready("Succeeded", "Latest image tag for ghcr.io/acme/legacy-cron resolved to 1.4.0")]}}));
        }
        Ok(())
    }
}

/// What the stand-in for `flux` leaves behind.
const RAN: &str = "flux-ran";

/// A `flux` that says what the real one says, and takes its token where that one does.
fn flux_program(home: &Path) -> std::io::Result<()> {
    let folder = home.join("bin");
    std::fs::create_dir_all(&folder)?;
    let program = folder.join("flux");
    let script = format!(
        "#!/bin/sh\nread token\n[ -n \"$token\" ] || {{ echo '✗ no token' >&2; exit 1; }}\n\
         echo '► connecting to github.com'\necho '✔ cloned repository'\n\
         echo '► installing components in \"flux-system\" namespace'\n: > \"$HOME/{RAN}\"\nsleep 1\n\
         echo '✔ all components are healthy'\n"
    );
    std::fs::write(&program, script)?;
    #[cfg(unix)]
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    Ok(())
}

/// Lets Flux be in the cluster once its program has run, as long as the cluster is there.
fn wait_for_flux(lab: &Arc<WireCluster>, ran: PathBuf) {
    let lab = Arc::downgrade(lab);
    std::thread::spawn(move || {
        while let Some(lab) = lab.upgrade() {
            if ran.is_file() {
                bring_flux(&lab);
                return;
            }
            drop(lab);
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    });
}

/// What `flux bootstrap` leaves in a cluster.
fn bring_flux(lab: &WireCluster) {
    lab.set_bare(false);
    let meta = json!({"name": FLUX, "namespace": FLUX});
    let all_is_well = |words: &str| json!({"observedGeneration": 1, "conditions": [ready("Succeeded", words)]});
    lab.put(&json!({"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository", "metadata": meta,
        "spec": {"url": "https://github.com/acme/fleet.git", "ref": {"branch": "main"}},
        "status": all_is_well("stored artifact for revision 'main'")}));
    lab.put(&json!({"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": meta,
        "spec": {"path": "./clusters/lab", "sourceRef": {"kind": "GitRepository", "name": FLUX}},
        "status": all_is_well("Applied revision: main")}));
    let plan = Plan { name: "lab", version: "v1.34.0", ..NOTHING_SPECIAL };
    for name in ["source", "kustomize", "image-reflector", "image-automation"] {
        let (name, image) = (format!("{name}-controller"), format!("ghcr.io/fluxcd/{name}-controller:v1.0.0"));
        lab.put(&workload(&plan, FLUX, &name, &image, &State::well(1)));
    }
}

/// How the pods of an app are.
struct State {
    wanted: u32,
    ready: u32,
    updated: u32,
    /// Why the newest pod does not run, with the node's words.
    trouble: Option<(&'static str, String)>,
}

impl State {
    fn well(wanted: u32) -> Self {
        Self { wanted, ready: wanted, updated: wanted, trouble: None }
    }
}

impl Plan {
    /// The commit that is applied.
    fn applied(&self, forge: &Path, source: &Source) -> std::io::Result<String> {
        let steps = self.behind.iter().find(|(name, _)| *name == source.name).map_or(0, |(_, steps)| *steps);
        git(&repository_of(forge, source), &["rev-parse", &format!("main~{steps}")])
    }

    fn apply(&self, api: &WireCluster, forge: &Path, source: &Source) -> std::io::Result<()> {
        let repository = repository_of(forge, source);
        let applied = self.applied(forge, source)?;
        let is_fetched = !self.unfetched.contains(&source.name);
        let fetched = if is_fetched { git(&repository, &["rev-parse", "main"])? } else { applied.clone() };
        api.put(&git_repository(source, &fetched, is_fetched));
        api.put(&kustomization(source, &applied, self.suspended.contains(&source.name)));
        api.put(&automation(source));
        for app in source.apps.iter().filter(|app| !self.without.contains(&app.name)) {
            let file = git(&repository, &["show", &format!("{applied}:{}", app.file())])?;
            let Some(image) = file.lines().find_map(|line| line.trim().strip_prefix("image: ")?.split(' ').next())
            else {
                continue;
            };
            for object in images(app, image) {
                api.put(&object);
            }
            let state = self.state_of(app, image);
            let mut deployment = workload(self, app.name, app.name, image, &state);
            deployment["metadata"]["labels"] = json!({
                "kustomize.toolkit.fluxcd.io/name": source.name, "kustomize.toolkit.fluxcd.io/namespace": FLUX});
            api.put(&deployment);
            let before =
                app.in_git.iter().rev().map(|(tag, _)| format!("{}:{tag}", app.image())).find(|one| one != image);
            for pod in pods(app, image, before.as_deref().unwrap_or(image), &state) {
                api.put(&pod);
            }
        }
        Ok(())
    }

    fn state_of(&self, app: &App, image: &str) -> State {
        if self.degraded.contains(&app.name) {
            return State { ready: 2, ..State::well(3) };
        }
        match self.stuck.iter().find(|(name, _)| *name == app.name) {
            None => State::well(3),
            Some((_, "CrashLoopBackOff")) => State {
                updated: 1,
                trouble: Some(("CrashLoopBackOff", "back-off 5m0s restarting failed container".to_owned())),
                ..State::well(3)
            },
            Some((_, reason)) => State {
                updated: 1,
                trouble: Some((reason, format!("Back-off pulling image \"{image}\""))),
                ..State::well(3)
            },
        }
    }
}

fn repository_of(forge: &Path, source: &Source) -> std::path::PathBuf {
    forge.join("acme").join(format!("{}.git", source.name))
}

fn ready(reason: &str, message: &str) -> Value {
    json!({"type": "Ready", "status": "True", "reason": reason, "message": message})
}

fn failed(reason: &str, message: &str) -> Value {
    json!({"type": "Ready", "status": "False", "reason": reason, "message": message})
}

fn git_repository(source: &Source, commit: &str, is_fetched: bool) -> Value {
    let revision = format!("main@sha1:{commit}");
    let condition = match is_fetched {
        true => ready("Succeeded", &format!("stored artifact for revision '{revision}'")),
        false => failed("GitOperationFailed", "failed to checkout and determine revision: authentication required"),
    };
    json!({"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository",
        "metadata": {"name": source.name, "namespace": FLUX},
        "spec": {"url": url(source), "interval": "1m40s", "ref": {"branch": "main"}},
        "status": {"observedGeneration": 1, "artifact": {"revision": revision}, "conditions": [condition]}})
}

fn kustomization(source: &Source, commit: &str, is_suspended: bool) -> Value {
    let revision = format!("main@sha1:{commit}");
    let entries: Vec<Value> =
        source.apps.iter().map(|app| json!({"id": format!("{0}_{0}_apps_Deployment", app.name), "v": "v1"})).collect();
    let mut object = json!({"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
        "metadata": {"name": source.name, "namespace": FLUX},
        "spec": {"path": "./apps", "prune": true, "interval": "10m", "sourceRef": {"kind": "GitRepository", "name": source.name}},
        "status": {"observedGeneration": 1, "lastAppliedRevision": revision, "lastAttemptedRevision": revision,
            "inventory": {"entries": entries},
            "conditions": [ready("ReconciliationSucceeded", &format!("Applied revision: {revision}"))]}});
    if is_suspended {
        object["spec"]["suspend"] = true.into();
    }
    object
}

/// The cluster's own automation, which stands still because Sluice writes.
fn automation(source: &Source) -> Value {
    json!({"apiVersion": "image.toolkit.fluxcd.io/v1", "kind": "ImageUpdateAutomation",
        "metadata": {"name": source.name, "namespace": FLUX},
        "spec": {"suspend": true, "interval": "1m40s", "sourceRef": {"kind": "GitRepository", "name": source.name},
            "git": {"checkout": {"ref": {"branch": "main"}}, "commit": {"author": {"email": "fluxcdbot@acme.example"}},
                "push": {"branch": "main"}}, "update": {"path": "./apps", "strategy": "Setters"}},
        "status": {"observedGeneration": 1, "conditions": [ready("Succeeded", "repository up-to-date")]}})
}

fn images(app: &App, image: &str) -> [Value; 2] {
    let tag = image.rsplit(':').next().unwrap_or_default();
    let meta = json!({"name": app.name, "namespace": FLUX});
    [
        json!({"apiVersion": "image.toolkit.fluxcd.io/v1", "kind": "ImageRepository", "metadata": meta,
            "spec": {"image": app.image(), "interval": "1m"},
            "status": {"observedGeneration": 1, "conditions": [ready("Succeeded", &format!("successful scan: found {} tags", app.tags.len()))]}}),
        json!({"apiVersion": "image.toolkit.fluxcd.io/v1", "kind": "ImagePolicy", "metadata": meta,
            "spec": rule(app),
            "status": {"observedGeneration": 1, "latestRef": {"name": app.image(), "tag": tag},
                "conditions": [ready("Succeeded", &format!("Latest image tag for {} resolved to {tag}", app.image()))]}}),
    ]
}

/// The policy's spec, as the file has it.
fn rule(app: &App) -> Value {
    let value =
        |key: &str| app.rule.lines().find_map(|line| line.trim().strip_prefix(key)).map(|text| text.trim_matches('\''));
    let policy = match value("range: ") {
        Some(range) => json!({"semver": {"range": range}}),
        None => json!({"numerical": {"order": "asc"}}),
    };
    let mut spec = json!({"imageRepositoryRef": {"name": app.name}, "policy": policy});
    if let (Some(pattern), Some(extract)) = (value("pattern: "), value("extract: ")) {
        spec["filterTags"] = json!({"pattern": pattern, "extract": extract});
    }
    spec
}

fn workload(plan: &Plan, namespace: &str, name: &str, image: &str, state: &State) -> Value {
    let total = state.wanted + u32::from(state.trouble.is_some());
    let condition = match &state.trouble {
        Some(_) if plan.name == "prod" => {
            json!({"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded",
            "message": format!("ReplicaSet \"{name}-7d9f\" has timed out progressing.")})
        }
        _ => json!({"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable", "message": ""}),
    };
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": namespace},
        "spec": {"replicas": state.wanted, "template": {"spec": {"containers": [{"name": name, "image": image}]}}},
        "status": {"observedGeneration": 1, "replicas": total, "updatedReplicas": state.updated,
            "readyReplicas": state.ready, "availableReplicas": state.ready, "conditions": [condition, {"type": "Available", "status": "True"}]}})
}

/// The pods of an app: those that are not of the new template yet run what ran before.
fn pods(app: &App, image: &str, before: &str, state: &State) -> Vec<Value> {
    let old = if state.trouble.is_some() { state.wanted } else { 0 };
    let olds = (0..old).map(|at| pod(app, &format!("5c4b-{at}"), before, true, None));
    let news = (0..state.updated).map(|at| {
        let is_ready = state.trouble.is_none() && at < state.ready;
        pod(app, &format!("7d9f-{at}"), image, is_ready, state.trouble.as_ref())
    });
    olds.chain(news).collect()
}

fn pod(app: &App, suffix: &str, image: &str, is_ready: bool, trouble: Option<&(&'static str, String)>) -> Value {
    let (name, hash) = (app.name, suffix.split('-').next().unwrap_or_default());
    let state = match trouble {
        Some((reason, words)) => json!({"waiting": {"reason": reason, "message": words}}),
        None => json!({"running": {}}),
    };
    json!({"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": format!("{name}-{suffix}"), "namespace": name, "labels": {"pod-template-hash": hash},
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": format!("{name}-{hash}"), "uid": "0",
                "controller": true}]},
        "spec": {"containers": [{"name": name, "image": image}]},
        "status": {"phase": if trouble.is_some() { "Pending" } else { "Running" },
            "conditions": [{"type": "Ready", "status": if is_ready { "True" } else { "False" }}],
            "containerStatuses": [{"name": name, "imageID": "", "restartCount": 0, "state": state}]}})
}

fn git(folder: &Path, words: &[&str]) -> std::io::Result<String> {
    let mut command = Command::new("git");
    command.current_dir(folder).args(words).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    let output = command.output()?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned()),
        false => Err(std::io::Error::other(format!("git {words:?}: {}", String::from_utf8_lossy(&output.stderr)))),
    }
}
