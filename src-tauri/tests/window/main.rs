//! The real binary in a real window on a display of its own: it starts, shows data, goes to the tray and ends.
//!
//! The binary has to have the page inside (`--features custom-protocol`, after `npm run build` in `ui/`), as
//! `cargo xtask test window` builds it. With `SLUICE_PICTURES` set to a folder, pictures of the display are left there.

#![cfg(target_os = "linux")]

mod desktop;
mod fleet;
mod notifications;
mod page;
mod tray;

use std::process::Command;

use desktop::{Desktop, is_gone, until, until_gone};
use fleet::Fleet;
use notifications::Notifications;
use page::{Page, complaints};
use sluice_testkit::program;
use tray::Panel;

const DEMO: &[&str] = &["--demo", "--console"];

/// The texts in the face of code whose box is not as wide as they are when laid out once more, with both widths in pixels.
/// The engine of the web view keeps widths that it measured in another face.
const TOO_NARROW: &str = "
    const texts = [...document.querySelectorAll('.mono span')];
    return texts.filter((text) => !text.children.length && text.getClientRects().length).flatMap((text) => {
        const twin = text.cloneNode(true);
        const { fontFamily, fontSize, fontWeight } = getComputedStyle(text);
        const font = { fontFamily, fontSize, fontWeight, fontVariantLigatures: 'none' };
        Object.assign(twin.style, font, { position: 'fixed', whiteSpace: 'pre' });
        document.body.append(twin);
        const widths = [text, twin].map((element) => element.getBoundingClientRect().width);
        twin.remove();
        return Math.abs(widths[0] - widths[1]) > 1 ? [[text.textContent, ...widths]] : [];
    });";

