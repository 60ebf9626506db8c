//! The settings file as a form.

use sluice_engine::SettingValue;
use sluice_engine::settings::{MinAge, Settings as File, WindowSettings};

use crate::api::{Api, Inner};
use crate::command::{Answers, ChangeSettings, GetAbout, GetSettings};
use crate::convert::seconds;
use crate::view::common::Nothing;
use crate::view::error::{ErrorCode, WireError};
use crate::view::settings::{About, Language, NotificationSwitches, SettingValues, Settings, SettingsChange, Theme};

/// Shortest and longest that an interval may be, in seconds.
const INTERVALS: std::ops::RangeInclusive<u32> = 1..=86_400;

impl Answers<GetSettings> for Api {
    async fn answer(&self, _: Nothing) -> Result<Settings, WireError> {
        // Somebody may have edited the file; what is wrong with it is said beside what still counts.
        let problem = self.inner.engine.reload_settings().err().map(WireError::from);
        Ok(self.inner.settings(problem))
    }
}

impl Inner {
    fn settings(&self, problem: Option<WireError>) -> Settings {
        Settings {
            values: values(&self.engine.settings()),
            file: self.engine.paths().settings.display().to_string(),
            problem,
            fixed: Vec::new(),
        }
    }

    async fn set(&self, section: &str, key: &str, value: Option<SettingValue>) -> Result<(), WireError> {
        Ok(self.engine.set_setting(section, key, value, &self.who).await?)
    }
}

fn values(file: &File) -> SettingValues {
    let WindowSettings { language, theme, autostart, silent, quit_on_close } = &file.window;
    let is_loud = |kind: &str| !silent.iter().any(|silent| silent == kind);
    let agent = &file.agent;
    SettingValues {
        language: match language.as_deref() {
            Some("en") => Language::English,
            Some("zh-CN") => Language::Chinese,
            _ => Language::System,
        },
        theme: match theme.as_deref() {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::System,
        },
        autostart: *autostart,
        close_to_tray: !quit_on_close,
        notifications: NotificationSwitches {
            ready: is_loud("ready"),
            released: is_loud("released"),
            failed: is_loud("failed"),
            source: is_loud("source"),
        },
        git_interval: agent.git_interval.map_or(60, |interval| seconds(interval.as_std())),
        shortest_interval: agent.shortest_scan_interval.map_or(0, |interval| seconds(interval.as_std())),
        cool_down: agent.min_age.map_or(0, |age| seconds(MinAge::as_std(age))),
        window: agent.window.as_ref().map(|window| window.as_str().to_owned()),
    }
}

fn silent(switches: NotificationSwitches) -> SettingValue {
    let all = [
        ("ready", switches.ready),
        ("released", switches.released),
        ("failed", switches.failed),
        ("source", switches.source),
    ];
    SettingValue::List(all.into_iter().filter(|(_, on)| !on).map(|(name, _)| name.to_owned()).collect())
}

fn span(seconds: u32) -> Option<SettingValue> {
    (seconds > 0).then(|| SettingValue::Text(format!("{seconds}s")))
}

fn check_interval(seconds: u32) -> Result<(), WireError> {
    if INTERVALS.contains(&seconds) {
        return Ok(());
    }
    let words = format!("{seconds} seconds is no interval");
    Err(WireError::new(ErrorCode::InvalidRequest, words, "between a second and a day is possible"))
}

impl Answers<ChangeSettings> for Api {
    async fn answer(&self, change: SettingsChange) -> Result<Settings, WireError> {
        let inner = &self.inner;
        let text = |text: &str| Some(SettingValue::Text(text.to_owned()));
        if let Some(language) = change.language {
            let value = match language {
                Language::System => None,
                Language::English => text("en"),
                Language::Chinese => text("zh-CN"),
            };
            inner.set("window", "language", value).await?;
        }
        if let Some(theme) = change.theme {
            let value = match theme {
                Theme::System => None,
                Theme::Light => text("light"),
                Theme::Dark => text("dark"),
            };
            inner.set("window", "theme", value).await?;
        }
        if let Some(on) = change.autostart {
            inner.host.set_autostart(on).await?;
            inner.set("window", "autostart", on.then_some(SettingValue::Switch(true))).await?;
        }
        if let Some(on) = change.close_to_tray {
            inner.set("window", "quit-on-close", (!on).then_some(SettingValue::Switch(true))).await?;
        }
        if let Some(switches) = change.notifications {
            inner.set("window", "silent", Some(silent(switches))).await?;
        }
        if let Some(seconds) = change.git_interval {
            check_interval(seconds)?;
            inner.set("agent", "git-interval", span(seconds)).await?;
        }
        if let Some(seconds) = change.shortest_interval {
            inner.set("agent", "shortest-scan-interval", span(seconds)).await?;
        }
        if let Some(seconds) = change.cool_down {
            inner.set("agent", "min-age", span(seconds)).await?;
        }
        if let Some(window) = change.window {
            let window = window.trim().to_owned();
            inner.set("agent", "window", (!window.is_empty()).then_some(SettingValue::Text(window))).await?;
        }
        Ok(inner.settings(None))
    }
}

impl Answers<GetAbout> for Api {
    async fn answer(&self, _: Nothing) -> Result<About, WireError> {
        let paths = self.inner.engine.paths().clone();
        let (database, mirrors) = (paths.database(), paths.mirrors());
        let sizes = tokio::task::spawn_blocking(move || {
            // The write-ahead log is part of the database until it is folded in.
            let wal = database.with_extension("db-wal");
            let file = |path: &std::path::Path| std::fs::metadata(path).map_or(0, |file| file.len());
            (file(&database) + file(&wal), size_below(&mirrors))
        });
        let (data_size, cache_size) = sizes.await.unwrap_or_default();
        Ok(About {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            platform: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            settings_file: paths.settings.display().to_string(),
            data_folder: paths.data.display().to_string(),
            cache_folder: paths.cache.display().to_string(),
            data_size,
            cache_size,
        })
    }
}

/// Bytes of all files below a folder; what cannot be read counts nothing. Links are not followed.
fn size_below(folder: &std::path::Path) -> u64 {
    let mut pending = vec![folder.to_owned()];
    let mut size = 0;
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(found) if found.is_dir() => pending.push(entry.path()),
                Ok(found) if found.is_file() => size += found.len(),
                _ => {}
            }
        }
    }
    size
}
