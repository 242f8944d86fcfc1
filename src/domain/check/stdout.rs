//! Judges what a program printed.

use std::collections::HashMap;

use regex::RegexBuilder;
use similar::{DiffOp, capture_diff_slices};

use super::Stdout;
use super::compare::{Difference, DifferenceKind};
use super::text;
use crate::domain::clean::Clean;
use crate::domain::run::Captured;
use crate::domain::value::Value;

/// How many lines are shown.
const WINDOW: usize = 8;
/// How many characters of a line are shown.
const LINE: usize = 160;
/// How many bytes a compiled pattern may take.
const PATTERN_BYTES: usize = 1 << 20;
/// Past this many lines a text is compared up to its first difference, not aligned.
const ALIGNED: usize = 2_000;

/// Compiles an author's pattern, limited in size.
pub(super) fn pattern(text: &str) -> Result<regex::Regex, String> {
    RegexBuilder::new(text)
        .size_limit(PATTERN_BYTES)
        .build()
        .map_err(|_| format!("the pattern `{text}` is not one that this program can search for"))
}

/// How an output differs from what is asked for, if it does; an error names a fault of the pack.
pub(super) fn check(rule: &Stdout, captured: &Captured) -> Result<Option<Difference>, String> {
    let got = captured.text();
    let mut difference = match rule {
        Stdout::Equals(expected) => in_order(&lines(expected), &lines(&got)),
        Stdout::Lines { lines: expected, unordered } => {
            let expected: Vec<&str> = expected.iter().map(|line| line.trim_end()).collect();
            if *unordered {
                in_any_order(&expected, &lines(&got))
            } else {
                in_order(&expected, &lines(&got))
            }
        }
        Stdout::Matches(wanted) => unmatched(wanted, &got)?,
    };
    if let Some(difference) = &mut difference {
        let note = "part of the output was dropped, it was too long";
        difference.notes.extend((captured.dropped() > 0).then(|| Clean::line(note)));
    }
    Ok(difference)
}

/// What was printed, as data; the white space that is forgiven is not in it.
pub(super) fn evidence(captured: &Captured) -> Value {
    Value::Str(plain(&captured.text()))
}

/// A text without the white space that is forgiven.
pub(super) fn plain(text: &str) -> String {
    lines(text).join("\n")
}

/// The lines of an output without the white space at their ends, and without empty lines at the end.
fn lines(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.split('\n').map(str::trim_end).collect();
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    lines
}

fn in_order(expected: &[&str], got: &[&str]) -> Option<Difference> {
    if expected == got {
        return None;
    }
    let first = expected.iter().zip(got).take_while(|(a, b)| a == b).count();
    let (kind, notes) = in_words(expected, got, first);
    Some(Difference {
        path: Clean::line(format!("line {}", first + 1)),
        kind,
        expected: window(expected, first),
        got: window(got, first),
        notes: notes.iter().map(Clean::line).collect(),
    })
}

fn in_words(expected: &[&str], got: &[&str], first: usize) -> (DifferenceKind, Vec<String>) {
    let line = first + 1;
    if got.is_empty() {
        return (DifferenceKind::Missing, vec!["nothing was printed".to_owned()]);
    }
    if sorted(expected) == sorted(got) {
        let notes = vec!["the same lines in another order".to_owned()];
        return (DifferenceKind::Order, notes);
    }
    if let Some((missing, extra)) = moved(expected, got) {
        if extra.is_empty() {
            let note = format!("missing from line {line} on: {}", quoted(&missing));
            return (DifferenceKind::Missing, vec![note]);
        }
        if missing.is_empty() {
            let note = format!("too many from line {line} on: {}", quoted(&extra));
            return (DifferenceKind::Extra, vec![note]);
        }
    }
    let (Some(wanted), Some(came)) = (expected.get(first), got.get(first)) else {
        let note = format!("{} lines were printed, not {}", got.len(), expected.len());
        return (DifferenceKind::Length, vec![note]);
    };
    let mut notes = Vec::new();
    if expected.len().max(got.len()) > 1 {
        notes.push(format!("the first difference is in line {line}"));
    }
    notes.extend(text::notes(wanted, came));
    (DifferenceKind::Text, notes)
}

