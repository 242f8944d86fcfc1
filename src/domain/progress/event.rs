//! The events: one for each thing that a learner did and that is worth remembering.
//!
//! They are written into journals that outlive this program, so their words never change; new kinds and new fields may
//! come. Times are handed in.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::digest::digest;
use crate::domain::course::{Pack, StepRef};

/// The largest sequence number that is believed: 2^53 - 1, which every JSON reader holds exactly.
pub const SEQUENCE_LIMIT: u64 = (1 << 53) - 1;

/// One thing that happened.
///
/// Events are ordered by [`Event::sequence`], then by [`Event::id`]; the clock plays no part, for clocks jump.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Event {
    /// One more than the largest that its instance knew of, so that what was seen comes before what was made of it.
    pub sequence: u64,
    /// Its name, unlike any other event's.
    pub id: EventId,
    /// When, in milliseconds since 1970 by the clock of its machine.
    pub at: u64,
    /// In which pack.
    pub pack: PackMark,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// The name of an event: the instance of the program that made it, and a number that counts that instance's events from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct EventId {
    /// The instance, as `host-pid-random`.
    pub instance: String,
    /// The number, from 1.
    pub number: u64,
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.instance, self.number)
    }
}

impl From<EventId> for String {
    fn from(id: EventId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for EventId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (instance, number) = text.rsplit_once('.').ok_or("an event id without a number")?;
        let number = number.parse().map_err(|_| "an event id whose number is none")?;
        Ok(Self { instance: instance.to_owned(), number })
    }
}

/// The pack that an event belongs to.
///
/// Progress hangs on `key`. The built-in pack's key is its id. A pack from a folder has the key `id@8 hex digits` of its id
/// and its first author, unless its content is the built-in pack's to the letter: so it keeps its progress when it is
/// mended, moved or retitled, and never shares it with the built-in pack or with a stranger's pack of the same id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PackMark {
    /// What its progress and its drafts hang on.
    pub key: String,
    /// The hash of its content at that time.
    pub hash: String,
}

impl PackMark {
    /// Marks the pack that is compiled into the program.
    #[must_use]
    pub fn builtin(pack: &Pack) -> Self {
        Self { key: pack.id.clone(), hash: pack.hash.clone() }
    }

    /// Marks a pack that was read from a folder.
    #[must_use]
    pub fn folder(pack: &Pack, builtin: &Pack) -> Self {
        if pack.id == builtin.id && pack.hash == builtin.hash {
            return Self::builtin(pack);
        }
        let author = pack.authors.first().map_or("", |author| author.as_str());
        let origin = digest(format!("{}\0{author}", pack.id));
        Self { key: format!("{}@{}", pack.id, &origin[..8]), hash: pack.hash.clone() }
    }

    /// Whether it is another pack than the one that is compiled into the program.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        self.key.contains('@')
    }

    /// The id in the key: equal for two packs that a reader may take for the same.
    #[must_use]
    pub fn id(&self) -> &str {
        self.key.split_once('@').map_or(&*self.key, |(id, _)| id)
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum What {
    /// The reader went to a step.
    Opened {
        /// The step.
        #[serde(with = "step_name")]
        step: StepRef,
    },
    /// The reader finished a reading step.
    Read {
        /// The step.
        #[serde(with = "step_name")]
        step: StepRef,
        /// What it started from (see [`super::starting_text`]).
        content: String,
        /// How long it took.
        #[serde(default)]
        seconds: u32,
    },
    /// Code was checked.
    Attempt(Attempt),
    /// A prediction was made or questions were answered, for good.
    Answered(Answered),
    /// A card was explained and rated.
    CardRated {
        /// The step.
        #[serde(with = "step_name")]
        step: StepRef,
        /// The card's id.
        card: String,
        /// The key points that were made, from 0.
        points: Vec<u32>,
        /// The reader's own rating.
        rating: Rating,
    },
    /// A hint was uncovered.
    HintShown {
        /// The step.
        #[serde(with = "step_name")]
        step: StepRef,
        /// Which one, from 1.
        number: u32,
    },
    /// The solution was uncovered before the step was done.
    SolutionShown {
        /// The step.
        #[serde(with = "step_name")]
        step: StepRef,
    },
    /// What was learnt is to be forgotten.
    Reset {
        /// Of which steps.
        scope: Scope,
        /// Which events: what comes later or was not known there stays.
        seen: Seen,
    },
}

/// An attempt at code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Attempt {
    /// The step.
    #[serde(with = "step_name")]
    pub step: StepRef,
    /// What it started from (see [`super::starting_text`]).
    pub content: String,
    /// The objective that the step serves, from 1.
    pub objective: Option<u32>,
    /// Whether every check held.
    pub passed: bool,
    /// Check by check.
    pub verdicts: Vec<CheckResult>,
    /// The known mistake that was recognised.
    pub mistake: Option<String>,
    /// How many hints had been uncovered.
    pub hints: u32,
    /// How long the learner worked since the attempt before it.
    pub seconds: u32,
    /// The digest of the text that was checked.
    pub text: String,
}