fn picture(desktop: &Desktop, name: &str) {
    if let Some(folder) = std::env::var_os("SLUICE_PICTURES") {
        desktop.picture(&std::path::Path::new(&folder).join(format!("{name}.png")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_opens_on_the_demo_and_shows_what_is_in_it() {
    let desktop = Desktop::start();
    let page = Page::open(&desktop, DEMO).await;
    assert_eq!(page.ask("return document.title").await, "Sluice");
    page.go_to("Images").await;
    page.shows("flask-app").await;
    page.shows("1.0.1").await;
    page.settles().await;
    picture(&desktop, "images");
    assert_eq!(complaints(&desktop.log()), Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_released_by_clicks() {
    let desktop = Desktop::start();
    let page = Page::open(&desktop, DEMO).await;
    page.go_to("Inbox").await;
    page.click("//main//button[normalize-space()='Review']").await;
    page.shows("Release now").await;
    page.shows("1.0.1").await;
    page.shows("test/deployment.yml").await;
    page.settles().await;
    picture(&desktop, "review");
    assert_eq!(page.ask(TOO_NARROW).await, serde_json::json!([]), "text is drawn over what follows it");
    page.click("//button[starts-with(normalize-space(), 'Release now')]").await;
    page.shows("is pushed").await;
    page.settles().await;
    picture(&desktop, "released");

    let demo = desktop.demo_folders().pop().expect("the demo runs");
    let git = program("git", "git");
    let mut grep = desktop.command(git);
    grep.arg("--git-dir").arg(demo.join("git/fleet.git")).args(["grep", "-c", "flask-app:1.0.1", "main"]);
    let found = grep.output().expect("git runs");
    assert!(found.status.success(), "the new version does not stand in Git: {found:?}");
    assert_eq!(complaints(&desktop.log()), Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_window_is_in_the_tray_and_a_second_start_brings_it_back() {
    let desktop = Desktop::start();
    let panel = Panel::on(desktop.bus());
    let page = Page::open(&desktop, DEMO).await;
    page.shows("Inbox").await;
    let first = desktop.application_pid();

    desktop.close_window();
    until("the window is hidden", || desktop.visible_windows().is_empty().then_some(()));
    assert!(!is_gone(first), "closing the window must not end Sluice");

    let second = desktop.command(desktop::window_program()).arg("--demo").status();
    assert!(second.expect("it can be started").success(), "the second start ends well");
    until("the window is back", || desktop.visible_windows().pop());
    assert!(!is_gone(first));

    desktop.close_window();
    until("the window is hidden again", || desktop.visible_windows().is_empty().then_some(()));
    panel.choose("Open Sluice");
    until("the tray brings the window back", || desktop.visible_windows().pop());
}

#[tokio::test(flavor = "multi_thread")]
async fn quit_in_the_tray_ends_everything_and_leaves_nothing_behind() {
    let desktop = Desktop::start();
    let panel = Panel::on(desktop.bus());
    let page = Page::open(&desktop, DEMO).await;
    page.shows("Inbox").await;
    for label in ["Check now", "Pause", "For 1 hour", "Until tomorrow", "Until I resume", "Open Sluice", "Quit"] {
        until(&format!("the menu has “{label}”"), || panel.menu().into_iter().find(|item| item.label == label));
    }
    assert_eq!(desktop.demo_folders().len(), 1);

    let pid = desktop.application_pid();
    panel.choose("Quit");
    let took = until_gone(pid);
    assert!(took.as_secs() < 10, "quitting took {took:?}");
    assert_eq!(desktop.demo_folders(), Vec::<std::path::PathBuf>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_session_ends_it_cleanly() {
    let desktop = Desktop::start();
    let page = Page::open(&desktop, DEMO).await;
    page.shows("Inbox").await;
    let pid = desktop.application_pid();
    let told = Command::new("kill").args(["-TERM", &pid.to_string()]).status().expect("kill runs");
    assert!(told.success());
    until_gone(pid);
    assert_eq!(desktop.demo_folders(), Vec::<std::path::PathBuf>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_paused_and_resumed_from_the_tray() {
    let desktop = Desktop::start();
    let panel = Panel::on(desktop.bus());
    let page = Page::open(&desktop, DEMO).await;
    page.shows("Inbox").await;
    panel.choose("Until I resume");
    page.shows("Paused").await;
    panel.choose("Resume");
    until("pausing is offered again", || panel.menu().into_iter().find(|item| item.label == "For 1 hour"));
    assert_eq!(complaints(&desktop.log()), Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_of_a_version_can_be_put_off_and_leads_to_its_review() {
    let desktop = Desktop::start();
    let _panel = Panel::on(desktop.bus());
    let notifications = Notifications::on(desktop.bus());
    // In the tray from the start: nobody looks at the window.
    let page = Page::open(&desktop, &["--demo", "--console", "--hidden"]).await;
    let shown = notifications.wait_for("flask-app is ready");
    let buttons: Vec<&str> = shown.buttons.iter().map(|(_, title)| title.as_str()).collect();
    assert_eq!(buttons, ["Review", "Snooze for 1 hour", ""], "the last stands for the notification itself");

    notifications.click(&shown, "review");
    until("the window is there", || desktop.visible_windows().pop());
    page.shows("Release now").await;

    notifications.click(&shown, "snooze");
    // The review sheet lies over everything; another page closes it.
    page.ask("location.hash = '#/inbox'; return true").await;
    page.shows("Nothing waits for you").await;
    assert_eq!(complaints(&desktop.log()), Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_leads_to_its_page_at_the_start_and_later() {
    let desktop = Desktop::start();
    let page = Page::open(&desktop, &["--demo", "--console", "sluice://activity"]).await;
    page.is_at("/activity").await;
    for (link, place) in
        [("sluice://settings", "/settings"), ("sluice://nowhere", "/settings"), ("sluice://", "/inbox")]
    {
        let second = desktop.command(desktop::window_program()).args(["--demo", link]).status();
        assert!(second.expect("it can be started").success(), "the second start ends well");
        page.is_at(place).await;
    }
    assert_eq!(complaints(&desktop.log()), Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_of_a_push_it_finds_out_what_became_of_it_and_repeats_nothing() {
    let fleet = Fleet::start().await;
    fleet.be_silent(true);
    fleet.publish("1.0.1");
    let options = fleet.options();
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    {
        let desktop = Desktop::start();
        let _page = Page::open(&desktop, &options).await;
        until("the agent pushes", || (fleet.pushes() == 1).then_some(()));
        let pid = desktop.application_pid();
        let killed = Command::new("kill").args(["-KILL", &pid.to_string()]).status().expect("kill runs");
        assert!(killed.success());
        until_gone(pid);
    }
    fleet.be_silent(false);

    let desktop = Desktop::start();
    let page = Page::open(&desktop, &options).await;
    page.go_to("Releases").await;
    page.shows("1.0.1").await;
    page.shows("Pushed").await;
    fleet.publish("1.0.2");
    until("the next version is released as ever", || fleet.manifest().contains("flask-app:1.0.2").then_some(()));
    assert_eq!(fleet.commits().len(), 3, "{:?}", fleet.commits());
    assert_eq!(complaints(&desktop.log()), Vec::<&str>::new());
}
