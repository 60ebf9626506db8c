//! Ports for programs that can't say which one the system gave them.

use std::fs::{File, OpenOptions};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU16, Ordering};

/// Where the ports are taken from: what systems hand out by themselves, to a listener on port 0 or to an outgoing
/// connection, begins above (32768 on Linux, 49152 on macOS and Windows). Nobody therefore comes upon one by chance, not
/// even while the server that it was taken for is down for a moment.
const FIRST: u16 = 12_000;
const COUNT: u16 = 20_000;

/// A port on loopback that nobody listens on, and that no other test, in this process or another, is given as long as this
/// process runs.
///
/// # Panics
/// When loopback has no free port.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    /// Locked files: each tells other processes that its port is taken, until the system closes it.
    static TAKEN: Mutex<Vec<File>> = Mutex::new(Vec::new());
    let folder = std::env::temp_dir().join("sluice-test-ports");
    std::fs::create_dir_all(&folder).expect("the temporary folder can be written to");
    // Processes begin at different places, so that they seldom meet.
    let begin = std::process::id().wrapping_mul(97);
    for _ in 0..COUNT {
        let step = u32::from(NEXT.fetch_add(1, Ordering::Relaxed));
        let offset = begin.wrapping_add(step) % u32::from(COUNT);
        let port = FIRST + u16::try_from(offset).expect("it is below the count");
        let Some(claim) = claim(&folder.join(port.to_string())) else { continue };
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            TAKEN.lock().expect("nothing panics while it is held").push(claim);
            return port;
        }
    }
    panic!("loopback has no free port from {FIRST} on");
}

/// The file, locked by this process; nothing where another one holds it or another user made it.
fn claim(path: &Path) -> Option<File> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path).ok()?;
    file.try_lock().ok().map(|()| file)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_port_is_given_twice_and_none_is_one_that_a_system_hands_out() {
        let threads: Vec<_> =
            (0..4).map(|_| std::thread::spawn(|| (0..50).map(|_| free_port()).collect::<Vec<_>>())).collect();
        let ports: Vec<u16> = threads.into_iter().flat_map(|thread| thread.join().expect("it ends")).collect();
        assert_eq!(ports.iter().collect::<BTreeSet<_>>().len(), 200);
        if let Ok(range) = std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range") {
            let lowest: u16 = range.split_whitespace().next().and_then(|word| word.parse().ok()).expect("two numbers");
            assert!(ports.iter().all(|port| *port < lowest), "{ports:?} reach into {range}");
        }
    }

    #[test]
    fn what_another_holds_is_not_claimed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("12345");
        let first = claim(&path).expect("it is free");
        assert!(claim(&path).is_none());
        drop(first);
        assert!(claim(&path).is_some());
    }
}
