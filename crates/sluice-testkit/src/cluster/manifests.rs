//! What a Kustomization's folder holds: the objects, as kustomize would build the simple cases.

use std::path::Path;

use serde_json::Value;

use crate::git::git;

/// The objects of a folder at a commit of a bare repository: those of the files that its `kustomization.yaml` lists, else
/// of every YAML file at and below it.
pub(super) fn build(repository: &Path, commit: &str, folder: &str) -> Result<Vec<Value>, String> {
    let folder = folder.trim_start_matches("./").trim_matches('/');
    let listed =
        run(repository, &["ls-tree", "-r", "--name-only", commit, "--", if folder.is_empty() { "." } else { folder }])?;
    let mut files: Vec<&str> =
        listed.lines().filter(|file| file.ends_with(".yaml") || file.ends_with(".yml")).collect();
    if files.is_empty() {
        return Err(format!("kustomization path not found: stat /tmp/{folder}: no such file or directory"));
    }
    let own = format!("{folder}/kustomization.yaml");
    let own = own.trim_start_matches('/');
    let resources: Option<Vec<String>> = files.contains(&own).then(|| {
        let value = documents(&run(repository, &["show", &format!("{commit}:{own}")]).unwrap_or_default());
        let list = value.ok().and_then(|all| all.into_iter().next()).unwrap_or_default();
        let names = list["resources"].as_array().cloned().unwrap_or_default();
        names
            .iter()
            .filter_map(Value::as_str)
            .map(|name| format!("{folder}/{name}").trim_start_matches('/').to_owned())
            .collect()
    });
    files.retain(|file| match &resources {
        Some(listed) => listed.iter().any(|one| one == file),
        None => true,
    });
    let mut objects = Vec::new();
    for file in files {
        let text = run(repository, &["show", &format!("{commit}:{file}")])?;
        let found =
            documents(&text).map_err(|error| format!("failed to decode Kubernetes YAML from {file}: {error}"))?;
        objects.extend(found.into_iter().filter(is_applied));
    }
    Ok(objects)
}

/// Whether a document is an object, and not kustomize's own configuration.
fn is_applied(document: &Value) -> bool {
    let api_version = document["apiVersion"].as_str().unwrap_or_default();
    document["kind"].is_string() && !api_version.starts_with("kustomize.config.k8s.io/")
}

fn documents(text: &str) -> Result<Vec<Value>, String> {
    serde_saphyr::from_multiple(text).map_err(|error| error.to_string())
}

/// Runs git in a repository; its words are the error's.
pub(super) fn run(repository: &Path, words: &[&str]) -> Result<String, String> {
    let output = git(repository).args(words).output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned());
    }
    Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
}
