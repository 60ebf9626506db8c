//! Secrets stay where they belong.

use std::fs;

use sluice_testkit::git::{
    AuthorizedKey, BareRepository, ClientKey, HttpGit, HttpGitOptions, HttpUser, KeyKind, SshServer,
};
use sluice_testkit::registry::{Challenge, DockerRegistry, Image, WireRegistry};

use crate::support::bench::IMAGE;
use crate::support::watch::{Watch, forms};
use crate::support::{Desk, Files};

const REGISTRY: &str = "canary-of-the-registry-4711";
const GIT: &str = "canary-of-git-4712";
const TOKEN: &str = "canary-of-a-token-4713";
const WRONG: &str = "canary-that-is-wrong-4714";
const PASSPHRASE: &str = "canary-of-a-passphrase-4715";

#[test]
fn no_secret_is_in_anything_that_is_said_or_written() {
    let key = ClientKey::new(KeyKind::EcdsaP521, Some(PASSPHRASE));
    let repository = BareRepository::new("fleet");
    let ssh = SshServer::start(repository.root(), &[AuthorizedKey::Writer(&key)]);
    let users = vec![HttpUser::writer("bot", GIT), HttpUser::bearer(TOKEN)];
    let http = HttpGit::start(repository.root(), &HttpGitOptions { users, ..HttpGitOptions::default() });
    let registry = DockerRegistry::basic("robot", REGISTRY);
    let wire = WireRegistry::start();
    wire.ask_to_sign_in(Challenge::bearer(&format!("{}/token", wire.url()), None, &[TOKEN]));
    wire.push("team/other", "1.0.0", &Image::new("2026-11-20T10:00:00Z"));
    let other = format!(
        "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository\nmetadata:\n  name: other\n  namespace: flux-system\n\
         spec:\n  image: {}\n  interval: 1s\n",
        wire.image("team/other")
    );
    let (over_ssh, over_http) = (ssh.url(&repository.path()), http.url(&repository.path()));
    Files::reference("v1", &over_ssh, &registry.image(IMAGE))
        .hurried()
        .with("flux-clusters/other.yaml", &other)
        .commit_to(&repository);
    registry.push(IMAGE, "1.0.1");

    let desk = Desk::with_keychain();
    desk.trust(&ssh.known_hosts());
    let mut secrets: Vec<String> = [REGISTRY, WRONG].iter().flat_map(|secret| forms("robot", secret)).collect();
    secrets.extend([GIT, WRONG].iter().flat_map(|secret| forms("bot", secret)));
    secrets.extend([TOKEN, PASSPHRASE].map(str::to_owned));
    // The file holds the public half too, which may be said and is.
    let is_secret = |line: &&str| !line.starts_with('-') && !key.public_line.contains(*line);
    secrets.extend(key.private_pem.lines().filter(is_secret).map(str::to_owned));
    let mut watch = Watch::new(&desk, secrets);

    let host = over_http.trim_start_matches("http://").split('/').next().expect("an address has a host").to_owned();
    let place = registry.address();
    let passphrase_file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    fs::write(passphrase_file.path(), PASSPHRASE).expect("it can be written");
    let passphrase = passphrase_file.path().to_str().expect("the path is text");
    let ssh_host = format!("127.0.0.1:{}", ssh.port());

    // First everything goes wrong, because errors are where secrets slip out.
    watch.keep(&["git-http", &host, "--username", "bot"], WRONG);
    watch.keep(&["registry", &place, "--username", "robot"], WRONG);
    watch.run(&["source", "add", "git", &over_http, "--name", "web"]).exits(1);
    let with_password = over_http.replace("http://", &format!("http://bot:{GIT}@"));
    watch.run(&["source", "add", "git", &with_password, "--name", "web"]);
    watch.run(&["source", "remove", "web"]);
    watch.keep(&["git-ssh", &ssh_host, "--passphrase-file", passphrase], &key.private_pem);
    watch.run(&["source", "add", "git", &over_ssh, "--name", "fleet", "--mode", "review"]).exits(0);
    watch.run(&["scan"]).exits(1);
    watch.run(&["credential", "test", &place, "-o", "json"]).exits(1);
    watch.run(&["credential", "test", &host]).exits(2);

    watch.keep(&["git-http", &host, "--username", "bot"], GIT);
    watch.run(&["source", "add", "git", &over_http, "--name", "web"]).exits(0);
    watch.keep(&["registry", &place, "--username", "robot"], REGISTRY);
    watch.keep(&["registry", &wire.address(), "--bearer"], TOKEN);
    watch.run(&["scan"]).exits(0);
    watch.run(&["release", "--source", "fleet", "--yes"]).exits(0);
    for words in [
        ["get", "all"].as_slice(),
        &["get", "releases", "-o", "json"],
        &["credential", "list", "-o", "yaml"],
        &["why", "flux-system/flask-app", "--source", "fleet"],
        &["history", "flux-system/flask-app", "--source", "fleet"],
        &["doctor"],
    ] {
        watch.run(words);
    }
    registry.push(IMAGE, "1.0.2");
    desk.sluice(&["source", "set", "fleet", "--mode", "auto"]).exits(0);
    let agent = desk.agent_with(&["-vv"]);
    agent.wait_for_release("pushed");
    watch.said.push_str(&agent.events().iter().map(ToString::to_string).collect::<String>());
    watch.said.push_str(&agent.stop().log);

    watch.found_nothing();
}
