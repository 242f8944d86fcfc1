//! From a document to rows of a width.
//!
//! [`lay_out`] turns a [`Document`](crate::domain::document::Document) into rows that are only copied to the screen
//! afterwards: everything that depends on the width happens here, once. It knows nothing of scrolling, of keys or of
//! where on the screen the rows will stand.

mod code;
mod course;
mod example;
pub mod highlight;
mod inlines;
mod layout;
pub mod print;
mod table;
#[cfg(test)]
mod tests;
mod wrap;

use std::ops::Range;

use ratatui::text::Line;

pub use self::course::course_lines;
use self::highlight::CodeColors;
pub use self::layout::lay_out;
use super::theme::Theme;
use crate::domain::clean::Clean;
use crate::domain::record::Row;

/// The most columns that a line of prose takes.
pub const PROSE_COLUMNS: u16 = 76;

/// What a document is laid out for.
#[derive(Debug, Clone, Copy)]
pub struct LayoutContext<'a> {
    /// The columns that there are, margins included.
    pub width: u16,
    /// The columns left free at each side.
    pub margin: u16,
    /// How meanings look.
    pub theme: &'a Theme,
    /// The examples by index, as they stand now; an example without a view is not drawn.
    pub examples: &'a [ExampleView<'a>],
    /// The colours that are known; code without them is drawn plain.
    pub colors: Option<&'a CodeColors>,
    /// How far each block of code is scrolled sideways, in the order of [`LaidOut::code`]; 0 where there is none.
    pub offsets: &'a [u16],
}

impl<'a> LayoutContext<'a> {
    /// Makes a context for a pane of a width: a margin of two columns, less where the pane is narrow.
    #[must_use]
    pub fn new(width: u16, theme: &'a Theme) -> Self {
        let margin = match width {
            0..24 => 0,
            24..44 => 1,
            _ => 2,
        };
        Self { width, margin, theme, examples: &[], colors: None, offsets: &[] }
    }

    /// Takes the whole width, for a place that has a margin already.
    #[must_use]
    pub fn without_margin(self) -> Self {
        Self { margin: 0, ..self }
    }

    /// Shows examples.
    #[must_use]
    pub fn with_examples(self, examples: &'a [ExampleView<'a>]) -> Self {
        Self { examples, ..self }
    }

    /// Colours code.
    #[must_use]
    pub fn with_colors(self, colors: &'a CodeColors) -> Self {
        Self { colors: Some(colors), ..self }
    }

    /// Scrolls blocks of code sideways.
    #[must_use]
    pub fn with_offsets(self, offsets: &'a [u16]) -> Self {
        Self { offsets, ..self }
    }
}

/// An example as it stands now.
#[derive(Debug, Clone, Copy)]
pub struct ExampleView<'a> {
    /// Its program, which the reader may have edited.
    pub code: &'a str,
    /// What it prints.
    pub output: OutputView<'a>,
    /// Whether keys act on it.
    pub focused: bool,
    /// What a key does with it, as in `► F5 run`; nothing is drawn where it is empty.
    pub label: &'a str,
    /// What it did, where that was recorded.
    pub course: Option<CourseView<'a>>,
}

/// The course of an example, folded away or not.
#[derive(Debug, Clone, Copy)]
pub struct CourseView<'a> {
    /// What it is, as in `12 calls`.
    pub title: &'a str,
    /// What a key does with it, as in `t shows them`.
    pub label: &'a str,
    /// Its rows; none while it is folded away.
    pub rows: &'a [Row],
}

/// The output of an example as it stands now.
#[derive(Debug, Clone, Copy, Default)]
pub enum OutputView<'a> {
    /// There is none to show.
    #[default]
    None,
    /// It is held back until the reader has said what it will be.
    Withheld,
    /// What the lesson says that it prints.
    Expected(&'a str),
    /// It runs just now.
    Running,
    /// What it printed.
    Ran {
        /// Standard output and the exception's last lines.
        text: &'a str,
        /// Whether the run ended in a way that nobody asked for.
        failed: bool,
        /// Whether the code has changed since.
        stale: bool,
        /// A remark, such as how long it took; nothing is drawn where it is empty.
        note: &'a str,
    },
}

/// A document as rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LaidOut {
    /// The rows, none wider than asked for.
    pub rows: Vec<Line<'static>>,
    /// For each row the place of its block among the document's; a space above a block belongs to it.
    pub row_block: Vec<usize>,
    /// The headings, from top to bottom.
    pub headings: Vec<HeadingRow>,
    /// The links, from top to bottom; one that is wrapped has an area on each row.
    pub links: Vec<LinkArea>,
    /// The examples, from top to bottom.
    pub examples: Vec<ExampleRows>,
    /// The blocks of code, examples' among them, from top to bottom.
    pub code: Vec<CodeRows>,
    /// Python that was drawn plain because its colours are not known yet.
    pub uncolored: Vec<Clean>,
}

/// Where a heading stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadingRow {
    /// Its first row.
    pub row: usize,
    /// 1 to 6.
    pub level: u8,
    /// Its text.
    pub text: String,
}

/// Where a link, or a part of one, stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkArea {
    /// Its row.
    pub row: usize,
    /// Its columns.
    pub columns: Range<u16>,
    /// Where it leads.
    pub target: Clean,
}

/// Where an example stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleRows {
    /// Its place among the step's examples.
    pub index: usize,
    /// All of its rows.
    pub rows: Range<usize>,
    /// The rows of its output; empty where none is shown.
    pub output: Range<usize>,
}

/// Where a block of code stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeRows {
    /// Its rows.
    pub rows: Range<usize>,
    /// The example that it belongs to.
    pub example: Option<usize>,
    /// How many columns its longest line is longer than its room.
    pub hidden: u16,
}

impl LaidOut {
    /// The example that a row belongs to.
    #[must_use]
    pub fn example_at(&self, row: usize) -> Option<&ExampleRows> {
        self.examples.iter().find(|example| example.rows.contains(&row))
    }

    /// The link at a row and column.
    #[must_use]
    pub fn link_at(&self, row: usize, column: u16) -> Option<&LinkArea> {
        let first = self.links.partition_point(|link| link.row < row);
        let on_row = self.links[first..].iter().take_while(|link| link.row == row);
        on_row.into_iter().find(|link| link.columns.contains(&column))
    }
}
