//! What came of a run or a check: output, checks with their differences, what is said about a mistake.
//!
//! It is handed finished pieces, and knows neither programs nor checks.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use crossterm::event::{KeyCode, KeyEvent, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::domain::clean::Clean;
use crate::domain::document::Document;
use crate::domain::printed::Printed;
use crate::domain::traceback::Part;
use crate::tui::parts::{columns, draw_lines, draw_more, wrap};
use crate::tui::prose;
use crate::tui::theme::{Glyph, Role, Theme};

/// The most lines of output that are laid out; the first and the last of more are kept.
const OUTPUT_LINES: usize = 2_000;
/// The most of one line that is laid out, in bytes; the beginning and the end of a longer one are kept.
const LINE_BYTES: usize = 8_000;

/// A piece of a result.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Text as a program wrote it: broken at the edge, not between words.
    Output(Role, Printed),
    /// A traceback.
    Traceback(Vec<Part>),
    /// A line with a sign before it.
    Sign(Glyph, Role, Clean),
    /// A labelled value under a line with a sign.
    Value(&'static str, Role, Clean),
    /// A sentence under a line with a sign.
    Remark(Clean),
    /// Prose, marked as what to read first.
    Message(Document),
    /// A sentence of the tutor.
    Says(Role, Clean),
    /// An empty row.
    Gap,
}

/// The result.
#[derive(Debug, Clone, Default)]
pub struct ResultPane {
    pieces: Vec<Piece>,
    note: String,
    busy: Option<&'static str>,
    scroll: usize,
    /// Whether folded frames are shown.
    opened: bool,
    /// The piece that is in sight until the reader goes elsewhere.
    anchor: Option<usize>,
    /// The rows for a width: much output is laid out once, not at each key and each frame.
    laid: RefCell<Option<Laid>>,
}

/// Pieces as rows.
#[derive(Debug, Clone)]
struct Laid {
    width: usize,
    rows: Rc<[Line<'static>]>,
    /// The first row of each piece.
    starts: Vec<usize>,
}

impl ResultPane {
    /// Shows pieces, from the first row on.
    pub fn show(&mut self, pieces: Vec<Piece>, note: impl Into<String>) {
        *self = Self { pieces, note: note.into(), ..Self::default() };
    }

    /// Shows what a program has printed so far; what is at the end is the newest.
    pub fn show_live(&mut self, output: Vec<Piece>, busy: &'static str) {
        self.show(output, "");
        self.busy = Some(busy);
        self.scroll = usize::MAX;
    }

    /// Sees to it that a piece is in sight, by its place among what is shown, with a little of what is above it.
    pub fn look_at(&mut self, piece: usize) {
        self.anchor = Some(piece);
    }

    /// Whether what is shown was shown while something went on, with its end in sight.
    #[must_use]
    pub fn is_followed(&self) -> bool {
        self.scroll == usize::MAX
    }

    /// Keeps the end in sight.
    pub fn follow(&mut self) {
        self.scroll = usize::MAX;
    }

    /// Says that something goes on; what was shown stays until it is over.
    pub fn set_busy(&mut self, busy: Option<&'static str>) {
        self.busy = busy;
    }

    /// The remark in the title.
    #[must_use]
    pub fn note(&self) -> &str {
        self.busy.unwrap_or(&self.note)
    }

    /// Whether it says that something goes on.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.busy.is_some()
    }

    /// Whether nothing is shown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// How many rows it wants at a width.
    #[must_use]
    pub fn height(&self, width: u16, theme: &Theme) -> usize {
        self.rows(usize::from(width), theme).len()
    }

