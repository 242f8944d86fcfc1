//! What the tests of the runner share.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use pykata::domain::run::{
    Answer, Author, Clock, Exception, Level, Limits, Observation, Program, RunSpec, Unit,
};
use pykata::domain::value::Value;
use pykata::runner::{Config, Execute, Supervisor};
use pykata::sandbox::{signals, tree};
use tempfile::TempDir;

/// A worker with a temporary folder of its own.
pub(crate) struct Bench {
    pub(crate) supervisor: Supervisor,
    pub(crate) folder: TempDir,
}

impl Bench {
    /// At the level that `PYKATA_TEST_SANDBOX` names, or at the strongest that the machine grants.
    pub(crate) fn new() -> Self {
        Self::at(std::env::var("PYKATA_TEST_SANDBOX").ok().map(|word| {
            Level::parse(&word).unwrap_or_else(|| panic!("{word:?} is no level of the sandbox"))
        }))
    }

    pub(crate) fn at(level: Option<Level>) -> Self {
        let folder = tempfile::tempdir().expect("there is room for a temporary folder");
        let config = Config { worker: worker(), temporary: folder.path().to_owned(), level };
        let supervisor = Supervisor::new(config).expect("a pipe can be made");
        Self { supervisor, folder }
    }

    pub(crate) fn run(&mut self, spec: &RunSpec) -> Observation {
        self.supervisor.run(spec, &mut |_| {})
    }

    /// Carries out a run, and gives the processes that were below the zygote when it first wrote something: the run's own, as
    /// the next program is parked only after it. Then the file `go` is in its scratch folder, where that lies on the disk.
    pub(crate) fn run_and_list(&mut self, spec: &RunSpec) -> (Observation, Vec<i32>) {
        let zygote = self.supervisor.about().expect("there is a worker").pid.cast_signed();
        let mut below = Vec::new();
        let seen = self.supervisor.run(spec, &mut |_| {
            if below.is_empty() {
                below = tree::census(zygote).processes;
                let private = std::fs::read_dir(self.folder.path()).expect("it is ours").flatten();
                for private in private {
                    // The first run's; elsewhere there is none.
                    let _ = std::fs::write(private.path().join("run-1/scratch/go"), "");
                }
            }
        });
        assert!(!below.is_empty(), "it wrote nothing: {seen:?}");
        (seen, below)
    }

    pub(crate) fn run_text(&mut self, text: &str) -> Observation {
        self.run(&program(text))
    }
}

pub(crate) fn worker() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_pykata-worker")).to_owned()
}

pub(crate) fn run_text(text: &str) -> Observation {
    Bench::new().run_text(text)
}

pub(crate) fn run(spec: &RunSpec) -> Observation {
    Bench::new().run(spec)
}

/// A run of one unit.
pub(crate) fn program(text: &str) -> RunSpec {
    RunSpec { program: Program::single("main.py", text), ..RunSpec::default() }
}

/// A run of one unit with calls after it.
pub(crate) fn calls(text: &str, calls: &[&str]) -> RunSpec {
    RunSpec { calls: calls.iter().map(|&call| call.to_owned()).collect(), ..program(text) }
}

/// A run by the clock on the wall.
pub(crate) fn real(spec: RunSpec) -> RunSpec {
    let program = Program { clock: Clock::Real, ..spec.program };
    RunSpec { program, ..spec }
}

/// A run that may take so long.
pub(crate) fn limited(text: &str, wall_ms: u64) -> RunSpec {
    RunSpec { limits: Limits { wall_ms, ..Limits::default() }, ..program(text) }
}

pub(crate) fn unit(author: Author, file: &str, text: &str) -> Unit {
    Unit::new(author, file, text)
}

/// The value of one expression after a program.
pub(crate) fn value(text: &str, expression: &str) -> Value {
    let seen = run(&calls(text, &[expression]));
    match seen.answers.as_slice() {
        [Answer::Value(value)] => value.clone(),
        other => panic!("{other:?} of {seen:?}"),
    }
}

/// The exception that came out of a program.
pub(crate) fn exception(text: &str) -> Exception {
    let seen = run_text(text);
    let shown = format!("{seen:?}");
    seen.exception.expect(&shown)
}

/// Waits until none of the processes is left; false where some stay.
pub(crate) fn all_go(processes: &[i32]) -> bool {
    let until = Instant::now() + Duration::from_secs(20);
    while processes.iter().any(|pid| is_alive(*pid)) {
        if Instant::now() > until {
            return false;
        }
        thread::yield_now();
    }
    true
}

/// Whether a process is there and no zombie.
fn is_alive(pid: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
}

/// A command whose signals have their default actions: what starts the tests may ignore some, as a shell does for jobs in
/// its background, and a Python that inherits that is another.
#[expect(unsafe_code, reason = "nothing else acts between fork and exec")]
pub(crate) fn as_from_a_shell(command: &mut Command) -> &mut Command {
    let reset = || {
        signals::reset_all();
        Ok(())
    };
    // SAFETY: the closure calls `sigaction` alone, which is allowed there.
    unsafe { command.pre_exec(reset) }
}
