//! Proposals: shown exactly, done on a person's yes.

use sluice_core::release::Mode as DomainMode;
use sluice_engine::{ApplyAction, ApplyPlan, BootstrapPlan, ExportPlan, HandOver, HandOverNote, HandOverStep};

use crate::api::{Api, Inner};
use crate::command::{Answers, CarryOut, DiscardProposal, GetExportables, GetProposal, Propose, StopProposal};
use crate::convert::file::file_change;
use crate::proposal::{Kept, Planned};
use crate::view::common::{Nothing, Remedy, RemedyAction, SourceRequest};
use crate::view::credential::CredentialKind;
use crate::view::error::WireError;
use crate::view::proposal::{
    CarryOutRequest, Exportable, Exportables, NoteCode, Proposal, ProposalId, ProposalNote, ProposalRequest,
    ProposalStep, ProposedCommit, ProposedRun, StepPlace, StepVerb,
};
use crate::view::review::FieldChange;

impl Answers<Propose> for Api {
    async fn answer(&self, request: ProposalRequest) -> Result<Proposal, WireError> {
        let kept = self.inner.propose(request.wish).await?;
        Ok(self.inner.show_proposal(kept))
    }
}

impl Answers<GetProposal> for Api {
    async fn answer(&self, request: ProposalId) -> Result<Proposal, WireError> {
        let kept = self.inner.proposals().get(&request.proposal)?;
        Ok(self.inner.show_proposal(kept))
    }
}

impl Answers<CarryOut> for Api {
    async fn answer(&self, request: CarryOutRequest) -> Result<Proposal, WireError> {
        let kept = self.inner.carry_out(&request.proposal, request.message)?;
        Ok(self.inner.show_proposal(kept))
    }
}

impl Answers<StopProposal> for Api {
    async fn answer(&self, request: ProposalId) -> Result<Proposal, WireError> {
        let kept = self.inner.proposals().stop(&request.proposal)?;
        Ok(self.inner.show_proposal(kept))
    }
}

impl Answers<DiscardProposal> for Api {
    async fn answer(&self, request: ProposalId) -> Result<Nothing, WireError> {
        self.inner.proposals().remove(&request.proposal);
        Ok(Nothing {})
    }
}

impl Answers<GetExportables> for Api {
    async fn answer(&self, request: SourceRequest) -> Result<Exportables, WireError> {
        let found = self.inner.engine.exportables(&request.source).await?;
        let one = |found: sluice_engine::Exportable| Exportable {
            workload: found.workload,
            namespace: found.namespace,
            image: found.image,
            value: found.value,
            path: found.place.0,
            line: found.place.1,
            is_marked: found.is_marked,
            range: found.range,
        };
        Ok(Exportables { workloads: found.into_iter().map(one).collect() })
    }
}

impl Inner {
    fn show_proposal(&self, kept: Kept) -> Proposal {
        let empty = Proposal {
            proposal: kept.id,
            wish: kept.wish,
            steps: Vec::new(),
            notes: Vec::new(),
            commit: None,
            run: None,
            revision: None,
            obstacle: self.obstacle_to(&kept.planned),
            remedy: None,
            made_at: kept.made_at,
            course: kept.course,
            output: kept.output.into(),
        };
        match &kept.planned {
            Planned::HandOver(plan) => {
                let note = plan.note().map(|note| ProposalNote {
                    code: match note {
                        HandOverNote::SuspendedInGit => NoteCode::SuspendedInGit,
                        HandOverNote::StaysSuspended => NoteCode::StaysSuspended,
                    },
                    words: note.to_string(),
                });
                Proposal { steps: hand_over(plan), notes: note.into_iter().collect(), ..empty }
            }
            Planned::Apply(plan) => Proposal { steps: apply(plan), revision: Some(plan.revision.clone()), ..empty },
            Planned::Export(plan) => show_export(plan, empty),
            Planned::Bootstrap(plan) => show_bootstrap(plan, empty),
        }
    }
}

