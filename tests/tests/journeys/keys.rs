//! Deploy keys from making one to the push that it lets through, and host keys that a person looked at.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use sluice_testkit::forge::{FakeForge, ForgeFlavour, ForgeKey};
use sluice_testkit::git::{AuthorizedKey, BareRepository, ClientKey, SshServer};
use sluice_testkit::program;
use sluice_testkit::registry::{Image, WireRegistry};

use crate::support::bench::{IMAGE, tag_of};
use crate::support::fleet::DEPLOYMENT;
use crate::support::{Desk, Files};

pub(crate) const TOKEN: &str = "forge-token-4711";

/// A forge whose repository a real sshd serves: who may read and write there is what the forge's keys say.
pub(crate) struct Hosted {
    pub(crate) repository: BareRepository,
    server: Arc<SshServer>,
    forge: FakeForge,
    pub(crate) url: String,
}

impl Hosted {
    pub(crate) fn start(flavour: ForgeFlavour) -> Self {
        let repository = BareRepository::new("fleet");
        let server = Arc::new(SshServer::start(repository.root(), &[]));
        let url = server.url(&repository.path());
        let path = url.split_once("//").and_then(|(_, rest)| rest.split_once('/')).expect("an address has a path").1;
        let name = if flavour == ForgeFlavour::GitLab { path.trim_end_matches(".git") } else { "acme/fleet" };
        let forge = FakeForge::start(flavour, name, TOKEN);
        let told = server.clone();
        forge.on_change(move |keys| authorize(&told, keys));
        Self { repository, server, forge, url }
    }

    pub(crate) fn settings(&self) -> String {
        format!("[forge.\"127.0.0.1\"]\nkind = \"{}\"\napi = \"{}\"", self.forge.kind(), self.forge.api())
    }
}

fn authorize(server: &SshServer, keys: &[ForgeKey]) {
    let clients: Vec<(ClientKey, bool)> = keys
        .iter()
        .map(|key| {
            let client = ClientKey { private_pem: String::new(), public_line: key.key.clone(), passphrase: None };
            (client, key.may_write)
        })
        .collect();
    let lines = clients.iter().map(|(client, may_write)| match may_write {
        true => AuthorizedKey::Writer(client),
        false => AuthorizedKey::Reader(client),
    });
    server.authorize(&lines.collect::<Vec<_>>());
}

fn desk(hosted: &Hosted) -> Desk {
    let desk = Desk::with_keychain();
    desk.add_settings(&hosted.settings());
    desk.put("token", &format!("{TOKEN}\n"));
    desk
}

fn token_file(desk: &Desk) -> String {
    desk.home("token").to_str().expect("the path is text").to_owned()
}

