//! Asking an SSH server for its host keys.

use std::time::Duration;

use crate::error::GitError;
use crate::known_hosts::HostKey;
use crate::transport;

/// The host keys that the server at `host:port` shows, one of each kind that it has. `timeout` is the longest silence.
///
/// It is trust on first use and nothing more: somebody in between can show keys of his own, so a person compares the
/// fingerprints with those that the host publishes before a line goes to the known hosts.
///
/// # Errors
/// When nobody answers there, or not as an SSH server does.
pub fn scan_host_key(host: &str, port: u16, timeout: Duration) -> Result<Vec<HostKey>, GitError> {
    transport::scan(host, port, timeout)
}
