//! What the type checker says of an exercise's text while it is written, where the exercise asks for types.
//!
//! It is asked when the reader pauses, once for each text; what it says of an older text is dropped.

use std::time::Duration;

use super::Exercise;
use crate::domain::check::Rule;
use crate::domain::check::typed::{Checked, TypedText};
use crate::domain::clean::Clean;
use crate::domain::exercise::CodeTask;
use crate::domain::types::{Finding, Spot, TypeHere, Weight};
use crate::tui::editor::{Mark, MarkKind};
use crate::tui::effect::{Effect, Ticket, TypesAsk};
use crate::tui::msg::TypesMsg;
use crate::tui::world::{Ask, World};

/// How long after the last edit the types are looked at.
const AFTER: Duration = Duration::from_millis(120);
/// The longest expression, in characters, that is repeated beside its type.
const SHOWN: usize = 60;

/// What is known of the types.
#[derive(Debug)]
pub(super) struct Typing {
    /// Whether the exercise asks for types: else nothing is started for them.
    on: bool,
    /// The editor's revision that was seen last.
    seen: Option<u64>,
    due: Option<Duration>,
    /// The newest question about findings, and the revision that it is about.
    asked: Option<(Ticket, u64)>,
    /// The newest question about a type, and the revision that it is about.
    asked_here: Option<(Ticket, u64)>,
    /// What was found in the learner's lines.
    found: Vec<(u32, Finding)>,
    /// The revision in which that was found.
    found_at: Option<u64>,
    /// Why the types are not checked.
    pub(super) trouble: Option<String>,
}

impl Typing {
    pub(super) fn of(task: &CodeTask) -> Self {
        Self {
            on: task.checks.iter().any(|check| matches!(check.rule, Rule::Types(_))),
            seen: None,
            due: None,
            asked: None,
            asked_here: None,
            found: Vec::new(),
            found_at: None,
            trouble: None,
        }
    }

    /// When time alone changes something.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.due
    }
}

impl Exercise {
    /// Notes that the text changed.
    pub(super) fn watch_types(&mut self, world: &World) {
        let revision = self.bench.editor.revision();
        if self.typing.on && self.typing.seen != Some(revision) {
            self.typing.seen = Some(revision);
            self.typing.due = Some(world.now + AFTER);
        }
    }

    /// Asks for what is found, where its time has come.
    pub(super) fn ask_types(&mut self, world: &mut World) -> Option<Ask> {
        self.typing.due.take_if(|due| *due <= world.now)?;
        let typed = TypedText::new(&self.task, self.bench.editor.text())?;
        let ticket = world.next_ticket();
        self.typing.asked = Some((ticket, self.bench.editor.revision()));
        Some(Ask::Do(Effect::Types(TypesAsk::Findings(ticket, Box::new(typed)))))
    }

    /// Asks for the type of what stands under the cursor.
    pub(super) fn ask_type_here(&mut self, world: &mut World) -> Ask {
        let Some(typed) = TypedText::new(&self.task, self.bench.editor.text()) else {
            return Ask::Tell(
                "This exercise does not ask for types, so they are not looked at.".into(),
            );
        };
        let ticket = world.next_ticket();
        self.typing.asked_here = Some((ticket, self.bench.editor.revision()));
        let Spot { line, column } = self.bench.editor.cursor_spot();
        let at = Spot { line: typed.line_of_learner(line), column };
        Ask::Do(Effect::Types(TypesAsk::Here(ticket, Box::new(typed), at)))
    }

    /// Asks for the page on the rule of what is found on the cursor's line.
    pub(super) fn ask_page(&self) -> Ask {
        let line = self.bench.editor.cursor_spot().line;
        let found = self.typing.found.iter().filter(|(at, _)| *at == line);
        match found.max_by_key(|(_, one)| one.weight) {
            Some((_, one)) => {
                Ask::Do(Effect::Types(TypesAsk::Page(one.rule.clone(), one.message.clone())))
            }
            None => Ask::Tell("The type checker says nothing about this line.".into()),
        }
    }

