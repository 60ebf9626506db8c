//! URLs (sprig `url.go`), as Go's `net/url` takes them apart and puts them together.

use crate::template::call::{Function, Param, fixed};
use crate::template::fault::Fault;
use crate::template::value::{Entries, Map, Value};

use Param::{Dict, Text};

use super::convert::lossy;

/// The table.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("urlParse", &[Text], |call| {
        let url = Url::parse(call.text(0))
            .map_err(|cause| Fault::new(format!("unable to parse url: parse {:?}: {cause}", call.text(0))))?;
        let entries = [
            ("scheme", url.scheme.clone()),
            ("host", url.host.clone()),
            ("hostname", url.hostname().to_owned()),
            ("path", url.path.clone()),
            ("query", url.query.clone()),
            ("opaque", url.opaque.clone()),
            ("fragment", url.fragment.clone()),
            ("userinfo", url.user.as_ref().map_or(String::new(), User::written)),
        ];
        Ok(Value::text_map(Entries::Any, entries.map(|(key, value)| (key, Value::from(value)))))
    }),
    fixed("urlJoin", &[Dict], |call| joined(&call.dict(0))),
];

fn joined(dict: &Map) -> Result<Value, Fault> {
    let part = |name: &str| match dict.get(name) {
        None => Ok(String::new()),
        Some(Value::Text(text)) => Ok(text.to_string()),
        Some(other) => Err(Fault::new(format!(
            "unable to parse {name} key, must be of type string, but {} found",
            other.kind_name()
        ))),
    };
    let mut url = Url {
        scheme: part("scheme")?,
        host: part("host")?,
        path: part("path")?,
        query: part("query")?,
        opaque: part("opaque")?,
        fragment: part("fragment")?,
        ..Url::default()
    };
    let user = part("userinfo")?;
    if !user.is_empty() {
        let parsed = Url::parse(&format!("proto://{user}@host"));
        url.user = parsed.map_err(|cause| Fault::new(format!("unable to parse userinfo in dict: {cause}")))?.user;
    }
    Ok(url.written().into())
}

/// `url.Userinfo`.
#[derive(Default)]
struct User {
    name: String,
    password: Option<String>,
}

impl User {
    fn written(&self) -> String {
        let name = escape(&self.name, Part::User);
        match &self.password {
            Some(password) => format!("{name}:{}", escape(password, Part::User)),
            None => name,
        }
    }
}

/// `url.URL`.
#[derive(Default)]
struct Url {
    scheme: String,
    opaque: String,
    user: Option<User>,
    host: String,
    path: String,
    /// The path as it was written, where escaping it again would give another.
    raw_path: String,
    query: String,
    forces_query: bool,
    fragment: String,
    raw_fragment: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Path,
    Host,
    User,
    Fragment,
}

/// `shouldEscape`, the other way round.
fn stays(byte: u8, part: Part) -> bool {
    match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => true,
        b'!' | b'\'' | b'(' | b')' | b'*' => matches!(part, Part::Host) || (part == Part::Fragment && byte != b'\''),
        b'$' | b'&' | b'+' | b',' | b'/' | b':' | b';' | b'=' | b'?' | b'@' => match part {
            Part::Path => byte != b'?',
            Part::User => !matches!(byte, b'@' | b'/' | b'?' | b':'),
            Part::Fragment => true,
            Part::Host => matches!(byte, b'$' | b'&' | b'+' | b',' | b';' | b'=' | b':'),
        },
        b'[' | b']' | b'<' | b'>' | b'"' => part == Part::Host,
        _ => false,
    }
}

fn escape(text: &str, part: Part) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            if stays(byte, part) {
                out.push(char::from(byte));
            } else {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    out
}

fn unescape(text: &str, part: Part) -> Result<String, String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if byte == b'%' {
            let digits = text.get(at + 1..at + 3).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
            let Some(value) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) else {
                let shown: String = lossy(&bytes[at..bytes.len().min(at + 3)]);
                return Err(format!("invalid URL escape {shown:?}"));
            };
            if part == Part::Host && value.is_ascii() && value != b'%' {
                return Err(format!("invalid URL escape {:?}", &text[at..at + 3]));
            }
            out.push(value);
            at += 3;
        } else {
            if part == Part::Host && byte.is_ascii() && !stays(byte, part) {
                return Err(format!("invalid character {:?} in host name", char::from(byte)));
            }
            out.push(byte);
            at += 1;
        }
    }
    Ok(lossy(&out))
}

