//! The worker itself: found, refused, lost and found again; what it costs.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

use pykata::domain::run::{Level, Outcome};
use pykata::runner::{Config, Execute, RunEvent, Supervisor, WorkerError};
use pykata::sandbox::tree;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Bench, all_go, program, real, worker};

fn supervisor_of(worker: &Path, folder: &Path) -> Supervisor {
    let config = Config { worker: worker.to_owned(), temporary: folder.to_owned(), level: None };
    Supervisor::new(config).unwrap()
}

fn kill(pid: u32) {
    let pid = Pid::from_raw(pid.try_into().unwrap()).unwrap();
    kill_process(pid, Signal::KILL).unwrap();
}

#[test]
fn a_worker_says_what_it_is() {
    let about = Bench::new().supervisor.about().unwrap();
    assert_eq!(about.python, pykata::protocol::PYTHON_VERSION);
    assert_eq!(about.worker, worker());
    let open = about.tried.iter().filter(|tried| !tried.refused).count();
    assert!(about.level == Level::LimitsOnly || !about.tried.is_empty(), "{about:?}");
    assert!(about.level < Level::Full || open == 0, "{about:?}");
    assert!(about.pid > 1);
}

#[test]
fn a_missing_worker_is_told_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nothing-here");
    let error = supervisor_of(&path, folder.path()).start().unwrap_err();
    assert!(matches!(&error, WorkerError::Missing { path: told } if *told == path));
    assert!(error.hint().contains("cargo build --release"));
    let seen = supervisor_of(&path, folder.path()).run(&program("print(1)"), &mut |_| {});
    assert_eq!(seen.outcome, Outcome::TutorFailed);
    assert!(seen.note.unwrap().contains("nothing-here"));
}

