//! How somebody proves who they are, and where that was found.

use sluice_core::Secret;

use crate::VaultError;

/// How to sign in somewhere. Printing it for debugging shows no secret.
#[derive(Debug)]
pub enum Login {
    /// A name and a password or access token.
    Basic {
        /// The name.
        username: String,
        /// The password or token.
        password: Secret,
    },
    /// A refresh token, to be exchanged at a registry's token server (docker's `identitytoken`).
    IdentityToken(Secret),
    /// A token that is sent as it is (docker's `registrytoken`, Flux's `bearerToken`).
    Bearer(Secret),
    /// A private key for SSH.
    SshKey {
        /// The key in PEM or OpenSSH's own format.
        private_key: Secret,
        /// The public half as `authorized_keys` has it, where it is known.
        public_key: Option<String>,
        /// What decrypts the private key, where it is encrypted and this is known.
        passphrase: Option<Secret>,
    },
    /// The keys that the running ssh agent holds; they never leave it.
    SshAgent,
    /// A certificate for TLS.
    ClientCertificate {
        /// The certificate, with its chain, in PEM.
        certificate_pem: Vec<u8>,
        /// The key in PEM.
        key_pem: Secret,
    },
    /// What TLS with a host needs besides the system's own: Flux's `ca.crt`, and `tls.crt` with `tls.key`.
    Tls {
        /// Certificate authorities in PEM.
        ca_pem: Option<Vec<u8>>,
        /// A certificate, with its chain, and its key, both in PEM.
        identity: Option<(Vec<u8>, Secret)>,
    },
    /// A proxy on the way to a host: Flux's `proxySecretRef`.
    Proxy {
        /// `http://host:port` or `socks5://host:port`, without a name and password in it.
        address: String,
        /// The name and the password.
        credential: Option<(String, Secret)>,
    },
    /// A GitHub App, whose key is exchanged for tokens that last an hour.
    GitHubApp(Box<GitHubApp>),
    /// An OpenPGP key, which signs and signs in nowhere.
    OpenPgpKey {
        /// The secret key, armored.
        armored: Secret,
        /// What decrypts it, where it is encrypted.
        passphrase: Option<Secret>,
    },
}

/// A GitHub App that is installed somewhere: `githubAppID` and its fellows in Flux's Secret.
#[derive(Debug)]
pub struct GitHubApp {
    /// Its id or client id.
    pub app_id: String,
    /// Where it is installed.
    pub installation: Installation,
    /// The root of the interface (`githubAppBaseURL`), where it is not the host's usual one.
    pub api: Option<String>,
    /// Its RSA key in PEM.
    pub private_key: Secret,
}

/// Where a GitHub App is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Installation {
    /// By its number (`githubAppInstallationID`).
    Id(String),
    /// By the account that has it (`githubAppInstallationOwner`).
    Owner(String),
}

impl Login {
    /// The stable word for its kind: `basic`, `identity-token`, `bearer`, `ssh-key`, `ssh-agent`, `client-certificate`,
    /// `tls`, `proxy`, `github-app`, `openpgp-key`.
    pub fn way(&self) -> &'static str {
        match self {
            Self::Basic { .. } => "basic",
            Self::IdentityToken(_) => "identity-token",
            Self::Bearer(_) => "bearer",
            Self::SshKey { .. } => "ssh-key",
            Self::SshAgent => "ssh-agent",
            Self::ClientCertificate { .. } => "client-certificate",
            Self::Tls { .. } => "tls",
            Self::Proxy { .. } => "proxy",
            Self::GitHubApp(_) => "github-app",
            Self::OpenPgpKey { .. } => "openpgp-key",
        }
    }

    /// A second copy of the same login, made on purpose.
    pub fn duplicate(&self) -> Self {
        match self {
            Self::Basic { username, password } => {
                Self::Basic { username: username.clone(), password: password.duplicate() }
            }
            Self::IdentityToken(token) => Self::IdentityToken(token.duplicate()),
            Self::Bearer(token) => Self::Bearer(token.duplicate()),
            Self::SshKey { private_key, public_key, passphrase } => Self::SshKey {
                private_key: private_key.duplicate(),
                public_key: public_key.clone(),
                passphrase: passphrase.as_ref().map(Secret::duplicate),
            },
            Self::SshAgent => Self::SshAgent,
            Self::ClientCertificate { certificate_pem, key_pem } => {
                Self::ClientCertificate { certificate_pem: certificate_pem.clone(), key_pem: key_pem.duplicate() }
            }
            Self::Tls { ca_pem, identity } => Self::Tls {
                ca_pem: ca_pem.clone(),
                identity: identity.as_ref().map(|(certificate, key)| (certificate.clone(), key.duplicate())),
            },
            Self::Proxy { address, credential } => Self::Proxy {
                address: address.clone(),
                credential: credential.as_ref().map(|(name, password)| (name.clone(), password.duplicate())),
            },
            Self::GitHubApp(app) => Self::GitHubApp(Box::new(GitHubApp {
                app_id: app.app_id.clone(),
                installation: app.installation.clone(),
                api: app.api.clone(),
                private_key: app.private_key.duplicate(),
            })),
            Self::OpenPgpKey { armored, passphrase } => Self::OpenPgpKey {
                armored: armored.duplicate(),
                passphrase: passphrase.as_ref().map(Secret::duplicate),
            },
        }
    }
}

/// What kind of place a login was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OriginKind {
    /// An `auths` entry of docker's `config.json`.
    DockerConfig,
    /// An `auths` entry of podman's `auth.json`.
    PodmanAuth,
    /// A program `docker-credential-…`.
    DockerHelper,
    /// Git's configured credential helpers.
    GitHelper,
    /// `~/.netrc`.
    Netrc,
    /// GitHub's command line, `gh`.
    GitHubCli,
    /// GitLab's command line, `glab`.
    GitLabCli,
    /// The running ssh agent.
    SshAgent,
    /// A private key file, as in `~/.ssh`.
    SshKeyFile,
}

/// A login that was on the machine already.
#[derive(Debug)]
pub struct Found {
    /// How to sign in.
    pub login: Login,
    /// Where it was found, in words for messages: `docker config ~/.docker/config.json, ghcr.io/acme`. Never a secret.
    pub origin: String,
    /// What kind of place that is.
    pub source: OriginKind,
    /// Whether the private key is encrypted, so that a person has to give a passphrase first.
    pub needs_passphrase: bool,
}

impl Found {
    pub(crate) fn new(source: OriginKind, origin: String, login: Login) -> Self {
        Self { login, origin, source, needs_passphrase: false }
    }
}

/// Everything on the machine that could sign in at one place.
///
/// One broken helper hides nothing that was found elsewhere: it is a problem beside the finds. With no finds, the first
/// problem is the reason.
#[derive(Debug, Default)]
pub struct Offers {
    /// What was found, the most specific first.
    pub found: Vec<Found>,
    /// What could not be read or asked.
    pub problems: Vec<VaultError>,
}

impl Offers {
    /// The best login; nothing when there is none and nothing went wrong.
    ///
    /// # Errors
    /// When nothing was found and something went wrong on the way: the first problem.
    pub fn best(self) -> Result<Option<Found>, VaultError> {
        match (self.found.into_iter().next(), self.problems.into_iter().next()) {
            (None, Some(problem)) => Err(problem),
            (found, _) => Ok(found),
        }
    }

    pub(crate) fn append(&mut self, other: Self) {
        self.found.extend(other.found);
        self.problems.extend(other.problems);
    }
}
