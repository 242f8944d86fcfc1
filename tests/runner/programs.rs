//! What a program finds around it, and what is seen of it.

use pykata::domain::run::{Answer, Author, Level, Outcome, Program, RunSpec, ScratchFile, Stream};
use pykata::domain::value::Value;
use pykata::runner::{Execute, RunEvent};

use crate::support::{Bench, calls, program, run, run_text, unit, value};

#[test]
fn units_run_in_order_in_one_main() {
    let program = Program {
        units: vec![
            unit(Author::Given, "given.py", "x = 1\n"),
            unit(Author::Learner, "mine.py", "y = x + 1\nprint(__name__, __file__)\n"),
            unit(Author::Probe, "probe.py", "z = y + 1\n"),
        ],
        ..Program::default()
    };
    let seen = run(&RunSpec { program, calls: vec!["x, y, z".into()], ..RunSpec::default() });
    assert_eq!(seen.stdout.text(), "__main__ mine.py\n", "{seen:?}");
    let numbers = ["1", "2", "3"].map(|n| Value::Int(n.into())).to_vec();
    assert_eq!(seen.answers, [Answer::Value(Value::Tuple(numbers))]);
}

#[test]
fn a_future_import_of_one_unit_is_not_the_next_ones() {
    let program = Program {
        units: vec![
            unit(Author::Given, "given.py", "from __future__ import annotations\n"),
            unit(Author::Learner, "mine.py", "def f(x: int): pass\nprint(f.__annotations__)\n"),
        ],
        ..Program::default()
    };
    let seen = run(&RunSpec { program, ..RunSpec::default() });
    assert_eq!(seen.stdout.text(), "{'x': <class 'int'>}\n");
}

#[test]
fn input_reads_what_was_given_and_then_ends() {
    let mut spec = program("print(input('? '), input())\ninput()\n");
    spec.program.stdin = Some("Ada\nGrace\n".into());
    let seen = run(&spec);
    assert_eq!(seen.stdout.text(), "? Ada Grace\n");
    assert_eq!(seen.exception.map(|e| e.class).as_deref(), Some("EOFError"));
}

#[test]
fn input_without_any_given_ends_at_once() {
    let seen = run_text("input()");
    assert_eq!(seen.exception.map(|e| e.class).as_deref(), Some("EOFError"));
}

#[test]
fn files_stand_in_the_scratch_folder_and_modules_among_them_import() {
    let mut spec = program("import helper\nprint(helper.x, open('data.txt').read())\n");
    spec.program.files = vec![
        ScratchFile { name: "helper.py".into(), text: "x = 7\n".into() },
        ScratchFile { name: "data.txt".into(), text: "seven".into() },
    ];
    assert_eq!(run(&spec).stdout.text(), "7 seven\n");
}

#[test]
fn a_programs_own_file_hides_a_module_that_is_there_already() {
    let mut spec = program("import json, os\nprint(json.x, os.sep)\n");
    let file = |name: &str| ScratchFile { name: name.into(), text: "x = 7\n".into() };
    spec.program.files = vec![file("json.py"), file("os.py")];
    // `os` is not hidden under python3 either, which has imported it itself.
    assert_eq!(run(&spec).stdout.text(), "7 /\n");
}

#[test]
fn a_file_name_that_leads_out_is_our_fault_and_runs_nothing() {
    let mut spec = program("print('ran')");
    spec.program.files = vec![ScratchFile { name: "../x".into(), text: String::new() }];
    let seen = run(&spec);
    assert_eq!(seen.outcome, Outcome::TutorFailed);
    assert_eq!(seen.stdout.total, 0);
}

