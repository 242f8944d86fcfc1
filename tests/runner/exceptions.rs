//! Exceptions as they come out of programs.

use pykata::domain::run::{Answer, Author, Frame, Outcome, Program, RunSpec};

use crate::support::{calls, exception, run, run_text, unit};

fn frame(file: &str, line: u32, columns: Option<(u32, u32)>, function: &str) -> Frame {
    Frame {
        file: file.into(),
        line,
        column: columns.map(|(first, _)| first),
        end_column: columns.map(|(_, end)| end),
        function: function.into(),
    }
}

#[test]
fn an_exception_has_its_frames_with_columns() {
    let seen = exception("def f(x):\n    é = 1; return é / x\n\nf(0)\n");
    assert_eq!(seen.class, "ZeroDivisionError");
    assert_eq!(seen.message, "division by zero");
    let inner = frame("main.py", 2, Some((19, 24)), "f");
    assert_eq!(seen.frames, [frame("main.py", 4, Some((1, 5)), "<module>"), inner]);
    assert_eq!(
        seen.bases,
        ["ZeroDivisionError", "ArithmeticError", "Exception", "BaseException", "object"]
    );
}

#[test]
fn a_traceback_reads_as_pythons_and_shows_the_source() {
    let seen = exception("def f():\n    raise ValueError('no')\nf()\n");
    let expected = "Traceback (most recent call last):\n  File \"main.py\", line 3, in <module>\n    f()\n  \
        File \"main.py\", line 2, in f\n    raise ValueError('no')\nValueError: no\n";
    let without_marks: String = seen
        .traceback
        .lines()
        .filter(|line| !line.trim().chars().all(|c| "^~".contains(c)))
        .flat_map(|line| [line, "\n"])
        .collect();
    assert_eq!(without_marks, expected);
}

#[test]
fn a_suggestion_stands_in_the_traceback_and_not_in_the_message() {
    let seen = exception("valeu = 1\nvalue\n");
    assert_eq!(seen.message, "name 'value' is not defined");
    let last = "NameError: name 'value' is not defined. Did you mean: 'valeu'?\n";
    assert!(seen.traceback.ends_with(last), "{}", seen.traceback);
}

#[test]
fn each_unit_has_its_own_name_and_lines() {
    let units = vec![
        unit(Author::Given, "given.py", "def check(f):\n    return f()\n"),
        unit(Author::Learner, "mine.py", "\ndef f():\n    return missing\n"),
        unit(Author::Probe, "probe.py", "\n\ncheck(f)\n"),
    ];
    let program = Program { units, ..Program::default() };
    let seen = run(&RunSpec { program, ..RunSpec::default() });
    let frames = seen.exception.expect("a NameError").frames;
    let places: Vec<_> = frames.iter().map(|f| (f.file.as_str(), f.line)).collect();
    assert_eq!(places, [("probe.py", 3), ("given.py", 2), ("mine.py", 3)]);
}

#[test]
fn a_learners_class_is_named_with_its_bases() {
    let seen =
        exception("import json\nclass Mine(json.JSONDecodeError): pass\nraise Mine('m', 'd', 0)\n");
    assert_eq!(seen.class, "Mine");
    assert_eq!(seen.bases[..3], ["Mine", "json.decoder.JSONDecodeError", "ValueError"]);
}

#[test]
fn causes_contexts_and_groups_are_followed() {
    let seen = exception(
        "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError('k') from e\n",
    );
    assert_eq!(seen.cause.map(|cause| cause.class).as_deref(), Some("ZeroDivisionError"));
    assert!(seen.context.is_none());
    let seen = exception("try:\n    1 / 0\nexcept ZeroDivisionError:\n    raise KeyError('k')\n");
    assert_eq!(seen.context.map(|context| context.class).as_deref(), Some("ZeroDivisionError"));
    let seen = exception(
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n    raise KeyError('k') from None\n",
    );
    assert!(seen.context.is_none() && seen.cause.is_none());
    let seen = exception("raise ExceptionGroup('g', [ValueError('v'), TypeError('t')])\n");
    let members: Vec<_> = seen.group.iter().map(pykata::domain::run::Exception::headline).collect();
    assert_eq!(members, ["ValueError: v", "TypeError: t"]);
}

