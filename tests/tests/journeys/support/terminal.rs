//! A real terminal, with a person who types.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use nix::pty::openpty;
use nix::sys::termios::{LocalFlags, tcgetattr};

use super::PATIENCE;

/// A program on a terminal of its own, as its controlling one.
pub(crate) struct Terminal {
    child: Child,
    person: File,
    /// Kept open, so that what the terminal is set to can be looked at after the program ended.
    other_end: File,
    seen: Arc<Mutex<Vec<u8>>>,
    looked_at: usize,
}

impl Terminal {
    /// Starts the program of a command on a terminal.
    pub(crate) fn start(command: &Command) -> Self {
        let pair = openpty(None, None).expect("there is a pseudo-terminal");
        let (person, other_end) = (File::from(pair.master), File::from(pair.slave));
        let end = || other_end.try_clone().expect("a file can be named twice");
        // setsid is of util-linux, which every system has.
        let mut started = Command::new("setsid");
        started.arg("--ctty").arg("--wait").arg(command.get_program()).args(command.get_args()).env_clear();
        started.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?)))).env("TERM", "xterm");
        started.stdin(end()).stdout(end()).stderr(end());
        let child = started.spawn().expect("setsid starts");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (mut reader, shown) = (person.try_clone().expect("a file can be named twice"), seen.clone());
        std::thread::spawn(move || {
            let mut some = [0; 4096];
            while let Ok(count) = reader.read(&mut some) {
                shown.lock().expect("whole").extend_from_slice(&some[..count]);
            }
        });
        Self { child, person, other_end, seen, looked_at: 0 }
    }

    /// Everything that was shown so far.
    pub(crate) fn shown(&self) -> String {
        String::from_utf8_lossy(&self.seen.lock().expect("whole")).into_owned()
    }

    /// Waits until this is shown, behind what was waited for before.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, words: &str) -> &mut Self {
        let until = Instant::now() + PATIENCE;
        loop {
            let seen = self.seen.lock().expect("whole").clone();
            let found = seen[self.looked_at..].windows(words.len()).position(|part| part == words.as_bytes());
            if let Some(at) = found {
                self.looked_at += at + words.len();
                return self;
            }
            assert!(Instant::now() < until, "“{words}” is not shown: {}", self.shown());
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }

    /// Types, once the terminal shows nothing of it any more.
    pub(crate) fn types(&mut self, text: &str) -> &mut Self {
        let until = Instant::now() + PATIENCE;
        while self.echoes() && Instant::now() < until {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        self.person.write_all(text.as_bytes()).expect("the terminal takes it");
        self
    }

    /// Whether the terminal shows what is typed.
    pub(crate) fn echoes(&self) -> bool {
        let flags = tcgetattr(self.other_end.as_fd()).expect("the terminal can be asked").local_flags;
        flags.contains(LocalFlags::ECHO | LocalFlags::ICANON | LocalFlags::ISIG)
    }

    /// Waits for the end: how it ended, and everything that was shown.
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        let until = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("the program can be waited for") {
                break status;
            }
            if Instant::now() > until {
                let _ = self.child.kill();
                panic!("it does not end: {}", self.shown());
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        };
        // What it wrote last is on its way through the terminal.
        std::thread::sleep(std::time::Duration::from_millis(100));
        assert!(self.echoes(), "the terminal is as it was before");
        (status, self.shown())
    }

    /// Waits for a good end, and gives everything that was shown.
    #[track_caller]
    pub(crate) fn ends_well(self) -> String {
        let (status, shown) = self.end();
        assert_eq!(status.code(), Some(0), "{shown}");
        shown
    }

    /// Presses Ctrl-C, and sees that the program ends by it.
    #[track_caller]
    pub(crate) fn interrupted(mut self) -> String {
        self.types("\x03");
        let (status, shown) = self.end();
        assert_eq!(status.signal(), Some(2), "{status}: {shown}");
        shown
    }
}
