//! Asks the type checker, which is a program of its own: started when it is first needed, killed where it takes too long,
//! started again at the next question.
//!
//! A text that is known to be too much for it is never sent: a stack that overflows ends the process, and some texts take a
//! minute.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

use self::process::{Lost, Process};
use super::depth;
use crate::domain::clean::Clean;
use crate::domain::types::{Finding, RulePage, Spot, TypeHere};
use crate::protocol::types::{self as said, Ask, Found, Said};
use crate::runner::beside_this_program;

mod comments;
mod lessons;
mod process;

pub use lessons::LessonTypes;

/// The name of the third program.
const PROGRAM: &str = "pykata-types";

/// The longest text that is checked, in bytes.
pub const LONGEST: usize = 64 * 1024;

/// How long a question may take; a lesson's text takes 60 ms at first and 2 ms after an edit.
const PATIENCE: Duration = Duration::from_secs(10);

/// A text with what has to be known to check it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What it belongs to: what was learnt of one text serves the next that belongs to the same.
    pub about: String,
    /// The Python that it is for: 13 for 3.13.
    pub minor: u8,
    /// The text.
    pub text: String,
    /// Whether comments that silence the checker count, such as `# type: ignore`.
    pub ignores: bool,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum TypesError {
    /// The program is not where it should be.
    #[error("there is no type checker at {path}")]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// The program is of another build.
    #[error("the type checker at {path} is of another build than this program")]
    Stale {
        /// Where it is.
        path: PathBuf,
    },
    /// The program does not start, or says nothing that we understand.
    #[error("the type checker at {path} does not answer")]
    Silent {
        /// Where it is.
        path: PathBuf,
    },
    /// The text is too long.
    #[error("the text has {} KB, and the type checker takes {} KB", .length.div_ceil(1024), LONGEST / 1024)]
    TooLong {
        /// Its bytes.
        length: usize,
    },
    /// The text nests too deeply.
    #[error("something in the text nests too deeply for the type checker")]
    TooDeep,
    /// It took too long, and was ended.
    #[error("the type checker took more than {} s for this text and was ended", .0.as_secs())]
    TookTooLong(Duration),
    /// It ended in the middle of the question.
    #[error("the type checker ended while it was at this text")]
    Ended,
    /// It says that it cannot answer.
    #[error("{0}")]
    Failed(String),
    /// The system refused something.
    #[error("failed to {what}")]
    System {
        /// What was tried.
        what: &'static str,
        /// What the system says.
        source: io::Error,
    },
}

impl TypesError {
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
            Self::Silent { .. } => {
                "Try again when the machine is less busy; if it stays so, install pykata again."
                    .into()
            }
            Self::TooLong { .. } => "Check a part of it.".into(),
            Self::TooDeep => "Take the deepest expression apart.".into(),
            Self::TookTooLong(_) | Self::Ended | Self::Failed(_) => {
                "The next text is checked as ever; if this one is ordinary code, please report it."
                    .into()
            }
            Self::System { source, .. } => format!("The system says: {source}."),
        }
    }

    /// Whether it is about the text, and not about the checker.
    #[must_use]
    pub fn is_of_the_text(&self) -> bool {
        matches!(self, Self::TooLong { .. } | Self::TooDeep)
    }
}

/// The type checker as the host sees it.
#[derive(Debug)]
pub struct TypeChecker {
    program: PathBuf,
    patience: Duration,
    process: Option<Process>,
    asked: u64,
}

impl TypeChecker {
    /// The checker beside this program; nothing is started yet.
    pub fn beside_this_program() -> io::Result<Self> {
        Ok(Self::at(beside_this_program(PROGRAM)?))
    }

    /// The checker at a path.
    #[must_use]
    pub fn at(program: PathBuf) -> Self {
        Self { program, patience: PATIENCE, process: None, asked: 0 }
    }

    /// The same with another time that a question may take.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Where the program is.
    #[must_use]
    pub fn program(&self) -> &PathBuf {
        &self.program
    }

    /// The process that answers, where one was started.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(Process::pid)
    }

    /// Starts the process, unless it is there.
    pub fn start(&mut self) -> Result<(), TypesError> {
        self.process().map(|_| ())
    }

    /// Everything that is to be said of a text, in its order.
    pub fn findings(&mut self, source: &Source) -> Result<Vec<Finding>, TypesError> {
        match self.ask(Ask::Findings(sendable(source)?))? {
            Said::Findings(found) => Ok(found.into_iter().map(finding).collect()),
            other => Err(self.beside_the_point(other)),
        }
    }

    /// The type of the innermost expression at a place.
    pub fn type_at(&mut self, source: &Source, at: Spot) -> Result<Option<TypeHere>, TypesError> {
        match self.ask(Ask::TypeAt { source: sendable(source)?, at })? {
            Said::Type(found) => Ok(found
                .map(|here| TypeHere { shown: Clean::line(here.shown), stretch: here.stretch })),
            other => Err(self.beside_the_point(other)),
        }
    }

    /// What a rule is about.
    pub fn page(&mut self, rule: &str) -> Result<Option<RulePage>, TypesError> {
        match self.ask(Ask::Page(rule.to_owned()))? {
            Said::Page(found) => Ok(found.map(|page| RulePage {
                rule: Clean::line(page.rule),
                summary: Clean::line(page.summary),
                text: page.text,
            })),
            other => Err(self.beside_the_point(other)),
        }
    }

    /// The names of all rules.
    pub fn rules(&mut self) -> Result<Vec<String>, TypesError> {
        match self.ask(Ask::Rules)? {
            Said::Rules(names) => Ok(names),
            other => Err(self.beside_the_point(other)),
        }
    }

    fn process(&mut self) -> Result<&mut Process, TypesError> {
        let kept = self.process.take().and_then(|mut one| one.is_alive().then_some(one));
        let process = match kept {
            Some(process) => process,
            None => Process::start(&self.program)?,
        };
        Ok(self.process.insert(process))
    }

    /// Asks and waits. A process that went away between two questions is replaced without a word.
    fn ask(&mut self, ask: Ask) -> Result<Said, TypesError> {
        self.asked += 1;
        let question = said::Question { id: self.asked, ask };
        let patience = self.patience;
        let lost = match self.process()?.ask(&question, patience) {
            Ok(Said::Failed(why)) => return Err(TypesError::Failed(why)),
            Ok(said) => return Ok(said),
            Err(lost) => lost,
        };
        self.process = None;
        Err(match lost {
            Lost::TookTooLong => TypesError::TookTooLong(patience),
            Lost::Ended => TypesError::Ended,
        })
    }

    /// An answer to another question than ours: the talk is out of step.
    fn beside_the_point(&mut self, _: Said) -> TypesError {
        self.process = None;
        TypesError::Silent { path: self.program.clone() }
    }
}

/// The text as it travels, if it is not too much.
fn sendable(source: &Source) -> Result<said::Source, TypesError> {
    if source.text.len() > LONGEST {
        return Err(TypesError::TooLong { length: source.text.len() });
    }
    if depth::too_deep(&source.text) {
        return Err(TypesError::TooDeep);
    }
    let Source { about, minor, mut text, ignores } = source.clone();
    if !ignores {
        text = comments::without_words(&text);
    }
    Ok(said::Source { about, minor, text, ignores })
}

fn finding(found: Found) -> Finding {
    Finding {
        rule: Clean::line(found.rule),
        weight: found.weight,
        stretch: found.stretch,
        message: Clean::line(found.message),
        notes: found.notes.iter().map(Clean::line).collect(),
        revealed: found.revealed.map(Clean::line),
    }
}
