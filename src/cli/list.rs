//! `pykata list`: the course, as text or as an object.

use std::fmt::Write as _;
use std::process::ExitCode;

use serde::Serialize;

use super::failure::Failure;
use super::{PackOption, context, output};
use crate::domain::course::{Lesson, Pack};

/// What `pykata list` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    pack: PackOption,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// List the steps of each lesson too
    #[arg(long)]
    steps: bool,
}

#[derive(Serialize)]
struct Listing<'a> {
    pack: PackRow<'a>,
    tracks: Vec<TrackRow<'a>>,
}

#[derive(Serialize)]
struct PackRow<'a> {
    id: &'a str,
    title: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct TrackRow<'a> {
    id: &'a str,
    title: &'a str,
    lessons: Vec<LessonRow<'a>>,
}

#[derive(Serialize)]
struct LessonRow<'a> {
    id: &'a str,
    title: &'a str,
    minutes: u32,
    check_up: bool,
    cheat_sheet: bool,
    objectives: Vec<&'a str>,
    covers: Vec<&'a str>,
    steps: Vec<StepRow<'a>>,
}

#[derive(Serialize)]
struct StepRow<'a> {
    id: &'a str,
    kind: &'a str,
    title: &'a str,
}

/// Lists the course.
pub(super) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let pack = output::or_json(context::load_pack(&options.pack), options.json)?;
    if options.json {
        output::json(&listing(&pack))?;
    } else {
        output::text(&as_text(&pack, options.steps))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn listing(pack: &Pack) -> Listing<'_> {
    let tracks = pack.tracks.iter().map(|track| TrackRow {
        id: &track.id,
        title: &track.title,
        lessons: track.lessons.iter().map(lesson_row).collect(),
    });
    Listing {
        pack: PackRow { id: &pack.id, title: &pack.title, version: &pack.version },
        tracks: tracks.collect(),
    }
}

fn lesson_row(lesson: &Lesson) -> LessonRow<'_> {
    let mut covers: Vec<&str> = lesson
        .steps
        .outline()
        .iter()
        .flat_map(|step| step.covers.iter().map(String::as_str))
        .collect();
    let mut seen = std::collections::HashSet::new();
    covers.retain(|claim| seen.insert(*claim));
    let steps = lesson.steps.outline().iter().map(|step| StepRow {
        id: &step.id,
        kind: step.kind.word(),
        title: &step.title,
    });
    LessonRow {
        id: &lesson.id,
        title: &lesson.title,
        minutes: lesson.minutes,
        check_up: lesson.is_check_up(),
        cheat_sheet: lesson.is_cheat_sheet(),
        objectives: lesson.objectives.iter().map(|objective| &**objective).collect(),
        covers,
        steps: steps.collect(),
    }
}

fn as_text(pack: &Pack, steps: bool) -> String {
    let mut out = format!("{} {}\n", pack.title, pack.version);
    let width = pack.lessons().map(|lesson| lesson.id.len()).max().unwrap_or(0);
    for track in pack.tracks.iter().filter(|track| !track.lessons.is_empty()) {
        let _ = writeln!(out, "\n{}: {}", track.title, track.summary);
        for lesson in &track.lessons {
            let minutes = if lesson.is_cheat_sheet() {
                String::new()
            } else {
                format!("{} min", lesson.minutes)
            };
            let _ = writeln!(out, "  {:width$}  {minutes:>7}  {}", lesson.id, lesson.title);
            for step in lesson.steps.outline().iter().filter(|_| steps) {
                let name = format!("#{}", step.id);
                let _ = writeln!(out, "    {name:width$}  {:8} {}", step.kind.word(), step.title);
            }
        }
    }
    out
}
