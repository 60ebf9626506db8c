//! `~/.netrc`, which curl and so Git read.
//!
//! Source: curl's `lib/netrc.c`: words separated by blanks, quoted words with escapes, `machine`, `default`, `login`,
//! `password`, `account`, `macdef` up to an empty line; the first machine that fits counts.

use sluice_core::Secret;
use zeroize::Zeroizing;

use super::Address;
use crate::machine::Machine;
use crate::{Found, Login, Offers, OriginKind};

/// An entry's name and password.
type Entry = (String, Secret);

impl Machine {
    pub(super) async fn of_netrc(&self, address: &Address) -> Offers {
        let own = self.path_from("NETRC");
        let windows = cfg!(windows).then(|| self.in_home("_netrc")).flatten();
        let paths = own.map_or_else(|| vec![self.in_home(".netrc"), windows], |path| vec![Some(path)]);
        let mut offers = Offers::default();
        for path in paths.into_iter().flatten() {
            match self.read(&path).await {
                Ok(Some(contents)) => {
                    let entry = entry(&contents, &address.host, address.user.as_deref());
                    let origin = format!("{}, {}", self.shown(&path), address.host);
                    offers.found.extend(entry.map(|(username, password)| {
                        Found::new(OriginKind::Netrc, origin, Login::Basic { username, password })
                    }));
                }
                Ok(None) => {}
                Err(problem) => offers.problems.push(problem),
            }
        }
        offers
    }
}

/// The first entry for a host (and user, where the address names one) that has a password.
fn entry(contents: &Secret, host: &str, user: Option<&str>) -> Option<Entry> {
    let words = words(&String::from_utf8_lossy(contents.expose()));
    let mut words = words.iter().map(|word| word.as_str());
    let mut fits = false;
    let (mut login, mut password) = (None::<&str>, None::<&str>);
    loop {
        let word = words.next();
        if matches!(word, None | Some("machine" | "default")) {
            // What came before is complete.
            let wanted = user.is_none_or(|user| login.is_none_or(|login| login == user));
            if let Some(password) = password.filter(|_| fits && wanted) {
                let name = login.or(user).unwrap_or_default();
                return Some((name.to_owned(), Secret::new(password)));
            }
            (login, password) = (None, None);
        }
        match word? {
            "machine" => fits = words.next()?.eq_ignore_ascii_case(host),
            "default" => fits = true,
            "login" => login = words.next(),
            "password" => password = words.next(),
            "account" => drop(words.next()),
            _ => {}
        }
    }
}

/// The file's words, without comments and macros.
fn words(text: &str) -> Vec<Zeroizing<String>> {
    let mut words = Vec::new();
    let mut in_macro = false;
    for line in text.lines() {
        if in_macro {
            in_macro = !line.trim().is_empty();
            continue;
        }
        let mut rest = line.trim_start();
        while !rest.is_empty() && !rest.starts_with('#') {
            let (word, after) = next_word(rest);
            if word.as_str() == "macdef" {
                in_macro = true;
                break;
            }
            words.push(word);
            rest = after.trim_start();
        }
    }
    words
}

fn next_word(text: &str) -> (Zeroizing<String>, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        return (Zeroizing::new(text[..end].to_owned()), &text[end..]);
    };
    let mut word = Zeroizing::new(String::with_capacity(quoted.len()));
    let mut characters = quoted.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return (word, &quoted[at + 1..]),
            '\\' => match characters.next() {
                Some((_, 'n')) => word.push('\n'),
                Some((_, 'r')) => word.push('\r'),
                Some((_, 't')) => word.push('\t'),
                Some((_, other)) => word.push(other),
                None => {}
            },
            other => word.push(other),
        }
    }
    (word, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, user: Option<&str>) -> String {
        match entry(&Secret::new(text), "git.acme.io", user) {
            Some((name, password)) => format!("{name} {}", password.expose_str().expect("text")),
            None => "nothing".into(),
        }
    }

    #[test]
    fn entries_are_found_as_curl_finds_them() {
        let cases = [
            ("machine git.acme.io login me password pw", None, "me pw"),
            ("machine git.acme.io\n\tlogin me\n\tpassword pw\n", None, "me pw"),
            ("machine GIT.acme.io password pw login me", None, "me pw"),
            ("machine other login a password b machine git.acme.io login me password pw", None, "me pw"),
            ("machine acme.io login a password b", None, "nothing"),
            ("default login any password thing", None, "any thing"),
            ("machine git.acme.io login me", None, "nothing"),
            ("machine git.acme.io password pw", None, " pw"),
            ("machine git.acme.io password pw", Some("bot"), "bot pw"),
            (
                "machine git.acme.io login a password b\nmachine git.acme.io login bot password pw",
                Some("bot"),
                "bot pw",
            ),
            ("machine git.acme.io login a password b", Some("bot"), "nothing"),
            ("machine git.acme.io login me password \"p \\\"w\\\\\"", None, "me p \"w\\"),
            ("# machine git.acme.io login a password b\nmachine git.acme.io login me password pw", None, "me pw"),
            (
                "macdef x\nmachine git.acme.io login a password b\n\nmachine git.acme.io login me password pw",
                None,
                "me pw",
            ),
            ("machine git.acme.io account x login me password pw", None, "me pw"),
            ("machine git.acme.io login me password machine", None, "me machine"),
            ("machine", None, "nothing"),
            ("machine git.acme.io login me password \"pw", None, "me pw"),
            ("", None, "nothing"),
        ];
        for (text, user, expected) in cases {
            assert_eq!(told(text, user), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_file_makes_it_panic(text in "([ \"\\\\\n#]|machine|default|login|password|macdef|git.acme.io|ä){0,30}") {
            // Both outcomes are fine.
            let _ = entry(&Secret::new(text), "git.acme.io", None);
        }
    }
}
