//! Style names and marks: what a thing means, never which colour it has.
//!
//! Owns the 16 ANSI colours, `NO_COLOR` and the ASCII marks. Must not know any screen.
//! No yellow, green or cyan can be read on a white ground and on a black one alike: only marks
//! have such a colour, and words that matter are bold. So nothing is said by colour alone.

use ratatui::style::{Color, Modifier, Style};

/// What a piece of text is, for the theme to dress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ink {
    /// Ordinary text.
    Plain,
    /// The words that name the place or the thing.
    Strong,
    /// What may be overlooked: units, hints, what is settled.
    Faint,
    /// The one accent: keys, and what can be pressed.
    Accent,
    /// The product's name, charts, a spinner: coloured, because nobody has to read them.
    Brand,
    /// The row that the keys act upon, or the focused button.
    Selected,
    /// A field that can be typed into.
    Field,
    /// The field with the cursor.
    Focused,
    /// It went well.
    Good,
    /// It waits for a person.
    Caution,
    /// It is on its way.
    Underway,
    /// It was refused or went wrong.
    Bad,
}

/// A mark of one cell (in ASCII, too).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// `●` something new or active.
    Full,
    /// `◐` half way.
    Half,
    /// `✔` done.
    Check,
    /// `✖` refused.
    Cross,
    /// `◌` pending.
    Hollow,
    /// `■` switched off.
    Square,
    /// `▌` the left edge of the selection.
    Edge,
    /// `▐` the left edge of a focused button.
    EdgeLeft,
    /// `▲` sorted upwards.
    Ascending,
    /// `▼` sorted downwards.
    Descending,
    /// `▾` a list can be opened here.
    Opens,
    /// `◂` there is more to the left.
    Before,
    /// `▸` between the parts of a path, and before a folded section.
    Crumb,
    /// `─` a rule.
    Rule,
    /// `│` an upright rule.
    Upright,
    /// `…` something was cut.
    Cut,
    /// `—` nothing there.
    Missing,
    /// `•` one cell of a hidden secret.
    Dot,
    /// `·` between two facts.
    Between,
}

/// How the console looks: with colours or without, with Unicode marks or in ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Whether colours may be used (`NO_COLOR` is not set).
    pub colour: bool,
    /// Whether every cell must be ASCII.
    pub ascii: bool,
}

impl Theme {
    /// The style of words in `ink`.
    pub fn style(&self, ink: Ink) -> Style {
        let plain = Style::new();
        let style = match ink {
            Ink::Plain | Ink::Good | Ink::Underway => plain,
            Ink::Strong | Ink::Accent | Ink::Caution => plain.add_modifier(Modifier::BOLD),
            Ink::Faint => plain.add_modifier(Modifier::DIM),
            Ink::Brand => plain.fg(Color::Cyan).add_modifier(Modifier::BOLD),
            Ink::Selected => plain.add_modifier(Modifier::REVERSED),
            Ink::Field => plain.add_modifier(Modifier::UNDERLINED),
            Ink::Focused => plain.add_modifier(Modifier::UNDERLINED | Modifier::BOLD),
            Ink::Bad => plain.fg(Color::Red).add_modifier(Modifier::BOLD),
        };
        self.allowed(style)
    }

    /// The style of a mark in `ink`.
    pub fn mark_style(&self, ink: Ink) -> Style {
        let colour = match ink {
            Ink::Accent | Ink::Brand | Ink::Underway => Color::Cyan,
            Ink::Good => Color::Green,
            Ink::Caution => Color::Yellow,
            ink => return self.style(ink),
        };
        self.allowed(Style::new().fg(colour))
    }

    fn allowed(&self, style: Style) -> Style {
        if self.colour { style } else { Style { fg: None, bg: None, ..style } }
    }

    /// Whether a QR code can be drawn: it needs blocks, and a ground of its own.
    pub fn shows_codes(&self) -> bool {
        self.colour && !self.ascii
    }

    /// The character of `mark`.
    pub fn mark(&self, mark: Mark) -> &'static str {
        let (unicode, ascii) = match mark {
            Mark::Full => ("●", "*"),
            Mark::Half => ("◐", "o"),
            Mark::Check => ("✔", "+"),
            Mark::Cross => ("✖", "x"),
            Mark::Hollow => ("◌", "."),
            Mark::Square => ("■", "#"),
            Mark::Edge => ("▌", ">"),
            Mark::EdgeLeft => ("▐", "["),
            Mark::Ascending => ("▲", "^"),
            Mark::Descending => ("▼", "v"),
            Mark::Opens => ("▾", "v"),
            Mark::Before => ("◂", "<"),
            Mark::Crumb => ("▸", ">"),
            Mark::Rule => ("─", "-"),
            Mark::Upright => ("│", "|"),
            Mark::Cut => ("…", "~"),
            Mark::Missing => ("—", "-"),
            Mark::Dot => ("•", "*"),
            Mark::Between => ("·", "-"),
        };
        if self.ascii { ascii } else { unicode }
    }

    /// The corners of a dialog: top left, top right, bottom left, bottom right.
    pub fn corners(&self) -> [&'static str; 4] {
        if self.ascii { ["+"; 4] } else { ["┌", "┐", "└", "┘"] }
    }

    /// A bar of eight heights for small charts; `eighths` from 0 to 8.
    pub fn bar(&self, eighths: usize) -> &'static str {
        const UNICODE: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
        const ASCII: [&str; 9] = [" ", "_", "_", ".", ".", "-", "=", "#", "#"];
        let bars = if self.ascii { ASCII } else { UNICODE };
        bars[eighths.min(8)]
    }

    /// The picture of a spinner at `step`.
    pub fn spinner(&self, step: usize) -> &'static str {
        const UNICODE: [&str; 8] = ["⣾", "⣽", "⣻", "⢿", "⡿", "⣟", "⣯", "⣷"];
        const ASCII: [&str; 8] = ["|", "/", "-", "\\", "|", "/", "-", "\\"];
        let frames = if self.ascii { ASCII } else { UNICODE };
        frames[step % frames.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr;

    const MARKS: [Mark; 19] = [
        Mark::Before,
        Mark::Full,
        Mark::Half,
        Mark::Check,
        Mark::Cross,
        Mark::Hollow,
        Mark::Square,
        Mark::Edge,
        Mark::EdgeLeft,
        Mark::Ascending,
        Mark::Descending,
        Mark::Opens,
        Mark::Crumb,
        Mark::Rule,
        Mark::Upright,
        Mark::Cut,
        Mark::Missing,
        Mark::Dot,
        Mark::Between,
    ];

    #[test]
    fn marks_take_one_cell_and_are_ascii_in_ascii() {
        for mark in MARKS {
            assert_eq!(Theme { colour: true, ascii: false }.mark(mark).width(), 1, "{mark:?}");
            assert!(Theme { colour: true, ascii: true }.mark(mark).is_ascii(), "{mark:?}");
        }
    }

    #[test]
    fn without_colour_the_modifiers_stay() {
        let theme = Theme { colour: false, ascii: false };
        for ink in [Ink::Brand, Ink::Good, Ink::Bad, Ink::Selected] {
            assert_eq!(theme.style(ink).fg, None);
            assert_eq!(theme.mark_style(ink).fg, None);
        }
        assert!(theme.style(Ink::Selected).add_modifier.contains(Modifier::REVERSED));
    }
}
