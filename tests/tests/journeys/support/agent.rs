//! `sluice run` as a process of its own, with its events as they come.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use sluice_testkit::Running;

use super::{PATIENCE, ended_within};

/// An agent that works until it is stopped or dropped.
pub(crate) struct Agent {
    running: Running,
    heard: Arc<Mutex<Vec<Value>>>,
    log: Arc<Mutex<String>>,
}

/// How an agent ended.
pub(crate) struct Stopped {
    pub(crate) took: Duration,
    pub(crate) code: Option<i32>,
    pub(crate) log: String,
}

impl Agent {
    pub(super) fn start(mut command: Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = Running::start(&mut command);
        let heard = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::new(Mutex::new(String::new()));
        let stdout = running.child().stdout.take().expect("its output is a pipe");
        let mut stderr = running.child().stderr.take().expect("its output is a pipe");
        std::thread::spawn({
            let heard = heard.clone();
            move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    let event = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}"));
                    locked(&heard).push(event);
                }
            }
        });
        std::thread::spawn({
            let log = log.clone();
            move || {
                let mut bytes = [0; 4096];
                while let Ok(read @ 1..) = stderr.read(&mut bytes) {
                    locked(&log).push_str(&String::from_utf8_lossy(&bytes[..read]));
                }
            }
        });
        Self { running, heard, log }
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.running.id()
    }

    /// Every event so far.
    pub(crate) fn events(&self) -> Vec<Value> {
        locked(&self.heard).clone()
    }

    /// The events of a kind so far.
    pub(crate) fn events_of(&self, kind: &str) -> Vec<Value> {
        self.events().into_iter().filter(|event| event["event"] == kind).collect()
    }

    /// What it wrote on standard error so far.
    pub(crate) fn log(&self) -> String {
        locked(&self.log).clone()
    }

    /// Waits for an event, also one that came already.
    #[track_caller]
    pub(crate) fn wait_for(&self, kind: &str, mut is_it: impl FnMut(&Value) -> bool) -> Value {
        self.wait_for_nth(1, kind, &mut is_it)
    }

    /// Waits until an event came so many times.
    #[track_caller]
    pub(crate) fn wait_for_nth(&self, times: usize, kind: &str, mut is_it: impl FnMut(&Value) -> bool) -> Value {
        let started = Instant::now();
        loop {
            let found = self.events_of(kind).into_iter().filter(|event| is_it(event)).nth(times - 1);
            if let Some(event) = found {
                return event;
            }
            if started.elapsed() > PATIENCE {
                panic!("no event `{kind}` came {times} times; there were {:#?}\n{}", self.events(), self.log());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits for a release to reach a state.
    #[track_caller]
    pub(crate) fn wait_for_release(&self, state: &str) -> Value {
        self.wait_for("release", |event| event["state"] == state)
    }

    /// Stands still for so long, as everything does while a machine sleeps.
    pub(crate) fn sleeps_for(&self, duration: Duration) {
        self.signal(Signal::STOP);
        std::thread::sleep(duration);
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.running.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.expect("a process id is a positive number"), signal).expect("it runs");
    }

    /// Sends SIGTERM and waits for the end.
    pub(crate) fn stop(mut self) -> Stopped {
        self.signal(Signal::TERM);
        let took = ended_within(self.running.child(), PATIENCE);
        let code = self.running.child().wait().expect("it ended").code();
        // The rest of what it said is still in the pipe.
        std::thread::sleep(Duration::from_millis(50));
        Stopped { took, code, log: self.log() }
    }
}

fn locked<T>(value: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}
