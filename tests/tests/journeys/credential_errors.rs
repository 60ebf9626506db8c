//! What can be wrong with a credential: each is brought about, and `docs/credential-errors.md` says the same to the letter.

use std::path::PathBuf;

use serde_json::Value;
use sluice_testkit::git::{BareRepository, ClientKey, GnuPg, HttpGit, HttpGitOptions, HttpUser, KeyKind, SshServer};
use sluice_testkit::registry::{Authority, DockerRegistry};

use crate::support::{Desk, Run};

const CANARY: &str = "canary-4751";

/// What was said, by the title of its section.
struct Said {
    desk: Desk,
    sections: Vec<(&'static str, String)>,
}

impl Said {
    fn file(&self, name: &str, content: &str) -> String {
        self.desk.put(name, content);
        self.desk.home(name).to_str().expect("the path is text").to_owned()
    }

    /// Keeps what a run said. `places` are what differs from run to run.
    fn note(&mut self, title: &'static str, run: &Run, places: &[(&str, &str)]) {
        let error: Value = run.error();
        let field = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
        let mut text = format!("{}\n{}\n{}", field("code"), field("message"), field("hint")).trim_end().to_owned();
        for (from, to) in places {
            text = text.replace(from, to);
        }
        let home = self.desk.folder().to_str().expect("the path is text").to_owned();
        let text = without_dates(&without_prints(&text.replace(&home, "…")));
        assert!(!text.contains(CANARY), "{title}: a secret is repeated: {text}");
        self.sections.push((title, text));
    }

    /// A key that is given for Git over SSH, or for signing.
    fn key(&mut self, title: &'static str, kind: &str, key: &str, passphrase: Option<&str>) {
        let mut words = vec!["credential", "add", kind, "git.acme.example/team/fleet.git", "-o", "json"];
        if kind == "signing" {
            words[3] = "flux-system/signing-key";
        }
        let file = passphrase.map(|passphrase| self.file("passphrase", passphrase));
        if let Some(file) = &file {
            words.extend(["--passphrase-file", file]);
        }
        let run = self.desk.sluice_with_input(&words, key).exits(2);
        self.note(title, &run, &[]);
    }
}

/// `SHA256:…` in place of each fingerprint.
fn without_prints(text: &str) -> String {
    let mut parts = text.split("SHA256:");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "+/=".contains(c));
        shown.push_str("SHA256:…");
        shown.push_str(rest);
    }
    shown
}

/// `DATE` in place of each word that begins as one.
fn without_dates(text: &str) -> String {
    let is_date = |word: &str| {
        let bytes = word.as_bytes();
        bytes.len() >= 10 && bytes[4] == b'-' && bytes[7] == b'-' && bytes[..4].iter().all(u8::is_ascii_digit)
    };
    let of_line = |line: &str| {
        line.split(' ').map(|word| if is_date(word) { "DATE" } else { word }).collect::<Vec<_>>().join(" ")
    };
    text.lines().map(of_line).collect::<Vec<_>>().join("\n")
}

fn keys(said: &mut Said) {
    let plain = ClientKey::new(KeyKind::Ed25519, None);
    let encrypted = ClientKey::new(KeyKind::EcdsaP521, Some(CANARY));
    let half = &plain.private_pem[..plain.private_pem.len() / 2];
    let huge = format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{}", "A".repeat(70_000));
    let old = ClientKey::new(KeyKind::Rsa2048Pkcs1, Some(CANARY));
    let short = ClientKey::new(KeyKind::Rsa1024, None);
    said.key("Nothing was given", "git-ssh", "", None);
    said.key("More than 64 KiB were given", "git-ssh", &huge, None);
    said.key("The text is no key", "git-ssh", CANARY, None);
    said.key("The public half was given", "git-ssh", &plain.public_line, None);
    said.key("The key is cut off", "git-ssh", half, None);
    said.key("The key is encrypted", "git-ssh", &encrypted.private_pem, None);
    said.key("The passphrase is wrong", "git-ssh", &encrypted.private_pem, Some("another"));
    said.key("The key is encrypted as it was done long ago", "signing", &old.private_pem, Some(CANARY));
    said.key("The RSA key is too short", "signing", &short.private_pem, None);
}

