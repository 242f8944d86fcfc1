//! The marks of what is no Python: ruff's while one writes, CPython's as soon as it has been heard.

use std::ops::Range;

use super::{EditorPane, Mark, MarkKind};
use crate::domain::clean::Clean;
use crate::domain::compiled::{Compiled, Complaint};

/// What the running Python said of a text.
#[derive(Debug, Clone)]
pub(super) struct Heard {
    /// The revision that it is about.
    revision: u64,
    /// Its error and its warnings; they move with their lines, and go when these change.
    pub(super) marks: Vec<Mark>,
}

impl Heard {
    fn refuses(&self) -> bool {
        self.marks.iter().any(|mark| mark.kind == MarkKind::Error)
    }
}

impl EditorPane {
    /// Takes what the running Python says of the text as it is now; nothing where it says nothing.
    pub fn set_compiled(&mut self, compiled: Option<&Compiled>) {
        let revision = self.revision();
        self.heard = compiled.map(|compiled| {
            let error = compiled.error.iter().map(|it| mark(it, MarkKind::Error));
            let warnings = compiled.warnings.iter().map(|it| mark(it, MarkKind::Warning));
            Heard { revision, marks: error.chain(warnings).collect() }
        });
    }

    /// Whether nothing is known of the text that makes it no Python.
    #[must_use]
    pub fn is_python(&self) -> bool {
        match &self.heard {
            Some(heard) if heard.revision == self.revision() => !heard.refuses(),
            _ => self.syntax().errors.is_empty(),
        }
    }

    /// What is no Python on some lines, and what Python warns of.
    ///
    /// What CPython refuses it refuses in its own words, and what it takes is no error, whatever another parser makes of
    /// it. After an edit its error stands until it is heard anew, or until its line changes; then the parser speaks.
    pub(super) fn syntax_marks(&self, lines: &Range<u32>) -> Vec<Mark> {
        if self.ordering.is_some() {
            // Lines that are not in order yet are no Python, which is the very task.
            return Vec::new();
        }
        let heard = self.heard.as_ref();
        let counts = heard.is_some_and(|it| it.revision == self.revision() || it.refuses());
        let mut marks = if counts { Vec::new() } else { self.parsers_marks(lines) };
        let told = heard.iter().flat_map(|it| &it.marks);
        marks.extend(told.filter(|mark| lines.contains(&mark.line)).cloned());
        marks
    }

    /// The parser's first error on each of some lines.
    fn parsers_marks(&self, lines: &Range<u32>) -> Vec<Mark> {
        let mut marks: Vec<Mark> = Vec::new();
        for error in self.syntax().errors.iter().filter(|error| lines.contains(&error.line)) {
            if marks.last().is_none_or(|mark| mark.line != error.line) {
                let length =
                    self.text()[error.range.clone()].chars().take_while(|c| *c != '\n').count();
                let end = error.column + u32::try_from(length).unwrap_or(0).max(1);
                marks.push(Mark {
                    line: error.line,
                    columns: error.column..end,
                    kind: MarkKind::Error,
                    message: Clean::line(&error.message),
                });
            }
        }
        marks
    }
}

fn mark(complaint: &Complaint, kind: MarkKind) -> Mark {
    let Complaint { line, columns, message } = complaint;
    Mark { line: *line, columns: columns.clone(), kind, message: Clean::line(message) }
}
