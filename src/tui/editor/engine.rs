//! The editor without a screen: a text, a selection, a history, a register; commands change them.
//!
//! Knows nothing of keys, colours or cells beyond their widths.

use crate::domain::clean::Clean;

use super::buffer::{TextBuffer, with_plain_line_ends};
use super::change::{Change, Selection, Transaction};
use super::command::Command;
use super::edits;
use super::history::{EditKind, History};
use super::motion::{self, Motion};

/// The longest text that an edit may make, in bytes: beyond it edits are refused, lest copying a copy fill the memory.
pub const LONGEST: usize = 4 * 1024 * 1024;

/// What was cut or copied last.
#[derive(Debug, Clone, Default)]
struct Register {
    text: String,
    /// Whether it is a line that was cut whole, to be pasted above the cursor's.
    whole_line: bool,
}

/// An edited text.
#[derive(Debug, Clone)]
pub struct Editor {
    buffer: TextBuffer,
    selection: Selection,
    goal: Option<usize>,
    history: History,
    register: Register,
    revision: u64,
    page: usize,
}

impl Default for Editor {
    fn default() -> Self {
        Self::new("")
    }
}

impl Editor {
    /// Takes a text, with the cursor at its start and nothing to undo.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self {
            buffer: TextBuffer::new(text),
            selection: Selection::default(),
            goal: None,
            history: History::default(),
            register: Register::default(),
            revision: 0,
            page: 10,
        }
    }

    /// The text, by lines and clusters.
    #[must_use]
    pub fn buffer(&self) -> &TextBuffer {
        &self.buffer
    }

    /// The cursor and the selection.
    #[must_use]
    pub fn selection(&self) -> Selection {
        self.selection
    }

    /// A number that is another after every change of the text.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// What was cut or copied last.
    #[must_use]
    pub fn register(&self) -> &str {
        &self.register.text
    }

    /// Says how many lines a screen has, for motions by pages.
    pub fn set_page(&mut self, lines: usize) {
        self.page = lines.max(1);
    }

    /// Replaces everything and forgets the history; the register and the revision go on.
    pub fn set_text(&mut self, text: &str) {
        let fresh = Self::new(text);
        let (register, page) = (std::mem::take(&mut self.register), self.page);
        *self = Self { register, page, revision: self.revision + 1, ..fresh };
    }

    /// Replaces everything as one edit that can be undone; the cursor keeps its line and column where it can.
    pub fn rewrite(&mut self, text: &str) -> bool {
        let text = with_plain_line_ends(text);
        if self.buffer.to_string() == text {
            return false;
        }
        let line = self.buffer.line_of(self.selection.head);
        let column = motion::column(&self.buffer, self.selection.head);
        let fresh = TextBuffer::new(&text);
        let cursor = motion::at_column(&fresh, line.min(fresh.line_count() - 1), column);
        let range = 0..self.buffer.len();
        let mut whole = Transaction::replace(range, text, EditKind::Whole);
        whole.selection = Selection::at(cursor);
        self.commit(Some(whole))
    }

    /// Inserts text from outside over the selection, as one edit: line ends become `\n`, tabs spaces, and what could
    /// hide or act on a terminal is written out.
    pub fn paste(&mut self, text: &str) -> bool {
        let text = Clean::text(with_plain_line_ends(text));
        self.insert_whole(text.as_str())
    }

    /// Puts the cursor at an offset, or selects up to there.
    pub fn place(&mut self, at: usize, extend: bool) {
        let head = self.buffer.boundary_at_or_after(at);
        let anchor = if extend { self.selection.anchor } else { head };
        self.select(Selection { anchor, head });
    }

    /// Selects a range of bytes, with the cursor at its end.
    pub fn select_range(&mut self, start: usize, end: usize) {
        self.select(Selection { anchor: start, head: end });
    }

    /// Carries a command out, and says whether the text changed.
    pub fn apply(&mut self, command: Command) -> bool {
        let (buffer, selection) = (&self.buffer, self.selection);
        let edit = match command {
            Command::Insert(c) => edits::insert(selection, c),
            Command::Newline => Some(edits::newline(buffer, selection)),
            Command::Backspace => edits::backspace(buffer, selection),
            Command::Delete => edits::delete(buffer, selection),
            Command::DeleteWordBack => edits::delete_to(buffer, selection, Motion::WordLeft),
            Command::DeleteWordForward => edits::delete_to(buffer, selection, Motion::WordRight),
            Command::DeleteLine => edits::delete_lines(buffer, selection),
            Command::KillToEnd => edits::kill_to_end(buffer, selection),
            Command::KillToStart => edits::kill_to_start(buffer, selection),
            Command::Indent => edits::indent(buffer, selection),
            Command::Dedent => edits::dedent(buffer, selection),
            Command::ToggleComment => edits::toggle_comment(buffer, selection),
            Command::DuplicateLine => Some(edits::duplicate(buffer, selection)),
            Command::MoveLinesUp => edits::move_up(buffer, selection),
            Command::MoveLinesDown => edits::move_down(buffer, selection),
            Command::Cut => return self.cut(),
            Command::Paste => return self.paste_register(),
            Command::Undo => return self.travel(History::undo),
            Command::Redo => return self.travel(History::redo),
            Command::Copy => {
                self.copy();
                return false;
            }
            Command::Move(motion) => {
                self.walk(motion, false);
                return false;
            }
            Command::Select(motion) => {
                self.walk(motion, true);
                return false;
            }
            Command::SelectAll | Command::SelectWord | Command::SelectLine => {
                self.select_more(command);
                return false;
            }
        };
        self.commit(edit)
    }

    fn commit(&mut self, edit: Option<Transaction>) -> bool {
        let Some(mut edit) = edit else { return false };
        edit.changes.retain(|c| !(c.range.is_empty() && c.text.is_empty()));
        let added: usize = edit.changes.iter().map(|c| c.text.len()).sum();
        let removed: usize = edit.changes.iter().map(|c| c.range.len()).sum();
        let grows_too_long = added > removed && self.buffer.len() + added - removed > LONGEST;
        if edit.changes.is_empty() || grows_too_long {
            return false;
        }
        self.history.commit(&mut self.buffer, edit.changes, edit.kind, self.selection);
        self.selection = self.on_boundaries(edit.selection);
        self.history.settle(self.selection);
        self.touched();
        true
    }

    /// An edit can join what stood on both sides of it into one cluster: no cursor stands inside it.
    fn on_boundaries(&self, selection: Selection) -> Selection {
        selection.map(|at| self.buffer.boundary_at_or_after(at))
    }

    fn touched(&mut self) {
        self.revision += 1;
        self.goal = None;
    }

    fn travel(
        &mut self,
        step: impl FnOnce(&mut History, &mut TextBuffer) -> Option<Selection>,
    ) -> bool {
        let Some(selection) = step(&mut self.history, &mut self.buffer) else { return false };
        self.selection = selection;
        self.touched();
        true
    }

    fn select(&mut self, selection: Selection) {
        self.goal = None;
        self.history.seal();
        self.selection = self.on_boundaries(selection);
    }

    fn walk(&mut self, motion: Motion, extend: bool) {
        let Selection { anchor, head } = self.selection;
        let collapses = !extend && !self.selection.is_empty();
        let target = match motion {
            Motion::Left if collapses => self.selection.start(),
            Motion::Right if collapses => self.selection.end(),
            _ => {
                let goal = self.goal.unwrap_or_else(|| motion::column(&self.buffer, head));
                self.goal = motion.is_vertical().then_some(goal);
                motion::target(&self.buffer, head, motion, goal, self.page)
            }
        };
        let goal = self.goal;
        self.select(Selection { anchor: if extend { anchor } else { target }, head: target });
        self.goal = goal;
    }

    fn select_more(&mut self, command: Command) {
        let selection = match command {
            Command::SelectWord => {
                let (anchor, head) = motion::word_at(&self.buffer, self.selection.head);
                Selection { anchor, head }
            }
            Command::SelectLine => {
                let first = self.buffer.line_of(self.selection.start());
                let last = self.buffer.line_of(self.selection.end());
                let anchor = self.buffer.line_start(first);
                Selection { anchor, head: self.buffer.line_start(last + 1) }
            }
            _ => Selection { anchor: 0, head: self.buffer.len() },
        };
        self.select(selection);
    }

    fn copy(&mut self) {
        if !self.selection.is_empty() {
            let text = self.buffer.slice(self.selection.range());
            self.register = Register { text, whole_line: false };
        }
    }

    fn cut(&mut self) -> bool {
        if !self.selection.is_empty() {
            self.copy();
            let range = self.selection.range();
            return self.commit(Some(Transaction::replace(range, "", EditKind::Whole)));
        }
        let line = self.buffer.line_of(self.selection.head);
        let text = format!("{}\n", self.buffer.line(line));
        let cut = edits::delete_lines(&self.buffer, self.selection);
        if cut.is_some() {
            self.register = Register { text, whole_line: true };
        }
        self.commit(cut)
    }

    fn paste_register(&mut self) -> bool {
        let Register { text, whole_line } = self.register.clone();
        if !(whole_line && self.selection.is_empty()) {
            return self.insert_whole(&text);
        }
        let start = self.buffer.line_start(self.buffer.line_of(self.selection.head));
        let changes = vec![Change::insert(start, text)];
        self.commit(Some(Transaction::under(self.selection, changes)))
    }

    fn insert_whole(&mut self, text: &str) -> bool {
        let range = self.selection.range();
        self.commit(Some(Transaction::replace(range, text, EditKind::Whole)))
    }
}
