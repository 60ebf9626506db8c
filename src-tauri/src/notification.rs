//! Notifications of the desktop: what the application wants to say while nobody looks at the window.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use sluice_api::view::common::Page;
use sluice_api::view::event::Notification;
use tauri::AppHandle;
use tauri_plugin_notification::{ActionPerformed, NotificationExt as _};

use crate::window;

/// The name under which a notification carries the page that a click leads to.
const PAGE: &str = "page";

/// From now on a click on a notification leads to its page.
pub(crate) fn lead_to_pages(app: &AppHandle) {
    let handle = app.clone();
    let listening = app.notification().on_action(move |performed| match page_of(performed) {
        Some(page) => window::show_page(&handle, page),
        None => window::show(&handle),
    });
    if let Err(cause) = listening {
        tracing::warn!(%cause, "clicks on notifications lead nowhere");
    }
}

/// Shows a notification, unless a person looks at the window, which shows it itself. It takes the place of an earlier one
/// with the same id.
pub(crate) fn show(app: &AppHandle, notification: &Notification) {
    if window::is_looked_at(app) {
        return;
    }
    let id = number(&notification.id);
    let shown = app.notification().remove_active(vec![id]).and_then(|()| {
        let builder = app.notification().builder().id(id).title(&notification.title);
        builder.body(&notification.body).extra(PAGE, &notification.page).show()
    });
    if let Err(cause) = shown {
        tracing::warn!(%cause, title = notification.title, "a notification is not shown");
    }
}

/// Says that something that a person asked for outside of the window did not work.
pub(crate) fn complain(app: &AppHandle, title: &str, words: &str) {
    tracing::warn!("{title}: {words}");
    if let Err(cause) = app.notification().builder().title(title).body(words).show() {
        tracing::warn!(%cause, "a notification is not shown");
    }
}

fn page_of(performed: &ActionPerformed) -> Option<Page> {
    let page = performed.notification()?.extra().get(PAGE)?;
    serde_json::from_value(page.clone()).ok()
}

/// The number that stands for an id: desktops tell notifications apart by numbers.
fn number(id: &str) -> i32 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    // The lower half of the hash, as it is.
    hasher.finish() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_click_leads_to_the_page_that_the_notification_carries() {
        let page = Page::Release { release: "r1".to_owned() };
        let performed = |extra: serde_json::Value| -> ActionPerformed {
            let notification = serde_json::json!({ "id": 1, "title": "t", "body": "b", "extra": extra });
            let performed = serde_json::json!({ "actionId": "tap", "inputValue": null, "notification": notification });
            serde_json::from_value(performed).expect("the plugin reads its own form")
        };
        assert_eq!(page_of(&performed(serde_json::json!({ PAGE: page }))), Some(page));
        assert_eq!(page_of(&performed(serde_json::json!({}))), None);
        assert_eq!(page_of(&performed(serde_json::json!({ PAGE: { "page": "nowhere" } }))), None);
    }

    #[test]
    fn an_id_keeps_its_number() {
        assert_eq!(number("ready"), number("ready"));
        assert_ne!(number("ready"), number("failed"));
    }
}
