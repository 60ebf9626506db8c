//! A repository and a registry of the test's own, that outlive the application, and whose Git server can be made to keep
//! its answers to itself.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use sluice_demo::git_server::GitServer;
use sluice_demo::registry::Registry;
use sluice_demo::scenario;
use sluice_testkit::program;
use tempfile::TempDir;

/// The servers, and the files that point the application at them.
pub(crate) struct Fleet {
    folder: TempDir,
    registry: Registry,
    gate: Arc<Gate>,
}

/// What happens to pushes.
#[derive(Default)]
struct Gate {
    /// Pushes are taken, and their answers never given.
    is_silent: AtomicBool,
    /// How many pushes were taken.
    taken: AtomicUsize,
}

impl Fleet {
    /// Starts both, with version 1.0.0 in Git, and writes settings that release by themselves.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let registry = Registry::default();
        registry.publish(scenario::IMAGE, "1.0.0");
        let images = serve(registry.router()).await;
        let gate = Arc::new(Gate::default());
        let shared = gate.clone();
        let router = GitServer::new(folder.path()).router().layer(from_fn(move |request: Request, next: Next| {
            let gate = shared.clone();
            async move {
                let is_push = request.method() == "POST" && request.uri().path().ends_with("git-receive-pack");
                let answer = next.run(request).await;
                if is_push {
                    gate.taken.fetch_add(1, Ordering::SeqCst);
                    if gate.is_silent.load(Ordering::SeqCst) {
                        std::future::pending::<()>().await;
                    }
                }
                answer
            }
        }));
        let url = format!("http://{}/{}", serve(router).await, scenario::REPOSITORY);
        let image = format!("{images}/{}", scenario::IMAGE);
        scenario::write_repository(&folder.path().join(scenario::REPOSITORY), &image, &url).expect("a repository");
        let settings = format!("[[source]]\nname = \"fleet\"\nurl = \"{url}\"\nmode = \"auto\"\n");
        std::fs::write(folder.path().join("sluice.toml"), settings).expect("settings");
        Self { folder, registry, gate }
    }

    /// The options that point the application at these files.
    pub(crate) fn options(&self) -> [String; 5] {
        let path = |name: &str| self.folder.path().join(name).display().to_string();
        ["--console".to_owned(), "--config".to_owned(), path("sluice.toml"), "--data-dir".to_owned(), path("data")]
    }

    /// Puts a version into the registry, as a build would.
    pub(crate) fn publish(&self, tag: &str) {
        self.registry.publish(scenario::IMAGE, tag);
    }

    /// From now on pushes are taken and not answered, or are answered again.
    pub(crate) fn be_silent(&self, is_silent: bool) {
        self.gate.is_silent.store(is_silent, Ordering::SeqCst);
    }

    /// How many pushes were taken.
    pub(crate) fn pushes(&self) -> usize {
        self.gate.taken.load(Ordering::SeqCst)
    }

    /// The titles of the commits on the branch, the newest first.
    pub(crate) fn commits(&self) -> Vec<String> {
        let output = self.git(&["log", "--format=%s", scenario::BRANCH]);
        output.lines().map(str::to_owned).collect()
    }

    /// The application's manifest as it stands on the branch.
    pub(crate) fn manifest(&self) -> String {
        self.git(&["show", &format!("{}:test/deployment.yml", scenario::BRANCH)])
    }

    fn git(&self, words: &[&str]) -> String {
        let repository: PathBuf = Path::new(self.folder.path()).join(scenario::REPOSITORY);
        let output = Command::new(program("git", "git")).arg("--git-dir").arg(repository).args(words).output();
        let output = output.expect("git runs");
        assert!(output.status.success(), "git {words:?}: {output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

async fn serve(router: axum::Router) -> std::net::SocketAddr {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let address = listener.local_addr().expect("its address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}
