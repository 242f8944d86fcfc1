//! A step to read: its text on the whole page, its examples run in place or edited beside it.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::bench::Bench;
use super::layout::{Focus, aired};
use super::outcome::{raised_as_said, run_note};
use super::runner::Runner;
use super::step::{reader_of, seconds_since};
use crate::domain::course::{Step, StepRef};
use crate::domain::exercise::{Example, Trace};
use crate::domain::progress::{What, digest, starting_text};
use crate::domain::record::{Around, View, course};
use crate::domain::run::{Author, Observation, Outcome, Program, Recording, Unit};
use crate::tui::effect::{DraftName, Effect};
use crate::tui::keymap::{Action, Context, Scope};
use crate::tui::msg::{JobMsg, StepMsg};
use crate::tui::panes::reader::{Hit, Reader, ReaderAction, ReaderCourse, ReaderOutput};
use crate::tui::parts::wrap;
use crate::tui::popups::Confirmed;
use crate::tui::world::{Ask, World};

/// How wide a sentence of the tutor grows in the place of output, in columns.
const SENTENCE: usize = 68;

/// A step to read.
#[derive(Debug)]
pub struct Reading {
    name: StepRef,
    content: String,
    examples: Vec<Example>,
    reader: Reader,
    /// The example that runs in place.
    runner: Runner<usize>,
    scratch: Option<(usize, Bench)>,
    opened: Duration,
}

impl Reading {
    /// Opens a text.
    pub fn new(name: &StepRef, step: &Step, world: &World) -> Self {
        Self {
            name: name.clone(),
            content: starting_text(step),
            examples: step.examples.clone(),
            reader: reader_of(step, false, world),
            runner: Runner::default(),
            scratch: None,
            opened: world.now,
        }
    }

    /// The text.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Records that the step was read, since the reader goes on.
    pub fn was_read(&self, world: &World) -> Option<Ask> {
        let step = self.name.clone();
        let seconds = seconds_since(self.opened, world);
        Some(Ask::Record(What::Read { step, content: self.content.clone(), seconds }))
    }

    /// Takes what happened.
    pub fn update(&mut self, msg: StepMsg, world: &mut World) -> Vec<Ask> {
        let asks = match msg {
            StepMsg::Act(action) => self.act(action, world),
            StepMsg::Key(key) => self.key(key, world),
            StepMsg::Mouse(event) => self.mouse(event, world),
            StepMsg::Job(job) => {
                self.job(&job, world);
                Vec::new()
            }
            StepMsg::Paste(text) => {
                if let Some((_, bench)) = &mut self.scratch {
                    bench.paste(&text, world);
                }
                Vec::new()
            }
            StepMsg::Draft(step, text) => {
                if let Some((_, bench)) = &mut self.scratch {
                    bench.set_draft(&step, text);
                }
                Vec::new()
            }
            StepMsg::EditedOutside(text) => match &mut self.scratch {
                Some((_, bench)) => bench.edited_outside(&text, world),
                None => Vec::new(),
            },
            StepMsg::Colored(found) => {
                self.reader.add_colors(found);
                Vec::new()
            }
            StepMsg::Confirmed(Confirmed::Reset) => match &mut self.scratch {
                Some((_, bench)) => bench.reset(world),
                None => Vec::new(),
            },
            StepMsg::Tick => self.tick(world),
            StepMsg::Left => self.close_scratch(world),
            StepMsg::Compiled(ticket, said) => {
                if let Some((_, bench)) = &mut self.scratch {
                    bench.compiled(ticket, said.as_ref());
                }
                Vec::new()
            }
            StepMsg::Resized | StepMsg::Typed(_) | StepMsg::Confirmed(_) => Vec::new(),
        };
        self.fit(world);
        if let Some((_, bench)) = &mut self.scratch {
            bench.watch(world);
        }
        asks
    }

