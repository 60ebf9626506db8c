//! Columns for people: a header in capitals, no lines, fitted to the terminal.

use comfy_table::{Cell as Slot, Color, ContentArrangement};

use super::{Screen, Tone, visible};

/// One cell: its text and what its colour means.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    text: String,
    tone: Tone,
}

impl Cell {
    /// A cell in a tone.
    pub(crate) fn toned(tone: Tone, text: impl Into<String>) -> Self {
        Self { text: text.into(), tone }
    }

    fn slot(&self) -> Slot {
        let slot = Slot::new(visible(&self.text));
        match self.tone {
            Tone::Plain => slot,
            Tone::Good => slot.fg(Color::DarkGreen),
            Tone::Warning => slot.fg(Color::DarkYellow),
            Tone::Bad => slot.fg(Color::DarkRed),
            Tone::Note => slot.fg(Color::DarkCyan),
            Tone::Faint => slot.fg(Color::DarkGrey),
        }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::toned(Tone::Plain, text)
    }
}

/// A table in the making. Rows have as many cells as there are columns.
#[derive(Debug)]
pub(crate) struct Table(comfy_table::Table);

impl Table {
    /// A table with these column titles, printed in capitals as Flux's and kubectl's are.
    pub(crate) fn new<const N: usize>(titles: [&str; N]) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        table.set_header(titles.map(str::to_uppercase));
        Self(table)
    }

    /// Adds a row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [Cell; N]) {
        self.0.add_row(cells.map(|cell| cell.slot()));
    }

    /// The table as text without a last line end: wrapped inside the columns where the screen is too narrow, and one
    /// line a row where no terminal reads.
    pub(crate) fn text(mut self, screen: &Screen) -> String {
        for column in self.0.column_iter_mut() {
            column.set_padding((0, 2));
        }
        self.0.enforce_styling();
        match screen.width {
            Some(width) => self.0.set_content_arrangement(ContentArrangement::Dynamic).set_width(width),
            None => self.0.set_content_arrangement(ContentArrangement::Disabled),
        };
        self.0.trim_fmt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Format;

    fn table(width: Option<u16>) -> Vec<String> {
        let mut table = Table::new(["name", "message"]);
        table.row(["flask-app".into(), "1.1.0 is outside the range 1.0.x and therefore passed over".into()]);
        table.row(["a".into(), "fine".into()]);
        table.text(&Screen { format: Format::Table, width }).lines().map(str::to_owned).collect()
    }

    #[test]
    fn without_a_terminal_a_row_is_a_line() {
        assert_eq!(
            table(None),
            [
                "NAME       MESSAGE",
                "flask-app  1.1.0 is outside the range 1.0.x and therefore passed over",
                "a          fine",
            ]
        );
    }

    #[test]
    fn on_a_narrow_terminal_no_line_is_wider_than_it() {
        let lines = table(Some(40));
        assert!(lines.len() > 3, "{lines:?}");
        assert!(lines.iter().all(|line| line.chars().count() <= 40), "{lines:?}");
    }
}
