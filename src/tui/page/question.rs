//! A step that asks: a prediction, or questions with choices. Run and output are held back until it is answered.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

use super::layout::{below_title, padded, title_of, with_question};
use super::reading::{file_of, program, ran};
use super::runner::Runner;
use super::step::{reader_of, seconds_since};
use crate::domain::clean::Clean;
use crate::domain::course::{Step, StepRef, Task};
use crate::domain::exercise::Example;
use crate::domain::progress::{Answered, What, starting_text};
use crate::tui::editor::EditorPane;
use crate::tui::keymap::{Action, Context, Scope};
use crate::tui::msg::StepMsg;
use crate::tui::panes::quiz::{QuizEvent, QuizPane, TRIES};
use crate::tui::panes::reader::{Reader, ReaderAction, ReaderOutput};
use crate::tui::parts::{contained, cut, draw_line, draw_lines, draw_title};
use crate::tui::theme::{Glyph, Role, Theme};
use crate::tui::world::{Ask, World};

/// What is asked where an output is to be typed, as there is room for it.
const TYPE_IT: &str = "Type what it prints, to the letter. Enter begins a line; F6 answers.";
const TYPE_IT_SHORT: &str = "Type what it prints; F6 answers.";
/// The most lines of a typed answer that are shown beside the right one.
const TYPED_ROWS: usize = 4;

/// A question.
#[derive(Debug)]
pub struct Asked {
    name: StepRef,
    content: String,
    objective: Option<u32>,
    reader: Reader,
    /// What is predicted.
    example: Option<(usize, Example)>,
    /// The output that is typed, where there are no choices for it.
    typed: Option<Typed>,
    quiz: QuizPane,
    runner: Runner<usize>,
    settled: bool,
    opened: Duration,
}

#[derive(Debug)]
struct Typed {
    editor: EditorPane,
    tries: u32,
    /// The wrong text of the try before.
    wrong: Option<String>,
    /// Whether it was right, once it is settled.
    right: Option<bool>,
}

impl Asked {
    /// Asks what a step asks, in the form whose turn it is.
    pub fn new(name: &StepRef, step: &Step, world: &World) -> Self {
        let content = starting_text(step);
        let answers = world.progress.step(name).map_or(0, |known| known.answers);
        let (objective, step) = (step.objective, step.form(answers));
        let mut typed = None;
        let mut example = None;
        let quiz = match &step.task {
            Task::Predict(predict) => {
                example =
                    step.examples.get(predict.example).map(|it| (predict.example, it.clone()));
                if predict.answer.is_none() {
                    typed = Some(Typed {
                        editor: EditorPane::new(""),
                        tries: 0,
                        wrong: None,
                        right: None,
                    });
                }
                let answer = predict.answer.clone().map(|it| (Some("What does it print?"), it));
                let why = predict.why.clone().map(|it| (Some("Why?"), it));
                QuizPane::new(answer.into_iter().chain(why))
            }
            Task::Choice(questions) => {
                QuizPane::new(questions.iter().cloned().map(|question| (None, question)))
            }
            _ => QuizPane::new([]),
        };
        Self {
            name: name.clone(),
            content,
            objective,
            reader: reader_of(step, example.is_some(), world),
            example,
            typed,
            quiz,
            runner: Runner::default(),
            settled: false,
            opened: world.now,
        }
    }