    fn act(&mut self, action: Action, world: &mut World) -> Vec<Ask> {
        match (action, &mut self.scratch) {
            (Action::Run, None) => self.run_in_place(world),
            (Action::Run, Some((index, bench))) => {
                let example = &self.examples[*index];
                bench.run(program(example, &bench.file, bench.editor.text()), world)
            }
            (Action::Edit, None) => self.open_scratch(world),
            (Action::Course, None) if self.reader.toggle_course() => Vec::new(),
            (Action::Course, None) => vec![Ask::Tell(self.without_course().into())],
            (Action::Pane, Some((_, bench))) => {
                bench.next_pane(true);
                Vec::new()
            }
            (Action::Reset, Some(_)) => vec![Ask::Confirm(super::bench::ask_reset("the example"))],
            (Action::Save, Some((_, bench))) => {
                let mut asks = bench.save(world);
                asks.push(Ask::Tell("Saved.".into()));
                asks
            }
            (Action::OwnEditor, Some((_, bench))) => bench.edit_outside(world),
            (Action::Back, Some(_)) => self.close_scratch(world),
            (Action::Back, None) => vec![Ask::Home(None)],
            _ => Vec::new(),
        }
    }

    fn key(&mut self, key: KeyEvent, world: &mut World) -> Vec<Ask> {
        if let Some((_, bench)) = &mut self.scratch {
            if bench.focus == Focus::Task {
                if key.code == KeyCode::Enter {
                    bench.focus = Focus::Code;
                }
                if let Some(action) = ReaderAction::of(key) {
                    self.reader.act(action);
                }
                return Vec::new();
            }
            return bench.key(key, world);
        }
        match key.code {
            KeyCode::Enter if self.reader.is_at_end() => return vec![Ask::GoOn],
            KeyCode::Enter => drop(self.reader.act(ReaderAction::PageDown)),
            KeyCode::PageDown | KeyCode::Char(' ') if self.reader.is_at_end() => {
                return vec![Ask::GoOn];
            }
            KeyCode::Tab => drop(self.reader.act(ReaderAction::NextExample)),
            KeyCode::BackTab => drop(self.reader.act(ReaderAction::PreviousExample)),
            _ => {
                if let Some(action) = ReaderAction::of(key) {
                    self.reader.act(action);
                }
            }
        }
        Vec::new()
    }

    fn mouse(&mut self, event: MouseEvent, world: &mut World) -> Vec<Ask> {
        let area = world.body();
        let mut text = aired(area);
        if let Some((_, bench)) = &mut self.scratch {
            let areas = bench.areas(area, world);
            if areas.at(event.column, event.row) != Some(Focus::Task) {
                bench.mouse(event, &areas, world);
                return Vec::new();
            }
            if matches!(event.kind, MouseEventKind::Down(_)) {
                bench.focus = Focus::Task;
            }
            text = areas.task.map_or(area, super::layout::below_title);
        }
        match event.kind {
            MouseEventKind::ScrollUp => drop(self.reader.wheel(-1)),
            MouseEventKind::ScrollDown => drop(self.reader.wheel(1)),
            MouseEventKind::Down(MouseButton::Left)
                if event.row >= text.y && event.column >= text.x =>
            {
                let hit = self.reader.hit(event.column - text.x, event.row - text.y);
                return self.clicked(hit, world);
            }
            _ => {}
        }
        Vec::new()
    }

    /// A first click puts an example in focus, the next one runs it.
    fn clicked(&mut self, hit: Option<Hit>, world: &mut World) -> Vec<Ask> {
        match hit {
            Some(Hit::Example(index)) if self.reader.focus() == Some(index) => {
                if self.scratch.is_none() { self.run_in_place(world) } else { Vec::new() }
            }
            Some(Hit::Example(index)) => {
                self.reader.set_focus(index);
                Vec::new()
            }
            Some(Hit::Link(target)) => open_link(&target, &self.name, world),
            None => Vec::new(),
        }
    }

