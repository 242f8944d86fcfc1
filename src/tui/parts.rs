//! Small pieces that pages, panes and popups draw: cut text, titles, rules. Knows none of them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::tui::terminal;
use crate::tui::theme::{Glyph, Role, Theme};

/// How many columns a text takes.
#[must_use]
pub fn columns(text: &str) -> usize {
    text.width()
}

/// The text, or as much of its beginning as fits with a sign that there is more.
#[must_use]
pub fn cut(text: &str, width: usize, theme: &Theme) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for cluster in text.graphemes(true) {
        used += columns(cluster);
        if used > width {
            break;
        }
        out.push_str(cluster);
    }
    if width > 0 {
        out.push_str(theme.glyph(Glyph::Ellipsis));
    }
    out
}

/// Draws one line, cut at the end of its area. Its look ends where its text does: a heading underlines no blanks.
pub fn draw_line(mut line: Line<'_>, area: Rect, buf: &mut Buffer) {
    if area.height > 0 && area.width > 0 {
        let style = std::mem::take(&mut line.style);
        for span in &mut line.spans {
            span.style = style.patch(span.style);
        }
        line.render(Rect { height: 1, ..area }, buf);
    }
}

/// Draws lines from the top of an area, leaving out the first `skip`.
pub fn draw_lines<'a>(
    lines: impl IntoIterator<Item = Line<'a>>,
    skip: usize,
    area: Rect,
    buf: &mut Buffer,
) {
    for (row, line) in area.rows().zip(lines.into_iter().skip(skip)) {
        draw_line(line, row, buf);
    }
}

/// Says in the lower right corner how many rows there are below, where there are any.
pub fn draw_more(below: usize, area: Rect, buf: &mut Buffer, theme: &Theme) {
    if below > 0 && area.width > 14 && area.height > 0 {
        let text = format!(" {} {below} more", theme.glyph(Glyph::Down));
        let width = u16::try_from(columns(&text)).unwrap_or(area.width).min(area.width);
        let corner = Rect { x: area.right() - width, y: area.bottom() - 1, width, height: 1 };
        draw_line(Line::styled(text, theme.style(Role::Dim)), corner, buf);
    }
}

/// Draws the title of a pane on a rule that divides it from what is above. The pane with the focus is known by the
/// sign before its title.
pub fn draw_title(
    title: &str,
    note: &str,
    focused: bool,
    area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
) {
    let width = usize::from(area.width);
    let dim = theme.style(Role::Dim);
    let style = if focused { theme.style(Role::Accent) } else { dim };
    let rule = theme.glyph(Glyph::Rule);
    let sign = if focused { theme.glyph(Glyph::Chosen) } else { rule };
    let title = cut(title, width.saturating_sub(4), theme);
    let mut note = cut(note, width.saturating_sub(columns(&title) + 7), theme);
    if !note.is_empty() {
        note = format!(" {note} ");
    }
    let used = columns(&title) + 3 + columns(&note);
    let fill = rule.repeat(width.saturating_sub(used));
    let line = Line::from(vec![
        Span::styled(sign, style),
        Span::styled(format!(" {title} "), style),
        Span::styled(fill, dim),
        Span::styled(note, dim),
    ]);
    draw_line(line, area, buf);
}

/// Draws a part of the screen whose panic stays in its place: the rest goes on.
pub fn contained(
    name: &str,
    area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
    draw: impl FnOnce(&mut Buffer),
) {
    if terminal::contain(|| draw(buf)).is_none() {
        Clear.render(area.intersection(buf.area), buf);
        let text = format!("This part failed: {name}. The rest goes on, and your work is saved.");
        let rows = wrap(&text, usize::from(area.width));
        let style = theme.style(Role::Failed);
        draw_lines(rows.into_iter().map(|row| Line::styled(row, style)), 0, area, buf);
    }
}

/// Breaks plain text at blanks into lines of a width; a word that is longer is broken where it must be.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    for source in text.lines() {
        let (mut line, mut used) = (String::new(), 0);
        for word in words(source) {
            let wide = columns(word);
            if used + wide > width && used > 0 {
                lines.push(line.trim_end().to_owned());
                (line, used) = (String::new(), 0);
                if word.trim().is_empty() {
                    continue;
                }
            }
            for cluster in word.graphemes(true) {
                if used + columns(cluster) > width {
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                }
                line.push_str(cluster);
                used += columns(cluster);
            }
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// The words of a line and the blanks between them, each by itself.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let blank = rest.chars().next()?.is_whitespace();
        let end = rest.find(|c: char| c.is_whitespace() != blank).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_text_says_that_there_is_more_and_never_grows() {
        let theme = Theme::plain();
        assert_eq!(cut("decorators", 10, &theme), "decorators");
        assert_eq!(cut("decorators", 5, &theme), "deco…");
        assert_eq!(cut("漢字漢字", 4, &theme), "漢…");
        assert_eq!(cut("x", 0, &theme), "");
    }

    #[test]
    fn the_look_of_a_line_ends_with_its_text() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 6, 1));
        let underlined = ratatui::style::Style::new().underlined();
        draw_line(Line::styled("ab", underlined), buf.area, &mut buf);
        let is_underlined = |x| buf[(x, 0)].modifier.contains(ratatui::style::Modifier::UNDERLINED);
        assert!(is_underlined(1) && !is_underlined(2));
    }

    #[test]
    fn a_part_that_fails_says_so_in_its_place() {
        let area = Rect::new(0, 0, 40, 3);
        let mut buf = Buffer::empty(area);
        contained("the editor", area, &mut buf, &Theme::plain(), |buf| {
            buf.set_string(0, 2, "half drawn", ratatui::style::Style::new());
            let _: u8 = Vec::new().remove(0);
        });
        let text: String = buf.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert!(text.contains("This part failed: the editor.") && !text.contains("half"));
    }

    #[test]
    fn wrapped_lines_keep_words_whole_and_stay_inside() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrap("a\n\nb", 9), ["a", "", "b"]);
        assert_eq!(wrap("a call (x.py, line 3)", 12), ["a call", "(x.py, line", "3)"]);
    }
}
