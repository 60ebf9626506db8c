//! Slash-separated paths (Go's `path`; `path/filepath` is the same on the controller's system).

use crate::template::call::{Function, Param, fixed};

use Param::Text;

/// The table.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("base", &[Text], |call| Ok(base(call.text(0)).into())),
    fixed("osBase", &[Text], |call| Ok(base(call.text(0)).into())),
    fixed("dir", &[Text], |call| Ok(dir(call.text(0)).into())),
    fixed("osDir", &[Text], |call| Ok(dir(call.text(0)).into())),
    fixed("clean", &[Text], |call| Ok(clean(call.text(0)).into())),
    fixed("osClean", &[Text], |call| Ok(clean(call.text(0)).into())),
    fixed("ext", &[Text], |call| Ok(ext(call.text(0)).into())),
    fixed("osExt", &[Text], |call| Ok(ext(call.text(0)).into())),
    fixed("isAbs", &[Text], |call| Ok(call.text(0).starts_with('/').into())),
    fixed("osIsAbs", &[Text], |call| Ok(call.text(0).starts_with('/').into())),
];

fn base(path: &str) -> &str {
    if path.is_empty() {
        return ".";
    }
    let path = path.trim_end_matches('/');
    match path.rfind('/') {
        _ if path.is_empty() => "/",
        Some(slash) => &path[slash + 1..],
        None => path,
    }
}

fn dir(path: &str) -> String {
    clean(&path[..path.rfind('/').map_or(0, |slash| slash + 1)])
}

fn ext(path: &str) -> &str {
    let name = &path[path.rfind('/').map_or(0, |slash| slash + 1)..];
    name.rfind('.').map_or("", |dot| &name[dot..])
}

fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if kept.last().is_some_and(|last| *last != "..") => {
                kept.pop();
            }
            ".." if rooted => {}
            part => kept.push(part),
        }
    }
    let joined = kept.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}