#[test]
fn calls_are_answered_in_order_and_what_they_print_is_not_the_programs() {
    let text = "n = 0\ndef step():\n    global n\n    n += 1\n    print('noise', n)\n    return n\nprint('start')\n";
    let seen = run(&calls(text, &["step()", "step() / 0", "step()"]));
    assert_eq!(seen.outcome, Outcome::Normal);
    assert_eq!(seen.stdout.text(), "start\n");
    let [Answer::Value(first), Answer::Raised(second), Answer::Value(third)] = &seen.answers[..]
    else {
        panic!("{seen:?}")
    };
    assert_eq!((first, third), (&Value::Int("1".into()), &Value::Int("3".into())));
    assert_eq!(second.class, "ZeroDivisionError");
}

#[test]
fn what_is_printed_at_the_programs_end_belongs_to_it() {
    let text = "import atexit, threading, time, weakref\n\
        class C:\n    def __del__(self): print('del')\n\
        c = C()\n\
        atexit.register(print, 'atexit')\n\
        threading.Thread(target=lambda: (time.sleep(0.02), print('thread'))).start()\n\
        print('last line')\n";
    let seen = run(&calls(text, &["print('call')"]));
    assert_eq!(seen.stdout.text(), "last line\nthread\natexit\ndel\n", "{seen:?}");
}

#[test]
fn objects_go_at_the_end_in_pythons_order() {
    let text = "import sys\n\
        class C:\n    def __init__(self, name): self.name = name\n    \
            def __del__(self): print(self.name, sys.is_finalizing())\n\
        def suspended():\n    try: yield\n    finally: print('closed')\n\
        garbage = C('garbage'); garbage.me = garbage; del garbage\n\
        first, second = C('first'), suspended()\n\
        next(second)\n\
        print('last line')\n";
    let expected = "last line\ngarbage True\nfirst True\nclosed\n";
    assert_eq!(run_text(text).stdout.text(), expected);
}

#[test]
fn nothing_of_ours_stands_below_a_programs_frames() {
    let text =
        "import sys, traceback\nprint(sys._getframe().f_back, len(traceback.extract_stack()))\n";
    assert_eq!(run_text(text).stdout.text(), "None 1\n");
    let answered = value("import sys", "sys._getframe().f_back is None");
    assert_eq!(answered, Value::Bool(true));
}

#[test]
fn output_is_told_as_it_comes() {
    let mut told = Vec::new();
    let spec = program("import sys\nprint('out')\nprint('err', file=sys.stderr)\n");
    Bench::new().supervisor.run(&spec, &mut |event| told.push(event));
    assert!(told.contains(&RunEvent::Output(Stream::Stdout, b"out\n".to_vec())), "{told:?}");
    assert!(told.contains(&RunEvent::Output(Stream::Stderr, b"err\n".to_vec())), "{told:?}");
}

#[test]
fn bytes_that_are_no_text_arrive_as_they_are() {
    let seen = run_text("import os\nos.write(1, b'\\xff\\x00\\n')\nprint('\\ud800')\n");
    assert_eq!(seen.stdout.head, b"\xff\x00\n\\ud800\n");
}

#[test]
fn the_environment_holds_nothing_of_the_hosts() {
    let seen = run_text("import os\nprint(sorted(os.environ))\n");
    assert_eq!(seen.stdout.text(), "['HOME', 'LANG', 'LC_ALL', 'PATH', 'TMPDIR']\n");
}

#[test]
fn there_is_no_home_to_write_to() {
    let text =
        "import os, pathlib\nprint(pathlib.Path.home(), os.path.isdir(os.path.expanduser('~')))\n";
    assert_eq!(run_text(text).stdout.text(), "/nonexistent False\n");
}

#[test]
fn only_the_standard_descriptors_and_one_more_are_open() {
    let seen = run_text(
        "import os\nprint([n for n in map(int, os.listdir('/proc/self/fd')) if n > 2][1:])\n",
    );
    let shown = seen.stdout.text();
    // The listing's own descriptor was the first one above 2; the last one is the program's talk with the host.
    assert_eq!(shown.matches(',').count(), 0, "{shown}");
}