#[test]
fn a_syntax_error_says_where_it_is() {
    let seen = exception("x = 1\ny = = 2\n");
    assert_eq!(seen.class, "SyntaxError");
    assert_eq!(
        (seen.frames[0].file.as_str(), seen.frames[0].line, seen.frames[0].column),
        ("main.py", 2, Some(5))
    );
    assert_eq!(seen.frames.len(), 1);
    assert!(seen.traceback.contains("    y = = 2\n"), "{}", seen.traceback);
    assert!(!seen.traceback.contains("pykata"), "{}", seen.traceback);
}

#[test]
fn a_runaway_recursion_is_cut_and_both_ends_stay() {
    let seen = run_text(
        "import sys\nsys.setrecursionlimit(20_000)\ndef f(n):\n    return f(n + 1)\n\nf(0)\n",
    );
    let exception = seen.exception.expect("a RecursionError");
    assert_eq!(exception.class, "RecursionError");
    assert_eq!(exception.frames.len(), 60);
    assert_eq!(exception.frames[0].line, 6);
    assert!(exception.traceback.len() < 10_000);
}

#[test]
fn an_exception_of_a_call_stands_in_its_answer() {
    let seen = run(&calls("def f():\n    raise SystemExit(0)\n", &["f()", "1 +"]));
    let [Answer::Raised(exit), Answer::Raised(syntax)] = &seen.answers[..] else {
        panic!("{seen:?}")
    };
    assert_eq!((exit.class.as_str(), seen.outcome), ("SystemExit", Outcome::Normal));
    assert_eq!(exit.frames[1], frame("main.py", 2, Some((5, 24)), "f"));
    assert_eq!(exit.frames[0].file, "<check>");
    assert_eq!(syntax.class, "SyntaxError");
    assert!(seen.exception.is_none());
}

#[test]
fn exceptions_that_resist_being_described_are_described() {
    let seen = exception("class Bad(Exception):\n    def __str__(self): return 42\nraise Bad()\n");
    assert_eq!((seen.class.as_str(), seen.message.as_str()), ("Bad", "<exception str() failed>"));
    let seen =
        exception("class Bad(Exception):\n    def __str__(self): raise Bad()\nraise Bad()\n");
    assert_eq!(seen.message, "<exception str() failed>");
    let seen = exception("raise ValueError('A' * 5_000_000 + '\\ud800')\n");
    assert!(seen.message.starts_with("AAA") && seen.message.len() < 20_000);
    assert!(seen.traceback.len() < 200_000);
    let odd = "e = SyntaxError('odd')\ne.lineno, e.offset, e.text, e.filename, e.end_lineno = 'one', [], 7, object(), None\n\
        e.msg = b'bytes'\nraise e\n";
    assert_eq!(exception(odd).class, "SyntaxError");
    let wide = "raise ExceptionGroup('g', [ValueError('😀' * 10_000) for _ in range(60)])\n";
    assert_eq!(exception(wide).class, "ExceptionGroup");
    let nested = "e = ValueError('leaf')\nfor i in range(200):\n    e = ExceptionGroup(f'g{i}', [e] + [KeyError(j) for j in range(20)])\nraise e\n";
    assert_eq!(exception(nested).class, "ExceptionGroup");
}

#[test]
fn a_program_that_spoils_the_traceback_module_still_has_its_exception() {
    let text = "import linecache, sys, traceback, builtins\n\
        linecache.getline = lambda *a, **k: 'forged'\ntraceback.TracebackException = None\n\
        sys.tracebacklimit = -10 ** 9\nsys.modules.clear()\n\
        value, names = ValueError, vars(builtins)\nfor name in list(names):\n    \
            if name != '__build_class__': names.pop(name)\n\
        raise value('real')\n";
    let seen = exception(text);
    assert_eq!((seen.class.as_str(), seen.message.as_str()), ("ValueError", "real"));
}

