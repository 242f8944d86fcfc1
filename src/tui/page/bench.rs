//! Code that is written and run: the editor, its draft, the result. Exercises and edited examples share it.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};
use ratatui::text::{Line, Span};

use super::compiling::Compiling;
use super::layout::{Areas, Focus, Shape, below_title, padded, title_of, with_code};
use super::live::Live;
use super::outcome::{output_pieces, own_frame, raised_as_said, run_note, run_pieces};
use super::runner::BUSY_AFTER;
use crate::domain::clean::Clean;
use crate::domain::course::StepRef;
use crate::domain::run::{Exception, Frame, Observation, Outcome, Program, RunSpec};
use crate::tui::editor::{EditorPane, Handled, Mark, MarkKind};
use crate::tui::effect::{DraftName, Effect, Ticket, Work};
use crate::tui::msg::JobMsg;
use crate::tui::outside::Outgoing;
use crate::tui::panes::result::{Piece, ResultPane};
use crate::tui::parts::{columns, contained, draw_line, draw_title};
use crate::tui::popups::{Confirm, Confirmed};
use crate::tui::theme::{Glyph, Role};
use crate::tui::world::{Ask, World};

/// How long after the last edit a draft is saved.
const SAVE_AFTER: Duration = Duration::from_millis(700);

/// Work that goes on.
#[derive(Debug)]
struct Going {
    ticket: Ticket,
    what: &'static str,
    output: Live,
    /// How much of the output was there when it was shown last, in bytes, once it is said that it goes on.
    shown: Option<usize>,
    /// When it is said next how it goes on.
    due: Duration,
}

/// The workbench.
#[derive(Debug)]
pub struct Bench {
    /// What the draft hangs on: the step, or the example under its id.
    pub draft: DraftName,
    /// The file's name, as tracebacks show it.
    pub file: String,
    /// The text.
    pub editor: EditorPane,
    /// What came of it.
    pub result: ResultPane,
    /// The pane that keys go to.
    pub focus: Focus,
    /// What is to be known of the text beside that it is saved.
    pub aside: Option<&'static str>,
    /// How many rows the task takes where it is folded; none where it is not shown then.
    pub task_rows: usize,
    starter: String,
    /// The size that the editor was told.
    fitted: Size,
    saved: u64,
    edited_at: Option<Duration>,
    /// What the running Python is asked.
    pub(super) compiling: Compiling,
    going: Option<Going>,
    /// What the last work printed while it went on.
    printed: Live,
}

impl Bench {
    /// Sets out a text; a draft takes its place once it is read.
    pub fn new(draft: DraftName, file: String, starter: &str, world: &World) -> (Self, Vec<Ask>) {
        let known = world.drafts.get(&draft.step);
        let editor = EditorPane::new(known.map_or(starter, String::as_str));
        let asks = match known {
            Some(_) => Vec::new(),
            None => vec![Ask::Do(Effect::LoadDraft(draft.clone()))],
        };
        let bench = Self {
            draft,
            file,
            saved: editor.revision(),
            editor,
            result: ResultPane::default(),
            focus: Focus::Code,
            aside: None,
            task_rows: 0,
            starter: starter.to_owned(),
            fitted: Size::ZERO,
            edited_at: None,
            compiling: Compiling::default(),
            going: None,
            printed: Live::default(),
        };
        (bench, asks)
    }

    /// Takes the draft that was read, unless something was typed before it came.
    pub fn set_draft(&mut self, step: &StepRef, text: Option<String>) {
        if *step == self.draft.step
            && self.editor.revision() == self.saved
            && let Some(text) = text
        {
            self.editor.set_text(&text);
            self.saved = self.editor.revision();
        }
    }

    /// Takes the text that the reader starts from, now that it is known; a draft is left as it is.
    pub fn start_from(&mut self, text: &str, world: &World) {
        text.clone_into(&mut self.starter);
        let is_new = !world.drafts.contains_key(&self.draft.step);
        if is_new && self.editor.revision() == self.saved {
            self.editor.set_text(text);
            self.saved = self.editor.revision();
        }
    }

    /// Notes whether the editor's text changed.
    pub fn after_input(&mut self, world: &World) {
        if self.editor.revision() != self.saved {
            self.edited_at = Some(world.now);
        }
    }

    /// Whether something is typed and not saved.
    pub fn is_edited(&self) -> bool {
        self.editor.revision() != self.saved
    }