/// The lines that one side has and the other lacks, where the rest is the same in the same order.
fn moved<'t>(expected: &[&'t str], got: &[&'t str]) -> Option<(Vec<&'t str>, Vec<&'t str>)> {
    if expected.len().max(got.len()) > ALIGNED {
        return None;
    }
    let (mut missing, mut extra) = (Vec::new(), Vec::new());
    for op in capture_diff_slices(similar::Algorithm::Myers, expected, got) {
        match op {
            DiffOp::Equal { .. } => {}
            DiffOp::Delete { old_index, old_len, .. } => {
                missing.extend(&expected[old_index..old_index + old_len]);
            }
            DiffOp::Insert { new_index, new_len, .. } => {
                extra.extend(&got[new_index..new_index + new_len]);
            }
            DiffOp::Replace { .. } => return None,
        }
    }
    Some((missing, extra))
}

fn sorted<'t>(lines: &[&'t str]) -> Vec<&'t str> {
    let mut lines = lines.to_vec();
    lines.sort_unstable();
    lines
}

fn in_any_order(expected: &[&str], got: &[&str]) -> Option<Difference> {
    let missing = surplus(expected, got);
    let extra = surplus(got, expected);
    let kind = match (missing.is_empty(), extra.is_empty()) {
        (true, true) => return None,
        (false, true) => DifferenceKind::Missing,
        (true, false) => DifferenceKind::Extra,
        (false, false) => DifferenceKind::Text,
    };
    let mut notes = vec![Clean::line("the order of the lines does not matter")];
    for (word, lines) in [("missing", &missing), ("too many", &extra)] {
        if !lines.is_empty() {
            notes.push(Clean::line(format!("{word}: {}", quoted(lines))));
        }
    }
    if let ([wanted], [came]) = (&*missing, &*extra) {
        notes.extend(text::notes(wanted, came).iter().map(Clean::line));
    }
    let (expected, got) = (window(expected, 0), window(got, 0));
    Some(Difference { path: Clean::default(), kind, expected, got, notes })
}

