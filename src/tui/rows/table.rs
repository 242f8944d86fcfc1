//! Tables: shrunk to fit, with wrapped cells; where even that leaves no room, one cell below the other.

use ratatui::style::Style;
use ratatui::text::Span;

use super::layout::{Sheet, columns_of, spaces};
use super::wrap::Flow;
use crate::domain::clean::Clean;
use crate::domain::document::{Alignment, Inlines};
use crate::tui::theme::{Glyph, Role};

/// The columns between two cells: a space, a bar, a space.
const GAP: usize = 3;

/// A word of a cell is broken rather than given more columns than this, where not all words fit.
const WORD: usize = 12;

struct Cell {
    flow: Flow,
    targets: Vec<Clean>,
}

/// Draws a table.
pub(super) fn draw(
    sheet: &mut Sheet<'_>,
    alignments: &[Alignment],
    head: &[Inlines],
    rows: &[Vec<Inlines>],
) {
    let count = rows.iter().map(Vec::len).chain([head.len()]).max().unwrap_or(0);
    if count == 0 {
        return;
    }
    let cells = |row: &[Inlines], style: Style, sheet: &Sheet<'_>| -> Vec<Cell> {
        let mut cells: Vec<Cell> = row.iter().map(|text| cell(sheet, text, style)).collect();
        cells.resize_with(count, || Cell { flow: Flow::default(), targets: Vec::new() });
        cells
    };
    let head = cells(head, sheet.theme.style(Role::Strong), sheet);
    let text = sheet.theme.style(Role::Text);
    let rows: Vec<Vec<Cell>> = rows.iter().map(|row| cells(row, text, sheet)).collect();
    match fit(&head, &rows, sheet.text_columns()) {
        Some(widths) => grid(sheet, &widths, alignments, &head, &rows),
        None => stack(sheet, &head, &rows),
    }
}

fn cell(sheet: &Sheet<'_>, text: &Inlines, style: Style) -> Cell {
    let (flow, targets) = sheet.flow(text, style);
    Cell { flow, targets }
}

/// The columns that each column of a table gets; none where words would be broken to pieces.
fn fit(head: &[Cell], rows: &[Vec<Cell>], line: usize) -> Option<Vec<usize>> {
    let most = |index: usize, of: fn(&Flow) -> usize| {
        let column = rows.iter().map(|row| &row[index]).chain([&head[index]]);
        column.map(|cell| of(&cell.flow)).max().unwrap_or(0).max(1)
    };
    let natural: Vec<usize> =
        (0..head.len()).map(|index| most(index, Flow::natural_columns)).collect();
    let free = line.checked_sub(GAP * (head.len() - 1))?;
    if natural.iter().sum::<usize>() <= free {
        return Some(natural);
    }
    let words: Vec<usize> = (0..head.len()).map(|index| most(index, Flow::word_columns)).collect();
    let broken: Vec<usize> = words.iter().map(|columns| (*columns).min(WORD)).collect();
    // Words are broken only where there is no room for all of them.
    let mut least = [words, broken].into_iter();
    least.find_map(|least| {
        let spare = free.checked_sub(least.iter().sum())?;
        Some(share(&natural, &least, spare))
    })
}

/// Shares spare columns among those that want more than the least, in proportion to what they want.
fn share(natural: &[usize], least: &[usize], spare: usize) -> Vec<usize> {
    let wants: Vec<usize> =
        natural.iter().zip(least).map(|(natural, least)| natural - least).collect();
    let wanted = wants.iter().sum::<usize>().max(1);
    let mut widths: Vec<usize> =
        least.iter().zip(&wants).map(|(least, want)| least + want * spare / wanted).collect();
    // What rounding left over goes to the first that still want it.
    let mut left = spare.saturating_sub(widths.iter().sum::<usize>() - least.iter().sum::<usize>());
    for (width, natural) in widths.iter_mut().zip(natural) {
        let more = left.min(natural.saturating_sub(*width)).min(1);
        *width += more;
        left -= more;
    }
    widths
}

