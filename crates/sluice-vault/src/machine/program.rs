//! Asking other programs: bounded in time and in what they may say, without a terminal, without secrets in their
//! arguments or environment.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use sluice_core::Secret;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};

use super::Machine;
use crate::HelperProblem;

/// One call of a program.
pub(super) struct Call<'a> {
    pub(super) program: &'a Path,
    pub(super) arguments: &'a [&'a OsStr],
    /// Set beside what the machine's environment has.
    pub(super) environment: &'a [(&'a str, &'a str)],
    /// Written to its standard input, which then closes.
    pub(super) input: Secret,
}

/// What a program said and how it ended.
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    /// Its standard output. It may be a secret as a whole.
    pub(super) answer: Secret,
    /// Its standard error. It may hold secrets too.
    pub(super) complaint: Secret,
}

impl Ended {
    /// Why the answer does not count, when the program did not end well.
    pub(super) fn problem(&self) -> Option<HelperProblem> {
        if self.status.success() {
            return None;
        }
        Some(self.status.code().map_or(HelperProblem::Ended, HelperProblem::Exit))
    }
}

/// The most bytes of an answer. The longest tokens have a few thousand.
const LONGEST_ANSWER: usize = 64 * 1024;
/// The most bytes of a complaint that are looked at.
const LONGEST_COMPLAINT: usize = 8 * 1024;
/// How long a complaint may go on after the program ended: a daemon that it left behind may hold the pipe open.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// What would tell a program of a repository that has nothing to do with the question.
const NOT_INHERITED: [&str; 4] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"];

/// Where programs of macOS' package managers lie: an app that the Dock started has them not in its `PATH`.
const ALSO_LOOKED_IN: [&str; 2] = ["/usr/local/bin", "/opt/homebrew/bin"];

impl Machine {
    /// Where a program lies. Relative folders in `PATH` are passed over: they mean another program in each folder.
    pub(super) async fn find_program(&self, name: &str) -> Option<PathBuf> {
        let folders = self.variable("PATH").map(std::env::split_paths).into_iter().flatten();
        let mac = cfg!(target_os = "macos").then_some(ALSO_LOOKED_IN).into_iter().flatten().map(PathBuf::from);
        for folder in folders.chain(mac).filter(|folder| folder.is_absolute()) {
            let candidate = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
            if is_program(&candidate).await {
                return Some(candidate);
            }
        }
        None
    }

    /// Runs a program to its end, or ends it with all its children when it takes too long or says too much.
    pub(super) async fn run(&self, call: Call<'_>) -> Result<Ended, HelperProblem> {
        let mut command = self.command(&call);
        let mut child = command.spawn().map_err(|error| HelperProblem::NotStarted(error.kind()))?;
        let mut group = Group::of(&child);
        let patience = self.0.patience;
        let outcome = tokio::time::timeout(patience, converse(&mut child, call.input)).await;
        if matches!(outcome, Ok(Ok(_))) {
            group.leave();
        }
        outcome.unwrap_or(Err(HelperProblem::TimedOut(patience)))
    }

    fn command(&self, call: &Call<'_>) -> Command {
        let mut command = Command::new(call.program);
        let inherited = self.0.environment.iter().filter(|(name, _)| !NOT_INHERITED.iter().any(|not| name == not));
        command.args(call.arguments).env_clear().envs(inherited).envs(call.environment.iter().copied());
        if let Some(home) = &self.0.home {
            // Where the person is at home, not where Sluice happened to be started.
            command.current_dir(home);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        #[cfg(windows)]
        {
            const CREATE_NO_WINDOW: u32 = 0x0800_0000;
            command.creation_flags(CREATE_NO_WINDOW);
        }
        command
    }
}

async fn converse(child: &mut Child, input: Secret) -> Result<Ended, HelperProblem> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let complaint = tokio::spawn(async move {
        let mut stderr = stderr?;
        Some(first_of(&mut stderr, LONGEST_COMPLAINT).await)
    });
    let ask = async move {
        if let Some(mut stdin) = stdin {
            // A program that does not read its question will say so by itself.
            let _ = stdin.write_all(input.expose()).await;
            let _ = stdin.shutdown().await;
        }
        Ok(())
    };
    let listen = async move {
        match stdout {
            Some(mut stdout) => all_of(&mut stdout, LONGEST_ANSWER).await,
            None => Ok(Secret::new("")),
        }
    };
    let wait = async { child.wait().await.map_err(|error| HelperProblem::NotStarted(error.kind())) };
    let (answer, (), status) = tokio::try_join!(listen, ask, wait)?;
    let stop = complaint.abort_handle();
    let complaint = match tokio::time::timeout(LAST_WORDS, complaint).await {
        Ok(Ok(Some(complaint))) => complaint,
        _ => Secret::new(""),
    };
    stop.abort();
    Ok(Ended { status, answer, complaint })
}

/// Everything that is said, when it is not too much. The buffer has its size from the start: one that grows leaves
/// copies behind.
async fn all_of(pipe: &mut (impl AsyncRead + Unpin), limit: usize) -> Result<Secret, HelperProblem> {
    let mut said = Vec::with_capacity(limit);
    fill(pipe, &mut said).await;
    let answer = Secret::new(said);
    match pipe.read(&mut [0]).await {
        Ok(1..) => Err(HelperProblem::TooLong(limit)),
        _ => Ok(answer),
    }
}

/// The beginning of what is said; the rest is heard and forgotten, so that the speaker can end.
async fn first_of(pipe: &mut (impl AsyncRead + Unpin), limit: usize) -> Secret {
    let mut said = Vec::with_capacity(limit);
    fill(pipe, &mut said).await;
    let secret = Secret::new(said);
    // A broken pipe ends the listening as well.
    let _ = tokio::io::copy(pipe, &mut tokio::io::sink()).await;
    secret
}

async fn fill(pipe: &mut (impl AsyncRead + Unpin), buffer: &mut Vec<u8>) {
    let limit = buffer.capacity();
    while buffer.len() < limit {
        let mut room = (&mut *pipe).take((limit - buffer.len()) as u64);
        // A pipe that breaks has said what it had to say.
        if !matches!(room.read_buf(buffer).await, Ok(1..)) {
            return;
        }
    }
}

#[cfg(unix)]
async fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    tokio::fs::metadata(path).await.is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
async fn is_program(path: &Path) -> bool {
    tokio::fs::metadata(path).await.is_ok_and(|file| file.is_file())
}

/// A program with everything it started, ended as a whole unless it is left in peace.
struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

impl Group {
    #[cfg(unix)]
    fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self { leader: id.and_then(rustix::process::Pid::from_raw) }
    }

    #[cfg(not(unix))]
    fn of(_child: &Child) -> Self {
        Self {}
    }

    /// What it started may go on: the daemon of `git credential-cache`.
    fn leave(&mut self) {
        #[cfg(unix)]
        {
            self.leader = None;
        }
    }
}

#[cfg(unix)]
impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.leader {
            // It fails when all of them have ended already.
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}
