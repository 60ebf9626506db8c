//! Requests and what is answered to them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::store::merge;
use super::{KINDS, Shared};
use crate::http::{Reply, Request};

/// How long a watch waits for something to happen. A real server lets it go on for minutes; a client cannot tell, because
/// it resumes.
const WATCH: Duration = Duration::from_secs(20);

/// Answers a request.
pub(super) fn answer(shared: &Shared, request: &Request) -> Reply {
    if shared.lock().is_down {
        return status(500, "InternalError", "etcdserver: request timed out");
    }
    let parts: Vec<&str> = request.path.split('/').filter(|part| !part.is_empty()).collect();
    match (request.method.as_str(), parts.as_slice()) {
        ("GET", ["version"]) => {
            ok(&json!({"major": "1", "minor": "33", "gitVersion": shared.version, "gitCommit": "", "gitTreeState": "",
                "buildDate": "", "goVersion": "", "compiler": "", "platform": ""}))
        }
        ("GET", ["apis"]) => ok(&groups(shared.lock().is_bare)),
        (_, ["apis", group, ..]) if is_custom(group) && shared.lock().is_bare => {
            status(404, "NotFound", "the server could not find the requested resource")
        }
        ("GET", ["apis", group, version]) => ok(&resources(group, version)),
        ("GET", ["api", "v1"]) => ok(&resources("", "v1")),
        ("POST", ["apis", "authorization.k8s.io", "v1", "selfsubjectaccessreviews"]) => review(shared, request),
        (_, ["api", "v1", rest @ ..]) => of_kind(shared, request, "", rest),
        (_, ["apis", group, _, rest @ ..]) => of_kind(shared, request, group, rest),
        _ => status(404, "NotFound", "the server could not find the requested resource"),
    }
}

fn ok(value: &Value) -> Reply {
    Reply::json(value.to_string())
}

fn status(code: u16, reason: &str, message: &str) -> Reply {
    let body = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message,
        "reason": reason, "code": code});
    Reply { status: code, ..ok(&body) }
}

fn is_custom(group: &str) -> bool {
    group.ends_with("toolkit.fluxcd.io")
}

fn groups(is_bare: bool) -> Value {
    let mut versions: BTreeMap<&str, &str> = BTreeMap::new();
    versions
        .extend(KINDS.iter().filter(|(group, ..)| !group.is_empty()).map(|(group, version, ..)| (*group, *version)));
    versions.retain(|group, _| !(is_bare && is_custom(group)));
    let one = |(group, version): (&str, &str)| {
        let version = json!({"groupVersion": format!("{group}/{version}"), "version": version});
        json!({"name": group, "versions": [version], "preferredVersion": version})
    };
    json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": versions.into_iter().map(one).collect::<Vec<_>>()})
}

fn resources(group: &str, version: &str) -> Value {
    let of_group = KINDS.iter().filter(|(one, at, ..)| (*one, *at) == (group, version));
    let one = |(_, _, kind, plural): &(&str, &str, &str, &str)| {
        json!({"name": plural, "singularName": kind.to_lowercase(), "namespaced": true, "kind": kind,
            "verbs": ["get", "list", "watch", "patch", "delete"]})
    };
    let group_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version,
        "resources": of_group.map(one).collect::<Vec<_>>()})
}

/// Says yes to everything that is not forbidden.
fn review(shared: &Shared, request: &Request) -> Reply {
    let mut review: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let resource = review["spec"]["resourceAttributes"]["resource"].as_str().unwrap_or_default();
    let is_allowed = !shared.lock().forbidden.iter().any(|forbidden| forbidden == resource);
    review["status"] = json!({ "allowed": is_allowed });
    Reply { status: 201, ..ok(&review) }
}

