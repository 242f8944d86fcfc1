//! The action table: everything about an action in one place. It makes key handling, the bar at the bottom and the
//! help.
//!
//! Every action has a key that needs no extension of a terminal; function keys have a twin, since some terminals keep
//! them. Keys of panes (the editor's, a list's) are not here: a pane gets what no action takes.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Something that a reader can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "ACTIONS says in a sentence what each one does")]
pub enum Action {
    Help,
    Palette,
    Run,
    Check,
    Hint,
    Pane,
    Next,
    Previous,
    Solution,
    Reset,
    Edit,
    Course,
    Probe,
    TypeHere,
    Explain,
    OwnEditor,
    Home,
    Save,
    Back,
    Stop,
    Suspend,
    Quit,
}

/// Where the reader is, as far as it decides what can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The list of tracks and lessons.
    Home,
    /// A step to read, with its examples.
    Reading,
    /// An example that is being edited.
    Scratch,
    /// Code to write or change.
    Exercise,
    /// Lines to put in order.
    Order,
    /// A prediction or a choice.
    Question,
    /// Cards to explain.
    Cards,
    /// The end of a lesson.
    End,
}

/// Every scope, for whoever needs all of them.
pub const SCOPES: &[Scope] = &[
    Scope::Home,
    Scope::Reading,
    Scope::Scratch,
    Scope::Exercise,
    Scope::Order,
    Scope::Question,
    Scope::Cards,
    Scope::End,
];

const STEP: &[Scope] = &[
    Scope::Reading,
    Scope::Scratch,
    Scope::Exercise,
    Scope::Order,
    Scope::Question,
    Scope::Cards,
    Scope::End,
];
const CODE: &[Scope] = &[Scope::Scratch, Scope::Exercise, Scope::Order];
const TYPED: &[Scope] = &[Scope::Scratch, Scope::Exercise];
const TASK: &[Scope] = &[Scope::Exercise, Scope::Order];

/// Where keys go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Context {
    /// Where the reader is.
    pub scope: Scope,
    /// Whether letters are typed into a text.
    pub typing: bool,
}

/// One key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Press {
    code: KeyCode,
    modifiers: KeyModifiers,
}

const fn f(number: u8) -> Press {
    Press { code: KeyCode::F(number), modifiers: KeyModifiers::NONE }
}

const fn ctrl(letter: char) -> Press {
    Press { code: KeyCode::Char(letter), modifiers: KeyModifiers::CONTROL }
}

const fn alt(code: KeyCode) -> Press {
    Press { code, modifiers: KeyModifiers::ALT }
}

const fn plain(code: KeyCode) -> Press {
    Press { code, modifiers: KeyModifiers::NONE }
}

const fn letter(letter: char) -> Press {
    plain(KeyCode::Char(letter))
}

impl Press {
    /// Whether an event is this key. Shift counts only where it is not part of the character.
    #[must_use]
    pub fn is(self, event: KeyEvent) -> bool {
        let held = match event.code {
            KeyCode::Char(_) => event.modifiers.difference(KeyModifiers::SHIFT),
            _ => event.modifiers,
        };
        let code = match event.code {
            KeyCode::Char(c) if held.contains(KeyModifiers::CONTROL) => {
                KeyCode::Char(c.to_ascii_lowercase())
            }
            code => code,
        };
        code == self.code && held == self.modifiers
    }

    /// The key as it is written on the screen: `F5`, `Ctrl-R`, `Alt-Left`, `n`.
    #[must_use]
    pub fn name(self) -> String {
        let code = match self.code {
            KeyCode::F(number) => format!("F{number}"),
            KeyCode::Char(c) if self.modifiers.is_empty() => c.to_string(),
            KeyCode::Char(c) => c.to_ascii_uppercase().to_string(),
            code => format!("{code:?}"),
        };
        if self.modifiers.contains(KeyModifiers::CONTROL) {
            format!("Ctrl-{code}")
        } else if self.modifiers.contains(KeyModifiers::ALT) {
            format!("Alt-{code}")
        } else {
            code
        }
    }

    /// Whether every terminal can send it while text is typed without it being text.
    #[cfg(test)]
    fn is_command(self) -> bool {
        !self.modifiers.is_empty() || matches!(self.code, KeyCode::F(1..=12) | KeyCode::Esc)
    }
}

