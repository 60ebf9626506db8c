//! Bare repositories, looked after by the real git.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicI64, Ordering};

use tempfile::TempDir;

use crate::process::program;

/// A `git` command in a folder that no setting of the person's reaches.
pub fn git(folder: &Path) -> Command {
    let mut command = Command::new(program("git", "git"));
    command.current_dir(folder);
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_TERMINAL_PROMPT", "0");
    for person in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{person}_NAME"), "Somebody")
            .env(format!("GIT_{person}_EMAIL"), "somebody@example.com");
    }
    command
}

/// A bare repository in a folder of its own, gone when dropped.
pub struct BareRepository {
    root: TempDir,
    name: String,
    /// Seconds since 1970 of the next commit; each is a second later.
    clock: AtomicI64,
}

impl BareRepository {
    /// An empty one, `name.git`, whose `HEAD` is `main`.
    ///
    /// # Panics
    /// When git is missing or refuses.
    pub fn new(name: &str) -> Self {
        let root = tempfile::tempdir().expect("a temporary folder can be made");
        let name = format!("{name}.git");
        let repository = Self { root, name, clock: AtomicI64::new(1_750_000_000) };
        run(git(repository.root()).args(["init", "--quiet", "--bare", "-b", "main"]).arg(&repository.name), None);
        repository
    }

    /// One with a first commit on `main`.
    pub fn with_files(name: &str, files: &[(&str, &str)]) -> Self {
        let repository = Self::new(name);
        repository.commit("main", files, "first");
        repository
    }

    /// The folder that it lies in.
    pub fn root(&self) -> &Path {
        self.root.path()
    }

    /// Its own folder.
    pub fn path(&self) -> PathBuf {
        self.root().join(&self.name)
    }

    /// Runs git in it and gives what it prints, without the last line break.
    ///
    /// # Panics
    /// When git fails.
    pub fn git<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> String {
        run(git(&self.path()).args(arguments), None)
    }

    /// Adds a commit to a branch, which is made if it is missing, and gives the commit's id. Other files stay.
    ///
    /// # Panics
    /// When git fails.
    pub fn commit(&self, branch: &str, files: &[(&str, &str)], message: &str) -> String {
        let files: Vec<_> = files.iter().map(|(path, content)| ("100644", *path, *content)).collect();
        self.commit_with_modes(branch, &files, message)
    }

    /// As [`BareRepository::commit`], with modes: `100755`, `120000` (the content is the target), …
    ///
    /// # Panics
    /// When git fails.
    pub fn commit_with_modes(&self, branch: &str, files: &[(&str, &str, &str)], message: &str) -> String {
        let time = self.clock.fetch_add(1, Ordering::Relaxed);
        let reference = format!("refs/heads/{branch}");
        let mut script = format!("commit {reference}\ncommitter Somebody <somebody@example.com> {time} +0000\n");
        script.push_str(&format!("data {}\n{message}\n", message.len()));
        let parent = self.try_commit(&reference);
        if parent.is_some() {
            script.push_str(&format!("from {reference}^0\n"));
        }
        for (mode, path, content) in files {
            script.push_str(&format!("M {mode} inline {path}\ndata {}\n{content}\n", content.len()));
        }
        run(git(&self.path()).args(["fast-import", "--quiet", "--force"]), Some(script.as_bytes()));
        self.tip(&reference)
    }

    /// The commit that a reference points to.
    ///
    /// # Panics
    /// When there is no such reference.
    pub fn tip(&self, reference: &str) -> String {
        self.git(["rev-parse", "--verify", &format!("{reference}^{{commit}}")])
    }

    /// The commit that a reference points to, if it exists.
    pub fn try_commit(&self, reference: &str) -> Option<String> {
        let mut command = git(&self.path());
        command.args(["rev-parse", "--verify", "--quiet", &format!("{reference}^{{commit}}")]);
        let output = command.output().expect("git starts");
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// The content of a file at a reference.
    pub fn show(&self, reference: &str, path: &str) -> String {
        let mut command = git(&self.path());
        let output = command.args(["show", &format!("{reference}:{path}")]).output().expect("git starts");
        assert!(output.status.success(), "{path} is not in {reference}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Installs a hook, a script for `sh`.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn hook(&self, name: &str, script: &str) {
        let folder = self.path().join("hooks");
        fs::create_dir_all(&folder).expect("the folder of hooks can be made");
        write_program(&folder.join(name), &format!("#!/bin/sh\n{script}\n"));
    }

    /// Refuses every push to a branch as a forge's branch protection does.
    pub fn protect(&self, branch: &str) {
        self.hook(
            "pre-receive",
            &format!(
                "while read old new name; do\n  if [ \"$name\" = refs/heads/{branch} ]; then\n    \
                 echo 'error: GH006: Protected branch update failed for refs/heads/{branch}.' >&2\n    exit 1\n  fi\ndone"
            ),
        );
    }

    /// Keeps the options of every push in the file `push-options`, one a line.
    pub fn record_push_options(&self) {
        self.git(["config", "receive.advertisePushOptions", "true"]);
        let script = "i=0\nwhile [ \"$i\" -lt \"${GIT_PUSH_OPTION_COUNT:-0}\" ]; do\n  \
                      eval \"echo \\\"\\$GIT_PUSH_OPTION_$i\\\"\" >> push-options\n  i=$((i + 1))\ndone";
        self.hook("post-receive", script);
    }

    /// The options of every push so far; see [`BareRepository::record_push_options`].
    pub fn push_options(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path().join("push-options")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

/// Writes a program that can be run.
pub(super) fn write_program(path: &Path, text: &str) {
    fs::write(path, text).expect("a program can be written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("its mode can be set");
    }
}

/// Runs a command to its end and gives what it prints.
fn run(command: &mut Command, input: Option<&[u8]>) -> String {
    command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?} could not be started: {error}"));
    if let (Some(input), Some(mut stdin)) = (input, child.stdin.take()) {
        stdin.write_all(input).expect("git reads its input");
    }
    let output = child.wait_with_output().expect("git ends");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned()
}
