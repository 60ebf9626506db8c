//! Signed commits: by the key that an automation names or by one's own, judged by the real git; and who signed what.

use sluice_testkit::git::{ClientKey, GnuPg, KeyKind, SshAgent, verify_ssh_commit};

use crate::support::bench::APP;
use crate::support::{Bench, Desk, Files, Run};

/// The automation asks for signed commits.
fn signed_by(files: Files, kind: &str) -> Files {
    let from = "        email: fluxcdbot@users.noreply.github.com\n";
    let key =
        format!("{from}      signingKey:\n        secretRef:\n          name: signing-key\n        type: {kind}\n");
    files.automation(from, &key)
}

fn bench(kind: &str) -> Bench {
    let bench = Bench::over_http_at(Desk::with_keychain(), |files| signed_by(files, kind));
    bench.add_source("review");
    bench.publish("1.0.1");
    bench.scan().exits(0);
    bench
}

/// The signature of the newest release in the history.
fn signature(bench: &Bench) -> serde_json::Value {
    let history = bench.desk.sluice(&["history", APP, "-o", "json"]).exits(0).json();
    let entries = history["entries"].as_array().cloned().unwrap_or_default();
    let pushed = entries.into_iter().find(|entry| entry["what"] == "pushed");
    pushed.unwrap_or_else(|| panic!("nothing was pushed: {history}"))["signature"].clone()
}

fn keep(bench: &Bench, key: &str, passphrase: &str) -> Run {
    let file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    std::fs::write(file.path(), passphrase).expect("it can be written");
    let path = file.path().to_str().expect("the path is text");
    let words = ["credential", "add", "signing", "flux-system/signing-key", "--passphrase-file", path, "-o", "json"];
    bench.desk.sluice_with_input(&words, key)
}

#[test]
fn an_automation_that_asks_for_an_openpgp_signature_gets_it_and_nothing_is_committed_without() {
    let bench = bench("gpg");
    let refused = bench.desk.sluice(&["release", "--yes", "-o", "json"]).exits(1);
    let words = refused.stdout.clone() + &refused.stderr;
    assert!(words.contains("signing-key-missing") && words.contains("flux-system/signing-key"), "{words}");
    assert_eq!(bench.releases_in_git("main"), 0);

    let gpg = GnuPg::new();
    let id = gpg.key("Release Bot <bot@acme.example>", "ed25519", "sign,cert", "never", "open sesame");
    let secret = gpg.secret(&id, "open sesame");
    for (passphrase, cause) in [("", "no passphrase"), ("wrong", "passphrase is wrong")] {
        let error = keep(&bench, &secret, passphrase).exits(2).error();
        assert_eq!(error["code"], "key-unusable", "{error}");
        assert!(error["message"].as_str().is_some_and(|words| words.contains(cause)), "{error}");
    }
    keep(&bench, &secret, "open sesame").exits(0);
    let tested = bench.desk.sluice(&["credential", "test", "flux-system/signing-key", "-o", "json"]).exits(0).json();
    assert!(tested["message"].as_str().is_some_and(|words| words.contains(&id)), "{tested}");

    let plan = bench.desk.sluice(&["plan", "-o", "json"]).exits(0).json();
    assert_eq!(plan["plans"][0]["signature"]["key"], id, "{plan}");
    bench.release().exits(0);
    let commit = bench.repository.tip("main");
    let verdict = gpg.verify_commit(&bench.repository.path(), &commit);
    assert!(verdict.status.success(), "{}", String::from_utf8_lossy(&verdict.stderr));
    assert!(String::from_utf8_lossy(&verdict.stderr).contains("Good signature from \"Release Bot"), "{verdict:?}");

    let signature = signature(&bench);
    assert_eq!((&signature["state"], &signature["key"]), (&"good".into(), &id.as_str().into()), "{signature}");
    assert_eq!(signature["by"], "Release Bot <bot@acme.example>");
    let why = bench.desk.sluice(&["why", APP, "-o", "json"]).json();
    assert_eq!(why["steps"][6]["signature"]["state"], "good", "{why}");
    assert!(bench.desk.sluice(&["why", APP]).stdout.contains("signed by Release Bot"));
    bench.repository.git(["fsck", "--strict"]);
}

