//! What only a desktop can do for the API: open a browser, ask for a folder, start with the session, run the demo.

use std::sync::Arc;

use sluice_api::view::common::Page;
use sluice_api::{ErrorCode, Host, HostAnswer, WireError};
use tauri::{AppHandle, Manager as _};
use tauri_plugin_dialog::{DialogExt as _, FilePath};
use tauri_plugin_opener::OpenerExt as _;
use tokio::sync::oneshot;

use crate::demo::Servers;
use crate::{autostart, window};

/// The desktop as the API sees it.
pub(crate) struct Desktop {
    /// The application.
    pub(crate) app: AppHandle,
    /// The demo's servers, running or not.
    pub(crate) demo: Arc<Servers>,
    /// The page that a link asked for at the start.
    pub(crate) start: Option<Page>,
    /// The whole application is the demo: nothing of the person's session is changed.
    pub(crate) is_demo: bool,
}

impl Host for Desktop {
    fn open_link(&self, url: &str) -> HostAnswer<'_, ()> {
        let url = url.to_owned();
        Box::pin(async move {
            self.app.opener().open_url(url, None::<&str>).map_err(|cause| {
                let hint = "copy the address and open it yourself";
                WireError::new(ErrorCode::Internal, format!("the browser cannot be started: {cause}"), hint)
            })
        })
    }

    fn pick_folder(&self) -> HostAnswer<'_, Option<String>> {
        Box::pin(async move {
            let (answer, answered) = oneshot::channel();
            let mut dialog = self.app.dialog().file();
            if let Some(window) = self.app.get_webview_window(window::MAIN) {
                dialog = dialog.set_parent(&window);
            }
            // Nobody waits any more when the application ends while the dialog is open.
            dialog.pick_folder(move |picked| drop(answer.send(picked)));
            // A dialog that was taken away without an answer is a person who changed their mind.
            answered.await.ok().flatten().map(path).transpose()
        })
    }

    fn start_page(&self) -> Option<Page> {
        window::take_asked(&self.app).or_else(|| self.start.clone())
    }

    fn set_autostart(&self, on: bool) -> HostAnswer<'_, ()> {
        Box::pin(async move {
            if self.is_demo {
                let hint = "start Sluice without --demo";
                return Err(WireError::new(
                    ErrorCode::InvalidRequest,
                    "the demo does not start with the session",
                    hint,
                ));
            }
            autostart::follow(&self.app, on).await.map_err(|cause| {
                let hint = "set it in the settings of your system";
                let words = format!("what starts with the session cannot be changed: {cause}");
                WireError::new(ErrorCode::Storage, words, hint)
            })
        })
    }

    fn start_demo(&self) -> HostAnswer<'_, String> {
        Box::pin(async move {
            self.demo.start().await.map_err(|cause| WireError::new(ErrorCode::Internal, cause.to_string(), ""))
        })
    }

    fn demo_address(&self) -> Option<String> {
        self.demo.address()
    }
}

fn path(picked: FilePath) -> Result<String, WireError> {
    let refused = |words: String| WireError::new(ErrorCode::InvalidRequest, words, "pick another folder");
    let path = picked.into_path().map_err(|cause| refused(format!("this is no folder of this computer: {cause}")))?;
    let text = path.to_str().map(str::to_owned);
    text.ok_or_else(|| refused(format!("the name of {} is no Unicode text", path.display())))
}
