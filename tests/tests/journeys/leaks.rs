//! Keys, tokens, certificates and passphrases of every kind, right and wrong ones, stay where they belong: in the keychain.

use std::fs;
use std::path::Path;

use sluice_testkit::forge::ForgeFlavour;
use sluice_testkit::git::{BareRepository, ClientKey, GnuPg, HttpGit, HttpGitOptions, HttpUser, KeyKind};
use sluice_testkit::github_app::{FakeApp, INSTALLATION};
use sluice_testkit::http::ForwardProxy;
use sluice_testkit::registry::{Authority, Image, WireRegistry};

use crate::keys::{Hosted, TOKEN};
use crate::support::bench::{APP, IMAGE};
use crate::support::watch::{Watch, forms};
use crate::support::{Desk, Files};

const PASSPHRASE: &str = "canary-of-a-passphrase-4721";
const WRONG: &str = "canary-that-is-wrong-4722";
const PROXY: &str = "canary-of-a-proxy-4723";

/// The lines of a key in PEM or armour that nobody but its owner may see.
fn lines_of(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| line.len() > 20 && !line.starts_with('-')).map(str::to_owned).collect()
}

fn text(path: &Path) -> String {
    path.to_str().expect("the path is text").to_owned()
}

/// Files of a person's that hold secrets, outside of everything that Sluice writes.
struct Drawer(tempfile::TempDir);

impl Drawer {
    fn put(&self, name: &str, content: &str) -> String {
        let path = self.0.path().join(name);
        fs::write(&path, content).expect("it can be written");
        text(&path)
    }
}

