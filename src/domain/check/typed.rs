//! The one text that a type checker sees of an exercise: the code before the learner's own, the learner's, the code after
//! it, and a line for each expression whose type is asked for. Knows no checker.

use super::plan::{GIVEN_FILE, PROBE_FILE};
use super::{Check, Rule};
use crate::domain::clean::Clean;
use crate::domain::exercise::CodeTask;
use crate::domain::run::Author;
use crate::domain::types::expected::expected;
use crate::domain::types::{DEFAULT_MINOR, Finding};

mod future;

/// What must hold of the types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypesRule {
    /// Nothing is found but what marks say is to come.
    Agree,
    /// An expression has a type.
    Reveal {
        /// The expression, on one line.
        expression: String,
        /// The type, as the checker writes it.
        shown: String,
    },
}

/// What came of asking for the findings in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// They are these.
    Found(Vec<Finding>),
    /// The text is too much for the checker, a fragment.
    TooMuch(String),
    /// The checker does not answer, a fragment.
    Unable(String),
}

/// A text for the checker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedText {
    /// The text.
    pub text: String,
    /// The Python that it is for: 13 for 3.13.
    pub minor: u8,
    parts: Vec<Part>,
    reveals: Vec<String>,
    /// The line of the first expression that is asked for.
    reveals_from: u32,
    /// Marked lines of the starter that the learner's text has no more.
    lost: Vec<String>,
}

/// A unit in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    author: Author,
    /// Its first line in the text.
    from: u32,
    text: String,
    hidden: bool,
    /// Findings that are to come, by line in the unit and rule.
    marks: Vec<(u32, String)>,
}

/// A line of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    part: usize,
    line: u32,
}

/// A name whose type is asked for at the end: where it is `Never`, the end is never reached.
const SENTINEL: &str = "__name__";

/// Whether types are asked for by a check.
pub(super) fn asks(check: &Check) -> bool {
    matches!(check.rule, Rule::Types(_))
}

impl TypedText {
    /// Puts the text together; nothing where no check looks at types.
    #[must_use]
    pub fn new(task: &CodeTask, text: &str) -> Option<Self> {
        if !task.checks.iter().any(asks) {
            return None;
        }
        let given = task.given.as_ref().map(|code| (Author::Given, &*code.text, false));
        let probe =
            task.probe.as_ref().map(|probe| (Author::Probe, &*probe.code.text, probe.hidden));
        let units = given.into_iter().chain([(Author::Learner, text, false)]).chain(probe);
        let (learners, mut whole) = match &task.given {
            Some(_) => future::parted(text),
            None => (text.to_owned(), String::new()),
        };
        let mut parts = Vec::new();
        for (author, text, hidden) in units {
            let marks = expected(text).into_iter().map(|mark| (mark.line, mark.rule));
            let marks = match author {
                Author::Learner => marks.filter(|mark| is_given(mark, text, task)).collect(),
                _ => marks.collect(),
            };
            let from = next_line(&whole);
            whole.push_str(if author == Author::Learner { &learners } else { text });
            if !text.is_empty() && !text.ends_with('\n') {
                whole.push('\n');
            }
            parts.push(Part { author, from, text: text.to_owned(), hidden, marks });
        }
        let reveals_from = next_line(&whole);
        let mut reveals: Vec<String> = Vec::new();
        for check in &task.checks {
            if let Rule::Types(TypesRule::Reveal { expression, .. }) = &check.rule
                && !reveals.contains(expression)
            {
                reveals.push(expression.clone());
            }
        }
        reveals.push(SENTINEL.to_owned());
        for expression in &reveals {
            whole.push_str("reveal_type(");
            whole.push_str(expression);
            whole.push_str(")\n");
        }
        let from = task.python.and_then(|range| range.from);
        let minor = from.map_or(DEFAULT_MINOR, |version| version.0);
        let lost = lost_marks(task, text);
        Some(Self { text: whole, minor, parts, reveals, reveals_from, lost })
    }

