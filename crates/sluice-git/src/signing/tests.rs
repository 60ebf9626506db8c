use super::*;
use crate::key::SshKeyKind;

fn noon() -> Timestamp {
    "2026-11-26T12:00:00Z".parse().expect("a time")
}

fn ssh_key(kind: SshKeyKind) -> (SigningKey, SshPublicKey) {
    let key = SshKey::generate(kind, "me@acme.example").expect("it is made");
    let written = key.to_openssh(None).expect("it is written");
    (SigningKey::read(&written, None, noon()).expect("it signs"), key.public())
}

fn signed(key: &SigningKey, bytes: &[u8]) -> CommitSignature {
    let armored = key.sign(bytes, noon()).expect("it signs");
    CommitSignature { armored, signed: bytes.to_vec(), at: noon() }
}

#[test]
fn a_signature_is_good_for_a_key_on_record_and_worth_less_otherwise() {
    for kind in [SshKeyKind::Ed25519, SshKeyKind::EcdsaP256, SshKeyKind::EcdsaP384, SshKeyKind::EcdsaP521] {
        let (key, public) = ssh_key(kind);
        let signature = signed(&key, b"tree 1234\n");
        let mut trusted = TrustedKeys::default();
        let unknown = signature.verify(&trusted);
        assert_eq!((unknown.state, &unknown.key), (SignatureState::UnknownKey, &public.fingerprint));
        assert!(trusted.add_ssh("me@acme.example", &public.line));
        let good = signature.verify(&trusted);
        assert_eq!((good.state, good.by.as_str()), (SignatureState::Good, "me@acme.example"), "{kind:?}");
        assert_eq!(good.words, "the SSH signature of me@acme.example is good");
        let other = CommitSignature { signed: b"tree 4321\n".to_vec(), ..signature };
        assert_eq!(other.verify(&trusted).state, SignatureState::Bad);
    }
}

#[test]
fn a_key_counts_only_in_its_time() {
    let (key, public) = ssh_key(SshKeyKind::Ed25519);
    let signature = signed(&key, b"tree 1234\n");
    for (options, expected) in [
        ("valid-before=\"20261127Z\"", SignatureState::Good),
        ("valid-after=\"20261125Z\"", SignatureState::Good),
        ("valid-before=\"20261126Z\"", SignatureState::NotValid),
        ("valid-after=\"20261127Z\"", SignatureState::NotValid),
        ("namespaces=\"file\"", SignatureState::UnknownKey),
    ] {
        let mut trusted = TrustedKeys::default();
        assert_eq!(trusted.add_allowed_signers(&format!("me {options} {}", public.line)), []);
        assert_eq!(signature.verify(&trusted).state, expected, "{options}");
    }
}

#[test]
fn a_signature_for_something_else_or_of_another_kind_is_bad() {
    let key = SshKey::generate(SshKeyKind::Ed25519, "").expect("it is made");
    let mut trusted = TrustedKeys::default();
    trusted.add_ssh("me", &key.public().line);
    let bytes = b"tree 1234\n".to_vec();
    let message = SshSig::signed_data("file", DIGEST, &bytes).expect("a message");
    let public = PublicKey::from_bytes(&key.public().wire()).expect("it is read");
    let signature = key.sign(&message).expect("it signs");
    let for_files = SshSig::new(public.key_data().clone(), "file", DIGEST, signature).expect("a signature");
    let for_files = for_files.to_pem(LineEnding::LF).expect("PEM");
    for armored in [
        for_files.as_str(),
        "",
        "-----BEGIN SIGNED MESSAGE-----\nMIIE\n-----END SIGNED MESSAGE-----\n",
        "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n",
        "-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n",
    ] {
        let signature = CommitSignature { armored: armored.to_owned(), signed: bytes.clone(), at: noon() };
        let report = signature.verify(&trusted);
        assert_eq!(report.state, SignatureState::Bad, "{report:?}");
        assert!(report.words.starts_with("the "), "{report:?}");
    }
}

#[test]
fn an_answer_of_an_agent_is_taken_only_when_it_is_the_keys_signature() {
    let key = SshKey::generate(SshKeyKind::Ed25519, "").expect("it is made");
    let bytes = b"tree 1234\n";
    let message = agent_message(bytes).expect("a message");
    let answer = |message: &[u8]| Vec::try_from(key.sign(message).expect("it signs")).expect("it is written");
    let armored = agent_signature(&key.public(), bytes, &answer(&message)).expect("it is taken");
    let mut trusted = TrustedKeys::default();
    trusted.add_ssh("me", &key.public().line);
    let signature = CommitSignature { armored, signed: bytes.to_vec(), at: noon() };
    assert_eq!(signature.verify(&trusted).state, SignatureState::Good);
    assert!(agent_signature(&key.public(), bytes, &answer(b"something else")).is_err());
    assert!(agent_signature(&key.public(), bytes, b"no signature").is_err());
}

proptest::proptest! {
    #[test]
    fn no_signature_makes_verifying_panic(body in "[A-Za-z0-9+/=\n]{0,200}", which in 0_usize..2) {
        let kind = ["SSH SIGNATURE", "PGP SIGNATURE"][which];
        let armored = format!("-----BEGIN {kind}-----\n\n{body}\n-----END {kind}-----\n");
        let signature = CommitSignature { armored, signed: b"tree".to_vec(), at: noon() };
        proptest::prop_assert_ne!(signature.verify(&TrustedKeys::default()).state, SignatureState::Good);
    }

    #[test]
    fn no_secret_key_makes_reading_panic(body in "[A-Za-z0-9+/=\n]{0,200}") {
        let text = format!("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{body}\n-----END PGP PRIVATE KEY BLOCK-----\n");
        let read = SigningKey::read(&Secret::new(text), None, noon());
        proptest::prop_assert!(read.is_err());
    }
}