    /// Puts back the text that the reader started from.
    pub fn reset(&mut self, world: &mut World) -> Vec<Ask> {
        let starter = self.starter.clone();
        self.editor.rewrite(&starter);
        self.save(world)
    }

    /// Saves what is not saved.
    pub fn save(&mut self, world: &mut World) -> Vec<Ask> {
        if !self.is_edited() {
            return Vec::new();
        }
        let text = self.editor.text().to_owned();
        self.saved = self.editor.revision();
        self.edited_at = None;
        *world.saving.entry(self.draft.step.clone()).or_default() += 1;
        world.drafts.insert(self.draft.step.clone(), text.clone());
        vec![Ask::Do(Effect::SaveDraft(self.draft.clone(), text))]
    }

    /// Asks for the reader's own editor.
    pub fn edit_outside(&mut self, world: &mut World) -> Vec<Ask> {
        let mut asks = self.save(world);
        let text = self.editor.text().to_owned();
        asks.push(Ask::Do(Effect::EditOutside(Outgoing { file: self.file.clone(), text })));
        asks
    }

    /// Takes what came back from there: one step of undo.
    pub fn edited_outside(&mut self, text: &str, world: &mut World) -> Vec<Ask> {
        if text == self.editor.text() {
            return vec![Ask::Tell("Your editor changed nothing.".into())];
        }
        self.editor.rewrite(text);
        let mut asks = self.save(world);
        asks.push(Ask::Tell("Taken from your editor. Ctrl-Z takes it back.".into()));
        asks
    }

    /// Runs a program.
    pub fn run(&mut self, program: Program, world: &mut World) -> Vec<Ask> {
        let spec = RunSpec { program, calls: Vec::new(), limits: world.limits.clone() };
        self.start(Work::Run(Box::new(spec)), "running, Ctrl-C stops it", world)
    }

    /// Starts work; its answer is awaited, and no older one.
    pub fn start(&mut self, work: Work, what: &'static str, world: &mut World) -> Vec<Ask> {
        let mut asks = self.save(world);
        let ticket = world.next_ticket();
        let due = world.now + BUSY_AFTER;
        self.going = Some(Going { ticket, what, output: Live::default(), shown: None, due });
        asks.push(Ask::Do(Effect::Start(ticket, work)));
        asks
    }

    /// Whether work goes on.
    pub fn is_busy(&self) -> bool {
        self.going.is_some()
    }

    /// Takes news of work; gives back the end of what is awaited here.
    pub fn job(&mut self, job: JobMsg) -> Option<JobMsg> {
        let going = self.going.as_mut().filter(|going| going.ticket == job.ticket())?;
        if let JobMsg::Output(_, stream, bytes) = job {
            going.output.push(stream, bytes);
            return None;
        }
        self.printed = self.going.take().map(|going| going.output).unwrap_or_default();
        self.result.set_busy(None);
        Some(job)
    }

    /// When time alone changes something.
    pub fn deadline(&self) -> Option<Duration> {
        let save = self.edited_at.map(|at| at + SAVE_AFTER);
        let news = |going: &&Going| going.shown.is_none_or(|shown| shown < going.output.total());
        let busy = self.going.as_ref().filter(news).map(|going| going.due);
        save.into_iter().chain(busy).chain(self.compiling.deadline()).min()
    }

    /// Does what its time has come for.
    pub fn tick(&mut self, world: &mut World) -> Vec<Ask> {
        if let Some(going) = &mut self.going
            && world.now >= going.due
        {
            let total = going.output.total();
            if total == 0 {
                self.result.set_busy(Some(going.what));
            } else if going.shown != Some(total) {
                self.result.show_live(going.output.newest(), going.what);
            }
            going.shown = Some(total);
            going.due = world.now + BUSY_AFTER;
        }
        let mut asks = Vec::from_iter(self.ask_python(world));
        if self.edited_at.is_some_and(|at| world.now >= at + SAVE_AFTER) {
            asks.extend(self.save(world));
        }
        asks
    }