#[test]
fn no_key_token_certificate_or_passphrase_is_in_anything_that_is_said_written_or_handed_on() {
    let drawer = Drawer(tempfile::tempdir().expect("a temporary folder can be made"));
    let hosted = Hosted::start(ForgeFlavour::GitLab);
    let registry = WireRegistry::start();
    let app_key = ClientKey::new(KeyKind::Rsa2048Pkcs1, None);
    let app = FakeApp::start("12345", &app_key);
    let web = BareRepository::new("web");
    let users = (1..500).map(|number| HttpUser::writer("x-access-token", &format!("ghs_canary{number:04}")));
    let options = HttpGitOptions { users: users.collect(), ..HttpGitOptions::default() };
    let http = HttpGit::start(web.root(), &options);
    let web_url = http.url(&web.path());
    let web_host = http.server().address();
    let gpg = GnuPg::new();
    let id = gpg.key("Release Bot <bot@acme.example>", "ed25519", "sign,cert", "never", PASSPHRASE);
    let signing = gpg.secret(&id, PASSPHRASE);
    let ssh_signing = ClientKey::new(KeyKind::EcdsaP256, Some(PASSPHRASE));
    let mine = Authority::new("clients").client("sluice");

    let email = "        email: fluxcdbot@users.noreply.github.com\n";
    let signed = format!("{email}      signingKey:\n        secretRef:\n          name: signing-key\n");
    let fleet = |url: &str| Files::reference("v1", url, &registry.image(IMAGE)).hurried();
    fleet(&hosted.url).automation(email, &signed).commit_to(&hosted.repository);
    fleet(&web_url).commit_to(&web);
    registry.push(IMAGE, "1.0.1", &Image::new("2026-11-20T10:00:00Z"));

    let desk = Desk::with_keychain();
    desk.add_settings(&hosted.settings());
    let dump = desk.home("handed-on");
    let spy = format!("#!/bin/sh\n{{ echo \"$0 $*\"; env; cat; }} >> '{}'\n", dump.display());
    let spy_path = desk.home("spy");
    desk.put("spy", &spy);
    make_executable(&spy_path);
    desk.put(".gitconfig", &format!("[credential]\n\thelper = {}\n", spy_path.display()));

    let mut secrets: Vec<String> = forms("me", PROXY);
    secrets.extend(forms("x-access-token", WRONG));
    // A token of the app, as it is and as it goes over the wire, and the head of the proof that it is exchanged for.
    secrets.push("ghs_canary".to_owned());
    secrets.extend(forms("x", "x-access-token:ghs_canar")[1..2].iter().cloned());
    secrets.push("eyJhbGciOiJSUzI1NiIs".to_owned());
    secrets.extend([TOKEN, PASSPHRASE].map(str::to_owned));
    for key in [&app_key.private_pem, &mine.key_pem] {
        secrets.extend(lines_of(key));
    }
    secrets.extend(lines_of(&signing));
    // An OpenSSH key holds its public half too, which may be said.
    secrets
        .extend(lines_of(&ssh_signing.private_pem).into_iter().filter(|line| !ssh_signing.public_line.contains(line)));
    let mut watch = Watch::new(&desk, secrets);

    // A deploy key, whose secret half is known to this test by a Secret that is made of it.
    watch.run(&["host", "scan", &hosted.url]);
    let print = desk.sluice(&["host", "scan", &hosted.url, "-o", "json"]).json()["hostKeys"][0]["fingerprint"].clone();
    watch.run(&["host", "trust", &hosted.url, "--fingerprint", print.as_str().unwrap_or_default()]).exits(0);
    watch.run(&["key", "generate", &hosted.url]).exits(0);
    let secret = desk.sluice(&["key", "export", &hosted.url, "--name", "fleet-auth"]).exits(0).stdout;
    let body = secret.split("-----BEGIN OPENSSH PRIVATE KEY-----").nth(1).unwrap_or_default();
    let body = body.split("-----END").next().unwrap_or_default();
    let public = desk.sluice(&["key", "show", &hosted.url, "--line"]).exits(0).stdout;
    let made: Vec<String> = lines_of(body).into_iter().filter(|line| !public.contains(line)).collect();
    assert!(made.len() > 4, "{secret}");
    watch.secrets.extend(made);

    // First everything goes wrong, because errors are where secrets slip out.
    let wrong = drawer.put("wrong", WRONG);
    let right = drawer.put("token", TOKEN);
    let passphrase = drawer.put("passphrase", PASSPHRASE);
    watch.run(&["key", "register", &hosted.url, "--token-file", &wrong]).exits(1);
    watch.run(&["key", "register", &hosted.url, "--read-only", "--token-file", &right]).exits(0);
    watch.run(&["source", "add", "git", &hosted.url, "--name", "fleet", "--mode", "review"]).exits(0);
    watch.run(&["source", "add", "git", &web_url, "--name", "web"]).exits(1);
    let app_words = ["credential", "add", "github-app", &web_host, "--api", &app.api(), "--app-id"];
    watch.give(&[&app_words[..], &["1", "--installation-id", "1"]].concat(), &app_key.private_pem).exits(0);
    watch.run(&["source", "add", "git", &web_url, "--name", "web"]).exits(1);
    watch.give(&[&app_words[..], &["1", "--installation-id", "1"]].concat(), WRONG).exits(2);
    let signing_words = ["credential", "add", "signing", "flux-system/signing-key", "--passphrase-file"];
    watch.give(&[&signing_words[..], &[wrong.as_str()]].concat(), &signing).exits(2);
    watch.give(&[&signing_words[..], &[wrong.as_str()]].concat(), WRONG).exits(2);
    watch
        .give(
            &["credential", "add", "git-ssh", "elsewhere.example", "--passphrase-file", &wrong],
            &ssh_signing.private_pem,
        )
        .exits(2);
    watch.give(&["credential", "add", "git-ssh", "elsewhere.example"], WRONG).exits(2);
    let certificate = drawer.put("me.pem", &mine.certificate_pem);
    let key = drawer.put("me.key", &mine.key_pem);
    let tls = ["credential", "add", "tls", "tls.example", "--certificate-file", &certificate, "--key-file"];
    watch.run(&[&tls[..], &[wrong.as_str()]].concat()).exits(2);
    let proxy = ForwardProxy::basic("me", "another-password");
    let proxied = ["credential", "add", "proxy", "proxied.example", "--address", &proxy.url(), "--username", "me"];
    watch.give(&proxied, PROXY).exits(0);
    watch.run(&["source", "add", "git", "https://proxied.example/fleet.git", "--name", "proxied"]).exits(1);

    // Then it goes right.
    watch.keep(&["forge", "127.0.0.1"], TOKEN);
    let number = INSTALLATION.to_string();
    watch.give(&[&app_words[..], &["12345", "--installation-id", &number]].concat(), &app_key.private_pem).exits(0);
    watch.run(&["source", "add", "git", &web_url, "--name", "web", "--mode", "review"]).exits(0);
    watch.run(&[&tls[..], &[key.as_str()]].concat()).exits(0);
    watch.run(&["scan"]).exits(0);
    watch.run(&["release", "--source", "fleet", "--yes"]).exits(1);
    watch.give(&[&signing_words[..], &[passphrase.as_str()]].concat(), &signing).exits(0);
    watch
        .give(&["credential", "add", "signing", "mine", "--passphrase-file", &passphrase], &ssh_signing.private_pem)
        .exits(0);
    watch.run(&["release", "--source", "fleet", "--yes"]).exits(1);
    watch.run(&["key", "check", "fleet"]);
    watch.run(&["key", "register", "fleet"]).exits(0);
    watch.run(&["release", "--source", "fleet", "--yes"]).exits(0);
    watch.run(&["release", "--source", "web", "--yes"]).exits(0);
    for words in [
        ["get", "all"].as_slice(),
        &["credential", "list", "-o", "yaml"],
        &["credential", "test", "flux-system/signing-key"],
        &["credential", "test", "tls.example"],
        &["credential", "test", "127.0.0.1"],
        &["key", "list", "-o", "json"],
        &["key", "show", "fleet", "-o", "yaml"],
        &["host", "list"],
        &["why", APP, "--source", "fleet", "-o", "json"],
        &["history", APP, "--source", "web"],
        &["doctor"],
    ] {
        watch.run(words);
    }
    registry.push(IMAGE, "1.0.2", &Image::new("2026-11-21T10:00:00Z"));
    for source in ["fleet", "web"] {
        desk.sluice(&["source", "set", source, "--mode", "auto"]).exits(0);
    }
    let agent = desk.agent_with(&["-vv"]);
    agent.wait_for_release("pushed");
    let process = Path::new("/proc").join(agent.id().to_string());
    for file in ["environ", "cmdline"] {
        let bytes = fs::read(process.join(file)).unwrap_or_default();
        assert!(watch.leaks(&bytes).is_empty(), "{file} of the agent holds a secret");
    }
    if let Ok(limits) = fs::read_to_string(process.join("limits")) {
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap_or_default();
        assert_eq!(
            core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(),
            ["0", "0"],
            "it would leave a core file"
        );
    }
    watch.said.push_str(&agent.events().iter().map(ToString::to_string).collect::<String>());
    watch.said.push_str(&agent.stop().log);
    assert!(!app.tokens().is_empty() && dump.exists(), "nothing was handed on, so nothing was looked at");
    watch.found_nothing();
}

fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700)).expect("its mode can be set");
}
