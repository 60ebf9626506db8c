//! The resources as text, in the form that `flux create … --export` gives them.

use crate::key::ObjectKey;

/// How often Flux looks; as long as that of the reference scenario.
const INTERVAL: &str = "1m40s";

fn head(api_version: &str, kind: &str, key: &ObjectKey) -> String {
    let (name, namespace) = (scalar(&key.name), scalar(&key.namespace));
    format!("apiVersion: {api_version}\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: {namespace}\nspec:\n")
}

/// A text as YAML reads it as text: plain where that is sure, else in double quotes, which are JSON's.
fn scalar(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"./:_@-".contains(&byte);
    let has_letter = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    let is_word = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(&&*text.to_ascii_lowercase());
    let starts_well = text.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric) || text.starts_with("./");
    let is_number = text.parse::<f64>().is_ok() || text.starts_with("0x") || text.starts_with("0o");
    let is_safe =
        has_letter && starts_well && !is_word && !is_number && text.bytes().all(is_plain) && !text.ends_with(':');
    if is_safe { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

/// A folder as Flux writes it.
fn path(folder: &str) -> String {
    if folder.is_empty() { "./".to_owned() } else { scalar(&format!("./{folder}")) }
}

pub(super) fn git_repository(key: &ObjectKey, url: &str, branch: &str, secret: Option<&str>) -> String {
    let secret = secret.map(|name| format!("  secretRef:\n    name: {}\n", scalar(name))).unwrap_or_default();
    format!(
        "{}  interval: {INTERVAL}\n  url: {}\n  ref:\n    branch: {}\n{secret}",
        head("source.toolkit.fluxcd.io/v1", "GitRepository", key),
        scalar(url),
        scalar(branch)
    )
}

fn source_ref(own: &ObjectKey, source: &ObjectKey) -> String {
    let namespace =
        (own.namespace != source.namespace).then(|| format!("    namespace: {}\n", scalar(&source.namespace)));
    format!(
        "  sourceRef:\n    kind: GitRepository\n    name: {}\n{}",
        scalar(&source.name),
        namespace.unwrap_or_default()
    )
}

pub(super) fn kustomization(key: &ObjectKey, source: &ObjectKey, folder: &str, namespace: Option<&str>) -> String {
    let target = namespace.map(|name| format!("  targetNamespace: {}\n", scalar(name))).unwrap_or_default();
    format!(
        "{}  interval: {INTERVAL}\n  path: {}\n  prune: true\n{target}{}",
        head("kustomize.toolkit.fluxcd.io/v1", "Kustomization", key),
        path(folder),
        source_ref(key, source)
    )
}

pub(super) fn image_repository(key: &ObjectKey, image: &str) -> String {
    format!(
        "{}  image: {}\n  interval: 1m0s\n",
        head("image.toolkit.fluxcd.io/v1", "ImageRepository", key),
        scalar(image)
    )
}

pub(super) fn image_policy(key: &ObjectKey, repository: &ObjectKey, range: &str) -> String {
    format!(
        "{}  imageRepositoryRef:\n    name: {}\n  policy:\n    semver:\n      range: {}\n",
        head("image.toolkit.fluxcd.io/v1", "ImagePolicy", key),
        scalar(&repository.name),
        scalar(range)
    )
}

pub(super) fn automation(
    key: &ObjectKey,
    source: &ObjectKey,
    branch: &str,
    folder: &str,
    name: &str,
    email: &str,
) -> String {
    let branch = scalar(branch);
    format!(
        "{}  interval: {INTERVAL}\n{}  git:\n    checkout:\n      ref:\n        branch: {branch}\n    commit:\n      author:\n        \
         name: {}\n        email: {}\n    push:\n      branch: {branch}\n  update:\n    path: {}\n    strategy: Setters\n",
        head("image.toolkit.fluxcd.io/v1", "ImageUpdateAutomation", key),
        source_ref(key, source),
        scalar(name),
        scalar(email),
        path(folder)
    )
}

/// A kustomization.yaml with more entries in `resources`, everything else byte for byte as it was. Nothing where that list
/// is not written as one with an entry a line.
pub(super) fn with_resources(before: &[u8], names: &[&str]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(before).ok()?;
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let at = lines.iter().position(|line| line.trim_end() == "resources:")?;
    let entries = lines[at + 1..].iter().take_while(|line| line.trim_start().starts_with("- ")).count();
    let last: &str = lines.get(at + entries).copied().filter(|_| entries > 0)?;
    let indent = &last[..last.len() - last.trim_start().len()];
    let end = if last.ends_with("\r\n") { "\r\n" } else { "\n" };
    let mut added: Vec<String> = names.iter().map(|name| format!("{indent}- {name}{end}")).collect();
    if !last.ends_with('\n') {
        // The last line of a file that ends without a line break.
        let first = added.first_mut()?;
        *first = format!("{end}{first}");
    }
    let tail = lines.split_off(at + entries + 1);
    let all = lines.into_iter().chain(added.iter().map(String::as_str)).chain(tail);
    Some(all.collect::<String>().into_bytes())
}
