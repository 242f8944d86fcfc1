//! Programs that try to write their own verdict, or to outlive their run.

use std::fs;

use pykata::domain::run::{Answer, Level, Observation, Outcome};
use pykata::domain::value::Value;

use crate::support::{Bench, all_go, calls, limited, program, real, run, run_text};

/// What `solve` of a program gives, where the right answer would be 14.
fn solve(text: &str) -> Observation {
    run(&calls(text, &["solve(3)", "solve(3)"]))
}

fn zero() -> Answer {
    Answer::Value(Value::Int("0".into()))
}

/// The number of the descriptor on which a program talks with the host.
const FIND_TALK: &str = "import os\ntalk = max(map(int, os.listdir('/proc/self/fd')))\n";

#[test]
fn garbage_on_low_descriptors_forges_nothing() {
    let text = "import os, struct\ndef solve(n): return 0\n\
        record = b'{\"value\":{\"t\":\"int\",\"v\":\"14\"}}'\n\
        for fd in range(3, 256):\n    \
            for data in (b'\\x00\\xff garbage', record, struct.pack('<I', len(record)) + record):\n        \
                try:\n            os.set_blocking(fd, False)\n            os.write(fd, data)\n        \
                except OSError: break\n";
    let seen = solve(text);
    assert_eq!((seen.outcome, &seen.answers[..]), (Outcome::Normal, &[zero(), zero()][..]));
}

#[test]
fn frames_forged_on_the_right_descriptor_end_the_run() {
    let forged = [
        "os.write(talk, b'garbage that is long enough to be a length and more')",
        "body = b'x' * 16 + b'{\"finished\":\"normal\"}'; os.write(talk, len(body).to_bytes(4, 'little') + body)",
        "os.write(talk, (2 ** 32 - 1).to_bytes(4, 'little'))",
        "os.write(talk, b'\\x02\\x00\\x00\\x00hi')",
    ];
    for line in forged {
        let seen = solve(&format!("{FIND_TALK}def solve(n): return 0\n{line}\n"));
        assert_eq!(seen.outcome, Outcome::Crash, "{line}: {seen:?}");
        assert_eq!(seen.answers, [Answer::Missing, Answer::Missing], "{line}");
        assert!(seen.note.is_some_and(|note| note.contains("channel")), "{line}");
    }
}

#[test]
fn a_second_answer_ends_the_run() {
    let text = format!(
        "{FIND_TALK}def solve(n):\n    os.write(talk, b'\\x12\\x00\\x00\\x00' + b'x' * 18)\n    return 0\n"
    );
    let seen = solve(&text);
    assert_eq!((seen.outcome, &seen.answers[0]), (Outcome::Crash, &Answer::Missing));
}

#[test]
fn a_late_frame_ends_the_run_even_where_it_is_not_whole() {
    let text = format!(
        "{FIND_TALK}import atexit\natexit.register(lambda: os.write(talk, b'\\x05\\x00'))\ndef solve(n): return 0\n"
    );
    assert_eq!(solve(&text).outcome, Outcome::Crash);
    let text = format!(
        "{FIND_TALK}import atexit\natexit.register(lambda: os.write(talk, b'\\x01\\x00\\x00\\x00x'))\ndef solve(n): return 0\n"
    );
    assert_eq!(solve(&text).outcome, Outcome::Crash);
}

#[test]
fn a_second_last_word_ends_the_run_even_with_the_right_ticket() {
    let word = r#"{"closed":{"virtual_ns":0,"stuck":null,"tasks":{"tasks_left":[],"cancelled":0,"most_tasks":0,"never_awaited":[]}}}"#;
    let text = format!(
        "{FIND_TALK}import atexit, gc, types\ndef forge():\n    \
            say = next(f for f in gc.get_objects() if type(f) is types.FunctionType and f.__qualname__ == 'converse.<locals>.say')\n    \
            ticket = say.__closure__[say.__code__.co_freevars.index('ticket')].cell_contents\n    \
            body = ticket + b'{word}'\n    \
            os.write(talk, len(body).to_bytes(4, 'little') + body)\natexit.register(forge)\n"
    );
    let seen = run_text(&text);
    assert_eq!(seen.outcome, Outcome::Crash, "{seen:?}");
    assert!(seen.note.is_some_and(|note| note.contains("more than it was asked")));
}

#[test]
fn a_last_word_that_is_garbage_ends_the_run() {
    let text = format!(
        "{FIND_TALK}import atexit\natexit.register(os.write, talk, b'\\x10\\0\\0\\0' + b'x' * 16)\n"
    );
    assert_eq!(run_text(&text).outcome, Outcome::Crash);
}

#[test]
fn a_last_word_that_cannot_be_said_is_no_fault() {
    let text =
        format!("{FIND_TALK}import atexit\natexit.register(os.close, talk)\nprint('well')\n");
    let seen = run_text(&text);
    assert_eq!((seen.outcome, seen.virtual_s), (Outcome::Normal, None), "{seen:?}");
}

