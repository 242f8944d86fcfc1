//! The editor's pane: an editor with a scroll position, marks, and answers to keys and the mouse.
//!
//! Keys it does not know are left to the application. `view` is a pure function; colours and syntax errors are read
//! when they are first asked for after an edit, so that two hundred keys in one write are read once.

use std::cell::OnceCell;
use std::ops::Range;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

use crate::analysis::syntax::{self, Syntax};
use crate::domain::clean::Clean;
use crate::domain::types::Spot;
use crate::tui::theme::Theme;

use super::command::Command;
use super::engine::Editor;
use super::motion::{at_column, column};
use super::{keys, view};

mod order;
mod python;

use order::Ordering;
use python::Heard;

/// Lines that the mouse's wheel goes at once.
const WHEEL: usize = 3;

/// Lines that stay in sight above and below a cursor moved by keys.
const MARGIN: usize = 2;

/// What became of a key or a paste.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handled {
    /// Nothing: the application may use it.
    Ignored,
    /// The cursor, the selection, the scroll position or the register may have changed.
    Moved,
    /// The text has changed.
    Edited,
}

/// How bad a marked place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkKind {
    /// The answer to a question in the text.
    Told,
    /// Worth a look.
    Warning,
    /// A check failed, or an exception came from here.
    Failing,
    /// Not Python, or refused by the type checker.
    Error,
}

/// A marked place: a sign beside the line, an underline, and words at the line's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The line, counted from 1.
    pub line: u32,
    /// The columns, counted from 1 in characters; the end is not part of it. Empty at 0 marks the whole line's code.
    pub columns: Range<u32>,
    /// How bad it is.
    pub kind: MarkKind,
    /// What is wrong, in a few words; may be empty.
    pub message: Clean,
}

impl Mark {
    /// Marks the code of a whole line.
    #[must_use]
    pub fn line(line: u32, kind: MarkKind, message: impl AsRef<str>) -> Self {
        Self { line, columns: 0..0, kind, message: Clean::line(message) }
    }
}

/// What was read of a text.
#[derive(Debug, Clone)]
struct Reading {
    text: String,
    syntax: Syntax,
}

/// A click that a second one at the same cell would make a double click.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Press {
    at: Position,
    count: u8,
}

/// What the mouse is doing.
#[derive(Debug, Clone, Copy, Default)]
struct Pointer {
    last: Option<Press>,
    /// Whether the button went down in the pane and is still down.
    held: bool,
}

/// An editor on the screen.
#[derive(Debug, Clone)]
pub struct EditorPane {
    pub(super) editor: Editor,
    size: Size,
    pub(super) top: usize,
    pub(super) left: usize,
    read_only: bool,
    pub(super) fill: bool,
    /// Where lines are put in order.
    pub(super) ordering: Option<Ordering>,
    marks: Vec<Mark>,
    /// What the type checker says.
    findings: Vec<Mark>,
    /// What the running Python says.
    heard: Option<Heard>,
    reading: OnceCell<Reading>,
    pointer: Pointer,
    copied: bool,
    /// The line, counted from 1, that was changed last and that the cursor has not left since.
    written: Option<usize>,
}

impl Default for EditorPane {
    fn default() -> Self {
        Self::new("")
    }
}

