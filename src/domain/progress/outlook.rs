//! Progress held against a pack: what is done of it, and where to go on.

use std::collections::BTreeSet;

use super::digest::starting_text;
use super::fold::{Progress, StepProgress};
use crate::domain::course::{Lesson, Pack, Step, StepRef, Task};

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepState {
    /// Nothing is known of it.
    Untouched,
    /// It was opened or attempted.
    Started,
    /// It was read, passed or answered, or each of its cards was rated. It stays so when its starting text changes.
    Done,
}

/// How far a lesson is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LessonState {
    /// None of its steps was touched (○).
    Untouched,
    /// Some step was (◐).
    Started,
    /// All its steps are done (●).
    Done,
}

/// How much of a pack, a track or a lesson is done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lessons of which every step is done.
    pub lessons_done: usize,
    /// All lessons.
    pub lessons: usize,
    /// Exercises that are done: passed, or answered for good.
    pub exercises_done: usize,
    /// All exercises.
    pub exercises: usize,
}

impl Progress {
    /// How far a step is.
    #[must_use]
    pub fn step_state(&self, lesson: &Lesson, step: &Step) -> StepState {
        match self.known(lesson, step) {
            None => StepState::Untouched,
            Some(known) if is_done(known, step) => StepState::Done,
            Some(_) => StepState::Started,
        }
    }

    /// Whether a step was done, and starts from another text since.
    #[must_use]
    pub fn changed_since(&self, lesson: &Lesson, step: &Step) -> bool {
        self.known(lesson, step)
            .and_then(|known| known.done.as_ref())
            .is_some_and(|done| done.content != starting_text(step))
    }

    /// How far a lesson is.
    #[must_use]
    pub fn lesson_state(&self, lesson: &Lesson) -> LessonState {
        let states = || lesson.steps.iter().map(|step| self.step_state(lesson, step));
        if states().all(|state| state == StepState::Untouched) {
            LessonState::Untouched
        } else if states().all(|state| state == StepState::Done) {
            LessonState::Done
        } else {
            LessonState::Started
        }
    }

    /// Counts what is done of some lessons.
    #[must_use]
    pub fn counts<'a>(&self, lessons: impl IntoIterator<Item = &'a Lesson>) -> Counts {
        let mut counts = Counts::default();
        for lesson in lessons {
            counts.lessons += 1;
            counts.lessons_done += usize::from(self.lesson_state(lesson) == LessonState::Done);
            for step in lesson.steps.iter().filter(|step| step.kind().is_exercise()) {
                counts.exercises += 1;
                let done = self.step_state(lesson, step) == StepState::Done;
                counts.exercises_done += usize::from(done);
            }
        }
        counts
    }

    /// Where "Continue" leads: to the last opened step while its lesson is not done; then to the first unfinished step of
    /// the next lesson, and first of all to what that lesson requires. None when all is done.
    #[must_use]
    pub fn next_step(&self, pack: &Pack) -> Option<StepRef> {
        let last = self.last_opened();
        if let Some(step) = last.and_then(|name| self.resume(pack, name)) {
            return Some(step);
        }
        let lessons: Vec<&Lesson> = pack.lessons().collect();
        let after = last
            .and_then(|name| lessons.iter().position(|lesson| lesson.id == name.lesson))
            .map_or(0, |place| place + 1);
        let lesson = lessons[after..]
            .iter()
            .chain(&lessons[..after])
            .find(|lesson| !self.finished(lesson))?;
        self.first_unfinished(self.required_first(pack, lesson))
    }

    fn known(&self, lesson: &Lesson, step: &Step) -> Option<&StepProgress> {
        self.step(&StepRef::new(&*lesson.id, &*step.id))
    }

    fn resume(&self, pack: &Pack, last: &StepRef) -> Option<StepRef> {
        let lesson = pack.lesson(&last.lesson).filter(|lesson| !self.finished(lesson))?;
        if lesson.step(&last.step).is_some() {
            Some(last.clone())
        } else {
            self.first_unfinished(lesson)
        }
    }

    /// Follows `requires` to a lesson that is not done and whose own requirements are; a cycle ends where it began.
    fn required_first<'a>(&self, pack: &'a Pack, lesson: &'a Lesson) -> &'a Lesson {
        let mut met = BTreeSet::from([&*lesson.id]);
        let mut lesson = lesson;
        while let Some(required) = lesson
            .requires
            .iter()
            .filter_map(|id| pack.lesson(id))
            .find(|required| !self.finished(required) && !met.contains(&*required.id))
        {
            met.insert(&required.id);
            lesson = required;
        }
        lesson
    }

    fn first_unfinished(&self, lesson: &Lesson) -> Option<StepRef> {
        lesson
            .steps
            .iter()
            .find(|step| self.step_state(lesson, step) != StepState::Done)
            .map(|step| StepRef::new(&*lesson.id, &*step.id))
    }

    /// Like being done, but for a lesson without steps, which nobody can be sent to.
    fn finished(&self, lesson: &Lesson) -> bool {
        self.first_unfinished(lesson).is_none()
    }
}

fn is_done(known: &StepProgress, step: &Step) -> bool {
    match &step.task {
        Task::Cards(cards) => cards.iter().all(|card| known.cards.contains_key(&card.id)),
        _ => known.done.is_some(),
    }
}
