//! What is measured of a run besides its answers, as data: nothing in here is a verdict.

use serde::{Deserialize, Serialize};

use super::run::TaskFigures;

/// Asks a run to be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Measuring {
    /// What of it.
    pub what: Measure,
    /// Whether the program counts from its start; otherwise the call alone does.
    pub whole: bool,
}

/// What is measured of a call. It stands in what a program is started with, and so says nothing of what a check asks: that comes
/// with the call, after the program's end. Time and tasks are, whatever else is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Time and tasks.
    Course,
    /// The peak of traced memory.
    Memory,
    /// Warnings.
    Warnings,
    /// Items drawn from a source, which the call names `source`; its value is an iterable that items are taken from. The call is
    /// made by [`draws`].
    Draws,
    /// Whether the exception that the call raises is the very object that another expression gives afterwards. The call is
    /// made by [`same`].
    Same,
    /// Every function of the program whose name begins with `test` is called, in place of the call.
    Tests,
}

/// How many items a source gives at the most, before the call is ended; more than any check allows.
pub const MOST_DRAWN: u32 = 20_000;

/// What stands between the parts of a call, and in no Python.
const BETWEEN: char = '\0';

/// The call for [`Measure::Draws`]: the source gives what `items` does, a Python expression, and so many items are taken.
#[must_use]
pub fn draws(call: &str, items: &str, take: u32) -> String {
    format!("{call}{BETWEEN}{items}{BETWEEN}{take}{BETWEEN}{MOST_DRAWN}")
}

/// The call for [`Measure::Same`], with the expression whose object the exception may be.
#[must_use]
pub fn same(call: &str, other: &str) -> String {
    format!("{call}{BETWEEN}{other}")
}

/// What was measured of one call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Nanoseconds on the program's own clock, where that is virtual.
    pub took_ns: Option<u64>,
    /// Tasks and coroutines.
    pub tasks: TaskFigures,
    /// The peak of traced memory above what was there before, in bytes; nothing where it was not traced to the end.
    pub peak: Option<i64>,
    /// The warnings that came, the first few.
    pub warnings: Vec<Warned>,
    /// How many items were drawn from the source before the first was taken, and after each that was.
    pub draws: Option<Vec<u32>>,
    /// Whether more was drawn than the source gives.
    pub over: bool,
    /// Whether the two exceptions are one object, where that was asked and could be told.
    pub same: Option<bool>,
    /// The names of the tests that were called; the last is the one that raised, where one did.
    pub tests: Option<Vec<String>>,
}

/// A warning that came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warned {
    /// Its category and the bases of it, by qualified name; built-ins bare.
    pub bases: Vec<String>,
    /// What it says.
    pub message: String,
    /// The file that it is about.
    pub file: String,
    /// The line in it, from 1.
    pub line: Option<u32>,
}
