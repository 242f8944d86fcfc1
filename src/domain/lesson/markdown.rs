//! From Markdown to nodes with positions: the prose is ready to be shown, the blocks wait to be understood.
//!
//! The conversion keeps a stack of its own, so that no nesting in a stranger's pack can overflow the thread's. It does
//! not know what a step is.

use std::ops::Range;

use pulldown_cmark::{
    Alignment as Align, BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag,
    TagEnd,
};

use super::scan::{DEEPEST, braces, info, is_closed, is_comment, nested_too_deep, wrong_with_link};
use super::source::{Faults, Source};
use crate::domain::clean::Clean;
use crate::domain::document::{Alert, Alignment, Block, Inline, Inlines, Item};

/// A block at the margin of a lesson.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) at: usize,
    pub(super) kind: NodeKind,
}

/// What a node is.
#[derive(Debug)]
pub(super) enum NodeKind {
    /// A heading.
    Heading(Heading),
    /// A fenced block of code.
    Fence(Fence),
    /// A list; each item with the range where it stands.
    List { start: Option<u64>, items: Vec<(Item, Range<usize>)> },
    /// Raw HTML.
    Html(String),
    /// Prose of any other form.
    Prose(Block),
}

/// A heading, without what stands in its braces.
#[derive(Debug, Clone)]
pub(super) struct Heading {
    pub(super) level: u8,
    pub(super) text: Inlines,
    /// What stands between the braces at its end.
    pub(super) attributes: Option<Range<usize>>,
}

/// A fenced block of code.
#[derive(Debug, Clone)]
pub(super) struct Fence {
    /// Where its info string stands.
    pub(super) info: Range<usize>,
    /// What it holds.
    pub(super) text: String,
    /// The line of the file that its text begins on.
    pub(super) line: u32,
}

/// Converts the text from a byte offset to its end; nothing where it is nested so deep that it is not read.
pub(super) fn nodes(source: &Source<'_>, from: usize, faults: &mut Faults) -> Option<Vec<Node>> {
    if nested_too_deep(source, from, faults) {
        return None;
    }
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    let text = source.text.get(from..).unwrap_or("");
    let mut builder = Builder::new(source, faults);
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        builder.event(event, range.start + from..range.end + from);
    }
    Some(builder.nodes)
}

/// What is open: one for each start without its end.
struct Frame {
    open: Open,
    range: Range<usize>,
    /// Text that no inline holds yet: the parser cuts it at every character that might mean something.
    text: String,
    inlines: Vec<Inline>,
    blocks: Vec<Block>,
}

enum Open {
    Paragraph,
    Heading {
        level: u8,
        braces: Option<Range<usize>>,
    },
    Emphasis,
    Strong,
    Struck,
    Link(Clean),
    Image,
    Quote(Option<Alert>),
    List {
        start: Option<u64>,
        items: Vec<(Item, Range<usize>)>,
    },
    Item {
        ticked: Option<bool>,
    },
    Table {
        alignments: Vec<Alignment>,
        rows: Vec<Vec<Inlines>>,
    },
    Row(Vec<Inlines>),
    Cell,
    Fence {
        info: Range<usize>,
    },
    Indented,
    Html,
    /// Something that the format does not have; what it holds goes on.
    Other,
}

struct Builder<'s, 't> {
    source: &'s Source<'t>,
    faults: &'s mut Faults,
    nodes: Vec<Node>,
    stack: Vec<Frame>,
    /// How many containers are open beyond the deepest.
    beyond: usize,
    told_of_depth: bool,
}

