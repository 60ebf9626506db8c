//! The reference scenario told step by step, each step done for real by the engine on the demo's servers.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::Serialize;
use sluice_core::ObjectKey;
use sluice_core::release::{Approval, Mode};
use sluice_engine::{
    Engine, EngineError, EngineOptions, NewSource, Paths, PlanRequest, ReleaseOutcome, ReleaseRequest, SourceView,
};

use crate::Demo;

/// One step of the tour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TourStep {
    /// What was done.
    pub title: String,
    /// What came of it.
    pub lines: Vec<String>,
    /// The diff, where one is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    Look,
    Publish(&'static str),
    Scan,
    WhyNot(&'static str),
    Plan,
    Release,
    Confirm,
}

/// The way of the tour: 1.0.0 in Git, then 1.0.1 and 1.1.0 appear.
const WAY: [Stop; 9] = [
    Stop::Look,
    Stop::Scan,
    Stop::Publish("1.0.1"),
    Stop::Publish("1.1.0"),
    Stop::Scan,
    Stop::WhyNot("1.1.0"),
    Stop::Plan,
    Stop::Release,
    Stop::Confirm,
];

/// The tour. Dropping it stops the servers and removes everything.
pub struct Tour {
    demo: Demo,
    engine: Engine,
    view: Arc<SourceView>,
    policy: ObjectKey,
    way: VecDeque<Stop>,
}

/// Who releases in the demo.
const WHO: &str = "demo";

impl Tour {
    /// Opens an engine of the demo's own beside its servers, and adds the repository to it.
    ///
    /// # Errors
    /// Whatever the engine cannot do.
    pub async fn start(demo: Demo) -> Result<Self, EngineError> {
        let paths = Paths {
            settings: demo.folder().join("sluice.toml"),
            data: demo.folder().join("data"),
            cache: demo.folder().join("cache"),
        };
        let engine = Engine::open(EngineOptions::isolated(paths)).await?;
        let source = NewSource { address: demo.git_url(), mode: Some(Mode::Review), ..NewSource::default() };
        let view = engine.add_source(source, WHO).await?;
        let policy = ObjectKey::new("flux-system", "flask-app");
        Ok(Self { demo, engine, view, policy, way: WAY.into() })
    }

    /// Does the next step. Nothing when the tour is over.
    ///
    /// # Errors
    /// Whatever the engine cannot do.
    pub async fn next(&mut self) -> Result<Option<TourStep>, EngineError> {
        let Some(stop) = self.way.pop_front() else { return Ok(None) };
        let step = match stop {
            Stop::Look => self.look(),
            Stop::Publish(tag) => {
                self.demo.publish(tag);
                step(format!("somebody pushes {tag}"), [format!("{}:{tag}", self.demo.image())])
            }
            Stop::Scan => self.scan().await?,
            Stop::WhyNot(tag) => self.why_not(tag).await?,
            Stop::Plan => self.plan().await?,
            Stop::Release => self.release().await?,
            Stop::Confirm => self.confirm().await?,
        };
        Ok(Some(step))
    }

    fn look(&self) -> TourStep {
        let catalogue = &self.view.catalogue;
        let marker = catalogue.markers.iter().map(|marker| {
            format!("{}:{} holds {} for {}", marker.file, marker.line, marker.value.value, marker.reference)
        });
        let counts = format!(
            "{} image repository, {} policy, {} automation, {} marker",
            catalogue.image_repositories.len(),
            catalogue.policies.len(),
            catalogue.automations.len(),
            catalogue.markers.len()
        );
        step(format!("read {} at {}", self.view.url, self.view.commit.short()), [counts].into_iter().chain(marker))
    }

    async fn scan(&self) -> Result<TourStep, EngineError> {
        let mut lines = Vec::new();
        for repository in self.view.catalogue.image_repositories.values() {
            let report = self.engine.scan(&self.view.name, repository).await?;
            let new = if report.added.is_empty() {
                "none new".to_owned()
            } else {
                format!("new: {}", report.added.join(", "))
            };
            lines.push(format!(
                "{}: {}, {new}",
                report.image,
                match report.total {
                    1 => "1 tag".to_owned(),
                    total => format!("{total} tags"),
                }
            ));
        }
        for policy in self.view.catalogue.policies.values() {
            let report = self.engine.decide(&self.view.name, &self.view.catalogue, policy).await?;
            let rule = policy.rule.as_ref().map(sluice_core::policy::Policy::summary).unwrap_or_default();
            let chosen = report.chosen.map_or_else(|| "nothing".to_owned(), |chosen| chosen.tag.to_string());
            lines.push(format!("{} ({rule}) chooses {chosen}", report.policy));
        }
        Ok(step("look for tags".to_owned(), lines))
    }

    async fn why_not(&self, tag: &str) -> Result<TourStep, EngineError> {
        let why = self.engine.why(&self.view, &self.policy, Some(tag)).await?;
        let lines = why.asked.map(|asked| format!("{tag} is passed over: {}", asked.detail));
        Ok(step(format!("why not {tag}?"), lines))
    }

    async fn plan(&self) -> Result<TourStep, EngineError> {
        let request = PlanRequest { approval: Approval::Given, ..PlanRequest::default() };
        let plan = self.engine.plan(&self.view.name, &self.policy, &request).await?.planned.plan;
        let target = format!("to {} on {}", plan.target.branch(), plan.target.base.get(..7).unwrap_or_default());
        Ok(TourStep { diff: Some(plan.diff()), ..step(format!("plan: {}", plan.summary()), [target]) })
    }

    async fn release(&mut self) -> Result<TourStep, EngineError> {
        let request = ReleaseRequest {
            source: self.view.name.clone(),
            automation: self.policy.clone(),
            policies: None,
            overrides: Default::default(),
            rule: None,
            approval: Approval::Given,
            shown: None,
            message: None,
            started_by: WHO.to_owned(),
        };
        let ReleaseOutcome::Pushed(pushed) = self.engine.release(&request).await? else {
            return Ok(step("nothing is left to release".to_owned(), None));
        };
        let author = format!("as {} <{}>", pushed.plan.author.name, pushed.plan.author.email);
        let message = pushed.plan.message.lines().map(|line| format!("    {line}"));
        let title = format!(
            "commit {} and push it to {}",
            pushed.commit.get(..7).unwrap_or_default(),
            pushed.plan.target.branch()
        );
        Ok(step(title, [author].into_iter().chain(message)))
    }

    async fn confirm(&mut self) -> Result<TourStep, EngineError> {
        self.view = self.engine.refresh(&self.view.name).await?;
        let status = self.engine.policy_status(&self.view, &self.policy).await?;
        let lines = [
            format!("{} stands in Git at {}", status.in_git.join(", "), self.view.commit.short()),
            "everything is removed now; nothing of yours was touched".to_owned(),
        ];
        Ok(step("done".to_owned(), lines))
    }
}

fn step(title: String, lines: impl IntoIterator<Item = String>) -> TourStep {
    TourStep { title, lines: lines.into_iter().collect(), diff: None }
}