/// All about one action.
#[derive(Debug)]
pub struct Entry {
    /// The action.
    pub action: Action,
    /// Its name in settings and documents.
    pub id: &'static str,
    /// What the bar at the bottom says.
    pub label: &'static str,
    /// What it does, in a sentence.
    pub doc: &'static str,
    /// Keys that work wherever the action does, the best first.
    pub keys: &'static [Press],
    /// Keys that work only where no text is typed.
    pub letters: &'static [Press],
    /// Where it can be asked for.
    pub scopes: &'static [Scope],
    /// Whether the bar at the bottom names it.
    pub footer: bool,
}

/// The action table, in the order of the bar at the bottom and of the help.
pub const ACTIONS: &[Entry] = &[
    Entry {
        action: Action::Run,
        id: "run",
        label: "Run",
        doc: "Runs the code, or the example in view, and shows what it prints",
        keys: &[f(5), ctrl('r')],
        letters: &[letter('r')],
        scopes: &[Scope::Reading, Scope::Scratch, Scope::Exercise, Scope::Order, Scope::Question],
        footer: true,
    },
    Entry {
        action: Action::Check,
        id: "check",
        label: "Check",
        doc: "Checks your code or your answer, and says what is missing",
        keys: &[f(6), ctrl('t')],
        letters: &[letter('c')],
        scopes: &[Scope::Exercise, Scope::Order, Scope::Question],
        footer: true,
    },
    Entry {
        action: Action::Hint,
        id: "hint",
        label: "Hint",
        doc: "Shows the next hint",
        keys: &[f(4), ctrl('g')],
        letters: &[letter('h')],
        scopes: TASK,
        footer: true,
    },
    Entry {
        action: Action::Edit,
        id: "edit",
        label: "Edit",
        doc: "Opens a copy of the example in view, to change and run",
        keys: &[],
        letters: &[letter('e')],
        scopes: &[Scope::Reading],
        footer: true,
    },
    Entry {
        action: Action::Course,
        id: "course",
        label: "Course",
        doc: "Shows or hides what the example in view did, where the lesson has it recorded",
        keys: &[],
        letters: &[letter('t')],
        scopes: &[Scope::Reading],
        footer: false,
    },
    Entry {
        action: Action::Back,
        id: "back",
        label: "Back",
        doc: "Leaves the code for the lesson, and the lesson for the list of lessons",
        keys: &[plain(KeyCode::Esc)],
        letters: &[],
        scopes: SCOPES,
        footer: true,
    },
    Entry {
        action: Action::Next,
        id: "next",
        label: "Next",
        doc: "Goes to the next step, after the last one to the end of the lesson, and on to the next lesson",
        keys: &[f(10), ctrl('n')],
        letters: &[letter('n'), alt(KeyCode::Right)],
        scopes: STEP,
        footer: true,
    },
    Entry {
        action: Action::Previous,
        id: "previous",
        label: "Previous",
        doc: "Goes to the step before",
        keys: &[f(9), alt(KeyCode::Char('9'))],
        letters: &[letter('p'), alt(KeyCode::Left)],
        scopes: STEP,
        footer: false,
    },
    Entry {
        action: Action::Pane,
        id: "pane",
        label: "Pane",
        doc: "Goes to the next pane: the lesson, the code, the result",
        keys: &[f(2), ctrl('l')],
        letters: &[plain(KeyCode::Tab)],
        scopes: CODE,
        footer: true,
    },
    Entry {
        action: Action::Home,
        id: "home",
        label: "Lessons",
        doc: "Goes to the list of tracks and lessons",
        keys: &[f(3), alt(KeyCode::Char('3'))],
        letters: &[alt(KeyCode::Up)],
        scopes: STEP,
        footer: true,
    },
    Entry {
        action: Action::Help,
        id: "help",
        label: "Help",
        doc: "Shows what can be done here, and with which keys",
        keys: &[f(1), alt(KeyCode::Char('1'))],
        letters: &[letter('?')],
        scopes: SCOPES,
        footer: true,
    },
    Entry {
        action: Action::Palette,
        id: "palette",
        label: "Find",
        doc: "Finds what can be done, and every lesson and step, by letters of its name",
        keys: &[ctrl('p')],
        letters: &[letter('/')],
        scopes: SCOPES,
        footer: true,
    },
    Entry {
        action: Action::Solution,
        id: "solution",
        label: "Solution",
        doc: "Shows a solution beside your code, which stays as it is",
        keys: &[f(7), ctrl('o')],
        letters: &[],
        scopes: TASK,
        footer: false,
    },
    Entry {
        action: Action::Reset,
        id: "reset",
        label: "Reset",
        doc: "Puts back the code that you started from",
        keys: &[f(8), ctrl('b')],
        letters: &[],
        scopes: CODE,
        footer: false,
    },
    Entry {
        action: Action::Probe,
        id: "probe",
        label: "What the checks use",
        doc: "Shows or folds the code that runs after yours",
        keys: &[alt(KeyCode::Char('v'))],
        letters: &[letter('v')],
        scopes: TASK,
        footer: false,
    },
    Entry {
        action: Action::TypeHere,
        id: "type-here",
        label: "Type",
        doc: "Says the type of what is under the cursor, where the exercise asks for types",
        keys: &[alt(KeyCode::Char('t'))],
        letters: &[],
        scopes: &[Scope::Exercise],
        footer: false,
    },
    Entry {
        action: Action::Explain,
        id: "explain",
        label: "Explain",
        doc: "Opens a page on what the type checker says about the line",
        keys: &[alt(KeyCode::Char('e'))],
        letters: &[],
        scopes: &[Scope::Exercise],
        footer: false,
    },
    Entry {
        action: Action::OwnEditor,
        id: "own-editor",
        label: "Own editor",
        doc: "Opens the code in your own editor, $VISUAL or $EDITOR, and takes what you save there",
        keys: &[alt(KeyCode::Char('x'))],
        letters: &[],
        scopes: TYPED,
        footer: false,
    },
    Entry {
        action: Action::Save,
        id: "save",
        label: "Save",
        doc: "Saves now; what you type is saved by itself within a second",
        keys: &[ctrl('s')],
        letters: &[],
        scopes: CODE,
        footer: false,
    },
    Entry {
        action: Action::Stop,
        id: "stop",
        label: "Stop",
        doc: "Stops a running program; else copies what is selected; else asks whether to quit",
        keys: &[ctrl('c')],
        letters: &[],
        scopes: SCOPES,
        footer: false,
    },
    Entry {
        action: Action::Suspend,
        id: "suspend",
        label: "Suspend",
        doc: "Goes back to the shell until you type fg there",
        keys: &[alt(KeyCode::Char('z'))],
        letters: &[],
        scopes: SCOPES,
        footer: false,
    },
    Entry {
        action: Action::Quit,
        id: "quit",
        label: "Quit",
        doc: "Saves everything and quits",
        keys: &[ctrl('q')],
        letters: &[],
        scopes: SCOPES,
        footer: true,
    },
];

