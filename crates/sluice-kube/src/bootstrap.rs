//! Driving an installed `flux`: what `flux bootstrap` sets up, with its output as it comes.
//!
//! The token goes in on standard input, where `flux` asks for it when no variable holds one. It is never an argument, which
//! every process of the machine can read, and in no environment.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use sluice_core::Secret;
use sluice_core::words::Redactor;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWriteExt as _, BufReader};
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use crate::group::Group;
use crate::{ClusterAccess, KubeError};

/// How long all of it may take. `flux` itself gives up on a component after five minutes.
const PATIENCE: Duration = Duration::from_secs(20 * 60);
/// How long `flux` has to end once it is asked to.
const GRACE: Duration = Duration::from_secs(5);
/// The longest line that is told.
const LINE: usize = 2000;
/// The controllers that are not among `flux bootstrap`'s own.
const IMAGE_CONTROLLERS: &str = "image-reflector-controller,image-automation-controller";
/// Variables that `flux` would read a token from: it must be the one that was chosen here.
const TOKENS: [&str; 5] = ["GITHUB_TOKEN", "GITLAB_TOKEN", "GITEA_TOKEN", "BITBUCKET_TOKEN", "GIT_PASSWORD"];

/// What is to be set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bootstrap {
    /// `github`, `gitlab` or `gitea`: the word of `flux bootstrap`.
    pub forge: String,
    /// The forge's host.
    pub host: String,
    /// Who owns the repository: an organisation, a group with its subgroups, a person.
    pub owner: String,
    /// The repository's name.
    pub repository: String,
    /// The owner is a person.
    pub is_personal: bool,
    /// The branch.
    pub branch: String,
    /// The folder of the cluster in the repository.
    pub path: String,
    /// Whether the image controllers are set up too, with a key that may write.
    pub with_images: bool,
}

impl Bootstrap {
    /// The words after `flux`.
    pub fn arguments(&self, context: &str) -> Vec<String> {
        let option = |name: &str, value: &str| format!("--{name}={value}");
        let mut words = vec!["bootstrap".to_owned(), self.forge.clone()];
        words.extend([
            option("hostname", &self.host),
            option("owner", &self.owner),
            option("repository", &self.repository),
            option("branch", &self.branch),
            option("path", &self.path),
            option("context", context),
        ]);
        if self.is_personal {
            words.push("--personal".to_owned());
        }
        if self.with_images {
            words.push(option("components-extra", IMAGE_CONTROLLERS));
            words.push("--read-write-key".to_owned());
        }
        words
    }
}

/// How `flux bootstrap` ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BootstrapEnd {
    /// It did all of it.
    Done,
    /// It was stopped before it was through. What it had done by then stays.
    Stopped,
}

/// Runs `flux bootstrap` on a cluster. Each line of its output is told as it comes, without the token. Once `stop` is
/// cancelled it is asked to end with everything that it started, and killed five seconds later.
///
/// # Errors
/// When `flux` is not there, ends with a failure, or takes longer than twenty minutes; it is ended then.
pub async fn bootstrap(
    wanted: &Bootstrap,
    token: &Secret,
    access: &ClusterAccess,
    stop: &CancellationToken,
    told: &(dyn Fn(&str) + Sync),
) -> Result<BootstrapEnd, KubeError> {
    let surroundings = &access.surroundings;
    let flux = surroundings.find_program("flux").await.ok_or(KubeError::NoFlux)?;
    let failed = |cause: String| KubeError::Bootstrap { cause };
    let mut redactor = Redactor::default();
    redactor.add(token.expose());
    let mut command = command(&flux, wanted, access).map_err(failed)?;
    let mut child = command.spawn().map_err(|error| failed(error.to_string()))?;
    let group = Group::of(&child);
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let work = async {
        if let Some(mut stdin) = stdin {
            // It may end before it reads, and then says why.
            let _ = stdin.write_all(token.expose()).await;
            let _ = stdin.write_all(b"\n").await;
        }
        let (_, last) = tokio::join!(tell(stdout, &redactor, told), tell(stderr, &redactor, told));
        Ok::<_, std::io::Error>((child.wait().await?, last))
    };
    tokio::pin!(work);
    let ended = tokio::select! {
        ended = tokio::time::timeout(PATIENCE, &mut work) => ended,
        () = stop.cancelled() => {
            group.ask_to_end();
            // It may be through at this very moment; then nothing was stopped.
            return match tokio::time::timeout(GRACE, &mut work).await {
                Ok(Ok((status, _))) if status.success() => Ok(BootstrapEnd::Done),
                _ => Ok(BootstrapEnd::Stopped),
            };
        }
    };
    if matches!(ended, Ok(Ok(_))) {
        group.leave();
    }
    match ended {
        Err(_) => Err(failed(format!("flux did not end within {} minutes", PATIENCE.as_secs() / 60))),
        Ok(Err(error)) => Err(failed(error.to_string())),
        Ok(Ok((status, _))) if status.success() => Ok(BootstrapEnd::Done),
        Ok(Ok((status, Some(last)))) => Err(failed(format!("{last} ({status})"))),
        Ok(Ok((status, None))) => Err(failed(status.to_string())),
    }
}

