//! etcd, kube-apiserver, kube-controller-manager and kube-scheduler.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use kube::api::{Api, DeleteParams, DynamicObject, ListParams, Patch, PatchParams, PostParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::core::GroupVersionKind;
use kube::discovery::ApiResource;
use kube::{Client, Config};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::crds;
use super::programs::cluster_program;
use crate::port::free_port;
use crate::process::Running;
use crate::registry::Authority;

/// Who may sign in, by a token.
#[derive(Debug, Clone)]
pub struct User {
    /// The name.
    pub name: String,
    /// Groups; `system:masters` may do everything.
    pub groups: Vec<String>,
}

impl User {
    /// Somebody who may do nothing until RBAC says so.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), groups: Vec::new() }
    }
}

/// What a cluster has.
#[derive(Debug, Clone)]
pub struct ClusterOptions {
    /// Who may sign in beside `admin`.
    pub users: Vec<User>,
    /// Whether deployments become pods: the controllers and the scheduler run.
    pub has_controllers: bool,
    /// Whether the kinds of Flux are known.
    pub has_flux: bool,
}

impl Default for ClusterOptions {
    fn default() -> Self {
        Self { users: Vec::new(), has_controllers: true, has_flux: true }
    }
}

/// A cluster that runs until it is dropped.
pub struct TestCluster {
    folder: TempDir,
    options: ClusterOptions,
    authority: Authority,
    ports: Ports,
    // In the order of ending: whoever asks the API server first.
    controllers: Vec<Running>,
    server: Option<Running>,
    etcd: Option<Running>,
    client: Option<Client>,
    runtime: Runtime,
    _place: Place,
}

#[derive(Debug, Clone, Copy)]
struct Ports {
    etcd: u16,
    etcd_peers: u16,
    server: u16,
}

/// How long starting may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

impl TestCluster {
    /// One with controllers, a scheduler and Flux's kinds.
    pub fn start() -> Self {
        Self::with(ClusterOptions::default())
    }

    /// As the options say. Returns when the API server is ready.
    ///
    /// # Panics
    /// When the programs are not there (`cargo xtask cluster`), or do not start.
    pub fn with(options: ClusterOptions) -> Self {
        crate::install_crypto();
        let place = Place::take();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let mut cluster = Self {
            folder: TempDir::new().expect("a temporary folder"),
            options,
            authority: Authority::new("test cluster"),
            ports: Ports { etcd: free_port(), etcd_peers: free_port(), server: free_port() },
            controllers: Vec::new(),
            server: None,
            etcd: None,
            client: None,
            runtime: runtime.expect("a runtime starts"),
            _place: place,
        };
        cluster.write_files();
        cluster.start_etcd();
        cluster.start_server();
        cluster.client = Some(cluster.connect("admin"));
        if cluster.options.has_flux {
            for definition in crds::all() {
                cluster.create(&definition);
            }
            cluster.wait_for_kinds();
        }
        if cluster.options.has_controllers {
            cluster.start_controllers();
        }
        cluster
    }