#[test]
fn an_automation_that_asks_for_an_ssh_signature_gets_it_and_a_key_of_the_wrong_kind_is_refused() {
    let bench = bench("ssh");
    let gpg = GnuPg::new();
    let id = gpg.key("Release Bot <bot@acme.example>", "ed25519", "sign,cert", "never", "");
    keep(&bench, &gpg.secret(&id, ""), "").exits(0);
    let wrong = bench.desk.sluice(&["plan", "-o", "json"]).exits(1);
    assert!(wrong.stdout.contains("asks for SSH signatures"), "{wrong:?}");

    let key = ClientKey::new(KeyKind::EcdsaP521, Some("open sesame"));
    keep(&bench, &key.private_pem, "open sesame").exits(0);
    bench.release().exits(0);
    let commit = bench.repository.tip("main");
    let allowed = format!("bot@acme.example {}\n", key.public_line);
    let verdict = verify_ssh_commit(&bench.repository.path(), &commit, &allowed);
    assert!(verdict.status.success(), "{}", String::from_utf8_lossy(&verdict.stderr));
    assert_eq!(signature(&bench)["state"], "good");
    assert_eq!(signature(&bench)["by"], "flux-system/signing-key");
}

#[test]
fn a_key_of_ones_own_signs_where_none_is_named_and_in_place_of_a_named_one_only_when_told() {
    let bench = Bench::over_http(|files| files);
    bench.add_source("review");
    let key = ClientKey::new(KeyKind::Ed25519, None);
    bench.desk.put(".ssh/signing", &key.private_pem);
    bench.desk.add_settings("[signing]\nfile = \"~/.ssh/signing\"");
    bench.publish("1.0.1");
    bench.scan().exits(0);
    let plan = bench.desk.sluice(&["plan"]).exits(0).stdout;
    assert!(plan.contains("signed by:") && plan.contains("SHA256:"), "{plan}");
    bench.release().exits(0);
    let allowed = format!("me@acme.example {}\n", key.public_line);
    let verdict = verify_ssh_commit(&bench.repository.path(), &bench.repository.tip("main"), &allowed);
    assert!(verdict.status.success(), "{}", String::from_utf8_lossy(&verdict.stderr));

    // Somebody else's key is on record by the file of allowed signers; without it the key is nobody's.
    bench.desk.edit_settings(|text| text.replace("file = \"~/.ssh/signing\"", ""));
    assert_eq!(signature(&bench)["state"], "unknown-key");
    bench.desk.put("signers", &allowed);
    bench.desk.edit_settings(|text| text.replace("\n[signing]", "\n[signing]\nallowed-signers = \"~/signers\""));
    assert_eq!((&signature(&bench)["state"], &signature(&bench)["by"]), (&"good".into(), &"me@acme.example".into()));
    bench.publish("1.0.2");
    bench.scan().exits(0);
    bench.release().exits(0);
    assert_eq!(signature(&bench)["state"], "unsigned");
}

#[test]
fn the_agents_key_signs_and_stands_in_for_a_named_one_when_told_so() {
    let bench = Bench::over_http(|files| signed_by(files, "gpg"));
    bench.add_source("review");
    bench.publish("1.0.1");
    bench.scan().exits(0);
    for kind in [KeyKind::Ed25519, KeyKind::Rsa3072, KeyKind::EcdsaP521] {
        let key = ClientKey::new(kind, None);
        let agent = SshAgent::with(&[&key]);
        let fingerprint = key.fingerprint();
        bench.desk.edit_settings(|text| {
            let text = text.split("\n[signing]").next().unwrap_or_default().to_owned();
            format!("{text}\n[signing]\nagent = \"{fingerprint}\"\n")
        });
        let release = |bench: &Bench| {
            let mut command = bench.desk.command(&["release", "--yes", "-o", "json"]);
            Run::of(command.env("SSH_AUTH_SOCK", agent.socket()).output().expect("sluice starts"))
        };
        assert!(release(&bench).exits(1).stdout.contains("signing-key-missing"), "{kind:?}");
        bench.desk.edit_settings(|text| text + "always = true\n");
        release(&bench).exits(0);
        let allowed = format!("me {}\n", key.public_line);
        let verdict = verify_ssh_commit(&bench.repository.path(), &bench.repository.tip("main"), &allowed);
        assert!(verdict.status.success(), "{kind:?}: {}", String::from_utf8_lossy(&verdict.stderr));
        let without = bench.desk.sluice(&["plan", "-o", "json"]);
        assert!(without.stdout.contains("ssh agent"), "a missing agent is told: {without:?}");
        let next = format!("1.0.{}", 2 + bench.releases_in_git("main"));
        bench.publish(&next);
        bench.scan().exits(0);
    }
}

#[test]
fn settings_with_two_keys_of_ones_own_are_not_valid() {
    let bench = Bench::over_http(|files| files);
    bench.desk.add_settings("[signing]\nfile = \"~/a\"\nagent = \"b\"");
    let error = bench.desk.sluice(&["plan", "-o", "json"]).exits(2).error();
    assert!(
        error["message"].as_str().is_some_and(|words| words.contains("one of credential, file and agent")),
        "{error}"
    );
}
