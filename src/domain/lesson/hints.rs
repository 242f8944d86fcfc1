//! Hints: `<details><summary>Hint</summary>`, what it holds, `</details>`.

use crate::domain::document::Document;

use super::scan::is_comment;
use super::source::At;
use super::step::{Mode, StepReader};

impl StepReader<'_, '_> {
    /// Takes raw HTML: the ends of a hint, a comment; any other is not shown.
    pub(super) fn html(&mut self, html: &str, at: usize) {
        let bare: String = html.chars().filter(|c| !c.is_whitespace()).collect();
        match &*bare {
            "<details><summary>Hint</summary>" => self.open_hint(at),
            "</details>" => self.close_hint(at),
            _ if is_comment(html) => {}
            details if details.starts_with("<details") => {
                self.hint_cut = true;
                self.refuse(
                    at,
                    "a hint begins with a line of its own",
                    "write `<details><summary>Hint</summary>`, an empty line, the hint, an empty line, `</details>`",
                );
            }
            _ => self.faults.warning(
                self.source,
                at,
                "HTML is shown as it is written, or not at all",
                "write Markdown, or put it in backticks",
            ),
        }
    }

    fn open_hint(&mut self, at: usize) {
        self.cut_hint();
        if !matches!(self.mode, Mode::Code(_) | Mode::Unknown) {
            let message = "a hint stands in a step without code to write";
            self.error(at, message, Self::where_code_stands());
        }
        self.hint = Some(At { value: Vec::new(), at });
        self.hint_cut = false;
    }

    fn close_hint(&mut self, at: usize) {
        match self.hint.take() {
            None if self.hint_cut => self.hint_cut = false,
            None => self.error(
                at,
                "`</details>` ends nothing",
                "begin a hint with a line `<details><summary>Hint</summary>`",
            ),
            Some(hint) if hint.value.is_empty() => {
                let message = "this hint is empty";
                self.refuse(hint.at, message, "write it between empty lines, or leave it out");
            }
            Some(hint) => self.code.hints.push(Document(hint.value)),
        }
    }

    /// Ends a hint that is open where it cannot go on.
    pub(super) fn cut_hint(&mut self) {
        if let Some(hint) = self.hint.take() {
            self.hint_cut = true;
            self.refuse(
                hint.at,
                "this hint is not closed before something that is no part of it",
                "end it with a line `</details>` between empty lines",
            );
        }
    }
}
