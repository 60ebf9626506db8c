//! Applying a Kustomization to a cluster without Flux: built with `kubectl kustomize`, shown as a diff, applied
//! server-side when a person says so, with an inventory so that what leaves Git is deleted.

use std::path::{Component, Path, PathBuf};

use serde::Serialize;
use serde_json::Value;
use sluice_core::ObjectKey;
use sluice_core::flux::Kustomization;
use sluice_core::release::unified;
use sluice_git::{Mirror, TreeFile};
use sluice_kube::{Applier, Inventory, InventoryPlace, ManifestId, in_order};

use super::act::refuse_read_only;
use crate::job::plan::not_found;
use crate::settings::ClusterSettings;
use crate::source::SourceView;
use crate::{Engine, EngineError};

/// The most bytes of a repository that are written out to be built.
const LARGEST_TREE: u64 = 256 * 1024 * 1024;

/// What applying would do, exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplyPlan {
    /// The source.
    pub source: String,
    /// The Kustomization.
    pub kustomization: ObjectKey,
    /// The cluster.
    pub cluster: String,
    /// The revision that was built: `main@sha1:…`.
    pub revision: String,
    /// Every object, in the order of applying, and then what is deleted.
    pub steps: Vec<ApplyStep>,
    objects: Vec<(ManifestId, Value)>,
    place: InventoryPlace,
    inventory: Inventory,
    remote: String,
    path: String,
}

/// What is done with one object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplyStep {
    /// `Deployment flask-app/flask-app`.
    pub object: String,
    /// What is done.
    pub action: ApplyAction,
    /// The diff, as `kubectl diff` shows it; empty where nothing changes.
    pub diff: String,
    /// The object as it is there, in YAML without the server's bookkeeping; empty where it is new.
    #[serde(skip)]
    pub before: String,
    /// The object as it would be; empty where it is deleted.
    #[serde(skip)]
    pub after: String,
}

/// What is done with an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApplyAction {
    /// It is new.
    Create,
    /// It is changed.
    Change,
    /// It stands as it should.
    Keep,
    /// It left Git, and is deleted.
    Prune,
}

impl ApplyPlan {
    /// Whether anything would be changed in the cluster.
    pub fn is_empty(&self) -> bool {
        self.steps.iter().all(|step| step.action == ApplyAction::Keep) && self.inventory.revision.is_some()
    }

    /// The diff of all objects.
    pub fn diff(&self) -> String {
        self.steps.iter().map(|step| step.diff.as_str()).collect()
    }

    /// Whether both do the same to the cluster.
    fn does_the_same(&self, other: &Self) -> bool {
        self.steps == other.steps && self.cluster == other.cluster && self.kustomization == other.kustomization
    }
}

impl Engine {
    /// Plans applying a Kustomization of a source to a cluster. Writes nothing; the server is asked for a dry run.
    ///
    /// # Errors
    /// When there is no such Kustomization or cluster, the folder cannot be built, Flux applies it there already, or the
    /// server refuses.
    pub async fn plan_apply(
        &self,
        source: &str,
        kustomization: &ObjectKey,
        cluster: &str,
    ) -> Result<ApplyPlan, EngineError> {
        let settings = self.cluster_settings(cluster)?;
        refuse_read_only(&settings)?;
        let view = self.refresh(source).await?;
        let catalogue = &view.catalogue;
        let missing = || not_found("Kustomization", kustomization, catalogue.kustomizations.keys());
        let resource = catalogue.kustomizations.get(kustomization).ok_or_else(missing)?.value.clone();
        refuse_what_is_not_built(&resource)?;
        self.refuse_where_flux_applies(&settings, kustomization).await?;
        let folder = tempfile::tempdir().map_err(|cause| EngineError::Read { path: std::env::temp_dir(), cause })?;
        self.write_out(&view, folder.path()).await?;
        let access = self.cluster_access(&settings);
        let target = resource.target_namespace.as_deref();
        let failed = |cause| EngineError::cluster(cluster, cause);
        let mut objects =
            sluice_kube::build(folder.path(), &resource.path, target, &access.surroundings).await.map_err(failed)?;
        in_order(&mut objects);
        self.compare_with_cluster(&view, &resource, &settings, objects).await
    }

