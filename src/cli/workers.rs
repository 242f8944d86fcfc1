//! Runners for commands, and what is said when there is none.

use std::io::Write as _;
use std::thread;

use super::failure::Failure;
use crate::domain::course::PythonVersion;
use crate::runner::{About, Config, Execute, Supervisor, WorkerError};

/// Starts one runner.
pub(super) fn one() -> Result<Supervisor, Failure> {
    let mut supervisor = idle()?;
    supervisor.start().map_err(|error| no_worker(&error))?;
    Ok(supervisor)
}

/// One that has started nothing yet.
pub(super) fn idle() -> Result<Supervisor, Failure> {
    let made = Config::beside_this_program().and_then(Supervisor::new);
    made.map_err(|error| {
        Failure::unable("worker", format_args!("failed to prepare the worker: {error}"))
    })
}

/// Starts a runner for each core, and says which Python they have.
pub(super) fn side_by_side() -> Result<(Vec<Box<dyn Execute + Send>>, PythonVersion), Failure> {
    let mut first = one()?;
    let about = first.about().map_err(|error| no_worker(&error))?;
    let mut runners: Vec<Box<dyn Execute + Send>> = vec![Box::new(first)];
    for _ in 1..thread::available_parallelism().map_or(1, usize::from) {
        runners.push(Box::new(idle()?));
    }
    Ok((runners, minor_version(&about)?))
}

/// The version of `3.11.7` that lessons speak of: 3.11.
fn minor_version(about: &About) -> Result<PythonVersion, Failure> {
    let minor = about.python.split('.').nth(1).and_then(|minor| minor.parse().ok());
    minor.map(PythonVersion).ok_or_else(|| {
        Failure::unable(
            "worker",
            format_args!("the worker has a Python of no known version: {}", about.python),
        )
    })
}

/// Words a worker's error.
pub(super) fn no_worker(error: &WorkerError) -> Failure {
    Failure::unable("worker", error).hint(error.hint())
}

/// Shows how far a proof is, on one line of standard error that is written over.
pub(super) fn tell_progress(done: usize, of: usize) {
    let mut err = std::io::stderr().lock();
    let end = if done == of { "\r\x1b[K" } else { "" };
    // Progress that nobody can see is no failure.
    let _ = write!(err, "\rproved {done} of {of} steps{end}").and_then(|()| err.flush());
}
