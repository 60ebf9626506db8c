//! An application over the demo's servers, as a shell would put it together.

#![allow(dead_code, reason = "each test file uses its part")]

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use sluice_api::view::common::Page;
use sluice_api::view::event::Event;
use sluice_api::{Api, EventStream, Host, HostAnswer, WireError};
use sluice_demo::Demo;
use sluice_engine::{Engine, EngineOptions, Machine, Paths};
use tempfile::TempDir;

/// What a shell does, written down instead of done.
#[derive(Default)]
pub(crate) struct Desk {
    pub(crate) opened: Mutex<Vec<String>>,
    pub(crate) autostart: Mutex<Option<bool>>,
    pub(crate) demo: Mutex<Option<String>>,
}

impl Host for Desk {
    fn open_link(&self, url: &str) -> HostAnswer<'_, ()> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).push(url.to_owned());
        Box::pin(async { Ok(()) })
    }

    fn pick_folder(&self) -> HostAnswer<'_, Option<String>> {
        Box::pin(async { Ok(Some("/srv/fleet".to_owned())) })
    }

    fn start_page(&self) -> Option<Page> {
        Some(Page::Releases)
    }

    fn set_autostart(&self, on: bool) -> HostAnswer<'_, ()> {
        *self.autostart.lock().unwrap_or_else(PoisonError::into_inner) = Some(on);
        Box::pin(async { Ok(()) })
    }

    fn start_demo(&self) -> HostAnswer<'_, String> {
        let address = self.demo_address().expect("the demo runs");
        Box::pin(async { Ok(address) })
    }

    fn demo_address(&self) -> Option<String> {
        self.demo.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The application, its demo and its folder. Dropping it ends the servers and removes the folder.
pub(crate) struct App {
    pub(crate) api: Api,
    pub(crate) demo: Demo,
    pub(crate) desk: Arc<Desk>,
    pub(crate) events: EventStream,
    engine: Engine,
    _folder: TempDir,
}

impl App {
    /// An application that knows nothing yet, beside the demo's servers.
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with variables of the person's environment.
    pub(crate) async fn start_with(variables: &[(&str, &str)]) -> Self {
        // Fails when another test of this process was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let demo = Demo::start().await.expect("the demo starts");
        let folder = tempfile::tempdir().expect("a folder");
        let paths = Paths {
            settings: folder.path().join("sluice.toml"),
            data: folder.path().join("data"),
            cache: folder.path().join("cache"),
        };
        let machine = Machine::new(paths.data.join("home"), variables.iter().copied());
        let options = EngineOptions { machine, ..EngineOptions::isolated(paths) };
        let engine = Engine::open(options).await.expect("an engine");
        let desk = Arc::new(Desk::default());
        *desk.demo.lock().expect("nobody panicked") = Some(demo.git_url());
        let api = Api::new(engine.clone(), desk.clone(), "kim");
        let events = api.events();
        Self { api, demo, desk, events, engine, _folder: folder }
    }

    /// The same with the demo's repository added and its tags known: 1.0.0 in Git, 1.0.1 and 1.1.0 in the registry.
    pub(crate) async fn with_news() -> Self {
        Self::start().await.told_of_news().await
    }

    /// Adds the demo's repository and waits until its tags are known.
    pub(crate) async fn told_of_news(mut self) -> Self {
        let app = &mut self;
        app.demo.publish("1.0.1");
        app.demo.publish("1.1.0");
        app.ok("addSource", json!({ "address": app.demo.git_url(), "name": "fleet" })).await;
        app.until(|event| matches!(event, Event::Reading { stage, .. } if is_done(stage))).await;
        self
    }

    /// The same with the right to write.
    pub(crate) async fn writable() -> Self {
        let app = Self::with_news().await;
        app.ok("allowWriting", json!({ "source": "fleet", "allowed": true })).await;
        app
    }

    /// Writes the person's settings and takes them into force.
    pub(crate) fn put_settings(&self, text: &str) {
        std::fs::write(self._folder.path().join("sluice.toml"), text).expect("a file");
        self.engine.reload_settings().expect("they are valid");
    }

    /// Puts a kubeconfig into the person's home.
    pub(crate) fn put_kubeconfig(&self, text: &str) {
        self.put_at_home(".kube/config", text);
    }

    /// Puts a file into the person's home.
    pub(crate) fn put_at_home(&self, path: &str, text: &str) {
        let file = self._folder.path().join("data").join("home").join(path);
        std::fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("a folder");
        std::fs::write(file, text).expect("a file");
    }

    /// A colleague commits a file to the demo's repository.
    pub(crate) fn commit(&self, path: &str, text: &str) {
        let folder = tempfile::tempdir().expect("a folder");
        let git = |words: &[&str]| {
            let mut command = std::process::Command::new("git");
            command.args(["-c", "user.name=Robin", "-c", "user.email=robin@acme.example"]).args(words);
            let done = command.current_dir(folder.path()).output().expect("git runs");
            assert!(done.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&done.stderr));
        };
        git(&["clone", "--quiet", self.demo.git_folder().to_str().expect("text"), "."]);
        let file = folder.path().join(path);
        std::fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("a folder");
        std::fs::write(file, text).expect("a file");
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "--message", path]);
        git(&["push", "--quiet", "origin", "HEAD:main"]);
    }

    /// Waits until a proposal is over, and gives it.
    pub(crate) async fn carried_out(&self, proposal: &Value) -> Value {
        let id = json!({ "proposal": proposal["proposal"] });
        self.ok("carryOut", id.clone()).await;
        self.over(&id).await
    }

    /// Waits until a proposal that is being done is over, and gives it.
    pub(crate) async fn over(&self, id: &Value) -> Value {
        for _ in 0..1200 {
            let now = self.ok("proposal", id.clone()).await;
            if now["course"]["course"] != "running" {
                return now;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it is over within a minute");
    }

    pub(crate) async fn call(&self, name: &str, request: Value) -> Result<Value, WireError> {
        self.api.call(name, request).await
    }

    /// Calls what must succeed.
    pub(crate) async fn ok(&self, name: &str, request: Value) -> Value {
        self.call(name, request).await.unwrap_or_else(|error| panic!("{name}: {error:?}"))
    }

    /// Waits for an event.
    pub(crate) async fn until(&mut self, mut is_it: impl FnMut(&Event) -> bool) -> Event {
        let wait = async {
            loop {
                let event = self.events.next().await.expect("the application lives");
                if is_it(&event) {
                    return event;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(60), wait).await.expect("it is told within a minute")
    }
}

fn is_done(stage: &sluice_api::view::source::ReadingStage) -> bool {
    matches!(stage, sluice_api::view::source::ReadingStage::Done)
}

/// The policy of the scenario, as requests name it.
pub(crate) fn policy() -> Value {
    json!({ "source": "fleet", "namespace": "flux-system", "name": "flask-app" })
}
