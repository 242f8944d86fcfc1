//! The reading pane: a document with its examples, scrolled, with one example in focus.
//!
//! It lays out when its document, its examples or its size change, and only copies rows when it draws. It does not run
//! anything and does not know what its keys are called elsewhere: its owner asks which example is in focus.

use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::layout::Rect;

use crate::domain::clean::Clean;
use crate::domain::document::Document;
use crate::domain::record::Row;
use crate::tui::rows::highlight::{CodeColors, Highlighted};
use crate::tui::rows::{
    CourseView, ExampleRows, ExampleView, LaidOut, LayoutContext, OutputView, lay_out,
};
use crate::tui::theme::{Glyph, Role, Theme};

/// The rows of the last page that stay on the screen when a page is turned.
const OVERLAP: usize = 2;
/// The rows that one notch of the wheel moves.
const NOTCH: usize = 3;
/// The columns that one key scrolls code sideways.
const SIDE_STEP: u16 = 8;

/// An example that the pane shows, as it stands now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReaderExample {
    /// Its program.
    pub code: String,
    /// What it prints.
    pub output: ReaderOutput,
    /// What a key does with it, as in `► F5 run`.
    pub label: String,
    /// What it did when it ran, where that was recorded.
    pub course: Option<ReaderCourse>,
}

/// The course of an example.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReaderCourse {
    /// What it is, as in `12 calls`.
    pub title: String,
    /// Its rows.
    pub rows: Vec<Row>,
    /// Whether they are shown.
    pub open: bool,
}

impl ReaderCourse {
    fn view(&self) -> CourseView<'_> {
        let (label, rows) =
            if self.open { ("t hides it", &self.rows[..]) } else { ("t shows it", &[][..]) };
        CourseView { title: &self.title, label, rows }
    }
}

/// What an example prints, as [`OutputView`] says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ReaderOutput {
    /// There is none to show.
    #[default]
    None,
    /// It is held back.
    Withheld,
    /// What the lesson says.
    Expected(String),
    /// It runs.
    Running,
    /// What it printed.
    Ran {
        /// Standard output and the exception's last lines.
        text: String,
        /// Whether the run ended in a way that nobody asked for.
        failed: bool,
        /// Whether the code has changed since.
        stale: bool,
        /// A remark, such as how long it took; may be empty.
        note: String,
    },
}

impl ReaderOutput {
    fn view(&self) -> OutputView<'_> {
        match self {
            Self::None => OutputView::None,
            Self::Withheld => OutputView::Withheld,
            Self::Expected(text) => OutputView::Expected(text),
            Self::Running => OutputView::Running,
            Self::Ran { text, failed, stale, note } => {
                OutputView::Ran { text, failed: *failed, stale: *stale, note }
            }
        }
    }
}

/// What the pane can be told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReaderAction {
    /// A row up.
    Up,
    /// A row down.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the top.
    Home,
    /// To the end.
    End,
    /// Code to the left.
    Left,
    /// Code to the right.
    Right,
    /// Focus to the next example.
    NextExample,
    /// Focus to the example before.
    PreviousExample,
}

impl ReaderAction {
    /// The action of a key in this pane.
    #[must_use]
    pub fn of(key: KeyEvent) -> Option<Self> {
        if key.kind == KeyEventKind::Release {
            return None;
        }
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        if !(key.modifiers - KeyModifiers::CONTROL - KeyModifiers::SHIFT).is_empty() {
            return None;
        }
        Some(match key.code {
            KeyCode::Down if control => Self::NextExample,
            KeyCode::Up if control => Self::PreviousExample,
            _ if control => return None,
            KeyCode::Up | KeyCode::Char('k') => Self::Up,
            KeyCode::Down | KeyCode::Char('j') => Self::Down,
            KeyCode::PageUp => Self::PageUp,
            KeyCode::PageDown | KeyCode::Char(' ') => Self::PageDown,
            KeyCode::Home | KeyCode::Char('g') => Self::Home,
            KeyCode::End | KeyCode::Char('G') => Self::End,
            KeyCode::Left | KeyCode::Char('h') => Self::Left,
            KeyCode::Right | KeyCode::Char('l') => Self::Right,
            KeyCode::Char(']') => Self::NextExample,
            KeyCode::Char('[') => Self::PreviousExample,
            _ => return None,
        })
    }
}

