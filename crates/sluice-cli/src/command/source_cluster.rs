//! `sluice source … cluster`: clusters as sources of what runs.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use sluice_engine::{ClusterStatus, NewCluster, Right, Rights, SignIn, role_manifest};

use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Cell, Report, Screen, Table, Tone, counted, visible};
use crate::progress::Progress;
use crate::session::{Session, person};

/// What is said of a cluster that is added.
#[derive(Debug, Args)]
#[command(next_help_heading = "Of a cluster")]
pub(super) struct ClusterOptions {
    /// The kubeconfig, instead of KUBECONFIG or ~/.kube/config
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// Read only this namespace; may be given again
    #[arg(long = "namespace", value_name = "NAMESPACE")]
    namespaces: Vec<String>,
    /// Never ask the cluster's Flux to reconcile
    #[arg(long)]
    read_only: bool,
    /// List the contexts and add nothing
    #[arg(long)]
    contexts: bool,
    /// Print the ClusterRole that an administrator has to apply, and add nothing
    #[arg(long)]
    print_role: bool,
    /// The user that the role is bound to
    #[arg(long, value_name = "USER", default_value = "YOUR-USER", requires = "print_role")]
    user: String,
}

impl ClusterOptions {
    /// Whether anything is said that has no meaning for a repository.
    pub(super) fn is_given(&self) -> bool {
        self.kubeconfig.is_some() || !self.namespaces.is_empty() || self.read_only || self.contexts || self.print_role
    }

    /// Adds a cluster, or prints what was asked for instead.
    pub(super) fn add(
        &self,
        context: Option<&str>,
        name: Option<&str>,
        screen: &Screen,
        session: &Session,
    ) -> Result<Exit, CliError> {
        if self.print_role {
            let rights = if self.read_only { Rights::Read } else { Rights::ReadAndReconcile };
            screen.write_exactly(&role_manifest(rights, &self.user))?;
            return Ok(Exit::Fine);
        }
        if self.contexts {
            let contexts = session.run(async { Ok(session.engine.contexts(self.kubeconfig.clone()).await?) })?;
            let list = Contexts { contexts: contexts.into_iter().map(OneContext::of).collect() };
            screen.print(&list)?;
            return Ok(crate::output::exit_if_any(!list.contexts.is_empty()));
        }
        let new = NewCluster {
            context: context.map(str::to_owned),
            name: name.map(str::to_owned),
            kubeconfig: self.kubeconfig.clone(),
            namespaces: self.namespaces.clone(),
            read_only: self.read_only,
        };
        let progress = Progress::start("asking the cluster");
        let status = session.run(async { Ok(session.engine.add_cluster(new, &person()).await?) })?;
        drop(progress);
        screen.print(&OneCluster::of(status, true))?;
        Ok(Exit::Fine)
    }
}

#[derive(Serialize)]
struct Contexts {
    contexts: Vec<OneContext>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OneContext {
    name: String,
    server: String,
    user: Option<String>,
    namespace: Option<String>,
    sign_in: String,
    current: bool,
}

impl OneContext {
    fn of(context: sluice_engine::Context) -> Self {
        let sign_in = match context.sign_in {
            SignIn::Nobody => "nobody".to_owned(),
            SignIn::Token => "token".to_owned(),
            SignIn::Certificate => "certificate".to_owned(),
            SignIn::Password => "password".to_owned(),
            SignIn::Oidc => "oidc".to_owned(),
            SignIn::Plugin { command } => format!("plugin {command}"),
            SignIn::Provider { name } => format!("{name}, which Kubernetes has taken out"),
        };
        Self {
            name: context.name,
            server: context.server,
            user: context.user,
            namespace: context.namespace,
            sign_in,
            current: context.is_current,
        }
    }
}

impl Report for Contexts {
    fn text(&self, screen: &Screen) -> String {
        if self.contexts.is_empty() {
            return "no kubeconfig has a context".to_owned();
        }
        let mut table = Table::new(["", "context", "server", "user", "signs in by"]);
        for one in &self.contexts {
            table.row([
                Cell::from(if one.current { "*" } else { "" }),
                one.name.clone().into(),
                one.server.clone().into(),
                one.user.clone().unwrap_or_else(|| "-".to_owned()).into(),
                one.sign_in.clone().into(),
            ]);
        }
        table.text(screen)
    }
}

/// One cluster, for whoever added or lists it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneCluster {
    pub(super) name: String,
    pub(super) context: String,
    pub(super) version: Option<String>,
    pub(super) latency_millis: Option<u128>,
    pub(super) namespaces: Vec<String>,
    pub(super) read_only: bool,
    pub(super) ready: bool,
    pub(super) message: String,
    pub(super) objects: Vec<Count>,
    pub(super) workloads: usize,
    pub(super) pods: usize,
    /// What may not be read, in the API server's words.
    pub(super) gaps: Vec<String>,
    pub(super) last_success: Option<jiff::Timestamp>,
    #[serde(skip)]
    is_new: bool,
}

