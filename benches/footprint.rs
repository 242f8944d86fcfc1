//! What a worker takes: memory of the zygote, and of the processes of a run while it runs, and what a thousand runs leave
//! behind.
//!
//! `PYKATA_RUNS=10000 cargo bench --bench footprint` makes it ten thousand.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it found")]

use std::fs;

use pykata::domain::run::{Clock, Limits, Outcome, Program, RunSpec};
use pykata::runner::{Config, Execute as _, RunEvent, Supervisor};
use pykata::sandbox::tree;

/// Says that it runs, and is there until its time is up.
const TELLS_AND_STAYS: &str = "print(1, flush=True)\nwhile True:\n    pass\n";

/// What a process takes, in KiB, and how many descriptors it has open.
#[derive(Debug, PartialEq, Eq)]
struct Footprint {
    resident: u64,
    proportional: u64,
    private_dirty: u64,
    descriptors: usize,
}

impl Footprint {
    fn of(pid: i32) -> Self {
        let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("0");
            line.split_whitespace().next().and_then(|kib| kib.parse().ok()).unwrap_or(0)
        };
        Self {
            resident: field("Rss:"),
            proportional: field("Pss:"),
            private_dirty: field("Private_Dirty:"),
            descriptors: fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count),
        }
    }
}

fn main() {
    let runs = std::env::var("PYKATA_RUNS").ok().and_then(|n| n.parse().ok()).unwrap_or(1000);
    let worker = env!("CARGO_BIN_EXE_pykata-worker").into();
    let config = Config { worker, temporary: std::env::temp_dir(), level: None };
    let mut supervisor = Supervisor::new(config).expect("a supervisor needs a pipe");
    let about = supervisor.about().expect("the worker was built beside this");
    let (host, zygote) = (std::process::id().cast_signed(), about.pid.cast_signed());
    let program = Program::single("main.py", "print(1)\n");
    let spec = RunSpec { program, calls: Vec::new(), limits: Limits::default() };
    let mut run = |times: u32| {
        for _ in 0..times {
            assert_eq!(supervisor.run(&spec, &mut |_| {}).outcome, Outcome::Normal);
        }
    };
    run(20);
    println!("level {}, Python {}", about.level.word(), about.python);
    println!("zygote  {:?}", Footprint::of(zygote));
    println!("host    {:?}", Footprint::of(host));
    run(runs);
    println!("after {runs} runs more:");
    println!("zygote  {:?}", Footprint::of(zygote));
    println!("host    {:?}", Footprint::of(host));
    println!("processes below the zygote: {}", tree::census(zygote).processes.len());
    for clock in [Clock::Virtual, Clock::Real] {
        let program = Program { clock, ..Program::single("main.py", TELLS_AND_STAYS) };
        let limits = Limits { wall_ms: 500, ..Limits::default() };
        let spec = RunSpec { program, calls: Vec::new(), limits };
        println!("a run, {clock:?} clock, after its first line:");
        let seen = supervisor.run(&spec, &mut |RunEvent::Output(..)| {
            for pid in tree::census(zygote).processes {
                println!("  {pid}: {:?}", Footprint::of(pid));
            }
        });
        assert_eq!(seen.outcome, Outcome::Timeout);
    }
}
