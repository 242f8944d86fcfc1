//! Supervisors for tests, used one after another so that what one program leaves behind would meet the next; and what
//! must be true after each run.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use pykata::domain::run::{Level, Observation, Outcome, Program, RunSpec};
use pykata::runner::{Config, Execute, Supervisor, WorkerError};
use tempfile::TempDir;

use crate::{home, processes};

/// How long the kernel may take to bury what was killed, and the supervisor to clear the disk: milliseconds, but for a machine that
/// is very busy or a folder that is very deep.
const BURIAL: Duration = Duration::from_secs(30);

/// What one zygote has below it between runs: the init and the program that wait for the next.
const PARKED: usize = 2;

/// A supervisor with a temporary folder of its own.
pub(crate) struct Stage {
    pub(crate) supervisor: Supervisor,
    pub(crate) level: Level,
    /// The id of its zygote.
    zygote: u32,
    folder: TempDir,
}

/// The worker.
pub(crate) fn worker() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_pykata-worker")).to_owned()
}

impl Stage {
    /// Starts one at that level and no other.
    pub(crate) fn new(level: Level) -> Result<Self, WorkerError> {
        let folder = tempfile::tempdir().expect("there is room for a temporary folder");
        let temporary = folder.path().to_owned();
        let config = Config { worker: worker(), temporary, level: Some(level) };
        let mut supervisor = Supervisor::new(config).expect("a pipe can be made");
        let about = supervisor.about()?;
        assert_eq!(about.level, level, "a level that was asked for is the one that is on");
        Ok(Self { supervisor, level, zygote: about.pid, folder })
    }

    pub(crate) fn run(&mut self, spec: &RunSpec) -> Observation {
        self.supervisor.run(spec, &mut |_| {})
    }

    /// The zygote's id. A run that takes its zygote along gets another one.
    pub(crate) fn zygote(&mut self) -> u32 {
        self.zygote = self.supervisor.about().map_or(self.zygote, |about| about.pid);
        self.zygote
    }

    /// Says what a run has left behind, or done to its surroundings or to the next run.
    pub(crate) fn is_clean(&mut self) -> Result<(), String> {
        self.runs_well()?;
        let zygote = self.zygote();
        settles(|| has_no_processes_but_parked(zygote))?;
        // The disk is cleared behind an answer's back.
        settles(|| self.has_no_files())?;
        home::is_untouched()?;
        for path in ["/hostile_rel.txt", "/tmp/pwned-by-pickle", "pwned-by-pickle"] {
            if Path::new(path).exists() {
                return Err(format!("{path} was written"));
            }
        }
        Ok(())
    }

    /// Runs an ordinary program.
    fn runs_well(&mut self) -> Result<(), String> {
        let text = "import json\nprint(json.dumps({'a': [6 * 7, sorted({'x', 'y'})]}))\n";
        let program = Program::single("next.py", text);
        let seen = self.run(&RunSpec { program, ..RunSpec::default() });
        let right = (seen.outcome, seen.stdout.text().as_str())
            == (Outcome::Normal, "{\"a\": [42, [\"x\", \"y\"]]}\n");
        if right { Ok(()) } else { Err(format!("the next program did not run well: {seen:?}")) }
    }

    /// The private folder holds its owner's mark, the link that is a `python3`, and, where scratch folders lie on the disk, the
    /// empty one of the program that is parked. No mount shows below it, and no socket.
    fn has_no_files(&self) -> Result<(), String> {
        let folder = self.folder.path();
        let mut left = Vec::new();
        for private in folders_in(folder) {
            for path in folders_in(&private) {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let is_parked = name.starts_with("run-")
                    && folders_in(&path) == [path.join("scratch")]
                    && folders_in(&path.join("scratch")).is_empty();
                if !is_parked && name != "owner" && name != "python3" {
                    left.push(path);
                }
            }
        }
        for list in ["/proc/self/mountinfo", "/proc/net/unix"] {
            let text = fs::read_to_string(list).unwrap_or_default();
            let lines = text.lines().filter(|line| line.contains(&*folder.to_string_lossy()));
            left.extend(lines.map(PathBuf::from));
        }
        let runs = left.iter().filter(|path| path.to_string_lossy().contains("/run-")).count();
        if left.is_empty() { Ok(()) } else { Err(format!("{runs} runs have left {left:?}")) }
    }
}

fn has_no_processes_but_parked(zygote: u32) -> Result<(), String> {
    let below = processes::descendants(zygote);
    let lost = processes::orphans_of(&worker());
    if below.len() <= PARKED && lost.is_empty() {
        return Ok(());
    }
    Err(format!("processes are left below {zygote}: {below:?}, lost: {lost:?}"))
}

/// Waits until something holds.
fn settles(holds: impl Fn() -> Result<(), String>) -> Result<(), String> {
    let until = Instant::now() + BURIAL;
    loop {
        let now = holds();
        if now.is_ok() || Instant::now() >= until {
            return now;
        }
        std::thread::yield_now();
    }
}

/// What a folder holds, sorted; a folder that is not there holds nothing.
fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    found.sort();
    found
}

/// The stages of a level, as many as there are tests at a time.
pub(crate) struct Stages {
    level: Level,
    free: Mutex<Vec<Stage>>,
}

impl Stages {
    pub(crate) fn new(level: Level, first: Stage) -> Self {
        Self { level, free: Mutex::new(vec![first]) }
    }

    pub(crate) fn level(&self) -> Level {
        self.level
    }

    /// Has a stage used by a test. It serves the next one too, unless the test fails.
    pub(crate) fn with<T>(
        &self,
        test: impl FnOnce(&mut Stage) -> Result<T, String>,
    ) -> Result<T, String> {
        let free = self.free().pop();
        let mut stage = match free {
            Some(stage) => stage,
            None => Stage::new(self.level).map_err(|error| error.sentence())?,
        };
        let done = test(&mut stage)?;
        self.free().push(stage);
        Ok(done)
    }

    fn free(&self) -> std::sync::MutexGuard<'_, Vec<Stage>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
