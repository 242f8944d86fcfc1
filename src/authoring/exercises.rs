//! Whether an exercise proves itself: its starter fails, its solutions pass, and each mistake brings up its message.

use super::lint::{Report, Sight};
use super::mistakes;
use crate::domain::check::judge::{CheckResult, Verdict};
use crate::domain::check::literal;
use crate::domain::check::{Expect, Rule};
use crate::domain::course::{Kind, PythonVersion};
use crate::domain::exercise::{Code, CodeTask, Mistake};
use crate::domain::place::Place;
use crate::domain::problem::Problem;
use crate::domain::run::Limits;
use crate::runner::Execute;
use crate::runner::grade::{Graded, Grader, Submission};

/// One exercise with what proves it.
struct Proof<'a, E: Execute> {
    kind: Kind,
    task: &'a CodeTask,
    file: &'a str,
    sight: Sight<'a>,
    grader: &'a mut Grader<E>,
    report: &'a mut Report,
    /// Checks, by place, that the starter fails and no mistake so far.
    unmistaken: Vec<usize>,
}

/// Proves an exercise; those for other Pythons are passed over.
pub(super) fn prove<E: Execute>(
    kind: Kind,
    task: &CodeTask,
    file: &str,
    python: PythonVersion,
    sight: Sight<'_>,
    grader: &mut Grader<E>,
    report: &mut Report,
) {
    literals(task, report);
    if task.needs_run() && task.python.is_some_and(|range| !range.holds(python)) {
        return;
    }
    let mut proof = Proof { kind, task, file, sight, grader, report, unmistaken: Vec::new() };
    proof.starter();
    for solution in &task.solutions {
        proof.solution(&solution.code);
    }
    for mistake in &task.mistakes {
        proof.mistake(mistake);
    }
    proof.unmistaken();
}

/// The places of the checks that fail.
fn failing(graded: &Graded) -> Vec<usize> {
    let results = graded.judgement.results.iter().enumerate();
    results.filter(|(_, result)| result.verdict == Verdict::Fail).map(|(at, _)| at).collect()
}

impl<E: Execute> Proof<'_, E> {
    fn grade(&mut self, text: &str) -> Graded {
        let submission = Submission {
            task: self.task,
            file_name: self.file,
            text,
            limits: &Limits::default(),
            facts_of: self.sight.facts,
            types_of: self.sight.types,
            is_stopped: &|| false,
        };
        self.grader.grade(submission, &mut |_| {})
    }

    fn starter(&mut self) {
        let starter = &self.task.starter;
        let graded = self.grade(&starter.text);
        self.unmistaken = failing(&graded);
        let before = self.report.problems.len();
        if graded.judgement.passed {
            let (message, hint) = match self.kind {
                Kind::Order => (
                    "the lines pass every check in the order in which they are mixed",
                    "add a check that tells right orders from wrong ones, or let lines need indentation",
                ),
                _ => {
                    ("the starter passes every check", "add a check for what the learner has to do")
                }
            };
            self.report.fault(Problem::error(starter.place.clone(), message).hint(hint));
        } else if let Some(mistake) = &graded.mistake {
            self.report.fault(
                Problem::error(
                    starter.place.clone(),
                    format!("the starter brings up the mistake `{}`", mistake.id),
                )
                .hint("narrow the mistake by a `source` rule that the starter does not meet"),
            );
        } else if let Some(check) = self.failing_behavior(&graded) {
            let message = format!(
                "the starter of a refactoring fails {:?}, which is about behavior",
                &*check
            );
            self.report.fault(
                Problem::error(starter.place.clone(), message)
                    .hint("code to refactor works already: let only `source` checks fail"),
            );
        }
        self.report.proved.starters += u32::from(self.report.problems.len() == before);
    }

    /// For a refactoring: the name of a check besides `source` that the starter fails.
    fn failing_behavior(&self, graded: &Graded) -> Option<String> {
        let pairs = self.task.checks.iter().zip(&graded.judgement.results);
        let mut failing = pairs.filter(|(check, result)| {
            result.verdict == Verdict::Fail && !matches!(check.rule, Rule::Source(_))
        });
        failing
            .next()
            .filter(|_| self.kind == Kind::Refactor)
            .map(|(check, _)| check.name.to_string())
    }

    fn solution(&mut self, code: &Code) {
        let graded = self.grade(&code.text);
        if graded.judgement.passed {
            self.report.proved.solutions += 1;
            return;
        }
        let reasons =
            graded.judgement.results.iter().filter(|result| result.verdict != Verdict::Pass);
        for result in reasons {
            let message =
                format!("the solution does not pass {:?}{}", &*result.name, reason(result));
            self.report.fault(
                Problem::error(code.place.clone(), message)
                    .hint("mend the solution, or what the check expects"),
            );
        }
    }

    fn mistake(&mut self, mistake: &Mistake) {
        let graded = self.grade(&mistake.program.text);
        let fails = failing(&graded);
        self.unmistaken.retain(|check| !fails.contains(check));
        let before = self.report.problems.len();
        let place = &mistake.program.place;
        self.report.problems.extend(mistakes::unestablished(mistake));
        match &graded.mistake {
            _ if graded.judgement.passed => self.report.fault(
                Problem::error(
                    place.clone(),
                    format!("the wrong program of `{}` passes every check", mistake.id),
                )
                .hint("add a check that tells it from a solution"),
            ),
            Some(found) if found.id == mistake.id => {}
            found => self.report.fault(other_message(
                place,
                &mistake.id,
                found.as_ref().map(|found| &*found.id),
            )),
        }
        for look_alike in &mistake.look_alikes {
            self.look_alike(mistake, look_alike);
        }
        self.report.proved.mistakes += u32::from(self.report.problems.len() == before);
        // A warning takes nothing from the proof.
        let broad = mistakes::too_broad(mistake, graded.observation.exception.as_ref());
        self.report.problems.extend(broad);
    }

    /// Checks that nobody but the starter fails may ask for nothing that a learner could miss. Lines in the wrong
    /// order are wrong in as many ways as there are orders: no pack names them all.
    fn unmistaken(&mut self) {
        if self.kind == Kind::Order {
            return;
        }
        let names = self.unmistaken.iter().filter_map(|at| self.task.checks.get(*at));
        let names: Vec<String> = names.map(|check| format!("{:?}", &*check.name)).collect();
        if self.task.mistakes.is_empty() || names.is_empty() {
            return;
        }
        let message =
            format!("the starter fails {}, and none of the mistakes does", names.join(" and "));
        self.report.fault(
            Problem::warning(self.task.starter.place.clone(), message)
                .hint("add the mistake that this asks about, or leave the check out"),
        );
    }

    fn look_alike(&mut self, mistake: &Mistake, code: &Code) {
        let graded = self.grade(&code.text);
        if graded.mistake.is_some_and(|found| found.id == mistake.id) {
            self.report.fault(
                Problem::error(
                    code.place.clone(),
                    format!("the look-alike brings up the mistake `{}`", mistake.id),
                )
                .hint("narrow the mistake by a rule that its look-alike does not meet"),
            );
        }
    }
}

