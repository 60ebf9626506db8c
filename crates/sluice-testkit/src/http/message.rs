//! What is asked and what is answered.

use std::io::{self, BufRead, Write};
use std::time::Duration;

/// A request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `HEAD`, …
    pub method: String,
    /// The path without the query, as written.
    pub path: String,
    /// The query without its question mark, as written; empty where there is none.
    pub query: String,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, read by `Content-Length`.
    pub body: Vec<u8>,
}

impl Request {
    /// The first value of a header; its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The `Authorization` header.
    pub fn authorization(&self) -> Option<&str> {
        self.header("authorization")
    }

    /// A parameter of the query, decoded.
    pub fn parameter(&self, name: &str) -> Option<String> {
        form_value(&self.query, name)
    }

    /// All values of a parameter of the query, decoded.
    pub fn parameters(&self, name: &str) -> Vec<String> {
        form_values(&self.query, name).collect()
    }

    /// A field of a body that is a form, decoded.
    pub fn field(&self, name: &str) -> Option<String> {
        form_value(std::str::from_utf8(&self.body).unwrap_or_default(), name)
    }

    /// Name and password of `Authorization: Basic`.
    pub fn basic(&self) -> Option<(String, String)> {
        use base64::Engine as _;
        let encoded = self.authorization()?.strip_prefix("Basic ")?;
        let pair = base64::engine::general_purpose::STANDARD.decode(encoded).ok()?;
        let (username, password) = std::str::from_utf8(&pair).ok()?.split_once(':')?;
        Some((username.to_owned(), password.to_owned()))
    }

    /// `METHOD /path?query`, for comparing logs.
    pub fn line(&self) -> String {
        let mark = if self.query.is_empty() { "" } else { "?" };
        format!("{} {}{mark}{}", self.method, self.path, self.query)
    }
}

fn form_value(form: &str, name: &str) -> Option<String> {
    form_values(form, name).next()
}

fn form_values(form: &str, name: &str) -> impl Iterator<Item = String> {
    form.split('&').filter_map(move |pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(key) == name).then(|| decoded(value))
    })
}

fn decoded(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || bytes.next().and_then(|b| (b as char).to_digit(16)).unwrap_or_default();
                u8::try_from(digit() * 16 + digit()).unwrap_or_default()
            }
            other => other,
        });
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// What is answered.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers. `Content-Length` is added unless one is here.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
    /// How long the answer waits before its first byte.
    pub delay: Duration,
}

/// A body, proper or not.
#[derive(Debug, Clone)]
pub enum Body {
    /// As it is.
    Bytes(Vec<u8>),
    /// These bytes, said to be this many more than they are; then the connection ends.
    Cut {
        /// What is sent.
        bytes: Vec<u8>,
        /// What is missing, in bytes.
        missing: u64,
    },
    /// A chunk again and again up to so many bytes, without saying how many there will be.
    Repeated {
        /// The chunk.
        chunk: Vec<u8>,
        /// Bytes in total.
        total: u64,
    },
    /// The bytes one by one with a pause after each.
    Dripping {
        /// What is sent.
        bytes: Vec<u8>,
        /// The pause.
        pause: Duration,
    },
    /// These bytes in place of a whole answer, status line included; then the connection ends.
    Raw(Vec<u8>),
}

impl Reply {
    /// An answer with a status and no body.
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Body::Bytes(Vec::new()), delay: Duration::ZERO }
    }

    /// Status 200 with a body of a media type.
    pub fn of(media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { body: Body::Bytes(body.into()), ..Self::status(200) }.header("Content-Type", media_type)
    }

    /// Status 200 with JSON, given as text so that it may be broken JSON as well.
    pub fn json(body: impl Into<Vec<u8>>) -> Self {
        Self::of("application/json", body)
    }

    /// An error as the OCI distribution specification writes it.
    pub fn refusal(status: u16, code: &str, message: &str) -> Self {
        let body = serde_json::json!({ "errors": [{ "code": code, "message": message }] });
        Self { status, ..Self::json(body.to_string()) }
    }

    /// A redirect.
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::status(status).header("Location", location)
    }

    /// Bytes in place of a whole answer.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self { body: Body::Raw(bytes.into()), ..Self::status(200) }
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With another status.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// With another body.
    #[must_use]
    pub fn body(self, body: Body) -> Self {
        Self { body, ..self }
    }

    /// After a wait.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Writes it and says whether the connection may be used again.
    pub(super) fn write(&self, to: &mut impl Write, to_head: bool) -> io::Result<bool> {
        std::thread::sleep(self.delay);
        if let Body::Raw(bytes) = &self.body {
            to.write_all(bytes)?;
            to.flush()?;
            return Ok(false);
        }
        let mut head = format!("HTTP/1.1 {} Status\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let length = match &self.body {
            Body::Bytes(bytes) | Body::Dripping { bytes, .. } => Some(bytes.len() as u64),
            Body::Cut { bytes, missing } => Some(bytes.len() as u64 + missing),
            Body::Repeated { .. } | Body::Raw(_) => None,
        };
        let said = self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        let may_have_body = self.status != 304 && self.status != 204;
        match length {
            Some(length) if !said && may_have_body => head.push_str(&format!("Content-Length: {length}\r\n")),
            None => head.push_str("Connection: close\r\n"),
            Some(_) => {}
        }
        head.push_str("\r\n");
        to.write_all(head.as_bytes())?;
        to.flush()?;
        if to_head || !may_have_body {
            return Ok(length.is_some());
        }
        self.body.write(to)?;
        to.flush()?;
        Ok(matches!(self.body, Body::Bytes(_) | Body::Dripping { .. }))
    }
}

impl Body {
    fn write(&self, to: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Bytes(bytes) | Self::Cut { bytes, .. } | Self::Raw(bytes) => to.write_all(bytes),
            Self::Repeated { chunk, total } => {
                let mut left = *total;
                while left > 0 {
                    let now = chunk.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                    to.write_all(&chunk[..now])?;
                    left -= now as u64;
                }
                Ok(())
            }
            Self::Dripping { bytes, pause } => bytes.iter().try_for_each(|byte| {
                to.write_all(&[*byte])?;
                to.flush()?;
                std::thread::sleep(*pause);
                Ok(())
            }),
        }
    }
}

/// A first line, and headers with their names in lower case.
pub(crate) type Head = (String, Vec<(String, String)>);

/// Reads a first line and the headers, names in lower case. Nothing where the other side said nothing more.
pub(crate) fn read_head(from: &mut impl BufRead) -> io::Result<Option<Head>> {
    let mut line = String::new();
    if from.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let first = line.trim_end().to_owned();
    let mut headers = Vec::new();
    loop {
        line.clear();
        if from.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim_end().split_once(':') {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.trim().to_owned())),
            None => return Ok(Some((first, headers))),
        }
    }
}
