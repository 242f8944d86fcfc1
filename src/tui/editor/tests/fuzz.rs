//! Random operations against a plain model: nothing panics, nothing hangs, and undo leads back to the start.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use unicode_segmentation::UnicodeSegmentation;

use super::super::change::Selection;
use super::super::command::Command;
use super::super::engine::Editor;
use super::super::keys::BINDINGS;
use super::super::pane::EditorPane;
use crate::tui::theme::Theme;

/// The operations of one run; a run keeps its text short, so that all of them stay quick.
const OPERATIONS: usize = 100_000;

/// How often a run begins afresh with the next text.
const ROUND: usize = 500;

const TEXTS: &[&str] = &[
    "def f(x):\n    s = 'abc def'\n    return x\n\n",
    "e\u{301}a\u{323}\u{302} \u{301}x\n    क्षि नमस्ते\n",
    "漢字 = '한글ｶﾞ'\n\nclass 名前:\n    pass",
    "# 👨\u{200d}👩\u{200d}👧\u{200d}👦 👍🏽 ❤\u{fe0f} 1\u{fe0f}\u{20e3}\n\u{200d}\u{fe0f}",
    "🇫🇷🇩🇪🇯\n🇵x🇫🇷\n",
    "\tif x:\n\t\treturn\t1\n \t mixed\n",
    "one\r\ntwo\rthree\r\n\r\n",
    "\x1b[31m\u{202e}\u{200b}\0\u{85}\u{2028}\x0c\n",
    "",
];

const TYPED: &[char] = &[
    'a', '(', ':', ' ', ' ', '#', '\'', '한', '😀', '\u{301}', '\u{200d}', '\u{fe0f}', '🇫', '👩',
    '🏽', '\t', '\u{202e}', '_',
];

const PASTED: &[&str] =
    &["x\ny", "e\u{301}\n\n👍🏽", "\t", "a\r\nb", "", "🇩", "\u{200d}👧", "    z:\n"];

struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }

    fn of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

/// The text as a plain string, changed in the plainest way.
struct Model {
    text: String,
}

impl Model {
    /// What a few commands must do, said once more without a rope and without transactions.
    fn expect(&self, command: Command, at: Selection) -> Option<String> {
        let (before, after) = (&self.text[..at.start()], &self.text[at.end()..]);
        match command {
            Command::Insert(c) if !c.is_control() => Some(format!("{before}{c}{after}")),
            Command::Delete if at.is_empty() => {
                let cluster = after.graphemes(true).next().map_or(0, str::len);
                Some(format!("{before}{}", &after[cluster..]))
            }
            Command::Delete | Command::Backspace if !at.is_empty() => {
                Some(format!("{before}{after}"))
            }
            Command::Move(_) | Command::Select(_) | Command::Copy => Some(self.text.clone()),
            _ => None,
        }
    }
}

fn is_sound(editor: &Editor, text: &str) {
    let Selection { anchor, head } = editor.selection();
    for end in [anchor, head] {
        let line = text[..end].rfind('\n').map_or(0, |at| at + 1);
        let on_boundary = text[line..].grapheme_indices(true).any(|(at, _)| line + at == end);
        assert!(end == text.len() || on_boundary, "{end} is inside a cluster of {text:?}");
    }
    assert!(!text.contains('\r'));
    assert_eq!(editor.buffer().len(), text.len());
    assert_eq!(editor.buffer().line_count(), text.split('\n').count());
}

fn step(random: &mut Random, editor: &mut Editor) {
    let text = editor.buffer().to_string();
    let before = editor.selection();
    let command = match random.below(20) {
        0..=4 => Command::Insert(random.of(TYPED)),
        5 => {
            editor.paste(random.of(PASTED));
            return;
        }
        6 => Command::Undo,
        7 => Command::Redo,
        8 => {
            editor.place(random.below(text.len() + 3), random.below(2) == 0);
            return;
        }
        _ => random.of(BINDINGS).command,
    };
    let changed = editor.apply(command);
    let after = editor.buffer().to_string();
    if let Some(expected) = (Model { text: text.clone() }).expect(command, before) {
        assert_eq!(after, expected, "{command:?} at {before:?} on {text:?}");
    }
    assert_eq!(changed, after != text || (changed && may_rewrite(command)), "{command:?}");
}

