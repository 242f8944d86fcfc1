//! What each editing command does: pure functions from a text and a selection to a transaction.
//!
//! `None` means that there is nothing to do.

use std::ops::{Range, RangeInclusive};

use super::buffer::TextBuffer;
use super::cells::INDENT;
use super::change::{Change, Selection, Transaction};
use super::history::EditKind;
use super::indent;
use super::motion::{self, Motion, column};

/// Types a character over the selection.
pub(super) fn insert(selection: Selection, c: char) -> Option<Transaction> {
    (!c.is_control())
        .then(|| Transaction::replace(selection.range(), c.to_string(), EditKind::Typing))
}

/// Ends the line at the cursor and indents the next; a line of blanks alone is left empty.
pub(super) fn newline(buffer: &TextBuffer, selection: Selection) -> Transaction {
    let line = buffer.line_of(selection.start());
    let line_start = buffer.line_start(line);
    let before = buffer.slice(line_start..selection.start());
    let rest = buffer.slice(selection.end()..buffer.line_end(buffer.line_of(selection.end())));
    let rest_blanks = indent::blanks(&rest).len();
    // In the middle of a line the code that moves down stays on its level, unless a block or a bracket was opened.
    let blanks = if rest.trim().is_empty() || before.trim_end().ends_with([':', '(', '[', '{']) {
        indent::after(&before)
    } else {
        indent::blanks(&before).to_owned()
    };
    let start = if before.trim().is_empty() { line_start } else { selection.start() };
    let range = start..selection.end() + rest_blanks;
    Transaction::replace(range, format!("\n{blanks}"), EditKind::Whole)
}

/// Removes the selection, blanks back to an indent stop, or the cluster before the cursor.
pub(super) fn backspace(buffer: &TextBuffer, selection: Selection) -> Option<Transaction> {
    if !selection.is_empty() {
        return remove(selection.range(), EditKind::Whole);
    }
    let at = selection.head;
    let start = buffer.line_start(buffer.line_of(at));
    let before = buffer.slice(start..at);
    let from = if !before.is_empty() && before.bytes().all(|b| b == b' ') {
        start + indent::shallower(&before).len()
    } else {
        buffer.previous(at)
    };
    remove(from..at, EditKind::Erasing)
}

/// Removes the selection or the cluster after the cursor.
pub(super) fn delete(buffer: &TextBuffer, selection: Selection) -> Option<Transaction> {
    if selection.is_empty() {
        remove(selection.head..buffer.next(selection.head), EditKind::Deleting)
    } else {
        remove(selection.range(), EditKind::Whole)
    }
}

/// Removes the selection, or what lies between the cursor and where a motion leads.
pub(super) fn delete_to(
    buffer: &TextBuffer,
    selection: Selection,
    motion: Motion,
) -> Option<Transaction> {
    let to = motion::target(buffer, selection.head, motion, 0, 1);
    let span = Selection { anchor: selection.head, head: to };
    remove(if selection.is_empty() { span.range() } else { selection.range() }, EditKind::Whole)
}

/// Removes the text up to the line's end, or the line's end itself.
pub(super) fn kill_to_end(buffer: &TextBuffer, selection: Selection) -> Option<Transaction> {
    let end = buffer.line_end(buffer.line_of(selection.head));
    let motion = if selection.head == end { Motion::Right } else { Motion::LineEnd };
    delete_to(buffer, selection, motion)
}

/// Removes the text back to the line's start.
pub(super) fn kill_to_start(buffer: &TextBuffer, selection: Selection) -> Option<Transaction> {
    let start = buffer.line_start(buffer.line_of(selection.head));
    let range = if selection.is_empty() { start..selection.head } else { selection.range() };
    remove(range, EditKind::Whole)
}

/// Removes the selected lines whole; the cursor keeps its column.
pub(super) fn delete_lines(buffer: &TextBuffer, selection: Selection) -> Option<Transaction> {
    let lines = lines(buffer, selection);
    let range = whole_lines(buffer, &lines);
    if range.is_empty() {
        return None;
    }
    let goal = column(buffer, selection.head);
    let next = lines.end() + 1;
    let cursor = if next < buffer.line_count() {
        motion::at_column(buffer, next, goal) - range.len()
    } else {
        motion::at_column(buffer, lines.start().saturating_sub(1), goal).min(range.start)
    };
    let mut transaction = Transaction::replace(range, "", EditKind::Whole);
    transaction.selection = Selection::at(cursor);
    Some(transaction)
}

/// Indents the selected lines, or inserts spaces up to the next stop.
pub(super) fn indent(buffer: &TextBuffer, selection: Selection) -> Option<Transaction> {
    if selection.is_empty() {
        let spaces = INDENT - column(buffer, selection.head) % INDENT;
        return Some(Transaction::replace(selection.range(), " ".repeat(spaces), EditKind::Whole));
    }
    let changes = lines(buffer, selection)
        .filter(|line| !buffer.line(*line).trim().is_empty())
        .map(|line| {
            let text = buffer.line(line);
            let blanks = indent::blanks(&text);
            let added = &indent::deeper(blanks)[blanks.len()..];
            Change::insert(buffer.line_start(line), added)
        })
        .collect();
    under(selection, changes)
}