#[test]
fn shown_source_is_the_hosts_own_whatever_the_program_makes_of_it() {
    let text = "import linecache\nlinecache.getline = lambda *a, **k: 'all is well'\n\
        linecache.getlines = lambda *a, **k: ['all is well'] * 9\nlinecache.cache.clear()\n\
        linecache.checkcache = lambda *a: None\nraise ValueError('real')\n";
    let seen = exception(text);
    assert!(seen.traceback.contains("    raise ValueError('real')\n"), "{}", seen.traceback);
    assert!(!seen.traceback.contains("all is well"), "{}", seen.traceback);
}

#[test]
fn frames_around_the_learners_code_and_in_calls_show_their_source() {
    let units = vec![
        unit(Author::Given, "given.py", "def check(f):\n    return f()\n"),
        unit(Author::Learner, "mine.py", "def f():\n    return missing\n"),
    ];
    let program = Program { units, ..Program::default() };
    let seen = run(&RunSpec { program, calls: vec!["check(f)".into()], ..RunSpec::default() });
    let [Answer::Raised(exception)] = &seen.answers[..] else { panic!("{seen:?}") };
    for source in ["    check(f)\n", "    return f()\n", "    return missing\n"] {
        assert!(exception.traceback.contains(source), "{}", exception.traceback);
    }
}

#[test]
fn frames_of_the_harness_are_nowhere_in_a_traceback() {
    let seen = exception("def f():\n    breakpoint()\nf()\n");
    assert!(!seen.traceback.contains("<pykata>"), "{}", seen.traceback);
    assert_eq!(seen.frames.last().map(|frame| frame.function.as_str()), Some("f"));
}

#[test]
fn an_exception_is_told_before_its_text_that_never_comes() {
    let text =
        "class Bad(Exception):\n    def __str__(self):\n        while True: pass\nraise Bad()\n";
    let seen = run(&crate::support::limited(text, 500));
    let exception = seen.exception.expect("what was told before");
    assert_eq!((seen.outcome, exception.class.as_str()), (Outcome::Timeout, "Bad"));
    assert_eq!(exception.frames[0].line, 4);
    assert!(exception.traceback.contains("    raise Bad()\n"), "{}", exception.traceback);
    assert!(seen.note.is_some_and(|note| note.contains("never came to its end")));
}

#[test]
fn the_message_of_an_exception_is_its_own_without_what_python_suggests() {
    let seen = exception("price = 1\nprint(pirce)\n");
    assert_eq!(seen.message, "name 'pirce' is not defined");
    assert!(
        seen.traceback.ends_with("is not defined. Did you mean: 'price'?\n"),
        "{}",
        seen.traceback
    );
}

#[test]
fn frames_that_were_taken_out_of_a_traceback_are_counted() {
    let seen = exception("def a(n): return b(n + 1)\ndef b(n): return a(n + 1)\na(0)\n");
    assert!(seen.traceback.contains(" frames left out ...]\n"), "{}", seen.traceback);
    let seen = exception("def f(n): return f(n + 1)\nf(0)\n");
    assert!(seen.traceback.contains("  [Previous line repeated 9"), "{}", seen.traceback);
}

#[test]
fn lines_are_counted_as_python_counts_them() {
    let seen = exception("x = 'a\u{2028}b'\n# \u{c}form feed\r\nraise ValueError('here')\n");
    assert_eq!(seen.frames[0].line, 3);
    assert!(seen.traceback.contains("    raise ValueError('here')\n"), "{}", seen.traceback);
}

#[test]
fn a_hook_of_the_learners_own_is_called_and_changes_nothing() {
    let seen = run_text(
        "import sys\nsys.excepthook = lambda kind, value, tb: print('hook', value)\nraise ValueError('v')\n",
    );
    assert_eq!((seen.outcome, seen.stdout.text().as_str()), (Outcome::Exception, "hook v\n"));
    let seen = run_text(
        "import sys\ndef hook(*a): raise KeyError('hook')\nsys.excepthook = hook\nraise ValueError('v')\n",
    );
    assert_eq!(seen.exception.map(|e| e.class).as_deref(), Some("ValueError"));
}