fn of_kind(shared: &Shared, request: &Request, group: &str, rest: &[&str]) -> Reply {
    let (namespace, plural, name) = match rest {
        ["namespaces", namespace, plural] => (*namespace, *plural, None),
        ["namespaces", namespace, plural, name] | ["namespaces", namespace, plural, name, "status"] => {
            (*namespace, *plural, Some(*name))
        }
        [plural] => ("", *plural, None),
        _ => return status(404, "NotFound", "the server could not find the requested resource"),
    };
    let known = KINDS.iter().find(|(own, _, _, known)| *own == group && *known == plural);
    let Some((_, version, kind, plural)) = known else {
        return status(404, "NotFound", "the server could not find the requested resource");
    };
    if shared.lock().forbidden.iter().any(|forbidden| forbidden == plural) {
        let place = if group.is_empty() { (*plural).to_owned() } else { format!("{plural}.{group}") };
        let words =
            format!("{place} is forbidden: User \"tester\" cannot list resource \"{plural}\" at the cluster scope");
        return status(403, "Forbidden", &words);
    }
    match (request.method.as_str(), name) {
        ("GET", None) if request.parameter("watch").is_some() => watch(shared, request, plural, namespace),
        ("GET", None) => list(shared, request, (group, version, kind, plural), namespace),
        ("GET", Some(name)) => match shared.lock().get(plural, namespace, name) {
            Some(object) => ok(object),
            None => missing(plural, name),
        },
        ("PATCH", Some(name)) => patch(shared, request, plural, namespace, name),
        ("DELETE", Some(name)) => delete(shared, plural, namespace, name),
        _ => status(405, "MethodNotAllowed", "the server does not allow this method on the requested resource"),
    }
}

fn missing(plural: &str, name: &str) -> Reply {
    status(404, "NotFound", &format!("{plural} \"{name}\" not found"))
}

/// A page of a list. What continues it is the place where it ended.
fn list(
    shared: &Shared,
    request: &Request,
    (group, version, kind, plural): (&str, &str, &str, &str),
    namespace: &str,
) -> Reply {
    let number = |name: &str| request.parameter(name).and_then(|text| text.parse::<usize>().ok());
    let label = request.parameter("labelSelector");
    let label = label.as_deref().and_then(|selector| selector.split_once('='));
    let store = shared.lock();
    let all = store.list(plural, namespace, label);
    let (from, limit) = (number("continue").unwrap_or(0), number("limit").unwrap_or(usize::MAX));
    let page: Vec<&Value> = all.iter().copied().skip(from).take(limit).collect();
    let end = from + page.len();
    let more = if end < all.len() { end.to_string() } else { String::new() };
    let api_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    ok(&json!({"kind": format!("{kind}List"), "apiVersion": api_version,
        "metadata": {"resourceVersion": store.version().to_string(), "continue": more}, "items": page}))
}

/// Waits for something to happen, and tells it.
fn watch(shared: &Shared, request: &Request, plural: &str, namespace: &str) -> Reply {
    let from = request.parameter("resourceVersion").and_then(|text| text.parse().ok()).unwrap_or(0);
    let seconds = request.parameter("timeoutSeconds").and_then(|text| text.parse().ok()).map(Duration::from_secs);
    let until = Instant::now() + seconds.unwrap_or(WATCH).min(WATCH);
    let mut store = shared.lock();
    loop {
        let Some(happened) = store.since(from, plural, namespace) else {
            let object = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
                "message": format!("too old resource version: {from}"), "reason": "Expired", "code": 410});
            return ok(&json!({"type": "ERROR", "object": object}));
        };
        let left = until.saturating_duration_since(Instant::now());
        if !happened.is_empty() || store.is_over || store.is_down || left.is_zero() {
            let lines = happened.iter().fold(String::new(), |mut lines, (verb, object)| {
                // Writing to a String cannot fail.
                let _ = writeln!(lines, "{}", json!({"type": verb, "object": object}));
                lines
            });
            return Reply::json(lines);
        }
        store = shared.changed.wait_timeout(store, left).unwrap_or_else(PoisonError::into_inner).0;
    }
}

fn delete(shared: &Shared, plural: &'static str, namespace: &str, name: &str) -> Reply {
    let mut store = shared.lock();
    let Some(object) = store.get(plural, namespace, name).cloned() else { return missing(plural, name) };
    store.remove(plural, namespace, name);
    drop(store);
    shared.changed.notify_all();
    ok(&object)
}

/// A merge patch, or what is applied server-side: that is merged too, makes what is missing, and may be a dry run. Fields
/// that another manager owns are none of its business.
fn patch(shared: &Shared, request: &Request, plural: &str, namespace: &str, name: &str) -> Reply {
    let is_applied = request.header("content-type").is_some_and(|kind| kind.contains("apply-patch"));
    let Ok(patch) = serde_json::from_slice::<Value>(&request.body) else {
        return status(400, "BadRequest", "the patch is no JSON");
    };
    let mut store = shared.lock();
    let before = match store.get(plural, namespace, name).cloned() {
        None if !is_applied => return missing(plural, name),
        before => before,
    };
    let mut object = before.unwrap_or_default();
    merge(&mut object, &patch);
    if request.parameter("dryRun").is_some() {
        return ok(&object);
    }
    store.put(object.clone());
    drop(store);
    shared.changed.notify_all();
    ok(&object)
}
