//! How a program ended, in words for its writer.

use crate::domain::clean::Clean;
use crate::domain::run::{Exception, Limits, Observation, Outcome};
use crate::domain::value::grouped;

use super::plan::{GIVEN_FILE, PROBE_FILE};

/// A program that did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// How it ended.
    pub outcome: Outcome,
    /// What happened, in one sentence without a full stop.
    pub message: Clean,
    /// The unit's file in which it happened, where known.
    pub file: Option<Clean>,
    /// The line in that file, from 1.
    pub line: Option<u32>,
}

/// What kept a run from its normal end; nothing where it came to it.
#[must_use]
pub fn failure(seen: &Observation, limits: &Limits, learner_file: &str) -> Option<Failure> {
    if seen.outcome == Outcome::Normal {
        return None;
    }
    let exception = seen.exception.as_ref().filter(|_| seen.outcome == Outcome::Exception);
    let place = exception.and_then(|exception| place(exception, learner_file));
    let message = match exception {
        Some(exception) => raised(exception, learner_file),
        None => words(seen, limits),
    };
    Some(Failure {
        outcome: seen.outcome,
        message: Clean::line(message),
        file: place.as_ref().map(|(file, _)| Clean::line(file)),
        line: place.map(|(_, line)| line),
    })
}

/// The exception's last line and where in the program it came up.
pub(super) fn raised(exception: &Exception, learner_file: &str) -> String {
    const MESSAGE: usize = 300;
    let headline = exception.headline();
    let Some((file, line)) = place(exception, learner_file) else {
        return headline.chars().take(MESSAGE).collect();
    };
    // A syntax error names its place in its message.
    let told = headline.strip_suffix(&format!(" ({file}, line {line})")).unwrap_or(&headline);
    let text: String = told.chars().take(MESSAGE).collect();
    format!("{text} (line {line} of {file})")
}

/// Where in the program an exception came up, as `line 3 of two_views.py`.
pub(super) fn raised_at(exception: &Exception, learner_file: &str) -> Option<String> {
    place(exception, learner_file).map(|(file, line)| format!("line {line} of {file}"))
}

/// The innermost place in the learner's file; else in the code around it.
fn place<'e>(exception: &'e Exception, learner_file: &str) -> Option<(&'e str, u32)> {
    let innermost = |wanted: &[&str]| {
        let frame = exception.frames.iter().rev().find(|frame| wanted.contains(&&*frame.file))?;
        Some((&*frame.file, frame.line))
    };
    innermost(&[learner_file]).or_else(|| innermost(&[GIVEN_FILE, PROBE_FILE]))
}

fn words(seen: &Observation, limits: &Limits) -> String {
    const MIB: u64 = 1024 * 1024;
    match seen.outcome {
        Outcome::Normal => "the program ended".to_owned(),
        Outcome::Exit => match seen.exit {
            Some(code) => format!("the program ended itself with exit code {code}"),
            None => "the program ended itself".to_owned(),
        },
        Outcome::Exception => "an exception came out of the program".to_owned(),
        Outcome::Timeout => match &seen.note {
            Some(note) => format!("the program was ended: {note}"),
            None => format!(
                "the program was stopped after {} s: it had not come to an end",
                seconds(limits.wall_ms)
            ),
        },
        Outcome::MemoryLimit => format!(
            "the program asked for more than {} MiB of memory",
            grouped(limits.memory_bytes / MIB)
        ),
        Outcome::OutputLimit => {
            format!("the program wrote more than {} MiB", grouped(limits.output_bytes / MIB))
        }
        Outcome::ProcessLimit => {
            format!("the program started more than {} tasks, threads and processes", limits.tasks)
        }
        Outcome::Crash => match seen.signal {
            Some(signal) => format!("the program crashed (signal {signal})"),
            None => "the program crashed".to_owned(),
        },
        Outcome::Deadlock => {
            let what = "everything in the program waits for something that cannot come";
            match seen.waiting.first() {
                Some(first) => format!("{what}: {}", first.sentence()),
                None => what.to_owned(),
            }
        }
        Outcome::Interrupted => "you stopped the program".to_owned(),
        Outcome::TutorFailed => {
            let note = seen.note.as_deref().unwrap_or("no reason is known");
            format!("the tutor could not run the program, which is not your fault: {note}")
        }
    }
}

fn seconds(milliseconds: u64) -> String {
    let (whole, rest) = (milliseconds / 1_000, milliseconds % 1_000);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{}", rest / 100) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::run::Frame;

    #[test]
    fn a_syntax_error_names_its_place_once() {
        let error = |message: &str| Exception {
            class: "SyntaxError".to_owned(),
            bases: Vec::new(),
            message: message.to_owned(),
            frames: vec![Frame {
                file: "x.py".to_owned(),
                line: 1,
                column: None,
                end_column: None,
                function: String::new(),
            }],
            traceback: String::new(),
            cause: None,
            context: None,
            group: Vec::new(),
        };
        let wanted = "SyntaxError: expected ':' (line 1 of x.py)";
        for message in ["expected ':' (x.py, line 1)", "expected ':'"] {
            assert_eq!(raised(&error(message), "x.py"), wanted);
        }
    }
}
