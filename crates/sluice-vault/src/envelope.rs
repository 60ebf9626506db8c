//! A login as the bytes of one keychain item, with a version.
//!
//! The layout is `sluice`, a version byte, a kind byte, then the kind's fields, each as a length (four bytes, big endian)
//! and its bytes; an absent field has the length `0xffff_ffff`. It is binary so that a secret is copied exactly once,
//! into a buffer of the right size: growing buffers would leave copies behind.

use sluice_core::Secret;

use crate::login::{GitHubApp, Installation, Login};

const MAGIC: &[u8; 6] = b"sluice";
const VERSION: u8 = 1;
const ABSENT: u32 = u32::MAX;

/// The most bytes of a login: a private key with its certificate chain has a few thousand.
pub(crate) const LARGEST: usize = 256 * 1024;

/// Writes a login down.
pub(crate) fn seal(login: &Login) -> Secret {
    let (kind, fields) = parts(login);
    let size = MAGIC.len() + 2 + fields.iter().map(|field| 4 + field.map_or(0, <[u8]>::len)).sum::<usize>();
    let mut bytes = Vec::with_capacity(size);
    bytes.extend_from_slice(MAGIC);
    bytes.extend([VERSION, kind]);
    for field in fields {
        // A field of 4 GiB would not fit the length; LARGEST refuses it long before.
        let length = field.map_or(ABSENT, |field| u32::try_from(field.len()).unwrap_or(ABSENT));
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(field.unwrap_or_default());
    }
    Secret::new(bytes)
}

fn parts(login: &Login) -> (u8, Vec<Option<&[u8]>>) {
    match login {
        Login::Basic { username, password } => (1, vec![Some(username.as_bytes()), Some(password.expose())]),
        Login::IdentityToken(token) => (2, vec![Some(token.expose())]),
        Login::Bearer(token) => (3, vec![Some(token.expose())]),
        Login::SshKey { private_key, public_key, passphrase } => (
            4,
            vec![
                Some(private_key.expose()),
                public_key.as_ref().map(|key| key.as_bytes()),
                passphrase.as_ref().map(Secret::expose),
            ],
        ),
        Login::SshAgent => (5, Vec::new()),
        Login::ClientCertificate { certificate_pem, key_pem } => {
            (6, vec![Some(certificate_pem), Some(key_pem.expose())])
        }
        Login::Tls { ca_pem, identity } => {
            let (certificate, key) = identity
                .as_ref()
                .map_or((None, None), |(certificate, key)| (Some(certificate.as_slice()), Some(key.expose())));
            (8, vec![ca_pem.as_deref(), certificate, key])
        }
        Login::Proxy { address, credential } => {
            let (name, password) = credential
                .as_ref()
                .map_or((None, None), |(name, password)| (Some(name.as_bytes()), Some(password.expose())));
            (9, vec![Some(address.as_bytes()), name, password])
        }
        Login::GitHubApp(app) => {
            let (id, owner) = match &app.installation {
                Installation::Id(id) => (Some(id.as_bytes()), None),
                Installation::Owner(owner) => (None, Some(owner.as_bytes())),
            };
            let api = app.api.as_ref().map(|api| api.as_bytes());
            (10, vec![Some(app.app_id.as_bytes()), id, owner, api, Some(app.private_key.expose())])
        }
        Login::OpenPgpKey { armored, passphrase } => {
            (7, vec![Some(armored.expose()), passphrase.as_ref().map(Secret::expose)])
        }
    }
}

/// Reads a login; the error says what is wrong with the bytes and shows none of them.
pub(crate) fn open(sealed: &Secret) -> Result<Login, &'static str> {
    let rest = sealed.expose().strip_prefix(MAGIC).ok_or("it was not written by Sluice")?;
    let [version, kind, rest @ ..] = rest else { return Err("it is cut off") };
    if *version != VERSION {
        return Err("a newer version of Sluice wrote it");
    }
    let mut fields = Fields(rest);
    let login = match kind {
        1 => Login::Basic { username: fields.text()?, password: fields.secret()? },
        2 => Login::IdentityToken(fields.secret()?),
        3 => Login::Bearer(fields.secret()?),
        4 => Login::SshKey {
            private_key: fields.secret()?,
            public_key: fields.next()?.map(text).transpose()?,
            passphrase: fields.next()?.map(Secret::new),
        },
        5 => Login::SshAgent,
        6 => Login::ClientCertificate { certificate_pem: fields.present()?.to_owned(), key_pem: fields.secret()? },
        7 => Login::OpenPgpKey { armored: fields.secret()?, passphrase: fields.next()?.map(Secret::new) },
        8 => {
            let ca_pem = fields.next()?.map(<[u8]>::to_owned);
            let (certificate, key) = (fields.next()?, fields.next()?);
            let identity = certificate.zip(key).map(|(certificate, key)| (certificate.to_owned(), Secret::new(key)));
            Login::Tls { ca_pem, identity }
        }
        9 => {
            let address = fields.text()?;
            let (name, password) = (fields.next()?.map(text).transpose()?, fields.next()?.map(Secret::new));
            Login::Proxy { address, credential: name.zip(password) }
        }
        10 => {
            let app_id = fields.text()?;
            let (id, owner) = (fields.next()?.map(text).transpose()?, fields.next()?.map(text).transpose()?);
            let installation = match (id, owner) {
                (Some(id), _) => Installation::Id(id),
                (None, Some(owner)) => Installation::Owner(owner),
                (None, None) => return Err("a part of it is missing"),
            };
            let api = fields.next()?.map(text).transpose()?;
            Login::GitHubApp(Box::new(GitHubApp { app_id, installation, api, private_key: fields.secret()? }))
        }
        _ => return Err("a newer version of Sluice wrote it"),
    };
    if fields.0.is_empty() { Ok(login) } else { Err("there is something behind its end") }
}

struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn next(&mut self) -> Result<Option<&'a [u8]>, &'static str> {
        const CUT: &str = "it is cut off";
        let (length, rest) = self.0.split_first_chunk::<4>().ok_or(CUT)?;
        let length = u32::from_be_bytes(*length);
        if length == ABSENT {
            self.0 = rest;
            return Ok(None);
        }
        let length = usize::try_from(length).map_err(|_| CUT)?;
        let (field, rest) = rest.split_at_checked(length).ok_or(CUT)?;
        self.0 = rest;
        Ok(Some(field))
    }

    fn present(&mut self) -> Result<&'a [u8], &'static str> {
        self.next()?.ok_or("a part of it is missing")
    }

    fn secret(&mut self) -> Result<Secret, &'static str> {
        self.present().map(Secret::new)
    }

    fn text(&mut self) -> Result<String, &'static str> {
        self.present().and_then(text)
    }
}

fn text(bytes: &[u8]) -> Result<String, &'static str> {
    String::from_utf8(bytes.to_owned()).map_err(|_| "a part of it is not text")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_kind() -> Vec<Login> {
        let secret = || Secret::new(vec![0, 255, b'\n', 7]);
        vec![
            Login::Basic { username: "me".into(), password: Secret::new("") },
            Login::IdentityToken(secret()),
            Login::Bearer(secret()),
            Login::SshKey { private_key: secret(), public_key: None, passphrase: None },
            Login::SshKey {
                private_key: secret(),
                public_key: Some("ssh-ed25519 AAAA".into()),
                passphrase: Some(secret()),
            },
            Login::SshAgent,
            Login::ClientCertificate { certificate_pem: vec![1; 300], key_pem: secret() },
            Login::Tls { ca_pem: None, identity: None },
            Login::Tls { ca_pem: Some(vec![1; 30]), identity: Some((vec![2; 30], secret())) },
            Login::Proxy { address: "http://proxy:3128".into(), credential: None },
            Login::Proxy { address: "socks5://proxy:1080".into(), credential: Some(("me".into(), secret())) },
            app(Installation::Id("7".into()), None),
            app(Installation::Owner("acme".into()), Some("https://ghe.acme.example/api/v3".into())),
            Login::OpenPgpKey { armored: secret(), passphrase: None },
            Login::OpenPgpKey { armored: secret(), passphrase: Some(secret()) },
        ]
    }

    fn app(installation: Installation, api: Option<String>) -> Login {
        let app = GitHubApp { app_id: "12345".into(), installation, api, private_key: Secret::new("key") };
        Login::GitHubApp(Box::new(app))
    }

    #[test]
    fn every_kind_survives() {
        for login in every_kind() {
            let opened = open(&seal(&login)).expect("what was sealed opens");
            assert_eq!(parts(&opened), parts(&login));
        }
    }

    #[test]
    fn a_damaged_item_is_refused_and_never_half_read() {
        for login in every_kind() {
            let sealed = seal(&login);
            for length in 0..sealed.expose().len() {
                assert!(open(&Secret::new(&sealed.expose()[..length])).is_err(), "{login:?} cut at {length}");
            }
            assert!(open(&Secret::new([sealed.expose(), b"x"].concat())).is_err());
        }
        assert_eq!(open(&Secret::new("sluice\x02\x01")).err(), Some("a newer version of Sluice wrote it"));
        assert_eq!(open(&Secret::new("sluice\x01\x63")).err(), Some("a newer version of Sluice wrote it"));
        assert_eq!(open(&Secret::new("hunter2")).err(), Some("it was not written by Sluice"));
        let huge = b"sluice\x01\x03\xff\xff\xff\xfe";
        assert_eq!(open(&Secret::new(huge.as_slice())).err(), Some("it is cut off"));
    }

    #[test]
    fn the_buffer_is_of_the_right_size_from_the_start() {
        for login in every_kind() {
            let (_, fields) = parts(&login);
            let expected = 8 + fields.iter().map(|field| 4 + field.map_or(0, <[u8]>::len)).sum::<usize>();
            assert_eq!(seal(&login).expose().len(), expected);
        }
    }
}
