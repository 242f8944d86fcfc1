//! One text of a pack with its lines, and the faults that are found in it. It knows no format.

use std::sync::Arc;

use super::nearest::nearest;
use crate::domain::place::{LineIndex, Place};
use crate::domain::problem::{Problem, Severity};

/// The most faults that are told of one file; past them a reader is not helped by more.
const MOST_FAULTS: usize = 200;

/// The most patterns of one file.
pub(in crate::domain) const MOST_PATTERNS: usize = 100;

/// A text, and where it stands in its file.
#[derive(Debug, Clone)]
pub(in crate::domain) struct Source<'a> {
    pub(in crate::domain) file: Arc<str>,
    pub(in crate::domain) text: &'a str,
    index: LineIndex,
    /// The line of the file (from 1) that the text's first line is.
    first_line: u32,
}

impl<'a> Source<'a> {
    /// A whole file.
    pub(in crate::domain) fn new(file: Arc<str>, text: &'a str) -> Self {
        Self { file, text, index: LineIndex::new(text), first_line: 1 }
    }

    /// Some whole lines of the same file, from a line (counted from 1) on.
    pub(in crate::domain) fn part<'p>(&self, text: &'p str, first_line: u32) -> Source<'p> {
        Source { file: Arc::clone(&self.file), text, index: LineIndex::new(text), first_line }
    }

    /// The file's line that holds a byte offset of the text.
    pub(in crate::domain) fn line(&self, offset: usize) -> u32 {
        self.index.line(offset).saturating_add(self.first_line - 1)
    }

    /// The place in the file of a byte offset of the text.
    pub(in crate::domain) fn place(&self, offset: usize) -> Place {
        let (line, column) = self.index.line_column(self.text, offset);
        Place {
            file: Arc::clone(&self.file),
            line: line.saturating_add(self.first_line - 1),
            column,
        }
    }

    /// The place in the file of the beginning of a line.
    pub(in crate::domain) fn line_place(&self, line: u32) -> Place {
        Place { file: Arc::clone(&self.file), line, column: 1 }
    }
}

/// The faults of one file, in the order in which they are found, and what was spent on it.
#[derive(Debug, Default)]
pub(in crate::domain) struct Faults {
    found: Vec<Problem>,
    left_out: usize,
    patterns: usize,
}

impl Faults {
    /// Adds an error at a byte offset.
    pub(in crate::domain) fn error(
        &mut self,
        source: &Source<'_>,
        at: usize,
        message: impl AsRef<str>,
        hint: impl AsRef<str>,
    ) {
        // The place is worked out only for what is kept: a hostile file has one long line and a million faults.
        if self.has_room() {
            self.push(Problem::error(source.place(at), message).hint(hint));
        }
    }

    /// Adds a warning at a byte offset.
    pub(in crate::domain) fn warning(
        &mut self,
        source: &Source<'_>,
        at: usize,
        message: impl AsRef<str>,
        hint: impl AsRef<str>,
    ) {
        if self.has_room() {
            self.push(Problem::warning(source.place(at), message).hint(hint));
        }
    }

    /// Adds a problem.
    pub(in crate::domain) fn push(&mut self, problem: Problem) {
        if self.found.len() < MOST_FAULTS {
            self.found.push(problem);
        } else {
            self.left_out += 1;
        }
    }

    /// Whether one of them is an error.
    pub(in crate::domain) fn has_errors(&self) -> bool {
        self.found.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// How many were found, those left out among them.
    pub(in crate::domain) fn count(&self) -> usize {
        self.found.len() + self.left_out
    }

    /// The problems in the order of the file, and a last one that counts what was left out.
    pub(in crate::domain) fn into_problems(mut self) -> Vec<Problem> {
        self.found.sort_by(|a, b| a.place.cmp(&b.place));
        if let (Some(last), 1..) = (self.found.last(), self.left_out) {
            let message = format!("{} more problems in this file are not listed", self.left_out);
            self.found.push(
                Problem::error(last.place.clone(), message)
                    .hint("mend those above, then look again"),
            );
        }
        self.found
    }

    /// The candidate nearest to a word, while there is room to tell of it: a million wrong words are not compared.
    pub(in crate::domain) fn near<'c>(
        &self,
        word: &str,
        candidates: impl IntoIterator<Item = &'c str>,
    ) -> Option<&'c str> {
        (self.found.len() < MOST_FAULTS).then(|| nearest(word, candidates)).flatten()
    }

    /// Whether one more pattern may be compiled: nothing else takes so long for so little text.
    pub(in crate::domain) fn may_compile(&mut self) -> bool {
        self.patterns += 1;
        self.patterns <= MOST_PATTERNS
    }

    fn has_room(&mut self) -> bool {
        let room = self.found.len() < MOST_FAULTS;
        self.left_out += usize::from(!room);
        room
    }
}

/// Something that was read, and the byte offset where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::domain) struct At<T> {
    pub(in crate::domain) value: T,
    pub(in crate::domain) at: usize,
}

/// Words for a sentence: `a`, `b` or `c`, each in backticks.
pub(in crate::domain) fn any_of<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let quoted: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_counts_the_lines_of_the_whole_file() {
        let whole = Source::new("a.md".into(), "one\ntwo\nthree\n");
        let part = whole.part("two\nthree\n", 2);
        assert_eq!(part.place(5), Place::new("a.md", 3, 2));
    }

    #[test]
    fn faults_beyond_measure_are_counted_and_not_listed() {
        let source = Source::new("a.md".into(), "x");
        let mut faults = Faults::default();
        for _ in 0..1_000 {
            faults.error(&source, 0, "wrong", "right");
        }
        let problems = faults.into_problems();
        assert_eq!(problems.len(), MOST_FAULTS + 1);
        assert_eq!(
            &*problems[MOST_FAULTS].message,
            "800 more problems in this file are not listed"
        );
    }
}
