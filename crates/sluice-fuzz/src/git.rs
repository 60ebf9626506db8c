//! What people give about Git servers.

use sluice_git::{KnownHosts, RemoteUrl, SameRepository, Verdict};

/// Any text as a known_hosts file: every line is taken or ignored for a reason, and merging a file with itself says
/// nothing new.
pub fn known_hosts(bytes: &[u8]) {
    const KEY: &[u8] = b"\0\0\0\x0bssh-ed25519\0\0\0\x04abcd";
    let text = crate::text(bytes);
    let known = KnownHosts::parse(text);
    let lines = text.lines().count();
    for ignored in known.ignored() {
        assert!((1..=lines).contains(&ignored.number) && !ignored.why.is_empty(), "{ignored:?}");
    }
    let (host, _) = crate::head(text);
    for (host, port) in [(host, 22), ("example.org", 22), ("example.org", 2222), ("::1", 22)] {
        let verdict = known.check(host, port, KEY);
        if known.is_empty() {
            assert_eq!(verdict, Verdict::Unknown);
        }
        let mut twice = known.clone();
        twice.merge(known.clone());
        assert_eq!(twice.check(host, port, KEY), verdict, "{host}:{port}");
        let _ = known.of(host, port);
    }
}

/// Any text as a remote's address: what is taken is written in one spelling that says the same, and holds no password.
pub fn git_address(bytes: &[u8]) {
    let text = crate::text(bytes);
    match RemoteUrl::parse(text) {
        Ok(url) => {
            assert_eq!(RemoteUrl::parse(url.as_str()).as_ref(), Ok(&url), "{text} is spelled {}", url.as_str());
            assert!(SameRepository::default().are_same(&url, &url));
            assert!(!url.name().contains('/'), "{}", url.name());
            assert!(!url.as_str().chars().any(char::is_control), "{:?}", url.as_str());
        }
        Err(error) => assert!(!error.to_string().chars().any(char::is_control), "{error:?}"),
    }
}