/// Keys that panes take for themselves and that the bar at the bottom names first: key and label.
#[must_use]
pub fn pane_footer(scope: Scope) -> &'static [(&'static str, &'static str)] {
    match scope {
        Scope::Home => &[("Enter", "Open"), ("Arrows", "Choose")],
        Scope::Question => &[("Enter", "Answer"), ("Up Down", "Choose")],
        Scope::Order => &[("Space", "Take up"), ("Left Right", "Indent"), ("x", "Aside")],
        _ => &[],
    }
}

/// Keys that panes take for themselves, for the help.
pub const PANE_KEYS: &[(&[Scope], &str, &str)] = &[
    (&[Scope::Home], "Arrows", "Choose a track, then a lesson"),
    (&[Scope::Home], "Enter", "Opens what is chosen"),
    (&[Scope::Reading], "Up Down PageUp PageDown", "Scroll; PageDown at the end goes on"),
    (&[Scope::Reading], "Tab", "Goes to the next example"),
    (&[Scope::Reading], "Enter", "Reads on, then goes to the next step"),
    (
        &[Scope::Question],
        "Up Down, 1 to 9",
        "Choose an answer; with several right ones, Space ticks",
    ),
    (&[Scope::Question], "Enter", "Gives the answer; in a typed one it begins a line"),
    (&[Scope::Question], "PageUp PageDown", "Scroll the text above the question"),
    (&[Scope::End], "Enter", "Goes on to the next lesson"),
    (&[Scope::Cards], "Enter", "Uncovers the key points"),
    (&[Scope::Cards], "w", "Writes the answer in your own words first"),
    (&[Scope::Cards], "Space, then 1 to 4", "Tick the points you made, then rate yourself"),
    (
        &[Scope::Order],
        "Up Down",
        "Choose a line; with Space it is taken up, moves along, and is put down again",
    ),
    (&[Scope::Order], "Alt-Up Alt-Down", "Move the line without taking it up; the mouse drags it"),
    (&[Scope::Order], "Left Right", "Indent less and more"),
    (&[Scope::Order], "x", "Sets a line aside that does not belong, and takes it back"),
    (CODE, "Ctrl-Z Ctrl-Y", "Undo and redo"),
    (TYPED, "Tab Shift-Tab", "Indent and unindent; Tab goes to the next blank where there are any"),
    (TYPED, "Ctrl-/", "Makes lines comments, and back"),
];

