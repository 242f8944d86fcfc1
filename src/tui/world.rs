//! What every page may look at: the pack, the progress, the size of the screen, the time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ratatui::layout::{Rect, Size};

use crate::domain::course::{Lesson, Pack, Part, Step, StepRef, Track};
use crate::domain::progress::{Counts, Progress, StepState, What};
use crate::domain::run::Limits;

use super::effect::{Effect, Ticket};
use super::popups::Confirm;
use super::theme::Theme;

/// The smallest screen that everything works on, in columns and rows.
pub const SMALLEST: Size = Size { width: 40, height: 12 };

/// What is the same for every page.
#[derive(Debug)]
pub struct World {
    /// What is taught.
    pub pack: Arc<Pack>,
    /// Whether it is another pack than the one that is compiled into the program.
    pub is_foreign: bool,
    /// How far the reader is.
    pub progress: Progress,
    /// How much of the pack is done.
    pub counts: Counts,
    /// How meanings look.
    pub theme: Theme,
    /// The size of the screen, in columns and rows.
    pub size: Size,
    /// The time since the program began.
    pub now: Duration,
    /// The time of the day when the program began, in milliseconds since 1970.
    pub began_at: u64,
    /// What programs may use.
    pub limits: Limits,
    /// What was typed in this session, for each step: newer than any file.
    pub drafts: HashMap<StepRef, String>,
    /// How many saves of each draft are not answered yet.
    pub saving: HashMap<StepRef, usize>,
    /// The ticket of the newest work.
    pub ticket: Ticket,
}

impl World {
    /// Makes a ticket that no older answer bears.
    pub fn next_ticket(&mut self) -> Ticket {
        self.ticket += 1;
        self.ticket
    }

    /// Adds a piece of progress to what is known.
    pub fn record(&mut self, what: &What) {
        let at = self.clock();
        self.progress.record(at, what);
        self.count();
    }

    /// Counts anew how much of the pack is done.
    pub fn count(&mut self) {
        self.counts = self.progress.counts(self.pack.lessons());
    }

    /// Notes that a draft is on the disk, as it was at the oldest save that is not answered.
    pub fn was_saved(&mut self, step: &StepRef) {
        if let Some(waiting) = self.saving.get_mut(step) {
            *waiting -= 1;
            if *waiting == 0 {
                self.saving.remove(step);
            }
        }
    }

    /// Where a page stands, between the bars.
    pub fn body(&self) -> Rect {
        super::app::bars(Rect::new(0, 0, self.size.width, self.size.height)).1
    }

    /// The time of the day, in milliseconds since 1970.
    pub fn clock(&self) -> u64 {
        let passed = u64::try_from(self.now.as_millis()).unwrap_or(u64::MAX);
        self.began_at.saturating_add(passed)
    }

    /// The lesson at a place, with its track. Nothing is read for it.
    pub fn lesson(&self, at: Spot) -> Option<(&Track, &Lesson)> {
        let track = self.pack.tracks.get(at.track)?;
        Some((track, track.lessons.get(at.lesson)?))
    }

    /// The step at a place, with its lesson and its track.
    pub fn find(&self, at: Spot) -> Option<(&Track, &Lesson, &Step)> {
        let (track, lesson) = self.lesson(at)?;
        Some((track, lesson, lesson.steps.get(at.step)?))
    }

    /// The place of a step's name; of a lesson's first step where it has no such step.
    pub fn spot(&self, name: &StepRef) -> Option<Spot> {
        for (t, track) in self.pack.tracks.iter().enumerate() {
            if let Some(l) = track.lessons.iter().position(|lesson| lesson.id == name.lesson) {
                let steps = track.lessons[l].steps.outline();
                let step = steps.iter().position(|step| step.id == name.step).unwrap_or(0);
                return (!steps.is_empty()).then_some(Spot { track: t, lesson: l, step });
            }
        }
        None
    }

    /// Where a lesson is opened: at its first step that is not done, or at the beginning.
    pub fn first_open_step(&self, track: usize, lesson: usize) -> Option<Spot> {
        let it = self.pack.tracks.get(track)?.lessons.get(lesson)?;
        let open = |step| self.progress.step_state(it, step) != StepState::Done;
        let steps = it.steps.outline();
        let step = steps.iter().position(open).unwrap_or(0);
        (!steps.is_empty()).then_some(Spot { track, lesson, step })
    }

    /// The first step of the lesson after this one, in reading order; check-ups, what they have settled, and cheat sheets
    /// are passed over.
    pub fn lesson_after(&self, at: Spot) -> Option<Spot> {
        let mut spots = self.pack.tracks.iter().enumerate().flat_map(|(track, it)| {
            (0..it.lessons.len()).map(move |lesson| Spot { track, lesson, step: 0 })
        });
        spots.find(|spot| {
            let is_after = (spot.track, spot.lesson) > (at.track, at.lesson);
            let found = self.lesson(*spot).filter(|_| is_after);
            found.is_some_and(|(_, lesson)| {
                lesson.part == Part::Lesson && !self.progress.tested_out(&self.pack, lesson)
            })
        })
    }
}

/// A step by its place in the pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// The track.
    pub track: usize,
    /// The lesson in its track.
    pub lesson: usize,
    /// The step in its lesson.
    pub step: usize,
}

/// What a page asks of the screen around it.
#[derive(Debug)]
pub enum Ask {
    /// Something to be done outside.
    Do(Effect),
    /// What comes after this step.
    GoOn,
    /// Another step.
    Open(Spot),
    /// The end of the lesson whose last step this is.
    LessonEnd(Spot),
    /// The list of lessons, where this step's lesson is chosen.
    Home(Option<Spot>),
    /// A question to the reader before something is done.
    Confirm(Confirm),
    /// A piece of progress to keep.
    Record(What),
    /// A short notice in the bar at the bottom.
    Tell(String),
}
