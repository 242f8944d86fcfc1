//! A record told as a list, whole or as far as one idea goes: a pure function of the record and the program's text.

use std::collections::HashMap;

use super::rows::{Around, Row, RowKind, View};
use super::{Awaited, Change, CodeKind, Event, Kind, Record, Span, Swallowed, TaskEnd};
use crate::domain::clean::Clean;
use crate::domain::exercise::Trace;
use crate::domain::run::Unit;

/// The longest piece of source that is quoted, in characters.
const QUOTED: usize = 60;

/// Tells a record.
#[must_use]
pub fn course(record: &Record, view: View, around: Around<'_>) -> Vec<Row> {
    let mut teller = Teller {
        record,
        units: around.units,
        stdout: around.stdout,
        timed: around.timed,
        written: 0,
        rows: Vec::new(),
        rows_of: HashMap::new(),
        open: HashMap::new(),
        working: 0,
        shown: clock(0),
    };
    for (index, event) in record.events.iter().enumerate() {
        match view {
            View::Whole => teller.whole(index, event),
            View::Only(Trace::Calls) => teller.calls(index, event),
            View::Only(Trace::Generators) => teller.generators(index, event),
            View::Only(Trace::Contexts) => teller.contexts(index, event),
            View::Only(Trace::Tasks) => teller.tasks(index, event),
        }
    }
    if view == View::Whole
        && let Some(last) = record.events.len().checked_sub(1)
    {
        let all = if record.left_out == 0 { u64::MAX } else { record.events[last].out };
        teller.tell_output(last, all);
    }
    teller.rows
}

/// A time as it is shown.
fn clock(time_ns: u64) -> String {
    format!("{}.{:03} s", time_ns / 1_000_000_000, time_ns / 1_000_000 % 1000)
}

struct Teller<'a> {
    record: &'a Record,
    units: &'a [Unit],
    stdout: &'a [u8],
    timed: bool,
    /// How much of the output was told.
    written: usize,
    rows: Vec<Row>,
    /// The row of the call, or of the line that is being run, of each frame.
    rows_of: HashMap<u32, usize>,
    /// How many contexts are open, of each thread and task.
    open: HashMap<(u32, u32), u32>,
    /// The task whose turn was told last.
    working: u32,
    /// The time that was shown last.
    shown: String,
}

