//! The words with which the list says how a program may end, and what of a run fits them.

use std::fmt;

use pykata::domain::run::{Observation, Outcome};

/// How a program may end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Class {
    Timeout,
    MemoryLimit,
    OutputLimit,
    ProcessLimit,
    /// A signal of its own making, by name.
    Crash(String),
    /// It went on, and said of each act that it was refused.
    Denied,
    /// So ended, by an uncaught exception if named.
    Exit(i32, Option<String>),
    Normal,
    /// Graded, and not passed.
    ForgedMustFail,
}

impl Class {
    pub(crate) fn parse(word: &str) -> Self {
        let (name, argument) = match word.split_once('(') {
            Some((name, rest)) => (name, Some(rest.trim_end_matches(')'))),
            None => (word, None),
        };
        match (name, argument) {
            ("timeout", None) => Self::Timeout,
            ("memory-limit", None) => Self::MemoryLimit,
            ("output-limit", None) => Self::OutputLimit,
            ("process-limit", None) => Self::ProcessLimit,
            ("denied", None) => Self::Denied,
            ("normal", None) => Self::Normal,
            ("forged-must-fail", None) => Self::ForgedMustFail,
            ("crash", Some(signal)) => Self::Crash(signal.to_owned()),
            ("exit", Some(what)) => {
                let (code, error) =
                    what.split_once(':').map_or((what, None), |(c, e)| (c, Some(e)));
                let code = code.parse().unwrap_or_else(|_| panic!("{word:?} names no exit code"));
                Self::Exit(code, error.map(str::to_owned))
            }
            _ => panic!("{word:?} is no way to end"),
        }
    }

    /// Whether a run that was not graded ended so.
    pub(crate) fn fits(&self, seen: &Observation) -> bool {
        let outcome = seen.outcome;
        match self {
            Self::Timeout => outcome == Outcome::Timeout,
            Self::MemoryLimit => outcome == Outcome::MemoryLimit,
            Self::OutputLimit => outcome == Outcome::OutputLimit,
            Self::ProcessLimit => outcome == Outcome::ProcessLimit,
            Self::Crash(signal) => {
                outcome == Outcome::Crash && seen.signal == Some(signal_number(signal))
            }
            Self::Denied => printed(seen).contains("DENIED"),
            Self::Exit(0, None) | Self::Normal => outcome == Outcome::Normal,
            Self::Exit(code, None) => {
                seen.exit == Some(*code) && matches!(outcome, Outcome::Exit | Outcome::Exception)
            }
            Self::Exit(code, Some(class)) => {
                let is_it = seen.exception.as_ref().is_some_and(|exception| exception.is_a(class));
                outcome == Outcome::Exception && seen.exit == Some(*code) && is_it
            }
            Self::ForgedMustFail => false,
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("timeout"),
            Self::MemoryLimit => f.write_str("memory-limit"),
            Self::OutputLimit => f.write_str("output-limit"),
            Self::ProcessLimit => f.write_str("process-limit"),
            Self::Crash(signal) => write!(f, "crash({signal})"),
            Self::Denied => f.write_str("denied"),
            Self::Exit(code, None) => write!(f, "exit({code})"),
            Self::Exit(code, Some(class)) => write!(f, "exit({code}:{class})"),
            Self::Normal => f.write_str("normal"),
            Self::ForgedMustFail => f.write_str("forged-must-fail"),
        }
    }
}

fn signal_number(name: &str) -> i32 {
    match name {
        "SIGABRT" => 6,
        "SIGBUS" => 7,
        "SIGKILL" => 9,
        "SIGSEGV" => 11,
        other => panic!("the number of {other} is not known here"),
    }
}

/// All that a program wrote, to be searched.
pub(crate) fn printed(seen: &Observation) -> String {
    let exception = seen.exception.as_ref().map(|exception| format!("{exception:?}"));
    let texts = [seen.stdout.text(), seen.stderr.text(), exception.unwrap_or_default()];
    format!("{}\n{:?}", texts.join("\n"), seen.answers)
}

/// How a run ended, in the words of the list.
pub(crate) fn name(seen: &Observation) -> String {
    let denied = if printed(seen).contains("DENIED") { "denied, " } else { "" };
    let end = match (seen.outcome, &seen.exception, seen.exit, seen.signal) {
        (Outcome::Exception, Some(exception), Some(code), _) => {
            format!("exit({code}:{})", exception.class)
        }
        (Outcome::Exit, _, Some(code), _) => format!("exit({code})"),
        (Outcome::Crash, _, _, Some(signal)) => format!("crash(signal {signal})"),
        (outcome, ..) => outcome.word().to_owned(),
    };
    format!("{denied}{end}")
}