    /// Shows what a run came to.
    ///
    /// `raises` names the exception that the lesson says it ends in, if any.
    pub fn show_run(&mut self, run: &Observation, raises: Option<&str>, world: &World) {
        let followed = self.result.is_followed();
        let output = self.printed.whole(run).unwrap_or_else(|| output_pieces(run));
        let printed = output.len();
        let mut pieces;
        if raised_as_said(run, raises) {
            let headline = run.exception.as_ref().map(Exception::headline).unwrap_or_default();
            pieces = output;
            pieces.push(Piece::Says(Role::Text, Clean::line(headline)));
            pieces.push(Piece::Says(
                Role::Dim,
                "It ends in this exception, as the lesson says.".into(),
            ));
            self.mark_frame(None, "");
        } else {
            pieces = run_pieces(run, output, &self.file);
            self.mark_run(run);
        }
        let ended_well = run.outcome == Outcome::Normal || pieces.len() == printed;
        self.result.show(pieces, run_note(run));
        if !ended_well {
            self.result.look_at(printed);
        } else if followed {
            self.result.follow();
        }
        self.look_at_result(world);
    }

    /// Marks the place that an exception passed through last.
    pub fn mark_run(&mut self, run: &Observation) {
        let message = match run.outcome {
            Outcome::Interrupted => "you stopped it here".into(),
            _ => run.exception.as_ref().map(Exception::headline).unwrap_or_default(),
        };
        let frame = run.exception.as_ref().and_then(|it| own_frame(it, &self.file)).cloned();
        self.mark_frame(frame.as_ref(), &message);
    }

    /// Marks a place in the text, or none.
    pub fn mark_frame(&mut self, frame: Option<&Frame>, message: &str) {
        let mark = frame.map(|frame| Mark {
            // Where Python knows no columns, or the place goes over several lines, the whole line is marked.
            columns: frame.column.zip(frame.end_column).map_or(0..0, |(from, to)| from..to),
            ..Mark::line(frame.line, MarkKind::Failing, message)
        });
        self.editor.set_marks(mark.into_iter().collect());
    }

    /// Gives the editor the room that it has now.
    pub fn fit(&mut self, world: &World) {
        let area = self.areas(world.body(), world).code.map(below_title);
        if let Some(area) = area.filter(|area| area.as_size() != self.fitted) {
            self.fitted = area.as_size();
            self.editor.resize(self.fitted);
        }
    }

    /// Where the result is not in sight, goes where it is.
    pub fn look_at_result(&mut self, world: &World) {
        let areas = self.areas(world.body(), world);
        if areas.result.is_none() {
            let single = areas.shape == Shape::Single;
            self.focus = if single { Focus::Result } else { Focus::Code };
        }
    }

    /// Goes to the pane after or before this one.
    pub fn next_pane(&mut self, forward: bool) {
        self.focus = match (self.focus, forward) {
            (Focus::Code, true) | (Focus::Result, false) => Focus::Task,
            (Focus::Task, true) | (Focus::Code, false) => Focus::Result,
            (Focus::Result, true) | (Focus::Task, false) => Focus::Code,
        };
    }

    /// Takes a key for the code or the result.
    pub fn key(&mut self, key: KeyEvent, world: &World) -> Vec<Ask> {
        match self.focus {
            Focus::Code => {
                if self.editor.key(key) == Handled::Edited {
                    self.after_input(world);
                }
                let copied = self.editor.take_copied();
                return copied.map(|text| Ask::Do(Effect::Copy(text))).into_iter().collect();
            }
            Focus::Result if key.code == KeyCode::BackTab => self.next_pane(false),
            Focus::Result => {
                let area = self.areas(world.body(), world).result.map(|it| padded(below_title(it)));
                self.result.key(key, area.unwrap_or_default(), &world.theme);
            }
            Focus::Task => {}
        }
        Vec::new()
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str, world: &World) {
        if self.focus == Focus::Code {
            self.editor.paste(text);
            self.after_input(world);
        }
    }

    /// Takes what the mouse did on the code or the result.
    pub fn mouse(&mut self, event: MouseEvent, areas: &Areas, world: &World) {
        let Some(focus) = areas.at(event.column, event.row) else { return };
        if matches!(event.kind, MouseEventKind::Down(_)) {
            self.focus = focus;
        }
        let Some(area) = areas.of(focus).map(below_title) else { return };
        match focus {
            Focus::Code => {
                self.editor.mouse(event, area);
                self.after_input(world);
            }
            Focus::Result => self.result.mouse(event, padded(area), &world.theme),
            Focus::Task => {}
        }
    }

    /// Where the panes stand on a page.
    pub fn areas(&self, page: Rect, world: &World) -> Areas {
        // The result's width does not hang on its height.
        let width = with_code(page, Focus::Result, 0, 1).result.map_or(page.width, |it| it.width);
        let room = padded(Rect { width, ..page }).width;
        let rows = self.result.height(room, &world.theme);
        let bound = |rows: usize| u16::try_from(rows).unwrap_or(u16::MAX - 1);
        with_code(page, self.focus, bound(self.task_rows), bound(rows))
    }