impl Entry {
    /// Whether it can be asked for there.
    #[must_use]
    pub fn is_in(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    fn presses(&self, context: Context) -> impl Iterator<Item = &'static Press> {
        let letters = if context.typing { &[] } else { self.letters };
        self.keys.iter().chain(letters)
    }

    /// The key to show first.
    #[must_use]
    pub fn key_name(&self) -> String {
        self.keys.iter().chain(self.letters).next().map(|press| press.name()).unwrap_or_default()
    }

    /// All keys, for the help.
    #[must_use]
    pub fn key_names(&self) -> String {
        let names: Vec<_> = self.keys.iter().chain(self.letters).map(|p| p.name()).collect();
        names.join(" ")
    }
}

/// The action that a key asks for, if any.
#[must_use]
pub fn action_of(event: KeyEvent, context: Context) -> Option<Action> {
    ACTIONS
        .iter()
        .filter(|entry| entry.is_in(context.scope))
        .find(|entry| entry.presses(context).any(|press| press.is(event)))
        .map(|entry| entry.action)
}

/// What the table says about an action.
#[must_use]
pub fn entry(action: Action) -> &'static Entry {
    ACTIONS.iter().find(|entry| entry.action == action).expect("every action is in the table")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contexts() -> impl Iterator<Item = Context> {
        SCOPES
            .iter()
            .flat_map(|scope| [true, false].map(|typing| Context { scope: *scope, typing }))
    }

    #[test]
    fn no_two_actions_of_one_context_share_a_key() {
        for context in contexts() {
            let mut seen: Vec<(Press, &str)> = Vec::new();
            for entry in ACTIONS.iter().filter(|entry| entry.is_in(context.scope)) {
                for press in entry.presses(context) {
                    let other = seen.iter().find(|(key, _)| key == press);
                    assert!(
                        other.is_none(),
                        "{} has the key of {other:?} in {context:?}",
                        entry.id
                    );
                    seen.push((*press, entry.id));
                }
            }
        }
    }

    #[test]
    fn every_action_can_be_asked_for_without_function_keys() {
        for entry in ACTIONS {
            let spare = entry.keys.iter().chain(entry.letters);
            let spare = spare.filter(|press| !matches!(press.code, KeyCode::F(_))).count();
            assert!(spare > 0, "{} has function keys alone", entry.id);
        }
    }

    #[test]
    fn keys_that_work_while_typing_are_never_text() {
        for entry in ACTIONS {
            assert!(entry.keys.iter().all(|press| press.is_command()), "{}", entry.id);
        }
    }

    #[test]
    fn the_editors_keys_are_left_alone() {
        let kept = ['a', 'e', 'k', 'u', 'w', 'z', 'y', 'x', 'v', 'd', 'f', 'h', 'i', 'j', 'm'];
        for context in contexts() {
            for c in kept {
                let event = KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL);
                assert_eq!(action_of(event, context), None, "Ctrl-{c}");
            }
        }
    }

    #[test]
    fn letters_are_text_while_typing() {
        let event = KeyEvent::new(KeyCode::Char('r'), KeyModifiers::NONE);
        let at = |typing| action_of(event, Context { scope: Scope::Exercise, typing });
        assert_eq!((at(true), at(false)), (None, Some(Action::Run)));
    }

    #[test]
    fn a_question_mark_that_needed_shift_is_still_one() {
        let event = KeyEvent::new(KeyCode::Char('?'), KeyModifiers::SHIFT);
        let context = Context { scope: Scope::Home, typing: false };
        assert_eq!(action_of(event, context), Some(Action::Help));
    }
}
