//! How programs end.

use pykata::domain::run::{Answer, Limits, Observation, Outcome, RunSpec};

use crate::support::{Bench, calls, limited, program, run, run_text};

fn end(text: &str) -> (Outcome, Option<i32>, Option<i32>) {
    let seen = run_text(text);
    (seen.outcome, seen.exit, seen.signal)
}

#[test]
fn a_print_is_seen() {
    let seen = run_text("print(1)");
    assert_eq!((seen.outcome, seen.exit), (Outcome::Normal, Some(0)), "{seen:?}");
    assert_eq!(seen.stdout.text(), "1\n");
}

#[test]
fn an_empty_program_is_normal() {
    assert_eq!(end(""), (Outcome::Normal, Some(0), None));
}

#[test]
fn the_kinds_of_exit_are_told_apart() {
    let exit = |argument: &str| end(&format!("import sys\nsys.exit({argument})"));
    for argument in ["", "0", "None", "False", "256"] {
        assert_eq!(exit(argument), (Outcome::Normal, Some(0), None), "{argument}");
    }
    for (argument, code) in [("3", 3), ("-1", 255), ("True", 1), ("10 ** 30", 255), ("[]", 1)] {
        assert_eq!(exit(argument), (Outcome::Exit, Some(code), None), "{argument}");
    }
    let seen = run_text("import sys\nsys.exit('I gave up')");
    assert_eq!((seen.outcome, seen.exit), (Outcome::Exit, Some(1)));
    assert_eq!(seen.stderr.text(), "I gave up\n");
}

#[test]
fn leaving_past_python_is_never_normal() {
    assert_eq!(end("import os\nos._exit(0)"), (Outcome::Exit, Some(0), None));
    assert_eq!(end("import os\nos._exit(77)"), (Outcome::Exit, Some(77), None));
    let seen = run(&calls("import os", &["1", "os._exit(0)", "2"]));
    assert_eq!(seen.outcome, Outcome::Exit);
    assert_eq!(seen.answers[1..], [Answer::Missing, Answer::Missing]);
}

#[test]
fn a_signal_of_its_own_making_is_a_crash() {
    assert_eq!(end("import os\nos.kill(os.getpid(), 9)"), (Outcome::Crash, None, Some(9)));
    let seen = run_text("import ctypes\nctypes.string_at(0)");
    assert_eq!((seen.outcome, seen.signal), (Outcome::Crash, Some(11)));
    assert!(seen.stderr.text().contains("Fatal Python error: Segmentation fault"));
}

#[test]
fn an_endless_loop_is_a_timeout_and_keeps_what_it_printed() {
    let seen = run(&limited("print('begun')\nwhile True: pass", 300));
    assert_eq!((seen.outcome, seen.stdout.text().as_str()), (Outcome::Timeout, "begun\n"));
    assert_eq!((seen.exit, seen.signal), (None, None));
}

#[test]
fn a_program_that_takes_no_hint_is_ended_all_the_same() {
    let deaf = "import signal\nfor s in range(1, signal.NSIG):\n    try: signal.signal(s, signal.SIG_IGN)\n    \
        except (OSError, ValueError): pass\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))\n\
        while True:\n    try:\n        while True: pass\n    except BaseException: pass\n";
    assert_eq!(run(&limited(deaf, 300)).outcome, Outcome::Timeout);
}

#[test]
fn a_call_that_never_ends_leaves_the_answers_before_it() {
    let spec = RunSpec {
        limits: Limits { wall_ms: 400, ..Limits::default() },
        ..calls("def f():\n    while True: pass\n", &["1", "f()", "2"])
    };
    let seen = run(&spec);
    assert_eq!(seen.outcome, Outcome::Timeout);
    assert!(
        matches!(seen.answers[..], [Answer::Value(_), Answer::Missing, Answer::Missing]),
        "{seen:?}"
    );
}

fn flood(text: &str) -> Observation {
    const MIB: u64 = 1024 * 1024;
    let limits = Limits {
        output_bytes: MIB,
        output_kept_bytes: 1000,
        output_told_bytes: 1000,
        ..Limits::default()
    };
    let mut told = 0;
    let spec = RunSpec { limits, ..program(text) };
    let seen = pykata::runner::Execute::run(&mut Bench::new().supervisor, &spec, &mut |event| {
        let pykata::runner::RunEvent::Output(_, bytes) = event;
        told += bytes.len();
    });
    assert!(told <= 1000, "{told} bytes were told");
    seen
}

