//! Foreign words made fit to be shown: clipped, on one line, without control or direction characters.

use url::Url;

/// The most characters of a registry's own words that are shown.
pub(crate) const SHOWN: usize = 500;

/// Takes out what must not reach a terminal, a window or a log and cuts to `limit` characters.
///
/// Control characters become spaces; zero-width and direction-changing characters (Unicode UAX #9) vanish, because they
/// can make a text read as something else.
pub(crate) fn cleaned(text: &str, limit: usize) -> String {
    let mut clean = String::with_capacity(text.len().min(limit));
    let mut count = 0;
    let mut gap = false;
    for c in text.chars() {
        if is_invisible(c) {
            continue;
        }
        if c.is_whitespace() || c.is_control() {
            gap = !clean.is_empty();
            continue;
        }
        if count >= limit {
            clean.push('…');
            break;
        }
        if gap {
            clean.push(' ');
            count += 1;
            gap = false;
        }
        clean.push(c);
        count += 1;
    }
    clean
}

fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{3164}' | '\u{ffa0}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

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
    fn foreign_words_are_made_fit_to_be_shown() {
        let cases = [
            ("plain words", "plain words"),
            ("two\r\nlines\t here", "two lines here"),
            ("\u{1b}[31mred", "[31mred"),
            ("a\u{202e}b\u{2066}c\u{200b}d", "abcd"),
            ("\0\0nul", "nul"),
            ("a\u{3164}b\u{34f}c", "abc"),
        ];
        for (text, expected) in cases {
            assert_eq!(cleaned(text, 100), expected);
        }
        assert_eq!(cleaned(&"ä".repeat(600), 500).chars().count(), 501);
    }

    #[test]
    fn addresses_are_shown_without_name_password_and_query() {
        let url = Url::parse("https://me:pw@reg.io/v2/a/tags/list?token=abc#x").expect("a url");
        assert_eq!(shown_url(&url), "https://reg.io/v2/a/tags/list");
        assert_eq!(without_userinfo("socks5://me:pw@proxy:1080"), "socks5://proxy:1080");
        assert_eq!(without_userinfo("me:p@w@proxy:1080"), "proxy:1080");
    }
}
