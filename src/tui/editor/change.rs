//! What an edit is made of: a selection, changes to a text, and both together.

use std::ops::Range;

use super::history::EditKind;

/// Where the cursor is (`head`) and where the selection began (`anchor`), in bytes; equal when nothing is selected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Selection {
    /// The end that stays.
    pub anchor: usize,
    /// The end that moves: the cursor.
    pub head: usize,
}

impl Selection {
    /// A bare cursor.
    #[must_use]
    pub fn at(head: usize) -> Self {
        Self { anchor: head, head }
    }

    /// Whether nothing is selected.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.anchor == self.head
    }

    /// The first selected byte.
    #[must_use]
    pub fn start(self) -> usize {
        self.anchor.min(self.head)
    }

    /// The byte after the last selected one.
    #[must_use]
    pub fn end(self) -> usize {
        self.anchor.max(self.head)
    }

    /// The selected bytes.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start()..self.end()
    }

    /// Both ends put through a function.
    #[must_use]
    pub fn map(self, f: impl Fn(usize) -> usize) -> Self {
        Self { anchor: f(self.anchor), head: f(self.head) }
    }
}

/// A range of the text and what shall stand there instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The bytes to replace.
    pub range: Range<usize>,
    /// The text to put there.
    pub text: String,
}

impl Change {
    /// Puts text in.
    #[must_use]
    pub fn insert(at: usize, text: impl Into<String>) -> Self {
        Self { range: at..at, text: text.into() }
    }

    /// Takes a range out.
    #[must_use]
    pub fn remove(range: Range<usize>) -> Self {
        Self { range, text: String::new() }
    }
}

/// An edit ready to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// What changes: offsets in the text as it is, ascending, without overlap.
    pub changes: Vec<Change>,
    /// The selection afterwards, in offsets of the new text.
    pub selection: Selection,
    /// How it is grouped for undo.
    pub kind: EditKind,
}

impl Transaction {
    /// Replaces a range; the cursor stands behind the new text.
    #[must_use]
    pub fn replace(range: Range<usize>, text: impl Into<String>, kind: EditKind) -> Self {
        let text = text.into();
        let selection = Selection::at(range.start + text.len());
        Self { changes: vec![Change { range, text }], selection, kind }
    }

    /// Makes changes under a selection that keeps to the text it was on.
    #[must_use]
    pub fn under(selection: Selection, changes: Vec<Change>) -> Self {
        let selection = selection.map(|at| carried(at, &changes));
        Self { changes, selection, kind: EditKind::Whole }
    }
}

/// Where an offset goes when changes are made around it; text inserted at the offset goes before it.
fn carried(at: usize, changes: &[Change]) -> usize {
    let mut moved = at;
    for change in changes.iter().take_while(|c| c.range.start <= at) {
        let swallowed = change.range.end.min(at) - change.range.start;
        moved = moved - swallowed + change.text.len();
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_keep_to_their_text() {
        let changes = vec![Change::insert(2, "xxxx"), Change::remove(5..8)];
        assert_eq!(carried(1, &changes), 1);
        assert_eq!(carried(2, &changes), 6);
        assert_eq!(carried(6, &changes), 9);
        assert_eq!(carried(10, &changes), 11);
    }
}