#[test]
fn a_key_that_may_only_read_is_known_before_the_push_and_one_call_lets_the_release_through() {
    let hosted = Hosted::start(ForgeFlavour::GitLab);
    let desk = desk(&hosted);
    let token = token_file(&desk);
    let made = desk.sluice(&["key", "generate", &hosted.url, "-o", "json"]).exits(0).json();
    let key = &made["key"];
    assert_eq!(key["algorithm"], "ecdsa-sha2-nistp521", "{made}");
    let line = key["publicKey"].as_str().expect("it is shown").to_owned();
    let shown = desk.sluice(&["key", "show", &hosted.url, "--line"]).exits(0).stdout;
    assert_eq!(shown.trim(), line);

    desk.sluice(&["host", "scan", &hosted.url]).exits(1);
    let scanned = desk.sluice(&["host", "scan", &hosted.url, "-o", "json"]).json();
    let print = scanned["hostKeys"][0]["fingerprint"].as_str().expect("a fingerprint").to_owned();
    assert_eq!(scanned["hostKeys"][0]["trust"], "new", "{scanned}");
    desk.sluice(&["host", "trust", &hosted.url, "--fingerprint", &print]).exits(0);

    desk.sluice(&["key", "register", &hosted.url, "--read-only", "--token-file", &token]).exits(0);
    assert!(!hosted.forge.keys()[0].may_write);
    let registry = WireRegistry::start();
    Files::reference("v1", &hosted.url, &registry.image(IMAGE)).commit_to(&hosted.repository);
    registry.push(IMAGE, "1.0.1", &Image::new("2026-11-20T10:00:00Z"));
    desk.sluice(&["source", "add", "git", &hosted.url, "--name", "fleet", "--mode", "review"]).exits(0);
    desk.sluice(&["scan"]).exits(0);
    let before = desk.sluice(&["key", "check", "fleet", "--token-file", &token, "-o", "json"]).exits(1).json();
    assert_eq!((&before["forge"]["state"], &before["forge"]["mayWrite"]), (&"known".into(), &false.into()), "{before}");

    let refused = desk.sluice(&["release", "--yes", "-o", "json"]).exits(1).release();
    assert_eq!(refused["error"]["code"], "git-key-read-only", "{refused}");
    let hint = refused["error"]["hint"].as_str().unwrap_or_default();
    assert!(hint.contains("sluice key register ssh://"), "{refused}");
    let listed = desk.sluice(&["key", "list", "-o", "json"]).json();
    let words = listed["keys"][0]["writeRefused"].as_str().unwrap_or_default();
    assert!(words.contains("marked as read only"), "{listed}");

    let allowed = desk.sluice(&["key", "register", "fleet", "--token-file", &token, "-o", "json"]).exits(0).json();
    assert_eq!(
        (&allowed["forge"]["state"], &allowed["forge"]["mayWrite"]),
        (&"allowed".into(), &true.into()),
        "{allowed}"
    );
    desk.sluice(&["release", "--yes"]).exits(0);
    assert_eq!(tag_of(&hosted.repository.show("main", DEPLOYMENT)), "1.0.1");
    let listed = desk.sluice(&["key", "list", "-o", "json"]).json();
    assert!(listed["keys"][0]["wroteAt"].is_string() && listed["keys"][0]["writeRefused"].is_null(), "{listed}");
    desk.sluice(&["key", "check", "fleet", "--token-file", &token]).exits(0);

    desk.sluice(&["key", "remove", "fleet", "--at-forge", "--token-file", &token]).exits(0);
    assert_eq!(hosted.forge.keys(), []);
    desk.sluice(&["key", "list"]).exits(3);
}

#[test]
fn a_key_is_made_and_registered_at_every_forge_with_a_token_that_is_kept() {
    for flavour in [ForgeFlavour::GitHub, ForgeFlavour::Gitea, ForgeFlavour::Forgejo] {
        let hosted = Hosted::start(flavour);
        let desk = desk(&hosted);
        desk.sluice_with_input(&["credential", "add", "forge", "127.0.0.1"], &format!("{TOKEN}\n")).exits(0);
        let repository = "ssh://git@127.0.0.1/acme/fleet.git";
        let kinds =
            [("ed25519", "ssh-ed25519"), ("ecdsa-p256", "ecdsa-sha2-nistp256"), ("ecdsa-p384", "ecdsa-sha2-nistp384")];
        for (kind, algorithm) in kinds {
            let words = ["key", "generate", repository, "--type", kind, "--replace", "--register", "-o", "json"];
            let made = desk.sluice(&words).exits(0).json();
            assert_eq!(made["key"]["algorithm"], algorithm, "{made}");
            assert_eq!(
                (&made["forge"]["state"], &made["forge"]["mayWrite"]),
                (&"registered".into(), &true.into()),
                "{made}"
            );
        }
        let titles: Vec<_> = hosted.forge.keys().into_iter().map(|key| (key.title, key.may_write)).collect();
        assert_eq!(titles, vec![("sluice@127.0.0.1/acme/fleet".to_owned(), true); 3], "{flavour:?}");
    }
}

