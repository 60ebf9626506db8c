//! What a caller knows beside the files themselves.

use crate::catalogue::Catalogue;
use crate::flux::UpdatePath;
use crate::key::ObjectKey;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What is known of the world around a repository's files. Everything is optional: a bare folder is examined with
/// [`Surroundings::default`], and what cannot be known is not complained of.
#[derive(Default)]
pub struct Surroundings<'s> {
    /// Whether the repository has something at a path.
    pub exists: Option<&'s dyn Fn(&UpdatePath) -> bool>,
    /// The repository's own address. Automations that write to another one are then not held to these files. Without it
    /// the address is taken from a Kustomization that applies the file that defines its own source, as `flux bootstrap`
    /// writes it.
    pub remote: Option<&'s str>,
    /// What the other known repositories say: their policies count, and their automations where they write here.
    pub elsewhere: &'s [&'s Catalogue],
    /// The references that remotes have, by GitRepository: `refs/heads/main`, …
    pub references: BTreeMap<ObjectKey, &'s BTreeSet<String>>,
    /// The tags of the last scan, by ImageRepository.
    pub tags: BTreeMap<ObjectKey, Vec<&'s str>>,
}

impl fmt::Debug for Surroundings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings")
            .field("exists", &self.exists.is_some())
            .field("remote", &self.remote)
            .field("elsewhere", &self.elsewhere.len())
            .field("references", &self.references.keys())
            .field("tags", &self.tags.keys())
            .finish()
    }
}

/// Whether two addresses name one repository: the same host and path, whatever the scheme, the user, a port of the
/// scheme's own or a final `.git`.
pub(super) fn is_same_remote(a: &str, b: &str) -> bool {
    bare_address(a) == bare_address(b)
}

fn bare_address(address: &str) -> (String, String) {
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match scheme {
        "ssh" => host.strip_suffix(":22"),
        "https" => host.strip_suffix(":443"),
        "http" => host.strip_suffix(":80"),
        _ => None,
    }
    .unwrap_or(host);
    let path = path.trim_matches('/');
    (host.to_ascii_lowercase(), path.strip_suffix(".git").unwrap_or(path).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_one_by_whatever_scheme_it_is_reached() {
        for (a, b, same) in [
            ("ssh://git@git.example.com/team/app.git", "https://git.example.com/team/app", true),
            ("ssh://git@git.example.com:22/team/app", "ssh://GIT.example.com/team/app/", true),
            ("https://u:p@git.example.com:443/a.git", "https://git.example.com/a", true),
            ("https://git.example.com:8443/a", "https://git.example.com/a", false),
            ("https://git.example.com/a", "https://git.example.com/b", false),
            ("https://git.example.com/a", "https://other.example.com/a", false),
        ] {
            assert_eq!(is_same_remote(a, b), same, "{a} {b}");
        }
    }
}
