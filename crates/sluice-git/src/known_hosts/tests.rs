//! Tables of lines. What ssh-keygen itself hashes is read in the tests against real servers.

use proptest::prelude::*;

use super::*;

const ED25519: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
const OTHER: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf";

fn key(text: &str) -> Vec<u8> {
    STANDARD.decode(text.split(' ').nth(1).unwrap()).unwrap()
}

fn verdict(lines: &str, host: &str, port: u16) -> Verdict {
    KnownHosts::parse(lines).check(host, port, &key(ED25519))
}

#[test]
fn a_key_is_judged_by_the_lines_about_its_host() {
    use Verdict::*;
    for (lines, host, port, expected) in [
        (format!("github.com {ED25519}"), "github.com", 22, Known),
        (format!("github.com {ED25519} a comment"), "GitHub.com", 22, Known),
        (format!("gitHub.com\t{ED25519}"), "github.com", 22, Known),
        (format!("gitlab.com,github.com,10.0.0.1 {ED25519}"), "github.com", 22, Known),
        (format!("[github.com]:22 {ED25519}"), "github.com", 22, Known),
        (format!("github.com {OTHER}"), "github.com", 22, Changed),
        (format!("github.com {OTHER}\ngithub.com {ED25519}"), "github.com", 22, Known),
        (format!("gitlab.com {ED25519}"), "github.com", 22, Unknown),
        (String::new(), "github.com", 22, Unknown),
        (format!("[host]:2222 {ED25519}"), "host", 2222, Known),
        (format!("[host]:2222 {ED25519}"), "host", 22, Unknown),
        (format!("[host]:2222 {OTHER}"), "host", 2222, Changed),
        (format!("host {ED25519}"), "host", 2222, Known),
        (format!("host {OTHER}"), "host", 2222, Unknown),
        (format!("host {ED25519}\n[host]:2222 {OTHER}"), "host", 2222, Changed),
        (format!("*.example.com {ED25519}"), "git.example.com", 22, Known),
        (format!("*.example.com,!git.example.com {ED25519}"), "git.example.com", 22, Unknown),
        (format!("!git.example.com,*.example.com {ED25519}"), "git.example.com", 22, Unknown),
        (format!("@revoked * {ED25519}\ngithub.com {ED25519}"), "github.com", 22, Revoked),
        (format!("@revoked * {OTHER}\ngithub.com {ED25519}"), "github.com", 22, Known),
        (format!("@cert-authority github.com {ED25519}"), "github.com", 22, Unknown),
        (format!("# github.com {ED25519}"), "github.com", 22, Unknown),
        (format!("::1 {ED25519}"), "::1", 22, Known),
        (format!("[::1]:2222 {ED25519}"), "::1", 2222, Known),
    ] {
        assert_eq!(verdict(&lines, host, port), expected, "{lines} for {host}:{port}");
    }
}

#[test]
fn hashed_hosts_are_found() {
    let lines = format!(
        "|1|SALT22| {ED25519}\n{} {ED25519}\n{} {ED25519}",
        hashed("example.org", b"0123456789abcdefghij"),
        hashed("[example.org]:2222", b"jihgfedcba9876543210")
    );
    assert_eq!(verdict(&lines, "example.org", 22), Verdict::Known);
    assert_eq!(verdict(&lines, "example.org", 2222), Verdict::Known);
    assert_eq!(verdict(&lines, "example.com", 22), Verdict::Unknown);
    assert_eq!(KnownHosts::parse(&lines).ignored().len(), 1);
}

fn hashed(host: &str, salt: &[u8]) -> String {
    use hmac::Mac as _;
    let mac = hmac::Hmac::<sha1::Sha1>::new_from_slice(salt).unwrap().chain_update(host).finalize();
    format!("|1|{}|{}", STANDARD.encode(salt), STANDARD.encode(mac.into_bytes()))
}

#[test]
fn lines_that_say_nothing_are_named() {
    let text = format!(
        "github.com\ngithub.com ssh-ed25519\ngithub.com ssh-rsa {}\n@other github.com {ED25519}\n\
         github.com ssh-ed25519 &&&\n|2|a|b {ED25519}\n, {ED25519}\nok {ED25519}\n",
        ED25519.split(' ').nth(1).unwrap()
    );
    let known = KnownHosts::parse(&text);
    let numbers: Vec<_> = known.ignored().iter().map(|line| line.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(known.check("ok", 22, &key(ED25519)), Verdict::Known);
}

#[test]
fn a_key_is_written_down_as_ssh_keygen_does() {
    let host_key = HostKey::new("GitHub.com", 22, &key(ED25519));
    // GitHub's published fingerprint of this key.
    assert_eq!(host_key.fingerprint, "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU");
    assert_eq!(host_key.line, format!("github.com {ED25519}"));
    let other_port = HostKey::new("host", 2222, &key(ED25519));
    assert_eq!(verdict(&other_port.line, "host", 2222), Verdict::Known);
}

#[test]
fn merged_lines_count_together() {
    let mut known = KnownHosts::parse(&format!("a {OTHER}"));
    known.merge(KnownHosts::parse(&format!("a {ED25519}")));
    assert_eq!(known.check("a", 22, &key(ED25519)), Verdict::Known);
    assert_eq!(known.algorithms("a", 22), ["ssh-ed25519"]);
    assert_eq!(known.of("a", 22).len(), 2);
}

proptest! {
    #[test]
    fn any_text_is_read(text in ".{0,200}") {
        let known = KnownHosts::parse(&text);
        prop_assert_ne!(known.check("host", 22, &key(ED25519)), Verdict::Known);
    }

    #[test]
    fn a_written_line_makes_its_key_known(host in "[a-z][a-z0-9.-]{0,20}", port in 1..65535_u16) {
        let line = HostKey::new(&host, port, &key(ED25519)).line;
        prop_assert_eq!(verdict(&line, &host, port), Verdict::Known);
    }
}
