//! The shell's own words, in the languages of the window: the tray's menu and what it says when something fails.

use sluice_api::Api;
use sluice_api::command::{Answers, GetSettings};
use sluice_api::view::common::Nothing;
use sluice_api::view::event::NotificationKind;
use sluice_api::view::settings::Language;

/// The words of one language.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Words {
    nothing_ready: &'static str,
    one_ready: &'static str,
    many_ready: &'static str,
    last_release: &'static str,
    pub(crate) check_now: &'static str,
    pub(crate) pause: &'static str,
    pub(crate) pause_hour: &'static str,
    pub(crate) pause_tomorrow: &'static str,
    pub(crate) pause_open: &'static str,
    pub(crate) resume: &'static str,
    pub(crate) open: &'static str,
    pub(crate) quit: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) review: &'static str,
    pub(crate) snooze: &'static str,
    update: &'static str,
    told: Told,
}

/// What notifications say, with `{it}` for what one is about and `{n}` for how many it stands for.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    ready: &'static str,
    many_ready: &'static str,
    released: &'static str,
    not_released: &'static str,
    stuck: &'static str,
    needs_you: &'static str,
}

const ENGLISH: Words = Words {
    nothing_ready: "Nothing is ready",
    one_ready: "1 ready to release",
    many_ready: "{n} ready to release",
    last_release: "Last release: {title}",
    check_now: "Check now",
    pause: "Pause",
    pause_hour: "For 1 hour",
    pause_tomorrow: "Until tomorrow",
    pause_open: "Until I resume",
    resume: "Resume",
    open: "Open Sluice",
    quit: "Quit",
    failed: "That did not work",
    review: "Review",
    snooze: "Snooze for 1 hour",
    update: "Install Sluice {version} and restart",
    told: Told {
        ready: "{it} is ready",
        many_ready: "{n} versions are ready",
        released: "{it} was released",
        not_released: "{it} was not released",
        stuck: "{it} is stuck",
        needs_you: "{it} needs you",
    },
};

const CHINESE: Words = Words {
    nothing_ready: "没有可发布的版本",
    one_ready: "1 个版本可发布",
    many_ready: "{n} 个版本可发布",
    last_release: "上次发布：{title}",
    check_now: "立即检查",
    pause: "暂停",
    pause_hour: "1 小时",
    pause_tomorrow: "到明天",
    pause_open: "直到我恢复",
    resume: "恢复",
    open: "打开 Sluice",
    quit: "退出",
    failed: "操作未成功",
    review: "审阅",
    snooze: "1 小时后提醒",
    update: "安装 Sluice {version} 并重新启动",
    told: Told {
        ready: "{it} 可发布",
        many_ready: "{n} 个版本可发布",
        released: "{it} 已发布",
        not_released: "{it} 未能发布",
        stuck: "{it} 卡住了",
        needs_you: "{it} 需要您处理",
    },
};

impl Words {
    /// The words of the language that the settings name, or of the system's where they name none.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::Chinese => &CHINESE,
            Language::System => Self::of_locale(&sys_locale::get_locale().unwrap_or_default()),
        }
    }

    /// The words of the language that the settings name now; the system's where they cannot be read.
    pub(crate) async fn of_settings(api: &Api) -> &'static Self {
        let settings = Answers::<GetSettings>::answer(api, Nothing {}).await;
        Self::of(settings.map_or(Language::System, |settings| settings.values.language))
    }

    fn of_locale(locale: &str) -> &'static Self {
        let language = locale.split(['-', '_', '.']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("zh") { &CHINESE } else { &ENGLISH }
    }

    /// How many versions only wait for a click.
    pub(crate) fn ready(&self, count: u32) -> String {
        match count {
            0 => self.nothing_ready.to_owned(),
            1 => self.one_ready.to_owned(),
            many => self.many_ready.replace("{n}", &many.to_string()),
        }
    }

    /// The title of a notification about `count` of these subjects.
    pub(crate) fn notification(&self, kind: NotificationKind, count: u32, subjects: &[String]) -> String {
        let words = match kind {
            NotificationKind::Ready if count == 1 => self.told.ready,
            NotificationKind::Ready => self.told.many_ready,
            NotificationKind::Released => self.told.released,
            NotificationKind::Failed => self.told.not_released,
            NotificationKind::Stuck => self.told.stuck,
            NotificationKind::Source => self.told.needs_you,
        };
        words.replace("{n}", &count.to_string()).replace("{it}", &subjects.join(", "))
    }

    /// What installs a new version of Sluice.
    pub(crate) fn update(&self, version: &str) -> String {
        self.update.replace("{version}", version)
    }

    /// What was released last.
    pub(crate) fn last_release(&self, title: &str) -> String {
        self.last_release.replace("{title}", title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_language_is_read_as_every_system_writes_it() {
        for (locale, words) in [
            ("zh-CN", &CHINESE),
            ("zh_CN.UTF-8", &CHINESE),
            ("ZH", &CHINESE),
            ("en-GB", &ENGLISH),
            ("de_DE", &ENGLISH),
            ("zhuang", &ENGLISH),
            ("C", &ENGLISH),
            ("", &ENGLISH),
        ] {
            assert_eq!(Words::of_locale(locale), words, "{locale}");
        }
    }

    #[test]
    fn counts_and_titles_are_put_in() {
        assert_eq!(ENGLISH.ready(0), "Nothing is ready");
        assert_eq!(ENGLISH.ready(1), "1 ready to release");
        assert_eq!(CHINESE.ready(12), "12 个版本可发布");
        let flask = ["flask-app {n}".to_owned()];
        assert_eq!(ENGLISH.notification(NotificationKind::Ready, 1, &flask), "flask-app {n} is ready");
        assert_eq!(CHINESE.notification(NotificationKind::Ready, 3, &flask), "3 个版本可发布");
        assert_eq!(ENGLISH.notification(NotificationKind::Failed, 1, &flask), "flask-app {n} was not released");
        assert_eq!(CHINESE.notification(NotificationKind::Stuck, 1, &["a · dev".to_owned()]), "a · dev 卡住了");
        assert_eq!(ENGLISH.update("1.2.0"), "Install Sluice 1.2.0 and restart");
        assert_eq!(ENGLISH.last_release("flask-app 1.0.1"), "Last release: flask-app 1.0.1");
    }
}
