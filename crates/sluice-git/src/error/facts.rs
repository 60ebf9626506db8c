//! What programs and people need to know about an error besides its message.

use std::time::Duration;

use sluice_core::diagnosis::Code;

use super::GitError;

impl GitError {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadUrl(_) => "git-url-invalid",
            Self::BadId(_) => "git-id-invalid",
            Self::BadAccess { .. } => "git-access-unusable",
            Self::Unreachable { .. } => "git-unreachable",
            Self::TimedOut { .. } => "git-timeout",
            Self::Cancelled { .. } => "git-cancelled",
            Self::Certificate { .. } => "git-tls-failed",
            Self::CredentialsMissing { .. } => "git-credentials-missing",
            Self::CredentialsRefused { .. } => "git-credentials-refused",
            Self::AccessDenied { .. } => "git-access-denied",
            Self::HostKeyUnknown { .. } => "git-host-key-unknown",
            Self::HostKeyChanged { .. } => "git-host-key-changed",
            Self::HostKeyRevoked { .. } => "git-host-key-revoked",
            Self::NotFound { .. } => "git-repository-not-found",
            Self::Redirected { .. } => "git-redirected",
            Self::RateLimited { .. } => "git-rate-limited",
            Self::Unavailable { .. } => "git-unavailable",
            Self::BadAnswer { .. } => "git-answer-invalid",
            Self::Remote { .. } => "git-remote-failed",
            Self::ReadOnlyKey { .. } => "git-key-read-only",
            Self::PushRefused { .. } => "git-push-refused",
            Self::Moved { .. } => "git-branch-moved",
            Self::FurtherRefspec { .. } => "git-further-refspec-failed",
            Self::BadRefspec { .. } => "git-refspec-invalid",
            Self::NoSuchRef { .. } => "git-reference-not-found",
            Self::BadRange { .. } => "git-range-invalid",
            Self::NoVersion { .. } => "git-no-version-in-range",
            Self::NoSuchObject { .. } => "git-object-not-found",
            Self::TooLarge { .. } => "git-file-too-large",
            Self::BadPath { .. } => "git-path-invalid",
            Self::BadCommit { .. } => "git-commit-invalid",
            Self::NothingToCommit => "git-nothing-to-commit",
            Self::Signing { .. } => "git-signing-failed",
            Self::MirrorBusy { .. } => "git-mirror-busy",
            Self::MirrorDamaged { .. } => "git-mirror-damaged",
            Self::Storage { .. } => "git-storage-failed",
        }
    }

    /// The diagnosis that explains it, where one fits.
    pub fn diagnosis(&self) -> Option<Code> {
        Some(match self {
            Self::CredentialsMissing { .. } | Self::CredentialsRefused { .. } | Self::AccessDenied { .. } => {
                Code::CredentialsRefused
            }
            Self::HostKeyUnknown { .. } => Code::HostKeyUnknown,
            Self::HostKeyChanged { .. } | Self::HostKeyRevoked { .. } => Code::HostKeyChanged,
            Self::RateLimited { .. } => Code::RateLimited,
            Self::ReadOnlyKey { .. } => Code::KeyReadOnly,
            Self::PushRefused { .. } => Code::PushRefused,
            Self::NoSuchRef { .. } | Self::NoVersion { .. } | Self::BadRange { .. } => Code::CheckoutRefMissing,
            Self::FurtherRefspec { cause, .. } => return cause.diagnosis(),
            _ => return None,
        })
    }

    /// Whether the same operation may succeed later with nothing changed on our side.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::TimedOut { .. }
            | Self::RateLimited { .. }
            | Self::Unavailable { .. }
            | Self::Remote { .. }
            | Self::Moved { .. }
            | Self::MirrorBusy { .. }
            | Self::MirrorDamaged { .. } => true,
            Self::FurtherRefspec { cause, .. } => cause.is_transient(),
            _ => false,
        }
    }

    /// How long the remote asked to be left alone, from now.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after, .. } | Self::Unavailable { retry_after, .. } => *retry_after,
            Self::FurtherRefspec { cause, .. } => cause.retry_after(),
            _ => None,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::BadUrl(_) => "Write the address as https://host/path, ssh://git@host/path or git@host:path.",
            Self::BadId(_) => "Write the id in full, as `git rev-parse` prints it.",
            Self::BadAccess { what: "private key", .. } => {
                "Give the whole private key in PEM, as ssh-keygen writes it, and its passphrase if it has one."
            }
            Self::BadAccess { what: "credential", .. } => {
                "Use a private key for ssh:// and a name with a password or token for https://."
            }
            Self::BadAccess { what: "CA certificate", .. } => "Give the authority's certificate in PEM.",
            Self::BadAccess { what: "client certificate", .. } => {
                "Give the certificate with its chain and its own key, both in PEM."
            }
            Self::BadAccess { .. } => "Give the proxy as http://host:port or socks5://host:port.",
            Self::Unreachable { .. } => "Check the host's name, the network and the proxy; it will be tried again.",
            Self::TimedOut { .. } => "It will be tried again; raise `timeout` if the remote is slow.",
            Self::Cancelled { .. } => "Start it again if it was not meant to stop.",
            Self::Certificate { .. } => {
                "Add the certificate authority of this host (ca.crt), or check that the host is the right one."
            }
            Self::CredentialsMissing { .. } => "Add a credential for this remote.",
            Self::CredentialsRefused { .. } => "Replace the credential; it may have expired, or belong elsewhere.",
            Self::AccessDenied { .. } => "Give this account or key access to the repository.",
            Self::HostKeyUnknown { .. } => {
                "Compare the fingerprint with the one that the host publishes; if they agree, add the line to the known hosts."
            }
            Self::HostKeyChanged { .. } => {
                "Do not go on before the host's operator confirms the new fingerprint; then replace the old line in the known hosts."
            }
            Self::HostKeyRevoked { .. } => "Do not go on: ask the host's operator for the key that is in use now.",
            Self::NotFound { .. } => {
                "Check the address; forges also say this when the credential may not see the repository."
            }
            Self::Redirected { .. } => "Write the new address in the source, if it is the right one.",
            Self::RateLimited { .. } => "It will be tried again when the remote allows; lengthen `interval`.",
            Self::Unavailable { .. } | Self::Remote { .. } => {
                "It will be tried again; look at the remote's own status."
            }
            Self::BadAnswer { .. } => "Check that the address is a Git repository and not a web page or a proxy's.",
            Self::ReadOnlyKey { .. } => {
                "Allow write access for this deploy key or account at the forge, or use a credential that may push."
            }
            Self::PushRefused { .. } => {
                "Allow this account to push to the branch, or set git.push.branch and open a pull request."
            }
            Self::Moved { .. } => "Fetch, plan again on the new commit and push again.",
            Self::FurtherRefspec { .. } => "Look at git.push.refspec; the branch itself needs nothing.",
            Self::BadRefspec { .. } => "Write it as refs/heads/branch:refs/for/main.",
            Self::NoSuchRef { .. } => "Check the branch, tag or commit; it may have been deleted.",
            Self::BadRange { .. } => "Write a range such as >=1.0.0 <2.0.0.",
            Self::NoVersion { .. } => "Push a tag that is a version in the range, or widen the range.",
            Self::NoSuchObject { .. } => "Fetch again: the history may have been rewritten.",
            Self::TooLarge { .. } => "Keep manifests in smaller files.",
            Self::BadPath { .. } => "Look at what is at this path in the repository.",
            Self::BadCommit { .. } => "Look at git.commit in the ImageUpdateAutomation.",
            Self::NothingToCommit => "Nothing needs to be done.",
            Self::Signing { .. } => "Look at git.commit.signingKey and its secret.",
            Self::MirrorBusy { .. } => "It will be tried again; end the other process if it hangs.",
            Self::MirrorDamaged { .. } => "Nothing is lost: the next fetch makes the mirror anew from the remote.",
            Self::Storage { .. } => "Check free space and permissions of the cache folder.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote_url::RemoteUrl;

    #[test]
    fn an_error_names_the_thing_and_says_what_next() {
        let remote = || "ssh://git@host/x".to_owned();
        for error in [
            GitError::from(RemoteUrl::parse("git://host/x").unwrap_err()),
            GitError::ReadOnlyKey { remote: remote(), origin: "secret default/x".into(), words: "no".into() },
            GitError::Moved { remote: remote(), reference: "refs/heads/main".into(), found: None },
            GitError::NothingToCommit,
        ] {
            assert!(error.hint().ends_with('.'), "{error}");
            assert!(error.code().starts_with("git-"), "{error}");
        }
        let refused = GitError::PushRefused {
            remote: remote(),
            reference: "refs/heads/main".into(),
            words: "protected branch".into(),
        };
        assert_eq!(refused.to_string(), "ssh://git@host/x: the push to refs/heads/main was refused: protected branch");
        assert_eq!(refused.diagnosis(), Some(Code::PushRefused));
    }
}
