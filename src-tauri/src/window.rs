//! The one window: made in code, so that it can be withheld, guarded and hidden.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use sluice_api::Api;
use sluice_api::command::{Answers, GetSettings};
use sluice_api::view::common::{Nothing, Page};
use sluice_api::view::event::Event;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager as _, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tauri_plugin_window_state::StateFlags;

use crate::{background, tray};

/// The window's label, as the capability names it.
pub(crate) const MAIN: &str = "main";
/// The size of a first start, in points.
const SIZE: (f64, f64) = (1280.0, 820.0);
/// The smallest size that the page is drawn for.
const SMALLEST: (f64, f64) = (1024.0, 700.0);

/// How the window is made.
#[derive(Debug, Clone)]
pub(crate) struct Opening {
    /// Left in the tray until it is asked for.
    pub(crate) is_hidden: bool,
    /// Where the page keeps what it remembers, if not in the system's place for it.
    pub(crate) page_data: Option<PathBuf>,
    /// The page's console goes to standard output.
    pub(crate) prints_console: bool,
}

/// Makes the window.
///
/// # Errors
/// When the system's web view is not to be had.
pub(crate) fn open(app: &AppHandle, opening: Opening) -> tauri::Result<WebviewWindow> {
    let mut builder = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Sluice")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(SMALLEST.0, SMALLEST.1)
        .visible(!opening.is_hidden)
        // Zoom as in a browser; the page is drawn for 200 %.
        .zoom_hotkeys_enabled(true)
        // A file that is dropped on the window is not opened by it.
        .disable_drag_drop_handler()
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny);
    if let Some(folder) = opening.page_data {
        builder = builder.data_directory(folder);
    }
    let window = builder.build()?;
    if opening.prints_console {
        print_console(&window)?;
    }
    Ok(window)
}

/// What is remembered of the window from one start to the next. Whether it was shown is not: a start is a wish to see it.
pub(crate) fn remembered() -> StateFlags {
    StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED | StateFlags::FULLSCREEN
}

/// Brings the window to the front, wherever it was.
pub(crate) fn show(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    let shown = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
    if let Err(cause) = shown {
        tracing::warn!(%cause, "the window is not brought to the front");
    }
}

/// The page that somebody asked for last: one that is asked for before the window's own page listens is the page to
/// begin with.
#[derive(Default)]
pub(crate) struct Asked(Mutex<Option<Page>>);

/// The page that was asked for while nobody listened; nothing on a second question.
pub(crate) fn take_asked(app: &AppHandle) -> Option<Page> {
    app.try_state::<Asked>()?.0.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Brings the window to the front at a page.
pub(crate) fn show_page(app: &AppHandle, page: Page) {
    show(app);
    if let Some(asked) = app.try_state::<Asked>() {
        *asked.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(page.clone());
    }
    if let Some(api) = app.try_state::<Api>() {
        api.tell(Event::Show { page });
    }
}

/// Puts the window away; the tray and a second start bring it back.
fn hide(app: &AppHandle) {
    if let Some(Err(cause)) = app.get_webview_window(MAIN).map(|window| window.hide()) {
        tracing::warn!(%cause, "the window is not hidden");
    }
}

/// A person closed the window: it goes to the tray, or all of Sluice ends where the settings say so or there is no tray.
pub(crate) fn closed(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if tray::exists(&app) && leaves_the_tray(&app).await {
            hide(&app);
        } else {
            background::quit(&app);
        }
    });
}

/// What the settings say about closing. Where they cannot be read, nothing is ended.
async fn leaves_the_tray(app: &AppHandle) -> bool {
    let Some(api) = app.try_state::<Api>().map(|api| api.inner().clone()) else { return false };
    Answers::<GetSettings>::answer(&api, Nothing {}).await.map_or(true, |settings| settings.values.close_to_tray)
}

/// Whether a person looks at the window.
pub(crate) fn is_looked_at(app: &AppHandle) -> bool {
    app.get_webview_window(MAIN)
        .is_some_and(|window| window.is_visible().unwrap_or(false) && window.is_focused().unwrap_or(false))
}

/// The page goes nowhere but to itself: everything else is opened by the system's browser, after a check.
fn is_own_page(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => true,
        // The form of the same on Windows.
        "http" | "https" if url.host_str() == Some("tauri.localhost") => true,
        "http" => cfg!(dev) && url.host_str() == Some("127.0.0.1"),
        "about" => url.as_str() == "about:blank",
        _ => false,
    }
}

#[cfg(target_os = "linux")]
fn print_console(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{SettingsExt as _, WebViewExt as _};
    window.with_webview(|view| {
        if let Some(settings) = view.inner().settings() {
            settings.set_enable_write_console_messages_to_stdout(true);
        }
    })
}

#[cfg(not(target_os = "linux"))]
fn print_console(_: &WebviewWindow) -> tauri::Result<()> {
    tracing::warn!("the page's console can be printed on Linux only");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_goes_nowhere_but_to_itself() {
        for (address, is_own) in [
            ("tauri://localhost/", true),
            ("tauri://localhost/index.html#/inbox", true),
            ("http://tauri.localhost/", true),
            ("https://example.com/", false),
            ("http://example.com/?tauri.localhost", false),
            ("file:///etc/passwd", false),
            ("data:text/html,x", false),
            ("about:srcdoc", false),
        ] {
            let url = Url::parse(address).expect("an address");
            assert_eq!(is_own_page(&url), is_own, "{address}");
        }
    }
}
