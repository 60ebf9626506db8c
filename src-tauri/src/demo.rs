//! The built-in demo's servers, while they run.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use sluice_demo::{Demo, DemoError};
use tokio::sync::Mutex;

/// What somebody pushed after the version that stands in the demo's repository: one that its policy takes, one that it
/// passes over.
const PUSHED: [&str; 2] = ["1.0.1", "1.1.0"];

/// How often the folder is looked at before it is left behind, and the time in between.
const LOOKS: u32 = 20;
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// The servers of the demo. They start when they are first asked for and run until the application ends.
#[derive(Default)]
pub(crate) struct Servers {
    running: Mutex<Option<Demo>>,
    address: OnceLock<String>,
}

impl Servers {
    /// Starts the servers, unless they run, and answers the address of the demo's repository.
    ///
    /// # Errors
    /// When no port or no folder is to be had.
    pub(crate) async fn start(&self) -> Result<String, DemoError> {
        let mut running = self.running.lock().await;
        if running.is_none() {
            let demo = Demo::start().await?;
            PUSHED.into_iter().for_each(|tag| demo.publish(tag));
            *running = Some(demo);
        }
        let started = running.as_ref().map(Demo::git_url).unwrap_or_default();
        Ok(self.address.get_or_init(|| started).clone())
    }

    /// The address of the demo's repository, once the servers were started.
    pub(crate) fn address(&self) -> Option<String> {
        self.address.get().cloned()
    }

    /// The demo's own temporary folder while the servers run.
    pub(crate) async fn folder(&self) -> Option<PathBuf> {
        self.running.lock().await.as_ref().map(|demo| demo.folder().to_owned())
    }

    /// Ends the servers and removes their folder. To be called when nothing is done with the demo any more: what is being
    /// cut off just now may write into the folder once more, so it is looked at until it stays away.
    pub(crate) async fn stop(&self) {
        let Some(demo) = self.running.lock().await.take() else { return };
        let folder = demo.folder().to_owned();
        drop(demo);
        for _ in 0..LOOKS {
            tokio::time::sleep(BETWEEN_LOOKS).await;
            match tokio::fs::remove_dir_all(&folder).await {
                Err(cause) if cause.kind() == ErrorKind::NotFound => return,
                Err(cause) => tracing::debug!(%cause, folder = %folder.display(), "not removed yet"),
                Ok(()) => {}
            }
        }
        tracing::warn!(folder = %folder.display(), "the demo's folder is left behind");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn servers_start_once_and_leave_nothing_behind() {
        let servers = Servers::default();
        assert_eq!((servers.address(), servers.folder().await), (None, None));
        let address = servers.start().await.expect("loopback has ports");
        assert_eq!(servers.start().await.expect("they run"), address);
        assert_eq!(servers.address(), Some(address));
        let folder = servers.folder().await.expect("they run");
        assert!(folder.is_dir());
        servers.stop().await;
        assert!(!folder.exists());
    }
}
