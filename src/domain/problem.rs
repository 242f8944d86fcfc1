//! What is wrong with a pack: where, what, and what to write instead.

use serde::Serialize;

use super::clean::Clean;
use super::place::Place;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The pack does not keep the rules: lint fails.
    Error,
    /// The pack works, and something deserves a look.
    Warning,
}

/// One finding about a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in a sentence without a full stop.
    pub message: Clean,
    /// What to write instead, where that can be said.
    pub hint: Option<Clean>,
}

impl Problem {
    /// Makes an error.
    #[must_use]
    pub fn error(place: Place, message: impl AsRef<str>) -> Self {
        Self { place, severity: Severity::Error, message: Clean::line(message), hint: None }
    }

    /// Makes a warning.
    #[must_use]
    pub fn warning(place: Place, message: impl AsRef<str>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(place, message) }
    }

    /// Says what to write instead.
    #[must_use]
    pub fn hint(mut self, hint: impl AsRef<str>) -> Self {
        self.hint = Some(Clean::line(hint));
        self
    }
}
