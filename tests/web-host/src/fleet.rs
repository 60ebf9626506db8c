//! A fleet as weeks of running leave it: five repositories at a forge, images with their history, one registry that wants
//! a login, one branch that refuses pushes, a hold, releases. Everything behind it is real: TLS, Git over HTTP, an OCI
//! registry, the engine with its database; only names are led to loopback by a proxy.

mod apps;
mod clusters;
mod repository;

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sluice_api::Api;
use sluice_core::ObjectKey;
use sluice_core::image::Tag;
use sluice_engine::{EngineOptions, Paths};
use sluice_store::{ScanResult, Store};
use sluice_testkit::git::{HttpGit, HttpGitOptions, HttpUser};
use sluice_testkit::http::ForwardProxy;
use sluice_testkit::registry::{Authority, Challenge, Image, WireOptions, WireRegistry};
use sluice_vault::Machine;

use apps::{App, GITHUB, PRIVATE, Source};
use clusters::Clusters;

type Failed = Box<dyn std::error::Error>;

/// The servers of the fleet, until they are dropped.
pub(crate) struct Fleet {
    sources: Vec<Source>,
    ca_file: String,
    forge: PathBuf,
    clusters: Clusters,
    _servers: (HttpGit, ForwardProxy, Vec<(WireRegistry, ForwardProxy)>),
}

const FORGE: &str = "github.com";

fn url(source: &Source) -> String {
    format!("https://{FORGE}/acme/{}.git", source.name)
}

impl Fleet {
    /// Starts the servers, writes the settings and fills the database with what was seen when.
    pub(crate) async fn start(folder: &Path, paths: Paths) -> Result<(Self, EngineOptions), Failed> {
        let now = Timestamp::now();
        let sources = apps::sources(&closed_window(now));
        let authority = Authority::new("Acme");
        let ca_file = folder.join("acme.pem");
        std::fs::write(&ca_file, authority.pem())?;

        let root = folder.join("forge");
        for source in &sources {
            repository::write(&root, source, &url(source), now)?;
        }
        let users = vec![HttpUser::writer("acme-bot", "pass")];
        let git = HttpGit::start(
            &root,
            &HttpGitOptions { authority: Some(&authority), names: &[FORGE], users, ..HttpGitOptions::default() },
        );
        let forge = ForwardProxy::leading_to(&git.server().address());

        let mut registries = Vec::new();
        let mut settings = String::new();
        for host in [GITHUB, PRIVATE] {
            let registry =
                WireRegistry::with(&WireOptions { tls: Some(&authority), names: &[host], ..WireOptions::default() });
            fill(&registry, host, &sources, now);
            if host == PRIVATE {
                registry.ask_to_sign_in(Challenge::basic("somebody", "else"));
            }
            let proxy = ForwardProxy::leading_to(&registry.address());
            settings.push_str(&format!(
                "[registry.\"{host}\"]\nca-file = '{}'\nproxy = \"{}\"\n\n",
                ca_file.display(),
                proxy.url()
            ));
            registries.push((registry, proxy));
        }
        std::fs::write(&paths.settings, settings)?;
        remember(&paths, &sources, now).await?;

        let home = folder.join("home");
        std::fs::create_dir_all(&home)?;
        std::fs::write(home.join(".netrc"), format!("machine {FORGE} login acme-bot password pass\n"))?;
        let clusters = Clusters::start(&home)?;
        // The stand-in for `flux` comes first; `kubectl` is the machine's own.
        let own = std::env::var("PATH").unwrap_or_default();
        let path = format!("{}:{own}", home.join("bin").display());
        let machine = Machine::new(home, [("https_proxy", forge.url()), ("PATH", path)]);
        let options = EngineOptions { machine, ..EngineOptions::isolated(paths) };
        let ca_file = ca_file.display().to_string();
        Ok((Self { sources, ca_file, forge: root, clusters, _servers: (git, forge, registries) }, options))
    }

    /// Does what somebody did before the window is opened: adds the repositories, holds, releases.
    pub(crate) async fn settle(&self, api: &Api) -> Result<(), Failed> {
        let engine = api.engine();
        for source in &self.sources {
            let new = sluice_engine::NewSource {
                address: url(source),
                mode: Some(if source.mode == "auto" {
                    sluice_core::release::Mode::Auto
                } else {
                    sluice_core::release::Mode::Review
                }),
                ca_file: Some(self.ca_file.clone().into()),
                ..sluice_engine::NewSource::default()
            };
            let view = engine.add_source(new, "tester").await?;
            for repository in view.catalogue.image_repositories.values() {
                // The registry that wants a login says so here, and the source's page shows it.
                let _ = engine.scan(&view.name, repository).await;
            }
            for policy in view.catalogue.policies.values() {
                engine.decide(&view.name, &view.catalogue, policy).await?;
            }
        }
        let held = json!({ "tag": "0.8.4", "reason": "waits for libvips 8.16" });
        api.call("hold", json!({ "policies": [policy("fleet", "thumbnailer")], "hold": held })).await?;
        for (source, name) in [("fleet", "pg-exporter"), ("edge", "api-gateway")] {
            release(api, policy(source, name)).await?;
        }
        self.connect(api).await
    }

