//! A desktop of the test's own: a display, a window manager, a session bus with a tray, and a driver for the window.
//!
//! Everything runs in a temporary home, is started by itself and ended by its process id.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sluice_testkit::{Running, free_port, program};
use tempfile::TempDir;

/// How long anything may take on a machine that is busy with other tests.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// The time between two looks.
const BREATH: Duration = Duration::from_millis(50);

/// The desktop. Dropping it ends everything in it, the window first.
pub(crate) struct Desktop {
    driver: Option<Running>,
    _manager: Running,
    _bus: Running,
    _display: Running,
    display_name: String,
    bus_address: String,
    driver_port: u16,
    home: TempDir,
}

impl Desktop {
    /// Starts display, session bus, window manager and driver.
    pub(crate) fn start() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        for folder in ["run", "tmp"] {
            std::fs::create_dir(home.path().join(folder)).expect("a folder in it");
        }
        let private = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(home.path().join("run"), private).expect("a private folder");
        let mut xvfb = Command::new(program("Xvfb", "xvfb"));
        xvfb.args(["-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp"]);
        let (display, number) = start_and_read_line(&mut xvfb);
        let display_name = format!(":{number}");
        let mut daemon = Command::new(program("dbus-daemon", "dbus"));
        daemon.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
        let (bus, bus_address) = start_and_read_line(&mut daemon);
        let mut manager = Command::new(program("openbox", "openbox"));
        in_session(&mut manager, home.path(), &display_name, &bus_address);
        let manager = Running::start(manager.stdout(Stdio::null()).stderr(Stdio::null()));
        let driver_port = free_port();
        let mut driver = Command::new(program("WebKitWebDriver", "webkit2gtk-driver"));
        in_session(&mut driver, home.path(), &display_name, &bus_address);
        driver.arg(format!("--port={driver_port}")).env("TAURI_WEBVIEW_AUTOMATION", "true");
        let driver = Running::start(driver.stdout(Stdio::null()).stderr(Stdio::null()));
        Self {
            driver: Some(driver),
            _manager: manager,
            _bus: bus,
            _display: display,
            display_name,
            bus_address,
            driver_port,
            home,
        }
    }

    /// Where the driver listens.
    pub(crate) fn driver(&self) -> String {
        format!("http://127.0.0.1:{}", self.driver_port)
    }

    /// The address of the session bus.
    pub(crate) fn bus(&self) -> &str {
        &self.bus_address
    }

    /// A command on this desktop.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        in_session(&mut command, self.home.path(), &self.display_name, &self.bus_address);
        command.stdin(Stdio::null());
        command
    }

    /// The program that the driver starts: the application with its output and its process id kept.
    pub(crate) fn application(&self) -> PathBuf {
        let script = self.home.path().join("sluice");
        let text = format!(
            "#!/bin/sh\necho $$ >'{}'\nexec '{}' \"$@\" >'{}' 2>&1\n",
            self.pid_file().display(),
            window_program(),
            self.log_file().display(),
        );
        std::fs::write(&script, text).expect("a script");
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o700)).expect("an executable script");
        script
    }

    /// What the application and its page have said so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// The process id of the application that the driver started.
    pub(crate) fn application_pid(&self) -> u32 {
        let text = std::fs::read_to_string(self.pid_file()).expect("the application was started");
        text.trim().parse().expect("a process id")
    }

    /// The folders that demos have left in the temporary folder.
    pub(crate) fn demo_folders(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.home.path().join("tmp")).expect("the folder is there");
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        paths.filter(|path| path.to_string_lossy().contains("sluice-demo-")).collect()
    }

    /// Runs xdotool and answers what it prints; nothing found is nothing printed.
    pub(crate) fn xdotool(&self, words: &[&str]) -> String {
        let output = self.command(program("xdotool", "xdotool")).args(words).output().expect("xdotool runs");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// The windows of the application that can be seen.
    pub(crate) fn visible_windows(&self) -> Vec<String> {
        let found = self.xdotool(&["search", "--onlyvisible", "--name", "^Sluice$"]);
        found.lines().map(str::to_owned).collect()
    }

    /// Closes the window as a click on its cross does: through the window manager.
    pub(crate) fn close_window(&self) {
        let window = until("the window can be seen", || self.visible_windows().pop());
        self.xdotool(&["windowactivate", "--sync", &window]);
        self.xdotool(&["key", "--clearmodifiers", "alt+F4"]);
    }

    /// Takes a picture of the whole display, for a person to look at.
    pub(crate) fn picture(&self, file: &Path) {
        let taken = self.command(program("import", "imagemagick")).args(["-window", "root"]).arg(file).status();
        assert!(taken.is_ok_and(|status| status.success()), "no picture of the display");
    }

    fn pid_file(&self) -> PathBuf {
        self.home.path().join("sluice.pid")
    }

    fn log_file(&self) -> PathBuf {
        self.home.path().join("sluice.log")
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        // The driver leaves what it started behind.
        drop(self.driver.take());
        let pid = std::fs::read_to_string(self.pid_file()).unwrap_or_default();
        let runs = std::fs::read_to_string(format!("/proc/{}/cmdline", pid.trim())).unwrap_or_default();
        if runs.contains("sluice-desktop") {
            let _ = Command::new("kill").args(["-KILL", pid.trim()]).stderr(Stdio::null()).status();
        }
        // A test that fails says what the application said.
        #[allow(clippy::print_stderr)]
        if std::thread::panicking() {
            eprintln!("what the application said:\n{}", self.log());
        }
    }
}

fn in_session(command: &mut Command, home: &Path, display: &str, bus: &str) {
    command.env_clear();
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
        .env("HOME", home)
        .env("TMPDIR", home.join("tmp"))
        .env("XDG_RUNTIME_DIR", home.join("run"))
        .env("DISPLAY", display)
        .env("DBUS_SESSION_BUS_ADDRESS", bus)
        .env("LANG", "C.UTF-8")
        .env("USER", "tester")
        .env("GDK_BACKEND", "x11")
        .env("LIBGL_ALWAYS_SOFTWARE", "1")
        // There is no accessibility bus to wait for.
        .env("NO_AT_BRIDGE", "1");
}

fn start_and_read_line(command: &mut Command) -> (Running, String) {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut running = Running::start(command);
    let output = running.child().stdout.take().expect("its output is piped");
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line).expect("it says where it is");
    assert!(!line.trim().is_empty(), "{command:?} ended at once");
    (running, line.trim().to_owned())
}

/// Waits until something is there.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "waited too long until {what}");
        std::thread::sleep(BREATH);
    }
}

/// Waits until a process is gone, and says how long that took.
pub(crate) fn until_gone(pid: u32) -> Duration {
    let started = Instant::now();
    until("the process is gone", || is_gone(pid).then_some(()));
    started.elapsed()
}

/// Whether a process has ended; one that its parent has not asked about yet has.
pub(crate) fn is_gone(pid: u32) -> bool {
    let Ok(file) = File::open(format!("/proc/{pid}/stat")) else { return true };
    let mut stat = String::new();
    let read = BufReader::new(file).read_line(&mut stat);
    read.is_err() || stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z'))
}

/// The window's program: the one that was built with the tests, unless another is named.
pub(crate) fn window_program() -> String {
    std::env::var("SLUICE_DESKTOP").unwrap_or_else(|_| env!("CARGO_BIN_EXE_sluice-desktop").to_owned())
}
