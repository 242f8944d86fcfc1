//! Carries out runs with the worker: one zygote for each hash seed, one run at a time.

use std::collections::HashMap;
use std::env;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::error::WorkerError;
use super::interrupt::{Interrupter, Interruptions};
use super::outcome::{self, Kill};
use super::reading::Door;
use super::running::{Ends, Over, Running};
use super::scratch::{RunFolder, Scratch};
use super::zygote::Zygote;
use super::{Execute, RunEvent, sys};
use crate::domain::explain::explain;
use crate::domain::record::Record;
use crate::domain::run::{Level, Limits, Observation, RunSpec};
use crate::domain::traceback;
use crate::protocol::messages::{Caps, Declined, End, Request, Tried};
use crate::protocol::record;

/// The name of the second program.
const WORKER: &str = "pykata-worker";

/// How many tasks, threads or coroutines are told of.
const TOLD_MAX: usize = 32;

/// How many zygotes wait at a time; a proof needs two hash seeds beside the usual one.
const ZYGOTES_MAX: usize = 3;

/// Where a supervisor finds what it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The worker program.
    pub worker: PathBuf,
    /// The folder in which its private one is made.
    pub temporary: PathBuf,
    /// The one sandbox level that will do; without it, the strongest that the machine grants.
    pub level: Option<Level>,
}

impl Config {
    /// The worker beside this program, and the system's temporary folder.
    pub fn beside_this_program() -> io::Result<Self> {
        Ok(Self { worker: beside_this_program(WORKER)?, temporary: env::temp_dir(), level: None })
    }
}

/// Where another program of ours stands, by name.
pub fn beside_this_program(name: &str) -> io::Result<PathBuf> {
    Ok(beside(&env::current_exe()?, name))
}

/// Where the companion of a program stands: beside it; for tests and benchmarks, which cargo puts into `deps`, one up.
fn beside(program: &Path, name: &str) -> PathBuf {
    let folder = program.parent().unwrap_or(Path::new("."));
    let built_by_cargo = folder.ends_with("deps") || folder.ends_with("examples");
    let folder = if built_by_cargo { folder.parent().unwrap_or(folder) } else { folder };
    folder.join(name)
}

/// What there is to say of a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its Python, as `3.11.7`.
    pub python: String,
    /// What its sandbox covers.
    pub level: Level,
    /// The program.
    pub worker: PathBuf,
    /// The zygote's process id.
    pub pid: u32,
    /// What was tried from inside the sandbox.
    pub tried: Vec<Tried>,
    /// The stronger levels that are not to be had.
    pub declined: Vec<Declined>,
}

/// A zygote with the program that waits for the next run: forked and confined ahead of time, so that a run need not wait for
/// that.
#[derive(Debug)]
struct Station {
    zygote: Zygote,
    parked: Option<Parked>,
}

/// A program that waits for something to run.
#[derive(Debug)]
struct Parked {
    ends: Ends,
    folder: RunFolder,
    caps: Caps,
    /// Where it writes its course, if that is wanted.
    tape: File,
}

/// Carries out runs; starts its zygotes when they are first needed, or before on [`Supervisor::start`].
#[derive(Debug)]
pub struct Supervisor {
    config: Config,
    stations: HashMap<u32, Station>,
    /// Removes what the last run left on the disk, which may take longer than the run.
    cleaner: Option<JoinHandle<()>>,
    scratch: Option<Scratch>,
    interruptions: Interruptions,
    interrupter: Interrupter,
    /// Where the way to the usual zygote is given to others.
    door: Door,
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        // The private folder goes last, when nobody is at work in it any more.
        self.door.shut();
        self.stations.clear();
        self.await_cleaner();
    }
}