impl Teller<'_> {
    fn row(&mut self, index: usize, depth: u32, kind: RowKind, text: impl AsRef<str>) -> usize {
        let time_ns = self.record.events[index].time_ns;
        let (text, result) = (Clean::line(text), Clean::default());
        self.rows.push(Row { depth, kind, line: None, text, result, time_ns, event: index });
        self.rows.len() - 1
    }

    // Everything

    fn whole(&mut self, index: usize, event: &Event) {
        self.tell_changes(index, event);
        self.tell_output(index, event.out);
        self.tell_time(index, event);
        let (depth, frame) = (event.depth, event.frame);
        match &event.kind {
            Kind::Line => {
                let text = self.source(event);
                let row = self.row(index, depth, RowKind::Line, text);
                self.rows[row].line = Some(event.line);
                self.rows_of.insert(frame, row);
            }
            Kind::Call => {
                self.rows_of.remove(&frame);
                match self.kind_of(frame) {
                    CodeKind::ClassBody => {}
                    CodeKind::Module if self.units.len() < 2 => {}
                    CodeKind::Module => {
                        let file = self.record.code_of(frame).map_or("", |code| &*code.file);
                        let text = format!("unit {file}");
                        self.row(index, depth, RowKind::Call, text);
                    }
                    kind => {
                        let word = if kind == CodeKind::Function { "call" } else { "start" };
                        let text = format!("{word} {}", self.called(event));
                        self.row(index, depth.saturating_sub(1), RowKind::Call, text);
                    }
                }
            }
            Kind::Return(value) => {
                let text = match self.kind_of(frame) {
                    CodeKind::Module | CodeKind::ClassBody => return,
                    CodeKind::Generator | CodeKind::AsyncGenerator if &**value == "None" => {
                        format!("{} is finished", self.short_name(frame))
                    }
                    _ => format!("return {}", &**value),
                };
                self.row(index, depth, RowKind::Return, text);
            }
            Kind::Yield(value) => {
                self.row(index, depth, RowKind::Suspend, format!("yield {}", &**value));
            }
            Kind::Resume(_) if self.is_coroutine(frame) => self.tell_turn(index, event),
            Kind::Resume(sent) => {
                let name = self.short_name(frame);
                let text = match sent {
                    Some(value) => format!("resume {name} with {}", &**value),
                    None => format!("resume {name}"),
                };
                self.row(index, depth.saturating_sub(1), RowKind::Resume, text);
            }
            Kind::Raise(error) if !self.came_out(index) => {
                self.row(index, depth, RowKind::Raise, format!("raise {}", &**error));
            }
            Kind::Unwind(error) => {
                let text = format!("{} leaves {}", class_of(error), self.short_name(frame));
                self.row(index, depth, RowKind::Raise, text);
            }
            Kind::Throw(error) => {
                let text = format!("throw {} into {}", &**error, self.short_name(frame));
                self.row(index, depth.saturating_sub(1), RowKind::Raise, text);
            }
            Kind::Caught(error) => {
                self.row(index, depth, RowKind::Caught, format!("caught {}", &**error));
            }
            Kind::Dropped => {
                let text = format!("{} is dropped", self.short_name(frame));
                self.row(index, depth, RowKind::Return, text);
            }
            Kind::Enter(_) | Kind::Leave(..) | Kind::Left(..) => {
                self.tell_context(index, event, depth);
            }
            Kind::Wait(what, span) if !self.passes_on(index) => {
                let text = self.waits(event, *what, *span);
                self.row(index, depth, RowKind::Suspend, text);
                self.working = 0;
            }
            Kind::TaskMade(_) | Kind::TaskDone(..) => self.tell_task(index, event, depth),
            Kind::Raise(_) | Kind::Wait(..) => {}
        }
    }

    /// Puts what changed beside the line that did it, or below what came in between.
    fn tell_changes(&mut self, index: usize, event: &Event) {
        let text = changed(&event.changes);
        if text.is_empty() || event.kind == Kind::Call {
            return;
        }
        let last = self.rows.len().checked_sub(1);
        match self.rows_of.get(&event.frame) {
            Some(row) if Some(*row) == last && self.rows[*row].result.is_empty() => {
                self.rows[*row].result = Clean::line(text);
            }
            _ => {
                let row = self.row(index, event.depth, RowKind::Line, "");
                self.rows[row].result = Clean::line(text);
            }
        }
    }

    /// Shows what was written since.
    fn tell_output(&mut self, index: usize, out: u64) {
        let to = usize::try_from(out).unwrap_or(usize::MAX).min(self.stdout.len());
        if to > self.written {
            let text = Clean::bytes(&self.stdout[self.written..to]);
            self.written = to;
            for line in text.lines() {
                self.row(index, 0, RowKind::Output, format!("| {line}"));
            }
        }
    }

    /// Says how late it is, where that has changed since it was said last.
    fn tell_time(&mut self, index: usize, event: &Event) {
        let now = clock(event.time_ns);
        if self.timed && now != self.shown {
            self.row(index, 0, RowKind::Time, format!("t={now}"));
            self.shown = now;
        }
    }

    /// Says whose turn it is, once for all the frames of a task that go on one after the other.
    fn tell_turn(&mut self, index: usize, event: &Event) {
        if event.task != 0 && event.task != self.working {
            self.working = event.task;
            let text = format!("{} goes on", self.task(event.task));
            self.row(index, event.depth.saturating_sub(1), RowKind::Resume, text);
        }
    }

    // Calls

    fn calls(&mut self, index: usize, event: &Event) {
        if matches!(self.kind_of(event.frame), CodeKind::Module | CodeKind::ClassBody) {
            return;
        }
        match &event.kind {
            Kind::Call => {
                let text = self.called(event);
                let row = self.row(index, event.depth.saturating_sub(1), RowKind::Call, text);
                self.rows_of.insert(event.frame, row);
            }
            Kind::Return(value) => self.came_to(event.frame, value.to_string(), RowKind::Call),
            Kind::Unwind(error) => {
                self.came_to(event.frame, format!("raises {}", &**error), RowKind::Raise);
            }
            Kind::Dropped => self.came_to(event.frame, "dropped".to_owned(), RowKind::Call),
            _ => {}
        }
    }

    /// Says beside its call what came of it.
    fn came_to(&mut self, frame: u32, result: String, kind: RowKind) {
        if let Some(row) = self.rows_of.get(&frame) {
            self.rows[*row].result = Clean::line(result);
            self.rows[*row].kind = kind;
        }
    }

    // Generators

    fn generators(&mut self, index: usize, event: &Event) {
        if !matches!(self.kind_of(event.frame), CodeKind::Generator | CodeKind::AsyncGenerator) {
            return;
        }
        let name = self.short_name(event.frame);
        let (kind, text) = match &event.kind {
            Kind::Call => (RowKind::Call, format!("{} starts", self.called(event))),
            Kind::Yield(value) => (RowKind::Suspend, format!("{name} yields {}", &**value)),
            Kind::Resume(None) => (RowKind::Resume, format!("{name} goes on")),
            Kind::Resume(Some(value)) => {
                (RowKind::Resume, format!("{name} goes on with {}", &**value))
            }
            Kind::Throw(error) => (RowKind::Raise, format!("{} is thrown into {name}", &**error)),
            Kind::Return(value) if &**value == "None" => {
                (RowKind::Return, format!("{name} is finished"))
            }
            Kind::Return(value) => {
                (RowKind::Return, format!("{name} is finished and returns {}", &**value))
            }
            Kind::Unwind(error) => (RowKind::Raise, format!("{name} ends with {}", &**error)),
            Kind::Dropped => (RowKind::Return, format!("{name} is dropped")),
            Kind::Wait(what, span) => (RowKind::Suspend, self.waits(event, *what, *span)),
            _ => return,
        };
        self.row(index, event.depth.saturating_sub(1), kind, text);
    }

    // Contexts

    fn contexts(&mut self, index: usize, event: &Event) {
        let key = (event.thread, event.task);
        let open = self.open.get(&key).copied().unwrap_or(0);
        match &event.kind {
            Kind::Enter(_) => {
                self.tell_context(index, event, open);
                self.open.insert(key, open + 1);
            }
            Kind::Leave(..) => {
                let open = open.saturating_sub(1);
                self.open.insert(key, open);
                self.tell_context(index, event, open);
            }
            Kind::Left(..) => self.tell_context(index, event, open),
            _ => {}
        }
    }

    fn tell_context(&mut self, index: usize, event: &Event, depth: u32) {
        let quoted = |span: &Span| self.quoted(event.frame, *span);
        let (kind, text) = match &event.kind {
            Kind::Enter(span) => (RowKind::Enter, format!("enter {}", quoted(span))),
            Kind::Leave(span, None) => (RowKind::Leave, format!("leave {}", quoted(span))),
            Kind::Leave(span, Some(error)) => {
                (RowKind::Raise, format!("leave {} with {}", quoted(span), &**error))
            }
            Kind::Left(span, Swallowed::Yes) => {
                (RowKind::Caught, format!("{} swallows it", quoted(span)))
            }
            Kind::Left(span, Swallowed::No) => {
                (RowKind::Raise, format!("{} lets it pass", quoted(span)))
            }
            _ => return,
        };
        self.row(index, depth, kind, text);
    }

    // Tasks

    fn tasks(&mut self, index: usize, event: &Event) {
        // Time moves while all wait, so that it is one of these that comes next.
        if matches!(event.kind, Kind::TaskDone(..) | Kind::Resume(_) | Kind::Throw(_)) {
            self.tell_time(index, event);
        }
        match &event.kind {
            Kind::TaskMade(_) | Kind::TaskDone(..) => self.tell_task(index, event, 0),
            Kind::Call if event.task != 0 && event.task != self.working => {
                self.working = event.task;
                if !self.rows_of.contains_key(&event.task) {
                    let row = self.row(
                        index,
                        0,
                        RowKind::Call,
                        format!("{} starts", self.task(event.task)),
                    );
                    self.rows_of.insert(event.task, row);
                }
            }
            Kind::Resume(_) => self.tell_turn(index, &Event { depth: 0, ..event.clone() }),
            Kind::Throw(error) if event.task != 0 => {
                self.working = event.task;
                let text = format!("{} is thrown into {}", &**error, self.task(event.task));
                self.row(index, 0, RowKind::Raise, text);
            }
            Kind::Wait(what, span) if !self.passes_on(index) && event.task != 0 => {
                self.working = 0;
                let text = self.waits(event, *what, *span);
                self.row(index, 0, RowKind::Suspend, text);
            }
            _ => {}
        }
    }

    fn tell_task(&mut self, index: usize, event: &Event, depth: u32) {
        let text = match &event.kind {
            Kind::TaskMade(number) => {
                let coroutine = self.record.task(*number).map_or("", |task| &*task.coroutine);
                format!("make {} for {coroutine}", self.task(*number))
            }
            Kind::TaskDone(number, end, text) => {
                let task = self.task(*number);
                match end {
                    TaskEnd::Result => format!("{task} is done: {}", &**text),
                    TaskEnd::Exception => format!("{task} has failed: {}", &**text),
                    TaskEnd::Cancelled => format!("{task} is cancelled"),
                }
            }
            _ => return,
        };
        self.row(index, depth, RowKind::Task, text);
    }

    fn waits(&self, event: &Event, what: Awaited, span: Span) -> String {
        let who = match event.task {
            0 => self.short_name(event.frame),
            task => self.task(task),
        };
        match what {
            Awaited::Task(task) => format!("{who} waits for {}", self.task(task)),
            Awaited::Turn => format!("{who} gives way"),
            Awaited::Other => match self.quoted(event.frame, span) {
                text if text.is_empty() => format!("{who} waits"),
                text => format!("{who} waits for {text}"),
            },
        }
    }

    fn task(&self, number: u32) -> String {
        let Some(task) = self.record.task(number) else { return "a task".to_owned() };
        // Python's own names say what they are the names of.
        if task.name.starts_with("Task-") {
            task.name.to_string()
        } else {
            format!("task {}", &*task.name)
        }
    }

    // What stands around an event

    /// Whether an exception came out of a frame that the one before had called.
    fn came_out(&self, index: usize) -> bool {
        let before = index.checked_sub(1).and_then(|before| self.record.events.get(before));
        before.is_some_and(|before| {
            matches!(before.kind, Kind::Unwind(_))
                && before.caller == self.record.events[index].frame
        })
    }

    /// Whether a frame waits because one that it has called does.
    fn passes_on(&self, index: usize) -> bool {
        let before = index.checked_sub(1).and_then(|before| self.record.events.get(before));
        before.is_some_and(|before| {
            matches!(before.kind, Kind::Wait(..))
                && before.caller == self.record.events[index].frame
        })
    }

    fn kind_of(&self, frame: u32) -> CodeKind {
        self.record.code_of(frame).map_or(CodeKind::Module, |code| code.kind)
    }

    fn is_coroutine(&self, frame: u32) -> bool {
        self.kind_of(frame) == CodeKind::Coroutine
    }

    /// The name of a frame's function, bare.
    fn short_name(&self, frame: u32) -> String {
        let name = self.record.code_of(frame).map_or("?", |code| &*code.name);
        name.rsplit_once("<locals>.").map_or(name, |(_, last)| last).to_owned()
    }

    /// A call as it might have been written.
    fn called(&self, event: &Event) -> String {
        let arguments: Vec<String> = event
            .changes
            .iter()
            .filter_map(|change| Some(format!("{}={}", &*change.name, &**change.value.as_ref()?)))
            .collect();
        format!("{}({})", self.short_name(event.frame), arguments.join(", "))
    }

    fn text_of(&self, frame: u32) -> &str {
        let file = self.record.code_of(frame).map_or("", |code| &*code.file);
        let unit = self.units.iter().find(|unit| unit.file == file);
        unit.map_or("", |unit| unit.text.strip_prefix('\u{feff}').unwrap_or(&unit.text))
    }

    fn line_of(&self, frame: u32, line: u32) -> Option<&str> {
        let before = usize::try_from(line.checked_sub(1)?).ok()?;
        self.text_of(frame).lines().nth(before)
    }

    fn source(&self, event: &Event) -> String {
        let text = self.line_of(event.frame, event.line).unwrap_or_default();
        let code = self.record.code_of(event.frame);
        let head = code.and_then(|code| self.line_of(event.frame, code.line)).unwrap_or_default();
        // What stands in the body of a function is set in by its depth; only what is deeper inside is set in further.
        let body = match code.map(|code| code.kind) {
            None | Some(CodeKind::Module) => 0,
            Some(_) => indent(head) + 4,
        };
        format!("{}{}", " ".repeat(indent(text).saturating_sub(body)), text.trim())
    }

    /// The text of a place in one line, without the word `await`.
    fn quoted(&self, frame: u32, span: Span) -> String {
        let Some(first) = self.line_of(frame, span.line) else { return String::new() };
        let column = |column: u32| usize::try_from(column).unwrap_or(usize::MAX);
        let end = if span.end_line == span.line { column(span.end_column) } else { first.len() };
        let text = first.get(column(span.column)..end.min(first.len())).unwrap_or_default().trim();
        let text = text.strip_prefix("await ").unwrap_or(text);
        let cut = text.char_indices().nth(QUOTED).map(|(at, _)| at);
        match cut {
            Some(at) => format!("{}…", &text[..at]),
            None if span.end_line > span.line => format!("{text}…"),
            None => text.to_owned(),
        }
    }
}

/// `name = value`, one beside the other; without what the line itself says already.
fn changed(changes: &[Change]) -> String {
    let texts = changes.iter().filter_map(|change| {
        let value = change.value.as_ref()?;
        let defined = ["function", "class", "module"];
        let plain = defined.iter().any(|what| **value == *format!("<{what} {}>", &*change.name));
        (!plain).then(|| format!("{} = {}", &*change.name, &**value))
    });
    texts.collect::<Vec<_>>().join(", ")
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn class_of(error: &str) -> &str {
    error.split(':').next().unwrap_or(error)
}
