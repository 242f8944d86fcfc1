//! What the pane looks like. Snapshots hold the characters; styles are held against the theme, whatever it says.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};
use ratatui::style::{Modifier, Style};

use super::super::pane::{EditorPane, Mark, MarkKind};
use super::{marked, pane, send};
use crate::analysis::SyntaxClass;
use crate::domain::clean::Clean;
use crate::tui::theme::{Role, Theme};

const AREA: Rect = Rect::new(0, 0, 40, 10);

const TIMED: &str = "import functools

def timed(func):
    def wrapper(*args, **kwargs):
        \"\"\"Says how long it took.\"\"\"
        return func(*args)
    return wrapper
";

fn draw(pane: &mut EditorPane, area: Rect, theme: &Theme) -> Buffer {
    pane.resize(Size::new(area.width, area.height));
    let mut buf = Buffer::empty(area);
    pane.view(area, &mut buf, theme, true);
    buf
}

/// The characters of a buffer, a line a row, with the cursor's cell named below.
fn characters(pane: &EditorPane, buf: &Buffer) -> String {
    use ratatui::buffer::CellWidth;
    let mut out = String::new();
    for y in buf.area.top()..buf.area.bottom() {
        let mut x = buf.area.left();
        while x < buf.area.right() {
            let symbol = buf[(x, y)].symbol();
            out.push_str(symbol);
            x += symbol.cell_width().max(1);
        }
        out.push_str("│\n");
    }
    let cursor = pane.cursor(buf.area).map(|at| (at.x, at.y));
    out + &format!("cursor {cursor:?}")
}

fn shown(pane: &mut EditorPane, theme: &Theme) -> String {
    let buf = draw(pane, AREA, theme);
    characters(pane, &buf)
}

fn mark(line: u32, columns: std::ops::Range<u32>, kind: MarkKind, message: &str) -> Mark {
    Mark { line, columns, kind, message: Clean::line(message) }
}

/// The style of the cell in which a piece of the text begins.
fn style_of(buf: &Buffer, piece: &str) -> Style {
    for y in buf.area.top()..buf.area.bottom() {
        for x in buf.area.left()..buf.area.right() {
            let mut drawn = String::new();
            for ahead in x..buf.area.right() {
                drawn.push_str(buf[(ahead, y)].symbol());
                if drawn.len() >= piece.len() {
                    break;
                }
            }
            if drawn == piece {
                return buf[(x, y)].style();
            }
        }
    }
    panic!("{piece:?} is not drawn");
}

/// Whether a cell shows everything that a style asks for.
fn has(cell: Style, asked: Style) -> bool {
    let same = |have: Option<_>, want: Option<_>| want.is_none() || have == want;
    same(cell.fg, asked.fg)
        && same(cell.bg, asked.bg)
        && cell.add_modifier.contains(asked.add_modifier)
}

#[test]
fn a_text_stands_beside_its_line_numbers() {
    insta::assert_snapshot!(shown(&mut EditorPane::new(TIMED), &Theme::dark()));
}

#[test]
fn marks_have_a_sign_and_words_where_there_is_room() {
    let mut pane = EditorPane::new(TIMED);
    pane.set_marks(vec![
        mark(6, 16..27, MarkKind::Failing, "kwargs"),
        mark(4, 9..16, MarkKind::Warning, "these words find no room beside that line"),
        Mark::line(7, MarkKind::Failing, "the wrapper loses the name of its function"),
    ]);
    pane.go_to(7, 1);
    insta::assert_snapshot!(shown(&mut pane, &Theme::dark()));
}

#[test]
fn an_ascii_theme_draws_ascii_signs() {
    let theme = Theme::plain().with_ascii();
    let mut pane =
        EditorPane::new("x = 1\u{200b}\n\ty\nlong = 'abcdefghijklmnopqrstuvwxyz0123456789'\n");
    pane.set_marks(vec![mark(2, 0..0, MarkKind::Failing, "here")]);
    insta::assert_snapshot!(shown(&mut pane, &theme));
}

#[test]
fn a_long_line_scrolls_sideways_under_marks() {
    let line = "total = first_summand + second_summand + third_summand";
    let mut pane =
        EditorPane::new(&format!("short\n{line}\n\n한글 한글 한글 한글 한글 한글 한글 한글\n"));
    insta::assert_snapshot!("sideways_at_the_start", shown(&mut pane, &Theme::dark()));
    send(&mut pane, "<Down><End>");
    insta::assert_snapshot!("sideways_at_the_end", shown(&mut pane, &Theme::dark()));
}

