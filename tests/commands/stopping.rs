//! Commands that are stopped by a signal: they end in good order, say so, and leave nothing behind.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::support::{EXAMPLE, Home, assert_has, rows};

/// A program that can be stopped at any moment, and says when that has happened.
const PATIENT: &str = "try:\n    print('begun', flush=True)\n    while True: pass\nfinally:\n    print('cleaned up')\n";

/// A command in hand, whose temporary folder is the home.
fn start(home: &Home, args: &[&str], input: &str) -> Child {
    let mut command = home.command(args);
    command.env("TMPDIR", home.path()).stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child
}

/// The temporary folders that commands have made.
fn folders(home: &Home) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.to_string_lossy().contains("/pykata-")).collect()
}

/// Waits until a command listens for signals: from then on every run hears of them.
fn wait_until_it_listens(child: &Child) {
    let until = Instant::now() + Duration::from_secs(30);
    let status = format!("/proc/{}/status", child.id());
    let caught = || {
        let text = fs::read_to_string(&status).unwrap();
        let mask = text.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap();
        u64::from_str_radix(mask.trim(), 16).unwrap()
    };
    let wanted = [Signal::INT, Signal::TERM].map(|signal| 1 << (signal.as_raw() - 1));
    while !wanted.iter().all(|bit| caught() & bit != 0) {
        assert!(Instant::now() < until, "it does not listen for signals");
        std::thread::yield_now();
    }
}

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

fn object(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_run_that_is_stopped_cleans_up_and_leaves_no_folder() {
    for name in [Signal::INT, Signal::TERM] {
        let home = Home::new();
        let mut child = start(&home, &["run", "-", "--wall", "600"], PATIENT);
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        assert_eq!(line, "begun\n");
        assert_eq!(folders(&home).len(), 1);
        signal(&child, name);
        out.read_line(&mut line).unwrap();
        assert_eq!(line, "begun\ncleaned up\n");
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let err = String::from_utf8_lossy(&output.stderr);
        assert_has(&err, "KeyboardInterrupt");
        assert_has(&err, "pykata: the run ended as interrupted");
        assert!(folders(&home).is_empty());
    }
}

#[test]
fn the_objects_of_a_stopped_run_and_check_are_whole() {
    let home = Home::new();
    let child = start(&home, &["run", "-", "--json", "--wall", "600"], "while True: pass\n");
    wait_until_it_listens(&child);
    signal(&child, Signal::INT);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(object(&output)["outcome"], "interrupted");

    let step = "decorators/closures#counters";
    let child = start(&home, &["check", step, "-", "--json"], "while True: pass\n");
    wait_until_it_listens(&child);
    signal(&child, Signal::INT);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let value = object(&output);
    assert_eq!(
        (&value["passed"], &value["run"]["outcome"]),
        (&false.into(), &"interrupted".into())
    );
    assert!(rows(&value["checks"]).iter().all(|check| check["verdict"] != "pass"));
    assert!(folders(&home).is_empty());
}

#[test]
fn a_proof_that_is_stopped_says_so_instead_of_a_result() {
    let home = Home::new();
    for args in [vec!["lint", EXAMPLE], vec!["lint", EXAMPLE, "--json"]] {
        let child = start(&home, &args, "");
        wait_until_it_listens(&child);
        signal(&child, Signal::TERM);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        if args.len() == 2 {
            assert!(output.stdout.is_empty());
            assert_has(&String::from_utf8_lossy(&output.stderr), "the proof was interrupted");
        } else {
            assert_eq!(object(&output)["error"]["kind"], "interrupted");
        }
        assert!(folders(&home).is_empty());
    }
}
