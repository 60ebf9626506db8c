//! Names of image repositories: `spec.image` of an ImageRepository.

use std::fmt;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

/// An image's repository, without scheme, tag or digest: `ghcr.io/acme/app`, `alpine`, `localhost:5000/app`.
///
/// It keeps what was written, because that is what Flux writes into manifests; [`ImageName::canonical`] is where it is
/// really found. Compared, ordered and hashed by what was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ImageName {
    written: Box<str>,
    registry: Box<str>,
    repository: Box<str>,
}

/// Where images without a registry come from.
const DOCKER_HUB: &str = "index.docker.io";

/// The text does not name an image repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImageNameError {
    /// A URL was given.
    #[error("image `{text}` should not include URL scheme; remove `{scheme}://`")]
    Scheme {
        /// What was given.
        text: String,
        /// The scheme.
        scheme: String,
    },
    /// A tag or digest was given.
    #[error("image `{text}` should not include a tag; remove `:{tag}`")]
    Tag {
        /// What was given.
        text: String,
        /// What stands behind the last colon.
        tag: String,
    },
    /// The repository's characters or length are not allowed.
    #[error(
        "image `{text}`: the repository `{repository}` must have 2 to 255 characters of a-z, 0-9, `_`, `-`, `.` and `/`"
    )]
    Repository {
        /// What was given.
        text: String,
        /// The part that is wrong.
        repository: String,
    },
    /// The registry's host cannot be one.
    #[error("image `{text}`: `{registry}` is not a registry host")]
    Registry {
        /// What was given.
        text: String,
        /// The part that is wrong.
        registry: String,
    },
}

impl ImageName {
    /// Reads a name by go-containerregistry's weak rules.
    ///
    /// The first path segment is a registry if and only if it contains `.` or `:`; everything else is on Docker Hub,
    /// where a repository without a slash gets `library/`.
    ///
    /// # Errors
    /// When there is a scheme, tag or digest in it, or the registry or repository has characters that it cannot have.
    pub fn parse(text: &str) -> Result<Self, ImageNameError> {
        if let Some((scheme, _)) = text.split_once("://") {
            return Err(ImageNameError::Scheme { text: text.to_owned(), scheme: scheme.to_owned() });
        }
        let (registry, repository) = match text.split_once('/') {
            Some((first, rest)) if first.contains(['.', ':']) => (first, rest),
            _ => ("", text),
        };
        if let Some((_, tag)) = repository.rsplit_once(':') {
            return Err(ImageNameError::Tag { text: text.to_owned(), tag: tag.to_owned() });
        }
        check_repository(text, repository)?;
        check_registry(text, registry)?;
        let registry = if matches!(registry, "" | "docker.io") { DOCKER_HUB } else { registry };
        let repository = match registry == DOCKER_HUB && !repository.contains('/') {
            true => format!("library/{repository}"),
            false => repository.to_owned(),
        };
        Ok(Self { written: text.into(), registry: registry.into(), repository: repository.into() })
    }

    /// What was written, to the letter.
    pub fn as_written(&self) -> &str {
        &self.written
    }

    /// The registry's `host[:port]`; Docker Hub is `index.docker.io`.
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// The repository inside the registry, as the distribution API's path has it.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// `registry/repository`, as Flux's `status.canonicalImageName`: `index.docker.io/library/alpine` for `alpine`.
    pub fn canonical(&self) -> String {
        format!("{}/{}", self.registry, self.repository)
    }

    /// Whether both names mean the same repository.
    pub fn is_same_repository(&self, other: &Self) -> bool {
        self.registry == other.registry && self.repository == other.repository
    }

    /// The last segment of the repository, which is what people call the image.
    pub fn short(&self) -> &str {
        self.repository.rsplit('/').next().unwrap_or(&self.repository)
    }

