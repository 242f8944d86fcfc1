//! Where the cursor goes. Pure: a text, a place and a motion make a place.

use unicode_segmentation::UnicodeSegmentation;

use super::buffer::TextBuffer;
use super::cells::{column_of, offset_at};

/// A way to move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Motion {
    /// One cluster back.
    Left,
    /// One cluster on.
    Right,
    /// One line up, at the same column where that line is long enough.
    Up,
    /// One line down.
    Down,
    /// To the start of the word before; a line's start stops it.
    WordLeft,
    /// To the end of the word after; a line's end stops it.
    WordRight,
    /// To the first character that is no blank, and from there to the line's start.
    LineStart,
    /// To the line's end.
    LineEnd,
    /// To the empty line above.
    ParagraphUp,
    /// To the empty line below.
    ParagraphDown,
    /// One screen up.
    PageUp,
    /// One screen down.
    PageDown,
    /// To the start of the text.
    Start,
    /// To the end of the text.
    End,
}

impl Motion {
    /// Whether the column that was aimed at outlives the motion.
    #[must_use]
    pub fn is_vertical(self) -> bool {
        matches!(self, Self::Up | Self::Down | Self::PageUp | Self::PageDown)
    }
}

/// The column of an offset on its line.
#[must_use]
pub fn column(buffer: &TextBuffer, at: usize) -> usize {
    let line = buffer.line_of(at);
    column_of(&buffer.line(line), at - buffer.line_start(line))
}

/// The offset of a line's column, or the line's end.
#[must_use]
pub fn at_column(buffer: &TextBuffer, line: usize, column: usize) -> usize {
    buffer.line_start(line) + offset_at(&buffer.line(line), column)
}

/// Where a motion leads from `at`. `goal` is the column that vertical motions aim at, `page` the lines of a screen.
#[must_use]
pub fn target(buffer: &TextBuffer, at: usize, motion: Motion, goal: usize, page: usize) -> usize {
    let line = buffer.line_of(at);
    let last = buffer.line_count() - 1;
    match motion {
        Motion::Left => buffer.previous(at),
        Motion::Right => buffer.next(at),
        Motion::Up if line == 0 => 0,
        Motion::Up => at_column(buffer, line - 1, goal),
        Motion::Down if line == last => buffer.len(),
        Motion::Down => at_column(buffer, line + 1, goal),
        Motion::WordLeft => word_left(buffer, at),
        Motion::WordRight => word_right(buffer, at),
        Motion::LineStart => smart_start(buffer, at),
        Motion::LineEnd => buffer.line_end(line),
        Motion::ParagraphUp => {
            let above = (0..line).rev().find(|n| is_blank(buffer, *n) && !is_blank(buffer, n + 1));
            above.map_or(0, |n| buffer.line_start(n))
        }
        Motion::ParagraphDown => {
            let below =
                (line + 1..=last).find(|n| is_blank(buffer, *n) && !is_blank(buffer, n - 1));
            below.map_or(buffer.len(), |n| buffer.line_start(n))
        }
        Motion::PageUp => at_column(buffer, line.saturating_sub(page.max(1)), goal),
        Motion::PageDown => at_column(buffer, (line + page.max(1)).min(last), goal),
        Motion::Start => 0,
        Motion::End => buffer.len(),
    }
}

/// The word (or the run of signs) that touches an offset, as a range; empty between blanks.
#[must_use]
pub fn word_at(buffer: &TextBuffer, at: usize) -> (usize, usize) {
    let line = buffer.line_of(at);
    let (start, text) = (buffer.line_start(line), buffer.line(line));
    let inner = at - start;
    let touches = |from: usize, to: usize| from <= inner && inner <= to;
    let mut best = (inner, inner);
    for (from, to, kind) in runs(&text) {
        // Where a word and a sign meet, the word is meant.
        if touches(from, to) && kind != Kind::Blank && (best.0 == best.1 || kind == Kind::Word) {
            best = (from, to);
        }
    }
    (start + best.0, start + best.1)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    Word,
    Sign,
}

fn kind(cluster: &str) -> Kind {
    match cluster.chars().next() {
        Some(c) if c.is_alphanumeric() || c == '_' => Kind::Word,
        Some(c) if !c.is_whitespace() => Kind::Sign,
        _ => Kind::Blank,
    }
}

