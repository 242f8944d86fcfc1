//! The plain keymap: one table from keys to commands, with the words for the help.
//!
//! Every command has a key that terminals without extensions can send. Left to the application: the function keys, Esc,
//! Alt with a digit, and Ctrl with B, F, G, L, N, O, P, Q, R, S or T.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::command::Command;
use super::motion::Motion;

/// A key with its modifiers; a letter with Ctrl or Alt is written small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chord {
    /// The key.
    pub code: KeyCode,
    /// What is held down with it.
    pub modifiers: KeyModifiers,
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (modifier, name) in [
            (KeyModifiers::CONTROL, "Ctrl"),
            (KeyModifiers::ALT, "Alt"),
            (KeyModifiers::SHIFT, "Shift"),
        ] {
            if self.modifiers.contains(modifier) {
                write!(f, "{name}-")?;
            }
        }
        match self.code {
            KeyCode::Char(c) => write!(f, "{}", c.to_uppercase()),
            KeyCode::BackTab => f.write_str("Shift-Tab"),
            KeyCode::PageUp => f.write_str("PageUp"),
            KeyCode::PageDown => f.write_str("PageDown"),
            code => write!(f, "{code}"),
        }
    }
}

/// One line of the keymap.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// The keys that do it, the one to show first.
    pub keys: &'static [Chord],
    /// What they do.
    pub command: Command,
    /// What they do, in a few words.
    pub doc: &'static str,
}

const fn plain(code: KeyCode) -> Chord {
    Chord { code, modifiers: KeyModifiers::NONE }
}

const fn shift(code: KeyCode) -> Chord {
    Chord { code, modifiers: KeyModifiers::SHIFT }
}

const fn ctrl(code: KeyCode) -> Chord {
    Chord { code, modifiers: KeyModifiers::CONTROL }
}

const fn alt(code: KeyCode) -> Chord {
    Chord { code, modifiers: KeyModifiers::ALT }
}

const fn ctrl_shift(code: KeyCode) -> Chord {
    Chord { code, modifiers: KeyModifiers::CONTROL.union(KeyModifiers::SHIFT) }
}

const fn key(c: char) -> KeyCode {
    KeyCode::Char(c)
}

const fn bind(keys: &'static [Chord], command: Command, doc: &'static str) -> Binding {
    Binding { keys, command, doc }
}