fn openpgp_keys(said: &mut Said) {
    let gpg = GnuPg::new();
    let id = gpg.key("Bot <bot@acme.example>", "ed25519", "sign,cert", "never", CANARY);
    let secret = gpg.secret(&id, CANARY);
    said.key("The passphrase of an OpenPGP key is wrong", "signing", &secret, Some("another"));
    said.key("The public half of an OpenPGP key was given", "signing", &gpg.public(&id), None);
    said.key("The OpenPGP key is cut off", "signing", &secret[..secret.len() / 2], Some(CANARY));
    let brief = gpg.key("Old <old@acme.example>", "ed25519", "sign,cert", "seconds=2", CANARY);
    let expired = gpg.secret(&brief, CANARY);
    gpg.revoke(&id);
    said.key("The OpenPGP key was revoked", "signing", &gpg.secret(&id, CANARY), Some(CANARY));
    std::thread::sleep(std::time::Duration::from_secs(3));
    said.key("The OpenPGP key has expired", "signing", &expired, Some(CANARY));
}

fn certificates(said: &mut Said) {
    let authority = Authority::new("clients");
    let (mine, other, expired) = (authority.client("me"), authority.client("other"), authority.expired_client("me"));
    for (title, certificate, key) in [
        ("The certificate has expired", expired.certificate_pem.as_str(), expired.key_pem.as_str()),
        ("The key belongs to another certificate", &mine.certificate_pem, &other.key_pem),
        ("The certificate's key is no key", &mine.certificate_pem, CANARY),
        ("The certificate is none", CANARY, &mine.key_pem),
    ] {
        let (certificate, key) = (said.file("me.pem", certificate), said.file("me.key", key));
        let words = ["credential", "add", "tls", "git.acme.example", "--certificate-file", &certificate, "--key-file"];
        let run = said.desk.sluice(&[&words[..], &[&key, "-o", "json"]].concat()).exits(2);
        said.note(title, &run, &[]);
    }
    let app = ["credential", "add", "github-app", "github.com/acme", "--app-id", "1", "--installation-id", "2"];
    let run = said.desk.sluice_with_input(&[&app[..], &["-o", "json"]].concat(), CANARY).exits(2);
    said.note("The key of a GitHub App is no key", &run, &[]);
    let address = format!("http://me:{CANARY}@proxy:3128");
    let proxy = ["credential", "add", "proxy", "git.acme.example", "--address", &address, "-o", "json"];
    let run = said.desk.sluice(&proxy).exits(2);
    said.note("The address of a proxy holds a password", &run, &[]);
}

fn host_keys(said: &mut Said) {
    let repository = BareRepository::with_files("fleet", &[("a", "1")]);
    let mut server = SshServer::start(repository.root(), &[]);
    let url = server.url(&repository.path());
    let (port, path) = (server.port().to_string(), repository.path());
    let path = path.to_str().expect("the path is text").to_owned();
    let user = format!("{}@", server.user());
    let places = [(path.as_str(), "/fleet.git"), (port.as_str(), "2222"), (user.as_str(), "git@")];
    let add = ["source", "add", "git", &url, "--name", "ssh", "-o", "json"];
    let run = said.desk.sluice(&add).exits(1);
    said.note("The host key is unknown", &run, &places);
    let old = server.known_hosts();
    said.desk.trust(&old);
    server.change_host_keys();
    let run = said.desk.sluice(&add).exits(1);
    said.note("The host key has changed", &run, &places);
    let revoked: Vec<String> = server.known_hosts().lines().map(|line| format!("@revoked {line}")).collect();
    said.desk.trust(&(revoked.join("\n") + "\n"));
    let run = said.desk.sluice(&add).exits(1);
    said.note("The host key is revoked", &run, &places);
}

