//! Runners for commands, and what is said when there is none.

use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use signal_hook::consts::{SIGINT, SIGTERM};

use super::SandboxOption;
use super::failure::Failure;
use crate::domain::course::PythonVersion;
use crate::domain::run::{Observation, RunSpec};
use crate::runner::{About, Config, Execute, Interrupter, RunEvent, Supervisor, WorkerError};

/// A runner that heeds Ctrl-C and a request to terminate: the run in hand is interrupted as the tutor would do it, and
/// none begins after it, so that the command ends in good order and leaves no folder behind.
pub(super) struct Runner {
    supervisor: Supervisor,
    stopped: Arc<AtomicBool>,
}

impl Runner {
    /// Whether the command was asked to end.
    pub(super) fn is_stopped(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stopped)
    }
}

impl Execute for Runner {
    fn run(&mut self, spec: &RunSpec, watch: &mut dyn FnMut(RunEvent)) -> Observation {
        if self.stopped.load(Ordering::Relaxed) {
            return Observation::stopped(spec);
        }
        self.supervisor.run(spec, watch)
    }
}

/// Starts one runner.
pub(super) fn one(sandbox: SandboxOption) -> Result<Runner, Failure> {
    let mut supervisor = idle(sandbox)?;
    supervisor.start().map_err(|error| no_worker(&error))?;
    heeding(supervisor)
}

/// One for a check that needs no run: no worker is started.
pub(super) fn resting(sandbox: SandboxOption) -> Result<Runner, Failure> {
    heeding(idle(sandbox)?)
}

fn heeding(supervisor: Supervisor) -> Result<Runner, Failure> {
    let stopped = heed_signals(vec![supervisor.interrupter()])?;
    Ok(Runner { supervisor, stopped })
}

/// From here on signals interrupt these runners' runs, and are remembered in the flag.
fn heed_signals(interrupters: Vec<Interrupter>) -> Result<Arc<AtomicBool>, Failure> {
    let heed = || -> io::Result<Arc<AtomicBool>> {
        let stopped = Arc::new(AtomicBool::new(false));
        let (mut woken, wake) = UnixStream::pair()?;
        for signal in [SIGINT, SIGTERM] {
            // The flag is set before the runs hear of it: actions run in the order of their registration.
            signal_hook::flag::register(signal, Arc::clone(&stopped))?;
            signal_hook::low_level::pipe::register(signal, wake.try_clone()?)?;
        }
        thread::Builder::new().name("signals".into()).spawn(move || {
            while woken.read_exact(&mut [0]).is_ok() {
                interrupters.iter().for_each(Interrupter::interrupt);
            }
        })?;
        Ok(stopped)
    };
    heed().map_err(|error| {
        Failure::unable("worker", format_args!("failed to listen for signals: {error}"))
    })
}

/// Where a runner finds what it needs.
pub(super) fn config(sandbox: SandboxOption) -> io::Result<Config> {
    Ok(Config { level: sandbox.level, ..Config::beside_this_program()? })
}

/// One that has started nothing yet.
pub(super) fn idle(sandbox: SandboxOption) -> Result<Supervisor, Failure> {
    let made = config(sandbox).and_then(Supervisor::new);
    made.map_err(|error| {
        Failure::unable("worker", format_args!("failed to prepare the worker: {error}"))
    })
}

/// Runners that work side by side.
pub(super) struct Team {
    /// One for each core.
    pub(super) runners: Vec<Box<dyn Execute + Send>>,
    /// Which Python they have.
    pub(super) python: PythonVersion,
    /// What their answers hang on: the programs, the Python and the sandbox, by their versions.
    pub(super) basis: String,
    /// Whether the command was asked to end.
    pub(super) stopped: Arc<AtomicBool>,
}

/// Starts a runner for each core.
pub(super) fn side_by_side(sandbox: SandboxOption) -> Result<Team, Failure> {
    let mut supervisors = vec![idle(sandbox)?];
    let about = supervisors[0].about().map_err(|error| no_worker(&error))?;
    for _ in 1..thread::available_parallelism().map_or(1, usize::from) {
        supervisors.push(idle(sandbox)?);
    }
    let stopped = heed_signals(supervisors.iter().map(Supervisor::interrupter).collect())?;
    let runners = supervisors.into_iter().map(|supervisor| -> Box<dyn Execute + Send> {
        Box::new(Runner { supervisor, stopped: Arc::clone(&stopped) })
    });
    Ok(Team {
        runners: runners.collect(),
        python: minor_version(&about)?,
        basis: basis(&about),
        stopped,
    })
}

/// The versions of what proves a pack. A program that was built anew is another, whatever version it bears.
fn basis(about: &About) -> String {
    let made = |path: io::Result<PathBuf>| {
        let file = path.and_then(std::fs::metadata);
        file.map_or_else(
            |_| String::new(),
            |file| format!("{}:{}.{}", file.len(), file.mtime(), file.mtime_nsec()),
        )
    };
    [
        env!("CARGO_PKG_VERSION").to_owned(),
        made(std::env::current_exe()),
        made(Ok(about.worker.clone())),
        about.python.clone(),
        about.level.word().to_owned(),
    ]
    .join(" ")
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