impl<'s, 't> Builder<'s, 't> {
    fn new(source: &'s Source<'t>, faults: &'s mut Faults) -> Self {
        let (nodes, stack) = (Vec::new(), Vec::new());
        Self { source, faults, nodes, stack, beyond: 0, told_of_depth: false }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        if self.in_braces(&range) && !matches!(event, Event::End(TagEnd::Heading(_))) {
            return self.cut_text(event, range);
        }
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(_) => self.end(),
            Event::Text(text) => self.text(&text),
            Event::Html(html) => self.text(&html),
            Event::InlineHtml(html) => self.inline_html(&html, range.start),
            Event::Code(code) => self.inline(Inline::Code(Clean::line(code))),
            Event::SoftBreak => self.inline(Inline::SoftBreak),
            Event::HardBreak => self.inline(Inline::HardBreak),
            Event::Rule => self.block(Block::Rule, range.start),
            Event::TaskListMarker(done) => self.tick(done),
            // Not switched on.
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.text(&text);
            }
        }
    }

    /// Whether something reaches into the braces at the end of the heading that is open.
    fn in_braces(&self, range: &Range<usize>) -> bool {
        let open = self.stack.iter().find_map(|frame| match &frame.open {
            Open::Heading { braces: Some(braces), .. } => Some(braces.start),
            _ => None,
        });
        open.is_some_and(|open| range.end > open)
    }

    /// Takes of a text what stands before the braces, and nothing of what stands in them.
    fn cut_text(&mut self, event: Event<'_>, range: Range<usize>) {
        let Some(Open::Heading { braces: Some(braces), .. }) = self
            .stack
            .iter()
            .map(|frame| &frame.open)
            .find(|open| matches!(open, Open::Heading { .. }))
        else {
            return;
        };
        let open = braces.start;
        match event {
            Event::Text(text) if range.start < open => {
                let before = text.get(..open - range.start).unwrap_or("").to_owned();
                self.text(&before);
            }
            Event::Start(tag) if range.start < open => self.start(tag, range),
            Event::End(_) if range.start < open => self.end(),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        if self.stack.len() >= DEEPEST || self.beyond > 0 {
            self.beyond += 1;
            if !self.told_of_depth {
                self.told_of_depth = true;
                self.faults.error(
                    self.source,
                    range.start,
                    "this is nested too deep",
                    format!("nest lists, quotes and emphasis at most {DEEPEST} deep"),
                );
            }
            return;
        }
        let open = self.open(tag, &range);
        if is_block(&open) {
            self.flush_item();
        }
        self.stack.push(Frame {
            open,
            range,
            text: String::new(),
            inlines: Vec::new(),
            blocks: Vec::new(),
        });
    }

    fn open(&mut self, tag: Tag<'_>, range: &Range<usize>) -> Open {
        match tag {
            Tag::Paragraph => Open::Paragraph,
            Tag::Heading { level, .. } => {
                let braces = braces(self.source.text, range);
                Open::Heading { level: level_number(level), braces }
            }
            Tag::BlockQuote(kind) => Open::Quote(kind.map(alert)),
            Tag::CodeBlock(CodeBlockKind::Indented) => Open::Indented,
            Tag::CodeBlock(CodeBlockKind::Fenced(_)) => {
                Open::Fence { info: info(self.source.text, range) }
            }
            Tag::HtmlBlock => Open::Html,
            Tag::List(start) => Open::List { start, items: Vec::new() },
            Tag::Item => Open::Item { ticked: None },
            Tag::Table(columns) => Open::Table {
                alignments: columns.into_iter().map(alignment).collect(),
                rows: Vec::new(),
            },
            Tag::TableHead | Tag::TableRow => Open::Row(Vec::new()),
            Tag::TableCell => Open::Cell,
            Tag::Emphasis => Open::Emphasis,
            Tag::Strong => Open::Strong,
            Tag::Strikethrough => Open::Struck,
            Tag::Link { dest_url, .. } => {
                self.check_link(&dest_url, range.start);
                Open::Link(Clean::line(dest_url))
            }
            Tag::Image { .. } => Open::Image,
            _ => Open::Other,
        }
    }

    fn end(&mut self) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        let Some(mut frame) = self.stack.pop() else { return };
        let at = frame.range.start;
        match frame.open {
            Open::Fence { info } => return self.end_fence(info, frame.text, frame.range),
            Open::Indented => {
                let block = Block::Code { language: None, text: Clean::text(frame.text) };
                return self.block(block, at);
            }
            Open::Html => return self.end_html(frame.text, at),
            _ => frame.flush_text(),
        }
        let inlines = Inlines(frame.inlines);
        match frame.open {
            Open::Paragraph => self.block(Block::Paragraph(inlines), at),
            Open::Heading { level, braces } => self.end_heading(level, inlines, braces, at),
            Open::Emphasis => self.inline(Inline::Emphasis(inlines)),
            Open::Strong => self.inline(Inline::Strong(inlines)),
            Open::Struck => self.inline(Inline::Struck(inlines)),
            Open::Link(target) => self.inline(Inline::Link { target, text: inlines }),
            Open::Image => self.inline(Inline::Image(Clean::line(inlines.to_plain()))),
            Open::Quote(alert) => self.block(Block::Quote { alert, blocks: frame.blocks }, at),
            Open::List { start, items } => self.end_list(start, items, at),
            Open::Item { ticked } => {
                let mut blocks = frame.blocks;
                if !inlines.0.is_empty() {
                    blocks.push(Block::Paragraph(inlines));
                }
                self.end_item(Item { ticked, blocks }, frame.range);
            }
            Open::Table { alignments, rows } => self.end_table(alignments, rows, at),
            Open::Row(cells) => self.end_row(cells),
            Open::Cell => self.end_cell(inlines),
            Open::Fence { .. } | Open::Indented | Open::Html | Open::Other => {}
        }
    }

    fn end_fence(&mut self, info: Range<usize>, text: String, range: Range<usize>) {
        let source = self.source;
        if !is_closed(source.text, &range) {
            self.faults.error(
                source,
                range.start,
                "this block of code is never closed",
                "end it with a line of the same backticks as its first line begins with",
            );
        }
        if self.stack.is_empty() {
            let line = source.line(range.start).saturating_add(1);
            let kind = NodeKind::Fence(Fence { info, text, line });
            return self.nodes.push(Node { at: range.start, kind });
        }
        let mut words = source.text.get(info.clone()).unwrap_or("").split_whitespace();
        let language = words.next().map(Clean::line);
        if words.next().is_some() {
            self.faults.error(
                source,
                range.start,
                "a block with options stands inside a list or a quote",
                "move it to the margin, or leave the language alone on its first line",
            );
        }
        self.block(Block::Code { language, text: Clean::text(text) }, range.start);
    }

    fn end_html(&mut self, html: String, at: usize) {
        if self.stack.is_empty() {
            self.nodes.push(Node { at, kind: NodeKind::Html(html) });
        } else if !is_comment(&html) {
            self.warn_of_html(at);
        }
    }

    fn end_heading(
        &mut self,
        level: u8,
        mut text: Inlines,
        braces: Option<Range<usize>>,
        at: usize,
    ) {
        trim_end(&mut text);
        let attributes = braces.map(|braces| braces.start + 1..braces.end - 1);
        if self.stack.is_empty() {
            let kind = NodeKind::Heading(Heading { level, text, attributes });
            self.nodes.push(Node { at, kind });
        } else {
            self.block(Block::Heading { level, text }, at);
        }
    }

    fn end_list(&mut self, start: Option<u64>, items: Vec<(Item, Range<usize>)>, at: usize) {
        if self.stack.is_empty() {
            self.nodes.push(Node { at, kind: NodeKind::List { start, items } });
        } else {
            let items = items.into_iter().map(|(item, _)| item).collect();
            self.block(Block::List { start, items }, at);
        }
    }

    fn end_item(&mut self, item: Item, range: Range<usize>) {
        if let Some(Frame { open: Open::List { items, .. }, .. }) = self.stack.last_mut() {
            items.push((item, range));
        }
    }

    fn end_table(&mut self, alignments: Vec<Alignment>, mut rows: Vec<Vec<Inlines>>, at: usize) {
        if !rows.is_empty() {
            let head = rows.remove(0);
            self.block(Block::Table { alignments, head, rows }, at);
        }
    }

    fn end_row(&mut self, cells: Vec<Inlines>) {
        if let Some(Frame { open: Open::Table { rows, .. }, .. }) = self.stack.last_mut() {
            rows.push(cells);
        }
    }

    fn end_cell(&mut self, cell: Inlines) {
        if let Some(Frame { open: Open::Row(cells), .. }) = self.stack.last_mut() {
            cells.push(cell);
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(frame) = self.stack.last_mut() {
            frame.text.push_str(text);
        }
    }

    fn inline(&mut self, inline: Inline) {
        if let Some(frame) = self.stack.last_mut() {
            frame.flush_text();
            frame.inlines.push(inline);
        }
    }

    fn inline_html(&mut self, html: &str, at: usize) {
        if !is_comment(html) {
            // One warning for an element, at its beginning.
            if !html.starts_with("</") {
                self.warn_of_html(at);
            }
            self.text(html);
        }
    }

    fn warn_of_html(&mut self, at: usize) {
        self.faults.warning(
            self.source,
            at,
            "HTML is shown as it is written, or not at all",
            "write Markdown, or put it in backticks",
        );
    }

    fn block(&mut self, block: Block, at: usize) {
        self.flush_item();
        match self.stack.last_mut() {
            Some(frame) => frame.blocks.push(block),
            None => self.nodes.push(Node { at, kind: NodeKind::Prose(block) }),
        }
    }

    /// Makes a paragraph of the text that stands in an item without one, before a block follows.
    fn flush_item(&mut self) {
        if let Some(frame) = self.stack.last_mut()
            && matches!(frame.open, Open::Item { .. })
        {
            frame.flush_text();
            if !frame.inlines.is_empty() {
                let inlines = std::mem::take(&mut frame.inlines);
                frame.blocks.push(Block::Paragraph(Inlines(inlines)));
            }
        }
    }

    fn tick(&mut self, done: bool) {
        let item = self.stack.iter_mut().rev().find_map(|frame| match &mut frame.open {
            Open::Item { ticked } => Some(ticked),
            _ => None,
        });
        if let Some(ticked) = item {
            *ticked = Some(done);
        }
    }

    fn check_link(&mut self, target: &str, at: usize) {
        if let Some(wrong) = wrong_with_link(target) {
            self.faults.error(
                self.source,
                at,
                wrong,
                "link to `https://…`, to a lesson (`track/name`) or to a step (`track/name#step` or `#step`)",
            );
        }
    }
}

