//! Deploy keys at the forge: whether one may write before it is tried, and registering it with one call.

use sluice_core::Secret;
use sluice_forge::{DeployKey, Forge, ForgeAccess, ForgeKind, NewDeployKey, Place, Registered, detect};
use sluice_git::{RemoteUrl, SshKeyKind};
use sluice_store::CredentialKind;
use sluice_vault::{Found, Login};

use crate::engine::read_file;
use crate::keys::{KeyView, NewKey};
use crate::network::joined;
use crate::{Engine, EngineError};

/// How a key is to be registered.
#[derive(Debug, Default)]
pub struct Registration {
    /// The repository, where the key is for a whole host; the key's own otherwise.
    pub repository: Option<String>,
    /// A token for the forge, for this once; a kept one, or one of `gh` or `glab`, otherwise.
    pub token: Option<Secret>,
    /// What the key is to be called at the forge; its comment otherwise.
    pub title: Option<String>,
    /// Whether it may only read.
    pub read_only: bool,
}

/// A key as the forge has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyAtForge {
    /// The key here.
    pub key: KeyView,
    /// The forge, `GitHub at api.github.com`.
    pub forge: String,
    /// The repository there.
    pub repository: String,
    /// What was done, or is so.
    pub state: KeyState,
    /// Whether it may write now.
    pub may_write: bool,
    /// What it is called there.
    pub title: String,
}

/// How a key stands at a forge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyState {
    /// It was registered now.
    Registered,
    /// It was there read-only and was allowed to write now.
    Allowed,
    /// It was there already.
    Known,
    /// The forge does not know it for this repository.
    Unknown,
}

impl KeyState {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Allowed => "allowed",
            Self::Known => "known",
            Self::Unknown => "unknown",
        }
    }
}

/// A forge and a repository there.
struct AtForge {
    forge: Forge,
    name: String,
    path: String,
}

impl Engine {
    /// Registers a kept key at its forge, with the right to write unless told otherwise; one that is there read-only is
    /// allowed to write.
    ///
    /// # Errors
    /// When there is no such key, the forge is not known, there is no token for it, or it refuses.
    pub async fn register_key(&self, name: &str, wish: Registration, who: &str) -> Result<KeyAtForge, EngineError> {
        let key = self.key(name).await?;
        let at = self.at_forge(&key, name, wish.repository.as_deref(), wish.token).await?;
        let comment = Some(key.public.comment.clone()).filter(|comment| !comment.is_empty());
        let new = NewDeployKey {
            title: wish.title.or(comment).unwrap_or_else(|| "Sluice".to_owned()),
            public: key.public.line.clone(),
            may_write: !wish.read_only,
        };
        let registered = at.forge.register(&at.path, &new).await?;
        let state = match &registered {
            Registered::New(_) => KeyState::Registered,
            Registered::Allowed(_) => KeyState::Allowed,
            Registered::Already(_) => KeyState::Known,
        };
        if registered.key().may_write {
            self.store().credential_may_write(&key.record.id).await?;
        }
        if state != KeyState::Known {
            let right = if registered.key().may_write { "may write" } else { "may read" };
            let detail = format!("{} at {} ({right})", key.public.fingerprint, at.name);
            self.audit(who, "key-registered", &at.path, &detail).await?;
            // What the last push said is out of date.
            self.shared.agent.wake();
        }
        Ok(at.answer(key, state, Some(registered.key())))
    }

    /// How a kept key stands at its forge: whether it is registered, and may write. Changes nothing.
    ///
    /// # Errors
    /// As [`Engine::register_key`].
    pub async fn check_key(
        &self,
        name: &str,
        repository: Option<&str>,
        token: Option<Secret>,
    ) -> Result<KeyAtForge, EngineError> {
        let key = self.key(name).await?;
        let at = self.at_forge(&key, name, repository, token).await?;
        let found = at.forge.find(&at.path, &key.public.line).await?;
        let state = if found.is_some() { KeyState::Known } else { KeyState::Unknown };
        Ok(at.answer(key, state, found.as_ref()))
    }

