//! Judges the answer to one expression.

use super::compare::{self, Difference};
use super::ending::{raised, raised_at};
use super::judge::Verdict;
use super::{Expect, literal, raises};
use crate::domain::clean::Clean;
use crate::domain::run::{Answer, Exception, Outcome};
use crate::domain::value::{Value, short_name};

/// About how many characters of a value are shown.
const SHOWN: usize = 240;

/// What came for a check, as data: for the comparison with known mistakes, never shown.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Seen {
    /// A value, or the output.
    Value(Value),
    /// An exception.
    Raised(Exception),
    /// Nothing, since the run ended so.
    Missing(Outcome),
}

/// Why a check does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// Its own subject.
    Own,
    /// The program did not come to its end, which is the same for every check of it.
    Program,
    /// The tutor could not run it, likewise.
    Tutor,
}

/// What looking at one subject of a check gave.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Finding {
    pub(super) verdict: Verdict,
    pub(super) cause: Cause,
    /// All that may be said of a hidden check.
    pub(super) kind: String,
    pub(super) call: Option<Clean>,
    pub(super) expected: Option<Clean>,
    pub(super) got: Option<Clean>,
    pub(super) message: Option<Clean>,
    pub(super) notes: Vec<Clean>,
    pub(super) seen: Vec<Seen>,
}

impl Finding {
    pub(super) fn new(verdict: Verdict) -> Self {
        Self {
            verdict,
            cause: Cause::Own,
            kind: String::new(),
            call: None,
            expected: None,
            got: None,
            message: None,
            notes: Vec::new(),
            seen: Vec::new(),
        }
    }

    /// A verdict with a message that even a hidden check may show.
    pub(super) fn said(verdict: Verdict, message: impl Into<String>) -> Self {
        let kind = message.into();
        Self { message: Some(Clean::line(&kind)), kind, ..Self::new(verdict) }
    }

    /// A fault of the pack's author.
    pub(super) fn pack_fault(what: &str) -> Self {
        let message = format!("this check is broken, which is the pack's fault, not yours: {what}");
        Self::said(Verdict::Error, message)
    }

    pub(super) fn caused_by(self, cause: Cause) -> Self {
        Self { cause, ..self }
    }

    pub(super) fn having_seen(mut self, seen: Seen) -> Self {
        self.seen.push(seen);
        self
    }

    pub(super) fn from_difference(difference: Option<Difference>) -> Self {
        let Some(difference) = difference else { return Self::new(Verdict::Pass) };
        Self {
            kind: difference.kind.words().to_owned(),
            expected: Some(difference.expected),
            got: Some(difference.got),
            notes: difference.notes,
            ..Self::new(Verdict::Fail)
        }
    }
}

/// Judges an answer that came. `reference` is what the first solution answers, where that is compared with.
pub(super) fn judge(
    expect: &Expect,
    answer: &Answer,
    reference: Option<&Answer>,
    file: &str,
) -> Finding {
    let seen = match answer {
        Answer::Value(value) => Seen::Value(value.clone()),
        Answer::Raised(exception) => Seen::Raised(exception.clone()),
        Answer::Missing => Seen::Missing(Outcome::Normal),
    };
    let finding = match expect {
        Expect::Raises(rule) => match raises::check(rule, answer) {
            Ok(None) => Finding::new(Verdict::Pass),
            Ok(Some(mismatch)) => Finding {
                kind: mismatch.kind.to_owned(),
                expected: Some(Clean::line(mismatch.expected)),
                got: Some(Clean::line(mismatch.got)),
                notes: mismatch.notes.iter().map(Clean::line).collect(),
                ..Finding::new(Verdict::Fail)
            },
            Err(fault) => Finding::pack_fault(&fault),
        },
        Expect::SameAsSolution => same_as(reference, answer, file),
        Expect::Equals(text) => match literal::parse(text) {
            Ok(expected) => value(answer, &expected.display(SHOWN), file, |got| {
                compare::compare(&expected, got)
            }),
            Err(fault) => Finding::pack_fault(&fault.message),
        },
        Expect::Approx { value: text, tolerance } => match literal::parse(text) {
            Ok(expected) => value(answer, &expected.display(SHOWN), file, |got| {
                compare::approx(&expected, got, *tolerance)
            }),
            Err(fault) => Finding::pack_fault(&fault.message),
        },
        Expect::Type(name) => of_type(name, answer, file),
    };
    finding.having_seen(seen)
}

