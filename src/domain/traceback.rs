//! A traceback as text, as Python prints it: its frames found again, its source held to the program's own, the frames of
//! the standard library folded.
//!
//! A program can forge what its traceback shows of a file. What is shown of a file that the host has comes from the host.

use std::fmt::Write as _;

use super::run::{Answer, Exception, Observation, RunSpec};

/// The file name of an expression that a check evaluates.
pub const CHECK_FILE: &str = "<check>";

/// A part of a traceback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Lines that say where and what.
    Shown(String),
    /// The source of a frame that is not the library's.
    Source(String),
    /// Frames of the standard library that follow one another.
    Folded {
        /// How many frames they are.
        count: usize,
        /// The packages that they are in.
        packages: Vec<String>,
        /// What stands before each line, as in exception groups.
        margin: String,
        /// Their lines.
        text: String,
    },
}

/// A frame's first line.
struct Head<'t> {
    /// What stands before it: blanks, and the bars of exception groups.
    margin: &'t str,
    file: &'t str,
    line: usize,
    /// Whether a function is named: the place of a syntax error names none.
    is_frame: bool,
}

fn head(line: &str) -> Option<Head<'_>> {
    let (before, rest) = line.split_once("  File \"")?;
    if !before.chars().all(|c| matches!(c, ' ' | '|')) {
        return None;
    }
    let (file, rest) = rest.rsplit_once("\", line ")?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let line = rest[..digits].parse().ok()?;
    Some(Head { margin: before, file, line, is_frame: rest[digits..].starts_with(", in ") })
}

/// Whether a line belongs to the frame before it.
fn is_source(line: &str, margin: &str) -> bool {
    line.strip_prefix(margin).is_some_and(|rest| rest.starts_with("    "))
}

/// Puts the program's own source into every traceback of what was seen.
pub fn mend(seen: &mut Observation, spec: &RunSpec) {
    let source = |call: Option<&String>, file: &str, line: usize| -> Option<String> {
        let text = if file == CHECK_FILE {
            call?
        } else {
            let units = &spec.program.units;
            &units.iter().find(|unit| unit.file == file && unit.bytes.is_none())?.text
        };
        text.lines().nth(line.checked_sub(1)?).map(|line| line.trim().to_owned())
    };
    if let Some(exception) = &mut seen.exception {
        mend_exception(exception, &|file, line| source(None, file, line));
    }
    for (answer, call) in seen.answers.iter_mut().zip(&spec.calls) {
        if let Answer::Raised(exception) = answer {
            mend_exception(exception, &|file, line| source(Some(call), file, line));
        }
    }
}

fn mend_exception(exception: &mut Exception, source: &impl Fn(&str, usize) -> Option<String>) {
    exception.traceback = mended(&exception.traceback, source);
    let related = [&mut exception.cause, &mut exception.context];
    let related = related.into_iter().flatten().map(|each| &mut **each);
    for each in related.chain(&mut exception.group) {
        mend_exception(each, source);
    }
}

/// A traceback whose frames show what `source` gives for their file and line.
fn mended(text: &str, source: &impl Fn(&str, usize) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        out.push_str(line);
        let Some(head) = head(line.trim_end_matches('\n')).filter(|head| head.is_frame) else {
            continue;
        };
        let mut shown = Vec::new();
        while let Some(next) = lines.next_if(|next| is_source(next, head.margin)) {
            shown.push(next);
        }
        let own = source(head.file, head.line).filter(|own| !own.is_empty());
        let first = shown.first().and_then(|first| first.strip_prefix(head.margin));
        match own {
            Some(own) if first.is_none_or(|first| first.trim() != own) => {
                let _ = writeln!(out, "{}    {own}", head.margin);
            }
            _ => out.extend(shown),
        }
    }
    out
}

/// The package of the standard library that a file belongs to.
fn package(file: &str) -> Option<&str> {
    if let Some(module) = file.strip_prefix("<frozen ") {
        return module.trim_end_matches('>').split('.').next();
    }
    let (_, inside) = file.rsplit_once("/lib/python3.")?;
    let (_, path) = inside.split_once('/')?;
    let name = path.split('/').next()?;
    Some(name.strip_suffix(".py").unwrap_or(name))
}