    /// Takes what the type checker says.
    pub(super) fn typed(&mut self, msg: TypesMsg) -> Option<Ask> {
        let revision = self.bench.editor.revision();
        match msg {
            TypesMsg::Findings(ticket, checked)
                if self.typing.asked == Some((ticket, revision)) =>
            {
                self.show_found(checked)
            }
            TypesMsg::Here(ticket, here) if self.typing.asked_here == Some((ticket, revision)) => {
                Some(Ask::Tell(self.type_in_words(here)))
            }
            // It is about an older text, or comes as a popup.
            TypesMsg::Findings(..) | TypesMsg::Here(..) | TypesMsg::Page(_) => None,
        }
    }

    fn show_found(&mut self, checked: Checked) -> Option<Ask> {
        let (found, trouble) = match checked {
            Checked::Found(found) => (found, None),
            Checked::TooMuch(why) | Checked::Unable(why) => (Vec::new(), Some(why)),
        };
        let typed = TypedText::new(&self.task, self.bench.editor.text())?;
        self.typing.found = found
            .into_iter()
            .filter(|one| !typed.is_expected(one))
            .filter_map(|one| Some((typed.learners_line(one.stretch.start.line)?, one)))
            .collect();
        self.typing.found.sort_by_key(|(line, one)| (*line, std::cmp::Reverse(one.weight)));
        self.typing.found_at = Some(self.bench.editor.revision());
        self.mark_types();
        let new = trouble.is_some() && self.typing.trouble.is_none();
        self.typing.trouble = trouble;
        self.bench.aside = self.typing.trouble.as_ref().map(|_| "types not checked");
        let why = self.typing.trouble.as_ref().filter(|_| new)?;
        Some(Ask::Tell(format!("Types are not checked: {why}.")))
    }

    /// Marks what was found, if it is about the text as it is now.
    pub(super) fn mark_types(&mut self) {
        let editor = &mut self.bench.editor;
        if self.typing.found_at == Some(editor.revision()) {
            // The editor marks what is no Python itself.
            let is_marked = !editor.is_python();
            let found = self.typing.found.iter();
            let found = found.filter(|(_, one)| !is_marked || &*one.rule != "invalid-syntax");
            editor.set_findings(found.map(mark).collect());
        }
    }

    fn type_in_words(&self, here: Result<Option<TypeHere>, String>) -> String {
        let here = match here {
            Ok(Some(here)) => here,
            Ok(None) => return "There is no expression under the cursor.".into(),
            Err(why) => return format!("Types are not checked: {why}."),
        };
        let (start, end) = (here.stretch.start, here.stretch.end);
        let length = end.column.saturating_sub(start.column) as usize;
        let text = TypedText::new(&self.task, self.bench.editor.text()).and_then(|typed| {
            let line = typed.text.split('\n').nth(start.line.checked_sub(1)? as usize)?;
            let from = start.column.checked_sub(1)? as usize;
            Some(line.chars().skip(from).take(length).collect::<String>())
        });
        match text.filter(|_| start.line == end.line && (1..=SHOWN).contains(&length)) {
            Some(text) => format!("{text} is {}", here.shown),
            None => format!("this is {}", here.shown),
        }
    }
}

/// A finding as it is drawn.
fn mark((line, one): &(u32, Finding)) -> Mark {
    let (start, end) = (one.stretch.start, one.stretch.end);
    let last = if start.line == end.line { end.column } else { u32::MAX };
    let (kind, message) = match (&one.revealed, one.weight) {
        (Some(shown), _) => (MarkKind::Told, shown.clone()),
        (None, Weight::Error) => (MarkKind::Error, one.message.clone()),
        (None, Weight::Warning | Weight::Info) => (MarkKind::Warning, one.message.clone()),
    };
    Mark { line: *line, columns: start.column..last, kind, message: Clean::line(&*message) }
}
