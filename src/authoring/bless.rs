//! Writes anew what examples print, where two runs under two hash seeds printed the same: the lines of `output` blocks, and
//! nothing else of a lesson. Files are not known here.

use crate::domain::place::Place;

/// An output block that could be written anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blessing {
    /// Where the block's first line stands, or would stand.
    pub place: Place,
    /// What stands there.
    pub old: String,
    /// What the example prints.
    pub new: String,
}

impl Blessing {
    /// One for what an example printed, if it can stand in a block at all: a fence or a control character cannot.
    pub(super) fn new(place: &Place, old: &str, printed: &str) -> Option<Self> {
        let mut new = String::new();
        for line in printed.trim_end().lines() {
            new.push_str(line.trim_end());
            new.push('\n');
        }
        let fence = new.lines().any(|line| line.trim_start().starts_with(['`', '~']));
        let acts = new.chars().any(|c| c.is_control() && c != '\n');
        let fit = !fence && !acts;
        fit.then(|| Self { place: place.clone(), old: old.to_owned(), new })
    }
}

/// A lesson's text with its output blocks written anew, and the places of those that were.
///
/// A block that does not stand in the text to the letter, as one in a list, is left alone.
#[must_use]
pub fn bless(text: &str, blessings: &[&Blessing]) -> (String, Vec<Place>) {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut blessings = blessings.to_vec();
    // From the end on, so that the lines before stay where they are.
    blessings.sort_by_key(|one| std::cmp::Reverse(one.place.line));
    let mut written = Vec::new();
    for blessing in blessings {
        let old: Vec<&str> = blessing.old.split_inclusive('\n').collect();
        let start = (blessing.place.line as usize).saturating_sub(1);
        let end = start + old.len();
        if lines.get(start..end) != Some(&old[..]) {
            continue;
        }
        // Past the block stands its fence, whatever the block holds.
        if !lines.get(end).is_some_and(|line| line.trim_start().starts_with(['`', '~'])) {
            continue;
        }
        lines.splice(start..end, blessing.new.split_inclusive('\n'));
        written.push(blessing.place.clone());
    }
    (lines.concat(), written)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LESSON: &str = "```output\na\nb\n```\n\nb\n\n```output\n```\n";

    fn blessing(line: u32, old: &str, new: &str) -> Blessing {
        Blessing { place: Place::new("a.md", line, 1), old: old.into(), new: new.into() }
    }

    #[test]
    fn blocks_are_written_anew_and_nothing_else() {
        let (first, second) = (blessing(2, "a\nb\n", "c\n"), blessing(9, "", "d\ne\n"));
        let (text, places) = bless(LESSON, &[&first, &second]);
        assert_eq!(text, "```output\nc\n```\n\nb\n\n```output\nd\ne\n```\n");
        assert_eq!(places.len(), 2);
    }

    #[test]
    fn what_is_not_to_the_letter_is_left_alone() {
        for wrong in
            [blessing(3, "a\nb\n", "c\n"), blessing(6, "b\n", "c\n"), blessing(99, "", "c\n")]
        {
            assert_eq!(bless(LESSON, &[&wrong]), (LESSON.to_owned(), Vec::new()));
        }
    }

    #[test]
    fn what_would_end_a_block_or_act_is_not_written() {
        let place = Place::new("a.md", 1, 1);
        for printed in ["```\n", " ~~~\n", "\u{1b}[31m", "a\rb"] {
            assert_eq!(Blessing::new(&place, "", printed), None, "{printed:?}");
        }
        let blessing = Blessing::new(&place, "", "a  \n\nb\n\n\n").unwrap();
        assert_eq!(blessing.new, "a\n\nb\n");
    }
}
