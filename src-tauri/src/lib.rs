//! The desktop shell of Sluice: a window around the API, a tray, and the agent in the background. It holds no logic.
//!
//! [`run`] puts the pieces together. The page reaches everything else by one command ([`ipc`]) and hears of what happens by
//! one event ([`events`]); what only a desktop can do for the API is [`host`]. [`window`], [`tray`], [`notification`] and
//! [`autostart`] are the desktop's sides of it, [`updater`] brings new versions of Sluice itself, [`background`] is what goes on behind them and how it ends, [`start`]
//! opens the engine on a person's own files or on the demo.
//!
//! It knows the API, the engine only to open it, and the demo. To add something to the tray: an item in `tray/menu.rs`
//! that stands for a command of the API's list.

mod arguments;
mod autostart;
mod background;
mod demo;
mod events;
mod host;
mod ipc;
mod notification;
mod start;
mod tray;
mod updater;
mod window;
mod words;

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;
use serde_json::Value;
use sluice_api::Api;
use sluice_api::command::{Command as _, StartDemo};
use tauri::{AppHandle, Context, Manager as _, RunEvent, WindowEvent, Wry};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogKind};

pub use arguments::Arguments;
use background::Background;
use demo::Servers;
use window::Opening;

/// Runs the application until it is quit. A second one on the same session brings the first to the front and ends.
pub fn run(arguments: Arguments) -> ExitCode {
    sluice_engine::no_core_files();
    // Every TLS client of the process takes this provider. Failing means that one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    log_to_stderr(arguments.verbose);
    let mut context = tauri::generate_context!();
    if arguments.demo {
        // The demo runs beside a person's own Sluice and keeps nothing of its window.
        context.config_mut().identifier.push_str(".demo");
    }
    let demo = Arc::new(Servers::default());
    match builder(&context, arguments, demo.clone()).build(context) {
        Ok(app) => {
            let code = app.run_return(on_event);
            // Last of all, when neither the agent nor the page has anything to do with it any more.
            tauri::async_runtime::block_on(demo.stop());
            ExitCode::from(u8::try_from(code).unwrap_or(1))
        }
        // Such as: the first instance was just ending when it was asked to come to the front.
        Err(error) => {
            tracing::error!("Sluice cannot start: {error}");
            ExitCode::FAILURE
        }
    }
}

fn builder(context: &Context<Wry>, arguments: Arguments, demo: Arc<Servers>) -> tauri::Builder<Wry> {
    let mut builder = tauri::Builder::default()
        // First, so that a second instance ends before it does anything.
        .plugin(tauri_plugin_single_instance::init(|app, words, _| started_again(app, words)))
        .plugin(tauri_plugin_autostart::Builder::new().arg(arguments::HIDDEN).build())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_dialog::init())
        // The page has no links that open by themselves.
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build());
    if !arguments.demo {
        let remembered = tauri_plugin_window_state::Builder::new().with_state_flags(window::remembered());
        builder = builder.plugin(remembered.build());
    }
    if updater::is_configured(context.config()) && !arguments.demo {
        builder = builder.plugin(tauri_plugin_updater::Builder::new().build());
    }
    builder.invoke_handler(tauri::generate_handler![ipc::call]).on_window_event(on_window_event).setup(move |app| {
        set_up(app.handle(), &arguments, &demo);
        Ok(())
    })
}

/// Opens everything. What fails is said in a dialog, since nobody reads a desktop program's standard error.
fn set_up(app: &AppHandle, arguments: &Arguments, demo: &Arc<Servers>) {
    let background = Background::default();
    app.manage(background.clone());
    app.manage(window::Asked::default());
    #[cfg(unix)]
    background.start_endless(background::quit_on_signal(app.clone()));
    let api = match tauri::async_runtime::block_on(start::open(app, arguments, demo)) {
        Ok(api) => api,
        Err(error) => return give_up(app, &error.to_string()),
    };
    app.manage(api.clone());
    tray::create(app);
    let paths = arguments.demo.then(|| api.engine().paths());
    let opening = Opening {
        // Without a tray nothing would bring a hidden window back but a second start.
        is_hidden: arguments.hidden && tray::exists(app),
        // What the demo's page remembers goes with the demo.
        page_data: paths.map(|paths| paths.data.join("page")),
        prints_console: arguments.console,
    };
    if let Err(error) = window::open(app, opening) {
        return give_up(app, &format!("the window cannot be made: {error}"));
    }
    notification::listen(app);
    background.start_endless(events::hand_on(app.clone(), api.clone()));
    background.start_endless(tray::follow(app.clone(), api.clone()));
    background.start(|stop| background::agent(api.engine().clone(), stop));
    background.start_endless(begin(app.clone(), api.clone(), arguments.demo));
    background.start_endless(updater::look_for_updates(app.clone()));
}

/// What is done once at the start, while the window is shown already.
async fn begin(app: AppHandle, api: Api, is_demo: bool) {
    if !is_demo {
        return autostart::follow_settings(&app, &api).await;
    }
    if let Err(error) = api.call(StartDemo::INFO.name, Value::Null).await {
        notification::complain(&app, "Sluice", &error.to_string());
    }
}

/// Another start of Sluice handed over what it was asked for and ended: a link leads to its page, anything else to the
/// window. The session's start, which asks for no window, gets none.
fn started_again(app: &AppHandle, words: Vec<String>) {
    match Arguments::try_parse_from(words) {
        Ok(arguments) if arguments.hidden => {}
        Ok(Arguments { link: Some(link), .. }) => open_link(app, &link),
        _ => window::show(app),
    }
}

/// Leads to the page of a link; one that nobody knows brings up the window as it is.
fn open_link(app: &AppHandle, link: &str) {
    match sluice_api::link::page(link) {
        Some(page) => window::show_page(app, page),
        None => {
            tracing::warn!(link, "this link leads to no page");
            window::show(app);
        }
    }
}

fn give_up(app: &AppHandle, words: &str) {
    tracing::error!("Sluice cannot start: {words}");
    let dialog = app.dialog().message(words).title("Sluice cannot start").kind(MessageDialogKind::Error);
    let app = app.clone();
    dialog.show(move |_| background::leave(&app, 1));
}

fn on_window_event(window: &tauri::Window, event: &WindowEvent) {
    match event {
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            window::closed(window.app_handle());
        }
        WindowEvent::ThemeChanged(_) => tray::repaint(window.app_handle()),
        _ => {}
    }
}

fn on_event(app: &AppHandle, event: RunEvent) {
    match event {
        // The system asks (a menu's Quit, the end of the session): end the work first.
        RunEvent::ExitRequested { code: None, api, .. } => {
            api.prevent_exit();
            background::quit(app);
        }
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => window::show(app),
        // macOS hands links over by an event and never as words of a start.
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => urls.iter().for_each(|url| open_link(app, url.as_str())),
        _ => {}
    }
}

/// Sends what happens to standard error: what went wrong, with `-v` more of our own, with `-vv` everybody's.
fn log_to_stderr(verbose: u8) {
    let filter = match verbose {
        0 => "warn",
        1 => "warn,sluice_desktop=debug,sluice_api=debug,sluice_engine=debug,sluice_registry=debug,sluice_git=debug",
        _ => "debug",
    };
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).without_time().init();
}
