//! Settings: the file `sluice.toml`, as a form.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::error::WireError;

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// The values that count.
    pub values: SettingValues,
    /// The file they stand in.
    pub file: String,
    /// What is wrong with the file; its other lines still count.
    pub problem: Option<WireError>,
    /// Settings that something outside decides, such as a command line option, and cannot be changed here.
    pub fixed: Vec<SettingName>,
}

/// The values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettingValues {
    /// The language.
    pub language: Language,
    /// The theme.
    pub theme: Theme,
    /// Start with the session.
    pub autostart: bool,
    /// Closing the window leaves the tray.
    pub close_to_tray: bool,
    /// Which notifications are shown.
    pub notifications: NotificationSwitches,
    /// Seconds between fetches of a Git remote that says no interval itself.
    pub git_interval: u32,
    /// Shortest seconds between listings of one image, whatever its resource says.
    pub shortest_interval: u32,
    /// How long after first sight a tag must wait, in seconds, unless a rule in Git wants longer; 0 for not at all.
    pub cool_down: u32,
    /// The release window that counts beside the team's, in the words of `sluice.dev/window`; nothing for any time.
    pub window: Option<String>,
}

/// The names of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SettingName {
    /// See [`SettingValues::language`].
    Language,
    /// See [`SettingValues::theme`].
    Theme,
    /// See [`SettingValues::autostart`].
    Autostart,
    /// See [`SettingValues::close_to_tray`].
    CloseToTray,
    /// See [`SettingValues::notifications`].
    Notifications,
    /// See [`SettingValues::git_interval`].
    GitInterval,
    /// See [`SettingValues::shortest_interval`].
    ShortestInterval,
    /// See [`SettingValues::cool_down`].
    CoolDown,
    /// See [`SettingValues::window`].
    Window,
}

/// Languages of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub enum Language {
    /// As the system says.
    #[serde(rename = "system")]
    System,
    /// English.
    #[serde(rename = "en")]
    English,
    /// 简体中文
    #[serde(rename = "zh-CN")]
    Chinese,
}

/// Themes of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the system says.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// A switch for each kind of notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NotificationSwitches {
    /// A new version is ready.
    pub ready: bool,
    /// Something was released.
    pub released: bool,
    /// A release failed.
    pub failed: bool,
    /// A source needs a person.
    pub source: bool,
}

/// Changes settings: only what is given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct SettingsChange {
    /// See [`SettingValues::language`].
    pub language: Option<Language>,
    /// See [`SettingValues::theme`].
    pub theme: Option<Theme>,
    /// See [`SettingValues::autostart`].
    pub autostart: Option<bool>,
    /// See [`SettingValues::close_to_tray`].
    pub close_to_tray: Option<bool>,
    /// See [`SettingValues::notifications`].
    pub notifications: Option<NotificationSwitches>,
    /// See [`SettingValues::git_interval`].
    pub git_interval: Option<u32>,
    /// See [`SettingValues::shortest_interval`].
    pub shortest_interval: Option<u32>,
    /// See [`SettingValues::cool_down`].
    pub cool_down: Option<u32>,
    /// See [`SettingValues::window`]; an empty text takes it away.
    pub window: Option<String>,
}

/// What this program is and where it keeps things.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// Its version.
    pub version: String,
    /// Operating system and architecture, such as `linux x86_64`.
    pub platform: String,
    /// The settings file.
    pub settings_file: String,
    /// The folder of the database.
    pub data_folder: String,
    /// The folder of the mirrors; it may be deleted.
    pub cache_folder: String,
    /// Bytes of the database.
    pub data_size: u64,
    /// Bytes of the mirrors.
    pub cache_size: u64,
}
