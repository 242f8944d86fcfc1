//! Where something stands in a pack's file.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

/// A place in a file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// The file's path inside its pack, with `/` between folders.
    pub file: Arc<str>,
    /// The line, counted from 1.
    pub line: u32,
    /// The column, counted from 1, in characters.
    pub column: u32,
}

impl Place {
    /// Makes a place from its parts.
    #[must_use]
    pub fn new(file: impl Into<Arc<str>>, line: u32, column: u32) -> Self {
        Self { file: file.into(), line, column }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Finds lines and columns of byte offsets in one text.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    /// Reads the lines of a text once.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let starts = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1))
            .collect();
        Self { starts }
    }

    /// The line (from 1) that holds a byte offset.
    #[must_use]
    pub fn line(&self, offset: usize) -> u32 {
        u32::try_from(self.starts.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }

    /// The line and column (both from 1, columns in characters) of a byte offset of `text`.
    #[must_use]
    pub fn line_column(&self, text: &str, offset: usize) -> (u32, u32) {
        let line = self.line(offset);
        let start = self.starts[line as usize - 1];
        let before = text.get(start..offset.min(text.len())).unwrap_or("");
        (line, u32::try_from(before.chars().count()).unwrap_or(u32::MAX).saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        let text = "one\nzwölf x\n";
        let index = LineIndex::new(text);
        assert_eq!(index.line_column(text, text.find('x').unwrap()), (2, 7));
        assert_eq!(index.line_column(text, 0), (1, 1));
        assert_eq!(index.line_column(text, text.len()), (3, 1));
    }
}
