//! The rows of a course: what a reader is shown of a record.

use crate::domain::clean::Clean;
use crate::domain::exercise::Trace;
use crate::domain::run::Unit;

/// What of a record is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// All of it, line by line.
    Whole,
    /// One idea.
    Only(Trace),
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// A line of the program, with what it changed.
    Line,
    /// A call, or the beginning of a generator, a coroutine or a unit.
    Call,
    /// A return or the end of a generator.
    Return,
    /// A suspension.
    Suspend,
    /// A resumption.
    Resume,
    /// An exception on its way.
    Raise,
    /// An exception that goes no further.
    Caught,
    /// A context is entered.
    Enter,
    /// A context is left.
    Leave,
    /// Something about a task.
    Task,
    /// Something is written to standard output.
    Output,
    /// The clock goes on.
    Time,
}

impl RowKind {
    /// The word for it in data.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Call => "call",
            Self::Return => "return",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Raise => "raise",
            Self::Caught => "caught",
            Self::Enter => "enter",
            Self::Leave => "leave",
            Self::Task => "task",
            Self::Output => "output",
            Self::Time => "time",
        }
    }
}

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// How far it is set in.
    pub depth: u32,
    /// What it is about.
    pub kind: RowKind,
    /// The line of the program, where the row is one.
    pub line: Option<u32>,
    /// What it says.
    pub text: Clean,
    /// What it came to: the names that a line changed, what a call returned.
    pub result: Clean,
    /// The time, in nanoseconds.
    pub time_ns: u64,
    /// The event that it tells.
    pub event: usize,
}

/// What is known of a run beside its record.
#[derive(Debug, Clone, Copy, Default)]
pub struct Around<'a> {
    /// The text that was run.
    pub units: &'a [Unit],
    /// What it wrote to standard output, from its first byte on.
    pub stdout: &'a [u8],
    /// Whether its clock is one to show: a real one says something else at each run.
    pub timed: bool,
}
