//! Each rule with what it speaks about, and what it keeps silent about.

use super::*;
use crate::domain::run::Frame;

fn exception(class: &str, message: &str) -> Exception {
    Exception {
        class: class.into(),
        bases: vec![class.into()],
        message: message.into(),
        frames: Vec::new(),
        traceback: String::new(),
        cause: None,
        context: None,
        group: Vec::new(),
    }
}

fn at(line: u32, class: &str, message: &str) -> Exception {
    let file = "mine.py".to_owned();
    let frame = Frame { file, line, column: None, end_column: None, function: "<module>".into() };
    Exception { frames: vec![frame], ..exception(class, message) }
}

fn program(text: &str) -> Program {
    Program::single("mine.py", text)
}

fn said(exception: &Exception, program: &Program) -> String {
    of_exception(exception, program).map(|said| said.to_string()).unwrap_or_default()
}

#[track_caller]
fn says(exception: &Exception, program: &Program, part: &str) {
    let said = said(exception, program);
    assert!(said.contains(part), "{said:?} does not say {part:?}");
}

#[test]
fn of_most_exceptions_there_is_nothing_to_add() {
    for (class, message) in [
        ("ValueError", "no"),
        ("KeyError", "'input'"),
        ("EOFError", "Ran out of input"),
        ("NameError", "name 'pirce' is not defined"),
        ("RuntimeError", "no"),
        ("AttributeError", "module 'math' has no attribute 'sqrtt'"),
        ("OSError", "[Errno 2] No such file"),
        ("SyntaxError", "invalid syntax"),
    ] {
        assert_eq!(said(&exception(class, message), &program("x = 1\n")), "", "{class}");
    }
}

#[test]
fn input_without_lines_says_where_input_comes_from() {
    let error = exception("EOFError", "EOF when reading a line");
    says(
        &error,
        &program(""),
        "input() reads the lines that come with a step, and here there are none",
    );
    let fed = Program { stdin: Some("a\nb\n".into()), ..program("") };
    says(&error, &fed, "come with the step (2), and they were all read");
}

#[test]
fn a_password_prompt_says_so_too() {
    let mut error = exception("EOFError", "");
    error.frames = vec![Frame {
        file: "/usr/lib/python3.11/getpass.py".into(),
        line: 1,
        column: None,
        end_column: None,
        function: "_raw_input".into(),
    }];
    says(&error, &program(""), "getpass() reads the lines");
}

#[test]
fn a_debugger_says_what_to_do_instead() {
    says(
        &exception("RuntimeError", "no debugger here: there is no terminal"),
        &program(""),
        "print(f\"{name = }\")",
    );
    says(&exception("bdb.BdbQuit", ""), &program(""), "Take the call out");
}

#[test]
fn a_module_that_is_not_there_is_told_by_kind() {
    let missing =
        |name: &str| exception("ModuleNotFoundError", &format!("No module named '{name}'"));
    says(&missing("numpy"), &program(""), "numpy is not part of it");
    says(&missing("requests.adapters"), &program(""), "requests is not part of it");
    says(&missing("_lzma"), &program(""), "built without _lzma");
    says(&missing("distutils"), &program(""), "does not have it any more");
    let mut turtle = missing("_tkinter");
    turtle.bases.push("ImportError".into());
    says(&turtle, &program(""), "no window to draw in");
}

#[test]
fn a_file_that_hides_a_standard_module_is_named() {
    let own = Program::single("random.py", "import random\n");
    let partially = "partially initialized module 'random' has no attribute 'randint' (most likely due to a circular import)";
    says(&exception("AttributeError", partially), &own, "Your own file is called random.py");
    says(&exception("ImportError", "cannot import name 'x' from 'random'"), &own, "another name");
}

#[test]
fn a_letter_that_looks_like_another_is_pointed_at() {
    let cyrillic = exception("NameError", "name 'pri\u{441}e' is not defined");
    says(
        &cyrillic,
        &program("price = 3\n"),
        "letter 4 is U+0441, a Cyrillic letter and not the Latin c",
    );
    let plain = exception("NameError", "name 'price' is not defined");
    says(&plain, &program("pri\u{441}e = 3\nprint(price)\n"), "only looks like `price`");
    assert_eq!(said(&exception("NameError", "name 'цена' is not defined"), &program("")), "");
}

#[test]
fn an_await_outside_says_where_it_may_stand() {
    says(
        &exception("SyntaxError", "'await' outside function"),
        &program(""),
        "inside of an `async def`",
    );
}

#[test]
fn mixed_indentation_is_made_visible() {
    let text = "if True:\n\tprint('tab')\n        print('eight')\n";
    let error = at(3, "TabError", "inconsistent use of tabs and spaces in indentation");
    says(&error, &program(text), "Line 2 is indented with → and line 3 with ········");
}

#[test]
fn bytes_that_are_no_utf8_are_placed_and_utf16_is_named() {
    let of = |bytes: &[u8]| {
        let mut program = program("");
        program.units[0].bytes = Some(bytes.to_vec());
        said(
            &exception("SyntaxError", "Non-UTF-8 code starting with '\\xff' in file x on line 2"),
            &program,
        )
    };
    assert!(of(b"x = 1\ny = '\xff'\n").starts_with("Byte 6 of line 2 is 0xff"), "{}", of(b"\xff"));
    assert!(of(b"\xff\xfep\0").starts_with("This file is UTF-16"));
}

#[test]
fn a_program_without_a_terminal_and_without_a_network_is_told_so() {
    let mut error = exception("OSError", "[Errno 25] Inappropriate ioctl for device");
    says(&error, &program(""), "shutil.get_terminal_size()");
    error = exception("socket.gaierror", "[Errno -3] Temporary failure in name resolution");
    says(&error, &program(""), "no network here");
}

#[test]
fn a_member_of_a_group_is_explained() {
    let mut group = exception("ExceptionGroup", "several (1 sub-exception)");
    group.group = vec![exception("ModuleNotFoundError", "No module named 'numpy'")];
    says(&group, &program(""), "numpy");
}

#[test]
fn an_exception_whose_text_never_comes_is_told() {
    let run = Observation {
        outcome: Outcome::Timeout,
        exception: Some(exception("Bad", "")),
        ..Observation::tutor_failed("")
    };
    let said = explain(&run, &program(""), &[]).map(|said| said.to_string());
    assert!(said.is_some_and(|said| said.starts_with("It raised Bad; then")));
}

#[test]
fn files_out_of_reach_and_without_room_say_where_files_may_be() {
    let nothing = program("");
    let is_a = |class: &str, message: &str| Exception {
        bases: vec![class.into(), "OSError".into()],
        ..exception(class, message)
    };
    says(&is_a("OSError", "[Errno 30] Read-only file system: '/tmp/x'"), &nothing, "own folder");
    says(
        &is_a("PermissionError", "[Errno 13] Permission denied: '/etc/x'"),
        &nothing,
        "own folder",
    );
    says(&is_a("OSError", "[Errno 28] No space left on device"), &nothing, "32 MiB");
    assert_eq!(
        said(&is_a("PermissionError", "[Errno 13] Permission denied: 'mine'"), &nothing),
        ""
    );
    assert_eq!(said(&exception("ValueError", "[Errno 28] said so"), &nothing), "");
}
