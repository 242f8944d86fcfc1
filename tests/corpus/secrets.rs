//! What is expected, what other cases are given and what the tutor's environment holds is in no process of a run: not in the
//! memory, the descriptors or the surroundings of the program, its init or the zygote.
//!
//! A program stops itself in the middle; the host looks into all three, and lets it go on. That the look is not blind is
//! shown each time by a text of the program's own, which has to be found.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use pykata::analysis::facts::facts;
use pykata::domain::check::typed::Checked;
use pykata::domain::run::Level;
use pykata::domain::run::{Limits, Observation, RunSpec};
use pykata::runner::grade::{Grader, Submission};
use pykata::runner::{Execute, RunEvent, Supervisor};
use rustix::process::Signal;

use crate::exercises::{Exercise, exercise_a};
use crate::home;
use crate::processes::{self, Needles, Process};
use crate::random;
use crate::stage::{Stage, Stages};
use crate::trial;

/// How long a program may take until it has stopped itself.
const STOP: Duration = Duration::from_secs(10);

/// A right answer, which every case is asked of, that stops in the middle of each run.
const PROGRAM: &str = "\
import os, signal
planted = 'PLANTED'
def solve(n):
    return sum(k * k for k in range(1, n + 1))
print('stopping', flush=True)
os.kill(os.getpid(), signal.SIGSTOP)
print('going on')
";

/// Carries out runs, and looks into the processes of each.
struct Searching<'s> {
    supervisor: &'s mut Supervisor,
    zygote: u32,
    /// The planted text stands first; all others are not to be found.
    needles: Needles,
    looks: usize,
    found: io::Result<Vec<String>>,
}

impl Execute for Searching<'_> {
    fn run(&mut self, spec: &RunSpec, watch: &mut dyn FnMut(RunEvent)) -> Observation {
        let (zygote, needles) = (self.zygote, &self.needles);
        let (mut found, mut looks) = (Ok(Vec::new()), 0);
        let seen = self.supervisor.run(spec, &mut |event| {
            let RunEvent::Output(_, bytes) = &event;
            if bytes.starts_with(b"stopping") {
                found = look_at_run(zygote, needles);
                looks += 1;
            }
            watch(event);
        });
        self.looks += looks;
        if let Ok(all) = &mut self.found {
            match found {
                Ok(more) => all.extend(more),
                Err(error) => self.found = Err(error),
            }
        }
        seen
    }
}

/// Looks into zygote, init and program of the run in hand, then lets the program go on.
fn look_at_run(zygote: u32, needles: &Needles) -> io::Result<Vec<String>> {
    let stopped = stopped_below(zygote);
    let looked = stopped.as_ref().map_or_else(
        || Ok(vec!["no program has stopped".to_owned()]),
        |program| search(zygote, program, needles),
    );
    for process in processes::descendants(zygote) {
        processes::signal(process.pid, Signal::CONT);
    }
    looked
}

/// The program that has stopped itself.
fn stopped_below(zygote: u32) -> Option<Process> {
    let until = Instant::now() + STOP;
    while Instant::now() < until {
        if let Some(found) = processes::descendants(zygote).into_iter().find(|it| it.state == 'T') {
            return Some(found);
        }
        std::thread::yield_now();
    }
    None
}

/// What is found that should not be there, and what is not found that should.
fn search(zygote: u32, program: &Process, needles: &Needles) -> io::Result<Vec<String>> {
    let mut faults = Vec::new();
    for (who, pid) in [("zygote", zygote), ("init", program.parent), ("program", program.pid)] {
        let counts = needles.count(pid)?;
        let (planted, others) = counts.split_first().expect("the planted text is one of them");
        if (*planted > 0) != (who == "program") {
            faults.push(format!("the planted text was found {planted} times in the {who}"));
        }
        if others.iter().any(|count| *count > 0) {
            faults.push(format!("{others:?} of what is kept from it was found in the {who}"));
        }
    }
    Ok(faults)
}

/// What must not be found while an exercise is graded: its canary, its hidden inputs, the environment's secret.
fn kept_back(exercise: &Exercise, hidden_input: &str) -> Vec<String> {
    vec![exercise.canary.clone(), hidden_input.to_owned(), home::secret()]
}

pub(crate) fn trials(level: Level, stages: &Arc<Stages>) -> Vec<Trial> {
    let stages = Arc::clone(stages);
    let name = "nothing_that_is_kept_from_a_program_is_in_any_process_of_its_run";
    // Whether this kernel lets one user look into processes that have given up all powers.
    if let Err(error) = stages
        .with(|stage| Ok(Needles::new(&[]).count(stage.zygote())))
        .and_then(|it| it.map_err(|e| e.to_string()))
    {
        eprintln!(
            "skipped: {}::{name}: the kernel shows no other process's memory: {error}",
            level.word()
        );
        return vec![trial(level, name, || Ok(())).with_ignored_flag(true)];
    }
    vec![trial(level, name, move || stages.with(grade_and_search))]
}

fn grade_and_search(stage: &mut Stage) -> Result<(), String> {
    let planted = random::canary().replace("CANARY", "PLANTED");
    // As a number that is drawn, so that the text of the expression is found nowhere by chance.
    let hidden_input = format!("0x{:015x}", random::fresh_seed() >> 4);
    let mut exercise = exercise_a();
    exercise.task.checks.push(crate::exercises::hidden_call(&format!("solve({hidden_input} % 7)")));
    let text = PROGRAM.replace("PLANTED", &planted);
    let mut needles = vec![planted];
    needles.extend(kept_back(&exercise, &hidden_input));
    let zygote = stage.zygote();
    let searching = Searching {
        supervisor: &mut stage.supervisor,
        zygote,
        needles: Needles::new(&needles),
        looks: 0,
        found: Ok(Vec::new()),
    };
    let limits = Limits { wall_ms: 60_000, ..Limits::default() };
    let submission = Submission {
        task: &exercise.task,
        file_name: "answer.py",
        text: &text,
        limits: &limits,
        facts_of: &facts,
        types_of: &|_| Checked::Unable("no exercise here asks for types".into()),
        is_stopped: &|| false,
    };
    let mut grader = Grader::new(searching);
    let graded = grader.grade(submission, &mut |_| {});
    let searching = grader.execute();
    let faults =
        std::mem::replace(&mut searching.found, Ok(Vec::new())).map_err(|e| e.to_string())?;
    let looks = searching.looks;
    if !faults.is_empty() {
        return Err(format!("in {looks} looks: {}", faults.join("; ")));
    }
    // The main run, and one for each hidden case and call.
    if looks < 9 || !graded.judgement.passed {
        return Err(format!("{looks} looks, and {graded:?}"));
    }
    // Nothing of it is left in the zygote and in the program that is parked for the next run.
    for process in processes::descendants(zygote) {
        let counts = count_unless_gone(&searching.needles, process.pid)
            .map_err(|error| format!("what waits for the next run hides its memory: {error}"))?;
        if counts.iter().any(|count| *count > 0) {
            return Err(format!("{counts:?} was found in what waits for the next run"));
        }
    }
    Ok(())
}

/// Counts in a process that may be about to end, like the last run's init: one that has no memory any more refuses the look, and
/// is gone a moment later.
fn count_unless_gone(needles: &Needles, pid: u32) -> io::Result<Vec<usize>> {
    let until = Instant::now() + STOP;
    loop {
        let counts = needles.count(pid);
        if counts.is_ok() || Instant::now() >= until {
            return counts;
        }
        if processes::process(pid).is_none_or(|process| process.state == 'Z') {
            return Ok(Vec::new());
        }
        std::thread::yield_now();
    }
}