fn other_message(place: &Place, id: &str, found: Option<&str>) -> Problem {
    match found {
        Some(other) => Problem::error(
            place.clone(),
            format!("the wrong program of `{id}` brings up `{other}`"),
        )
        .hint("tell the two apart by `source` rules, or drop one"),
        None => Problem::error(
            place.clone(),
            format!("the wrong program of `{id}` does not bring up its message"),
        )
        .hint("its own rules do not hold of it: mend the `toml mistake` block"),
    }
}

fn reason(result: &CheckResult) -> String {
    match (&result.message, &result.got) {
        (Some(message), _) => format!(": {message}"),
        (None, Some(got)) => format!(": it gives {got}"),
        (None, None) => String::new(),
    }
}

/// What the checks and mistakes expect has to be readable as data.
fn literals(task: &CodeTask, report: &mut Report) {
    let mut read = |text: &str, place: &Place, key: &str| {
        if let Err(error) = literal::parse(text) {
            let message = format!(
                "`{key}` is no Python literal: {} (at character {})",
                error.message,
                error.offset + 1
            );
            report.fault(
                Problem::error(place.clone(), message)
                    .hint("write plain data; for anything else use `same-as-solution = true`"),
            );
        }
    };
    for check in &task.checks {
        let expectations: Vec<&Expect> = match &check.rule {
            Rule::Call { expect, .. } => vec![expect],
            Rule::Cases(cases) => cases.iter().map(|case| &case.expect).collect(),
            Rule::Stdout(_)
            | Rule::Source(_)
            | Rule::Measured { .. }
            | Rule::Generate(_)
            | Rule::Lines(_)
            | Rule::Types(_)
            | Rule::Catches(_) => Vec::new(),
        };
        for expect in expectations {
            match expect {
                Expect::Equals(text) => read(text, &check.place, "equals"),
                Expect::Approx { value, .. } => read(value, &check.place, "approx"),
                Expect::Type(_) | Expect::SameAsSolution | Expect::Raises(_) => {}
            }
        }
    }
    for mistake in &task.mistakes {
        if let Some(got) = &mistake.rules.got {
            read(got, &mistake.place, "got");
        }
    }
}
