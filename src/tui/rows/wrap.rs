//! Breaks styled text into rows, by Unicode's rules and the widths that the screen's buffer uses.
//!
//! It knows looks only as things to carry along.

use std::ops::Range;

use ratatui::buffer::CellWidth as _;
use ratatui::style::Style;
use ratatui::text::Span;
use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_segmentation::UnicodeSegmentation as _;

/// The columns that a text takes: the sum of its clusters', as the buffer counts them.
pub(super) fn columns(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.graphemes(true).map(|cluster| usize::from(cluster.cell_width())).sum()
}

/// What a stretch of text carries along.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) style: Style,
    /// Whether it is code, which breaks at spaces alone.
    pub(super) code: bool,
    /// The link that it belongs to.
    pub(super) link: Option<usize>,
}

/// Text of several looks that is wrapped as one.
#[derive(Debug, Clone, Default)]
pub(super) struct Flow {
    text: String,
    /// Where each stretch ends, and its look.
    runs: Vec<(usize, Look)>,
}

impl Flow {
    /// Makes a flow of one look.
    pub(super) fn new(text: &str, style: Style) -> Self {
        let mut flow = Self::default();
        flow.push(text, Look { style, ..Look::default() });
        flow
    }

    /// Adds text at the end.
    pub(super) fn push(&mut self, text: &str, look: Look) {
        if text.is_empty() {
            return;
        }
        self.text.push_str(text);
        match self.runs.last_mut() {
            Some((end, last)) if *last == look => *end = self.text.len(),
            _ => self.runs.push((self.text.len(), look)),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The columns of a part.
    pub(super) fn columns(&self, part: Range<usize>) -> usize {
        columns(&self.text[part])
    }

    /// The columns of the longest line where nothing is wrapped.
    pub(super) fn natural_columns(&self) -> usize {
        self.text.split('\n').map(columns).max().unwrap_or(0)
    }

    /// The columns of the longest part that ought not to be broken.
    pub(super) fn word_columns(&self) -> usize {
        let mut start = 0;
        let mut most = 0;
        for (end, _) in self.breaks() {
            most = most.max(columns(visible(&self.text[start..end])));
            start = end;
        }
        most
    }

    /// Breaks the text into rows of a width, as byte ranges without the spaces at their ends.
    ///
    /// What cannot be broken otherwise is broken between clusters; only a cluster wider than the row sticks out.
    pub(super) fn rows(&self, width: usize) -> Vec<Range<usize>> {
        let mut filler = Filler { width, ..Filler::default() };
        let mut start = 0;
        for (end, kind) in self.breaks() {
            filler.add(&self.text[start..end], start);
            if kind == BreakOpportunity::Mandatory && end < self.text.len() {
                filler.end_row(end);
            }
            start = end;
        }
        filler.end_row(start);
        filler.rows
    }

    /// The stretches of a part, with their looks.
    pub(super) fn stretches(&self, part: Range<usize>) -> impl Iterator<Item = (&str, &Look)> {
        let first = self.runs.partition_point(|(end, _)| *end <= part.start);
        let mut at = part.start;
        self.runs[first..].iter().map_while(move |(end, look)| {
            let from = at;
            at = part.end.min(*end);
            (from < at).then(|| (&self.text[from..at], look))
        })
    }

    /// The spans of a part.
    pub(super) fn spans(&self, part: Range<usize>) -> impl Iterator<Item = Span<'static>> {
        self.stretches(part).map(|(text, look)| Span::styled(text.to_owned(), look.style))
    }

    /// The places where a row may or must end; the last is the text's end.
    fn breaks(&self) -> impl Iterator<Item = (usize, BreakOpportunity)> {
        let mut run = 0;
        linebreaks(&self.text).filter(move |(at, kind)| {
            while self.runs.get(run).is_some_and(|(end, _)| end < at) {
                run += 1;
            }
            let inside_code = self.runs.get(run).is_some_and(|(end, look)| look.code && end > at);
            *kind == BreakOpportunity::Mandatory || !inside_code || self.text[..*at].ends_with(' ')
        })
    }
}

/// A piece without what is not drawn at a row's end.
fn visible(piece: &str) -> &str {
    piece.trim_end_matches([' ', '\n'])
}

/// Fills rows from left to right.
#[derive(Default)]
struct Filler {
    width: usize,
    rows: Vec<Range<usize>>,
    row_start: usize,
    row_end: usize,
    column: usize,
}

impl Filler {
    /// Adds a piece that begins at a byte and ends where a row may end.
    fn add(&mut self, piece: &str, start: usize) {
        let shown = visible(piece);
        let taken = columns(shown);
        if self.column > 0 && self.column + taken > self.width {
            self.end_row(start);
        }
        if taken > self.width {
            self.add_by_clusters(shown, start);
        } else {
            self.column += taken;
        }
        if !shown.is_empty() {
            self.row_end = start + shown.len();
        }
        self.column += piece.len() - shown.len();
    }

