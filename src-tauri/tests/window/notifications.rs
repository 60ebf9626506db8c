//! The desktop's notification service on the test's session bus: keeps what it is given, and clicks as a person would.
//!
//! It speaks the Desktop Notifications specification (`org.freedesktop.Notifications`).

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use zbus::blocking::{Connection, connection};
use zbus::zvariant::OwnedValue;

use crate::desktop::until;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// A notification that was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    id: u32,
    pub(crate) title: String,
    /// What its buttons are called, by what they stand for.
    pub(crate) buttons: Vec<(String, String)>,
}

type List = Arc<Mutex<Vec<Shown>>>;

/// The service.
pub(crate) struct Notifications {
    connection: Connection,
    shown: List,
}

struct Service(List);

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Service {
    #[allow(clippy::too_many_arguments)] // The specification has them.
    fn notify(
        &self,
        _application: &str,
        _replaces: u32,
        _icon: &str,
        summary: String,
        _body: &str,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        let mut list = self.0.lock().expect("nobody panicked with it");
        let id = u32::try_from(list.len()).expect("few notifications") + 1;
        let buttons = actions.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect();
        list.push(Shown { id, title: summary, buttons });
        id
    }

    fn close_notification(&self, _id: u32) {}

    fn get_capabilities(&self) -> Vec<String> {
        ["actions", "body"].map(str::to_owned).to_vec()
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        ("panel".to_owned(), "tests".to_owned(), "1".to_owned(), "1.2".to_owned())
    }
}

impl Notifications {
    /// Takes the place of the desktop's service.
    pub(crate) fn on(bus: &str) -> Self {
        let shown = List::default();
        let connection = connection::Builder::address(bus)
            .and_then(|builder| builder.name(NAME))
            .and_then(|builder| builder.serve_at(PATH, Service(shown.clone())))
            .and_then(connection::Builder::build)
            .expect("the session bus takes a notification service");
        Self { connection, shown }
    }

    /// Waits for a notification with this title.
    pub(crate) fn wait_for(&self, title: &str) -> Shown {
        until(&format!("a notification says “{title}”"), || {
            self.shown.lock().expect("nobody panicked with it").iter().find(|shown| shown.title == title).cloned()
        })
    }

    /// Clicks on what stands for this in a notification.
    pub(crate) fn click(&self, shown: &Shown, action: &str) {
        assert!(shown.buttons.iter().any(|(id, _)| id == action), "{shown:?} has no {action}");
        let clicked = self.connection.emit_signal(None::<&str>, PATH, NAME, "ActionInvoked", &(shown.id, action));
        clicked.expect("the bus takes a signal");
    }
}
