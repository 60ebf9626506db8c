//! The shell's own words, in the languages of the window: the tray's menu and what it says when something fails.

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
        assert_eq!(ENGLISH.last_release("flask-app 1.0.1"), "Last release: flask-app 1.0.1");
    }
}
