//! Blocks of code, and examples with their output, as their owner says they stand; it runs nothing.

use std::sync::Arc;

use ratatui::style::Style;
use ratatui::text::Span;

use super::code::{Block as CodeBlock, PAD_LEFT};
use super::highlight::{Highlighted, Token};
use super::layout::{Sheet, column};
use super::wrap::{Flow, columns};
use super::{CodeRows, ExampleRows, ExampleView, OutputView, PROSE_COLUMNS};
use crate::domain::clean::Clean;
use crate::domain::printed::Printed;
use crate::tui::theme::{Glyph, Role};

/// The most rows of output that are shown, from its head and from its tail.
const OUTPUT_HEAD: usize = 150;
const OUTPUT_TAIL: usize = 50;

impl<'a> Sheet<'a> {
    /// Draws code that is shown and not run.
    pub(super) fn code(&mut self, language: Option<&str>, text: &Clean) {
        let python = matches!(language, Some("python" | "py"));
        let colors = if python { self.colors(text) } else { None };
        self.code_rows(text, colors.as_deref(), None);
    }

    /// The colours of a program, or a note that they are wanted.
    fn colors(&mut self, text: &Clean) -> Option<Arc<Highlighted>> {
        let known = self.context.colors.and_then(|colors| colors.get(text));
        if known.is_none() && !text.is_empty() {
            self.out.uncolored.push(text.clone());
        }
        known
    }

