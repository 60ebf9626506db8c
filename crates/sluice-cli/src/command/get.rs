//! `sluice get`: how images, policies, automations, sources and releases stand, in Flux's columns, and what the clusters
//! say.

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use serde::Serialize;
use sluice_core::policy::{Policy, PolicyProblem};
use sluice_engine::{AutomationStatus, Difference, Engine, ImageStatus, PolicyStatus, ReleaseState, SourceStatus};

use super::get_cluster::{self, Object, OneWorkload};
use super::get_release::{self, OneRelease};
use super::scan::views;
use super::source_cluster::OneCluster;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Cell, Report, Screen, Table, Tone, counted, exit_if_any};
use crate::progress::Progress;
use crate::session::Session;
use crate::when::{age, moment};

const EXAMPLES: &str = "\
Examples:
  sluice get policies
  sluice get all --source fleet
  sluice get releases -o json
  sluice get workloads --cluster dev

Exit codes: 0 there is something, 3 there is nothing";

/// Show images, policies, automations, sources, releases, or what the clusters say
///
/// Answers from what is known, without asking any remote; the age says how old that is. Clusters are asked.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Get {
    /// What to show
    #[arg(value_enum)]
    what: What,
    /// Only this source
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Only this cluster
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,
    /// How many releases at most, beside those that are stuck in a cluster
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Image repositories with their tags
    Images,
    /// Policies with what they choose
    Policies,
    /// Automations with their mode and last run
    Automations,
    /// Sources with what their remote said
    Sources,
    /// The newest releases
    Releases,
    /// Clusters, asked how they are
    Clusters,
    /// Flux's objects in the clusters, and whether Git has them too
    Flux,
    /// Workloads in the clusters, and the images they run
    Workloads,
    /// What Git says and a cluster does not, and the other way round
    Differences,
    /// Everything but releases and clusters
    All,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Got {
    #[serde(skip_serializing_if = "Option::is_none")]
    sources: Option<Vec<Source>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    images: Option<Vec<Image>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policies: Option<Vec<OnePolicy>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    automations: Option<Vec<Automation>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    releases: Option<Vec<OneRelease>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clusters: Option<Vec<OneCluster>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flux: Option<Vec<Object>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workloads: Option<Vec<OneWorkload>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    differences: Option<Vec<OneDifference>>,
}

