use super::*;

fn secret(text: &str) -> Secret {
    Secret::new(text)
}

const KINDS: [SshKeyKind; 4] =
    [SshKeyKind::EcdsaP256, SshKeyKind::EcdsaP384, SshKeyKind::EcdsaP521, SshKeyKind::Ed25519];

#[test]
fn a_key_that_is_made_is_read_back_with_and_without_a_passphrase() {
    for kind in KINDS {
        let key = SshKey::generate(kind, "sluice@desk").expect("it is made");
        for passphrase in [None, Some(secret("open sesame"))] {
            let written = key.to_openssh(passphrase.as_ref()).expect("it is written");
            let read = SshKey::read(&written, passphrase.as_ref()).expect("it is read back");
            assert_eq!(read.public().fingerprint, key.public().fingerprint, "{kind:?}");
            assert_eq!(read.public().comment, "sluice@desk", "{kind:?}");
        }
    }
}

#[test]
fn numbers_of_every_length_are_read() {
    // Every second key on P-521 has a number that is a byte shorter than the curve, one in 512 is two bytes shorter.
    for _ in 0..40 {
        let key = SshKey::generate(SshKeyKind::EcdsaP521, "").expect("it is made");
        let shortened = shortened(&key.to_openssh(None).expect("it is written"));
        let read = SshKey::read(&shortened, None).expect("it is read as OpenSSH writes it");
        assert_eq!(read.public().fingerprint, key.public().fingerprint);
    }
}

/// The same file with the secret number as OpenSSH writes it: without zeros before it.
fn shortened(file: &Secret) -> Secret {
    let text = file.expose_str().expect("it is text");
    let bytes = Pem::find(text).and_then(|pem| pem.body()).expect("it is PEM");
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes")) as usize;
    let mut at = "openssh-key-v1\0".len();
    for _ in 0..3 {
        at += 4 + number(at);
    }
    at += 4;
    at += 4 + number(at);
    let section = at + 4;
    let mut field = section + 8;
    for _ in 0..3 {
        field += 4 + number(field);
    }
    let (from, length) = (field + 4, number(field));
    let zeros = bytes[from..from + length].iter().take_while(|byte| **byte == 0).count();
    let mut inside = bytes[section..field].to_vec();
    put(&mut inside, &bytes[from + zeros..from + length]);
    let comment = from + length;
    put(&mut inside, &bytes[comment + 4..comment + 4 + number(comment)]);
    for byte in 1.. {
        if inside.len().is_multiple_of(8) {
            break;
        }
        inside.push(byte);
    }
    let mut whole = bytes[..at].to_vec();
    put(&mut whole, &inside);
    Secret::new(format!(
        "-----BEGIN OPENSSH PRIVATE KEY-----\n{}\n-----END OPENSSH PRIVATE KEY-----\n",
        STANDARD.encode(whole)
    ))
}

fn put(to: &mut Vec<u8>, field: &[u8]) {
    to.extend((field.len() as u32).to_be_bytes());
    to.extend(field);
}

#[test]
fn what_is_no_key_is_told_by_its_reason() {
    let whole = SshKey::generate(SshKeyKind::Ed25519, "me").expect("it is made");
    let plain = whole.to_openssh(None).expect("it is written");
    let plain = plain.expose_str().expect("it is text");
    let sealed = whole.to_openssh(Some(&secret("right"))).expect("it is written");
    let cut = &plain[..plain.len() / 2];
    let cases: [(&str, Option<&str>, KeyProblem); 13] = [
        ("", None, KeyProblem::Empty),
        (" \n\t", None, KeyProblem::Empty),
        ("hunter2", None, KeyProblem::NotAKey),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", None, KeyProblem::NotAKey),
        (&whole.public().line, None, KeyProblem::PublicHalf),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", None, KeyProblem::PublicHalf),
        (cut, None, KeyProblem::Damaged),
        (
            "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n-----END OPENSSH PRIVATE KEY-----\n",
            None,
            KeyProblem::Damaged,
        ),
        ("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n", None, KeyProblem::Damaged),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n",
            Some("x"),
            KeyProblem::OldEncryption,
        ),
        (sealed.expose_str().expect("it is text"), None, KeyProblem::PassphraseMissing),
        (sealed.expose_str().expect("it is text"), Some("wrong"), KeyProblem::PassphraseWrong),
        (
            "-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----\n",
            None,
            KeyProblem::Unsupported("DSA".into()),
        ),
    ];
    for (text, passphrase, expected) in cases {
        let passphrase = passphrase.map(secret);
        let found = SshKey::read(&secret(text), passphrase.as_ref()).expect_err("it is no key");
        assert_eq!(found, expected, "{}", &text[..text.len().min(60)]);
        assert!(found.hint().ends_with('.'));
    }
    let huge = Secret::new(vec![b'x'; LARGEST_KEY + 1]);
    assert!(matches!(SshKey::read(&huge, None), Err(KeyProblem::TooLarge { .. })));
    assert_eq!(SshKey::read(&Secret::new(vec![0xff, 0xfe]), None).err(), Some(KeyProblem::NotAKey));
    for bits in [0, 1024, 2047, 16_384] {
        assert!(SshKey::generate(SshKeyKind::Rsa { bits }, "").is_err(), "{bits}");
    }
}

#[test]
fn nothing_of_a_key_shows_in_what_is_printed_for_debugging() {
    let key = SshKey::generate(SshKeyKind::EcdsaP256, "me").expect("it is made");
    let shown = format!("{key:?}");
    assert!(shown.contains("SHA256:") && shown.len() < 80, "{shown}");
}

#[test]
fn a_comment_stays_on_its_line() {
    let key = SshKey::generate(SshKeyKind::Ed25519, "me\nssh-rsa AAAA evil\u{202e}").expect("it is made");
    let line = key.public().line;
    assert_eq!(line.lines().count(), 1, "{line}");
    assert_eq!(SshPublicKey::read(&line).expect("it is read"), key.public());
    assert_eq!(SshPublicKey::from_wire(&key.public().wire(), &key.public().comment).expect("it is read"), key.public());
}

proptest::proptest! {
    #[test]
    fn no_file_makes_reading_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200), which in 0_usize..5) {
        let label = ["OPENSSH PRIVATE KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"][which];
        let start: &[u8] = if which == 0 { b"openssh-key-v1\0" } else { b"" };
        let body = STANDARD.encode([start, &bytes].concat());
        let text = format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n");
        // Both outcomes are fine.
        let _ = SshKey::read(&secret(&text), Some(&secret("x")));
    }
}
