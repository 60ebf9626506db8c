//! A SOCKS 5 proxy (RFC 1928), open or with a name and password (RFC 1929).

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::proxy::splice;

/// A proxy that runs until it is dropped.
pub struct SocksProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    /// The name and password that are asked for.
    wanted: Option<(String, String)>,
    targets: Mutex<Vec<String>>,
    is_over: AtomicBool,
}

impl SocksProxy {
    /// Starts one; with a name and password, it serves nobody else.
    ///
    /// # Panics
    /// When loopback has no free port.
    pub fn start(wanted: Option<(&str, &str)>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has free ports");
        let address = listener.local_addr().expect("a bound listener has an address");
        let wanted = wanted.map(|(name, password)| (name.to_owned(), password.to_owned()));
        let shared = Arc::new(Shared { wanted, targets: Mutex::default(), is_over: AtomicBool::new(false) });
        std::thread::spawn({
            let shared = shared.clone();
            move || {
                for connection in listener.incoming().flatten() {
                    if shared.is_over.load(Ordering::Acquire) {
                        return;
                    }
                    let shared = shared.clone();
                    // Who hangs up is no news for a test proxy.
                    std::thread::spawn(move || drop(shared.serve(connection)));
                }
            }
        });
        Self { address, shared }
    }

    /// `socks5://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("socks5://{}", self.address)
    }

    /// Where it was asked to connect to so far, `host:port`.
    pub fn targets(&self) -> Vec<String> {
        self.shared.targets.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for SocksProxy {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Release);
        // The listener sees the flag when somebody knocks.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn serve(&self, client: TcpStream) -> io::Result<()> {
        let mut stream = &client;
        let methods = counted(&mut stream, 1)?;
        let method = if self.wanted.is_some() { 2 } else { 0 };
        if !methods.contains(&method) {
            return stream.write_all(&[5, 0xff]);
        }
        stream.write_all(&[5, method])?;
        if let Some((name, password)) = &self.wanted {
            let given = (counted(&mut stream, 1)?, counted(&mut stream, 0)?);
            let is_right = given.0 == name.as_bytes() && given.1 == password.as_bytes();
            stream.write_all(&[1, u8::from(!is_right)])?;
            if !is_right {
                return Ok(());
            }
        }
        let mut head = [0; 4];
        stream.read_exact(&mut head)?;
        // Names only: that is how clients leave the lookup to the proxy.
        if head != [5, 1, 0, 3] {
            return stream.write_all(&[5, 8, 0, 1, 0, 0, 0, 0, 0, 0]);
        }
        let host = String::from_utf8_lossy(&counted(&mut stream, 0)?).into_owned();
        let mut port = [0; 2];
        stream.read_exact(&mut port)?;
        let target = format!("{host}:{}", u16::from_be_bytes(port));
        self.targets.lock().unwrap_or_else(PoisonError::into_inner).push(target.clone());
        let Ok(server) = TcpStream::connect(&target) else {
            return stream.write_all(&[5, 5, 0, 1, 0, 0, 0, 0, 0, 0]);
        };
        stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
        splice(client.try_clone()?, &client, &server)
    }
}

/// Skips some bytes, then reads as many as the next byte says.
fn counted(stream: &mut &TcpStream, skipped: usize) -> io::Result<Vec<u8>> {
    stream.read_exact(&mut vec![0; skipped])?;
    let mut length = [0];
    stream.read_exact(&mut length)?;
    let mut bytes = vec![0; usize::from(length[0])];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}
