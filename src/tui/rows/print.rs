//! Rows as text for a pipe or for a terminal that scrolls.

use std::fmt::Write as _;

use crossterm::style::ContentStyle;
use ratatui::backend::IntoCrossterm;

use super::LaidOut;

/// Writes rows as lines, with escape sequences for their styles where `styled`; where not, headings bear their marks
/// (`#`, `##`) at the beginning of the line, since nothing else would tell them from prose.
#[must_use]
pub fn to_text(laid: &LaidOut, styled: bool) -> String {
    let mut out = String::new();
    let mut headings = laid.headings.iter().peekable();
    for (number, row) in laid.rows.iter().enumerate() {
        let mut line = String::new();
        for span in &row.spans {
            if styled {
                let style: ContentStyle = row.style.patch(span.style).into_crossterm();
                let _ = write!(line, "{}", style.apply(&span.content));
            } else {
                line.push_str(&span.content);
            }
        }
        if let Some(heading) = headings.next_if(|heading| heading.row == number && !styled) {
            line = format!("{} {}", "#".repeat(heading.level.into()), line.trim_start());
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
    use ratatui::text::Line;

    use super::*;
    use crate::tui::rows::HeadingRow;

    fn laid(rows: Vec<Line<'static>>) -> LaidOut {
        LaidOut { rows, ..LaidOut::default() }
    }

    #[test]
    fn a_pipe_gets_text_alone_without_trailing_space() {
        let rows = vec![Line::from(vec!["one ".bold(), "two".red(), "   ".into()])];
        assert_eq!(to_text(&laid(rows), false), "one two\n");
    }

    #[test]
    fn a_terminal_gets_each_style_and_its_end() {
        let text = to_text(&laid(vec![Line::from("x".bold())]), true);
        assert!(text.starts_with("\u{1b}[1m") && text.contains("x\u{1b}["), "{text:?}");
    }

    #[test]
    fn headings_bear_their_marks_in_a_pipe_and_none_on_a_terminal() {
        let mut page =
            laid(vec![Line::from("  Title"), Line::from("  prose"), Line::from("  Part")]);
        let heading = |row, level| HeadingRow { row, level, text: String::new() };
        page.headings = vec![heading(0, 1), heading(2, 2)];
        assert_eq!(to_text(&page, false), "# Title\n  prose\n## Part\n");
        assert!(!to_text(&page, true).contains('#'));
    }
}
