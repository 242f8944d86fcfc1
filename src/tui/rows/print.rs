//! Rows as text for a pipe or for a terminal that scrolls.

use std::fmt::Write as _;

use crossterm::style::ContentStyle;
use ratatui::backend::IntoCrossterm;
use ratatui::text::Line;

/// Writes rows as lines, with escape sequences for their styles where `styled`.
#[must_use]
pub fn to_text(rows: &[Line<'_>], styled: bool) -> String {
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for span in &row.spans {
            if styled {
                let style: ContentStyle = row.style.patch(span.style).into_crossterm();
                let _ = write!(line, "{}", style.apply(&span.content));
            } else {
                line.push_str(&span.content);
            }
        }
        // A styled line may end in the ground of its code.
        out.push_str(if styled { &line } else { line.trim_end() });
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use ratatui::style::Stylize as _;

    use super::*;

    #[test]
    fn a_pipe_gets_text_alone_without_trailing_space() {
        let rows = [Line::from(vec!["one ".bold(), "two".red(), "   ".into()])];
        assert_eq!(to_text(&rows, false), "one two\n");
    }

    #[test]
    fn a_terminal_gets_each_style_and_its_end() {
        let text = to_text(&[Line::from("x".bold())], true);
        assert!(text.starts_with("\u{1b}[1m") && text.contains("x\u{1b}["), "{text:?}");
    }
}
