//! `sluice source`: the repositories and clusters that Sluice follows.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use sluice_core::duration::GoDuration;
use sluice_core::release::Mode;
use sluice_engine::{NewSource, SourceView};

use super::get;
use super::source_cluster::{self, ClusterOptions};
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Report, Screen, Tone, counted, visible};
use crate::progress::Progress;
use crate::session::{Session, person};

const ADD_EXAMPLES: &str = "\
Examples:
  sluice source add git https://github.com/acme/fleet.git
  sluice source add git git@github.com:acme/fleet.git --name fleet --mode review
  sluice source add git ./fleet
  sluice source add git git@github.com:acme/fleet.git --known-as http://gitea.svc/acme/fleet
  sluice source add cluster --contexts
  sluice source add cluster kind-dev --name dev
  sluice source add cluster --print-role --user jane | kubectl apply -f -";

const LIST_EXAMPLES: &str = "\
Examples:
  sluice source list
  sluice source list -o json

Exit codes: 0 there are sources, 3 there is none";

const SET_EXAMPLES: &str = "\
Examples:
  sluice source set fleet --mode review
  sluice source set fleet --automation flux-system/flask-app --mode auto
  sluice source set fleet --min-age 2h --window 'Mon-Fri 09:00-16:00'";

const REMOVE_EXAMPLES: &str = "\
Examples:
  sluice source remove fleet";

const TEST_EXAMPLES: &str = "\
Examples:
  sluice source test fleet

Exit codes: 0 it can be read, 1 it cannot";

/// Add, list, change, test and remove sources
#[derive(Debug, Args)]
pub(crate) struct SourceVerbs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Add(Add),
    List(List),
    Set(Set),
    Test(Test),
    Remove(Removed),
}

