//! Deploy keys and host keys: made, registered, looked at, confirmed.

use jiff::Timestamp;
use sluice_engine::{
    HostTrust, KeyAtForge, KeyState, KeyView, NewKey, Registration, SecretName, SecretWritten, SeenHostKey, SshKeyKind,
};

use crate::api::Api;
use crate::command::{
    Answers, CheckKey, ExportKey, ForgetHost, GenerateKey, GetTrustedHosts, RegisterKey, ScanHost, TrustHost,
};
use crate::view::common::Nothing;
use crate::view::credential::{
    CredentialOrigin, CredentialPlace, DeployKey, HostKey, HostKeyTrust, SecretInput, WriteAccess,
};
use crate::view::error::WireError;
use crate::view::key::{
    ExportKeyRequest, GenerateKeyRequest, HostKeys, HostRequest, KeyAlgorithm, KeyAtHost, KeyInCluster, KeyMade,
    KeyRequest, KeyStanding, RegisterKeyRequest, SecretState, TrustHostRequest,
};

/// Bits of RSA keys that are made: GitHub, GitLab and Gitea take them, and nobody is asked.
const RSA_BITS: usize = 4096;

/// A key for the wire.
pub(crate) fn deploy_key(key: KeyView) -> DeployKey {
    let KeyView { record, public } = key;
    let write = match (record.wrote_at, record.write_refused) {
        (wrote, Some((at, words))) if wrote.is_none_or(|wrote| wrote < at) => WriteAccess::Refused { at, words },
        (Some(at), _) => WriteAccess::Allowed { at },
        (None, _) => WriteAccess::Untried,
    };
    let origin = CredentialOrigin { place: CredentialPlace::Keychain, username: None, detail: record.target };
    DeployKey { algorithm: public.algorithm, public: public.line, fingerprint: public.fingerprint, origin, write }
}

/// A host key for the wire.
pub(crate) fn host_key(key: SeenHostKey, seen_at: Timestamp) -> HostKey {
    let place = if key.is_own { "Sluice" } else { "known_hosts" }.to_owned();
    let trust = match key.trust {
        HostTrust::Known => HostKeyTrust::Known { place },
        HostTrust::Published => HostKeyTrust::Published,
        HostTrust::New => HostKeyTrust::New,
        HostTrust::Changed { known } => HostKeyTrust::Changed { known: known.join(", "), place },
        HostTrust::Revoked => HostKeyTrust::Revoked,
    };
    HostKey { host: key.host, algorithm: key.algorithm, fingerprint: key.fingerprint, seen_at, trust }
}

fn at_host(at: KeyAtForge) -> KeyAtHost {
    let state = match at.state {
        KeyState::Registered => KeyStanding::Registered,
        KeyState::Allowed => KeyStanding::Allowed,
        KeyState::Known => KeyStanding::Known,
        KeyState::Unknown => KeyStanding::Unknown,
    };
    KeyAtHost { forge: at.forge, repository: at.repository, state, may_write: at.may_write, title: at.title }
}

fn token_of(token: Option<SecretInput>) -> Option<sluice_core::Secret> {
    token.map(SecretInput::into_secret).filter(|token| !token.is_empty())
}

impl Answers<GenerateKey> for Api {
    async fn answer(&self, request: GenerateKeyRequest) -> Result<KeyMade, WireError> {
        let kind = match request.algorithm {
            KeyAlgorithm::EcdsaP256 => SshKeyKind::EcdsaP256,
            KeyAlgorithm::EcdsaP384 => SshKeyKind::EcdsaP384,
            KeyAlgorithm::EcdsaP521 => SshKeyKind::EcdsaP521,
            KeyAlgorithm::Ed25519 => SshKeyKind::Ed25519,
            KeyAlgorithm::Rsa => SshKeyKind::Rsa { bits: RSA_BITS },
        };
        let (place, replace) = (request.place.trim().to_owned(), request.replace);
        let new = NewKey { kind, place, comment: None, passphrase: token_of(request.passphrase), replace };
        let made = self.inner.engine.generate_key(new, &self.inner.who).await?;
        Ok(KeyMade { credential: made.record.id.clone(), key: deploy_key(made) })
    }
}

impl Answers<ExportKey> for Api {
    async fn answer(&self, request: ExportKeyRequest) -> Result<KeyInCluster, WireError> {
        let ExportKeyRequest { place, cluster, namespace, name, replace } = request;
        let secret = SecretName { namespace: namespace.trim().to_owned(), name: name.trim().to_owned() };
        let (engine, who) = (&self.inner.engine, &self.inner.who);
        let done = engine.export_key_to_cluster(place.trim(), &secret, Some(&cluster), replace, who).await?;
        let state = match done.written {
            SecretWritten::Created => SecretState::Created,
            SecretWritten::Replaced => SecretState::Replaced,
            SecretWritten::Same => SecretState::Same,
        };
        Ok(KeyInCluster { cluster: done.cluster, state })
    }
}

impl Answers<RegisterKey> for Api {
    async fn answer(&self, request: RegisterKeyRequest) -> Result<KeyAtHost, WireError> {
        let RegisterKeyRequest { place, token, read_only } = request;
        let wish = Registration { token: token_of(token), read_only, ..Registration::default() };
        Ok(at_host(self.inner.engine.register_key(place.trim(), wish, &self.inner.who).await?))
    }
}

impl Answers<CheckKey> for Api {
    async fn answer(&self, request: KeyRequest) -> Result<KeyAtHost, WireError> {
        let KeyRequest { place, token } = request;
        Ok(at_host(self.inner.engine.check_key(place.trim(), None, token_of(token)).await?))
    }
}

impl Answers<GetTrustedHosts> for Api {
    async fn answer(&self, _: Nothing) -> Result<HostKeys, WireError> {
        let now = self.inner.now();
        let keys = self.inner.engine.trusted_hosts().await?;
        Ok(HostKeys { keys: keys.into_iter().map(|key| host_key(key, now)).collect() })
    }
}

impl Answers<ScanHost> for Api {
    async fn answer(&self, request: HostRequest) -> Result<HostKeys, WireError> {
        let keys = self.inner.engine.scan_host(&request.host).await?;
        let now = self.inner.now();
        Ok(HostKeys { keys: keys.into_iter().map(|key| host_key(key, now)).collect() })
    }
}

impl Answers<TrustHost> for Api {
    async fn answer(&self, request: TrustHostRequest) -> Result<HostKeys, WireError> {
        let TrustHostRequest { host, fingerprints, replace } = request;
        let keys = self.inner.engine.trust_host(&host, &fingerprints, replace, &self.inner.who).await?;
        let now = self.inner.now();
        Ok(HostKeys { keys: keys.into_iter().map(|key| host_key(key, now)).collect() })
    }
}

impl Answers<ForgetHost> for Api {
    async fn answer(&self, request: HostRequest) -> Result<Nothing, WireError> {
        self.inner.engine.forget_host(&request.host, &self.inner.who).await?;
        Ok(Nothing {})
    }
}