    fn run_in_place(&mut self, world: &mut World) -> Vec<Ask> {
        let Some((index, example)) =
            self.reader.focus().and_then(|index| Some((index, self.examples.get(index)?)))
        else {
            return vec![Ask::Tell("There is no example to run here; F10 goes on.".into())];
        };
        let text = self.reader.examples()[index].code.clone();
        let program = program(example, &file_of(example), &text);
        vec![self.runner.start(index, program, world)]
    }

    /// Why there is no course to show.
    fn without_course(&self) -> &'static str {
        let example = self.reader.focus().and_then(|index| self.examples.get(index));
        match example.map(|example| example.trace) {
            Some(Some(_)) => "Run the example first: F5.",
            _ => "The lesson records nothing of this example.",
        }
    }

    fn job(&mut self, job: &JobMsg, world: &World) {
        if let Some((index, bench)) = &mut self.scratch
            && let raises = self.examples[*index].raises.as_deref()
            && let Some(JobMsg::Ran(_, run)) = bench.job(job.clone())
        {
            bench.show_run(&run, raises, world);
        }
        if let Some((index, run)) = self.runner.ended(job) {
            let example = &self.examples[index];
            let text = self.reader.examples()[index].code.clone();
            self.reader.set_course(index, course_of(example, &run, &text));
            self.reader.set_output(index, ran(&run, example.raises.as_deref()));
        }
    }

    fn tick(&mut self, world: &mut World) -> Vec<Ask> {
        if let Some(index) = self.runner.tick(world) {
            self.reader.set_output(index, ReaderOutput::Running);
        }
        match &mut self.scratch {
            Some((_, bench)) => bench.tick(world),
            None => Vec::new(),
        }
    }

    fn open_scratch(&mut self, world: &mut World) -> Vec<Ask> {
        let Some((index, example)) =
            self.reader.focus().and_then(|index| Some((index, self.examples.get(index)?)))
        else {
            return vec![Ask::Tell("There is no example to edit here.".into())];
        };
        let draft = DraftName {
            step: StepRef::new(&*self.name.lesson, &*example.id),
            starter: digest(&example.code.text),
        };
        let (bench, asks) = Bench::new(draft, file_of(example), &example.code.text, world);
        self.scratch = Some((index, bench));
        asks
    }

    fn close_scratch(&mut self, world: &mut World) -> Vec<Ask> {
        let Some((_, mut bench)) = self.scratch.take() else { return Vec::new() };
        let mut asks = bench.save(world);
        if bench.is_busy() {
            asks.push(Ask::Do(Effect::StopRun));
        }
        asks
    }

    /// Gives the text the room that it has now.
    fn fit(&mut self, world: &World) {
        let area = world.body();
        let text = match &mut self.scratch {
            Some((_, bench)) => {
                bench.fit(world);
                bench.areas(area, world).task.map_or(area, super::layout::below_title)
            }
            None => aired(area),
        };
        self.reader.resize(text.width, text.height);
    }

    /// Draws it.
    pub fn view(&self, area: Rect, buf: &mut Buffer, world: &World) {
        let Some((_, bench)) = &self.scratch else {
            let area = aired(area);
            crate::tui::parts::contained("the lesson", area, buf, &world.theme, |buf| {
                self.reader.view(area, buf, &world.theme);
            });
            return;
        };
        let areas = bench.areas(area, world);
        bench.view(&areas, "Lesson", area, buf, world, |area, buf| {
            self.reader.view(area, buf, &world.theme);
        });
    }

    /// Where the cursor of the text stands.
    pub fn cursor(&self, area: Rect, world: &World) -> Option<Position> {
        let (_, bench) = self.scratch.as_ref()?;
        bench.cursor(&bench.areas(area, world))
    }

    /// Where keys go.
    pub fn context(&self) -> Context {
        match &self.scratch {
            Some((_, bench)) => {
                Context { scope: Scope::Scratch, typing: bench.focus == Focus::Code }
            }
            None => Context { scope: Scope::Reading, typing: false },
        }
    }

    /// When time alone changes something.
    pub fn deadline(&self) -> Option<Duration> {
        let scratch = self.scratch.as_ref().and_then(|(_, bench)| bench.deadline());
        scratch.into_iter().chain(self.runner.deadline()).min()
    }

    /// Whether a program runs.
    pub fn is_busy(&self) -> bool {
        self.runner.is_busy() || self.scratch.as_ref().is_some_and(|(_, bench)| bench.is_busy())
    }

    /// Whether code is selected.
    pub fn has_selection(&self) -> bool {
        self.scratch.as_ref().is_some_and(|(_, bench)| bench.has_selection())
    }

    /// What is most likely wanted next.
    pub fn suggested(&self) -> Option<Action> {
        match &self.scratch {
            Some(_) => Some(Action::Run),
            None if self.reader.is_at_end() => Some(Action::Next),
            None => self.reader.has_course().then_some(Action::Course),
        }
    }

    /// Where the cursor is.
    pub fn remark(&self) -> Option<String> {
        self.scratch.as_ref().and_then(|(_, bench)| bench.remark())
    }
}