fn show_export(plan: &ExportPlan, empty: Proposal) -> Proposal {
    let source = || StepPlace::Source { source: plan.source.clone() };
    let written = plan.export.files.iter().map(|file| ProposalStep {
        verb: if file.before.is_some() { StepVerb::Change } else { StepVerb::Create },
        object: file.path.clone(),
        place: source(),
        fields: Vec::new(),
        file: Some(file_change(&file.path, file.before.as_deref().unwrap_or_default(), &file.after)),
    });
    let used = plan.export.used.iter().map(|id| ProposalStep {
        verb: StepVerb::Use,
        object: id.to_string(),
        place: source(),
        fields: Vec::new(),
        file: None,
    });
    let allow = || Remedy {
        words: format!("allow writing to {}", plan.source),
        action: RemedyAction::AllowWriting { source: plan.source.clone() },
    };
    Proposal {
        steps: written.chain(used).collect(),
        notes: plan
            .export
            .notes
            .iter()
            .map(|words| ProposalNote { code: NoteCode::Other, words: words.clone() })
            .collect(),
        commit: Some(ProposedCommit {
            source: plan.source.clone(),
            branch: plan.branch.clone(),
            base: plan.base.to_string(),
            message: plan.message.clone(),
        }),
        remedy: empty.obstacle.is_some().then(allow),
        ..empty
    }
}

fn hand_over(plan: &HandOver) -> Vec<ProposalStep> {
    let field =
        |field: &str, old: Option<String>, new: Option<String>| vec![FieldChange { field: field.to_owned(), old, new }];
    // What goes on does not say that it is suspended, as Flux's own command line leaves it.
    let said = |is_suspended: bool| is_suspended.then(|| "true".to_owned());
    let live = |verb, is_suspended: bool| ProposalStep {
        verb,
        object: format!("ImageUpdateAutomation {}", plan.live),
        place: StepPlace::Cluster { cluster: plan.cluster.clone() },
        fields: field("spec.suspend", said(!is_suspended), said(is_suspended)),
        file: None,
    };
    let one = |step| match step {
        HandOverStep::Suspend => live(StepVerb::Suspend, true),
        HandOverStep::Resume => live(StepVerb::Resume, false),
        HandOverStep::Mode { from, to } => ProposalStep {
            verb: StepVerb::SetMode,
            object: format!("{} {}", plan.source, plan.automation),
            place: StepPlace::Here,
            fields: field("mode", Some(word(from)), Some(word(to))),
            file: None,
        },
    };
    plan.changes().into_iter().map(one).collect()
}

fn word(mode: DomainMode) -> String {
    mode.as_str().to_owned()
}

fn apply(plan: &ApplyPlan) -> Vec<ProposalStep> {
    let steps = plan.steps.iter().map(|step| ProposalStep {
        verb: match step.action {
            ApplyAction::Create => StepVerb::Create,
            ApplyAction::Change => StepVerb::Change,
            ApplyAction::Keep => StepVerb::Keep,
            ApplyAction::Prune => StepVerb::Delete,
        },
        object: step.object.clone(),
        place: StepPlace::Cluster { cluster: plan.cluster.clone() },
        fields: Vec::new(),
        file: (step.action != ApplyAction::Keep)
            .then(|| file_change(&step.object, step.before.as_bytes(), step.after.as_bytes())),
    });
    steps.collect()
}

fn show_bootstrap(plan: &BootstrapPlan, empty: Proposal) -> Proposal {
    // A program that is missing is installed by a person.
    let sign_in = || Remedy {
        words: format!("keep a token for {}", plan.host),
        action: RemedyAction::SignIn { kind: CredentialKind::Forge, target: plan.host.clone() },
    };
    Proposal {
        run: Some(ProposedRun {
            command: plan.command.clone(),
            token: plan.token_origin.clone(),
            program: plan.program.as_ref().map(|path| path.display().to_string()),
        }),
        remedy: plan.token_origin.is_none().then(sign_in),
        ..empty
    }
}
