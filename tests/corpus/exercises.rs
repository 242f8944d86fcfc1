//! The two exercises that forgers are graded on, through the real grader: A asks for a function, B for a line of output. Each
//! holds a fresh text among what it expects that must never come out of a program.

use libtest_mimic::Trial;
use pykata::analysis::facts::facts;
use pykata::domain::check::typed::Checked;
use pykata::domain::check::{Case, Check, Expect, Rule, Stdout};
use pykata::domain::clean::Clean;
use pykata::domain::document::Document;
use pykata::domain::exercise::{Code, CodeTask, Solution};
use pykata::domain::place::Place;
use pykata::domain::run::{Clock, Level, Limits, Observation, RunSpec};
use pykata::runner::grade::{Graded, Grader, Submission};
use pykata::runner::{Execute, RunEvent, Supervisor};
use std::sync::Arc;

use crate::manifest::Entry;
use crate::outcome;
use crate::programs::keeps_secrets;
use crate::random::{self, Random};
use crate::stage::{Stage, Stages};
use crate::table::Row;
use crate::trial;

/// How long a run of a forger may take.
const WALL_MS: u64 = 2_000;

/// An exercise, with what must stay with the judge.
pub(crate) struct Exercise {
    pub(crate) name: &'static str,
    pub(crate) task: CodeTask,
    pub(crate) canary: String,
}

fn code(text: String) -> Code {
    Code { text, place: Place::new("lesson.md", 1, 1) }
}

fn check(name: &str, hidden: bool, rule: Rule) -> Check {
    let place = Place::new("lesson.md", 1, 1);
    Check { name: Clean::line(name), place, hidden, need: Vec::new(), worth: None, rule }
}

/// A check that holds whatever is printed, and bears the canary.
fn note(canary: &str) -> Check {
    check("note", true, Rule::Stdout(Stdout::Matches(format!("(?:{canary})?"))))
}

fn task(solution: &str, canary: &str, checks: Vec<Check>) -> CodeTask {
    let text = format!("# {canary}\n{solution}");
    CodeTask {
        given: None,
        starter: code("pass\n".into()),
        probe: None,
        solutions: vec![Solution { title: None, code: code(text), note: Document::default() }],
        checks,
        hints: Vec::new(),
        variants: Vec::new(),
        mistakes: Vec::new(),
        stdin: None,
        files: Vec::new(),
        clock: Clock::Real,
        python: None,
    }
}

const SOLUTION_A: &str = "def solve(n):\n    return sum(k * k for k in range(1, n + 1))\n";
const SOLUTION_B: &str = "print(f'Hello, {input()}!')\n";

/// `solve(n)` gives 1·1 + … + n·n.
pub(crate) fn exercise_a() -> Exercise {
    let canary = random::canary();
    let case = |n: u64| Case {
        call: format!("solve({n})"),
        expect: Expect::Equals((1..=n).map(|k| k * k).sum::<u64>().to_string()),
    };
    let mut random = Random::new(random::fresh_seed());
    let drawn = [(); 5].map(|()| 11 + random.next() % 1000);
    let call = |n: u64| Rule::Call { call: case(n).call, expect: case(n).expect };
    let same = Rule::Call { call: "solve(12)".into(), expect: Expect::SameAsSolution };
    let checks = vec![
        check("three", false, call(3)),
        check("ten", false, call(10)),
        check("others", true, Rule::Cases([7, 100].into_iter().chain(drawn).map(case).collect())),
        check("as the solution", true, same),
        note(&canary),
    ];
    Exercise { name: "A", task: task(SOLUTION_A, &canary, checks), canary }
}

/// Reads a name and greets it.
pub(crate) fn exercise_b() -> Exercise {
    let canary = random::canary();
    let name = format!("N{:x}", random::fresh_seed());
    let greeting = Rule::Stdout(Stdout::Equals(format!("Hello, {name}!")));
    let mut task = task(SOLUTION_B, &canary, vec![check("greets", false, greeting), note(&canary)]);
    task.stdin = Some(format!("{name}\n"));
    Exercise { name: "B", task, canary }
}

