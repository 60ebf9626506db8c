//! Where a registry's API is.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Which scheme a registry speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// Encrypted.
    Https,
    /// Not encrypted.
    Http,
}

/// A registry's address without its scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint<'h> {
    authority: &'h str,
}

impl<'h> Endpoint<'h> {
    /// Where the API of the registry that images name `host` is. Docker Hub's images are named `index.docker.io` (or
    /// `docker.io`) and served from `registry-1.docker.io`.
    pub(crate) fn of(host: &'h str) -> Self {
        Self { authority: if matches!(host, "index.docker.io" | "docker.io") { "registry-1.docker.io" } else { host } }
    }

    /// The address of the API's root, `scheme://host/v2/`.
    pub(crate) fn base(&self, scheme: Scheme) -> Option<Url> {
        let scheme = match scheme {
            Scheme::Https => "https",
            Scheme::Http => "http",
        };
        Url::parse(&format!("{scheme}://{}/v2/", self.authority)).ok().filter(|url| url.path() == "/v2/")
    }
}

/// Whether go-containerregistry would also speak plain HTTP to this `host[:port]` unasked: private IPv4 addresses,
/// `localhost:…`, `*.localhost`, and whatever has `127.0.0.1` or `::1` in it.
pub(crate) fn plain_http_is_possible(host: &str) -> bool {
    let bare = host.rsplit_once(':').map_or(host, |(bare, _)| bare);
    bare.parse::<Ipv4Addr>().is_ok_and(|address| address.is_private())
        || host.starts_with("localhost:")
        || bare.ends_with(".localhost")
        || host.contains("127.0.0.1")
        || host.contains("::1")
}

/// Whether an address never leaves this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address == Ipv6Addr::LOCALHOST,
        // RFC 6761 section 6.3: names under localhost resolve to loopback.
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docker_hub_is_served_from_another_host_than_its_name() {
        let cases = [
            ("index.docker.io", "https://registry-1.docker.io/v2/"),
            ("docker.io", "https://registry-1.docker.io/v2/"),
            ("registry-1.docker.io", "https://registry-1.docker.io/v2/"),
            ("ghcr.io", "https://ghcr.io/v2/"),
            ("reg.io:5000", "https://reg.io:5000/v2/"),
        ];
        for (host, base) in cases {
            assert_eq!(Endpoint::of(host).base(Scheme::Https).map(String::from).as_deref(), Some(base), "{host}");
        }
        for host in ["", "a/b", "a?b", "a#b", "[::1"] {
            assert_eq!(Endpoint::of(host).base(Scheme::Http), None, "{host}");
        }
    }

    #[test]
    fn loopback_is_known_by_address_and_by_name() {
        let cases = [
            ("http://127.0.0.1:5000", true),
            ("http://[::1]:5000", true),
            ("http://localhost", true),
            ("http://reg.localhost", true),
            ("http://10.0.0.1", false),
            ("http://127.0.0.1.evil.io", false),
            ("http://localhost.evil.io", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_loopback(&Url::parse(text).expect(text)), expected, "{text}");
        }
    }

    #[test]
    fn plain_http_is_possible_near_by() {
        let cases = [
            ("localhost:5000", true),
            ("10.1.2.3:5000", true),
            ("x.localhost:80", true),
            ("127.0.0.1:5000", true),
            ("ghcr.io", false),
            ("8.8.8.8", false),
            ("registry.local:5000", false),
        ];
        for (host, expected) in cases {
            assert_eq!(plain_http_is_possible(host), expected, "{host}");
        }
    }
}
