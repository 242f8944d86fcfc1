//! What a command says when it cannot answer: a kind, a sentence, a hint, and an exit code.

use std::fmt::Display;
use std::io::Write as _;
use std::process::ExitCode;

use serde::Serialize;

use crate::domain::clean::Clean;

/// Why a command could not give its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Failure {
    /// One bare word for scripts.
    pub(super) kind: &'static str,
    /// What happened, and where.
    pub(super) message: String,
    /// What to do about it.
    pub(super) hint: Option<String>,
    #[serde(skip)]
    code: u8,
    /// Whether it was already said, in the object of `--json`.
    #[serde(skip)]
    said: bool,
}

impl Failure {
    /// The command was used wrongly: an unknown name, an unreadable file.
    pub(super) fn usage(kind: &'static str, message: impl Display) -> Self {
        Self { kind, message: message.to_string(), hint: None, code: 2, said: false }
    }

    /// The answer is no.
    pub(super) fn no(kind: &'static str, message: impl Display) -> Self {
        Self { code: 1, ..Self::usage(kind, message) }
    }

    /// The tutor cannot do its work on this machine.
    pub(super) fn unable(kind: &'static str, message: impl Display) -> Self {
        Self { code: 3, ..Self::usage(kind, message) }
    }

    /// Says what to do about it.
    pub(super) fn hint(self, hint: impl Display) -> Self {
        Self { hint: Some(hint.to_string()), ..self }
    }

    /// Marks it as said.
    pub(super) fn said(self) -> Self {
        Self { said: true, ..self }
    }

    /// Prints it on standard error, unless it was said, and gives the exit code.
    pub(super) fn report(&self) -> ExitCode {
        if !self.said {
            let mut err = std::io::stderr().lock();
            // Nobody is left to tell where standard error is closed.
            let _ = writeln!(err, "pykata: {}", Clean::text(&self.message));
            if let Some(hint) = &self.hint {
                let _ = writeln!(err, "  {}", Clean::text(hint));
            }
        }
        ExitCode::from(self.code)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::unable("io", format_args!("failed to write the answer: {error}"))
    }
}
