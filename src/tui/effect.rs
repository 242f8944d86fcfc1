//! What the screen asks the world to do, as data: the driver alone carries it out.

use super::outside::Outgoing;
use crate::domain::check::typed::TypedText;
use crate::domain::clean::Clean;
use crate::domain::course::StepRef;
use crate::domain::progress::What;
use crate::domain::run::RunSpec;
use crate::domain::types::Spot;

/// Names one piece of work: an answer that bears an older one is not wanted any more.
pub type Ticket = u64;

/// Something to be done outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Carries out a piece of work; a newer one takes the place of one that still waits.
    Start(Ticket, Work),
    /// Ends the program that runs.
    StopRun,
    /// Reads a draft; the answer comes before any further input.
    LoadDraft(DraftName),
    /// Saves a draft.
    SaveDraft(DraftName, String),
    /// Keeps a piece of progress.
    Append(What),
    /// Finds the colours of pieces of Python.
    Highlight(Vec<Clean>),
    /// Asks what the running Python says of a text, without running it; of texts that wait, the newest is asked about.
    Compile(Ticket, String),
    /// Asks the type checker.
    Types(TypesAsk),
    /// Hands text to the terminal's clipboard.
    Copy(String),
    /// Has the reader's own editor edit a text; the answer comes before any further input.
    EditOutside(Outgoing),
    /// Gives the terminal back to the shell until the program is woken.
    Suspend,
    /// Saves and ends.
    Quit,
}

/// What a draft hangs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftName {
    /// The step; for an edited example its lesson, and its own id in the place of the step's.
    pub step: StepRef,
    /// The digest of what the learner started from.
    pub starter: String,
}

/// A question to the type checker; of those that wait, the newest of each sort is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum TypesAsk {
    /// What is found in a text.
    Findings(Ticket, Box<TypedText>),
    /// The type of what stands at a place of a text.
    Here(Ticket, Box<TypedText>, Spot),
    /// What a rule is about, and what was found by it.
    Page(Clean, Clean),
}

/// Work that needs Python.
#[derive(Debug, Clone, PartialEq)]
pub enum Work {
    /// Runs a program.
    Run(Box<RunSpec>),
    /// Judges a text as the answer to a step.
    Check {
        /// The step.
        step: StepRef,
        /// What the learner wrote.
        text: String,
    },
}