/// Judges a value; an exception in its place fails.
fn value(
    answer: &Answer,
    expected: &str,
    file: &str,
    differ: impl Fn(&Value) -> Option<Difference>,
) -> Finding {
    match answer {
        Answer::Value(got) => Finding::from_difference(differ(got)),
        Answer::Raised(exception) => unexpected(exception, expected, file),
        Answer::Missing => Finding::said(Verdict::Fail, "no answer came"),
    }
}

pub(super) fn unexpected(exception: &Exception, expected: &str, file: &str) -> Finding {
    Finding {
        kind: "an exception was raised".to_owned(),
        expected: Some(Clean::line(expected)),
        got: Some(Clean::line(exception.headline())),
        message: raised_at(exception, file).map(|place| Clean::line(format!("raised at {place}"))),
        ..Finding::new(Verdict::Fail)
    }
}

/// Whether the exception is the object that was asked for, which the harness alone can see.
pub(super) fn same_object(expression: &str, same: Option<bool>, finding: Finding) -> Finding {
    let Finding { seen, .. } = match same {
        Some(true) => return finding,
        Some(false) => finding,
        None => return Finding::pack_fault(&format!("`{expression}` gives no object")),
    };
    Finding {
        kind: "another object was raised".to_owned(),
        expected: Some(Clean::line(format!("the very object that `{expression}` is"))),
        got: Some(Clean::line("another exception of the right type")),
        seen,
        ..Finding::new(Verdict::Fail)
    }
}

fn of_type(name: &str, answer: &Answer, file: &str) -> Finding {
    let expected = format!("a value of type {name}");
    let got = match answer {
        Answer::Value(got) => got,
        Answer::Raised(exception) => return unexpected(exception, &expected, file),
        Answer::Missing => return Finding::said(Verdict::Fail, "no answer came"),
    };
    let class = got.type_name();
    if got.is_of(name) {
        return Finding::new(Verdict::Pass);
    }
    let note = if *class == *short_name(name) {
        Some("it is a class of the program's own that bears the name")
    } else {
        compare::hint(&class)
    };
    Finding {
        kind: compare::DifferenceKind::Type.words().to_owned(),
        expected: Some(Clean::line(expected)),
        notes: note.map(Clean::line).into_iter().collect(),
        got: Some(Clean::line(format!("{} of type {class}", got.display(SHOWN).as_str()))),
        ..Finding::new(Verdict::Fail)
    }
}

fn same_as(reference: Option<&Answer>, answer: &Answer, file: &str) -> Finding {
    match reference {
        None | Some(Answer::Missing) => {
            Finding::pack_fault("its own solution gives no answer to this")
        }
        Some(Answer::Value(expected)) => {
            if let Some(part) = expected.incomparable() {
                let shown = part.display(80);
                let what = format!("its own solution gives {shown}, which has no data to compare");
                return Finding::pack_fault(&what);
            }
            value(answer, &expected.display(SHOWN), file, |got| compare::compare(expected, got))
        }
        Some(Answer::Raised(expected)) => same_exception(expected, answer, file),
    }
}

/// The message is left to the learner: the solution's is one of many good ones.
fn same_exception(expected: &Exception, answer: &Answer, file: &str) -> Finding {
    let (kind, got) = match answer {
        Answer::Raised(exception) if exception.class == expected.class => {
            return Finding::new(Verdict::Pass);
        }
        Answer::Raised(exception) => ("another exception was raised", raised(exception, file)),
        Answer::Value(value) => (
            "nothing was raised",
            format!("nothing was raised, it gave {}", value.display(80).as_str()),
        ),
        Answer::Missing => ("no answer came", "no answer".to_owned()),
    };
    Finding {
        kind: kind.to_owned(),
        expected: Some(Clean::line(format!("{} is raised", expected.class))),
        got: Some(Clean::line(got)),
        ..Finding::new(Verdict::Fail)
    }
}