/// The lines that `a` has more often than `b`.
fn surplus<'t>(a: &[&'t str], b: &[&'t str]) -> Vec<&'t str> {
    let mut open: HashMap<&str, usize> = HashMap::new();
    for line in b {
        *open.entry(line).or_default() += 1;
    }
    let mut surplus = Vec::new();
    for line in a {
        match open.get_mut(line) {
            Some(count) if *count > 0 => *count -= 1,
            _ => surplus.push(*line),
        }
    }
    surplus
}

fn unmatched(wanted: &str, got: &str) -> Result<Option<Difference>, String> {
    if pattern(wanted)?.is_match(got) {
        return Ok(None);
    }
    let lines = lines(got);
    let note = if lines.is_empty() { "nothing was printed" } else { "no part of it matches" };
    Ok(Some(Difference {
        path: Clean::default(),
        kind: DifferenceKind::Text,
        expected: Clean::line(format!("something that matches {wanted}")),
        got: window(&lines, 0),
        notes: vec![Clean::line(note)],
    }))
}

fn quoted(lines: &[&str]) -> String {
    const NAMED: usize = 3;
    let mut shown: Vec<String> =
        lines.iter().take(NAMED).map(|line| format!("`{}`", shortened(line))).collect();
    if lines.len() > NAMED {
        shown.push(format!("and {} more", lines.len() - NAMED));
    }
    shown.join(", ")
}

fn shortened(line: &str) -> String {
    let length = line.chars().count();
    if length <= LINE {
        return text::visible(line).as_str().to_owned();
    }
    let head: String = line.chars().take(LINE).collect();
    format!("{} … {} more characters", text::visible(&head).as_str(), length - LINE)
}

/// The lines around a place, with a count of what is left out.
fn window(lines: &[&str], place: usize) -> Clean {
    if lines.is_empty() {
        return Clean::line("(nothing)");
    }
    let start =
        if lines.len() <= WINDOW { 0 } else { place.saturating_sub(2).min(lines.len() - 1) };
    let end = (start + WINDOW).min(lines.len());
    let mut shown = Vec::new();
    if start > 0 {
        shown.push(format!("… {start} lines before …"));
    }
    shown.extend(lines[start..end].iter().map(|line| shortened(line)));
    if end < lines.len() {
        shown.push(format!("… {} more lines", lines.len() - end));
    }
    Clean::text(shown.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(text: &str) -> Captured {
        Captured { head: text.as_bytes().to_vec(), tail: Vec::new(), total: text.len() as u64 }
    }

    fn against(expected: &str, got: &str) -> Option<Difference> {
        check(&Stdout::Equals(expected.into()), &printed(got)).unwrap()
    }

    fn notes(difference: &Difference) -> Vec<&str> {
        difference.notes.iter().map(Clean::as_str).collect()
    }

    #[test]
    fn white_space_at_the_ends_is_forgiven_and_nothing_else() {
        assert_eq!(against("a\nb\n", "a  \r\nb\t\n\n\n"), None);
        assert!(against("a\nb\n", " a\nb\n").is_some());
        assert!(against("a\nb\n", "a\n\nb\n").is_some());
    }

    #[test]
    fn a_difference_names_its_line_and_shows_tabs() {
        let difference = against("one\ntwo three\n", "one\ntwo\tthree\n").unwrap();
        assert_eq!(&*difference.path, "line 2");
        assert_eq!(&*difference.got, "one\ntwo→three");
        assert_eq!(
            notes(&difference),
            [
                "the first difference is in line 2",
                "only white space differs",
                "character 4 is a tab (U+0009), not a space (U+0020)"
            ]
        );
    }

    #[test]
    fn lines_that_lack_or_are_too_many_are_named() {
        let lacks = against("a\nb\nc\n", "a\nc\n").unwrap();
        assert_eq!(
            (lacks.kind, notes(&lacks)),
            (DifferenceKind::Missing, vec!["missing from line 2 on: `b`"])
        );
        let more = against("a\n", "a\ndebug\n").unwrap();
        assert_eq!(
            (more.kind, notes(&more)),
            (DifferenceKind::Extra, vec!["too many from line 2 on: `debug`"])
        );
        let none = against("a\n", "").unwrap();
        assert_eq!((&*none.got, notes(&none)), ("(nothing)", vec!["nothing was printed"]));
    }

    #[test]
    fn the_right_lines_in_another_order_are_called_that() {
        let difference = against("a\nb\n", "b\na\n").unwrap();
        assert_eq!(difference.kind, DifferenceKind::Order);
        assert_eq!(notes(&difference), ["the same lines in another order"]);
    }

    #[test]
    fn unordered_lines_are_compared_with_their_number() {
        let rule =
            Stdout::Lines { lines: vec!["a".into(), "b".into(), "a".into()], unordered: true };
        assert_eq!(check(&rule, &printed("b\na\na\n")).unwrap(), None);
        let difference = check(&rule, &printed("b\nb\na\n")).unwrap().unwrap();
        assert_eq!(notes(&difference)[1..], ["missing: `a`", "too many: `b`"]);
    }

    #[test]
    fn a_pattern_is_searched_and_a_wrong_one_is_the_packs_fault() {
        let rule = |text: &str| Stdout::Matches(text.into());
        assert_eq!(check(&rule(r"took \d+ ms"), &printed("it took 12 ms\n")).unwrap(), None);
        assert!(check(&rule(r"took \d+ ms"), &printed("no")).unwrap().is_some());
        assert!(check(&rule("("), &printed("")).is_err());
        assert!(check(&rule(r"\w{9999}{999}"), &printed("")).is_err());
    }

    #[test]
    fn a_long_output_is_shown_around_its_difference() {
        let numbers: Vec<String> = (0..100).map(|n| n.to_string()).collect();
        let expected = numbers.join("\n");
        let got = expected.replace("\n50\n", "\nfifty\n");
        let difference = against(&expected, &got).unwrap();
        assert!(difference.got.starts_with("… 48 lines before …\n48\n49\nfifty\n51\n"));
        assert!(difference.got.ends_with("… 44 more lines"));
    }

    #[test]
    fn a_cut_output_never_passes_for_a_whole_one() {
        let cut = Captured { head: b"a\n".to_vec(), tail: b"b\n".to_vec(), total: 1_000 };
        let difference = check(&Stdout::Equals("a\nb\n".into()), &cut).unwrap().unwrap();
        assert!(difference.notes.iter().any(|note| note.contains("dropped")));
    }
}