#[test]
fn a_wide_character_is_never_cut() {
    let text = format!("{}\na{}\n", "한".repeat(40), "한".repeat(40));
    for width in 20..30 {
        let area = Rect::new(0, 0, width, 4);
        let mut pane = EditorPane::new(&text);
        for keys in ["", "<End>", "<Left><Left>"] {
            send(&mut pane, keys);
            let buf = draw(&mut pane, area, &Theme::dark());
            for y in 0..2 {
                let edge = &buf[(width - 1, y)];
                assert_ne!(edge.symbol(), "한", "width {width} after {keys:?}");
            }
        }
    }
}

#[test]
fn what_hides_is_drawn_as_a_sign() {
    let mut pane =
        EditorPane::new("a = '\u{202e}x\u{200b}'\n\tb = \"\x1b[31m\"\nname\u{200d} = 1\n");
    insta::assert_snapshot!(shown(&mut pane, &Theme::dark()));
    let buf = draw(&mut pane, AREA, &Theme::plain());
    assert!(style_of(&buf, "¿x").add_modifier.contains(Modifier::REVERSED));
    assert!(style_of(&buf, "e\u{200d} = 1").add_modifier.contains(Modifier::REVERSED));
}

#[test]
fn a_narrow_pane_has_no_line_numbers() {
    let mut pane = EditorPane::new("value = compute(x)\nab\n");
    let buf = draw(&mut pane, Rect::new(0, 0, 14, 3), &Theme::dark());
    insta::assert_snapshot!(characters(&pane, &buf));
}

#[test]
fn a_syntax_error_is_told_once_the_cursor_has_left_its_line() {
    let mut pane = pane("if |\n    pass\n");
    send(&mut pane, "x");
    let writing = shown(&mut pane, &Theme::dark());
    assert!(!writing.contains('←'), "{writing}");
    assert!(pane.message_at_cursor().is_some());
    send(&mut pane, "<Down>");
    insta::assert_snapshot!(shown(&mut pane, &Theme::dark()));
    assert_eq!(pane.message_at_cursor(), None);
    // Who comes back to mend it can read what is wrong.
    send(&mut pane, "<Up>");
    let mending = shown(&mut pane, &Theme::dark());
    assert!(mending.contains('←'), "{mending}");
}

#[test]
fn code_has_the_colours_of_its_classes() {
    let theme = Theme::dark();
    let mut pane = EditorPane::new(TIMED);
    let buf = draw(&mut pane, AREA, &theme);
    for (piece, class) in [
        ("import", SyntaxClass::Keyword),
        ("timed", SyntaxClass::Function),
        ("func)", SyntaxClass::Parameter),
        ("\"\"\"Says", SyntaxClass::Docstring),
        ("functools", SyntaxClass::Plain),
    ] {
        assert!(has(style_of(&buf, piece), theme.style(Role::Syntax(class))), "{piece}");
    }
}

#[test]
fn a_selection_shows_without_colour_even_at_line_ends() {
    let mut pane = pane("a¦b\n\nc|d");
    for theme in [Theme::plain(), Theme::dark()] {
        let buf = draw(&mut pane, AREA, &theme);
        let selected: Vec<(u16, u16)> = AREA
            .positions()
            .filter(|at| {
                let style = buf[*at].style();
                has(style, theme.style(Role::Selection))
                    && (theme.color || style.add_modifier.contains(Modifier::REVERSED))
            })
            .map(|at| (at.x, at.y))
            .collect();
        assert_eq!(selected, [(6, 0), (7, 0), (5, 1), (5, 2)]);
    }
}

#[test]
fn marks_underline_their_columns_with_and_without_colour() {
    let mut pane = EditorPane::new("größe = wert\n\n");
    pane.set_marks(vec![mark(1, 9..13, MarkKind::Error, "unknown")]);
    for theme in [Theme::plain(), Theme::dark()] {
        let buf = draw(&mut pane, AREA, &theme);
        let underlined: Vec<u16> = (0..40)
            .filter(|x| buf[(*x, 0)].style().add_modifier.contains(Modifier::UNDERLINED))
            .collect();
        assert_eq!(underlined, [13, 14, 15, 16]);
    }
}