    /// Connects the clusters and lets them come to where they are.
    async fn connect(&self, api: &Api) -> Result<(), Failed> {
        let engine = api.engine();
        for name in self.clusters.names() {
            let new = sluice_engine::NewCluster { context: Some(name.to_owned()), ..Default::default() };
            engine.add_cluster(new, "tester").await?;
        }
        self.clusters.settle(&self.forge, &self.sources)?;
        for release in engine.releases(20).await? {
            // As the agent does after a push.
            engine.ask_clusters(&release.id).await?;
        }
        self.clusters.lose_one();
        Ok(())
    }
}

fn policy(source: &str, name: &str) -> Value {
    json!({ "source": source, "namespace": "flux-system", "name": name })
}

/// Releases what a policy chose, and waits until that is over one way or the other.
async fn release(api: &Api, policy: Value) -> Result<(), Failed> {
    let review = api.call("openReview", json!({ "intent": { "intent": "release", "policies": [policy] } })).await?;
    let plans = review["plans"].as_array().cloned().unwrap_or_default();
    let plans: Vec<Value> =
        plans.iter().map(|plan| json!({ "plan": plan["plan"], "message": plan["message"] })).collect();
    let mut events = api.events();
    api.call("release", json!({ "review": review["review"], "plans": plans, "approval": "given" })).await?;
    let over = async {
        use sluice_api::view::event::Event;
        use sluice_api::view::release::ReleaseState::{Failed, Pushed};
        while let Some(event) = events.next().await {
            if matches!(event, Event::Release { state: Pushed | Failed, .. }) {
                return;
            }
        }
    };
    Ok(tokio::time::timeout(std::time::Duration::from_secs(30), over).await?)
}

/// Every tag of the registry's images, built when it was.
fn fill(registry: &WireRegistry, host: &str, sources: &[Source], now: Timestamp) {
    for app in sources.iter().flat_map(|source| &source.apps).filter(|app| app.registry == host) {
        for (tag, ago) in &app.tags {
            let image = Image::new(&before(now, *ago).to_string())
                .label("org.opencontainers.image.title", app.name)
                .label("org.opencontainers.image.version", tag)
                .label("org.opencontainers.image.source", &format!("https://{FORGE}/acme/{}", app.name))
                // As large as its name is different, so that sizes are not all the same.
                .layer(vec![
                    b'x';
                    4096 + usize::from(
                        tag.bytes().fold(0_u16, |sum, byte| sum.wrapping_mul(31) + u16::from(byte))
                    )
                ]);
            registry.push(&app.repository(), tag, &image);
        }
    }
}

/// What the scans of the last weeks would have left in the database: each tag first seen seconds after it was built.
async fn remember(paths: &Paths, sources: &[Source], now: Timestamp) -> Result<(), Failed> {
    let store = Store::open(&paths.database()).await?;
    for (source, app) in sources.iter().flat_map(|source| source.apps.iter().map(move |app| (source, app))) {
        if app.registry == PRIVATE {
            continue;
        }
        let mut tags: Vec<Tag> = Vec::new();
        for (at, tag) in by_moment(app, now) {
            tags.push(Tag::parse(&tag)?);
            let scan = ScanResult { image: app.image(), tags: tags.clone(), etag: None, at };
            store.record_scan(source.name, &ObjectKey::new("flux-system", app.name), scan).await?;
        }
    }
    Ok(())
}

fn by_moment(app: &App, now: Timestamp) -> Vec<(Timestamp, String)> {
    let mut seen: Vec<_> = app.tags.iter().map(|(tag, ago)| (before(now, ago - 9.0), tag.clone())).collect();
    seen.sort();
    seen
}

fn before(now: Timestamp, seconds: f64) -> Timestamp {
    now.checked_sub(SignedDuration::from_secs_f64(seconds)).unwrap_or(now)
}

/// A window of two hours at night, two days from now.
fn closed_window(now: Timestamp) -> String {
    let day = now.to_zoned(jiff::tz::TimeZone::system()).weekday().wrapping_add(2);
    let name = match day {
        jiff::civil::Weekday::Monday => "Mon",
        jiff::civil::Weekday::Tuesday => "Tue",
        jiff::civil::Weekday::Wednesday => "Wed",
        jiff::civil::Weekday::Thursday => "Thu",
        jiff::civil::Weekday::Friday => "Fri",
        jiff::civil::Weekday::Saturday => "Sat",
        jiff::civil::Weekday::Sunday => "Sun",
    };
    format!("{name} 02:00-04:00")
}
