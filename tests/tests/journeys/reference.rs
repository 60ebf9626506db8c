//! The reference scenario, from an empty data folder to the pushed commit.

use serde_json::Value;
use sluice_testkit::git::{
    AuthorizedKey, BareRepository, ClientKey, HttpGit, HttpGitOptions, HttpUser, KeyKind, SshServer,
};
use sluice_testkit::registry::{
    Authority, DockerAuth, DockerOptions, DockerRegistry, DockerTls, TokenOptions, TokenServer,
};

use crate::support::bench::{APP, IMAGE, tag_of};
use crate::support::fleet::DEPLOYMENT;
use crate::support::{Bench, Desk, Files};

#[test]
fn a_new_tag_is_found_chosen_and_pushed_over_ssh_with_a_key_from_the_keychain() {
    let key = ClientKey::new(KeyKind::EcdsaP521, None);
    let repository = BareRepository::new("fleet");
    let server = SshServer::start(repository.root(), &[AuthorizedKey::Writer(&key)]);
    let url = server.url(&repository.path());
    let registry = DockerRegistry::basic("robot", "registry-pass");
    Files::reference("v1", &url, &registry.image(IMAGE)).commit_to(&repository);
    registry.push(IMAGE, "1.0.0");

    let desk = Desk::with_keychain();
    desk.trust(&server.known_hosts());
    keep(&desk, &["git-ssh", &format!("127.0.0.1:{}", server.port())], &key.private_pem);
    keep(&desk, &["registry", &registry.address(), "--username", "robot"], "registry-pass\n");
    desk.sluice(&["source", "add", "git", &url, "--name", "fleet"]).exits(0);
    travel(&desk, &repository, || {
        registry.push(IMAGE, "1.0.1");
        registry.push(IMAGE, "1.1.0");
    });
}

#[test]
fn a_new_tag_is_found_chosen_and_pushed_over_https_with_an_authority_of_ones_own() {
    let authority = Authority::new("Acme");
    let repository = BareRepository::new("fleet");
    let users = vec![HttpUser::writer("bot", "git-pass")];
    let git = HttpGit::start(
        repository.root(),
        &HttpGitOptions { authority: Some(&authority), users, ..HttpGitOptions::default() },
    );
    let url = git.url(&repository.path());
    let registry = DockerRegistry::with(&DockerOptions {
        auth: DockerAuth::Basic { username: "robot", password: "registry-pass" },
        tls: Some(DockerTls { authority: &authority, clients: None }),
    });
    Files::reference("v1beta2", &url, &registry.image(IMAGE)).commit_to(&repository);
    registry.push(IMAGE, "1.0.0");

    let desk = Desk::with_keychain();
    let pem = desk.home("acme.pem");
    desk.put("acme.pem", &authority.pem());
    let host = url.trim_start_matches("https://").split('/').next().expect("an address has a host");
    keep(&desk, &["git-http", host, "--username", "bot"], "git-pass\n");
    keep(&desk, &["registry", &registry.address(), "--username", "robot"], "registry-pass\n");
    let ca = pem.to_str().expect("the path is text");
    desk.sluice(&["source", "add", "git", &url, "--name", "fleet", "--ca-file", ca]).exits(0);
    desk.add_settings(&format!("[registry.\"{}\"]\nca-file = \"{ca}\"", registry.address()));
    travel(&desk, &repository, || {
        registry.push(IMAGE, "1.0.1");
        registry.push(IMAGE, "1.1.0");
    });
}

#[test]
fn a_new_tag_is_found_chosen_and_pushed_where_the_registry_wants_bearer_tokens() {
    let authority = Authority::new("Acme");
    let user = Some(("robot".to_owned(), "registry-pass".to_owned()));
    let options = TokenOptions { user, anonymous: false, seconds: 5, ..TokenOptions::default() };
    let tokens = TokenServer::start_encrypted(options, &authority);
    let registry = DockerRegistry::with(&DockerOptions {
        auth: DockerAuth::Tokens(&tokens),
        tls: Some(DockerTls { authority: &authority, clients: None }),
    });
    let repository = BareRepository::new("fleet");
    let users = vec![HttpUser::writer("bot", "git-pass")];
    let git = HttpGit::start(repository.root(), &HttpGitOptions { users, ..HttpGitOptions::default() });
    let url = git.url(&repository.path());
    Files::reference("v1", &url, &registry.image(IMAGE)).commit_to(&repository);
    registry.push(IMAGE, "1.0.0");

    let desk = Desk::with_keychain();
    desk.put("acme.pem", &authority.pem());
    desk.put(".netrc", "machine 127.0.0.1 login bot password git-pass\n");
    let ca = desk.home("acme.pem");
    desk.add_settings(&format!("[registry.\"{}\"]\nca-file = {ca:?}", registry.address()));
    desk.sluice(&["source", "add", "git", &url, "--name", "fleet"]).exits(0);

    let refused = desk.sluice(&["scan", "-o", "json"]).exits(1).json();
    assert!(refused["scans"][0]["error"].is_string(), "{refused}");
    keep(&desk, &["registry", &registry.address(), "--username", "robot"], "registry-pass\n");
    travel(&desk, &repository, || {
        registry.push(IMAGE, "1.0.1");
        registry.push(IMAGE, "1.1.0");
    });

    let asked = tokens.requests();
    let signed_in = asked.iter().filter(|request| request.basic().is_some());
    let scopes: Vec<String> = signed_in.flat_map(|request| request.parameters("scope")).collect();
    assert!(
        !scopes.is_empty() && scopes.iter().all(|scope| *scope == format!("repository:{IMAGE}:pull")),
        "{scopes:?}"
    );
}

