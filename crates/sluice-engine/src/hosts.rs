//! Host keys of SSH servers: shown to a person, and trusted only when they say so.
//!
//! Trusted keys are in a file of our own beside `~/.ssh/known_hosts`, which other programs own and which is never written.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use sluice_git::{HostKey, KnownHosts, RemoteUrl, Scheme, Verdict, is_published, scan_host_key};

use crate::keys::{authority, host_and_port};
use crate::{Engine, EngineError};

/// A host key, and how it compares with what is on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenHostKey {
    /// `host` or `host:port`.
    pub host: String,
    /// `ssh-ed25519`, …
    pub algorithm: String,
    /// `SHA256:…`
    pub fingerprint: String,
    /// How it compares.
    pub trust: HostTrust,
    /// Whether it was trusted in Sluice; otherwise what is on record stands in `~/.ssh/known_hosts`.
    pub is_own: bool,
    pub(crate) line: String,
}

/// How a host key compares with what is on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostTrust {
    /// It is on record.
    Known,
    /// Nothing is on record, and the host publishes this fingerprint.
    Published,
    /// Nothing is on record.
    New,
    /// Another key is on record.
    Changed {
        /// The fingerprints on record.
        known: Vec<String>,
    },
    /// It is on record as one that must not be trusted.
    Revoked,
}

impl HostTrust {
    /// The stable word.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Published => "published",
            Self::New => "new",
            Self::Changed { .. } => "changed",
            Self::Revoked => "revoked",
        }
    }
}

/// The longest silence of a server that is asked for its keys.
const PATIENCE: Duration = Duration::from_secs(20);

impl Engine {
    /// The keys that a server shows now: a source's name, an address, `host` or `host:port`.
    ///
    /// # Errors
    /// When the place is none that is reached over SSH, or nobody answers there as an SSH server does.
    pub async fn scan_host(&self, place: &str) -> Result<Vec<SeenHostKey>, EngineError> {
        let (host, port) = self.ssh_host(place)?;
        let (name, shown) = (host.clone(), authority(&host, port));
        let scan = tokio::task::spawn_blocking(move || scan_host_key(&name, port, PATIENCE)).await;
        let keys = scan.map_err(|_| EngineError::Stopped)?.map_err(|cause| EngineError::git(&shown, cause))?;
        let (known, own) = (self.known_hosts().await, KnownHosts::parse(&self.own_known_hosts().await?));
        Ok(keys.into_iter().map(|key| seen(&known, &own, &host, port, key)).collect())
    }

    /// The keys of a server that are on record, without asking it.
    ///
    /// # Errors
    /// When the place is none that is reached over SSH, or our own file cannot be read.
    pub async fn known_host_keys(&self, place: &str) -> Result<Vec<SeenHostKey>, EngineError> {
        let (host, port) = self.ssh_host(place)?;
        let (known, own) = (self.known_hosts().await, KnownHosts::parse(&self.own_known_hosts().await?));
        Ok(known.of(&host, port).into_iter().map(|key| seen(&known, &own, &host, port, key)).collect())
    }

    /// Trusts keys of a server: those whose fingerprints a person confirmed. They are asked of the server again, so that
    /// what is trusted is what was shown.
    ///
    /// # Errors
    /// When the server shows none of them now, a key has changed and `replace` does not say that the old one is to go, or
    /// a key is revoked.
    pub async fn trust_host(
        &self,
        place: &str,
        fingerprints: &[String],
        replace: bool,
        who: &str,
    ) -> Result<Vec<SeenHostKey>, EngineError> {
        let (host, port) = self.ssh_host(place)?;
        let shown = self.scan_host(place).await?;
        let (wanted, others): (Vec<_>, Vec<_>) =
            shown.into_iter().partition(|key| fingerprints.contains(&key.fingerprint));
        let name = authority(&host, port);
        if let Some(missing) = fingerprints.iter().find(|print| !wanted.iter().any(|key| key.fingerprint == **print)) {
            let now: Vec<String> = others.into_iter().map(|key| key.fingerprint).collect();
            return Err(EngineError::Invalid {
                message: format!("{name} does not show the key {missing}; it shows {}", now.join(", ")),
                hint: "look again, and don't go on before you know why".to_owned(),
            });
        }
        for key in &wanted {
            match &key.trust {
                HostTrust::Revoked => {
                    return Err(EngineError::Invalid {
                        message: format!("the key {} of {name} is on record as revoked", key.fingerprint),
                        hint: "ask the host's operator for the key that is in use now".to_owned(),
                    });
                }
                HostTrust::Changed { known } if !replace => {
                    return Err(EngineError::Invalid {
                        message: format!(
                            "{name} is on record with {} and shows {} now",
                            known.join(", "),
                            key.fingerprint
                        ),
                        hint: "ask the host's operator whether it was renewed; only then: --replace".to_owned(),
                    });
                }
                _ => {}
            }
        }
        let new: Vec<&SeenHostKey> = wanted.iter().filter(|key| key.trust != HostTrust::Known).collect();
        if !new.is_empty() {
            let lines: Vec<String> = new.iter().map(|key| key.line.clone()).collect();
            self.rewrite_known_hosts(&host, port, replace, lines).await?;
            let prints: Vec<&str> = new.iter().map(|key| key.fingerprint.as_str()).collect();
            self.audit(who, "host-trusted", &name, &prints.join(" ")).await?;
            self.shared.agent.wake();
        }
        Ok(wanted)
    }

