//! What a Secret that Flux reads holds, as logins.
//!
//! Sources: Flux's documentation of GitRepository (`spec.secretRef`, `spec.proxySecretRef`), ImageRepository
//! (`spec.secretRef`, `spec.certSecretRef`) and ImageUpdateAutomation (`spec.git.commit.signingKey`). Where Flux would
//! refuse a Secret or pass it over in silence, that is said here.

use sluice_core::Secret;
use sluice_core::flux::{GitProvider, SigningKind};
use sluice_core::image::ImageName;
use sluice_git::{RemoteUrl, Scheme};
use sluice_kube::LiveSecret;
use sluice_store::CredentialKind;
use sluice_vault::{GitHubApp, Installation, Login, docker_entries};

use crate::access::{credential_target, lies_under};

/// What a Secret is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Purpose {
    /// `spec.secretRef` of a GitRepository.
    Git { url: RemoteUrl, provider: GitProvider },
    /// `spec.secretRef` of an ImageRepository, or a pull secret of its service account.
    Registry(ImageName),
    /// `spec.certSecretRef` of an ImageRepository.
    RegistryTls(ImageName),
    /// `spec.proxySecretRef`; the target is the remote's.
    Proxy(String),
    /// `signingKey.secretRef` of an automation; the target is the Secret itself.
    Signing { name: String, kind: SigningKind },
}

/// One login of a Secret.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) kind: CredentialKind,
    /// As far as the login reaches.
    pub(super) broad: String,
    /// The one remote that it was named for.
    pub(super) narrow: String,
    pub(super) username: String,
    pub(super) login: Login,
    /// Host keys that came with it.
    pub(super) known_hosts: Option<String>,
}

impl Read {
    fn new(kind: CredentialKind, target: &str, login: Login) -> Self {
        let username = match &login {
            Login::Basic { username, .. } => username.clone(),
            _ => String::new(),
        };
        Self { kind, broad: target.to_owned(), narrow: target.to_owned(), username, login, known_hosts: None }
    }
}

/// Reads a Secret.
///
/// # Errors
/// Why Flux could not use it either, as the end of a sentence; nothing of its contents.
pub(super) fn read(purpose: &Purpose, secret: LiveSecret) -> Result<Vec<Read>, String> {
    let fields = Fields(secret);
    match purpose {
        Purpose::Git { url, provider } => match url.scheme() {
            Scheme::Ssh => git_ssh(fields, url),
            Scheme::Https | Scheme::Http => git_http(fields, url, *provider),
            Scheme::File => Err("a folder is opened without it".to_owned()),
        },
        Purpose::Registry(image) => registry(fields, image),
        Purpose::RegistryTls(image) => {
            let login = fields.tls()?.ok_or("it has neither ca.crt nor tls.crt with tls.key")?;
            let narrow = format!("{}/{}", image.registry(), image.repository());
            Ok(vec![Read { narrow, ..Read::new(CredentialKind::Tls, image.registry(), login) }])
        }
        Purpose::Proxy(target) => proxy(fields, target),
        Purpose::Signing { name, kind } => signing(fields, name, *kind),
    }
}

fn git_ssh(mut fields: Fields, url: &RemoteUrl) -> Result<Vec<Read>, String> {
    let private_key = fields.wanted("identity")?;
    let known_hosts = fields.text("known_hosts")?.ok_or("it has no known_hosts, which Flux demands for SSH")?;
    let public_key = fields.text("identity.pub")?.map(|line| line.trim().to_owned());
    let login = Login::SshKey { private_key, public_key, passphrase: fields.take("password") };
    let read = Read::new(CredentialKind::GitSsh, &credential_target(url), login);
    Ok(vec![Read { known_hosts: Some(known_hosts), ..read }])
}

