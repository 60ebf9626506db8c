//! A stand-in for Flux's source and kustomize controllers.
//!
//! It does what they do as far as others can see it: on a new object, a changed spec and
//! `reconcile.fluxcd.io/requestedAt` it reads the branch, says the revision in `status.artifact`, applies the folder
//! server-side, deletes what left it, and sets the same conditions with the same reasons. Intervals are not kept: without
//! a request a test stands still.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kube::Client;
use kube::api::{DeleteParams, DynamicObject, ListParams, Patch, PatchParams};
use serde_json::{Value, json};
use tokio::task::AbortHandle;

use super::server::api;
use super::{TestCluster, manifests};

const SOURCE: &str = "source.toolkit.fluxcd.io/v1";
const KUSTOMIZE: &str = "kustomize.toolkit.fluxcd.io/v1";
const NAME_LABEL: &str = "kustomize.toolkit.fluxcd.io/name";
const NAMESPACE_LABEL: &str = "kustomize.toolkit.fluxcd.io/namespace";
/// How often it looks for something to do.
const PACE: Duration = Duration::from_millis(150);

/// The controllers, until they are dropped.
pub struct FluxStandIn {
    task: AbortHandle,
    stage: Arc<Mutex<Stage>>,
}

/// What tests decide.
#[derive(Default)]
struct Stage {
    /// Where the repository of a `spec.url` really is.
    repositories: BTreeMap<String, PathBuf>,
    /// Words with which every fetch fails.
    fetch_failure: Option<String>,
}

impl FluxStandIn {
    /// Starts the controllers; the address `url` means the bare repository at `path`.
    pub fn start(cluster: &TestCluster, url: &str, path: &Path) -> Self {
        let stage = Stage { repositories: [(url.to_owned(), path.to_owned())].into(), fetch_failure: None };
        let stage = Arc::new(Mutex::new(stage));
        Self { task: cluster.spawn(work(cluster.client(), stage.clone())), stage }
    }

    /// Lets every fetch fail with these words from now on, or succeed again.
    pub fn fail_fetches(&self, words: Option<&str>) {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner).fetch_failure = words.map(str::to_owned);
    }
}

