//! Tests that need a host of their own: this program is started once more, to play a part that is named in its environment.
//! One host carries out a thousand runs and is measured; another is killed in the midst of one.

use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use pykata::domain::run::{Clock, Level, Limits, Outcome, Program, RunSpec};
use pykata::runner::{Config, Execute, Supervisor};
use rustix::process::Signal;

use crate::processes;
use crate::stage::worker;
use crate::table::{Row, Table};
use crate::trial;

/// Names the part, as `soak full 1000 FOLDER`.
const PART: &str = "PYKATA_CORPUS_PART";

/// How many runs the long one has, if not a thousand.
const RUNS: &str = "PYKATA_CORPUS_RUNS";

/// How long is waited for what a killed host leaves to end, and for a state to settle, before something must be wrong. How long
/// it took stands in the table.
const AFTERLIFE: Duration = Duration::from_secs(10);

/// Plays the part, where the environment names one.
pub(crate) fn play() -> Option<ExitCode> {
    let part = env::var(PART).ok()?;
    let words: Vec<&str> = part.split(' ').collect();
    let [kind, level, runs, folder] = words[..] else { panic!("{part:?} is no part") };
    let level = Level::parse(level).expect("a part names a level");
    let config = Config { worker: worker(), temporary: folder.into(), level: Some(level) };
    let mut supervisor = Supervisor::new(config).unwrap();
    match kind {
        "soak" => soak(&mut supervisor, runs.parse().unwrap()),
        "victim" => be_killed(&mut supervisor),
        _ => panic!("{part:?} is no part"),
    }
    Some(ExitCode::SUCCESS)
}

/// Starts a host that plays a part.
fn start(part: &str, level: Level, runs: &str, folder: &Path) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    command.env(PART, format!("{part} {} {runs} {}", level.word(), folder.display()));
    command.stdout(Stdio::piped()).spawn().unwrap()
}

pub(crate) fn trials(level: Level, table: &Arc<Table>) -> Vec<Trial> {
    let with = |test: fn(Level) -> Result<String, String>, name: &'static str| {
        let table = Arc::clone(table);
        trial(level, name, move || {
            let begun = Instant::now();
            let seen = test(level)?;
            table.add(Row {
                file: name.to_owned(),
                level,
                expected: String::new(),
                seen,
                verdict: "measured".into(),
                wall_ms: begun.elapsed().as_secs_f64() * 1000.0,
            });
            Ok(())
        })
    };
    vec![
        with(stays_flat, "a_thousand_runs_leave_descriptors_processes_and_memory_flat"),
        with(|level| leaves_nothing(level, true), "a_host_killed_in_a_run_leaves_nothing"),
        with(|level| leaves_nothing(level, false), "a_host_killed_between_runs_leaves_nothing"),
    ]
}

/// What a host has open and holds, and its zygote and what is below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Measure {
    host_descriptors: usize,
    zygote_descriptors: usize,
    processes: usize,
    host_kib: u64,
    zygote_kib: u64,
}

impl Measure {
    fn take(zygote: u32) -> Self {
        // Whoever has just ended is buried first, and what is parked stands.
        let until = Instant::now() + AFTERLIFE;
        while processes::descendants(zygote).len() != 2 && Instant::now() < until {
            std::thread::yield_now();
        }
        let host = std::process::id();
        Self {
            host_descriptors: processes::open_descriptors(host),
            zygote_descriptors: processes::open_descriptors(zygote),
            processes: processes::descendants(zygote).len(),
            host_kib: processes::resident_kib(host),
            zygote_kib: processes::resident_kib(zygote),
        }
    }
}

/// Carries out so many runs, and prints a measure after the first tenth and one after the last.
fn soak(supervisor: &mut Supervisor, runs: usize) {
    let zygote = supervisor.about().unwrap().pid;
    let mut measures = Vec::new();
    for n in 1..=runs {
        let text = format!("import json\nx = [bytearray(1000) for _ in range(100)]\nprint({n})\n");
        let program = Program { clock: Clock::Real, ..Program::single("main.py", text) };
        let limits = Limits { wall_ms: 30_000, ..Limits::default() };
        let seen = supervisor.run(&RunSpec { program, limits, ..RunSpec::default() }, &mut |_| {});
        assert_eq!(
            (seen.outcome, seen.stdout.text()),
            (Outcome::Normal, format!("{n}\n")),
            "{seen:?}"
        );
        if n == runs / 10 || n == runs {
            measures.push(Measure::take(zygote));
        }
    }
    assert_eq!(supervisor.about().unwrap().pid, zygote, "one zygote served all");
    let [early, late] = measures[..] else { panic!("there are two measures") };
    println!("after {} runs {early:?}\nafter {runs} runs {late:?}", runs / 10);
    let flat = late.host_descriptors <= early.host_descriptors
        // It may hold the four descriptors of the program that it is just parking.
        && late.zygote_descriptors <= early.zygote_descriptors + 4
        && late.processes == 2
        && late.host_kib <= early.host_kib + 1024
        && late.zygote_kib <= early.zygote_kib + 1024;
    println!("{}", if flat { "flat" } else { "not flat" });
}