    /// Where a finding stands; nothing where it stands in no unit.
    pub(super) fn spot(&self, finding: &Finding) -> Option<Spot> {
        let line = finding.stretch.start.line;
        if line >= self.reveals_from {
            return None;
        }
        let part = self.parts.iter().rposition(|part| part.from <= line)?;
        Some(Spot { part, line: line - self.parts[part].from + 1 })
    }

    /// The learner's line that a line of the text is.
    #[must_use]
    pub fn learners_line(&self, line: u32) -> Option<u32> {
        let part = self.parts.iter().rfind(|part| part.from <= line)?;
        let is_learners = part.author == Author::Learner && line < self.reveals_from;
        is_learners.then(|| line - part.from + 1)
    }

    /// The line of the text that a learner's line is.
    #[must_use]
    pub fn line_of_learner(&self, line: u32) -> u32 {
        let part = self.parts.iter().find(|part| part.author == Author::Learner);
        part.map_or(line, |part| part.from.saturating_add(line).saturating_sub(1))
    }

    /// Whether a finding is one that is to come.
    #[must_use]
    pub fn is_expected(&self, finding: &Finding) -> bool {
        let spot = self.spot(finding);
        spot.is_some_and(|spot| self.marks().any(|mark| mark == (spot, &*finding.rule)))
    }

    /// The line of the text that asks for the type of an expression.
    pub(super) fn line_of(&self, expression: &str) -> Option<u32> {
        let place = self.reveals.iter().position(|other| other == expression)?;
        Some(self.reveals_from.saturating_add(u32::try_from(place).ok()?))
    }

    /// Marked lines of the starter that the learner's text has no more.
    pub(super) fn lost(&self) -> &[String] {
        &self.lost
    }

    /// The line of the text that is reached where all before it comes to its end.
    pub(super) fn last_line(&self) -> Option<u32> {
        self.line_of(SENTINEL)
    }

    /// All findings that are to come.
    pub(super) fn marks(&self) -> impl Iterator<Item = (Spot, &str)> {
        let parts = self.parts.iter().enumerate();
        parts.flat_map(|(part, it)| {
            it.marks.iter().map(move |(line, rule)| (Spot { part, line: *line }, &**rule))
        })
    }

    pub(super) fn is_learners(&self, spot: Spot) -> bool {
        self.parts[spot.part].author == Author::Learner
    }

    /// A place in words; `file` is the learner's.
    pub(super) fn words(&self, spot: Spot, file: &str) -> String {
        let part = &self.parts[spot.part];
        let line = spot.line;
        match part.author {
            _ if part.hidden => "the code after yours, which is not shown".to_owned(),
            Author::Learner => format!("line {line} of {file}"),
            Author::Given => format!("line {line} of {GIVEN_FILE}"),
            Author::Probe => format!("line {line} of {PROBE_FILE}"),
        }
    }

    /// What stands at a place, without its comment; nothing where it is not shown.
    pub(super) fn code(&self, spot: Spot) -> Option<Clean> {
        let part = self.parts.get(spot.part).filter(|part| !part.hidden)?;
        let line = part.text.split('\n').nth(usize::try_from(spot.line).ok()?.checked_sub(1)?)?;
        let code = line.rsplit_once('#').map_or(line, |(code, _)| code).trim();
        (!code.is_empty()).then(|| Clean::line(code))
    }
}

/// The line that begins after a text of whole lines.
fn next_line(text: &str) -> u32 {
    u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX - 1) + 1
}

/// The marked lines of the starter that a text has not.
fn lost_marks(task: &CodeTask, text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.split('\n').map(str::trim).collect();
    let given = task.starter.text.split('\n').map(str::trim);
    let marked = given.filter(|line| !expected(line).is_empty());
    marked.filter(|line| !lines.contains(line)).map(str::to_owned).collect()
}

