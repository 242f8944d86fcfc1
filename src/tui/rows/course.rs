//! The course of a run as rows of a width: what happened at the left, what it came to beside it.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation as _;

use super::wrap::columns;
use crate::domain::record::{Row, RowKind};
use crate::tui::theme::{Glyph, Role, Theme};

/// The columns of a line's number, the space after it among them.
const GUTTER: usize = 6;

/// The columns that each level is set in.
const INDENT: usize = 2;

/// The most levels that are shown as such; deeper ones stand where the last does.
const LEVELS: usize = 12;

/// Where results stand, if what they belong to leaves them the room.
const RESULTS: usize = 48;

/// Sets rows of a course; with `numbers`, lines of the program bear theirs.
#[must_use]
pub fn course_lines(
    rows: &[Row],
    width: usize,
    theme: &Theme,
    numbers: bool,
) -> Vec<Line<'static>> {
    let longest = rows.iter().filter(|row| !row.result.is_empty()).map(|row| used(row, numbers));
    // One column for all results, so that they can be read downwards.
    let column = longest.max().unwrap_or(0).saturating_add(2).min(RESULTS).min(width / 3 * 2);
    rows.iter().map(|row| line(row, width, theme, numbers, column)).collect()
}

/// The columns before a row's result.
fn used(row: &Row, numbers: bool) -> usize {
    start(row, numbers) + columns(&row.text)
}

fn start(row: &Row, numbers: bool) -> usize {
    let depth = usize::try_from(row.depth).unwrap_or(LEVELS).min(LEVELS);
    if numbers { GUTTER + INDENT * depth } else { INDENT * depth }
}

fn line(row: &Row, width: usize, theme: &Theme, numbers: bool, column: usize) -> Line<'static> {
    let dim = theme.style(Role::Dim);
    let mut spans = Vec::new();
    let mut room = width;
    let mut push = |text: &str, style: Style| {
        let ellipsis = theme.glyph(Glyph::Ellipsis);
        if columns(text) <= room {
            room -= columns(text);
            spans.push(Span::styled(text.to_owned(), style));
        } else if room > 0 {
            let cut = cut_at(text, room - 1);
            spans.push(Span::styled(cut.to_owned(), style));
            spans.push(Span::styled(ellipsis, dim));
            room = 0;
        }
    };
    let lead = start(row, numbers);
    match row.line {
        Some(number) if numbers => {
            push(&format!("{number:>4}  "), dim);
            push(&" ".repeat(lead - GUTTER), dim);
        }
        _ => push(&" ".repeat(lead), dim),
    }
    push(&row.text, theme.style(role(row.kind)));
    if row.result.is_empty() {
        return Line::from(spans);
    }
    let result = theme.style(Role::Output);
    if row.kind == RowKind::Call {
        push(" -> ", dim);
        push(&row.result, result);
    } else if row.kind == RowKind::Line {
        let gap = column.saturating_sub(used(row, numbers)).max(2);
        push(&" ".repeat(if row.text.is_empty() { 0 } else { gap }), dim);
        push(&row.result, result);
    } else {
        push("  ", dim);
        push(&row.result, theme.style(Role::Failed));
    }
    Line::from(spans)
}

/// The beginning of a text that takes no more columns than there are.
fn cut_at(text: &str, room: usize) -> &str {
    let mut taken = 0;
    for (at, cluster) in text.grapheme_indices(true) {
        taken += columns(cluster);
        if taken > room {
            return &text[..at];
        }
    }
    text
}

fn role(kind: RowKind) -> Role {
    match kind {
        RowKind::Line | RowKind::Return | RowKind::Suspend | RowKind::Resume | RowKind::Leave => {
            Role::Text
        }
        RowKind::Call | RowKind::Enter | RowKind::Task => Role::Strong,
        RowKind::Raise => Role::Failed,
        RowKind::Caught => Role::Passed,
        RowKind::Output => Role::Output,
        RowKind::Time => Role::Dim,
    }
}