impl EditorPane {
    /// Takes a text, with the cursor at its start.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self {
            editor: Editor::new(text),
            size: Size::new(80, 24),
            top: 0,
            left: 0,
            read_only: false,
            fill: false,
            ordering: None,
            marks: Vec::new(),
            findings: Vec::new(),
            heard: None,
            reading: OnceCell::new(),
            pointer: Pointer::default(),
            copied: false,
            written: None,
        }
    }

    /// The editor behind the pane.
    #[must_use]
    pub fn editor(&self) -> &Editor {
        &self.editor
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.reading().text
    }

    /// The text's colours and syntax errors.
    #[must_use]
    pub fn syntax(&self) -> &Syntax {
        &self.reading().syntax
    }

    /// A number that is another after every change of the text.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.editor.revision()
    }

    /// Whether the text was changed after a revision.
    #[must_use]
    pub fn is_modified_since(&self, revision: u64) -> bool {
        self.revision() != revision
    }

    /// The cursor's line and column, both counted from 1, the column in screen cells.
    #[must_use]
    pub fn line_column(&self) -> (usize, usize) {
        let (buffer, head) = (self.editor.buffer(), self.editor.selection().head);
        (buffer.line_of(head) + 1, column(buffer, head) + 1)
    }

    /// Replaces everything: no undo leads back. Marks are dropped.
    pub fn set_text(&mut self, text: &str) {
        self.editor.set_text(text);
        self.marks.clear();
        self.findings.clear();
        self.heard = None;
        self.written = None;
        (self.top, self.left) = (0, 0);
        self.forget();
    }

    /// Replaces everything as one edit that can be undone, as a reset or a formatter does.
    pub fn rewrite(&mut self, text: &str) -> Handled {
        self.edit(|editor| editor.rewrite(text))
    }

    /// Whether keys may change the text.
    pub fn set_read_only(&mut self, read_only: bool) {
        self.read_only = read_only;
    }

    /// Whether the text is one to fill in: `___` is then drawn as a blank.
    pub fn set_fill(&mut self, fill: bool) {
        self.fill = fill;
    }

    /// Marks places; the marks before are dropped. They move with their lines, and go when their line is edited.
    pub fn set_marks(&mut self, marks: Vec<Mark>) {
        self.marks = marks;
    }

    /// Marks what the type checker says, in the place of what it said before. These marks move and go like the others;
    /// they have words on the cursor's line alone.
    pub fn set_findings(&mut self, findings: Vec<Mark>) {
        self.findings = findings;
    }

    /// The cursor's line and column, both counted from 1, the column in characters.
    #[must_use]
    pub fn cursor_spot(&self) -> Spot {
        let (buffer, head) = (self.editor.buffer(), self.editor.selection().head);
        let line = buffer.line_of(head);
        let before = &buffer.line(line)[..head - buffer.line_start(line)];
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX - 1) + 1;
        Spot { line: number(line), column: number(before.chars().count()) }
    }

    /// The worst thing that is wrong on the cursor's line, for a status line.
    #[must_use]
    pub fn message_at_cursor(&self) -> Option<Clean> {
        let line = u32::try_from(self.line_column().0).unwrap_or(u32::MAX);
        let own = self.marks.iter().chain(&self.findings).filter(|mark| mark.line == line).cloned();
        let marks = own.chain(self.syntax_marks(&(line..line + 1))).collect();
        worst_first(marks).into_iter().map(|mark| mark.message).find(|message| !message.is_empty())
    }

    /// What was cut or copied since this was last asked, for the terminal's clipboard.
    pub fn take_copied(&mut self) -> Option<String> {
        std::mem::take(&mut self.copied).then(|| self.editor.register().to_owned())
    }

    /// Selects the next blank that is to be filled in, from the cursor on and then from the top; says whether there
    /// is one.
    pub fn next_blank(&mut self) -> bool {
        let here = self.editor.selection().end();
        let blanks = if self.fill { view::blanks(self.text()) } else { Vec::new() };
        let next = blanks.iter().find(|blank| blank.start >= here).or(blanks.first());
        let Some(blank) = next.cloned() else { return false };
        self.editor.select_range(blank.start, blank.end);
        self.reveal(MARGIN);
        true
    }

    /// Answers a key. In a text to fill in, Tab goes to the next blank as long as there is one.
    pub fn key(&mut self, event: KeyEvent) -> Handled {
        if self.ordering.is_some() {
            return self.order_key(event);
        }
        if event.code == KeyCode::Tab && event.modifiers.is_empty() && self.next_blank() {
            return Handled::Moved;
        }
        keys::command_for(event).map_or(Handled::Ignored, |command| self.command(command))
    }

    /// Carries a command out, unless it would edit a read-only text or copy nothing.
    pub fn command(&mut self, command: Command) -> Handled {
        let copies_nothing = command == Command::Copy && self.editor.selection().is_empty();
        if copies_nothing || (self.read_only && command.edits()) {
            return Handled::Ignored;
        }
        self.copied |= matches!(command, Command::Copy | Command::Cut);
        self.edit(|editor| editor.apply(command))
    }

    /// Inserts text that the terminal pasted.
    pub fn paste(&mut self, text: &str) -> Handled {
        if self.read_only || self.ordering.is_some() {
            return Handled::Ignored;
        }
        self.edit(|editor| editor.paste(text))
    }

    /// Answers the mouse, and says whether it was meant for the pane: a press in `area`, a drag that began there, or
    /// the wheel.
    pub fn mouse(&mut self, event: MouseEvent, area: Rect) -> bool {
        if self.ordering.is_some() {
            return self.order_mouse(event, area);
        }
        let at = Position::new(event.column, event.row);
        let inside = area.contains(at);
        match event.kind {
            MouseEventKind::Down(MouseButton::Left) if inside => {
                self.press(at, event.modifiers.contains(KeyModifiers::SHIFT), area);
            }
            MouseEventKind::Drag(MouseButton::Left) if self.pointer.held => {
                self.pointer.last = None;
                self.editor.place(self.offset_under(at, area), true);
                self.reveal(0);
            }
            MouseEventKind::Up(MouseButton::Left) if self.pointer.held => self.pointer.held = false,
            MouseEventKind::ScrollUp if inside => self.scroll_to(self.top.saturating_sub(WHEEL)),
            MouseEventKind::ScrollDown if inside => self.scroll_to(self.top + WHEEL),
            MouseEventKind::ScrollLeft if inside => self.left = self.left.saturating_sub(WHEEL),
            MouseEventKind::ScrollRight if inside => self.left += WHEEL,
            _ => return false,
        }
        true
    }

    /// Takes the size of the area that it is drawn in; to be told before the first view and after every change.
    pub fn resize(&mut self, size: Size) {
        self.size = size;
        self.editor.set_page(usize::from(size.height).saturating_sub(MARGIN));
        self.reveal(MARGIN);
    }

    /// Puts the cursor at the start of a line (from 1) and column (from 1, in characters) and shows it.
    pub fn go_to(&mut self, line: u32, column: u32) {
        let buffer = self.editor.buffer();
        let line = (line.max(1) as usize - 1).min(buffer.line_count() - 1);
        let text = buffer.line(line);
        let characters = column.max(1) as usize - 1;
        let inner = text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at);
        let at = buffer.line_start(line) + inner;
        self.editor.place(at, false);
        self.reveal(MARGIN);
    }

    /// Draws the pane.
    pub fn view(&self, area: Rect, buf: &mut Buffer, theme: &Theme, focused: bool) {
        view::draw(self, area, buf, theme, focused);
    }

    /// Where the terminal's cursor belongs; nowhere while it is scrolled out of sight.
    #[must_use]
    pub fn cursor(&self, area: Rect) -> Option<Position> {
        let (line, column) = self.line_column();
        let row = u16::try_from((line - 1).checked_sub(self.top)?).ok()?;
        let cell = u16::try_from((column - 1).checked_sub(self.left)?).ok()?;
        let text = view::text_area(area, self.editor.buffer().line_count());
        (row < text.height && cell < text.width).then(|| Position::new(text.x + cell, text.y + row))
    }

    /// The marks of some lines (from 1), the worst first: the application's, and syntax errors.
    pub(super) fn marks_on(&self, lines: &Range<u32>) -> Vec<Mark> {
        let own = self.marks.iter().filter(|mark| lines.contains(&mark.line)).cloned();
        let cursor = self.line_column().0;
        let mut syntax = self.syntax_marks(lines);
        // Of a line that is no Python types say nothing that helps.
        let is_broken =
            |line| syntax.iter().any(|it| it.line == line && it.kind == MarkKind::Error);
        let mut findings: Vec<Mark> = self
            .findings
            .iter()
            .filter(|mark| lines.contains(&mark.line) && !is_broken(mark.line))
            .cloned()
            .collect();
        // What is being written is not Python yet: no words before the cursor leaves the line.
        let written = self.written.filter(|line| *line == cursor);
        let written = |mark: &&mut Mark| Some(mark.line as usize) == written;
        for mark in syntax.iter_mut().filter(written) {
            mark.message = Clean::default();
        }
        let elsewhere = |mark: &&mut Mark| mark.line as usize != cursor;
        for mark in findings.iter_mut().filter(elsewhere).filter(|it| it.kind != MarkKind::Told) {
            mark.message = Clean::default();
        }
        worst_first(own.chain(syntax).chain(findings).collect())
    }

    fn reading(&self) -> &Reading {
        self.reading.get_or_init(|| {
            let text = self.editor.buffer().to_string();
            Reading { syntax: syntax::parse(&text), text }
        })
    }

    fn forget(&mut self) {
        self.reading = OnceCell::new();
        self.pointer = Pointer::default();
    }

    fn edit(&mut self, change: impl FnOnce(&mut Editor) -> bool) -> Handled {
        let is_marked = !self.marks.is_empty() || !self.findings.is_empty() || self.heard.is_some();
        let before = is_marked.then(|| self.editor.buffer().to_string());
        let edited = change(&mut self.editor);
        self.pointer.last = None;
        if edited {
            self.forget();
            if let Some(before) = before {
                let after = self.editor.buffer().to_string();
                move_marks(&mut self.marks, &before, &after);
                move_marks(&mut self.findings, &before, &after);
                if let Some(heard) = &mut self.heard {
                    move_marks(&mut heard.marks, &before, &after);
                }
            }
        }
        let line = self.line_column().0;
        self.written = if edited { Some(line) } else { self.written.filter(|it| *it == line) };
        self.reveal(MARGIN);
        if edited { Handled::Edited } else { Handled::Moved }
    }

    fn press(&mut self, at: Position, extend: bool, area: Rect) {
        let count = match self.pointer.last {
            Some(last) if last.at == at && last.count < 3 && !extend => last.count + 1,
            _ => 1,
        };
        self.pointer = Pointer { last: Some(Press { at, count }), held: true };
        if count == 1 {
            self.editor.place(self.offset_under(at, area), extend);
        } else {
            self.editor.apply(if count == 2 { Command::SelectWord } else { Command::SelectLine });
        }
    }

    /// The offset that is drawn at a place, or the nearest one.
    fn offset_under(&self, at: Position, area: Rect) -> usize {
        let buffer = self.editor.buffer();
        let text = view::text_area(area, buffer.line_count());
        let line = if at.y < text.y {
            self.top.saturating_sub(usize::from(text.y - at.y))
        } else {
            self.top + usize::from(at.y - text.y)
        };
        let column = if at.x < text.x {
            self.left.saturating_sub(usize::from(text.x - at.x))
        } else {
            self.left + usize::from(at.x - text.x)
        };
        at_column(buffer, line.min(buffer.line_count() - 1), column)
    }

    fn scroll_to(&mut self, top: usize) {
        let last = self.editor.buffer().line_count().saturating_sub(usize::from(self.size.height));
        self.top = top.min(last);
    }

    /// Scrolls so that the cursor is in sight, with some lines around it.
    fn reveal(&mut self, margin: usize) {
        let height = usize::from(self.size.height).max(1);
        let margin = margin.min((height - 1) / 2);
        let (line, column) = self.line_column();
        let (line, column) = (line - 1, column - 1);
        let lowest = line.saturating_sub(margin);
        let highest = (line + margin + 1).saturating_sub(height);
        self.scroll_to(self.top.clamp(highest.min(lowest), lowest));

        let area = Rect::new(0, 0, self.size.width, self.size.height);
        let text = view::text_area(area, self.editor.buffer().line_count());
        // The last cell may hold the mark of a line that goes on.
        let room = usize::from(text.width).saturating_sub(1).max(1);
        if column < room && column < self.left + room {
            self.left = 0;
        } else if column < self.left {
            self.left = column.saturating_sub(room / 4);
        } else if column >= self.left + room {
            self.left = column + 1 + room / 4 - room;
        }
    }
}

fn worst_first(mut marks: Vec<Mark>) -> Vec<Mark> {
    marks.sort_by_key(|mark| std::cmp::Reverse(mark.kind));
    marks
}

/// Moves marks with their lines after an edit, and drops those of lines that changed.
fn move_marks(marks: &mut Vec<Mark>, before: &str, after: &str) {
    let same = |pair: &(&str, &str)| pair.0 == pair.1;
    let (old, new): (Vec<&str>, Vec<&str>) =
        (before.split('\n').collect(), after.split('\n').collect());
    let shared = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let head = old.iter().copied().zip(new.iter().copied()).take_while(same).count();
    let most = old.len().min(new.len()) - head;
    let tail = old.iter().rev().copied().zip(new.iter().rev().copied());
    let tail = tail.take(most).take_while(same).count();
    let (first, resumes) = (shared(head), shared(old.len() - tail));
    marks.retain(|mark| mark.line <= first || mark.line > resumes);
    for mark in marks.iter_mut().filter(|mark| mark.line > resumes) {
        mark.line = mark.line + shared(new.len()) - shared(old.len());
    }
}
