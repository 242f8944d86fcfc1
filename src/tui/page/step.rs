//! A step of a lesson: one body for each kind of step, told the same things.

use std::collections::HashSet;
use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::cards::CardsBody;
use super::exercise::Exercise;
use super::question::Asked;
use super::reading::Reading;
use crate::domain::clean::Clean;
use crate::domain::course::{Step, StepRef, Task};
use crate::domain::document::{Block, Document, Inlines};
use crate::domain::exercise::{Example, ExpectedOutput};
use crate::domain::progress::What;
use crate::tui::effect::Effect;
use crate::tui::keymap::{Action, Context};
use crate::tui::msg::StepMsg;
use crate::tui::panes::reader::{Reader, ReaderExample, ReaderOutput};
use crate::tui::world::{Ask, Spot, World};

/// A step.
#[derive(Debug)]
pub struct StepPage {
    /// Its place in the pack.
    pub spot: Spot,
    /// Its name.
    pub name: StepRef,
    body: Body,
    asked_colors: HashSet<Clean>,
}

#[derive(Debug)]
enum Body {
    Reading(Box<Reading>),
    Exercise(Box<Exercise>),
    Question(Box<Asked>),
    Cards(CardsBody),
}

impl StepPage {
    /// Opens a step; none where there is none at that place.
    pub fn open(spot: Spot, world: &mut World) -> Option<(Self, Vec<Ask>)> {
        let (_, lesson, step) = world.find(spot)?;
        let (name, step) = (StepRef::new(&*lesson.id, &*step.id), step.clone());
        let mut asks = vec![Ask::Record(What::Opened { step: name.clone() })];
        let body = match &step.task {
            Task::Read => Body::Reading(Box::new(Reading::new(&name, &step, world))),
            Task::Code(_, task) => {
                let (exercise, more) = Exercise::new(&name, &step, task, world);
                asks.extend(more);
                Body::Exercise(Box::new(exercise))
            }
            Task::Predict(_) | Task::Choice(_) => {
                Body::Question(Box::new(Asked::new(&name, &step, world)))
            }
            Task::Cards(cards) => Body::Cards(CardsBody::new(&name, &step, cards, world)),
        };
        let mut page = Self { spot, name, body, asked_colors: HashSet::new() };
        asks.extend(page.update(StepMsg::Resized, world));
        Some((page, asks))
    }

    /// Takes what happened.
    pub fn update(&mut self, msg: StepMsg, world: &mut World) -> Vec<Ask> {
        if let StepMsg::Act(action @ (Action::Next | Action::Previous)) = msg {
            return self.turn(action == Action::Next, world);
        }
        let mut asks = match &mut self.body {
            Body::Reading(body) => body.update(msg, world),
            Body::Exercise(body) => body.update(msg, world),
            Body::Question(body) => body.update(msg, world),
            Body::Cards(body) => body.update(msg, world),
        };
        asks = asks.into_iter().flat_map(|ask| self.resolve(ask, world)).collect();
        asks.extend(self.want_colors());
        asks
    }

    /// Draws it.
    pub fn view(&self, area: Rect, buf: &mut Buffer, world: &World) {
        match &self.body {
            Body::Reading(body) => body.view(area, buf, world),
            Body::Exercise(body) => body.view(area, buf, world),
            Body::Question(body) => body.view(area, buf, world),
            Body::Cards(body) => body.view(area, buf, world),
        }
    }

    /// Where the cursor of the text stands.
    pub fn cursor(&self, area: Rect, world: &World) -> Option<Position> {
        match &self.body {
            Body::Reading(body) => body.cursor(area, world),
            Body::Exercise(body) => body.cursor(area, world),
            Body::Question(body) => body.cursor(area, world),
            Body::Cards(body) => body.cursor(area, world),
        }
    }

    /// Where keys go.
    pub fn context(&self) -> Context {
        match &self.body {
            Body::Reading(body) => body.context(),
            Body::Exercise(body) => body.context(),
            Body::Question(body) => body.context(),
            Body::Cards(body) => body.context(),
        }
    }

    /// When time alone changes something.
    pub fn deadline(&self) -> Option<Duration> {
        match &self.body {
            Body::Reading(body) => body.deadline(),
            Body::Exercise(body) => body.deadline(),
            Body::Question(body) => body.deadline(),
            Body::Cards(_) => None,
        }
    }

