//! `run`: how a program ends, what is passed on, and what `--json` says of it.

use std::fs::File;
use std::process::Stdio;

use crate::support::{Home, PYKATA, assert_has, keys, rows};
use crate::terminal::Terminal;

/// The documented fields, sorted.
const FIELDS: [&str; 18] = [
    "exception",
    "exit",
    "never_awaited",
    "note",
    "outcome",
    "peak_bytes",
    "processes_left",
    "python",
    "sandbox",
    "signal",
    "stderr",
    "stderr_bytes",
    "stdout",
    "stdout_bytes",
    "tasks_left",
    "version",
    "virtual_s",
    "wall_ms",
];

/// Runs a text as a file, with options.
fn ran(text: &str, options: &[&str]) -> crate::support::Answer {
    let home = Home::new();
    home.write("program.py", text);
    home.run(&[&["run", "program.py"], options].concat())
}

#[test]
fn output_and_errors_of_a_program_come_through_their_own_streams() {
    let answer = ran("import sys\nprint('out')\nprint('err', file=sys.stderr)\n", &[]).ends(0);
    assert_eq!((&*answer.out, &*answer.err), ("out\n", "err\n"));
}

#[test]
fn a_program_is_read_from_standard_input() {
    let answer = Home::new().feed(&["run", "-"], "print(__name__)\n1 / 0\n").ends(1);
    assert_eq!(answer.out, "__main__\n");
    assert_has(&answer.err, "File \"main.py\", line 2");
}

#[test]
fn an_exception_is_a_traceback_with_the_name_of_the_file() {
    let answer = ran("print('before')\nraise ValueError('no')\n", &[]).ends(1);
    assert_eq!(answer.out, "before\n");
    assert_has(&answer.err, "File \"program.py\", line 2, in <module>");
    assert_has(&answer.err, "ValueError: no\n");
    assert!(!answer.err.contains("pykata"), "{}", answer.err);
}

#[test]
fn other_ends_are_said_on_standard_error() {
    let ends = [
        ("import sys; sys.exit(3)\n", "exit code 3"),
        ("while True: pass\n", "timeout after 0."),
        ("import os; os.kill(os.getpid(), 9)\n", "crash (signal 9)"),
    ];
    for (text, end) in ends {
        let answer = ran(text, &["--wall", "0.3"]).ends(1);
        assert_has(&answer.err, &format!("pykata: the run ended as {end}"));
    }
    assert_eq!(ran("raise SystemExit(0)\n", &[]).ends(0).err, "");
}

#[test]
fn waiting_costs_nothing_unless_the_real_clock_is_asked_for() {
    let value = ran("import time; time.sleep(3600)\n", &["--json"]).ends(0).json();
    assert_eq!(value["virtual_s"], 3600.0);
    let value =
        ran("import time; time.sleep(0.01)\n", &["--json", "--clock", "real"]).ends(0).json();
    assert!(value["virtual_s"].is_null());
    ran("", &["--clock", "fast"]).ends(2);
}

#[test]
fn a_deadlock_and_a_forgotten_await_are_told() {
    let answer = ran("import queue\nqueue.Queue().get()\n", &[]).ends(1);
    assert_has(&answer.err, "MainThread waits at program.py line 2: queue.Queue().get()");
    assert_has(&answer.err, "pykata: the run ended as deadlock");
    let text = "import asyncio\nasync def fetch(): pass\nasync def main():\n    fetch()\n    \
        asyncio.create_task(asyncio.sleep(9))\nasyncio.run(main())\n";
    let value = ran(text, &["--json"]).ends(0).json();
    let [forgotten, left] = [&value["never_awaited"][0], &value["tasks_left"][0]];
    assert_eq!(keys(left), ["file", "function", "line", "name"]);
    assert_eq!((&forgotten["name"], &forgotten["line"]), (&"fetch".into(), &4.into()));
    assert_eq!(left["name"], "Task-2");
}

#[test]
fn the_object_of_a_normal_run_has_every_field() {
    let value = ran("print('é')\n", &["--json"]).ends(0).json();
    assert_eq!(keys(&value), FIELDS);
    assert_eq!(value["outcome"], "normal");
    assert_eq!((&value["stdout"], &value["stdout_bytes"]), (&"é\n".into(), &3.into()));
    assert_eq!((&value["stderr"], &value["stderr_bytes"]), (&"".into(), &0.into()));
    assert!(value["exception"].is_null() && value["signal"].is_null() && value["note"].is_null());
    assert!(value["wall_ms"].as_f64().is_some_and(|ms| ms > 0.0));
    assert!(value["peak_bytes"].as_u64().is_some_and(|bytes| bytes > 1_000_000));
    assert_eq!(value["processes_left"], 0);
    assert_eq!(value["python"], pykata::protocol::PYTHON_VERSION);
    assert!(["full", "confined", "limits-only"].contains(&value["sandbox"].as_str().unwrap()));
}

