//! The `Link` header that leads to a list's next page (RFC 8288; OCI distribution specification, "Listing tags").

use url::Url;

/// Finds the target of the next page among all values of the `Link` header.
///
/// The link with `rel=next` counts. Where no link names a relation at all, the first one counts, as
/// go-containerregistry takes it. `None` means that this was the last page.
///
/// # Errors
/// [`MalformedLink`] when a value is not a list of links.
pub fn next_target<'v>(values: impl IntoIterator<Item = &'v str>) -> Result<Option<String>, MalformedLink> {
    let mut without_relation = None;
    let mut relations_seen = false;
    for value in values {
        let mut rest = value.trim();
        while !rest.is_empty() {
            let (link, after) = one_link(rest)?;
            relations_seen |= link.relations.is_some();
            match &link.relations {
                Some(relations) if relations.split_ascii_whitespace().any(|r| r.eq_ignore_ascii_case("next")) => {
                    return Ok(Some(link.target.to_owned()));
                }
                Some(_) => {}
                None => {
                    without_relation.get_or_insert(link.target);
                }
            }
            rest = after;
        }
    }
    Ok(without_relation.filter(|_| !relations_seen).map(str::to_owned))
}

/// The header is not a list of links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a Link header")]
pub struct MalformedLink;

struct Link<'v> {
    target: &'v str,
    relations: Option<String>,
}

/// Reads `<target>; name=value; name="value"` and returns what follows the comma behind it.
fn one_link(text: &str) -> Result<(Link<'_>, &str), MalformedLink> {
    let inner = text.strip_prefix('<').ok_or(MalformedLink)?;
    let (target, mut rest) = inner.split_once('>').ok_or(MalformedLink)?;
    let mut relations = None;
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix(',') {
            return Ok((Link { target: target.trim(), relations }, after.trim_start()));
        }
        let Some(parameter) = rest.strip_prefix(';') else {
            return if rest.is_empty() {
                Ok((Link { target: target.trim(), relations }, ""))
            } else {
                Err(MalformedLink)
            };
        };
        let parameter = parameter.trim_start();
        let name_end = parameter.find([';', ',', '=']).unwrap_or(parameter.len());
        let name = parameter[..name_end].trim();
        rest = &parameter[name_end..];
        if let Some(value) = rest.strip_prefix('=') {
            let (value, after) = parameter_value(value.trim_start())?;
            // RFC 8288 section 3.3: occurrences of rel after the first must be ignored.
            if name.eq_ignore_ascii_case("rel") && relations.is_none() {
                relations = Some(value);
            }
            rest = after;
        }
    }
}

fn parameter_value(text: &str) -> Result<(String, &str), MalformedLink> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([';', ',']).unwrap_or(text.len());
        return Ok((text[..end].trim().to_owned(), &text[end..]));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return Ok((value, &quoted[at + 1..])),
            '\\' => value.push(characters.next().ok_or(MalformedLink)?.1),
            c => value.push(c),
        }
    }
    Err(MalformedLink)
}

/// Where a link's target leads, seen from the page that it stood on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextPage {
    /// An address on the same host, with the page's own scheme and port.
    Here(Url),
    /// Another host, which is not followed.
    Elsewhere,
    /// Not an address.
    Malformed,
}

