//! What a reader should know about an exception beyond what Python says: a table of rules, each a pure function.
//!
//! An observation stays data; this is what the host adds. A rule may look at the exception and at the program's text, and
//! knows nothing of what a check expects.

mod letters;
mod topics;

use super::clean::Clean;
use super::run::{Answer, Author, Exception, Observation, Outcome, Program, Unit};

/// What tracebacks call an expression of a check.
const CALL_FILE: &str = "<check>";

/// What the harness says where a debugger would begin.
const NO_DEBUGGER: &str = "no debugger here";

/// Looks at an exception; gives a sentence where it has something to say.
type Rule = fn(&Exception, &Program) -> Option<String>;

/// Every rule; the first that speaks is heard.
const RULES: [Rule; 12] = [
    encoding,
    nothing_to_read,
    debugger,
    display,
    own_file_in_front,
    missing_module,
    odd_letter,
    await_outside,
    mixed_indentation,
    no_terminal,
    no_network,
    own_folder,
];

/// What there is to add to what a run ended in, in one or two sentences.
#[must_use]
pub fn explain(run: &Observation, program: &Program, calls: &[String]) -> Option<Clean> {
    if let (Outcome::Timeout, Some(exception)) = (run.outcome, &run.exception) {
        let class = &exception.class;
        return Some(Clean::line(format!(
            "It raised {class}; then it was asked for the exception's text, and that `__str__` or `__repr__` never came to its end."
        )));
    }
    // Of expressions that a check evaluates, the first that raised something that there is more to say about.
    let mut raised = run.answers.iter().zip(calls).filter_map(|(answer, call)| match answer {
        Answer::Raised(exception) => of_exception(exception, &with_call(program, call)),
        _ => None,
    });
    let own = run.exception.iter().find_map(|exception| of_exception(exception, program));
    own.or_else(|| raised.next()).or_else(|| topics::never_awaited(run))
}

/// A program with an expression that is evaluated in it, under the name that tracebacks show it by.
fn with_call(program: &Program, call: &str) -> Program {
    let mut program = program.clone();
    program.units.push(Unit::new(Author::Probe, CALL_FILE, call));
    program
}

/// What there is to add to an exception.
#[must_use]
pub fn of_exception(exception: &Exception, program: &Program) -> Option<Clean> {
    // What a group or a chain ends in is explained by its innermost part, where that can be told.
    let told = RULES
        .iter()
        .chain(&topics::RULES)
        .find_map(|rule| rule(exception, program))
        .map(Clean::line);
    told.or_else(|| exception.group.iter().find_map(|member| of_exception(member, program)))
}

/// The learner's own units.
fn own(program: &Program) -> impl Iterator<Item = &Unit> {
    program.units.iter().filter(|unit| unit.author == Author::Learner)
}

/// The module that a file would be imported as.
fn stem(unit: &Unit) -> &str {
    unit.file.strip_suffix(".py").unwrap_or(&unit.file)
}

fn quoted(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once('\'')?;
    rest.split_once('\'').map(|(name, _)| name)
}

fn encoding(exception: &Exception, program: &Program) -> Option<String> {
    let bytes = own(program).find_map(|unit| unit.bytes.as_deref())?;
    if exception.class != "SyntaxError" {
        return None;
    }
    if exception.message.starts_with("Non-UTF-8 code") {
        return not_utf8(bytes);
    }
    exception.message.starts_with("encoding problem").then(|| {
        "The comment in the first lines names an encoding that Python does not know, or that the file is not in. Save the file as UTF-8 and take the comment out.".into()
    })
}

/// Why bytes are not UTF-8, where they are not, with the place and what to do.
#[must_use]
pub fn not_utf8(bytes: &[u8]) -> Option<String> {
    let wrong = std::str::from_utf8(bytes).err()?.valid_up_to();
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Some("This file is UTF-16, as some Windows editors save it; Python reads UTF-8. Save it as UTF-8.".into());
    }
    let before = &bytes[..wrong];
    let line = before.split(|byte| *byte == b'\n').count();
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    Some(format!(
        "Byte {} of line {line} is 0x{:02x}, which is not UTF-8. Save the file as UTF-8, or name its encoding in its first line, as in `# coding: latin-1`.",
        wrong - start + 1,
        bytes[wrong]
    ))
}

fn nothing_to_read(exception: &Exception, program: &Program) -> Option<String> {
    if exception.class != "EOFError"
        || !exception.message.starts_with("EOF when reading") && !exception.message.is_empty()
    {
        return None;
    }
    let in_getpass = exception.frames.iter().any(|frame| frame.file.ends_with("/getpass.py"));
    if exception.message.is_empty() && !in_getpass {
        return None;
    }
    let reader = if in_getpass { "getpass()" } else { "input()" };
    Some(match program.stdin.as_deref().map(|stdin| stdin.lines().count()) {
        None | Some(0) => format!(
            "Nothing can be typed into a program here: {reader} reads the lines that come with a step, and here there are none. Put the text into the code instead."
        ),
        Some(lines) => format!(
            "Nothing can be typed into a program here: {reader} reads the lines that come with the step ({lines}), and they were all read before."
        ),
    })
}

fn debugger(exception: &Exception, _: &Program) -> Option<String> {
    let stopped = exception.class == "RuntimeError" && exception.message.starts_with(NO_DEBUGGER);
    (stopped || exception.class == "bdb.BdbQuit").then(|| {
        "A debugger asks for commands, and nothing can be typed into a program here. Take the call out; `print(f\"{name = }\")` shows a value where you are.".into()
    })
}