#[test]
fn the_object_of_an_exception_has_its_frames() {
    let value = ran("def f():\n    raise ValueError('no')\n\nf()\n", &["--json"]).ends(1).json();
    assert_eq!(keys(&value), FIELDS);
    assert_eq!(value["outcome"], "exception");
    let exception = &value["exception"];
    assert_eq!(keys(exception), ["frames", "message", "traceback", "type"]);
    assert_eq!((&exception["type"], &exception["message"]), (&"ValueError".into(), &"no".into()));
    assert_has(exception["traceback"].as_str().unwrap(), "ValueError: no");
    let frames = rows(&exception["frames"]);
    let places: Vec<_> = frames.iter().map(|frame| (&frame["line"], &frame["function"])).collect();
    assert_eq!(places, [(&4.into(), &"<module>".into()), (&2.into(), &"f".into())]);
    for frame in frames {
        assert_eq!(keys(frame), ["column", "end_column", "file", "function", "line"]);
        assert_eq!(frame["file"], "program.py");
    }
}

#[test]
fn the_objects_of_other_ends_name_them() {
    let value = ran("import sys; sys.exit(3)\n", &["--json"]).ends(1).json();
    assert_eq!((&value["outcome"], &value["exit"]), (&"exit".into(), &3.into()));
    let value = ran("print('begun')\nwhile True: pass\n", &["--json", "--wall", "0.3"]);
    let value = value.ends(1).json();
    assert_eq!((&value["outcome"], &value["stdout"]), (&"timeout".into(), &"begun\n".into()));
    let value = ran("import os; os.kill(os.getpid(), 9)\n", &["--json"]).ends(1).json();
    assert_eq!((&value["outcome"], &value["signal"]), (&"crash".into(), &9.into()));
}

#[test]
fn a_flood_of_output_ends_the_run_and_leaves_both_ends_in_the_object() {
    let text = "print('first')\nwhile True: print('x' * 100_000)\n";
    let value = ran(text, &["--json", "--wall", "60"]).ends(1).json();
    assert_eq!(value["outcome"], "output-limit");
    let kept = value["stdout"].as_str().unwrap();
    assert!(kept.starts_with("first\n") && kept.len() < 1_100_000, "{}", kept.len());
    assert_has(kept, "bytes left out");
    assert!(value["stdout_bytes"].as_u64().is_some_and(|bytes| bytes > 60_000_000));
}

#[test]
fn what_a_program_writes_below_the_limit_is_passed_on_whole() {
    let answer = ran("for n in range(30_000): print(f'{n:099}')\n", &["--wall", "60"]).ends(0);
    assert_eq!(answer.bytes.len(), 3_000_000);
    assert!(answer.out.ends_with("29999\n"));
}

#[test]
fn memory_and_tasks_are_limited_as_told() {
    let hungry = "data = bytearray(300 * 1024 * 1024)\nprint(len(data))\n";
    assert_eq!(ran(hungry, &[]).ends(0).out, "314572800\n");
    let answer = ran(hungry, &["--memory", "128"]).ends(1);
    assert_has(&answer.err, "MemoryError");
    assert_has(&answer.err, "memory-limit");
    let value = ran(hungry, &["--memory", "128", "--json"]).ends(1).json();
    assert_eq!(value["outcome"], "memory-limit");
    let crowd = "import threading\ndone = threading.Event()\n\
        for n in range(20): threading.Thread(target=done.wait, daemon=True).start()\n";
    assert_eq!(ran(&format!("{crowd}print('all')\n"), &["--tasks", "40"]).ends(0).out, "all\n");
    // The tasks are counted now and then: the crowd stays until it is seen.
    let value = ran(&format!("{crowd}done.wait()\n"), &["--tasks", "8", "--json"]).ends(1).json();
    assert_eq!(value["outcome"], "process-limit");
}

#[test]
fn bytes_pass_through_a_pipe_as_they_are() {
    let text = "import sys\nsys.stdout.buffer.write(b'\\xff\\x00\\x1b[2Jx\\r\\n')\n";
    assert_eq!(ran(text, &[]).ends(0).bytes, b"\xff\x00\x1b[2Jx\r\n");
    let value = ran(text, &["--json"]).ends(0).json();
    assert_eq!(value["stdout"], "\u{fffd}\u{0}\u{1b}[2Jx\r\n");
}

