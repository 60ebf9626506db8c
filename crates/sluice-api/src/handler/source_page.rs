//! A Git remote with everything in it, what was found there, and what is wrong.

use std::collections::BTreeSet;

use sluice_core::ObjectKey;
use sluice_engine::SourceView;

use crate::api::{Api, Inner};
use crate::board::{Board, SourceBoard};
use crate::command::{Answers, GetDiagnoses, GetFound, GetSource};
use crate::convert::count;
use crate::convert::diagnosis::{diagnosis, sort};
use crate::handler::images::looked_through;
use crate::handler::key::{deploy_key, host_key};
use crate::handler::policy::{pause_of, push_branch};
use crate::policy_board::{PolicyBoard, next_run};
use crate::view::cluster::WriterInCluster;
use crate::view::common::{ObjectRef, RemedyAction, SourceRequest};
use crate::view::diagnosis::{Diagnoses, DiagnosesRequest, Diagnosis, Severity};
use crate::view::error::{ErrorCode, WireError};
use crate::view::source::{Automation, Found, FoundCounts, FoundImage, MissingCredential, ReadingStage, SourceDetail};

impl Answers<GetSource> for Api {
    async fn answer(&self, request: SourceRequest) -> Result<SourceDetail, WireError> {
        let inner = &self.inner;
        let board = inner.board().await?;
        let source = board.source(&request.source)?;
        let url = source.settings.url.to_string();
        let is_ssh = url.starts_with("ssh://");
        let key = if is_ssh { inner.engine.key(&url).await.ok().map(deploy_key) } else { None };
        let known = if is_ssh { inner.engine.known_host_keys(&url).await? } else { Vec::new() };
        let host_key = known.into_iter().next().map(|key| host_key(key, inner.now()));
        Ok(SourceDetail {
            git: inner.git_source(&board, source).await?,
            found: inner.found(&board, source).await?,
            automations: inner.automations(source).await?,
            key,
            host_key,
        })
    }
}

/// An automation of a source; nothing for one that was not read yet.
fn automation(
    inner: &Inner,
    source: &SourceBoard,
    status: &sluice_engine::AutomationStatus,
    writer: Option<WriterInCluster>,
) -> Option<Automation> {
    let view = source.view.as_ref()?;
    let written = view.catalogue.automations.get(&status.automation)?;
    let selected = view.catalogue.policies.values().filter(|policy| {
        policy.meta.key.namespace == status.automation.namespace && written.selects(&policy.meta.labels)
    });
    Some(Automation {
        automation: ObjectRef::of(&view.name, &status.automation),
        mode: status.mode.into(),
        most: written.meta.team.mode.map(Into::into),
        is_suspended: status.is_suspended,
        paused: pause_of(inner, source, &status.automation),
        branch: push_branch(view, &status.automation),
        path: written.update_path.clone(),
        interval: u32::try_from(status.interval_seconds).unwrap_or(u32::MAX),
        policies: count(selected.count()),
        last_run: status.last_run.as_ref().map(|run| run.at),
        outcome: status
            .failure
            .as_ref()
            .and_then(|failure| failure.words.clone())
            .or_else(|| status.last_run.as_ref().map(|run| run.outcome.clone())),
        next_run: next_run(status).filter(|_| inner.engine.agent_status().is_running),
        writer,
    })
}

impl Answers<GetFound> for Api {
    async fn answer(&self, request: SourceRequest) -> Result<Found, WireError> {
        let board = self.inner.board().await?;
        let source = board.source(&request.source)?;
        self.inner.found(&board, source).await
    }
}

impl Inner {
    async fn automations(&self, source: &SourceBoard) -> Result<Vec<Automation>, WireError> {
        let mut found = Vec::new();
        for status in source.automations.values() {
            let writer = match &source.view {
                Some(view) => self.writer_of(view, &status.automation).await?,
                None => None,
            };
            found.extend(automation(self, source, status, writer));
        }
        Ok(found)
    }

    /// The automation in a cluster that writes what an automation of a source would write, where one was seen at work.
    pub(crate) async fn writer_of(
        &self,
        view: &SourceView,
        automation: &ObjectKey,
    ) -> Result<Option<WriterInCluster>, WireError> {
        let Some(written) = view.catalogue.automations.get(automation) else { return Ok(None) };
        let writer = self.engine.rival_writer(view, written).await?;
        Ok(writer.map(|writer| WriterInCluster {
            cluster: writer.cluster,
            automation: writer.automation.to_string(),
            last_run: writer.last_run,
        }))
    }

