//! What goes on behind the window: the agent, whatever else runs for the life of the application, and its end.

use std::time::Duration;

use sluice_api::Api;
use sluice_engine::{Engine, EngineError};
use tauri::{AppHandle, Manager as _};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::start;

/// How long quitting waits for what goes on. What is cut off then is settled by the next start: the agent keeps what it
/// knows in the database.
const LAST_MOMENTS: Duration = Duration::from_secs(2);
/// How long the agent rests after it ended by itself: another process works on the same data, or the database failed.
const REST: Duration = Duration::from_secs(30);

/// The work behind the window, and the word that ends it. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Background {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Background {
    /// Starts something that ends soon after it is told to by the token. Quitting waits for it.
    pub(crate) fn start<F>(&self, work: impl FnOnce(CancellationToken) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        tauri::async_runtime::spawn(self.tasks.track_future(work(self.stop.clone())));
    }

    /// Starts something that is simply dropped when it is over.
    pub(crate) fn start_endless(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.start(|stop| async move {
            stop.run_until_cancelled(work).await;
        });
    }

    async fn end(&self) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(LAST_MOMENTS, self.tasks.wait()).await.is_err() {
            tracing::warn!("something goes on although it was asked to end; the next start settles it");
        }
    }
}

/// Lets the agent work until the end. Where another process's agent is at it already, this one waits for its place.
pub(crate) async fn agent(engine: Engine, stop: CancellationToken) {
    loop {
        match engine.run(stop.clone()).await {
            Ok(()) => return,
            Err(error @ EngineError::AgentRuns { .. }) => tracing::info!(%error, "the other one does the work"),
            Err(error) => tracing::error!(%error, "the agent ended and is started again soon"),
        }
        if stop.run_until_cancelled(tokio::time::sleep(REST)).await.is_none() {
            return;
        }
    }
}

/// Ends the application: the work first, then the window.
pub(crate) fn quit(app: &AppHandle) {
    leave(app, 0);
}

/// Ends the application in the same way and starts it again.
pub(crate) fn restart(app: &AppHandle) {
    let app = app.clone();
    let background = app.state::<Background>().inner().clone();
    tauri::async_runtime::spawn(async move {
        background.end().await;
        app.request_restart();
    });
}

/// The same, with this exit code.
pub(crate) fn leave(app: &AppHandle, code: i32) {
    let app = app.clone();
    let background = app.state::<Background>().inner().clone();
    tauri::async_runtime::spawn(async move {
        background.end().await;
        if let Some(api) = app.try_state::<Api>() {
            start::forget_demo(api.engine()).await;
        }
        app.exit(code);
    });
}

/// Quits when the session or a terminal asks for it, as the menu's Quit does.
#[cfg(unix)]
pub(crate) async fn quit_on_signal(app: AppHandle) {
    use tokio::signal::unix::{SignalKind, signal};
    let heard = |kind| signal(kind).inspect_err(|cause| tracing::warn!(%cause, "a signal is not listened to"));
    let (Ok(mut terminate), Ok(mut interrupt)) = (heard(SignalKind::terminate()), heard(SignalKind::interrupt()))
    else {
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    quit(&app);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Instant;

    use super::*;

    #[test]
    fn the_end_waits_for_what_goes_on() {
        let ended = Arc::new(AtomicBool::new(false));
        let background = Background::default();
        let mark = ended.clone();
        background.start(|stop| async move {
            stop.cancelled().await;
            tokio::time::sleep(Duration::from_millis(50)).await;
            mark.store(true, Ordering::Relaxed);
        });
        background.start_endless(std::future::pending());
        tauri::async_runtime::block_on(background.end());
        assert!(ended.load(Ordering::Relaxed));
    }

    #[test]
    fn the_end_does_not_wait_for_ever() {
        let background = Background::default();
        background.start(|_| std::future::pending());
        let started = Instant::now();
        tauri::async_runtime::block_on(background.end());
        assert!(started.elapsed() >= LAST_MOMENTS && started.elapsed() < LAST_MOMENTS * 2);
    }
}
