//! `pykata lint`: proves a pack.

use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::Ordering;

use serde::Serialize;

use super::failure::Failure;
use super::workers::Team;
use super::{PackOption, SandboxOption, context, output, workers};
use crate::analysis::facts;
use crate::analysis::types::LessonTypes;
use crate::authoring::{self, Proved, Sight, Tools};
use crate::domain::place::Place;
use crate::domain::problem::{Problem, Severity};

/// What `pykata lint` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The pack's folder; without it, the built-in pack
    #[arg(value_name = "PACK")]
    pack: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    sandbox: SandboxOption,
}

#[derive(Serialize)]
struct Findings<'a> {
    problems: &'a [Problem],
    proved: Proved,
}

/// Proves the pack and prints all that is wrong with it.
pub(super) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let (problems, proved) = output::or_json(findings(options), options.json)?;
    if options.json {
        output::json(&Findings { problems: &problems, proved })?;
    } else {
        output::text(&as_text(options.pack.as_deref(), &problems, proved))?;
    }
    let failed = problems.iter().any(|problem| problem.severity == Severity::Error);
    Ok(ExitCode::from(u8::from(failed)))
}

fn findings(options: &Options) -> Result<(Vec<Problem>, Proved), Failure> {
    let parsed = context::parsed_pack(&PackOption { dir: options.pack.clone() })?;
    let mut problems = parsed.problems;
    let Some(pack) = parsed.pack else {
        return Ok((problems, Proved::default()));
    };
    let Team { runners, python, stopped } = workers::side_by_side(options.sandbox)?;
    let told = !options.json && std::io::stderr().is_terminal();
    let progress = |done: usize, of: usize| {
        if told {
            workers::tell_progress(done, of);
        }
    };
    let checker = LessonTypes::beside_this_program();
    let types = |typed: &_| checker.check(typed);
    let sight = Sight { facts: &facts::facts, types: &types };
    let tools = Tools { python, sight, runners, progress: &progress };
    let report = authoring::lint(&pack, tools);
    if stopped.load(Ordering::Relaxed) {
        return Err(Failure::no("interrupted", "the proof was interrupted"));
    }
    if let Some(error) = checker.take_fault() {
        return Err(super::types::failure(&error));
    }
    problems.extend(report.problems);
    problems.sort_by(|one, other| one.place.cmp(&other.place));
    Ok((problems, report.proved))
}

/// Problems with their places as an editor opens them from here: below the folder that was named.
fn as_text(folder: Option<&Path>, problems: &[Problem], proved: Proved) -> String {
    let folder = folder.unwrap_or(Path::new(""));
    let mut out = String::new();
    for problem in problems {
        let kind = match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let Place { file, line, column } = &problem.place;
        let file = folder.join(&**file);
        let _ = writeln!(out, "{}:{line}:{column}: {kind}: {}", file.display(), problem.message);
        if let Some(hint) = &problem.hint {
            let _ = writeln!(out, "    {hint}");
        }
    }
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let _ = writeln!(
        out,
        "proved {} examples, {} starters, {} solutions, {} mistakes; {}, {}",
        proved.examples,
        proved.starters,
        proved.solutions,
        proved.mistakes,
        counted(errors, "error"),
        counted(problems.len() - errors, "warning"),
    );
    out
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