/// A hidden check that asks for what the solution gives.
pub(crate) fn hidden_call(call: &str) -> Check {
    let rule = Rule::Call { call: call.to_owned(), expect: Expect::SameAsSolution };
    check("another", true, rule)
}

/// Carries out the runs of a grading, and looks at what comes out of each.
struct Looking<'s> {
    supervisor: &'s mut Supervisor,
    canary: &'s str,
    seen: Vec<String>,
    found: Result<(), String>,
}

impl Execute for Looking<'_> {
    fn run(&mut self, spec: &RunSpec, watch: &mut dyn FnMut(RunEvent)) -> Observation {
        let seen = self.supervisor.run(spec, watch);
        let printed = outcome::printed(&seen);
        let found = keeps_secrets(&printed).and_then(|()| {
            let bad = ["ESCAPED", self.canary].into_iter().find(|word| printed.contains(word));
            bad.map_or(Ok(()), |word| Err(format!("{word} was printed: {printed}")))
        });
        if self.found.is_ok() {
            self.found = found;
        }
        self.seen.push(outcome::name(&seen));
        seen
    }
}

/// Grades a text, and gives how its first run ended.
fn grade(exercise: &Exercise, text: &str, stage: &mut Stage) -> Result<(Graded, String), String> {
    let looking = Looking {
        supervisor: &mut stage.supervisor,
        canary: &exercise.canary,
        seen: Vec::new(),
        found: Ok(()),
    };
    let limits = Limits { wall_ms: WALL_MS, ..Limits::default() };
    let submission = Submission {
        task: &exercise.task,
        file_name: "answer.py",
        text,
        limits: &limits,
        facts_of: &facts,
        types_of: &|_| Checked::Unable("no exercise here asks for types".into()),
        is_stopped: &|| false,
    };
    let mut grader = Grader::new(looking);
    let graded = grader.grade(submission, &mut |_| {});
    let looking = grader.execute();
    std::mem::replace(&mut looking.found, Ok(()))?;
    let told = format!("{:?}", graded.judgement.results);
    if told.contains(&exercise.canary) {
        return Err(format!("what is hidden was told: {told}"));
    }
    Ok((graded, looking.seen.first().cloned().unwrap_or_default()))
}

/// Grades a forger on both exercises: it passes neither.
pub(crate) fn grade_hostile(entry: &Entry, stage: &mut Stage, row: &mut Row) -> Result<(), String> {
    let text = String::from_utf8(entry.source()).map_err(|error| error.to_string())?;
    let mut words = Vec::new();
    for exercise in [exercise_a(), exercise_b()] {
        let (graded, end) = grade(&exercise, &text, stage)?;
        row.wall_ms += graded.observation.wall_ms;
        if graded.judgement.passed {
            return Err(format!("it passed {}: {graded:?}", exercise.name));
        }
        words.push(format!("{}: failed ({end})", exercise.name));
    }
    row.seen = words.join(", ");
    row.verdict = "as expected".into();
    Ok(())
}

/// Without it the others would prove nothing: what is right passes.
pub(crate) fn trials(level: Level, stages: &Arc<Stages>) -> Vec<Trial> {
    let stages = Arc::clone(stages);
    let honest = trial(level, "honest_solutions_pass_both_exercises", move || {
        stages.with(|stage| {
            for (exercise, text) in [(exercise_a(), SOLUTION_A), (exercise_b(), SOLUTION_B)] {
                let (graded, _) = grade(&exercise, text, stage)?;
                if !graded.judgement.passed {
                    return Err(format!("{} was failed: {graded:?}", exercise.name));
                }
            }
            stage.is_clean()
        })
    });
    vec![honest]
}
