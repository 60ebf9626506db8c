//! Adding, listing, testing and removing clusters.

use std::path::PathBuf;
use std::time::Duration;

use sluice_core::cluster::LiveKind;
use sluice_kube::{Context, HealthState, Kubeconfigs, Probe, Right};
use sluice_store::Heartbeat;

use super::desk::{Sight, cluster_subject};
use crate::settings::ClusterSettings;
use crate::{Engine, EngineError};

/// A cluster to be added.
#[derive(Debug, Clone, Default)]
pub struct NewCluster {
    /// The context in the kubeconfig; the current one when absent.
    pub context: Option<String>,
    /// A name of its own; made from the context when absent.
    pub name: Option<String>,
    /// The kubeconfig; the person's own when absent.
    pub kubeconfig: Option<PathBuf>,
    /// Only these namespaces are read.
    pub namespaces: Vec<String>,
    /// Nothing is ever asked of its Flux.
    pub read_only: bool,
}

/// How a cluster stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterStatus {
    /// Its settings.
    pub settings: ClusterSettings,
    /// The server's version, where it was heard in this process.
    pub version: Option<String>,
    /// How long a small request takes.
    pub latency: Option<Duration>,
    /// Whether it is kept up with.
    pub is_watched: bool,
    /// What was heard last.
    pub heartbeat: Option<Heartbeat>,
    /// How many of Flux's objects it has, by kind.
    pub objects: Vec<(LiveKind, usize)>,
    /// How many workloads.
    pub workloads: usize,
    /// How many pods.
    pub pods: usize,
    /// What could not be read, in words.
    pub gaps: Vec<String>,
    /// Why it cannot be reached, if so.
    pub problem: Option<String>,
}

impl Engine {
    /// The contexts of the person's kubeconfigs, or of one file.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub async fn contexts(&self, kubeconfig: Option<PathBuf>) -> Result<Vec<Context>, EngineError> {
        let files = kubeconfig.map_or_else(|| self.shared.machine.kubeconfig_files(), |file| vec![file]);
        Kubeconfigs::new(files).contexts().await.map_err(|cause| EngineError::cluster("kubeconfig", cause))
    }

    /// Adds a cluster. It is only added when its API server answers and knows who asks.
    ///
    /// # Errors
    /// When there is no such context, the name is taken, or the server cannot be reached; then nothing is added.
    pub async fn add_cluster(&self, new: NewCluster, who: &str) -> Result<ClusterStatus, EngineError> {
        let contexts = self.contexts(new.kubeconfig.clone()).await?;
        let context = match new.context {
            Some(context) => context,
            None => current(&contexts)?,
        };
        let name = new.name.unwrap_or_else(|| name_of(&context));
        let settings = ClusterSettings {
            name: crate::sources::checked_name(name)?,
            context,
            kubeconfig: new.kubeconfig.map(|file| std::path::absolute(&file).unwrap_or(file)),
            namespaces: new.namespaces,
            read_only: new.read_only,
        };
        let known = self.settings();
        if let Some(same) = known.clusters.iter().find(|one| one.name != settings.name && is_same(one, &settings)) {
            return Err(EngineError::Invalid {
                message: format!("the context {} is there already, as `{}`", settings.context, same.name),
                hint: format!(
                    "look at it: sluice get clusters; or remove it first: sluice source remove {}",
                    same.name
                ),
            });
        }
        let cluster = sluice_kube::Cluster::new(self.cluster_access(&settings));
        cluster.probe().await.map_err(|cause| EngineError::cluster(&settings.name, cause))?;
        self.change_settings(|file| file.add_cluster(&settings))?;
        self.audit(who, "cluster-added", &settings.name, &settings.context).await?;
        self.cluster_status(&settings).await
    }

    /// Removes a cluster. How far releases came in it stays on record.
    ///
    /// # Errors
    /// When there is none of that name, or the settings cannot be written.
    pub async fn remove_cluster(&self, name: &str, who: &str) -> Result<(), EngineError> {
        self.cluster_settings(name)?;
        self.change_settings(|file| file.remove_cluster(name))?;
        self.drop_strange_connections();
        self.store().forget_cluster(name).await?;
        self.audit(who, "cluster-removed", name, "").await
    }

    /// Asks a cluster how it is: its version, how long an answer takes, and what is allowed there.
    ///
    /// # Errors
    /// When there is none of that name, or it does not answer.
    pub async fn test_cluster(&self, name: &str) -> Result<(Probe, Vec<Right>), EngineError> {
        let settings = self.cluster_settings(name)?;
        let cluster = &self.connection(&settings).cluster;
        let asked = async { Ok((cluster.probe().await?, cluster.rights().await?)) };
        let answer = asked.await.map_err(|cause| EngineError::cluster(name, cause));
        self.heard(&cluster_subject(name), answer.as_ref().err()).await?;
        answer
    }

    /// Every cluster, whether it answers or not. A cluster that is not kept up with is read now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cluster_statuses(&self) -> Result<Vec<ClusterStatus>, EngineError> {
        let settings = self.settings();
        let statuses = settings.clusters.iter().map(|cluster| self.cluster_status(cluster));
        futures_util::future::join_all(statuses).await.into_iter().collect()
    }

    async fn cluster_status(&self, settings: &ClusterSettings) -> Result<ClusterStatus, EngineError> {
        Ok(self.look_at_cluster(settings).await?.0)
    }

    /// One cluster, whether it answers or not, with what is seen of it. One that is not kept up with is read now, once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn look_at_cluster(
        &self,
        settings: &ClusterSettings,
    ) -> Result<(ClusterStatus, Option<Sight>), EngineError> {
        let connection = self.connection(settings);
        let mut status = ClusterStatus {
            settings: settings.clone(),
            version: None,
            latency: None,
            is_watched: false,
            heartbeat: None,
            objects: Vec::new(),
            workloads: 0,
            pods: 0,
            gaps: Vec::new(),
            problem: None,
        };
        match connection.watching() {
            Some(watching) => {
                let health = watching.health();
                status.is_watched = true;
                status.problem = health.trouble.map(|trouble| trouble.message);
                status.version = health.version;
                status.latency = health.latency.filter(|_| health.state == HealthState::Connected);
            }
            None => match connection.cluster.probe().await {
                Ok(probe) => (status.version, status.latency) = (Some(probe.version), Some(probe.latency)),
                Err(error) => status.problem = Some(error.to_string()),
            },
        }
        let mut seen = None;
        // What is kept up with is shown as it was known last.
        let is_known = connection.watching().is_some_and(|watching| watching.is_complete());
        if status.problem.is_none() || is_known {
            match self.sight(settings).await {
                Ok(sight) => {
                    sight.read(|snapshot| count(&mut status, snapshot));
                    seen = Some(sight);
                }
                Err(EngineError::Cluster { cause, .. }) => status.problem = Some(cause.to_string()),
                Err(error) => return Err(error),
            }
        }
        status.heartbeat = self.store().heartbeat(&cluster_subject(&settings.name)).await?;
        Ok((status, seen))
    }
}

