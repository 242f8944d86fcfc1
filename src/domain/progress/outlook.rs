//! Progress held against a pack: what is done of it, and where to go on.

use std::collections::BTreeSet;

use super::digest::starting_text;
use super::fold::{Progress, StepProgress};
use crate::domain::course::{Kind, Lesson, Pack, Part, Step, StepOutline, StepRef, Track};

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
    pub fn step_state(&self, lesson: &Lesson, step: &StepOutline) -> StepState {
        match self.known(lesson, step) {
            None => StepState::Untouched,
            Some(known) if is_done(known, step) => StepState::Done,
            Some(_) => StepState::Started,
        }
    }

    /// Whether the step of an id is done.
    #[must_use]
    pub fn is_done(&self, lesson: &Lesson, id: &str) -> bool {
        let step = lesson.step_outline(id);
        step.is_some_and(|step| self.step_state(lesson, step) == StepState::Done)
    }

    /// Whether a step was done, and starts from another text since.
    #[must_use]
    pub fn changed_since(&self, lesson: &Lesson, step: &Step) -> bool {
        self.step(&StepRef::new(&*lesson.id, &*step.id))
            .and_then(|known| known.done.as_ref())
            .is_some_and(|done| done.content != starting_text(step))
    }

    /// How far a lesson is.
    #[must_use]
    pub fn lesson_state(&self, lesson: &Lesson) -> LessonState {
        let states = || lesson.steps.outline().iter().map(|step| self.step_state(lesson, step));
        if states().all(|state| state == StepState::Untouched) {
            LessonState::Untouched
        } else if states().all(|state| state == StepState::Done) {
            LessonState::Done
        } else {
            LessonState::Started
        }
    }

    /// Counts what is done of some lessons; check-ups and cheat sheets are none.
    #[must_use]
    pub fn counts<'a>(&self, lessons: impl IntoIterator<Item = &'a Lesson>) -> Counts {
        let mut counts = Counts::default();
        for lesson in lessons.into_iter().filter(|lesson| lesson.part == Part::Lesson) {
            counts.lessons += 1;
            counts.lessons_done += usize::from(self.lesson_state(lesson) == LessonState::Done);
            let steps = lesson.steps.outline().iter();
            for step in steps.filter(|step| step.kind.is_exercise()) {
                counts.exercises += 1;
                let done = self.step_state(lesson, step) == StepState::Done;
                counts.exercises_done += usize::from(done);
            }
        }
        counts
    }

    /// Where "Continue" leads: to the last opened step while its lesson is not done; then to the first unfinished step of
    /// the next lesson, and first of all to what that lesson requires. Check-ups are offered, and nobody is sent to one.
    /// None when all is done.
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
            .find(|lesson| lesson.part == Part::Lesson && !self.settled(pack, lesson))?;
        self.first_unfinished(self.required_first(pack, lesson))
    }

    /// Whether a lesson can be skipped: in its track's check-up, each question that stands for it was right at once
    /// when it was asked last.
    #[must_use]
    pub fn tested_out(&self, pack: &Pack, lesson: &Lesson) -> bool {
        let track = pack.tracks.iter().find(|track| track.id == lesson.track());
        let Some(check_up) = track.and_then(Track::check_up) else { return false };
        let stands_for =
            |step: &&StepOutline| step.settles.iter().any(|name| *name == *lesson.name());
        let mut questions = check_up.steps.outline().iter().filter(stands_for).peekable();
        questions.peek().is_some()
            && questions.all(|step| {
                self.known(check_up, step).and_then(|known| known.done.as_ref()).is_some_and(
                    |done| {
                        done.right
                            && usize::try_from(done.tries).is_ok_and(|it| it == step.questions)
                    },
                )
            })
    }

    fn settled(&self, pack: &Pack, lesson: &Lesson) -> bool {
        self.finished(lesson) || self.tested_out(pack, lesson)
    }

    fn known(&self, lesson: &Lesson, step: &StepOutline) -> Option<&StepProgress> {
        self.step(&StepRef::new(&*lesson.id, &*step.id))
    }

    fn resume(&self, pack: &Pack, last: &StepRef) -> Option<StepRef> {
        let lesson = pack.lesson(&last.lesson).filter(|lesson| !self.finished(lesson))?;
        if lesson.step_outline(&last.step).is_some() {
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
            .find(|required| !self.settled(pack, required) && !met.contains(&*required.id))
        {
            met.insert(&required.id);
            lesson = required;
        }
        lesson
    }

    fn first_unfinished(&self, lesson: &Lesson) -> Option<StepRef> {
        lesson
            .steps
            .outline()
            .iter()
            .find(|step| self.step_state(lesson, step) != StepState::Done)
            .map(|step| StepRef::new(&*lesson.id, &*step.id))
    }

    /// Like being done, but for a lesson without steps and for a cheat sheet, which nobody is sent to.
    fn finished(&self, lesson: &Lesson) -> bool {
        lesson.is_cheat_sheet() || self.first_unfinished(lesson).is_none()
    }
}