    /// Draws all panes; `draw_task` draws the text below its title.
    pub fn view(
        &self,
        areas: &Areas,
        title: &str,
        page: Rect,
        buf: &mut Buffer,
        world: &World,
        draw_task: impl Fn(Rect, &mut Buffer),
    ) {
        let theme = &world.theme;
        let single = areas.shape == Shape::Single;
        if let Some(area) = areas.task {
            if !single {
                let shown = usize::from(area.height.saturating_sub(1));
                let above = self.task_rows.saturating_sub(shown);
                let up = theme.glyph(Glyph::Up);
                let note = match areas.folded {
                    true if above > 0 => format!("{up} {above} more, F2 shows all"),
                    true => "F2 shows all".to_owned(),
                    false if areas.code.is_none() => "Enter goes to the code".to_owned(),
                    false => String::new(),
                };
                let focused = self.focus == Focus::Task;
                draw_title(title, &note, focused, title_of(area), buf, theme);
            }
            let body = below_title(area);
            contained("the task", body, buf, theme, |buf| draw_task(body, buf));
        }
        if let Some(wall) = areas.wall {
            for row in wall.rows() {
                draw_line(Line::styled(theme.glyph(Glyph::Bar), theme.style(Role::Dim)), row, buf);
            }
        }
        if let Some(area) = areas.code {
            let unsaved = self.is_edited() || world.saving.contains_key(&self.draft.step);
            let mut note = if unsaved { "edited" } else { "saved" }.to_owned();
            if let Some(aside) = self.aside {
                note = format!("{aside}, {note}");
            }
            let focused = self.focus == Focus::Code;
            if !single {
                draw_title(&self.file, &note, focused, title_of(area), buf, theme);
            }
            let body = below_title(area);
            contained("the editor", body, buf, theme, |buf| {
                self.editor.view(body, buf, theme, focused);
            });
        }
        if let Some(area) = areas.result {
            if !single {
                let focused = self.focus == Focus::Result;
                draw_title("Result", self.result.note(), focused, title_of(area), buf, theme);
            }
            let body = padded(below_title(area));
            contained("the result", body, buf, theme, |buf| self.result.view(body, buf, theme));
        }
        if single {
            self.view_tabs(title, title_of(page), buf, world);
        }
    }

    /// Names the panes where only one is shown.
    fn view_tabs(&self, title: &str, row: Rect, buf: &mut Buffer, world: &World) {
        let theme = &world.theme;
        let title = if columns(title) > 12 { "Task" } else { title };
        let tabs = [(title, Focus::Task), ("Code", Focus::Code), ("Result", Focus::Result)];
        let mut spans = Vec::new();
        for (name, focus) in tabs {
            let here = self.focus == focus;
            let sign = if here { theme.glyph(Glyph::Chosen) } else { " " };
            let style = theme.style(if here { Role::Accent } else { Role::Dim });
            spans.push(Span::styled(format!("{sign}{name} "), style));
        }
        let note = self.result.note();
        if self.focus == Focus::Result && !note.is_empty() {
            spans.push(Span::styled(format!(" {note}"), theme.style(Role::Dim)));
        } else {
            spans.push(Span::styled(" F2", theme.style(Role::Dim)));
        }
        draw_line(Line::from(spans), row, buf);
    }

    /// Where the cursor stands.
    pub fn cursor(&self, areas: &Areas) -> Option<Position> {
        let area = areas.code.filter(|_| self.focus == Focus::Code)?;
        self.editor.cursor(below_title(area))
    }

    /// Whether code is selected.
    pub fn has_selection(&self) -> bool {
        self.focus == Focus::Code && !self.editor.editor().selection().is_empty()
    }

    /// Where the cursor is, in words.
    pub fn remark(&self) -> Option<String> {
        if let Some((line, of, held)) = self.editor.ordering() {
            let held = if held { ", taken up" } else { "" };
            return Some(format!("line {line} of {of}{held}"));
        }
        let (line, column) = self.editor.line_column();
        Some(format!("line {line}, column {column}"))
    }
}

/// Asks before the code that the reader started from is put back.
pub fn ask_reset(what: &str) -> Confirm {
    Confirm {
        title: "Start over?",
        text: format!(
            "Your changes to {what} are replaced with what you started from. Ctrl-Z brings them back."
        ),
        yes: "Start over",
        what: Confirmed::Reset,
    }
}
