//! The built-in demo: an OCI registry and a Git server on loopback, with the reference scenario in them.
//!
//! Both servers live in this process, listen on free ports of 127.0.0.1 and keep everything in memory or in one
//! temporary folder that goes when the [`Demo`] is dropped. They speak the real protocols (OCI distribution and Git's
//! smart HTTP), so that whatever drives the demo drives it as it would drive ghcr.io and GitHub, and so that `curl`,
//! `skopeo` and `git clone` work on it too.
//!
//! The servers know nothing of the engine: they are something to point Sluice at, and [`tour`] does so step by step. To
//! add to the scenario, change [`scenario`]; to teach a server more of its protocol, change [`registry`] or
//! [`git_server`].

pub mod git_server;
pub mod pkt_line;
pub mod registry;
pub mod scenario;
pub mod tour;

use std::net::SocketAddr;
use std::path::Path;

use axum::Router;
use tempfile::TempDir;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use git_server::GitServer;
use registry::Registry;

/// Why the demo could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A loopback port or a temporary folder was not to be had.
    #[error("the demo could not get {what}: {cause}")]
    Io {
        /// What was asked of the operating system.
        what: &'static str,
        /// The operating system's answer.
        #[source]
        cause: std::io::Error,
    },
    /// The repository of the scenario could not be written.
    #[error("the demo's repository could not be written: {0}")]
    Git(#[from] git2::Error),
}

/// A running demo. Dropping it stops both servers and removes its folder.
pub struct Demo {
    folder: TempDir,
    images: Registry,
    registry: Server,
    git: Server,
    stop: CancellationToken,
}

impl Demo {
    /// Starts both servers and fills them: `flask-app:1.0.0` in the registry and in Git.
    ///
    /// # Errors
    /// When no loopback port or temporary folder can be had, or the repository cannot be written.
    pub async fn start() -> Result<Self, DemoError> {
        let folder = tempfile::Builder::new()
            .prefix("sluice-demo-")
            .tempdir()
            .map_err(|cause| DemoError::Io { what: "a temporary folder", cause })?;
        let stop = CancellationToken::new();
        let images = Registry::default();
        let registry = Server::start(images.router(), &stop).await?;
        let git_root = folder.path().join("git");
        let git = Server::start(GitServer::new(&git_root).router(), &stop).await?;
        let demo = Self { folder, images, registry, git, stop };
        demo.publish("1.0.0");
        scenario::write_repository(&git_root.join(scenario::REPOSITORY), &demo.image(), &demo.git_url())?;
        Ok(demo)
    }

    /// Puts a new tag of the scenario's image into the registry, as a build would.
    pub fn publish(&self, tag: &str) {
        self.images.publish(scenario::IMAGE, tag);
    }

    /// Takes the registry off the network: nobody listens at its address until [`Demo::start_registry`].
    pub async fn stop_registry(&self) {
        self.registry.cut_off().await;
    }

    /// Brings the registry back at the same address with what it held.
    ///
    /// # Errors
    /// When somebody else took its port in between.
    pub async fn start_registry(&self) -> Result<(), DemoError> {
        self.registry.bring_back().await
    }

    /// Takes the Git server off the network: nobody listens at its address until [`Demo::start_git`].
    pub async fn stop_git(&self) {
        self.git.cut_off().await;
    }

    /// Brings the Git server back at the same address with what it held.
    ///
    /// # Errors
    /// When somebody else took its port in between.
    pub async fn start_git(&self) -> Result<(), DemoError> {
        self.git.bring_back().await
    }

    /// The image of the scenario, without a tag: `127.0.0.1:PORT/acme/flask-app`.
    pub fn image(&self) -> String {
        format!("{}/{}", self.registry.at, scenario::IMAGE)
    }

    /// Where the repository can be cloned from.
    pub fn git_url(&self) -> String {
        format!("http://{}/{}", self.git.at, scenario::REPOSITORY)
    }

    /// The bare repository's folder on disk.
    pub fn git_folder(&self) -> std::path::PathBuf {
        self.folder.path().join("git").join(scenario::REPOSITORY)
    }

    /// The demo's own temporary folder: configuration, data and cache of whoever drives it may live there too.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// A server on loopback that can be taken off the network and brought back at the same address.
struct Server {
    at: SocketAddr,
    router: Router,
    stop: CancellationToken,
    /// Nothing while it is off the network.
    serving: Mutex<Option<Serving>>,
}

/// A server under way.
struct Serving {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Server {
    async fn start(router: Router, stop: &CancellationToken) -> Result<Self, DemoError> {
        let (at, serving) = serve(SocketAddr::from(([127, 0, 0, 1], 0)), router.clone(), stop.child_token()).await?;
        Ok(Self { at, router, stop: stop.clone(), serving: Mutex::new(Some(serving)) })
    }

    async fn cut_off(&self) {
        if let Some(serving) = self.serving.lock().await.take() {
            // Tells the connections that are kept alive, which would go on answering. Nobody waits for those at work.
            serving.stop.cancel();
            serving.task.abort();
            let _ = serving.task.await;
        }
    }

    async fn bring_back(&self) -> Result<(), DemoError> {
        let mut serving = self.serving.lock().await;
        if serving.is_none() {
            *serving = Some(serve(self.at, self.router.clone(), self.stop.child_token()).await?.1);
        }
        Ok(())
    }
}

async fn serve(at: SocketAddr, router: Router, stop: CancellationToken) -> Result<(SocketAddr, Serving), DemoError> {
    let unavailable = |cause| DemoError::Io { what: "a port on 127.0.0.1", cause };
    let listener = tokio::net::TcpListener::bind(at).await.map_err(unavailable)?;
    let address = listener.local_addr().map_err(unavailable)?;
    let stopped = stop.clone().cancelled_owned();
    let task = tokio::spawn(async move {
        // The server ends with the demo; an accept error in between ends it early and the next request says so.
        let _ = axum::serve(listener, router).with_graceful_shutdown(stopped).await;
    });
    Ok((address, Serving { stop, task }))
}