/// Resolves a target against the page's address.
///
/// Registries behind a proxy are known to write their inner scheme (`http`) or leave out the port; as long as the host
/// is the same, its path and query are asked for at the address that already answered.
pub fn resolve(page: &Url, target: &str) -> NextPage {
    let Ok(resolved) = page.join(target) else { return NextPage::Malformed };
    if !matches!(resolved.scheme(), "http" | "https")
        || !resolved.username().is_empty()
        || resolved.password().is_some()
    {
        return NextPage::Elsewhere;
    }
    let same_host = resolved.host() == page.host();
    let same_port = resolved.port_or_known_default() == page.port_or_known_default();
    if !same_host || !(same_port || resolved.port().is_none()) {
        return NextPage::Elsewhere;
    }
    let mut next = page.clone();
    next.set_path(resolved.path());
    next.set_query(resolved.query());
    next.set_fragment(None);
    NextPage::Here(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_as_rfc_8288_writes_it() {
        let cases: [(&[&str], Option<&str>); 12] = [
            (&[], None),
            (&[r#"</v2/a/tags/list?n=2&last=b>; rel="next""#], Some("/v2/a/tags/list?n=2&last=b")),
            (&["</x>; rel=next"], Some("/x")),
            (&["</x>;REL=NEXT"], Some("/x")),
            (&["</x>"], Some("/x")),
            (&[r#"</last>; rel="last", </x>; title="a, b; <c>"; rel="prev next""#], Some("/x")),
            (&[r#"</last>; rel="last""#, r#"</x>; rel="next""#], Some("/x")),
            (&[r#"</last>; rel="last""#], None),
            (&[r#"</x>; rel="prev"; rel="next""#], None),
            (&["</a>, </b>"], Some("/a")),
            (&["</a>; rel=first, </b>"], None),
            (&[r#"</x>; title="q\"uote"; rel=next"#], Some("/x")),
        ];
        for (values, expected) in cases {
            assert_eq!(next_target(values.iter().copied()).as_ref().map(Option::as_deref), Ok(expected), "{values:?}");
        }
    }

    #[test]
    fn what_is_no_link_is_refused() {
        for value in ["x", "<x", "/v2/a; rel=next", "<a> b", r#"<a>; rel="next"#, r#"<a>; rel="\"#] {
            assert_eq!(next_target([value]), Err(MalformedLink), "{value}");
        }
    }

    #[test]
    fn pages_are_followed_on_the_same_host_only() {
        let page = Url::parse("https://reg.io:5000/v2/a/tags/list?n=1000").expect("a url");
        let here = |text: &str| NextPage::Here(Url::parse(text).expect("a url"));
        let cases = [
            ("/v2/a/tags/list?last=1", here("https://reg.io:5000/v2/a/tags/list?last=1")),
            ("?last=1", here("https://reg.io:5000/v2/a/tags/list?last=1")),
            ("list?last=1", here("https://reg.io:5000/v2/a/tags/list?last=1")),
            ("https://reg.io:5000/v2/a?x", here("https://reg.io:5000/v2/a?x")),
            ("http://reg.io/v2/a?x", here("https://reg.io:5000/v2/a?x")),
            ("http://reg.io:5000/v2/a?x#frag", here("https://reg.io:5000/v2/a?x")),
            ("//evil.io/v2/a", NextPage::Elsewhere),
            ("https://evil.io/v2/a", NextPage::Elsewhere),
            ("https://reg.io:6000/v2/a", NextPage::Elsewhere),
            ("https://me:pw@reg.io:5000/v2/a", NextPage::Elsewhere),
            ("file:///etc/passwd", NextPage::Elsewhere),
            ("https://[", NextPage::Malformed),
        ];
        for (target, expected) in cases {
            assert_eq!(resolve(&page, target), expected, "{target}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_header_is_read_or_refused(value: String, target: String) {
            let _ = next_target([value.as_str()]);
            let page = Url::parse("https://reg.io/v2/a/tags/list").expect("a url");
            if let NextPage::Here(next) = resolve(&page, &target) {
                proptest::prop_assert_eq!(next.origin(), page.origin());
            }
        }

        #[test]
        fn a_target_survives_being_written(target in "[!-;=?-~]{0,40}", title in "[ -~]{0,20}") {
            let title = title.replace(['\\', '"'], "");
            let value = format!("</first>; rel=first, <{target}>; title=\"{title}\"; rel=\"next\"");
            proptest::prop_assert_eq!(next_target([value.as_str()]), Ok(Some(target)));
        }
    }
}
