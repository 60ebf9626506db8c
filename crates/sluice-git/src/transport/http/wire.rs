//! The connection below HTTP: ureq speaks the protocol, this carries its bytes.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::{ClientConnection, Stream};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport};

use crate::error::GitError;
use crate::operation::Operation;
use crate::remote_url::Scheme;
use crate::transport::dial::dial;
use crate::transport::stream::Watched;
use crate::transport::tls;

/// Connects to the operation's remote, whatever address is asked for: there is no other.
#[derive(Clone)]
pub(super) struct Wires(pub(super) Arc<Operation>);

/// One connection.
pub(super) struct Wire {
    operation: Arc<Operation>,
    socket: TcpStream,
    tls: Option<ClientConnection>,
    buffers: LazyBuffers,
    is_open: bool,
}

const BUFFER: usize = 64 << 10;

impl Connector for Wires {
    type Out = Wire;

    fn connect(&self, _: &ConnectionDetails<'_>, _: Option<()>) -> Result<Option<Wire>, ureq::Error> {
        let operation = self.0.clone();
        let opened = open(&operation).map_err(|error| ureq::Error::Io(operation.fail(error)))?;
        let (socket, tls) = opened;
        Ok(Some(Wire { operation, socket, tls, buffers: LazyBuffers::new(BUFFER, BUFFER), is_open: true }))
    }
}

fn open(operation: &Operation) -> Result<(TcpStream, Option<ClientConnection>), GitError> {
    let socket = dial(operation)?;
    if operation.remote.scheme() != Scheme::Https {
        return Ok((socket, None));
    }
    let mut session = tls::session(operation)?;
    let mut stream = Watched { operation, socket: &socket, doing: "TLS was agreed on" };
    while session.is_handshaking() {
        if let Err(error) = session.complete_io(&mut stream) {
            let is_tls = error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>());
            let words = error.to_string();
            return Err(if is_tls {
                GitError::Certificate { remote: operation.place(), words: operation.shown(&words) }
            } else {
                operation.unreachable(&words)
            });
        }
    }
    Ok((socket, Some(session)))
}

impl Wire {
    fn with_stream<T>(
        &mut self,
        doing: &'static str,
        act: impl FnOnce(&mut dyn ReadWrite, &mut LazyBuffers) -> io::Result<T>,
    ) -> io::Result<T> {
        let mut watched = Watched { operation: &self.operation, socket: &self.socket, doing };
        let outcome = match &mut self.tls {
            None => act(&mut watched, &mut self.buffers),
            Some(tls) => act(&mut Stream::new(tls, &mut watched), &mut self.buffers),
        };
        if outcome.is_err() {
            self.is_open = false;
        }
        outcome.map_err(|error| self.told(error))
    }

    /// With TLS 1.3 a server refuses our certificate when we believe that all is agreed on: that is no broken connection.
    fn told(&self, error: io::Error) -> io::Error {
        let is_tls = error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>());
        if !is_tls {
            return error;
        }
        let words = self.operation.shown(&error.to_string());
        self.operation.fail(GitError::Certificate { remote: self.operation.place(), words })
    }
}

trait ReadWrite: Read + Write {}

impl<T: Read + Write> ReadWrite for T {}

impl Transport for Wire {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), ureq::Error> {
        self.with_stream("the request was sent", |stream, buffers| {
            stream.write_all(&buffers.output()[..amount])?;
            stream.flush()
        })?;
        Ok(())
    }

    fn await_input(&mut self, _: NextTimeout) -> Result<bool, ureq::Error> {
        let amount = self.with_stream("the answer was awaited", |stream, buffers| {
            let amount = stream.read(buffers.input_append_buf())?;
            buffers.input_appended(amount);
            Ok(amount)
        })?;
        if amount == 0 {
            self.is_open = false;
        }
        Ok(amount > 0)
    }

    /// Whether another request may go this way: a server that hung up meanwhile has left an end of file to read.
    fn is_open(&mut self) -> bool {
        let is_quiet = || {
            self.socket.set_nonblocking(true)?;
            let looked = self.socket.peek(&mut [0]);
            self.socket.set_nonblocking(false)?;
            Ok::<_, io::Error>(looked.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock))
        };
        self.is_open && is_quiet().unwrap_or(false)
    }

    fn is_tls(&self) -> bool {
        self.tls.is_some()
    }
}

/// ureq wants an address of every host; the connector finds its own.
impl Resolver for Wires {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut addresses = self.empty();
        addresses.push(([0, 0, 0, 0], 0).into());
        Ok(addresses)
    }
}

impl fmt::Debug for Wires {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wires")
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}