/// Takes one level of indentation from the selected lines.
pub(super) fn dedent(buffer: &TextBuffer, selection: Selection) -> Option<Transaction> {
    let changes = lines(buffer, selection)
        .filter_map(|line| {
            let text = buffer.line(line);
            let blanks = indent::blanks(&text);
            let start = buffer.line_start(line);
            let range = start + indent::shallower(blanks).len()..start + blanks.len();
            (!range.is_empty()).then(|| Change::remove(range))
        })
        .collect();
    under(selection, changes)
}

/// Makes the selected lines comments, or code again if all of them are comments.
pub(super) fn toggle_comment(buffer: &TextBuffer, selection: Selection) -> Option<Transaction> {
    let all = lines(buffer, selection);
    let coded: Vec<usize> =
        all.clone().filter(|line| !buffer.line(*line).trim().is_empty()).collect();
    let chosen = if coded.is_empty() { vec![*all.start()] } else { coded };
    let blanks = |line: usize| indent::blanks(&buffer.line(line)).len();
    let after_blanks = |line: usize| buffer.line(line)[blanks(line)..].to_owned();
    let changes = if chosen.iter().all(|line| after_blanks(*line).starts_with('#')) {
        let uncomment = |line: usize| {
            let start = buffer.line_start(line) + blanks(line);
            let sign = if after_blanks(line).starts_with("# ") { 2 } else { 1 };
            Change::remove(start..start + sign)
        };
        chosen.into_iter().map(uncomment).collect()
    } else {
        let edge = chosen.iter().map(|line| blanks(*line)).min().unwrap_or(0);
        let comment = |line: usize| Change::insert(buffer.line_start(line) + edge, "# ");
        chosen.into_iter().map(comment).collect()
    };
    under(selection, changes)
}

/// Copies the selected lines below themselves; the selection moves to the copy.
pub(super) fn duplicate(buffer: &TextBuffer, selection: Selection) -> Transaction {
    let lines = lines(buffer, selection);
    let end = buffer.line_end(*lines.end());
    let block = format!("\n{}", buffer.slice(buffer.line_start(*lines.start())..end));
    let selection = selection.map(|at| at + block.len());
    Transaction { selection, ..Transaction::replace(end..end, block, EditKind::Whole) }
}

/// Swaps the selected lines with the line above.
pub(super) fn move_up(buffer: &TextBuffer, selection: Selection) -> Option<Transaction> {
    let lines = lines(buffer, selection);
    let above = lines.start().checked_sub(1)?;
    let range = buffer.line_start(above)..buffer.line_end(*lines.end());
    let block = buffer.slice(buffer.line_start(*lines.start())..range.end);
    let text = format!("{block}\n{}", buffer.line(above));
    let by = buffer.line(above).len() + 1;
    let selection = selection.map(|at| at.min(range.end) - by);
    Some(Transaction { selection, ..Transaction::replace(range, text, EditKind::Whole) })
}

/// Swaps the selected lines with the line below.
pub(super) fn move_down(buffer: &TextBuffer, selection: Selection) -> Option<Transaction> {
    let lines = lines(buffer, selection);
    let below = lines.end() + 1;
    if below >= buffer.line_count() {
        return None;
    }
    let range = buffer.line_start(*lines.start())..buffer.line_end(below);
    let block_end = buffer.line_end(*lines.end());
    let block = buffer.slice(range.start..block_end);
    let text = format!("{}\n{block}", buffer.line(below));
    let by = buffer.line(below).len() + 1;
    let selection = selection.map(|at| at.min(block_end) + by);
    Some(Transaction { selection, ..Transaction::replace(range, text, EditKind::Whole) })
}

/// The lines that a selection touches; a last line of which nothing is selected does not count.
pub(super) fn lines(buffer: &TextBuffer, selection: Selection) -> RangeInclusive<usize> {
    let first = buffer.line_of(selection.start());
    let last = buffer.line_of(selection.end());
    let untouched = last > first && selection.end() == buffer.line_start(last);
    first..=(last - usize::from(untouched))
}

/// The bytes of lines with one line end: the one after them, or before them at the end of the text.
fn whole_lines(buffer: &TextBuffer, lines: &RangeInclusive<usize>) -> Range<usize> {
    let start = buffer.line_start(*lines.start());
    if lines.end() + 1 < buffer.line_count() {
        start..buffer.line_start(lines.end() + 1)
    } else {
        start.saturating_sub(1)..buffer.len()
    }
}

fn remove(range: Range<usize>, kind: EditKind) -> Option<Transaction> {
    (!range.is_empty()).then(|| Transaction::replace(range, "", kind))
}

fn under(selection: Selection, changes: Vec<Change>) -> Option<Transaction> {
    (!changes.is_empty()).then(|| Transaction::under(selection, changes))
}
