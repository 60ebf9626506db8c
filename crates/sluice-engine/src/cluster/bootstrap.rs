//! Setting Flux up in a cluster, by an installed `flux`, and looking afterwards whether it works.

use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;
use sluice_core::ObjectKey;
use sluice_core::cluster::{LiveKind, Rollout, Snapshot, WorkloadId, WorkloadKind};
use sluice_core::{Secret, flux::UpdatePath};
use sluice_git::{Mirror, RemoteUrl, Scheme};
use sluice_kube::{Bootstrap, BootstrapEnd, KubeError};
use tokio_util::sync::CancellationToken;

use super::act::refuse_read_only;
use super::desk::Depth;
use crate::settings::ClusterSettings;
use crate::{Engine, EngineError};

/// Flux's own namespace, and the name of what `flux bootstrap` makes there.
const FLUX: &str = "flux-system";
/// How long is waited for what was set up to become ready.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks.
const PACE: Duration = Duration::from_secs(2);

/// What is wanted.
#[derive(Debug, Default)]
pub struct BootstrapWish {
    /// The source whose repository Flux is to follow, or an address.
    pub repository: String,
    /// The cluster.
    pub cluster: String,
    /// The folder of the cluster in the repository; `clusters/NAME` when absent.
    pub path: Option<String>,
    /// The branch; the source's own, or `main`, when absent.
    pub branch: Option<String>,
    /// The owner is a person and no organisation.
    pub is_personal: bool,
    /// Whether the image controllers come too, so that the cluster could write by itself.
    pub with_images: bool,
    /// A token for the forge, for this once; a kept one, or one of this machine, otherwise.
    pub token: Option<Secret>,
}

/// What would be run, and with whose token.
#[derive(Debug)]
pub struct BootstrapPlan {
    /// The cluster.
    pub cluster: String,
    /// The command without its token: `flux bootstrap github …`.
    pub command: String,
    /// Where the token comes from; nothing where there is none.
    pub token_origin: Option<String>,
    /// The forge's host, which a token is kept for.
    pub host: String,
    /// The `flux` that would be run; nothing where none is installed.
    pub program: Option<PathBuf>,
    /// The source whose repository it is.
    source: Option<String>,
    bootstrap: Bootstrap,
    token: Option<Secret>,
}

impl BootstrapPlan {
    /// Why it cannot be run; nothing where it can.
    ///
    /// # Errors
    /// When there is no token for the forge, or no `flux` on this machine.
    pub fn ready(&self) -> Result<(), EngineError> {
        self.token()?;
        match self.program {
            Some(_) => Ok(()),
            None => Err(EngineError::cluster(&self.cluster, KubeError::NoFlux)),
        }
    }

