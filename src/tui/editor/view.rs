//! How the editor's pane is drawn: the gutter, the visible lines, marks and words at their ends.
//!
//! Only what is in sight is looked at. Wide characters are never cut in half, and every cell's column is counted by the
//! rule that places the cursor.

use std::ops::Range;

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use unicode_segmentation::UnicodeSegmentation;

use crate::analysis::syntax::Span;
use crate::tui::theme::{Glyph, Role, Theme};

use super::cells::{self, Shown};
use super::pane::{EditorPane, Mark, MarkKind};

/// The narrowest text beside line numbers; a narrower pane has none.
const NARROWEST: u16 = 16;

/// The fewest cells in which words at a line's end are worth their room.
const FEWEST: usize = 12;

/// The part of a pane's area that holds the text: the gutter stands to its left.
pub(super) fn text_area(area: Rect, lines: usize) -> Rect {
    let digits = u16::try_from(digits(lines)).unwrap_or(u16::MAX);
    let full = digits.saturating_add(3);
    let gutter =
        if area.width >= full.saturating_add(NARROWEST) { full } else { area.width.min(1) };
    Rect { x: area.x + gutter, width: area.width - gutter, ..area }
}

fn digits(lines: usize) -> usize {
    lines.to_string().len().max(2)
}

/// Draws a pane.
pub(super) fn draw(pane: &EditorPane, area: Rect, buf: &mut Buffer, theme: &Theme, focused: bool) {
    let area = area.intersection(*buf.area());
    if area.is_empty() {
        return;
    }
    let buffer = pane.editor().buffer();
    let count = buffer.line_count();
    let text = text_area(area, count);
    let first = number(pane.top);
    let marks = pane.marks_on(&(first..first + u32::from(area.height)));
    let canvas = Canvas { pane, area, text, theme, focused, marks };
    // Where lines are put in order, the end of the last one begins no line.
    let rest = pane.ordering.is_some() && count > 1 && buffer.line(count - 1).is_empty();
    for (row, line) in (area.top()..area.bottom()).zip(pane.top..count - usize::from(rest)) {
        canvas.line(buf, row, line);
    }
}

/// A line's number, counted from 1.
fn number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX - 1).saturating_add(1)
}

struct Canvas<'a> {
    pane: &'a EditorPane,
    area: Rect,
    text: Rect,
    theme: &'a Theme,
    focused: bool,
    /// The marks of the lines in sight, the worst first.
    marks: Vec<Mark>,
}

/// What a line needs to know of itself to be drawn.
struct Row<'a> {
    y: u16,
    start: usize,
    text: &'a str,
    spans: &'a [Span],
    underlined: Vec<(Range<usize>, MarkKind)>,
    blanks: Vec<Range<usize>>,
    base: Style,
}

