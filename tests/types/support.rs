//! A checker, and texts for it.

use std::path::PathBuf;

use pykata::analysis::types::{Source, TypeChecker};
use pykata::domain::types::Finding;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_pykata-types");

pub(crate) fn checker() -> TypeChecker {
    TypeChecker::at(PathBuf::from(PROGRAM))
}

pub(crate) fn source(minor: u8, text: &str) -> Source {
    Source { about: "a test".into(), minor, text: text.into(), ignores: true }
}

/// What is found in a text for Python 3.13.
pub(crate) fn findings(text: &str) -> Vec<Finding> {
    checker().findings(&source(13, text)).expect("the checker answers")
}

/// The rules of findings, with their lines.
pub(crate) fn lines(found: &[Finding]) -> Vec<(u32, String)> {
    found.iter().map(|one| (one.stretch.start.line, one.rule.to_string())).collect()
}
