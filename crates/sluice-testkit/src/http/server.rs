//! A server of HTTP/1.1, with or without TLS, that keeps a log of what it was asked.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::{Reply, Request, read_head};

/// A server that listens on loopback until it is dropped.
pub struct HttpServer {
    address: SocketAddr,
    is_encrypted: bool,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    answer: Box<dyn Fn(&Request) -> Reply + Send + Sync>,
    log: Mutex<Vec<Request>>,
    connections: Mutex<Vec<TcpStream>>,
    is_over: AtomicBool,
}

/// What a TLS client says first (RFC 8446 section 5.1), and what Go's servers of plain HTTP answer to it at once. Who
/// waits for a line instead keeps clients that try HTTPS first waiting too.
const TLS_HANDSHAKE: u8 = 22;
const NOT_ENCRYPTED: &[u8] = b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTPS request to an HTTP server.\n";

impl HttpServer {
    /// Starts to listen; with `tls`, encrypted. `answer` is called on a thread per connection.
    ///
    /// # Panics
    /// When loopback has no free port.
    pub fn start(tls: Option<Arc<ServerConfig>>, answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has free ports");
        let address = listener.local_addr().expect("a bound listener has an address");
        let shared = Arc::new(Shared {
            answer: Box::new(answer),
            log: Mutex::default(),
            connections: Mutex::default(),
            is_over: AtomicBool::new(false),
        });
        let is_encrypted = tls.is_some();
        let acceptor = std::thread::spawn({
            let shared = shared.clone();
            move || shared.accept(&listener, tls.as_ref())
        });
        Self { address, is_encrypted, shared, acceptor: Some(acceptor) }
    }

    /// `127.0.0.1:port`.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// The same server under another name: `localhost:port`.
    pub fn other_name(&self) -> String {
        format!("localhost:{}", self.address.port())
    }

    /// `scheme://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("{}://{}", if self.is_encrypted { "https" } else { "http" }, self.address)
    }

    /// What was asked so far, in order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Starts the log anew.
    pub fn forget_requests(&self) {
        self.shared.log.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Release);
        // The acceptor sees the flag when somebody knocks; it may have ended already.
        let _ = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
        for connection in self.shared.connections.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            // Fails where the other side hung up already.
            let _ = connection.shutdown(Shutdown::Both);
        }
    }
}

impl Shared {
    fn accept(self: Arc<Self>, listener: &TcpListener, tls: Option<&Arc<ServerConfig>>) {
        for connection in listener.incoming() {
            if self.is_over.load(Ordering::Acquire) {
                return;
            }
            let Ok(connection) = connection else { continue };
            if let Ok(copy) = connection.try_clone() {
                self.connections.lock().unwrap_or_else(PoisonError::into_inner).push(copy);
            }
            let (shared, tls) = (self.clone(), tls.cloned());
            // A client that hangs up or is refused by TLS is no news for a test server.
            std::thread::spawn(move || drop(shared.serve_connection(connection, tls)));
        }
    }

    fn serve_connection(&self, connection: TcpStream, tls: Option<Arc<ServerConfig>>) -> io::Result<()> {
        connection.set_nodelay(true)?;
        let outcome = match tls {
            None => {
                let mut stream = BufReader::new(&connection);
                match stream.fill_buf()?.first() {
                    Some(&TLS_HANDSHAKE) => (&connection).write_all(NOT_ENCRYPTED),
                    _ => self.serve(&mut stream),
                }
            }
            Some(config) => {
                let session = ServerConnection::new(config).map_err(io::Error::other)?;
                let mut stream = BufReader::new(StreamOwned::new(session, &connection));
                let outcome = self.serve(&mut stream);
                let stream = stream.get_mut();
                stream.conn.send_close_notify();
                outcome.and(stream.flush())
            }
        };
        // The list of connections holds it open otherwise.
        connection.shutdown(Shutdown::Both)?;
        outcome
    }

    fn serve<S: Read + Write>(&self, stream: &mut BufReader<S>) -> io::Result<()> {
        while let Some(request) = read_request(stream)? {
            self.log.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
            let reply = (self.answer)(&request);
            // A proxy wants each connection for one request.
            let is_last = request.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
            let reply = if is_last { reply.header("Connection", "close") } else { reply };
            if !reply.write(stream.get_mut(), request.method == "HEAD")? || is_last {
                return Ok(());
            }
        }
        Ok(())
    }
}

fn read_request(from: &mut impl BufRead) -> io::Result<Option<Request>> {
    let Some((line, headers)) = read_head(from)? else { return Ok(None) };
    let mut parts = line.split(' ');
    let (method, target) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request =
        Request { method: method.into(), path: path.into(), query: query.into(), headers, body: Vec::new() };
    let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    from.take(length).read_to_end(&mut request.body)?;
    Ok(Some(request))
}
