//! The connections to clusters, and what is seen through them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sluice_core::cluster::Snapshot;
use sluice_kube::{Cluster, ClusterAccess, Health, Kubeconfigs, Surroundings, Watching};
use tokio::sync::Notify;

use crate::settings::ClusterSettings;
use crate::{Engine, EngineError};

/// All clusters that are in use.
#[derive(Debug, Default)]
pub(crate) struct Clusters {
    known: Mutex<HashMap<String, Arc<Connection>>>,
    /// Something happened that whoever follows releases wants to know: the settings changed, a release landed.
    news: Notify,
}

/// The connection to one cluster.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) settings: ClusterSettings,
    pub(crate) cluster: Cluster,
    /// Kept up with, where a process runs for long.
    watching: Mutex<Option<Arc<Watching>>>,
}

impl Clusters {
    /// Leaves word for whoever follows releases.
    pub(crate) fn wake(&self) {
        self.news.notify_one();
    }

    pub(crate) async fn news(&self) {
        self.news.notified().await;
    }
}

impl Connection {
    /// What is kept up with, if it is.
    pub(crate) fn watching(&self) -> Option<Arc<Watching>> {
        self.watching.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Begins to keep up, unless it does already.
    pub(super) fn keep_up(&self) -> Arc<Watching> {
        let mut watching = self.watching.lock().unwrap_or_else(PoisonError::into_inner);
        watching.get_or_insert_with(|| Arc::new(self.cluster.watch())).clone()
    }
}

/// What is seen of a cluster: as it is now, or as it was read a moment ago.
#[derive(Debug, Clone)]
pub enum Sight {
    /// It is kept up with.
    Watched(Arc<Watching>),
    /// It was read once.
    Read(Arc<Snapshot>),
}

impl Sight {
    /// Looks at it. Short work only.
    pub fn read<T>(&self, look: impl FnOnce(&Snapshot) -> T) -> T {
        match self {
            Self::Watched(watching) => watching.read(look),
            Self::Read(snapshot) => look(snapshot),
        }
    }

    /// How the connection is, where it is kept up.
    pub fn health(&self) -> Option<Health> {
        match self {
            Self::Watched(watching) => Some(watching.health()),
            Self::Read(_) => None,
        }
    }
}

/// How much of a cluster is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Flux's objects.
    Flux,
    /// Workloads and pods as well.
    Whole,
}

impl Engine {
    /// The settings of a cluster.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is none of that name.
    pub fn cluster_settings(&self, name: &str) -> Result<ClusterSettings, EngineError> {
        let settings = self.settings();
        let found = settings.clusters.iter().find(|cluster| cluster.name == name).cloned();
        found.ok_or_else(|| {
            let names = settings.clusters.iter().map(|cluster| cluster.name.as_str());
            let nearest = sluice_core::diagnosis::nearest(name, names, 3);
            let nearest = nearest.into_iter().map(str::to_owned).collect();
            EngineError::NotFound { what: "cluster", name: name.to_owned(), nearest }
        })
    }

    /// The connection to a cluster; a new one when its settings are others now.
    pub(crate) fn connection(&self, settings: &ClusterSettings) -> Arc<Connection> {
        let mut known = self.shared.clusters.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(connection) = known.get(&settings.name).filter(|one| one.settings == *settings) {
            return connection.clone();
        }
        let connection = Arc::new(Connection {
            cluster: Cluster::new(self.cluster_access(settings)),
            settings: settings.clone(),
            watching: Mutex::default(),
        });
        known.insert(settings.name.clone(), connection.clone());
        connection
    }

    /// Lets connections go whose clusters are not in the settings any more.
    pub(super) fn drop_strange_connections(&self) {
        let settings = self.settings();
        let mut known = self.shared.clusters.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|name, _| settings.clusters.iter().any(|cluster| cluster.name == *name));
    }

    /// Ends keeping up with every cluster.
    pub(crate) fn stop_keeping_up(&self) {
        let known = self.shared.clusters.known.lock().unwrap_or_else(PoisonError::into_inner);
        for connection in known.values() {
            *connection.watching.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    pub(crate) fn cluster_access(&self, settings: &ClusterSettings) -> ClusterAccess {
        let machine = &self.shared.machine;
        ClusterAccess {
            kubeconfigs: match &settings.kubeconfig {
                Some(file) => Kubeconfigs::new([file.clone()]),
                None => Kubeconfigs::new(machine.kubeconfig_files()),
            },
            context: settings.context.clone(),
            namespaces: settings.namespaces.clone(),
            surroundings: Surroundings {
                home: machine.home().map(std::path::Path::to_owned),
                environment: machine.environment().clone(),
            },
        }
    }

    /// What is seen of a cluster: what is kept up with, else read now.
    ///
    /// # Errors
    /// When it has to be read and does not answer.
    pub async fn sight(&self, settings: &ClusterSettings) -> Result<Sight, EngineError> {
        self.sight_to(settings, Depth::Whole).await
    }

    pub(crate) async fn sight_to(&self, settings: &ClusterSettings, depth: Depth) -> Result<Sight, EngineError> {
        let connection = self.connection(settings);
        if let Some(watching) = connection.watching()
            && watching.is_complete()
        {
            return Ok(Sight::Watched(watching));
        }
        let read = match depth {
            Depth::Flux => connection.cluster.flux_objects().await,
            Depth::Whole => connection.cluster.snapshot().await,
        };
        let read = read.map_err(|cause| EngineError::cluster(&settings.name, cause));
        self.heard(&cluster_subject(&settings.name), read.as_ref().err()).await?;
        Ok(Sight::Read(Arc::new(read?)))
    }
}

/// The subject of a cluster's heartbeat.
pub(crate) fn cluster_subject(name: &str) -> String {
    format!("cluster {name}")
}
