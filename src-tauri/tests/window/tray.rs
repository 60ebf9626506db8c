//! The place of the tray on the test's session bus: what a panel does, as far as Sluice notices.
//!
//! It speaks the StatusNotifierItem specification and the menus of `com.canonical.dbusmenu`.

use std::sync::{Arc, Mutex};

use zbus::blocking::{Connection, Proxy, connection};
use zbus::message::Header;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use crate::desktop::until;

const WATCHER: &str = "org.kde.StatusNotifierWatcher";

/// What was registered: the bus name and the path of the item.
type Registered = Arc<Mutex<Option<(String, String)>>>;

/// The panel's tray.
pub(crate) struct Panel {
    connection: Connection,
    registered: Registered,
}

struct Watcher(Registered);

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: &str, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        // Either a path on the sender's connection, or a bus name with the standard path.
        let item = if service.starts_with('/') {
            (sender, service.to_owned())
        } else {
            (service.to_owned(), "/StatusNotifierItem".to_owned())
        };
        *self.0.lock().expect("nobody panicked with it") = Some(item);
    }

    fn register_status_notifier_host(&self, _service: &str) {}

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        Vec::new()
    }
}

/// An item of a menu: its number, its label and whether it can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    id: i32,
    pub(crate) label: String,
    pub(crate) is_enabled: bool,
}

/// `com.canonical.dbusmenu`'s layout: number, properties, children.
type Layout = (i32, std::collections::HashMap<String, OwnedValue>, Vec<OwnedValue>);

impl Panel {
    /// Puts the tray up, before the application looks for one.
    pub(crate) fn on(bus: &str) -> Self {
        let registered = Registered::default();
        let connection = connection::Builder::address(bus)
            .and_then(|builder| builder.name(WATCHER))
            .and_then(|builder| builder.serve_at("/StatusNotifierWatcher", Watcher(registered.clone())))
            .and_then(connection::Builder::build)
            .expect("the session bus takes a tray");
        Self { connection, registered }
    }

    /// The items of the menu and of its submenus, from top to bottom.
    pub(crate) fn menu(&self) -> Vec<Item> {
        let menu = self.menu_proxy();
        let (_revision, layout): (u32, Layout) =
            menu.call("GetLayout", &(0_i32, -1_i32, Vec::<String>::new())).expect("the menu has a layout");
        let mut items = Vec::new();
        collect(layout, &mut items);
        items
    }

    /// Waits until the menu has an item of this label, and chooses it.
    pub(crate) fn choose(&self, label: &str) {
        let item = until(&format!("the menu has “{label}”"), || {
            self.menu().into_iter().find(|item| item.label == label && item.is_enabled)
        });
        let event = (item.id, "clicked", Value::from(0_i32), 0_u32);
        let _: () = self.menu_proxy().call("Event", &event).expect("the menu takes a click");
    }

    fn menu_proxy(&self) -> Proxy<'static> {
        let (service, path) =
            until("there is an item in the tray", || self.registered.lock().expect("nobody panicked with it").clone());
        let item = Proxy::new(&self.connection, service.clone(), path, "org.kde.StatusNotifierItem")
            .expect("the item has an address");
        let menu: OwnedObjectPath = item.get_property("Menu").expect("the item has a menu");
        Proxy::new(&self.connection, service, menu, "com.canonical.dbusmenu").expect("the menu has an address")
    }
}

fn collect((id, properties, children): Layout, items: &mut Vec<Item>) {
    let text = properties.get("label").and_then(|label| String::try_from(label.clone()).ok());
    if let Some(label) = text.filter(|label| !label.is_empty()) {
        let is_enabled = properties.get("enabled").and_then(|is| bool::try_from(is.clone()).ok()).unwrap_or(true);
        items.push(Item { id, label, is_enabled });
    }
    for child in children {
        collect(Layout::try_from(child).expect("a child has a layout"), items);
    }
}