    async fn compare_with_cluster(
        &self,
        view: &SourceView,
        resource: &Kustomization,
        settings: &ClusterSettings,
        objects: Vec<Value>,
    ) -> Result<ApplyPlan, EngineError> {
        let failed = |cause| EngineError::cluster(&settings.name, cause);
        let key = &resource.meta.key;
        let place = InventoryPlace {
            namespace: resource.target_namespace.clone().unwrap_or_else(|| "default".to_owned()),
            name: format!("sluice-{}-{}", key.namespace, key.name),
        };
        let mut applier = Applier::new(&self.connection(settings).cluster);
        let inventory = applier.inventory(&place).await.map_err(failed)?;
        let (mut steps, mut placed) = (Vec::new(), Vec::new());
        for mut object in objects {
            let id = applier.place(&mut object, resource.target_namespace.as_deref()).await.map_err(failed)?;
            let found = applier.difference(&id, &object).await.map_err(failed)?;
            let action = match (found.exists, found.before == found.after) {
                (false, _) => ApplyAction::Create,
                (true, true) => ApplyAction::Keep,
                (true, false) => ApplyAction::Change,
            };
            steps.push(step(&id, action, found.before, found.after));
            placed.push((id, object));
        }
        if resource.prune {
            for old in inventory.objects.iter().filter(|old| !placed.iter().any(|(id, _)| id.is_same(old))) {
                if let Some(found) = applier.removal(old).await.map_err(failed)? {
                    steps.push(step(old, ApplyAction::Prune, found.before, String::new()));
                }
            }
        }
        Ok(ApplyPlan {
            source: view.name.clone(),
            kustomization: key.clone(),
            cluster: settings.name.clone(),
            revision: format!("{}@sha1:{}", view.branch, view.commit),
            steps,
            objects: placed,
            place,
            inventory,
            remote: view.url.to_string(),
            path: resource.path.clone(),
        })
    }

    /// Applies what was shown. It is planned once more right before; if it would do something else by then, nothing is
    /// done.
    ///
    /// # Errors
    /// When the plan is another one by now, or the server refuses; what was applied by then is in the inventory.
    pub async fn apply(&self, shown: &ApplyPlan, who: &str) -> Result<(), EngineError> {
        let plan = self.plan_apply(&shown.source, &shown.kustomization, &shown.cluster).await?;
        if !plan.does_the_same(shown) {
            return Err(EngineError::PlanChanged { automation: shown.kustomization.clone() });
        }
        let settings = self.cluster_settings(&plan.cluster)?;
        let failed = |cause| EngineError::cluster(&settings.name, cause);
        let mut applier = Applier::new(&self.connection(&settings).cluster);
        let mut ids: Vec<ManifestId> = plan.objects.iter().map(|(id, _)| id.clone()).collect();
        let pruned: Vec<ManifestId> =
            plan.inventory.objects.iter().filter(|old| !ids.iter().any(|id| id.is_same(old))).cloned().collect();
        let mut is_written_down = false;
        for (id, object) in &plan.objects {
            // Its namespace may be the first of the objects; before anything else comes, the inventory names all of it,
            // so that nothing is orphaned by being killed here.
            let is_namespace = id.kind == "Namespace";
            if !is_written_down && !is_namespace {
                let all = Inventory {
                    objects: [ids.clone(), pruned.clone()].concat(),
                    revision: None,
                    ..self.inventory_of(&plan)
                };
                applier.set_inventory(&plan.place, &all).await.map_err(failed)?;
                is_written_down = true;
            }
            applier.apply(id, object).await.map_err(failed)?;
        }
        let prunes = plan.steps.iter().any(|step| step.action == ApplyAction::Prune);
        for old in pruned.iter().filter(|_| prunes).rev() {
            applier.delete(old).await.map_err(failed)?;
        }
        if !prunes {
            // Without prune what left Git stays, and stays known.
            ids.extend(pruned);
        }
        let done = Inventory { objects: ids, ..self.inventory_of(&plan) };
        applier.set_inventory(&plan.place, &done).await.map_err(failed)?;
        let words = format!("{} {} {}", plan.source, plan.kustomization, plan.revision);
        self.audit(who, "apply", &plan.cluster, &words).await
    }