impl Supervisor {
    /// Makes one that has started nothing yet.
    pub fn new(config: Config) -> io::Result<Self> {
        let (interruptions, interrupter) = Interruptions::new()?;
        let stations = HashMap::new();
        let (scratch, cleaner) = (None, None);
        let door = Door::default();
        Ok(Self { config, stations, cleaner, scratch, interruptions, interrupter, door })
    }

    /// The same with a door that it opens for whoever has texts read.
    #[must_use]
    pub fn with_door(mut self, door: Door) -> Self {
        self.door = door;
        self
    }

    /// What stops a run from another thread.
    #[must_use]
    pub fn interrupter(&self) -> Interrupter {
        self.interrupter.clone()
    }

    /// Starts the usual zygote and has a program parked, so that the first run need not wait for them.
    pub fn start(&mut self) -> Result<(), WorkerError> {
        self.prepare(0)?;
        self.park(0, caps(&Limits::default()));
        Ok(())
    }

    /// What there is to say of the worker; starts it first.
    pub fn about(&mut self) -> Result<About, WorkerError> {
        self.prepare(0)?;
        let station = self.stations.get(&0).ok_or(WorkerError::Silent { path: self.worker() })?;
        let ready = station.zygote.ready();
        Ok(About {
            python: ready.python.clone(),
            level: ready.level,
            worker: self.worker(),
            pid: station.zygote.pid(),
            tried: ready.tried.clone(),
            declined: ready.declined.clone(),
        })
    }

    fn worker(&self) -> PathBuf {
        self.config.worker.clone()
    }

    /// Sees to it that there are a private folder and a zygote for the seed.
    fn prepare(&mut self, hash_seed: u32) -> Result<(), WorkerError> {
        let prepared = self.prepare_unless_there(hash_seed);
        if prepared.is_err() && hash_seed == 0 {
            self.door.shut();
        }
        prepared
    }

    fn prepare_unless_there(&mut self, hash_seed: u32) -> Result<(), WorkerError> {
        if self.scratch.is_none() {
            let made = Scratch::new(&self.config.temporary, &self.config.worker)
                .map_err(WorkerError::system("make a temporary folder"))?;
            self.scratch = Some(made);
        }
        if self.stations.get_mut(&hash_seed).is_some_and(|station| station.zygote.is_alive()) {
            return Ok(());
        }
        self.stations.remove(&hash_seed);
        if self.stations.len() >= ZYGOTES_MAX {
            self.stations.retain(|seed, _| *seed == 0);
        }
        let python = self.scratch.as_ref().map(Scratch::python).unwrap_or_default();
        let zygote = Zygote::start(&self.config.worker, &python, hash_seed, self.config.level)?;
        if hash_seed == 0 {
            self.door.open(zygote.way());
        }
        self.stations.insert(hash_seed, Station { zygote, parked: None });
        Ok(())
    }

    /// Has a folder that is done with removed, so that the answer of its run need not wait for that.
    fn clean_up(&mut self, folder: RunFolder) {
        if folder.is_on_disk() {
            self.await_cleaner();
            // Without a thread it is removed here and now.
            let cleaner = thread::Builder::new().name("clean-up".into());
            self.cleaner = cleaner.spawn(move || drop(folder)).ok();
        }
    }

    fn await_cleaner(&mut self) {
        if let Some(cleaner) = self.cleaner.take() {
            // What it could not remove, the end of the private folder will.
            let _ = cleaner.join();
        }
    }

    /// Has a program parked for the next run. Where that fails, the next run asks for one itself, and tells.
    fn park(&mut self, hash_seed: u32, caps: Caps) {
        if let (Some(scratch), Some(station)) =
            (&mut self.scratch, self.stations.get_mut(&hash_seed))
        {
            station.parked = ask(&station.zygote, scratch, caps).ok();
        }
    }