/// Whether a mark in a learner's text stands in a line that the starter has: no other mark counts.
fn is_given((line, _): &(u32, String), text: &str, task: &CodeTask) -> bool {
    let place = usize::try_from(*line).unwrap_or(usize::MAX).saturating_sub(1);
    let Some(marked) = text.split('\n').nth(place).map(str::trim) else { return false };
    task.starter.text.split('\n').any(|given| given.trim() == marked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::check::testing::{check, code, task};
    use crate::domain::course::PythonRange;

    fn asking(rules: Vec<TypesRule>) -> CodeTask {
        task(rules.into_iter().map(|rule| check("types", Rule::Types(rule))).collect())
    }

    fn reveal(expression: &str) -> TypesRule {
        TypesRule::Reveal { expression: expression.into(), shown: "int".into() }
    }

    #[test]
    fn units_and_questions_are_one_text_in_which_each_line_is_known() {
        let task = asking(vec![reveal("f(1)"), TypesRule::Agree, reveal("f(2)"), reveal("f(1)")]);
        let typed = TypedText::new(&task, "a\nb").unwrap();
        let questions = "reveal_type(f(1))\nreveal_type(f(2))\nreveal_type(__name__)\n";
        assert_eq!(typed.text, format!("g = 1\na\nb\np = 1\n{questions}"));
        assert_eq!((typed.line_of("f(2)"), typed.last_line()), (Some(6), Some(7)));
        let words = |part, line| typed.words(Spot { part, line }, "mine.py");
        assert_eq!([words(0, 1), words(1, 2)], ["line 1 of given.py", "line 2 of mine.py"]);
        assert_eq!(words(2, 1), "line 1 of probe.py");
        assert_eq!(
            [1, 2, 3, 4, 5].map(|line| typed.learners_line(line)),
            [None, Some(1), Some(2), None, None]
        );
        assert_eq!(typed.line_of_learner(2), 3);
    }

    #[test]
    fn a_future_import_of_the_learners_stands_at_the_head_and_every_line_is_known() {
        let task = asking(vec![TypesRule::Agree]);
        let line = "from __future__ import annotations";
        let typed = TypedText::new(&task, &format!("{line}\nb\n")).unwrap();
        let blank = " ".repeat(line.len());
        assert_eq!(
            typed.text,
            format!("{line}\ng = 1\n{blank}\nb\np = 1\nreveal_type(__name__)\n")
        );
        assert_eq!([2, 3, 4, 5].map(|at| typed.learners_line(at)), [None, Some(1), Some(2), None]);
        assert_eq!((typed.learners_line(1), typed.line_of_learner(2)), (None, 4));
    }

    #[test]
    fn an_empty_text_is_no_line() {
        let typed = TypedText::new(&asking(vec![TypesRule::Agree]), "").unwrap();
        assert_eq!(typed.text, "g = 1\np = 1\nreveal_type(__name__)\n");
    }

    #[test]
    fn a_task_that_asks_for_no_types_has_no_such_text() {
        assert_eq!(TypedText::new(&task(Vec::new()), "x\n"), None);
    }

    #[test]
    fn the_first_python_of_the_task_is_the_one_that_counts() {
        let mut task = asking(vec![TypesRule::Agree]);
        assert_eq!(TypedText::new(&task, "").unwrap().minor, 13);
        task.python = PythonRange::parse(">=3.11,<3.13");
        assert_eq!(TypedText::new(&task, "").unwrap().minor, 11);
    }

    #[test]
    fn a_mark_of_the_learners_counts_only_in_a_line_of_the_starter() {
        let mut task = asking(vec![TypesRule::Agree]);
        task.starter = code("x: int = ''  # expect: invalid-assignment\n");
        let own = "y: int = ''  # expect: invalid-assignment\n";
        let typed = TypedText::new(&task, &format!("{own}{}", task.starter.text)).unwrap();
        let marks: Vec<_> = typed.marks().collect();
        assert_eq!(marks, [(Spot { part: 1, line: 2 }, "invalid-assignment")]);
        assert!(typed.lost().is_empty());
        let without = TypedText::new(&task, own).unwrap();
        assert_eq!(without.lost(), [task.starter.text.trim()]);
    }
}
