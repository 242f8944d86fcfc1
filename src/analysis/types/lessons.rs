//! The type checker as lessons ask it: shared by all that grade, with comments that silence it left out.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Source, TypeChecker, TypesError};
use crate::domain::check::typed::{Checked, TypedText};

/// All texts of lessons belong together: what is known of the standard library serves the next one too.
const ABOUT: &str = "lessons";

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
            return Checked::Unable("this program's folder is not known".to_owned());
        };
        let (about, text) = (ABOUT.to_owned(), typed.text.clone());
        let source = Source { about, minor: typed.minor, text, ignores: false };
        match checker.findings(&source) {
            Ok(found) => Checked::Found(found),
            Err(error) if error.is_of_the_text() => Checked::TooMuch(error.to_string()),
            Err(error) => {
                let why = error.to_string();
                shared.fault.get_or_insert(error);
                Checked::Unable(why)
            }
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
