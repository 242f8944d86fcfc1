//! How many screen cells a cluster takes, and what is drawn for it.
//!
//! Widths follow ratatui's own rule ([`CellWidth`]), so that the cursor stands where the buffer draws. A tab reaches to
//! the next multiple of four. Control characters, characters that hide or reorder their neighbours, and marks that
//! have nothing to stand on are drawn as a sign of one cell.

use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;

use crate::domain::clean::{CELL_CODE_POINTS, hides};

/// Columns between tab stops and in one level of indentation.
pub const INDENT: usize = 4;

/// What stands in the text at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown<'a> {
    /// Text that is drawn as it is.
    Text(&'a str),
    /// Text with an invisible character in it, drawn as it is and marked.
    Suspect(&'a str),
    /// A tab.
    Tab,
    /// Something invisible, for which a sign is drawn.
    Hidden,
}

/// What is drawn for a cluster.
#[must_use]
pub fn shown(cluster: &str) -> Shown<'_> {
    if let [byte] = cluster.as_bytes() {
        return match byte {
            b'\t' => Shown::Tab,
            0x20..=0x7e => Shown::Text(cluster),
            _ => Shown::Hidden,
        };
    }
    let Some(first) = cluster.chars().next() else { return Shown::Hidden };
    if first.is_control() || hides(first) {
        return Shown::Hidden;
    }
    let cut = cluster.char_indices().nth(CELL_CODE_POINTS).map_or(cluster.len(), |(at, _)| at);
    let text = &cluster[..cut];
    if text.cell_width() == 0 {
        Shown::Hidden
    } else if cut < cluster.len() || has_stray(cluster, first) {
        Shown::Suspect(text)
    } else {
        Shown::Text(text)
    }
}

/// Joiners and selectors shape an emoji or an Indic syllable; behind a plain letter they only hide (a keycap's
/// selector, as in `1\u{fe0f}\u{20e3}`, is the exception).
fn has_stray(cluster: &str, first: char) -> bool {
    first.is_ascii() && cluster.chars().skip(1).any(|c| hides(c) && c != '\u{fe0f}')
}

/// How many cells a cluster takes when it begins at `column`.
#[must_use]
pub fn width(cluster: &str, column: usize) -> usize {
    match shown(cluster) {
        Shown::Text(text) | Shown::Suspect(text) => usize::from(text.cell_width()),
        Shown::Tab => INDENT - column % INDENT,
        Shown::Hidden => 1,
    }
}

/// The column at which byte `at` of a line is drawn.
#[must_use]
pub fn column_of(line: &str, at: usize) -> usize {
    line.grapheme_indices(true)
        .take_while(|(start, _)| *start < at)
        .fold(0, |column, (_, cluster)| column + width(cluster, column))
}

/// The byte offset of the cluster that covers a column of a line, or the line's end.
#[must_use]
pub fn offset_at(line: &str, target: usize) -> usize {
    let mut column = 0;
    for (start, cluster) in line.grapheme_indices(true) {
        column += width(cluster, column);
        if column > target {
            return start;
        }
    }
    line.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tab_reaches_to_the_next_stop() {
        assert_eq!(column_of("a\tb", 2), 4);
        assert_eq!(column_of("\t\tb", 2), 8);
        assert_eq!(offset_at("a\tb", 3), 1);
        assert_eq!(offset_at("a\tb", 4), 2);
    }

    #[test]
    fn what_hides_takes_one_cell() {
        for hidden in ["\u{202e}", "\u{200b}", "\x1b", "\u{9b}", "\u{301}", "\0", "\x7f"] {
            assert_eq!(shown(hidden), Shown::Hidden, "{hidden:?}");
            assert_eq!(width(hidden, 3), 1);
        }
    }

    #[test]
    fn a_joiner_behind_a_letter_is_suspect_and_inside_an_emoji_is_not() {
        assert_eq!(shown("a\u{200d}"), Shown::Suspect("a\u{200d}"));
        assert_eq!(shown("👩\u{200d}👧"), Shown::Text("👩\u{200d}👧"));
        assert_eq!(shown("1\u{fe0f}\u{20e3}"), Shown::Text("1\u{fe0f}\u{20e3}"));
    }

    #[test]
    fn a_tower_of_marks_is_cut_to_what_a_cell_holds() {
        let tower = format!("e{}", "\u{301}".repeat(100));
        let Shown::Suspect(text) = shown(&tower) else { panic!("{:?}", shown(&tower)) };
        assert_eq!(text.chars().count(), CELL_CODE_POINTS);
        assert_eq!(width(&tower, 0), 1);
    }

    #[test]
    fn wide_clusters_take_two_cells() {
        for wide in ["한", "😀", "🇫🇷", "👍🏽", "👨\u{200d}👩\u{200d}👧"] {
            assert_eq!(width(wide, 0), 2, "{wide}");
        }
    }
}
