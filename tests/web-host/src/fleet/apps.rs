//! What the fleet runs: its apps with their tags over the last weeks, and what stood in Git when.

/// A day of 24 hours, in seconds.
const DAY: f64 = 86_400.0;

/// A repository.
pub(super) struct Source {
    /// Its name in Sluice, and the last part of its address.
    pub(super) name: &'static str,
    /// Annotations of its automation.
    pub(super) annotations: Vec<(&'static str, String)>,
    pub(super) mode: &'static str,
    pub(super) apps: Vec<App>,
    /// Its server refuses every push to the branch.
    pub(super) is_protected: bool,
}

/// An app: an image under a policy, and one marked line.
pub(super) struct App {
    pub(super) name: &'static str,
    pub(super) registry: &'static str,
    /// `spec.policy` and `spec.filterTags`, as YAML below `spec:`.
    pub(super) rule: &'static str,
    /// Tags with how long ago they were built, in seconds.
    pub(super) tags: Vec<(String, f64)>,
    /// What stood in Git, with how long ago it came, oldest first.
    pub(super) in_git: Vec<(String, f64)>,
}

impl App {
    pub(super) fn image(&self) -> String {
        format!("{}/{}", self.registry, self.repository())
    }

    pub(super) fn repository(&self) -> String {
        format!("acme/{}", self.name)
    }