    /// Takes a key; `area` is where it stands.
    pub fn key(&mut self, key: KeyEvent, area: Rect, theme: &Theme) {
        let page = isize::try_from(area.height).unwrap_or(1).max(2) - 1;
        match key.code {
            KeyCode::Up | KeyCode::Char('k') => self.scroll_by(-1, area, theme),
            KeyCode::Down | KeyCode::Char('j') => self.scroll_by(1, area, theme),
            KeyCode::PageUp => self.scroll_by(-page, area, theme),
            KeyCode::PageDown | KeyCode::Char(' ') => self.scroll_by(page, area, theme),
            KeyCode::Enter => {
                self.opened = !self.opened;
                self.laid.take();
            }
            KeyCode::Home => (self.scroll, self.anchor) = (0, None),
            KeyCode::End => self.scroll_by(isize::MAX, area, theme),
            _ => {}
        }
    }

    /// Takes what the mouse did.
    pub fn mouse(&mut self, event: MouseEvent, area: Rect, theme: &Theme) {
        match event.kind {
            MouseEventKind::ScrollUp => self.scroll_by(-3, area, theme),
            MouseEventKind::ScrollDown => self.scroll_by(3, area, theme),
            _ => {}
        }
    }

    fn scroll_by(&mut self, by: isize, area: Rect, theme: &Theme) {
        let rows = self.height(area.width, theme);
        let most = rows.saturating_sub(usize::from(area.height));
        let now = self.first_row(rows, usize::from(area.height));
        self.anchor = None;
        self.scroll = now.min(most).saturating_add_signed(by).min(most);
    }

    /// Draws it.
    pub fn view(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let rows = self.rows(usize::from(area.width), theme);
        let height = usize::from(area.height);
        let skip = self.first_row(rows.len(), height);
        let below = rows.len().saturating_sub(skip + height);
        draw_lines(rows.iter().skip(skip).take(height).cloned(), 0, area, buf);
        draw_more(below, area, buf, theme);
    }

    /// The first row that is shown, of so many rows in so much room; they are laid out already.
    fn first_row(&self, rows: usize, height: usize) -> usize {
        let laid = self.laid.borrow();
        let start = |piece| laid.as_ref().and_then(|laid| laid.starts.get(piece).copied());
        let wanted = match self.anchor.and_then(start) {
            Some(start) => start.saturating_sub(height / 3),
            None => self.scroll,
        };
        wanted.min(rows.saturating_sub(height))
    }

    fn rows(&self, width: usize, theme: &Theme) -> Rc<[Line<'static>]> {
        let width = width.max(8);
        let mut laid = self.laid.borrow_mut();
        if let Some(laid) = laid.as_ref().filter(|laid| laid.width == width) {
            return Rc::clone(&laid.rows);
        }
        let (mut rows, mut starts) = (Vec::new(), Vec::new());
        for piece in &self.pieces {
            starts.push(rows.len());
            rows.extend(rows_of(piece, self.opened, width, theme));
        }
        let rows = Rc::from(rows);
        *laid = Some(Laid { width, rows: Rc::clone(&rows), starts });
        rows
    }
}

fn rows_of(piece: &Piece, opened: bool, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    match piece {
        Piece::Output(role, output) => printed(output, *role, width, theme),
        Piece::Traceback(parts) => {
            let part = |part: &Part| traceback_rows(part, opened, width, theme);
            parts.iter().flat_map(part).collect()
        }
        Piece::Sign(glyph, role, text) => {
            let lead = Span::styled(format!("{} ", theme.glyph(*glyph)), theme.style(*role));
            let text = said(text, Role::Text, width - 2, theme);
            prose::hang(text, vec![lead])
        }
        Piece::Value(label, role, text) => {
            let label = if label.is_empty() { String::new() } else { format!("{label:<10}") };
            let lead = Span::styled(format!("    {label}"), theme.style(Role::Dim));
            let room = width.saturating_sub(lead.width()).max(8);
            let lines = bounded(text).flat_map(|line| match line {
                Row::Line(range) => broken_at_blanks(&text[range], room),
                Row::Remark(remark) => vec![remark],
            });
            let lines = lines.map(|line| Line::styled(line, theme.style(*role)));
            prose::hang(lines.collect(), vec![lead])
        }
        Piece::Remark(text) => {
            let rows = said(text, Role::Dim, width.saturating_sub(4).max(8), theme);
            prose::hang(rows, vec![Span::raw("    ")])
        }
        Piece::Message(document) => {
            let sign = theme.glyph(Glyph::Chosen);
            let lead = Span::styled(format!("{sign} "), theme.style(Role::Accent));
            prose::hang(prose::document(document, width - 2, theme), vec![lead])
        }
        Piece::Says(role, text) => said(text, *role, width, theme),
        Piece::Gap => vec![Line::default()],
    }
}

