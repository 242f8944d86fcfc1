//! The whole of a proof: every step of a pack, spread over the runners at hand.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;

use super::{examples, exercises};
use crate::domain::check::source::SyntaxFacts;
use crate::domain::check::typed::{Checked, TypedText};
use crate::domain::course::{Lesson, Pack, PythonVersion, Step, Task};
use crate::domain::problem::Problem;
use crate::runner::Execute;
use crate::runner::grade::Grader;

/// What a proof needs of the machine.
pub struct Tools<'a> {
    /// The Python that programs run on.
    pub python: PythonVersion,
    /// What reads texts.
    pub sight: Sight<'a>,
    /// What carries out runs; each works on steps of its own, side by side with the others.
    pub runners: Vec<Box<dyn Execute + Send + 'a>>,
    /// Told after each step how many of how many are proved.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
}

/// What reads texts that are not run.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    /// Reads a text's syntax.
    pub facts: &'a (dyn Fn(&str) -> SyntaxFacts + Sync),
    /// Asks the type checker.
    pub types: &'a (dyn Fn(&TypedText) -> Checked + Sync),
}

/// How many programs were proved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Proved {
    /// Examples, each under two hash seeds.
    pub examples: u32,
    /// Starters that fail as they should.
    pub starters: u32,
    /// Solutions that pass.
    pub solutions: u32,
    /// Mistakes with their look-alikes.
    pub mistakes: u32,
}

impl Proved {
    /// Adds what another part proved.
    fn add(&mut self, other: Self) {
        self.examples += other.examples;
        self.starters += other.starters;
        self.solutions += other.solutions;
        self.mistakes += other.mistakes;
    }
}

/// What a proof found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// What is wrong, by place.
    pub problems: Vec<Problem>,
    /// How much was proved.
    pub proved: Proved,
}

impl Report {
    /// Notes a problem.
    pub(super) fn fault(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn add(&mut self, other: Self) {
        self.problems.extend(other.problems);
        self.proved.add(other.proved);
    }
}

/// Proves every step of a pack.
#[must_use]
pub fn lint(pack: &Pack, tools: Tools<'_>) -> Report {
    let Tools { python, sight, runners, progress } = tools;
    let steps: Vec<_> = pack
        .lessons()
        .flat_map(|lesson| lesson.steps.iter().map(move |step| (lesson, step)))
        .collect();
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let found = Mutex::new(Report::default());
    std::thread::scope(|scope| {
        for runner in runners {
            scope.spawn(|| {
                let mut grader = Grader::new(runner);
                let mut own = Report::default();
                while let Some((lesson, step)) = steps.get(next.fetch_add(1, Ordering::Relaxed)) {
                    own.add(prove_step(lesson, step, python, sight, &mut grader));
                    progress(done.fetch_add(1, Ordering::Relaxed) + 1, steps.len());
                }
                found.lock().expect("no proof panics while it holds the report").add(own);
            });
        }
    });
    let mut report = found.into_inner().expect("no proof panics while it holds the report");
    report.problems.sort_by(|one, other| one.place.cmp(&other.place));
    report
}

fn prove_step<E: Execute>(
    lesson: &Lesson,
    step: &Step,
    python: PythonVersion,
    sight: Sight<'_>,
    grader: &mut Grader<E>,
) -> Report {
    let mut report = Report::default();
    let runs = lesson.python.is_none_or(|range| range.holds(python));
    let forms = std::iter::once(step).chain(&step.variants);
    for example in forms.flat_map(|form| &form.examples).filter(|_| runs) {
        examples::prove(example, &step.file_name(), python, grader.execute(), &mut report);
    }
    if let Task::Code(kind, task) = &step.task
        && (runs || !task.needs_run())
    {
        exercises::prove(*kind, task, &step.file_name(), python, sight, grader, &mut report);
    }
    report
}