    /// The shape of a block whose longest line has so many columns.
    fn code_block(&self, longest: usize, ground: Style) -> CodeBlock<'a> {
        let prose = self.text_columns();
        let line = self.line_columns();
        let pad_right = if prose < 60 { 1 } else { 2 };
        let free = line - self.indent_columns(line.min(usize::from(PROSE_COLUMNS))).min(line);
        // What needs more room than prose may have it.
        let width = (longest + PAD_LEFT + pad_right).max(prose).min(free).max(PAD_LEFT + pad_right);
        let offset = self.context.offsets.get(self.out.code.len()).copied().unwrap_or(0);
        CodeBlock { theme: self.theme, ground, width, pad_right, offset: usize::from(offset) }
    }

    /// Draws a program, as an example's where there is a view of it.
    fn code_rows(
        &mut self,
        text: &Clean,
        colors: Option<&Highlighted>,
        example: Option<(usize, &ExampleView<'_>)>,
    ) {
        let longest = text.lines().map(columns).max().unwrap_or(0);
        let block = self.code_block(longest, self.theme.style(Role::CodeGround));
        let from = self.out.rows.len();
        let focused = example.is_some_and(|(_, view)| view.focused);
        let mut label = example.map(|(_, view)| view.label).filter(|label| !label.is_empty());
        let edge = focused.then(|| self.sign(Glyph::FocusBar, Role::Accent));
        let role = if focused { Role::Accent } else { Role::Dim };
        let label_style = self.theme.style(role);
        if let Some(text_of_label) = label
            && !block.fits(text.lines().next().unwrap_or_default(), text_of_label)
        {
            let mut spans = self.start_row();
            let header = CodeBlock { offset: 0, ..block };
            let cut = cut_to(text_of_label, header.room().saturating_sub(1));
            header.row(edge.clone(), "", &[], Some((cut, label_style)), &mut spans);
            self.end_row(spans);
            label = None;
        }
        let mut lines: Vec<&str> = text.lines().collect();
        if lines.is_empty() {
            lines.push("");
        }
        for (number, line) in lines.into_iter().enumerate() {
            let tokens: &[Token] = colors.map_or(&[], |colors| colors.line(number));
            let label = label.take().map(|label| (label, label_style));
            let mut spans = self.start_row();
            block.row(edge.clone(), line, tokens, label, &mut spans);
            self.end_row(spans);
        }
        let rows = from..self.out.rows.len();
        let hidden = column(longest.saturating_sub(block.room()));
        self.out.code.push(CodeRows { rows, example: example.map(|(index, _)| index), hidden });
    }

    /// Draws an example, where there is a view of it.
    pub(super) fn example(&mut self, index: usize) {
        let Some(view) = self.context.examples.get(index) else { return };
        let from = self.out.rows.len();
        let text = Clean::text(view.code);
        let colors = self.colors(&text);
        self.code_rows(&text, colors.as_deref(), Some((index, view)));
        let output = self.out.rows.len();
        self.output(&view.output);
        let to = self.out.rows.len();
        self.out.examples.push(ExampleRows { index, rows: from..to, output: output..to });
    }

    fn output(&mut self, output: &OutputView<'_>) {
        let dim = self.theme.style(Role::Dim);
        let remark = |text: &str| (Clean::text(text), dim);
        let printed = self.theme.style(Role::Output);
        let mut bar = Role::Dim;
        let mut label = "output".to_owned();
        let (text, style) = match *output {
            OutputView::None => return,
            OutputView::Withheld => remark("shown when you have answered"),
            OutputView::Expected(text) => (Clean::text(text), printed),
            OutputView::Running => remark("running"),
            OutputView::Ran { text, failed, stale, note } => {
                if failed {
                    bar = Role::Failed;
                    label = format!("{} output", self.theme.glyph(Glyph::Fail));
                }
                for note in [if stale { "outdated" } else { "" }, note] {
                    if !note.is_empty() {
                        label = format!(
                            "{label} {} {}",
                            self.theme.glyph(Glyph::Dot),
                            &*Clean::line(note)
                        );
                    }
                }
                let text = Printed::of(text.as_bytes()).text().clone();
                (text, if stale { dim } else { printed })
            }
        };
        let (text, style) = if text.is_empty() { remark("prints nothing") } else { (text, style) };
        self.output_rows(&text, style, bar, &label);
    }

    fn output_rows(&mut self, text: &str, style: Style, bar: Role, label: &str) {
        let lines: Vec<&str> = text.lines().collect();
        let (head, tail) = if lines.len() > OUTPUT_HEAD + OUTPUT_TAIL {
            (&lines[..OUTPUT_HEAD], &lines[lines.len() - OUTPUT_TAIL..])
        } else {
            (&lines[..], &lines[..0])
        };
        let longest = head.iter().chain(tail).map(|line| columns(line)).max().unwrap_or(0);
        // Output scrolls with the code that it belongs to, which was noted last.
        let offset =
            self.out.code.len().checked_sub(1).and_then(|last| self.context.offsets.get(last));
        let offset = offset.copied().map_or(0, usize::from);
        let block = CodeBlock { offset, ..self.code_block(longest, style) };
        let edge = self.sign(Glyph::Bar, bar);
        let label_role = if bar == Role::Failed { Role::Failed } else { Role::Dim };
        let mut label = Some((label, self.theme.style(label_role)));
        if let Some((text, style)) = label
            && !block.fits(lines[0], text)
        {
            let mut spans = self.start_row();
            spans.push(edge.clone());
            spans.push(Span::raw(" "));
            spans.push(Span::styled(cut_to(text, block.room()).to_owned(), style));
            self.end_row(spans);
            label = None;
        }
        for line in head {
            self.output_row(&block, &edge, line, label.take());
        }
        if !tail.is_empty() {
            let left_out = lines.len() - OUTPUT_HEAD - OUTPUT_TAIL;
            let remark = format!("{} {left_out} lines more", self.theme.glyph(Glyph::Ellipsis));
            let dim = CodeBlock { ground: self.theme.style(Role::Dim), offset: 0, ..block };
            self.output_row(&dim, &edge, &remark, None);
        }
        for line in tail {
            self.output_row(&block, &edge, line, None);
        }
        self.widen_hidden(longest.saturating_sub(block.room()));
    }

    fn output_row(
        &mut self,
        block: &CodeBlock<'_>,
        edge: &Span<'static>,
        line: &str,
        label: Option<(&str, Style)>,
    ) {
        let mut spans = self.start_row();
        block.row(Some(edge.clone()), line, &[], label, &mut spans);
        self.end_row(spans);
    }

    /// Notes that the last block of code can be scrolled as far as its output needs.
    fn widen_hidden(&mut self, hidden: usize) {
        if let Some(code) = self.out.code.last_mut() {
            code.hidden = code.hidden.max(column(hidden));
        }
    }

    fn sign(&self, glyph: Glyph, role: Role) -> Span<'static> {
        Span::styled(self.theme.glyph(glyph), self.theme.style(role))
    }
}

/// The beginning of a text that fits.
fn cut_to(text: &str, room: usize) -> &str {
    let flow = Flow::new(text, Style::new());
    let end = flow.rows(room.max(1)).first().map_or(0, |row| row.end);
    &text[..end]
}
