//! The program without its worker, or with another's: what it says, and how it ends.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use pykata::protocol::BUILD_ID;
use tempfile::TempDir;

const HOST: &str = env!("CARGO_BIN_EXE_pykata");
const WORKER: &str = env!("CARGO_BIN_EXE_pykata-worker");

/// A folder into which the host alone was installed.
struct Installed {
    folder: TempDir,
}

impl Installed {
    fn host_alone() -> Self {
        let folder = tempfile::tempdir().expect("there is room for a temporary folder");
        let host = folder.path().join("pykata");
        fs::copy(HOST, &host).expect("the program can be copied");
        fs::write(folder.path().join("hello.py"), "print('hello')\n").expect("it can be written");
        Self { folder }
    }

    fn with_worker(bytes: &[u8]) -> Self {
        let installed = Self::host_alone();
        let path = installed.worker();
        fs::write(&path, bytes).expect("the worker can be written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is ours");
        installed
    }

    fn worker(&self) -> PathBuf {
        self.folder.path().join("pykata-worker")
    }

    fn run(&self, args: &[&str]) -> Output {
        let program = self.folder.path().join("pykata");
        let mut command = Command::new(program);
        command.args(args).env_clear().current_dir(self.folder.path());
        command.env("HOME", self.folder.path()).env("LANG", "C.UTF-8");
        command.output().expect("the host starts without any worker")
    }

    /// Asserts that all that needs a worker ends with 3, and says these things.
    #[track_caller]
    fn refuses(&self, parts: &[&str]) {
        let answers = [
            self.run(&["run", "hello.py"]),
            self.run(&["check", "decorators/closures#counters", "hello.py"]),
            self.run(&["lint"]),
        ];
        for answer in answers {
            let err = String::from_utf8_lossy(&answer.stderr);
            assert_eq!((answer.status.code(), &*answer.stdout), (Some(3), &b""[..]), "{err}");
            assert_all(&err, parts);
        }
        let answer = self.run(&["run", "--json", "hello.py"]);
        let value: serde_json::Value = serde_json::from_slice(&answer.stdout).expect("it is whole");
        assert_eq!((answer.status.code(), &value["error"]["kind"]), (Some(3), &"worker".into()));
        self.doctor_tells(parts);
    }

    #[track_caller]
    fn doctor_tells(&self, parts: &[&str]) {
        let answer = self.run(&["doctor"]);
        assert_eq!(answer.status.code(), Some(3));
        let out = String::from_utf8_lossy(&answer.stdout);
        assert_all(&out, parts);
        assert_all(&out, &["Python     does not start", "problem    "]);
        let answer = self.run(&["doctor", "--json"]);
        assert_eq!(answer.status.code(), Some(3));
        let value: serde_json::Value = serde_json::from_slice(&answer.stdout).expect("it is whole");
        assert!(value["python"].is_null());
        let problem = &value["problems"][0];
        assert_all(&format!("{}\n{}", problem["what"], problem["hint"]), parts);
    }
}

#[track_caller]
fn assert_all(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no {part:?} in:\n{text}");
    }
}

/// A program with one text in it replaced by another of the same length, wherever it stands.
fn patched(program: &str, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = fs::read(program).expect("the program can be read");
    let places: Vec<usize> = bytes
        .windows(from.len())
        .enumerate()
        .filter(|(_, window)| *window == from.as_bytes())
        .map(|(place, _)| place)
        .collect();
    assert!(!places.is_empty(), "{program} does not hold {from}");
    for place in places {
        bytes[place..place + to.len()].copy_from_slice(to.as_bytes());
    }
    bytes
}

#[test]
fn without_a_worker_it_is_said_what_is_missing_and_what_to_do() {
    let installed = Installed::host_alone();
    let path = installed.worker();
    installed.refuses(&[
        &path.display().to_string(),
        "there is no worker",
        "cargo build --release",
    ]);
}

#[test]
fn without_a_worker_all_that_needs_none_still_works() {
    let installed = Installed::host_alone();
    for args in [&["list"][..], &["show", "decorators/closures"], &["progress", "show"]] {
        assert!(installed.run(args).status.success(), "{args:?}");
    }
}

#[test]
fn a_worker_of_another_build_is_refused_with_the_command_that_mends_it() {
    let installed = Installed::with_worker(&patched(WORKER, BUILD_ID, "0123456789abcdef"));
    installed.refuses(&["of another build", "cargo build --release"]);
}

#[test]
fn the_worker_of_the_same_build_is_taken_from_beside_the_host() {
    let installed = Installed::with_worker(&fs::read(WORKER).expect("it can be read"));
    let answer = installed.run(&["run", "hello.py"]);
    assert_eq!((answer.status.code(), &*answer.stdout), (Some(0), &b"hello\n"[..]), "{answer:?}");
}

#[test]
fn a_worker_that_may_not_be_started_is_told_with_what_the_system_says() {
    let installed = Installed::with_worker(b"#!/bin/sh\n");
    fs::set_permissions(installed.worker(), fs::Permissions::from_mode(0o644)).expect("it is ours");
    installed.refuses(&["failed to start the worker", "ermission denied"]);
}

#[test]
fn a_python_that_is_gone_is_told_with_the_loader_s_words() {
    let short = pykata::protocol::PYTHON_SHORT;
    let library = format!("libpython{short}");
    let gone = library.replace("python", "nohtyp");
    let installed = Installed::with_worker(&patched(WORKER, &library, &gone));
    installed.refuses(&[&gone, pykata::protocol::PYTHON_VERSION, "PYO3_PYTHON"]);
}

#[test]
fn a_host_that_is_started_through_a_link_finds_its_worker() {
    let installed = Installed::with_worker(&fs::read(WORKER).expect("it can be read"));
    let elsewhere = tempfile::tempdir().expect("there is room for a temporary folder");
    let link = elsewhere.path().join("kata");
    std::os::unix::fs::symlink(installed.folder.path().join("pykata"), &link)
        .expect("links are to be had");
    let answer = started(&link, &["run", "hello.py"], installed.folder.path());
    assert_eq!((answer.status.code(), &*answer.stdout), (Some(0), &b"hello\n"[..]), "{answer:?}");
}

fn started(program: &Path, args: &[impl AsRef<OsStr>], folder: &Path) -> Output {
    Command::new(program).args(args).env_clear().current_dir(folder).output().expect("it starts")
}
