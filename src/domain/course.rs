//! A course as its reader meets it: pack, tracks, lessons, steps.

use std::fmt;
use std::sync::Arc;

mod steps;

use serde::{Deserialize, Serialize};

pub use self::steps::{ReadSteps, StepOutline, Steps};
use super::check::Check;
use super::clean::Clean;
use super::document::{Document, Inlines};
use super::exercise::{CodeTask, Example, Predict, Question};
use super::place::Place;

/// The lesson format that this program reads.
pub const FORMAT: u32 = 1;

/// A pack: tracks of lessons with one title.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pack {
    /// Its id, which progress hangs on.
    pub id: String,
    /// Its title.
    pub title: Clean,
    /// Its version, as the author writes it.
    pub version: Clean,
    /// Its licence, as an SPDX expression.
    pub licence: Clean,
    /// Its authors.
    pub authors: Vec<Clean>,
    /// The Python versions it is for.
    pub python: Option<PythonRange>,
    /// Its tracks, in order.
    pub tracks: Vec<Track>,
    /// A hash of everything in it, as hex digits: equal content has an equal hash.
    pub hash: String,
}

/// A track: lessons in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Track {
    /// Its id, the name of its folder.
    pub id: String,
    /// Its title.
    pub title: Clean,
    /// What it is about, in one line.
    pub summary: Clean,
    /// What a reader can do after it, completing "after this track you can …".
    pub goal: Clean,
    /// Its lessons, in file-name order; not among what is written down of it.
    #[serde(skip)]
    pub lessons: Vec<Lesson>,
}

/// A lesson: one Markdown file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lesson {
    /// Its id, as `track/name`.
    pub id: String,
    /// Its file inside the pack.
    pub file: Arc<str>,
    /// Its title.
    pub title: Clean,
    /// What it is about, in one or two sentences.
    pub summary: Clean,
    /// What a reader can do after it.
    pub objectives: Vec<Clean>,
    /// Ids of the lessons that come before it.
    pub requires: Vec<String>,
    /// How long it takes.
    pub minutes: u32,
    /// The Python versions it is for.
    pub python: Option<PythonRange>,
    /// What it is to its track.
    pub part: Part,
    /// Its steps, the first is `intro` where text stands before the first heading.
    pub steps: Steps,
}

/// What a lesson is to its track.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Something to learn.
    #[default]
    Lesson,
    /// Asks what is known of the track, before it or after it.
    CheckUp,
    /// One page to look things up; nothing to be done, so it counts nowhere.
    CheatSheet,
}

/// A step: what one heading holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its id, unique in its lesson.
    pub id: String,
    /// Its title.
    pub title: Clean,
    /// Where it begins.
    pub place: Place,
    /// The objective it serves, from 1.
    pub objective: Option<u32>,
    /// Claims and facts of the curriculum that it shows, such as `12` and `E2`.
    pub covers: Vec<String>,
    /// The earlier step whose last passing text it starts from.
    pub continues: Option<String>,
    /// Names of the lessons of its track that are settled where it is right at once; in a check-up alone.
    pub settles: Vec<String>,
    /// The same question in other forms, each asked in its turn.
    pub variants: Vec<Step>,
    /// What the reader reads. [`super::document::Block::Example`] names an example by index.
    pub body: Document,
    /// The examples, in order.
    pub examples: Vec<Example>,
    /// What the reader is asked to do.
    pub task: Task,
}

/// The kind of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Reads, runs and edits the examples.
    Read,
    /// Writes code from a stub.
    Write,
    /// Mends a bug.
    Fix,
    /// Fills blanks.
    Fill,
    /// Makes working code better.
    Refactor,
    /// Puts lines in order.
    Order,
    /// Writes tests.
    Test,
    /// Adds or mends annotations.
    Types,
    /// Says what a program prints, and why.
    Predict,
    /// Picks answers.
    Choice,
    /// Explains, and compares with the key points.
    Cards,
}