#[test]
fn blanks_to_fill_in_stand_out() {
    let theme = Theme::plain();
    let mut pane = EditorPane::new("x = ___ + a___b\n");
    pane.set_fill(true);
    let buf = draw(&mut pane, AREA, &theme);
    assert!(style_of(&buf, "___ +").add_modifier.contains(Modifier::BOLD));
    assert!(!style_of(&buf, "___b").add_modifier.contains(Modifier::BOLD));
}

#[test]
fn marks_move_with_their_lines_and_go_when_these_change() {
    let mut pane = pane("a\nb|\nc\nd\n");
    pane.set_marks(vec![
        Mark::line(1, MarkKind::Failing, "first"),
        Mark::line(2, MarkKind::Failing, "second"),
        Mark::line(4, MarkKind::Failing, "fourth"),
    ]);
    send(&mut pane, "x<Enter>");
    pane.go_to(1, 1);
    assert_eq!(pane.message_at_cursor().as_deref(), Some("first"));
    pane.go_to(2, 1);
    assert_eq!(pane.message_at_cursor(), None);
    pane.go_to(5, 1);
    assert_eq!(pane.message_at_cursor().as_deref(), Some("fourth"));
}

fn mouse(kind: MouseEventKind, x: u16, y: u16) -> MouseEvent {
    MouseEvent { kind, column: x, row: y, modifiers: KeyModifiers::NONE }
}

#[test]
fn the_mouse_places_selects_and_scrolls() {
    let area = Rect::new(10, 5, 40, 10);
    let mut pane = pane("|name = 한글\nsecond line\n");
    pane.resize(Size::new(40, 10));
    let down = MouseEventKind::Down(MouseButton::Left);
    assert!(!pane.mouse(mouse(down, 5, 5), area));
    assert!(!pane.mouse(mouse(MouseEventKind::Drag(MouseButton::Left), 20, 5), area));

    assert!(pane.mouse(mouse(down, 10 + 5 + 10, 5), area));
    assert_eq!(marked(&pane), "name = 한|글\nsecond line\n");
    assert!(pane.mouse(mouse(MouseEventKind::Drag(MouseButton::Left), 10 + 5 + 6, 6), area));
    assert_eq!(marked(&pane), "name = 한¦글\nsecond| line\n");
    assert!(pane.mouse(mouse(MouseEventKind::Up(MouseButton::Left), 0, 0), area));
    assert!(!pane.mouse(mouse(MouseEventKind::Drag(MouseButton::Left), 20, 5), area));

    pane.mouse(mouse(down, 17, 6), area);
    pane.mouse(mouse(down, 17, 6), area);
    assert_eq!(marked(&pane), "name = 한글\n¦second| line\n");
    pane.mouse(mouse(down, 17, 6), area);
    assert_eq!(marked(&pane), "name = 한글\n¦second line\n|");
    pane.mouse(mouse(down, 12, 14), area);
    assert_eq!(marked(&pane), "name = 한글\nsecond line\n|");
}

#[test]
fn the_wheel_scrolls_and_the_next_key_comes_back() {
    let mut pane = EditorPane::new(&"line\n".repeat(50));
    pane.resize(Size::new(40, 10));
    for _ in 0..5 {
        pane.mouse(mouse(MouseEventKind::ScrollDown, 3, 3), AREA);
    }
    assert_eq!(pane.top, 15);
    assert_eq!(pane.cursor(AREA), None);
    send(&mut pane, "<Right>");
    assert_eq!(pane.cursor(AREA), Some(Position::new(6, 0)));
    for _ in 0..50 {
        pane.mouse(mouse(MouseEventKind::ScrollDown, 3, 3), AREA);
    }
    assert_eq!(pane.top, 41);
}

#[test]
fn only_what_fits_is_drawn_in_areas_of_every_size() {
    let mut pane = EditorPane::new(TIMED);
    for width in 0..20 {
        for height in 0..3 {
            let area = Rect::new(2, 1, width, height);
            pane.resize(Size::new(width, height));
            let mut buf = Buffer::empty(Rect::new(0, 0, 30, 6));
            pane.view(area, &mut buf, &Theme::dark(), true);
            let outside = Rect::new(0, 0, 30, 6).positions().filter(|at| !area.contains(*at));
            outside.for_each(|at| assert_eq!(buf[at].symbol(), " "));
        }
    }
}
