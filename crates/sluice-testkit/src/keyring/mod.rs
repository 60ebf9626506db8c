//! GNOME Keyring on a private session bus: a real Secret Service for tests.

mod bus;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::process::{Running, program};
pub use bus::SessionBus;

/// A session with GNOME Keyring, in a home of its own. It ends when it is dropped.
pub struct Keyring {
    daemon: Option<Running>,
    bus: SessionBus,
    home: TempDir,
}

/// How the daemon starts.
enum Start {
    Unlocked,
    Locked,
    LockedWithDisplay,
}

/// What opens the keyring.
const PASSPHRASE: &str = "only-for-tests";
/// How long it may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

impl Keyring {
    /// One that is open, as after logging in. Returns when it answers.
    ///
    /// # Panics
    /// When gnome-keyring-daemon or dbus-daemon is not installed, or does not start.
    pub fn unlocked() -> Self {
        let home = TempDir::new().expect("a temporary folder");
        let mut keyring = Self { daemon: None, bus: SessionBus::start(), home };
        keyring.start(&Start::Unlocked);
        keyring
    }

    /// One that exists and that nobody opened. There is no display to ask for the passphrase.
    ///
    /// # Panics
    /// As [`Keyring::unlocked`].
    pub fn locked() -> Self {
        let mut keyring = Self::unlocked();
        keyring.restart_locked();
        keyring
    }

    /// One that nobody opened, in a session with a display: it asks for the passphrase through whoever has the bus name
    /// `org.gnome.keyring.SystemPrompter`, which is nobody until a test takes it.
    ///
    /// # Panics
    /// As [`Keyring::unlocked`].
    pub fn locked_with_display() -> Self {
        let mut keyring = Self::unlocked();
        keyring.stop();
        keyring.start(&Start::LockedWithDisplay);
        keyring
    }

    /// The address of the session's bus, as `DBUS_SESSION_BUS_ADDRESS` has it.
    pub fn address(&self) -> &str {
        self.bus.address()
    }

    /// Ends the daemon; what it keeps stays on disk.
    pub fn stop(&mut self) {
        self.daemon = None;
        self.wait_for_name(false);
    }

    /// Ends the daemon and starts it again, open, with what it kept.
    pub fn restart(&mut self) {
        self.stop();
        self.start(&Start::Unlocked);
    }

    /// Ends the daemon and starts it again without opening it.
    pub fn restart_locked(&mut self) {
        self.stop();
        self.start(&Start::Locked);
    }

    /// The folder in which the daemon keeps its files.
    pub fn folder(&self) -> std::path::PathBuf {
        self.home.path().join(".local/share/keyrings")
    }

    /// Runs `secret-tool` in the session, which shows the keyring as other programs see it.
    ///
    /// # Panics
    /// When secret-tool is not installed.
    pub fn secret_tool(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(program("secret-tool", "libsecret-tools"));
        command.args(arguments).env("DBUS_SESSION_BUS_ADDRESS", self.address()).stdin(Stdio::null());
        command.output().expect("secret-tool runs")
    }

    fn start(&mut self, how: &Start) {
        let unlock = matches!(how, Start::Unlocked);
        let runtime = self.home.path().join("runtime");
        private_folder(&runtime);
        let log = fs::File::create(self.home.path().join("log")).expect("a temporary folder can be written to");
        let mut command = Command::new(program("gnome-keyring-daemon", "gnome-keyring"));
        command.args(["--foreground", "--components=secrets"]);
        if unlock {
            command.arg("--unlock");
        }
        command
            .env("HOME", self.home.path())
            .env("XDG_DATA_HOME", self.home.path().join(".local/share"))
            .env("XDG_RUNTIME_DIR", &runtime)
            .env("DBUS_SESSION_BUS_ADDRESS", self.bus.address())
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("GNOME_KEYRING_CONTROL")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log);
        if matches!(how, Start::LockedWithDisplay) {
            command.env("DISPLAY", ":0");
        }
        let mut daemon = Running::start(&mut command);
        let mut stdin = daemon.child().stdin.take().expect("stdin is piped");
        if unlock {
            stdin.write_all(PASSPHRASE.as_bytes()).expect("the daemon reads its passphrase");
        }
        drop(stdin);
        self.daemon = Some(daemon);
        self.wait_for_name(true);
    }

    fn wait_for_name(&self, owned: bool) {
        let started = Instant::now();
        while self.bus.has_name("org.freedesktop.secrets") != owned {
            let log = fs::read_to_string(self.home.path().join("log")).unwrap_or_default();
            assert!(started.elapsed() < PATIENCE, "gnome-keyring-daemon does not start or end:\n{log}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// A folder that only its owner may enter: the keyring refuses others.
fn private_folder(path: &Path) {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path).expect("a temporary folder can be written to");
}
