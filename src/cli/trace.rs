//! `pykata trace`: what a program did, as lines or as data.

use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::process::ExitCode;

use serde::Serialize;

use super::failure::Failure;
use super::run::{self, RunReport};
use super::{context, output, workers};
use crate::domain::exercise::Trace;
use crate::domain::record::{Around, Awaited, Event, Kind, Record, Span, Swallowed, View, course};
use crate::domain::run::{Observation, Recording, RunSpec};
use crate::runner::Execute as _;
use crate::tui::rows::print::to_text;
use crate::tui::rows::{LaidOut, course_lines};
use crate::tui::theme::Theme;

/// What `pykata trace` takes.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Options {
    #[command(flatten)]
    run: run::Options,
    /// Show this alone
    #[arg(long, value_name = "WHAT")]
    only: Option<Only>,
    /// The most events that are recorded
    #[arg(long, value_name = "N", default_value_t = Recording::default().events,
        value_parser = clap::value_parser!(u64).range(1..=MOST_EVENTS))]
    events: u64,
}

/// What fits into the file through which a record comes, at the usual size of an event.
const MOST_EVENTS: u64 = 40_000;

/// The size of that file, in bytes, its head aside; more is asked for than there is, and what there is is given.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// One idea.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Only {
    Calls,
    Generators,
    Contexts,
    Tasks,
}

/// Runs the program and shows its course.
pub(super) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let (spec, seen) = output::or_json(carried_out(options), options.run.json)?;
    let empty = Record::default();
    let record = seen.record.as_deref().unwrap_or(&empty);
    if options.run.json {
        output::json(&Report::of(&seen, record))?;
    } else {
        output::text(&told(options, &spec, &seen, record))?;
        // Whoever closed standard error does not want to know.
        let _ = run::say_end(&seen);
    }
    Ok(run::exit_code(&seen))
}

fn carried_out(options: &Options) -> Result<(RunSpec, Observation), Failure> {
    let mut spec = run::spec(&options.run, false)?;
    let bytes = Recording::default().bytes.max(options.events * 120).min(MOST_BYTES);
    spec.program.record = Some(Recording { events: options.events, bytes });
    let seen = workers::one(options.run.sandbox)?.run(&spec, &mut |_| {});
    Ok((spec, seen))
}

fn told(options: &Options, spec: &RunSpec, seen: &Observation, record: &Record) -> String {
    let styled = std::io::stdout().is_terminal();
    let theme = if styled { context::theme(None) } else { Theme::plain() };
    let width = context::terminal_width().filter(|_| styled).map_or(usize::MAX, usize::from);
    let view = match options.only {
        None => View::Whole,
        Some(Only::Calls) => View::Only(Trace::Calls),
        Some(Only::Generators) => View::Only(Trace::Generators),
        Some(Only::Contexts) => View::Only(Trace::Contexts),
        Some(Only::Tasks) => View::Only(Trace::Tasks),
    };
    let around = Around {
        units: &spec.program.units,
        stdout: &seen.stdout.head,
        timed: seen.virtual_s.is_some(),
    };
    let rows = course(record, view, around);
    let rows = course_lines(&rows, width, &theme, view == View::Whole);
    let mut text = to_text(&LaidOut { rows, ..LaidOut::default() }, styled);
    if record.left_out > 0 {
        let more = if record.more_left_out { " or more" } else { "" };
        let _ = writeln!(text, "({}{more} events left out)", record.left_out);
    }
    text
}

/// What `--json` says of a course.
#[derive(Debug, Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    run: RunReport,
    events: Vec<EventRow<'a>>,
    tasks: Vec<TaskRow<'a>>,
    threads: Vec<&'a str>,
    events_left_out: u64,
    more_left_out: bool,
}

#[derive(Debug, Serialize)]
struct TaskRow<'a> {
    name: &'a str,
    coroutine: &'a str,
    maker: u32,
}

#[derive(Debug, Serialize)]
struct ChangeRow<'a> {
    name: &'a str,
    value: Option<&'a str>,
}

#[derive(Debug, Default, Serialize)]
struct EventRow<'a> {
    event: &'static str,
    frame: u32,
    function: Option<&'a str>,
    kind: Option<&'static str>,
    file: Option<&'a str>,
    line: u32,
    caller: u32,
    depth: u32,
    task: u32,
    thread: u32,
    out: u64,
    virtual_ns: Option<u64>,
    changes: Vec<ChangeRow<'a>>,
    #[serde(flatten)]
    more: More<'a>,
}

/// What only some events have to say.
#[derive(Debug, Default, Serialize)]
struct More<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exception: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<PlaceRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    swallowed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    of_task: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<&'static str>,
}

/// A place; its columns count bytes from 0.
#[derive(Debug, Serialize)]
struct PlaceRow {
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

impl From<Span> for PlaceRow {
    fn from(span: Span) -> Self {
        let Span { line, column, end_line, end_column } = span;
        Self { line, column, end_line, end_column }
    }
}

impl<'a> Report<'a> {
    fn of(seen: &Observation, record: &'a Record) -> Self {
        let timed = seen.virtual_s.is_some();
        let tasks = record.tasks.iter().map(|task| TaskRow {
            name: &task.name,
            coroutine: &task.coroutine,
            maker: task.maker,
        });
        Self {
            run: RunReport::of(seen),
            events: record.events.iter().map(|event| row(event, record, timed)).collect(),
            tasks: tasks.collect(),
            threads: record.threads.iter().map(|name| &**name).collect(),
            events_left_out: record.left_out,
            more_left_out: record.more_left_out,
        }
    }
}

fn row<'a>(event: &'a Event, record: &'a Record, timed: bool) -> EventRow<'a> {
    let code = record.code_of(event.frame);
    let changes = event
        .changes
        .iter()
        .map(|change| ChangeRow { name: &change.name, value: change.value.as_deref() });
    EventRow {
        event: event.kind.word(),
        frame: event.frame,
        function: code.map(|code| &*code.name),
        kind: code.map(|code| code.kind.word()),
        file: code.map(|code| &*code.file),
        line: event.line,
        caller: event.caller,
        depth: event.depth,
        task: event.task,
        thread: event.thread,
        out: event.out,
        virtual_ns: timed.then_some(event.time_ns),
        changes: changes.collect(),
        more: more(&event.kind),
    }
}

fn more(kind: &Kind) -> More<'_> {
    let mut more = More::default();
    match kind {
        Kind::Return(value) | Kind::Yield(value) => more.value = Some(value),
        Kind::Resume(sent) => more.value = sent.as_deref(),
        Kind::Throw(error) | Kind::Raise(error) | Kind::Caught(error) | Kind::Unwind(error) => {
            more.exception = Some(error);
        }
        Kind::Wait(what, span) => {
            more.place = Some((*span).into());
            if let Awaited::Task(task) = what {
                more.of_task = Some(*task);
            }
        }
        Kind::Enter(span) => more.place = Some((*span).into()),
        Kind::Leave(span, error) => {
            more.place = Some((*span).into());
            more.exception = error.as_deref();
        }
        Kind::Left(span, swallowed) => {
            more.place = Some((*span).into());
            more.swallowed = Some(*swallowed == Swallowed::Yes);
        }
        Kind::TaskMade(task) => more.of_task = Some(*task),
        Kind::TaskDone(task, end, text) => {
            more.of_task = Some(*task);
            more.end = Some(end.word());
            more.value = Some(text);
        }
        Kind::Call | Kind::Line | Kind::Dropped => {}
    }
    more
}
