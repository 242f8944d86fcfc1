//! The pane where lines are put in order: nothing is typed, lines are moved, indented and set aside.
//!
//! What is set aside is a comment below the others, so that the text is a program at any moment and a draft needs no
//! form of its own. A move of the mouse is one edit, however many lines it goes past.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::{EditorPane, Handled, WHEEL};
use crate::domain::check::lines::is_aside;
use crate::tui::editor::cells::INDENT;
use crate::tui::editor::command::Command;
use crate::tui::editor::view;

/// The deepest level that a line is indented to.
const DEEPEST: usize = 8;

/// What is known of a pane where lines are put in order.
#[derive(Debug, Clone, Default)]
pub(in crate::tui::editor) struct Ordering {
    /// Whether the line at the cursor is taken up, so that it goes where the cursor goes.
    pub(in crate::tui::editor) held: bool,
    drag: Option<Drag>,
}

/// A line that the mouse has taken.
#[derive(Debug, Clone)]
struct Drag {
    /// All lines as they were.
    lines: Vec<String>,
    /// Which one it is.
    line: usize,
    /// Where the button went down.
    from: Position,
    /// Whether it has moved already, as one edit.
    moved: bool,
}

/// What can be done with the line at the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Choose(isize),
    Move(isize),
    Indent(isize),
    Aside,
    Hold,
    Undo,
    Redo,
}

impl Step {
    fn of(event: KeyEvent, held: bool) -> Option<Self> {
        let alt = event.modifiers.contains(KeyModifiers::ALT);
        let along = if held || alt { Self::Move } else { Self::Choose };
        let step = match event.code {
            KeyCode::Up => along(-1),
            KeyCode::Down => along(1),
            KeyCode::PageUp | KeyCode::Home => along(isize::MIN),
            KeyCode::PageDown | KeyCode::End => along(isize::MAX),
            KeyCode::Left | KeyCode::BackTab => Self::Indent(-1),
            KeyCode::Tab if event.modifiers.contains(KeyModifiers::SHIFT) => Self::Indent(-1),
            KeyCode::Right | KeyCode::Tab => Self::Indent(1),
            KeyCode::Char(' ') | KeyCode::Enter => Self::Hold,
            KeyCode::Char('x' | '#') | KeyCode::Delete | KeyCode::Backspace
                if event.modifiers.difference(KeyModifiers::SHIFT).is_empty() =>
            {
                Self::Aside
            }
            _ => match super::keys::command_for(event)? {
                Command::Undo => Self::Undo,
                Command::Redo => Self::Redo,
                Command::ToggleComment => Self::Aside,
                _ => return None,
            },
        };
        Some(step)
    }
}

impl EditorPane {
    /// Says that lines are put in order here, and nothing is typed.
    pub fn set_ordering(&mut self) {
        self.ordering = Some(Ordering::default());
        self.choose(0);
    }

    /// Puts down a line that is taken up.
    pub fn put_down(&mut self) {
        if let Some(ordering) = &mut self.ordering {
            ordering.held = false;
        }
    }

    /// Where lines are put in order: the line chosen, counted from 1, how many there are, and whether it is taken up.
    #[must_use]
    pub fn ordering(&self) -> Option<(usize, usize, bool)> {
        let ordering = self.ordering.as_ref()?;
        Some((self.line_column().0, self.lines().len(), ordering.held))
    }

    pub(super) fn order_key(&mut self, event: KeyEvent) -> Handled {
        let held = self.ordering.as_ref().is_some_and(|ordering| ordering.held);
        let Some(step) = Step::of(event, held) else { return Handled::Ignored };
        let (lines, line) = (self.lines(), self.chosen());
        match step {
            Step::Choose(by) => {
                self.choose(line.saturating_add_signed(by));
                Handled::Moved
            }
            Step::Hold => {
                if let Some(ordering) = &mut self.ordering {
                    ordering.held = !ordering.held && !lines.is_empty();
                }
                Handled::Moved
            }
            Step::Undo | Step::Redo => {
                let command = if step == Step::Undo { Command::Undo } else { Command::Redo };
                let handled = self.edit(|editor| editor.apply(command));
                self.choose(self.chosen());
                handled
            }
            Step::Move(by) => {
                let to = line.saturating_add_signed(by);
                self.arrange(moved(&lines, line, to, 0))
            }
            Step::Indent(by) => self.arrange(moved(&lines, line, line, by)),
            Step::Aside => self.arrange(toggled(&lines, line)),
        }
    }

    pub(super) fn order_mouse(&mut self, event: MouseEvent, area: Rect) -> bool {
        let at = Position::new(event.column, event.row);
        match event.kind {
            MouseEventKind::Down(MouseButton::Left) if area.contains(at) => {
                self.put_down();
                let line = self.editor.buffer().line_of(self.offset_under(at, area));
                self.choose(line);
                let (lines, line) = (self.lines(), self.chosen());
                let drag = Drag { lines, line, from: at, moved: false };
                self.set_drag(Some(drag));
            }
            MouseEventKind::Drag(MouseButton::Left) => return self.drag(at, area),
            MouseEventKind::Up(MouseButton::Left) => return self.take_drag().is_some(),
            MouseEventKind::ScrollUp if area.contains(at) => {
                self.scroll_to(self.top.saturating_sub(WHEEL));
            }
            MouseEventKind::ScrollDown if area.contains(at) => self.scroll_to(self.top + WHEEL),
            _ => return false,
        }
        true
    }