    /// Whether go-containerregistry would speak plain HTTP to this registry when HTTPS does not answer: private IPv4
    /// addresses, `localhost:…`, `*.localhost`, and anything with `127.0.0.1` or `::1` in it.
    pub fn plain_http_is_possible(&self) -> bool {
        let host = &*self.registry;
        let (bare, _port) = host.rsplit_once(':').unwrap_or((host, ""));
        bare.parse::<Ipv4Addr>().is_ok_and(|address| address.is_private())
            || host.starts_with("localhost:")
            || bare.ends_with(".localhost")
            || host.ends_with(".localhost")
            || host.contains("127.0.0.1")
            || host.contains("::1")
    }
}

fn check_repository(text: &str, repository: &str) -> Result<(), ImageNameError> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-' | b'.' | b'/');
    if (2..=255).contains(&repository.len()) && repository.bytes().all(allowed) {
        return Ok(());
    }
    Err(ImageNameError::Repository { text: text.to_owned(), repository: repository.to_owned() })
}

/// go-containerregistry's check: the host must survive a round trip through a URL.
fn check_registry(text: &str, registry: &str) -> Result<(), ImageNameError> {
    let wrong = || ImageNameError::Registry { text: text.to_owned(), registry: registry.to_owned() };
    if registry.is_empty() {
        return Ok(());
    }
    let bytes_fit = registry.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:[]".contains(&b));
    let port_fits = match registry.rsplit_once(':') {
        Some((_, port)) if !registry.ends_with(']') => port.bytes().all(|b| b.is_ascii_digit()),
        _ => true,
    };
    if bytes_fit && port_fits { Ok(()) } else { Err(wrong()) }
}

impl fmt::Display for ImageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl std::str::FromStr for ImageName {
    type Err = ImageNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for ImageName {
    type Error = ImageNameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<ImageName> for String {
    fn from(name: ImageName) -> Self {
        name.written.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_where_go_containerregistry_finds_them() {
        let cases = [
            ("alpine", "index.docker.io/library/alpine"),
            ("docker.io/alpine", "index.docker.io/library/alpine"),
            ("library/alpine", "index.docker.io/library/alpine"),
            ("acme/app", "index.docker.io/acme/app"),
            ("localhost/foo", "index.docker.io/localhost/foo"),
            ("localhost:5000/foo", "localhost:5000/foo"),
            ("registry-1.docker.io/acme/app", "registry-1.docker.io/acme/app"),
            ("ghcr.io//b", "ghcr.io//b"),
            ("ghcr.io/a/", "ghcr.io/a/"),
        ];
        for (text, canonical) in cases {
            let name = ImageName::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(name.canonical(), canonical);
            assert_eq!(name.as_written(), text);
        }
    }

    #[test]
    fn what_is_not_a_name_is_refused_with_what_to_remove() {
        let cases = [
            ("https://ghcr.io/a/b", "remove `https://`"),
            ("ghcr.io/a/b:1.0", "remove `:1.0`"),
            ("alpine:3", "remove `:3`"),
            ("ghcr.io/a/b@sha256:abc", "remove `:abc`"),
            ("ghcr.io/Acme/app", "a-z"),
            ("x", "2 to 255"),
            ("10.0.0.1/x", "2 to 255"),
            ("", "2 to 255"),
            ("gh cr.io/a/b", "not a registry host"),
            ("host:port/app", "not a registry host"),
        ];
        for (text, words) in cases {
            let message = ImageName::parse(text).expect_err(text).to_string();
            assert!(message.contains(words), "{text}: {message}");
        }
    }

    #[test]
    fn plain_http_is_possible_only_on_hosts_near_by() {
        for text in
            ["localhost:5000/ab", "10.1.2.3:5000/ab", "192.168.0.1/ab", "x.localhost:80/ab", "127.0.0.1:5000/ab"]
        {
            assert!(ImageName::parse(text).expect(text).plain_http_is_possible(), "{text}");
        }
        for text in ["ghcr.io/ab", "8.8.8.8/ab", "registry.local:5000/ab", "alpine"] {
            assert!(!ImageName::parse(text).expect(text).plain_http_is_possible(), "{text}");
        }
    }
}
