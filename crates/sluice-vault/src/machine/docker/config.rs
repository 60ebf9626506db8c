//! The file itself: docker's `config.json` and podman's `auth.json` have one format.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use sluice_core::Secret;
use zeroize::Zeroizing;

use crate::Login;
use crate::machine::wiped::Wiped;

/// What is used of a file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Config {
    /// Logins by key.
    #[serde(deserialize_with = "null_is_default")]
    pub(super) auths: BTreeMap<String, Entry>,
    /// Helpers by key.
    #[serde(rename = "credHelpers", deserialize_with = "null_is_default")]
    pub(super) helpers: BTreeMap<String, String>,
    /// The helper for everything else.
    #[serde(rename = "credsStore")]
    pub(super) store: Option<String>,
}

/// One login of a file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Entry {
    /// `base64(name:password)`.
    auth: Option<Wiped>,
    username: Option<String>,
    password: Option<Wiped>,
    identitytoken: Option<Wiped>,
    registrytoken: Option<Wiped>,
}

fn null_is_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl Config {
    /// Reads a file. The error says where it is wrong and shows nothing of the contents: serde's own words would.
    pub(super) fn parse(contents: &Secret) -> Result<Self, String> {
        let text = contents.expose().strip_prefix(b"\xef\xbb\xbf").unwrap_or(contents.expose());
        if text.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_slice(text).map_err(|error| {
            let what =
                if error.is_data() { "it has not the structure of a docker config" } else { "it is not valid JSON" };
            format!("{what} (line {}, column {})", error.line(), error.column())
        })
    }
}

/// Docker writes padding, other programs and people do not always.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl Entry {
    /// Whether it only says that a helper knows the login.
    pub(super) fn is_empty(&self) -> bool {
        let given = [&self.auth, &self.password, &self.identitytoken, &self.registrytoken];
        given.into_iter().all(|text| text.as_ref().is_none_or(Wiped::is_empty))
    }

    /// The login in it, if there is one: many entries only say that a helper knows it.
    ///
    /// Tokens win over the name and password that stand beside them, as in docker.
    pub(super) fn login(&self) -> Result<Option<Login>, &'static str> {
        let given = |text: &Option<Wiped>| text.as_ref().filter(|text| !text.is_empty()).map(Wiped::secret);
        if let Some(token) = given(&self.registrytoken) {
            return Ok(Some(Login::Bearer(token)));
        }
        if let Some(token) = given(&self.identitytoken) {
            return Ok(Some(Login::IdentityToken(token)));
        }
        if let Some(auth) = given(&self.auth) {
            return decoded(&auth).map(Some);
        }
        let username = self.username.clone().unwrap_or_default();
        Ok(given(&self.password).map(|password| Login::Basic { username, password }))
    }
}

fn decoded(auth: &Secret) -> Result<Login, &'static str> {
    let mut pair = Zeroizing::new(vec![0; base64::decoded_len_estimate(auth.expose().len())]);
    let length = BASE64.decode_slice(auth.expose().trim_ascii(), &mut pair).map_err(|_| "its `auth` is not base64")?;
    let pair = pair.get(..length).unwrap_or_default();
    let colon = pair.iter().position(|byte| *byte == b':').ok_or("its `auth` is not `name:password` in base64")?;
    let (username, password) = (&pair[..colon], &pair[colon + 1..]);
    let username = std::str::from_utf8(username).map_err(|_| "the name in its `auth` is not text")?.to_owned();
    // Docker once padded with NUL bytes and still takes them off.
    let end = password.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    Ok(Login::Basic { username, password: Secret::new(&password[..end]) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an entry's JSON comes to, in one line.
    fn told(entry: &str) -> String {
        let config = Config::parse(&Secret::new(format!(r#"{{"auths":{{"reg.io":{entry}}}}}"#)));
        let text = |secret: Secret| secret.expose_str().map(str::to_owned).unwrap_or_default();
        match config.map(|config| config.auths["reg.io"].login()) {
            Ok(Ok(Some(Login::Basic { username, password }))) => format!("basic {username} {}", text(password)),
            Ok(Ok(Some(Login::IdentityToken(token)))) => format!("identity {}", text(token)),
            Ok(Ok(Some(Login::Bearer(token)))) => format!("bearer {}", text(token)),
            Ok(Ok(Some(other))) => format!("{other:?}"),
            Ok(Ok(None)) => "nothing".into(),
            Ok(Err(words)) => words.into(),
            Err(words) => words,
        }
    }

    #[test]
    fn entries_are_read_as_docker_reads_them() {
        let cases = [
            (r#"{"auth":"bWU6cHc="}"#, "basic me pw"),
            (r#"{"auth":"bWU6cHc"}"#, "basic me pw"),
            (r#"{"auth":"bWU6cDp3"}"#, "basic me p:w"),
            (r#"{"auth":"bWU6cHcA"}"#, "basic me pw"),
            (r#"{"auth":"OnB3"}"#, "basic  pw"),
            (r#"{"auth":"bWU="}"#, "its `auth` is not `name:password` in base64"),
            (r#"{"auth":"bWU6c?"}"#, "its `auth` is not base64"),
            (r#"{"auth":"/zpwdw=="}"#, "the name in its `auth` is not text"),
            (r#"{"username":"me","password":"pw"}"#, "basic me pw"),
            (r#"{"auth":"","username":"me","password":"pw"}"#, "basic me pw"),
            (r#"{"auth":"bWU6cHc=","identitytoken":"it"}"#, "identity it"),
            (r#"{"auth":"bWU6cHc=","identitytoken":""}"#, "basic me pw"),
            (r#"{"identitytoken":"it","registrytoken":"rt"}"#, "bearer rt"),
            (r#"{"auth":null,"email":"me@acme.io"}"#, "nothing"),
            (r#"{}"#, "nothing"),
        ];
        for (entry, expected) in cases {
            assert_eq!(told(entry), expected, "{entry}");
        }
    }

    #[test]
    fn files_that_are_wrong_are_told_without_their_contents() {
        let cases = [
            (r#"{"auths":{"reg.io":"hunter2"}}"#, "it has not the structure of a docker config (line 1, column 28)"),
            (r#"{"auths":{"reg.io":{"auth":{"hunter2":1}}}}"#, "it has not the structure of a docker config"),
            ("{\"auths\":\n hunter2", "it is not valid JSON (line 2, column 2)"),
            ("hunter2", "it is not valid JSON"),
        ];
        for (file, expected) in cases {
            let words = Config::parse(&Secret::new(file)).expect_err(file);
            assert!(words.starts_with(expected), "{words}");
            assert!(!words.contains("hunter2"), "{words}");
        }
        for file in ["", " \n", "{}", "\u{feff}{}", r#"{"auths":null,"credHelpers":null,"credsStore":null}"#] {
            assert!(Config::parse(&Secret::new(file)).is_ok_and(|config| config.auths.is_empty()), "{file}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_file_makes_it_panic_or_tell(tail in "[ -~]{0,40}") {
            for start in ["", "{", "{\"auths\":{\"reg.io\":{\"auth\":\"", "{\"credHelpers\":"] {
                let file = Secret::new(format!("{start}{tail}canary"));
                if let Err(words) = Config::parse(&file) {
                    proptest::prop_assert!(!words.contains("canary"), "{words}");
                }
            }
        }
    }
}
