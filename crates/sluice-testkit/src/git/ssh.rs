//! A real sshd that serves repositories.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::key::{ClientKey, KeyKind, generate, public_line};
use super::repository::write_program;
use crate::port::free_port;
use crate::process::{Running, program};

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthorizedKey<'k> {
    /// Read and write.
    Writer(&'k ClientKey),
    /// Read; a push is answered as GitHub answers a read-only deploy key.
    Reader(&'k ClientKey),
    /// Nothing; every command is answered as GitHub answers a key that may not see the repository.
    Stranger(&'k ClientKey),
}

impl PartialEq for ClientKey {
    fn eq(&self, other: &Self) -> bool {
        self.public_line == other.public_line
    }
}

impl Eq for ClientKey {}

/// An sshd on loopback that serves the repositories below a folder until it is dropped.
pub struct SshServer {
    folder: TempDir,
    port: u16,
    user: String,
    running: Option<Running>,
}

/// How long it may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

const HOST_KEYS: [(&str, KeyKind); 3] =
    [("host_ed25519", KeyKind::Ed25519), ("host_ecdsa", KeyKind::EcdsaP256), ("host_rsa", KeyKind::Rsa3072)];

impl SshServer {
    /// Serves the repositories below `root` to these keys. It has host keys of three kinds.
    ///
    /// # Panics
    /// When sshd or git are missing, or sshd does not start.
    pub fn start(root: &Path, keys: &[AuthorizedKey<'_>]) -> Self {
        Self::with_host_keys(root, keys, &["host_ed25519", "host_ecdsa", "host_rsa"])
    }

    /// As [`SshServer::start`], with a choice of host keys: `host_ed25519`, `host_ecdsa`, `host_rsa`.
    ///
    /// # Panics
    /// As [`SshServer::start`].
    pub fn with_host_keys(root: &Path, keys: &[AuthorizedKey<'_>], host_keys: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        for (name, kind) in HOST_KEYS.iter().filter(|(name, _)| host_keys.contains(name)) {
            shared_host_key(name, *kind, &folder.path().join(name));
        }
        let user = std::env::var("USER").or_else(|_| std::env::var("LOGNAME")).unwrap_or_else(|_| whoami());
        let mut server = Self { folder, port: 0, user, running: None };
        server.write_gate(root);
        server.authorize(keys);
        server.run();
        server
    }

    /// Replaces what keys may do.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn authorize(&self, keys: &[AuthorizedKey<'_>]) {
        let gate = self.path("gate");
        let lines: Vec<String> = keys
            .iter()
            .map(|key| {
                let (role, key) = match key {
                    AuthorizedKey::Writer(key) => ("writer", key),
                    AuthorizedKey::Reader(key) => ("reader", key),
                    AuthorizedKey::Stranger(key) => ("stranger", key),
                };
                format!("restrict,command=\"{} {role}\" {}", gate.display(), key.public_line)
            })
            .collect();
        fs::write(self.path("authorized_keys"), lines.join("\n") + "\n").expect("authorized_keys can be written");
    }

    /// Gives the server new host keys and starts it again on the same port.
    ///
    /// # Panics
    /// When sshd does not start.
    pub fn change_host_keys(&mut self) {
        self.running = None;
        for (name, kind) in HOST_KEYS {
            if self.path(name).exists() {
                for path in [self.path(name), self.path(name).with_extension("pub")] {
                    fs::remove_file(path).expect("a host key can be removed");
                }
                generate(&self.path(name), kind, "");
            }
        }
        self.run();
    }

    /// The address of a repository below the root: `ssh://user@127.0.0.1:port/path`.
    pub fn url(&self, path: &Path) -> String {
        format!("ssh://{}@127.0.0.1:{}{}", self.user, self.port, path.display())
    }

    /// The account that serves.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Where it listens, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its host keys as lines of known_hosts.
    pub fn known_hosts(&self) -> String {
        let lines = HOST_KEYS.iter().filter(|(name, _)| self.path(name).exists());
        lines.map(|(name, _)| format!("[127.0.0.1]:{} {}\n", self.port, self.host_key(name))).collect()
    }

    /// One host key, `kind base64`.
    pub fn host_key(&self, name: &str) -> String {
        public_line(&self.path(name)).rsplit_once(' ').expect("it ends in a comment").0.to_owned()
    }

    /// What sshd wrote.
    pub fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What forges put between a key and git: it knows the key's role and answers in words.
    fn write_gate(&self, root: &Path) {
        let shell = program("git-shell", "git");
        let path = std::env::var("PATH").unwrap_or_default();
        let text = format!(
            r#"#!/bin/sh
export PATH='{path}'
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
cd '{root}' || exit 1
case "$1:$SSH_ORIGINAL_COMMAND" in
  stranger:*)
    echo 'ERROR: Repository not found.' >&2
    echo 'fatal: Could not read from remote repository.' >&2
    exit 1 ;;
  reader:git-receive-pack*)
    echo 'ERROR: The key you are authenticating with has been marked as read only.' >&2
    exit 1 ;;
esac
exec '{shell}' -c "$SSH_ORIGINAL_COMMAND"
"#,
            root = root.display(),
            shell = shell.display(),
        );
        write_program(&self.path("gate"), &text);
    }

    fn run(&mut self) {
        let keys: String = HOST_KEYS
            .iter()
            .filter(|(name, _)| self.path(name).exists())
            .map(|(name, _)| format!("HostKey {}\n", self.path(name).display()))
            .collect();
        // As root, sshd wants its own empty folder; elsewhere it needs none.
        let _ = fs::create_dir_all("/run/sshd");
        if self.port == 0 {
            self.port = free_port();
        }
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\n{keys}AuthorizedKeysFile {authorized}\nPidFile none\nStrictModes no\n\
             UsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPubkeyAuthentication yes\n\
             PermitRootLogin yes\nPrintMotd no\nUseDNS no\nMaxStartups 100:30:200\nLogLevel VERBOSE\n",
            port = self.port,
            authorized = self.path("authorized_keys").display(),
        );
        fs::write(self.path("config"), config).expect("the configuration can be written");
        let log = fs::File::create(self.path("log")).expect("the log can be written");
        // sshd starts itself again for each connection and wants its full path for that.
        let mut command = Command::new(program("sshd", "openssh-server"));
        command
            .args(["-D", "-e", "-f"])
            .arg(self.path("config"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        let mut running = Running::start(&mut command);
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = running.child().try_wait().expect("its state can be asked");
            assert!(ended.is_none() && started.elapsed() < PATIENCE, "sshd did not start: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
        self.running = Some(running);
    }
}

/// Making keys takes long, so the servers of one process begin with the same ones.
fn shared_host_key(name: &'static str, kind: KeyKind, path: &Path) {
    static MADE: Mutex<BTreeMap<&'static str, (String, String)>> = Mutex::new(BTreeMap::new());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let (private, public) = made.entry(name).or_insert_with(|| {
        generate(path, kind, "");
        let text = |path: &Path| fs::read_to_string(path).expect("ssh-keygen wrote the key");
        (text(path), text(&path.with_extension("pub")))
    });
    fs::write(path, private).expect("a key can be written");
    fs::write(path.with_extension("pub"), public).expect("a key can be written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // sshd takes no key that others can read.
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("its mode can be set");
    }
}

fn whoami() -> String {
    let output = Command::new(program("id", "coreutils")).arg("-un").output().expect("id starts");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
