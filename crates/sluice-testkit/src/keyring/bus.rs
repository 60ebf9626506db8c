//! A private session bus.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::process::{Running, program};

/// A D-Bus session of its own, on which nothing starts by itself. It ends when it is dropped.
pub struct SessionBus {
    address: String,
    _running: Running,
    _folder: TempDir,
}

impl SessionBus {
    /// Starts one. Returns when it answers.
    ///
    /// # Panics
    /// When dbus-daemon is not installed or does not start.
    pub fn start() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let config = folder.path().join("session.conf");
        // No service folders: on a bus that starts services by itself nothing is ever missing.
        let text = format!(
            "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\"\n \
             \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n\
             <busconfig><type>session</type><listen>unix:path={}</listen><auth>EXTERNAL</auth>\n\
             <policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/>\
             <allow own=\"*\"/></policy></busconfig>\n",
            folder.path().join("bus").display()
        );
        fs::write(&config, text).expect("a temporary folder can be written to");
        let mut command = Command::new(program("dbus-daemon", "dbus"));
        command.arg("--nofork").arg("--print-address").arg(format!("--config-file={}", config.display()));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut running = Running::start(&mut command);
        let stdout = running.child().stdout.take().expect("stdout is piped");
        let mut address = String::new();
        BufReader::new(stdout).read_line(&mut address).expect("dbus-daemon says its address");
        assert!(!address.trim().is_empty(), "dbus-daemon does not start");
        Self { address: address.trim().to_owned(), _running: running, _folder: folder }
    }

    /// Its address, as `DBUS_SESSION_BUS_ADDRESS` has it.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Whether somebody on it has a name.
    ///
    /// # Panics
    /// When dbus-send is not installed.
    pub fn has_name(&self, name: &str) -> bool {
        let mut command = Command::new(program("dbus-send", "dbus"));
        command.arg(format!("--bus={}", self.address)).args([
            "--print-reply=literal",
            "--dest=org.freedesktop.DBus",
            "/",
            "org.freedesktop.DBus.NameHasOwner",
            &format!("string:{name}"),
        ]);
        let output = command.stdin(Stdio::null()).output().expect("dbus-send runs");
        String::from_utf8_lossy(&output.stdout).contains("true")
    }
}
