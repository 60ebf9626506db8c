//! A connection to a host, directly or through a proxy.

use std::io;
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::proxy;
use crate::error::GitError;
use crate::operation::Operation;

/// How often a pending connection looks whether it is still wanted.
const LOOK: Duration = Duration::from_millis(50);

/// Connects to the operation's remote, through its proxy if it has one. The socket is under watch.
pub(super) fn dial(operation: &Operation) -> Result<TcpStream, GitError> {
    let port = operation.remote.port().unwrap_or_default();
    match &operation.access.proxy {
        None => connect(operation, operation.remote.host(), port),
        Some(address) => proxy::tunnel(operation, address, operation.remote.host(), port),
    }
}

/// Connects to a host.
///
/// Name lookup cannot be called off, so it and the attempts run on a thread of their own, which ends when the system
/// gives up.
pub(super) fn connect(operation: &Operation, host: &str, port: u16) -> Result<TcpStream, GitError> {
    let (sender, receiver) = channel();
    let (name, patience) = (host.to_owned(), operation.access.timeout);
    let attempt = std::thread::Builder::new().name("git-connect".to_owned());
    let attempt = attempt.spawn(move || {
        // Nobody listens any more when the operation was called off.
        let _ = sender.send(attempt_all(&name, port, patience));
    });
    attempt.map_err(|error| operation.unreachable(&error.to_string()))?;
    let started = Instant::now();
    let socket = loop {
        match receiver.recv_timeout(LOOK) {
            Ok(outcome) => break outcome,
            Err(RecvTimeoutError::Disconnected) => break Err(io::Error::other("the attempt ended")),
            Err(RecvTimeoutError::Timeout) => operation.go_on()?,
        }
        if started.elapsed() > patience {
            break Err(io::ErrorKind::TimedOut.into());
        }
    };
    let prepared = socket.and_then(|socket| {
        socket.set_nodelay(true)?;
        operation.watch_socket(&socket)?;
        Ok(socket)
    });
    prepared.map_err(|error| match error.kind() {
        io::ErrorKind::TimedOut => {
            GitError::TimedOut { remote: operation.place(), after: patience, doing: "connecting" }
        }
        _ => operation.unreachable(&format!("{host}:{port}: {error}")),
    })
}

/// Tries the host's addresses in turn; they share the time.
fn attempt_all(host: &str, port: u16, patience: Duration) -> io::Result<TcpStream> {
    let addresses: Vec<_> = (host, port).to_socket_addrs()?.collect();
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    let share = patience / u32::try_from(addresses.len().max(1)).unwrap_or(u32::MAX);
    for address in addresses {
        match TcpStream::connect_timeout(&address, share.max(Duration::from_millis(1))) {
            Ok(socket) => return Ok(socket),
            Err(error) => last = error,
        }
    }
    Err(last)
}
