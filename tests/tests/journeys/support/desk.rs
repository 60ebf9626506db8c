//! A person's desk: the real binary with a home, settings and a data folder of its own.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use sluice_engine::{Engine, EngineOptions, Machine, Paths, Vault};
use sluice_testkit::git::ClientKey;
use sluice_testkit::keyring::Keyring;
use tempfile::TempDir;

use super::{Agent, PATIENCE};

/// A desk on which nothing lies yet.
pub(crate) struct Desk {
    folder: TempDir,
    keyring: Option<Keyring>,
}

/// What a run of the binary left.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        }
    }

    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("no JSON ({error}): {self:?}"))
    }

    /// The error that stands on standard error as JSON.
    pub(crate) fn error(&self) -> Value {
        let text = self.stderr.find("{").map_or("", |at| &self.stderr[at..]);
        let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("no JSON ({error}): {self:?}"));
        value["error"].clone()
    }

    /// The only release of a `sluice release -o json`.
    pub(crate) fn release(&self) -> Value {
        let mut json = self.json();
        let releases = json["releases"].as_array_mut().unwrap_or_else(|| panic!("no releases: {self:?}"));
        assert_eq!(releases.len(), 1, "{releases:?}");
        releases.remove(0)
    }

    /// The same, after seeing that the exit code is this.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }
}

impl Desk {
    /// One without a keychain.
    pub(crate) fn new() -> Self {
        Self::with(None)
    }

    /// One with a real keychain, open.
    pub(crate) fn with_keychain() -> Self {
        Self::with(Some(Keyring::unlocked()))
    }

    fn with(keyring: Option<Keyring>) -> Self {
        sluice_testkit::install_crypto();
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        fs::create_dir_all(folder.path().join("home/.ssh")).expect("a folder can be made");
        Self { folder, keyring }
    }

    /// The folder that everything lies in.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn home(&self, name: &str) -> PathBuf {
        self.folder.path().join("home").join(name)
    }

    pub(crate) fn settings(&self) -> PathBuf {
        self.folder.path().join("config/sluice.toml")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Writes a file into the home folder that only its owner may read.
    pub(crate) fn put(&self, name: &str, text: &str) {
        let path = self.home(name);
        let folder = path.parent().expect("it lies in the home folder");
        fs::create_dir_all(folder).expect("the home folder can be made");
        fs::write(&path, text).expect("the home folder can be written to");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("its mode can be set");
        }
    }

    /// Puts a private key where ssh looks for one of its kind.
    pub(crate) fn put_key(&self, key: &ClientKey) {
        let name = if key.public_line.starts_with("ssh-ed25519") { "id_ed25519" } else { "id_ecdsa" };
        self.put(&format!(".ssh/{name}"), &key.private_pem);
    }

    /// Trusts these host keys and no others.
    pub(crate) fn trust(&self, known_hosts: &str) {
        self.put(".ssh/known_hosts", known_hosts);
    }

    /// Edits the settings by hand, as a person does in an editor.
    pub(crate) fn edit_settings(&self, edit: impl FnOnce(String) -> String) {
        let text = fs::read_to_string(self.settings()).unwrap_or_default();
        fs::create_dir_all(self.folder.path().join("config")).expect("a folder can be made");
        fs::write(self.settings(), edit(text)).expect("the settings can be written");
    }

    /// Adds lines to the settings by hand.
    pub(crate) fn add_settings(&self, lines: &str) {
        self.edit_settings(|text| format!("{text}\n{lines}\n"));
    }

    /// `sluice WORDS…`, not started yet. Nothing of this machine's settings reaches it.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(words).env_clear().stdin(Stdio::null());
        command
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path().join("home"))
            .env("USER", "tester")
            .env("SLUICE_CONFIG", self.settings())
            .env("SLUICE_DATA_DIR", self.data());
        if let Some(keyring) = &self.keyring {
            command.env("DBUS_SESSION_BUS_ADDRESS", keyring.address());
        }
        command
    }

    /// Runs `sluice WORDS…` to its end.
    pub(crate) fn sluice(&self, words: &[&str]) -> Run {
        Run::of(self.command(words).output().expect("sluice starts"))
    }

    /// Runs `sluice WORDS…` with this on standard input.
    pub(crate) fn sluice_with_input(&self, words: &[&str], input: &str) -> Run {
        let mut command = self.command(words);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("sluice starts");
        let mut stdin = child.stdin.take().expect("its input is a pipe");
        stdin.write_all(input.as_bytes()).expect("sluice reads its input");
        drop(stdin);
        Run::of(child.wait_with_output().expect("sluice ends"))
    }

    /// Starts `sluice WORDS…` and leaves it running.
    pub(crate) fn start(&self, words: &[&str]) -> Child {
        let mut command = self.command(words);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("sluice starts")
    }

    /// Starts the agent.
    pub(crate) fn agent(&self) -> Agent {
        self.agent_with(&["-v"])
    }

    /// Starts the agent with more options.
    pub(crate) fn agent_with(&self, options: &[&str]) -> Agent {
        Agent::start(self.command(&[&["run", "-o", "json"], options].concat()))
    }

    /// Starts the agent with more in its environment.
    pub(crate) fn agent_in(&self, environment: &[(&str, String)]) -> Agent {
        let mut command = self.command(&["run", "-o", "json", "-v"]);
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        Agent::start(command)
    }

    /// The engine in this process, on the same files; with the machine's programs and credentials and no keychain.
    pub(crate) async fn engine(&self) -> Engine {
        let paths = Paths::find(Some(&self.settings()), Some(&self.data())).expect("both are given");
        let machine =
            Machine::new(self.folder.path().join("home"), std::env::var_os("PATH").map(|path| ("PATH", path)));
        let options = EngineOptions { vault: Vault::in_memory(), machine, ..EngineOptions::isolated(paths) };
        Engine::open(options).await.expect("the engine opens")
    }

    /// The releases that are on record, newest first.
    pub(crate) fn releases(&self) -> Vec<Value> {
        let run = self.sluice(&["get", "releases", "-o", "json", "--limit", "1000"]);
        assert!(matches!(run.code, 0 | 3), "{run:?}");
        run.json()["releases"].as_array().cloned().unwrap_or_default()
    }

    /// The states of the releases that are on record, oldest first.
    pub(crate) fn release_states(&self) -> Vec<String> {
        let mut releases = self.releases();
        releases.sort_by_key(|release| release["id"].as_str().map(str::to_owned));
        releases.iter().map(|release| release["state"].as_str().unwrap_or_default().to_owned()).collect()
    }
}

/// The end of a process that should end by itself, and how long it took.
pub(crate) fn ended_within(child: &mut Child, patience: Duration) -> Duration {
    let started = Instant::now();
    while child.try_wait().expect("its state can be asked").is_none() {
        assert!(started.elapsed() < patience.max(PATIENCE), "the process does not end");
        std::thread::sleep(Duration::from_millis(5));
    }
    started.elapsed()
}

/// The binary that cargo built beside this test program.
fn binary() -> PathBuf {
    let own = std::env::current_exe().expect("this program has a path");
    let folder = own.parent().and_then(Path::parent).expect("test programs lie in target/<profile>/deps");
    let path = folder.join(format!("sluice{}", std::env::consts::EXE_SUFFIX));
    assert!(path.is_file(), "{} is missing; build it: cargo build -p sluice-cli", path.display());
    path
}