impl Drop for FluxStandIn {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn work(client: Client, stage: Arc<Mutex<Stage>>) {
    loop {
        // An API server that is away is asked again at the next turn.
        for source in list(&client, SOURCE, "GitRepository").await {
            drop(reconcile_source(&client, &stage, &source).await);
        }
        let sources = list(&client, SOURCE, "GitRepository").await;
        for kustomization in list(&client, KUSTOMIZE, "Kustomization").await {
            drop(reconcile_kustomization(&client, &stage, &sources, &kustomization).await);
        }
        tokio::time::sleep(PACE).await;
    }
}

async fn list(client: &Client, api_version: &str, kind: &str) -> Vec<Value> {
    let list = api(client.clone(), api_version, kind, "").list(&ListParams::default()).await;
    let items = list.map(|list| list.items).unwrap_or_default();
    items.into_iter().filter_map(|item| serde_json::to_value(item).ok()).collect()
}

/// Whether a controller would begin: something new is asked of it, and it is not suspended.
fn is_due(object: &Value) -> bool {
    let (spec, status) = (&object["spec"], &object["status"]);
    let asked = &object["metadata"]["annotations"]["reconcile.fluxcd.io/requestedAt"];
    spec["suspend"] != true
        && (status["observedGeneration"] != object["metadata"]["generation"]
            || (asked.is_string() && *asked != status["lastHandledReconcileAt"]))
}

fn condition(kind: &str, status: &str, reason: &str, message: &str, object: &Value) -> Value {
    let now = jiff_now();
    json!({"type": kind, "status": status, "reason": reason, "message": message, "lastTransitionTime": now,
           "observedGeneration": object["metadata"]["generation"]})
}

fn jiff_now() -> String {
    k8s_openapi::jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

async fn set_status(
    client: &Client,
    api_version: &str,
    kind: &str,
    object: &Value,
    mut status: Value,
) -> kube::Result<()> {
    let text = |name: &str| object["metadata"][name].as_str().unwrap_or_default();
    status["observedGeneration"] = object["metadata"]["generation"].clone();
    let asked = &object["metadata"]["annotations"]["reconcile.fluxcd.io/requestedAt"];
    if asked.is_string() {
        status["lastHandledReconcileAt"] = asked.clone();
    }
    let objects = api(client.clone(), api_version, kind, text("namespace"));
    let patch = json!({"status": status});
    objects.patch_status(text("name"), &PatchParams::default(), &Patch::Merge(&patch)).await.map(drop)
}

async fn reconcile_source(client: &Client, stage: &Mutex<Stage>, source: &Value) -> kube::Result<()> {
    if !is_due(source) {
        return Ok(());
    }
    let branch = source["spec"]["ref"]["branch"].as_str().unwrap_or("master").to_owned();
    let tip = {
        let stage = stage.lock().unwrap_or_else(PoisonError::into_inner);
        let url = source["spec"]["url"].as_str().unwrap_or_default();
        match (&stage.fetch_failure, stage.repositories.get(url)) {
            (Some(words), _) => Err(words.clone()),
            (None, None) => Err(format!("unable to clone '{url}': repository not found")),
            (None, Some(path)) => manifests::run(path, &["rev-parse", "--verify", &format!("refs/heads/{branch}")]),
        }
    };
    let status = match tip {
        Ok(tip) => {
            let revision = format!("{branch}@sha1:{tip}");
            let words = format!("stored artifact for revision '{revision}'");
            json!({
                "artifact": {"revision": revision, "digest": format!("sha256:{tip}{}", "0".repeat(24)),
                             "lastUpdateTime": jiff_now(), "path": "artifact.tar.gz", "url": "http://source-controller/artifact.tar.gz"},
                "conditions": [condition("Ready", "True", "Succeeded", &words, source),
                               condition("ArtifactInStorage", "True", "Succeeded", &words, source)],
            })
        }
        Err(words) => {
            let message = format!("failed to checkout and determine revision: {words}");
            json!({"conditions": [condition("FetchFailed", "True", "GitOperationFailed", &message, source),
                                  condition("Ready", "False", "GitOperationFailed", &message, source)]})
        }
    };
    set_status(client, SOURCE, "GitRepository", source, status).await
}

async fn reconcile_kustomization(
    client: &Client,
    stage: &Mutex<Stage>,
    sources: &[Value],
    kustomization: &Value,
) -> kube::Result<()> {
    let spec = &kustomization["spec"];
    let namespace = spec["sourceRef"]["namespace"].as_str().or(kustomization["metadata"]["namespace"].as_str());
    let source = sources.iter().find(|source| {
        source["metadata"]["name"] == spec["sourceRef"]["name"] && source["metadata"]["namespace"].as_str() == namespace
    });
    let revision = source.and_then(|source| source["status"]["artifact"]["revision"].as_str());
    let is_new = revision.is_some() && revision != kustomization["status"]["lastAttemptedRevision"].as_str();
    if spec["suspend"] == true || !(is_due(kustomization) || is_new) {
        return Ok(());
    }
    let (Some(source), Some(revision)) = (source, revision) else {
        let words = "Source artifact not found, retrying in 30s";
        let status = json!({"conditions": [condition("Ready", "False", "ArtifactFailed", words, kustomization)]});
        return set_status(client, KUSTOMIZE, "Kustomization", kustomization, status).await;
    };
    let status = match apply(client, stage, source, revision, kustomization).await {
        Ok(inventory) => {
            let words = format!("Applied revision: {revision}");
            json!({"lastAppliedRevision": revision, "lastAttemptedRevision": revision, "inventory": {"entries": inventory},
                   "conditions": [condition("Ready", "True", "ReconciliationSucceeded", &words, kustomization)]})
        }
        Err((reason, words)) => json!({
            "lastAttemptedRevision": revision,
            "conditions": [condition("Ready", "False", reason, &words, kustomization)],
        }),
    };
    set_status(client, KUSTOMIZE, "Kustomization", kustomization, status).await
}

/// Builds, applies and prunes. Gives the inventory.
async fn apply(
    client: &Client,
    stage: &Mutex<Stage>,
    source: &Value,
    revision: &str,
    kustomization: &Value,
) -> Result<Vec<Value>, (&'static str, String)> {
    let url = source["spec"]["url"].as_str().unwrap_or_default();
    let repository = stage.lock().unwrap_or_else(PoisonError::into_inner).repositories.get(url).cloned();
    let repository = repository.ok_or(("ArtifactFailed", "the artifact is gone".to_owned()))?;
    let commit = revision.rsplit(':').next().unwrap_or_default();
    let folder = kustomization["spec"]["path"].as_str().unwrap_or_default();
    let mut objects = manifests::build(&repository, commit, folder).map_err(|words| ("BuildFailed", words))?;
    // Namespaces and definitions come first, as Flux orders them.
    objects.sort_by_key(|object| object["kind"] != "Namespace" && object["kind"] != "CustomResourceDefinition");
    let mut inventory = Vec::new();
    for mut object in objects {
        dress(&mut object, kustomization);
        let (api_version, kind) = (text(&object, "apiVersion"), text(&object, "kind"));
        let (namespace, name) = (text(&object["metadata"], "namespace"), text(&object["metadata"], "name"));
        let params = PatchParams::apply("kustomize-controller").force();
        let objects = api(client.clone(), &api_version, &kind, &namespace);
        objects
            .patch(&name, &params, &Patch::Apply(&object))
            .await
            .map_err(|error| ("ReconciliationFailed", format!("{kind}/{namespace}/{name} dry-run failed: {error}")))?;
        let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
        inventory.push(json!({"id": format!("{namespace}_{name}_{group}_{kind}"), "v": version}));
    }
    if kustomization["spec"]["prune"] == true {
        prune(client, &kustomization["status"]["inventory"]["entries"], &inventory).await;
    }
    Ok(inventory)
}

fn text(object: &Value, name: &str) -> String {
    object[name].as_str().unwrap_or_default().to_owned()
}

/// The namespace and the labels that Flux puts on everything that it applies.
fn dress(object: &mut Value, kustomization: &Value) {
    let is_namespaced = !matches!(
        object["kind"].as_str(),
        Some("Namespace" | "CustomResourceDefinition" | "ClusterRole" | "ClusterRoleBinding")
    );
    if is_namespaced && let Some(target) = kustomization["spec"]["targetNamespace"].as_str() {
        object["metadata"]["namespace"] = target.into();
    }
    if is_namespaced && !object["metadata"]["namespace"].is_string() {
        object["metadata"]["namespace"] = "default".into();
    }
    default_protocols(object);
    object["metadata"]["labels"][NAME_LABEL] = kustomization["metadata"]["name"].clone();
    object["metadata"]["labels"][NAMESPACE_LABEL] = kustomization["metadata"]["namespace"].clone();
}

/// Flux writes the default out, because servers before 1.21 refuse to apply a port without it.
fn default_protocols(object: &mut Value) {
    let lists = ["/spec/ports", "/spec/template/spec/containers/0/ports"];
    for list in lists {
        for port in object.pointer_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            if port["protocol"].is_null() {
                port["protocol"] = "TCP".into();
            }
        }
    }
}

async fn prune(client: &Client, before: &Value, after: &[Value]) {
    for entry in before.as_array().into_iter().flatten() {
        if after.iter().any(|kept| kept["id"] == entry["id"]) {
            continue;
        }
        let id = text(entry, "id");
        let [namespace, name, group, kind] = &id.split('_').collect::<Vec<_>>()[..] else { continue };
        let version = text(entry, "v");
        let api_version = if group.is_empty() { version } else { format!("{group}/{version}") };
        let objects: kube::Api<DynamicObject> = api(client.clone(), &api_version, kind, namespace);
        // What somebody else deleted already is what was wanted.
        let _ = objects.delete(name, &DeleteParams::background()).await;
    }
}
