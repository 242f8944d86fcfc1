//! `pykata progress`: what you have done, how it goes to another machine, and how to begin again.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Subcommand;
use serde::Serialize;

use super::failure::Failure;
use super::{PackOption, context, output};
use crate::domain::course::{Lesson, Pack, StepRef};
use crate::domain::progress::{Counts, LessonState, Progress, Scope, StepState};
use crate::store::folders::Folders;
use crate::store::notice::{Notice, NoticeKind};
use crate::store::state::{Imported, Store};

/// The largest export that is read, in bytes: more than forty years of an hour a day.
const LARGEST_EXPORT: u64 = 256 << 20;

/// What `pykata progress` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show what is done, lesson by lesson
    Show {
        #[command(flatten)]
        pack: PackOption,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Write what was done on this machine, in every pack, to a file or to standard output; drafts are not in it
    Export {
        /// The file, which must not exist yet; `-` is standard output
        #[arg(value_name = "FILE", default_value = "-")]
        file: PathBuf,
    },
    /// Add what was exported on another machine; nothing is lost, and twice is as once
    Import {
        /// The file; `-` is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Forget what was done in a step, a lesson, or all of the pack; drafts stay
    Reset {
        #[command(flatten)]
        what: Forgotten,
        #[command(flatten)]
        pack: PackOption,
    },
}

/// What is to be forgotten: something by its name, or all.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Forgotten {
    /// A step (track/lesson#step) or a lesson (track/lesson)
    name: Option<String>,
    /// The whole pack
    #[arg(long)]
    all: bool,
}

#[derive(Serialize)]
struct Overview<'a> {
    pack: &'a str,
    lessons_done: usize,
    lessons: usize,
    exercises_done: usize,
    exercises: usize,
    seconds: u64,
    tested_out: Vec<&'a str>,
    steps: Vec<StepRow>,
}

#[derive(Serialize)]
struct StepRow {
    step: String,
    kind: &'static str,
    state: &'static str,
    attempts: u32,
    hints: u32,
    solution_shown: bool,
    seconds: u64,
}

/// Does what is asked with what was done.
pub(super) fn run(options: &Options) -> Result<ExitCode, Failure> {
    match &options.action {
        Action::Show { pack, json } => show(pack, *json),
        Action::Export { file } => export(file),
        Action::Import { file } => import(file),
        Action::Reset { what, pack } => reset(what.name.as_deref(), pack),
    }
}

fn show(option: &PackOption, json: bool) -> Result<ExitCode, Failure> {
    let pack = output::or_json(context::load_pack(option), json)?;
    let store = open_store();
    let progress = store.progress(&context::mark(option, &pack));
    let counts = progress.counts(pack.lessons());
    if json {
        output::json(&overview(&pack, &progress, counts))?;
    } else {
        output::text(&as_text(&pack, &progress, counts))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Opens what was saved, and says on standard error what is wrong with it.
fn open_store() -> Store {
    let (store, notices) = Store::open(&Folders::from_env());
    for notice in notices.iter().filter(|notice| !notice.is_quiet()) {
        // Nobody is left to tell where standard error is closed.
        let _ = writeln!(std::io::stderr().lock(), "pykata: {}", notice.sentence());
    }
    store
}

fn overview<'a>(pack: &'a Pack, progress: &Progress, counts: Counts) -> Overview<'a> {
    let tested_out = pack.lessons().filter(|lesson| progress.tested_out(pack, lesson));
    let rows = pack.lessons().flat_map(|lesson| step_rows(lesson, progress));
    Overview {
        pack: &pack.id,
        lessons_done: counts.lessons_done,
        lessons: counts.lessons,
        exercises_done: counts.exercises_done,
        exercises: counts.exercises,
        seconds: progress.seconds(),
        tested_out: tested_out.map(|lesson| &*lesson.id).collect(),
        steps: rows.collect(),
    }
}

fn step_rows<'a>(lesson: &'a Lesson, progress: &'a Progress) -> impl Iterator<Item = StepRow> + 'a {
    lesson.steps.outline().iter().map(|step| {
        let name = StepRef::new(&*lesson.id, &*step.id);
        let known = progress.step(&name).cloned().unwrap_or_default();
        StepRow {
            step: name.to_string(),
            kind: step.kind.word(),
            state: match progress.step_state(lesson, step) {
                StepState::Untouched => "untouched",
                StepState::Started => "started",
                StepState::Done => "done",
            },
            attempts: known.attempts,
            hints: known.hints,
            solution_shown: known.solution_shown,
            seconds: known.seconds,
        }
    })
}