impl Kind {
    /// The word that stands as a class of a heading; `read` for a step without one.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Fix => "fix",
            Self::Fill => "fill",
            Self::Refactor => "refactor",
            Self::Order => "order",
            Self::Test => "test",
            Self::Types => "types",
            Self::Predict => "predict",
            Self::Choice => "choice",
            Self::Cards => "cards",
        }
    }

    /// Whether the learner's answer is code.
    #[must_use]
    pub fn is_code(self) -> bool {
        matches!(
            self,
            Self::Write
                | Self::Fix
                | Self::Fill
                | Self::Refactor
                | Self::Order
                | Self::Test
                | Self::Types
        )
    }

    /// Whether it counts as an exercise: something that can be right or wrong.
    #[must_use]
    pub fn is_exercise(self) -> bool {
        !matches!(self, Self::Read | Self::Cards)
    }
}

/// What a step asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Task {
    /// Reading, with examples to run and edit.
    Read,
    /// Code to write or change (`.write`, `.fix`, `.fill`, `.refactor`, `.order`, `.test`, `.types`).
    Code(Kind, Box<CodeTask>),
    /// A prediction.
    Predict(Box<Predict>),
    /// One or more questions.
    Choice(Vec<Question>),
    /// Cards to explain.
    Cards(Vec<Card>),
}

/// A question whose answer is explained in mind or in writing.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// Its id, unique in its lesson.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// The question.
    pub question: Inlines,
    /// What a strong answer makes clear.
    pub points: Vec<Inlines>,
}

/// A step of a course, by name: `decorators/keep-the-name#two-views`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepRef {
    /// The lesson's id, as `track/name`.
    pub lesson: String,
    /// The step's id.
    pub step: String,
}

impl StepRef {
    /// Makes a name from its parts.
    #[must_use]
    pub fn new(lesson: impl Into<String>, step: impl Into<String>) -> Self {
        Self { lesson: lesson.into(), step: step.into() }
    }

    /// Reads `track/name#step`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (lesson, step) = text.split_once('#')?;
        (lesson.contains('/') && !step.is_empty()).then(|| Self::new(lesson, step))
    }
}

impl fmt::Display for StepRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.lesson, self.step)
    }
}

/// A minor version of Python 3, as in 3.12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PythonVersion(pub u8);

impl fmt::Display for PythonVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "3.{}", self.0)
    }
}

/// A range of Python versions, written as in `>=3.12`, `<3.13` or `>=3.11,<3.13`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PythonRange {
    /// The first version in it.
    pub from: Option<PythonVersion>,
    /// The first version past it.
    pub before: Option<PythonVersion>,
}

impl PythonRange {
    /// Whether a version is in it.
    #[must_use]
    pub fn holds(&self, version: PythonVersion) -> bool {
        self.from.is_none_or(|from| version >= from)
            && self.before.is_none_or(|before| version < before)
    }

    /// Reads comma-separated `>=3.N` and `<3.N`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut range = Self::default();
        for part in text.split(',').map(str::trim) {
            let (slot, number) = if let Some(rest) = part.strip_prefix(">=") {
                (&mut range.from, rest)
            } else {
                (&mut range.before, part.strip_prefix('<')?)
            };
            let minor = number.trim().strip_prefix("3.")?.parse().ok()?;
            if slot.replace(PythonVersion(minor)).is_some() {
                return None;
            }
        }
        Some(range)
    }
}

impl Pack {
    /// Every lesson, in reading order.
    pub fn lessons(&self) -> impl Iterator<Item = &Lesson> {
        self.tracks.iter().flat_map(|track| &track.lessons)
    }

    /// The lesson of an id.
    #[must_use]
    pub fn lesson(&self, id: &str) -> Option<&Lesson> {
        self.lessons().find(|lesson| lesson.id == id)
    }

