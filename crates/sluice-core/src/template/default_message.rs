//! The message of a commit without a template: what changed, in the first line where it fits.

use std::collections::BTreeSet;

use super::{Change, MessageContext};

/// The length that `git log --oneline` and forges show whole.
const SUBJECT: usize = 72;

/// A message that names every change.
///
/// The subject is `app 1.0.0 → 1.0.1 (flux-system/app)` where all changes are one version of one image, otherwise
/// `Update N images in M files`; both end with the automation as far as they stay within 72 characters. The body lists
/// the changes by file and object. It ends with a line end.
pub fn default_message(context: &MessageContext<'_>) -> String {
    let subject = subject(context);
    let body = body(context.changes);
    if body.is_empty() { format!("{subject}\n") } else { format!("{subject}\n\n{body}") }
}

fn subject(context: &MessageContext<'_>) -> String {
    let head = match single_update(context.changes) {
        Some(update) => update,
        None => {
            let setters: BTreeSet<_> = context.changes.iter().map(|change| policy(&change.setter)).collect();
            let files: BTreeSet<_> = context.changes.iter().map(|change| &change.file).collect();
            format!("Update {} in {}", counted(setters.len(), "image"), counted(files.len(), "file"))
        }
    };
    let whole = format!("{head} ({})", context.automation);
    if whole.chars().count() <= SUBJECT { whole } else { head }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// `app 1.0.0 → 1.0.1`, when every change is that.
fn single_update(changes: &[Change]) -> Option<String> {
    let updates: BTreeSet<_> =
        changes.iter().map(|change| (policy(&change.setter), short(&change.old), short(&change.new))).collect();
    let mut updates = updates.into_iter();
    let ((policy, old, new), None) = (updates.next()?, updates.next()) else { return None };
    let name = match changes.iter().find_map(|change| image_name(&change.new)) {
        Some(name) => name,
        None => policy.rsplit(':').next().unwrap_or(policy),
    };
    let whole = format!("{name} {old} → {new}");
    if whole.chars().count() <= SUBJECT {
        Some(whole)
    } else {
        Some(format!("{name} → {new}")).filter(|short| short.chars().count() <= SUBJECT)
    }
}

/// The policy of a marker: `namespace:name`, without what follows.
fn policy(setter: &str) -> &str {
    let end = setter.match_indices(':').nth(1).map_or(setter.len(), |(colon, _)| colon);
    &setter[..end]
}

/// The tag of an image reference without its digest, a shortened digest, or the value as it is.
fn short(value: &str) -> &str {
    let value = value.trim_end();
    let (reference, digest) =
        value.split_once('@').map_or((value, None), |(reference, digest)| (reference, Some(digest)));
    let name_start = reference.rfind('/').map_or(0, |slash| slash + 1);
    match (reference[name_start..].find(':'), digest) {
        (Some(colon), _) => {
            let rest = &reference[name_start + colon + 1..];
            // `sha256:…` alone is a digest, not a name and a tag.
            if is_digest(reference) { cut(reference) } else { rest }
        }
        (None, Some(digest)) => cut(digest),
        (None, None) => value,
    }
}

fn is_digest(text: &str) -> bool {
    let hex = text.split_once(':').map_or("", |(_, hex)| hex);
    hex.len() >= 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn cut(digest: &str) -> &str {
    let end = digest.find(':').map_or(12, |colon| colon + 13);
    digest.get(..end).unwrap_or(digest)
}

/// The last part of the repository of a whole reference.
fn image_name(value: &str) -> Option<&str> {
    let reference = value.trim_end().split('@').next()?;
    let last = &reference[reference.rfind('/').map_or(0, |slash| slash + 1)..];
    let (name, _) = last.split_once(':')?;
    (!name.is_empty() && !is_digest(reference)).then_some(name)
}

fn body(changes: &[Change]) -> String {
    let mut by_place: Vec<&Change> = changes.iter().collect();
    by_place.sort_by(|a, b| a.file.cmp(&b.file));
    let mut out = String::new();
    let (mut file, mut object) = (None, None);
    for change in by_place {
        if file != Some(&change.file) {
            if file.is_some() {
                out.push('\n');
            }
            out.push_str(&change.file);
            out.push('\n');
            (file, object) = (Some(&change.file), None);
        }
        let title = title(change);
        if object.as_ref() != Some(&title) {
            if !title.is_empty() {
                out.push_str(&format!("  {title}\n"));
            }
            object = Some(title);
        }
        out.push_str(&format!("    {} → {}\n", change.old.trim_end(), change.new.trim_end()));
    }
    out
}

/// `Deployment flask-app/flask-app`; as much of it as there is.
fn title(change: &Change) -> String {
    let object = &change.object;
    let name = match (object.namespace.is_empty(), object.name.is_empty()) {
        (false, false) => format!("{}/{}", object.namespace, object.name),
        _ => object.name.clone(),
    };
    format!("{} {name}", object.kind).trim().to_owned()
}
