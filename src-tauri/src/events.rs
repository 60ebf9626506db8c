//! What the application tells by itself, handed on: to the page as it is, to the tray, the notifications and the
//! session's start as far as it concerns them.

use sluice_api::Api;
use sluice_api::view::event::{CacheTag, Event};
use tauri::{AppHandle, Emitter as _};

use crate::{autostart, notification, tray};

/// The one event of the page's channel.
const CHANNEL: &str = "sluice";

/// Hands on what the application tells, for as long as it tells.
pub(crate) async fn hand_on(app: AppHandle, api: Api) {
    let mut events = api.events();
    while let Some(event) = events.next().await {
        if concerns(&event, CacheTag::Shell) || concerns(&event, CacheTag::Settings) {
            tray::wake(&app);
        }
        if concerns(&event, CacheTag::Settings) {
            autostart::follow_settings(&app, &api).await;
        }
        if let Event::Notification { notification } = &event {
            notification::show(&app, &api, notification).await;
        }
        tell_page(&app, &event);
    }
}

/// Tells the page.
fn tell_page(app: &AppHandle, event: &Event) {
    if let Err(cause) = app.emit(CHANNEL, event) {
        tracing::warn!(%cause, ?event, "the page is not told");
    }
}

/// Whether answers that read a tag may be stale after an event.
fn concerns(event: &Event, tag: CacheTag) -> bool {
    match event {
        Event::Stale { tags, .. } => tags.contains(&tag),
        Event::Missed => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_made_it_stale_wakes_the_tray() {
        let stale = |tags| Event::Stale { tags, policy: None, source: None };
        assert!(concerns(&stale(vec![CacheTag::Inbox, CacheTag::Shell]), CacheTag::Shell));
        assert!(!concerns(&stale(vec![CacheTag::Tags]), CacheTag::Shell));
        assert!(!concerns(&Event::Checking { done: 1, total: 2, is_done: false }, CacheTag::Shell));
        assert!(concerns(&Event::Missed, CacheTag::Settings));
    }
}