fn as_text(pack: &Pack, progress: &Progress, counts: Counts) -> String {
    let mut out = format!(
        "{}: {} of {} lessons, {} of {} exercises\n",
        pack.title, counts.lessons_done, counts.lessons, counts.exercises_done, counts.exercises
    );
    let width = pack.lessons().map(|lesson| lesson.id.len()).max().unwrap_or(0);
    for lesson in pack.lessons().filter(|lesson| !lesson.is_cheat_sheet()) {
        let state = match progress.lesson_state(lesson) {
            LessonState::Done => "done",
            _ if progress.tested_out(pack, lesson) => "tested out",
            LessonState::Untouched => "untouched",
            LessonState::Started => "started",
        };
        let own = progress.counts([lesson]);
        let _ = writeln!(
            out,
            "  {:width$}  {state:10}  {} of {} exercises",
            lesson.id, own.exercises_done, own.exercises
        );
    }
    if let Some(next) = progress.next_step(pack) {
        let _ = writeln!(out, "next: {next}");
    }
    out
}

fn export(file: &Path) -> Result<ExitCode, Failure> {
    let bytes = open_store().export();
    if file == Path::new("-") {
        output::text(&String::from_utf8_lossy(&bytes))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut made = File::create_new(file).map_err(|error| {
        let hint = match error.kind() {
            ErrorKind::AlreadyExists => "choose another name, or move that file away",
            _ => "choose a folder that you can write to",
        };
        let message = format_args!("cannot write {}: {error}", file.display());
        Failure::usage("unwritable", message).hint(hint)
    })?;
    if let Err(error) = made.write_all(&bytes).and_then(|()| made.sync_all()) {
        let _ = std::fs::remove_file(file);
        let message = format_args!("cannot write {}: {error}", file.display());
        return Err(Failure::unable("unwritable", message));
    }
    let shown = file.display();
    output::text(&format!(
        "written: {shown}\nOn the other machine: pykata progress import {shown}\n"
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn import(file: &Path) -> Result<ExitCode, Failure> {
    let bytes = context::read_bytes(file, LARGEST_EXPORT)?;
    let mut store = open_store();
    let imported = store.import(&bytes).map_err(|error| Failure::unable("not-saved", error))?;
    let Imported { new, whole, faults } = imported;
    if whole == 0 && !faults.is_empty() {
        let told = faults.iter().find(|fault| matches!(fault, NoticeKind::NewerFormat(_)));
        let shown = file.display();
        return Err(match told {
            Some(_) => Failure::no("newer", format_args!("{shown} was written by a newer pykata"))
                .hint("update pykata here, then import it again"),
            None => Failure::usage("no-export", format_args!("{shown} holds no progress"))
                .hint("write one by `pykata progress export FILE` on the other machine"),
        });
    }
    output::text(&format!("new: {new} of {whole} events; the others were known\n"))?;
    for fault in &faults {
        let sentence = Notice::new(fault.clone(), file).sentence();
        // Nobody is left to tell where standard error is closed.
        let _ = writeln!(std::io::stderr().lock(), "pykata: {sentence}");
    }
    Ok(ExitCode::from(u8::from(!faults.is_empty())))
}

fn reset(name: Option<&str>, option: &PackOption) -> Result<ExitCode, Failure> {
    let pack = context::load_pack(option)?;
    let scope = match name {
        None => Scope::Pack,
        Some(name) if name.contains('#') => {
            let (lesson, step) = context::step(&pack, name)?;
            Scope::Step(StepRef::new(&*lesson.id, &*step.id))
        }
        Some(name) => Scope::Lesson(context::lesson(&pack, name)?.id.clone()),
    };
    let mut store = open_store();
    let at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    let saved =
        store.reset(&context::mark(option, &pack), scope, u64::try_from(at).unwrap_or(u64::MAX));
    saved.map_err(|error| Failure::unable("not-saved", error))?;
    output::text(&format!("forgotten: {}\n", name.unwrap_or("everything in the pack")))?;
    Ok(ExitCode::SUCCESS)
}