#[test]
fn on_a_terminal_the_escape_sequences_of_a_program_do_nothing() {
    let home = Home::new();
    home.write(
        "evil.py",
        "print('kept')\nprint('\\x1b[2J\\x1b]0;title\\x07\\x1b[31mafter')\n1 / 0\n",
    );
    let mut terminal = Terminal::start(PYKATA, &["run", "evil.py"], home.path(), 80, 24);
    assert_eq!(terminal.end().exit_code(), 1);
    let raw = String::from_utf8(terminal.raw()).unwrap();
    // Its color comes through, and ends with the program.
    assert_has(&raw, "\\x1b[2J\\x1b]0;title\\x07\x1b[0;31mafter");
    assert_has(&raw, "\x1b[0mTraceback");
    assert_eq!(raw.matches(['\x1b', '\x07']).count(), 2, "{raw}");
    let text = terminal.text();
    for part in ["kept", "after", "ZeroDivisionError"] {
        assert_has(&text, part);
    }
}

#[test]
fn a_character_that_comes_byte_by_byte_is_shown_whole() {
    let home = Home::new();
    home.write("split.py", include_str!("../hostile/out_18_split_utf8.py"));
    let mut terminal = Terminal::start(PYKATA, &["run", "split.py"], home.path(), 80, 24);
    assert_eq!(terminal.end().exit_code(), 0);
    assert_eq!(terminal.text().trim_end(), "🐍é漢");
}

/// Runs a program of the hostile corpus, under its own name.
fn hostile(name: &str, options: &[&str]) -> crate::support::Answer {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hostile");
    let home = Home::new();
    home.write(name, std::fs::read(format!("{corpus}/{name}")).unwrap());
    home.run(&[&["run", name], options].concat())
}

#[test]
fn python_decides_on_the_encoding_of_a_file() {
    assert_eq!(hostile("src_01_bom.py", &[]).ends(0).out, "bom ok\n");
    assert_eq!(hostile("src_02_cookie_latin1.py", &[]).ends(0).out, "café £\n");
    assert_eq!(hostile("src_07_crlf.py", &[]).ends(0).out, "'a\\nb'\nok\n");
    let unknown = hostile("src_03_cookie_unknown.py", &[]).ends(1).err;
    assert_has(&unknown, "SyntaxError: encoding problem: klingon-8");
    let wrong = hostile("src_05_invalid_utf8.py", &[]).ends(1).err;
    assert_has(
        &wrong,
        "SyntaxError: Non-UTF-8 code starting with '\\xff' in file src_05_invalid_utf8.py on line 8",
    );
    assert_has(&wrong, "Byte 18 of line 8 is 0xff, which is not UTF-8.");
    assert_has(&hostile("src_06_utf16.py", &[]).ends(1).err, "This file is UTF-16");
}

#[test]
fn a_text_for_a_check_must_be_utf8_and_is_told_where_it_is_not() {
    let home = Home::new();
    home.write("latin.py", b"x = 1\nprint('caf\xe9')\n");
    let answer = home.run(&["check", "decorators/closures#counters", "latin.py"]).ends(2);
    assert_has(&answer.err, "pykata: cannot read latin.py: it is not UTF-8");
    assert_has(&answer.err, "Byte 11 of line 2 is 0xe9");
}

#[test]
fn what_there_is_to_know_about_an_exception_is_said_after_it_and_is_the_note() {
    for (text, said) in [
        ("input('name? ')\n", "input() reads the lines that come with a step"),
        ("def f():\n    breakpoint()\nf()\n", "Take the call out"),
        ("import pdb\npdb.set_trace()\n", "Take the call out"),
        ("import numpy\n", "numpy is not part of it"),
        ("price = 1\nprint(pri\u{441}e)\n", "letter 4 is U+0441, a Cyrillic letter"),
    ] {
        let answer = ran(text, &[]).ends(1);
        let last = answer.err.lines().last().unwrap();
        assert!(last.starts_with("pykata: ") && last.contains(said), "{}", answer.err);
        assert!(!answer.err.contains("<pykata>") && !answer.out.contains("(Pdb)"), "{answer:#?}");
        let note = ran(text, &["--json"]).ends(1).json()["note"].clone();
        assert_eq!(last.strip_prefix("pykata: "), note.as_str());
    }
    let tabs = hostile("src_09_tabs_spaces.py", &[]).ends(1).err;
    assert_has(&tabs, "Line 9 is indented with → and line 10 with ········");
    assert_has(&hostile("src_22_toplevel_await.py", &[]).ends(1).err, "inside of an `async def`");
    assert_has(&hostile("tty_06_getpass.py", &[]).ends(1).err, "getpass() reads the lines");
    assert_eq!(hostile("tty_08_terminal_size.py", &[]).ends(0).out.lines().count(), 2);
    assert_has(&hostile("tty_10_webbrowser.py", &[]).ends(0).out, "DENIED browser");
    assert_has(&hostile("tty_11_turtle.py", &[]).ends(1).err, "no window to draw in here");
}