    fn token(&self) -> Result<&Secret, EngineError> {
        self.token.as_ref().ok_or_else(|| EngineError::Invalid {
            message: format!("there is no token for {}", self.host),
            hint: format!("keep one: sluice credential add forge {} < TOKEN", self.host),
        })
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bootstrapped {
    /// It was stopped before `flux` was through. What `flux` had done by then stays.
    pub was_stopped: bool,
    /// What was looked at afterwards. Of what was stopped it says what is there already: in the cluster, and in the
    /// repository where a source follows it.
    pub checks: Vec<BootstrapCheck>,
}

/// Something that was looked at afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BootstrapCheck {
    /// What: `GitRepository flux-system/flux-system`.
    pub what: String,
    /// Whether it is as it should be.
    pub is_fine: bool,
    /// What it says.
    pub words: String,
}

impl Engine {
    /// Works out how Flux would be set up. Nothing is run.
    ///
    /// # Errors
    /// When there is no such cluster or repository, or its forge is not one that `flux bootstrap` knows. Whether it can be
    /// run is another question: [`BootstrapPlan::ready`].
    pub async fn plan_bootstrap(&self, wish: BootstrapWish) -> Result<BootstrapPlan, EngineError> {
        let settings = self.cluster_settings(&wish.cluster)?;
        refuse_read_only(&settings)?;
        let known = self.source_settings(&wish.repository).ok();
        let source = known.as_ref().map(|source| source.name.clone());
        let url = match &known {
            Some(source) => source.url.clone(),
            None => RemoteUrl::parse(&wish.repository).map_err(|cause| EngineError::Invalid {
                message: format!("`{}` is neither a source nor an address: {cause}", wish.repository.escape_debug()),
                hint: "name a source of `sluice source list`, or write the repository's address".to_owned(),
            })?,
        };
        if url.scheme() == Scheme::File {
            return Err(EngineError::Invalid {
                message: format!("Flux cannot fetch from {url}"),
                hint: "push the repository to a forge first".to_owned(),
            });
        }
        let path = url.path().trim_matches('/').trim_end_matches(".git").to_owned();
        let Some((owner, repository)) = path.rsplit_once('/') else {
            return Err(EngineError::Invalid {
                message: format!("{url} names no owner and repository"),
                hint: "write it as HOST/OWNER/REPOSITORY".to_owned(),
            });
        };
        let place = self.forge_place(&url).await?;
        let access = self.forge_access(&url, wish.token).await?;
        let bootstrap = Bootstrap {
            forge: place.kind.as_str().to_owned(),
            host: url.host().to_owned(),
            owner: owner.to_owned(),
            repository: repository.to_owned(),
            is_personal: wish.is_personal,
            branch: match (wish.branch, known) {
                (Some(branch), _) => branch,
                (None, Some(source)) => self.view(&source.name).await.map(|view| view.branch.clone())?,
                (None, None) => "main".to_owned(),
            },
            path: match wish.path {
                Some(path) => UpdatePath::new(&path).as_str().to_owned(),
                None => format!("clusters/{}", settings.name),
            },
            with_images: wish.with_images,
        };
        let command = format!("flux {}", bootstrap.arguments(&settings.context).join(" "));
        let program = self.cluster_access(&settings).surroundings.find_program("flux").await;
        Ok(BootstrapPlan {
            cluster: settings.name,
            command,
            token_origin: access.token.is_some().then_some(access.origin),
            host: url.host().to_owned(),
            program,
            source,
            bootstrap,
            token: access.token,
        })
    }

