//! The course of a run, event by event, as plain data: what a reader is shown of it, and any moment of it.
//!
//! It comes from an untrusted program, and only ever is shown: nothing is judged by it. All numbers in it are checked
//! where it is made ([`Builder`]), all text is clean and bounded. It knows nothing of how it was recorded.

mod builder;
mod course;
mod moment;
mod rows;

pub use builder::{Builder, Misfit, Worker};
pub use course::course;
pub use moment::{FrameState, Moment, Status, TaskState, TaskStatus};
pub use rows::{Around, Row, RowKind, View};

use super::clean::Clean;

/// The course of one run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// What happened, in order.
    pub events: Vec<Event>,
    /// The pieces of code that were called; [`Frame::code`] counts from 0.
    pub codes: Vec<Code>,
    /// The frames; their numbers count from 1.
    pub frames: Vec<Frame>,
    /// The names of the threads; their numbers count from 1.
    pub threads: Vec<Clean>,
    /// The tasks; their numbers count from 1.
    pub tasks: Vec<Task>,
    /// How many events came after the last that was kept.
    pub left_out: u64,
    /// Whether there were even more, which were not counted.
    pub more_left_out: bool,
}

/// What a piece of code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKind {
    /// The lines of a unit.
    Module,
    /// The body of a class.
    ClassBody,
    /// A function.
    Function,
    /// A generator function.
    Generator,
    /// A coroutine function.
    Coroutine,
    /// An asynchronous generator function.
    AsyncGenerator,
}

impl CodeKind {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Module => "module",
            Self::ClassBody => "class body",
            Self::Function => "function",
            Self::Generator => "generator",
            Self::Coroutine => "coroutine",
            Self::AsyncGenerator => "async generator",
        }
    }
}

/// A piece of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Its qualified name.
    pub name: Clean,
    /// The unit that it stands in.
    pub file: Clean,
    /// Its first line.
    pub line: u32,
    /// What it is.
    pub kind: CodeKind,
}

/// A call of a piece of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// Which code.
    pub code: usize,
    /// The frame that called it first; 0 where none is known.
    pub parent: u32,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its name.
    pub name: Clean,
    /// The coroutine that it runs.
    pub coroutine: Clean,
    /// The frame that made it; 0 where none is known.
    pub maker: u32,
}

/// Where something stands in its unit: lines from 1, columns in bytes from 0. All 0 where it is not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// The first line.
    pub line: u32,
    /// The first column.
    pub column: u32,
    /// The last line.
    pub end_line: u32,
    /// The column after the last.
    pub end_column: u32,
}

/// A name of a frame that is bound to another value now, or whose value has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The name.
    pub name: Clean,
    /// Its value in a few words; nothing where it is bound no more.
    pub value: Option<Clean>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What.
    pub kind: Kind,
    /// The frame that it happened in; 0 where it is of a task alone.
    pub frame: u32,
    /// The line that the frame stands at.
    pub line: u32,
    /// The frame that called it, or resumed it last; 0 where none is known.
    pub caller: u32,
    /// How many frames are below it.
    pub depth: u32,
    /// The task at work; 0 outside of any.
    pub task: u32,
    /// The thread at work.
    pub thread: u32,
    /// How much had been written to standard output, in bytes.
    pub out: u64,
    /// The time on the program's clock since its start, in nanoseconds.
    pub time_ns: u64,
    /// The names of the frame that changed since its last event.
    pub changes: Vec<Change>,
}

/// What a frame waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaited {
    /// A task.
    Task(u32),
    /// Its next turn alone.
    Turn,
    /// Something else.
    Other,
}

/// How a task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskEnd {
    /// With a result.
    Result,
    /// With an exception.
    Exception,
    /// It was cancelled.
    Cancelled,
}

impl TaskEnd {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Result => "result",
            Self::Exception => "exception",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A function is called, a unit or a class body begins, a generator or coroutine runs for the first time.
    Call,
    /// The line is about to be run.
    Line,
    /// The frame returned; the value in a few words.
    Return(Clean),
    /// The frame yielded this and is suspended.
    Yield(Clean),
    /// The frame awaits what stands there, and is suspended.
    Wait(Awaited, Span),
    /// The frame goes on, with what was sent to it if that is not `None`.
    Resume(Option<Clean>),
    /// The frame goes on by an exception that was thrown into it.
    Throw(Clean),
    /// An exception was raised in the frame, or came out of what it called.
    Raise(Clean),
    /// The exception is caught here.
    Caught(Clean),
    /// The exception leaves the frame, which is over.
    Unwind(Clean),
    /// The frame was suspended, and nobody can resume it any more.
    Dropped,
    /// The frame enters a context: where that is named.
    Enter(Span),
    /// The frame leaves a context, with the exception on its way.
    Leave(Span, Option<Clean>),
    /// The context let the exception pass, or has swallowed it.
    Left(Span, Swallowed),
    /// A task was made.
    TaskMade(u32),
    /// A task is done; the result or the exception in a few words.
    TaskDone(u32, TaskEnd, Clean),
}

/// Whether a context has swallowed an exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swallowed {
    /// It has.
    Yes,
    /// It passes on.
    No,
}

impl Kind {
    /// The word for it in data.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Line => "line",
            Self::Return(_) => "return",
            Self::Yield(_) => "yield",
            Self::Wait(..) => "wait",
            Self::Resume(_) => "resume",
            Self::Throw(_) => "throw",
            Self::Raise(_) => "raise",
            Self::Caught(_) => "caught",
            Self::Unwind(_) => "unwind",
            Self::Dropped => "dropped",
            Self::Enter(..) => "enter",
            Self::Leave(..) => "leave",
            Self::Left(..) => "left",
            Self::TaskMade(_) => "task-made",
            Self::TaskDone(..) => "task-done",
        }
    }
}

impl Record {
    /// A frame by its number.
    #[must_use]
    pub fn frame(&self, number: u32) -> Option<&Frame> {
        self.frames.get(index(number)?)
    }

    /// The code of a frame.
    #[must_use]
    pub fn code_of(&self, frame: u32) -> Option<&Code> {
        self.codes.get(self.frame(frame)?.code)
    }

    /// A task by its number.
    #[must_use]
    pub fn task(&self, number: u32) -> Option<&Task> {
        self.tasks.get(index(number)?)
    }
}

/// The place in a list of what is numbered from 1.
fn index(number: u32) -> Option<usize> {
    usize::try_from(number.checked_sub(1)?).ok()
}