/// What stands at a place of the pane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hit {
    /// An example, by index.
    Example(usize),
    /// A link, by where it leads.
    Link(Clean),
}

/// The reading pane.
#[derive(Debug, Clone)]
pub struct Reader {
    document: Document,
    examples: Vec<ReaderExample>,
    colors: CodeColors,
    theme: Theme,
    width: u16,
    height: u16,
    laid_out: LaidOut,
    offsets: Vec<u16>,
    top: usize,
    focus: Option<usize>,
}

impl Reader {
    /// Makes a pane without a document and without a size.
    #[must_use]
    pub fn new(theme: Theme) -> Self {
        Self {
            document: Document::default(),
            examples: Vec::new(),
            colors: CodeColors::default(),
            theme,
            width: 0,
            height: 0,
            laid_out: LaidOut::default(),
            offsets: Vec::new(),
            top: 0,
            focus: None,
        }
    }

    // What it shows.

    /// Shows a document from its top, with its examples by index.
    pub fn set_document(&mut self, document: Document, examples: Vec<ReaderExample>) {
        self.document = document;
        self.examples = examples;
        self.offsets.clear();
        self.focus = None;
        self.lay_out();
        self.top = 0;
        if let Some(first) = self.laid_out.examples.first() {
            self.set_focus(first.index);
        }
    }

    /// Shows what an example prints now; a result of the example in focus is brought into view.
    pub fn set_output(&mut self, index: usize, output: ReaderOutput) {
        let Some(example) = self.examples.get_mut(index) else { return };
        let reveal = matches!(output, ReaderOutput::Ran { .. }) && self.focus == Some(index);
        example.output = output;
        self.lay_out_in_place();
        if reveal {
            self.reveal_output(index);
        }
    }

    /// Has the course of an example shown below its output, as far open as the one before was.
    pub fn set_course(&mut self, index: usize, course: Option<ReaderCourse>) {
        let Some(example) = self.examples.get_mut(index) else { return };
        let open = example.course.as_ref().is_some_and(|before| before.open);
        example.course = course.map(|course| ReaderCourse { open, ..course });
        self.lay_out_in_place();
    }

    /// Opens or folds the course of the example in focus, and says whether there is one.
    pub fn toggle_course(&mut self) -> bool {
        let focus = self.focus.and_then(|index| self.examples.get_mut(index));
        let Some(course) = focus.and_then(|example| example.course.as_mut()) else { return false };
        course.open = !course.open;
        let reveal = course.open;
        self.lay_out_in_place();
        if let Some(index) = self.focus.filter(|_| reveal) {
            self.reveal_output(index);
        }
        true
    }

    /// Whether the example in focus has a course.
    #[must_use]
    pub fn has_course(&self) -> bool {
        let focus = self.focus.and_then(|index| self.examples.get(index));
        focus.is_some_and(|example| example.course.is_some())
    }

    /// Shows an example's program as it stands now.
    pub fn set_code(&mut self, index: usize, code: String) {
        if let Some(example) = self.examples.get_mut(index) {
            example.code = code;
            self.lay_out_in_place();
        }
    }

    /// Says what a key does with an example.
    pub fn set_label(&mut self, index: usize, label: String) {
        if let Some(example) = self.examples.get_mut(index)
            && example.label != label
        {
            example.label = label;
            self.lay_out_in_place();
        }
    }

    /// The examples as they stand now.
    #[must_use]
    pub fn examples(&self) -> &[ReaderExample] {
        &self.examples
    }

    /// Takes another theme.
    pub fn set_theme(&mut self, theme: Theme) {
        self.theme = theme;
        self.lay_out_in_place();
    }

    /// Takes a size; the block at the top stays there.
    pub fn resize(&mut self, width: u16, height: u16) {
        let rewrap = width != self.width;
        self.height = height;
        if rewrap {
            let (block, offset, rows) = self.top_block();
            self.width = width;
            self.lay_out();
            let (first, now) = self.rows_of_block(block);
            self.top = first + (offset * now).checked_div(rows).unwrap_or(0);
        }
        self.clamp();
        self.focus_what_is_visible();
    }

