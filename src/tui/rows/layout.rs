//! Blocks to rows: margins, indents, and what stands between blocks. It knows nothing of where rows are shown.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::wrap::{Flow, columns};
use super::{HeadingRow, LaidOut, LayoutContext, LinkArea, PROSE_COLUMNS, inlines, table};
use crate::domain::clean::Clean;
use crate::domain::document::{Alert, Block, Document, Inlines, Item};
use crate::tui::theme::{Glyph, Role, Theme};

/// Indents give way before text gets narrower than this.
const LEAST_TEXT: usize = 12;

/// Lays a document out.
#[must_use]
pub fn lay_out(document: &Document, context: &LayoutContext<'_>) -> LaidOut {
    let mut sheet = Sheet::new(context);
    for (index, block) in document.0.iter().enumerate() {
        sheet.top = index;
        if index > 0 && !matches!(document.0[index - 1], Block::Heading { .. }) {
            sheet.blank_row();
        }
        sheet.block(block);
    }
    sheet.out
}

/// What stands before the text of nested blocks.
struct Indent {
    /// What the next row begins with: a list's marker, once.
    marker: Option<Span<'static>>,
    /// What other rows begin with.
    rest: Span<'static>,
    columns: usize,
}

/// The rows so far, and where the next will stand.
pub(super) struct Sheet<'a> {
    pub(super) context: &'a LayoutContext<'a>,
    pub(super) theme: &'a Theme,
    pub(super) out: LaidOut,
    top: usize,
    indents: Vec<Indent>,
    /// How deep in lists the next block stands.
    depth: usize,
}

impl<'a> Sheet<'a> {
    fn new(context: &'a LayoutContext<'a>) -> Self {
        let theme = context.theme;
        Self { context, theme, out: LaidOut::default(), top: 0, indents: Vec::new(), depth: 0 }
    }

    // Rows.

    /// The columns between the margins.
    pub(super) fn line_columns(&self) -> usize {
        let margins = 2 * usize::from(self.context.margin);
        usize::from(self.context.width).saturating_sub(margins).max(4)
    }

    /// The columns for prose where the next block stands.
    pub(super) fn text_columns(&self) -> usize {
        let line = self.line_columns().min(usize::from(PROSE_COLUMNS));
        line - self.indent_columns(line)
    }

    /// The indents that leave enough room for text, counted from the innermost, and their columns.
    fn indents_kept(&self, line: usize) -> (usize, usize) {
        let mut taken = 0;
        let mut first = self.indents.len();
        for indent in self.indents.iter().rev() {
            if taken + indent.columns + LEAST_TEXT.min(line / 2) > line {
                break;
            }
            taken += indent.columns;
            first -= 1;
        }
        (first, taken)
    }

    pub(super) fn indent_columns(&self, line: usize) -> usize {
        self.indents_kept(line).1
    }