    /// Takes a kept key off its forge; whether it was there.
    ///
    /// # Errors
    /// As [`Engine::register_key`].
    pub async fn unregister_key(
        &self,
        name: &str,
        repository: Option<&str>,
        token: Option<Secret>,
        who: &str,
    ) -> Result<bool, EngineError> {
        let key = self.key(name).await?;
        let at = self.at_forge(&key, name, repository, token).await?;
        let Some(found) = at.forge.find(&at.path, &key.public.line).await? else { return Ok(false) };
        at.forge.remove(&at.path, found.id).await?;
        self.audit(who, "key-unregistered", &at.path, &key.public.fingerprint).await?;
        Ok(true)
    }

    /// Sees to it with one call that Sluice may push to a repository over SSH: the kept key is allowed to write, or,
    /// where none is kept, one on P-521 is made and registered.
    ///
    /// # Errors
    /// As [`Engine::register_key`]; a key that was made and could not be registered is not kept.
    pub async fn allow_push(&self, place: &str, token: Option<Secret>, who: &str) -> Result<KeyAtForge, EngineError> {
        let wish = Registration { token, ..Registration::default() };
        match self.key(place).await {
            Ok(_) => self.register_key(place, wish, who).await,
            Err(EngineError::NotFound { .. }) => {
                let new = NewKey {
                    kind: SshKeyKind::EcdsaP521,
                    place: place.to_owned(),
                    comment: None,
                    passphrase: None,
                    replace: false,
                };
                let made = self.generate_key(new, who).await?;
                let id = made.record.id;
                let registered = self.register_key(&id, wish, who).await;
                if registered.is_err() {
                    self.remove_credential(&id, who).await?;
                }
                registered
            }
            Err(error) => Err(error),
        }
    }

    /// Asks the forge of a repository for its keys with a token, and says how that went.
    pub(crate) async fn try_forge(&self, url: &RemoteUrl, token: Option<Secret>) -> Result<String, EngineError> {
        let place = self.forge_place(url).await?;
        let access = self.forge_access(url, token).await?;
        let keys = Forge::new(&place, &access)?.deploy_keys(url.path()).await?;
        Ok(format!(
            "{} at {} took the token; {} has {} deploy keys",
            place.kind.name(),
            place.host(),
            url.path().trim_matches('/'),
            keys.len()
        ))
    }

    async fn at_forge(
        &self,
        key: &KeyView,
        name: &str,
        repository: Option<&str>,
        token: Option<Secret>,
    ) -> Result<AtForge, EngineError> {
        // A key for a whole host is used by several repositories: the name may say which.
        let named = self.key_place(repository.unwrap_or(name)).ok().and_then(|place| place.url);
        let own = self.key_place(&key.record.target)?.url;
        let url = named.or(own).ok_or_else(|| EngineError::Invalid {
            message: format!("the key is for all of {}, and forges register keys for a repository", key.record.target),
            hint: "say which: --repository URL".to_owned(),
        })?;
        let place = self.forge_place(&url).await?;
        let access = self.forge_access(&url, token).await?;
        if access.token.is_none() {
            return Err(EngineError::Invalid {
                message: format!("there is no token for {} at {}", place.kind.name(), place.host()),
                hint: format!(
                    "give one: --token-file FILE; or keep one: sluice credential add forge {} < TOKEN; or sign in with gh or glab",
                    url.host()
                ),
            });
        }
        let name = format!("{} at {}", place.kind.name(), place.host());
        Ok(AtForge { forge: Forge::new(&place, &access)?, name, path: url.path().trim_matches('/').to_owned() })
    }

    /// The forge of a repository: as the settings say, as everybody knows, or as it says itself.
    pub(crate) async fn forge_place(&self, url: &RemoteUrl) -> Result<Place, EngineError> {
        let settings = self.settings();
        let own = settings.forges.get(&url.authority()).or_else(|| settings.forges.get(url.host()));
        let host = web_host(url);
        let unknown_kind = |word: &str| EngineError::Invalid {
            message: format!("`{}` is no kind of forge ([forge.\"{}\"])", word.escape_debug(), url.host()),
            hint: "write github, gitlab, gitea or forgejo".to_owned(),
        };
        let kind = own
            .and_then(|own| own.kind.as_deref())
            .map(|word| ForgeKind::named(word).ok_or_else(|| unknown_kind(word)));
        let kind = kind.transpose()?;
        match (kind, own.and_then(|own| own.api.as_deref())) {
            (Some(kind), Some(api)) => Ok(Place::at(kind, api)?),
            (Some(kind), None) => match Place::of_host(url.host()).filter(|place| place.kind == kind) {
                Some(place) => Ok(place),
                None => Ok(Place::of_kind(kind, &host)?),
            },
            (None, Some(_)) => Err(EngineError::Invalid {
                message: format!("[forge.\"{}\"] says where the interface is and not of which kind", url.host()),
                hint: "write kind = \"github\", \"gitlab\", \"gitea\" or \"forgejo\"".to_owned(),
            }),
            (None, None) => Ok(detect(&host, &self.forge_network(url).await?).await?),
        }
    }

