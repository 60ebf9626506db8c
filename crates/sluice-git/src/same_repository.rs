//! Whether two addresses are one repository: the only place that decides it.

use crate::RemoteUrl;

/// What is known of addresses that mean one repository: that they look it, or that a person says so.
///
/// A GitRepository in a cluster often names a repository by another address than people do: a name that only the
/// cluster's DNS knows, a mirror, an alias of the SSH configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SameRepository(Vec<Known>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    own: RemoteUrl,
    as_well: Vec<RemoteUrl>,
}

impl Known {
    fn is_called(&self, url: &RemoteUrl) -> bool {
        self.as_well.iter().any(|other| other.is_likely_same(url))
    }

    fn has(&self, url: &RemoteUrl) -> bool {
        self.own.is_likely_same(url) || self.is_called(url)
    }
}

impl SameRepository {
    /// Learns that a repository that is reached at `own` is known by other addresses as well.
    pub fn learn(&mut self, own: RemoteUrl, as_well: Vec<RemoteUrl>) {
        if !as_well.is_empty() {
            self.0.push(Known { own, as_well });
        }
    }

    /// Whether both very likely mean one repository: they have the same host and path, whatever the scheme, the user, the
    /// port, a final `.git` and the path's case (no forge tells repositories apart by case); or one repository is known by
    /// both.
    pub fn are_same(&self, one: &RemoteUrl, other: &RemoteUrl) -> bool {
        one.is_likely_same(other) || self.0.iter().any(|known| known.has(one) && known.has(other))
    }

    /// The same for an address as somebody wrote it; one that cannot be read is nobody's.
    pub fn is_written(&self, written: &str, url: &RemoteUrl) -> bool {
        RemoteUrl::parse(written).is_ok_and(|written| self.are_same(&written, url))
    }

    /// Where the repository is reached that is known by this other address; nothing where none is.
    pub fn reached_at(&self, other: &RemoteUrl) -> Option<&RemoteUrl> {
        self.0.iter().find(|known| known.is_called(other)).map(|known| &known.own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> RemoteUrl {
        RemoteUrl::parse(text).expect("an address")
    }

    #[test]
    fn addresses_are_one_where_they_look_it_or_a_person_says_so() {
        let (own, inside) =
            ("git@git.acme.example:team/fleet.git", "http://gitea-http.gitea.svc.cluster.local:3000/team/fleet");
        let mut same = SameRepository::default();
        assert!(!same.are_same(&url(own), &url(inside)));
        same.learn(url(own), vec![url(inside), url("ssh://git@mirror.acme.example/fleet.git")]);
        same.learn(url("https://git.acme.example/team/other"), Vec::new());
        for (one, other, are_same) in [
            (own, own, true),
            (own, "https://git.acme.example/team/fleet", true),
            (own, inside, true),
            (inside, "https://GIT.acme.example/Team/fleet.git", true),
            ("http://gitea-http.gitea.svc.cluster.local/team/fleet.git", "https://mirror.acme.example/fleet", true),
            (own, "https://git.acme.example/team/other", false),
            (own, "https://mirror.acme.example/other", false),
            (inside, "https://elsewhere.example/team/fleet", false),
        ] {
            assert_eq!(same.are_same(&url(one), &url(other)), are_same, "{one} and {other}");
            assert_eq!(same.are_same(&url(other), &url(one)), are_same, "{other} and {one}");
            assert_eq!(same.is_written(one, &url(other)), are_same, "{one} and {other}");
        }
        assert!(!same.is_written("https://user:secret@git.acme.example/team/fleet", &url(own)), "it cannot be read");
        assert_eq!(same.reached_at(&url(inside)), Some(&url(own)));
        assert_eq!(same.reached_at(&url(own)), None, "it is reached as it is written");
    }
}
