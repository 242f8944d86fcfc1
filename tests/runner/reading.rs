//! Texts that are compiled and not run: what Python says of them, and that none of them does harm.

use std::thread;

use pykata::domain::compiled::{Compiled, Complaint};
use pykata::domain::run::Outcome;
use pykata::protocol::PYTHON_SHORT;
use pykata::runner::{Door, Execute as _, Reader};
use pykata::sandbox::tree;

use crate::support::{Bench, all_go, program};

/// A worker that is started, and a reader at its door.
fn reading() -> (Bench, Reader) {
    let bench = Bench::new();
    let door = Door::default();
    let mut supervisor = bench.supervisor.with_door(door.clone());
    supervisor.start().unwrap();
    (Bench { supervisor, folder: bench.folder }, Reader::new(door))
}

fn error(reader: &mut Reader, text: &str) -> (u32, u32, u32, String) {
    let said = reader.read(text).unwrap_or_else(|| panic!("nothing is said of {text:?}"));
    let error = said.error.unwrap_or_else(|| panic!("no error in {text:?}"));
    (error.line, error.columns.start, error.columns.end, error.message)
}

fn told(line: u32, start: u32, end: u32, message: &str) -> (u32, u32, u32, String) {
    (line, start, end, message.to_owned())
}

#[test]
fn an_error_of_the_parser_is_told_in_pythons_words_at_its_characters() {
    let (_bench, mut reader) = reading();
    for (text, line, start, end, message) in [
        ("x = (1,\ny = 2\n", 1, 5, 6, "'(' was never closed"),
        ("if x:\n", 1, 6, 7, "expected an indented block after 'if' statement on line 1"),
        ("x = 1\n  y = 2\n", 2, 2, 3, "unexpected indent"),
        ("'é'; None = 1\n", 1, 6, 10, "cannot assign to None"),
        ("print('é', (1 2)\n", 1, 13, 16, "invalid syntax. Perhaps you forgot a comma?"),
        ("for x in y\n  pass\n", 1, 11, 12, "expected ':'"),
        ("\u{0}", 1, 0, 0, "source code string cannot contain null bytes"),
    ] {
        assert_eq!(error(&mut reader, text), told(line, start, end, message), "{text:?}");
    }
}

#[test]
fn what_only_the_compiler_refuses_is_told_at_its_characters_too() {
    let (_bench, mut reader) = reading();
    for (text, line, start, end, message) in [
        ("'é'; return 1\n", 1, 6, 14, "'return' outside function"),
        ("nonlocal x\n", 1, 1, 11, "nonlocal declaration not allowed at module level"),
        ("'é'; await x\n", 1, 6, 13, "'await' outside function"),
        ("é = 1\nfor é in é: pass\nbreak\n", 3, 1, 6, "'break' outside loop"),
        ("'é'; f(a=1, a=2)\n", 1, 13, 16, "keyword argument repeated: a"),
        ("from __future__ import no\n", 1, 1, 26, "future feature no is not defined"),
    ] {
        let (at, from, to, said) = error(&mut reader, text);
        assert_eq!((at, &*said), (line, message), "{text:?}");
        // Before 3.13 Python knows the place of some of them less exactly.
        assert!((start..end).contains(&from) && to <= end, "{text:?}: {from}..{to}");
    }
    let twice = error(&mut reader, "def f(a,\n      é, a): pass\n");
    assert_eq!(twice.3, "duplicate argument 'a' in function definition");
}

#[test]
fn an_error_in_an_f_string_stands_where_the_expression_does() {
    let (_bench, mut reader) = reading();
    let (line, start, end, message) = error(&mut reader, "x = 1\né = f'é{a b}'\n");
    assert_eq!((line, start, end), (2, 9, 12), "{message}");
    assert!(message.ends_with("invalid syntax. Perhaps you forgot a comma?"), "{message}");
}

#[test]
fn a_text_that_is_python_is_said_to_be_and_warnings_stand_beside_it() {
    let (_bench, mut reader) = reading();
    assert_eq!(reader.read("x = 1\n"), Some(Compiled::default()));
    let said = reader.read("é = '\\d'\nif é is 'a': pass\n").unwrap();
    assert_eq!(said.error, None);
    let [escape, is] = &said.warnings[..] else { panic!("{said:?}") };
    assert_eq!((escape.line, escape.columns.clone()), (1, 6..8), "{escape:?}");
    assert!(escape.message.contains("invalid escape sequence"), "{escape:?}");
    assert_eq!((is.line, is.columns.clone()), (2, 0..0), "{is:?}");
    assert!(is.message.starts_with("\"is\" with "), "{is:?}");
    // Of a broken text too, and each one once.
    let broken = reader.read("é = '\\d'\nx = (\n").unwrap();
    assert_eq!((broken.warnings, broken.error.map(|it| it.line)), (vec![escape.clone()], Some(2)));
}