#[test]
fn a_key_is_taken_along_as_the_secret_that_flux_makes_and_only_with_trusted_host_keys() {
    let hosted = Hosted::start(ForgeFlavour::GitLab);
    let desk = desk(&hosted);
    desk.put("passphrase", "open: \"sesame\" # yes\n");
    let phrase = desk.home("passphrase").to_str().expect("the path is text").to_owned();
    let made =
        desk.sluice(&["key", "generate", &hosted.url, "--passphrase-file", &phrase, "-o", "json"]).exits(0).json();
    let export = ["key", "export", &hosted.url, "--name", "flux-system"];
    let refused = desk.sluice(&[&export[..], &["-o", "json"]].concat()).exits(2).error();
    assert!(refused["hint"].as_str().is_some_and(|hint| hint.contains("sluice host trust")), "{refused}");
    desk.trust(&hosted.server.known_hosts());
    let yaml = desk.sluice(&export).exits(0).stdout;
    assert!(yaml.contains("kind: Secret\nmetadata:\n  name: flux-system\n  namespace: flux-system\n"), "{yaml}");
    for line in hosted.server.known_hosts().lines() {
        assert!(yaml.contains(&format!("    {line}\n")), "{line} is not in the Secret");
    }
    assert!(yaml.contains("  password: \"open: \\\"sesame\\\" # yes\"\n"), "{yaml}");
    let private: String = yaml
        .lines()
        .skip_while(|line| *line != "  identity: |")
        .skip(1)
        .take_while(|line| line.starts_with("    "))
        .map(|line| format!("{}\n", &line[4..]))
        .collect();
    let public = public_by_ssh_keygen(&private, "open: \"sesame\" # yes");
    assert!(made["key"]["publicKey"].as_str().is_some_and(|line| line.starts_with(&public)), "{public} {made}");
    desk.sluice(&["key", "export", &hosted.url, "--name", "Not A Name"]).exits(2);
}

fn public_by_ssh_keygen(private: &str, passphrase: &str) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("key");
    std::fs::write(&file, private).expect("a file can be written");
    only_mine(&file);
    let mut command = Command::new(program("ssh-keygen", "openssh-client"));
    let output = command.args(["-y", "-P", passphrase, "-f"]).arg(&file).stdin(Stdio::null()).output();
    let output = output.expect("ssh-keygen starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.split(' ').take(2).collect::<Vec<_>>().join(" ").trim().to_owned()
}

fn only_mine(file: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).expect("its mode can be set");
}

#[test]
fn what_stands_in_the_way_of_a_key_is_named() {
    let hosted = Hosted::start(ForgeFlavour::GitLab);
    let desk = Desk::with_keychain();
    desk.sluice(&["key", "show", "fleet"]).exits(2);
    desk.sluice(&["key", "generate", &hosted.url]).exits(0);
    let twice = desk.sluice(&["key", "generate", &hosted.url, "-o", "json"]).exits(2).error();
    assert!(twice["hint"].as_str().is_some_and(|hint| hint.contains("--replace")), "{twice}");
    for bits in ["1024", "2047", "100000"] {
        let words = ["key", "generate", "git.acme.example", "--type", "rsa", "--bits", bits];
        assert!(desk.sluice(&words).exits(2).stderr.contains("RSA"), "{bits}");
    }
    desk.sluice(&["key", "generate", "/srv/git/fleet.git"]).exits(2);

    desk.add_settings(&hosted.settings());
    let no_token = desk.sluice(&["key", "register", &hosted.url, "-o", "json"]).exits(2).error();
    assert!(no_token["hint"].as_str().is_some_and(|hint| hint.contains("credential add forge")), "{no_token}");
    desk.put("token", "wrong-token-4712");
    let wrong =
        desk.sluice(&["key", "register", &hosted.url, "--token-file", &token_file(&desk), "-o", "json"]).exits(1);
    assert_eq!(wrong.error()["code"], "forge-token-refused", "{wrong:?}");
    assert!(!wrong.stderr.contains("wrong-token-4712"), "{wrong:?}");
    desk.edit_settings(|text| text.replace("kind = \"gitlab\"", "kind = \"sourceforge\""));
    let strange = desk.sluice(&["key", "register", &hosted.url, "--token-file", &token_file(&desk)]).exits(2);
    assert!(strange.stderr.contains("no kind of forge"), "{strange:?}");
}

