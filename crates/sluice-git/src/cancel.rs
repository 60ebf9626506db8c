//! Calling an operation off.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A flag that calls off whatever looks at it. Clones are one flag; once raised it stays up.
///
/// An operation on the network sees it within a tenth of a second, also while the other side is silent.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A flag that is down.
    pub fn new() -> Self {
        Self::default()
    }

    /// Raises the flag.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether the flag is up.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