#[test]
fn resources_of_every_version_lead_to_the_same_commit() {
    let mut diffs = Vec::new();
    for version in ["v1beta1", "v1beta2", "v1"] {
        let bench = Bench::over_http(|files| files);
        let image = bench.registry.image(IMAGE);
        Files::reference(version, &bench.url, &image).commit_to(&bench.repository);
        bench.add_source("review");
        bench.publish("1.0.1");
        bench.publish("1.1.0");
        bench.scan().exits(0);
        bench.release().exits(0);
        let diff = bench.repository.git(["diff", "main~1", "main"]).replace(&image, "IMAGE");
        // The blobs' ids depend on the registry's port.
        diffs.push(diff.lines().filter(|line| !line.starts_with("index ")).collect::<Vec<_>>().join("\n"));
    }
    assert!(diffs.windows(2).all(|pair| pair[0] == pair[1]), "{diffs:#?}");
}

/// Keeps a secret in the keychain.
fn keep(desk: &Desk, words: &[&str], secret: &str) {
    let words = [&["credential", "add"], words].concat();
    desk.sluice_with_input(&words, secret).exits(0);
}

/// From a source that was just added to the commit.
fn travel(desk: &Desk, repository: &BareRepository, publish: impl FnOnce()) {
    let before = repository.show("main", DEPLOYMENT);
    desk.sluice(&["scan"]).exits(0);
    desk.sluice(&["plan"]).exits(3);

    publish();
    let scan = desk.sluice(&["scan", APP, "-o", "json"]).exits(0).json();
    assert_eq!(scan["scans"][0]["added"], serde_json::json!(["1.0.1", "1.1.0"]), "{scan}");
    let passed_over = desk.sluice(&["why", APP, "--tag", "1.1.0", "-o", "json"]).json();
    assert_eq!(passed_over["asked"]["reason"], "outside-range", "{passed_over}");
    assert!(passed_over["asked"]["detail"].as_str().is_some_and(|words| words.contains("1.0.x")), "{passed_over}");
    assert_eq!(passed_over["next"]["tag"], "1.0.1", "{passed_over}");

    // A source that was just added is only observed.
    let refused = desk.sluice(&["release", "--yes", "-o", "json"]).exits(1).release();
    assert_eq!(refused["error"]["code"], "observe", "{refused}");
    assert_eq!(repository.show("main", DEPLOYMENT), before);

    desk.sluice(&["source", "set", "fleet", "--mode", "review"]).exits(0);
    let plan = desk.sluice(&["plan"]).exits(0);
    assert!(plan.stdout.contains(":1.0.0") && plan.stdout.contains(":1.0.1"), "{plan:?}");
    let release = desk.sluice(&["release", APP, "--yes", "-o", "json"]).exits(0).release();
    assert_eq!(release["outcome"], "pushed", "{release}");
    assert_eq!(release["commit"], repository.tip("main"));

    let commit = repository.git(["log", "-1", "--format=%an <%ae>|%cn <%ce>|%s", "main"]);
    let bot = "fluxcdbot <fluxcdbot@users.noreply.github.com>";
    assert_eq!(commit, format!("{bot}|{bot}|flask-app 1.0.0 → 1.0.1 (flux-system/flask-app)"));
    let body = repository.git(["log", "-1", "--format=%b", "main"]);
    for words in ["deployment.yml", "Deployment flask-app", "flask-app:1.0.0 → ", "flask-app:1.0.1"] {
        assert!(body.contains(words), "{words} is not in the message: {body}");
    }
    let after = repository.show("main", DEPLOYMENT);
    assert_eq!(after, before.replace("flask-app:1.0.0 #", "flask-app:1.0.1 #"));
    assert_eq!(repository.git(["diff", "--numstat", "main~1", "main"]), format!("1\t1\t{DEPLOYMENT}"));

    let again = desk.sluice(&["release", "--yes", "-o", "json"]).exits(3).release();
    assert_eq!(again["outcome"], "nothing-to-do");
    assert_eq!(tag_of(&repository.show("main", DEPLOYMENT)), "1.0.1");
    let history = desk.sluice(&["history", APP, "-o", "json"]).exits(0).json();
    let pushed: Vec<&Value> = history["entries"]
        .as_array()
        .expect("there are entries")
        .iter()
        .filter(|entry| entry["what"] == "pushed")
        .collect();
    assert_eq!(pushed.len(), 1, "{history}");
    assert_eq!(pushed[0]["by"], "tester");
}