fn count(status: &mut ClusterStatus, snapshot: &sluice_core::cluster::Snapshot) {
    let kinds = LiveKind::ALL.into_iter().map(|kind| (kind, snapshot.of_kind(kind).count()));
    status.objects = kinds.filter(|(_, count)| *count > 0).collect();
    status.workloads = snapshot.workloads.len();
    status.pods = snapshot.pods.len();
    status.gaps = snapshot.gaps.iter().map(|gap| gap.words.clone()).collect();
}

fn is_same(one: &ClusterSettings, other: &ClusterSettings) -> bool {
    one.context == other.context && one.kubeconfig == other.kubeconfig && one.namespaces == other.namespaces
}

fn current(contexts: &[Context]) -> Result<String, EngineError> {
    let names: Vec<&str> = contexts.iter().map(|context| context.name.as_str()).collect();
    let current = contexts.iter().find(|context| context.is_current).map(|context| context.name.clone());
    current.ok_or_else(|| EngineError::Invalid {
        message: "no context was named, and no kubeconfig has a current one".to_owned(),
        hint: match names.as_slice() {
            [] => "set KUBECONFIG, or name a file: --kubeconfig FILE".to_owned(),
            names => format!("name one of: {}", names.join(", ")),
        },
    })
}

/// A context's name without what cloud tools put around it: `gke_project_zone_prod` and `arn:…:cluster/prod` are `prod`.
fn name_of(context: &str) -> String {
    let last = context.rsplit(['/', '_', '@', ':']).next().unwrap_or(context);
    let last = last.strip_prefix("kind-").unwrap_or(last);
    let name: String = last.chars().filter(|c| c.is_ascii_alphanumeric() || "-.".contains(*c)).take(50).collect();
    if name.is_empty() { "cluster".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_is_named_after_its_context() {
        for (context, name) in [
            ("prod", "prod"),
            ("kind-dev", "dev"),
            ("gke_acme_europe-west3_prod", "prod"),
            ("arn:aws:eks:eu-central-1:123456789012:cluster/prod", "prod"),
            ("admin@home", "home"),
            ("::", "cluster"),
        ] {
            assert_eq!(name_of(context), name, "{context}");
        }
    }
}