    /// The program for a run: the one that is parked, if it is there and has these limits, or one that is asked for now.
    fn take(&mut self, hash_seed: u32, caps: Caps) -> Result<Parked, WorkerError> {
        let missing = WorkerError::Silent { path: self.worker() };
        let (Some(scratch), Some(station)) = (&mut self.scratch, self.stations.get_mut(&hash_seed))
        else {
            return Err(missing);
        };
        let parked = station.parked.take();
        match parked.filter(|parked| parked.caps == caps && parked.ends.are_quiet()) {
            Some(parked) => Ok(parked),
            None => ask(&station.zygote, scratch, caps)
                .map_err(WorkerError::system("ask the worker for a process")),
        }
    }

    /// Carries out a run; where the zygote turns out to be gone before anything was seen, once more with another.
    fn carry_out(
        &mut self,
        spec: &RunSpec,
        watch: &mut dyn FnMut(RunEvent),
    ) -> Result<Observation, WorkerError> {
        self.interruptions.take();
        let first = self.attempt(spec, watch)?;
        Ok(match first {
            Attempt::Seen(seen) => *seen,
            Attempt::Unseen(seen) => match self.attempt(spec, watch)? {
                Attempt::Seen(again) => *again,
                Attempt::Unseen(_) => *seen,
            },
        })
    }

    fn attempt(
        &mut self,
        spec: &RunSpec,
        watch: &mut dyn FnMut(RunEvent),
    ) -> Result<Attempt, WorkerError> {
        let seed = spec.program.hash_seed;
        self.prepare(seed)?;
        let asked = Instant::now();
        let Parked { ends, folder, caps, tape } = self.take(seed, caps(&spec.limits))?;
        let missing = WorkerError::Silent { path: self.worker() };
        let zygote = &self.stations.get(&seed).ok_or(missing)?.zygote;
        let over = Running::new(spec, ends, asked, watch)
            .and_then(|run| run.finish(zygote.as_fd(), &self.interruptions))
            .map_err(WorkerError::system("talk with the worker"));
        let wall_ms = asked.elapsed().as_secs_f64() * 1000.0;
        let over = match over {
            Ok(over) => over,
            Err(error) => {
                self.stations.remove(&seed);
                return Err(error);
            }
        };
        let (level, python) = (zygote.ready().level, zygote.ready().python.clone());
        self.clean_up(folder);
        if over.stuck {
            self.stations.remove(&seed);
        } else {
            self.park(seed, caps);
        }
        let lost = over.unseen && matches!(over.evidence.killed, Some(Kill::Broken(_)));
        let course = spec.program.record.map(|_| Box::new(read_record(&tape)));
        let seen = observe(over, level, python, wall_ms);
        let mut seen = Box::new(Observation { record: course, ..seen });
        traceback::mend(&mut seen, spec);
        if seen.note.is_none() {
            seen.note = explain(&seen, &spec.program, &spec.calls).map(|said| said.to_string());
        }
        Ok(if lost { Attempt::Unseen(seen) } else { Attempt::Seen(seen) })
    }
}

/// What came of one attempt.
enum Attempt {
    Seen(Box<Observation>),
    /// The zygote was lost before anything was seen of the run.
    Unseen(Box<Observation>),
}

impl Execute for Supervisor {
    fn run(&mut self, spec: &RunSpec, watch: &mut dyn FnMut(RunEvent)) -> Observation {
        if let Some(name) = unfit_name(spec) {
            return Observation::tutor_failed(format!("{name:?} is not the name of a file"));
        }
        self.carry_out(spec, watch).unwrap_or_else(|error| {
            let missing = spec.calls.iter().map(|_| crate::domain::run::Answer::Missing).collect();
            Observation { answers: missing, ..Observation::tutor_failed(error.sentence()) }
        })
    }
}

/// The first name of a unit or a file that is not a bare one.
fn unfit_name(spec: &RunSpec) -> Option<&str> {
    let units = spec.program.units.iter().map(|unit| unit.file.as_str());
    let files = spec.program.files.iter().map(|file| file.name.as_str());
    units
        .chain(files)
        .find(|name| name.is_empty() || *name == "." || *name == ".." || name.contains(['/', '\0']))
}

