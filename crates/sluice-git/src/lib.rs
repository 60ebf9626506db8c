//! Git for automations: bare mirrors, commits without a work tree, pushes that never overwrite what they did not expect.
//!
//! It knows the domain ([`sluice_core`]), libgit2 and the wire, nothing else: credentials, certificates, host keys and
//! proxies arrive as arguments ([`GitAccess`]), and no other adapter is known here. What a remote says is foreign
//! input: it is bounded in size and time, and a refusal ends in a [`GitError`] with the remote's own words, the cause
//! and the next step.
//!
//! Every call blocks, and none needs an async runtime: an async program calls from its blocking threads. A call on the
//! network ends within [`GitAccess::timeout`] of silence, and within a tenth of a second of [`Cancel::cancel`].
//!
//! Start at [`Mirror`]. To extend:
//! - a forge's words for a refusal: a sentence in `refusal.rs`;
//! - a way of signing in: a variant of [`GitCredential`] and an arm in `transport/`;
//! - something to know about a commit: a file in `mirror/`;
//! - a format of keys: `key/`; who signs and who signed: `signing/`.

mod access;
mod cancel;
mod environment;
mod error;
mod id;
mod key;
mod known_hosts;
mod mirror;
mod operation;
mod refusal;
mod remote_url;
mod same_repository;
mod scan;
mod signing;
mod transport;
mod words;

pub use access::{ClientIdentity, GitAccess, GitCredential, ProxyAddress, TOTAL};
pub use cancel::Cancel;
pub use error::GitError;
pub use id::{BlobId, CommitId, IdError};
pub use key::{CertificateFacts, CertificateProblem, KeyProblem, LARGEST_KEY, SshKey, SshKeyKind, SshPublicKey};
pub use known_hosts::{HostKey, IgnoredLine, KnownHosts, Verdict, is_published};
pub use mirror::{
    Checkout, CommitInfo, Fetched, FileEdit, FileKind, LARGEST_FILE, Mirror, NewCommit, Person, Push, PushKind, Refs,
    Signer, SigningError, TreeChange, TreeFile,
};
pub use remote_url::{RemoteUrl, Scheme, UrlError, UrlProblem};
pub use same_repository::SameRepository;
pub use scan::scan_host_key;
pub use signing::{
    CommitSignature, IgnoredSigner, SignatureKind, SignatureReport, SignatureState, SignerFacts, SigningKey,
    TrustedKeys, agent_message, agent_signature, ssh_facts,
};
