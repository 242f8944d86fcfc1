//! What is run, under which limits, and what was observed.
//!
//! A worker observes and the host judges: nothing in an [`Observation`] is a verdict.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::measure::{Figures, Measuring};
use super::record::Record;
use super::value::Value;

/// Whose text a unit of a program is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Author {
    /// Code that stands before the learner's own.
    Given,
    /// The learner's code, or an example's.
    Learner,
    /// Code that stands after the learner's own and that the checks look at.
    Probe,
}

/// One piece of a program: units run in order in one `__main__`, each with its own file name and line 1.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Unit {
    /// Whose text it is.
    pub author: Author,
    /// The file name that tracebacks show, a bare name such as `two_views.py`.
    pub file: String,
    /// The source.
    pub text: String,
    /// The bytes of its file, where they say or need something about their encoding; the text is then what can be read
    /// of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Vec<u8>>,
}

impl Unit {
    /// Makes a unit of a text.
    #[must_use]
    pub fn new(author: Author, file: impl Into<String>, text: impl Into<String>) -> Self {
        Self { author, file: file.into(), text: text.into(), bytes: None }
    }
}

/// A file that stands in the scratch folder before a program starts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ScratchFile {
    /// A bare name.
    pub name: String,
    /// What the file holds.
    pub text: String,
}

/// Which clock a program sees.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Clock {
    /// Sleeps cost nothing and elapsed time is exact.
    #[default]
    Virtual,
    /// The clock on the wall.
    Real,
}

/// A program that can be run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Program {
    /// Its units, in order.
    pub units: Vec<Unit>,
    /// What `input()` reads; without it, reading ends at once.
    pub stdin: Option<String>,
    /// Files in the scratch folder.
    pub files: Vec<ScratchFile>,
    /// The clock it asks for.
    pub clock: Clock,
    /// The hash seed (`PYTHONHASHSEED`); 0 unless a proof asks for another.
    pub hash_seed: u32,
    /// How much of its course is recorded; nothing where this is not given.
    pub record: Option<Recording>,
    /// What is measured of its call; nothing where this is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<Measuring>,
}

/// How much of a run's course is recorded; what comes after is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Recording {
    /// The most events.
    pub events: u64,
    /// The most bytes that they take on their way.
    pub bytes: u64,
}

impl Default for Recording {
    fn default() -> Self {
        Self { events: 10_000, bytes: 1024 * 1024 }
    }
}

impl Program {
    /// Makes a program of one unit.
    #[must_use]
    pub fn single(file: impl Into<String>, text: impl Into<String>) -> Self {
        Self { units: vec![Unit::new(Author::Learner, file, text)], ..Self::default() }
    }
}

/// What a run may use.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Limits {
    /// Real time, in milliseconds.
    pub wall_ms: u64,
    /// Address space of a process, in bytes.
    pub memory_bytes: u64,
    /// Tasks, threads and processes counted together.
    pub tasks: u32,
    /// How much of each output stream is kept, in bytes (head and tail).
    pub output_kept_bytes: u64,
    /// How much of each output stream is told while the run goes on, in bytes.
    pub output_told_bytes: u64,
    /// How much output ends the run, in bytes.
    pub output_bytes: u64,
    /// The size of the scratch folder, in bytes.
    pub scratch_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        Self {
            wall_ms: 5_000,
            memory_bytes: 512 * MIB,
            tasks: 64,
            output_kept_bytes: MIB,
            output_told_bytes: MIB,
            output_bytes: 64 * MIB,
            scratch_bytes: 32 * MIB,
        }
    }
}

/// One run: a program, then expressions evaluated in its finished namespace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunSpec {
    /// The program.
    pub program: Program,
    /// Python expressions, each sent after the one before was answered. Without any, the program ends after its units.
    pub calls: Vec<String>,
    /// What it may use.
    pub limits: Limits,
}

/// How a run ended, one bare word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It came to its end, or called `sys.exit()`, `sys.exit(0)` or `sys.exit(None)`.
    Normal,
    /// It ended itself with another exit code.
    Exit,
    /// An exception came out of it.
    Exception,
    /// It used up its real time.
    Timeout,
    /// It asked for more memory than allowed.
    MemoryLimit,
    /// It wrote more than allowed.
    OutputLimit,
    /// It started more threads or processes than allowed.
    ProcessLimit,
    /// A signal ended it.
    Crash,
    /// Everything in it waits for something that cannot come.
    Deadlock,
    /// The learner stopped it.
    Interrupted,
    /// The tutor's own fault, never the learner's.
    TutorFailed,
}

