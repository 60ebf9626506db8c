//! A client for what tests do themselves, such as pushing an image: one connection a request, no redirects.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::read_head;

/// A client of one server.
#[derive(Clone)]
pub struct HttpClient {
    /// `host:port`.
    pub address: String,
    /// How it encrypts, if it does.
    pub tls: Option<Arc<ClientConfig>>,
    /// Sent with each request.
    pub authorization: Option<String>,
}

/// What a server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// How long one read may take.
const PATIENCE: Duration = Duration::from_secs(20);

impl Answer {
    /// The first value of a header; its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl HttpClient {
    /// A client of a server of plain HTTP.
    pub fn plain(address: impl Into<String>) -> Self {
        Self { address: address.into(), tls: None, authorization: None }
    }

    /// Asks once.
    ///
    /// # Errors
    /// When the server cannot be reached, is not trusted, or answers what is no HTTP.
    pub fn ask(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<Answer> {
        let connection = TcpStream::connect(&self.address)?;
        connection.set_read_timeout(Some(PATIENCE))?;
        connection.set_write_timeout(Some(PATIENCE))?;
        let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address);
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        let authorization = self.authorization.iter().map(|value| ("Authorization", value.as_str()));
        for (name, value) in headers.iter().copied().chain(authorization) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let message = [head.as_bytes(), body].concat();
        match &self.tls {
            None => exchange(connection, method, &message),
            Some(config) => {
                let host = self.address.rsplit_once(':').map_or(self.address.as_str(), |(host, _)| host);
                let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
                let session = ClientConnection::new(config.clone(), name).map_err(io::Error::other)?;
                exchange(StreamOwned::new(session, connection), method, &message)
            }
        }
    }
}

fn exchange(mut stream: impl Read + Write, method: &str, message: &[u8]) -> io::Result<Answer> {
    stream.write_all(message)?;
    stream.flush()?;
    let mut stream = BufReader::new(stream);
    loop {
        let (line, headers) = read_head(&mut stream)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
        if status == 100 {
            continue;
        }
        let mut answer = Answer { status, headers, body: Vec::new() };
        if method == "HEAD" || status == 204 || status == 304 {
            return Ok(answer);
        }
        let length = answer.header("content-length").and_then(|length| length.parse().ok());
        if answer.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
            read_chunks(&mut stream, &mut answer.body)?;
        } else {
            stream.take(length.unwrap_or(u64::MAX)).read_to_end(&mut answer.body)?;
        }
        return Ok(answer);
    }
}

fn read_chunks(stream: &mut impl BufRead, body: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let length = u64::from_str_radix(line.trim(), 16).map_err(io::Error::other)?;
        if length == 0 {
            return Ok(());
        }
        stream.by_ref().take(length).read_to_end(body)?;
        stream.read_line(&mut line)?;
    }
}
