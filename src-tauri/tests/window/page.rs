//! The page in the real window, driven as WebKit's own driver lets one. Every request has a time limit: a driver whose
//! window died answers never.

use std::future::Future;
use std::time::{Duration, Instant};

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::desktop::{Desktop, PATIENCE};

/// The page.
pub(crate) struct Page {
    client: Client,
}

impl Page {
    /// Has the driver start the application with these options.
    pub(crate) async fn open(desktop: &Desktop, options: &[&str]) -> Self {
        let application = desktop.application();
        let browser = json!({ "binary": application, "args": options });
        let capabilities: Capabilities = [("webkitgtk:browserOptions".to_owned(), browser)].into_iter().collect();
        let started = Instant::now();
        loop {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(capabilities.clone());
            match in_time("a session", builder.connect(&desktop.driver())).await {
                Ok(client) => return Self { client },
                // The driver itself may not listen yet.
                Err(fantoccini::error::NewSessionError::FailedC(_)) if started.elapsed() < PATIENCE => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                Err(error) => panic!("no session with the window: {error}"),
            }
        }
    }

    /// The answer of a script.
    pub(crate) async fn ask(&self, script: &str) -> Value {
        in_time("a script", self.client.execute(script, Vec::new())).await.expect("the page answers")
    }

    /// Waits until the page shows a text.
    pub(crate) async fn shows(&self, text: &str) {
        let started = Instant::now();
        loop {
            let shown = self.ask("return document.body ? document.body.innerText : ''").await;
            let shown = shown.as_str().unwrap_or_default();
            if shown.contains(text) {
                return;
            }
            assert!(started.elapsed() < PATIENCE, "the page does not show “{text}” but:\n{shown}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the page stands at a path.
    pub(crate) async fn is_at(&self, path: &str) {
        let started = Instant::now();
        loop {
            let at = self.ask("return location.hash.replace(/^#/, '') || location.pathname").await;
            if at.as_str().is_some_and(|at| at == path) {
                return;
            }
            assert!(started.elapsed() < PATIENCE, "the page is not at {path} but at {at}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Clicks on what an XPath names, once it is there and may be clicked.
    pub(crate) async fn click(&self, path: &str) {
        let started = Instant::now();
        loop {
            let clicked = async { self.client.find(Locator::XPath(path)).await?.click().await };
            match in_time("a click", clicked).await {
                Ok(()) => return,
                Err(error) => assert!(started.elapsed() < PATIENCE, "{path} cannot be clicked: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Goes to a place of the rail.
    pub(crate) async fn go_to(&self, place: &str) {
        self.click(&format!("//nav//a[@title='{place}']")).await;
    }

    /// Waits until what was asked for is painted.
    pub(crate) async fn settles(&self) {
        let script = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)))";
        in_time("two frames", self.client.execute_async(script, Vec::new())).await.expect("the page paints");
    }
}

async fn in_time<T>(what: &str, work: impl Future<Output = T>) -> T {
    let limited = tokio::time::timeout(PATIENCE, work).await;
    limited.unwrap_or_else(|_| panic!("the driver did not answer in time: {what}"))
}

/// What the page's console complained of.
pub(crate) fn complaints(log: &str) -> Vec<&str> {
    log.lines().filter(|line| line.starts_with("CONSOLE") && line.contains(" ERROR ")).collect()
}