/// The runs of one kind in a line: start, end, kind.
fn runs(line: &str) -> Vec<(usize, usize, Kind)> {
    let mut runs: Vec<(usize, usize, Kind)> = Vec::new();
    for (start, cluster) in line.grapheme_indices(true) {
        let (kind, end) = (kind(cluster), start + cluster.len());
        match runs.last_mut() {
            Some(last) if last.2 == kind => last.1 = end,
            _ => runs.push((start, end, kind)),
        }
    }
    runs
}

fn word_left(buffer: &TextBuffer, at: usize) -> usize {
    let line = buffer.line_of(at);
    let (start, text) = (buffer.line_start(line), buffer.line(line));
    if at == start {
        return buffer.previous(at);
    }
    let inner = at - start;
    let word = runs(&text).into_iter().rev().find(|r| r.0 < inner && r.2 != Kind::Blank);
    start + word.map_or(0, |r| r.0)
}

fn word_right(buffer: &TextBuffer, at: usize) -> usize {
    let line = buffer.line_of(at);
    let (start, text) = (buffer.line_start(line), buffer.line(line));
    let inner = at - start;
    if inner == text.len() {
        return buffer.next(at);
    }
    let word = runs(&text).into_iter().find(|r| r.1 > inner && r.2 != Kind::Blank);
    start + word.map_or(text.len(), |r| r.1)
}

fn smart_start(buffer: &TextBuffer, at: usize) -> usize {
    let line = buffer.line_of(at);
    let (start, text) = (buffer.line_start(line), buffer.line(line));
    let first = start + (text.len() - text.trim_start_matches([' ', '\t']).len());
    let first = buffer.boundary_at_or_after(first);
    if at == first { start } else { first }
}

fn is_blank(buffer: &TextBuffer, line: usize) -> bool {
    buffer.line(line).trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn go(text: &str, at: usize, motion: Motion) -> usize {
        let buffer = TextBuffer::new(text);
        target(&buffer, at, motion, column(&buffer, at), 10)
    }

    #[test]
    fn words_end_where_their_kind_ends() {
        let text = "  foo_1.bar(größe)";
        assert_eq!(go(text, 0, Motion::WordRight), 7);
        assert_eq!(go(text, 7, Motion::WordRight), 8);
        assert_eq!(go(text, 8, Motion::WordRight), 11);
        assert_eq!(go(text, 12, Motion::WordRight), 19);
        assert_eq!(go(text, 19, Motion::WordLeft), 12);
        assert_eq!(go(text, 5, Motion::WordLeft), 2);
        assert_eq!(go(text, 2, Motion::WordLeft), 0);
    }

    #[test]
    fn words_stop_at_line_ends() {
        assert_eq!(go("a  \nb", 1, Motion::WordRight), 3);
        assert_eq!(go("a  \nb", 3, Motion::WordRight), 4);
        assert_eq!(go("a\nb", 2, Motion::WordLeft), 1);
    }

    #[test]
    fn home_goes_to_the_code_first_and_then_to_the_edge() {
        assert_eq!(go("    x = 1", 9, Motion::LineStart), 4);
        assert_eq!(go("    x = 1", 4, Motion::LineStart), 0);
        assert_eq!(go("    x = 1", 0, Motion::LineStart), 4);
        assert_eq!(go("    x = 1", 2, Motion::LineStart), 4);
    }

    #[test]
    fn up_and_down_keep_the_drawn_column() {
        assert_eq!(go("\txy\nabcdefg", 2, Motion::Down), 4 + 5);
        assert_eq!(go("한글x\nabcdef", 6, Motion::Down), 8 + 4);
        assert_eq!(go("ab", 1, Motion::Up), 0);
        assert_eq!(go("ab", 1, Motion::Down), 2);
    }

    #[test]
    fn paragraphs_end_at_empty_lines() {
        let text = "a\nb\n\n\nc\nd";
        assert_eq!(go(text, 0, Motion::ParagraphDown), 4);
        assert_eq!(go(text, 4, Motion::ParagraphDown), text.len());
        assert_eq!(go(text, 8, Motion::ParagraphUp), 5);
        assert_eq!(go(text, 5, Motion::ParagraphUp), 0);
    }

    #[test]
    fn the_word_under_the_cursor_wins_over_the_sign_beside_it() {
        let buffer = TextBuffer::new("f(name) + 1");
        assert_eq!(word_at(&buffer, 2), (2, 6));
        assert_eq!(word_at(&buffer, 6), (2, 6));
        assert_eq!(word_at(&buffer, 8), (8, 9));
        assert_eq!(word_at(&TextBuffer::new("a   b"), 2), (2, 2));
    }
}
