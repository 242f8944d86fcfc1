//! What has happened, as data: the only thing that changes the screen's state.

use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{KeyEvent, MouseEvent};

use super::effect::Ticket;
use super::keymap::Action;
use super::popups::{Confirmed, RuleText};
use super::rows::highlight::Highlighted;
use crate::domain::check::judge::{Blame, Points};
use crate::domain::check::typed::Checked;
use crate::domain::clean::Clean;
use crate::domain::compiled::Compiled;
use crate::domain::course::{Pack, StepRef};
use crate::domain::document::Document;
use crate::domain::run::{Observation, Stream};
use crate::domain::types::TypeHere;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// So much time has passed since the program began.
    Clock(Duration),
    /// A key was pressed.
    Key(KeyEvent),
    /// The mouse was used.
    Mouse(MouseEvent),
    /// Text was pasted.
    Paste(String),
    /// The terminal has this size now, in columns and rows.
    Resized(u16, u16),
    /// Work that needs Python went on.
    Job(JobMsg),
    /// The colours of pieces of Python were found.
    Colored(Vec<(Clean, Highlighted)>),
    /// The running Python said this of a text; nothing where it says nothing.
    Compiled(Ticket, Option<Compiled>),
    /// The type checker answered.
    Typed(TypesMsg),
    /// A draft was read; none where there is none.
    DraftLoaded(StepRef, Option<String>),
    /// The reader's own editor gave a text back; else why it did not.
    EditedOutside(Result<String, String>),
    /// Something that the reader should know.
    Noticed(String),
    /// A draft is on the disk.
    DraftSaved(StepRef),
    /// Something could not be saved, for this reason.
    SaveFailed(String),
    /// Something was saved that could not be before.
    SaveRecovered,
    /// The program is asked to end.
    Terminated,
    /// The files of the pack were changed, and this is what they say now.
    Reloaded(Arc<Pack>),
}

/// What the type checker says.
#[derive(Debug, Clone, PartialEq)]
pub enum TypesMsg {
    /// What is found in a text.
    Findings(Ticket, Checked),
    /// The type at a place, where there is an expression; else why it cannot be told.
    Here(Ticket, Result<Option<TypeHere>, String>),
    /// A rule's page; else why there is none.
    Page(Result<RuleText, String>),
}

/// How work goes on.
#[derive(Debug, Clone, PartialEq)]
pub enum JobMsg {
    /// A program wrote this to one of its streams.
    Output(Ticket, Stream, Vec<u8>),
    /// A program ended.
    Ran(Ticket, Box<Observation>),
    /// A text was judged.
    Judged(Ticket, Box<Judged>),
}

impl JobMsg {
    /// The work that it is about.
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        match self {
            Self::Output(ticket, ..) | Self::Ran(ticket, _) | Self::Judged(ticket, _) => *ticket,
        }
    }
}

/// A verdict on a text, ready to be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Whether every check holds.
    pub passed: bool,
    /// Check by check.
    pub checks: Vec<JudgedCheck>,
    /// Where the checks bear points.
    pub points: Option<Points>,
    /// The known mistake: its id and what is said about it.
    pub mistake: Option<(String, Document)>,
    /// Where in the reader's text a check's exception comes from.
    pub blame: Option<Blame>,
    /// The run that the visible checks looked at.
    pub run: Observation,
}

/// How one check went.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedCheck {
    /// Its name.
    pub name: Clean,
    /// `pass`, `fail`, `skipped` or `error`.
    pub verdict: &'static str,
    /// Labelled values: what was expected, what came.
    pub values: Vec<(&'static str, Clean)>,
    /// What differs, or why it was not looked at.
    pub message: Option<Clean>,
}

impl JudgedCheck {
    /// What came, where something did.
    #[must_use]
    pub fn got(&self) -> Option<&Clean> {
        self.values.iter().find(|(label, _)| *label == "got").map(|(_, value)| value)
    }
}

/// What a step is told.
#[derive(Debug, Clone, PartialEq)]
pub enum StepMsg {
    /// An action was asked for.
    Act(Action),
    /// A key that no action took.
    Key(KeyEvent),
    /// The mouse was used on the page.
    Mouse(MouseEvent),
    /// Text was pasted.
    Paste(String),
    /// Work went on.
    Job(JobMsg),
    /// The reader's own editor gave this text back.
    EditedOutside(String),
    /// A draft was read.
    Draft(StepRef, Option<String>),
    /// The colours of pieces of Python were found.
    Colored(Vec<(Clean, Highlighted)>),
    /// The running Python said this of a text; nothing where it says nothing.
    Compiled(Ticket, Option<Compiled>),
    /// The type checker answered.
    Typed(TypesMsg),
    /// The reader said yes.
    Confirmed(Confirmed),
    /// The page has another size.
    Resized,
    /// Time has passed.
    Tick,
    /// The reader goes elsewhere; what is not saved yet is to be saved.
    Left,
}