#[test]
fn syntax_that_the_running_python_does_not_know_is_refused_and_what_it_knows_is_not() {
    let (_bench, mut reader) = reading();
    let is_new = PYTHON_SHORT != "3.11";
    let said = reader.read("type X = int\ndef f[T](x: T) -> T: return x\n").unwrap();
    assert_eq!(said.error.is_none(), is_new, "{said:?}");
}

#[test]
fn what_is_too_deep_or_too_long_is_not_judged_and_the_next_text_is() {
    let (_bench, mut reader) = reading();
    let deep = |open: &str, inner: &str, close: &str, n: usize| {
        format!("x = {}{inner}{}\n", open.repeat(n), close.repeat(n))
    };
    for text in [deep("-", "1", "", 60_000), deep("(", "", ")", 150), deep("[", "1 2", "]", 90)] {
        // Whatever comes of it, nothing but a syntax error is told, and the next text is read.
        if let Some(Complaint { message, .. }) = reader.read(&text).and_then(|said| said.error) {
            assert!(!message.contains("recursion"), "{message}");
        }
        reader.read("x = 1\n");
        assert_eq!(reader.read("x = 1\n"), Some(Compiled::default()));
    }
    assert_eq!(reader.read(&"#".repeat(64 * 1024 + 1)), None);
    assert_eq!(reader.read("x = 1\r"), None, "Python counts other lines there");
}

#[test]
fn no_text_is_run() {
    let (_bench, mut reader) = reading();
    assert_eq!(
        reader.read("import os\nos._exit(1)\nwhile True: pass\n"),
        Some(Compiled::default())
    );
    assert_eq!(reader.read("x = 1\n"), Some(Compiled::default()));
}

#[test]
fn texts_are_read_while_a_program_runs() {
    let (mut bench, mut reader) = reading();
    let mut said = None;
    let text = program("print(1, flush=True)\ninput()\n");
    let seen = bench.supervisor.run(&text, &mut |_| {
        said = said.take().or_else(|| reader.read("x = \n"));
    });
    assert_eq!(seen.outcome, Outcome::Exception, "{seen:?}");
    assert_eq!(
        said.and_then(|said| said.error).map(|it| it.message),
        Some("invalid syntax".into())
    );
}

#[test]
fn a_reader_that_was_killed_is_replaced_and_none_is_left_in_the_end() {
    let (mut bench, mut reader) = reading();
    let zygote = bench.supervisor.about().unwrap().pid.cast_signed();
    assert!(reader.read("x = 1\n").is_some());
    // The program that is parked goes along.
    let below = tree::census(zygote).processes;
    for pid in &below {
        tree::signal(*pid, 9);
    }
    assert!(all_go(&below));
    assert_eq!(reader.read("x = 1\n"), None);
    assert!(reader.read("x = 1\n").is_some());
    let all = tree::census(zygote).processes;
    drop(bench);
    assert!(all_go(&all));
    assert_eq!((reader.read("x = 1\n"), reader.read("x = 1\n")), (None, None));
}

#[test]
fn a_lost_zygote_takes_its_reader_along_and_the_next_run_brings_both_back() {
    let (mut bench, mut reader) = reading();
    assert!(reader.read("x = 1\n").is_some());
    let zygote = bench.supervisor.about().unwrap().pid.cast_signed();
    tree::signal(zygote, 9);
    assert!(all_go(&[zygote]));
    assert_eq!((reader.read("x = 1\n"), reader.read("x = 1\n")), (None, None));
    assert_eq!(bench.run(&program("print(1)")).outcome, Outcome::Normal);
    assert!(reader.read("x = 1\n").is_some());
}

#[test]
fn many_readers_and_a_run_share_one_zygote() {
    let door = Door::default();
    let bench = Bench::new();
    let mut supervisor = bench.supervisor.with_door(door.clone());
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let door = door.clone();
            thread::spawn(move || {
                (0..5).all(|_| Reader::new(door.clone()).read("x = 1\n").is_some())
            })
        })
        .collect();
    supervisor.start().unwrap();
    let mut bench = Bench { supervisor, folder: bench.folder };
    assert_eq!(bench.run(&program("print(1)")).outcome, Outcome::Normal);
    assert!(readers.into_iter().all(|reader| reader.join().unwrap()));
}