/// Folds the frames of the standard library that follow one another. Where there is no other frame nothing is folded.
#[must_use]
pub fn fold(text: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut has_own = false;
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let frame = head(line.trim_end_matches('\n')).filter(|head| head.is_frame);
        let package = frame.as_ref().and_then(|head| package(head.file));
        let (Some(head), Some(package)) = (&frame, package) else {
            match parts.last_mut() {
                Some(Part::Shown(shown)) => shown.push_str(line),
                _ => parts.push(Part::Shown(line.to_owned())),
            }
            if let Some(head) = frame {
                has_own = true;
                let mut source = String::new();
                while let Some(next) = lines.next_if(|next| is_source(next, head.margin)) {
                    source.push_str(next);
                }
                parts.push(Part::Source(source));
            }
            continue;
        };
        let mut own = line.to_owned();
        let belongs = |next: &&str| is_source(next, head.margin) || is_repeat(next, head.margin);
        while let Some(next) = lines.next_if(belongs) {
            own.push_str(next);
        }
        match parts.last_mut() {
            Some(Part::Folded { count, packages, text, .. }) => {
                *count += 1;
                text.push_str(&own);
                if packages.iter().all(|known| known != package) {
                    packages.push(package.to_owned());
                }
            }
            _ => parts.push(Part::Folded {
                count: 1,
                packages: vec![package.to_owned()],
                margin: head.margin.to_owned(),
                text: own,
            }),
        }
    }
    if has_own { parts } else { vec![Part::Shown(text.to_owned())] }
}

fn is_repeat(line: &str, margin: &str) -> bool {
    line.strip_prefix(margin).is_some_and(|rest| rest.starts_with("  [Previous line repeated "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASYNC: &str = "Traceback (most recent call last):\n  File \"main.py\", line 3, in <module>\n    asyncio.run(main())\n  \
        File \"/x/lib/python3.11/asyncio/runners.py\", line 190, in run\n    return runner.run(main)\n           ^^^^^^^^^^^^^^^^\n  \
        File \"/x/lib/python3.11/asyncio/base_events.py\", line 653, in run_until_complete\n    return future.result()\n  \
        File \"main.py\", line 2, in main\n    1 / 0\nZeroDivisionError: division by zero\n";

    #[test]
    fn frames_of_the_library_are_folded_and_nothing_is_lost() {
        let parts = fold(ASYNC);
        let text = |part: &Part| match part {
            Part::Shown(text) | Part::Source(text) | Part::Folded { text, .. } => text.clone(),
        };
        assert_eq!(parts.iter().map(text).collect::<String>(), ASYNC);
        let [_, Part::Source(source), Part::Folded { count, packages, .. }, Part::Shown(after), ..] =
            &parts[..]
        else {
            panic!("{parts:?}")
        };
        assert_eq!((*count, &packages[..]), (2, &["asyncio".to_owned()][..]));
        assert_eq!(source, "    asyncio.run(main())\n");
        assert!(after.starts_with("  File \"main.py\", line 2"));
    }

    #[test]
    fn a_traceback_of_the_library_alone_is_shown_whole() {
        let text = "  File \"/x/lib/python3.11/json/decoder.py\", line 1, in decode\n    raise\nValueError: no\n";
        assert_eq!(fold(text), [Part::Shown(text.to_owned())]);
    }

    #[test]
    fn frames_in_a_group_are_folded_behind_their_bars() {
        let text = "  | Traceback (most recent call last):\n  |   File \"main.py\", line 1, in f\n  |     g()\n  \
            |   File \"<frozen importlib._bootstrap>\", line 1, in _find\n  | ValueError: no\n";
        let parts = fold(text);
        let Part::Folded { margin, packages, .. } = &parts[2] else { panic!("{parts:?}") };
        assert_eq!((&**margin, &*packages[0]), ("  | ", "importlib"));
    }

    #[test]
    fn forged_and_missing_source_is_replaced_by_the_programs_own() {
        let own = |file: &str, line: usize| {
            (file == "main.py" && line == 3).then(|| "asyncio.run(main())".to_owned())
        };
        assert_eq!(mended(ASYNC, &own), ASYNC);
        let forged = ASYNC.replace("    asyncio.run(main())\n", "    all_is_well()\n    ^^^^\n");
        assert_eq!(mended(&forged, &own), ASYNC);
        let missing = ASYNC.replace("    asyncio.run(main())\n", "");
        assert_eq!(mended(&missing, &own), ASYNC);
    }

    #[test]
    fn a_message_that_looks_like_a_frame_does_no_harm() {
        let text = "ValueError: x\n  File \"nowhere\", line 99999999999999999999, in f\n  File \"a\", line 0, in f\n";
        assert_eq!(mended(text, &|_, _| None), text);
        let whole = fold(text).into_iter().map(|part| match part {
            Part::Shown(text) | Part::Source(text) | Part::Folded { text, .. } => text,
        });
        assert_eq!(whole.collect::<String>(), text);
    }
}
