//! What a type checker says of a text, as plain data. Knows no checker.

use serde::{Deserialize, Serialize};

use super::clean::Clean;

pub mod expected;
pub mod rules;

/// The Python that a text is checked for where nothing else is said: 13 for 3.13.
pub const DEFAULT_MINOR: u8 = 13;

/// A place in a text: line and column from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Spot {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// A stretch of a text, its end not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Stretch {
    /// Where it begins.
    pub start: Spot,
    /// Where it ends.
    pub end: Spot,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// It was asked for.
    Info,
    /// It deserves a look.
    Warning,
    /// The types do not agree.
    Error,
}

impl Weight {
    /// The word that commands print.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule, such as `invalid-assignment`.
    pub rule: Clean,
    /// How bad it is.
    pub weight: Weight,
    /// Where it stands.
    pub stretch: Stretch,
    /// What it says, in one line without a full stop.
    pub message: Clean,
    /// What it says beside that.
    pub notes: Vec<Clean>,
    /// The type, where it answers a `reveal_type`.
    pub revealed: Option<Clean>,
}

/// The type of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeHere {
    /// The type, as the checker writes it.
    pub shown: Clean,
    /// The expression.
    pub stretch: Stretch,
}

/// What a rule is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePage {
    /// Its name.
    pub rule: Clean,
    /// In one line.
    pub summary: Clean,
    /// At length, in Markdown.
    pub text: String,
}