    /// Python that is drawn plain until its colours are handed in.
    #[must_use]
    pub fn wanted_colors(&self) -> &[Clean] {
        &self.laid_out.uncolored
    }

    /// Takes colours that a highlighter found.
    pub fn add_colors(&mut self, found: Vec<(Clean, Highlighted)>) {
        self.colors.extend(found);
        self.lay_out_in_place();
    }

    // Where it stands.

    /// The example in focus, by index.
    #[must_use]
    pub fn focus(&self) -> Option<usize> {
        self.focus
    }

    /// Puts an example in focus, without scrolling; one that is not there is passed over.
    pub fn set_focus(&mut self, index: usize) {
        if self.focus != Some(index) && self.rows_of_example(index).is_some() {
            self.focus = Some(index);
            self.lay_out_in_place();
        }
    }

    /// The row at the top of the pane.
    #[must_use]
    pub fn top(&self) -> usize {
        self.top
    }

    /// The rows of the whole document.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.laid_out.rows.len()
    }

    /// Whether the last row is in view.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.top >= self.last_top()
    }

    /// Does an action, and says whether anything changed.
    pub fn act(&mut self, action: ReaderAction) -> bool {
        let page = usize::from(self.height).saturating_sub(OVERLAP).max(1);
        match action {
            ReaderAction::Up => self.scroll_to(self.top.saturating_sub(1)),
            ReaderAction::Down => self.scroll_to(self.top + 1),
            ReaderAction::PageUp => self.scroll_to(self.top.saturating_sub(page)),
            ReaderAction::PageDown => self.scroll_to(self.top + page),
            ReaderAction::Home => self.scroll_to(0),
            ReaderAction::End => self.scroll_to(usize::MAX),
            ReaderAction::Left => self.scroll_sideways(|at| at.saturating_sub(SIDE_STEP)),
            ReaderAction::Right => self.scroll_sideways(|at| at.saturating_add(SIDE_STEP)),
            ReaderAction::NextExample => self.move_focus(true),
            ReaderAction::PreviousExample => self.move_focus(false),
        }
    }

    /// Turns the wheel by notches, down where they are positive, and says whether anything changed.
    pub fn wheel(&mut self, notches: i32) -> bool {
        let rows = NOTCH * notches.unsigned_abs() as usize;
        let to = if notches < 0 { self.top.saturating_sub(rows) } else { self.top + rows };
        self.scroll_to(to)
    }

    /// What stands at a place, counted from the pane's upper left corner.
    #[must_use]
    pub fn hit(&self, column: u16, row: u16) -> Option<Hit> {
        if row >= self.height || column >= self.width {
            return None;
        }
        let row = self.top + usize::from(row);
        if let Some(link) = self.laid_out.link_at(row, column) {
            return Some(Hit::Link(link.target.clone()));
        }
        self.laid_out.example_at(row).map(|example| Hit::Example(example.index))
    }

    // Drawing.

    /// Draws the pane into an area, which ought to have the size that the pane was given.
    pub fn view(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let area = area.intersection(buf.area);
        let rows = self.laid_out.rows.iter().skip(self.top);
        for (row, y) in rows.zip(area.top()..area.bottom()) {
            buf.set_line(area.x, y, row, area.width);
        }
        self.view_bar(area, buf, theme);
    }

    /// Draws the scroll bar, and the sign that there is more below, where they hide no text.
    fn view_bar(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let (rows, height) = (self.rows(), usize::from(area.height));
        let margin = LayoutContext::new(self.width, theme).margin;
        if rows <= height || margin == 0 || area.is_empty() {
            return;
        }
        let x = area.right() - 1;
        let length = (height * height / rows).max(1);
        let from = (height - length) * self.top.min(rows - height) / (rows - height);
        for (index, y) in (area.top()..area.bottom()).enumerate() {
            if (from..from + length).contains(&index) {
                buf.set_string(x, y, theme.glyph(Glyph::Thumb), theme.style(Role::Dim));
            }
        }
        if !self.is_at_end() {
            self.view_more(area, buf, theme);
        }
    }

    fn view_more(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let (x, y) = (area.right() - 1, area.bottom() - 1);
        let style = theme.style(Role::Accent);
        buf.set_string(x, y, theme.glyph(Glyph::Down), style);
        let last = self.laid_out.rows.get(self.top + usize::from(area.height) - 1);
        let word = "more ";
        let free =
            usize::from(area.width).saturating_sub(last.map_or(0, ratatui::text::Line::width));
        if free >= word.len() + 6 {
            buf.set_string(x - 5, y, word, theme.style(Role::Dim));
        }
    }

    // Layout.

    fn lay_out(&mut self) {
        let views: Vec<ExampleView<'_>> = self
            .examples
            .iter()
            .enumerate()
            .map(|(index, example)| ExampleView {
                code: &example.code,
                output: example.output.view(),
                focused: self.focus == Some(index),
                label: &example.label,
                course: example.course.as_ref().map(ReaderCourse::view),
            })
            .collect();
        let context = LayoutContext::new(self.width, &self.theme)
            .with_examples(&views)
            .with_colors(&self.colors)
            .with_offsets(&self.offsets);
        self.laid_out = lay_out(&self.document, &context);
    }

    /// Lays out anew what stays where it is.
    fn lay_out_in_place(&mut self) {
        let (block, offset, _) = self.top_block();
        self.lay_out();
        let (first, rows) = self.rows_of_block(block);
        self.top = first + offset.min(rows.saturating_sub(1));
        self.clamp();
    }

    /// The block at the top, which of its rows is there, and how many it has.
    fn top_block(&self) -> (usize, usize, usize) {
        let block = self.laid_out.row_block.get(self.top).copied().unwrap_or(0);
        let (first, rows) = self.rows_of_block(block);
        (block, self.top.saturating_sub(first), rows)
    }

    fn rows_of_block(&self, block: usize) -> (usize, usize) {
        let of_rows = &self.laid_out.row_block;
        let first = of_rows.partition_point(|of_row| *of_row < block);
        let end = of_rows.partition_point(|of_row| *of_row <= block);
        (first, end - first)
    }

    // Scrolling.

    fn last_top(&self) -> usize {
        self.rows().saturating_sub(usize::from(self.height))
    }

    fn clamp(&mut self) {
        self.top = self.top.min(self.last_top());
    }

    fn scroll_to(&mut self, top: usize) -> bool {
        let before = self.top;
        self.top = top.min(self.last_top());
        self.focus_what_is_visible();
        self.top != before
    }

    /// Where the example in focus is scrolled away, the first in view takes its place.
    fn focus_what_is_visible(&mut self) {
        let window = self.top..self.top + usize::from(self.height);
        let visible = |example: &ExampleRows| {
            example.rows.start < window.end && example.rows.end > window.start
        };
        let focused = self.focus.and_then(|index| self.rows_of_example(index));
        if focused.is_some_and(visible) {
            return;
        }
        if let Some(first) = self.laid_out.examples.iter().find(|example| visible(example)) {
            self.set_focus(first.index);
        }
    }

    fn rows_of_example(&self, index: usize) -> Option<&ExampleRows> {
        self.laid_out.examples.iter().find(|example| example.index == index)
    }

    fn move_focus(&mut self, forward: bool) -> bool {
        let examples = &self.laid_out.examples;
        let at = examples.iter().position(|example| Some(example.index) == self.focus);
        let to = match (at, forward) {
            (Some(at), true) => at + 1,
            (Some(at), false) => at.wrapping_sub(1),
            (None, _) => 0,
        };
        let Some(next) = examples.get(to).map(|example| example.index) else { return false };
        self.set_focus(next);
        self.reveal(next);
        true
    }

    /// Scrolls as little as it takes to see an example, its head where it is longer than the pane.
    fn reveal(&mut self, index: usize) {
        let Some(rows) = self.rows_of_example(index).map(|example| example.rows.clone()) else {
            return;
        };
        let height = usize::from(self.height);
        if rows.end > self.top + height {
            self.top = rows.end - height;
        }
        self.top = self.top.min(rows.start);
        self.clamp();
    }

    /// Scrolls as little as it takes to see an example's output, its head where it is longer than the pane.
    fn reveal_output(&mut self, index: usize) {
        let Some(rows) = self.rows_of_example(index).map(|example| example.output.clone()) else {
            return;
        };
        if rows.is_empty() {
            return self.reveal(index);
        }
        let height = usize::from(self.height);
        if rows.end > self.top + height {
            self.top = rows.end - height;
        }
        self.top = self.top.min(rows.start);
        self.clamp();
    }

    /// Scrolls the code in focus sideways, or else the first in view that is cut.
    fn scroll_sideways(&mut self, step: impl Fn(u16) -> u16) -> bool {
        let window = self.top..self.top + usize::from(self.height);
        let code = &self.laid_out.code;
        let visible = |index: &usize| {
            let rows = &code[*index].rows;
            code[*index].hidden > 0 && rows.start < window.end && rows.end > window.start
        };
        let mut candidates = (0..code.len()).filter(visible);
        let focused = candidates.clone().find(|index| code[*index].example == self.focus);
        let Some(index) = focused.or_else(|| candidates.next()) else { return false };
        let hidden = code[index].hidden;
        if self.offsets.len() <= index {
            self.offsets.resize(index + 1, 0);
        }
        let before = self.offsets[index];
        self.offsets[index] = step(before).min(hidden);
        if self.offsets[index] == before {
            return false;
        }
        self.lay_out_in_place();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::{Block, Inline, Inlines};
    use crate::domain::record::RowKind;
    use crate::tui::rows::highlight::Highlighter;

    fn paragraph(text: &str) -> Block {
        Block::Paragraph(Inlines::plain(text))
    }

    fn example(code: &str) -> ReaderExample {
        ReaderExample {
            code: code.to_owned(),
            output: ReaderOutput::Expected("printed\n".to_owned()),
            label: "► F5 run".to_owned(),
            course: None,
        }
    }

    fn printed(text: &str) -> ReaderOutput {
        let (text, note) = (text.to_owned(), String::new());
        ReaderOutput::Ran { text, failed: false, stale: false, note }
    }

    /// Twenty paragraphs `p0` to `p19` with an example after the third and the last.
    fn reader(width: u16, height: u16) -> Reader {
        let mut blocks: Vec<Block> =
            (0..20).map(|n| paragraph(&format!("p{n} {}", "word ".repeat(12).trim()))).collect();
        blocks.insert(3, Block::Example(0));
        blocks.push(Block::Example(1));
        let mut reader = Reader::new(Theme::dark());
        reader.resize(width, height);
        reader.set_document(Document(blocks), vec![example("x = 1\n"), example("y = 2\n")]);
        reader
    }

    fn drawn(reader: &Reader) -> String {
        let area = Rect::new(0, 0, reader.width, reader.height);
        let mut buffer = Buffer::empty(area);
        reader.view(area, &mut buffer, &Theme::dark());
        let row = |y: u16| (0..area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
        (0..area.height).map(row).fold(String::new(), |text, row| text + row.trim_end() + "\n")
    }

    fn press(code: KeyCode) -> Option<ReaderAction> {
        ReaderAction::of(KeyEvent::new(code, KeyModifiers::NONE))
    }

    #[test]
    fn what_is_in_view_is_drawn_with_a_bar_and_a_sign_that_there_is_more() {
        let mut reader = reader(40, 12);
        insta::assert_snapshot!(drawn(&reader));
        reader.act(ReaderAction::End);
        insta::assert_snapshot!(drawn(&reader));
    }

    fn a_course() -> ReaderCourse {
        let row = |depth, kind, text: &str, result: &str| Row {
            depth,
            kind,
            line: None,
            text: Clean::line(text),
            result: Clean::line(result),
            time_ns: 0,
            event: 0,
        };
        let rows = vec![
            row(0, RowKind::Call, "fib(n=2)", "1"),
            row(1, RowKind::Call, "fib(n=1)", "1"),
            row(1, RowKind::Raise, "fib(n=0)", "raises ValueError: no more than this fits"),
        ];
        ReaderCourse { title: "3 calls".to_owned(), rows, open: false }
    }

    #[test]
    fn a_course_is_folded_below_the_output_until_it_is_opened() {
        let mut reader = Reader::new(Theme::dark());
        reader.resize(40, 9);
        reader.set_document(Document(vec![Block::Example(0)]), vec![example("fib(2)\n")]);
        assert!(!reader.has_course() && !reader.toggle_course());
        reader.set_output(0, printed("done\n"));
        reader.set_course(0, Some(a_course()));
        insta::assert_snapshot!(drawn(&reader));
        assert!(reader.toggle_course());
        insta::assert_snapshot!(drawn(&reader));
        // The next run's stands as open as this one.
        reader.set_course(0, Some(a_course()));
        assert!(drawn(&reader).contains("fib(n=1)"));
        assert!(reader.toggle_course() && !drawn(&reader).contains("fib(n=1)"));
    }

    #[test]
    fn a_course_without_end_is_bounded() {
        let mut reader = Reader::new(Theme::dark());
        reader.resize(40, 9);
        reader.set_document(Document(vec![Block::Example(0)]), vec![example("x\n")]);
        let rows = vec![a_course().rows[0].clone(); 5000];
        reader.set_course(0, Some(ReaderCourse { rows, ..a_course() }));
        reader.toggle_course();
        reader.act(ReaderAction::End);
        assert!(reader.rows() < 250 && drawn(&reader).contains("4800 more"), "{}", drawn(&reader));
    }

    #[test]
    fn a_document_that_fits_has_neither_bar_nor_sign() {
        let mut reader = Reader::new(Theme::dark());
        reader.resize(40, 3);
        reader.set_document(Document(vec![paragraph("all of it")]), Vec::new());
        assert_eq!(drawn(&reader), " all of it\n\n\n");
    }

    #[test]
    fn scrolling_stops_at_both_ends_and_says_so() {
        let mut reader = reader(40, 12);
        assert!(!reader.act(ReaderAction::Up));
        assert!(reader.act(ReaderAction::Down) && reader.top() == 1);
        assert!(reader.act(ReaderAction::End) && reader.is_at_end());
        assert_eq!(reader.top(), reader.rows() - 12);
        assert!(!reader.act(ReaderAction::PageDown));
        assert!(reader.act(ReaderAction::Home) && reader.top() == 0);
    }

    #[test]
    fn a_page_keeps_two_rows_of_the_last_one() {
        let mut reader = reader(40, 12);
        reader.act(ReaderAction::PageDown);
        assert_eq!(reader.top(), 10);
        reader.act(ReaderAction::PageUp);
        assert_eq!(reader.top(), 0);
    }

    #[test]
    fn the_block_at_the_top_stays_there_when_the_pane_gets_another_width() {
        let mut reader = reader(80, 12);
        reader.act(ReaderAction::PageDown);
        reader.act(ReaderAction::PageDown);
        let (block, _, _) = reader.top_block();
        for width in [30, 100, 36, 80] {
            reader.resize(width, 12);
            assert_eq!(reader.top_block().0, block, "at {width} columns");
        }
    }

    #[test]
    fn a_taller_pane_shows_no_rows_past_the_end() {
        let mut reader = reader(40, 12);
        reader.act(ReaderAction::End);
        reader.resize(40, 20);
        assert_eq!(reader.top(), reader.rows() - 20);
        reader.resize(40, 1000);
        assert_eq!(reader.top(), 0);
    }

    #[test]
    fn the_focus_is_on_an_example_in_view() {
        let mut reader = reader(40, 12);
        assert_eq!(reader.focus(), Some(0));
        reader.act(ReaderAction::End);
        assert_eq!(reader.focus(), Some(1));
        reader.act(ReaderAction::Up);
        assert_eq!(reader.focus(), Some(1));
    }

    #[test]
    fn moving_the_focus_brings_the_example_into_view() {
        let mut reader = reader(40, 12);
        assert!(reader.act(ReaderAction::NextExample));
        assert_eq!((reader.focus(), reader.is_at_end()), (Some(1), true));
        assert!(!reader.act(ReaderAction::NextExample));
        assert!(reader.act(ReaderAction::PreviousExample));
        let rows = &reader.rows_of_example(0).unwrap().rows;
        assert!(reader.top() <= rows.start && rows.end <= reader.top() + 12);
        assert!(!reader.act(ReaderAction::PreviousExample));
    }

    #[test]
    fn a_result_comes_into_view_and_moves_nothing_above_it() {
        let mut reader = reader(40, 12);
        let before = drawn(&reader);
        assert!(!before.contains("line 3"));
        reader.set_output(0, printed("line 1\nline 2\nline 3\n"));
        assert!(drawn(&reader).contains("line 3"));
        let top = reader.top();
        reader.set_output(1, printed("far below\n"));
        assert_eq!(reader.top(), top);
    }

    #[test]
    fn a_place_tells_the_example_or_the_link_that_stands_there() {
        let mut reader = Reader::new(Theme::dark());
        reader.resize(40, 12);
        let target = Clean::line("https://example.org");
        let link = Inline::Link { target: target.clone(), text: Inlines::plain("here") };
        let blocks = vec![Block::Paragraph(Inlines(vec![link])), Block::Example(0)];
        reader.set_document(Document(blocks), vec![example("x = 1\n")]);
        assert_eq!(reader.hit(1, 0), Some(Hit::Link(target)));
        assert_eq!(reader.hit(5, 0), None);
        assert_eq!(reader.hit(5, 1), None);
        assert_eq!(reader.hit(5, 2), Some(Hit::Example(0)));
        assert_eq!(reader.hit(5, 3), Some(Hit::Example(0)));
        assert_eq!(reader.hit(40, 2), None);
    }

    #[test]
    fn code_that_is_cut_is_scrolled_sideways_as_far_as_it_goes() {
        let mut reader = Reader::new(Theme::dark());
        reader.resize(24, 5);
        let blocks = vec![paragraph("x"), Block::Example(0)];
        let code = "0123456789012345678901234567\n";
        reader.set_document(
            Document(blocks),
            vec![ReaderExample { label: String::new(), ..example(code) }],
        );
        assert!(!reader.act(ReaderAction::Left));
        assert!(reader.act(ReaderAction::Right));
        assert!(drawn(&reader).contains("▌‹8901234567890123456›"));
        assert!(reader.act(ReaderAction::Right) && reader.offsets == [9]);
        assert!(!reader.act(ReaderAction::Right));
        assert!(reader.act(ReaderAction::Left));
    }

    #[test]
    fn colours_are_wanted_until_they_are_handed_in() {
        let mut reader = reader(40, 12);
        let wanted = reader.wanted_colors().to_vec();
        assert_eq!(wanted, [Clean::text("x = 1\n"), Clean::text("y = 2\n")]);
        let before = (reader.top(), drawn(&reader));
        reader.add_colors(Highlighter::load().highlight_all(wanted));
        assert_eq!(reader.wanted_colors(), []);
        assert_eq!((reader.top(), drawn(&reader)), before);
    }

    #[test]
    fn a_pane_without_a_size_or_a_document_is_drawn_as_nothing() {
        let mut reader = Reader::new(Theme::dark());
        let mut buffer = Buffer::empty(Rect::new(0, 0, 4, 2));
        reader.view(Rect::new(0, 0, 9, 9), &mut buffer, &Theme::dark());
        assert!(!reader.act(ReaderAction::PageDown) && !reader.act(ReaderAction::NextExample));
        assert!(!reader.wheel(-2) && !reader.wheel(2));
        assert_eq!(buffer, Buffer::empty(Rect::new(0, 0, 4, 2)));
    }

    #[test]
    fn keys_have_their_actions_and_leave_the_rest_to_others() {
        assert_eq!(press(KeyCode::Char('j')), Some(ReaderAction::Down));
        assert_eq!(press(KeyCode::Char(' ')), Some(ReaderAction::PageDown));
        assert_eq!(press(KeyCode::Char(']')), Some(ReaderAction::NextExample));
        assert_eq!(press(KeyCode::F(5)), None);
        let with = |code, modifiers| ReaderAction::of(KeyEvent::new(code, modifiers));
        assert_eq!(with(KeyCode::Down, KeyModifiers::CONTROL), Some(ReaderAction::NextExample));
        assert_eq!(with(KeyCode::Char('j'), KeyModifiers::CONTROL), None);
        assert_eq!(with(KeyCode::Char('j'), KeyModifiers::ALT), None);
    }

    #[test]
    fn the_wheel_moves_three_rows_a_notch() {
        let mut reader = reader(40, 12);
        assert!(reader.wheel(2) && reader.top() == 6);
        assert!(reader.wheel(-1) && reader.top() == 3);
    }
}