fn grid(
    sheet: &mut Sheet<'_>,
    widths: &[usize],
    alignments: &[Alignment],
    head: &[Cell],
    rows: &[Vec<Cell>],
) {
    if head.iter().any(|cell| !cell.flow.is_empty()) {
        grid_row(sheet, widths, alignments, head);
        rule(sheet, widths);
    }
    let wrapped = |row: &Vec<Cell>| {
        row.iter().zip(widths).any(|(cell, width)| cell.flow.natural_columns() > *width)
    };
    // Rows of one line each need nothing between them.
    let ruled = rows.iter().any(wrapped);
    for (index, row) in rows.iter().enumerate() {
        if ruled && index > 0 {
            rule(sheet, widths);
        }
        grid_row(sheet, widths, alignments, row);
    }
}

fn grid_row(sheet: &mut Sheet<'_>, widths: &[usize], alignments: &[Alignment], row: &[Cell]) {
    let parts: Vec<_> =
        row.iter().zip(widths).map(|(cell, width)| cell.flow.rows(*width)).collect();
    let height = parts.iter().map(Vec::len).max().unwrap_or(0);
    let bar = format!(" {} ", sheet.theme.glyph(Glyph::Bar));
    let dim = sheet.theme.style(Role::Dim);
    for line in 0..height {
        let mut spans = sheet.start_row();
        for (index, (cell, width)) in row.iter().zip(widths).enumerate() {
            if index > 0 {
                spans.push(Span::styled(bar.clone(), dim));
            }
            let part = parts[index].get(line).cloned().unwrap_or(0..0);
            let free = width.saturating_sub(cell.flow.columns(part.clone()));
            let before = match alignments.get(index) {
                Some(Alignment::Right) => free,
                Some(Alignment::Center) => free / 2,
                Some(Alignment::Left) | None => 0,
            };
            spans.push(Span::raw(spaces(before)));
            sheet.note_links(&cell.flow, part.clone(), &cell.targets, columns_of(&spans));
            spans.extend(cell.flow.spans(part));
            spans.push(Span::raw(spaces(free - before)));
        }
        spans.retain(|span| !span.content.is_empty());
        if spans.last().is_some_and(|span| span.content.trim_end().is_empty()) {
            spans.pop();
        }
        sheet.end_row(spans);
    }
}

fn rule(sheet: &mut Sheet<'_>, widths: &[usize]) {
    let (line, cross) = (sheet.theme.glyph(Glyph::Rule), sheet.theme.glyph(Glyph::Cross));
    let joint = format!("{line}{cross}{line}");
    let parts: Vec<String> = widths.iter().map(|width| line.repeat(*width)).collect();
    let mut spans = sheet.start_row();
    spans.push(Span::styled(parts.join(&joint), sheet.theme.style(Role::Dim)));
    sheet.end_row(spans);
}

/// Draws each row as its cells one below the other, each after its column's head.
fn stack(sheet: &mut Sheet<'_>, head: &[Cell], rows: &[Vec<Cell>]) {
    for (index, row) in rows.iter().enumerate() {
        if index > 0 {
            rule(sheet, &[sheet.text_columns()]);
        }
        for (name, cell) in head.iter().zip(row) {
            stacked_name(sheet, &name.flow);
            for part in cell.flow.rows(sheet.text_columns()) {
                let mut spans = sheet.start_row();
                sheet.note_links(&cell.flow, part.clone(), &cell.targets, columns_of(&spans));
                spans.extend(cell.flow.spans(part));
                sheet.end_row(spans);
            }
        }
    }
}

fn stacked_name(sheet: &mut Sheet<'_>, name: &Flow) {
    if name.is_empty() {
        return;
    }
    for part in name.rows(sheet.text_columns()) {
        let mut spans = sheet.start_row();
        spans.extend(name.spans(part));
        sheet.end_row(spans);
    }
}