    /// Begins a row with its margin and indents.
    pub(super) fn start_row(&mut self) -> Vec<Span<'static>> {
        let line = self.line_columns().min(usize::from(PROSE_COLUMNS));
        let (first, _) = self.indents_kept(line);
        let mut spans = Vec::with_capacity(4 + self.indents.len());
        if self.context.margin > 0 {
            spans.push(Span::raw(spaces(usize::from(self.context.margin))));
        }
        for indent in &mut self.indents[first..] {
            spans.push(indent.marker.take().unwrap_or_else(|| indent.rest.clone()));
        }
        spans
    }

    /// Ends a row.
    pub(super) fn end_row(&mut self, spans: Vec<Span<'static>>) {
        self.out.rows.push(Line::from(spans));
        self.out.row_block.push(self.top);
    }

    /// A row without text; the bars of quotes go on.
    fn blank_row(&mut self) {
        let mut spans = self.start_row();
        while spans.last().is_some_and(|span| span.content.trim_end().is_empty()) {
            spans.pop();
        }
        if let Some(last) = spans.last_mut() {
            last.content = last.content.trim_end().to_owned().into();
        }
        self.end_row(spans);
    }

    fn within(&mut self, indent: Indent, draw: impl FnOnce(&mut Self)) {
        self.indents.push(indent);
        draw(self);
        self.indents.pop();
    }

    // Blocks.

    /// Draws nested blocks.
    fn blocks(&mut self, blocks: &[Block]) {
        for (index, block) in blocks.iter().enumerate() {
            let close = matches!(block, Block::List { .. })
                || index > 0 && matches!(blocks[index - 1], Block::Heading { .. });
            if index > 0 && !close {
                self.blank_row();
            }
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, text } => self.heading(*level, text),
            Block::Paragraph(text) => self.paragraph(text, self.theme.style(Role::Text)),
            Block::List { start, items } => self.list(*start, items),
            Block::Quote { alert, blocks } => self.quote(*alert, blocks),
            Block::Code { language, text } => self.code(language.as_deref(), text),
            Block::Table { alignments, head, rows } => {
                table::draw(self, alignments, head, rows);
            }
            Block::Rule => self.rule(),
            Block::Example(index) => self.example(*index),
        }
    }

    fn heading(&mut self, level: u8, text: &Inlines) {
        let row = self.out.rows.len();
        self.out.headings.push(HeadingRow { row, level, text: text.to_plain() });
        let role = if level < 5 { Role::Heading } else { Role::Strong };
        self.paragraph(text, self.theme.style(role));
    }

    fn paragraph(&mut self, text: &Inlines, base: Style) {
        let (flow, targets) = self.flow(text, base);
        let width = self.text_columns();
        for part in flow.rows(width) {
            let mut spans = self.start_row();
            self.note_links(&flow, part.clone(), &targets, columns_of(&spans));
            spans.extend(flow.spans(part));
            self.end_row(spans);
        }
    }

    /// The flow of a text and the targets of its links.
    pub(super) fn flow(&self, text: &Inlines, base: Style) -> (Flow, Vec<Clean>) {
        let mut targets = Vec::new();
        let flow = inlines::flow(text, base, self.theme, &mut targets);
        (flow, targets)
    }

    /// Notes where the links of a part stand that is drawn next, from a column on.
    pub(super) fn note_links(
        &mut self,
        flow: &Flow,
        part: std::ops::Range<usize>,
        targets: &[Clean],
        from: usize,
    ) {
        if targets.is_empty() {
            return;
        }
        let row = self.out.rows.len();
        let mut at = column(from);
        for (text, look) in flow.stretches(part) {
            let end = at.saturating_add(column(columns(text)));
            if let Some(target) = look.link.and_then(|link| targets.get(link)) {
                let area = LinkArea { row, columns: at..end, target: target.clone() };
                match self.out.links.last_mut() {
                    // Emphasis inside a link parts its stretches, not the link.
                    Some(last)
                        if last.row == row
                            && last.columns.end == at
                            && last.target == area.target =>
                    {
                        last.columns.end = end;
                    }
                    _ => self.out.links.push(area),
                }
            }
            at = end;
        }
    }

    fn list(&mut self, start: Option<u64>, items: &[Item]) {
        let count = u64::try_from(items.len()).unwrap_or(u64::MAX);
        let last = start.map(|first| first.saturating_add(count.saturating_sub(1)));
        let digits = last.map_or(0, |last| last.to_string().len());
        let loose = items.iter().any(|item| {
            item.blocks.iter().skip(1).any(|block| !matches!(block, Block::List { .. }))
        });
        self.depth += 1;
        for (index, item) in items.iter().enumerate() {
            if loose && index > 0 {
                self.blank_row();
            }
            let number = start.map(|first| first.saturating_add(index as u64));
            let marker = self.marker(number, digits, item.ticked);
            let columns = columns(&marker.content);
            let rest = Span::raw(spaces(columns));
            self.within(Indent { marker: Some(marker), rest, columns }, |sheet| {
                if item.blocks.is_empty() {
                    let spans = sheet.start_row();
                    sheet.end_row(spans);
                }
                sheet.blocks(&item.blocks);
            });
        }
        self.depth -= 1;
    }

    fn marker(&self, number: Option<u64>, digits: usize, ticked: Option<bool>) -> Span<'static> {
        let dim = self.theme.style(Role::Dim);
        match (ticked, number) {
            (Some(true), _) => Span::styled("[x] ", self.theme.style(Role::Passed)),
            (Some(false), _) => Span::styled("[ ] ", dim),
            (None, Some(number)) => Span::styled(format!("{number:>digits$}. "), dim),
            (None, None) => {
                let glyph = if self.depth % 2 == 1 { Glyph::Bullet } else { Glyph::InnerBullet };
                Span::styled(format!("{} ", self.theme.glyph(glyph)), dim)
            }
        }
    }

    fn quote(&mut self, alert: Option<Alert>, blocks: &[Block]) {
        let (title, role) = match alert {
            None => ("", Role::Dim),
            Some(Alert::Note) => ("Note", Role::Dim),
            Some(Alert::Tip) => ("Tip", Role::Dim),
            Some(Alert::Important) => ("Important", Role::Strong),
            Some(Alert::Warning) => ("Warning", Role::Warning),
            Some(Alert::Caution) => ("Caution", Role::Warning),
        };
        let style = self.theme.style(role);
        let rest = Span::styled(format!("{} ", self.theme.glyph(Glyph::Bar)), style);
        self.within(Indent { marker: None, rest, columns: 2 }, |sheet| {
            if !title.is_empty() {
                let strong = sheet.theme.style(Role::Strong);
                let style = if role == Role::Warning { strong.patch(style) } else { strong };
                let mut spans = sheet.start_row();
                spans.push(Span::styled(title, style));
                sheet.end_row(spans);
            }
            sheet.blocks(blocks);
        });
    }

    fn rule(&mut self) {
        let width = self.text_columns();
        let mut spans = self.start_row();
        let rule = self.theme.glyph(Glyph::Rule).repeat(width);
        spans.push(Span::styled(rule, self.theme.style(Role::Dim)));
        self.end_row(spans);
    }
}

/// The columns of spans.
pub(super) fn columns_of(spans: &[Span<'_>]) -> usize {
    spans.iter().map(|span| columns(&span.content)).sum()
}

/// A number of columns as the screen counts them.
pub(super) fn column(columns: usize) -> u16 {
    u16::try_from(columns).unwrap_or(u16::MAX)
}

/// Spaces, without a new text for the usual numbers of them.
pub(super) fn spaces(columns: usize) -> std::borrow::Cow<'static, str> {
    const MANY: &str = "                                ";
    MANY.get(..columns).map_or_else(|| " ".repeat(columns).into(), Into::into)
}