    /// The text.
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
            StepMsg::Paste(text) => {
                if let Some(typed) = self.open_typed() {
                    typed.editor.paste(&text);
                }
            }
            StepMsg::Job(job) => {
                if let Some((index, run)) = self.runner.ended(&job) {
                    let raises = self.example.as_ref().and_then(|(_, it)| it.raises.as_deref());
                    self.reader.set_output(index, ran(&run, raises));
                    // The output is what the reader waits for, and stands below the program.
                    self.reader.act(ReaderAction::End);
                }
            }
            StepMsg::Colored(found) => self.reader.add_colors(found),
            StepMsg::Tick => {
                if let Some(index) = self.runner.tick(world) {
                    self.reader.set_output(index, ReaderOutput::Running);
                }
            }
            StepMsg::Draft(..)
            | StepMsg::Typed(_)
            | StepMsg::EditedOutside(_)
            | StepMsg::Compiled(..)
            | StepMsg::Confirmed(_)
            | StepMsg::Resized
            | StepMsg::Left => {}
        }
        let (text, _) = self.areas(world.body(), world);
        self.reader.resize(text.width, text.height);
        asks
    }

    fn open_typed(&mut self) -> Option<&mut Typed> {
        self.typed.as_mut().filter(|typed| typed.right.is_none())
    }

    fn act(&mut self, action: Action, world: &mut World) -> Vec<Ask> {
        match action {
            Action::Back => vec![Ask::Home(None)],
            Action::Check if self.open_typed().is_some() => self.answer_typed(world),
            Action::Check => {
                let event = self.quiz.key(KeyCode::Enter.into());
                self.after(event, world)
            }
            Action::Run if self.settled => self.run(world),
            Action::Run => vec![Ask::Tell("Answer first; then it runs.".into())],
            _ => Vec::new(),
        }
    }

    fn key(&mut self, key: KeyEvent, world: &mut World) -> Vec<Ask> {
        match key.code {
            KeyCode::PageUp => return self.scroll(ReaderAction::PageUp),
            KeyCode::PageDown => return self.scroll(ReaderAction::PageDown),
            _ => {}
        }
        if let Some(typed) = self.open_typed() {
            typed.editor.key(key);
            return Vec::new();
        }
        match key.code {
            KeyCode::Left | KeyCode::Right => {
                if let Some(action) = ReaderAction::of(key) {
                    self.reader.act(action);
                }
            }
            _ => {
                let event = self.quiz.key(key);
                return self.after(event, world);
            }
        }
        Vec::new()
    }

    fn scroll(&mut self, action: ReaderAction) -> Vec<Ask> {
        self.reader.act(action);
        Vec::new()
    }

    fn mouse(&mut self, event: MouseEvent, world: &mut World) -> Vec<Ask> {
        let (text, question) = self.areas(world.body(), world);
        let at = Position::new(event.column, event.row);
        if question.contains(at) && self.open_typed().is_none() {
            let event = self.quiz.mouse(event, padded(below_title(question)), &world.theme);
            return self.after(event, world);
        }
        if text.contains(at) {
            match event.kind {
                MouseEventKind::ScrollUp => drop(self.reader.wheel(-1)),
                MouseEventKind::ScrollDown => drop(self.reader.wheel(1)),
                _ => {}
            }
        }
        Vec::new()
    }

    fn answer_typed(&mut self, world: &mut World) -> Vec<Ask> {
        let Some(example) = self.example.as_ref().map(|(_, example)| example.clone()) else {
            return Vec::new();
        };
        let Some(typed) = self.open_typed() else { return Vec::new() };
        let text = typed.editor.text().to_owned();
        if text.trim().is_empty() {
            return vec![Ask::Tell("Type what it prints, line by line; then F6.".into())];
        }
        if typed.wrong.as_ref() == Some(&text) {
            return vec![Ask::Tell("That was not it; change something first.".into())];
        }
        typed.tries += 1;
        let right = example.outputs.iter().any(|output| same_output(&output.text, &text));
        if !right && typed.tries < TRIES {
            typed.wrong = Some(text);
            return Vec::new();
        }
        typed.right = Some(right);
        if self.quiz.is_finished() { self.settle(world) } else { Vec::new() }
    }

    fn after(&mut self, event: QuizEvent, world: &mut World) -> Vec<Ask> {
        match event {
            QuizEvent::Finished => self.settle(world),
            QuizEvent::GoOn if self.settled => vec![Ask::GoOn],
            _ => Vec::new(),
        }
    }

    /// Records the answer; what was predicted now runs.
    fn settle(&mut self, world: &mut World) -> Vec<Ask> {
        self.settled = true;
        let typed = self.typed.as_ref();
        let answered = Answered {
            step: self.name.clone(),
            content: self.content.clone(),
            objective: self.objective,
            tries: self.quiz.tries() + typed.map_or(0, |typed| typed.tries),
            right: self.quiz.all_right() && typed.is_none_or(|typed| typed.right == Some(true)),
            misconceptions: self.quiz.misconceptions().to_vec(),
            hints: 0,
            seconds: seconds_since(self.opened, world),
        };
        let mut asks = vec![Ask::Record(What::Answered(answered))];
        asks.extend(self.run(world));
        asks
    }

    fn run(&mut self, world: &mut World) -> Vec<Ask> {
        let Some((index, example)) = &self.example else { return Vec::new() };
        self.reader.set_label(*index, "F5 run".into());
        let program = program(example, &file_of(example), &example.code.text);
        vec![self.runner.start(*index, program, world)]
    }

    fn areas(&self, page: Rect, world: &World) -> (Rect, Rect) {
        let width = padded(with_question(page, 1, 1).1).width;
        let rows = match &self.typed {
            // The program stays in sight as far as it can: the text grows as it is typed.
            Some(typed) if typed.right.is_none() => {
                2 + typed.editor.editor().buffer().line_count().clamp(3, 12)
            }
            Some(typed) => {
                let said = typed_rows(typed, usize::from(width), &world.theme).len();
                said + 1 + self.quiz.height(width, &world.theme)
            }
            None => self.quiz.height(width, &world.theme),
        };
        let bound = |rows: usize| u16::try_from(rows).unwrap_or(u16::MAX - 1);
        // Once it is answered, the output is worth as much room as the reasons.
        let rows = if self.settled { rows.min(usize::from(page.height / 2)) } else { rows };
        with_question(page, bound(self.reader.rows()), bound(rows))
    }

    /// Draws it.
    pub fn view(&self, area: Rect, buf: &mut Buffer, world: &World) {
        let theme = &world.theme;
        let (text, question) = self.areas(area, world);
        contained("the text", text, buf, theme, |buf| self.reader.view(text, buf, theme));
        let note = if self.settled { "Enter goes on" } else { "Enter answers" };
        let typing = self.typed.as_ref().is_some_and(|typed| typed.right.is_none());
        let note = if typing { "F6 answers" } else { note };
        draw_title(self.title(), note, true, title_of(question), buf, theme);
        let body = padded(below_title(question));
        contained("the question", body, buf, theme, |buf| self.view_question(body, buf, world));
    }

    fn title(&self) -> &'static str {
        if self.example.is_some() { "Your prediction" } else { "Your answer" }
    }

    fn view_question(&self, area: Rect, buf: &mut Buffer, world: &World) {
        let theme = &world.theme;
        match &self.typed {
            Some(typed) if typed.right.is_none() => {
                let said = match typed.wrong {
                    Some(_) => {
                        let said =
                            format!("{} Not so. You have one more try.", theme.glyph(Glyph::Fail));
                        Line::styled(said, theme.style(Role::Failed))
                    }
                    None if area.width >= 74 => Line::raw(TYPE_IT),
                    None => Line::raw(TYPE_IT_SHORT),
                };
                draw_line(said, area, buf);
                typed.editor.view(below_title(area), buf, theme, true);
            }
            Some(typed) => {
                let rows = typed_rows(typed, usize::from(area.width), theme);
                let taken = u16::try_from(rows.len() + 1).unwrap_or(u16::MAX);
                draw_lines(rows, 0, area, buf);
                let taken = taken.min(area.height);
                let rest = Rect { y: area.y + taken, height: area.height - taken, ..area };
                self.quiz.view(rest, buf, theme);
            }
            None => self.quiz.view(area, buf, theme),
        }
    }

    /// Where the cursor of the text stands.
    pub fn cursor(&self, area: Rect, world: &World) -> Option<Position> {
        let typed = self.typed.as_ref().filter(|typed| typed.right.is_none())?;
        let (_, question) = self.areas(area, world);
        typed.editor.cursor(below_title(padded(below_title(question))))
    }

    /// Where keys go.
    pub fn context(&self) -> Context {
        let typing = self.typed.as_ref().is_some_and(|typed| typed.right.is_none());
        Context { scope: Scope::Question, typing }
    }

    /// When time alone changes something.
    pub fn deadline(&self) -> Option<Duration> {
        self.runner.deadline()
    }

    /// Whether a program runs.
    pub fn is_busy(&self) -> bool {
        self.runner.is_busy()
    }

    /// What is most likely wanted next.
    pub fn suggested(&self) -> Option<Action> {
        let typing = self.typed.as_ref().is_some_and(|typed| typed.right.is_none());
        match (self.settled, typing) {
            (true, _) => Some(Action::Next),
            (false, true) => Some(Action::Check),
            (false, false) => None,
        }
    }
}

