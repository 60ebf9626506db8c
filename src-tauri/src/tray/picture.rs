//! Which of the drawings in `icons/tray` is shown: by the tray's state, and by what it is drawn on.

use sluice_api::view::shell::TrayState;
use tauri::image::Image;
use tauri::{AppHandle, Manager as _, Theme, include_image};

use crate::window;

/// What a drawing is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ink {
    /// For a dark panel.
    Light,
    /// For a light panel.
    Dark,
    /// The system colours it itself (macOS).
    Template,
}

/// The drawing of a state.
pub(super) fn of(app: &AppHandle, state: TrayState) -> Image<'static> {
    drawing(state, ink(app))
}

/// The drawing before anything is known.
pub(super) fn idle(app: &AppHandle) -> Image<'static> {
    of(app, TrayState::Idle)
}

fn ink(app: &AppHandle) -> Ink {
    if cfg!(target_os = "macos") {
        return Ink::Template;
    }
    let theme = app.get_webview_window(window::MAIN).and_then(|window| window.theme().ok());
    let desktop = std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
    ink_on(&desktop, theme.unwrap_or(Theme::Light))
}

/// No system says how its panel is coloured. GNOME's and Unity's bar is dark whatever the theme; elsewhere it follows it.
fn ink_on(desktop: &str, theme: Theme) -> Ink {
    let has_dark_bar = desktop.split(':').any(|name| ["GNOME", "Unity"].contains(&name));
    if has_dark_bar || theme == Theme::Dark { Ink::Light } else { Ink::Dark }
}

fn drawing(state: TrayState, ink: Ink) -> Image<'static> {
    match (state, ink) {
        (TrayState::Idle, Ink::Light) => include_image!("../icons/tray/idle-light-32.png"),
        (TrayState::Idle, Ink::Dark) => include_image!("../icons/tray/idle-dark-32.png"),
        (TrayState::Idle, Ink::Template) => include_image!("../icons/tray/idle-template-32.png"),
        (TrayState::Ready, Ink::Light) => include_image!("../icons/tray/ready-light-32.png"),
        (TrayState::Ready, Ink::Dark) => include_image!("../icons/tray/ready-dark-32.png"),
        (TrayState::Ready, Ink::Template) => include_image!("../icons/tray/ready-template-32.png"),
        (TrayState::Working, Ink::Light) => include_image!("../icons/tray/working-light-32.png"),
        (TrayState::Working, Ink::Dark) => include_image!("../icons/tray/working-dark-32.png"),
        (TrayState::Working, Ink::Template) => include_image!("../icons/tray/working-template-32.png"),
        (TrayState::Attention, Ink::Light) => include_image!("../icons/tray/attention-light-32.png"),
        (TrayState::Attention, Ink::Dark) => include_image!("../icons/tray/attention-dark-32.png"),
        (TrayState::Attention, Ink::Template) => include_image!("../icons/tray/attention-template-32.png"),
        (TrayState::Paused, Ink::Light) => include_image!("../icons/tray/paused-light-32.png"),
        (TrayState::Paused, Ink::Dark) => include_image!("../icons/tray/paused-dark-32.png"),
        (TrayState::Paused, Ink::Template) => include_image!("../icons/tray/paused-template-32.png"),
        (TrayState::Stuck, Ink::Light) => include_image!("../icons/tray/stuck-light-32.png"),
        (TrayState::Stuck, Ink::Dark) => include_image!("../icons/tray/stuck-dark-32.png"),
        (TrayState::Stuck, Ink::Template) => include_image!("../icons/tray/stuck-template-32.png"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_drawing_stands_out_from_the_panel() {
        for (desktop, theme, ink) in [
            ("ubuntu:GNOME", Theme::Light, Ink::Light),
            ("GNOME", Theme::Dark, Ink::Light),
            ("KDE", Theme::Light, Ink::Dark),
            ("KDE", Theme::Dark, Ink::Light),
            ("", Theme::Light, Ink::Dark),
        ] {
            assert_eq!(ink_on(desktop, theme), ink, "{desktop} {theme}");
        }
    }

    #[test]
    fn every_state_has_a_drawing_of_its_own() {
        use TrayState::{Attention, Idle, Paused, Ready, Stuck, Working};
        for ink in [Ink::Light, Ink::Dark, Ink::Template] {
            let mut drawings: Vec<Vec<u8>> = [Idle, Ready, Working, Attention, Paused, Stuck]
                .into_iter()
                .map(|state| drawing(state, ink).rgba().to_vec())
                .collect();
            drawings.sort();
            drawings.dedup();
            assert_eq!(drawings.len(), 6, "{ink:?}");
        }
    }
}
