//! Signed commits, judged by the real git with the real gpg and ssh-keygen, and the other way round.

use jiff::Timestamp;
use sluice_core::Secret;
use sluice_git::{CommitId, FileEdit, KeyProblem, NewCommit, SignatureKind, SignatureState, SigningKey, TrustedKeys};
use sluice_testkit::git::{BareRepository, ClientKey, GnuPg, KeyKind, verify_ssh_commit};

use crate::{Place, noon, robot};

fn now() -> Timestamp {
    // GnuPG made the keys just now, and a signature from before its key counts for nothing.
    Timestamp::now()
}

fn read(key: &str, passphrase: &str) -> Result<SigningKey, KeyProblem> {
    let passphrase = Some(Secret::new(passphrase)).filter(|phrase| !phrase.is_empty());
    SigningKey::read(&Secret::new(key), passphrase.as_ref(), now())
}

/// A signed commit in a mirror, and the repository that the real git can look at.
fn signed_commit(place: &Place, repository: &BareRepository, key: &SigningKey) -> CommitId {
    let parent = repository.tip("main").parse().expect("an id");
    let person = robot();
    let sign = |bytes: &[u8]| key.sign(bytes, now());
    let made = place.mirror.commit(&NewCommit {
        parent: Some(parent),
        files: &[FileEdit { path: "a", content: b"signed" }],
        author: &person,
        committer: &person,
        time: &noon(),
        message: "release",
        signer: Some(&sign),
    });
    made.expect("it can be committed")
}

fn fleet() -> (BareRepository, Place) {
    let repository = BareRepository::with_files("fleet", &[("a", "1")]);
    let place = Place::of_folder(&repository);
    (repository, place)
}

#[test]
fn git_says_good_of_commits_signed_by_openpgp_keys_of_every_kind() {
    let (repository, place) = fleet();
    let gpg = GnuPg::new();
    for (number, (algorithm, passphrase)) in [
        ("ed25519", ""),
        ("ed25519", "open sesame"),
        ("rsa2048", ""),
        ("rsa3072", "pässwörd"),
        ("nistp256", ""),
        ("nistp521", "x y"),
    ]
    .into_iter()
    .enumerate()
    {
        let who = format!("Bot {number} <bot{number}@acme.example>");
        let id = gpg.key(&who, algorithm, "sign,cert", "never", passphrase);
        let key = read(&gpg.secret(&id, passphrase), passphrase).expect("it can sign");
        assert_eq!((key.facts().kind, &key.facts().key, &key.facts().name), (SignatureKind::OpenPgp, &id, &who));
        let commit = signed_commit(&place, &repository, &key);
        let verdict = gpg.verify_commit(place.mirror.folder(), &commit.to_string());
        let words = String::from_utf8_lossy(&verdict.stderr).into_owned();
        assert!(verdict.status.success() && words.contains("Good signature"), "{algorithm} {passphrase}: {words}");

        let signature = place.mirror.signature(commit).expect("the mirror has it").expect("it is signed");
        let mut trusted = TrustedKeys::default();
        assert_eq!(signature.verify(&trusted).state, SignatureState::UnknownKey);
        assert_eq!(signature.verify(&trusted).key, id);
        assert_eq!(trusted.add_openpgp(&key.facts().public), Some(1));
        let report = signature.verify(&trusted);
        assert_eq!((report.state, &report.by), (SignatureState::Good, &who), "{report:?}");
    }
    let strict = repository.git(["fsck", "--strict"]);
    assert_eq!(strict, "");
}

#[test]
fn a_subkey_signs_where_there_is_one_and_does_without_the_primary_secret() {
    let (repository, place) = fleet();
    let gpg = GnuPg::new();
    let id = gpg.key("Bot <bot@acme.example>", "ed25519", "cert", "never", "pw");
    let only_certifies = read(&gpg.secret(&id, "pw"), "pw");
    assert_eq!(only_certifies.err(), Some(KeyProblem::MayNotSign));
    gpg.subkey(&id, "nistp384/ecdsa", "sign", "never", "pw");
    for secret in [gpg.secret(&id, "pw"), gpg.secret_subkeys(&id, "pw")] {
        let key = read(&secret, "pw").expect("it can sign");
        let commit = signed_commit(&place, &repository, &key);
        let verdict = gpg.verify_commit(place.mirror.folder(), &commit.to_string());
        assert!(verdict.status.success(), "{}", String::from_utf8_lossy(&verdict.stderr));
        let signature = place.mirror.signature(commit).expect("the mirror has it").expect("it is signed");
        let mut trusted = TrustedKeys::default();
        trusted.add_openpgp(&gpg.public(&id));
        assert_eq!(signature.verify(&trusted).state, SignatureState::Good);
        assert_eq!(signature.verify(&trusted).key, id);
    }
}