/// A program that stands where the worker should.
fn impostor(folder: &Path, script: &str) -> std::path::PathBuf {
    let path = folder.join("impostor");
    let mut file = fs::File::create(&path).unwrap();
    file.write_all(format!("#!/bin/sh\n{script}\n").as_bytes()).unwrap();
    file.set_permissions(fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn start_impostor(script: &str) -> WorkerError {
    let folder = tempfile::tempdir().unwrap();
    let path = impostor(folder.path(), script);
    supervisor_of(&path, folder.path()).start().unwrap_err()
}

#[test]
fn a_worker_of_another_build_is_refused() {
    let hello = r#"{"ready":{"build":"another","python":"3.11.0","level":"full"}}"#;
    let length = format!("\\{:03o}\\000\\000\\000", hello.len());
    let error = start_impostor(&format!("printf '{length}%s' '{hello}' >&0; sleep 5"));
    assert!(matches!(error, WorkerError::Stale { .. }), "{error:?}");
}

#[test]
fn a_loader_that_fails_is_quoted() {
    let error = start_impostor("echo 'cannot open libpython3.11.so' >&2; exit 127");
    assert!(
        matches!(&error, WorkerError::PythonUnfit { detail } if detail.contains("libpython3.11.so"))
    );
    assert!(error.sentence().contains("PYO3_PYTHON"), "{}", error.sentence());
}

#[test]
fn a_worker_that_says_nothing_is_named() {
    assert!(matches!(start_impostor("exit 0"), WorkerError::Silent { .. }));
}

#[test]
fn a_zygote_killed_in_the_midst_of_a_run_is_our_fault_and_comes_back() {
    let mut bench = Bench::new();
    let pid = bench.supervisor.about().unwrap().pid;
    let spec = program("print('begun')\nwhile True: pass\n");
    let seen = bench.supervisor.run(&spec, &mut |event| {
        let RunEvent::Output(_, bytes) = event;
        if bytes.starts_with(b"begun") {
            kill(pid);
        }
    });
    assert_eq!(seen.outcome, Outcome::TutorFailed, "{seen:?}");
    assert!(seen.note.unwrap().contains("worker died"));
    assert_eq!(bench.run_text("print('again')").stdout.text(), "again\n");
    assert_ne!(bench.supervisor.about().unwrap().pid, pid);
}

#[test]
fn a_zygote_killed_between_runs_is_replaced_unseen() {
    let mut bench = Bench::new();
    let pid = bench.supervisor.about().unwrap().pid;
    kill(pid);
    assert_eq!(bench.run_text("print('on')").stdout.text(), "on\n");
}

/// Runs a program, and interrupts it so often as soon as it has printed something.
fn interrupted(text: &str, times: usize) -> pykata::domain::run::Observation {
    let mut bench = Bench::new();
    let interrupter = bench.supervisor.interrupter();
    let (begun, heard) = mpsc::channel();
    let other = thread::spawn(move || {
        heard.recv().unwrap();
        (0..times).for_each(|_| interrupter.interrupt());
    });
    let spec = real(program(text));
    let seen = bench.supervisor.run(&spec, &mut |_| {
        let _ = begun.send(());
    });
    other.join().unwrap();
    seen
}

#[test]
fn an_interruption_is_a_keyboard_interrupt_first() {
    // Python sleeps on where a signal comes just before it falls asleep: one long sleep would sometimes not be ended.
    let seen = interrupted(
        "import time\ntry:\n    print('begun')\n    while True: time.sleep(0.01)\nfinally:\n    print('cleaned up')\n",
        1,
    );
    assert_eq!(
        (seen.outcome, seen.stdout.text().as_str()),
        (Outcome::Interrupted, "begun\ncleaned up\n")
    );
    assert_eq!(seen.exception.map(|e| e.class).as_deref(), Some("KeyboardInterrupt"));
}

#[test]
fn an_interruption_that_is_ignored_ends_the_run_after_a_grace() {
    let deaf = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('begun')\nwhile True: pass\n";
    assert_eq!(interrupted(deaf, 1).outcome, Outcome::Interrupted);
    assert_eq!(interrupted(deaf, 2).outcome, Outcome::Interrupted);
}

#[test]
fn an_interruption_without_a_run_does_nothing() {
    let mut bench = Bench::new();
    bench.supervisor.interrupter().interrupt();
    assert_eq!(bench.run_text("print(1)").outcome, Outcome::Normal);
}

fn count(folder: &str) -> usize {
    fs::read_dir(folder).unwrap().count()
}

#[test]
fn two_hundred_runs_leave_nothing_open() {
    let mut bench = Bench::new();
    let pid = bench.supervisor.about().unwrap().pid;
    let zygote = format!("/proc/{pid}/fd");
    bench.run_text("print(0)");
    let before = count(&zygote);
    for n in 0..200 {
        let seen = bench.run_text(&format!("print({n})"));
        assert_eq!(seen.stdout.text(), format!("{n}\n"), "{seen:?}");
    }
    // The zygote may hold the five descriptors of the program that it is just parking.
    assert!(count(&zygote) <= before + 5, "{} after {before}", count(&zygote));
    assert_eq!(bench.supervisor.about().unwrap().pid, pid);
}

#[test]
fn when_the_host_lets_go_the_zygote_ends() {
    let mut bench = Bench::new();
    let pid = bench.supervisor.about().unwrap().pid;
    drop(bench);
    assert!(!Path::new(&format!("/proc/{pid}")).exists());
}

/// Not a test of its own: the host that the next one kills. Without the variable it does nothing.
#[test]
fn host_to_be_killed() {
    if std::env::var_os(DOOMED).is_none() {
        return;
    }
    let mut bench = Bench::new();
    let zygote = bench.supervisor.about().unwrap().pid.cast_signed();
    let text = "import os, signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nos.setsid() if os.fork() == 0 else None\n\
        print('begun')\nwhile True: pass\n";
    bench.supervisor.run(&program(text), &mut |_| {
        let below = tree::census(zygote).processes;
        println!("folder {}", bench.folder.path().display());
        println!(
            "processes {zygote} {}",
            below.iter().map(i32::to_string).collect::<Vec<_>>().join(" ")
        );
    });
}

const DOOMED: &str = "PYKATA_TEST_DOOMED_HOST";

#[test]
fn when_the_host_is_killed_nothing_is_left() {
    let mut host = Command::new(std::env::current_exe().unwrap())
        .args(["machinery::host_to_be_killed", "--exact", "--nocapture"])
        .env(DOOMED, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(host.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut word = |name: &str| {
        lines.find_map(|line| line.strip_prefix(name).map(|rest| rest.trim().to_owned())).unwrap()
    };
    let folder = word("folder ");
    let processes: Vec<i32> = word("processes ").split(' ').map(|n| n.parse().unwrap()).collect();
    assert!(processes.len() >= 3, "zygote, init and program: {processes:?}");
    host.kill().unwrap();
    host.wait().unwrap();
    assert!(all_go(&processes), "the run goes on without its host");
    fs::remove_dir_all(folder).unwrap();
}

/// Whether a program's file names libpython among the libraries that it needs.
fn names_libpython(program: &str) -> bool {
    let bytes = fs::read(program).unwrap();
    bytes.windows(9).any(|window| window == b"libpython")
}

#[test]
fn the_worker_alone_is_linked_with_python() {
    assert!(names_libpython(env!("CARGO_BIN_EXE_pykata-worker")));
    let host = fs::read(env!("CARGO_BIN_EXE_pykata")).unwrap();
    assert!(
        !host
            .windows(14)
            .any(|window| window == b"libpython3.so\0" || window.starts_with(b"libpython3.1"))
    );
}

#[test]
fn a_worker_started_by_hand_says_whose_it_is() {
    let output = Command::new(worker()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("start pykata"));
}
