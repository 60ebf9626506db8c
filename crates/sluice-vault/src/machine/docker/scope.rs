//! For which repositories a key of a configuration is meant.

/// What a key names: a host, and perhaps a path below it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Scope {
    host: String,
    path: Vec<String>,
}

/// Docker Hub, as its configuration key has it.
pub(super) const DOCKER_HUB: &str = "index.docker.io";

/// The names of Docker Hub, which all mean the same.
const NAMES_OF_DOCKER_HUB: [&str; 4] = [DOCKER_HUB, "docker.io", "registry-1.docker.io", "registry.hub.docker.com"];

impl Scope {
    /// Reads a key: `ghcr.io`, `ghcr.io/acme`, `https://index.docker.io/v1/`, `localhost:5000`.
    ///
    /// Docker once wrote URLs with the API's path; podman writes paths for parts of a registry. So `/v1` and `/v2` of a
    /// URL are not a path of repositories, anything else is.
    pub(super) fn of(key: &str) -> Self {
        let key = key.trim();
        let scheme = key
            .split_once("://")
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http"));
        let rest = scheme.map_or(key, |(_, rest)| rest);
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = canonical_host(host);
        let path: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        let of_the_api =
            (scheme.is_some() || host == DOCKER_HUB) && path.len() == 1 && matches!(&*path[0], "v1" | "v2");
        Self { host, path: if of_the_api { Vec::new() } else { path } }
    }

    /// How many segments of the repository's path the key names; nothing when it is not meant for the repository.
    /// `host` is canonical.
    pub(super) fn depth_for(&self, host: &str, repository: &str) -> Option<usize> {
        let mut segments = repository.split('/').filter(|part| !part.is_empty());
        let fits = self.host == host && self.path.iter().all(|part| segments.next() == Some(part));
        fits.then_some(self.path.len())
    }
}

/// One spelling of a host: lower case, without the port of HTTPS, and one name for Docker Hub.
pub(super) fn canonical_host(host: &str) -> String {
    let host = host.trim().to_ascii_lowercase();
    let host = host.strip_suffix(":443").unwrap_or(&host);
    if NAMES_OF_DOCKER_HUB.contains(&host) { DOCKER_HUB.to_owned() } else { host.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_meant_for_whole_path_segments() {
        let cases = [
            // key, host, repository, depth
            ("ghcr.io", "ghcr.io", "acme/app", Some(0)),
            ("ghcr.io/acme", "ghcr.io", "acme/app", Some(1)),
            ("ghcr.io/acme/", "ghcr.io", "acme/app", Some(1)),
            ("ghcr.io/acme/app", "ghcr.io", "acme/app", Some(2)),
            ("ghcr.io/acme", "ghcr.io", "acme-two/app", None),
            ("ghcr.io/acme", "ghcr.io", "acmeapp", None),
            ("ghcr.io/acme/app/x", "ghcr.io", "acme/app", None),
            ("ghcr.io", "evil-ghcr.io", "acme/app", None),
            ("ghcr.io", "ghcr.io.evil.example", "acme/app", None),
            ("GHCR.io", "ghcr.io", "acme/app", Some(0)),
            ("https://ghcr.io", "ghcr.io", "acme/app", Some(0)),
            ("https://ghcr.io/v2/", "ghcr.io", "acme/app", Some(0)),
            ("ghcr.io/v2", "ghcr.io", "acme/app", None),
            ("https://gitlab.io/group", "gitlab.io", "group/app", Some(1)),
            ("https://gitlab.io/group", "gitlab.io", "groups/app", None),
            ("localhost:5000", "localhost:5000", "app", Some(0)),
            ("localhost", "localhost:5000", "app", None),
            ("reg.io:443", "reg.io", "app", Some(0)),
            ("reg.io", "reg.io:443", "app", Some(0)),
            ("https://index.docker.io/v1/", "docker.io", "library/alpine", Some(0)),
            ("index.docker.io/v1/", "docker.io", "library/alpine", Some(0)),
            ("docker.io", "index.docker.io", "library/alpine", Some(0)),
            ("docker.io/acme", "registry-1.docker.io", "acme/app", Some(1)),
            ("registry-1.docker.io", "index.docker.io", "acme/app", Some(0)),
            ("docker.io", "notdocker.io", "acme/app", None),
            ("", "ghcr.io", "acme/app", None),
            ("ftp://ghcr.io", "ghcr.io", "acme/app", None),
        ];
        for (key, host, repository, expected) in cases {
            let depth = Scope::of(key).depth_for(&canonical_host(host), repository);
            assert_eq!(depth, expected, "{key} for {host}/{repository}");
        }
    }
}
