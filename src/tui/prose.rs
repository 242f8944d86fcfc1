//! Prose of a pack as rows for panes that are no reader: questions, choices, messages, key points.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::document::{Block, Document, Inlines};
use crate::tui::rows::{LayoutContext, lay_out};
use crate::tui::theme::Theme;

/// The rows of a document.
#[must_use]
pub fn document(document: &Document, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let width = u16::try_from(width).unwrap_or(u16::MAX);
    lay_out(document, &LayoutContext::new(width, theme).without_margin()).rows
}

/// The rows of a text with emphasis.
#[must_use]
pub fn inlines(text: &Inlines, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    document(&Document(vec![Block::Paragraph(text.clone())]), width, theme)
}

/// Puts something before the first row, and as many blanks before the others.
#[must_use]
pub fn hang(rows: Vec<Line<'static>>, lead: Vec<Span<'static>>) -> Vec<Line<'static>> {
    let width: usize = lead.iter().map(Span::width).sum();
    let mut lead = Some(lead);
    let rows = if rows.is_empty() { vec![Line::default()] } else { rows };
    rows.into_iter()
        .map(|row| {
            let before = lead.take().unwrap_or_else(|| vec![" ".repeat(width).into()]);
            let style = row.style;
            // The row's own look is given to its spans alone, so that the lead keeps its own.
            let spans = row
                .spans
                .into_iter()
                .map(|span| Span { style: style.patch(span.style), content: span.content });
            before.into_iter().chain(spans).collect()
        })
        .collect()
}

/// Gives every row of a text one more look.
#[must_use]
pub fn restyle(rows: Vec<Line<'static>>, style: Style) -> Vec<Line<'static>> {
    rows.into_iter()
        .map(|row| row.spans.into_iter().map(|span| span.patch_style(style)).collect())
        .collect()
}
