//! Lines to put in order: what they are, how they are shuffled, and whether a text is made of them.
//!
//! A line is known by its text without indentation. In a learner's text, empty lines count for nothing, and what has a
//! `#` before it is set aside.

use super::answer::Finding;
use super::generate::Chance;
use super::judge::Verdict;
use crate::domain::clean::Clean;

/// How the check is named that every `.order` step has.
pub const NAME: &str = "uses the lines that are given";

/// How many orders are looked at for one that keeps nothing together.
const TRIES: usize = 60;

/// The lines of a text that are used: trimmed, each with its number from 1.
pub fn used(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let numbered = (1..).zip(text.lines().map(str::trim));
    numbered.filter(|(_, line)| !line.is_empty() && !is_aside(line))
}

/// Whether a line is set aside.
#[must_use]
pub fn is_aside(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// The first line that is none of the given ones, or stands there once too often: its number from 1, and its text.
#[must_use]
pub fn stray<'t>(text: &'t str, given: &[String]) -> Option<(u32, &'t str)> {
    let mut left: Vec<&str> = given.iter().map(|line| &**line).collect();
    used(text).find(|(_, line)| match left.iter().position(|other| other == line) {
        Some(place) => {
            left.swap_remove(place);
            false
        }
        None => true,
    })
}

/// Mixes lines: the order hangs on the seed alone. It is never the order in which they are given, as far as they differ,
/// and if there is any such order, none stands right before the one that follows it there.
#[must_use]
pub fn shuffled(lines: &[String], seed: &str) -> Vec<String> {
    // FNV-1a, as for digests: the same on every machine.
    let seed = seed.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let mut chance = Chance::new(seed);
    let mut best = lines.to_vec();
    let mut kept = usize::MAX;
    for _ in 0..TRIES {
        let mut mixed = lines.to_vec();
        for last in (1..mixed.len()).rev() {
            mixed.swap(last, chance.below(last + 1));
        }
        let pairs = kept_pairs(&mixed, lines);
        if mixed != lines && pairs < kept {
            (best, kept) = (mixed, pairs);
        }
        if kept == 0 {
            break;
        }
    }
    best
}

/// How many neighbors of one list are neighbors in the other.
fn kept_pairs(mixed: &[String], lines: &[String]) -> usize {
    mixed.windows(2).filter(|pair| lines.windows(2).any(|other| other == *pair)).count()
}

/// Judges whether a text is made of the given lines.
pub(super) fn judge(text: &str, given: &[String]) -> Finding {
    let Some((number, line)) = stray(text, given) else { return Finding::new(Verdict::Pass) };
    let message = if given.iter().any(|other| other == line) {
        format!("line {number} stands there more often than it is given")
    } else {
        format!("line {number} is none of the lines that are given")
    };
    Finding { got: Some(Clean::line(line)), ..Finding::said(Verdict::Fail, message) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn the_order_hangs_on_the_seed_alone_and_keeps_no_neighbors() {
        let given = lines("a b c d e f g");
        let mixed = shuffled(&given, "retry");
        assert_eq!(mixed, shuffled(&given, "retry"));
        assert_ne!(mixed, shuffled(&given, "cache"));
        assert_eq!(kept_pairs(&mixed, &given), 0);
        let mut sorted = mixed.clone();
        sorted.sort();
        assert_eq!(sorted, given, "nothing is lost");
    }

    #[test]
    fn even_two_lines_are_never_in_order() {
        for seed in ["a", "b", "c", "d"] {
            assert_eq!(shuffled(&lines("x y"), seed), lines("y x"));
        }
        assert_eq!(shuffled(&lines("x x"), "a"), lines("x x"), "these have one order");
    }

    #[test]
    fn a_text_is_made_of_the_lines_whatever_their_indentation() {
        let given = lines("x y y z");
        assert_eq!(stray("y\n    x\n\n# z\n  y\n", &given), None);
        assert_eq!(stray("y\ny\ny\n", &given), Some((3, "y")), "once too often");
        assert_eq!(stray("x\n  w\n", &given), Some((2, "w")));
        assert_eq!(stray("# w\n", &given), None, "what is set aside is not run");
    }

    #[test]
    fn what_is_wrong_with_a_line_is_said() {
        let given = lines("x y");
        let finding = judge("x\nx\n", &given);
        let said = finding.message.unwrap();
        assert_eq!(&*said, "line 2 stands there more often than it is given");
        let finding = judge("import os\n", &given);
        assert_eq!(&*finding.message.unwrap(), "line 1 is none of the lines that are given");
        assert_eq!(&*finding.got.unwrap(), "import os");
    }
}
