//! The process: started, lost, ended, shut in.

use std::io::Read as _;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use pykata::analysis::types::{LONGEST, TypeChecker, TypesError};

use crate::support::{PROGRAM, checker, source};

const WRONG: &str = "x: int = ''\n";

#[test]
fn nothing_is_started_before_the_first_question_and_one_process_answers_all() {
    let mut checker = checker();
    assert_eq!(checker.pid(), None);
    checker.findings(&source(13, WRONG)).expect("the checker answers");
    let pid = checker.pid();
    assert!(pid.is_some());
    checker.findings(&source(12, "x = 1\n")).expect("the checker answers");
    assert_eq!(checker.pid(), pid);
}

#[test]
fn a_process_that_was_killed_is_replaced_at_the_next_question() {
    let mut checker = checker();
    checker.start().expect("the checker starts");
    let pid = checker.pid().expect("a process was started");
    let killed = Command::new("kill").args(["-9", &pid.to_string()]).status();
    assert!(killed.expect("kill is there").success());
    // Whether its end was noticed before the question or in the middle of it is up to the machine.
    let found =
        checker.findings(&source(13, WRONG)).or_else(|_| checker.findings(&source(13, WRONG)));
    assert_eq!(found.expect("another answers").len(), 1);
    assert_ne!(checker.pid(), Some(pid));
}

#[test]
fn a_question_that_takes_too_long_ends_the_process() {
    let mut checker = checker().with_patience(Duration::ZERO);
    let error = checker.findings(&source(13, WRONG)).expect_err("there is no time");
    assert!(matches!(error, TypesError::TookTooLong(_)), "{error}");
    assert_eq!(checker.pid(), None);
}

#[test]
fn a_text_that_is_too_much_is_never_sent() {
    let mut checker = checker();
    let mut refused = |text: &str| {
        let error = checker.findings(&source(13, text)).expect_err("it is too much");
        assert!(error.is_of_the_text(), "{error}");
        error.to_string()
    };
    assert!(refused(&"x = 1\n".repeat(LONGEST)).starts_with("the text has 384 KB"));
    let deep = format!("x = {}1{}\n", "(".repeat(300), ")".repeat(300));
    assert!(refused(&deep).contains("nests too deeply"));
    assert!(refused(&format!("x = os{}\n", ".a".repeat(1_000))).contains("nests too deeply"));
    assert_eq!(checker.pid(), None);
}

#[test]
fn what_is_just_not_too_much_is_answered() {
    let mut checker = checker();
    let deep = format!("x = {}1{}\n", "(".repeat(190), ")".repeat(190));
    checker.findings(&source(13, &deep)).expect("brackets");
    let chain = format!("import os\nx = os{}\n", ".a".repeat(190));
    checker.findings(&source(13, &chain)).expect("a chain of attributes");
    let half = "class A:\n    def f(self, x: int =\n\nfor in (:\n    '''";
    checker.findings(&source(13, half)).expect("a text that is no Python");
}

#[test]
fn without_the_program_the_error_says_where_it_should_be() {
    let error = TypeChecker::at(PathBuf::from("/nowhere/pykata-types")).start();
    let error = error.expect_err("there is none");
    assert_eq!(error.to_string(), "there is no type checker at /nowhere/pykata-types");
    assert!(error.hint().contains("side by side"));
}

#[test]
fn another_program_in_its_place_is_not_taken_for_it() {
    let error = TypeChecker::at(PathBuf::from("/bin/true")).start();
    assert!(matches!(error, Err(TypesError::Silent { .. })));
}

#[test]
fn it_ends_with_its_host() {
    let (socket, its_end) = UnixStream::pair().expect("a pair of sockets");
    let mut child = Command::new(PROGRAM)
        .arg("--serve")
        .stdin(OwnedFd::from(its_end))
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    (&socket).read_exact(&mut [0; 4]).expect("it says hello");
    drop(socket);
    child.wait().expect("it ends");
}

#[test]
fn started_by_hand_it_says_what_it_is() {
    let output = Command::new(PROGRAM).output().expect("it starts");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("pykata types FILE"));
}

#[cfg(target_os = "linux")]
#[test]
fn it_has_no_power_over_files_once_it_serves() {
    let mut checker = checker();
    checker.start().expect("the checker starts");
    let pid = checker.pid().expect("a process was started");
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it is there");
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_default().trim().to_owned()
    };
    assert_eq!(field("NoNewPrivs:"), "1");
    assert_eq!(field("Seccomp:"), "2");
    assert_eq!(field("CapEff:"), "0000000000000000");
}