    /// `https://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.ports.server)
    }

    /// The port of the API server on loopback.
    pub fn port(&self) -> u16 {
        self.ports.server
    }

    /// Where etcd listens.
    pub(super) fn etcd_address(&self) -> String {
        format!("127.0.0.1:{}", self.ports.etcd)
    }

    /// The certificate authority's certificate in PEM.
    pub fn authority_pem(&self) -> String {
        self.authority.pem()
    }

    /// The token of a user: what is known of `User::named("reader")` is `token-of-reader`.
    pub fn token(user: &str) -> String {
        format!("token-of-{user}")
    }

    /// A kubeconfig for a user with one context of a name, written beside the cluster's files.
    pub fn kubeconfig(&self, user: &str, context: &str) -> PathBuf {
        self.kubeconfig_at(user, context, &self.url())
    }

    /// The same with another address, such as that of a proxy of the test's own in front of the API server.
    pub fn kubeconfig_at(&self, user: &str, context: &str, server: &str) -> PathBuf {
        let path = self.folder.path().join(format!("{context}.kubeconfig"));
        let text = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": context,
            "clusters": [{"name": context, "cluster": {
                "server": server, "certificate-authority": self.file("ca.pem").display().to_string()}}],
            "contexts": [{"name": context, "context": {"cluster": context, "user": user}}],
            "users": [{"name": user, "user": {"token": Self::token(user)}}],
        });
        fs::write(&path, text.to_string()).expect("a temporary folder can be written to");
        path
    }

    /// The client of the administrator.
    pub fn client(&self) -> Client {
        self.client.clone().expect("it was made at the start")
    }

    /// Runs something on the cluster's own runtime.
    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Starts something on the cluster's own runtime.
    pub(super) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) -> tokio::task::AbortHandle {
        self.runtime.spawn(work).abort_handle()
    }

    /// Creates an object as it is written.
    ///
    /// # Panics
    /// When the API server refuses.
    pub fn create(&self, object: &Value) {
        let api = self.api_of(object);
        let object: DynamicObject = serde_json::from_value(object.clone()).expect("it is an object");
        let created = self.block_on(async { api.create(&PostParams::default(), &object).await });
        created.unwrap_or_else(|error| panic!("{object:?} is not created: {error}"));
    }

    /// Applies an object server-side as the field manager `test`.
    ///
    /// # Panics
    /// When the API server refuses.
    pub fn apply(&self, object: &Value) {
        let name = object["metadata"]["name"].as_str().expect("it has a name");
        let params = PatchParams::apply("test").force();
        let applied = self.block_on(self.api_of(object).patch(name, &params, &Patch::Apply(object)));
        applied.unwrap_or_else(|error| panic!("{object} is not applied: {error}"));
    }

    /// Merges a patch into an object, also into its status where the patch has one.
    ///
    /// # Panics
    /// When the API server refuses.
    pub fn patch(&self, api_version: &str, kind: &str, namespace: &str, name: &str, patch: &Value) {
        let api = self.api(api_version, kind, namespace);
        let (params, merge) = (PatchParams::default(), Patch::Merge(patch));
        let patched = self.block_on(async {
            match patch.get("status") {
                Some(_) => api.patch_status(name, &params, &merge).await,
                None => api.patch(name, &params, &merge).await,
            }
        });
        patched.unwrap_or_else(|error| panic!("{kind} {namespace}/{name} is not patched: {error}"));
    }

    /// Deletes an object.
    ///
    /// # Panics
    /// When the API server refuses.
    pub fn delete(&self, api_version: &str, kind: &str, namespace: &str, name: &str) {
        let api = self.api(api_version, kind, namespace);
        let deleted = self.block_on(api.delete(name, &DeleteParams::default()));
        deleted.unwrap_or_else(|error| panic!("{kind} {namespace}/{name} is not deleted: {error}"));
    }

    /// An object, if it exists.
    ///
    /// # Panics
    /// When the API server refuses.
    pub fn get(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Option<Value> {
        let found = self.block_on(self.api(api_version, kind, namespace).get_opt(name));
        let found = found.unwrap_or_else(|error| panic!("{kind} {namespace}/{name} cannot be read: {error}"));
        found.map(|object| serde_json::to_value(object).expect("an object is JSON"))
    }

    /// Every object of a kind in a namespace; in all where the namespace is empty.
    ///
    /// # Panics
    /// When the API server refuses.
    pub fn list(&self, api_version: &str, kind: &str, namespace: &str) -> Vec<Value> {
        let api = self.api(api_version, kind, namespace);
        let list = self.block_on(api.list(&ListParams::default()));
        let list = list.unwrap_or_else(|error| panic!("{kind} cannot be listed: {error}"));
        list.items.into_iter().map(|item| serde_json::to_value(item).expect("an object is JSON")).collect()
    }

    /// Makes a namespace.
    pub fn namespace(&self, name: &str) {
        self.apply(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}));
    }

    /// Ends the API server without a word to it; what it keeps stays in etcd. Its controllers go with it, as they do when
    /// the machine of a control plane is restarted: they would wait longer each time that they find it away.
    pub fn kill_server(&mut self) {
        self.controllers.clear();
        self.server = None;
    }

    /// Starts the API server again at the same port, and its controllers. Returns when it is ready.
    ///
    /// # Panics
    /// When it does not start.
    pub fn restart_server(&mut self) {
        self.kill_server();
        self.start_server();
        if self.options.has_controllers {
            self.start_controllers();
        }
    }

    fn api(&self, api_version: &str, kind: &str, namespace: &str) -> Api<DynamicObject> {
        api(self.client(), api_version, kind, namespace)
    }

    fn api_of(&self, object: &Value) -> Api<DynamicObject> {
        let text = |name: &str| object[name].as_str().unwrap_or_else(|| panic!("{object} has no {name}"));
        let namespace = object["metadata"]["namespace"].as_str().unwrap_or_default();
        self.api(text("apiVersion"), text("kind"), namespace)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write_files(&self) {
        let write = |name: &str, text: &str| fs::write(self.file(name), text).expect("a temporary folder");
        let serving = self.authority.server(&["127.0.0.1", "localhost"]);
        write("ca.pem", &self.authority.pem());
        write("server.pem", &serving.certificate_pem);
        write("server.key", &serving.key_pem);
        let accounts = self.authority.client("service accounts");
        write("accounts.pem", &accounts.certificate_pem);
        write("accounts.key", &accounts.key_pem);
        let admin = User { name: "admin".to_owned(), groups: vec!["system:masters".to_owned()] };
        let tokens = std::iter::once(&admin)
            .chain(&self.options.users)
            .map(|User { name, groups }| format!("{},{name},{name},\"{}\"\n", Self::token(name), groups.join(",")));
        write("tokens.csv", &tokens.collect::<String>());
        self.kubeconfig("admin", "admin");
    }

    fn start_etcd(&mut self) {
        let (clients, peers) =
            (format!("http://127.0.0.1:{}", self.ports.etcd), format!("http://127.0.0.1:{}", self.ports.etcd_peers));
        let mut command = Command::new(cluster_program("etcd"));
        command.arg("--unsafe-no-fsync").arg("--data-dir").arg(self.file("etcd"));
        command.args(["--listen-client-urls", &clients, "--advertise-client-urls", &clients]);
        command.args(["--listen-peer-urls", &peers, "--initial-advertise-peer-urls", &peers]);
        command.args(["--initial-cluster", &format!("default={peers}"), "--log-level", "error"]);
        self.etcd = Some(start(&mut command, self.folder.path(), "etcd"));
    }

    fn start_server(&mut self) {
        let mut command = Command::new(cluster_program("kube-apiserver"));
        let file = |name: &str| self.file(name).display().to_string();
        for (flag, value) in [
            ("etcd-servers", format!("http://127.0.0.1:{}", self.ports.etcd)),
            ("bind-address", "127.0.0.1".to_owned()),
            ("secure-port", self.ports.server.to_string()),
            ("tls-cert-file", file("server.pem")),
            ("tls-private-key-file", file("server.key")),
            ("client-ca-file", file("ca.pem")),
            ("token-auth-file", file("tokens.csv")),
            ("authorization-mode", "RBAC".to_owned()),
            ("anonymous-auth", "false".to_owned()),
            ("service-account-key-file", file("accounts.pem")),
            ("service-account-signing-key-file", file("accounts.key")),
            ("service-account-issuer", "https://kubernetes.default.svc".to_owned()),
            ("service-cluster-ip-range", "10.96.0.0/16".to_owned()),
            ("endpoint-reconciler-type", "none".to_owned()),
            // Pods then need no token of a service account, which nobody would ever use.
            ("disable-admission-plugins", "ServiceAccount".to_owned()),
            ("enable-priority-and-fairness", "false".to_owned()),
            ("cert-dir", file("certificates")),
            ("profiling", "false".to_owned()),
        ] {
            command.arg(format!("--{flag}={value}"));
        }
        self.server = Some(start(&mut command, self.folder.path(), "kube-apiserver"));
        self.wait_until_ready();
    }

    fn wait_until_ready(&mut self) {
        let client = self.connect("admin");
        let started = Instant::now();
        loop {
            let answer = self.runtime.block_on(async {
                let request = http::Request::get("/readyz").body(Vec::new()).expect("a request");
                tokio::time::timeout(Duration::from_secs(2), client.request_text(request)).await
            });
            if matches!(answer, Ok(Ok(words)) if words == "ok") {
                return;
            }
            let server = self.server.as_mut().expect("it was just started");
            let has_ended = !matches!(server.child().try_wait(), Ok(None));
            let log = fs::read_to_string(self.folder.path().join("kube-apiserver.log")).unwrap_or_default();
            assert!(!has_ended && started.elapsed() < PATIENCE, "kube-apiserver does not start:\n{log}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn start_controllers(&mut self) {
        let kubeconfig = self.file("admin.kubeconfig").display().to_string();
        let common = ["--leader-elect=false", "--port=0", "--secure-port=0", "--profiling=false"];
        let mut command = Command::new(cluster_program("kube-controller-manager"));
        command.args(common).arg(format!("--kubeconfig={kubeconfig}"));
        // Not those that look after nodes: a fake one sends no heartbeats.
        command.arg("--controllers=deployment,replicaset,statefulset,daemonset,job,cronjob,namespace,garbagecollector,resourcequota");
        command.args(["--kube-api-qps=500", "--kube-api-burst=1000"]);
        self.controllers.push(start(&mut command, self.folder.path(), "kube-controller-manager"));
        let mut command = Command::new(cluster_program("kube-scheduler"));
        command.args(common).arg(format!("--kubeconfig={kubeconfig}"));
        command.args(["--kube-api-qps=500", "--kube-api-burst=1000"]);
        self.controllers.push(start(&mut command, self.folder.path(), "kube-scheduler"));
    }

    fn connect(&self, user: &str) -> Client {
        let path = self.kubeconfig(user, user);
        self.runtime.block_on(async {
            let kubeconfig = Kubeconfig::read_from(path).expect("it was just written");
            let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await;
            Client::try_from(config.expect("a kubeconfig of ours")).expect("a client")
        })
    }

    /// A definition is served some moments after it was made.
    fn wait_for_kinds(&self) {
        let started = Instant::now();
        for (api_version, kind) in crds::kinds() {
            while self.block_on(self.api(api_version, kind, "").list(&ListParams::default())).is_err() {
                assert!(started.elapsed() < PATIENCE, "{kind} is not served");
                std::thread::sleep(Duration::from_millis(50));
            }
        }
    }
}

/// The objects of a kind; of all namespaces, or of none, where the namespace is empty.
pub(super) fn api(client: Client, api_version: &str, kind: &str, namespace: &str) -> Api<DynamicObject> {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind));
    if namespace.is_empty() {
        Api::all_with(client, &resource)
    } else {
        Api::namespaced_with(client, namespace, &resource)
    }
}

/// Starts a program with its words in a file.
fn start(command: &mut Command, folder: &Path, name: &str) -> Running {
    let log = File::options().create(true).append(true).open(folder.join(format!("{name}.log")));
    let log = log.expect("a temporary folder can be written to");
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    Running::start(command)
}

/// One of the places for clusters of a test program: each takes more than half a gigabyte.
struct Place;

static PLACES: (Mutex<usize>, Condvar) = (Mutex::new(2), Condvar::new());

impl Place {
    fn take() -> Self {
        let mut free = PLACES.0.lock().unwrap_or_else(PoisonError::into_inner);
        while *free == 0 {
            free = PLACES.1.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
        *free -= 1;
        Self
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        *PLACES.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        PLACES.1.notify_one();
    }
}
