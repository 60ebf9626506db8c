//! Who writes: image automations at work in clusters that handle the same markers, and handing over from one to the
//! other. Two writers never fight: while a cluster writes, Sluice observes.

use sluice_core::ObjectKey;
use sluice_core::cluster::{LiveKind, LiveObject, Snapshot};
use sluice_core::flux::{Resource, UpdatePath};
use sluice_core::release::Mode;
use sluice_git::{RemoteUrl, SameRepository};
use sluice_store::ClusterWriter;

use super::act::refuse_read_only;
use super::desk::Depth;
use crate::job::plan::automation_in;
use crate::{Engine, EngineError, Sight};

/// Where an automation of a source writes.
pub(crate) struct Place<'a> {
    pub(crate) automation: &'a ObjectKey,
    pub(crate) remote: &'a RemoteUrl,
    pub(crate) branch: &'a str,
    pub(crate) path: &'a str,
}

/// Who is to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// The cluster's image-automation-controller.
    Cluster,
    /// Sluice.
    Here,
}

/// A hand-over that was planned and not yet made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOver {
    /// Who is to write.
    pub to: Writer,
    /// The source that declares the automation.
    pub source: String,
    /// The automation.
    pub automation: ObjectKey,
    /// The cluster whose automation is suspended or resumed.
    pub cluster: String,
    /// The automation in the cluster: the same, or another one that writes the same markers.
    pub live: ObjectKey,
    /// Whether it is suspended there now.
    pub is_suspended: bool,
    /// Whether the file in Git says that it is suspended.
    pub is_suspended_in_git: bool,
    /// What Sluice may do with it now.
    pub mode_now: Mode,
    /// What Sluice may do with it then.
    pub mode_then: Mode,
}

/// One step of a hand-over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandOverStep {
    /// The cluster's automation is suspended.
    Suspend,
    /// The cluster's automation goes on.
    Resume,
    /// Sluice may do something else from then on.
    Mode {
        /// What it may now.
        from: Mode,
        /// What it may then.
        to: Mode,
    },
}

impl HandOver {
    /// What is done, in order: whoever stops writing comes first.
    pub fn changes(&self) -> Vec<HandOverStep> {
        let mode = HandOverStep::Mode { from: self.mode_now, to: self.mode_then };
        let mode = (self.mode_now != self.mode_then).then_some(mode);
        let steps = match self.to {
            Writer::Cluster => [mode, self.is_suspended.then_some(HandOverStep::Resume)],
            Writer::Here => [(!self.is_suspended).then_some(HandOverStep::Suspend), mode],
        };
        steps.into_iter().flatten().collect()
    }

    /// The same in words.
    pub fn steps(&self) -> Vec<String> {
        let Self { cluster, live, automation, source, .. } = self;
        let words = |step| match step {
            HandOverStep::Suspend => format!("suspend ImageUpdateAutomation {live} in {cluster}"),
            HandOverStep::Resume => format!("resume ImageUpdateAutomation {live} in {cluster}"),
            HandOverStep::Mode { from, to } => {
                format!("set the mode of {automation} in {source} from {from} to {to}")
            }
        };
        self.changes().into_iter().map(words).collect()
    }

    /// What a person should know beforehand.
    pub fn note(&self) -> Option<HandOverNote> {
        match self.to {
            _ if self.is_suspended_in_git => Some(HandOverNote::SuspendedInGit),
            Writer::Here if !self.is_suspended => Some(HandOverNote::StaysSuspended),
            Writer::Here | Writer::Cluster => None,
        }
    }
}

/// What a person should know before a hand-over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandOverNote {
    /// The file in Git says `spec.suspend: true`: nobody writes while it does, and Flux suspends the automation again.
    SuspendedInGit,
    /// The file in Git does not say `spec.suspend`: Flux leaves the automation suspended until it is resumed.
    StaysSuspended,
}

impl std::fmt::Display for HandOverNote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::SuspendedInGit => {
                "Git says spec.suspend: true for it: nobody writes while it does, and Flux suspends it again with the \
                 next commit. Take it out there as well."
            }
            Self::StaysSuspended => {
                "Git does not say spec.suspend, so Flux leaves it suspended there until somebody resumes it."
            }
        })
    }
}

