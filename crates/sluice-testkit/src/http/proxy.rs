//! A forward proxy (RFC 9110 section 7.6.3): tunnels by CONNECT and requests by absolute address.

use std::io::{self, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::read_head;

/// A proxy that runs until it is dropped.
pub struct ForwardProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    /// The `Proxy-Authorization` that is asked for.
    wanted: Option<String>,
    /// Where everybody is led, whatever they ask for.
    leads_to: Option<String>,
    log: Mutex<Vec<String>>,
    is_over: AtomicBool,
}

impl ForwardProxy {
    /// A proxy for everybody.
    pub fn open() -> Self {
        Self::start(None, None)
    }

    /// A proxy for everybody that leads to one server (`host:port`) under all names, so that a test can stand for hosts
    /// that it does not own.
    pub fn leading_to(address: &str) -> Self {
        Self::start(None, Some(address.to_owned()))
    }

    /// A proxy that asks for a name and a password.
    pub fn basic(username: &str, password: &str) -> Self {
        use base64::Engine as _;
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("{username}:{password}"));
        Self::start(Some(format!("Basic {pair}")), None)
    }

    fn start(wanted: Option<String>, leads_to: Option<String>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has free ports");
        let address = listener.local_addr().expect("a bound listener has an address");
        let shared = Arc::new(Shared { wanted, leads_to, log: Mutex::default(), is_over: AtomicBool::new(false) });
        std::thread::spawn({
            let shared = shared.clone();
            move || {
                for connection in listener.incoming() {
                    if shared.is_over.load(Ordering::Acquire) {
                        return;
                    }
                    let Ok(connection) = connection else { continue };
                    let shared = shared.clone();
                    // Who hangs up is no news for a test proxy.
                    std::thread::spawn(move || drop(shared.serve(connection)));
                }
            }
        });
        Self { address, shared }
    }

    /// `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The first lines of the requests so far: `CONNECT host:port HTTP/1.1`, `GET http://host/path HTTP/1.1`.
    pub fn requests(&self) -> Vec<String> {
        self.shared.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for ForwardProxy {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Release);
        // The listener sees the flag when somebody knocks.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn serve(&self, client: TcpStream) -> io::Result<()> {
        let mut reader = BufReader::new(client.try_clone()?);
        let Some((line, headers)) = read_head(&mut reader)? else { return Ok(()) };
        self.log.lock().unwrap_or_else(PoisonError::into_inner).push(line.clone());
        let sent = headers.iter().find(|(name, _)| name == "proxy-authorization").map(|(_, value)| value);
        if sent != self.wanted.as_ref() {
            let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"proxy\"\r\n\
                           Content-Length: 0\r\nConnection: close\r\n\r\n";
            return (&client).write_all(refusal.as_bytes());
        }
        let mut parts = line.split(' ');
        let (method, target) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if method == "CONNECT" {
            let server = TcpStream::connect(self.leads_to.as_deref().unwrap_or(target))?;
            (&client).write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
            return splice(reader, &client, &server);
        }
        let rest = target.strip_prefix("http://").ok_or(io::ErrorKind::InvalidInput)?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let server = TcpStream::connect(self.leads_to.as_deref().unwrap_or(host))?;
        let mut head = format!("{method} /{path} HTTP/1.1\r\nConnection: close\r\n");
        for (name, value) in headers.iter().filter(|(name, _)| !name.starts_with("proxy-") && name != "connection") {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        (&server).write_all(format!("{head}\r\n").as_bytes())?;
        splice(reader, &client, &server)
    }
}

/// Copies both ways until both sides are done.
pub(super) fn splice(mut from_client: impl Read + Send, client: &TcpStream, server: &TcpStream) -> io::Result<()> {
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut to = server;
            // Ends when either side hangs up.
            let _ = io::copy(&mut from_client, &mut to);
            let _ = server.shutdown(Shutdown::Write);
        });
        let (mut from, mut to) = (server, client);
        let copied = io::copy(&mut from, &mut to);
        let _ = client.shutdown(Shutdown::Both);
        copied.map(drop)
    })
}
