//! `WWW-Authenticate`: how a registry wants us to sign in (RFC 9110 section 11.6.1; the token authentication of the
//! distribution project).

use http_auth::{ChallengeParser, ChallengeRef};

/// How a registry wants us to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Challenge {
    /// With a name and a password (RFC 7617).
    Basic,
    /// With a token of a token server.
    Bearer(BearerChallenge),
    /// In another way; the scheme's name.
    Other(String),
}

/// Which token is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BearerChallenge {
    /// The token server's address, as written.
    pub realm: String,
    /// The name the token server knows the registry by.
    pub service: Option<String>,
    /// What the token must allow.
    pub scope: Option<String>,
    /// Why the token sent was not enough (`invalid_token`, `insufficient_scope`).
    pub error: Option<String>,
}

/// The longest parameter that is looked at.
const LONGEST: usize = 4096;

/// Reads all values of the header. A bearer challenge wins over basic, as go-containerregistry prefers it; a value that
/// cannot be parsed is passed over as long as another one can.
pub fn read<'v>(values: impl IntoIterator<Item = &'v str>) -> Option<Challenge> {
    let mut best: Option<Challenge> = None;
    for value in values {
        for challenge in ChallengeParser::new(value).map_while(Result::ok) {
            let found = one(&challenge);
            if best.as_ref().is_none_or(|best| rank(&found) > rank(best)) {
                best = Some(found);
            }
        }
    }
    best
}

fn rank(challenge: &Challenge) -> u8 {
    match challenge {
        Challenge::Bearer(_) => 2,
        Challenge::Basic => 1,
        Challenge::Other(_) => 0,
    }
}

fn one(challenge: &ChallengeRef<'_>) -> Challenge {
    let parameter = |name: &str| {
        let (_, value) = challenge.params.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(value.to_unescaped()).filter(|value| !value.is_empty() && value.len() <= LONGEST)
    };
    if challenge.scheme.eq_ignore_ascii_case("basic") {
        return Challenge::Basic;
    }
    match parameter("realm") {
        Some(realm) if challenge.scheme.eq_ignore_ascii_case("bearer") => Challenge::Bearer(BearerChallenge {
            realm,
            service: parameter("service"),
            scope: parameter("scope"),
            error: parameter("error"),
        }),
        _ => Challenge::Other(challenge.scheme.chars().take(40).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer(realm: &str, service: Option<&str>, scope: Option<&str>) -> Option<Challenge> {
        Some(Challenge::Bearer(BearerChallenge {
            realm: realm.into(),
            service: service.map(Into::into),
            scope: scope.map(Into::into),
            error: None,
        }))
    }

    #[test]
    fn challenges_are_read_from_all_values() {
        let hub =
            r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull""#;
        let cases: [(&[&str], Option<Challenge>); 9] = [
            (&[], None),
            (&[""], None),
            (&["Basic realm=\"x\""], Some(Challenge::Basic)),
            (&["basic realm=x"], Some(Challenge::Basic)),
            (&[hub], bearer("https://auth.docker.io/token", Some("registry.docker.io"), Some("repository:a/b:pull"))),
            (&["Basic realm=\"x\"", "Bearer realm=\"https://a\""], bearer("https://a", None, None)),
            (&["Basic realm=\"x\", Bearer realm=\"https://a\""], bearer("https://a", None, None)),
            (&["Negotiate", "Basic realm=\"x\""], Some(Challenge::Basic)),
            (&["Bearer service=\"no realm\""], Some(Challenge::Other("Bearer".into()))),
        ];
        for (values, expected) in cases {
            assert_eq!(read(values.iter().copied()), expected, "{values:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_header_is_read_or_passed_over(value: String) {
            let _ = read([value.as_str()]);
        }

        #[test]
        fn realm_service_and_scope_survive_being_written(
            realm in "https://[a-z]{1,10}/[ -!#-\\[\\]-~]{0,20}", service in "[a-z. ]{1,20}", scope in "[a-z:/, ]{1,30}",
        ) {
            let value = format!(r#"Bearer realm="{realm}",service="{service}",scope="{scope}""#);
            proptest::prop_assert_eq!(read([value.as_str()]), bearer(&realm, Some(&service), Some(&scope)));
        }
    }
}
