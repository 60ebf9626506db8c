//! What a desktop would do for the application, written down so that a test can ask for it.

use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use sluice_api::view::common::Page;
use sluice_api::{Host, HostAnswer};
use sluice_demo::{Demo, DemoError};

/// The desktop that is none.
pub(crate) struct Desk {
    pub(crate) demo: Demo,
    done: Mutex<Done>,
}

/// What was asked of it.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Done {
    /// Addresses that were opened.
    links: Vec<String>,
    /// Whether the program starts with the session, once that was said.
    autostart: Option<bool>,
    /// The folder that the next pick gives.
    folder: Option<String>,
}

impl Desk {
    pub(crate) async fn start() -> Result<Self, DemoError> {
        Ok(Self { demo: Demo::start().await?, done: Mutex::default() })
    }

    pub(crate) fn done(&self) -> Done {
        self.with(|done| done.clone())
    }

    pub(crate) fn will_pick(&self, folder: Option<String>) {
        self.with(|done| done.folder = folder);
    }

    fn with<R>(&self, act: impl FnOnce(&mut Done) -> R) -> R {
        act(&mut self.done.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Host for Desk {
    fn open_link(&self, url: &str) -> HostAnswer<'_, ()> {
        self.with(|done| done.links.push(url.to_owned()));
        Box::pin(async { Ok(()) })
    }

    fn pick_folder(&self) -> HostAnswer<'_, Option<String>> {
        let folder = self.with(|done| done.folder.clone());
        Box::pin(async { Ok(folder) })
    }

    fn start_page(&self) -> Option<Page> {
        None
    }

    fn set_autostart(&self, on: bool) -> HostAnswer<'_, ()> {
        self.with(|done| done.autostart = Some(on));
        Box::pin(async { Ok(()) })
    }

    fn start_demo(&self) -> HostAnswer<'_, String> {
        Box::pin(async { Ok(self.demo.git_url()) })
    }

    fn demo_address(&self) -> Option<String> {
        Some(self.demo.git_url())
    }
}
