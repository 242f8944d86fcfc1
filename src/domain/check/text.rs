//! Two texts that differ, in words: what an eye misses is named.

use std::fmt::Write as _;

use unicode_segmentation::UnicodeSegmentation;

use crate::domain::clean::Clean;

/// A line with what is hard to see made visible: `·` for a space at the end, `→` for a tab, `<U+200B>` for what hides.
#[must_use]
pub fn visible(line: &str) -> Clean {
    let body = line.trim_end_matches([' ', '\t', '\r']);
    let mut out = body.replace('\t', "→");
    for c in line[body.len()..].chars() {
        match c {
            ' ' => out.push('·'),
            '\t' => out.push('→'),
            other => out.push(other),
        }
    }
    Clean::line(out)
}

/// Where two texts first differ, in code points; the length of the shorter where it is the beginning of the other.
#[must_use]
pub fn first_difference(expected: &str, got: &str) -> usize {
    expected.chars().zip(got.chars()).take_while(|(a, b)| a == b).count()
}

/// What can be said about the difference of two texts, most telling first; nothing where it is plain to see.
#[must_use]
pub fn notes(expected: &str, got: &str) -> Vec<String> {
    let mut notes = Vec::new();
    if expected == got {
        return notes;
    }
    if let Some(note) = end_only(expected, got) {
        notes.push(note);
    } else if without(expected, char::is_whitespace) == without(got, char::is_whitespace) {
        notes.push("only white space differs".to_owned());
    } else if expected.to_lowercase() == got.to_lowercase() {
        notes.push("only upper and lower case differ".to_owned());
    } else if same_lines(expected, got) {
        notes.push("the same lines in another order".to_owned());
    }
    notes.extend(place_note(expected, got));
    notes.extend(character_note(expected, got));
    notes
}

/// One text is the other with more white space at its end.
fn end_only(expected: &str, got: &str) -> Option<String> {
    let (more, word) = match (expected.strip_prefix(got), got.strip_prefix(expected)) {
        (Some(more), _) => (more, "missing"),
        (_, Some(more)) => (more, "too many"),
        _ => return None,
    };
    let what = match more {
        "\n" => "a line end".to_owned(),
        " " => "a space".to_owned(),
        _ if more.chars().all(char::is_whitespace) => {
            format!("white space ({})", Clean::line(more.replace(' ', "·")).as_str())
        }
        _ => return None,
    };
    let word = if word == "too many" && !what.starts_with('a') { "too much" } else { word };
    Some(format!("only the end differs: {what} is {word}"))
}

fn without(text: &str, drop: impl Fn(char) -> bool) -> String {
    text.chars().filter(|c| !drop(*c)).collect()
}

fn same_lines(expected: &str, got: &str) -> bool {
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort_unstable();
        lines
    };
    expected.contains('\n') && sorted(expected) == sorted(got)
}

/// The line and the character, where a text is too long to see them at once.
fn place_note(expected: &str, got: &str) -> Option<String> {
    const PLAIN: usize = 40;
    if expected.chars().count().max(got.chars().count()) <= PLAIN && !expected.contains('\n') {
        return None;
    }
    let common: String = expected.chars().take(first_difference(expected, got)).collect();
    let line = common.matches('\n').count() + 1;
    let column = common.rsplit('\n').next().unwrap_or("").graphemes(true).count() + 1;
    let place = if expected.contains('\n') || got.contains('\n') {
        format!("line {line}, character {column}")
    } else {
        format!("character {column}")
    };
    Some(format!("the first difference is at {place}"))
}

/// The characters' numbers, where they may look alike or cannot be seen.
fn character_note(expected: &str, got: &str) -> Option<String> {
    let pairs = expected.graphemes(true).map(Some).chain(std::iter::repeat(None));
    let (index, wanted, seen) = pairs
        .zip(got.graphemes(true).map(Some).chain(std::iter::repeat(None)))
        .enumerate()
        .map(|(index, (a, b))| (index, a, b))
        .find(|(_, a, b)| a != b)?;
    let strange = |cluster: Option<&str>| {
        cluster.is_some_and(|c| c.chars().any(|c| !c.is_ascii() || (c.is_control() && c != '\n')))
    };
    if !(strange(wanted) || strange(seen)) {
        return None;
    }
    Some(format!("character {} is {}, not {}", index + 1, name(seen), name(wanted)))
}

fn name(cluster: Option<&str>) -> String {
    let Some(cluster) = cluster else { return "the end".to_owned() };
    let mut out = match cluster {
        " " => "a space".to_owned(),
        "\n" => "a line end".to_owned(),
        "\t" => "a tab".to_owned(),
        _ => format!("`{}`", Clean::line(cluster).as_str()),
    };
    if !out.contains("U+") {
        let codes: Vec<String> =
            cluster.chars().map(|c| format!("U+{:04X}", u32::from(c))).collect();
        let _ = write!(out, " ({})", codes.join(" "));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_space_at_the_end_a_tab_and_what_hides_are_made_visible() {
        assert_eq!(&*visible("a\tb \t"), "a→b·→");
        assert_eq!(&*visible("x\u{200b}y"), "x<U+200B>y");
        assert_eq!(&*visible("plain text"), "plain text");
    }

    #[test]
    fn characters_that_look_alike_are_told_apart_by_number() {
        assert_eq!(
            notes("naïve", "nai\u{308}ve"),
            ["character 3 is `i\u{308}` (U+0069 U+0308), not `ï` (U+00EF)"]
        );
        assert_eq!(notes("cat", "c\u{430}t"), ["character 2 is `а` (U+0430), not `a` (U+0061)"]);
        assert_eq!(notes("ab", "a\u{200b}b"), ["character 2 is `<U+200B>`, not `b` (U+0062)"]);
    }

    #[test]
    fn a_difference_of_one_sort_is_named() {
        assert_eq!(notes("Hello", "hello"), ["only upper and lower case differ"]);
        assert_eq!(notes("a b", "ab"), ["only white space differs"]);
        assert_eq!(notes("ab\n", "ab")[0], "only the end differs: a line end is missing");
        assert_eq!(notes("ab", "ab "), ["only the end differs: a space is too many"]);
        assert_eq!(notes("a\nb\n", "b\na\n")[0], "the same lines in another order");
    }

    #[test]
    fn plain_differences_need_no_words() {
        assert!(notes("inbox", "wrapper").is_empty());
    }

    #[test]
    fn a_long_text_gets_a_place() {
        assert_eq!(
            notes("one\ntwo\n", "one\ntwx\n"),
            ["the first difference is at line 2, character 3"]
        );
    }
}
