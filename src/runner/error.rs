//! Why a worker cannot serve, and what a person can do about it.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::domain::run::Level;

/// Why there is no worker.
#[derive(Debug, Error)]
pub enum WorkerError {
    /// The second program is not where it should be.
    #[error("there is no worker at {path}")]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// The second program is of another build.
    #[error("the worker at {path} is of another build than this program")]
    Stale {
        /// Where it is.
        path: PathBuf,
    },
    /// Python does not start, or is another than the one built with.
    #[error("the worker's Python does not start: {detail}")]
    PythonUnfit {
        /// What the worker or the loader says.
        detail: String,
    },
    /// It started and said nothing that we understand.
    #[error("the worker at {path} does not answer")]
    Silent {
        /// Where it is.
        path: PathBuf,
    },
    /// The sandbox level that was asked for is not to be had.
    #[error("the sandbox level {} is not to be had here: {why}", level.word())]
    Refused {
        /// Which.
        level: Level,
        /// Why.
        why: String,
    },
    /// The system refused something.
    #[error("failed to {what}")]
    System {
        /// What was tried.
        what: &'static str,
        /// What the system says.
        source: io::Error,
    },
}

impl WorkerError {
    /// Gives an error of the system the name of what was tried.
    pub(crate) fn system(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::System { what, source }
    }

    /// What to do, a sentence.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Missing { .. } => "The programs of pykata must stand side by side: install it \
                again, or in a source tree run `cargo build --release`."
                .into(),
            Self::Stale { .. } => "Build all programs anew (`cargo build --release`), or install \
                pykata again."
                .into(),
            Self::PythonUnfit { .. } => format!(
                "pykata was built with Python {}: install that version with its shared library, or \
                 build pykata again with the Python that is here (PYO3_PYTHON names it).",
                crate::protocol::PYTHON_VERSION
            ),
            Self::Silent { .. } => {
                "Try again when the machine is less busy; if it stays so, install pykata again."
                    .into()
            }
            Self::Refused { .. } => {
                "Leave --sandbox away to run at the strongest level that is to \
                be had; `pykata doctor` says which that is and what would open the others."
                    .into()
            }
            Self::System { source, .. } => {
                format!(
                    "The system says: {source}. See that the temporary folder is writable and not full."
                )
            }
        }
    }

    /// Fault and hint in one line.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!("{self}. {}", self.hint())
    }
}