impl Url {
    /// `url.Parse`.
    fn parse(text: &str) -> Result<Self, String> {
        let mut url = Self::default();
        if text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
            return Err("net/url: invalid control character in URL".to_owned());
        }
        let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
        url.fragment = unescape(fragment, Part::Fragment)?;
        url.raw_fragment = fragment.to_owned();
        if text == "*" {
            url.path = text.to_owned();
            return Ok(url);
        }
        let (scheme, mut rest) = scheme(text)?;
        url.scheme = scheme.to_ascii_lowercase();
        if rest.ends_with('?') && rest.matches('?').count() == 1 {
            url.forces_query = true;
            rest = &rest[..rest.len() - 1];
        } else if let Some((before, query)) = rest.split_once('?') {
            url.query = query.to_owned();
            rest = before;
        }
        if !rest.starts_with('/') {
            if !url.scheme.is_empty() {
                url.opaque = rest.to_owned();
                return Ok(url);
            }
            if rest.split('/').next().is_some_and(|segment| segment.contains(':')) {
                return Err("first path segment in URL cannot contain colon".to_owned());
            }
        }
        if (!url.scheme.is_empty() || !rest.starts_with("///")) && rest.starts_with("//") {
            let after = &rest[2..];
            let end = after.find('/').unwrap_or(after.len());
            url.authority(&after[..end])?;
            rest = &after[end..];
        }
        url.path = unescape(rest, Part::Path)?;
        url.raw_path = rest.to_owned();
        Ok(url)
    }

    fn authority(&mut self, text: &str) -> Result<(), String> {
        let (user, host) = match text.rfind('@') {
            Some(at) => (Some(&text[..at]), &text[at + 1..]),
            None => (None, text),
        };
        self.host = parse_host(host)?;
        let Some(user) = user else { return Ok(()) };
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte);
        if !user.bytes().all(fits) {
            return Err("net/url: invalid userinfo".to_owned());
        }
        self.user = Some(match user.split_once(':') {
            Some((name, password)) => {
                User { name: unescape(name, Part::User)?, password: Some(unescape(password, Part::User)?) }
            }
            None => User { name: unescape(user, Part::User)?, password: None },
        });
        Ok(())
    }

    /// `URL.Hostname`.
    fn hostname(&self) -> &str {
        if let Some(inside) = self.host.strip_prefix('[') {
            return inside.find(']').map_or(self.host.as_str(), |end| &inside[..end]);
        }
        match self.host.rfind(':') {
            Some(colon) if self.host[colon + 1..].bytes().all(|byte| byte.is_ascii_digit()) => &self.host[..colon],
            _ => &self.host,
        }
    }

    fn escaped(value: &str, raw: &str, part: Part) -> String {
        let valid = |byte: u8| stays(byte, part) || b"!$&'()*+,;=:@[]%".contains(&byte);
        if !raw.is_empty() && raw.bytes().all(valid) && unescape(raw, part).as_deref() == Ok(value) {
            return raw.to_owned();
        }
        if value == "*" { value.to_owned() } else { escape(value, part) }
    }

    /// `URL.String`.
    fn written(&self) -> String {
        let mut out = String::new();
        if !self.scheme.is_empty() {
            out.push_str(&self.scheme);
            out.push(':');
        }
        if self.opaque.is_empty() {
            if !self.scheme.is_empty() || !self.host.is_empty() || self.user.is_some() {
                if !self.host.is_empty() || !self.path.is_empty() || self.user.is_some() {
                    out.push_str("//");
                }
                if let Some(user) = &self.user {
                    out.push_str(&user.written());
                    out.push('@');
                }
                out.push_str(&escape(&self.host, Part::Host));
            }
            let path = Self::escaped(&self.path, &self.raw_path, Part::Path);
            if !path.is_empty() && !path.starts_with('/') && !self.host.is_empty() {
                out.push('/');
            }
            if out.is_empty() && path.split('/').next().is_some_and(|segment| segment.contains(':')) {
                out.push_str("./");
            }
            out.push_str(&path);
        } else {
            out.push_str(&self.opaque);
        }
        if self.forces_query || !self.query.is_empty() {
            out.push('?');
            out.push_str(&self.query);
        }
        if !self.fragment.is_empty() {
            out.push('#');
            out.push_str(&Self::escaped(&self.fragment, &self.raw_fragment, Part::Fragment));
        }
        out
    }
}

/// `getScheme`.
fn scheme(text: &str) -> Result<(&str, &str), String> {
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if index > 0 => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' => return Ok(("", text)),
            b':' if index == 0 => return Err("missing protocol scheme".to_owned()),
            b':' => return Ok((&text[..index], &text[index + 1..])),
            _ => return Ok(("", text)),
        }
    }
    Ok(("", text))
}

fn parse_host(host: &str) -> Result<String, String> {
    let port = if host.starts_with('[') {
        let end = host.rfind(']').ok_or("missing ']' in host")?;
        &host[end + 1..]
    } else {
        host.rfind(':').map_or("", |colon| &host[colon..])
    };
    let digits = port.strip_prefix(':').unwrap_or(port);
    let fits = port.is_empty() || port.starts_with(':') && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !fits {
        return Err(format!("invalid port {port:?} after host"));
    }
    unescape(host, Part::Host)
}
