//! The edited text as a rope, read by lines and grapheme clusters.
//!
//! Every offset is a byte offset into the text; every line is counted from 0 and ends at `\n` alone. Knows nothing of
//! cursors, keys or the screen.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use ropey::Rope;
use unicode_segmentation::GraphemeCursor;

/// A text without carriage returns.
#[derive(Debug, Clone, Default)]
pub struct TextBuffer {
    rope: Rope,
}

impl TextBuffer {
    /// Takes a text; `\r\n` and `\r` become `\n`, as Python reads them.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { rope: Rope::from_str(&with_plain_line_ends(text)) }
    }

    /// The length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rope.len_bytes()
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many lines there are, at least one; a text that ends in `\n` has an empty last line.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.rope.len_lines()
    }

    /// The line that holds an offset; a line's `\n` belongs to it.
    #[must_use]
    pub fn line_of(&self, at: usize) -> usize {
        self.rope.byte_to_line(at)
    }

    /// Where a line begins; the end of the text for a line that is not there.
    #[must_use]
    pub fn line_start(&self, line: usize) -> usize {
        if line < self.line_count() { self.rope.line_to_byte(line) } else { self.len() }
    }

    /// Where a line ends, before its `\n`.
    #[must_use]
    pub fn line_end(&self, line: usize) -> usize {
        if line + 1 < self.line_count() { self.rope.line_to_byte(line + 1) - 1 } else { self.len() }
    }

    /// A line without its `\n`.
    #[must_use]
    pub fn line(&self, line: usize) -> Cow<'_, str> {
        Cow::from(self.rope.byte_slice(self.line_start(line)..self.line_end(line)))
    }

    /// A piece of the text.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> String {
        self.rope.byte_slice(range).to_string()
    }

    /// Puts `text` (without carriage returns) in the place of a range, and hands back what stood there.
    pub fn replace(&mut self, range: Range<usize>, text: &str) -> String {
        let chars = self.rope.byte_to_char(range.start)..self.rope.byte_to_char(range.end);
        let removed = self.slice(range);
        let at = chars.start;
        if !chars.is_empty() {
            self.rope.remove(chars);
        }
        if !text.is_empty() {
            self.rope.insert(at, text);
        }
        removed
    }

    /// The cluster boundary after an offset; the end of the text has none after it.
    #[must_use]
    pub fn next(&self, at: usize) -> usize {
        let line = self.line_of(at);
        let (start, end) = (self.line_start(line), self.line_end(line));
        if at >= end {
            return (at + 1).min(self.len());
        }
        let text = self.line(line);
        let mut cursor = GraphemeCursor::new(at - start, text.len(), true);
        start + cursor.next_boundary(&text, 0).ok().flatten().unwrap_or(text.len())
    }

    /// The cluster boundary before an offset; the start of the text has none before it.
    #[must_use]
    pub fn previous(&self, at: usize) -> usize {
        let line = self.line_of(at);
        let start = self.line_start(line);
        if at <= start {
            return at.saturating_sub(1);
        }
        let text = self.line(line);
        let mut cursor = GraphemeCursor::new(at - start, text.len(), true);
        start + cursor.prev_boundary(&text, 0).ok().flatten().unwrap_or(0)
    }

    /// The first cluster boundary at or after an offset; an offset inside a character counts as after it.
    #[must_use]
    pub fn boundary_at_or_after(&self, at: usize) -> usize {
        let at = at.min(self.len());
        let line = self.line_of(at);
        let (start, text) = (self.line_start(line), self.line(line));
        let mut inner = at - start;
        while !text.is_char_boundary(inner) {
            inner += 1;
        }
        let mut cursor = GraphemeCursor::new(inner, text.len(), true);
        if cursor.is_boundary(&text, 0).unwrap_or(true) {
            return start + inner;
        }
        start + cursor.next_boundary(&text, 0).ok().flatten().unwrap_or(text.len())
    }
}

impl fmt::Display for TextBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rope.chunks().try_for_each(|chunk| f.write_str(chunk))
    }
}

/// Writes `\r\n` and `\r` as `\n`.
#[must_use]
pub fn with_plain_line_ends(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_line_feeds_alone() {
        let buffer = TextBuffer::new("a\u{2028}b\x0cc\r\nd\re\n");
        let lines: Vec<_> = (0..buffer.line_count()).map(|n| buffer.line(n).into_owned()).collect();
        assert_eq!(lines, ["a\u{2028}b\x0cc", "d", "e", ""]);
    }

    #[test]
    fn a_replacement_hands_back_what_stood_there() {
        let mut buffer = TextBuffer::new("größe = 1\n");
        assert_eq!(buffer.replace(2..6, "uß"), "öß");
        assert_eq!(buffer.to_string(), "gruße = 1\n");
    }

    #[test]
    fn clusters_are_walked_whole_in_both_directions() {
        let text = "e\u{301}👨\u{200d}👩\u{200d}👧🇫🇷x\n";
        let buffer = TextBuffer::new(text);
        let mut stops = vec![0];
        while let Some(&at) = stops.last()
            && at < buffer.len()
        {
            stops.push(buffer.next(at));
        }
        assert_eq!(stops, [0, 3, 21, 29, 30, 31]);
        for pair in stops.windows(2) {
            assert_eq!(buffer.previous(pair[1]), pair[0]);
        }
    }

    #[test]
    fn an_offset_inside_a_cluster_moves_behind_it() {
        let buffer = TextBuffer::new("ae\u{301}z");
        assert_eq!(buffer.boundary_at_or_after(2), 4);
        assert_eq!(buffer.boundary_at_or_after(3), 4);
        assert_eq!(buffer.boundary_at_or_after(1), 1);
        assert_eq!(buffer.boundary_at_or_after(99), 5);
    }
}
