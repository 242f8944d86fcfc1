//! The steps of a lesson: their outline, which is there at once, and their text, which may be read when it is wanted.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Kind, Step, Task};
use crate::domain::clean::Clean;

/// What is to be known of a step without its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepOutline {
    /// Its id, unique in its lesson.
    pub id: String,
    /// Its title.
    pub title: Clean,
    /// Its kind.
    pub kind: Kind,
    /// Claims and facts of the curriculum that it shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covers: Vec<String>,
    /// Names of the lessons of its track that are settled where it is right at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settles: Vec<String>,
    /// How many questions it asks at once.
    #[serde(default, skip_serializing_if = "is_none")]
    pub questions: usize,
    /// The ids of its cards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it on so")]
fn is_none(number: &usize) -> bool {
    *number == 0
}

impl StepOutline {
    fn of(step: &Step) -> Self {
        let cards = match &step.task {
            Task::Cards(cards) => cards.iter().map(|card| card.id.clone()).collect(),
            _ => Vec::new(),
        };
        Self {
            id: step.id.clone(),
            title: step.title.clone(),
            kind: step.kind(),
            covers: step.covers.clone(),
            settles: step.settles.clone(),
            questions: step.questions(),
            cards,
        }
    }
}

/// Reads the steps of a lesson.
pub type ReadSteps = Box<dyn FnOnce() -> Vec<Step> + Send>;

/// The steps of a lesson. Their outline costs nothing; whoever looks at the steps themselves has them read.
#[derive(Clone)]
pub struct Steps {
    outline: Arc<[StepOutline]>,
    read: Arc<LazyLock<Vec<Step>, ReadSteps>>,
}

impl Steps {
    /// The same outline, whose text is read when it is wanted first.
    #[must_use]
    pub fn read_later(self, read: ReadSteps) -> Self {
        Self { read: Arc::new(LazyLock::new(read)), ..self }
    }

    /// What is to be known of each step without its text.
    #[must_use]
    pub fn outline(&self) -> &[StepOutline] {
        &self.outline
    }
}

#[cfg(test)]
impl Steps {
    /// Changes the steps, and the outline with them.
    pub(crate) fn change(&mut self, with: impl FnOnce(&mut Vec<Step>)) {
        let mut steps = self.to_vec();
        with(&mut steps);
        *self = steps.into();
    }
}

impl From<Vec<Step>> for Steps {
    fn from(steps: Vec<Step>) -> Self {
        let outline = steps.iter().map(StepOutline::of).collect();
        Self { outline, read: Arc::new(LazyLock::new(Box::new(move || steps))) }
    }
}

/// What is written down of steps is their outline.
impl Serialize for Steps {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.outline.serialize(to)
    }
}

/// Without [`Steps::read_later`] there are no steps, but for their outline.
impl<'de> Deserialize<'de> for Steps {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let outline = Arc::deserialize(from)?;
        Ok(Self { outline, read: Arc::new(LazyLock::new(Box::new(Vec::new))) })
    }
}

impl Deref for Steps {
    type Target = [Step];

    fn deref(&self) -> &[Step] {
        &self.read
    }
}

impl<'a> IntoIterator for &'a Steps {
    type Item = &'a Step;
    type IntoIter = std::slice::Iter<'a, Step>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl PartialEq for Steps {
    fn eq(&self, other: &Self) -> bool {
        self.outline == other.outline && **self == **other
    }
}

impl fmt::Debug for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
