//! A page on a rule of the type checker: its Markdown as rows, as far as that goes without a lesson's layout.

use ratatui::text::Line;

use crate::domain::clean::Clean;
use crate::tui::parts::wrap;
use crate::tui::theme::{Role, Theme};

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleText {
    /// The rule.
    pub rule: Clean,
    /// What was found, which the page explains.
    pub found: Clean,
    /// The explanation, in Markdown.
    pub text: String,
}

/// The rows of a page.
pub(super) fn rows(page: &RuleText, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let plain = theme.style(Role::Text);
    let styled = |text: &str, style| -> Vec<Line<'static>> {
        let wrapped = if text.is_empty() { vec![String::new()] } else { wrap(text, width) };
        wrapped.into_iter().map(|line| Line::styled(line, style)).collect()
    };
    let mut rows = styled(&page.found, theme.style(Role::Failed));
    rows.push(Line::default());
    let (mut in_code, mut paragraph) = (false, String::new());
    for line in page.text.lines() {
        let line = Clean::line(line);
        let is_fence = line.trim_start().starts_with("```");
        let is_block = line.trim().is_empty() || line.starts_with('#') || is_fence;
        if !in_code && (is_block || line.starts_with("- ")) && !paragraph.is_empty() {
            rows.extend(styled(&std::mem::take(&mut paragraph), plain));
        }
        if is_fence {
            in_code = !in_code;
        } else if in_code {
            rows.push(Line::styled(format!("    {}", &*line), theme.style(Role::Accent)));
        } else if let Some(title) = line.strip_prefix('#') {
            let title = title.trim_start_matches('#').trim();
            rows.extend(styled(title, theme.style(Role::Heading)));
        } else if line.trim().is_empty() {
            rows.push(Line::default());
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line.trim());
        }
    }
    rows.extend(styled(&paragraph, plain));
    // Two empty rows in a row are one.
    rows.dedup_by(|one, other| one.width() == 0 && other.width() == 0);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_paragraphs_and_code_are_rows_of_their_own() {
        let text = "## What it does\nLooks for\nthings.\n\n\n```python\nx = 1\n```\n- one\n- two\n";
        let page = RuleText { rule: Clean::line("a"), found: Clean::line("no"), text: text.into() };
        let rows = rows(&page, 40, &Theme::plain());
        let rows: Vec<String> = rows.iter().map(ToString::to_string).collect();
        let expected =
            ["no", "", "What it does", "Looks for things.", "", "    x = 1", "- one", "- two"];
        assert_eq!(rows, expected);
    }
}
