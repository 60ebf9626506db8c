//! The first field of a line: patterns, or one hashed name.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use sha1::Sha1;

/// Which hosts a line is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Hosts {
    /// One name, hashed with a salt (`HashKnownHosts`): `|1|salt|hash`, HMAC-SHA1.
    Hashed { salt: Vec<u8>, hash: Vec<u8> },
    /// Patterns with `*` and `?`; a `!` takes out what a later or earlier pattern lets in.
    Patterns(Vec<Pattern>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    is_negated: bool,
    text: String,
}

impl Hosts {
    pub(super) fn read(field: &str) -> Result<Self, &'static str> {
        if let Some(hashed) = field.strip_prefix('|') {
            let hashed = hashed.strip_prefix("1|").ok_or("its host is hashed in an unknown way")?;
            let (salt, hash) = hashed.split_once('|').ok_or("its hashed host is incomplete")?;
            let decoded = |text: &str| STANDARD.decode(text).map_err(|_| "its hashed host is not base64");
            return Ok(Self::Hashed { salt: decoded(salt)?, hash: decoded(hash)? });
        }
        let patterns: Vec<Pattern> = field.split(',').filter(|part| !part.is_empty()).map(Pattern::read).collect();
        if patterns.is_empty() { Err("it names no host") } else { Ok(Self::Patterns(patterns)) }
    }

    /// Whether the line is about a host, written as known_hosts writes it, in lower case.
    pub(super) fn matches(&self, host: &str) -> bool {
        match self {
            Self::Hashed { salt, hash } => match Hmac::<Sha1>::new_from_slice(salt) {
                Ok(mac) => mac.chain_update(host).verify_slice(hash).is_ok(),
                Err(_) => false,
            },
            Self::Patterns(patterns) => {
                let mut is_in = false;
                for pattern in patterns {
                    if glob(pattern.text.as_bytes(), host.as_bytes()) {
                        if pattern.is_negated {
                            return false;
                        }
                        is_in = true;
                    }
                }
                is_in
            }
        }
    }
}

impl Pattern {
    fn read(text: &str) -> Self {
        let (is_negated, text) = text.strip_prefix('!').map_or((false, text), |text| (true, text));
        Self { is_negated, text: text.to_ascii_lowercase() }
    }
}

/// `*` is any number of bytes, `?` is one. Linear in the product of both lengths at worst.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    // Where to go on when it stops matching: behind the last star, one byte further.
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                retry = Some((p + 1, t));
                p += 1;
            }
            Some(c) if *c == b'?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match retry {
                Some((after_star, from)) => {
                    retry = Some((after_star, from + 1));
                    p = after_star;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_match_as_in_ssh() {
        for (pattern, text, expected) in [
            ("github.com", "github.com", true),
            ("github.com", "github.com.evil", false),
            ("*.example.com", "git.example.com", true),
            ("*.example.com", "example.com", false),
            ("10.0.?.1", "10.0.7.1", true),
            ("10.0.?.1", "10.0.17.1", false),
            ("[*]:2222", "[host]:2222", true),
            ("*", "", true),
            ("a*b*c", "axxbxxbc", true),
            ("a*b*c", "axxbxxb", false),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(glob(pattern.as_bytes(), text.as_bytes()), expected, "{pattern} {text}");
        }
    }
}
