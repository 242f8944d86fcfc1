//! `pykata types`: the type checker's findings in a program.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use serde::Serialize;

use super::failure::Failure;
use super::{context, output};
use crate::analysis::types::{Source, TypeChecker, TypesError};
use crate::domain::course::PythonVersion;
use crate::domain::types::{DEFAULT_MINOR, Finding, Weight};

/// What `pykata types` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The program; - reads standard input
    file: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// The Python that the program is for, from 3.9 to 3.15
    #[arg(long, value_name = "VERSION", value_parser = version, default_value_t = Minor(DEFAULT_MINOR))]
    python: Minor,
}

/// A version by its second number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Minor(u8);

impl std::fmt::Display for Minor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        PythonVersion(self.0).fmt(f)
    }
}

fn version(text: &str) -> Result<Minor, String> {
    let minor = text.strip_prefix("3.").and_then(|minor| minor.parse().ok());
    let minor = minor.filter(|minor| (9..=15).contains(minor));
    minor.map(Minor).ok_or_else(|| "write 3.9 to 3.15".to_owned())
}

#[derive(Debug, Serialize)]
struct Report {
    findings: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    rule: String,
    severity: &'static str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    message: String,
    notes: Vec<String>,
}

/// Checks and prints what was found; the exit code is 1 where a finding is an error.
pub(super) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let found = output::or_json(checked(options), options.json)?;
    if options.json {
        output::json(&Report { findings: found.iter().map(row).collect() })?;
    } else {
        output::text(&as_text(&options.file.display().to_string(), &found))?;
    }
    Ok(ExitCode::from(u8::from(found.iter().any(|one| one.weight == Weight::Error))))
}

fn checked(options: &Options) -> Result<Vec<Finding>, Failure> {
    let text = context::read_program(&options.file)?;
    let source = Source { about: String::new(), minor: options.python.0, text, ignores: true };
    let found = TypeChecker::beside_this_program()
        .map_err(|source| TypesError::System { what: "find this program's folder", source })
        .and_then(|mut checker| checker.findings(&source));
    found.map_err(|error| failure(&error))
}

/// Words an error of the checker.
pub(super) fn failure(error: &TypesError) -> Failure {
    let failure = if error.is_of_the_text() {
        Failure::usage("unreadable", error)
    } else {
        Failure::unable("types", error)
    };
    failure.hint(error.hint())
}

fn row(found: &Finding) -> Row {
    let stretch = found.stretch;
    Row {
        rule: found.rule.to_string(),
        severity: found.weight.word(),
        line: stretch.start.line,
        column: stretch.start.column,
        end_line: stretch.end.line,
        end_column: stretch.end.column,
        message: found.message.to_string(),
        notes: found.notes.iter().map(ToString::to_string).collect(),
    }
}

fn as_text(file: &str, found: &[Finding]) -> String {
    let mut out = String::new();
    for one in found {
        let (at, word) = (one.stretch.start, one.weight.word());
        let _ = writeln!(
            out,
            "{file}:{}:{}: {word}: {} [{}]",
            at.line, at.column, one.message, one.rule
        );
        for note in &one.notes {
            let _ = writeln!(out, "    {note}");
        }
    }
    let errors = found.iter().filter(|one| one.weight == Weight::Error).count();
    let _ = match (found.len(), errors) {
        (0, _) => writeln!(out, "the types agree"),
        (_, 0) => writeln!(out, "no errors"),
        (_, 1) => writeln!(out, "1 error"),
        _ => writeln!(out, "{errors} errors"),
    };
    out
}
