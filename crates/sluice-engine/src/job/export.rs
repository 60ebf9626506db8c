//! Bringing a workload under a policy: the resources that are missing and the marker, as one commit that was shown.

use std::collections::BTreeMap;

use sluice_core::export::{Export, ExportError, Files, Wish, proposed_range, workloads};
use sluice_core::release::Mode;
use sluice_git::{CommitId, FileEdit, Mirror, NewCommit, Person, PushKind, RemoteUrl, Signer};

use crate::remote::PushOrder;
use crate::source::SourceView;
use crate::{Engine, EngineError};

/// Who commits for an automation where nobody says otherwise: Flux's own documentation's name.
const AUTHOR: (&str, &str) = ("fluxcdbot", "fluxcdbot@users.noreply.github.com");

/// An export that was worked out and not yet written.
#[derive(Debug, Clone)]
pub struct ExportPlan {
    /// The source.
    pub source: String,
    /// The branch that it is pushed to.
    pub branch: String,
    /// The commit that it was worked out on.
    pub base: CommitId,
    /// The files.
    pub export: Export,
    /// The commit message.
    pub message: String,
    wish: Wish,
}

/// A workload of a source, with one image that can be brought under a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exportable {
    /// `Deployment/flask-app`: what [`Wish::workload`] takes.
    pub workload: String,
    /// Its namespace, as written; perhaps empty.
    pub namespace: String,
    /// The image without tag and digest.
    pub image: String,
    /// The value as it stands there.
    pub value: String,
    /// The file, and the line from 1.
    pub place: (String, u32),
    /// A marker stands behind it already.
    pub is_marked: bool,
    /// The range of versions that would be taken; nothing where the value is no version.
    pub range: Option<String>,
}

impl Engine {
    /// The workloads of a source, as they were read last.
    ///
    /// # Errors
    /// When there is no such source, or it was never read.
    pub async fn exportables(&self, source: &str) -> Result<Vec<Exportable>, EngineError> {
        let view = self.view(source).await?;
        let one = |image: &sluice_core::catalogue::Placed<sluice_core::marker::ImageField>| Exportable {
            workload: format!("{}/{}", image.object.kind, image.object.name),
            namespace: image.object.namespace.clone(),
            image: image.image.clone(),
            value: image.value.value.clone(),
            place: (image.file.to_string(), image.line),
            is_marked: image.is_marked,
            range: proposed_range(image),
        };
        Ok(workloads(&view.catalogue).into_iter().map(one).collect())
    }

    /// Whether an export to a source may be pushed.
    ///
    /// # Errors
    /// When there is no such source, or it is only observed here.
    pub fn may_export(&self, source: &str) -> Result<(), EngineError> {
        let settings = self.source_settings(source)?;
        if settings.mode.is_some_and(|mode| mode != Mode::Observe) {
            return Ok(());
        }
        Err(EngineError::Invalid {
            message: format!("{source} is only observed: nothing is written to it"),
            hint: format!("allow it first: sluice source set {source} --mode review"),
        })
    }

    /// Works out what a workload of a source lacks to be released by a policy, on the remote's newest commit. What the wish
    /// leaves open is taken from the source. Writes nothing.
    ///
    /// # Errors
    /// When there is no such source or workload, several fit, or something is neither given nor found.
    pub async fn plan_export(&self, source: &str, wish: Wish) -> Result<ExportPlan, EngineError> {
        let view = self.refresh(source).await?;
        let wish = completed(&view, wish);
        let export = self.exported(&view, &wish).await?;
        let message = format!(
            "Let {} be released by {}\n\n{}",
            wish.workload,
            export.marker.policy,
            export.files.iter().map(|file| format!("- {}\n", file.path)).collect::<String>()
        );
        let branch = view.branch.clone();
        Ok(ExportPlan { source: source.to_owned(), branch, base: view.commit, export, message, wish })
    }