/// Commands that may put back what stood there and still count as a change.
fn may_rewrite(command: Command) -> bool {
    matches!(
        command,
        Command::Insert(_)
            | Command::Newline
            | Command::MoveLinesUp
            | Command::MoveLinesDown
            | Command::Paste
            | Command::Undo
            | Command::Redo
    )
}

fn round(seed: u64, start: &str) {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut editor = Editor::new(start);
    let first = editor.buffer().to_string();
    for n in 0..ROUND {
        step(&mut random, &mut editor);
        let text = editor.buffer().to_string();
        is_sound(&editor, &text);
        if text.len() > 2_000 {
            editor.apply(Command::SelectAll);
            editor.apply(if n % 2 == 0 { Command::Delete } else { Command::Cut });
        }
    }
    while editor.apply(Command::Redo) {}
    let last = editor.buffer().to_string();
    while editor.apply(Command::Undo) {}
    assert_eq!(editor.buffer().to_string(), first, "seed {seed}: undoing everything");
    while editor.apply(Command::Redo) {}
    assert_eq!(editor.buffer().to_string(), last, "seed {seed}: redoing everything");
}

#[test]
fn a_hundred_thousand_operations_keep_every_promise() {
    let rounds = (OPERATIONS / ROUND) as u64;
    within(Duration::from_mins(2), move || {
        for seed in 1..=rounds {
            round(seed, TEXTS[usize::try_from(seed).unwrap() % TEXTS.len()]);
        }
    });
}

#[test]
fn random_panes_of_every_size_are_drawn_without_a_cut_character() {
    within(Duration::from_mins(2), || {
        let theme = Theme::dark();
        for seed in 1..=200 {
            let mut random = Random(seed * 0x9E37_79B9 + 7);
            let mut pane = EditorPane::new(TEXTS[usize::try_from(seed).unwrap() % TEXTS.len()]);
            let (width, height) = (random.below(40), random.below(8));
            let size = Size::new(u16::try_from(width).unwrap(), u16::try_from(height).unwrap());
            let area = Rect::new(1, 1, size.width, size.height);
            pane.resize(size);
            for _ in 0..60 {
                pane.command(match random.below(3) {
                    0 => Command::Insert(random.of(TYPED)),
                    _ => random.of(BINDINGS).command,
                });
                let mut buf = Buffer::empty(Rect::new(0, 0, size.width + 2, size.height + 2));
                pane.view(area, &mut buf, &theme, true);
                is_drawn_whole(&pane, &buf, area);
            }
        }
    });
}

/// Wide characters end inside the area, nothing is drawn around it, and the cursor is in sight.
fn is_drawn_whole(pane: &EditorPane, buf: &Buffer, area: Rect) {
    use ratatui::buffer::CellWidth;
    for y in 0..buf.area.height {
        for x in 0..buf.area.width {
            let symbol = buf[(x, y)].symbol();
            if !area.contains((x, y).into()) {
                assert_eq!(symbol, " ", "drawn outside at {x},{y}");
                continue;
            }
            let end = x + symbol.cell_width();
            assert!(end <= area.right(), "{symbol:?} is cut at the edge");
            for covered in x + 1..end {
                assert_eq!(buf[(covered, y)].symbol(), " ", "{symbol:?} is drawn over");
            }
        }
    }
    if area.width > 2 && area.height > 0 {
        let cursor = pane.cursor(area).expect("the cursor is in sight");
        assert!(area.contains(cursor));
    }
}

/// Runs a body on a thread of its own; if it does not end, the test fails instead of hanging.
fn within(limit: Duration, body: impl FnOnce() + Send + 'static) {
    let (done, ended) = std::sync::mpsc::channel();
    let runner = std::thread::spawn(move || {
        body();
        let _ = done.send(());
    });
    match ended.recv_timeout(limit) {
        Err(std::sync::mpsc::RecvTimeoutError::Timeout) => panic!("no end after {limit:?}"),
        _ => runner.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause)),
    }
}
