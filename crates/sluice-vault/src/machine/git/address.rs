//! Where a Git remote is.

use url::{Host, Url};

/// How a remote is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::machine) enum Transport {
    Http,
    Https,
    Ssh,
}

/// The parts of a remote's address that credentials depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::machine) struct Address {
    pub(in crate::machine) transport: Transport,
    /// Without brackets around an IPv6 address.
    pub(in crate::machine) host: String,
    /// Where it is not the transport's own.
    pub(in crate::machine) port: Option<u16>,
    pub(in crate::machine) user: Option<String>,
    /// Without a slash before it.
    pub(in crate::machine) path: String,
}

impl Address {
    /// Reads an address; nothing when it is a folder or speaks a transport without sign-in. The error shows nothing of
    /// it: people write tokens into addresses.
    pub(super) fn parse(text: &str) -> Result<Option<Self>, String> {
        const WRONG: &str = "the repository's address is not understood";
        // Git's credential protocol has one value a line: a line break would smuggle in another host.
        if text.chars().any(char::is_control) {
            return Err(format!("{WRONG}: there are control characters in it"));
        }
        let Some((scheme, _)) = text.split_once("://") else { return Ok(Self::of_scp(text)) };
        let transport = match scheme.to_ascii_lowercase().as_str() {
            "https" => Transport::Https,
            "http" => Transport::Http,
            "ssh" | "git+ssh" | "ssh+git" => Transport::Ssh,
            _ => return Ok(None),
        };
        let url = Url::parse(text).map_err(|error| format!("{WRONG}: {error}"))?;
        let host = match url.host() {
            Some(Host::Ipv6(address)) => address.to_string(),
            Some(host) => host.to_string(),
            None => return Err(format!("{WRONG}: there is no host in it")),
        };
        let host =
            decoded(&host).filter(|host| is_a_host(host)).ok_or_else(|| format!("{WRONG}: its host cannot be one"))?;
        let path = decoded(url.path().trim_start_matches('/'));
        let path = path.ok_or_else(|| format!("{WRONG}: its path is not text or has control characters"))?;
        let user = match url.username() {
            "" => None,
            user => Some(decoded(user).ok_or_else(|| format!("{WRONG}: its user name is not text"))?),
        };
        Ok(Some(Self { transport, host, port: url.port(), user, path }))
    }

    /// `user@host:path`, when it is not a path: Git takes it for one when a slash comes before the first colon.
    fn of_scp(text: &str) -> Option<Self> {
        let (before, path) = match text.split_once(":") {
            Some(_)
                if text.split(['@', '/']).nth(usize::from(text.contains('@'))).is_some_and(|h| h.starts_with('[')) =>
            {
                let close = text.find("]:")?;
                (&text[..=close], &text[close + 2..])
            }
            other => other?,
        };
        let (user, host) = before.rsplit_once('@').map_or((None, before), |(user, host)| (Some(user), host));
        let host = host.trim_start_matches('[').trim_end_matches(']');
        // One letter before a colon is a drive of Windows.
        if before.contains('/') || !is_a_host(host) || (user.is_none() && host.len() == 1) {
            return None;
        }
        Some(Self {
            transport: Transport::Ssh,
            host: host.to_owned(),
            port: None,
            user: user.filter(|user| !user.is_empty()).map(str::to_owned),
            path: path.trim_start_matches('/').to_owned(),
        })
    }

    /// `host` or `host:port`, as Git and messages have it.
    pub(in crate::machine) fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        self.port.map_or(host.clone(), |port| format!("{host}:{port}"))
    }
}

/// Whether a host can be handed to other programs: it is no option, no path and no pattern.
fn is_a_host(host: &str) -> bool {
    !host.is_empty()
        && !host.starts_with('-')
        && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '%'))
}

/// A part of a URL in its own characters; nothing when they cannot be told to other programs.
fn decoded(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let pair = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok().filter(|text| !text.chars().any(char::is_control))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        match Address::parse(text) {
            Ok(Some(address)) => {
                let user = address.user.as_deref().unwrap_or("-");
                format!("{:?} {} {user} {}", address.transport, address.authority(), address.path)
            }
            Ok(None) => "nothing".into(),
            Err(words) => words,
        }
    }

    #[test]
    fn addresses_are_read_as_git_reads_them() {
        let cases = [
            ("https://github.com/acme/app.git", "Https github.com - acme/app.git"),
            ("https://me:hunter2@git.acme.io:8443/a%20b", "Https git.acme.io:8443 me a b"),
            ("HTTPS://GitHub.com/acme", "Https github.com - acme"),
            ("http://[::1]:3000/x", "Http [::1]:3000 - x"),
            ("ssh://git@github.com/acme/app", "Ssh github.com git acme/app"),
            ("ssh://git@[::1]:2222/acme/app", "Ssh [::1]:2222 git acme/app"),
            ("git@github.com:acme/app.git", "Ssh github.com git acme/app.git"),
            ("work:acme/app.git", "Ssh work - acme/app.git"),
            ("git@[fe80::1]:acme/app", "Ssh [fe80::1] git acme/app"),
            ("/srv/git/app.git", "nothing"),
            ("./a:b", "nothing"),
            ("file:///srv/git/app.git", "nothing"),
            ("git://host/app", "nothing"),
            ("C:/repos/app", "nothing"),
            ("-oProxyCommand=x:y", "nothing"),
            ("", "nothing"),
        ];
        for (text, expected) in cases {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn addresses_that_would_smuggle_something_are_refused_without_being_shown() {
        let cases = [
            "https://hunter2@github.com/a%0ahost=evil.example",
            "https://github.com%0ahost=evil.example/hunter2",
            "https://hunter2%0a@github.com/x",
            "https://github.com\nhost=evil.example/hunter2",
            "https:///hunter2@",
            "ssh://-oProxyCommand=hunter2/x",
            "https://hunter2@ /x",
        ];
        for text in cases {
            let words = Address::parse(text).expect_err(text);
            assert!(!words.contains("hunter2"), "{words}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_address_smuggles_a_line_or_an_option(text in "(https|ssh|:|/|@|-|%0a|%2d|%|\\[|\\]|[a-z.]|\n|ä){0,20}") {
            if let Ok(Some(address)) = Address::parse(&text) {
                proptest::prop_assert!(!address.host.starts_with('-') && !address.host.is_empty());
                let parts = [Some(&address.host), address.user.as_ref(), Some(&address.path)];
                for part in parts.into_iter().flatten() {
                    proptest::prop_assert!(!part.chars().any(char::is_control), "{part:?}");
                }
            }
        }
    }
}
