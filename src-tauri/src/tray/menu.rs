//! What stands in the tray's menu, and what each item is called between the system and us.

use sluice_api::view::settings::Language;
use sluice_api::view::shell::{Shell, TrayRelease, TrayState};
use tauri::AppHandle;
use tauri::menu::{Menu, MenuBuilder, MenuItemBuilder, SubmenuBuilder};

use crate::words::Words;

/// What the tray shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    /// The icon.
    pub(super) state: TrayState,
    /// The number beside it.
    pub(super) count: u32,
    /// Versions that only wait for a click.
    pub(super) ready: u32,
    /// Id and title of the last release.
    pub(super) last_release: Option<(String, String)>,
    /// Everything is paused.
    pub(super) is_paused: bool,
    /// The version of Sluice itself that waits to be installed.
    pub(super) update: Option<String>,
    /// The language of the menu.
    pub(super) language: Language,
}

impl Shown {
    pub(super) fn of(shell: &Shell, language: Language, update: Option<String>) -> Self {
        let titled = |last: &TrayRelease| (last.release.clone(), last.title.clone());
        Self {
            state: shell.tray.state,
            count: shell.tray.count,
            ready: shell.counters.ready,
            last_release: shell.tray.last_release.as_ref().map(titled),
            is_paused: shell.agent.paused.is_some(),
            update,
            language,
        }
    }
}

/// What a person chose in the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Choice {
    Inbox,
    Release(String),
    CheckNow,
    PauseHour,
    PauseTomorrow,
    PauseOpen,
    Resume,
    Open,
    Update,
    Quit,
}

/// What comes before the id of a release.
const RELEASE: &str = "release:";

impl Choice {
    /// The choice that an item's id stands for.
    pub(super) fn named(id: &str) -> Option<Self> {
        Some(match id {
            "inbox" => Self::Inbox,
            "check-now" => Self::CheckNow,
            "pause-hour" => Self::PauseHour,
            "pause-tomorrow" => Self::PauseTomorrow,
            "pause-open" => Self::PauseOpen,
            "resume" => Self::Resume,
            "open" => Self::Open,
            "update" => Self::Update,
            "quit" => Self::Quit,
            _ => Self::Release(id.strip_prefix(RELEASE)?.to_owned()),
        })
    }

    fn id(&self) -> String {
        match self {
            Self::Inbox => "inbox",
            Self::Release(release) => return format!("{RELEASE}{release}"),
            Self::CheckNow => "check-now",
            Self::PauseHour => "pause-hour",
            Self::PauseTomorrow => "pause-tomorrow",
            Self::PauseOpen => "pause-open",
            Self::Resume => "resume",
            Self::Open => "open",
            Self::Update => "update",
            Self::Quit => "quit",
        }
        .to_owned()
    }
}

/// Builds the menu.
///
/// # Errors
/// When the system refuses an item.
pub(super) fn build(app: &AppHandle, shown: &Shown, words: &Words) -> tauri::Result<Menu<tauri::Wry>> {
    let ready = MenuItemBuilder::with_id(Choice::Inbox.id(), plain(&words.ready(shown.ready)))
        .enabled(shown.ready > 0)
        .build(app)?;
    let mut menu = MenuBuilder::new(app).item(&ready);
    if let Some((release, title)) = &shown.last_release {
        menu = menu.text(Choice::Release(release.clone()).id(), plain(&words.last_release(title)));
    }
    menu = menu.separator().text(Choice::CheckNow.id(), words.check_now);
    menu = if shown.is_paused {
        menu.text(Choice::Resume.id(), words.resume)
    } else {
        let pause = SubmenuBuilder::new(app, words.pause)
            .text(Choice::PauseHour.id(), words.pause_hour)
            .text(Choice::PauseTomorrow.id(), words.pause_tomorrow)
            .text(Choice::PauseOpen.id(), words.pause_open)
            .build()?;
        menu.item(&pause)
    };
    menu = menu.separator().text(Choice::Open.id(), words.open);
    if let Some(version) = &shown.update {
        menu = menu.text(Choice::Update.id(), plain(&words.update(version)));
    }
    menu.text(Choice::Quit.id(), words.quit).build()
}

/// Text as it is: a `&` would underline the letter behind it.
fn plain(text: &str) -> String {
    text.replace('&', "&&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_is_understood_by_its_id() {
        for choice in [
            Choice::Inbox,
            Choice::Release("01J".to_owned()),
            Choice::CheckNow,
            Choice::PauseHour,
            Choice::PauseTomorrow,
            Choice::PauseOpen,
            Choice::Resume,
            Choice::Open,
            Choice::Update,
            Choice::Quit,
        ] {
            assert_eq!(Choice::named(&choice.id()), Some(choice));
        }
        assert_eq!(Choice::named("format the disk"), None);
    }

    #[test]
    fn a_name_in_the_menu_is_shown_as_it_is() {
        assert_eq!(plain("salt&pepper 1.0"), "salt&&pepper 1.0");
    }
}