fn git_http(mut fields: Fields, url: &RemoteUrl, provider: GitProvider) -> Result<Vec<Read>, String> {
    let target = credential_target(url);
    let mut all = Vec::new();
    if let Some(login) = fields.tls()? {
        all.push(Read::new(CredentialKind::Tls, &target, login));
    }
    let has_app = fields.has("githubAppID");
    let login = match provider {
        GitProvider::Github if has_app => Some(github_app(&mut fields)?),
        GitProvider::Github => return Err("it has no githubAppID, and the provider is github".to_owned()),
        _ if has_app => return Err("it holds a GitHub App, and spec.provider is not github".to_owned()),
        _ => match (fields.take("bearerToken"), fields.take("password")) {
            (Some(token), _) => Some(Login::Bearer(trimmed(&token))),
            (None, Some(password)) => {
                let username = fields.text("username")?.or_else(|| url.user().map(str::to_owned));
                let username = username.ok_or("it has a password without a username")?;
                Some(Login::Basic { username, password })
            }
            (None, None) => None,
        },
    };
    all.extend(login.map(|login| Read::new(CredentialKind::GitHttp, &target, login)));
    if all.is_empty() {
        return Err("it has neither username and password, nor bearerToken, nor ca.crt".to_owned());
    }
    Ok(all)
}

fn github_app(fields: &mut Fields) -> Result<Login, String> {
    let app_id = fields.text("githubAppID")?.ok_or("it has no githubAppID")?;
    let owner = fields.text("githubAppInstallationOwner")?;
    let installation = match (fields.text("githubAppInstallationID")?, owner) {
        (Some(_), Some(_)) => {
            return Err("it has githubAppInstallationID and githubAppInstallationOwner, and one is wanted".to_owned());
        }
        (Some(id), None) => Installation::Id(id),
        (None, Some(owner)) => Installation::Owner(owner),
        (None, None) => {
            return Err("it has neither githubAppInstallationID nor githubAppInstallationOwner".to_owned());
        }
    };
    let api = fields.text("githubAppBaseURL")?;
    let private_key = fields.wanted("githubAppPrivateKey")?;
    Ok(Login::GitHubApp(Box::new(GitHubApp { app_id, installation, api, private_key })))
}

fn registry(mut fields: Fields, image: &ImageName) -> Result<Vec<Read>, String> {
    let config = match fields.0.kind.as_str() {
        "kubernetes.io/dockerconfigjson" => fields.wanted(".dockerconfigjson")?,
        "kubernetes.io/dockercfg" => {
            let bare = fields.wanted(".dockercfg")?;
            let mut whole = zeroize::Zeroizing::new(Vec::with_capacity(bare.expose().len() + 16));
            whole.extend_from_slice(b"{\"auths\":");
            whole.extend_from_slice(bare.expose());
            whole.push(b'}');
            Secret::new(whole.as_slice())
        }
        other => {
            return Err(format!(
                "its type is {other}, which Flux passes over without a word: it must be kubernetes.io/dockerconfigjson"
            ));
        }
    };
    let whole = format!("{}/{}", image.registry(), image.repository());
    let mut entries = docker_entries(&config)?;
    // The longer key is the closer one; Flux takes the first that fits and no other.
    entries.sort_by(|(one, _), (other, _)| other.cmp(one));
    let keys: Vec<String> = entries.iter().map(|(key, _)| key.clone()).collect();
    let found = entries.into_iter().find(|(key, _)| is_meant(key, image));
    let Some((key, login)) = found else {
        return Err(format!("none of its keys is for {whole}: {}", keys.join(", ")));
    };
    let login = login.map_err(|words| format!("the entry {key} cannot be used: {words}"))?;
    let broad = place_of(&key);
    // A pattern, or a key that ends within a path segment, means more than a target can say.
    let broad = if lies_under(&whole, &broad) { broad } else { whole.clone() };
    Ok(vec![Read { narrow: whole, ..Read::new(CredentialKind::Registry, &broad, login) }])
}

