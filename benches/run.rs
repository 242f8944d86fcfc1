//! One small program from request to result, beside a bare interpreter that is started for it, in one process.
//!
//! Read the ratio of the two, not the milliseconds: they belong to the machine and to what else it does.

use std::process::Command;

use criterion::{Criterion, criterion_group, criterion_main};
use pykata::domain::run::{Limits, Outcome, Program, RunSpec};
use pykata::runner::{Config, Execute as _, Supervisor};

fn print_one(c: &mut Criterion) {
    let worker = env!("CARGO_BIN_EXE_pykata-worker").into();
    let config = Config { worker, temporary: std::env::temp_dir(), level: None };
    let mut supervisor = Supervisor::new(config).expect("a supervisor needs a pipe");
    supervisor.start().expect("the worker was built beside this");
    let spec = RunSpec {
        program: Program::single("main.py", "print(1)\n"),
        calls: Vec::new(),
        limits: Limits::default(),
    };
    let folder = tempfile::tempdir().expect("a temporary folder is to be had");
    let file = folder.path().join("main.py");
    std::fs::write(&file, "print(1)\n").expect("a temporary folder is writable");

    let mut group = c.benchmark_group("print(1)");
    group.bench_function("pykata, request to result", |b| {
        b.iter(|| {
            let seen = supervisor.run(&spec, &mut |_| {});
            assert_eq!(seen.outcome, Outcome::Normal);
        });
    });
    group.bench_function("python3 -I -S FILE", |b| {
        b.iter(|| {
            let out = Command::new("python3").args(["-I", "-S"]).arg(&file).output();
            assert_eq!(out.expect("python3 is on the path").stdout, b"1\n");
        });
    });
    group.finish();
}

criterion_group!(benches, print_one);
criterion_main!(benches);
