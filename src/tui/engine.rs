//! Carries out what a check plans, and puts the verdict into words for the screen.

use std::collections::HashMap;
use std::sync::Arc;

use super::jobs::Engine;
use super::msg::{Judged, JudgedCheck};
use crate::domain::check::judge::{CheckResult, Judgement, Verdict, judge, worth_going_on};
use crate::domain::check::mistakes::{Signature, candidates, find};
use crate::domain::check::plan::{Plan, RunKey, Side};
use crate::domain::check::source::SyntaxFacts;
use crate::domain::clean::Clean;
use crate::domain::course::{Pack, StepRef};
use crate::domain::exercise::{CodeTask, Mistake};
use crate::domain::run::{Limits, Observation, RunSpec};
use crate::runner::{Execute, RunEvent};

/// Reads the syntax facts of a text.
pub type ReadFacts = fn(&str) -> SyntaxFacts;

/// Runs and judges, with what is known of solutions and mistakes remembered.
pub struct Tutor<E> {
    runner: E,
    pack: Arc<Pack>,
    limits: Limits,
    facts: ReadFacts,
    /// What was seen of reference runs, which do not change.
    references: HashMap<RunKey, Observation>,
    /// How known wrong programs fail, by step and mistake.
    signatures: HashMap<(StepRef, String), Signature>,
}

impl<E: Execute> Tutor<E> {
    /// Makes a tutor for a pack.
    pub fn new(runner: E, pack: Arc<Pack>, limits: Limits, facts: ReadFacts) -> Self {
        Self { runner, pack, limits, facts, references: HashMap::new(), signatures: HashMap::new() }
    }

    /// Judges a text; also says what was seen of its main run.
    fn judge(
        &mut self,
        task: &CodeTask,
        file: &str,
        text: &str,
        is_stopped: &dyn Fn() -> bool,
    ) -> (Judgement, Observation, SyntaxFacts) {
        let plan = Plan::new(task, file, text, &self.limits);
        let mut seen = Vec::new();
        for run in &plan.runs {
            let reference = run.side == Side::Reference;
            let known = self.references.get(&run.key()).filter(|_| reference).cloned();
            let observation =
                known.unwrap_or_else(|| self.runner.run(&run.spec, &mut |_: RunEvent| {}));
            if reference {
                self.references.insert(run.key(), observation.clone());
            }
            seen.push(observation);
            if is_stopped() || !worth_going_on(&plan, &seen) {
                break;
            }
        }
        let facts = (self.facts)(text);
        let judgement = judge(&plan, task, &seen, &facts);
        let main = seen.get(judgement.run).cloned();
        let main = main.unwrap_or_else(|| Observation::tutor_failed("nothing was run"));
        (judgement, main, facts)
    }

    /// The known mistake behind a failed text: only what its rules allow is run at all.
    fn mistake<'t>(
        &mut self,
        step: &StepRef,
        task: &'t CodeTask,
        file: &str,
        (judgement, facts): (&Judgement, &SyntaxFacts),
        is_stopped: &dyn Fn() -> bool,
    ) -> Option<&'t Mistake> {
        let mut known: Vec<(&str, Signature)> = Vec::new();
        for mistake in candidates(task, facts, judgement) {
            if is_stopped() {
                return None;
            }
            let key = (step.clone(), mistake.id.clone());
            if !self.signatures.contains_key(&key) {
                let (its, ..) = self.judge(task, file, &mistake.program.text, is_stopped);
                self.signatures.insert(key.clone(), Signature::of(&its));
            }
            known.extend(self.signatures.get(&key).map(|it| (&*mistake.id, it.clone())));
        }
        find(task, facts, judgement, &known)
    }
}

impl<E: Execute> Engine for Tutor<E> {
    fn run(&mut self, spec: &RunSpec, watch: &mut dyn FnMut(RunEvent)) -> Observation {
        self.runner.run(spec, watch)
    }

    fn check(&mut self, step: &StepRef, text: &str, is_stopped: &dyn Fn() -> bool) -> Judged {
        let pack = Arc::clone(&self.pack);
        let found = pack.step(step).and_then(|(_, it)| Some((it.file_name(), it.code_task()?)));
        let Some((file, task)) = found else {
            let run = Observation::tutor_failed(format!("{step} is no exercise of this pack"));
            return Judged { passed: false, checks: Vec::new(), mistake: None, run };
        };
        let (judgement, run, facts) = self.judge(task, &file, text, is_stopped);
        let mistake = self.mistake(step, task, &file, (&judgement, &facts), is_stopped);
        Judged {
            passed: judgement.passed,
            checks: judgement.results.iter().map(shown).collect(),
            mistake: mistake.map(|mistake| (mistake.id.clone(), mistake.message.clone())),
            run,
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
    check.message = result.message.as_ref().map(|message| Clean::line(format!("{message}.")));
    check
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::run::{Answer, Outcome};
    use crate::domain::value::Value;
    use crate::runner::fake::FakeRunner;
    use crate::tui::testing::{STARTER, observed, pack};

    fn name() -> StepRef {
        StepRef::new("decorators/keep-the-name", "two-views")
    }

    /// Gives every call the same value.
    fn tutor(value: &'static str) -> Tutor<FakeRunner> {
        let runner = FakeRunner::new(move |spec| Observation {
            answers: spec.calls.iter().map(|_| Answer::Value(Value::Str(value.into()))).collect(),
            ..observed("")
        });
        Tutor::new(runner, Arc::new(pack()), Limits::default(), |_| SyntaxFacts::default())
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
    fn a_step_that_is_no_exercise_is_the_tutors_fault() {
        let name = StepRef::new("decorators/keep-the-name", "intro");
        let judged = tutor("").check(&name, "", &|| false);
        assert_eq!(judged.run.outcome, Outcome::TutorFailed);
    }
}