/// A key without scheme and without the path of docker's interface.
fn place_of(key: &str) -> String {
    let place = key.trim().trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
    let (host, path) = place.split_once('/').unwrap_or((place, ""));
    let path = ["v1", "v2"].iter().find_map(|version| path.strip_prefix(version)).unwrap_or(path);
    let path = path.trim_matches('/');
    if path.is_empty() { host.to_owned() } else { format!("{host}/{path}") }
}

/// Whether Flux uses the entry for the image: the host's labels match one by one, `*` within each, and the path is the
/// beginning of the repository's.
fn is_meant(key: &str, image: &ImageName) -> bool {
    let place = place_of(key);
    let (host, path) = place.split_once('/').unwrap_or((&place, ""));
    let (pattern, port) = host.split_once(':').unwrap_or((host, ""));
    let (name, own_port) = image.registry().split_once(':').unwrap_or((image.registry(), ""));
    let labels: Vec<&str> = pattern.split('.').collect();
    let own: Vec<&str> = name.split('.').collect();
    let fits = |(pattern, label): (&&str, &&str)| glob(pattern.as_bytes(), label.as_bytes());
    port == own_port
        && labels.len() == own.len()
        && labels.iter().zip(&own).all(fits)
        && image.repository().starts_with(path)
}

fn glob(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|at| glob(rest, &text[at..])),
        Some((first, rest)) => text
            .split_first()
            .is_some_and(|(own, text)| (*first == b'?' || first.eq_ignore_ascii_case(own)) && glob(rest, text)),
    }
}

fn proxy(mut fields: Fields, target: &str) -> Result<Vec<Read>, String> {
    let address = fields.text("address")?.ok_or("it has no address")?;
    let credential = match (fields.text("username")?, fields.take("password")) {
        (Some(username), Some(password)) => Some((username, password)),
        (Some(username), None) => Some((username, Secret::new(Vec::new()))),
        _ => None,
    };
    Ok(vec![Read::new(CredentialKind::Proxy, target, Login::Proxy { address, credential })])
}

fn signing(mut fields: Fields, name: &str, kind: SigningKind) -> Result<Vec<Read>, String> {
    let login = match kind {
        SigningKind::Gpg => Login::OpenPgpKey {
            armored: fields.wanted("git.asc")?,
            passphrase: fields.take("passphrase").map(|phrase| trimmed(&phrase)),
        },
        SigningKind::Ssh => Login::SshKey {
            private_key: fields.wanted("identity")?,
            public_key: None,
            passphrase: fields.take("password").map(|phrase| trimmed(&phrase)),
        },
    };
    Ok(vec![Read::new(CredentialKind::Signing, name, login)])
}

/// The fields of a Secret, taken out one by one.
struct Fields(LiveSecret);

impl Fields {
    fn has(&self, name: &str) -> bool {
        self.0.data.contains_key(name)
    }

    /// A field that is there and not empty.
    fn take(&mut self, name: &str) -> Option<Secret> {
        self.0.data.remove(name).filter(|secret| !secret.is_empty())
    }

    fn wanted(&mut self, name: &str) -> Result<Secret, String> {
        self.take(name).ok_or_else(|| {
            let there: Vec<&str> = self.0.data.keys().map(String::as_str).collect();
            let there = if there.is_empty() { "nothing".to_owned() } else { there.join(", ") };
            format!("it has no {name}; it has {there}")
        })
    }

    /// A field that is no secret.
    fn text(&mut self, name: &str) -> Result<Option<String>, String> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let text = value.expose_str().map_err(|_| format!("its {name} is not text"))?.trim().to_owned();
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    /// `ca.crt`, `tls.crt` and `tls.key`, or the names that Flux had before.
    fn tls(&self) -> Result<Option<Login>, String> {
        let field = |names: [&str; 2]| {
            names.into_iter().find_map(|name| self.0.data.get(name)).filter(|secret| !secret.is_empty())
        };
        let ca_pem = field(["ca.crt", "caFile"]).map(|secret| secret.expose().to_vec());
        let identity = match (field(["tls.crt", "certFile"]), field(["tls.key", "keyFile"])) {
            (Some(certificate), Some(key)) => Some((certificate.expose().to_vec(), key.duplicate())),
            (None, None) => None,
            (Some(_), None) => return Err("it has tls.crt and no tls.key".to_owned()),
            (None, Some(_)) => return Err("it has tls.key and no tls.crt".to_owned()),
        };
        Ok((ca_pem.is_some() || identity.is_some()).then_some(Login::Tls { ca_pem, identity }))
    }
}