/// How one check of an attempt went.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CheckResult {
    /// The check's name.
    pub check: String,
    /// `pass`, `fail`, `skipped` or `error`; a word, since journals outlive the list of verdicts.
    pub verdict: String,
}

/// Answers to a prediction or to questions: recorded when they are right, or when the tries are used up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Answered {
    /// The step.
    #[serde(with = "step_name")]
    pub step: StepRef,
    /// What it started from (see [`super::starting_text`]).
    pub content: String,
    /// The objective that the step serves, from 1.
    pub objective: Option<u32>,
    /// How many tries it took.
    pub tries: u32,
    /// Whether the last one was right.
    pub right: bool,
    /// The ideas behind the wrong choices that were picked, in any try.
    pub misconceptions: Vec<String>,
    /// How many hints had been uncovered.
    pub hints: u32,
    /// How long it took.
    pub seconds: u32,
}

/// How well a card was known, by the reader's own judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words of spaced repetition")]
pub enum Rating {
    Again,
    Hard,
    Good,
    Easy,
}

/// What a reset is about, within its event's pack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// One step.
    Step(#[serde(with = "step_name")] StepRef),
    /// One lesson, by its id.
    Lesson(String),
    /// The whole pack.
    Pack,
}

impl Scope {
    /// Whether a step lies in it.
    #[must_use]
    pub fn holds(&self, step: &StepRef) -> bool {
        match self {
            Self::Step(only) => only == step,
            Self::Lesson(lesson) => *lesson == step.lesson,
            Self::Pack => true,
        }
    }
}

/// Which events were known: for each instance, the largest number. It names them all in little space.
pub type Seen = BTreeMap<String, u64>;

impl What {
    /// The step that it is about; none for a reset.
    #[must_use]
    pub fn step(&self) -> Option<&StepRef> {
        match self {
            Self::Opened { step }
            | Self::Read { step, .. }
            | Self::CardRated { step, .. }
            | Self::HintShown { step, .. }
            | Self::SolutionShown { step } => Some(step),
            Self::Attempt(attempt) => Some(&attempt.step),
            Self::Answered(answered) => Some(&answered.step),
            Self::Reset { .. } => None,
        }
    }
}

impl Event {
    /// The step that it is about; none for a reset.
    #[must_use]
    pub fn step(&self) -> Option<&StepRef> {
        self.what.step()
    }

    /// Whether a reset of `scope` that knew `seen` undoes it. Nothing undoes a reset.
    #[must_use]
    pub fn undone_by(&self, scope: &Scope, seen: &Seen) -> bool {
        self.step().is_some_and(|step| scope.holds(step))
            && seen.get(&self.id.instance).is_some_and(|last| self.id.number <= *last)
    }
}

/// Writes a step as `track/lesson#step`.
mod step_name {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::domain::course::StepRef;

    pub(super) fn serialize<S: Serializer>(step: &StepRef, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(step)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<StepRef, D::Error> {
        let text = String::deserialize(from)?;
        StepRef::parse(&text).ok_or_else(|| D::Error::custom("not the name of a step"))
    }
}