#[derive(Serialize)]
struct OneDifference {
    cluster: String,
    source: Option<String>,
    object: String,
    file: Option<String>,
    difference: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Source {
    name: String,
    url: String,
    mode: String,
    branch: Option<String>,
    commit: Option<String>,
    ready: bool,
    message: String,
    last_success: Option<Timestamp>,
    policies: usize,
    automations: usize,
    markers: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Image {
    source: String,
    name: String,
    image: String,
    tags: usize,
    last_scan: Option<Timestamp>,
    suspended: bool,
    ready: bool,
    message: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OnePolicy {
    source: String,
    name: String,
    image: Option<String>,
    tag: Option<String>,
    digest: Option<String>,
    in_git: Vec<String>,
    suspended: bool,
    ready: bool,
    message: String,
    problem: Option<PolicyProblem>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Automation {
    source: String,
    name: String,
    mode: String,
    interval_seconds: u64,
    last_run: Option<Timestamp>,
    suspended: bool,
    paused: bool,
    ready: bool,
    message: String,
}

impl Get {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        let got = session.run(self.get(&session.engine))?;
        screen.print(&got)?;
        Ok(exit_if_any(!got.is_empty()))
    }

    async fn get(&self, engine: &Engine) -> Result<Got, CliError> {
        let _progress = Progress::start("reading");
        let wants = |what| self.what == what || self.what == What::All;
        let mut got = Got::default();
        if wants(What::Sources) {
            let all = engine.source_statuses().await?;
            let mine = all.into_iter().filter(|status| self.source.as_ref().is_none_or(|name| *name == status.name));
            got.sources = Some(mine.map(Source::of).collect());
        }
        if self.what == What::Releases {
            got.releases = Some(get_release::releases(engine, self.source.as_deref(), self.limit).await?);
        }
        let cluster = self.cluster.as_deref();
        match self.what {
            What::Clusters => got.clusters = Some(get_cluster::clusters(engine, cluster).await?),
            What::Flux => got.flux = Some(get_cluster::objects(engine, cluster).await?),
            What::Workloads => got.workloads = Some(get_cluster::workloads(engine, cluster).await?),
            What::Differences => {
                let all = engine.differences().await?.into_iter();
                let mine = all.filter(|one| cluster.is_none_or(|name| name == one.cluster));
                got.differences = Some(mine.map(OneDifference::of).collect());
            }
            _ => {}
        }
        if !matches!(self.what, What::Images | What::Policies | What::Automations | What::All) {
            return Ok(got);
        }
        for view in views(engine, self.source.as_deref()).await? {
            if wants(What::Images) {
                let statuses = engine.image_statuses(&view).await?;
                got.images.get_or_insert_default().extend(statuses.into_iter().map(Image::of));
            }
            if wants(What::Policies) {
                let statuses = engine.policy_statuses(&view).await?;
                got.policies.get_or_insert_default().extend(statuses.into_iter().map(OnePolicy::of));
            }
            if wants(What::Automations) {
                let statuses = engine.automation_statuses(&view).await?;
                got.automations.get_or_insert_default().extend(statuses.into_iter().map(Automation::of));
            }
        }
        Ok(got)
    }
}

/// Shows the sources, for the verbs of `sluice source`.
pub(super) fn sources(screen: &Screen, session: &Session) -> Result<Exit, CliError> {
    Get { what: What::Sources, source: None, cluster: None, limit: 0 }.run(screen, session)
}

impl Got {
    fn is_empty(&self) -> bool {
        fn none<T>(list: &Option<Vec<T>>) -> bool {
            list.as_ref().is_none_or(Vec::is_empty)
        }
        none(&self.sources)
            && none(&self.images)
            && none(&self.policies)
            && none(&self.automations)
            && none(&self.releases)
            && none(&self.clusters)
            && none(&self.flux)
            && none(&self.workloads)
            && none(&self.differences)
    }
}

impl OneDifference {
    fn of(difference: Difference) -> Self {
        Self {
            cluster: difference.cluster,
            source: difference.source,
            object: difference.object.to_string(),
            file: difference.file,
            difference: difference.kind.as_str(),
        }
    }
}

fn differences_text(differences: &[OneDifference], screen: &Screen) -> String {
    let mut table = Table::new(["cluster", "source", "object", "file", "difference"]);
    for one in differences {
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        table.row([
            one.cluster.clone().into(),
            or_none(&one.source).into(),
            one.object.clone().into(),
            or_none(&one.file).into(),
            Cell::toned(Tone::Warning, one.difference),
        ]);
    }
    table.text(screen)
}

impl Source {
    fn of(status: SourceStatus) -> Self {
        let beat = status.heartbeat.as_ref();
        let words = status.problem.clone().or_else(|| beat.and_then(|beat| beat.words.clone()));
        Self {
            ready: words.is_none() && status.commit.is_some(),
            message: words.unwrap_or_else(|| {
                format!("{} policies, {} automations, {} markers", status.policies, status.automations, status.markers)
            }),
            last_success: beat.and_then(|beat| beat.last_success),
            name: status.name,
            url: status.url.to_string(),
            mode: status.mode.to_string(),
            branch: status.branch,
            commit: status.commit,
            policies: status.policies,
            automations: status.automations,
            markers: status.markers,
        }
    }
}

impl Image {
    fn of(status: ImageStatus) -> Self {
        let state = status.state.as_ref();
        let error = state.and_then(|state| state.last_error.clone());
        let tags = state.map_or(0, |state| state.tag_count);
        let ready = error.is_none() && state.is_some();
        Self {
            message: error.unwrap_or_else(|| match state {
                None => "never scanned".to_owned(),
                Some(_) => format!("found {}", counted(tags, "tag")),
            }),
            last_scan: state.and_then(|state| state.last_success_at),
            source: status.source,
            name: status.repository.to_string(),
            image: status.image,
            tags,
            suspended: status.is_suspended,
            ready,
        }
    }
}

impl OnePolicy {
    fn of(status: PolicyStatus) -> Self {
        let rule = status.rule.as_ref().map_or_else(|| "no rule".to_owned(), Policy::summary);
        let message = match (&status.problem, &status.chosen) {
            (Some(problem), _) => problem.message.clone(),
            (None, Some(chosen)) if status.in_git == [chosen.tag.to_string()] => format!("{rule}; stands in Git"),
            (None, Some(_)) if status.markers == 0 => format!("{rule}; no marker names it"),
            (None, Some(_)) => format!("{rule}; in Git: {}", status.in_git.join(", ")),
            (None, None) => format!("{rule}; not tried yet"),
        };
        Self {
            ready: status.problem.is_none() && status.chosen.is_some(),
            message,
            tag: status.chosen.as_ref().map(|chosen| chosen.tag.to_string()),
            digest: status.chosen.as_ref().and_then(|chosen| chosen.digest.as_ref()).map(ToString::to_string),
            source: status.source,
            name: status.policy.to_string(),
            image: status.image,
            in_git: status.in_git,
            suspended: status.is_suspended,
            problem: status.problem,
        }
    }
}

impl Automation {
    fn of(status: AutomationStatus) -> Self {
        let failure = status.failure.as_ref().and_then(|beat| beat.words.clone());
        let last = status.last_release.as_ref().filter(|release| release.state == ReleaseState::Pushed);
        Self {
            ready: failure.is_none(),
            message: failure.unwrap_or_else(|| match (last, &status.last_run) {
                (Some(release), _) => {
                    let commit = release.commit.as_deref().and_then(|commit| commit.get(..7)).unwrap_or("?");
                    format!("pushed {commit} {} ago", age(Some(release.updated_at)))
                }
                (None, Some(run)) => run.outcome.clone(),
                (None, None) => "never run here".to_owned(),
            }),
            last_run: status.last_run.as_ref().map(|run| run.at),
            source: status.source,
            name: status.automation.to_string(),
            mode: status.mode.to_string(),
            interval_seconds: status.interval_seconds,
            suspended: status.is_suspended,
            paused: status.is_paused,
        }
    }
}

fn truth(value: bool) -> Cell {
    Cell::from(if value { "True" } else { "False" })
}

fn ready(value: bool) -> Cell {
    if value { Cell::toned(Tone::Good, "True") } else { Cell::toned(Tone::Bad, "False") }
}

impl Report for Got {
    fn text(&self, screen: &Screen) -> String {
        let mut parts = Vec::new();
        if let Some(sources) = &self.sources {
            let mut table = Table::new(["name", "url", "mode", "revision", "ready", "message", "age"]);
            for one in sources {
                let commit = one.commit.as_deref().and_then(|commit| commit.get(..7)).unwrap_or("-");
                let revision = format!("{}@{commit}", one.branch.as_deref().unwrap_or("-"));
                table.row([
                    one.name.clone().into(),
                    one.url.clone().into(),
                    one.mode.clone().into(),
                    revision.into(),
                    ready(one.ready),
                    one.message.clone().into(),
                    age(one.last_success).into(),
                ]);
            }
            parts.push(table.text(screen));
        }
        if let Some(images) = &self.images {
            let mut table = Table::new(["name", "image", "last scan", "suspended", "ready", "message"]);
            for one in images {
                table.row([
                    one.name.clone().into(),
                    one.image.clone().into(),
                    moment(one.last_scan).into(),
                    truth(one.suspended),
                    ready(one.ready),
                    one.message.clone().into(),
                ]);
            }
            parts.push(table.text(screen));
        }
        if let Some(policies) = &self.policies {
            let mut table = Table::new(["name", "image", "tag", "digest", "ready", "message"]);
            for one in policies {
                let digest = one.digest.as_deref().and_then(|digest| digest.get(..19)).unwrap_or("-");
                table.row([
                    one.name.clone().into(),
                    one.image.clone().unwrap_or_else(|| "-".to_owned()).into(),
                    one.tag.clone().unwrap_or_else(|| "-".to_owned()).into(),
                    digest.into(),
                    ready(one.ready),
                    one.message.clone().into(),
                ]);
            }
            parts.push(table.text(screen));
        }
        if let Some(automations) = &self.automations {
            let mut table = Table::new(["name", "mode", "last run", "suspended", "ready", "message"]);
            for one in automations {
                let mode = if one.paused { format!("{} (paused)", one.mode) } else { one.mode.clone() };
                table.row([
                    one.name.clone().into(),
                    mode.into(),
                    moment(one.last_run).into(),
                    truth(one.suspended),
                    ready(one.ready),
                    one.message.clone().into(),
                ]);
            }
            parts.push(table.text(screen));
        }
        parts.extend(self.releases.as_ref().map(|all| get_release::text(all, screen)));
        parts.extend(self.clusters.as_ref().map(|all| get_cluster::clusters_text(all, screen)));
        parts.extend(self.flux.as_ref().map(|all| get_cluster::objects_text(all, screen)));
        parts.extend(self.workloads.as_ref().map(|all| get_cluster::workloads_text(all, screen)));
        parts.extend(self.differences.as_ref().map(|all| differences_text(all, screen)));
        parts.join("\n\n")
    }
}
