//! A server that takes connections and never says a word.

use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Listens on loopback until it is dropped.
pub struct SilentServer {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    connections: Mutex<Vec<TcpStream>>,
    is_over: AtomicBool,
}

impl SilentServer {
    /// Starts to listen.
    ///
    /// # Panics
    /// When loopback has no free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has free ports");
        let address = listener.local_addr().expect("a bound listener has an address");
        let shared = Arc::new(Shared::default());
        std::thread::spawn({
            let shared = shared.clone();
            move || {
                for connection in listener.incoming().flatten() {
                    if shared.is_over.load(Ordering::Acquire) {
                        return;
                    }
                    shared.connections.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
                }
            }
        });
        Self { address, shared }
    }

    /// Where it listens, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many connections it took so far.
    pub fn connections(&self) -> usize {
        self.shared.connections.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Drop for SilentServer {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Release);
        // The listener sees the flag when somebody knocks.
        let _ = TcpStream::connect(self.address);
        for connection in self.shared.connections.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            // Fails where the other side hung up already.
            let _ = connection.shutdown(Shutdown::Both);
        }
    }
}
