//! What the tests of the runner share.

use std::path::{Path, PathBuf};

use pykata::domain::run::{
    Answer, Author, Clock, Exception, Limits, Observation, Program, RunSpec, Unit,
};
use pykata::domain::value::Value;
use pykata::runner::{Config, Execute, Supervisor};
use tempfile::TempDir;

/// A worker with a temporary folder of its own.
pub(crate) struct Bench {
    pub(crate) supervisor: Supervisor,
    pub(crate) folder: TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("there is room for a temporary folder");
        let config = Config { worker: worker(), temporary: folder.path().to_owned() };
        let supervisor = Supervisor::new(config).expect("a pipe can be made");
        Self { supervisor, folder }
    }

    pub(crate) fn run(&mut self, spec: &RunSpec) -> Observation {
        self.supervisor.run(spec, &mut |_| {})
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
    Unit { author, file: file.into(), text: text.into() }
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

/// Whether any process works in the folder.
pub(crate) fn someone_is_in(folder: &Path) -> bool {
    let processes = std::fs::read_dir("/proc").expect("/proc can be read").flatten();
    processes
        .filter_map(|entry| std::fs::read_link(entry.path().join("cwd")).ok())
        .any(|cwd| cwd.starts_with(folder))
}