fn command(flux: &Path, wanted: &Bootstrap, access: &ClusterAccess) -> Result<Command, String> {
    let surroundings = &access.surroundings;
    let files = std::env::join_paths(access.kubeconfigs.files()).map_err(|error| error.to_string())?;
    let mut command = Command::new(flux);
    command
        .args(wanted.arguments(&access.context))
        .env_clear()
        .envs(&surroundings.environment)
        .env("KUBECONFIG", files);
    for name in TOKENS {
        command.env_remove(name);
    }
    if let Ok(path) = std::env::join_paths(surroundings.search_path()) {
        command.env("PATH", path);
    }
    if let Some(home) = &surroundings.home {
        command.env("HOME", home).current_dir(home);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    Group::of_its_own(&mut command);
    Ok(command)
}

/// Tells every line, and gives the last that is not empty.
async fn tell(
    from: Option<impl AsyncRead + Unpin>,
    redactor: &Redactor,
    told: &(dyn Fn(&str) + Sync),
) -> Option<String> {
    let mut lines = BufReader::new(from?).lines();
    let mut last = None;
    while let Ok(Some(line)) = lines.next_line().await {
        let line = redactor.words(&line, LINE);
        told(&line);
        if !line.trim().is_empty() {
            last = Some(line);
        }
    }
    last
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::sync::Mutex;

    use super::*;
    use crate::{Kubeconfigs, Surroundings};

    /// A `flux` that says what it was given.
    fn stand_in(script: &str) -> (tempfile::TempDir, ClusterAccess) {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("flux");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("a file");
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("it may be run");
        let path = format!("{}:/usr/bin:/bin", folder.path().display());
        let environment = [("PATH".into(), path.into()), ("GITHUB_TOKEN".into(), "another".into())].into();
        let access = ClusterAccess {
            kubeconfigs: Kubeconfigs::new([folder.path().join("config")]),
            context: "kind-dev".to_owned(),
            namespaces: Vec::new(),
            surroundings: Surroundings { home: None, environment },
        };
        (folder, access)
    }

    fn wanted() -> Bootstrap {
        Bootstrap {
            forge: "github".to_owned(),
            host: "github.com".to_owned(),
            owner: "acme".to_owned(),
            repository: "fleet".to_owned(),
            is_personal: false,
            branch: "main".to_owned(),
            path: "clusters/dev".to_owned(),
            with_images: true,
        }
    }

    #[tokio::test]
    async fn flux_gets_the_token_on_its_input_and_its_lines_are_told_without_it() {
        let script = r#"printf 'Please enter your token: '; read token
            [ "$token" = very-secret ] || exit 9
            case "$*" in *very-secret*) exit 8;; esac
            [ -z "$GITHUB_TOKEN" ] || exit 7
            echo "► connecting with $token"; echo "$*"; echo "$KUBECONFIG" >&2"#;
        let (folder, access) = stand_in(script);
        let lines = Mutex::new(Vec::new());
        let told = |line: &str| lines.lock().expect("whole").push(line.to_owned());
        let stop = CancellationToken::new();
        let end = bootstrap(&wanted(), &Secret::new("very-secret"), &access, &stop, &told).await.expect("it works");
        assert_eq!(end, BootstrapEnd::Done);
        let lines = lines.into_inner().expect("whole");
        let all = lines.join("\n");
        assert!(all.contains("► connecting with ***") && !all.contains("very-secret"), "{all}");
        let words = "bootstrap github --hostname=github.com --owner=acme --repository=fleet --branch=main \
            --path=clusters/dev --context=kind-dev \
            --components-extra=image-reflector-controller,image-automation-controller --read-write-key";
        assert!(lines.contains(&words.to_owned()), "{all}");
        assert!(lines.contains(&folder.path().join("config").display().to_string()), "{all}");
    }

    #[tokio::test]
    async fn what_flux_says_last_is_why_it_failed() {
        let (_folder, access) =
            stand_in("cat >/dev/null; echo '► connecting'; echo '✗ 401 Bad credentials' >&2; exit 1");
        let stop = CancellationToken::new();
        let error = bootstrap(&wanted(), &Secret::new("t"), &access, &stop, &|_| {}).await.expect_err("it fails");
        assert!(error.to_string().contains("✗ 401 Bad credentials"), "{error}");
        let nothing = ClusterAccess {
            surroundings: Surroundings { home: None, environment: [("PATH".into(), "/nowhere".into())].into() },
            ..access
        };
        let error = bootstrap(&wanted(), &Secret::new("t"), &nothing, &stop, &|_| {}).await;
        assert!(matches!(error, Err(KubeError::NoFlux)), "{error:?}");
    }

    /// Whether a process runs; one that nobody has waited for does not.
    fn is_alive(id: &str) -> bool {
        let state = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        state.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
    }

    #[tokio::test]
    async fn what_is_stopped_ends_with_everything_it_started() {
        // What it starts neither ends with it nor lets go of its output.
        let helper = "sleep 600 & echo \"$!\"; wait";
        for script in [helper.to_owned(), format!("trap '' TERM; {helper}; wait")] {
            let (_folder, access) = stand_in(&format!("read token; {script}"));
            let stop = CancellationToken::new();
            let helpers = Mutex::new(Vec::new());
            let told = |line: &str| {
                helpers.lock().expect("whole").push(line.to_owned());
                stop.cancel();
            };
            let end = bootstrap(&wanted(), &Secret::new("t"), &access, &stop, &told).await.expect("it is stopped");
            assert_eq!(end, BootstrapEnd::Stopped, "{script}");
            let helpers = helpers.into_inner().expect("whole");
            for _ in 0..100 {
                if !helpers.iter().any(|id| is_alive(id)) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            assert!(!helpers.is_empty() && !helpers.iter().any(|id| is_alive(id)), "{script} left {helpers:?}");
        }
    }

    #[tokio::test]
    async fn what_is_through_when_it_is_stopped_was_done() {
        let (_folder, access) = stand_in("trap 'exit 0' TERM; read token; echo begun; while :; do sleep 0.05; done");
        let stop = CancellationToken::new();
        let end = bootstrap(&wanted(), &Secret::new("t"), &access, &stop, &|_| stop.cancel()).await;
        assert_eq!(end.expect("it ends"), BootstrapEnd::Done);
    }
}
