//! From events to what is known of each step.
//!
//! The fold sorts what it is given and drops what it has met before, so that any order and any repetition of the same
//! events gives the same state.

use std::collections::{BTreeMap, BTreeSet};

use super::event::{Answered, Attempt, Event, Rating, Scope, Seen, What};
use crate::domain::course::StepRef;

/// What is known of a reader's way through one pack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    steps: BTreeMap<StepRef, StepProgress>,
    last_opened: Option<StepRef>,
}

/// What is known of one step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StepProgress {
    /// The last time that it was finished: read, passed or answered.
    pub done: Option<Completion>,
    /// How many hints were uncovered.
    pub hints: u32,
    /// How often it was attempted.
    pub attempts: u32,
    /// How long it took, all in all.
    pub seconds: u64,
    /// Whether the solution was uncovered.
    pub solution_shown: bool,
    /// How often each known mistake or misconception came up.
    pub mistakes: BTreeMap<String, u32>,
    /// For each card, its ratings in order.
    pub cards: BTreeMap<String, Vec<Rated>>,
}

/// How a step was finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// What the step started from then (see [`super::starting_text`]).
    pub content: String,
    /// Whether the answer was right; always so for what was read or passed.
    pub right: bool,
}

/// One rating of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rated {
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// The rating.
    pub rating: Rating,
    /// The key points that were made, from 0.
    pub points: Vec<u32>,
}

impl Progress {
    /// Adds up the events of the pack with this key; all others are passed over.
    #[must_use]
    pub fn fold<'a>(key: &str, events: impl IntoIterator<Item = &'a Event>) -> Self {
        let events = in_order(events.into_iter().filter(|event| event.pack.key == key));
        let resets = resets(&events);
        let mut progress = Self::default();
        for event in events {
            if !resets.iter().any(|(scope, seen)| event.undone_by(scope, seen)) {
                progress.add(event);
            }
        }
        progress
    }

    /// What is known of a step, where anything is.
    #[must_use]
    pub fn step(&self, step: &StepRef) -> Option<&StepProgress> {
        self.steps.get(step)
    }

    /// Every step that something is known of, those among them that the pack no longer has.
    pub fn steps(&self) -> impl Iterator<Item = (&StepRef, &StepProgress)> {
        self.steps.iter()
    }

    /// Where the reader went last.
    #[must_use]
    pub fn last_opened(&self) -> Option<&StepRef> {
        self.last_opened.as_ref()
    }

    /// How long was spent in all, in seconds.
    #[must_use]
    pub fn seconds(&self) -> u64 {
        self.steps.values().fold(0, |sum, step| sum.saturating_add(step.seconds))
    }

    fn add(&mut self, event: &Event) {
        self.record(event.at, &event.what);
    }

    /// Adds what has just happened, later than all that is known; a reset needs a new fold and changes nothing here.
    pub fn record(&mut self, at: u64, what: &What) {
        let Some(name) = what.step() else { return };
        let step = self.steps.entry(name.clone()).or_default();
        match what {
            What::Opened { step } => self.last_opened = Some(step.clone()),
            What::Read { content, seconds, .. } => {
                step.finish(at, content, true);
                step.spend(*seconds);
            }
            What::Attempt(attempt) => step.attempt(at, attempt),
            What::Answered(answered) => step.answer(at, answered),
            What::CardRated { card, points, rating, .. } => {
                let rated = Rated { at, rating: *rating, points: points.clone() };
                step.cards.entry(card.clone()).or_default().push(rated);
            }
            What::HintShown { number, .. } => step.hints = step.hints.max(*number),
            What::SolutionShown { .. } => step.solution_shown = true,
            What::Reset { .. } => {}
        }
    }
}

impl StepProgress {
    fn attempt(&mut self, at: u64, attempt: &Attempt) {
        self.attempts = self.attempts.saturating_add(1);
        self.hints = self.hints.max(attempt.hints);
        self.spend(attempt.seconds);
        self.note(attempt.mistake.as_slice());
        if attempt.passed {
            self.finish(at, &attempt.content, true);
        }
    }

    fn answer(&mut self, at: u64, answered: &Answered) {
        self.attempts = self.attempts.saturating_add(answered.tries);
        self.hints = self.hints.max(answered.hints);
        self.spend(answered.seconds);
        self.note(&answered.misconceptions);
        self.finish(at, &answered.content, answered.right);
    }

    fn finish(&mut self, at: u64, content: &str, right: bool) {
        self.done = Some(Completion { at, content: content.to_owned(), right });
    }

    fn spend(&mut self, seconds: u32) {
        self.seconds = self.seconds.saturating_add(u64::from(seconds));
    }

    fn note(&mut self, mistakes: &[String]) {
        for mistake in mistakes {
            let count = self.mistakes.entry(mistake.clone()).or_default();
            *count = count.saturating_add(1);
        }
    }
}

/// Sorts events and drops all but one of each id.
fn in_order<'a>(events: impl Iterator<Item = &'a Event>) -> Vec<&'a Event> {
    let mut met = BTreeSet::new();
    // A set of whole events: if two of them bear one id (a forged or mended file), the same one is kept in any order.
    let sorted: BTreeSet<&Event> = events.collect();
    sorted.into_iter().filter(|event| met.insert(&event.id)).collect()
}

fn resets<'a>(events: &[&'a Event]) -> Vec<(&'a Scope, &'a Seen)> {
    events
        .iter()
        .filter_map(|event| match &event.what {
            What::Reset { scope, seen } => Some((scope, seen)),
            _ => None,
        })
        .collect()
}
