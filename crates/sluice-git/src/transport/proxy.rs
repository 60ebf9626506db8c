//! Proxies: HTTP's CONNECT (RFC 9110, section 9.3.6) and SOCKS 5 (RFC 1928, RFC 1929).

use std::io::{self, Read, Write};
use std::net::TcpStream;

use base64::Engine as _;
use sluice_core::Secret;
use url::Url;

use super::dial::connect;
use super::stream::Watched;
use crate::access::ProxyAddress;
use crate::error::GitError;
use crate::operation::Operation;

/// The longest answer of a proxy that is read, in bytes.
const LONGEST: usize = 8 << 10;

/// A connection to `host:port` through the proxy.
pub(super) fn tunnel(
    operation: &Operation,
    proxy: &ProxyAddress,
    host: &str,
    port: u16,
) -> Result<TcpStream, GitError> {
    let bad = |words: &str| operation.bad_access("proxy", words);
    let url = Url::parse(&proxy.address).map_err(|_| bad("it is not an address"))?;
    let name = url.host_str().ok_or_else(|| bad("it names no host"))?;
    let name = name.trim_start_matches('[').trim_end_matches(']').to_owned();
    let credential = match &proxy.credential {
        Some((name, password)) => Some((name.clone(), password.duplicate())),
        None => in_address(&url),
    };
    let (default_port, handshake): (u16, Handshake) = match url.scheme() {
        "http" => (80, http_connect),
        "socks5" | "socks5h" => (1080, socks5),
        _ => return Err(bad("it begins with neither http:// nor socks5://")),
    };
    let socket = connect(operation, &name, url.port().unwrap_or(default_port))?;
    let mut stream = Watched { operation, socket: &socket, doing: "the proxy was asked to connect" };
    match handshake(&mut stream, host, port, credential.as_ref()) {
        Ok(()) => Ok(socket),
        Err(error) => {
            let words = format!("the proxy {name} did not connect to {host}:{port}: {error}");
            Err(operation.unreachable(&words))
        }
    }
}

type Handshake = fn(&mut Watched<'_>, &str, u16, Option<&(String, Secret)>) -> io::Result<()>;

/// A name and password in the proxy's address, percent-encoded.
fn in_address(url: &Url) -> Option<(String, Secret)> {
    let decoded = |text: &str| super::ssh::percent_decoded(text);
    let name = decoded(url.username());
    let password = url.password().map(|password| Secret::new(decoded(password)));
    (!name.is_empty()).then(|| (name, password.unwrap_or_else(|| Secret::new(""))))
}

fn http_connect(
    stream: &mut Watched<'_>,
    host: &str,
    port: u16,
    credential: Option<&(String, Secret)>,
) -> io::Result<()> {
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let mut request = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n").into_bytes();
    if let Some((name, password)) = credential {
        let pair = Secret::new([name.as_bytes(), b":", password.expose()].concat());
        let encoded = Secret::new(base64::engine::general_purpose::STANDARD.encode(pair.expose()));
        request.extend_from_slice(b"Proxy-Authorization: Basic ");
        request.extend_from_slice(encoded.expose());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    let request = Secret::new(request);
    stream.write_all(request.expose())?;
    // Byte by byte, so that nothing of what follows the head is taken.
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if head.len() >= LONGEST || stream.read(&mut byte)? == 0 {
            return Err(io::Error::other("its answer is not HTTP's"));
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head);
    let line = head.lines().next().unwrap_or_default();
    match line.split(' ').nth(1) {
        Some(status) if status.len() == 3 && status.starts_with('2') => Ok(()),
        _ => Err(io::Error::other(line.to_owned())),
    }
}

fn socks5(stream: &mut Watched<'_>, host: &str, port: u16, credential: Option<&(String, Secret)>) -> io::Result<()> {
    let methods: &[u8] = if credential.is_some() { &[5, 2, 0, 2] } else { &[5, 1, 0] };
    stream.write_all(methods)?;
    let mut chosen = [0; 2];
    stream.read_exact(&mut chosen)?;
    match (chosen, credential) {
        ([5, 0], _) => {}
        ([5, 2], Some((name, password))) => sign_in(stream, name, password)?,
        ([5, _], _) => return Err(io::Error::other("it wants another way of signing in")),
        _ => return Err(io::Error::other("its answer is not SOCKS 5's")),
    }
    let length = u8::try_from(host.len()).map_err(|_| io::Error::other("the host's name is too long"))?;
    let mut request = vec![5, 1, 0, 3, length];
    request.extend_from_slice(host.as_bytes());
    request.extend_from_slice(&port.to_be_bytes());
    stream.write_all(&request)?;
    let mut answer = [0; 4];
    stream.read_exact(&mut answer)?;
    let words = match answer[1] {
        0 => "",
        2 => "not allowed by its rules",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused",
        _ => "it failed",
    };
    if answer[0] != 5 || !words.is_empty() {
        return Err(io::Error::other(words));
    }
    // The address it is bound to, which is of no use here.
    let rest = match answer[3] {
        1 => 4,
        4 => 16,
        _ => {
            let mut length = [0];
            stream.read_exact(&mut length)?;
            usize::from(length[0])
        }
    };
    stream.read_exact(&mut vec![0; rest + 2])
}

fn sign_in(stream: &mut Watched<'_>, name: &str, password: &Secret) -> io::Result<()> {
    let length = |bytes: &[u8]| u8::try_from(bytes.len()).map_err(|_| io::Error::other("its password is too long"));
    let mut request = vec![1, length(name.as_bytes())?];
    request.extend_from_slice(name.as_bytes());
    request.push(length(password.expose())?);
    request.extend_from_slice(password.expose());
    let request = Secret::new(request);
    stream.write_all(request.expose())?;
    let mut answer = [0; 2];
    stream.read_exact(&mut answer)?;
    if answer[1] == 0 { Ok(()) } else { Err(io::Error::other("it refuses the name and password")) }
}
