//! Fingerprints that well-known hosts publish.
//!
//! Sources: docs.github.com "GitHub's SSH key fingerprints", docs.gitlab.com "SSH host keys fingerprints" of GitLab.com,
//! support.atlassian.com "Configure SSH" of Bitbucket Cloud, docs.codeberg.org "SSH fingerprint", as of 2026-11. A host
//! that renews its keys makes an entry out of date, which costs a comparison by eye and nothing else.

const PUBLISHED: &[(&[&str], &[&str])] = &[
    (
        &["github.com", "ssh.github.com"],
        &[
            "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU",
            "SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM",
            "SHA256:uNiVztksCsDhcc0u9e8BujQXVUpKZIDTMczCvj3tD2s",
        ],
    ),
    (
        &["gitlab.com", "altssh.gitlab.com"],
        &[
            "SHA256:eUXGGm1YGsMAS7vkcx6JOJdOGHPem5gQp4taiCfCLB8",
            "SHA256:HbW3g8zUjNSksFbqTiUWPWg2Bq1x8xdGUrliXFzSnUw",
            "SHA256:ROQFvPThGrW4RuWLoL9tq9I9zJ42fK4XywyRtbOz/EQ",
        ],
    ),
    (
        &["bitbucket.org", "altssh.bitbucket.org"],
        &[
            "SHA256:ybgmFkzwOSotHTHLJgHO0QN8L0xErw6vd0VhFA9m3SM",
            "SHA256:FC73VB6C4OQLSCrjEayhMp9UMxS97caD/Yyi2bhW/J0",
            "SHA256:46OSHA1Rmj8E8ERTC6xkNcmGOw9oFxYr0WF6zWW8l1E",
        ],
    ),
    (
        &["codeberg.org"],
        &[
            "SHA256:mIlxA9k46MmM6qdJOdMnAQpzGxF4WIVVL+fj+wZbw0g",
            "SHA256:T9FYDEHELhVkulEKKwge5aVhVTbqCW0MIRwAfpARs/E",
            "SHA256:6QQmYi4ppFS4/+zSZ5S4IU+4sa6rwvQ4PbhCtPEBekQ",
        ],
    ),
];

/// Whether the host publishes this fingerprint (`SHA256:…`). Nothing is known of other hosts.
pub fn is_published(host: &str, fingerprint: &str) -> bool {
    let host = host.to_ascii_lowercase();
    PUBLISHED.iter().any(|(hosts, keys)| hosts.contains(&host.as_str()) && keys.contains(&fingerprint))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::known_hosts::KnownHosts;

    /// Lines as the hosts publish them, beside the fingerprints that they publish.
    const LINES: &str = "\
github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl
github.com ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7opKgwFB9nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg=
gitlab.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf
gitlab.com ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBFSMqzJeV9rUzU4kWitGjeR4PWSa29SPqJ1fVkhtj3Hw9xjLVXVYrU9QlYWrOLXBpQ6KWjbjTDTdDkoohFzgbEY=
bitbucket.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIazEu89wgQZ4bqs3d63QSMzYVa0MuJ2e2gKTKqu+UUO
bitbucket.org ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBPIQmuzMBuKdWeF4+a2sjSSpBK0iqitSQ+5BM9KhpexuGt20JpTVM7u5BDZngncgrqDMbWdxMWWOGtZ9UgbqgZE=
codeberg.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIVIC02vnjFyL+I4RHfvIGNtOgJMe769VTF1VR4EB3ZB
codeberg.org ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBL2pDxWr18SoiDJCGZ5LmxPygTlPu+cCKSkpqkvCyQzl5xmIMeKNdfdBpfbCGDPoZQghePzFZkKJNR/v9Win3Sc=
";

    #[test]
    fn published_keys_are_recognised_for_their_own_host_alone() {
        let known = KnownHosts::parse(LINES);
        for host in ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org"] {
            let keys = known.of(host, 22);
            assert_eq!(keys.len(), 2, "{host}");
            for key in keys {
                assert!(is_published(host, &key.fingerprint), "{host} {}", key.fingerprint);
                assert!(!is_published("git.acme.example", &key.fingerprint));
                assert!(!is_published(
                    if host == "github.com" { "gitlab.com" } else { "github.com" },
                    &key.fingerprint
                ));
            }
        }
        assert!(is_published("GitHub.com", "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU"));
    }
}