fn stays_flat(level: Level) -> Result<String, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let runs = env::var(RUNS).unwrap_or_else(|_| "1000".into());
    let output = start("soak", level, &runs, folder.path()).wait_with_output();
    let output = output.map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout);
    if said.ends_with("\nflat\n") {
        Ok(said.trim().replace('\n', "; "))
    } else {
        Err(said.into_owned())
    }
}

/// Says who its zygote is, then runs a program that holds on to life, or waits with one parked.
fn be_killed(supervisor: &mut Supervisor) {
    let zygote = supervisor.about().unwrap().pid;
    supervisor.start().unwrap();
    println!("zygote {zygote}");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    println!("waiting");
    if line == "run\n" {
        let program = Program { clock: Clock::Real, ..Program::single("main.py", TENACIOUS) };
        let limits = Limits { wall_ms: 600_000, ..Limits::default() };
        let mut say = |_| {
            println!("begun");
            let _ = std::io::stdout().flush();
        };
        let seen = supervisor.run(&RunSpec { program, limits, ..RunSpec::default() }, &mut say);
        println!("nobody killed it: {seen:?}");
        return;
    }
    std::io::stdin().read_line(&mut line).unwrap();
}

/// Ignores every signal that it can, forgets its parent, and has a child that leaves the session and loops as well.
const TENACIOUS: &str = "\
import ctypes, os, signal
ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
for number in range(1, signal.NSIG):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
child = os.fork()
if child == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 5000)
else:
    print('begun', flush=True)
while True: pass
";

fn leaves_nothing(level: Level, in_a_run: bool) -> Result<String, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut command = Command::new(env::current_exe().unwrap());
    command.env(PART, format!("victim {} 0 {}", level.word(), folder.path().display()));
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut host = command.spawn().map_err(|error| error.to_string())?;
    let mut lines = BufReader::new(host.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut word = |name: &str| {
        lines.find_map(|line| line.strip_prefix(name).map(|rest| rest.trim().to_owned()))
    };
    let zygote: u32 = word("zygote ").unwrap_or_default().parse().map_err(|_| "no zygote")?;
    let mut input = host.stdin.take().unwrap();
    input.write_all(if in_a_run { b"run\n" } else { b"no\n" }).unwrap();
    word(if in_a_run { "begun" } else { "waiting" }).ok_or("the host ended early")?;
    let mut below = processes::descendants(zygote);
    let most = Instant::now() + AFTERLIFE;
    while below.len() < if in_a_run { 4 } else { 2 } && Instant::now() < most {
        below = processes::descendants(zygote);
    }
    processes::signal(host.id(), Signal::KILL);
    host.wait().unwrap();
    let killed = Instant::now();
    let pids: Vec<u32> = below.iter().map(|process| process.pid).chain([zygote]).collect();
    let alive = || -> Vec<_> {
        let known = pids.iter().filter_map(|pid| processes::process(*pid));
        known
            .filter(|process| process.state != 'Z')
            .chain(processes::inside(folder.path()))
            .collect()
    };
    while !alive().is_empty() {
        if killed.elapsed() >= AFTERLIFE {
            return Err(format!("still alive: {:?} of {below:?}", alive()));
        }
        std::thread::yield_now();
    }
    let took = format!("{} processes gone after {} ms", pids.len(), killed.elapsed().as_millis());
    // Its folder is left, as it cannot be otherwise, and goes with the next start.
    let left = fs::read_dir(folder.path()).map_err(|error| error.to_string())?.count();
    let config = Config { worker: worker(), temporary: folder.path().into(), level: Some(level) };
    let mut next = Supervisor::new(config).map_err(|error| error.to_string())?;
    next.about().map_err(|error| error.sentence())?;
    let after = fs::read_dir(folder.path()).map_err(|error| error.to_string())?.count();
    if left == 1 && after == 1 && below.len() >= 2 {
        Ok(took)
    } else {
        Err(format!("{left} folders were left, {after} are there after a start; {below:?}"))
    }
}
