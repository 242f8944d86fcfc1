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
    /// How often its questions were answered for good.
    pub answers: u32,
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
    /// How many tries the answers took, those to all questions together; 0 for what was read or passed.
    pub tries: u32,
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
                step.finish(at, content);
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
            self.finish(at, &attempt.content);
        }
    }

    fn answer(&mut self, at: u64, answered: &Answered) {
        self.attempts = self.attempts.saturating_add(answered.tries);
        self.hints = self.hints.max(answered.hints);
        self.spend(answered.seconds);
        self.note(&answered.misconceptions);
        self.answers = self.answers.saturating_add(1);
        let content = answered.content.clone();
        self.done = Some(Completion { at, content, right: answered.right, tries: answered.tries });
    }

    fn finish(&mut self, at: u64, content: &str) {
        let content = content.to_owned();
        self.done = Some(Completion { at, content, right: true, tries: 0 });
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

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{Just, Strategy, any, prop_oneof};
    use proptest::sample::subsequence;
    use proptest::test_runner::{Config as ProptestConfig, RngSeed};
    use proptest::{prop_assert_eq, proptest};

    use super::super::event::{EventId, PackMark};
    use super::*;

    fn step(name: &str) -> StepRef {
        StepRef::new("decorators/wraps", name)
    }

    fn event(instance: &str, number: u64, sequence: u64, what: What) -> Event {
        let id = EventId { instance: instance.to_owned(), number };
        let pack = PackMark { key: "pykata".to_owned(), hash: "1".to_owned() };
        Event { sequence, id, at: 1_000 * sequence, pack, what }
    }

    fn read(name: &str) -> What {
        What::Read { step: step(name), content: "c".to_owned(), seconds: 10 }
    }

    fn attempt(name: &str, passed: bool) -> What {
        What::Attempt(Attempt {
            step: step(name),
            content: "c".to_owned(),
            objective: Some(1),
            passed,
            verdicts: Vec::new(),
            mistake: (!passed).then(|| "forgets-to-return".to_owned()),
            hints: 1,
            seconds: 30,
            text: "t".to_owned(),
        })
    }

    fn seen(entries: &[(&str, u64)]) -> Seen {
        entries.iter().map(|(instance, number)| ((*instance).to_owned(), *number)).collect()
    }

    fn any_what() -> impl Strategy<Value = What> {
        let name = prop_oneof![Just("a"), Just("b"), Just("c")];
        let any_seen = (0..8_u64, 0..8_u64).prop_map(|(x, y)| seen(&[("x-1-0", x), ("y-2-0", y)]));
        prop_oneof![
            name.clone().prop_map(|n| What::Opened { step: step(n) }),
            name.clone().prop_map(read),
            (name.clone(), any::<bool>()).prop_map(|(n, passed)| attempt(n, passed)),
            (name.clone(), 1..4_u32)
                .prop_map(|(n, number)| What::HintShown { step: step(n), number }),
            name.clone().prop_map(|n| What::SolutionShown { step: step(n) }),
            name.clone().prop_map(|n| What::CardRated {
                step: step(n),
                card: "why".to_owned(),
                points: vec![0],
                rating: Rating::Good,
            }),
            (name, any_seen.clone())
                .prop_map(|(n, seen)| What::Reset { scope: Scope::Step(step(n)), seen }),
            any_seen.prop_map(|seen| What::Reset { scope: Scope::Pack, seen }),
        ]
    }

    /// Events of two instances with clashing sequence numbers, and now and then one id for two events.
    fn any_events() -> impl Strategy<Value = Vec<Event>> {
        let one = (prop_oneof![Just("x-1-0"), Just("y-2-0")], 1..9_u64, 1..9_u64, any_what())
            .prop_map(|(instance, number, sequence, what)| event(instance, number, sequence, what));
        vec(one, 0..14)
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: RngSeed::Fixed(1),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn any_order_and_any_repetition_of_the_same_events_gives_the_same_state(
            (events, shuffled) in any_events().prop_flat_map(|events| {
                let n = events.len();
                let again = subsequence(events.clone(), 0..=n);
                let twice = again.prop_map({
                    let events = events.clone();
                    move |again| [events.clone(), again].concat()
                });
                (Just(events), twice.prop_shuffle())
            })
        ) {
            prop_assert_eq!(Progress::fold("pykata", &events), Progress::fold("pykata", &shuffled));
        }

        #[test]
        fn an_event_survives_being_written_and_read(what in any_what()) {
            let event = event("x-1-0", 3, 7, what);
            let text = serde_json::to_string(&event).unwrap();
            prop_assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event);
        }
    }

    #[test]
    fn what_a_reset_knew_of_stays_undone_in_whatever_union() {
        let before = event("x-1-0", 1, 1, attempt("a", true));
        let elsewhere = event("y-2-0", 1, 2, read("b"));
        let what = What::Reset { scope: Scope::Pack, seen: seen(&[("x-1-0", 1)]) };
        let reset = event("x-1-0", 2, 3, what);
        let late_copy = before.clone();
        let progress = Progress::fold("pykata", &[reset, elsewhere, late_copy, before]);
        assert_eq!(progress.step(&step("a")), None);
        assert!(progress.step(&step("b")).is_some_and(|b| b.done.is_some()));
    }

    #[test]
    fn what_follows_a_reset_counts() {
        let events = [
            event("x-1-0", 1, 1, attempt("a", true)),
            event("x-1-0", 2, 2, What::Reset { scope: Scope::Pack, seen: seen(&[("x-1-0", 1)]) }),
            event("x-1-0", 3, 3, attempt("a", false)),
        ];
        let progress = Progress::fold("pykata", &events);
        let a = progress.step(&step("a")).unwrap();
        assert_eq!((a.attempts, &a.done), (1, &None));
    }

    #[test]
    fn a_failed_attempt_after_a_pass_takes_nothing_away() {
        let events =
            [event("x-1-0", 1, 1, attempt("a", true)), event("x-1-0", 2, 2, attempt("a", false))];
        let progress = Progress::fold("pykata", &events);
        let a = progress.step(&step("a")).unwrap();
        assert_eq!((a.attempts, a.seconds, a.hints), (2, 60, 1));
        assert_eq!(a.done.as_ref().map(|done| done.at), Some(1_000));
        assert_eq!(a.mistakes.get("forgets-to-return"), Some(&1));
    }

    #[test]
    fn the_last_opened_step_follows_the_sequence_and_not_the_clock() {
        let mut first = event("x-1-0", 1, 1, What::Opened { step: step("a") });
        first.at = u64::MAX;
        let second = event("y-2-0", 1, 2, What::Opened { step: step("b") });
        let progress = Progress::fold("pykata", &[second, first]);
        assert_eq!(progress.last_opened(), Some(&step("b")));
    }

    #[test]
    fn events_of_another_pack_are_passed_over() {
        let mut other = event("x-1-0", 1, 1, read("a"));
        other.pack.key = "pykata@12345678".to_owned();
        assert_eq!(Progress::fold("pykata", &[other]), Progress::default());
    }

    #[test]
    fn sums_at_their_limit_stay_there() {
        let long = |n| {
            event(
                "x-1-0",
                n,
                n,
                What::Read { step: step("a"), content: String::new(), seconds: u32::MAX },
            )
        };
        let progress = Progress::fold("pykata", &[long(1), long(2)]);
        assert_eq!(progress.seconds(), 2 * u64::from(u32::MAX));
    }
}