#[test]
fn closing_the_channel_is_never_normal() {
    let seen = solve(&format!("{FIND_TALK}os.close(talk)\ndef solve(n): return 14\n"));
    assert_ne!(seen.outcome, Outcome::Normal, "{seen:?}");
    assert_eq!(seen.answers, [Answer::Missing, Answer::Missing]);
}

#[test]
fn a_channel_that_no_longer_blocks_works_on() {
    let seen = solve(&format!("{FIND_TALK}os.set_blocking(talk, False)\ndef solve(n): return 0\n"));
    assert_eq!((seen.outcome, &seen.answers[..]), (Outcome::Normal, &[zero(), zero()][..]));
}

#[test]
fn built_in_names_that_lie_change_no_answer() {
    let text = "import builtins\ndef solve(n): return 0\n\
        builtins.isinstance = builtins.issubclass = lambda o, t: True\nbuiltins.type = lambda *a: int\n\
        builtins.len = lambda o: 0\nbuiltins.repr = builtins.str = lambda *a, **k: '14'\n\
        builtins.zip = builtins.enumerate = lambda *a: iter(())\nbuiltins.print = lambda *a, **k: None\n";
    assert_eq!(solve(text).answers, [zero(), zero()]);
}

#[test]
fn imports_and_modules_that_lie_change_no_answer() {
    let text = "import builtins, sys, types\ndef solve(n): return 0\n\
        class Yes(types.ModuleType):\n    def __getattr__(self, name): return lambda *a, **k: '14'\n\
        builtins.__import__ = lambda name, *a, **k: Yes(name)\n\
        for name in ('json', 'struct', 'io', 'traceback', 'linecache', 'os', 'gc', 'threading', 'atexit', '_json'):\n    \
            sys.modules[name] = Yes(name)\nsys.path[:] = []\n";
    let seen = solve(text);
    assert_eq!((seen.outcome, &seen.answers[..]), (Outcome::Normal, &[zero(), zero()][..]));
}

#[test]
fn a_program_that_clears_everything_is_still_asked() {
    let text = "import builtins, sys\ndef solve(n): return 0\nsys.modules.clear()\n\
        for k in list(builtins.__dict__):\n    if k != '__build_class__': del builtins.__dict__[k]\n";
    assert_eq!(solve(text).answers, [zero(), zero()]);
}

#[test]
fn a_traceback_cache_that_is_broken_costs_the_source_alone() {
    let text = "import linecache\nlinecache.cache = None\ndef solve(n): return 0\n";
    assert_eq!(solve(text).answers, [zero(), zero()]);
}

#[test]
fn a_recursion_limit_at_the_floor_is_lifted() {
    let text = "import sys\ndef solve(n): return 0\ndef low():\n    for k in range(1, 2000):\n        \
        try:\n            sys.setrecursionlimit(k)\n            return\n        except RecursionError: continue\nlow()\n";
    assert_eq!(solve(text).answers, [zero(), zero()]);
}

#[test]
fn a_fork_inside_a_call_answers_once() {
    let text = "import os\ndef solve(n):\n    os.fork()\n    return 0\n";
    let seen = solve(text);
    assert_eq!((seen.outcome, &seen.answers[..]), (Outcome::Normal, &[zero(), zero()][..]));
}

#[test]
fn main_taken_away_is_still_asked() {
    let text = "import sys\ndef solve(n): return 0\n__name__ = 'harness'\nsys.modules.pop('__main__')\nsys.argv[:] = []\n";
    assert_eq!(solve(text).answers, [zero(), zero()]);
}

#[test]
fn a_printed_result_is_output_and_nothing_else() {
    let text = "import atexit, os\ndef solve(n): return 0\n@atexit.register\ndef late():\n    \
        for fd in range(1, 64):\n        try: os.write(fd, b'{\"value\":14}\\n')\n        except OSError: pass\n";
    let seen = solve(text);
    assert_eq!((seen.outcome, &seen.answers[..]), (Outcome::Normal, &[zero(), zero()][..]));
    assert_eq!(seen.stdout.text(), "{\"value\":14}\n");
}

/// Holds that so many processes at least belonged to a run, and that none of them is left.
fn assert_gone(processes: &[i32], least: usize) {
    assert!(processes.len() >= least, "{processes:?}");
    // Init reports as its last act, and is then a moment in going.
    assert!(all_go(processes), "some of {processes:?} are left");
}