    async fn exported(&self, view: &SourceView, wish: &Wish) -> Result<Export, EngineError> {
        let (catalogue, url, wish) = (view.catalogue.clone(), view.url.clone(), wish.clone());
        let same = self.settings().same_repository();
        let commit = view.commit;
        let work = move |mirror: &Mirror| {
            let blobs: BTreeMap<String, _> =
                mirror.files(commit)?.into_iter().map(|file| (file.path, file.blob)).collect();
            let read = |path: &str| mirror.read(*blobs.get(path)?).ok();
            let is_ours = |text: &str| same.is_written(text, &url);
            let files = Files { catalogue: &catalogue, read: &read, is_this_repository: &is_ours };
            Ok(sluice_core::export::export(&wish, &files))
        };
        self.shared
            .remotes
            .offline(&view.url, work)
            .await?
            .map_err(|error: ExportError| EngineError::Invalid { message: error.to_string(), hint: error.hint() })
    }

    /// Commits and pushes what was shown. It is worked out once more right before; if it would write something else by
    /// then, nothing is pushed. Gives the commit.
    ///
    /// # Errors
    /// When writing to the source is not allowed here, the files are others by now, or the remote refuses.
    pub async fn push_export(&self, shown: &ExportPlan, who: &str) -> Result<CommitId, EngineError> {
        self.may_export(&shown.source)?;
        let settings = self.source_settings(&shown.source)?;
        let mut plan = self.plan_export(&shown.source, shown.wish.clone()).await?;
        if plan.export.files != shown.export.files {
            return Err(EngineError::Invalid {
                message: format!("{} changed since the plan was shown", shown.source),
                hint: "look at it again: sluice export".to_owned(),
            });
        }
        // What a person wrote instead counts.
        plan.message.clone_from(&shown.message);
        let commit = self.commit_export(&settings.url, &plan).await?;
        let access = self.git_access(&settings, &settings.url).await?;
        let order = PushOrder {
            commit,
            reference: format!("refs/heads/{}", plan.branch),
            expected: Some(plan.base),
            kind: PushKind::FastForward,
            refspec: None,
            options: BTreeMap::new(),
        };
        self.push(&settings.url, access, order).await?;
        let words = format!("{} {} ({})", plan.wish.workload, plan.export.marker.policy, commit.short());
        self.audit(who, "export", &plan.source, &words).await?;
        self.refresh(&plan.source).await?;
        Ok(commit)
    }

    async fn commit_export(&self, url: &RemoteUrl, plan: &ExportPlan) -> Result<CommitId, EngineError> {
        let signer = match self.own_signature().await? {
            Some(planned) => Some(self.signer(&planned).await?),
            None => None,
        };
        let (name, email) = plan.wish.author.clone();
        let (person, time, plan) = (Person { name, email }, self.zoned_now(), plan.clone());
        let make = move |mirror: &Mirror| {
            let files: Vec<FileEdit<'_>> =
                plan.export.files.iter().map(|file| FileEdit { path: &file.path, content: &file.after }).collect();
            let sign = signer.as_ref().map(|signer| |bytes: &[u8]| signer.sign(bytes));
            mirror.commit(&NewCommit {
                parent: Some(plan.base),
                files: &files,
                author: &person,
                committer: &person,
                time: &time,
                message: &plan.message,
                signer: sign.as_ref().map(|sign| sign as &Signer<'_>),
            })
        };
        self.shared.remotes.offline(url, make).await
    }
}

/// The wish with what the source knows.
fn completed(view: &SourceView, wish: Wish) -> Wish {
    let automation = view.catalogue.automations.values().find_map(|one| one.git.as_ref());
    let author = match wish.author.1.is_empty() {
        false => wish.author,
        true => automation
            .map(|git| (git.author.name.clone(), git.author.email.clone()))
            .unwrap_or_else(|| (AUTHOR.0.to_owned(), AUTHOR.1.to_owned())),
    };
    Wish {
        url: wish.url.or_else(|| Some(view.url.to_string())),
        branch: if wish.branch.is_empty() { view.branch.clone() } else { wish.branch },
        author,
        ..wish
    }
}
