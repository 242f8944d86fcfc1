//! An exercise: the task, the code, what came of it; hints, solutions and what the checks look at.

use std::time::Duration;

use crossterm::event::{KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::bench::{Bench, ask_reset};
use super::layout::{Focus, Shape, below_title};
use super::outcome::{judged_pieces, run_note};
use super::reading::{open_link, ran};
use super::runner::Runner;
use super::step::{reader_of, seconds_since};
use crate::domain::check::plan::{GIVEN_FILE, PROBE_FILE};
use crate::domain::clean::Clean;
use crate::domain::course::{Kind, Step, StepRef};
use crate::domain::document::{Block, Document};
use crate::domain::exercise::{Code, CodeTask, Example};
use crate::domain::progress::{Attempt, CheckResult, What, digest, starting_text};
use crate::domain::run::{Author, Outcome, Program, Unit};
use crate::tui::effect::{DraftName, Effect, Work};
use crate::tui::keymap::{Action, Context, Scope};
use crate::tui::msg::{JobMsg, Judged, StepMsg};
use crate::tui::panes::reader::{Hit, Reader, ReaderAction};
use crate::tui::parts::draw_lines;
use crate::tui::popups::{Confirm, Confirmed};
use crate::tui::prose;
use crate::tui::world::{Ask, World};

mod continued;
mod task;
#[cfg(test)]
mod tests;
mod typing;

use continued::Continued;
use typing::Typing;

/// An exercise.
#[derive(Debug)]
pub struct Exercise {
    name: StepRef,
    title: Clean,
    content: String,
    objective: Option<u32>,
    body: Document,
    examples: Vec<Example>,
    kind: Kind,
    task: CodeTask,
    reader: Reader,
    runner: Runner<usize>,
    bench: Bench,
    hints: usize,
    probe_shown: bool,
    /// Where Escape leads back to from a task that a hint has opened.
    came_from: Option<Focus>,
    solutions_shown: bool,
    passed: bool,
    /// When the learner opened the step or checked it last.
    since: Duration,
    /// The text that is being checked.
    checked: String,
    /// What it goes on from.
    continued: Option<Continued>,
    /// What the type checker says.
    typing: Typing,
}

impl Exercise {
    /// Opens an exercise.
    pub fn new(
        name: &StepRef,
        step: &Step,
        task: &CodeTask,
        world: &mut World,
    ) -> (Self, Vec<Ask>) {
        let draft = DraftName { step: name.clone(), starter: starting_text(step) };
        let (mut bench, mut asks) = Bench::new(draft, step.file_name(), &task.starter.text, world);
        let known = world.progress.step(name);
        let passed = world
            .pack
            .step(name)
            .is_some_and(|(lesson, step)| world.progress.is_done(lesson, &step.id));
        bench.editor.set_fill(step.kind() == Kind::Fill);
        if step.kind() == Kind::Order {
            bench.editor.set_ordering();
        }
        bench.editor.next_blank();
        let mut exercise = Self {
            name: name.clone(),
            title: step.title.clone(),
            content: starting_text(step),
            objective: step.objective,
            kind: step.kind(),
            body: step.body.clone(),
            examples: step.examples.clone(),
            reader: reader_of(step, false, world),
            runner: Runner::default(),
            hints: known.map_or(0, |known| known.hints as usize).min(task.hints.len()),
            task: task.clone(),
            bench,
            probe_shown: false,
            came_from: None,
            solutions_shown: false,
            passed,
            since: world.now,
            checked: String::new(),
            continued: Continued::of(name, step, world),
            typing: Typing::of(task),
        };
        if let Some(earlier) = &mut exercise.continued {
            asks.extend(earlier.begin(&mut exercise.bench, world));
        }
        exercise.promise();
        exercise.write_task();
        (exercise, asks)
    }

    /// The task.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Takes what happened.
    pub fn update(&mut self, msg: StepMsg, world: &mut World) -> Vec<Ask> {
        let mut asks = Vec::new();
        match msg {
            StepMsg::Act(action) => asks = self.act(action, world),
            StepMsg::Key(key) => asks = self.key(key, world),
            StepMsg::Mouse(event) => asks = self.mouse(event, world),
            StepMsg::Paste(text) => self.bench.paste(&text, world),
            // Output comes in many pieces, and is shown when its time has come.
            StepMsg::Job(job @ JobMsg::Output(..)) => {
                self.bench.job(job);
                return asks;
            }
            StepMsg::Job(job) => asks.extend(self.job(job, world)),
            StepMsg::Draft(step, text) => {
                let is_new = text.is_some() && step == self.name;
                let bench = &mut self.bench;
                let is_earlier = self
                    .continued
                    .as_mut()
                    .is_some_and(|earlier| earlier.take(&step, text.as_deref(), bench, world));
                if is_earlier {
                    self.promise();
                } else {
                    self.bench.set_draft(&step, text);
                }
                if is_new {
                    self.bench.editor.next_blank();
                }
            }
            StepMsg::Colored(found) => self.reader.add_colors(found),
            StepMsg::Confirmed(Confirmed::Reset) => {
                asks = self.bench.reset(world);
                self.bench.mark_frame(None, "");
                self.bench.focus = Focus::Code;
                self.came_from = None;
                self.promise();
            }
            StepMsg::Confirmed(Confirmed::Solution) => asks.extend(self.show_solutions(world)),
            StepMsg::Tick => {
                if let Some(index) = self.runner.tick(world) {
                    self.reader.set_output(index, crate::tui::panes::reader::ReaderOutput::Running);
                }
                asks = self.bench.tick(world);
                asks.extend(self.ask_types(world));
            }
            StepMsg::Compiled(ticket, said) => {
                if self.bench.compiled(ticket, said.as_ref()) {
                    self.mark_types();
                }
            }
            StepMsg::EditedOutside(text) => asks = self.bench.edited_outside(&text, world),
            StepMsg::Typed(said) => asks.extend(self.typed(said)),
            StepMsg::Left => {
                asks = self.bench.save(world);
                if self.is_busy() {
                    asks.push(Ask::Do(Effect::StopRun));
                }
            }
            StepMsg::Resized | StepMsg::Confirmed(Confirmed::Quit) => {}
        }
        self.fit(world);
        self.bench.watch(world);
        self.watch_types(world);
        asks
    }

    fn act(&mut self, action: Action, world: &mut World) -> Vec<Ask> {
        self.bench.editor.put_down();
        match action {
            Action::Run => {
                let program = self.program();
                self.bench.run(program, world)
            }
            Action::Check => self.check(world),
            Action::Hint => self.hint(world),
            Action::Solution if self.passed || self.solutions_shown => self.show_solutions(world),
            Action::Solution => vec![Ask::Confirm(ask_solution())],
            Action::Reset => vec![Ask::Confirm(ask_reset("the code"))],
            Action::Probe => {
                self.probe_shown = !self.probe_shown;
                self.write_task();
                self.show_end_of_task(world);
                Vec::new()
            }
            Action::TypeHere => vec![self.ask_type_here(world)],
            Action::Explain => vec![self.ask_page()],
            Action::OwnEditor => self.bench.edit_outside(world),
            Action::Pane => {
                self.came_from = None;
                self.bench.next_pane(true);
                Vec::new()
            }
            Action::Save => {
                let mut asks = self.bench.save(world);
                asks.push(Ask::Tell("Saved.".into()));
                asks
            }
            Action::Back if self.bench.focus == Focus::Task && self.came_from.is_none() => {
                vec![Ask::Home(None)]
            }
            Action::Back => {
                self.bench.focus = self.came_from.take().unwrap_or(Focus::Task);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// What is run: what was given, what was written, what the checks look at.
    fn program(&self) -> Program {
        let unit = |author, file: &str, code: &Code| Unit::new(author, file, &code.text);
        let own = Unit::new(Author::Learner, &self.bench.file, self.bench.editor.text());
        let given = self.task.given.as_ref().map(|code| unit(Author::Given, GIVEN_FILE, code));
        let probe = self.task.probe.as_ref().map(|it| unit(Author::Probe, PROBE_FILE, &it.code));
        Program {
            units: given.into_iter().chain([own]).chain(probe).collect(),
            stdin: self.task.stdin.clone(),
            files: self.task.files.clone(),
            clock: self.task.clock,
            hash_seed: 0,
            record: None,
            measure: None,
        }
    }

    fn check(&mut self, world: &mut World) -> Vec<Ask> {
        self.checked = self.bench.editor.text().to_owned();
        let work = Work::Check { step: self.name.clone(), text: self.checked.clone() };
        self.bench.start(work, "checking, Ctrl-C stops it", world)
    }

    fn hint(&mut self, world: &World) -> Vec<Ask> {
        if self.hints == self.task.hints.len() {
            let text = match self.hints {
                0 => "This exercise has no hints; F7 shows a solution.",
                _ => "That was the last hint; F7 shows a solution.",
            };
            return vec![Ask::Tell(text.into())];
        }
        self.hints += 1;
        self.write_task();
        self.show_end_of_task(world);
        let number = u32::try_from(self.hints).unwrap_or(u32::MAX);
        vec![Ask::Record(What::HintShown { step: self.name.clone(), number })]
    }

    fn show_solutions(&mut self, world: &World) -> Vec<Ask> {
        let new = !self.solutions_shown && !self.passed;
        self.solutions_shown = true;
        self.write_task();
        self.show_end_of_task(world);
        let record = Ask::Record(What::SolutionShown { step: self.name.clone() });
        if new { vec![record] } else { Vec::new() }
    }

    /// Where the task is folded or away it takes the place of the code until Escape.
    fn show_end_of_task(&mut self, world: &World) {
        let areas = self.bench.areas(world.body(), world);
        if areas.folded || areas.task.is_none() {
            self.came_from = Some(self.bench.focus);
            self.bench.focus = Focus::Task;
            self.fit(world);
        }
        self.reader.act(ReaderAction::End);
    }

    fn job(&mut self, job: JobMsg, world: &mut World) -> Vec<Ask> {
        if let Some((index, run)) = self.runner.ended(&job) {
            self.reader.set_output(index, ran(&run, self.examples[index].raises.as_deref()));
            return Vec::new();
        }
        match self.bench.job(job) {
            Some(JobMsg::Ran(_, run)) => {
                self.bench.show_run(&run, None, world);
                Vec::new()
            }
            Some(JobMsg::Judged(_, judged)) => self.judged(&judged, world),
            Some(JobMsg::Output(..)) | None => Vec::new(),
        }
    }

    fn judged(&mut self, judged: &Judged, world: &mut World) -> Vec<Ask> {
        self.bench.result.show(judged_pieces(judged, &self.bench.file), run_note(&judged.run));
        match &judged.blame {
            Some(blame) if judged.run.exception.is_none() => {
                self.bench.mark_frame(Some(&blame.frame), &blame.headline);
            }
            _ => self.bench.mark_run(&judged.run),
        }
        self.bench.look_at_result(world);
        if matches!(judged.run.outcome, Outcome::TutorFailed | Outcome::Interrupted) {
            // Nothing was judged, so it was no attempt.
            return Vec::new();
        }
        self.passed |= judged.passed;
        let verdict = |check: &crate::tui::msg::JudgedCheck| CheckResult {
            check: check.name.to_string(),
            verdict: check.verdict.to_owned(),
        };
        let attempt = Attempt {
            step: self.name.clone(),
            content: self.content.clone(),
            objective: self.objective,
            passed: judged.passed,
            verdicts: judged.checks.iter().map(verdict).collect(),
            mistake: judged.mistake.as_ref().map(|(id, _)| id.clone()),
            hints: u32::try_from(self.hints).unwrap_or(u32::MAX),
            seconds: seconds_since(self.since, world),
            text: digest(&self.checked),
        };
        self.since = world.now;
        let mut asks = vec![Ask::Record(What::Attempt(attempt))];
        if judged.passed && continued::is_continued(&self.name, world) {
            asks.extend(continued::keep(&self.name, &self.content, &self.checked, world));
        }
        asks
    }

    fn key(&mut self, key: KeyEvent, world: &World) -> Vec<Ask> {
        if self.bench.focus != Focus::Task {
            return self.bench.key(key, world);
        }
        if key.code == crossterm::event::KeyCode::Enter {
            self.bench.focus = Focus::Code;
        } else if let Some(action) = ReaderAction::of(key) {
            self.reader.act(action);
        }
        Vec::new()
    }

    fn mouse(&mut self, event: MouseEvent, world: &mut World) -> Vec<Ask> {
        let areas = self.bench.areas(world.body(), world);
        self.bench.mouse(event, &areas, world);
        let Some(area) =
            areas.task.filter(|_| areas.at(event.column, event.row) == Some(Focus::Task))
        else {
            return Vec::new();
        };
        let text = below_title(area);
        match event.kind {
            MouseEventKind::ScrollUp => drop(self.reader.wheel(-1)),
            MouseEventKind::ScrollDown => drop(self.reader.wheel(1)),
            MouseEventKind::Down(MouseButton::Left) if event.row >= text.y && !areas.folded => {
                match self.reader.hit(event.column - text.x, event.row - text.y) {
                    Some(Hit::Link(target)) => return open_link(&target, &self.name, world),
                    Some(Hit::Example(index)) if self.reader.focus() == Some(index) => {
                        return self.run_example(index, world);
                    }
                    Some(Hit::Example(index)) => self.reader.set_focus(index),
                    None => {}
                }
            }
            _ => {}
        }
        Vec::new()
    }

    fn run_example(&mut self, index: usize, world: &mut World) -> Vec<Ask> {
        let Some(example) = self.examples.get(index) else { return Vec::new() };
        let file = super::reading::file_of(example);
        let program = super::reading::program(example, &file, &example.code.text);
        vec![self.runner.start(index, program, world)]
    }

    /// Gives the panes the room that they have now.
    fn fit(&mut self, world: &World) {
        let page = world.body();
        self.bench.task_rows = self.folded(page.width, world).len();
        self.bench.fit(world);
        let areas = self.bench.areas(page, world);
        let text = areas.task.filter(|_| !areas.folded).map_or(page, below_title);
        self.reader.resize(text.width, text.height);
    }

    /// The task where it is folded: what is asked, which stands last.
    fn folded(&self, width: u16, world: &World) -> Vec<ratatui::text::Line<'static>> {
        let prose = |block: &&Block| !matches!(block, Block::Example(_) | Block::Code { .. });
        let last: Vec<Block> = self.body.0.iter().filter(prose).cloned().collect();
        let margin = 2;
        let room = usize::from(width).saturating_sub(2 * margin).min(76);
        let rows = prose::document(&Document(last), room, &world.theme);
        let rows = prose::hang(rows, vec![" ".repeat(margin).into()]);
        let first = rows.iter().position(|row| row.width() > margin).unwrap_or(0);
        rows.into_iter().skip(first).collect()
    }

    /// Draws it.
    pub fn view(&self, area: Rect, buf: &mut Buffer, world: &World) {
        let areas = self.bench.areas(area, world);
        self.bench.view(&areas, &self.title, area, buf, world, |area, buf| {
            if areas.folded {
                let rows = self.folded(area.width, world);
                let skip = rows.len().saturating_sub(usize::from(area.height));
                draw_lines(rows, skip, area, buf);
            } else {
                self.reader.view(area, buf, &world.theme);
            }
        });
    }

    /// Where the cursor of the text stands.
    pub fn cursor(&self, area: Rect, world: &World) -> Option<Position> {
        self.bench.cursor(&self.bench.areas(area, world))
    }

    /// Where keys go.
    pub fn context(&self) -> Context {
        let scope = if self.kind == Kind::Order { Scope::Order } else { Scope::Exercise };
        Context { scope, typing: self.bench.focus == Focus::Code }
    }

    /// When time alone changes something.
    pub fn deadline(&self) -> Option<Duration> {
        let deadlines = [self.bench.deadline(), self.runner.deadline(), self.typing.deadline()];
        deadlines.into_iter().flatten().min()
    }

    /// Whether a program runs.
    pub fn is_busy(&self) -> bool {
        self.bench.is_busy() || self.runner.is_busy()
    }

    /// Whether code is selected.
    pub fn has_selection(&self) -> bool {
        self.bench.has_selection()
    }

    /// What is most likely wanted next.
    pub fn suggested(&self, world: &World) -> Option<Action> {
        let single = self.bench.areas(world.body(), world).shape == Shape::Single;
        match self.bench.focus {
            _ if self.passed => Some(Action::Next),
            Focus::Task if single => Some(Action::Pane),
            _ => Some(Action::Check),
        }
    }

    /// Where the cursor is.
    pub fn remark(&self) -> Option<String> {
        self.bench.remark().filter(|_| self.bench.focus == Focus::Code)
    }

    /// What came of the last run or check, for tests.
    #[cfg(test)]
    pub fn passed(&self) -> bool {
        self.passed
    }
}

fn ask_solution() -> Confirm {
    Confirm {
        title: "See a solution?",
        text: "It is shown in the task; your code stays as it is. You learn more if you try the \
               hints first (F4)."
            .into(),
        yes: "Show it",
        what: Confirmed::Solution,
    }
}