    fn drag(&mut self, at: Position, area: Rect) -> bool {
        let Some(mut drag) = self.take_drag() else { return false };
        let text = view::text_area(area, self.editor.buffer().line_count());
        let row = usize::from(at.y.clamp(text.y, text.bottom().saturating_sub(1)) - text.y);
        let levels = (isize::from(at.x.cast_signed()) - isize::from(drag.from.x.cast_signed()))
            / INDENT.cast_signed();
        let target = moved(&drag.lines, drag.line, self.top + row, levels);
        let undone = std::mem::take(&mut drag.moved);
        if undone {
            self.edit(|editor| editor.apply(Command::Undo));
        }
        drag.moved = self.arrange(target) == Handled::Edited;
        if !drag.moved {
            self.choose(drag.line);
        }
        self.set_drag(Some(drag));
        true
    }

    fn set_drag(&mut self, drag: Option<Drag>) {
        if let Some(ordering) = &mut self.ordering {
            ordering.drag = drag;
        }
    }

    fn take_drag(&mut self) -> Option<Drag> {
        self.ordering.as_mut().and_then(|ordering| ordering.drag.take())
    }

    /// The lines; the end of the last one begins no line of its own.
    fn lines(&self) -> Vec<String> {
        self.text().lines().map(str::to_owned).collect()
    }

    fn chosen(&self) -> usize {
        self.editor.buffer().line_of(self.editor.selection().head)
    }

    /// Puts the cursor on a line, where its code begins.
    fn choose(&mut self, line: usize) {
        let lines = self.lines();
        let line = line.min(lines.len().saturating_sub(1));
        let blanks = lines.get(line).map_or(0, |text| text.len() - text.trim_start().len());
        let start = self.editor.buffer().line_start(line);
        self.editor.place(start + blanks, false);
        self.reveal(super::MARGIN);
    }

    /// Sets the lines out as one edit, and chooses one of them.
    fn arrange(&mut self, (lines, line): (Vec<String>, usize)) -> Handled {
        let text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
        let handled = if text == self.text() {
            Handled::Moved
        } else {
            self.edit(|editor| editor.rewrite(&text))
        };
        self.choose(line);
        handled
    }
}

/// One line moved to another place and indented by some levels more. What is used and what is set aside stay apart, and
/// what is set aside has no indentation.
fn moved(lines: &[String], line: usize, to: usize, levels: isize) -> (Vec<String>, usize) {
    let mut lines = lines.to_vec();
    let Some(text) = lines.get(line).cloned() else { return (lines, line) };
    lines.remove(line);
    let aside = lines.iter().position(|line| is_aside(line)).unwrap_or(lines.len());
    let to = if is_aside(&text) { to.clamp(aside, lines.len()) } else { to.min(aside) };
    let code = text.trim_start();
    let level = ((text.len() - code.len()) / INDENT).saturating_add_signed(levels).min(DEEPEST);
    let level = if is_aside(&text) { 0 } else { level };
    lines.insert(to, format!("{}{code}", " ".repeat(level * INDENT)));
    (lines, to)
}

