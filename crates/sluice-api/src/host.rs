//! What the contract needs of the program around it: the desktop shell, or a host for tests.

use std::future::Future;
use std::pin::Pin;

use crate::view::common::Page;
use crate::view::error::WireError;

/// An answer that is waited for.
pub type HostAnswer<'h, T> = Pin<Box<dyn Future<Output = Result<T, WireError>> + Send + 'h>>;

/// The program around the API. Every method is called on behalf of a person's click.
pub trait Host: Send + Sync + 'static {
    /// Opens an address in the person's browser. It was checked: https, with a host, without a login.
    fn open_link(&self, url: &str) -> HostAnswer<'_, ()>;

    /// Lets the person pick a folder; nothing when they changed their mind.
    fn pick_folder(&self) -> HostAnswer<'_, Option<String>>;

    /// The page to begin with, where a deep link, a notification or the last session points to one. Asked for once.
    fn start_page(&self) -> Option<Page>;

    /// Starts the program with the session, or not any more. Called before the setting is written.
    fn set_autostart(&self, on: bool) -> HostAnswer<'_, ()>;

    /// Starts the built-in demo's servers, if they do not run yet, and answers the address of its repository.
    fn start_demo(&self) -> HostAnswer<'_, String>;

    /// The address of the demo's repository while its servers run.
    fn demo_address(&self) -> Option<String>;
}
