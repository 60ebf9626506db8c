//! The tray: how Sluice is at a glance, and what a person does without the window.
//!
//! What it shows is one answer of the API, asked again when an event says that it is stale; the menu's items are commands
//! of the same list that the page uses. [`menu`] says what stands in the menu, [`picture`] which drawing is shown.

mod menu;
mod picture;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::Serialize;
use sluice_api::command::{Answers, CheckNow, Command as _, GetSettings, GetShell, PauseAll, ResumeAll};
use sluice_api::view::common::{CheckScope, Nothing, Page};
use sluice_api::view::shell::{CheckRequest, PauseRequest, PauseSpan};
use sluice_api::{Api, WireError};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager as _};
use tokio::sync::Notify;

use crate::words::Words;
use crate::{background, notification, updater, window};
use menu::{Choice, Shown};

/// The least time between two looks: events come in bursts.
const BREATH: Duration = Duration::from_millis(200);
/// How long Pause, for 1 hour, lasts.
const HOUR: u32 = 3600;

/// The tray that there is, and where it is woken.
struct Tray {
    icon: TrayIcon,
    stale: Notify,
    /// Whether the icon is to be drawn again although nothing about it changed.
    is_theme_new: AtomicBool,
}

/// Makes the tray. On Linux the library that draws it is looked for at run time, and the absence of it is a panic in that
/// library: Sluice then goes on without a tray, and closing the window ends it.
pub(crate) fn create(app: &AppHandle) {
    let built = catch_unwind(AssertUnwindSafe(|| {
        TrayIconBuilder::with_id("sluice")
            .icon(picture::idle(app))
            .icon_as_template(cfg!(target_os = "macos"))
            .tooltip("Sluice")
            .show_menu_on_left_click(cfg!(not(windows)))
            .on_menu_event(|app, event| choose(app, event.id().as_ref()))
            .on_tray_icon_event(|icon, event| clicked(icon.app_handle(), &event))
            .build(app)
    }));
    match built {
        Ok(Ok(icon)) => {
            app.manage(Tray { icon, stale: Notify::new(), is_theme_new: AtomicBool::default() });
        }
        Ok(Err(cause)) => tracing::warn!(%cause, "there is no tray"),
        Err(_) => tracing::warn!("there is no tray: the system's library for it is missing (libayatana-appindicator3)"),
    }
}

/// Whether there is a tray to leave the window to.
pub(crate) fn exists(app: &AppHandle) -> bool {
    app.try_state::<Tray>().is_some()
}

/// Says that what the tray shows may be stale.
pub(crate) fn wake(app: &AppHandle) {
    if let Some(tray) = app.try_state::<Tray>() {
        tray.stale.notify_one();
    }
}

/// Draws the icon again: what it is drawn on changed.
pub(crate) fn repaint(app: &AppHandle) {
    if let Some(tray) = app.try_state::<Tray>() {
        tray.is_theme_new.store(true, Ordering::Relaxed);
        tray.stale.notify_one();
    }
}

/// Keeps the tray as the application is. Ends at once where there is no tray.
pub(crate) async fn follow(app: AppHandle, api: Api) {
    let Some(tray) = app.try_state::<Tray>() else { return };
    let mut shown = None;
    loop {
        match look(&app, &api).await {
            Ok(now) if tray.is_theme_new.swap(false, Ordering::Relaxed) || shown.as_ref() != Some(&now) => {
                if let Err(cause) = paint(&app, &tray.icon, &now) {
                    tracing::warn!(%cause, "the tray is not painted");
                }
                shown = Some(now);
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the tray does not know how Sluice is"),
        }
        tokio::time::sleep(BREATH).await;
        tray.stale.notified().await;
    }
}

async fn look(app: &AppHandle, api: &Api) -> Result<Shown, WireError> {
    let shell = Answers::<GetShell>::answer(api, Nothing {}).await?;
    let settings = Answers::<GetSettings>::answer(api, Nothing {}).await?;
    Ok(Shown::of(&shell, settings.values.language, updater::waiting(app)))
}

fn paint(app: &AppHandle, icon: &TrayIcon, shown: &Shown) -> tauri::Result<()> {
    let words = Words::of(shown.language);
    icon.set_icon_with_as_template(Some(picture::of(app, shown.state)), cfg!(target_os = "macos"))?;
    icon.set_tooltip(Some(format!("Sluice: {}", words.ready(shown.ready))))?;
    if cfg!(target_os = "macos") {
        icon.set_title((shown.count > 0).then(|| shown.count.to_string()))?;
    }
    icon.set_menu(Some(menu::build(app, shown, words)?))
}

fn clicked(app: &AppHandle, event: &TrayIconEvent) {
    let is_for_window =
        matches!(event, TrayIconEvent::Click { button: MouseButton::Left, button_state: MouseButtonState::Up, .. });
    // Elsewhere the left button opens the menu.
    if is_for_window && cfg!(windows) {
        window::show(app);
    }
}

fn choose(app: &AppHandle, id: &str) {
    match Choice::named(id) {
        Some(Choice::Inbox) => window::show_page(app, Page::Inbox),
        Some(Choice::Release(release)) => window::show_page(app, Page::Release { release }),
        Some(Choice::CheckNow) => act(app, CheckNow::INFO.name, CheckRequest { scope: CheckScope::All }),
        Some(Choice::PauseHour) => pause(app, PauseSpan::Seconds { seconds: HOUR }),
        Some(Choice::PauseTomorrow) => pause(app, PauseSpan::UntilTomorrow),
        Some(Choice::PauseOpen) => pause(app, PauseSpan::Open),
        Some(Choice::Resume) => act(app, ResumeAll::INFO.name, Nothing {}),
        Some(Choice::Open) => window::show(app),
        Some(Choice::Update) => updater::install(app),
        Some(Choice::Quit) => background::quit(app),
        None => tracing::warn!(id, "an item of the menu that nobody knows"),
    }
}

fn pause(app: &AppHandle, span: PauseSpan) {
    act(app, PauseAll::INFO.name, PauseRequest { span });
}

/// Has a command of the list done, and says so when it fails: there may be no window to say it.
fn act(app: &AppHandle, command: &'static str, request: impl Serialize) {
    let app = app.clone();
    let api = app.state::<Api>().inner().clone();
    let request = serde_json::to_value(request);
    tauri::async_runtime::spawn(async move {
        let done = match request {
            Ok(request) => api.call(command, request).await.map_err(|error| error.to_string()),
            Err(cause) => Err(cause.to_string()),
        };
        if let Err(words) = done {
            notification::complain(&app, Words::of_settings(&api).await.failed, &words);
        }
        wake(&app);
    });
}
