//! What Python says of a text that it compiles and does not run, as plain data.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// What came of compiling a text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compiled {
    /// Why it is no program.
    pub error: Option<Complaint>,
    /// What Python warns of, in the order of the text.
    pub warnings: Vec<Complaint>,
}

/// An error or a warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// The line, counted from 1.
    pub line: u32,
    /// The columns, counted from 1 in characters, the end not included; both 0 where only the line is known.
    pub columns: Range<u32>,
    /// Python's own words, without the name of the exception.
    pub message: String,
}
