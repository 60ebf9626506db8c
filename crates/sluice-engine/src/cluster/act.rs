//! What a person may ask of a cluster's Flux: begin at once, pause, go on.

use sluice_core::ObjectKey;
use sluice_core::cluster::{LiveKind, LiveObject, LiveRef};

use super::desk::Depth;
use crate::settings::ClusterSettings;
use crate::{Engine, EngineError};

impl Engine {
    /// The cluster that has an object; the one of that name where it is given.
    ///
    /// # Errors
    /// When no cluster has it, several have it and none is named, or the clusters do not answer.
    pub async fn find_live(
        &self,
        kind: LiveKind,
        key: &ObjectKey,
        cluster: Option<&str>,
    ) -> Result<(ClusterSettings, LiveObject), EngineError> {
        let candidates = match cluster {
            Some(name) => vec![self.cluster_settings(name)?],
            None => self.settings().clusters.clone(),
        };
        if candidates.is_empty() {
            return Err(EngineError::Invalid {
                message: "no cluster is connected".to_owned(),
                hint: "connect one: sluice source add cluster CONTEXT".to_owned(),
            });
        }
        let (mut found, mut names, mut failed) = (Vec::new(), Vec::new(), None);
        for candidate in candidates {
            match self.sight_to(&candidate, Depth::Flux).await {
                Ok(sight) => sight.read(|snapshot| {
                    found.extend(snapshot.object(kind, key).map(|object| (candidate.clone(), object.clone())));
                    names.extend(snapshot.of_kind(kind).map(|object| object.id.key.to_string()));
                }),
                Err(error) => failed = Some(error),
            }
        }
        match (found.len(), failed) {
            (0, Some(error)) => Err(error),
            (0, None) => {
                let wanted = key.to_string();
                let nearest = sluice_core::diagnosis::nearest(&wanted, names.iter().map(String::as_str), 3);
                let nearest = nearest.into_iter().map(str::to_owned).collect();
                Err(EngineError::NotFound { what: kind.as_str(), name: wanted, nearest })
            }
            (1, _) => Ok(found.remove(0)),
            _ => Err(EngineError::InClusters {
                what: kind.as_str(),
                name: key.to_string(),
                clusters: found.into_iter().map(|(cluster, _)| cluster.name).collect(),
            }),
        }
    }

    /// Asks an object's controller to begin at once, its source's first where that is wanted. Gives whom it asked, in
    /// order.
    ///
    /// # Errors
    /// When the object is not found, the cluster is read only here, or the right is missing.
    pub async fn reconcile_live(
        &self,
        kind: LiveKind,
        key: &ObjectKey,
        cluster: Option<&str>,
        with_source: bool,
        who: &str,
    ) -> Result<(String, Vec<LiveRef>), EngineError> {
        let (settings, object) = self.find_live(kind, key, cluster).await?;
        refuse_read_only(&settings)?;
        let mut route = Vec::new();
        if let Some(source) = object.source.as_ref().filter(|_| with_source) {
            route.push(self.find_live(source.kind, &source.key, Some(&settings.name)).await?.1);
        }
        route.push(object);
        for one in &route {
            if one.is_suspended {
                return Err(EngineError::Invalid {
                    message: format!("{} is suspended in {}", one.id, settings.name),
                    hint: format!(
                        "let it go on first: sluice resume --cluster {} --kind {} {}",
                        settings.name, kind, key
                    ),
                });
            }
        }
        let connection = self.connection(&settings);
        for one in &route {
            let asked = connection.cluster.request_reconcile(&one.id, &one.api_version, self.now()).await;
            asked.map_err(|cause| EngineError::cluster(&settings.name, cause))?;
        }
        let ids: Vec<LiveRef> = route.into_iter().map(|one| one.id).collect();
        let words = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        self.audit(who, "reconcile", &settings.name, &words).await?;
        Ok((settings.name, ids))
    }

    /// Pauses an object's controller in the cluster, or lets it go on. Gives the cluster's name.
    ///
    /// # Errors
    /// As [`Engine::reconcile_live`].
    pub async fn suspend_live(
        &self,
        kind: LiveKind,
        key: &ObjectKey,
        cluster: Option<&str>,
        suspended: bool,
        who: &str,
    ) -> Result<String, EngineError> {
        let (settings, object) = self.find_live(kind, key, cluster).await?;
        refuse_read_only(&settings)?;
        let connection = self.connection(&settings);
        let set = connection.cluster.set_suspended(&object.id, &object.api_version, suspended).await;
        set.map_err(|cause| EngineError::cluster(&settings.name, cause))?;
        // `resume` alone is that of an automation here, and its subject a source.
        let action = if suspended { "suspend" } else { "resume-in-cluster" };
        self.audit(who, action, &settings.name, &object.id.to_string()).await?;
        Ok(settings.name)
    }
}

/// A cluster that a person has set to read only is never written to, whatever its RBAC allows.
pub(crate) fn refuse_read_only(settings: &ClusterSettings) -> Result<(), EngineError> {
    if !settings.read_only {
        return Ok(());
    }
    Err(EngineError::Invalid {
        message: format!("{} is read only here (read-only = true in the settings)", settings.name),
        hint: "take read-only out of the cluster's settings to allow it".to_owned(),
    })
}