/// How many objects of a kind there are.
#[derive(Serialize)]
pub(super) struct Count {
    kind: &'static str,
    count: usize,
}

impl OneCluster {
    pub(super) fn of(status: ClusterStatus, is_new: bool) -> Self {
        let message = status.problem.clone().unwrap_or_else(|| {
            let flux: usize = status.objects.iter().map(|(_, count)| count).sum();
            let gaps = match status.gaps.len() {
                0 => String::new(),
                some => format!("; {} cannot be read", counted(some, "kind")),
            };
            format!(
                "{} of Flux, {}, {}{gaps}",
                counted(flux, "object"),
                counted(status.workloads, "workload"),
                counted(status.pods, "pod")
            )
        });
        Self {
            ready: status.problem.is_none(),
            message,
            name: status.settings.name,
            context: status.settings.context,
            version: status.version,
            latency_millis: status.latency.map(|latency| latency.as_millis()),
            namespaces: status.settings.namespaces,
            read_only: status.settings.read_only,
            objects: status.objects.into_iter().map(|(kind, count)| Count { kind: kind.as_str(), count }).collect(),
            workloads: status.workloads,
            pods: status.pods,
            gaps: status.gaps,
            last_success: status.heartbeat.and_then(|beat| beat.last_success),
            is_new,
        }
    }
}

impl Report for OneCluster {
    fn text(&self, _screen: &Screen) -> String {
        let verb = if self.is_new { "added" } else { "answers" };
        let (sign, tone) = if self.ready { ("✔", Tone::Good) } else { ("✗", Tone::Bad) };
        let version = self.version.as_deref().unwrap_or("?");
        let (name, message) = (visible(&self.name), visible(&self.message));
        let mut text = format!("{} {name} {verb} ({}, {version}): {message}", tone.paint(sign), visible(&self.context));
        for gap in &self.gaps {
            text.push_str(&format!("\n{} {}", Tone::Warning.paint("!"), visible(gap)));
        }
        if !self.gaps.is_empty() {
            text.push_str("\n  what Sluice needs: sluice source add cluster --print-role");
        }
        text
    }
}

/// What a test of a cluster found.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tested {
    name: String,
    version: String,
    latency_millis: u128,
    rights: Vec<OneRight>,
}

#[derive(Serialize)]
struct OneRight {
    verb: &'static str,
    resource: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
    granted: bool,
}

/// Asks a cluster how it is and what is allowed there.
pub(super) fn test(name: &str, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
    let progress = Progress::start(format!("asking {name}"));
    let (probe, rights) = session.run(async { Ok(session.engine.test_cluster(name).await?) })?;
    drop(progress);
    let one = |right: Right| {
        let Right { verb, resource, namespace, is_granted } = right;
        OneRight { verb, resource, namespace, granted: is_granted }
    };
    let tested = Tested {
        name: name.to_owned(),
        version: probe.version,
        latency_millis: probe.latency.as_millis(),
        rights: rights.into_iter().map(one).collect(),
    };
    // Reading is what Sluice cannot do without.
    let is_blind = tested.rights.iter().any(|right| !right.granted && right.verb != "patch");
    screen.print(&tested)?;
    Ok(if is_blind { Exit::Failed } else { Exit::Fine })
}

impl Report for Tested {
    fn text(&self, _screen: &Screen) -> String {
        let (name, version) = (visible(&self.name), visible(&self.version));
        let mut text =
            format!("{} {name} answers within {} ms ({version})", Tone::Good.paint("✔"), self.latency_millis);
        let denied: Vec<&OneRight> = self.rights.iter().filter(|right| !right.granted).collect();
        for right in &denied {
            let place = right.namespace.as_deref().map(|name| format!(" in namespace {name}")).unwrap_or_default();
            let words = format!("not allowed to {} {}{place}", right.verb, right.resource);
            let tone = if right.verb == "patch" { Tone::Note } else { Tone::Warning };
            text.push_str(&format!("\n{} {}", tone.paint("!"), visible(&words)));
        }
        match denied.is_empty() {
            true => text.push_str("\n  everything that Sluice needs is allowed"),
            false => text.push_str("\n  what Sluice needs: sluice source add cluster --print-role"),
        }
        text
    }
}
