//! The connection to a cluster: made when it is needed, made anew when its credential is over.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use kube::config::KubeConfigOptions;
use kube::{Client, Config};
use tokio::sync::Mutex;

use crate::error::{Asked, in_words};
use crate::{ClusterAccess, KubeError, plugin};

/// How long one request may take. Lists of large clusters come in pages, so that no page takes this long.
const LIMIT: Duration = Duration::from_secs(30);
/// How long the look at the server's health may take.
const PROBE_LIMIT: Duration = Duration::from_secs(10);
/// How long before its end a credential is renewed.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// A cluster. A cheap handle; clones share the connection.
#[derive(Clone)]
pub struct Cluster {
    shared: Arc<Shared>,
}

struct Shared {
    access: ClusterAccess,
    connected: Mutex<Option<Connected>>,
}

/// A client with what errors want to name.
#[derive(Clone)]
pub(crate) struct Connected {
    pub(crate) client: Client,
    pub(crate) server: String,
    /// When the credential is over.
    until: Option<Timestamp>,
}

/// How a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Its version: `v1.33.1`.
    pub version: String,
    /// How long one small request took.
    pub latency: Duration,
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cluster").field("context", &self.shared.access.context).finish_non_exhaustive()
    }
}

impl Cluster {
    /// A cluster that is connected to at the first request.
    pub fn new(access: ClusterAccess) -> Self {
        Self { shared: Arc::new(Shared { access, connected: Mutex::default() }) }
    }

    /// The context's name.
    pub fn context(&self) -> &str {
        &self.shared.access.context
    }

    /// The namespaces that are read; all where there is none.
    pub fn namespaces(&self) -> &[String] {
        &self.shared.access.namespaces
    }

    /// Asks the server for its version.
    ///
    /// # Errors
    /// When it does not answer or does not know who asks.
    pub async fn probe(&self) -> Result<Probe, KubeError> {
        // Connecting is not what the latency of a request is.
        self.connected().await?;
        let asked = Asked::new("read", "the server's version", None);
        let started = Instant::now();
        let version = self
            .call_within(PROBE_LIMIT, &asked, |client| async move { client.apiserver_version().await })
            .await?
            .git_version;
        Ok(Probe { version, latency: started.elapsed() })
    }

    /// The connection, made if there is none or its credential is over.
    pub(crate) async fn connected(&self) -> Result<Connected, KubeError> {
        let mut connected = self.shared.connected.lock().await;
        if let Some(connected) = connected.as_ref()
            && connected.until.is_none_or(|until| Timestamp::now() + MARGIN < until)
        {
            return Ok(connected.clone());
        }
        let made = connect(&self.shared.access).await?;
        *connected = Some(made.clone());
        Ok(made)
    }

    /// Lets the next request sign in anew.
    pub(crate) async fn forget(&self) {
        *self.shared.connected.lock().await = None;
    }

    /// Makes a request; one whose credential is refused is made once more with a fresh one.
    pub(crate) async fn call<T, F>(&self, asked: &Asked, request: impl Fn(Client) -> F) -> Result<T, KubeError>
    where
        F: Future<Output = kube::Result<T>>,
    {
        self.call_within(LIMIT, asked, request).await
    }

    async fn call_within<T, F>(
        &self,
        limit: Duration,
        asked: &Asked,
        request: impl Fn(Client) -> F,
    ) -> Result<T, KubeError>
    where
        F: Future<Output = kube::Result<T>>,
    {
        let mut is_second = false;
        loop {
            let connected = self.connected().await?;
            let outcome = tokio::time::timeout(limit, request(connected.client.clone())).await;
            let error = match outcome {
                Err(_) => KubeError::TimedOut { server: connected.server, limit },
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) => in_words(&error, asked, &connected.server, self.context()),
            };
            let may_be_renewed = matches!(error, KubeError::Unauthorized { .. }) && !is_second;
            if !may_be_renewed {
                return Err(error);
            }
            is_second = true;
            self.forget().await;
        }
    }
}

async fn connect(access: &ClusterAccess) -> Result<Connected, KubeError> {
    let context = &access.context;
    let unusable = |cause: String| KubeError::Context { context: context.clone(), cause };
    let mut kubeconfig = access.kubeconfigs.read().await?;
    let named = kubeconfig.contexts.iter().find(|named| named.name == *context);
    let Some(user) = named.map(|named| named.context.as_ref().and_then(|context| context.user.clone())) else {
        let known = kubeconfig.contexts.into_iter().map(|named| named.name).collect();
        return Err(KubeError::NoContext { context: context.clone(), known });
    };
    let cluster = named.and_then(|named| named.context.as_ref()).map(|context| context.cluster.clone());
    let mut until = None;
    let user = kubeconfig.auth_infos.iter_mut().find(|info| Some(&info.name) == user.as_ref());
    if let Some(info) = user.and_then(|user| user.auth_info.as_mut()) {
        if let Some(exec) = info.exec.as_mut().filter(|exec| exec.provide_cluster_info) {
            let cluster = kubeconfig.clusters.iter().find(|named| Some(&named.name) == cluster.as_ref());
            let cluster = cluster.and_then(|named| named.cluster.as_ref());
            exec.cluster = cluster.and_then(|cluster| cluster.try_into().ok());
        }
        until = plugin::sign_in(info, context, &access.surroundings).await?;
    }
    let options = KubeConfigOptions { context: Some(context.clone()), ..KubeConfigOptions::default() };
    let mut config =
        Config::from_custom_kubeconfig(kubeconfig, &options).await.map_err(|error| unusable(error.to_string()))?;
    config.connect_timeout = Some(Duration::from_secs(10));
    let server = config.cluster_url.to_string().trim_end_matches('/').to_owned();
    let client = Client::try_from(config).map_err(|error| match error {
        // Its words may hold what a provider printed.
        kube::Error::Auth(_) => unusable("its user cannot sign in".to_owned()),
        other => unusable(other.to_string()),
    })?;
    Ok(Connected { client, server, until })
}