impl Engine {
    /// Reads what is at work in the clusters that are not kept up with. A cluster that does not answer keeps what was
    /// seen last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn look_for_writers(&self) -> Result<(), EngineError> {
        let settings = self.settings();
        let looks = settings.clusters.iter().map(|cluster| async {
            match self.sight_to(cluster, Depth::Flux).await {
                Ok(sight) => self.remember_writers(&cluster.name, &sight).await,
                Err(EngineError::Store(error)) => Err(error.into()),
                Err(error) => {
                    tracing::debug!(%error, "what was seen last counts");
                    Ok(())
                }
            }
        });
        futures_util::future::join_all(looks).await.into_iter().collect()
    }

    /// Remembers what is at work in a cluster, where it is something else than before.
    pub(super) async fn remember_writers(&self, cluster: &str, sight: &Sight) -> Result<(), EngineError> {
        let now = self.now();
        let Some(writers) = sight.read(|snapshot| writers_in(snapshot, cluster, now)) else { return Ok(()) };
        let known = self.store().cluster_writers().await?;
        let known = known.iter().filter(|one| one.cluster == cluster);
        let key =
            |one: &ClusterWriter| (one.automation.clone(), one.remote.clone(), one.branch.clone(), one.path.clone());
        if known.map(key).eq(writers.iter().map(key)) {
            return Ok(());
        }
        Ok(self.store().record_cluster_writers(cluster, writers).await?)
    }

    /// The automation in a cluster that writes the same markers, if there is one.
    pub(crate) async fn writer_at(&self, place: &Place<'_>) -> Result<Option<ClusterWriter>, EngineError> {
        let settings = self.settings();
        let is_there = |writer: &ClusterWriter| settings.clusters.iter().any(|cluster| cluster.name == writer.cluster);
        let writers = self.store().cluster_writers().await?;
        let same = settings.same_repository();
        Ok(writers.into_iter().filter(is_there).find(|writer| is_same_place(writer, place, &same)))
    }

    /// Plans handing the writing over. Writes nothing.
    ///
    /// # Errors
    /// When there is no such automation, or no cluster has it.
    pub async fn plan_hand_over(
        &self,
        source: &str,
        automation: &ObjectKey,
        cluster: Option<&str>,
        to: Writer,
        mode: Mode,
    ) -> Result<HandOver, EngineError> {
        let view = self.view(source).await?;
        let resource = automation_in(&view.catalogue, automation)?;
        let settings = self.source_settings(source)?;
        // Who is at work counts; it may be one of another name.
        let rival = match to {
            Writer::Here => self.rival_writer(&view, resource).await?,
            Writer::Cluster => None,
        };
        let rival = rival.filter(|rival| cluster.is_none_or(|cluster| rival.cluster == cluster));
        let (live, cluster) = match &rival {
            Some(rival) => (&rival.automation, Some(rival.cluster.as_str())),
            None => (automation, cluster),
        };
        let (cluster, object) = self.find_live(LiveKind::ImageUpdateAutomation, live, cluster).await?;
        refuse_read_only(&cluster)?;
        Ok(HandOver {
            to,
            source: source.to_owned(),
            automation: automation.clone(),
            cluster: cluster.name,
            live: object.id.key,
            is_suspended: object.is_suspended,
            is_suspended_in_git: resource.suspend,
            mode_now: crate::job::plan::mode_of(&settings, resource),
            // The team's rule in Git can only be made stricter.
            mode_then: match to {
                Writer::Cluster => Mode::Observe,
                Writer::Here => Mode::effective(Some(mode), resource.meta.team.mode),
            },
        })
    }

    /// Hands over as planned: whoever stops writing comes first, so that there are never two. It is planned once more
    /// right before; if it would be another one by then, nothing is done.
    ///
    /// # Errors
    /// When the cluster refuses or the settings cannot be written; what was done by then stays done, and nobody writes.
    pub async fn hand_over(&self, plan: &HandOver, who: &str) -> Result<(), EngineError> {
        let (source, automation, live) = (plan.source.as_str(), &plan.automation, &plan.live);
        let kind = LiveKind::ImageUpdateAutomation;
        let cluster = Some(plan.cluster.as_str());
        let now = self.plan_hand_over(source, automation, cluster, plan.to, plan.mode_then).await?;
        if now != *plan {
            return Err(EngineError::PlanChanged { automation: automation.clone() });
        }
        match plan.to {
            Writer::Cluster => {
                self.set_mode(source, Some(automation), Some(Mode::Observe), who).await?;
                self.suspend_live(kind, live, cluster, false, who).await?;
            }
            Writer::Here => {
                self.suspend_live(kind, live, cluster, true, who).await?;
                self.set_mode(source, Some(automation), Some(plan.mode_then), who).await?;
            }
        }
        // What was seen at work a moment ago is not any more, or is again.
        self.look_for_writers().await?;
        let to = if plan.to == Writer::Here { "here" } else { plan.cluster.as_str() };
        self.audit(who, "hand-over", &format!("{source} {automation}"), to).await
    }
}