impl SourceVerbs {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        match &self.verb {
            Verb::Add(verb) => verb.run(screen, session),
            Verb::List(_) => get::sources(screen, session),
            Verb::Set(verb) => verb.run(screen, session),
            Verb::Test(verb) => verb.run(screen, session),
            Verb::Remove(verb) => verb.run(screen, session),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// A Git repository with Flux's resources
    Git,
    /// A Kubernetes cluster, by the context of a kubeconfig
    Cluster,
}

/// Follow a repository or a cluster; nothing is written to a repository until that is allowed
///
/// It is asked at once, and only added when it answers. Credentials are taken from what is on the machine already
/// (git's credential helpers, ssh agent, ~/.ssh; the kubeconfig and its credential plugins) and, for repositories, from
/// `sluice credential add`.
#[derive(Debug, Args)]
#[command(after_help = ADD_EXAMPLES)]
struct Add {
    /// What it is
    #[arg(value_enum)]
    kind: Kind,
    /// The address, or a folder with a Git repository; of a cluster the context, instead of the current one
    #[arg(value_name = "URL|CONTEXT", required_if_eq("kind", "git"))]
    address: Option<String>,
    /// A name of its own, instead of one made from the address
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Another address of the same repository, such as the one that a cluster reads it from; may be given several times
    #[arg(long, value_name = "URL")]
    known_as: Vec<String>,
    /// The branch to read, instead of the remote's HEAD
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// What Sluice may do: observe, review or auto
    #[arg(long, value_name = "MODE")]
    mode: Option<Mode>,
    /// Time between two looks at the remote, such as 1m
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    interval: Option<GoDuration>,
    /// Certificate authorities in PEM
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    #[command(flatten)]
    cluster: ClusterOptions,
}

fn duration(text: &str) -> Result<GoDuration, String> {
    GoDuration::parse_interval(text).map_err(|error| error.to_string())
}

/// List sources
#[derive(Debug, Args)]
#[command(after_help = LIST_EXAMPLES)]
struct List {}

/// Change what Sluice may do with a source
#[derive(Debug, Args)]
#[command(after_help = SET_EXAMPLES, group = clap::ArgGroup::new("what").required(true).multiple(true))]
struct Set {
    /// The source
    name: String,
    /// Only for this automation
    #[arg(long, value_name = "NS/NAME", value_parser = crate::session::object, requires = "mode")]
    automation: Option<sluice_core::ObjectKey>,
    /// observe (never writes), review (waits for a person) or auto (releases by itself)
    #[arg(long, value_name = "MODE", group = "what")]
    mode: Option<Mode>,
    /// Another address of the same repository, such as the one that a cluster reads it from; may be given several times,
    /// and takes the place of those that were given before; empty for none
    #[arg(long, value_name = "URL", group = "what")]
    known_as: Option<Vec<String>>,
    /// The branch to read; empty for the remote's HEAD
    #[arg(long, value_name = "BRANCH", group = "what")]
    branch: Option<String>,
    /// Time between two looks at the remote
    #[arg(long, value_name = "DURATION", group = "what")]
    interval: Option<String>,
    /// How long a tag must be known before it is released, such as 2h or 3d; empty for none
    #[arg(long, value_name = "AGE", group = "what")]
    min_age: Option<String>,
    /// When releases may happen by themselves, such as 'Mon-Fri 09:00-16:00'; empty for always
    #[arg(long, value_name = "WINDOW", group = "what")]
    window: Option<String>,
    /// Certificate authorities in PEM; empty for the system's
    #[arg(long, value_name = "FILE", group = "what")]
    ca_file: Option<String>,
}

/// Ask a source's remote whether it can be read
#[derive(Debug, Args)]
#[command(after_help = TEST_EXAMPLES)]
struct Test {
    /// The source
    name: String,
}

/// Do not follow a source any more
#[derive(Debug, Args)]
#[command(after_help = REMOVE_EXAMPLES)]
struct Removed {
    /// The source
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Read {
    name: String,
    url: String,
    branch: String,
    commit: String,
    image_repositories: usize,
    policies: usize,
    automations: usize,
    markers: usize,
    ignored_markers: usize,
    problems: usize,
    #[serde(skip)]
    is_new: bool,
}

impl Read {
    fn of(view: &SourceView, is_new: bool) -> Self {
        let catalogue = &view.catalogue;
        Self {
            name: view.name.clone(),
            url: view.url.to_string(),
            branch: view.branch.clone(),
            commit: view.commit.to_string(),
            image_repositories: catalogue.image_repositories.len(),
            policies: catalogue.policies.len(),
            automations: catalogue.automations.len(),
            markers: catalogue.markers.len(),
            ignored_markers: catalogue.ignored.len(),
            problems: catalogue.problems.len(),
            is_new,
        }
    }
}

impl Report for Read {
    fn text(&self, _screen: &Screen) -> String {
        let commit = self.commit.get(..7).unwrap_or(&self.commit);
        let verb = if self.is_new { "added" } else { "reads" };
        let mut text = format!(
            "{} {verb} {} ({} at {commit}): {}, {}, {}, {}",
            Tone::Good.paint("✔"),
            visible(&self.name),
            self.branch,
            counted(self.image_repositories, "image repository"),
            counted(self.policies, "policy"),
            counted(self.automations, "automation"),
            counted(self.markers, "marker"),
        );
        if self.problems + self.ignored_markers > 0 {
            text.push_str(&format!(
                "\n{} {}, {} without effect; see: sluice lint {}",
                Tone::Warning.paint("!"),
                counted(self.problems, "problem"),
                counted(self.ignored_markers, "marker"),
                visible(&self.url)
            ));
        }
        if self.is_new {
            text.push_str(&format!(
                "\n  next: sluice scan; sluice plan; to allow writing: sluice source set {} --mode review",
                visible(&self.name)
            ));
        }
        text
    }
}

impl Add {
    fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        let is_of_git = !self.known_as.is_empty()
            || self.branch.is_some()
            || self.mode.is_some()
            || self.interval.is_some()
            || self.ca_file.is_some();
        let stray = match self.kind {
            Kind::Git => self.cluster.is_given().then_some("a repository has no kubeconfig, namespaces or role"),
            Kind::Cluster => is_of_git.then_some("a cluster has no known-as, branch, mode, interval or ca-file"),
        };
        if let Some(message) = stray {
            return Err(CliError::Usage { message: message.to_owned() });
        }
        if self.kind == Kind::Cluster {
            return self.cluster.add(self.address.as_deref(), self.name.as_deref(), screen, session);
        }
        let address = self.address.clone().unwrap_or_default();
        let new = NewSource {
            name: self.name.clone(),
            address: address.clone(),
            known_as: self.known_as.clone(),
            branch: self.branch.clone(),
            mode: self.mode,
            interval: self.interval,
            ca_file: self.ca_file.clone(),
            temporary: false,
        };
        let progress = Progress::start(format!("reading {address}"));
        let view = session.run(async { Ok(session.engine.add_source(new, &person()).await?) })?;
        drop(progress);
        screen.print(&Read::of(&view, true))?;
        Ok(Exit::Fine)
    }
}

impl Set {
    fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        let engine = &session.engine;
        session.run(async {
            let who = person();
            if let Some(mode) = self.mode {
                engine.set_mode(&self.name, self.automation.as_ref(), Some(mode), &who).await?;
            }
            if let Some(addresses) = &self.known_as {
                let addresses: Vec<String> = addresses.iter().filter(|one| !one.is_empty()).cloned().collect();
                engine.set_known_as(&self.name, &addresses, &who).await?;
            }
            for (key, value) in [
                ("branch", &self.branch),
                ("interval", &self.interval),
                ("min-age", &self.min_age),
                ("window", &self.window),
                ("ca-file", &self.ca_file),
            ] {
                if let Some(value) = value {
                    let value = Some(value.as_str()).filter(|value| !value.is_empty());
                    engine.set_of_source(&self.name, key, value, &who).await?;
                }
            }
            Ok(())
        })?;
        get::sources(screen, session)
    }
}

impl Test {
    fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        if is_cluster(session, &self.name) {
            return source_cluster::test(&self.name, screen, session);
        }
        let progress = Progress::start(format!("asking {}", self.name));
        let view = session.run(async { Ok(session.engine.refresh(&self.name).await?) })?;
        drop(progress);
        screen.print(&Read::of(&view, false))?;
        Ok(Exit::Fine)
    }
}

#[derive(Serialize)]
struct Gone {
    removed: String,
}

impl Report for Gone {
    fn text(&self, _screen: &Screen) -> String {
        format!("{} is not followed any more", visible(&self.removed))
    }
}

/// Whether a name is a cluster's. It is never a source's as well.
fn is_cluster(session: &Session, name: &str) -> bool {
    session.engine.settings().clusters.iter().any(|cluster| cluster.name == name)
}

impl Removed {
    fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        session.run(async {
            if is_cluster(session, &self.name) {
                return Ok(session.engine.remove_cluster(&self.name, &person()).await?);
            }
            Ok(session.engine.remove_source(&self.name, &person()).await?)
        })?;
        screen.print(&Gone { removed: self.name.clone() })?;
        Ok(Exit::Fine)
    }
}