    fn add_by_clusters(&mut self, word: &str, start: usize) {
        for (offset, cluster) in word.grapheme_indices(true) {
            let taken = usize::from(cluster.cell_width());
            if self.column > 0 && self.column + taken > self.width {
                self.end_row(start + offset);
            }
            self.row_end = start + offset + cluster.len();
            self.column += taken;
        }
    }

    /// Ends the row; the next one begins at a byte.
    fn end_row(&mut self, next: usize) {
        self.rows.push(self.row_start..self.row_end.max(self.row_start));
        self.row_start = next;
        self.row_end = next;
        self.column = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
    use proptest::test_runner::RngSeed;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    use super::*;

    fn wrap(text: &str, width: usize) -> Vec<String> {
        let flow = Flow::new(text, Style::new());
        flow.rows(width).into_iter().map(|row| flow.text[row].to_owned()).collect()
    }

    #[test]
    fn words_fill_rows_and_spaces_at_the_end_do_not_count() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
    }

    #[test]
    fn a_word_longer_than_the_row_is_broken_between_clusters() {
        assert_eq!(wrap("a abcdefgh b", 3), ["a", "abc", "def", "gh", "b"]);
    }

    #[test]
    fn a_wide_character_never_straddles_the_edge() {
        assert_eq!(wrap("日本語です", 5), ["日本", "語で", "す"]);
        assert_eq!(wrap("aa日本", 3), ["aa", "日", "本"]);
    }

    #[test]
    fn joined_emoji_and_flags_stay_whole() {
        let family = "👨\u{200d}👩\u{200d}👧";
        assert_eq!(wrap(&format!("{family}{family}🇫🇷"), 4), [&*family.repeat(2), "🇫🇷"]);
        assert_eq!(columns(family), 2);
    }

    #[test]
    fn combining_marks_stay_with_their_letter() {
        assert_eq!(wrap("e\u{301}e\u{301}e\u{301}", 2), ["e\u{301}e\u{301}", "e\u{301}"]);
    }

    #[test]
    fn columns_are_those_that_the_buffer_takes() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 1));
        for text in
            ["abc", "日本", "ｶﾞｷﾟ", "👨\u{200d}👩\u{200d}👧", "🇫🇷!", "e\u{301}", "☑\u{fe0f}", "क्षि"]
        {
            let (end, _) = buffer.set_stringn(0, 0, text, 40, Style::new());
            assert_eq!(columns(text), usize::from(end), "{text}");
        }
    }

    #[test]
    fn a_line_end_in_the_text_ends_the_row() {
        assert_eq!(wrap("a\nb", 9), ["a", "b"]);
        assert_eq!(wrap("a\n\nb\n", 9), ["a", "", "b"]);
    }

    #[test]
    fn an_empty_text_has_one_empty_row() {
        assert_eq!(wrap("", 9), [""]);
    }

    #[test]
    fn code_is_broken_at_spaces_alone() {
        let mut flow = Flow::new("try ", Style::new());
        flow.push("pip --no-input x", Look { code: true, ..Look::default() });
        flow.push(" now-or-never", Look::default());
        let rows: Vec<&str> = flow.rows(12).into_iter().map(|row| &flow.text[row]).collect();
        assert_eq!(rows, ["try pip", "--no-input x", "now-or-never"]);
    }

    #[test]
    fn a_part_keeps_the_looks_of_its_stretches() {
        let bold = Look { style: Style::new().bold(), ..Look::default() };
        let mut flow = Flow::new("one ", Style::new());
        flow.push("two", bold);
        flow.push(" three", Look::default());
        let parts: Vec<_> = flow.stretches(2..9).map(|(text, look)| (text, *look)).collect();
        let plain = Look::default();
        assert_eq!(parts, [("e ", plain), ("two", bold), (" t", plain)]);
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: RngSeed::Fixed(7),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn no_row_is_too_wide_and_nothing_but_spaces_is_lost(
            text in "([a-z]{1,12}|日本|👩\u{200d}🚀|e\u{301}|--x|[ \n])*",
            width in 2_usize..30,
        ) {
            let rows = wrap(&text, width);
            for row in &rows {
                prop_assert!(columns(row) <= width, "{row:?}");
                prop_assert!(!row.ends_with(' '));
            }
            let bare = |text: &str| text.replace([' ', '\n'], "");
            prop_assert_eq!(bare(&rows.concat()), bare(&text));
        }
    }
}