impl Canvas<'_> {
    fn line(&self, buf: &mut Buffer, y: u16, line: usize) {
        let editor = self.pane.editor();
        let buffer = editor.buffer();
        let is_current = buffer.line_of(editor.selection().head) == line;
        let base = self.base(is_current);
        buf.set_style(Rect { y, height: 1, ..self.area }, base);

        let marks: Vec<&Mark> = self.marks.iter().filter(|m| m.line == number(line)).collect();
        self.gutter(buf, y, line, is_current, marks.first().copied());

        let text = buffer.line(line);
        let start = buffer.line_start(line);
        let row = Row {
            y,
            start,
            text: &text,
            spans: self.pane.syntax().spans_in(start..start + text.len()),
            underlined: marks.iter().map(|m| (bytes(&text, &m.columns), m.kind)).collect(),
            blanks: if self.pane.fill { blanks(&text) } else { Vec::new() },
            base,
        };
        let end = self.code(buf, &row);
        let message = marks.into_iter().find(|m| !m.message.is_empty());
        if let (Some(end), Some(mark)) = (end, message) {
            self.message(buf, y, end, mark, is_current);
        }
    }

    fn base(&self, is_current: bool) -> Style {
        let text = self.theme.style(Role::Text);
        if is_current && self.focused {
            text.patch(self.theme.style(Role::CurrentLine))
        } else {
            text
        }
    }

    fn gutter(&self, buf: &mut Buffer, y: u16, line: usize, is_current: bool, mark: Option<&Mark>) {
        let width = self.text.x - self.area.x;
        if width > 1 {
            let role = if is_current { Role::Text } else { Role::Dim };
            let digits = usize::from(width) - 3;
            let label = format!("{:>digits$}", line + 1);
            buf.set_string(self.area.x + 1, y, label, self.theme.style(role));
        }
        if let Some(mark) = mark.filter(|mark| mark.kind != MarkKind::Told) {
            let sign = if self.theme.unicode { "▌" } else { "!" };
            buf.set_string(self.area.x, y, sign, self.mark_style(mark.kind));
        }
        let chosen = self.pane.ordering.as_ref().filter(|_| is_current && self.focused);
        if let Some(ordering) = chosen.filter(|_| width > 1) {
            let chosen = self.theme.glyph(Glyph::Chosen);
            let sign = if ordering.held { self.either("↕", "*") } else { chosen };
            buf.set_string(self.text.x - 2, y, sign, self.theme.style(Role::Accent));
        }
        if width > 0 && self.pane.left > 0 && !self.pane.editor().buffer().line(line).is_empty() {
            let sign = if self.theme.unicode { "‹" } else { "<" };
            buf.set_string(self.text.x - 1, y, sign, self.theme.style(Role::Dim));
        }
    }

    /// Draws a line's text; where it ends, unless it goes on beyond the edge.
    fn code(&self, buf: &mut Buffer, row: &Row) -> Option<u16> {
        let (left, right) = (self.pane.left, self.pane.left + usize::from(self.text.width));
        let mut spans = row.spans.iter().peekable();
        let mut column = 0;
        let mut last_drawn = 0;
        for (at, cluster) in row.text.grapheme_indices(true) {
            let width = cells::width(cluster, column);
            let end = column + width;
            if end > right {
                self.goes_on(buf, row, last_drawn);
                return None;
            }
            if end > left {
                while spans.next_if(|s| s.range.end <= row.start + at).is_some() {}
                let span = spans.peek().filter(|s| s.range.start <= row.start + at);
                let style = self.style(row, at, cluster, span.copied());
                self.put(buf, row.y, column..end, cluster, style);
                last_drawn = column.max(left);
            }
            column = end;
        }
        self.line_end(buf, row, column);
        let cell = column.saturating_sub(left);
        Some(self.text.x + u16::try_from(cell).unwrap_or(u16::MAX).min(self.text.width))
    }

    fn style(&self, row: &Row, at: usize, cluster: &str, span: Option<&Span>) -> Style {
        let mut style = row.base;
        if let Some(span) = span {
            style = style.patch(self.theme.style(Role::Syntax(span.class)));
        }
        if row.blanks.iter().any(|blank| blank.contains(&at)) {
            style = style.patch(self.theme.style(Role::Warning)).add_modifier(Modifier::BOLD);
        }
        match cells::shown(cluster) {
            Shown::Hidden | Shown::Suspect(_) => {
                style =
                    style.patch(self.theme.style(Role::Warning)).add_modifier(Modifier::REVERSED);
            }
            Shown::Tab => style = style.patch(self.theme.style(Role::Dim)),
            Shown::Text(_) => {}
        }
        self.overlaid(row, at, style)
    }

    /// Adds the underline of marks, and the selection.
    fn overlaid(&self, row: &Row, at: usize, mut style: Style) -> Style {
        if let Some((_, kind)) = row.underlined.iter().find(|(range, _)| range.contains(&at)) {
            style = style.add_modifier(Modifier::UNDERLINED);
            if let Some(color) = self.mark_style(*kind).fg
                && self.theme.color
            {
                style = style.underline_color(color);
            }
        }
        if self.pane.editor().selection().range().contains(&(row.start + at)) {
            style = style.patch(self.theme.style(Role::Selection));
            if !self.theme.color {
                style = style.add_modifier(Modifier::REVERSED);
            }
        }
        style
    }

    /// Draws a cluster at its columns, or blanks where a part of it is scrolled out of sight.
    fn put(&self, buf: &mut Buffer, y: u16, columns: Range<usize>, cluster: &str, style: Style) {
        let is_whole = columns.start >= self.pane.left;
        for (n, column) in columns.enumerate().filter(|(_, column)| *column >= self.pane.left) {
            let Some(cell) = self.cell(buf, y, column) else { continue };
            let symbol = match cells::shown(cluster) {
                Shown::Text(text) | Shown::Suspect(text) if is_whole && n == 0 => text,
                Shown::Tab if is_whole && n == 0 => self.either("→", ">"),
                Shown::Hidden => self.either("¿", "?"),
                _ => " ",
            };
            cell.set_symbol(symbol).set_style(style);
        }
    }

    fn either(&self, unicode: &'static str, ascii: &'static str) -> &'static str {
        if self.theme.unicode { unicode } else { ascii }
    }

    fn cell<'b>(
        &self,
        buf: &'b mut Buffer,
        y: u16,
        column: usize,
    ) -> Option<&'b mut ratatui::buffer::Cell> {
        let x = u16::try_from(column.checked_sub(self.pane.left)?).ok()?;
        if x < self.text.width { buf.cell_mut((self.text.x + x, y)) } else { None }
    }

    /// Marks a line that goes on beyond the edge; a wide character under the mark makes room whole.
    fn goes_on(&self, buf: &mut Buffer, row: &Row, last_drawn: usize) {
        let Some(edge) = (self.pane.left + usize::from(self.text.width)).checked_sub(1) else {
            return;
        };
        for column in last_drawn.min(edge)..edge {
            if let Some(cell) = self.cell(buf, row.y, column)
                && column + usize::from(cell.symbol().cell_width()) > edge
            {
                cell.set_symbol(" ");
            }
        }
        let style = row.base.patch(self.theme.style(Role::Dim));
        if let Some(cell) = self.cell(buf, row.y, edge) {
            cell.reset();
            cell.set_symbol(self.either("›", ">")).set_style(style);
        }
    }

    /// The cell behind a line's text shows a selected line end, and marks that stand there.
    fn line_end(&self, buf: &mut Buffer, row: &Row, column: usize) {
        let style = self.overlaid(row, row.text.len(), row.base);
        if style != row.base
            && let Some(cell) = self.cell(buf, row.y, column)
        {
            cell.set_symbol(" ").set_style(style);
        }
    }

    /// Words at a line's end: whole, or cut on the cursor's line.
    fn message(&self, buf: &mut Buffer, y: u16, end: u16, mark: &Mark, is_current: bool) {
        let x = end.saturating_add(2);
        let room = usize::from(self.area.right().saturating_sub(x));
        let words = format!("{} {}", self.either("←", "<-"), mark.message.as_str());
        let width = usize::from(words.as_str().cell_width());
        let style = self.mark_style(mark.kind);
        if width <= room {
            buf.set_string(x, y, words, style);
        } else if is_current && room >= FEWEST {
            let cut = cells::offset_at(&words, room - 1);
            let words = format!("{}{}", words[..cut].trim_end(), self.either("…", "~"));
            buf.set_stringn(x, y, words, room, style);
        }
    }

    fn mark_style(&self, kind: MarkKind) -> Style {
        self.theme.style(match kind {
            MarkKind::Told => Role::Accent,
            MarkKind::Warning => Role::Warning,
            MarkKind::Failing | MarkKind::Error => Role::Failed,
        })
    }
}

/// The bytes of a line that a mark's columns (from 1, in characters) cover; one past the end marks the line's end.
fn bytes(line: &str, columns: &Range<u32>) -> Range<usize> {
    if columns.start == 0 {
        let code = line.trim_end().len();
        return line.len() - line.trim_start().len().min(line.len())..code.max(1);
    }
    let byte = |column: u32| {
        let characters = column as usize - 1;
        line.char_indices().nth(characters).map_or(line.len(), |(at, _)| at)
    };
    let start = byte(columns.start);
    let end = byte(columns.end.max(columns.start + 1));
    start..end.max(start + 1)
}

/// The places of `___` in a text that is to be filled in.
pub(super) fn blanks(line: &str) -> Vec<Range<usize>> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices("___")
        .filter(|(at, _)| !line[..*at].ends_with(is_word) && !line[at + 3..].starts_with(is_word))
        .map(|(at, blank)| at..at + blank.len())
        .collect()
}