/// What is said of a typed answer that is settled, and where it was wrong the answer itself.
fn typed_rows(typed: &Typed, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let (glyph, role, said) = match typed.right {
        Some(true) => (Glyph::Pass, Role::Passed, "Right."),
        _ => (Glyph::Fail, Role::Failed, "Not this time. You typed:"),
    };
    let said = Line::styled(format!("{} {said}", theme.glyph(glyph)), theme.style(role));
    let mut rows = vec![said];
    if typed.right != Some(true) {
        let text = Clean::text(typed.editor.text().trim_end());
        let own = text.lines().take(TYPED_ROWS).map(|line| {
            let line = cut(line, width.saturating_sub(2), theme);
            Line::styled(format!("  {line}"), theme.style(Role::Text))
        });
        rows.extend(own);
        if text.lines().count() > TYPED_ROWS {
            rows.push(Line::styled(
                format!("  {}", theme.glyph(Glyph::Ellipsis)),
                theme.style(Role::Dim),
            ));
        }
    }
    rows
}

/// Whether a typed text is an output, but for white space at the ends of lines and of the text.
fn same_output(output: &str, typed: &str) -> bool {
    let lines = |text: &str| -> Vec<String> {
        text.trim_end().lines().map(|line| line.trim_end().to_owned()).collect()
    };
    lines(output) == lines(typed)
}