    /// Trusts host keys that a person took over from somewhere they trust already; none is on record for the host.
    pub(crate) async fn trust_lines(
        &self,
        host: &str,
        port: u16,
        lines: Vec<String>,
        who: &str,
    ) -> Result<(), EngineError> {
        let prints: Vec<String> =
            KnownHosts::parse(&lines.join("\n")).of(host, port).into_iter().map(|key| key.fingerprint).collect();
        self.rewrite_known_hosts(host, port, false, lines).await?;
        self.audit(who, "host-trusted", &authority(host, port), &prints.join(" ")).await?;
        self.shared.agent.wake();
        Ok(())
    }

    /// The keys that were trusted in Sluice, in the order of their file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn trusted_hosts(&self) -> Result<Vec<SeenHostKey>, EngineError> {
        let text = self.own_known_hosts().await?;
        let one = |line: &str| {
            let name = line.split(' ').next()?;
            let (host, port) = host_and_port(&name.replace("[", "").replace("]", "")).ok()?;
            let key = KnownHosts::parse(line).of(&host, port).into_iter().next()?;
            Some(SeenHostKey {
                host: authority(&host, port),
                algorithm: key.algorithm,
                fingerprint: key.fingerprint,
                trust: HostTrust::Known,
                is_own: true,
                line: key.line,
            })
        };
        Ok(text.lines().filter(|line| !line.starts_with('#')).filter_map(one).collect())
    }

    /// Forgets the keys of a server that were trusted in Sluice; how many there were.
    ///
    /// # Errors
    /// When the place is none, or the file cannot be written.
    pub async fn forget_host(&self, place: &str, who: &str) -> Result<usize, EngineError> {
        let (host, port) = self.ssh_host(place)?;
        let count = self.rewrite_known_hosts(&host, port, true, Vec::new()).await?;
        if count > 0 {
            self.audit(who, "host-forgotten", &authority(&host, port), "").await?;
        }
        Ok(count)
    }

    fn ssh_host(&self, place: &str) -> Result<(String, u16), EngineError> {
        let place = place.trim();
        let wrong = |words: String| EngineError::Invalid {
            message: words,
            hint: "name a host, host:port, a source or an address that begins with ssh://".to_owned(),
        };
        let source =
            self.settings().sources.iter().find(|source| source.name == place).map(|source| source.url.clone());
        let url = match source {
            Some(url) => url,
            None if place.contains("://") || place.contains('@') => {
                RemoteUrl::parse(place).map_err(|cause| EngineError::git(place, cause.into()))?
            }
            None => RemoteUrl::parse(&format!("ssh://git@{place}/x")).map_err(|error| wrong(error.to_string()))?,
        };
        if url.scheme() != Scheme::Ssh {
            return Err(wrong(format!("{url} is not reached over SSH, so it has no host key")));
        }
        Ok((url.host().to_owned(), url.port().unwrap_or(22)))
    }

    async fn own_known_hosts(&self) -> Result<String, EngineError> {
        let path = self.paths().known_hosts();
        tokio::task::spawn_blocking(move || read(&path)).await.map_err(|_| EngineError::Stopped)?
    }

    /// Adds lines to our own file, and takes out those of the host before where they are to go; how many went.
    async fn rewrite_known_hosts(
        &self,
        host: &str,
        port: u16,
        drop: bool,
        add: Vec<String>,
    ) -> Result<usize, EngineError> {
        let (path, locks, host) = (self.paths().known_hosts(), self.paths().locks(), host.to_owned());
        let rewritten = tokio::task::spawn_blocking(move || rewrite(&path, &locks, &host, port, drop, &add)).await;
        rewritten.map_err(|_| EngineError::Stopped)?
    }
}

fn read(path: &Path) -> Result<String, EngineError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(cause) => Err(EngineError::Read { path: path.to_owned(), cause }),
    }
}

fn rewrite(path: &Path, locks: &Path, host: &str, port: u16, drop: bool, add: &[String]) -> Result<usize, EngineError> {
    let failed = |cause| EngineError::Write { path: path.to_owned(), cause };
    std::fs::create_dir_all(locks).map_err(failed)?;
    let lock = locks.join("known_hosts");
    let lock = std::fs::File::options().create(true).truncate(false).write(true).open(lock).map_err(failed)?;
    lock.lock().map_err(failed)?;
    let text = read(path)?;
    let is_of_host = |line: &&str| !KnownHosts::parse(line).of(host, port).is_empty();
    let (of_host, mut kept): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| drop && is_of_host(line));
    if of_host.is_empty() && add.is_empty() {
        return Ok(0);
    }
    if kept.is_empty() {
        kept.push("# Host keys that were trusted in Sluice, beside those of ~/.ssh/known_hosts.");
    }
    kept.extend(add.iter().map(String::as_str).filter(|line| !text.lines().any(|old| old == *line) || drop));
    let temporary = path.with_extension(format!("new-{}", std::process::id()));
    let mut file = std::fs::File::create(&temporary).map_err(failed)?;
    file.write_all((kept.join("\n") + "\n").as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    std::fs::rename(&temporary, path).map_err(failed)?;
    Ok(of_host.len())
}

fn seen(known: &KnownHosts, own: &KnownHosts, host: &str, port: u16, key: HostKey) -> SeenHostKey {
    let trust = match known.judge(host, port, &key) {
        Verdict::Known => HostTrust::Known,
        Verdict::Revoked => HostTrust::Revoked,
        Verdict::Changed => {
            HostTrust::Changed { known: known.of(host, port).into_iter().map(|key| key.fingerprint).collect() }
        }
        Verdict::Unknown if is_published(host, &key.fingerprint) => HostTrust::Published,
        Verdict::Unknown => HostTrust::New,
    };
    SeenHostKey {
        host: authority(host, port),
        algorithm: key.algorithm,
        is_own: !own.of(host, port).is_empty(),
        fingerprint: key.fingerprint,
        trust,
        line: key.line,
    }
}
