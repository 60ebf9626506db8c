//! Credential plugins (`exec` in a kubeconfig, client.authentication.k8s.io): run without a terminal and with a time
//! limit, so that a sign-in that wants a person is an error and not a hang.

use std::collections::HashMap;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use jiff::Timestamp;
use kube::config::{AuthInfo, ExecConfig};
use serde::Deserialize;
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;

use crate::{KubeError, Surroundings};

/// How long a plugin may take; some ask a server of their cloud.
const PATIENCE: Duration = Duration::from_secs(30);
/// The most bytes of an answer.
const LONGEST: u64 = 256 * 1024;
/// The most characters of a plugin's complaint that are shown.
const COMPLAINT: usize = 400;

/// What a plugin answers.
#[derive(Deserialize)]
struct Credential {
    status: Option<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
    expiration_timestamp: Option<String>,
}

/// Runs the plugin of a user, if there is one, and puts its credential in the plugin's place. Gives until when that is
/// good, where the plugin says so.
pub(crate) async fn sign_in(
    user: &mut AuthInfo,
    context: &str,
    surroundings: &Surroundings,
) -> Result<Option<Timestamp>, KubeError> {
    let Some(exec) = user.exec.take() else { return Ok(None) };
    let name = exec.command.clone().unwrap_or_default();
    let failed = |cause: String| KubeError::Plugin {
        context: context.to_owned(),
        command: name.clone(),
        cause,
        install_hint: exec.install_hint.clone(),
    };
    let program =
        surroundings.find_program(&name).await.ok_or_else(|| failed("the program is not found".to_owned()))?;
    let answer = run(&program, &exec, surroundings).await.map_err(failed)?;
    let credential: Credential =
        serde_json::from_slice(&answer).map_err(|_| failed("it printed no ExecCredential".to_owned()))?;
    let status = credential.status.ok_or_else(|| failed("its ExecCredential has no status".to_owned()))?;
    let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let until = status.expiration_timestamp.as_deref().and_then(|text| text.parse().ok());
    match status {
        Status { client_certificate_data: Some(certificate), client_key_data: Some(key), .. } => {
            user.client_certificate_data = Some(encode(&certificate));
            user.client_key_data = Some(encode(&key).into());
        }
        Status { token: Some(token), .. } => user.token = Some(token.into()),
        _ => return Err(failed("it gave neither a token nor a certificate".to_owned())),
    }
    Ok(until)
}

async fn run(program: &Path, exec: &ExecConfig, surroundings: &Surroundings) -> Result<Vec<u8>, String> {
    let mut command = command(program, exec, surroundings);
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let listen = async {
        let (mut answer, mut complaint) = (Vec::new(), Vec::new());
        let hear = async {
            if let Some(stdout) = stdout {
                stdout.take(LONGEST).read_to_end(&mut answer).await?;
            }
            Ok::<_, std::io::Error>(())
        };
        let mumble = async {
            if let Some(stderr) = stderr {
                stderr.take(LONGEST).read_to_end(&mut complaint).await?;
            }
            Ok(())
        };
        tokio::try_join!(hear, mumble)?;
        Ok::<_, std::io::Error>((answer, complaint, child.wait().await?))
    };
    match tokio::time::timeout(PATIENCE, listen).await {
        Err(_) => Err(format!("it did not end within {} s; it may be waiting for a person", PATIENCE.as_secs())),
        Ok(Err(error)) => Err(error.to_string()),
        Ok(Ok((answer, _, status))) if status.success() => Ok(answer),
        Ok(Ok((_, complaint, status))) => {
            let words: String = String::from_utf8_lossy(&complaint).trim().chars().take(COMPLAINT).collect();
            Err(if words.is_empty() { status.to_string() } else { format!("{status}: {words}") })
        }
    }
}

fn command(program: &Path, exec: &ExecConfig, surroundings: &Surroundings) -> Command {
    let version = exec.api_version.clone().unwrap_or_else(|| "client.authentication.k8s.io/v1".to_owned());
    let mut spec = serde_json::json!({"interactive": false});
    if let Some(cluster) = exec.cluster.as_ref().filter(|_| exec.provide_cluster_info) {
        spec["cluster"] = serde_json::to_value(cluster).unwrap_or_default();
    }
    let info = serde_json::json!({"apiVersion": version, "kind": "ExecCredential", "spec": spec});
    let named =
        exec.env.iter().flatten().filter_map(|entry: &HashMap<String, String>| {
            Some((entry.get("name")?.clone(), entry.get("value")?.clone()))
        });
    let mut command = Command::new(program);
    command.args(exec.args.iter().flatten()).env_clear().envs(&surroundings.environment).envs(named);
    if let Ok(path) = std::env::join_paths(surroundings.search_path()) {
        command.env("PATH", path);
    }
    command.env("KUBERNETES_EXEC_INFO", info.to_string());
    if let Some(home) = &surroundings.home {
        command.current_dir(home);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    #[cfg(windows)]
    {
        const CREATE_NO_WINDOW: u32 = 0x0800_0000;
        command.creation_flags(CREATE_NO_WINDOW);
    }
    command
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn user(command: &str, args: &[&str]) -> AuthInfo {
        let exec = serde_json::json!({"command": command, "args": args, "installHint": "install it",
            "env": [{"name": "WHO", "value": "me"}]});
        AuthInfo { exec: Some(serde_json::from_value(exec).expect("an exec section")), ..AuthInfo::default() }
    }

    fn shell() -> Surroundings {
        let path = std::env::var_os("PATH").unwrap_or_default();
        Surroundings { home: None, environment: [("PATH".into(), path)].into() }
    }

    async fn ask(script: &str) -> (AuthInfo, Result<Option<Timestamp>, KubeError>) {
        let mut user = user("sh", &["-c", script]);
        let outcome = sign_in(&mut user, "prod", &shell()).await;
        (user, outcome)
    }

    #[tokio::test]
    async fn a_plugin_gives_a_token_and_says_how_long_it_is_good() {
        let script = r#"read line && exit 9
            echo "{\"status\": {\"token\": \"t-$WHO\", \"expirationTimestamp\": \"2026-11-26T10:00:00Z\"}}""#;
        let (user, until) = ask(script).await;
        assert_eq!(until.expect("it works"), Some("2026-11-26T10:00:00Z".parse().expect("a time")));
        assert!(user.exec.is_none() && user.token.is_some());
    }

    #[tokio::test]
    async fn a_plugin_is_told_that_nobody_is_there() {
        let script = r#"case "$KUBERNETES_EXEC_INFO" in *'"interactive":false'*) echo '{"status":{"token":"t"}}';; *) exit 1;; esac"#;
        assert!(ask(script).await.1.is_ok());
    }

    #[tokio::test]
    async fn a_plugin_that_fails_is_named_with_its_complaint_and_never_with_its_answer() {
        for (script, words) in [
            ("echo very-secret; echo 'sign in first' >&2; exit 3", "sign in first"),
            ("echo very-secret", "no ExecCredential"),
            ("echo '{\"status\":{}}'", "neither a token nor a certificate"),
            ("echo '{}'", "no status"),
        ] {
            let error = ask(script).await.1.expect_err(script);
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(words) && !shown.contains("very-secret"), "{shown}");
            assert_eq!(error.hint(), "install it");
        }
        let mut nobody = user("no-such-plugin-anywhere", &[]);
        let error = sign_in(&mut nobody, "prod", &shell()).await.expect_err("there is none").to_string();
        assert!(error.contains("no-such-plugin-anywhere") && error.contains("not found"), "{error}");
    }
}