/// The limits that are set inside a run's own processes.
fn caps(limits: &Limits) -> Caps {
    Caps {
        memory_bytes: limits.memory_bytes,
        file_bytes: limits.scratch_bytes,
        tasks: limits.tasks,
    }
}

/// Asks a zygote for a program, and keeps the near ends of its streams.
fn ask(zygote: &Zygote, scratch: &mut Scratch, caps: Caps) -> io::Result<Parked> {
    let folder = scratch.for_run(zygote.ready().scratch.as_deref())?;
    let tape = sys::shared_file(scratch.private(), record::SIZE)?;
    let (out, its_out) = sys::output_pipe()?;
    let (err, its_err) = sys::output_pipe()?;
    let (talk, its_talk) = UnixStream::pair()?;
    let (control, its_control) = UnixStream::pair()?;
    talk.set_nonblocking(true)?;
    control.set_nonblocking(true)?;
    let request = Request {
        scratch: folder.path().to_str().ok_or(io::ErrorKind::InvalidFilename)?.to_owned(),
        limits: caps,
    };
    let theirs =
        [its_out.as_fd(), its_err.as_fd(), its_talk.as_fd(), its_control.as_fd(), tape.as_fd()];
    zygote.request(request, &theirs)?;
    Ok(Parked { ends: Ends { out, err, talk, control }, folder, caps, tape })
}

/// Puts together what was seen.
fn observe(over: Over, sandbox: Level, python: String, wall_ms: f64) -> Observation {
    let ending = outcome::classify(&over.evidence);
    let usage = over.evidence.usage.unwrap_or_default();
    let figures = over.evidence.figures;
    let mut closing = over.evidence.closing.unwrap_or_default();
    let (exception, mut waiting) = match (over.evidence.end, closing.stuck.take()) {
        (Some(End::Stuck(stuck)), _) | (_, Some(stuck)) => (Some(stuck.exception), stuck.waiting),
        (Some(End::Raised { exception, .. }), None) => (Some(exception), Vec::new()),
        (Some(_), None) => (None, Vec::new()),
        (None, None) => (over.evidence.raising, Vec::new()),
    };
    // The harness keeps to this by itself; what comes from a program need not come from the harness.
    waiting.truncate(TOLD_MAX);
    closing.tasks.tasks_left.truncate(TOLD_MAX);
    closing.tasks.never_awaited.truncate(TOLD_MAX);
    Observation {
        outcome: ending.outcome,
        exit: ending.exit,
        signal: ending.signal,
        exception,
        stdout: over.stdout,
        stderr: over.stderr,
        answers: over.answers,
        wall_ms,
        virtual_s: closing.virtual_ns.map(|ns| Duration::from_nanos(ns).as_secs_f64()),
        waiting,
        tasks: closing.tasks,
        peak_bytes: Some(usage.peak_bytes).filter(|peak| *peak > 0),
        processes_left: usage.left,
        sandbox,
        python,
        note: ending.note,
        record: None,
        figures,
    }
}

/// What a program wrote of its course, however it ended. It is read, not mapped: the program had a hand on the file.
fn read_record(tape: &File) -> Record {
    let mut bytes = vec![0; record::SIZE];
    let mut length = 0;
    while let Ok(more @ 1..) = tape.read_at(&mut bytes[length..], length as u64) {
        length += more;
    }
    record::read(&bytes[..length])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_stands_beside_the_program_and_above_a_test() {
        let beside = super::beside(Path::new("/usr/bin/pykata"), WORKER);
        assert_eq!(beside, Path::new("/usr/bin/pykata-worker"));
        let above = super::beside(Path::new("/src/target/debug/deps/runner-0123"), WORKER);
        assert_eq!(above, Path::new("/src/target/debug/pykata-worker"));
    }
}
