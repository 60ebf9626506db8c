//! The reference scenario with a repository, a registry and a desk, ready for what a journey is about.

use sluice_testkit::git::{
    AuthorizedKey, BareRepository, ClientKey, HttpGit, HttpGitOptions, HttpUser, KeyKind, SshServer,
};
use sluice_testkit::registry::{Image, WireRegistry};

use super::fleet::DEPLOYMENT;
use super::{Desk, Files, Run};

/// What is in the registry at `team/flask-app`.
pub(crate) const IMAGE: &str = "team/flask-app";
/// The automation's and the policy's name.
pub(crate) const APP: &str = "flux-system/flask-app";

/// A repository on which 1.0.0 stands, a registry that has 1.0.0 only, and a desk.
pub(crate) struct Bench {
    pub(crate) desk: Desk,
    pub(crate) registry: WireRegistry,
    pub(crate) repository: BareRepository,
    /// The server of the repository and the key that may write, where it is reached over SSH.
    pub(crate) server: Option<(SshServer, ClientKey)>,
    /// The server of the repository, where it is reached over HTTP.
    _http: Option<HttpGit>,
    /// The address of the repository.
    pub(crate) url: String,
}

impl Bench {
    /// The repository is behind git's own HTTP server, and the desk has a password that may write.
    pub(crate) fn over_http(edit: impl FnOnce(Files) -> Files) -> Self {
        Self::over_http_at(Desk::new(), edit)
    }

    /// The same at a desk that is there already.
    pub(crate) fn over_http_at(desk: Desk, edit: impl FnOnce(Files) -> Files) -> Self {
        let repository = BareRepository::new("fleet");
        let users = vec![HttpUser::writer("bot", "pass")];
        let server = HttpGit::start(repository.root(), &HttpGitOptions { users, ..HttpGitOptions::default() });
        let url = server.url(&repository.path());
        let bench = Self { _http: Some(server), ..Self::on(desk, repository, None, url, edit) };
        bench.desk.put(".netrc", "machine 127.0.0.1 login bot password pass\n");
        bench
    }

    /// The repository is behind a real sshd, and the desk has a key that may write.
    pub(crate) fn over_ssh(edit: impl FnOnce(Files) -> Files) -> Self {
        let repository = BareRepository::new("fleet");
        let key = ClientKey::new(KeyKind::Ed25519, None);
        let server = SshServer::start(repository.root(), &[AuthorizedKey::Writer(&key)]);
        let url = server.url(&repository.path());
        let bench = Self::on(Desk::new(), repository, Some((server, key)), url, edit);
        let (server, key) = bench.server.as_ref().expect("it was just given");
        bench.desk.put_key(key);
        bench.desk.trust(&server.known_hosts());
        bench
    }

    fn on(
        desk: Desk,
        repository: BareRepository,
        server: Option<(SshServer, ClientKey)>,
        url: String,
        edit: impl FnOnce(Files) -> Files,
    ) -> Self {
        let registry = WireRegistry::start();
        edit(Files::reference("v1", &url, &registry.image(IMAGE))).commit_to(&repository);
        let bench = Self { desk, registry, repository, server, _http: None, url };
        bench.publish("1.0.0");
        bench
    }

    /// Puts an image with this tag into the registry.
    pub(crate) fn publish(&self, tag: &str) {
        self.registry.push(IMAGE, tag, &Image::new("2026-11-20T10:00:00Z").label("version", tag));
    }

    /// Adds the repository as the source `fleet`.
    pub(crate) fn add_source(&self, mode: &str) {
        let words = ["source", "add", "git", &self.url, "--name", "fleet", "--mode", mode, "--interval", "1s"];
        self.desk.sluice(&words).exits(0);
    }

    /// Looks for tags.
    pub(crate) fn scan(&self) -> Run {
        self.desk.sluice(&["scan", "-o", "json"])
    }

    /// Releases without asking.
    pub(crate) fn release(&self) -> Run {
        self.desk.sluice(&["release", "--yes", "-o", "json"])
    }

    /// The marked tag on a branch.
    pub(crate) fn tag_in_git(&self, branch: &str) -> String {
        tag_of(&self.repository.show(branch, DEPLOYMENT))
    }

    /// Who made the commits of a branch, and what they are about, oldest first: `author: subject`.
    pub(crate) fn log(&self, branch: &str) -> Vec<String> {
        let log = self.repository.git(["log", "--reverse", "--format=%an: %s", branch]);
        log.lines().map(str::to_owned).collect()
    }

    /// How many commits of the automation a branch has.
    pub(crate) fn releases_in_git(&self, branch: &str) -> usize {
        self.log(branch).iter().filter(|line| line.starts_with("fluxcdbot: ")).count()
    }
}

/// The tag in the marked line.
pub(crate) fn tag_of(deployment: &str) -> String {
    let line = deployment.lines().find(|line| line.contains("$imagepolicy")).expect("there is a marked line");
    let image = line.split_whitespace().nth(1).expect("the line has a value");
    image.rsplit_once(':').expect("the value has a tag").1.to_owned()
}
