//! The type checker as lessons ask it: shared by all that grade, with comments that silence it left out.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Source, TypeChecker, TypesError};
use crate::domain::check::typed::{Checked, TypedText};
use crate::domain::types::{RulePage, Spot, TypeHere};

/// All texts of lessons belong together: what is known of the standard library serves the next one too.
const ABOUT: &str = "lessons";

/// What is said where no checker can be looked for.
const NOWHERE: &str = "this program's folder is not known";

/// The type checker, for whoever grades.
#[derive(Debug)]
pub struct LessonTypes {
    shared: Mutex<Shared>,
}

#[derive(Debug)]
struct Shared {
    checker: Option<TypeChecker>,
    /// The first thing that kept it from answering.
    fault: Option<TypesError>,
}

impl LessonTypes {
    /// The checker beside this program; nothing is started yet.
    #[must_use]
    pub fn beside_this_program() -> Self {
        let (checker, fault) = match TypeChecker::beside_this_program() {
            Ok(checker) => (Some(checker), None),
            Err(source) => {
                let what = "find this program's folder";
                (None, Some(TypesError::System { what, source }))
            }
        };
        Self { shared: Mutex::new(Shared { checker, fault }) }
    }

    /// That checker.
    #[must_use]
    pub fn with(checker: TypeChecker) -> Self {
        Self { shared: Mutex::new(Shared { checker: Some(checker), fault: None }) }
    }

    /// What it finds in an exercise's text.
    pub fn check(&self, typed: &TypedText) -> Checked {
        let mut shared = self.lock();
        let Some(checker) = &mut shared.checker else {
            return Checked::Unable(NOWHERE.to_owned());
        };
        match checker.findings(&source_of(typed)) {
            Ok(found) => Checked::Found(found),
            Err(error) if error.is_of_the_text() => Checked::TooMuch(error.to_string()),
            Err(error) => {
                let why = error.to_string();
                shared.fault.get_or_insert(error);
                Checked::Unable(why)
            }
        }
    }

    /// The type of the innermost expression at a place of an exercise's text; else why it cannot be told, a fragment.
    pub fn type_at(&self, typed: &TypedText, at: Spot) -> Result<Option<TypeHere>, String> {
        self.ask(|checker| checker.type_at(&source_of(typed), at))
    }

    /// What a rule is about; else why it cannot be told, a fragment.
    pub fn page(&self, rule: &str) -> Result<Option<RulePage>, String> {
        self.ask(|checker| checker.page(rule))
    }

    fn ask<T>(
        &self,
        question: impl FnOnce(&mut TypeChecker) -> Result<T, TypesError>,
    ) -> Result<T, String> {
        match &mut self.lock().checker {
            Some(checker) => question(checker).map_err(|error| error.to_string()),
            None => Err(NOWHERE.to_owned()),
        }
    }

    /// The first thing that kept it from answering, once.
    pub fn take_fault(&self) -> Option<TypesError> {
        self.lock().fault.take()
    }

    /// A check that panicked leaves nothing half done that the next one would see.
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn source_of(typed: &TypedText) -> Source {
    let (about, text) = (ABOUT.to_owned(), typed.text.clone());
    Source { about, minor: typed.minor, text, ignores: false }
}
