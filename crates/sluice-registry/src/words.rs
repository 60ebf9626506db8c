//! Foreign words made fit to be shown: clipped, on one line, without control or direction characters.

pub(crate) use sluice_core::words::cleaned;
use url::Url;

/// The most characters of a registry's own words that are shown.
pub(crate) const SHOWN: usize = 500;

/// An address without name, password and query, fit to be shown.
pub(crate) fn shown_url(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    // Both fail only for addresses that cannot carry a name, which then show none.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    cleaned(shown.as_str(), SHOWN)
}

/// A text that should be an address, without what stands before its `@`.
pub(crate) fn without_userinfo(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host = host.split(['?', '#']).next().unwrap_or_default();
    cleaned(&if scheme.is_empty() { host.to_owned() } else { format!("{scheme}://{host}") }, SHOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_shown_without_name_password_and_query() {
        let url = Url::parse("https://me:pw@reg.io/v2/a/tags/list?token=abc#x").expect("a url");
        assert_eq!(shown_url(&url), "https://reg.io/v2/a/tags/list");
        assert_eq!(without_userinfo("socks5://me:pw@proxy:1080"), "socks5://proxy:1080");
        assert_eq!(without_userinfo("me:p@w@proxy:1080"), "proxy:1080");
    }
}
