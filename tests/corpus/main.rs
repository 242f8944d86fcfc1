//! The hostile programs of `tests/hostile` as tests: one for each program and sandbox level, and what no single program
//! shows (secrets, isolation, a killed host). `full::time_01_loop_pass` is the name of one.
//!
//! The tests run in a child of this program whose home and environment hold canaries, as a tutor's would hold secrets. A
//! level that the machine refuses is one ignored test; `PYKATA_REQUIRE_LEVEL=full` makes that a failure.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper that fails fails its test")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a test harness says what it ran")]

mod batch;
mod exercises;
mod home;
mod manifest;
mod outcome;
mod part;
mod processes;
mod programs;
mod random;
mod reach;
mod reader;
mod secrets;
mod stage;
mod table;

use std::env;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use pykata::domain::run::Level;
use pykata::runner::WorkerError;

use crate::manifest::Entry;
use crate::stage::{Stage, Stages};
use crate::table::Table;

/// Names the levels that must be there, between commas.
const REQUIRED: &str = "PYKATA_REQUIRE_LEVEL";

/// Stands for all tests at a level.
const EVERYTHING: &str = "every_program_of_the_corpus";

/// More at a time than this, and programs that race with a limit of time lose.
const THREADS: usize = 2;

fn main() -> ExitCode {
    if let Some(played) = part::play() {
        return played;
    }
    let mut arguments = Arguments::from_args();
    if !home::is_prepared() {
        return home::run_inside();
    }
    arguments.test_threads = Some(arguments.test_threads.unwrap_or(THREADS).min(THREADS));
    let table = Arc::new(Table::default());
    let entries: Vec<Arc<Entry>> = manifest::read().into_iter().map(Arc::new).collect();
    let mut trials = reader::trials();
    for level in [Level::Full, Level::Confined, Level::LimitsOnly] {
        match Stage::new(level) {
            Ok(stage) => trials.extend(trials_at(level, stage, &entries, &table)),
            Err(WorkerError::Refused { why, .. }) => {
                trials.push(refused(level, why, arguments.list));
            }
            Err(error) => trials.push(trial(level, EVERYTHING, move || Err(error.sentence()))),
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !arguments.list {
        table.tell();
    }
    if conclusion.has_failed() { ExitCode::from(101) } else { ExitCode::SUCCESS }
}

/// All tests at a level.
fn trials_at(level: Level, stage: Stage, entries: &[Arc<Entry>], table: &Arc<Table>) -> Vec<Trial> {
    let stages = Arc::new(Stages::new(level, stage));
    let mut trials = Vec::new();
    for entry in entries.iter().filter(|entry| entry.may_run_at(level)) {
        let name = entry.stem().to_owned();
        let (entry, stages, table) = (Arc::clone(entry), Arc::clone(&stages), Arc::clone(table));
        trials.push(trial(level, &name, move || programs::test(&entry, &stages, &table)));
    }
    trials.extend(exercises::trials(level, &stages));
    trials.extend(reach::trials(level, &stages));
    trials.extend(secrets::trials(level, &stages));
    trials.extend(batch::trials(level, &stages, entries));
    trials.extend(part::trials(level, table));
    trials
}

/// A test at a level.
fn trial(
    level: Level,
    name: &str,
    test: impl FnOnce() -> Result<(), String> + Send + 'static,
) -> Trial {
    Trial::test(format!("{}::{name}", level.word()), move || test().map_err(Failed::from))
}

/// What stands for all tests at a level that is not to be had: ignored, or failed where it is asked for.
fn refused(level: Level, why: String, quiet: bool) -> Trial {
    let required = env::var(REQUIRED).unwrap_or_default();
    let is_required = required.split(',').any(|word| word.trim() == level.word());
    if !quiet {
        eprintln!("skipped: the hostile programs at the level {}: {why}", level.word());
    }
    trial(level, EVERYTHING, move || Err(why)).with_ignored_flag(!is_required)
}