#[test]
fn host_keys_are_trusted_by_their_fingerprints_and_changed_ones_block_until_the_person_says_so() {
    let repository = BareRepository::with_files("fleet", &[("a", "1")]);
    let mut server = SshServer::start(repository.root(), &[]);
    let desk = Desk::new();
    let host = format!("127.0.0.1:{}", server.port());
    let keys = |desk: &Desk| desk.sluice(&["host", "scan", &host, "-o", "json"]).json()["hostKeys"].clone();
    let prints = |keys: &serde_json::Value| {
        let keys = keys.as_array().cloned().unwrap_or_default();
        keys.iter().map(|key| key["fingerprint"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let first = keys(&desk);
    let old = prints(&first);
    assert_eq!(old.len(), 3, "{first}");
    desk.sluice(&["host", "trust", &host]).exits(2);
    let other = format!("SHA256:{}", "A".repeat(43));
    let strange = desk.sluice(&["host", "trust", &host, "--fingerprint", &other]).exits(2);
    assert!(strange.stderr.contains(&other) && strange.stderr.contains(&old[0]), "{strange:?}");
    desk.sluice(&["host", "list"]).exits(3);

    desk.sluice(&["host", "trust", &host, "--fingerprint", &old[0], "--fingerprint", &old[1]]).exits(0);
    let listed = desk.sluice(&["host", "list", "-o", "json"]).exits(0).json();
    assert_eq!(prints(&listed["hostKeys"]), old[..2]);
    let own = std::fs::read_to_string(desk.data().join("known_hosts")).expect("it is our own file");
    assert!(own.starts_with("# Host keys that were trusted in Sluice"), "{own}");
    assert!(!desk.home(".ssh/known_hosts").exists(), "the person's own file is not written");

    server.change_host_keys();
    let changed = keys(&desk);
    assert_eq!(changed[0]["trust"], "changed", "{changed}");
    let new = prints(&changed);
    let blocked = desk.sluice(&["host", "trust", &host, "--fingerprint", &new[0]]).exits(2);
    assert!(blocked.stderr.contains("--replace") && blocked.stderr.contains(&old[0]), "{blocked:?}");
    desk.sluice(&["host", "trust", &host, "--fingerprint", &new[0], "--replace"]).exits(0);
    let listed = desk.sluice(&["host", "list", "-o", "json"]).exits(0).json();
    assert_eq!(prints(&listed["hostKeys"]), new[..1]);

    let line = own.lines().last().expect("a line").to_owned();
    let key = changed.as_array().and_then(|keys| keys.first()).expect("a key")["algorithm"].clone();
    assert!(line.starts_with("[127.0.0.1]:"), "{line} {key}");
    let shown: Vec<String> = server.known_hosts().lines().map(|line| format!("@revoked {line}")).collect();
    desk.trust(&(shown.join("\n") + "\n"));
    assert_eq!(keys(&desk)[0]["trust"], "revoked");
    let revoked = desk.sluice(&["host", "trust", &host, "--fingerprint", &new[0], "--replace"]).exits(2);
    assert!(revoked.stderr.contains("revoked"), "{revoked:?}");
    desk.sluice(&["host", "forget", &host]).exits(0);
    desk.sluice(&["host", "forget", &host]).exits(3);
    desk.sluice(&["host", "scan", "https://git.acme.example/x.git"]).exits(2);
}
