//! What remotes and clusters answer, as diagnoses. The engine knows the answers; the words are here.

use super::{Code, Diagnosis};
use crate::flux::ResourceId;
use crate::key::ObjectKey;

/// Something that no file says: how a Git host, a registry or a cluster behaves. Texts of the other side arrive without
/// secrets in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The key that an automation signs by is not kept.
    SigningKeyMissing {
        /// The Secret that it names, `namespace/name`.
        secret: String,
    },
    /// A deploy key may read and not write.
    KeyReadOnly {
        /// The address that was pushed to.
        remote: String,
        /// The remote's words.
        words: String,
    },
    /// A server's host key is not on record.
    HostKeyUnknown {
        /// `host` or `[host]:port`, as known_hosts writes it.
        host: String,
        /// `SHA256:…` of the key that was shown.
        fingerprint: String,
    },
    /// A server shows another host key than the one on record.
    HostKeyChanged {
        /// `host` or `[host]:port`, as known_hosts writes it.
        host: String,
        /// `SHA256:…` of the key that was shown.
        fingerprint: String,
    },
    /// Credentials are missing, wrong, expired or not allowed.
    CredentialsRefused {
        /// The Git remote or the registry.
        remote: String,
        /// The remote's words.
        words: String,
    },
    /// The other side asked to come back later.
    RateLimited {
        /// The Git host or registry.
        remote: String,
        /// Seconds until the next question, where it said so.
        retry_after: Option<u64>,
    },
    /// The list of tags ended early.
    TagListTruncated {
        /// The image.
        image: String,
        /// How many tags there are at least.
        tags: usize,
    },
    /// A rule of the remote refused the push.
    PushRefused {
        /// The reference that was pushed.
        reference: String,
        /// The remote's words.
        words: String,
    },
    /// The cluster's own controller writes the same markers.
    ClusterWritesMarkers {
        /// The cluster, by the name of its context.
        cluster: String,
        /// The automation there.
        automation: ObjectKey,
    },
}

impl Trouble {
    /// Its code.
    pub fn code(&self) -> Code {
        match self {
            Self::SigningKeyMissing { .. } => Code::SigningKeyMissing,
            Self::KeyReadOnly { .. } => Code::KeyReadOnly,
            Self::HostKeyUnknown { .. } => Code::HostKeyUnknown,
            Self::HostKeyChanged { .. } => Code::HostKeyChanged,
            Self::CredentialsRefused { .. } => Code::CredentialsRefused,
            Self::RateLimited { .. } => Code::RateLimited,
            Self::TagListTruncated { .. } => Code::TagListTruncated,
            Self::PushRefused { .. } => Code::PushRefused,
            Self::ClusterWritesMarkers { .. } => Code::ClusterWritesMarkers,
        }
    }

    /// The diagnosis, about this resource if there is one.
    pub fn diagnosis(&self, object: Option<ResourceId>) -> Diagnosis {
        let code = self.code();
        let (message, hint) = (self.message(), self.hint());
        Diagnosis { code, severity: code.severity(), place: None, object, message, hint, fix: None }
    }

    fn message(&self) -> String {
        match self {
            Self::SigningKeyMissing { secret } => {
                format!(
                    "spec.git.commit.signingKey asks for commits signed by the key in Secret {secret}, which Sluice does not have"
                )
            }
            Self::KeyReadOnly { remote, words } => {
                format!("{remote} takes the key for reading and refuses it for writing{}", said(words))
            }
            Self::HostKeyUnknown { host, fingerprint } => {
                format!("{host} shows the host key {fingerprint}, which is not among the known hosts")
            }
            Self::HostKeyChanged { host, fingerprint } => {
                format!("{host} shows the host key {fingerprint}, which is not the one on record")
            }
            Self::CredentialsRefused { remote, words } => format!("{remote} refused the credentials{}", said(words)),
            Self::RateLimited { remote, retry_after: Some(seconds) } => {
                format!("{remote} asked to come back in {seconds} seconds")
            }
            Self::RateLimited { remote, retry_after: None } => format!("{remote} asked to come back later"),
            Self::TagListTruncated { image, tags } => {
                format!("the registry gave {tags} tags of {image} and not the rest")
            }
            Self::PushRefused { reference, words } => format!("the push to {reference} was refused{}", said(words)),
            Self::ClusterWritesMarkers { cluster, automation } => {
                format!("in the cluster {cluster} the automation {automation} writes the same markers")
            }
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::SigningKeyMissing { secret } => {
                format!(
                    "keep that key: `sluice credential add signing {secret} < KEY`; or sign by a key of your own in its place: \
                     [signing] with always = true in the settings"
                )
            }
            Self::KeyReadOnly { .. } => {
                "allow write access for the deploy key on the Git host, or register another key that has it".into()
            }
            Self::HostKeyUnknown { .. } => {
                "compare the fingerprint with the one that the server's operator publishes, then add it to known_hosts"
                    .into()
            }
            Self::HostKeyChanged { .. } => {
                "ask the server's operator whether the key was renewed; only then replace the entry in known_hosts"
                    .into()
            }
            Self::CredentialsRefused { .. } => {
                "check that the credentials are current and allowed here: `sluice credential test`".into()
            }
            Self::RateLimited { .. } => "wait; sign in, or use longer intervals, if it happens often".into(),
            Self::TagListTruncated { .. } => {
                "choose with a filter that older tags satisfy too, or ask the registry's operator for complete lists"
                    .into()
            }
            Self::PushRefused { .. } => {
                "push to a branch of your own (spec.git.push.branch) and open a pull request, or ask for the right to push"
                    .into()
            }
            Self::ClusterWritesMarkers { automation, .. } => {
                format!("let one of the two write: suspend {automation} in the cluster, or leave Sluice on observe")
            }
        }
    }
}

/// The remote's own words behind a sentence, where there are any.
fn said(words: &str) -> String {
    if words.trim().is_empty() { String::new() } else { format!(": {}", words.trim()) }
}