#[test]
fn a_flood_is_cut_and_both_ends_are_kept() {
    let seen = flood("n = 0\nwhile True:\n    n += 1\n    print(n, flush=False)\n");
    assert_eq!(seen.outcome, Outcome::OutputLimit);
    assert!(seen.stdout.head.starts_with(b"1\n2\n3\n"));
    assert_eq!((seen.stdout.head.len(), seen.stdout.tail.len()), (500, 500));
    assert!(seen.stdout.total > 1024 * 1024);
}

#[test]
fn time_that_went_into_a_flood_is_called_by_its_cause() {
    let limits = Limits { wall_ms: 500, output_kept_bytes: 1000, ..Limits::default() };
    let seen = run(&RunSpec { limits, ..program("while True: print('y')") });
    assert_eq!(seen.outcome, Outcome::OutputLimit);
}

#[test]
fn a_flood_past_python_is_cut_too() {
    let seen = flood("import os\nblock = b'x' * 65536\nwhile True: os.write(2, block)\n");
    assert_eq!(seen.outcome, Outcome::OutputLimit);
}

#[test]
fn too_much_memory_is_named_and_the_place_is_kept() {
    let seen = run_text("keep = []\nwhile True:\n    keep.append(bytearray(1 << 20))\n");
    assert_eq!(seen.outcome, Outcome::MemoryLimit, "{seen:?}");
    let exception = seen.exception.expect("a MemoryError");
    assert_eq!((exception.class.as_str(), exception.frames[0].line), ("MemoryError", 3));
    assert_eq!(end("x = 'x' * 10 ** 12").0, Outcome::MemoryLimit);
    assert_eq!(
        end("import mmap\nkeep = []\nwhile True: keep.append(mmap.mmap(-1, 1 << 26))").0,
        Outcome::MemoryLimit
    );
}

#[test]
fn a_memory_error_of_the_learners_own_is_an_exception() {
    assert_eq!(end("raise MemoryError('mine')").0, Outcome::Exception);
    assert_eq!(end("import ast\nast.parse('-' * 100_000 + '1')").0, Outcome::Exception);
}

#[test]
fn too_many_threads_or_processes_are_named() {
    let threads = "import threading, time\nwhile True:\n    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n";
    assert_eq!(end(threads).0, Outcome::ProcessLimit);
    let processes = "import os, time\nwhile True:\n    if os.fork() == 0: time.sleep(60)\n";
    assert_eq!(end(processes).0, Outcome::ProcessLimit);
    assert_eq!(end("raise RuntimeError(\"can't start new thread\")").0, Outcome::ProcessLimit);
    assert_eq!(
        end("import socket\na, b = socket.socketpair()\na.setblocking(False)\na.recv(1)").0,
        Outcome::Exception
    );
}

#[test]
fn closing_standard_output_is_the_programs_own_affair() {
    let seen = run_text("import sys\nprint('before')\nsys.stdout.close()\nprint('after')\n");
    assert_eq!((seen.outcome, seen.stdout.text().as_str()), (Outcome::Exception, "before\n"));
    assert_eq!(seen.exception.map(|e| e.class).as_deref(), Some("ValueError"));
}

#[test]
fn an_exit_function_may_change_the_code() {
    assert_eq!(
        end("import atexit, os\natexit.register(os._exit, 4)"),
        (Outcome::Exit, Some(4), None)
    );
}

#[test]
fn a_forked_child_that_runs_to_the_end_is_not_the_program() {
    let seen = run_text(
        "import os\npid = os.fork()\nif pid: os.waitpid(pid, 0)\nprint('child' if not pid else 'parent')\n",
    );
    assert_eq!((seen.outcome, seen.stdout.text().as_str()), (Outcome::Normal, "child\nparent\n"));
    let seen = run_text(
        "import os\npid = os.fork()\nif pid: print(os.waitpid(pid, 0)[1])\nelse: raise ValueError('in child')\n",
    );
    assert_eq!((seen.outcome, seen.stdout.text().as_str()), (Outcome::Normal, "256\n"));
    assert!(seen.stderr.text().contains("ValueError: in child"), "{seen:?}");
}