/// Without the line end that `kubectl create secret --from-file` takes along.
fn trimmed(secret: &Secret) -> Secret {
    let bytes = secret.expose();
    let end = bytes.iter().rposition(|byte| !b"\r\n".contains(byte)).map_or(0, |at| at + 1);
    Secret::new(&bytes[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(kind: &str, fields: &[(&str, &str)]) -> LiveSecret {
        let data = fields.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(*value))).collect();
        LiveSecret { kind: kind.to_owned(), data }
    }

    fn url(text: &str) -> RemoteUrl {
        RemoteUrl::parse(text).expect("an address")
    }

    fn image(text: &str) -> ImageName {
        ImageName::parse(text).expect("a name")
    }

    /// What reading came to, in a line: kind, target, way.
    fn told(purpose: &Purpose, secret: LiveSecret) -> String {
        match read(purpose, secret) {
            Ok(all) => {
                let line =
                    |one: &Read| format!("{} {} {} {}", one.kind.as_str(), one.broad, one.login.way(), one.username);
                all.iter().map(|one| line(one).trim_end().to_owned()).collect::<Vec<_>>().join("; ")
            }
            Err(words) => words,
        }
    }

    #[test]
    fn secrets_of_git_repositories_are_read_as_flux_reads_them() {
        let (ssh, https) = ("ssh://git@git.acme.example/team/fleet.git", "https://git.acme.example/team/fleet.git");
        let target = "git.acme.example/team/fleet.git";
        type Case = (&'static str, &'static [(&'static str, &'static str)], &'static str);
        let cases: &[Case] = &[
            (ssh, &[("identity", "k"), ("known_hosts", "h")], "git-ssh TARGET ssh-key"),
            (ssh, &[("identity", "k")], "it has no known_hosts, which Flux demands for SSH"),
            (ssh, &[("username", "k")], "it has no identity; it has username"),
            (https, &[("username", "me"), ("password", "p")], "git-http TARGET basic me"),
            (https, &[("password", "p")], "it has a password without a username"),
            (https, &[("bearerToken", "t"), ("username", "me"), ("password", "p")], "git-http TARGET bearer"),
            (https, &[("ca.crt", "c")], "tls TARGET tls"),
            (https, &[("caFile", "c"), ("bearerToken", "t")], "tls TARGET tls; git-http TARGET bearer"),
            (https, &[("tls.crt", "c")], "it has tls.crt and no tls.key"),
            (https, &[("githubAppID", "1")], "it holds a GitHub App, and spec.provider is not github"),
            (https, &[], "it has neither username and password, nor bearerToken, nor ca.crt"),
        ];
        for (address, fields, expected) in cases {
            let purpose = Purpose::Git { url: url(address), provider: GitProvider::Generic };
            assert_eq!(told(&purpose, secret("Opaque", fields)), expected.replace("TARGET", target), "{fields:?}");
        }
        let app = [("githubAppID", "1"), ("githubAppInstallationID", "2"), ("githubAppPrivateKey", "k")];
        let purpose = Purpose::Git { url: url(https), provider: GitProvider::Github };
        assert_eq!(told(&purpose, secret("Opaque", &app)), format!("git-http {target} github-app"));
        let both = [&app[..], &[("githubAppInstallationOwner", "acme")]].concat();
        assert!(told(&purpose, secret("Opaque", &both)).ends_with("one is wanted"));
        assert!(told(&purpose, secret("Opaque", &app[..1])).contains("neither"));
        assert!(told(&purpose, secret("Opaque", &[])).contains("the provider is github"));
    }

    #[test]
    fn pull_secrets_give_the_one_entry_that_flux_would_use() {
        let json = |keys: &[&str]| {
            let entry = |key: &&str| format!("\"{key}\":{{\"auth\":\"bWU6cHc=\"}}");
            format!("{{\"auths\":{{{}}}}}", keys.iter().map(entry).collect::<Vec<_>>().join(","))
        };
        let kind = "kubernetes.io/dockerconfigjson";
        for (name, keys, expected) in [
            ("ghcr.io/acme/app", &["ghcr.io"][..], "registry ghcr.io basic me"),
            ("ghcr.io/acme/app", &["ghcr.io", "ghcr.io/acme"], "registry ghcr.io/acme basic me"),
            ("ghcr.io/acme-labs/app", &["ghcr.io/acme"], "registry ghcr.io/acme-labs/app basic me"),
            ("app.acme.example/x/y", &["*.acme.example"], "registry app.acme.example/x/y basic me"),
            ("acme/app", &["https://index.docker.io/v1/"], "registry index.docker.io basic me"),
            ("acme/app", &["docker.io"], "none of its keys is for index.docker.io/acme/app: docker.io"),
            ("ghcr.io/acme/app", &["quay.io"], "none of its keys is for ghcr.io/acme/app: quay.io"),
            ("localhost:5000/app", &["localhost"], "none of its keys is for localhost:5000/app: localhost"),
        ] {
            let secret = secret(kind, &[(".dockerconfigjson", &json(keys))]);
            assert_eq!(told(&Purpose::Registry(image(name)), secret), expected, "{name} {keys:?}");
        }
        let purpose = Purpose::Registry(image("ghcr.io/acme/app"));
        let opaque = secret("Opaque", &[(".dockerconfigjson", &json(&["ghcr.io"]))]);
        assert!(told(&purpose, opaque).starts_with("its type is Opaque, which Flux passes over"));
        let old = secret("kubernetes.io/dockercfg", &[(".dockercfg", "{\"ghcr.io\":{\"auth\":\"bWU6cHc=\"}}")]);
        assert_eq!(told(&purpose, old), "registry ghcr.io basic me");
        let broken = told(&purpose, secret(kind, &[(".dockerconfigjson", "hunter2")]));
        assert!(broken.contains("not valid JSON") && !broken.contains("hunter2"), "{broken}");
    }

    #[test]
    fn certificates_proxies_and_signing_keys_are_read() {
        let tls = Purpose::RegistryTls(image("registry.acme.example:5000/team/app"));
        for (fields, expected) in [
            (&[("ca.crt", "c")][..], "tls registry.acme.example:5000 tls"),
            (&[("tls.crt", "c"), ("tls.key", "k")], "tls registry.acme.example:5000 tls"),
            (&[("tls.key", "k")], "it has tls.key and no tls.crt"),
            (&[], "it has neither ca.crt nor tls.crt with tls.key"),
        ] {
            assert_eq!(told(&tls, secret("Opaque", fields)), expected);
        }
        let proxy = Purpose::Proxy("git.acme.example".to_owned());
        assert_eq!(told(&proxy, secret("Opaque", &[("address", "http://p:1")])), "proxy git.acme.example proxy");
        assert_eq!(told(&proxy, secret("Opaque", &[])), "it has no address");
        let name = || "flux-system/signing".to_owned();
        let gpg = Purpose::Signing { name: name(), kind: SigningKind::Gpg };
        assert_eq!(told(&gpg, secret("Opaque", &[("git.asc", "k")])), "signing flux-system/signing openpgp-key");
        assert_eq!(told(&gpg, secret("Opaque", &[("identity", "k")])), "it has no git.asc; it has identity");
        let ssh = Purpose::Signing { name: name(), kind: SigningKind::Ssh };
        assert_eq!(told(&ssh, secret("Opaque", &[("identity", "k")])), "signing flux-system/signing ssh-key");
    }
}