/// The whole keymap, apart from characters that insert themselves.
pub const BINDINGS: &[Binding] = &[
    bind(&[plain(KeyCode::Left)], Command::Move(Motion::Left), "left"),
    bind(&[plain(KeyCode::Right)], Command::Move(Motion::Right), "right"),
    bind(&[plain(KeyCode::Up)], Command::Move(Motion::Up), "up"),
    bind(&[plain(KeyCode::Down)], Command::Move(Motion::Down), "down"),
    bind(
        &[ctrl(KeyCode::Left), alt(KeyCode::Left), alt(key('b'))],
        Command::Move(Motion::WordLeft),
        "to the word before",
    ),
    bind(
        &[ctrl(KeyCode::Right), alt(KeyCode::Right), alt(key('f'))],
        Command::Move(Motion::WordRight),
        "to the end of the word",
    ),
    bind(&[plain(KeyCode::Home)], Command::Move(Motion::LineStart), "to the start of the line"),
    bind(
        &[plain(KeyCode::End), ctrl(key('e'))],
        Command::Move(Motion::LineEnd),
        "to the end of the line",
    ),
    bind(&[ctrl(KeyCode::Up)], Command::Move(Motion::ParagraphUp), "to the empty line above"),
    bind(&[ctrl(KeyCode::Down)], Command::Move(Motion::ParagraphDown), "to the empty line below"),
    bind(&[plain(KeyCode::PageUp)], Command::Move(Motion::PageUp), "a screen up"),
    bind(&[plain(KeyCode::PageDown)], Command::Move(Motion::PageDown), "a screen down"),
    bind(&[ctrl(KeyCode::Home)], Command::Move(Motion::Start), "to the start of the text"),
    bind(&[ctrl(KeyCode::End)], Command::Move(Motion::End), "to the end of the text"),
    bind(&[shift(KeyCode::Left)], Command::Select(Motion::Left), "select left"),
    bind(&[shift(KeyCode::Right)], Command::Select(Motion::Right), "select right"),
    bind(&[shift(KeyCode::Up)], Command::Select(Motion::Up), "select up"),
    bind(&[shift(KeyCode::Down)], Command::Select(Motion::Down), "select down"),
    bind(
        &[ctrl_shift(KeyCode::Left)],
        Command::Select(Motion::WordLeft),
        "select to the word before",
    ),
    bind(
        &[ctrl_shift(KeyCode::Right)],
        Command::Select(Motion::WordRight),
        "select to the end of the word",
    ),
    bind(
        &[shift(KeyCode::Home)],
        Command::Select(Motion::LineStart),
        "select to the start of the line",
    ),
    bind(&[shift(KeyCode::End)], Command::Select(Motion::LineEnd), "select to the end of the line"),
    bind(
        &[ctrl_shift(KeyCode::Up)],
        Command::Select(Motion::ParagraphUp),
        "select to the empty line above",
    ),
    bind(
        &[ctrl_shift(KeyCode::Down)],
        Command::Select(Motion::ParagraphDown),
        "select to the empty line below",
    ),
    bind(&[shift(KeyCode::PageUp)], Command::Select(Motion::PageUp), "select a screen up"),
    bind(&[shift(KeyCode::PageDown)], Command::Select(Motion::PageDown), "select a screen down"),
    bind(
        &[ctrl_shift(KeyCode::Home)],
        Command::Select(Motion::Start),
        "select to the start of the text",
    ),
    bind(
        &[ctrl_shift(KeyCode::End)],
        Command::Select(Motion::End),
        "select to the end of the text",
    ),
    bind(&[ctrl(key('a'))], Command::SelectAll, "select everything"),
    bind(&[alt(key('w'))], Command::SelectWord, "select the word"),
    bind(&[alt(key('l'))], Command::SelectLine, "select the line"),
    bind(
        &[plain(KeyCode::Enter), shift(KeyCode::Enter), ctrl(key('j'))],
        Command::Newline,
        "new line, indented",
    ),
    bind(
        &[plain(KeyCode::Backspace), shift(KeyCode::Backspace), ctrl(key('h'))],
        Command::Backspace,
        "remove to the left",
    ),
    bind(&[plain(KeyCode::Delete)], Command::Delete, "remove to the right"),
    bind(
        &[ctrl(key('w')), alt(KeyCode::Backspace), ctrl(KeyCode::Backspace)],
        Command::DeleteWordBack,
        "remove the word before",
    ),
    bind(
        &[alt(key('d')), ctrl(KeyCode::Delete)],
        Command::DeleteWordForward,
        "remove up to the end of the word",
    ),
    bind(&[alt(key('k')), ctrl_shift(key('k'))], Command::DeleteLine, "remove the line"),
    bind(&[ctrl(key('k'))], Command::KillToEnd, "remove to the end of the line"),
    bind(&[ctrl(key('u'))], Command::KillToStart, "remove to the start of the line"),
    bind(&[plain(KeyCode::Tab)], Command::Indent, "indent"),
    bind(&[shift(KeyCode::Tab), plain(KeyCode::BackTab)], Command::Dedent, "indent less"),
    // Terminals send the byte of Ctrl-_ for Ctrl-/, which crossterm reads as Ctrl-7.
    bind(
        &[ctrl(key('/')), alt(key('/')), ctrl(key('_')), ctrl(key('7'))],
        Command::ToggleComment,
        "make it a comment, or code again",
    ),
    bind(&[ctrl(key('d'))], Command::DuplicateLine, "duplicate the line"),
    bind(&[alt(KeyCode::Up)], Command::MoveLinesUp, "move the line up"),
    bind(&[alt(KeyCode::Down)], Command::MoveLinesDown, "move the line down"),
    bind(&[ctrl(key('x')), shift(KeyCode::Delete)], Command::Cut, "cut"),
    bind(&[ctrl(key('c')), ctrl(KeyCode::Insert)], Command::Copy, "copy the selection"),
    bind(&[ctrl(key('v')), shift(KeyCode::Insert)], Command::Paste, "paste what was cut or copied"),
    bind(&[ctrl(key('z'))], Command::Undo, "undo"),
    bind(&[ctrl(key('y')), ctrl_shift(key('z'))], Command::Redo, "redo"),
];

/// The command of a key, if it has one.
#[must_use]
pub fn command_for(event: KeyEvent) -> Option<Command> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let chord = chord(event);
    let bound = BINDINGS.iter().find(|b| b.keys.contains(&chord)).map(|b| b.command);
    bound.or(match event.code {
        KeyCode::Char(c) if !chord.modifiers.intersects(HELD) => Some(Command::Insert(c)),
        _ => None,
    })
}