#[test]
fn openpgp_keys_that_cannot_sign_say_why() {
    let gpg = GnuPg::new();
    let locked = gpg.key("Locked <a@acme.example>", "ed25519", "sign,cert", "never", "right");
    let secret = gpg.secret(&locked, "right");
    assert_eq!(read(&secret, "").err(), Some(KeyProblem::PassphraseMissing));
    assert_eq!(read(&secret, "wrong").err(), Some(KeyProblem::PassphraseWrong));
    assert_eq!(read(&gpg.public(&locked), "").err(), Some(KeyProblem::PublicHalf));
    assert_eq!(read(&secret[..secret.len() / 2], "right").err(), Some(KeyProblem::Damaged));
    let damaged = secret.replacen("\n\nl", "\n\nx", 1);
    assert_eq!(read(&damaged, "right").err(), Some(KeyProblem::Damaged));

    let other = gpg.key("Other <b@acme.example>", "ed25519", "sign,cert", "never", "right");
    let both = format!("{secret}{}", gpg.secret(&other, "right"));
    assert_eq!(read(&both, "right").err(), Some(KeyProblem::Several(2)));

    let short = gpg.key("Short <c@acme.example>", "ed25519", "sign,cert", "1d", "");
    let secret = gpg.secret(&short, "");
    let key = read(&secret, "").expect("it is valid today");
    let expires = key.facts().expires_at.expect("it expires");
    let later = expires + jiff::SignedDuration::from_hours(1);
    let expired = SigningKey::read(&Secret::new(secret.clone()), None, later).err();
    assert!(matches!(expired, Some(KeyProblem::Expired(_))), "{expired:?}");
    gpg.revoke(&short);
    assert_eq!(read(&gpg.secret(&short, ""), "").err(), Some(KeyProblem::Revoked));

    let encrypts = gpg.key("Primary <d@acme.example>", "ed25519", "sign,cert", "never", "");
    gpg.subkey(&encrypts, "cv25519", "encr", "never", "");
    assert_eq!(read(&gpg.secret_subkeys(&encrypts, ""), "").err(), Some(KeyProblem::NoSecretPart));
}

#[test]
fn git_says_good_of_commits_signed_by_ssh_keys_in_every_format() {
    let (repository, place) = fleet();
    for kind in [
        KeyKind::Ed25519,
        KeyKind::EcdsaP256,
        KeyKind::EcdsaP384,
        KeyKind::EcdsaP521,
        KeyKind::Rsa3072,
        KeyKind::Rsa3072Pkcs8,
        KeyKind::EcdsaP521Pkcs8,
        KeyKind::Rsa2048Pkcs1,
        KeyKind::EcdsaP256Sec1,
    ] {
        // What OpenSSL's old formats are encrypted with is not read; see the next test.
        let is_old = matches!(kind, KeyKind::Rsa2048Pkcs1 | KeyKind::EcdsaP256Sec1);
        for passphrase in ["", "open sesame"] {
            if is_old && !passphrase.is_empty() {
                continue;
            }
            let pair = ClientKey::new(kind, Some(passphrase).filter(|phrase| !phrase.is_empty()));
            let key = read(&pair.private_pem, passphrase).unwrap_or_else(|problem| panic!("{kind:?}: {problem}"));
            let commit = signed_commit(&place, &repository, &key);
            let allowed = format!("bot@acme.example {}\n", pair.public_line);
            let verdict = verify_ssh_commit(place.mirror.folder(), &commit.to_string(), &allowed);
            let words = String::from_utf8_lossy(&verdict.stderr).into_owned();
            assert!(verdict.status.success() && words.contains("Good \"git\" signature"), "{kind:?}: {words}");

            let signature = place.mirror.signature(commit).expect("the mirror has it").expect("it is signed");
            let mut trusted = TrustedKeys::default();
            assert_eq!(trusted.add_allowed_signers(&allowed), []);
            let report = signature.verify(&trusted);
            assert_eq!((report.state, report.by.as_str()), (SignatureState::Good, "bot@acme.example"), "{report:?}");
            assert!(words.contains(&report.key), "{words} {report:?}");
        }
    }
}

#[test]
fn ssh_keys_that_cannot_sign_say_why() {
    let old = ClientKey::new(KeyKind::Rsa2048Pkcs1, Some("right"));
    assert_eq!(read(&old.private_pem, "right").err(), Some(KeyProblem::OldEncryption));
    let short = ClientKey::new(KeyKind::Rsa1024, None);
    assert_eq!(read(&short.private_pem, "").err(), Some(KeyProblem::TooShort { bits: 1024, least: 2048 }));
    for kind in [KeyKind::EcdsaP521, KeyKind::Rsa3072Pkcs8] {
        let locked = ClientKey::new(kind, Some("right"));
        assert_eq!(read(&locked.private_pem, "").err(), Some(KeyProblem::PassphraseMissing), "{kind:?}");
        assert_eq!(read(&locked.private_pem, "wrong").err(), Some(KeyProblem::PassphraseWrong), "{kind:?}");
    }
}

#[test]
fn what_the_real_git_signed_is_recognised_and_an_unsigned_commit_is_told_apart() {
    let repository = BareRepository::with_files("fleet", &[("a", "1")]);
    let gpg = GnuPg::new();
    let id = gpg.key("Person <person@acme.example>", "rsa2048", "sign,cert", "never", "");
    let signed = gpg.sign_commit(&repository.path(), "main", &id);
    repository.git(["update-ref", "refs/heads/main", &signed]);
    let place = Place::of_folder(&repository);
    let tip: CommitId = signed.parse().expect("an id");
    let mut trusted = TrustedKeys::default();
    trusted.add_openpgp(&gpg.public(&id));
    let report = place.mirror.signature(tip).expect("the mirror has it").expect("it is signed").verify(&trusted);
    assert_eq!(
        (report.state, report.by.as_str()),
        (SignatureState::Good, "Person <person@acme.example>"),
        "{report:?}"
    );
    let first = repository.tip("main~1").parse().expect("an id");
    assert_eq!(place.mirror.signature(first).expect("the mirror has it"), None);
}
