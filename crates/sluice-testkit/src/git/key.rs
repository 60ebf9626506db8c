//! Keys of clients, made by the real ssh-keygen, and an agent that holds them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::process::{Running, program};

/// What kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// Ed25519, in OpenSSH's format.
    Ed25519,
    /// ECDSA on the curve P-256, in OpenSSH's format.
    EcdsaP256,
    /// ECDSA on the curve P-521, in OpenSSH's format.
    EcdsaP521,
    /// RSA with 3072 bits, in OpenSSH's format.
    Rsa3072,
    /// RSA with 3072 bits, in PEM as OpenSSL writes it (PKCS#8).
    Rsa3072Pkcs8,
    /// ECDSA on the curve P-384, in OpenSSH's format.
    EcdsaP384,
    /// ECDSA on the curve P-521, in PKCS#8.
    EcdsaP521Pkcs8,
    /// RSA with 2048 bits, in PEM as OpenSSL once wrote it (PKCS#1).
    Rsa2048Pkcs1,
    /// ECDSA on the curve P-256, in PEM as OpenSSL once wrote it (SEC1).
    EcdsaP256Sec1,
    /// RSA with 1024 bits, which nobody should use.
    Rsa1024,
}

impl KeyKind {
    /// The arguments of ssh-keygen.
    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Ed25519 => &["-t", "ed25519"],
            Self::EcdsaP256 => &["-t", "ecdsa", "-b", "256"],
            Self::EcdsaP521 => &["-t", "ecdsa", "-b", "521"],
            Self::Rsa3072 => &["-t", "rsa", "-b", "3072"],
            Self::Rsa3072Pkcs8 => &["-t", "rsa", "-b", "3072", "-m", "PKCS8"],
            Self::EcdsaP384 => &["-t", "ecdsa", "-b", "384"],
            Self::EcdsaP521Pkcs8 => &["-t", "ecdsa", "-b", "521", "-m", "PKCS8"],
            Self::Rsa2048Pkcs1 => &["-t", "rsa", "-b", "2048", "-m", "PEM"],
            Self::EcdsaP256Sec1 => &["-t", "ecdsa", "-b", "256", "-m", "PEM"],
            Self::Rsa1024 => &["-t", "rsa", "-b", "1024"],
        }
    }
}

/// A key pair.
#[derive(Debug, Clone)]
pub struct ClientKey {
    /// The private half in PEM.
    pub private_pem: String,
    /// The public half, a line for authorized_keys.
    pub public_line: String,
    /// What the private half is encrypted with.
    pub passphrase: Option<String>,
}

impl ClientKey {
    /// Makes one, encrypted where a passphrase is given.
    ///
    /// # Panics
    /// When ssh-keygen is missing or refuses.
    pub fn new(kind: KeyKind, passphrase: Option<&str>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().join("key");
        generate(&path, kind, passphrase.unwrap_or_default());
        Self {
            private_pem: fs::read_to_string(&path).expect("ssh-keygen wrote the key"),
            public_line: public_line(&path),
            passphrase: passphrase.map(str::to_owned),
        }
    }
}

impl ClientKey {
    /// The fingerprint, as ssh-keygen prints it: `SHA256:…`.
    ///
    /// # Panics
    /// When ssh-keygen refuses.
    pub fn fingerprint(&self) -> String {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let file = folder.path().join("key.pub");
        fs::write(&file, &self.public_line).expect("a file can be written");
        let mut command = Command::new(program("ssh-keygen", "openssh-client"));
        let output = command.arg("-lf").arg(&file).output().expect("ssh-keygen starts");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.split(' ').nth(1).expect("ssh-keygen prints the fingerprint").to_owned()
    }
}

/// Makes a key file and its public half beside it.
pub(super) fn generate(path: &Path, kind: KeyKind, passphrase: &str) {
    let mut command = Command::new(program("ssh-keygen", "openssh-client"));
    command.args(["-q", "-N", passphrase, "-C", "test"]).args(kind.arguments()).arg("-f").arg(path);
    let output = command.output().expect("ssh-keygen starts");
    assert!(output.status.success(), "ssh-keygen: {}", String::from_utf8_lossy(&output.stderr));
}

/// The public half beside a key file.
pub(super) fn public_line(path: &Path) -> String {
    let text = fs::read_to_string(path.with_extension("pub")).expect("ssh-keygen wrote the public key");
    text.trim().to_owned()
}

/// `git verify-commit` of a commit that is signed by an SSH key; `allowed` is the file of allowed signers.
///
/// # Panics
/// When git or ssh-keygen are missing.
pub fn verify_ssh_commit(repository: &Path, commit: &str, allowed: &str) -> Output {
    program("ssh-keygen", "openssh-client");
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("allowed_signers");
    fs::write(&file, allowed).expect("a file can be written");
    let mut command = super::git(repository);
    command.arg("-c").arg(format!("gpg.ssh.allowedSignersFile={}", file.display())).args(["verify-commit", commit]);
    command.output().expect("git starts")
}

/// An ssh-agent that runs until it is dropped.
pub struct SshAgent {
    folder: TempDir,
    _running: Running,
}

impl SshAgent {
    /// Starts an agent that holds these keys, which must not be encrypted.
    ///
    /// # Panics
    /// When ssh-agent is missing or refuses.
    pub fn with(keys: &[&ClientKey]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let socket = folder.path().join("agent");
        let mut command = Command::new(program("ssh-agent", "openssh-client"));
        command.arg("-D").arg("-a").arg(&socket).stdout(Stdio::null()).stderr(Stdio::null());
        let agent = Self { _running: Running::start(&mut command), folder };
        let started = Instant::now();
        while !socket.exists() {
            assert!(started.elapsed() < Duration::from_secs(10), "ssh-agent did not start");
            std::thread::sleep(Duration::from_millis(10));
        }
        for key in keys {
            agent.add(key);
        }
        agent
    }

    /// What `SSH_AUTH_SOCK` is to be.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("agent")
    }

    fn add(&self, key: &ClientKey) {
        use std::io::Write as _;
        let mut command = Command::new(program("ssh-add", "openssh-client"));
        command.args(["-q", "-"]).env("SSH_AUTH_SOCK", self.socket()).stdin(Stdio::piped());
        let mut child = command.spawn().expect("ssh-add starts");
        let mut stdin = child.stdin.take().expect("its input is a pipe");
        stdin.write_all(key.private_pem.as_bytes()).expect("ssh-add reads the key");
        drop(stdin);
        assert!(child.wait().expect("ssh-add ends").success(), "ssh-add does not take the key");
    }
}