    /// Whether a program runs.
    pub fn is_busy(&self) -> bool {
        match &self.body {
            Body::Reading(body) => body.is_busy(),
            Body::Exercise(body) => body.is_busy(),
            Body::Question(body) => body.is_busy(),
            Body::Cards(_) => false,
        }
    }

    /// Whether code is selected.
    pub fn has_selection(&self) -> bool {
        match &self.body {
            Body::Reading(body) => body.has_selection(),
            Body::Exercise(body) => body.has_selection(),
            Body::Question(_) | Body::Cards(_) => false,
        }
    }

    /// The action that is most likely wanted next.
    pub fn suggested(&self, world: &World) -> Option<Action> {
        match &self.body {
            Body::Reading(body) => body.suggested(),
            Body::Exercise(body) => body.suggested(world),
            Body::Question(body) => body.suggested(),
            Body::Cards(body) => body.suggested(),
        }
    }

    /// A remark for the end of the bar at the bottom: where the cursor is.
    pub fn remark(&self) -> Option<String> {
        match &self.body {
            Body::Reading(body) => body.remark(),
            Body::Exercise(body) => body.remark(),
            Body::Question(_) | Body::Cards(_) => None,
        }
    }

    /// Turns a body's wish to go on into a place.
    fn resolve(&mut self, ask: Ask, world: &mut World) -> Vec<Ask> {
        match ask {
            Ask::GoOn => self.turn(true, world),
            Ask::Home(None) => vec![Ask::Home(Some(self.spot))],
            ask => vec![ask],
        }
    }

    /// Goes to the step after or before this one; after the last one comes the end of the lesson.
    fn turn(&mut self, forward: bool, world: &mut World) -> Vec<Ask> {
        let mut asks = Vec::new();
        if forward && let Body::Reading(body) = &mut self.body {
            asks.extend(body.was_read(world));
        }
        let steps = world.lesson(self.spot).map_or(0, |(_, it)| it.steps.outline().len());
        let Spot { track, lesson, step } = self.spot;
        let target = match (forward, step.checked_sub(1)) {
            (true, _) if step + 1 < steps => Some(Spot { track, lesson, step: step + 1 }),
            (true, _) => None,
            (false, before) => before.map(|step| Spot { track, lesson, step }),
        };
        asks.push(match target {
            Some(spot) => Ask::Open(spot),
            None if forward => Ask::LessonEnd(self.spot),
            None => Ask::Tell("This is the first step of the lesson; F3 goes to the list.".into()),
        });
        asks
    }

    fn want_colors(&mut self) -> Option<Ask> {
        let reader = match &self.body {
            Body::Reading(body) => body.reader(),
            Body::Exercise(body) => body.reader(),
            Body::Question(body) => body.reader(),
            Body::Cards(_) => return None,
        };
        let wanted: Vec<Clean> = reader
            .wanted_colors()
            .iter()
            .filter(|code| self.asked_colors.insert((*code).clone()))
            .cloned()
            .collect();
        (!wanted.is_empty()).then_some(Ask::Do(Effect::Highlight(wanted)))
    }
}

/// Makes a reader of a step's text with its examples.
pub(super) fn reader_of(step: &Step, withheld: bool, world: &World) -> Reader {
    let mut reader = Reader::new(world.theme.clone());
    let example = |example: &Example| ReaderExample {
        code: example.code.text.clone(),
        output: if withheld { ReaderOutput::Withheld } else { expected(&example.outputs) },
        label: if withheld { String::new() } else { "F5 run".into() },
        course: None,
    };
    let title = Block::Heading { level: 2, text: Inlines::plain(&*step.title) };
    let blocks = std::iter::once(title).chain(step.body.0.iter().cloned());
    let examples = step.examples.iter().map(example).collect();
    reader.set_document(Document(blocks.collect()), examples);
    reader
}

/// What a lesson says that an example prints.
fn expected(outputs: &[ExpectedOutput]) -> ReaderOutput {
    let any = outputs.iter().find(|output| output.python.is_none()).or_else(|| outputs.last());
    any.map_or(ReaderOutput::None, |output| ReaderOutput::Expected(output.text.clone()))
}

/// Whole seconds since a time.
pub(super) fn seconds_since(since: Duration, world: &World) -> u32 {
    u32::try_from(world.now.saturating_sub(since).as_secs()).unwrap_or(u32::MAX)
}
