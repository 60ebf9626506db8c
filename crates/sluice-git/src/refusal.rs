//! What remotes mean by what they say. Git's protocol has no codes for refusals, so their words are all there is.
//!
//! Each table holds the forges' own sentences (lower case); to teach one more, add its sentence and a line in the tests.

use crate::error::GitError;
use crate::operation::Operation;

/// A key or account that may read and not write.
const READ_ONLY: [&str; 15] = [
    // GitHub
    "marked as read only",
    "write access to repository not granted",
    "permission to", // "ERROR: Permission to acme/fleet.git denied to deploy key", "… denied to user"
    // GitLab
    "does not have write access",
    "deploy key is not allowed to push",
    "not allowed to push code to this project",
    "you can't push code to this project",
    // Gitea, Forgejo
    "is not authorized to write to",
    "not authorized to write",
    "user permission denied for writing",
    // Bitbucket Cloud and Data Center
    "via a deployment key is read-only",
    "via an access key is read-only",
    "do not have write access",
    // Azure DevOps, plain servers
    "read-only",
    "read only",
];

/// There is no such repository, or it is not shown to this key.
const NOT_FOUND: [&str; 10] = [
    "repository not found",
    "does not appear to be a git repository",
    "could not be found or you don't have permission",
    "not found or you don't have permission",
    "no such repository",
    "repository does not exist",
    "cannot find repository",
    "project not found",
    "no such file or directory",
    "conq: repository does not exist",
];

/// The key is known and may not see this repository at all.
const DENIED: [&str; 6] =
    ["access denied", "permission denied", "not authorized", "unauthorized", "forbidden", "you do not have access"];

/// The reference on the remote is not where the push expected it: git-receive-pack's own words in `ng` lines.
const MOVED: [&str; 9] = [
    "fetch first",
    "non-fast-forward",
    "stale info",
    "failed to update ref",
    "failed to lock",
    "cannot lock ref",
    "reference already exists",
    "incorrect old value",
    "unable to resolve reference",
];

/// Whether the words say that the key may only read.
pub(crate) fn is_read_only(words: &str) -> bool {
    let words = words.to_lowercase();
    READ_ONLY
        .iter()
        .any(|sentence| words.contains(sentence) && (*sentence != "permission to" || words.contains("denied to")))
}

/// Whether the words are those of a reference that was somewhere else.
pub(crate) fn is_moved(words: &str) -> bool {
    has(words, &MOVED)
}

fn has(words: &str, sentences: &[&str]) -> bool {
    let words = words.to_lowercase();
    sentences.iter().any(|sentence| words.contains(sentence))
}

/// What a server means that hangs up in place of Git's protocol, by what it said on standard error.
pub(crate) fn of_hang_up(operation: &Operation, is_push: bool, words: &str) -> GitError {
    let remote = operation.place();
    let origin = operation.access.origin.clone();
    let shown = operation.shown(words);
    if is_push && is_read_only(words) {
        GitError::ReadOnlyKey { remote, origin, words: shown }
    } else if has(words, &NOT_FOUND) {
        GitError::NotFound { remote, words: shown }
    } else if is_push && has(words, &DENIED) {
        GitError::ReadOnlyKey { remote, origin, words: shown }
    } else if has(words, &DENIED) {
        GitError::AccessDenied { remote, origin, words: shown }
    } else if shown.is_empty() {
        operation.unreachable("the server hung up without a word")
    } else {
        GitError::Remote { remote, words: shown }
    }
}

/// What an `ng` line of git-receive-pack means; `aside` is what hooks said on the side band.
///
/// A forced push that is refused for not being a fast-forward met a rule (`receive.denyNonFastForwards`), not a rival.
pub(crate) fn of_reference(
    operation: &Operation,
    reference: &str,
    status: &str,
    aside: &str,
    is_forced: bool,
) -> GitError {
    let remote = operation.place();
    let reference = operation.shown(reference);
    if is_moved(status) && !(is_forced && has(status, &["non-fast-forward"])) {
        return GitError::Moved { remote, reference, found: None };
    }
    let words =
        operation.shown(&if aside.trim().is_empty() { status.to_owned() } else { format!("{status}: {aside}") });
    if is_read_only(status) || is_read_only(aside) {
        let origin = operation.access.origin.clone();
        return GitError::ReadOnlyKey { remote, origin, words };
    }
    GitError::PushRefused { remote, reference, words }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forges_words_for_read_only_keys_are_known() {
        for words in [
            "ERROR: The key you are authenticating with has been marked as read only.",
            "ERROR: Permission to acme/fleet.git denied to deploy key",
            "remote: Permission to acme/fleet.git denied to octocat.",
            "remote: Write access to repository not granted.",
            "remote: ERROR: This deploy key does not have write access to this project.",
            "GitLab: You are not allowed to push code to this project.",
            "Gitea: Deploy Key: 7:fleet is not authorized to write to acme/fleet.",
            "Forgejo: User: 3:bot with Key: 9:k is not authorized to write to acme/fleet.",
            "repository access denied. access via a deployment key is read-only.",
            "fatal: this key is read-only: git-receive-pack refused",
        ] {
            assert!(is_read_only(words), "{words}");
        }
        for words in ["pre-receive hook declined", "GH006: Protected branch update failed", "Permission to come aboard"]
        {
            assert!(!is_read_only(words), "{words}");
        }
    }

    #[test]
    fn receive_packs_words_for_moved_references_are_known() {
        for words in [
            "fetch first",
            "failed to update ref",
            "non-fast-forward",
            "cannot lock ref 'refs/heads/main': is at 1 but expected 2",
        ] {
            assert!(is_moved(words), "{words}");
        }
        for words in
            ["pre-receive hook declined", "hook declined", "protected branch hook declined", "deletion prohibited"]
        {
            assert!(!is_moved(words), "{words}");
        }
    }
}
