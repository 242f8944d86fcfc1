//! The whole of a proof: every step of a pack, spread over the runners at hand, but for those that were proved before.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;

use super::bless::Blessing;
use super::{examples, exercises, style};
use crate::domain::check::source::SyntaxFacts;
use crate::domain::check::typed::{Checked, TypedText};
use crate::domain::course::{Lesson, Pack, PythonVersion, Step, Task};
use crate::domain::place::Place;
use crate::domain::problem::{Problem, Severity};
use crate::runner::Execute;
use crate::runner::grade::Grader;
use crate::store::proofs::{Proof, Proofs, Warning};

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
    /// What was proved before.
    pub proofs: &'a Proofs,
    /// Whether the work is to be left off, in which case the report is of no use.
    pub is_stopped: &'a (dyn Fn() -> bool + Sync),
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
    /// Output blocks that could be written anew, instead of the fault at the same place.
    pub blessings: Vec<Blessing>,
}

impl Report {
    /// Notes a problem.
    pub(super) fn fault(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn add(&mut self, other: Self) {
        self.problems.extend(other.problems);
        self.proved.add(other.proved);
        self.blessings.extend(other.blessings);
    }

    /// What is kept of a step that proved itself; nothing of any other.
    fn proof(&self) -> Option<Proof> {
        if self.problems.iter().any(|problem| problem.severity == Severity::Error) {
            return None;
        }
        let warning = |problem: &Problem| Warning {
            line: problem.place.line,
            column: problem.place.column,
            message: problem.message.to_string(),
            hint: problem.hint.as_ref().map(ToString::to_string),
        };
        let Proved { examples, starters, solutions, mistakes } = self.proved;
        Some(Proof {
            proved: [examples, starters, solutions, mistakes],
            warnings: self.problems.iter().map(warning).collect(),
        })
    }

    /// What a step's proof said.
    fn of(proof: Proof, lesson: &Lesson) -> Self {
        let [examples, starters, solutions, mistakes] = proof.proved;
        let problem = |said: Warning| {
            let place = Place { file: lesson.file.clone(), line: said.line, column: said.column };
            let problem = Problem::warning(place, said.message);
            match said.hint {
                Some(hint) => problem.hint(hint),
                None => problem,
            }
        };
        Self {
            problems: proof.warnings.into_iter().map(problem).collect(),
            proved: Proved { examples, starters, solutions, mistakes },
            blessings: Vec::new(),
        }
    }
}

/// One step that is to be proved.
struct Job<'a> {
    lesson: &'a Lesson,
    step: &'a Step,
    /// The name of its proof.
    name: String,
}

/// Proves every step of a pack that was not proved before.
#[must_use]
pub fn lint(pack: &Pack, tools: Tools<'_>) -> Report {
    let Tools { python, sight, runners, progress, proofs, is_stopped } = tools;
    let mut report = Report { problems: style::warnings(pack), ..Report::default() };
    let mut jobs = Vec::new();
    for lesson in pack.lessons() {
        for step in &lesson.steps {
            let name = proofs.name(&content(lesson, step));
            match proofs.find(&name) {
                Some(proof) => report.add(Report::of(proof, lesson)),
                None => jobs.push(Job { lesson, step, name }),
            }
        }
    }
    // The longest first, so that all runners come to their end together.
    jobs.sort_by_key(|job| std::cmp::Reverse(programs(job.step)));
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let found = Mutex::new(report);
    std::thread::scope(|scope| {
        for runner in runners {
            scope.spawn(|| {
                let mut grader = Grader::of_pack(runner);
                let mut own = Report::default();
                while let Some(Job { lesson, step, name }) =
                    jobs.get(next.fetch_add(1, Ordering::Relaxed)).filter(|_| !is_stopped())
                {
                    let proved = prove_step(lesson, step, python, sight, &mut grader);
                    // What was interrupted while it ran has proved nothing.
                    if let Some(proof) = proved.proof().filter(|_| !is_stopped()) {
                        proofs.keep(name, &proof);
                    }
                    own.add(proved);
                    progress(done.fetch_add(1, Ordering::Relaxed) + 1, jobs.len());
                }
                found.lock().expect("no proof panics while it holds the report").add(own);
            });
        }
    });
    let mut report = found.into_inner().expect("no proof panics while it holds the report");
    report.problems.sort_by(|one, other| one.place.cmp(&other.place));
    report
}

/// Everything in a step that its proof hangs on.
fn content(lesson: &Lesson, step: &Step) -> String {
    format!(
        "{}\n{}\n{:?}\n{:?}\n{:?}",
        lesson.file, step.id, lesson.python, step.examples, step.task
    )
}

/// About how many programs a step has.
fn programs(step: &Step) -> usize {
    let task = step.code_task().map_or(0, |task| {
        let look_alikes: usize = task.mistakes.iter().map(|one| one.look_alikes.len()).sum();
        (1 + task.solutions.len() + task.mistakes.len() + look_alikes) * (1 + task.checks.len() / 4)
    });
    2 * step.examples.len() + task
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
