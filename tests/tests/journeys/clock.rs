//! A clock that jumps and a machine that sleeps: what was missed is made up for once, and not as often as it was missed.
//!
//! libfaketime stands between the agent and the system's wall clock; the monotonic clock goes on as ever, as it does when
//! a clock is set.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::support::{Bench, Files};

/// How far the clock jumps.
const DAY: i64 = 24 * 3600;

#[test]
fn a_clock_that_jumps_days_ahead_or_back_makes_everything_due_once() {
    let bench = Bench::over_http(|files: Files| {
        files.replace("interval: 1m40s", "interval: 1h").replace("interval: 10s", "interval: 1h")
    });
    bench.add_source("auto");
    let clock = Clock::new(bench.desk.folder());
    let agent = bench.desk.agent_in(&clock.environment());
    agent.wait_for("scanned", |_| true);

    let mut seen = 1;
    for (tag, jump) in [("1.0.1", 9 * DAY), ("1.0.2", -20 * DAY)] {
        bench.publish(tag);
        std::thread::sleep(Duration::from_secs(2));
        assert_eq!(agent.events_of("scanned").len(), seen, "nothing is due within the hour");

        clock.jump(jump);
        seen += 1;
        agent.wait_for_nth(seen - 1, "release", |event| event["state"] == "pushed");
        assert_eq!(bench.tag_in_git("main"), tag);
        // Longer than the agent ever sleeps: what was missed does not come in one run after the other.
        std::thread::sleep(Duration::from_secs(7));
        assert_eq!(agent.events_of("scanned").len(), seen, "{:#?}", agent.events_of("scanned"));
    }
    assert_eq!(agent.stop().code, Some(0));
    assert_eq!(bench.releases_in_git("main"), 2);
}

#[test]
fn an_agent_that_was_asleep_for_many_intervals_makes_up_for_them_once() {
    let bench = Bench::over_http(Files::hurried);
    bench.add_source("auto");
    let agent = bench.desk.agent();
    agent.wait_for_nth(2, "scanned", |_| true);
    agent.sleeps_for(Duration::from_secs(6));
    let before = agent.events_of("scanned").len();
    bench.publish("1.0.1");
    agent.wait_for_release("pushed");
    // The run that was due, perhaps one that was under way, and the next one.
    let since = agent.events_of("scanned").len() - before;
    assert!(since <= 3, "{since} scans for one that was due");
    agent.stop();
}

/// The wall clock of a process, which can be set while it runs.
struct Clock {
    file: PathBuf,
}

impl Clock {
    fn new(folder: &Path) -> Self {
        let clock = Self { file: folder.join("clock") };
        clock.jump(0);
        clock
    }

    /// Sets the clock this many seconds beside the true time.
    fn jump(&self, seconds: i64) {
        let aside = self.file.with_extension("new");
        std::fs::write(&aside, format!("{seconds:+}")).expect("the folder can be written to");
        std::fs::rename(aside, &self.file).expect("the folder can be written to");
    }

    fn environment(&self) -> [(&'static str, String); 4] {
        [
            ("LD_PRELOAD", library().display().to_string()),
            ("FAKETIME_TIMESTAMP_FILE", self.file.display().to_string()),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ]
    }
}

/// libfaketime, made for programs with threads, in the folder of the system's processor.
fn library() -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib").expect("a system has libraries").filter_map(Result::ok);
    let own = folders.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1")).find(|file| file.is_file());
    own.expect("libfaketime is missing; install it: apt-get install libfaketime")
}
