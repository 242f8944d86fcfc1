//! Short forms of checks, tasks and observations, for tests of the rooms that judge.

use super::source::{FactKind, SourceRule};
use super::{Case, Check, Expect, Rule, Stdout};
use crate::domain::clean::Clean;
use crate::domain::document::Document;
use crate::domain::exercise::{Code, CodeTask, Mistake, MistakeRules, Probe, Solution};
use crate::domain::place::Place;
use crate::domain::run::{Answer, Captured, Clock, Exception, Frame, Level, Observation, Outcome};
use crate::domain::value::Value;

pub(crate) fn place() -> Place {
    Place::new("lesson.md", 1, 1)
}

pub(crate) fn code(text: &str) -> Code {
    Code { text: text.into(), place: place() }
}

pub(crate) fn check(name: &str, rule: Rule) -> Check {
    let name = Clean::line(name);
    Check { name, place: place(), hidden: false, need: Vec::new(), worth: None, rule }
}

pub(crate) fn call(name: &str, call: &str, expect: Expect) -> Check {
    check(name, Rule::Call { call: call.into(), expect })
}

pub(crate) fn stdout(name: &str, text: &str) -> Check {
    check(name, Rule::Stdout(Stdout::Equals(text.into())))
}

pub(crate) fn cases(name: &str, cases: &[(&str, Expect)]) -> Check {
    let case =
        |(call, expect): &(&str, Expect)| Case { call: (*call).into(), expect: expect.clone() };
    check(name, Rule::Cases(cases.iter().map(case).collect()))
}

pub(crate) fn source(name: &str, kind: FactKind, what: &str) -> Check {
    check(name, Rule::Source(vec![has(kind, what)]))
}

pub(crate) fn has(kind: FactKind, name: &str) -> SourceRule {
    SourceRule { kind, name: name.into(), called: None, within: None, at_least: 1, at_most: None }
}

pub(crate) fn lacks(kind: FactKind, name: &str) -> SourceRule {
    SourceRule { at_least: 0, at_most: Some(0), ..has(kind, name) }
}

pub(crate) fn hidden(check: Check) -> Check {
    Check { hidden: true, ..check }
}

pub(crate) fn needing(name: &str, check: Check) -> Check {
    Check { need: vec![name.into()], ..check }
}

pub(crate) fn equals(literal: &str) -> Expect {
    Expect::Equals(literal.into())
}

/// A task with a given unit, a probe and one solution.
pub(crate) fn task(checks: Vec<Check>) -> CodeTask {
    CodeTask {
        given: Some(code("g = 1\n")),
        starter: code("pass\n"),
        probe: Some(Probe { code: code("p = 1\n"), hidden: false }),
        solutions: vec![Solution { title: None, code: code("s = 1\n"), note: Document::default() }],
        checks,
        hints: Vec::new(),
        variants: Vec::new(),
        mistakes: Vec::new(),
        stdin: None,
        files: Vec::new(),
        clock: Clock::Virtual,
        python: None,
    }
}

pub(crate) fn mistake(id: &str, program: &str, rules: MistakeRules) -> Mistake {
    Mistake {
        id: id.into(),
        place: place(),
        message: Document::default(),
        program: code(program),
        look_alikes: Vec::new(),
        rules,
    }
}

/// A run that came to its end.
pub(crate) fn normal(printed: &str, answers: Vec<Answer>) -> Observation {
    Observation {
        outcome: Outcome::Normal,
        note: None,
        sandbox: Level::Full,
        python: "3.12.1".into(),
        stdout: Captured {
            head: printed.as_bytes().to_vec(),
            tail: Vec::new(),
            total: printed.len() as u64,
        },
        answers,
        ..Observation::tutor_failed("")
    }
}

/// A run that ended so, with these answers before.
pub(crate) fn ended(outcome: Outcome, answers: Vec<Answer>) -> Observation {
    Observation { outcome, ..normal("", answers) }
}

/// A run whose units ended in an exception.
pub(crate) fn failed(exception: Exception, calls: usize) -> Observation {
    Observation {
        exception: Some(exception),
        ..ended(Outcome::Exception, vec![Answer::Missing; calls])
    }
}

/// An exception that came up in line 3 of a file.
pub(crate) fn exception(class: &str, message: &str, file: &str) -> Exception {
    let frame =
        Frame { file: file.into(), line: 3, column: None, end_column: None, function: "f".into() };
    Exception {
        class: class.into(),
        bases: vec![class.into(), "Exception".into()],
        message: message.into(),
        frames: vec![frame],
        traceback: String::new(),
        cause: None,
        context: None,
        group: Vec::new(),
    }
}

pub(crate) fn int(number: i64) -> Value {
    Value::Int(number.to_string())
}

pub(crate) fn text(text: &str) -> Value {
    Value::Str(text.into())
}

pub(crate) fn value(value: Value) -> Answer {
    Answer::Value(value)
}
