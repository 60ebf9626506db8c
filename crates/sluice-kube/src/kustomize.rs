//! Building a folder as Flux's kustomize-controller does, with `kubectl kustomize`.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::process::Command;

use crate::{KubeError, Surroundings};

/// How long a build may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// The names that kustomize's own file may have.
const OWN_FILES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Builds the folder `path` below `root`, with a namespace for everything that lives in one.
///
/// A folder without a kustomization file gets one that lists every manifest at and below it, as Flux does. The files below
/// `root` are changed by that: it must be a copy of the repository.
///
/// # Errors
/// When kubectl is not there, or refuses; its words are in the error.
pub async fn build(
    root: &Path,
    path: &str,
    target_namespace: Option<&str>,
    surroundings: &Surroundings,
) -> Result<Vec<Value>, KubeError> {
    let failed = |cause: String| KubeError::Kustomize { path: path.to_owned(), cause };
    let folder = root.join(path.trim_start_matches("./").trim_matches('/'));
    if !folder.is_dir() {
        return Err(failed("there is no such folder in the repository".to_owned()));
    }
    let prepared = {
        let (folder, root, namespace) = (folder.clone(), root.to_owned(), target_namespace.map(str::to_owned));
        tokio::task::spawn_blocking(move || prepare(&folder, &root, namespace.as_deref())).await
    };
    let target = prepared.map_err(|error| failed(error.to_string()))?.map_err(|error| failed(error.to_string()))?;
    let kubectl = surroundings.find_program("kubectl").await.ok_or(KubeError::NoKubectl)?;
    let mut command = Command::new(kubectl);
    command.arg("kustomize").arg(&target).current_dir(root).env_clear().envs(&surroundings.environment);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output()).await;
    let output = output.map_err(|_| failed(format!("kubectl did not end within {} s", PATIENCE.as_secs())))?;
    let output = output.map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr).replace(&root.display().to_string(), "");
        return Err(failed(words.trim().trim_start_matches("error: ").to_owned()));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let documents: Vec<Value> = serde_saphyr::from_multiple(&text).map_err(|error| failed(error.to_string()))?;
    Ok(documents.into_iter().filter(Value::is_object).collect())
}

/// Writes the kustomization file that the folder lacks, and one above it that sets the namespace. Gives the folder to be
/// built.
fn prepare(folder: &Path, root: &Path, namespace: Option<&str>) -> std::io::Result<PathBuf> {
    if !OWN_FILES.iter().any(|name| folder.join(name).is_file()) {
        let mut resources = Vec::new();
        list(folder, folder, &mut resources)?;
        resources.sort();
        let own =
            json!({"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": resources});
        std::fs::write(folder.join(OWN_FILES[0]), own.to_string())?;
    }
    let Some(namespace) = namespace else { return Ok(folder.to_owned()) };
    let wrapper = root.join(".sluice-build");
    std::fs::create_dir_all(&wrapper)?;
    let below = folder.strip_prefix(root).unwrap_or(folder);
    let own = json!({
        "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "namespace": namespace,
        "resources": [format!("../{}", below.display()).trim_end_matches('/')],
    });
    std::fs::write(wrapper.join(OWN_FILES[0]), own.to_string())?;
    Ok(wrapper)
}

/// The manifests at and below a folder; a folder with a kustomization of its own stands for all that is in it.
fn list(base: &Path, folder: &Path, found: &mut Vec<String>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(std::ffi::OsStr::to_str).unwrap_or_default();
        let relative = path.strip_prefix(base).unwrap_or(&path).display().to_string();
        if path.is_dir() {
            if OWN_FILES.iter().any(|own| path.join(own).is_file()) {
                found.push(relative);
            } else if !name.starts_with('.') {
                list(base, &path, found)?;
            }
        } else if (name.ends_with(".yaml") || name.ends_with(".yml")) && is_manifest(&path) {
            found.push(relative);
        }
    }
    Ok(())
}

/// Whether a file looks like an object of Kubernetes: kustomize refuses anything else.
fn is_manifest(path: &Path) -> bool {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let has = |name: &str| text.lines().any(|line| line.starts_with(name));
    has("apiVersion:") && has("kind:")
}