    /// The lesson and the step of a name.
    #[must_use]
    pub fn step(&self, name: &StepRef) -> Option<(&Lesson, &Step)> {
        let lesson = self.lesson(&name.lesson)?;
        Some((lesson, lesson.step(&name.step)?))
    }
}

impl Track {
    /// Its check-up, where it has one.
    #[must_use]
    pub fn check_up(&self) -> Option<&Lesson> {
        self.lessons.iter().find(|lesson| lesson.part == Part::CheckUp)
    }

    /// Its cheat sheet, where it has one.
    #[must_use]
    pub fn cheat_sheet(&self) -> Option<&Lesson> {
        self.lessons.iter().find(|lesson| lesson.is_cheat_sheet())
    }

    /// The place of the lesson that ends it.
    #[must_use]
    pub fn last(&self) -> Option<usize> {
        self.lessons.iter().rposition(|lesson| !lesson.is_cheat_sheet())
    }
}

impl Lesson {
    /// The step of an id.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// What is to be known of the step of an id without its text.
    #[must_use]
    pub fn step_outline(&self, id: &str) -> Option<&StepOutline> {
        self.steps.outline().iter().find(|step| step.id == id)
    }

    /// Whether it is its track's check-up.
    #[must_use]
    pub fn is_check_up(&self) -> bool {
        self.part == Part::CheckUp
    }

    /// Whether it is its track's cheat sheet.
    #[must_use]
    pub fn is_cheat_sheet(&self) -> bool {
        self.part == Part::CheatSheet
    }

    /// The id without its track.
    #[must_use]
    pub fn name(&self) -> &str {
        self.id.split_once('/').map_or(&*self.id, |(_, name)| name)
    }

    /// The id of its track.
    #[must_use]
    pub fn track(&self) -> &str {
        self.id.split_once('/').map_or("", |(track, _)| track)
    }
}

impl Step {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match &self.task {
            Task::Read => Kind::Read,
            Task::Code(kind, _) => *kind,
            Task::Predict(_) => Kind::Predict,
            Task::Choice(_) => Kind::Choice,
            Task::Cards(_) => Kind::Cards,
        }
    }

    /// How many questions it asks at once: a prediction is one, and the reason for it another.
    #[must_use]
    pub fn questions(&self) -> usize {
        match &self.task {
            Task::Predict(predict) => 1 + usize::from(predict.why.is_some()),
            Task::Choice(questions) => questions.len(),
            Task::Read | Task::Code(..) | Task::Cards(_) => 0,
        }
    }

    /// The form in which it is asked after so many answers.
    #[must_use]
    pub fn form(&self, answers: u32) -> &Self {
        let forms = self.variants.len() + 1;
        match (answers as usize % forms).checked_sub(1) {
            Some(place) => &self.variants[place],
            None => self,
        }
    }

    /// The learner's file name: the step's id with `_`, and `.py`.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}.py", self.id.replace('-', "_"))
    }

    /// The code task, where it has one.
    #[must_use]
    pub fn code_task(&self) -> Option<&CodeTask> {
        match &self.task {
            Task::Code(_, task) => Some(task),
            _ => None,
        }
    }

    /// Its checks; empty for a step that is not judged by any.
    #[must_use]
    pub fn checks(&self) -> &[Check] {
        self.code_task().map_or(&[], |task| &task.checks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_python_range_reads_both_ends() {
        let range = PythonRange::parse(">=3.11, <3.13").unwrap();
        assert!(range.holds(PythonVersion(12)) && !range.holds(PythonVersion(13)));
        assert_eq!(PythonRange::parse("3.12"), None);
        assert_eq!(PythonRange::parse(">=3.11,>=3.12"), None);
    }

    #[test]
    fn a_step_name_needs_a_lesson_and_a_step() {
        let name = StepRef::parse("decorators/keep-the-name#two-views").unwrap();
        assert_eq!((&*name.lesson, &*name.step), ("decorators/keep-the-name", "two-views"));
        assert_eq!(StepRef::parse("two-views"), None);
    }
}
