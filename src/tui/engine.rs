//! Carries out what a check plans, and puts the verdict into words for the screen.

use std::sync::{Arc, Mutex, PoisonError};

use super::jobs::Engine;
use super::msg::{Judged, JudgedCheck};
use crate::domain::check::judge::{CheckResult, Verdict};
use crate::domain::check::source::SyntaxFacts;
use crate::domain::check::typed::{Checked, TypedText};
use crate::domain::clean::Clean;
use crate::domain::course::{Pack, StepRef};
use crate::domain::run::{Limits, Observation, RunSpec};
use crate::runner::grade::{Grader, Submission};
use crate::runner::{Execute, RunEvent};

/// Reads the syntax facts of a text.
pub type ReadFacts = fn(&str) -> SyntaxFacts;

/// Asks the type checker.
pub type ReadTypes = Box<dyn Fn(&TypedText) -> Checked + Send>;

/// The pack as it is now: its author may change it while it is open.
#[derive(Debug, Clone)]
pub struct SharedPack(Arc<Mutex<Arc<Pack>>>);

impl SharedPack {
    /// The pack.
    #[must_use]
    pub fn now(&self) -> Arc<Pack> {
        // One assignment is all that happens under the lock.
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another in its place.
    pub fn set(&self, pack: Arc<Pack>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = pack;
    }
}

impl From<Arc<Pack>> for SharedPack {
    fn from(pack: Arc<Pack>) -> Self {
        Self(Arc::new(Mutex::new(pack)))
    }
}

/// Runs and judges.
pub struct Tutor<E> {
    grader: Grader<E>,
    pack: SharedPack,
    limits: Limits,
    facts: ReadFacts,
    types: ReadTypes,
}

impl<E: Execute> Tutor<E> {
    /// Makes a tutor for a pack.
    pub fn new(
        runner: E,
        pack: impl Into<SharedPack>,
        limits: Limits,
        facts: ReadFacts,
        types: ReadTypes,
    ) -> Self {
        Self { grader: Grader::new(runner), pack: pack.into(), limits, facts, types }
    }
}

impl<E: Execute> Engine for Tutor<E> {
    fn run(&mut self, spec: &RunSpec, watch: &mut dyn FnMut(RunEvent)) -> Observation {
        self.grader.execute().run(spec, watch)
    }

    fn check(&mut self, step: &StepRef, text: &str, is_stopped: &dyn Fn() -> bool) -> Judged {
        let pack = self.pack.now();
        let found = pack.step(step).and_then(|(_, it)| Some((it.file_name(), it.code_task()?)));
        let Some((file_name, task)) = found else {
            let run = Observation::tutor_failed(format!("{step} is no exercise of this pack"));
            return Judged {
                passed: false,
                checks: Vec::new(),
                points: None,
                mistake: None,
                blame: None,
                run,
            };
        };
        let submission = Submission {
            task,
            file_name: &file_name,
            text,
            limits: &self.limits,
            facts_of: &self.facts,
            types_of: &self.types,
            is_stopped,
        };
        let graded = self.grader.grade(submission, &mut |_| {});
        Judged {
            passed: graded.judgement.passed,
            checks: graded.judgement.results.iter().map(shown).collect(),
            mistake: graded.mistake.map(|mistake| (mistake.id, mistake.message)),
            blame: graded.judgement.blame(&file_name),
            points: graded.judgement.points,
            run: graded.observation,
        }
    }
}

/// A result as the screen shows it: of one that holds its name is enough.
fn shown(result: &CheckResult) -> JudgedCheck {
    let mut check = JudgedCheck {
        name: result.name.clone(),
        verdict: result.verdict.word(),
        values: Vec::new(),
        message: None,
    };
    if result.verdict == Verdict::Pass {
        return check;
    }
    let values = [("", &result.call), ("expected", &result.expected), ("got", &result.got)];
    check.values = values
        .into_iter()
        .filter_map(|(label, value)| Some((label, value.clone()?)))
        .chain(result.notes.iter().map(|note| ("", note.clone())))
        .collect();
    let is_detailed = [&result.call, &result.expected, &result.got].iter().any(|it| it.is_some());
    match &result.message {
        // Notes alone go on from the message.
        Some(message) if !is_detailed && !result.notes.is_empty() => {
            check.values.insert(0, ("", message.clone()));
        }
        message => {
            check.message = message.as_ref().map(|message| Clean::line(format!("{message}.")));
        }
    }
    check
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::run::{Answer, Exception, Frame, Outcome};
    use crate::domain::value::Value;
    use crate::runner::fake::FakeRunner;
    use crate::tui::testing::{STARTER, observed, pack};

    fn name() -> StepRef {
        StepRef::new("decorators/keep-the-name", "two-views")
    }

    fn untyped() -> ReadTypes {
        Box::new(|_| Checked::Found(Vec::new()))
    }

    /// Gives every call the same value.
    fn tutor(value: &'static str) -> Tutor<FakeRunner> {
        let runner = FakeRunner::new(move |spec| Observation {
            answers: spec.calls.iter().map(|_| Answer::Value(Value::Str(value.into()))).collect(),
            ..observed("")
        });
        Tutor::new(
            runner,
            Arc::new(pack()),
            Limits::default(),
            |_| SyntaxFacts::default(),
            untyped(),
        )
    }

    #[test]
    fn a_failed_check_shows_what_was_asked_expected_and_got_and_a_passed_one_its_name() {
        let judged = tutor("please log in").check(&name(), STARTER, &|| false);
        assert!(!judged.passed);
        let [failed, passed] = &judged.checks[..] else { panic!("{:?}", judged.checks) };
        assert_eq!((failed.verdict, passed.verdict), ("fail", "pass"));
        let labels: Vec<&str> = failed.values.iter().map(|(label, _)| *label).collect();
        assert!(labels.starts_with(&["", "expected", "got"]), "{:?}", failed.values);
        assert!(passed.values.is_empty() && passed.message.is_none());
    }

    #[test]
    fn an_exception_of_a_failing_check_is_placed_in_the_readers_text() {
        let file = pack().step(&name()).map(|(_, step)| step.file_name()).expect("it is there");
        let frame = |file: &str, line| Frame {
            file: file.to_owned(),
            line,
            column: Some(5),
            end_column: Some(9),
            function: "f".into(),
        };
        let raised = Exception {
            class: "TypeError".into(),
            bases: vec!["TypeError".into()],
            message: "no".into(),
            frames: vec![frame("<check>", 1), frame(&file, 3), frame("/lib/x.py", 7)],
            traceback: String::new(),
            cause: None,
            context: None,
            group: Vec::new(),
        };
        let runner = FakeRunner::new(move |spec| Observation {
            answers: spec.calls.iter().map(|_| Answer::Raised(raised.clone())).collect(),
            ..observed("")
        });
        let facts: ReadFacts = |_| SyntaxFacts::default();
        let mut tutor = Tutor::new(runner, Arc::new(pack()), Limits::default(), facts, untyped());
        let judged = tutor.check(&name(), STARTER, &|| false);
        let blame = judged.blame.expect("a check met an exception");
        assert_eq!((blame.frame.line, &*blame.headline), (3, "TypeError: no"));
    }

    #[test]
    fn a_step_that_is_no_exercise_is_the_tutors_fault() {
        let name = StepRef::new("decorators/keep-the-name", "intro");
        let judged = tutor("").check(&name, "", &|| false);
        assert_eq!(judged.run.outcome, Outcome::TutorFailed);
    }
}