    /// Runs what was planned; every line of `flux` is told as it comes. Afterwards it is looked whether all of it works,
    /// for a minute at most. Once `stop` is cancelled `flux` is ended, or the looking.
    ///
    /// # Errors
    /// When `flux` is not installed or fails, or the cluster does not answer afterwards.
    pub async fn bootstrap(
        &self,
        plan: &BootstrapPlan,
        who: &str,
        stop: &CancellationToken,
        told: &(dyn Fn(&str) + Sync),
    ) -> Result<Bootstrapped, EngineError> {
        let settings = self.cluster_settings(&plan.cluster)?;
        refuse_read_only(&settings)?;
        let access = self.cluster_access(&settings);
        let ended = sluice_kube::bootstrap(&plan.bootstrap, plan.token()?, &access, stop, told).await;
        if ended.map_err(|cause| EngineError::cluster(&settings.name, cause))? == BootstrapEnd::Stopped {
            self.audit(who, "bootstrap-stopped", &settings.name, &plan.command).await?;
            self.shared.clusters.wake();
            return Ok(Bootstrapped { was_stopped: true, checks: self.left_behind(plan, &settings).await });
        }
        self.audit(who, "bootstrap", &settings.name, &plan.command).await?;
        let started = tokio::time::Instant::now();
        loop {
            // What is kept up with may not know yet that there are new kinds.
            let read = self.connection(&settings).cluster.snapshot().await;
            let checks = match read {
                Ok(snapshot) => checks(&snapshot, plan.bootstrap.with_images),
                Err(cause) if started.elapsed() >= PATIENCE => return Err(EngineError::cluster(&settings.name, cause)),
                Err(_) => Vec::new(),
            };
            let is_fine = !checks.is_empty() && checks.iter().all(|check| check.is_fine);
            if is_fine || started.elapsed() >= PATIENCE || stop.is_cancelled() {
                self.shared.clusters.wake();
                return Ok(Bootstrapped { was_stopped: false, checks });
            }
            tokio::select! {
                () = tokio::time::sleep(PACE) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// What a `flux` that was stopped has left behind, as far as it can be seen.
    async fn left_behind(&self, plan: &BootstrapPlan, settings: &ClusterSettings) -> Vec<BootstrapCheck> {
        let mut found = vec![self.pushed_manifests(plan).await];
        match self.connection(settings).cluster.snapshot().await {
            Ok(snapshot) => found.extend(checks(&snapshot, plan.bootstrap.with_images)),
            Err(cause) => found.push(BootstrapCheck {
                what: settings.name.clone(),
                is_fine: false,
                words: format!("what is there cannot be seen: {cause}"),
            }),
        }
        found
    }

    /// Whether Flux's own manifests are in the repository.
    async fn pushed_manifests(&self, plan: &BootstrapPlan) -> BootstrapCheck {
        let Bootstrap { owner, repository, path, branch, .. } = &plan.bootstrap;
        let folder = UpdatePath::new(&format!("{path}/{FLUX}"));
        let what = format!("{owner}/{repository} {branch} {}", folder.as_str());
        let unseen = |words: String| BootstrapCheck { what: what.clone(), is_fine: false, words };
        let Some(source) = &plan.source else {
            return unseen("no source follows this repository: look there for what was pushed".to_owned());
        };
        let seen = async {
            let view = self.refresh(source).await?;
            let commit = view.commit;
            let files = self.shared.remotes.offline(&view.url, move |mirror: &Mirror| mirror.files(commit)).await?;
            Ok::<_, EngineError>((view.branch == *branch).then(|| files.iter().any(|file| folder.covers(&file.path))))
        };
        match seen.await {
            Ok(Some(true)) => BootstrapCheck { what, is_fine: true, words: "Flux's manifests are pushed".to_owned() },
            Ok(Some(false)) => unseen("nothing is pushed".to_owned()),
            Ok(None) => unseen(format!("{source} reads another branch: look there for what was pushed")),
            Err(error) => unseen(format!("it cannot be seen: {error}")),
        }
    }

    /// Looks whether Flux works in a cluster: its source, its Kustomization, its controllers.
    ///
    /// # Errors
    /// When there is no such cluster, or it does not answer.
    pub async fn check_flux(&self, cluster: &str, with_images: bool) -> Result<Vec<BootstrapCheck>, EngineError> {
        let settings = self.cluster_settings(cluster)?;
        let sight = self.sight_to(&settings, Depth::Whole).await?;
        Ok(sight.read(|snapshot| checks(snapshot, with_images)))
    }
}

fn checks(snapshot: &Snapshot, with_images: bool) -> Vec<BootstrapCheck> {
    let key = ObjectKey::new(FLUX, FLUX);
    let object = |kind: LiveKind| {
        let found = snapshot.object(kind, &key);
        let words = match found {
            None => "it is not there".to_owned(),
            Some(object) => object.failure().or(object.ready()).map_or_else(
                || "its controller has said nothing yet".to_owned(),
                |condition| condition.message.clone(),
            ),
        };
        let is_fine = found.is_some_and(|object| object.is_ready() && !object.is_suspended);
        BootstrapCheck { what: format!("{kind} {key}"), is_fine, words }
    };
    let mut controllers = vec!["source-controller", "kustomize-controller"];
    if with_images {
        controllers.extend(["image-reflector-controller", "image-automation-controller"]);
    }
    let controller = |name: &str| {
        let id = WorkloadId { kind: WorkloadKind::Deployment, key: ObjectKey::new(FLUX, name) };
        let (is_fine, words) = match snapshot.workloads.get(&id).map(|workload| &workload.rollout) {
            None => (false, "it is not there".to_owned()),
            Some(Rollout::Current) => (true, "it runs".to_owned()),
            Some(Rollout::InProgress { words }) => (false, words.clone()),
            Some(Rollout::Failed { reason, words }) => (false, format!("{reason}: {words}")),
        };
        BootstrapCheck { what: id.to_string(), is_fine, words }
    };
    let objects = [LiveKind::GitRepository, LiveKind::Kustomization].map(object);
    objects.into_iter().chain(controllers.into_iter().map(controller)).collect()
}
