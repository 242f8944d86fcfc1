//! The lines of an `.order` step: taken from its solution and its distractors, and mixed for the learner.

use super::code::CodeParts;
use super::source::At;
use super::step::StepReader;
use crate::domain::check::{Check, Rule, lines};
use crate::domain::clean::Clean;
use crate::domain::course::Kind;
use crate::domain::exercise::Code;
use crate::domain::place::Place;

/// Spaces of one level of indentation: what a key of the tutor adds and takes.
const LEVEL: usize = 4;

/// The most lines to put in order: they have to be in sight together.
const MOST: usize = 40;

impl StepReader<'_, '_> {
    /// For an `.order` step, mixes its lines to a starter, and gives the check that they alone are used. For any other,
    /// there are no distractors.
    pub(super) fn lines(&mut self, parts: &mut CodeParts, kind: Kind) -> Option<Check> {
        if kind != Kind::Order {
            if let Some(distractors) = &parts.distractors {
                let message = format!("a `.{}` step has no lines to put in order", kind.word());
                let hint = "leave the distractors out, or make it an `.order` step";
                self.error(distractors.at, message, hint);
            }
            return None;
        }
        if let Some(starter) = &parts.starter {
            let message = "an `.order` step begins with the lines of its solution, mixed";
            self.error(starter.at, message, "leave the starter out");
        }
        let reference = &parts.solutions.first()?.code;
        let count = |code: &Code| numbered(code).count();
        let lines = count(reference) + parts.distractors.as_ref().map_or(0, |it| count(&it.value));
        if !(2..=MOST).contains(&lines) {
            let message = format!("an `.order` step has from 2 to {MOST} lines");
            self.error(self.opening.at, message, "give it more, or divide the step");
            return None;
        }
        let mut given = self.lines_of(reference);
        self.check_indentation(reference);
        let own = given.len();
        if let Some(distractors) = &parts.distractors {
            for (place, line) in numbered(&distractors.value) {
                if given[..own].contains(&line) {
                    let message = "a line of the solution is no distractor";
                    self.line_fault(place, message, "change it, or leave it out");
                }
            }
            given.extend(self.lines_of(&distractors.value));
        }
        self.check_made_of(parts, &given);
        let text = lines::shuffled(&given, &self.opening.id).join("\n") + "\n";
        let place = reference.place.clone();
        let starter = Code { text, place: place.clone() };
        parts.starter = Some(At { value: starter, at: self.opening.at });
        Some(Check {
            name: Clean::line(lines::NAME),
            place,
            hidden: false,
            need: Vec::new(),
            worth: None,
            rule: Rule::Lines(given),
        })
    }

    /// The lines of a block without indentation. Each has to be whole: nothing goes on in the next line.
    fn lines_of(&mut self, code: &Code) -> Vec<String> {
        for (place, line) in numbered(code) {
            if lines::is_aside(&line) {
                let hint = "leave it out: the tutor sets lines aside by making them comments";
                self.line_fault(place, "a comment cannot be put in order", hint);
            } else if !is_whole(&line) {
                let hint = "write it in one line; a bracket or a text that goes over lines cannot be moved line by line";
                self.line_fault(place, "this line is not whole", hint);
            }
        }
        numbered(code).map(|(_, line)| line).collect()
    }

    fn check_indentation(&mut self, code: &Code) {
        let odd = code.text.lines().zip(0..).find(|(line, _)| {
            let blanks = line.len() - line.trim_start().len();
            !line.trim().is_empty() && (line[..blanks].contains('\t') || blanks % LEVEL != 0)
        });
        if let Some((_, number)) = odd {
            let message = "this line is not indented by whole levels";
            self.line_fault(at_line(code, number), message, "indent by 4 spaces for each level");
        }
    }

    /// All that a learner is to arrive at can be made of the lines.
    fn check_made_of(&mut self, parts: &CodeParts, given: &[String]) {
        let solutions = parts.solutions.iter().map(|solution| &solution.code);
        let wrong = parts.mistakes.iter().flat_map(|mistake| {
            mistake.program.iter().map(|program| &program.value).chain(&mistake.look_alikes)
        });
        for code in solutions.chain(wrong) {
            if let Some((number, line)) = lines::stray(&code.text, given) {
                let line: String = line.chars().take(60).collect();
                let message =
                    format!("`{line}` is none of the lines to put in order, or too often");
                let hint =
                    "write it as the first solution does, or add it to ```python distractors";
                self.line_fault(at_line(code, number - 1), message, hint);
            }
        }
    }

    fn line_fault(&mut self, place: Place, message: impl AsRef<str>, hint: &str) {
        self.faults.push(crate::domain::problem::Problem::error(place, message).hint(hint));
    }
}

/// The lines of a block that are not empty, trimmed, each with its place.
fn numbered(code: &Code) -> impl Iterator<Item = (Place, String)> {
    let lines = code.text.lines().zip(0..).filter(|(line, _)| !line.trim().is_empty());
    lines.map(|(line, number)| (at_line(code, number), line.trim().to_owned()))
}

/// The place of a line of a block, counted from 0.
fn at_line(code: &Code, number: u32) -> Place {
    Place { line: code.place.line.saturating_add(number), column: 1, ..code.place.clone() }
}

/// Whether a line closes all that it opens: brackets and texts.
fn is_whole(line: &str) -> bool {
    let mut rest = line;
    let mut depth = 0_i32;
    while let Some(c) = rest.chars().next() {
        match c {
            '#' => break,
            '\'' | '"' => {
                let Some(after) = after_text(rest) else { return false };
                rest = after;
                continue;
            }
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
        rest = &rest[c.len_utf8()..];
    }
    depth == 0 && !line.ends_with('\\')
}

/// What follows a Python text that begins here; nothing where it does not end.
fn after_text(rest: &str) -> Option<&str> {
    let quote = &rest[..1];
    let triple = quote.repeat(3);
    let end = if rest.starts_with(&triple) { triple.as_str() } else { quote };
    let mut inner = &rest[end.len()..];
    loop {
        if let Some(after) = inner.strip_prefix(end) {
            return Some(after);
        }
        let mut chars = inner.chars();
        if chars.next()? == '\\' {
            chars.next()?;
        }
        inner = chars.as_str();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_whole_that_closes_what_it_opens() {
        for line in [
            "return [f(x) for x in xs]",
            "print(')', \"[\", '\\'')  # (",
            "'''doc ' \" here'''",
            "x = \"\"",
            "async with timeout(3):",
        ] {
            assert!(is_whole(line), "{line}");
        }
        for line in ["f(", ")", "x = '''doc", "'open", "a + \\", "print(\"(\"", "x = ')'("] {
            assert!(!is_whole(line), "{line}");
        }
    }
}
