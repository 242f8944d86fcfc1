//! Rows of code and of output: never wrapped, cut at the edge under a mark.

use std::ops::Range;

use ratatui::buffer::CellWidth as _;
use ratatui::style::Style;
use ratatui::text::Span;
use unicode_segmentation::UnicodeSegmentation as _;

use super::highlight::Token;
use super::wrap::columns;
use crate::tui::theme::{Glyph, Role, Theme};

/// The columns inside a block of code before its text.
pub(super) const PAD_LEFT: usize = 2;

/// The shape of a block of code: where its text may stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block<'a> {
    pub(super) theme: &'a Theme,
    /// The look of all of it, below that of its text.
    pub(super) ground: Style,
    /// All of its columns.
    pub(super) width: usize,
    /// The columns after its text, where the mark of a cut stands; at least one.
    pub(super) pad_right: usize,
    /// The columns that are scrolled out at the left.
    pub(super) offset: usize,
}

impl Block<'_> {
    /// The columns that there are for text.
    pub(super) fn room(&self) -> usize {
        self.width.saturating_sub(PAD_LEFT + self.pad_right)
    }

    /// Draws a line of code between an edge of one column and, at the right, a label.
    pub(super) fn row(
        &self,
        edge: Option<Span<'static>>,
        line: &str,
        tokens: &[Token],
        label: Option<(&str, Style)>,
        out: &mut Vec<Span<'static>>,
    ) {
        let shown = Cut::new(line, self.offset, self.room());
        out.push(edge.map_or_else(|| self.blank(1), |edge| edge.patch_style_below(self.ground)));
        out.push(if shown.left && self.offset > 0 {
            self.mark(Glyph::CutLeft)
        } else {
            self.blank(1)
        });
        if shown.lead > 0 {
            out.push(self.blank(shown.lead));
        }
        self.tokens(line, &shown.bytes, tokens, out);
        let used = PAD_LEFT + shown.lead + shown.columns;
        if let Some((label, style)) = label {
            let gap = self.width.saturating_sub(used + columns(label) + 1);
            out.push(self.blank(gap));
            out.push(Span::styled(label.to_owned(), self.ground.patch(style)));
            out.push(self.blank(1));
        } else if shown.right {
            let gap = (self.width - self.pad_right).saturating_sub(used);
            out.push(self.blank(gap));
            out.push(self.mark(Glyph::CutRight));
            out.push(self.blank(self.pad_right - 1));
        } else if self.ground.bg.is_some() {
            out.push(self.blank(self.width.saturating_sub(used)));
        }
        out.retain(|span| !span.content.is_empty());
    }

    /// Whether a label fits beside a line that is not scrolled.
    pub(super) fn fits(&self, line: &str, label: &str) -> bool {
        PAD_LEFT + columns(line) + 2 + columns(label) < self.width
    }

    fn tokens(
        &self,
        line: &str,
        shown: &Range<usize>,
        tokens: &[Token],
        out: &mut Vec<Span<'static>>,
    ) {
        let plain = self.ground.patch(self.theme.style(Role::Text));
        let mut at = shown.start;
        let mut push = |part: Range<usize>, style: Style| {
            if !part.is_empty() {
                out.push(Span::styled(line[part].to_owned(), style));
            }
        };
        for token in tokens {
            let (start, end) = (token.range.start.max(at), token.range.end.min(shown.end));
            if start < end {
                push(at..start, plain);
                push(start..end, self.ground.patch(self.theme.style(Role::Syntax(token.class))));
                at = end;
            }
        }
        push(at..shown.end.max(at), plain);
    }

    fn blank(&self, columns: usize) -> Span<'static> {
        Span::styled(" ".repeat(columns), self.ground)
    }

    fn mark(&self, glyph: Glyph) -> Span<'static> {
        let style = self.ground.patch(self.theme.style(Role::Accent));
        Span::styled(self.theme.glyph(glyph), style)
    }
}

/// Puts a style below that of a span.
trait Below {
    fn patch_style_below(self, below: Style) -> Self;
}

impl Below for Span<'static> {
    fn patch_style_below(self, below: Style) -> Self {
        let style = below.patch(self.style);
        self.style(style)
    }
}

/// The part of a line that a window shows.
#[derive(Debug, PartialEq, Eq)]
struct Cut {
    bytes: Range<usize>,
    /// Columns that stay free at the left, where a wide character is cut in two.
    lead: usize,
    /// The columns that the bytes take.
    columns: usize,
    /// Whether something is left out at the left.
    left: bool,
    /// Whether something is left out at the right.
    right: bool,
}

impl Cut {
    fn new(line: &str, offset: usize, room: usize) -> Self {
        if line.is_ascii() {
            let start = offset.min(line.len());
            let end = (start + room).min(line.len());
            let (left, right) = (start > 0, end < line.len());
            return Self { bytes: start..end, lead: 0, columns: end - start, left, right };
        }
        Self::by_clusters(line, offset, room)
    }

    fn by_clusters(line: &str, offset: usize, room: usize) -> Self {
        let mut cut =
            Self { bytes: line.len()..line.len(), lead: 0, columns: 0, left: false, right: false };
        let mut column = 0;
        for (at, cluster) in line.grapheme_indices(true) {
            let taken = usize::from(cluster.cell_width());
            if column < offset {
                cut.left = true;
            } else if column + taken > offset + room {
                cut.right = true;
                break;
            } else {
                if cut.bytes.start == line.len() {
                    cut.bytes.start = at;
                    cut.lead = column - offset;
                }
                cut.bytes.end = at + cluster.len();
                cut.columns += taken;
            }
            column += taken;
        }
        cut.bytes.end = cut.bytes.end.max(cut.bytes.start);
        if cut.columns == 0 {
            cut.bytes = cut.bytes.start..cut.bytes.start;
        }
        cut
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(line: &str, offset: usize, room: usize) -> (&str, usize, bool, bool) {
        let cut = Cut::new(line, offset, room);
        (&line[cut.bytes], cut.lead, cut.left, cut.right)
    }

    #[test]
    fn a_window_shows_its_part_of_a_line() {
        assert_eq!(cut("abcdef", 0, 9), ("abcdef", 0, false, false));
        assert_eq!(cut("abcdef", 0, 4), ("abcd", 0, false, true));
        assert_eq!(cut("abcdef", 2, 3), ("cde", 0, true, true));
        assert_eq!(cut("abcdef", 9, 3), ("", 0, true, false));
    }

    #[test]
    fn half_a_wide_character_is_not_shown() {
        assert_eq!(cut("日本語", 0, 3), ("日", 0, false, true));
        assert_eq!(cut("日本語", 1, 3), ("本", 1, true, true));
        assert_eq!(cut("日本語", 6, 3), ("", 0, true, false));
        assert_eq!(cut("日", 0, 1), ("", 0, false, true));
    }

    #[test]
    fn a_row_takes_exactly_the_width_of_its_block() {
        let theme = Theme::dark();
        let ground = theme.style(Role::CodeGround);
        for (line, offset) in [("x", 0), ("a long line of code", 0), ("日本語日本語", 1), ("", 3)]
        {
            let block = Block { theme: &theme, ground, width: 12, pad_right: 2, offset };
            for label in [None, Some(("run", Style::new()))] {
                if label.is_some_and(|(label, _)| !block.fits(line, label)) {
                    continue;
                }
                let mut spans = Vec::new();
                block.row(None, line, &[], label, &mut spans);
                let text: String = spans.iter().map(|span| &*span.content).collect();
                assert_eq!(columns(&text), 12, "{text:?}");
            }
        }
    }
}