fn is_done(known: &StepProgress, step: &StepOutline) -> bool {
    match step.kind {
        Kind::Cards => step.cards.iter().all(|card| known.cards.contains_key(card)),
        _ => known.done.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::{Answered, Event, EventId, PackMark, Rating, What};
    use super::*;
    use crate::domain::clean::Clean;
    use crate::domain::course::{Card, Task, Track};
    use crate::domain::document::{Document, Inlines};
    use crate::domain::exercise::{Choice, Question};
    use crate::domain::place::Place;

    fn place() -> Place {
        Place::new("a.md", 1, 1)
    }

    fn step(id: &str, task: Task) -> Step {
        Step {
            id: id.to_owned(),
            title: Clean::line(id),
            place: place(),
            objective: None,
            covers: Vec::new(),
            continues: None,
            settles: Vec::new(),
            variants: Vec::new(),
            body: Document::default(),
            examples: Vec::new(),
            task,
        }
    }

    fn question(text: &str) -> Task {
        let choice =
            Choice { text: Inlines::plain("yes"), right: true, why: None, misconception: None };
        Task::Choice(vec![Question {
            id: "q".to_owned(),
            place: place(),
            text: Inlines::plain(text),
            choices: vec![choice],
        }])
    }

    fn cards(ids: &[&str]) -> Task {
        let card = |id: &&str| Card {
            id: (*id).to_owned(),
            place: place(),
            question: Inlines::plain(id),
            points: Vec::new(),
        };
        Task::Cards(ids.iter().map(card).collect())
    }

    fn lesson(id: &str, requires: &[&str], steps: Vec<Step>) -> Lesson {
        Lesson {
            id: id.to_owned(),
            file: "a.md".into(),
            title: Clean::line(id),
            summary: Clean::default(),
            objectives: Vec::new(),
            requires: requires.iter().map(|id| (*id).to_owned()).collect(),
            minutes: 10,
            python: None,
            part: Part::Lesson,
            steps: steps.into(),
        }
    }

    fn pack(lessons: Vec<Lesson>) -> Pack {
        let track = Track {
            id: "t".to_owned(),
            title: Clean::default(),
            summary: Clean::default(),
            goal: Clean::default(),
            lessons,
        };
        Pack {
            id: "pykata".to_owned(),
            title: Clean::default(),
            version: Clean::default(),
            licence: Clean::default(),
            authors: vec![Clean::line("Ada")],
            python: None,
            tracks: vec![track],
            hash: "1".to_owned(),
        }
    }

    /// Three lessons of two reading steps each; the last requires the second, the second the third of another pack.
    fn course() -> Pack {
        let steps = || vec![step("one", Task::Read), step("two", Task::Read)];
        pack(vec![
            lesson("t/a", &[], steps()),
            lesson("t/b", &["elsewhere/z"], steps()),
            lesson("t/c", &["t/b"], steps()),
        ])
    }

    fn progress(pack: &Pack, done: &[What]) -> Progress {
        let event = |(n, what): (usize, &What)| Event {
            sequence: n as u64 + 1,
            id: EventId { instance: "x-1-0".to_owned(), number: n as u64 + 1 },
            at: 0,
            pack: PackMark::builtin(pack),
            what: what.clone(),
        };
        let events: Vec<Event> = done.iter().enumerate().map(event).collect();
        Progress::fold("pykata", &events)
    }

    fn name(text: &str) -> StepRef {
        StepRef::parse(text).unwrap()
    }

    fn read(text: &str) -> What {
        What::Read { step: name(text), content: starting_text(&step("x", Task::Read)), seconds: 0 }
    }

    fn opened(text: &str) -> What {
        What::Opened { step: name(text) }
    }

    fn answered(text: &str, content: String) -> What {
        What::Answered(Answered {
            step: name(text),
            content,
            objective: None,
            tries: 2,
            right: false,
            misconceptions: Vec::new(),
            hints: 0,
            seconds: 0,
        })
    }

    #[test]
    fn a_lesson_goes_from_untouched_over_started_to_done() {
        let course = course();
        let state =
            |done: &[What]| progress(&course, done).lesson_state(&course.tracks[0].lessons[0]);
        assert_eq!(state(&[]), LessonState::Untouched);
        assert_eq!(state(&[opened("t/a#one")]), LessonState::Started);
        assert_eq!(state(&[read("t/a#one")]), LessonState::Started);
        assert_eq!(state(&[read("t/a#one"), read("t/a#two")]), LessonState::Done);
    }

    #[test]
    fn a_course_begins_at_its_first_step_and_ends_with_none() {
        let course = course();
        assert_eq!(progress(&course, &[]).next_step(&course), Some(name("t/a#one")));
        let all: Vec<What> = ["t/a", "t/b", "t/c"]
            .iter()
            .flat_map(|id| [read(&format!("{id}#one")), read(&format!("{id}#two"))])
            .collect();
        assert_eq!(progress(&course, &all).next_step(&course), None);
    }

    #[test]
    fn continue_goes_back_to_the_last_opened_step_of_an_unfinished_lesson() {
        let course = course();
        let done = [opened("t/b#one"), read("t/b#one"), opened("t/b#two"), opened("t/b#one")];
        assert_eq!(progress(&course, &done).next_step(&course), Some(name("t/b#one")));
    }

    #[test]
    fn continue_follows_what_the_next_lesson_requires() {
        let course = course();
        let a_done = [opened("t/a#two"), read("t/a#one"), read("t/a#two")];
        assert_eq!(progress(&course, &a_done).next_step(&course), Some(name("t/b#one")));
        // After the last lesson it wraps to the first, and after `a` comes what `c` requires, not `c`.
        let mut course = course;
        course.tracks[0].lessons.swap(1, 2);
        assert_eq!(progress(&course, &a_done).next_step(&course), Some(name("t/b#one")));
        let c_done = [opened("t/c#two"), read("t/c#one"), read("t/c#two")];
        assert_eq!(progress(&course, &c_done).next_step(&course), Some(name("t/b#one")));
    }

    #[test]
    fn lessons_that_require_each_other_still_lead_somewhere() {
        let steps = || vec![step("one", Task::Read)];
        let course = pack(vec![lesson("t/a", &["t/b"], steps()), lesson("t/b", &["t/a"], steps())]);
        assert!(progress(&course, &[]).next_step(&course).is_some());
    }

    #[test]
    fn a_last_opened_step_that_the_pack_no_longer_has_leads_to_its_lesson() {
        let course = course();
        let done = [opened("t/b#gone")];
        assert_eq!(progress(&course, &done).next_step(&course), Some(name("t/b#one")));
    }

    #[test]
    fn lessons_without_steps_hold_nobody_up() {
        let course = pack(vec![
            lesson("t/a", &[], Vec::new()),
            lesson("t/b", &[], vec![step("one", Task::Read)]),
        ]);
        assert_eq!(progress(&course, &[]).next_step(&course), Some(name("t/b#one")));
    }

    #[test]
    fn a_done_exercise_stays_done_and_says_that_it_changed() {
        let old = step("q", question("Is it lazy?"));
        let new = step("q", question("Is it really lazy?"));
        let course = pack(vec![lesson("t/a", &[], vec![new])]);
        let lesson = &course.tracks[0].lessons[0];
        let with = |content| progress(&course, &[answered("t/a#q", content)]);
        let changed = with(starting_text(&old));
        assert_eq!(changed.step_state(lesson, &lesson.steps.outline()[0]), StepState::Done);
        assert!(changed.changed_since(lesson, &lesson.steps[0]));
        let same = with(starting_text(&lesson.steps[0]));
        assert!(!same.changed_since(lesson, &lesson.steps[0]));
    }

    #[test]
    fn a_step_of_cards_is_done_when_each_card_was_rated() {
        let course = pack(vec![lesson("t/a", &[], vec![step("cards", cards(&["x", "y"]))])]);
        let lesson = &course.tracks[0].lessons[0];
        let rated = |card: &str| What::CardRated {
            step: name("t/a#cards"),
            card: card.to_owned(),
            points: vec![],
            rating: Rating::Good,
        };
        let state =
            |done: &[What]| progress(&course, done).step_state(lesson, &lesson.steps.outline()[0]);
        assert_eq!(state(&[rated("x"), rated("x")]), StepState::Started);
        assert_eq!(state(&[rated("x"), rated("y")]), StepState::Done);
    }

    /// A check-up with one question for each of two lessons.
    fn checked_course() -> Pack {
        let asks = |id: &str, settles: &[&str]| Step {
            settles: settles.iter().map(|name| (*name).to_owned()).collect(),
            ..step(id, question(id))
        };
        let check_up = vec![asks("q1", &["a"]), asks("q2", &["a", "b"])];
        let reading = |id: &str| lesson(id, &[], vec![step("one", Task::Read)]);
        let check_up = Lesson { part: Part::CheckUp, ..lesson("t/check-up", &[], check_up) };
        pack(vec![check_up, reading("t/a"), reading("t/b"), reading("t/c")])
    }

    fn tried(text: &str, tries: u32, right: bool) -> What {
        let What::Answered(answered) = answered(text, String::new()) else { panic!("no answer") };
        What::Answered(Answered { tries, right, ..answered })
    }

    #[test]
    fn a_lesson_is_settled_by_all_that_stands_for_it_being_right_at_once() {
        let course = checked_course();
        let lessons = &course.tracks[0].lessons;
        let out = |done: &[What]| {
            let progress = progress(&course, done);
            [1, 2, 3].map(|n| progress.tested_out(&course, &lessons[n]))
        };
        let (q1, q2) = ("t/check-up#q1", "t/check-up#q2");
        assert_eq!(out(&[]), [false; 3]);
        assert_eq!(out(&[tried(q1, 1, true)]), [false; 3]);
        assert_eq!(out(&[tried(q2, 1, true)]), [false, true, false]);
        assert_eq!(out(&[tried(q1, 1, true), tried(q2, 1, true)]), [true, true, false]);
        assert_eq!(out(&[tried(q1, 2, true), tried(q2, 1, true)]), [false, true, false]);
        let again = [tried(q1, 1, true), tried(q2, 1, true), tried(q2, 2, false)];
        assert_eq!(out(&again), [false; 3], "the newest answer counts");
    }

    #[test]
    fn continue_passes_over_what_is_settled_and_opens_nothing_of_it() {
        let course = checked_course();
        let done = [tried("t/check-up#q1", 1, true), tried("t/check-up#q2", 1, true)];
        assert_eq!(progress(&course, &done).next_step(&course), Some(name("t/c#one")));
    }

    #[test]
    fn counts_tell_lessons_and_exercises_apart() {
        let course = pack(vec![
            lesson("t/a", &[], vec![step("r", Task::Read), step("q", question("?"))]),
            lesson("t/b", &[], vec![step("r", Task::Read)]),
        ]);
        let done = [answered("t/a#q", String::new()), read("t/b#r")];
        let counts = progress(&course, &done).counts(course.lessons());
        let expected = Counts { lessons_done: 1, lessons: 2, exercises_done: 1, exercises: 1 };
        assert_eq!(counts, expected);
    }

    #[test]
    fn a_folder_pack_shares_progress_only_with_itself() {
        let builtin = course();
        let mut other = course();
        assert_eq!(PackMark::folder(&other, &builtin).key, "pykata");
        other.hash = "2".to_owned();
        let mark = PackMark::folder(&other, &builtin);
        assert!(mark.key.starts_with("pykata@") && mark.id() == "pykata", "{}", mark.key);
        other.hash = "3".to_owned();
        other.title = Clean::line("Mended");
        assert_eq!(PackMark::folder(&other, &builtin).key, mark.key);
        other.authors = vec![Clean::line("Grace")];
        assert_ne!(PackMark::folder(&other, &builtin).key, mark.key);
    }
}
