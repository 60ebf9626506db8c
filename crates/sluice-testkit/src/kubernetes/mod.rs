//! A Kubernetes API on the wire, without Kubernetes behind it: discovery, lists in pages, watches, merge patches, and what
//! is applied server-side, as far as a merge tells.
//!
//! What it holds is what a test puts in; nothing in it acts by itself. It answers as an API server does as far as a client
//! that reads can tell, over plain HTTP, and can do on a word what a real one does only after hours: forget the past of a
//! watch (410), forbid a resource, fall silent. Where real behaviour counts, take the module `cluster` instead.
//!
//! To add a kind: a line in [`KINDS`].

mod answer;
mod store;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::http::{HttpServer, Request};
use store::Store;

/// Group, version, kind, plural: what discovery tells.
const KINDS: &[(&str, &str, &str, &str)] = &[
    ("source.toolkit.fluxcd.io", "v1", "GitRepository", "gitrepositories"),
    ("source.toolkit.fluxcd.io", "v1", "OCIRepository", "ocirepositories"),
    ("source.toolkit.fluxcd.io", "v1", "HelmRepository", "helmrepositories"),
    ("kustomize.toolkit.fluxcd.io", "v1", "Kustomization", "kustomizations"),
    ("helm.toolkit.fluxcd.io", "v2", "HelmRelease", "helmreleases"),
    ("image.toolkit.fluxcd.io", "v1", "ImageRepository", "imagerepositories"),
    ("image.toolkit.fluxcd.io", "v1", "ImagePolicy", "imagepolicies"),
    ("image.toolkit.fluxcd.io", "v1", "ImageUpdateAutomation", "imageupdateautomations"),
    ("apps", "v1", "Deployment", "deployments"),
    ("apps", "v1", "StatefulSet", "statefulsets"),
    ("apps", "v1", "DaemonSet", "daemonsets"),
    ("batch", "v1", "CronJob", "cronjobs"),
    ("batch", "v1", "Job", "jobs"),
    ("", "v1", "Pod", "pods"),
    ("", "v1", "ConfigMap", "configmaps"),
];

/// An API that listens on loopback until it is dropped.
pub struct WireCluster {
    server: HttpServer,
    shared: Arc<Shared>,
}

struct Shared {
    version: String,
    store: Mutex<Store>,
    /// Told of every change, and at the end.
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WireCluster {
    /// An empty one that says it is of a version: `v1.33.1`.
    pub fn start(version: &str) -> Self {
        let shared = Arc::new(Shared { version: version.to_owned(), store: Mutex::default(), changed: Condvar::new() });
        let answering = shared.clone();
        let server = HttpServer::start(None, move |request| answer::answer(&answering, request));
        Self { server, shared }
    }

    /// `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// What it was asked so far.
    pub fn requests(&self) -> Vec<Request> {
        self.server.requests()
    }

    /// Puts an object in, or another in its place.
    ///
    /// # Panics
    /// When its kind is none of [`KINDS`], or it has no name.
    pub fn put(&self, object: &Value) {
        self.shared.lock().put(object.clone());
        self.shared.changed.notify_all();
    }

    /// Takes an object out.
    ///
    /// # Panics
    /// When there is none.
    pub fn remove(&self, kind: &str, namespace: &str, name: &str) {
        self.shared.lock().remove(plural(kind), namespace, name);
        self.shared.changed.notify_all();
    }

    /// An object as it is now.
    pub fn get(&self, kind: &str, namespace: &str, name: &str) -> Option<Value> {
        self.shared.lock().get(plural(kind), namespace, name).cloned()
    }

    /// Forgets what happened: a watch that goes on from before is told that it is too old.
    pub fn forget_past(&self) {
        self.shared.lock().forget_past();
        self.shared.changed.notify_all();
    }

    /// Answers everything about a kind with 403 from now on.
    pub fn forbid(&self, kind: &str) {
        self.shared.lock().forbidden.push(plural(kind).to_owned());
    }

    /// Answers everything with 500 from now on, as a server without its etcd does, or properly again.
    pub fn set_down(&self, down: bool) {
        self.shared.lock().is_down = down;
        self.shared.changed.notify_all();
    }

    /// Serves no custom kinds from now on, as a server that has just started, or all of them again.
    pub fn set_bare(&self, bare: bool) {
        self.shared.lock().is_bare = bare;
    }

    /// How many watches were begun, of every kind together.
    pub fn watches(&self) -> usize {
        self.requests().iter().filter(|request| request.parameter("watch").is_some()).count()
    }
}

impl Drop for WireCluster {
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        self.shared.changed.notify_all();
    }
}

/// A kubeconfig with a context each: its name and the API's address. The first is the current one.
pub fn kubeconfig(contexts: &[(&str, &str)]) -> String {
    let all = |one: &dyn Fn(&str, &str) -> Value| contexts.iter().map(|(name, url)| one(name, url)).collect::<Vec<_>>();
    json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": contexts.first().map(|(name, _)| name),
        "clusters": all(&|name, url| json!({"name": name, "cluster": {"server": url}})),
        "contexts": all(&|name, _| json!({"name": name, "context": {"cluster": name, "user": name}})),
        "users": all(&|name, _| json!({"name": name, "user": {"token": format!("token-of-{name}")}})),
    })
    .to_string()
}

fn plural(kind: &str) -> &'static str {
    let found = KINDS.iter().find(|(_, _, known, _)| *known == kind);
    found.unwrap_or_else(|| panic!("{kind} is none of the kinds")).3
}
