//! Saying that work goes on: a line on standard error, only where a terminal reads it.

use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// The line that moves now.
static MOVING: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Does something while nothing moves on the terminal, such as asking a person.
pub(crate) fn while_still<T>(ask: impl FnOnce() -> T) -> T {
    let moving = MOVING.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match moving {
        Some(bar) if !bar.is_finished() => bar.suspend(ask),
        _ => ask(),
    }
}

/// A line that moves while work goes on; gone when it is dropped.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Says what is being done.
    pub(crate) fn start(what: impl Into<String>) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::new_spinner().with_message(what.into());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        *MOVING.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar.clone());
        Self(bar)
    }

    /// Says what is being done now.
    pub(crate) fn say(&self, what: impl Into<String>) {
        self.0.set_message(what.into());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
