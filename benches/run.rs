//! One small program from request to result, beside a bare interpreter that is started for it and beside a test runner, in one
//! process; how many runs go through; how long a worker takes to be ready.
//!
//! Read the ratios, not the milliseconds: they belong to the machine and to what else it does. `taskset -c 0 cargo bench
//! --bench run` pins all of it to one core.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use pykata::domain::run::{Clock, Limits, Outcome, Program, RunSpec};
use pykata::protocol;
use pykata::runner::{Config, Execute as _, Supervisor};

/// How many runs one sample of the throughput holds.
const BATCH: u64 = 50;

/// How long a reader takes at least between two runs.
const PAUSE: Duration = Duration::from_millis(20);

/// The Python that the worker was built with: by its own path, as a wrapper on the path may cost more than it.
fn python() -> Command {
    Command::new(format!("{}/bin/python{}", protocol::PYTHON_PREFIX, protocol::PYTHON_SHORT))
}

fn supervisor() -> Supervisor {
    let worker = env!("CARGO_BIN_EXE_pykata-worker").into();
    let config = Config { worker, temporary: std::env::temp_dir(), level: None };
    let mut supervisor = Supervisor::new(config).expect("a supervisor needs a pipe");
    supervisor.start().expect("the worker was built beside this");
    supervisor
}

fn spec(clock: Clock) -> RunSpec {
    let program = Program { clock, ..Program::single("main.py", "print(1)\n") };
    RunSpec { program, calls: Vec::new(), limits: Limits::default() }
}

fn print_one(c: &mut Criterion) {
    let mut supervisor = supervisor();
    let folder = tempfile::tempdir().expect("a temporary folder is to be had");
    let file = folder.path().join("main.py");
    std::fs::write(&file, "print(1)\n").expect("a temporary folder is writable");
    let test = folder.path().join("test_one.py");
    std::fs::write(&test, "def test_one():\n    assert 1\n").expect("it is writable");

    let mut group = c.benchmark_group("print(1)");
    for (name, clock) in [("virtual clock", Clock::Virtual), ("real clock", Clock::Real)] {
        let spec = spec(clock);
        group.bench_function(format!("pykata, request to result, {name}"), |b| {
            let run = |()| {
                let seen = supervisor.run(&spec, &mut |_| {});
                assert_eq!(seen.outcome, Outcome::Normal);
            };
            // As a reader does it: by the next run a program is parked.
            b.iter_batched(|| thread::sleep(PAUSE), run, BatchSize::PerIteration);
        });
    }
    group.bench_function("python3 -I -S FILE", |b| {
        b.iter(|| {
            let out = python().args(["-I", "-S"]).arg(&file).output();
            assert_eq!(out.expect("the Python of the worker is there").stdout, b"1\n");
        });
    });
    if has_pytest() {
        group.sample_size(10);
        group.bench_function("python3 -m pytest, one test", |b| b.iter(|| assert!(passes(&test))));
    }
    group.finish();
}

fn has_pytest() -> bool {
    let mut command = python();
    let asked = command.args(["-m", "pytest", "--version"]).stdout(Stdio::null());
    asked.stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn passes(test: &Path) -> bool {
    let mut command = python();
    let run = command.args(["-m", "pytest", "-q", "-p", "no:cacheprovider"]).arg(test);
    run.stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn many(c: &mut Criterion) {
    let mut supervisor = supervisor();
    let spec = spec(Clock::Virtual);
    let mut group = c.benchmark_group("runs a second");
    group.throughput(Throughput::Elements(BATCH)).sample_size(20);
    group.bench_function("print(1), one after another", |b| {
        b.iter(|| {
            for _ in 0..BATCH {
                assert_eq!(supervisor.run(&spec, &mut |_| {}).outcome, Outcome::Normal);
            }
        });
    });
    group.finish();
}

fn ready(c: &mut Criterion) {
    let mut group = c.benchmark_group("a worker");
    group.sample_size(20);
    group.bench_function("ready, from nothing, and gone again", |b| b.iter(|| drop(supervisor())));
    group.finish();
}

criterion_group!(benches, print_one, many, ready);
criterion_main!(benches);