#[test]
fn an_exception_whose_text_never_comes_is_told_up_to_there() {
    let answer = hostile("err_04_str_loops.py", &["--wall", "0.5"]).ends(1);
    assert_has(
        &answer.err,
        "  File \"err_04_str_loops.py\", line 12, in <module>\n    raise Bad()\n",
    );
    assert_has(&answer.err, "pykata: the run ended as timeout after 0.");
    assert_has(&answer.err, "It raised Bad; then it was asked for the exception's text");
    let value = hostile("err_04_str_loops.py", &["--wall", "0.5", "--json"]).ends(1).json();
    assert_eq!(
        (&value["outcome"], &value["exception"]["type"]),
        (&"timeout".into(), &"Bad".into())
    );
}

#[test]
fn exceptions_that_are_large_or_odd_are_bounded_and_told() {
    for (name, said) in [
        ("err_02_group_nested.py", "ExceptionGroup: g199 (201 sub-exceptions)"),
        ("err_05_str_not_str.py", "Bad: <exception str() failed>"),
        ("err_06_huge_message.py", "ValueError: AAAA"),
        ("err_08_syntaxerror_types.py", "\nSyntaxError"),
        ("err_12_mutual_recursion.py", "frames left out ...]"),
        ("err_13_excepthook_raises.py", "ValueError: original"),
        ("src_31_exec_compile_names.py", "ZeroDivisionError: division by zero"),
    ] {
        let answer = hostile(name, &[]).ends(1);
        assert_has(&answer.err, said);
        assert!(answer.err.len() < 200_000, "{name}: {}", answer.err.len());
        hostile(name, &["--json"]).ends(1).json();
    }
}

#[test]
fn what_cannot_be_read_is_wrong_usage() {
    let home = Home::new();
    home.write("large.py", vec![b'#'; 20 * 1024 * 1024 + 1]);
    home.write("fits.py", vec![b'#'; 20 * 1024 * 1024]);
    home.write("encoded.py", vec![0xff; 8 * 1024 * 1024 + 1]);
    let unreadable = [
        ("nowhere.py", "No such file or directory"),
        (".", "Is a directory"),
        ("large.py", "it is larger than 20 MiB"),
        ("encoded.py", "it is larger than 8 MiB"),
    ];
    for (name, why) in unreadable {
        let answer = home.run(&["run", name]).ends(2);
        assert_eq!(answer.out, "");
        assert_has(&answer.err, &format!("pykata: cannot read {name}: {why}"));
        let error = home.run(&["run", "--json", name]).ends(2).error();
        assert_eq!(error["kind"], "unreadable");
        assert_has(error["message"].as_str().unwrap(), why);
    }
    home.run(&["run", "fits.py"]).ends(0);
}

#[test]
fn standard_output_without_a_reader_is_no_panic() {
    let home = Home::new();
    home.write("talk.py", "for n in range(1000): print('x' * 1000)\n");
    let commands: [&[&str]; 5] = [
        &["list", "--steps"],
        &["show", "decorators/closures"],
        &["list", "--json"],
        &["run", "talk.py"],
        &["run", "--json", "talk.py"],
    ];
    for args in commands {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = home.command(args);
        let output = command.stdout(writer).stderr(Stdio::piped()).output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*err), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn standard_error_without_a_reader_does_not_change_the_answer() {
    let home = Home::new();
    home.write("raise.py", "print(1)\n1 / 0\n");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = home.command(&["run", "raise.py"]).stderr(writer).output().unwrap();
    assert_eq!((output.status.code(), &*output.stdout), (Some(1), &b"1\n"[..]));
}

#[test]
fn a_full_disk_under_standard_output_is_said() {
    let Ok(full) = File::create("/dev/full") else { return };
    let output = Home::new().command(&["list"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_has(&String::from_utf8_lossy(&output.stderr), "failed to write the answer");
}