impl Outcome {
    /// The word that commands print.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Exit => "exit",
            Self::Exception => "exception",
            Self::Timeout => "timeout",
            Self::MemoryLimit => "memory-limit",
            Self::OutputLimit => "output-limit",
            Self::ProcessLimit => "process-limit",
            Self::Crash => "crash",
            Self::Deadlock => "deadlock",
            Self::Interrupted => "interrupted",
            Self::TutorFailed => "tutor-failed",
        }
    }
}

/// One frame of a traceback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The file, a unit's bare name or a path.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The first column, from 1, where known.
    pub column: Option<u32>,
    /// The column after the last, from 1, where known.
    pub end_column: Option<u32>,
    /// The function.
    pub function: String,
}

/// An exception as it came out of a program or a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exception {
    /// The type's name as a traceback shows it (`ValueError`, `json.decoder.JSONDecodeError`).
    #[serde(rename = "type")]
    pub class: String,
    /// The type and its bases, by qualified name, in method resolution order; built-ins bare.
    pub bases: Vec<String>,
    /// `str()` of it, bounded.
    pub message: String,
    /// The innermost frame last.
    pub frames: Vec<Frame>,
    /// The traceback as Python prints it, bounded.
    pub traceback: String,
    /// `__cause__`.
    pub cause: Option<Box<Exception>>,
    /// `__context__`, where it is not suppressed.
    pub context: Option<Box<Exception>>,
    /// The members of an exception group.
    pub group: Vec<Exception>,
}

impl Exception {
    /// Whether it is of a type or of a subclass of it, by the type's name as a traceback shows it or qualified.
    #[must_use]
    pub fn is_a(&self, class: &str) -> bool {
        self.class == class
            || self.bases.iter().any(|base| base == class || base.rsplit('.').next() == Some(class))
    }

    /// `Type: message` as Python prints it at the end of a traceback.
    #[must_use]
    pub fn headline(&self) -> String {
        if self.message.is_empty() {
            self.class.clone()
        } else {
            format!("{}: {}", self.class, self.message)
        }
    }
}

/// The kept part of an output stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Captured {
    /// The beginning.
    pub head: Vec<u8>,
    /// The end, where something between was dropped; otherwise empty.
    pub tail: Vec<u8>,
    /// How many bytes were written in all.
    pub total: u64,
}

impl Captured {
    /// How many bytes between head and tail were dropped.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.total.saturating_sub((self.head.len() + self.tail.len()) as u64)
    }

    /// The kept part as text, wrong bytes replaced, with a line that counts what was dropped.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::from_utf8_lossy(&self.head).into_owned();
        if self.dropped() > 0 {
            if !text.ends_with('\n') {
                text.push('\n');
            }
            let _ = writeln!(text, "… {} bytes left out …", self.dropped());
        }
        text.push_str(&String::from_utf8_lossy(&self.tail));
        text
    }
}

/// What one call gave.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// It has a value.
    Value(Value),
    /// It raised.
    Raised(Exception),
    /// The program ended before it was answered.
    Missing,
}

/// A task or a thread that waits for something that cannot come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The task's or the thread's name.
    pub name: String,
    /// The file in which it waits, where that is one of the program's own.
    pub file: Option<String>,
    /// The line in it, from 1.
    pub line: Option<u32>,
    /// The function, by qualified name.
    pub function: Option<String>,
    /// The line's text.
    pub code: Option<String>,
}

impl Waiting {
    /// Says who waits where, as `Task-2 waits at main.py line 14 in consumer: await queue.get()`.
    #[must_use]
    pub fn sentence(&self) -> String {
        let mut text = format!("{} waits", self.name);
        if let (Some(file), Some(line)) = (&self.file, self.line) {
            let _ = write!(text, " at {file} line {line}");
        }
        if let Some(function) = self.function.as_ref().filter(|name| *name != "<module>") {
            let _ = write!(text, " in {function}");
        }
        if let Some(code) = &self.code {
            let _ = write!(text, ": {code}");
        }
        text
    }
}