impl Frame {
    fn flush_text(&mut self) {
        if !self.text.is_empty() {
            self.inlines.push(Inline::Text(Clean::line(&self.text)));
            self.text.clear();
        }
    }
}

fn is_block(open: &Open) -> bool {
    !matches!(
        open,
        Open::Emphasis | Open::Strong | Open::Struck | Open::Link(_) | Open::Image | Open::Other
    )
}

/// Takes white space off the end of a text.
pub(super) fn trim_end(text: &mut Inlines) {
    while let Some(last) = text.0.last_mut() {
        match last {
            Inline::Text(words) if words.trim_end().is_empty() => {}
            Inline::Text(words) if words.ends_with(char::is_whitespace) => {
                *words = Clean::line(words.trim_end());
                return;
            }
            Inline::SoftBreak | Inline::HardBreak => {}
            _ => return,
        }
        text.0.pop();
    }
}

fn level_number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

fn alert(kind: BlockQuoteKind) -> Alert {
    match kind {
        BlockQuoteKind::Note => Alert::Note,
        BlockQuoteKind::Tip => Alert::Tip,
        BlockQuoteKind::Important => Alert::Important,
        BlockQuoteKind::Warning => Alert::Warning,
        BlockQuoteKind::Caution => Alert::Caution,
    }
}

fn alignment(column: Align) -> Alignment {
    match column {
        Align::None | Align::Left => Alignment::Left,
        Align::Center => Alignment::Center,
        Align::Right => Alignment::Right,
    }
}