    fn inventory_of(&self, plan: &ApplyPlan) -> Inventory {
        Inventory {
            objects: Vec::new(),
            revision: Some(plan.revision.clone()),
            remote: plan.remote.clone(),
            path: plan.path.clone(),
            kustomization: Some(plan.kustomization.clone()),
        }
    }

    /// Two who apply one folder would undo each other's work.
    async fn refuse_where_flux_applies(&self, settings: &ClusterSettings, key: &ObjectKey) -> Result<(), EngineError> {
        let sight = self.sight_to(settings, super::desk::Depth::Flux).await?;
        let live = sight.read(|snapshot| snapshot.object(sluice_core::cluster::LiveKind::Kustomization, key).cloned());
        match live.filter(|live| live.is_handled() && !live.is_suspended && live.api_version != super::PLAIN) {
            None => Ok(()),
            Some(_) => Err(EngineError::Invalid {
                message: format!("Flux applies Kustomization {key} in {} already", settings.name),
                hint: format!("ask Flux instead: sluice reconcile kustomization {key} --with-source"),
            }),
        }
    }

    /// Writes the files of a source into an empty folder. Links and submodules are left out.
    async fn write_out(&self, view: &SourceView, folder: &Path) -> Result<(), EngineError> {
        let (commit, folder) = (view.commit, folder.to_owned());
        let write = move |mirror: &Mirror| {
            let mut written = 0;
            for file in mirror.files(commit)? {
                let Some(path) = place_in(&folder, &file) else { continue };
                let bytes = mirror.read(file.blob)?;
                written += bytes.len() as u64;
                if written > LARGEST_TREE {
                    return Ok(Err(std::io::Error::other("the repository is too large to be built here")));
                }
                if let Err(error) = put(&path, &bytes) {
                    return Ok(Err(error));
                }
            }
            Ok(Ok(()))
        };
        let written = self.shared.remotes.offline(&view.url, write).await?;
        written.map_err(|cause| EngineError::Read { path: std::env::temp_dir(), cause })
    }
}

/// Where a file of the repository goes; nothing for what has no content or would leave the folder.
fn place_in(folder: &Path, file: &TreeFile) -> Option<PathBuf> {
    let path = Path::new(&file.path);
    let is_plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    (is_plain && file.kind.holds_content()).then(|| folder.join(path))
}

fn put(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::write(path, bytes)
}

fn step(id: &ManifestId, action: ApplyAction, before: String, after: String) -> ApplyStep {
    let diff = unified(&id.to_string().replace(' ', "/"), before.as_bytes(), after.as_bytes());
    ApplyStep { object: id.to_string(), action, diff, before, after }
}

/// What only Flux's controller knows how to build is not built half.
fn refuse_what_is_not_built(resource: &Kustomization) -> Result<(), EngineError> {
    if resource.overlays.is_empty() {
        return Ok(());
    }
    Err(EngineError::Invalid {
        message: format!(
            "Kustomization {} uses spec.{}, which only Flux applies",
            resource.meta.key,
            resource.overlays.join(", spec.")
        ),
        hint: "write it into a kustomization.yaml in the folder, or install Flux in the cluster".to_owned(),
    })
}
