//! Foreign words made fit to be shown: on one line, cut, without control characters and without secrets.

pub(crate) use sluice_core::words::cleaned;

/// The most characters of somebody else's words that are shown.
pub(crate) const SHOWN: usize = 300;

/// What a program complained about, without anything that could be a secret.
///
/// A program that handles credentials may print one where it complains, and nothing tells a password from a word. So only
/// words are shown that such complaints are made of ([`VOCABULARY`]), words of up to three letters, numbers of up to three
/// digits, and `known` ones (the host, the helper's name); never one that was also in the program's `answer`. Everything
/// else becomes `***`.
pub(crate) fn redacted(complaint: &str, answer: &[u8], known: &[&str]) -> String {
    // Cleaned first, so that nothing invisible splits a secret into harmless pieces.
    let complaint = cleaned(complaint, 4 * SHOWN);
    let answer = String::from_utf8_lossy(answer);
    let shown = complaint.split(' ').map(|word| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let harmless = known.contains(&bare) || (is_harmless(word) && !is_part_of(&answer, bare));
        if harmless { word } else { HIDDEN }
    });
    let mut shown: Vec<&str> = shown.collect();
    shown.dedup_by(|one, other| one == other && *one == HIDDEN);
    // Nothing but gaps says nothing.
    if shown.iter().all(|word| *word == HIDDEN) { String::new() } else { cleaned(&shown.join(" "), SHOWN) }
}

const HIDDEN: &str = "***";

/// Whether all parts of a word are words of complaints: `NoCredentialProviders` has three, `us-east-1` too.
fn is_harmless(word: &str) -> bool {
    word.split(|c: char| !c.is_alphanumeric()).flat_map(humps).all(|part| {
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        let letters = part.bytes().all(|byte| byte.is_ascii_alphabetic());
        let lower = part.to_ascii_lowercase();
        let listed = |word: &str| VOCABULARY.binary_search(&word).is_ok();
        ((digits || letters) && part.len() <= 3) || listed(&lower) || lower.strip_suffix('s').is_some_and(listed)
    })
}

/// The parts of a word in camel case.
fn humps(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let after_first = rest.chars().next()?.len_utf8();
        let small = rest[after_first..].find(|c: char| !c.is_uppercase()).map_or(rest.len(), |at| at + after_first);
        let end = rest[small..].find(char::is_uppercase).map_or(rest.len(), |at| at + small);
        let (hump, after) = rest.split_at(end);
        rest = after;
        Some(hump)
    })
}

/// Whether a word of at least four letters also occurs in the program's answer.
fn is_part_of(answer: &str, word: &str) -> bool {
    word.chars().count() >= 4 && answer.contains(word)
}

/// Words of complaints about signing in, sorted. Plurals with `s` need not be listed.
const VOCABULARY: &[&str] = &[
    "access",
    "account",
    "active",
    "after",
    "again",
    "allowed",
    "already",
    "amazon",
    "amazonaws",
    "another",
    "answer",
    "arguments",
    "askpass",
    "auth",
    "authenticate",
    "authenticated",
    "authentication",
    "authorization",
    "authorize",
    "authorized",
    "available",
    "azure",
    "azurecr",
    "because",
    "before",
    "broken",
    "browser",
    "cannot",
    "certificate",
    "chain",
    "check",
    "client",
    "cloud",
    "code",
    "command",
    "config",
    "configuration",
    "configure",
    "configured",
    "connect",
    "connection",
    "container",
    "context",
    "could",
    "couldn",
    "credential",
    "daemon",
    "deadline",
    "default",
    "denied",
    "desktop",
    "directory",
    "disabled",
    "display",
    "docker",
    "does",
    "doesn",
    "domain",
    "east",
    "enabled",
    "environment",
    "error",
    "exceeded",
    "exist",
    "exists",
    "exit",
    "expired",
    "failed",
    "failure",
    "fatal",
    "fetch",
    "file",
    "find",
    "first",
    "forbidden",
    "found",
    "from",
    "gcloud",
    "github",
    "gitlab",
    "google",
    "handshake",
    "have",
    "helper",
    "home",
    "host",
    "identity",
    "incorrect",
    "input",
    "instance",
    "interactive",
    "internal",
    "invalid",
    "item",
    "keychain",
    "keyring",
    "library",
    "locked",
    "logged",
    "login",
    "lookup",
    "metadata",
    "missing",
    "must",
    "name",
    "native",
    "need",
    "network",
    "north",
    "object",
    "only",
    "open",
    "operation",
    "option",
    "parse",
    "pass",
    "passphrase",
    "password",
    "path",
    "permission",
    "please",
    "problem",
    "profile",
    "program",
    "prompt",
    "provide",
    "provided",
    "provider",
    "proxy",
    "reached",
    "read",
    "reauthenticate",
    "refresh",
    "refused",
    "region",
    "registry",
    "request",
    "required",
    "resolve",
    "response",
    "role",
    "secret",
    "server",
    "service",
    "session",
    "setup",
    "should",
    "sign",
    "signed",
    "south",
    "specified",
    "started",
    "status",
    "store",
    "such",
    "supported",
    "terminal",
    "that",
    "there",
    "this",
    "timed",
    "timeout",
    "token",
    "unable",
    "unauthorized",
    "unavailable",
    "unexpected",
    "unknown",
    "unlock",
    "user",
    "username",
    "using",
    "valid",
    "value",
    "variable",
    "warning",
    "west",
    "when",
    "while",
    "with",
    "without",
    "write",
    "wrong",
    "your",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_are_shown_without_what_could_be_a_secret() {
        let ecr = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
        let cases = [
            ("Error: NoCredentialProviders: no valid providers in chain", "="),
            ("the region us-east-1 answered: 403", "the region us-east-1 *** 403"),
            (
                "Error when retrieving token from sso: Token has expired and refresh failed",
                "Error when *** token from sso: Token has expired and refresh failed",
            ),
            ("fatal: could not read Password: terminal prompts disabled", "="),
            ("cannot use ghp_16C7e42F292c6912E7", "cannot use ***"),
            ("password: correct horse", "password: ***"),
            ("token=opensesame refused", "*** refused"),
            ("CANARY_SECRET_TOKEN was refused", "*** was refused"),
            ("https://me:pw-of-mine@host.example refused", "*** refused"),
            ("open the wrong file", "*** the wrong file"),
            ("pass\u{200b}word123 x", "*** x"),
            ("hunter", ""),
            ("Ünauthorized éä 1234", ""),
            ("asked: 123456789012.dkr.ecr.eu-west-1.amazonaws.com", "*** 123456789012.dkr.ecr.eu-west-1.amazonaws.com"),
        ];
        for (complaint, expected) in cases {
            let answer = b"{\"Secret\":\"open, says me\"}";
            let expected = if expected == "=" { complaint } else { expected };
            assert_eq!(redacted(complaint, answer, &[ecr]), expected, "{complaint}");
        }
    }

    #[test]
    fn the_vocabulary_is_sorted() {
        assert!(VOCABULARY.is_sorted());
    }
}