fn refusals(said: &mut Said) {
    let repository = BareRepository::with_files("fleet", &[("a", "1")]);
    let users = vec![HttpUser::writer("bot", "right")];
    let http = HttpGit::start(repository.root(), &HttpGitOptions { users, ..HttpGitOptions::default() });
    let url = http.url(&repository.path());
    let host = url.trim_start_matches("http://").split('/').next().expect("an address has a host").to_owned();
    let places = [(host.as_str(), "git.acme.example")];
    let add = ["source", "add", "git", &url, "--name", "web", "-o", "json"];
    let run = said.desk.sluice(&add).exits(1);
    said.note("Git asks who it is", &run, &places);
    said.desk.sluice_with_input(&["credential", "add", "git-http", &host, "--username", "bot"], CANARY).exits(0);
    let run = said.desk.sluice(&add).exits(1);
    said.note("Git refuses the password", &run, &places);

    let registry = DockerRegistry::basic("robot", "right");
    let place = registry.address();
    said.desk.sluice_with_input(&["credential", "add", "registry", &place, "--username", "robot"], CANARY).exits(0);
    let tested = said.desk.sluice(&["credential", "test", &place, "-o", "json"]).exits(1).json();
    let words = tested["message"].as_str().unwrap_or_default();
    assert!(words.contains(&format!("keychain, registry {place}")) && !words.contains(CANARY), "{tested}");
}

fn vaults(said: &mut Said) {
    let bare = Desk::new();
    let add = ["credential", "add", "registry", "ghcr.io", "--username", "robot", "-o", "json"];
    let run = bare.sluice_with_input(&add, CANARY).exits(1);
    let error = run.error();
    let words = error["message"].as_str().unwrap_or_default();
    let reason = words.split_once("reached (").and_then(|(_, rest)| rest.split_once("); ")).map_or("?", |(why, _)| why);
    said.note("There is no keychain", &run, &[(reason, "…")]);
    let folder = bare.folder().to_str().expect("the path is text").to_owned();
    let places = [(folder.as_str(), "…")];
    bare.put("short", "1234567");
    bare.put("right", "four words are enough");
    bare.put("wrong", "three are not");
    let file = |name: &str| bare.home(name).to_str().expect("the path is text").to_owned();
    let (short, right, wrong) = (file("short"), file("right"), file("wrong"));
    let run = bare.sluice(&["vault", "use", "file", "--passphrase-file", &short, "-o", "json"]).exits(2);
    said.note("The vault's passphrase is too short", &run, &places);
    bare.sluice(&["vault", "use", "file", "--passphrase-file", &right]).exits(0);
    let run = bare.sluice_with_input(&add, CANARY).exits(1);
    said.note("The encrypted file is locked", &run, &places);
    let run = bare.sluice(&["--vault-passphrase-file", &wrong, "credential", "list", "-o", "json"]).exits(1);
    said.note("The passphrase is not that of the encrypted file", &run, &places);
}

#[test]
fn every_error_of_a_credential_is_told_as_the_page_says() {
    let mut said = Said { desk: Desk::with_keychain(), sections: Vec::new() };
    keys(&mut said);
    openpgp_keys(&mut said);
    certificates(&mut said);
    host_keys(&mut said);
    refusals(&mut said);
    vaults(&mut said);
    let listed = said.desk.sluice(&["credential", "list", "-o", "json"]).exits(0).json();
    assert_eq!(listed["credentials"].as_array().map(Vec::len), Some(2), "nothing that is wrong is kept: {listed}");
    let sections: Vec<String> =
        said.sections.iter().map(|(title, text)| format!("## {title}\n\n```text\n{text}\n```\n")).collect();
    let expected = sections.join("\n");
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/credential-errors.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    let told = page.find("## ").map_or("", |at| &page[at..]);
    assert!(told == expected, "docs/credential-errors.md should go on, behind its introduction, with\n\n{expected}");
}
