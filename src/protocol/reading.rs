//! What the host and a reader say to each other: a reader is a process of the worker that compiles texts and runs none.

use serde::{Deserialize, Serialize};

use crate::domain::compiled::Compiled;

/// The longest text that is read, in bytes.
pub const TEXT_MAX: usize = 64 * 1024;

/// The longest frame of either side, in bytes: a text, each character of it written out.
pub const FRAME_MAX: usize = 8 * TEXT_MAX;

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Comes back with the answer.
    pub id: u64,
    /// The text to compile.
    pub text: String,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The question's.
    pub id: u64,
    /// What Python says; nothing where it can say neither yes nor no, as of what nests too deeply.
    pub said: Option<Compiled>,
}