fn display(exception: &Exception, _: &Program) -> Option<String> {
    let missing = exception.is_a("ImportError")
        && matches!(quoted(&exception.message), Some("_tkinter" | "tkinter"));
    let refused = exception.class.ends_with("TclError") && exception.message.contains("display");
    (missing || refused).then(|| {
        "There is no window to draw in here: turtle and tkinter need a display of their own. Run this program outside of the tutor.".into()
    })
}

fn own_file_in_front(exception: &Exception, program: &Program) -> Option<String> {
    if !exception.is_a("AttributeError") && !exception.is_a("ImportError") {
        return None;
    }
    let unit = own(program).find(|unit| {
        let name = format!("'{}'", stem(unit));
        let module = exception.message.contains(&format!("module {name}"))
            || exception.message.contains(&format!("from {name}"))
            || exception.message.contains(&format!("{name} is not a package"));
        module && !stem(unit).is_empty()
    })?;
    Some(format!(
        "Your own file is called {}, so `import {}` finds it and not the standard module of that name. Give your file another name.",
        unit.file,
        stem(unit)
    ))
}

/// Modules of the standard library that not every Python is built with.
const OPTIONAL: [&str; 9] =
    ["readline", "curses", "ssl", "sqlite3", "lzma", "bz2", "ctypes", "zlib", "dbm"];
/// Modules that were taken out of the standard library.
const REMOVED: [&str; 10] = [
    "distutils",
    "imp",
    "asynchat",
    "asyncore",
    "smtpd",
    "cgi",
    "crypt",
    "pipes",
    "telnetlib",
    "imghdr",
];

fn missing_module(exception: &Exception, _: &Program) -> Option<String> {
    if exception.class != "ModuleNotFoundError"
        || !exception.message.starts_with("No module named ")
    {
        return None;
    }
    let name = quoted(&exception.message)?.split('.').next()?;
    Some(if OPTIONAL.contains(&name) || name.starts_with('_') {
        format!("The Python that runs programs here was built without {name}.")
    } else if REMOVED.contains(&name) {
        format!(
            "{name} was part of Python once, and this version of Python does not have it any more."
        )
    } else {
        format!(
            "Programs can import Python's standard library here and nothing else, and {name} is not part of it. Everything that the lessons ask for works without it."
        )
    })
}

fn odd_letter(exception: &Exception, program: &Program) -> Option<String> {
    if !exception.is_a("NameError") {
        return None;
    }
    let name = quoted(&exception.message)?;
    if let Some(odd) = letters::odd_one(name) {
        return Some(format!(
            "The {odd} in `{name}`: it looks like another letter and is none. Type the name anew."
        ));
    }
    // Or the name is right, and another that looks like it was meant to be it.
    let twin = program.units.iter().find_map(|unit| letters::twin_in(&unit.text, name))?;
    let odd = letters::odd_one(twin)?;
    Some(format!(
        "There is a name that only looks like `{name}`: the {odd} in `{twin}`. Type that name anew."
    ))
}

fn await_outside(exception: &Exception, _: &Program) -> Option<String> {
    let outside =
        exception.class == "SyntaxError" && exception.message.starts_with("'await' outside ");
    outside.then(|| {
        "`await` may stand only inside of an `async def`. Write one, and start it from outside with `asyncio.run(main())`.".into()
    })
}

fn mixed_indentation(exception: &Exception, program: &Program) -> Option<String> {
    if exception.class != "TabError" {
        return None;
    }
    let place = exception.frames.last()?;
    let unit = program.units.iter().find(|unit| unit.file == place.file)?;
    let lines: Vec<&str> = unit.text.lines().collect();
    let number = usize::try_from(place.line).ok()?;
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let here = lines.get(number.checked_sub(1)?)?;
    let (above, other) = lines[..number - 1].iter().enumerate().rev().find(|(_, line)| {
        let text = &line[..indent(line)];
        !line.trim().is_empty() && !text.is_empty() && text != &here[..indent(here)]
    })?;
    let shown = |line: &str| line[..indent(line)].replace(' ', "·").replace('\t', "→");
    Some(format!(
        "Line {} is indented with {} and line {number} with {} (→ is a tab, · a blank). Use four blanks for each level in both.",
        above + 1,
        shown(other),
        shown(here)
    ))
}

fn no_terminal(exception: &Exception, _: &Program) -> Option<String> {
    let refused = exception.is_a("OSError") && exception.message.starts_with("[Errno 25]")
        || exception.class == "termios.error";
    refused.then(|| {
        "A program has no terminal of its own here: its output goes to the tutor. `shutil.get_terminal_size()` gives 80 by 24 then.".into()
    })
}

fn no_network(exception: &Exception, _: &Program) -> Option<String> {
    let failed = ["gaierror", "URLError"].iter().any(|class| exception.is_a(class));
    failed.then(|| "Programs have no network here, but for connections to themselves.".into())
}

/// What the sandbox says of files, in Python's words: no room left, a file too large, a tree that is read-only, and paths out
/// of reach.
fn own_folder(exception: &Exception, _: &Program) -> Option<String> {
    let message = &*exception.message;
    if !exception.is_a("OSError") {
        return None;
    }
    if message.starts_with("[Errno 28]") || message.starts_with("[Errno 27]") {
        return Some("A program's files have little room here, 32 MiB together unless a pack lowers it. Write less, or remove what is no longer needed.".into());
    }
    let out_of_reach = message.starts_with("[Errno 30]")
        || message.starts_with("[Errno 13]")
            && quoted(message).is_some_and(|path| path.starts_with('/'));
    out_of_reach.then(|| {
        "A program opens files in its own folder here, which is gone after the run, and none of yours. Use a bare name, as in `open(\"notes.txt\", \"w\")`, or the tempfile module.".into()
    })
}

#[cfg(test)]
mod tests;