/// The program of an example, with its text as it stands now.
pub(super) fn program(example: &Example, file: &str, text: &str) -> Program {
    Program {
        units: vec![Unit::new(Author::Learner, file, text)],
        stdin: example.stdin.clone(),
        files: example.files.clone(),
        clock: example.clock,
        hash_seed: 0,
        record: example.trace.map(|_| Recording::default()),
        measure: None,
    }
}

/// The file name of an example, as tracebacks show it.
pub(super) fn file_of(example: &Example) -> String {
    format!("{}.py", example.id.replace('-', "_"))
}

/// What an example printed, with how it ended.
pub(super) fn ran(run: &Observation, raises: Option<&str>) -> ReaderOutput {
    let mut text = run.stdout.text();
    let mut say = |line: &str| {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(line);
    };
    match (&run.exception, run.outcome) {
        (Some(exception), Outcome::Exception) => say(&exception.headline()),
        (_, Outcome::Normal) => {}
        (_, Outcome::TutorFailed) => {
            let why = run.note.as_deref().unwrap_or("no reason is known");
            // Output is not broken between words, and this is a sentence.
            let rows = wrap(&format!("The tutor could not run this: {why}"), SENTENCE);
            say(&rows.join("\n"));
        }
        (_, outcome) => say(&format!("It ended with: {}", outcome.word())),
    }
    let failed = match run.outcome {
        Outcome::Normal => false,
        Outcome::Exception => !raised_as_said(run, raises),
        _ => true,
    };
    ReaderOutput::Ran { text, failed, stale: false, note: run_note(run) }
}

/// What an example did, as far as the lesson wants it told.
fn course_of(example: &Example, run: &Observation, text: &str) -> Option<ReaderCourse> {
    let (trace, record) = (example.trace?, run.record.as_ref()?);
    let program = program(example, &file_of(example), text);
    let around =
        Around { units: &program.units, stdout: &run.stdout.head, timed: run.virtual_s.is_some() };
    let rows = course(record, View::Only(trace), around);
    let what = match trace {
        Trace::Calls => "calls",
        Trace::Generators => "generators",
        Trace::Contexts => "contexts",
        Trace::Tasks => "tasks",
    };
    let title = format!("course of its {what}, {} rows", rows.len());
    (!rows.is_empty()).then_some(ReaderCourse { title, rows, open: false })
}

/// Goes where a link of the pack leads; another one is shown, since nothing is opened outside.
pub(super) fn open_link(target: &str, from: &StepRef, world: &World) -> Vec<Ask> {
    let name = match target.split_once('#') {
        Some(("", step)) => StepRef::new(&*from.lesson, step),
        Some((lesson, step)) => StepRef::new(lesson, step),
        None => StepRef::new(target, ""),
    };
    vec![match world.spot(&name) {
        Some(spot) => Ask::Open(spot),
        None => Ask::Tell(target.to_owned()),
    }]
}