    /// How to reach a forge, without a token.
    pub(crate) async fn forge_network(&self, url: &RemoteUrl) -> Result<ForgeAccess, EngineError> {
        let settings = self.settings();
        let own = settings.forges.get(&url.authority()).or_else(|| settings.forges.get(url.host()));
        let mut access = ForgeAccess::default();
        if let Some(own) = own {
            if let Some(file) = &own.ca_file {
                access.ca_pem = Some(read_file(&self.shared.machine.expanded(file)).await?);
            }
            access.proxy.clone_from(&own.proxy);
        }
        let below = format!("{}/{}", web_host(url), url.path().trim_matches('/'));
        let network = self.network_to(&below).await?;
        access.ca_pem = joined(access.ca_pem, network.ca_pem);
        access.client_identity = network.identity;
        if let Some((address, credential)) = network.proxy.filter(|_| access.proxy.is_none()) {
            (access.proxy, access.proxy_credential) = (Some(address), credential);
        }
        Ok(access)
    }

    /// How to reach a forge: the token that was given, or one that is kept, or one of this machine.
    pub(crate) async fn forge_access(
        &self,
        url: &RemoteUrl,
        token: Option<Secret>,
    ) -> Result<ForgeAccess, EngineError> {
        let mut access = self.forge_network(url).await?;
        if let Some(token) = token {
            access.token = Some(trimmed(token));
            access.origin = "the token that was given".to_owned();
            return Ok(access);
        }
        let below = format!("{}/{}", web_host(url), url.path().trim_matches('/'));
        for kind in [CredentialKind::Forge, CredentialKind::GitHttp] {
            let Some((record, login)) = self.kept(kind, &below).await? else { continue };
            let token = match login {
                Login::GitHubApp(app) => Some(self.app_token(Some(&record.id), &app, url).await?),
                login => token_of(login),
            };
            if token.is_some() {
                access.token = token;
                access.origin = crate::access::origin_of(&record);
                return Ok(access);
            }
        }
        let offers = self.shared.machine.git_logins(&format!("https://{below}")).await;
        let found = offers.found.into_iter().find_map(|Found { login, origin, .. }| Some((token_of(login)?, origin)));
        if let Some((token, origin)) = found {
            (access.token, access.origin) = (Some(token), origin);
        }
        Ok(access)
    }
}

impl AtForge {
    fn answer(self, key: KeyView, state: KeyState, there: Option<&DeployKey>) -> KeyAtForge {
        KeyAtForge {
            key,
            forge: self.name,
            repository: self.path,
            state,
            may_write: there.is_some_and(|there| there.may_write && there.is_enabled),
            title: there.map(|there| there.title.clone()).unwrap_or_default(),
        }
    }
}

/// The host of a forge's pages: SSH has a port of its own, HTTP's is part of the address.
fn web_host(url: &RemoteUrl) -> String {
    match url.scheme() {
        sluice_git::Scheme::Ssh => url.host().to_owned(),
        _ => url.authority(),
    }
}

pub(crate) fn token_of(login: Login) -> Option<Secret> {
    match login {
        Login::Bearer(token) | Login::IdentityToken(token) => Some(token),
        Login::Basic { password, .. } => Some(password),
        _ => None,
    }
}

/// Without the line end that a file has behind a token.
fn trimmed(token: Secret) -> Secret {
    let bytes = token.expose();
    let end = bytes.iter().rposition(|byte| !byte.is_ascii_whitespace()).map_or(0, |at| at + 1);
    Secret::new(&bytes[..end])
}
