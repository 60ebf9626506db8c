//! Notifications of the desktop: what the application wants to say while nobody looks at the window.
//!
//! One about versions that are ready can be reviewed or put off; a click on any leads to its page.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use jiff::Timestamp;
use sluice_api::command::{Answers, Snooze};
use sluice_api::view::common::{ObjectRef, Page};
use sluice_api::view::event::Notification;
use sluice_api::view::inbox::SnoozeRequest;
use sluice_api::{Api, ErrorCode, WireError};
use tauri::{AppHandle, Manager as _};
use tauri_plugin_notification::{Action, ActionPerformed, ActionType, NotificationExt as _};

use crate::window;
use crate::words::Words;

/// The name under which a notification carries the page that a click leads to.
const PAGE: &str = "page";
/// The name under which it carries the policies that can be put off.
const POLICIES: &str = "policies";
/// The buttons of a notification about versions that are ready.
const READY: &str = "ready";
/// The button that shows them.
const REVIEW: &str = "review";
/// The button that puts them off.
const SNOOZE: &str = "snooze";
/// For how long.
const SNOOZED: Duration = Duration::from_hours(1);

/// From now on the buttons of notifications do what they say, and a click on one leads to its page.
pub(crate) fn listen(app: &AppHandle) {
    let handle = app.clone();
    let listening = app.notification().on_action(move |performed| {
        if performed.action_id() == SNOOZE {
            return put_off(&handle, policies_of(performed));
        }
        match page_of(performed) {
            Some(page) => window::show_page(&handle, page),
            None => window::show(&handle),
        }
    });
    if let Err(cause) = listening {
        tracing::warn!(%cause, "clicks on notifications lead nowhere");
    }
}

/// Shows a notification, unless a person looks at the window, which shows it itself. It takes the place of an earlier one
/// with the same id.
pub(crate) async fn show(app: &AppHandle, api: &Api, notification: &Notification) {
    if window::is_looked_at(app) {
        return;
    }
    let words = Words::of_settings(api).await;
    let id = number(&notification.id);
    let shown = app.notification().remove_active(vec![id]).and_then(|()| {
        let title = words.notification(notification.kind, notification.count, &notification.subjects);
        let mut builder = app.notification().builder().id(id).title(title);
        builder = builder.body(&notification.body).extra(PAGE, &notification.page);
        if !notification.policies.is_empty() {
            app.notification().register_action_types(vec![ready_buttons(words)])?;
            builder = builder.action_type_id(READY).extra(POLICIES, &notification.policies);
        }
        builder.show()
    });
    if let Err(cause) = shown {
        tracing::warn!(%cause, title = notification.title, "a notification is not shown");
    }
}

fn ready_buttons(words: &Words) -> ActionType {
    let button = |id, title| Action::builder(id, title).build();
    ActionType::builder(READY).actions(vec![button(REVIEW, words.review), button(SNOOZE, words.snooze)]).build()
}

/// Puts versions off.
fn put_off(app: &AppHandle, policies: Vec<ObjectRef>) {
    let Some(api) = app.try_state::<Api>().map(|api| api.inner().clone()) else { return };
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let done = match Timestamp::now().checked_add(SNOOZED) {
            Ok(until) => Answers::<Snooze>::answer(&api, SnoozeRequest { policies, until }).await.map(|_| ()),
            Err(cause) => Err(WireError::new(ErrorCode::Internal, cause.to_string(), "look at the clock")),
        };
        if let Err(error) = done {
            complain(&app, Words::of_settings(&api).await.failed, &error.to_string());
        }
    });
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

fn policies_of(performed: &ActionPerformed) -> Vec<ObjectRef> {
    let carried = performed.notification().and_then(|notification| notification.extra().get(POLICIES).cloned());
    carried.and_then(|policies| serde_json::from_value(policies).ok()).unwrap_or_default()
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