/// Modifiers that keep a character from inserting itself.
const HELD: KeyModifiers = KeyModifiers::CONTROL
    .union(KeyModifiers::ALT)
    .union(KeyModifiers::SUPER)
    .union(KeyModifiers::HYPER)
    .union(KeyModifiers::META);

/// A key as the table writes it: terminals tell Shift of letters and of Tab in several ways.
fn chord(event: KeyEvent) -> Chord {
    let mut modifiers = event.modifiers;
    let code = match event.code {
        KeyCode::Char(c) if modifiers.intersects(HELD) => {
            if c.is_uppercase() {
                modifiers |= KeyModifiers::SHIFT;
            }
            KeyCode::Char(c.to_ascii_lowercase())
        }
        KeyCode::BackTab => {
            modifiers -= KeyModifiers::SHIFT;
            KeyCode::BackTab
        }
        code => code,
    };
    Chord { code, modifiers }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn command(code: KeyCode, modifiers: KeyModifiers) -> Option<Command> {
        command_for(KeyEvent::new(code, modifiers))
    }

    #[test]
    fn no_key_is_bound_twice() {
        let mut seen = HashSet::new();
        for chord in BINDINGS.iter().flat_map(|b| b.keys) {
            assert!(seen.insert(chord), "{chord} is bound twice");
        }
    }

    #[test]
    fn the_applications_keys_are_left_alone() {
        for c in "bfglnopqrst".chars() {
            assert_eq!(command(key(c), KeyModifiers::CONTROL), None, "Ctrl-{c}");
        }
        for n in 1..=12 {
            assert_eq!(command(KeyCode::F(n), KeyModifiers::NONE), None);
        }
        assert_eq!(command(KeyCode::Esc, KeyModifiers::NONE), None);
        assert_eq!(command(key('3'), KeyModifiers::ALT), None);
    }

    #[test]
    fn every_command_has_a_key_without_extensions() {
        let extended = |c: &Chord| {
            let letter = matches!(c.code, KeyCode::Char(_));
            let both = KeyModifiers::CONTROL | KeyModifiers::SHIFT;
            (letter && c.modifiers.contains(both))
                || (c.modifiers != KeyModifiers::NONE
                    && matches!(c.code, KeyCode::Enter | KeyCode::Tab | KeyCode::Backspace)
                    && c.modifiers != KeyModifiers::ALT)
        };
        for binding in BINDINGS {
            assert!(!binding.keys.iter().all(extended), "{}", binding.doc);
        }
    }

    #[test]
    fn letters_insert_themselves_with_or_without_shift() {
        assert_eq!(command(key('a'), KeyModifiers::NONE), Some(Command::Insert('a')));
        assert_eq!(command(key('A'), KeyModifiers::SHIFT), Some(Command::Insert('A')));
        assert_eq!(command(key('한'), KeyModifiers::NONE), Some(Command::Insert('한')));
        assert_eq!(command(key('m'), KeyModifiers::ALT), None);
    }

    #[test]
    fn shift_is_understood_in_every_spelling() {
        let both = KeyModifiers::CONTROL | KeyModifiers::SHIFT;
        assert_eq!(command(key('Z'), KeyModifiers::CONTROL), Some(Command::Redo));
        assert_eq!(command(key('z'), both), Some(Command::Redo));
        assert_eq!(command(KeyCode::BackTab, KeyModifiers::SHIFT), Some(Command::Dedent));
        assert_eq!(command(KeyCode::BackTab, KeyModifiers::NONE), Some(Command::Dedent));
        assert_eq!(command(key('7'), KeyModifiers::CONTROL), Some(Command::ToggleComment));
    }

    #[test]
    fn releasing_a_key_does_nothing() {
        let mut event = KeyEvent::new(key('a'), KeyModifiers::NONE);
        event.kind = KeyEventKind::Release;
        assert_eq!(command_for(event), None);
    }

    #[test]
    fn keys_have_names_for_the_help() {
        let names: Vec<String> =
            [ctrl(key('z')), plain(KeyCode::BackTab), ctrl_shift(KeyCode::Left), alt(key('/'))]
                .iter()
                .map(ToString::to_string)
                .collect();
        assert_eq!(names, ["Ctrl-Z", "Shift-Tab", "Ctrl-Shift-Left", "Alt-/"]);
    }
}