/// A task that was left running, or a coroutine that was never awaited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loose {
    /// The task's name, or the coroutine's.
    pub name: String,
    /// The file in which the task waits or the coroutine was made, where known.
    pub file: Option<String>,
    /// The line in it, from 1.
    pub line: Option<u32>,
    /// The function, by qualified name.
    pub function: Option<String>,
}

/// What was counted of a program's asyncio tasks and coroutines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskFigures {
    /// Tasks that had not ended when the main one did, or at the program's end; the first few.
    pub tasks_left: Vec<Loose>,
    /// How many tasks ended cancelled.
    pub cancelled: u32,
    /// How many tasks there were at once, at most.
    pub most_tasks: u32,
    /// The same without those that loops were started with.
    #[serde(default)]
    pub beside: u32,
    /// Coroutines that were made and never awaited; the first few.
    pub never_awaited: Vec<Loose>,
}

/// How much a sandbox covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Rlimits and the killing of the whole tree.
    LimitsOnly,
    /// Landlock, seccomp, rlimits.
    Confined,
    /// Namespaces besides.
    Full,
}

impl Level {
    /// Every level, the weakest first.
    pub const ALL: [Self; 3] = [Self::LimitsOnly, Self::Confined, Self::Full];

    /// The level that a word names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.word() == word)
    }

    /// The word that commands print.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::LimitsOnly => "limits-only",
            Self::Confined => "confined",
            Self::Full => "full",
        }
    }
}

/// What was seen of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// How it ended.
    pub outcome: Outcome,
    /// The exit code, where it ended itself.
    pub exit: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// The exception that came out of its units.
    pub exception: Option<Exception>,
    /// Standard output of the units (what calls print is not in it).
    pub stdout: Captured,
    /// Standard error of the units.
    pub stderr: Captured,
    /// One for each call, in order.
    pub answers: Vec<Answer>,
    /// Real time from request to result, in milliseconds.
    pub wall_ms: f64,
    /// Time on the program's own clock, in seconds, where that is virtual.
    pub virtual_s: Option<f64>,
    /// Who waited for what in a program that came to a standstill.
    pub waiting: Vec<Waiting>,
    /// Its asyncio tasks.
    pub tasks: TaskFigures,
    /// The largest resident size of a process of the run, in bytes.
    pub peak_bytes: Option<u64>,
    /// Processes that had to be killed after the program's end.
    pub processes_left: u32,
    /// What the sandbox covered.
    pub sandbox: Level,
    /// The Python version, as `3.11.7`.
    pub python: String,
    /// What went wrong on our side, or why a report was refused.
    pub note: Option<String>,
    /// Its course, where it was recorded.
    pub record: Option<Box<Record>>,
    /// What was measured of its last call, where that was asked for.
    pub figures: Option<Box<Figures>>,
}

impl Observation {
    /// What a reader sees of it: standard output, then the exception's last lines, without trailing space.
    #[must_use]
    pub fn printed(&self) -> String {
        let mut text = self.stdout.text();
        if let Some(exception) = &self.exception {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            text.push_str(&exception.headline());
        }
        text.truncate(text.trim_end().len());
        text
    }

    /// What is known of a run that was stopped before it began.
    #[must_use]
    pub fn stopped(spec: &RunSpec) -> Self {
        let answers = spec.calls.iter().map(|_| Answer::Missing).collect();
        let not_begun = Self::tutor_failed("it was stopped before it began");
        Self { outcome: Outcome::Interrupted, answers, ..not_begun }
    }

    /// Stands for a run that nothing asked for.
    #[must_use]
    pub fn not_needed() -> Self {
        Self { outcome: Outcome::Normal, note: None, ..Self::tutor_failed("") }
    }

    /// What is known of a run that the tutor could not carry out.
    #[must_use]
    pub fn tutor_failed(note: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::TutorFailed,
            exit: None,
            signal: None,
            exception: None,
            stdout: Captured::default(),
            stderr: Captured::default(),
            answers: Vec::new(),
            wall_ms: 0.0,
            virtual_s: None,
            waiting: Vec::new(),
            tasks: TaskFigures::default(),
            peak_bytes: None,
            processes_left: 0,
            sandbox: Level::LimitsOnly,
            python: String::new(),
            note: Some(note.into()),
            record: None,
            figures: None,
        }
    }
}

/// An output stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}