fn said(text: &Clean, role: Role, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    wrap(text, width).into_iter().map(|line| Line::styled(line, theme.style(role))).collect()
}

/// A part of a traceback; frames that are folded are one row until they are opened.
fn traceback_rows(part: &Part, opened: bool, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let text = match part {
        Part::Shown(text) => text.clone(),
        // What the reader wrote is the brightest of it.
        Part::Source(text) => return printed(&Clean::text(text).into(), Role::Text, width, theme),
        Part::Folded { text, .. } if opened => text.clone(),
        Part::Folded { count, packages, margin, .. } => {
            let frames = if *count == 1 { "frame" } else { "frames" };
            let more = theme.glyph(Glyph::Ellipsis);
            format!("{margin}  {more} {count} {frames} in {} (Enter)", packages.join(", "))
        }
    };
    printed(&Clean::text(text).into(), Role::Dim, width, theme)
}

/// What a program printed, in its own looks.
fn printed(output: &Printed, role: Role, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let style = theme.style(role);
    let row = |range| -> Line<'static> {
        let pieces = output.pieces(range);
        let spans = pieces.map(|(text, look)| (text.to_owned(), theme.printed(look, style)));
        spans.map(|(text, style)| Span::styled(text, style)).collect()
    };
    let parts = bounded(output.text()).flat_map(|part| match part {
        Row::Line(line) => broken(output.text(), line, width),
        remark @ Row::Remark(_) => vec![remark],
    });
    let dim = theme.style(Role::Dim);
    parts
        .map(|part| match part {
            Row::Line(range) => row(range),
            Row::Remark(text) => Line::styled(text, dim),
        })
        .collect()
}

/// A row of a text that is shown, or what is said of one that is not.
#[derive(Debug, PartialEq, Eq)]
enum Row {
    Line(Range<usize>),
    Remark(String),
}

/// The lines of a text: of very many the first and the last.
fn bounded(text: &Clean) -> impl Iterator<Item = Row> {
    let all = text.lines().count();
    let half = OUTPUT_LINES / 2;
    let cut = all > OUTPUT_LINES;
    let mut next = 0;
    text.lines().enumerate().filter_map(move |(n, line)| {
        // Clean text has no other line end than `\n`.
        let start = next;
        next += line.len() + 1;
        match n {
            n if cut && n == half => {
                let left_out = all - OUTPUT_LINES;
                Some(Row::Remark(format!("[... {left_out} lines left out ...]")))
            }
            n if cut && n > half && n + half < all => None,
            _ => Some(Row::Line(start..start + line.len())),
        }
    })
}

/// Breaks a line of a text where the edge is; of a very long one the beginning and the end are kept.
fn broken(text: &str, line: Range<usize>, width: usize) -> Vec<Row> {
    if line.len() > LINE_BYTES {
        let head = line.start..text.floor_char_boundary(line.start + LINE_BYTES / 2);
        let tail = text.ceil_char_boundary(line.end - LINE_BYTES / 2)..line.end;
        let left_out = text[head.end..tail.start].chars().count();
        let mut rows = broken(text, head, width);
        rows.push(Row::Remark(format!("[... {left_out} characters left out ...]")));
        rows.extend(broken(text, tail, width));
        return rows;
    }
    let mut rows = Vec::new();
    let (mut start, mut used) = (line.start, 0);
    for (at, cluster) in text[line.clone()].grapheme_indices(true) {
        let at = line.start + at;
        if used + columns(cluster) > width {
            rows.push(Row::Line(start..at));
            (start, used) = (at, 0);
        }
        used += columns(cluster);
    }
    rows.push(Row::Line(start..line.end));
    rows
}

