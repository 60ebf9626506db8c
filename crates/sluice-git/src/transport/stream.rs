//! Sockets under watch.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use crate::operation::Operation;

/// A socket whose waits count as waits of the operation.
pub(super) struct Watched<'o> {
    pub(super) operation: &'o Operation,
    pub(super) socket: &'o TcpStream,
    /// What is waited for, in words that follow "timed out while".
    pub(super) doing: &'static str,
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.operation.waiting(self.doing, || self.socket.read(buffer))
    }
}

impl Write for Watched<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.operation.waiting(self.doing, || self.socket.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}
