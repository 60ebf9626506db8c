//! The host keys that SSH servers may show: the format of `known_hosts` in sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT".

mod host_key;
mod pattern;
mod published;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub use host_key::HostKey;
use pattern::Hosts;
pub use published::is_published;

/// Host keys on record. Empty until lines are added; then only these are trusted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownHosts {
    lines: Vec<Line>,
    ignored: Vec<IgnoredLine>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    marker: Marker,
    hosts: Hosts,
    algorithm: String,
    key: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marker {
    None,
    /// The key signs host keys. The SSH library in use does not know host certificates, so it vouches for nobody.
    Authority,
    Revoked,
}

/// A line that says nothing that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoredLine {
    /// Counted from 1 in the text that was parsed.
    pub number: usize,
    /// Why.
    pub why: &'static str,
}

/// What the known hosts say about a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is on record for this host.
    Known,
    /// Nothing is on record for this host.
    Unknown,
    /// Other keys are on record for this host.
    Changed,
    /// It is on record as one that must not be trusted.
    Revoked,
}

impl KnownHosts {
    /// Reads the text of a known_hosts file. Lines that cannot be used are left out, as OpenSSH does, and kept in
    /// [`KnownHosts::ignored`].
    pub fn parse(text: &str) -> Self {
        let mut known = Self::default();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match Line::read(line) {
                Ok(line) => known.lines.push(line),
                Err(why) => known.ignored.push(IgnoredLine { number: at + 1, why }),
            }
        }
        known
    }

    /// Adds what another text says.
    pub fn merge(&mut self, other: Self) {
        self.lines.extend(other.lines);
        self.ignored.extend(other.ignored);
    }

    /// The lines that were left out.
    pub fn ignored(&self) -> &[IgnoredLine] {
        &self.ignored
    }

    /// Whether no key at all is on record.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Judges a key (its public part in SSH's wire form) that a host shows.
    ///
    /// A revocation comes first. As in OpenSSH, a host on another port than 22 is looked up as `[host]:port`, and where
    /// nothing is on record for that, a matching key of the plain host counts.
    pub fn check(&self, host: &str, port: u16, key: &[u8]) -> Verdict {
        let names = names(host, port);
        let of_host = |line: &&Line| names.iter().any(|name| line.hosts.matches(name));
        if self.lines.iter().filter(of_host).any(|line| line.marker == Marker::Revoked && line.key == key) {
            return Verdict::Revoked;
        }
        let plain = |line: &&Line| line.marker == Marker::None;
        let mut on_record = self.lines.iter().filter(plain).filter(of_host).peekable();
        if on_record.peek().is_some() {
            return if on_record.any(|line| line.key == key) { Verdict::Known } else { Verdict::Changed };
        }
        let host = host.to_ascii_lowercase();
        let without_port = |line: &Line| line.hosts.matches(&host) && line.key == key;
        if self.lines.iter().filter(plain).any(without_port) { Verdict::Known } else { Verdict::Unknown }
    }

    /// Judges a key that was shown by a host.
    pub fn judge(&self, host: &str, port: u16, key: &HostKey) -> Verdict {
        let blob = key.line.rsplit(' ').next().unwrap_or_default();
        // A key that is not base64 is nobody's.
        STANDARD.decode(blob).map_or(Verdict::Unknown, |key| self.check(host, port, &key))
    }

    /// The keys on record for a host, for saying what was expected.
    pub fn of(&self, host: &str, port: u16) -> Vec<HostKey> {
        let names = names(host, port);
        self.lines
            .iter()
            .filter(|line| line.marker == Marker::None && names.iter().any(|name| line.hosts.matches(name)))
            .map(|line| HostKey::new(host, port, &line.key))
            .collect()
    }

    /// The kinds of keys on record for a host (`ssh-ed25519`), to ask the server for one of these.
    pub(crate) fn algorithms(&self, host: &str, port: u16) -> Vec<&str> {
        let mut names = names(host, port);
        names.push(host.to_ascii_lowercase());
        let mut found: Vec<&str> = Vec::new();
        for line in &self.lines {
            if line.marker == Marker::None
                && names.iter().any(|name| line.hosts.matches(name))
                && !found.contains(&line.algorithm.as_str())
            {
                found.push(&line.algorithm);
            }
        }
        found
    }
}

/// How known_hosts calls a host.
fn names(host: &str, port: u16) -> Vec<String> {
    let host = host.to_ascii_lowercase();
    if port == 22 { vec![format!("[{host}]:22"), host] } else { vec![format!("[{host}]:{port}")] }
}

impl Line {
    fn read(line: &str) -> Result<Self, &'static str> {
        let mut fields = line.split_ascii_whitespace();
        let mut hosts = fields.next().unwrap_or_default();
        let marker = match hosts {
            "@cert-authority" => Marker::Authority,
            "@revoked" => Marker::Revoked,
            other if other.starts_with('@') => return Err("its marker is unknown"),
            _ => Marker::None,
        };
        if marker != Marker::None {
            hosts = fields.next().ok_or("it names no host")?;
        }
        let algorithm = fields.next().ok_or("it has no kind of key")?;
        let key = fields.next().ok_or("it has no key")?;
        let key = STANDARD.decode(key).map_err(|_| "its key is not base64")?;
        if host_key::algorithm(&key) != Some(algorithm) {
            return Err("its key is not of the kind that it says");
        }
        Ok(Self { marker, hosts: Hosts::read(hosts)?, algorithm: algorithm.to_owned(), key })
    }
}

#[cfg(test)]
mod tests;
