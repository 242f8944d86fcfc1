//! The parts of the format's reference that are made from the tables which the parser reads through.

use std::fmt::Write as _;

use super::blocks::{FORMS, OPTIONS};
use super::heading::{ATTRIBUTES, KINDS};
use super::keys::Keys;
use super::tables::{
    CASE, CHECK, FRONT, INPUT, LAZY, MISTAKE, PACK, SHEET, SOURCE, SPAN, TASKS, TRACK, TYPES,
};
use crate::domain::check::source::NODES;

/// Every part, as its name and its Markdown, which ends in a line end.
#[must_use]
pub fn parts() -> Vec<(&'static str, String)> {
    vec![
        ("pack", keys(&PACK)),
        ("track", keys(&TRACK)),
        ("front-matter", keys(&FRONT)),
        ("cheat-sheet", keys(&SHEET)),
        ("kinds", kinds()),
        ("attributes", pairs("attribute", &ATTRIBUTES)),
        ("blocks", blocks()),
        ("options", pairs("option", &OPTIONS)),
        ("check", keys(&CHECK)),
        ("case", keys(&CASE)),
        ("span", keys(&SPAN)),
        ("tasks", keys(&TASKS)),
        ("lazy", keys(&LAZY)),
        ("input", keys(&INPUT)),
        ("types", keys(&TYPES)),
        ("source", keys(&SOURCE)),
        ("nodes", nodes()),
        ("mistake", keys(&MISTAKE)),
    ]
}

/// Puts the parts into a document, each between `<!-- NAME begin -->` and `<!-- NAME end -->`.
///
/// What a document does not ask for is left out.
#[must_use]
pub fn fill(document: &str) -> String {
    fill_with(document, &parts())
}

/// Puts these parts into a document, in the same way.
#[must_use]
pub fn fill_with(document: &str, parts: &[(&'static str, String)]) -> String {
    let mut filled = document.to_owned();
    for (name, part) in parts {
        let (begin, end) = (format!("<!-- {name} begin -->\n"), format!("<!-- {name} end -->"));
        let Some(start) = filled.find(&begin).map(|at| at + begin.len()) else { continue };
        let Some(length) = filled.get(start..).and_then(|rest| rest.find(&end)) else { continue };
        filled.replace_range(start..start + length, &format!("\n{part}\n"));
    }
    filled
}

/// A table of keys as Markdown, which ends in a line end.
pub(in crate::domain) fn keys(keys: &Keys) -> String {
    let mut out = String::from("| key | takes | means |\n| --- | --- | --- |\n");
    for key in keys.all() {
        let required = if key.required { "**required**; " } else { "" };
        let doc = format!("{required}{}", key.doc);
        row(&mut out, &[&format!("`{}`", key.name), &key.takes.name(), &doc]);
    }
    out
}

fn kinds() -> String {
    let mut out = String::from("| kind | the learner |\n| --- | --- |\n");
    row(&mut out, &["(none)", "reads, runs and edits the examples"]);
    for (kind, doc) in KINDS {
        row(&mut out, &[&format!("`.{}`", kind.word()), doc]);
    }
    out
}

fn pairs(what: &str, pairs: &[(&str, &str)]) -> String {
    let mut out = format!("| {what} | means |\n| --- | --- |\n");
    for (name, doc) in pairs {
        row(&mut out, &[&format!("`{name}`"), doc]);
    }
    out
}

fn blocks() -> String {
    let mut out = String::from("| first line | options | is |\n| --- | --- | --- |\n");
    for form in FORMS {
        let mut first = format!("```{}", form.language);
        if !form.word.is_empty() {
            let _ = write!(first, " {}", form.word);
        }
        if form.valued {
            first.push_str("=…");
        }
        let options: Vec<String> = form.options.iter().map(|name| format!("`{name}`")).collect();
        row(&mut out, &[&format!("```` {first} ````"), &options.join(", "), form.doc]);
    }
    out
}

fn nodes() -> String {
    let names: Vec<String> = NODES.iter().map(|name| format!("`{name}`")).collect();
    format!("{}.\n", names.join(", "))
}

fn row(out: &mut String, cells: &[&str]) {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    let _ = writeln!(out, "| {} |", cells.join(" | "));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_stands_between_its_marks_and_the_rest_stays() {
        let filled = fill("a\n<!-- nodes begin -->\nold\n<!-- nodes end -->\nz\n");
        assert!(filled.starts_with("a\n<!-- nodes begin -->\n\n`yield`, "));
        assert!(
            filled.ends_with("`return-in-finally`.\n\n<!-- nodes end -->\nz\n")
                && !filled.contains("old")
        );
        assert_eq!(fill(&filled), filled);
    }
}