#[test]
fn every_run_starts_from_the_same_state() {
    let mut bench = Bench::new();
    let spoil = "import sys, os, builtins\nopen('left', 'w').close()\nsys.modules['json'] = None\n\
        builtins.print = None\nos.environ['X'] = '1'\n";
    bench.run_text(spoil);
    let seen = bench.run_text("import os, json\nprint(os.listdir(), 'X' in os.environ)\n");
    assert_eq!(seen.stdout.text(), "['main.py'] False\n", "{seen:?}");
}

#[test]
fn the_hash_seed_is_what_was_asked_for() {
    let mut bench = Bench::new();
    let mut with_seed = |hash_seed| {
        let mut spec = program("print(hash('a'))");
        spec.program.hash_seed = hash_seed;
        bench.run(&spec).stdout.text()
    };
    let seen = [with_seed(0), with_seed(1), with_seed(2), with_seed(3), with_seed(0), with_seed(1)];
    assert_eq!((&seen[0], &seen[1]), (&seen[4], &seen[5]));
    assert_ne!(seen[0], seen[1]);
}

#[test]
fn a_program_can_start_its_own_python() {
    let text = "import subprocess, sys\n\
        out = subprocess.run([sys.executable, '-c', 'import sys; print(sys.version_info[:2])'], capture_output=True, text=True)\n\
        print(out.stdout == f'{sys.version_info[:2]}\\n', out.stderr)\n";
    assert_eq!(run_text(text).stdout.text(), "True \n");
}

#[test]
fn processes_of_a_pool_find_the_programs_functions() {
    let text = "import multiprocessing\nfrom concurrent.futures import ProcessPoolExecutor\n\
        def square(n): return n * n\n\
        if __name__ == '__main__':\n    \
            for way in ('fork', 'spawn'):\n        \
                with ProcessPoolExecutor(2, multiprocessing.get_context(way)) as pool:\n            \
                    print(list(pool.map(square, [1, 2, 3])))\n";
    let seen = run_text(text);
    if seen.sandbox == Level::Confined {
        // Their locks live in the machine's shared memory, of which nothing can be given without namespaces.
        assert_eq!(seen.exception.unwrap().class, "PermissionError");
    } else {
        assert_eq!(seen.stdout.text(), "[1, 4, 9]\n[1, 4, 9]\n", "{seen:?}");
    }
}

#[test]
fn thirty_two_threads_and_two_hundred_megabytes_go_together() {
    let text = "import threading\nblock = bytearray(200_000_000)\nbarrier = threading.Barrier(33)\n\
        threads = [threading.Thread(target=barrier.wait) for _ in range(32)]\n\
        for t in threads: t.start()\nbarrier.wait()\nfor t in threads: t.join()\nprint('ok')\n";
    let seen = run_text(text);
    assert_eq!(seen.stdout.text(), "ok\n", "{seen:?}");
    assert!(seen.peak_bytes.is_some_and(|peak| peak > 200_000_000), "{seen:?}");
}

#[test]
fn asyncio_runs() {
    let text = "import asyncio\nasync def main():\n    async with asyncio.TaskGroup() as group:\n        \
        group.create_task(asyncio.sleep(0))\n    print(await asyncio.to_thread(lambda: 5))\nasyncio.run(main())\n";
    assert_eq!(run_text(text).stdout.text(), "5\n");
}

#[test]
fn text_before_the_first_line_and_an_unknown_encoding_are_as_in_a_file() {
    assert_eq!(run_text("\u{feff}print('bom')\n").stdout.text(), "bom\n");
    let seen = run_text("# -*- coding: klingon -*-\nprint(1)\n");
    assert_eq!(seen.exception.map(|e| e.class).as_deref(), Some("SyntaxError"));
}

#[test]
fn the_module_that_functions_belong_to_is_main() {
    let named = value("def f(): pass", "f");
    assert_eq!(named, Value::Named { kind: "function".into(), name: "__main__.f".into() });
}