    pub(super) fn file(&self) -> String {
        format!("apps/{}.yaml", self.name)
    }
}

pub(super) const GITHUB: &str = "ghcr.io";
/// The registry that wants a login which nobody has.
pub(super) const PRIVATE: &str = "registry.acme.example";

fn app(name: &'static str, rule: &'static str, tags: &[(&str, f64)], in_git: &[(&str, f64)]) -> App {
    let ago = |list: &[(&str, f64)]| list.iter().map(|(tag, days)| ((*tag).to_owned(), days * DAY)).collect();
    App { name, registry: GITHUB, rule, tags: ago(tags), in_git: ago(in_git) }
}

/// All of it. `window` is a release window that is closed now.
pub(super) fn sources(window: &str) -> Vec<Source> {
    let min_age = |age: &str| vec![("sluice.dev/min-age", age.to_owned())];
    let review = |name, apps| Source { name, annotations: Vec::new(), mode: "review", apps, is_protected: false };
    vec![
        review("fleet", vec![flask_app(), pg_exporter(), thumbnailer(), mailer()]),
        review("shop", vec![storefront(), checkout(), search_indexer()]),
        Source { annotations: min_age("3d"), ..review("payments", vec![payments_api()]) },
        Source {
            mode: "auto",
            annotations: vec![("sluice.dev/window", window.to_owned())],
            ..review("bank", vec![ledger(), identity()])
        },
        Source { is_protected: true, ..review("edge", vec![api_gateway()]) },
    ]
}

const SEMVER_1_0: &str = "  policy:\n    semver:\n      range: 1.0.x\n";

/// The one with everything: pre-releases, another line, a roll-back, and builds of a branch.
fn flask_app() -> App {
    let mut app = app(
        "flask-app",
        SEMVER_1_0,
        &[
            ("1.0.0", 38.0),
            ("1.0.1", 31.0),
            ("1.0.2", 25.1),
            ("1.0.3", 16.4),
            ("1.0.4", 12.3),
            ("1.0.5", 5.6),
            ("1.1.0", 9.5),
            ("1.1.1", 7.2),
            ("1.1.2", 5.1),
            ("1.1.3", 2.8),
            ("2.0.0-rc.1", 8.1),
            ("2.0.0-rc.2", 4.2),
            ("2.0.0-rc.3", 1.3),
        ],
        &[("1.0.0", 37.2), ("1.0.1", 30.4), ("1.0.2", 24.0), ("1.0.3", 15.8), ("1.0.4", 12.0), ("1.0.3", 11.75)],
    );
    app.tags.extend(builds(64, 0.6));
    app
}

fn pg_exporter() -> App {
    let rule = "  policy:\n    semver:\n      range: 0.x\n";
    app(
        "pg-exporter",
        rule,
        &[("0.14.0", 60.0), ("0.14.1", 47.0), ("0.15.0", 30.0), ("0.16.0", 6.2)],
        &[("0.14.1", 45.0), ("0.15.0", 28.0)],
    )
}

fn thumbnailer() -> App {
    let rule = "  policy:\n    semver:\n      range: 0.8.x\n";
    app("thumbnailer", rule, &[("0.8.3", 41.0), ("0.8.4", 20.0), ("0.8.5", 12.1)], &[("0.8.3", 40.0), ("0.8.4", 19.0)])
}

fn mailer() -> App {
    let rule = "  policy:\n    semver:\n      range: 1.x\n";
    App { registry: PRIVATE, ..app("mailer", rule, &[("1.9.0", 33.0), ("1.9.1", 2.0)], &[("1.9.0", 32.0)]) }
}

fn storefront() -> App {
    let rule = "  policy:\n    semver:\n      range: '>=2026.0.0'\n";
    app(
        "storefront",
        rule,
        &[
            ("2026.9.1", 62.0),
            ("2026.9.2", 55.0),
            ("2026.10.1", 44.0),
            ("2026.10.2", 37.0),
            ("2026.10.3", 29.0),
            ("2026.11.1", 21.0),
            ("2026.11.2", 13.0),
            ("2026.11.3", 6.0),
            ("2026.11.4", 2.1),
        ],
        &[("2026.10.2", 36.0), ("2026.10.3", 27.0), ("2026.11.1", 20.0), ("2026.11.2", 12.0)],
    )
}

fn checkout() -> App {
    let rule = "  policy:\n    semver:\n      range: 4.x\n";
    app(
        "checkout",
        rule,
        &[
            ("4.16.0", 58.0),
            ("4.17.0", 40.0),
            ("4.17.1", 33.0),
            ("4.18.0", 26.0),
            ("4.18.1", 19.0),
            ("4.18.2", 12.0),
            ("4.19.0", 3.2),
            ("5.0.0-beta.1", 9.0),
            ("5.0.0-beta.2", 2.0),
        ],
        &[("4.17.1", 32.0), ("4.18.0", 25.0), ("4.18.1", 17.0), ("4.18.2", 11.0)],
    )
}

/// Builds of a branch: what counts is the number at the end.
fn search_indexer() -> App {
    let rule = "  filterTags:\n    pattern: '^main-[a-f0-9]{7}-(?P<build>[0-9]+)$'\n    extract: '$build'\n  policy:\n    numerical:\n      order: asc\n";
    let tags = builds(46, 0.85);
    let in_git = vec![tags[30].clone(), tags[38].clone(), tags[44].clone()];
    let in_git = in_git.into_iter().map(|(tag, ago)| (tag, ago - 0.1 * DAY)).collect();
    App { tags, in_git, ..app("search-indexer", rule, &[], &[]) }
}

fn payments_api() -> App {
    let rule = "  policy:\n    semver:\n      range: 7.x\n";
    app(
        "payments-api",
        rule,
        &[("7.1.0", 50.0), ("7.2.0", 36.0), ("7.2.1", 29.0), ("7.2.4", 10.0), ("7.3.0", 1.25)],
        &[("7.2.0", 34.0), ("7.2.1", 27.0), ("7.2.4", 6.0)],
    )
}

fn ledger() -> App {
    let rule = "  policy:\n    semver:\n      range: 3.x\n";
    app("ledger", rule, &[("3.3.0", 45.0), ("3.4.0", 20.0), ("3.4.1", 4.1)], &[("3.3.0", 43.0), ("3.4.0", 18.0)])
}

fn identity() -> App {
    let rule = "  policy:\n    semver:\n      range: 5.x\n";
    app("identity", rule, &[("5.0.2", 39.0), ("5.0.3", 30.0), ("5.1.0", 8.1)], &[("5.0.3", 28.0), ("5.1.0", 7.0)])
}

fn api_gateway() -> App {
    let rule = "  policy:\n    semver:\n      range: 6.x\n";
    app("api-gateway", rule, &[("6.2.0", 34.0), ("6.3.0", 15.0), ("6.3.1", 0.9)], &[("6.2.0", 33.0), ("6.3.0", 14.0)])
}

/// Tags as a pipeline writes them, oldest first, one every so many days.
fn builds(count: u32, every: f64) -> Vec<(String, f64)> {
    let tag = |at: u32| format!("main-{:07x}-{}", at.wrapping_mul(2_654_435_761) % 0x0fff_ffff, 4100 + at);
    (0..count).map(|at| (tag(at), f64::from(count - at) * every * DAY)).collect()
}
