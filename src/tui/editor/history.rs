//! Undo and redo in groups.
//!
//! What is typed in one go is one group, until the kind of edit changes, the cursor moves, a line ends or a new word
//! begins. Every other command, a paste included, is a group of its own. A group remembers the selection before and
//! after it. An edit forgets what could be redone.

use std::collections::VecDeque;

use super::buffer::TextBuffer;
use super::change::{Change, Selection};

/// How much removed and inserted text is remembered, in bytes; beyond it the oldest groups are forgotten.
pub const REMEMBERED_BYTES: usize = 64 * 1024 * 1024;

/// What an edit is, as far as grouping goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditKind {
    /// A character was typed.
    Typing,
    /// A cluster was removed backwards.
    Erasing,
    /// A cluster was removed forwards.
    Deleting,
    /// Anything else: a group of its own.
    Whole,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Edit {
    at: usize,
    removed: String,
    inserted: String,
}

#[derive(Debug, Clone)]
struct Group {
    kind: EditKind,
    edits: Vec<Edit>,
    before: Selection,
    after: Selection,
}

impl Group {
    fn bytes(&self) -> usize {
        self.edits.iter().map(|e| e.removed.len() + e.inserted.len()).sum()
    }
}

/// What was done and what was undone.
#[derive(Debug, Clone, Default)]
pub struct History {
    done: VecDeque<Group>,
    undone: Vec<Group>,
    /// Whether the last group may still grow.
    open: bool,
    /// Bytes held by `done`.
    bytes: usize,
}

impl History {
    /// Ends the current group: the next edit begins another.
    pub fn seal(&mut self) {
        self.open = false;
    }

    /// Makes changes and remembers them. Changes are in the text's own offsets, ascending, and do not overlap.
    pub fn commit(
        &mut self,
        buffer: &mut TextBuffer,
        changes: Vec<Change>,
        kind: EditKind,
        before: Selection,
    ) {
        let edits: Vec<Edit> = changes.into_iter().rev().map(|c| carry_out(buffer, c)).collect();
        self.undone.clear();
        if self.joins(&edits, kind, before) {
            if let Some(group) = self.done.back_mut() {
                self.bytes +=
                    edits.iter().map(|e| e.removed.len() + e.inserted.len()).sum::<usize>();
                for edit in edits {
                    append(&mut group.edits, edit);
                }
            }
        } else {
            let group = Group { kind, edits, before, after: before };
            self.bytes += group.bytes();
            self.done.push_back(group);
        }
        self.open = kind != EditKind::Whole;
        while self.bytes > REMEMBERED_BYTES
            && let Some(oldest) = self.done.pop_front()
        {
            self.bytes -= oldest.bytes();
        }
    }

    /// Says where the cursor stands after the last commit.
    pub fn settle(&mut self, after: Selection) {
        if let Some(group) = self.done.back_mut() {
            group.after = after;
        }
    }

    /// Takes the last group back; the selection before it is the answer.
    pub fn undo(&mut self, buffer: &mut TextBuffer) -> Option<Selection> {
        let group = self.done.pop_back()?;
        self.bytes -= group.bytes();
        for edit in group.edits.iter().rev() {
            buffer.replace(edit.at..edit.at + edit.inserted.len(), &edit.removed);
        }
        let before = group.before;
        self.undone.push(group);
        self.open = false;
        Some(before)
    }

    /// Does the last undone group again; the selection after it is the answer.
    pub fn redo(&mut self, buffer: &mut TextBuffer) -> Option<Selection> {
        let group = self.undone.pop()?;
        for edit in &group.edits {
            buffer.replace(edit.at..edit.at + edit.removed.len(), &edit.inserted);
        }
        let after = group.after;
        self.bytes += group.bytes();
        self.done.push_back(group);
        self.open = false;
        Some(after)
    }

    fn joins(&self, edits: &[Edit], kind: EditKind, before: Selection) -> bool {
        let Some(group) = self.done.back() else { return false };
        self.open
            && group.kind == kind
            && group.after == before
            && !(kind == EditKind::Typing && begins_word(&group.edits, edits))
    }
}

/// Whether typed text begins a word after blanks.
fn begins_word(typed: &[Edit], next: &[Edit]) -> bool {
    let last = typed.last().and_then(|e| e.inserted.chars().next_back());
    let first = next.first().and_then(|e| e.inserted.chars().next());
    last.is_some_and(char::is_whitespace) && first.is_some_and(|c| !c.is_whitespace())
}

fn carry_out(buffer: &mut TextBuffer, change: Change) -> Edit {
    let at = change.range.start;
    let removed = buffer.replace(change.range, &change.text);
    Edit { at, removed, inserted: change.text }
}

/// Adds an edit to a group, as part of its last edit where the two touch.
fn append(edits: &mut Vec<Edit>, next: Edit) {
    if let Some(last) = edits.last_mut() {
        let types_on = next.removed.is_empty() && last.at + last.inserted.len() == next.at;
        let erases_on = next.inserted.is_empty() && last.inserted.is_empty();
        if types_on {
            last.inserted.push_str(&next.inserted);
            return;
        }
        if erases_on && next.at == last.at {
            last.removed.push_str(&next.removed);
            return;
        }
        if erases_on && next.at + next.removed.len() == last.at {
            last.at = next.at;
            last.removed.insert_str(0, &next.removed);
            return;
        }
    }
    edits.push(next);
}