/// One line set aside, or taken back: then it comes after those that are used, as deep as the last of them.
fn toggled(lines: &[String], line: usize) -> (Vec<String>, usize) {
    let mut lines = lines.to_vec();
    let Some(text) = lines.get(line).cloned() else { return (lines, line) };
    lines.remove(line);
    if !is_aside(&text) {
        lines.push(format!("# {}", text.trim()));
        let used = lines.iter().take_while(|line| !is_aside(line)).count();
        return (lines, line.min(used.saturating_sub(1)));
    }
    let code = text.trim_start().trim_start_matches('#').trim_start();
    let to = lines.iter().position(|line| is_aside(line)).unwrap_or(lines.len());
    let blanks =
        to.checked_sub(1).map_or(0, |last| lines[last].len() - lines[last].trim_start().len());
    lines.insert(to, format!("{}{code}", " ".repeat(blanks)));
    (lines, to)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::test_runner::{Config as ProptestConfig, RngSeed};
    use proptest::{prop_assert, prop_assert_eq, proptest};

    use super::*;
    use crate::domain::check::lines::stray;

    const TEXT: &str = "return x\ndef f(x):\nx += 1\nx =+ 1\n";

    fn pane() -> EditorPane {
        let mut pane = EditorPane::new(TEXT);
        pane.set_ordering();
        pane
    }

    fn press(pane: &mut EditorPane, keys: &str) {
        for name in keys.split(' ') {
            let (name, modifiers) = match name.split_once('-') {
                Some(("alt", name)) => (name, KeyModifiers::ALT),
                Some(("ctrl", name)) => (name, KeyModifiers::CONTROL),
                _ => (name, KeyModifiers::NONE),
            };
            let code = match name {
                "up" => KeyCode::Up,
                "down" => KeyCode::Down,
                "left" => KeyCode::Left,
                "right" => KeyCode::Right,
                "tab" => KeyCode::Tab,
                "space" => KeyCode::Char(' '),
                "delete" => KeyCode::Delete,
                "end" => KeyCode::End,
                letter => KeyCode::Char(letter.chars().next().unwrap()),
            };
            pane.key(KeyEvent::new(code, modifiers));
        }
    }

    fn mouse(pane: &mut EditorPane, kind: MouseEventKind, column: u16, row: u16) {
        let event = MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE };
        pane.mouse(event, Rect::new(0, 0, 40, 10));
    }

    #[test]
    fn a_line_that_is_taken_up_goes_where_the_cursor_goes() {
        let mut pane = pane();
        press(&mut pane, "down space up space down right down right");
        assert_eq!(pane.text(), "def f(x):\n    return x\n    x += 1\nx =+ 1\n");
        press(&mut pane, "alt-up");
        assert_eq!(pane.text(), "def f(x):\n    x += 1\n    return x\nx =+ 1\n");
        assert_eq!(pane.ordering(), Some((2, 4, false)));
    }

    #[test]
    fn a_line_that_is_set_aside_is_a_comment_below_and_comes_back_after_the_last() {
        let mut pane = pane();
        press(&mut pane, "x");
        assert_eq!(pane.text(), "def f(x):\nx += 1\nx =+ 1\n# return x\n");
        press(&mut pane, "end right alt-up");
        assert_eq!(pane.text(), "def f(x):\nx += 1\nx =+ 1\n# return x\n", "it stays below");
        press(&mut pane, "up tab end delete");
        assert_eq!(pane.text(), "def f(x):\nx += 1\n    x =+ 1\n    return x\n");
    }

    #[test]
    fn every_step_can_be_undone_and_nothing_is_typed() {
        let mut pane = pane();
        press(&mut pane, "alt-down right x a b ctrl-v");
        pane.paste("import os");
        assert_eq!(pane.text().lines().count(), 4);
        press(&mut pane, "ctrl-z ctrl-z ctrl-z");
        assert_eq!(pane.text(), TEXT);
        press(&mut pane, "ctrl-y");
        assert_eq!(pane.text(), "def f(x):\nreturn x\nx += 1\nx =+ 1\n");
    }

    #[test]
    fn a_line_follows_the_mouse_as_one_edit() {
        let mut pane = pane();
        let left = MouseButton::Left;
        mouse(&mut pane, MouseEventKind::Down(left), 8, 0);
        for row in 1..=3 {
            mouse(&mut pane, MouseEventKind::Drag(left), 8 + row * 2, row);
        }
        mouse(&mut pane, MouseEventKind::Up(left), 14, 3);
        assert_eq!(pane.text(), "def f(x):\nx += 1\nx =+ 1\n    return x\n");
        press(&mut pane, "ctrl-z");
        assert_eq!(pane.text(), TEXT);
        mouse(&mut pane, MouseEventKind::Drag(left), 8, 2);
        assert_eq!(pane.text(), TEXT, "the button is up");
    }

    #[test]
    fn the_ends_hold() {
        let mut pane = pane();
        press(&mut pane, "space up left down down down down down end");
        assert_eq!(pane.text(), "def f(x):\nx += 1\nx =+ 1\nreturn x\n");
        let mut empty = EditorPane::new("");
        empty.set_ordering();
        press(&mut empty, "space down x right alt-up ctrl-z");
        assert_eq!(empty.text(), "");
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_done_no_line_is_lost_and_none_is_new(doings in vec(0_u16..600, 0..60)) {
            const KEYS: [&str; 14] = [
                "up", "down", "alt-up", "alt-down", "left", "right", "space", "x", "delete", "end",
                "ctrl-z", "ctrl-y", "tab", "a",
            ];
            let given: Vec<String> = TEXT.lines().map(str::to_owned).collect();
            let mut pane = pane();
            for doing in doings {
                match usize::from(doing) {
                    n if n < 300 => press(&mut pane, KEYS[n % KEYS.len()]),
                    n => {
                        let (column, row) = (doing % 40, doing / 7 % 10);
                        let left = MouseButton::Left;
                        let kind = match n % 4 {
                            0 => MouseEventKind::Down(left),
                            3 => MouseEventKind::Up(left),
                            _ => MouseEventKind::Drag(left),
                        };
                        mouse(&mut pane, kind, column, row);
                    }
                }
                let mut lines: Vec<String> = pane
                    .text()
                    .lines()
                    .map(|line| line.trim_start_matches(['#', ' ']).to_owned())
                    .collect();
                lines.sort();
                let mut all = given.clone();
                all.sort();
                prop_assert_eq!(lines, all);
                prop_assert_eq!(stray(pane.text(), &given), None);
                let (line, of, _) = pane.ordering().unwrap();
                prop_assert!((1..=of).contains(&line));
            }
        }
    }
}