/// The automations at work; nothing where they cannot be read.
fn writers_in(snapshot: &Snapshot, cluster: &str, now: jiff::Timestamp) -> Option<Vec<ClusterWriter>> {
    if snapshot.gaps.iter().any(|gap| gap.resource == LiveKind::ImageUpdateAutomation.resource()) {
        return None;
    }
    let at_work = snapshot.of_kind(LiveKind::ImageUpdateAutomation).filter(|one| !one.is_suspended && one.is_handled());
    let writer = |one: &LiveObject| {
        let source = one.source.as_ref()?;
        let repository = snapshot.object(source.kind, &source.key)?;
        Some(ClusterWriter {
            cluster: cluster.to_owned(),
            automation: one.id.key.clone(),
            remote: repository.url.clone()?,
            branch: branch_of(one).or_else(|| repository.branch.clone()).filter(|branch| !branch.is_empty()),
            path: one.path.clone().unwrap_or_default(),
            last_run: one.last_run,
            seen_at: now,
        })
    };
    Some(at_work.filter_map(writer).collect())
}

/// The branch that an automation pushes to.
fn branch_of(automation: &LiveObject) -> Option<String> {
    let Some(Resource::ImageUpdateAutomation(resource)) = automation.resource.as_deref() else { return None };
    let git = resource.git.as_ref()?;
    let pushed = git.push.as_ref().and_then(|push| push.branch.clone()).filter(|branch| !branch.is_empty());
    pushed.or_else(|| git.checkout.as_ref()?.checked_out_branch().map(str::to_owned))
}

/// Whether both write the same markers: those of one namespace, in folders that overlap, to one branch of one
/// repository.
fn is_same_place(writer: &ClusterWriter, place: &Place<'_>, same: &SameRepository) -> bool {
    let (theirs, ours) = (UpdatePath::new(&writer.path), UpdatePath::new(place.path));
    let overlap = theirs.covers(ours.as_str()) || ours.covers(theirs.as_str());
    writer.automation.namespace == place.automation.namespace
        && same.is_written(&writer.remote, place.remote)
        && writer.branch.as_deref().is_none_or(|branch| branch == place.branch)
        && overlap
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_write_the_same_where_repository_branch_namespace_and_folders_meet() {
        let writer = |remote: &str, branch: Option<&str>, path: &str, key: &str| ClusterWriter {
            cluster: "dev".into(),
            automation: ObjectKey::parse(key).expect("a key"),
            remote: remote.into(),
            branch: branch.map(str::to_owned),
            path: path.into(),
            last_run: None,
            seen_at: jiff::Timestamp::UNIX_EPOCH,
        };
        let own = ObjectKey::new("flux-system", "app");
        let remote = RemoteUrl::parse("https://git.example.com/team/fleet").expect("an address");
        let place = Place { automation: &own, remote: &remote, branch: "main", path: "./test" };
        let mut same = SameRepository::default();
        same.learn(remote.clone(), vec![RemoteUrl::parse("http://gitea.svc:3000/fleet").expect("an address")]);
        let ssh = "ssh://git@git.example.com/team/fleet.git";
        for (writer, is_same) in [
            (writer(ssh, Some("main"), "./test", "flux-system/app"), true),
            (writer(ssh, None, "./test/sub", "flux-system/other"), true),
            (writer(ssh, Some("main"), "", "flux-system/all"), true),
            (writer(ssh, Some("main"), "./testing", "flux-system/app"), false),
            (writer(ssh, Some("staging"), "./test", "flux-system/app"), false),
            (writer(ssh, Some("main"), "./test", "team/app"), false),
            (writer("https://git.example.com/team/other", Some("main"), "./test", "flux-system/app"), false),
            (writer("http://gitea.svc/fleet.git", Some("main"), "./test", "flux-system/app"), true),
            (writer("http://gitea.svc/other.git", Some("main"), "./test", "flux-system/app"), false),
        ] {
            assert_eq!(is_same_place(&writer, &place, &same), is_same, "{writer:?}");
        }
    }
}
