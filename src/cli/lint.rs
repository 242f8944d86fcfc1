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
use crate::authoring::{self, Blessing, Proved, Sight, Tools};
use crate::domain::course::Pack;
use crate::domain::place::Place;
use crate::domain::problem::{Problem, Severity};
use crate::store::folders::Folders;
use crate::store::pack;
use crate::store::proofs::Proofs;

/// What `pykata lint` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The pack's folder; without it, the built-in pack
    #[arg(value_name = "PACK")]
    pack: Option<PathBuf>,
    /// Prove this track or lesson alone: decorators, or decorators/closures
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Prove everything, and not only what has changed since it was proved
    #[arg(long)]
    fresh: bool,
    /// Write what examples print into their output blocks, where two runs agree
    #[arg(long, requires = "pack")]
    bless: bool,
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
    let found = output::or_json(findings(options), options.json)?;
    let Found { problems, proved, blessed } = found;
    if options.json {
        output::json(&Findings { problems: &problems, proved })?;
    } else {
        let mut text = as_text(options.pack.as_deref(), &problems, proved);
        if options.bless {
            let _ = writeln!(text, "wrote {} anew", counted(blessed, "output block"));
        }
        output::text(&text)?;
    }
    let failed = problems.iter().any(|problem| problem.severity == Severity::Error);
    Ok(ExitCode::from(u8::from(failed)))
}

/// What came of a proof.
#[derive(Default)]
struct Found {
    problems: Vec<Problem>,
    proved: Proved,
    /// How many output blocks were written anew.
    blessed: usize,
}

fn findings(options: &Options) -> Result<Found, Failure> {
    let parsed = context::parsed_pack(&PackOption { dir: options.pack.clone() })?;
    let mut problems = parsed.problems;
    let Some(mut pack) = parsed.pack else {
        return Ok(Found { problems, ..Found::default() });
    };
    if let Some(name) = &options.only {
        narrow(&mut pack, name)?;
        problems.retain(|problem| pack.lessons().any(|one| one.file == problem.place.file));
    }
    let Team { runners, python, stopped, basis } = workers::side_by_side(options.sandbox)?;
    let told = !options.json && std::io::stderr().is_terminal();
    let progress = |done: usize, of: usize| {
        if told {
            workers::tell_progress(done, of);
        }
    };
    let checker = LessonTypes::beside_this_program();
    let types = |typed: &_| checker.check(typed);
    let cache = Folders::from_env().cache.ok();
    let proofs =
        cache.map_or_else(Proofs::none, |cache| Proofs::within(&cache.join("proved"), basis));
    let proofs = if options.fresh { proofs.fresh() } else { proofs };
    let is_stopped = || stopped.load(Ordering::Relaxed);
    let tools = Tools {
        python,
        sight: Sight { facts: &facts::facts, types: &types },
        runners,
        progress: &progress,
        proofs: &proofs,
        is_stopped: &is_stopped,
    };
    let report = authoring::lint(&pack, tools);
    if is_stopped() {
        return Err(Failure::no("interrupted", "the proof was interrupted"));
    }
    if let Some(error) = checker.take_fault() {
        return Err(super::types::failure(&error));
    }
    problems.extend(report.problems);
    problems.sort_by(|one, other| one.place.cmp(&other.place));
    let blessed = match options.pack.as_deref().filter(|_| options.bless) {
        Some(folder) => bless(folder, &report.blessings, &mut problems)?,
        None => 0,
    };
    Ok(Found { problems, proved: report.proved, blessed })
}

/// Leaves a track or a lesson of the pack alone.
fn narrow(pack: &mut Pack, name: &str) -> Result<(), Failure> {
    if pack.tracks.iter().any(|track| track.id == name) {
        pack.tracks.retain(|track| track.id == name);
        return Ok(());
    }
    let id = context::lesson(pack, name)?.id.clone();
    for track in &mut pack.tracks {
        track.lessons.retain(|lesson| lesson.id == id);
    }
    Ok(())
}

/// Writes output blocks anew, and takes away the faults that are mended by it.
fn bless(
    folder: &Path,
    blessings: &[Blessing],
    problems: &mut Vec<Problem>,
) -> Result<usize, Failure> {
    let mut files: Vec<_> = blessings.iter().map(|blessing| &blessing.place.file).collect();
    files.sort();
    files.dedup();
    let mut count = 0;
    for file in files {
        let unable = |error| Failure::unable("bless", format_args!("cannot write {file}: {error}"));
        let of_file: Vec<_> =
            blessings.iter().filter(|blessing| blessing.place.file == *file).collect();
        let mut written = Vec::new();
        pack::rewrite(folder, file, |text| {
            let (text, places) = authoring::bless(text, &of_file);
            written = places;
            text
        })
        .map_err(unable)?;
        let mended = |line: u32| {
            of_file.iter().any(|one| {
                let lines = u32::try_from(one.old.lines().count().max(one.new.lines().count()));
                let last = one.place.line.saturating_add(lines.unwrap_or(u32::MAX));
                written.contains(&one.place) && (one.place.line..=last).contains(&line)
            })
        };
        problems.retain(|problem| {
            let here = problem.place.file == *file && problem.severity == Severity::Error;
            !(here && mended(problem.place.line))
        });
        count += written.len();
    }
    Ok(count)
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