    async fn found(&self, board: &Board, source: &SourceBoard) -> Result<Found, WireError> {
        let problems = self.diagnoses_of_source(source).await?;
        let heartbeat = self.git_heartbeat(board, source);
        let stage = match (self.checks.stage(&source.settings.name), &source.view) {
            (Some(stage), _) => stage,
            (None, Some(_)) => ReadingStage::Done,
            (None, None) => ReadingStage::Failed,
        };
        Ok(Found {
            source: source.settings.name.clone(),
            address: source.settings.url.to_string(),
            stage,
            looked_through: looked_through(source),
            counts: counts(source, &problems),
            images: source.policies.iter().map(found_image).collect(),
            missing: self.missing(board, source),
            may_write: source.settings.mode.unwrap_or_default() != sluice_core::release::Mode::Observe,
            problem: source.problem.clone(),
            remedy: heartbeat.remedy.filter(|_| source.problem.is_some()),
            problems,
        })
    }

    /// Remotes that refused what they were asked with, the repository's own and the registries of its images.
    fn missing(&self, board: &Board, source: &SourceBoard) -> Vec<MissingCredential> {
        let images = source.view.iter().flat_map(|view| view.catalogue.image_repositories.values());
        let hosts: BTreeSet<&str> = images.map(|repository| repository.image.registry()).collect();
        let registries = hosts.into_iter().map(|host| self.registry_heartbeat(board, host, 0));
        let beats = [self.git_heartbeat(board, source)].into_iter().chain(registries);
        let one = |beat: crate::view::source::Heartbeat| {
            let problem = beat.problem.filter(|problem| problem.code == ErrorCode::CredentialsRefused)?;
            match beat.remedy?.action {
                RemedyAction::SignIn { kind, target } => {
                    Some(MissingCredential { kind, target, words: problem.message })
                }
                _ => None,
            }
        };
        beats.filter_map(one).collect()
    }

    /// What is wrong with a source, the worst first; nothing for one that was never read.
    pub(crate) async fn diagnoses_of_source(&self, source: &SourceBoard) -> Result<Vec<Diagnosis>, WireError> {
        let Some(view) = &source.view else { return Ok(Vec::new()) };
        let found = self.engine.diagnose(view).await?;
        let mut diagnoses: Vec<Diagnosis> = found.into_iter().map(|one| diagnosis(&view.name, one)).collect();
        sort(&mut diagnoses);
        Ok(diagnoses)
    }
}

fn found_image(policy: &PolicyBoard) -> FoundImage {
    let row = &policy.row;
    let of_policy = policy.status.problem.as_ref();
    let problem = of_policy.map(|problem| {
        let code = match problem.code {
            sluice_core::policy::ProblemCode::DigestUnknown => ErrorCode::Unreachable,
            _ => ErrorCode::NotFound,
        };
        WireError::new(code, problem.message.clone(), problem.hint.clone())
    });
    FoundImage {
        policy: row.policy.clone(),
        image: row.image.clone(),
        in_git: row.in_git.clone(),
        candidate: row.candidate.clone(),
        state: row.state,
        problem: problem.or_else(|| policy.plan_problem.clone()),
    }
}

fn counts(source: &SourceBoard, problems: &[Diagnosis]) -> FoundCounts {
    let catalogue = source.view.as_ref().map(|view| &view.catalogue);
    let number = |of: &dyn Fn(&sluice_core::catalogue::Catalogue) -> usize| {
        catalogue.map_or(0, |catalogue| count(of(catalogue)))
    };
    FoundCounts {
        image_repositories: number(&|catalogue| catalogue.image_repositories.len()),
        image_policies: number(&|catalogue| catalogue.policies.len()),
        automations: number(&|catalogue| catalogue.automations.len()),
        git_repositories: number(&|catalogue| catalogue.git_repositories.len()),
        kustomizations: number(&|catalogue| catalogue.kustomizations.len()),
        markers: number(&|catalogue| catalogue.markers.len()),
        marked_files: number(&|catalogue| {
            catalogue.markers.iter().map(|marker| &marker.file).collect::<BTreeSet<_>>().len()
        }),
        problems: count(problems.len()),
        errors: count(problems.iter().filter(|problem| problem.severity == Severity::Error).count()),
    }
}

impl Answers<GetDiagnoses> for Api {
    async fn answer(&self, request: DiagnosesRequest) -> Result<Diagnoses, WireError> {
        let board = self.inner.board().await?;
        if let Some(source) = &request.source {
            board.source(source)?;
        }
        let wanted = |source: &&SourceBoard| request.source.as_ref().is_none_or(|name| source.settings.name == *name);
        let mut diagnoses = Vec::new();
        for source in board.sources.iter().filter(wanted) {
            diagnoses.extend(self.inner.diagnoses_of_source(source).await?);
        }
        sort(&mut diagnoses);
        Ok(Diagnoses { diagnoses })
    }
}
