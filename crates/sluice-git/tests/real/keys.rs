//! Keys that were made here, held to what the real ssh-keygen and sshd say.

use std::process::{Command, Stdio};

use sluice_core::Secret;
use sluice_git::{Cancel, GitAccess, GitCredential, KnownHosts, SshKey, SshKeyKind};
use sluice_testkit::git::{AuthorizedKey, BareRepository, ClientKey, SshServer};
use sluice_testkit::program;

use crate::Place;

const KINDS: [SshKeyKind; 5] = [
    SshKeyKind::EcdsaP256,
    SshKeyKind::EcdsaP384,
    SshKeyKind::EcdsaP521,
    SshKeyKind::Ed25519,
    SshKeyKind::Rsa { bits: 2048 },
];

/// What ssh-keygen says the public half of a private key is.
fn public_by_ssh_keygen(private: &str, passphrase: &str) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("key");
    std::fs::write(&file, private).expect("a file can be written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("its mode can be set");
    }
    let mut command = Command::new(program("ssh-keygen", "openssh-client"));
    command.args(["-y", "-P", passphrase, "-f"]).arg(&file).stdin(Stdio::null());
    let output = command.output().expect("ssh-keygen starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn ssh_keygen_reads_every_kind_of_key_that_is_made_here() {
    for kind in KINDS {
        // Of P-521 several, because their secret numbers differ in length.
        let count = if kind == SshKeyKind::EcdsaP521 { 12 } else { 2 };
        for number in 0..count {
            let key = SshKey::generate(kind, "sluice@desk").expect("it is made");
            let passphrase = Some(Secret::new("open sesame")).filter(|_| number == 0);
            let written = key.to_openssh(passphrase.as_ref()).expect("it is written");
            let text = written.expose_str().expect("it is text");
            let words = passphrase.as_ref().map_or("", |phrase| phrase.expose_str().expect("it is text"));
            assert_eq!(public_by_ssh_keygen(text, words), key.public().line, "{kind:?}");
        }
    }
}

#[test]
fn a_key_that_was_made_here_opens_a_real_server_also_when_it_is_encrypted() {
    let repository = BareRepository::with_files("fleet", &[("a", "1")]);
    for kind in KINDS {
        for passphrase in [None, Some("open sesame")] {
            let key = SshKey::generate(kind, "sluice").expect("it is made");
            let phrase = passphrase.map(Secret::new);
            let written = key.to_openssh(phrase.as_ref()).expect("it is written");
            let client = ClientKey {
                private_pem: String::new(),
                public_line: key.public().line,
                passphrase: passphrase.map(str::to_owned),
            };
            let server = SshServer::start(repository.root(), &[AuthorizedKey::Writer(&client)]);
            let place = Place::of(&server.url(&repository.path()));
            let credential = GitCredential::SshKey { private_key: written, passphrase: phrase };
            let access = GitAccess {
                known_hosts: KnownHosts::parse(&server.known_hosts()),
                ..GitAccess::with(credential, "a key of our own")
            };
            let fetched = place.mirror.fetch(&access, &Cancel::new());
            assert!(fetched.is_ok(), "{kind:?} {passphrase:?}: {fetched:?}");
        }
    }
}
