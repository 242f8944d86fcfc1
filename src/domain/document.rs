//! Prose between Markdown and screen: blocks and inlines without a width.
//!
//! The parser makes it, the screen lays it out, commands print it. It knows neither Markdown nor a terminal.

use super::clean::Clean;

/// Blocks in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document(pub Vec<Block>);

/// One block of prose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading inside a step (level 3 and below; a step's own title is not among its blocks).
    Heading {
        /// 1 to 6.
        level: u8,
        /// Its text.
        text: Inlines,
    },
    /// A paragraph.
    Paragraph(Inlines),
    /// A list.
    List {
        /// The first number of an ordered list.
        start: Option<u64>,
        /// Its items.
        items: Vec<Item>,
    },
    /// A quote or an alert.
    Quote {
        /// `note`, `tip`, `important`, `warning`, `caution`, where it is an alert.
        alert: Option<Alert>,
        /// What it holds.
        blocks: Vec<Block>,
    },
    /// Code that is shown and not run.
    Code {
        /// The language, where named.
        language: Option<Clean>,
        /// Its lines.
        text: Clean,
    },
    /// A table.
    Table {
        /// One for each column.
        alignments: Vec<Alignment>,
        /// The head's cells.
        head: Vec<Inlines>,
        /// The rows' cells.
        rows: Vec<Vec<Inlines>>,
    },
    /// A rule.
    Rule,
    /// An example of the step, by its place in [`super::course::Step::examples`].
    Example(usize),
}

/// One item of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// Whether it is ticked, for a task list.
    pub ticked: Option<bool>,
    /// What it holds.
    pub blocks: Vec<Block>,
}

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are GitHub's and say it all")]
pub enum Alert {
    Note,
    Tip,
    Important,
    Warning,
    Caution,
}

/// How a table's column stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Alignment {
    /// To the left.
    #[default]
    Left,
    /// In the middle.
    Center,
    /// To the right.
    Right,
}

/// Text with its emphasis.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inlines(pub Vec<Inline>);

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Plain text, on one line.
    Text(Clean),
    /// Code.
    Code(Clean),
    /// Strong text.
    Strong(Inlines),
    /// Emphasised text.
    Emphasis(Inlines),
    /// Struck text.
    Struck(Inlines),
    /// A link.
    Link {
        /// Where it leads: a URL, or a lesson or step of the pack.
        target: Clean,
        /// What is shown.
        text: Inlines,
    },
    /// An image, by its description.
    Image(Clean),
    /// A place where a line may end.
    SoftBreak,
    /// A place where a line ends.
    HardBreak,
}

impl Inlines {
    /// Plain text without any emphasis.
    #[must_use]
    pub fn plain(text: impl AsRef<str>) -> Self {
        Self(vec![Inline::Text(Clean::line(text))])
    }

    /// The text alone, breaks as spaces.
    #[must_use]
    pub fn to_plain(&self) -> String {
        let mut out = String::new();
        self.write_plain(&mut out);
        out
    }

    fn write_plain(&self, out: &mut String) {
        for inline in &self.0 {
            match inline {
                Inline::Text(text) | Inline::Code(text) | Inline::Image(text) => out.push_str(text),
                Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Struck(inner) => {
                    inner.write_plain(out);
                }
                Inline::Link { text, .. } => text.write_plain(out),
                Inline::SoftBreak | Inline::HardBreak => out.push(' '),
            }
        }
    }
}

impl Document {
    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
