//! What the host and the type checker's process say to each other: plain data, one answer for each question.

use serde::{Deserialize, Serialize};

use crate::domain::types::{Spot, Stretch, Weight};

/// The longest frame of either side, in bytes.
pub const FRAME_MAX: usize = 4 * 1024 * 1024;

/// What the process says once, when it is ready for questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Its [`super::BUILD_ID`].
    pub build: String,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Comes back with the answer.
    pub id: u64,
    /// What is asked.
    pub ask: Ask,
}

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ask {
    /// Everything that is to be said of a text.
    Findings(Source),
    /// The type of the innermost expression at a place of a text.
    TypeAt {
        /// The text.
        source: Source,
        /// Where in it.
        at: Spot,
    },
    /// What a rule is about.
    Page(String),
    /// The names of all rules.
    Rules,
}

/// A text to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// What it belongs to; what was learnt of other texts is forgotten when this changes.
    pub about: String,
    /// The Python that it is for: 13 for 3.13.
    pub minor: u8,
    /// The text.
    pub text: String,
    /// Whether `# type: ignore` comments count.
    pub ignores: bool,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The question's.
    pub id: u64,
    /// What is said.
    pub said: Said,
}

/// What can be said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Said {
    /// What was found, in the order of the text.
    Findings(Vec<Found>),
    /// The type at a place, where there is an expression.
    Type(Option<TypeHere>),
    /// A rule's page, where there is such a rule.
    Page(Option<Page>),
    /// The names of all rules.
    Rules(Vec<String>),
    /// The checker failed, a fragment.
    Failed(String),
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The rule, such as `invalid-assignment`.
    pub rule: String,
    /// How bad it is.
    pub weight: Weight,
    /// Where it stands.
    pub stretch: Stretch,
    /// What it says, in one line.
    pub message: String,
    /// What it says beside that.
    pub notes: Vec<String>,
    /// The type, where it answers a `reveal_type`.
    pub revealed: Option<String>,
}

/// The type of an expression.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeHere {
    /// The type, as the checker writes it.
    pub shown: String,
    /// The expression.
    pub stretch: Stretch,
}

/// What a rule is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Its name.
    pub rule: String,
    /// In one line.
    pub summary: String,
    /// At length, in Markdown.
    pub text: String,
}
