//! Who may sign by which SSH key: the format of allowed signers in ssh-keygen(1), "ALLOWED SIGNERS".

use jiff::Timestamp;
use jiff::civil::DateTime;
use ssh_key::PublicKey;
use ssh_key::public::KeyData;

use super::NAMESPACE;

/// A line of the file.
#[derive(Debug, Clone)]
pub(super) struct AllowedSigner {
    /// As written: usually an address.
    pub(super) principals: String,
    pub(super) key: KeyData,
    pub(super) after: Option<Timestamp>,
    pub(super) before: Option<Timestamp>,
}

/// A line that says nothing that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoredSigner {
    /// Counted from 1 in the text that was read.
    pub number: usize,
    /// Why.
    pub why: &'static str,
}

/// Reads the file. Lines for other purposes than Git's are left out without a word.
pub(super) fn parse(text: &str) -> (Vec<AllowedSigner>, Vec<IgnoredSigner>) {
    let (mut signers, mut ignored) = (Vec::new(), Vec::new());
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match read(line) {
            Ok(signer) => signers.extend(signer),
            Err(why) => ignored.push(IgnoredSigner { number: at + 1, why }),
        }
    }
    (signers, ignored)
}

fn read(line: &str) -> Result<Option<AllowedSigner>, &'static str> {
    let words = split(line).ok_or("a quotation mark is not closed")?;
    let (principals, rest) = words.split_first().ok_or("it names nobody")?;
    let at = rest.iter().position(|word| is_kind(word)).ok_or("it has no key")?;
    let key = rest.get(at + 1).ok_or("it has no key")?;
    let key = PublicKey::from_openssh(&format!("{} {key}", rest[at])).map_err(|_| "its key cannot be read")?;
    let mut signer =
        AllowedSigner { principals: unquoted(principals), key: key.key_data().clone(), after: None, before: None };
    for option in rest[..at].iter().flat_map(|word| options(word)) {
        let (name, value) = option.split_once('=').unwrap_or((&option, ""));
        let value = unquoted(value);
        match name.to_ascii_lowercase().as_str() {
            "cert-authority" => return Err("authorities for certificates are not used"),
            "namespaces" if !value.split(',').any(|one| one == NAMESPACE || one == "*") => return Ok(None),
            "namespaces" => {}
            "valid-after" => signer.after = Some(moment(&value).ok_or("its valid-after is no time")?),
            "valid-before" => signer.before = Some(moment(&value).ok_or("its valid-before is no time")?),
            _ => return Err("it has an option that is unknown"),
        }
    }
    Ok(Some(signer))
}

fn is_kind(word: &str) -> bool {
    ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"].iter().any(|kind| word.starts_with(kind))
}

/// The words of a line; quotation marks keep blanks together and stay in the word.
fn split(line: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                word.push(c);
            }
            c if c.is_ascii_whitespace() && !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    (!quoted).then_some(words)
}

/// The options of a word; commas inside quotation marks don't separate.
fn options(word: &str) -> Vec<String> {
    let (mut found, mut option, mut quoted) = (Vec::new(), String::new(), false);
    for c in word.chars() {
        match c {
            ',' if !quoted => found.push(std::mem::take(&mut option)),
            c => {
                quoted ^= c == '"';
                option.push(c);
            }
        }
    }
    found.push(option);
    found
}

fn unquoted(text: &str) -> String {
    text.trim_matches('"').to_owned()
}

/// `YYYYMMDD` or `YYYYMMDDHHMM[SS]`, in the machine's zone, or in UTC with a `Z` behind it.
fn moment(text: &str) -> Option<Timestamp> {
    let (digits, is_utc) = text.strip_suffix(['Z', 'z']).map_or((text, false), |digits| (digits, true));
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| digits.get(from..to).map(|part| part.parse::<i8>()).transpose().ok();
    let (hour, minute, second) = match digits.len() {
        8 => (0, 0, 0),
        12 => (part(8, 10)??, part(10, 12)??, 0),
        14 => (part(8, 10)??, part(10, 12)??, part(12, 14)??),
        _ => return None,
    };
    let year = digits.get(..4)?.parse().ok()?;
    let civil = DateTime::new(year, part(4, 6)??, part(6, 8)??, hour, minute, second, 0).ok()?;
    let zone = if is_utc { jiff::tz::TimeZone::UTC } else { jiff::tz::TimeZone::system() };
    civil.to_zoned(zone).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";

    #[test]
    fn lines_name_people_keys_and_times() {
        let text = format!(
            "# ours\n\nme@acme.example {KEY} laptop\nyou@acme.example,*@ops.example namespaces=\"git,file\",valid-before=\"20260101Z\" {KEY}\n\
             \"a b\" valid-after=20250101093000Z {KEY}\n"
        );
        let (signers, ignored) = parse(&text);
        assert_eq!(ignored, []);
        let names: Vec<_> = signers.iter().map(|signer| signer.principals.as_str()).collect();
        assert_eq!(names, ["me@acme.example", "you@acme.example,*@ops.example", "a b"]);
        assert_eq!(signers[1].before, Some("2026-01-01T00:00:00Z".parse().expect("a time")));
        assert_eq!(signers[2].after, Some("2025-01-01T09:30:00Z".parse().expect("a time")));
        assert!(signers[0].after.is_none() && signers[0].before.is_none());
    }

    #[test]
    fn lines_that_are_for_something_else_or_wrong_do_not_count() {
        for (line, why) in [
            (format!("me namespaces=\"file\" {KEY}"), None),
            (format!("me cert-authority {KEY}"), Some("authorities for certificates are not used")),
            (format!("me frobnicate {KEY}"), Some("it has an option that is unknown")),
            (format!("me valid-before=tomorrow {KEY}"), Some("its valid-before is no time")),
            (format!("me valid-before=20261301 {KEY}"), Some("its valid-before is no time")),
            ("me".to_owned(), Some("it has no key")),
            ("me ssh-ed25519".to_owned(), Some("it has no key")),
            ("me ssh-ed25519 AAAA".to_owned(), Some("its key cannot be read")),
            (format!("\"me {KEY}"), Some("a quotation mark is not closed")),
        ] {
            let (signers, ignored) = parse(&line);
            assert!(signers.is_empty(), "{line}");
            assert_eq!(ignored.first().map(|one| one.why), why, "{line}");
        }
    }
}
