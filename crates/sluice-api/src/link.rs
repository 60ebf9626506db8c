//! Deep links: `sluice://` addresses that lead to a page of the window, from a chat, a ticket or a notification.
//!
//! | link | page |
//! |---|---|
//! | `sluice://inbox`, `apps`, `images`, `releases`, `clusters`, `sources`, `activity`, `settings` | that screen |
//! | `sluice://image/SOURCE/NAMESPACE/NAME[?tag=TAG]` | the page of the policy, with that tag pointed at |
//! | `sluice://release/ID` | one release |
//! | `sluice://cluster/NAME` | one cluster |
//! | `sluice://source/ID` | one Git remote |
//! | `sluice://registry/HOST[:PORT]` | one registry |
//!
//! Parts are percent-encoded. Anybody can make such a link, so it shows a page and does nothing else.

use url::Url;

use crate::view::common::{ObjectRef, Page};

/// The scheme of the links, as the system knows it.
pub const SCHEME: &str = "sluice";

/// The page that a link leads to; nothing when it is no link of ours, or one of another version's that is not known here.
#[must_use]
pub fn page(link: &str) -> Option<Page> {
    let url = Url::parse(link).ok().filter(|url| url.scheme() == SCHEME)?;
    // Every part in one row, whether the writer thought of the first one as a host or not.
    let written = link.split_once(':')?.1.split(['?', '#']).next()?;
    let parts: Vec<String> =
        written.split('/').filter(|part| !part.is_empty()).map(decoded).collect::<Option<Vec<_>>>()?;
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Some(match parts.as_slice() {
        [] | ["inbox"] => Page::Inbox,
        ["apps"] => Page::Apps,
        ["images"] => Page::Images,
        ["clusters"] => Page::Clusters,
        ["releases"] => Page::Releases,
        ["sources"] => Page::Sources,
        ["activity"] => Page::Activity,
        ["settings"] => Page::Settings,
        ["image", source, namespace, name] => Page::Policy {
            policy: ObjectRef {
                source: (*source).to_owned(),
                namespace: (*namespace).to_owned(),
                name: (*name).to_owned(),
            },
            tag: url.query_pairs().find(|(name, _)| name == "tag").map(|(_, tag)| tag.into_owned()),
        },
        ["release", release] => Page::Release { release: (*release).to_owned() },
        ["cluster", cluster] => Page::Cluster { cluster: (*cluster).to_owned() },
        ["source", source] => Page::Source { source: (*source).to_owned() },
        ["registry", host] => Page::Registry { host: (*host).to_owned() },
        _ => return None,
    })
}

/// A part without its percent signs; nothing when it is no text or holds what no name of ours does.
fn decoded(part: &str) -> Option<String> {
    let text = percent_encoding::percent_decode_str(part).decode_utf8().ok()?;
    (!text.chars().any(char::is_control)).then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(tag: Option<&str>) -> Page {
        let part = str::to_owned;
        let policy = ObjectRef { source: part("fleet"), namespace: part("flux-system"), name: part("flask-app") };
        Page::Policy { policy, tag: tag.map(part) }
    }

    #[test]
    fn a_link_leads_to_its_page() {
        for (link, wanted) in [
            ("sluice://", Page::Inbox),
            ("sluice://inbox", Page::Inbox),
            ("sluice:inbox", Page::Inbox),
            ("SLUICE://inbox/", Page::Inbox),
            ("sluice://images", Page::Images),
            ("sluice://apps", Page::Apps),
            ("sluice://clusters", Page::Clusters),
            ("sluice://cluster/kind-dev", Page::Cluster { cluster: "kind-dev".to_owned() }),
            ("sluice://settings#anything", Page::Settings),
            ("sluice://image/fleet/flux-system/flask-app", policy(None)),
            ("sluice:///image/fleet/flux-system/flask-app/", policy(None)),
            ("sluice://image/fleet/flux-system/flask-app?tag=1.0.1", policy(Some("1.0.1"))),
            ("sluice://image/fleet/flux-system/flask-app?x=1&tag=a%2Bb", policy(Some("a+b"))),
            ("sluice://release/01J9", Page::Release { release: "01J9".to_owned() }),
            ("sluice://source/Team%20A", Page::Source { source: "Team A".to_owned() }),
            ("sluice://registry/127.0.0.1:5000", Page::Registry { host: "127.0.0.1:5000".to_owned() }),
        ] {
            assert_eq!(page(link), Some(wanted), "{link}");
        }
    }

    #[test]
    fn what_is_no_link_of_ours_leads_nowhere() {
        for link in [
            "",
            "inbox",
            "https://example.com/image/fleet/flux-system/flask-app",
            "sluice://unknown",
            "sluice://image/fleet",
            "sluice://image/fleet/a/b/c",
            "sluice://release/%00",
            "sluice://release/%ff",
            "sluice://release/a%0Ab",
        ] {
            assert_eq!(page(link), None, "{link:?}");
        }
    }
}