/// The rows of a line that is by itself.
fn broken_alone(line: &str, width: usize) -> impl Iterator<Item = String> {
    broken(line, 0..line.len(), width).into_iter().map(|part| match part {
        Row::Line(range) => line[range].to_owned(),
        Row::Remark(remark) => remark,
    })
}

/// Breaks a value behind a blank where one is near the edge, so that words and numbers stay whole.
fn broken_at_blanks(line: &str, width: usize) -> Vec<String> {
    let mut rows = Vec::new();
    let mut rest = line;
    while columns(rest) > width && rest.len() <= LINE_BYTES {
        let full = broken_alone(rest, width).next().unwrap_or_default();
        let blank = full.rfind(' ').map(|at| at + 1).filter(|at| *at > full.len() / 2);
        let at = blank.unwrap_or(full.len());
        rows.push(rest[..at].to_owned());
        rest = &rest[at..];
    }
    rows.extend(broken_alone(rest, width));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::KeyModifiers;

    fn text(pane: &ResultPane, width: usize) -> Vec<String> {
        pane.rows(width, &Theme::plain()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn values_stand_under_each_other_and_break_at_the_edge() {
        let mut pane = ResultPane::default();
        let pieces = vec![
            Piece::Sign(Glyph::Fail, Role::Failed, Clean::line("the name is kept")),
            Piece::Value("expected", Role::Text, Clean::line("'inbox'")),
            Piece::Value("got", Role::Text, Clean::line("abcdefghijklm")),
        ];
        pane.show(pieces, "4 ms");
        assert_eq!(
            text(&pane, 24),
            [
                "✗ the name is kept",
                "    expected  'inbox'",
                "    got       abcdefghij",
                "              klm",
            ]
        );
    }

    #[test]
    fn a_value_is_broken_behind_a_blank_where_one_is_near() {
        assert_eq!(broken_at_blanks("KeyError: no such name", 14), ["KeyError: no ", "such name"]);
        assert_eq!(broken_at_blanks("x abcdefghijkl", 8), ["x abcdef", "ghijkl"]);
        assert_eq!(broken_at_blanks("", 8), [""]);
    }

    #[test]
    fn very_long_output_keeps_its_beginning_and_its_end() {
        let mut pane = ResultPane::default();
        let lines: Vec<String> = (0..9_999).map(|n| n.to_string()).collect();
        pane.show(vec![Piece::Output(Role::Text, Clean::text(lines.join("\n")).into())], "");
        let rows = text(&pane, 30);
        assert!(rows.len() <= OUTPUT_LINES + 1, "{}", rows.len());
        assert_eq!((&*rows[0], rows.last().map(String::as_str)), ("0", Some("9998")));
    }

    #[test]
    fn a_very_long_line_keeps_its_beginning_and_its_end() {
        let mut pane = ResultPane::default();
        let line = format!("begin{}end", "é".repeat(500_000));
        pane.show(vec![Piece::Output(Role::Text, Clean::text(line).into())], "");
        let rows = text(&pane, 40);
        assert!(rows.len() < LINE_BYTES / 40 + 5, "{}", rows.len());
        let all = rows.concat();
        assert!(all.starts_with("begin") && all.ends_with("end"), "{all}");
        assert!(all.contains("[... 496005 characters left out ...]"), "{all}");
    }

    #[test]
    fn frames_of_the_library_are_one_row_until_enter_opens_them() {
        let folded = Part::Folded {
            count: 2,
            packages: vec!["asyncio".into()],
            margin: String::new(),
            text: "  File \"a\"\n    x\n  File \"b\"\n    y\n".into(),
        };
        let shown = |text: &str| Part::Shown(text.into());
        let mut pane = ResultPane::default();
        pane.show(vec![Piece::Traceback(vec![shown("head\n"), folded, shown("end\n")])], "");
        let closed = ["head", "  … 2 frames in asyncio (Enter)", "end"];
        assert_eq!(text(&pane, 60), closed);
        let enter = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
        pane.key(enter, Rect::new(0, 0, 60, 9), &Theme::plain());
        assert_eq!(text(&pane, 60).len(), 6);
        pane.key(enter, Rect::new(0, 0, 60, 9), &Theme::plain());
        assert_eq!(text(&pane, 60), closed);
    }

    #[test]
    fn another_width_lays_the_same_text_out_anew() {
        let mut pane = ResultPane::default();
        pane.show(vec![Piece::Output(Role::Text, Clean::text("abcdefghijklmnop").into())], "");
        assert_eq!((text(&pane, 8).len(), text(&pane, 16).len(), text(&pane, 8).len()), (2, 1, 2));
        pane.show(vec![Piece::Output(Role::Text, Clean::text("new").into())], "");
        assert_eq!(text(&pane, 8), ["new"]);
    }

    #[test]
    fn what_is_printed_meanwhile_is_followed_to_its_end() {
        let mut pane = ResultPane::default();
        pane.show_live(vec![Piece::Output(Role::Text, "1\n2\n3\n4\n5".into())], "running");
        let area = Rect::new(0, 0, 20, 2);
        let mut buf = Buffer::empty(area);
        pane.view(area, &mut buf, &Theme::plain());
        assert_eq!((buf[(0, 0)].symbol(), buf[(0, 1)].symbol()), ("4", "5"));
        pane.key(KeyEvent::new(KeyCode::Up, KeyModifiers::NONE), area, &Theme::plain());
        assert_eq!(pane.scroll, 2);
    }

    #[test]
    fn how_it_ended_is_in_sight_below_much_output_until_the_reader_goes_elsewhere() {
        let mut pane = ResultPane::default();
        let output: Vec<String> = (0..500).map(|n| n.to_string()).collect();
        let end = Piece::Sign(Glyph::Fail, Role::Failed, Clean::line("it failed"));
        let below = Piece::Output(Role::Text, "a\nb\nc\nd\ne\nf\ng\nh".into());
        let output = Piece::Output(Role::Text, Clean::text(output.join("\n")).into());
        pane.show(vec![output, end, below], "");
        pane.look_at(1);
        let area = Rect::new(0, 0, 20, 6);
        let first = |pane: &ResultPane| {
            let mut buf = Buffer::empty(area);
            pane.view(area, &mut buf, &Theme::plain());
            (0..3).map(|x| buf[(x, 0)].symbol()).collect::<String>()
        };
        assert_eq!(first(&pane), "498");
        pane.key(KeyEvent::new(KeyCode::Up, KeyModifiers::NONE), area, &Theme::plain());
        assert_eq!(first(&pane), "497");
    }

    #[test]
    fn scrolling_stops_at_both_ends() {
        let mut pane = ResultPane::default();
        pane.show(vec![Piece::Output(Role::Text, Clean::text("1\n2\n3\n4\n5").into())], "");
        let area = Rect::new(0, 0, 20, 2);
        let key = |code| KeyEvent::new(code, KeyModifiers::NONE);
        pane.key(key(KeyCode::End), area, &Theme::plain());
        assert_eq!(pane.scroll, 3);
        pane.key(key(KeyCode::Up), area, &Theme::plain());
        pane.key(key(KeyCode::PageUp), area, &Theme::plain());
        pane.key(key(KeyCode::PageUp), area, &Theme::plain());
        pane.key(key(KeyCode::PageUp), area, &Theme::plain());
        assert_eq!(pane.scroll, 0);
    }
}