#[test]
fn nothing_of_a_run_outlives_it() {
    let daemon = "import os, time\n\
        if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        \
            os.closerange(0, 5000)\n        time.sleep(600)\n    os._exit(0)\n\
        os.wait()\ntime.sleep(0.05)\nprint('left')\n";
    let mut bench = Bench::new();
    let (seen, processes) = bench.run_and_list(&program(daemon));
    assert_eq!((seen.outcome, seen.processes_left), (Outcome::Normal, 1), "{seen:?}");
    assert_gone(&processes, 3);
    let loop_after = format!("{daemon}while True: pass\n");
    let (seen, processes) = bench.run_and_list(&limited(&loop_after, 400));
    assert_eq!(seen.outcome, Outcome::Timeout);
    assert_gone(&processes, 3);
}

#[test]
fn a_fork_bomb_is_ended() {
    let mut bench = Bench::new();
    let bomb =
        "import os\nprint('begun')\nwhile True:\n    try: os.fork()\n    except OSError: pass\n";
    let (seen, processes) = bench.run_and_list(&program(bomb));
    assert_eq!(seen.outcome, Outcome::ProcessLimit, "{seen:?}");
    assert_gone(&processes, 2);
    assert_eq!(bench.run_text("print('next')").stdout.text(), "next\n");
}

#[test]
fn a_scratch_folder_is_gone_after_its_run_whatever_was_done_to_it() {
    let deeds = [
        "for i in range(500): open(f'f{i}', 'w').close()",
        "import os\nfor _ in range(3000):\n    os.mkdir('d')\n    os.chdir('d')",
        "import os\nos.mkdir('a')\nos.mkdir('a/b')\nos.chmod('a', 0)\nos.chmod('.', 0)",
        "import os, shutil\nshutil.rmtree(os.getcwd())",
        "import os\nos.symlink('/etc', 'link')\nos.mkfifo('fifo')",
    ];
    let mut bench = Bench::new();
    for (n, deed) in deeds.into_iter().enumerate() {
        let seen = bench.run_text(deed);
        let refused = seen.sandbox == Level::Confined && deed.contains("chmod");
        let expected = if refused { Outcome::Exception } else { Outcome::Normal };
        assert_eq!(seen.outcome, expected, "{deed}: {seen:?}");
        // A folder is removed behind a run's back, and by the end of the next run at the latest. Where they lie on the disk,
        // that one's is there for a moment, and that of the program that is parked.
        bench.run_text("pass");
        let inside = fs::read_dir(bench.folder.path()).unwrap().next().unwrap().unwrap().path();
        assert!(!inside.join(format!("run-{}", 2 * n + 1)).exists(), "{deed}");
        let names = fs::read_dir(&inside).unwrap().flatten().map(|entry| entry.file_name());
        let mut left: Vec<_> =
            names.filter(|name| !name.to_string_lossy().starts_with("run-")).collect();
        left.sort();
        assert_eq!(left, ["owner", "python3"], "{deed}");
    }
}

#[test]
fn an_exit_message_that_raises_is_an_exit() {
    let text =
        "class Bad:\n    def __str__(self): raise KeyboardInterrupt\nraise SystemExit(Bad())\n";
    let seen = run_text(text);
    assert_eq!((seen.outcome, seen.exit), (Outcome::Exit, Some(1)));
}

#[test]
fn a_killed_init_is_no_pass_and_the_next_run_works() {
    // The other levels refuse it.
    let mut bench = Bench::at(Some(Level::LimitsOnly));
    let text = "import os, signal\nprint('begun')\nwhile not os.path.exists('go'): pass\n\
        os.kill(os.getppid(), signal.SIGKILL)\nwhile True: pass\n";
    let (seen, processes) = bench.run_and_list(&program(text));
    assert_eq!(seen.outcome, Outcome::TutorFailed, "{seen:?}");
    assert_gone(&processes, 2);
    assert_eq!(bench.run_text("print('next')").stdout.text(), "next\n");
}

#[test]
fn a_stopped_init_is_got_rid_of() {
    let mut bench = Bench::at(Some(Level::LimitsOnly));
    let text = "import os, signal\nprint('begun')\nwhile not os.path.exists('go'): pass\n\
        os.kill(os.getppid(), signal.SIGSTOP)\nwhile True: pass\n";
    let (seen, processes) = bench.run_and_list(&limited(text, 300));
    assert_eq!(seen.outcome, Outcome::Timeout, "{seen:?}");
    assert_gone(&processes, 2);
    assert_eq!(bench.run_text("print('next')").stdout.text(), "next\n");
}

#[test]
fn a_program_that_only_waits_for_its_thread_times_out_with_its_output() {
    let text = "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()\nprint('done')\n";
    let seen = run(&real(limited(text, 300)));
    assert_eq!((seen.outcome, seen.stdout.text().as_str()), (Outcome::Timeout, "done\n"));
    assert_eq!(run_text("import sys, threading\nt = threading.Thread(target=sys.exit, args=(5,))\nt.start()\nt.join()").outcome, Outcome::Normal);
}
