//! What is printed, held to what a terminal shows and to what it may never be told.

use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

use super::*;

fn text(bytes: &[u8]) -> String {
    Printed::of(bytes).text().to_string()
}

/// The pieces with a look of their own.
fn looks(bytes: &[u8]) -> Vec<(String, Look)> {
    let printed = Printed::of(bytes);
    let all = printed.pieces(0..printed.text().len());
    all.filter(|(_, look)| *look != Look::default()).map(|(s, look)| (s.to_owned(), look)).collect()
}

fn painted(color: u8) -> Look {
    Look { fg: Some(Paint::Indexed(color)), ..Look::default() }
}

/// Passes bytes on in pieces of so many.
fn passed(bytes: &[u8], size: usize) -> String {
    let mut passing = Passing::new(true);
    let mut out: String = bytes.chunks(size).map(|piece| passing.pass(piece)).collect();
    out.push_str(&passing.finish());
    out
}

/// What may act on a terminal: looks, erasing of a line, and ends of lines are taken away first.
fn acts(passed: &str) -> bool {
    let rest = passed.replace(['\n', '\r'], "").replace("\x1b[K", "").replace("\x1b[2K", "");
    let is_look = |tail: &str| {
        let end = tail.find(|c: char| !c.is_ascii_digit() && c != ';');
        tail.starts_with('0') && end.is_some_and(|end| tail[end..].starts_with('m'))
    };
    let mut sequences = rest.split("\x1b[");
    let plain = |text: &str| text.chars().any(char::is_control);
    sequences.next().is_some_and(plain) || sequences.any(|tail| !is_look(tail) || plain(tail))
}

#[test]
fn colors_and_weights_are_looks_and_end_where_they_are_reset() {
    assert_eq!(text(b"a\x1b[31mred\x1b[0mb"), "aredb");
    assert_eq!(looks(b"a\x1b[31mred\x1b[0mb"), [("red".into(), painted(1))]);
    let bold = looks(b"\x1b[1;4mx\x1b[22my\x1b[m");
    assert!(bold[0].1.has(Weight::Bold) && bold[0].1.has(Weight::Underlined));
    assert!(!bold[1].1.has(Weight::Bold) && bold[1].1.has(Weight::Underlined));
    assert_eq!(looks(b"\x1b[38;5;200mx\x1b[39m"), [("x".into(), painted(200))]);
    let rgb = Look { bg: Some(Paint::Rgb(1, 2, 3)), ..Look::default() };
    assert_eq!(looks(b"\x1b[48;2;1;2;3mx"), [("x".into(), rgb)]);
    assert_eq!(looks(b"\x1b[95mx"), [("x".into(), painted(13))]);
}

#[test]
fn a_look_lasts_over_line_ends() {
    assert_eq!(looks(b"\x1b[32ma\nb\x1b[0m\nc"), [("a\nb\n".into(), painted(2))]);
}

#[test]
fn every_other_sequence_is_written_out() {
    assert_eq!(text(b"\x1b[2J\x1b]0;title\x07\x1b7"), "\\x1b[2J\\x1b]0;title\\x07\\x1b7");
    assert_eq!(text("\u{9b}31m\u{9d}0;x\u{9c}".as_bytes()), "\\x9b31m\\x9d0;x\\x9c");
    assert_eq!(text(b"\x9b2J \x90q"), "\\x9b2J \\x90q");
    assert_eq!(text(b"\x1b[?1000h\x1b[>4;2m"), "\\x1b[?1000h\\x1b[>4;2m");
}

#[test]
fn text_after_a_sequence_without_an_end_is_there() {
    assert_eq!(text(b"\x1b]0;never finished\nnext"), "\\x1b]0;never finished\nnext");
    assert_eq!(text(b"\x1b[31"), "\\x1b[31");
    let long = format!("\x1b[{}mafter", "1;".repeat(500));
    assert!(text(long.as_bytes()).ends_with("after"));
}

#[test]
fn a_carriage_return_begins_the_line_again_as_a_progress_bar_wants_it() {
    assert_eq!(text(b" 10%\r 50%\r100%\ndone\n"), "100%\ndone\n");
    assert_eq!(text(b"abcdef\rXY\n"), "XYcdef\n");
    assert_eq!(text(b"abcdef\rXY\x1b[K\n"), "XY\n");
    assert_eq!(text(b"abcdef\r\x1b[2KXY\r\n"), "XY\n");
    assert_eq!(text(b"a\r\nb\r\r\nc"), "a\nb\nc");
    assert_eq!(looks(b"\x1b[31mab\x1b[0m\rX"), [("b".into(), painted(1))]);
}

#[test]
fn a_very_long_line_is_not_begun_again() {
    let line = format!("{}\rX", "é".repeat(10_000));
    assert!(text(line.as_bytes()).ends_with("é\\rX"));
    let bars = format!("{}\n", "\rabc".repeat(100_000));
    assert_eq!(text(bars.as_bytes()), "abc\n");
}

#[test]
fn bytes_that_are_no_text_are_written_out_and_what_follows_is_right() {
    let bytes =
        b"ok\n\xff\xfe\x80\xc0\xaf\xe2\x82\n\xed\xa0\x80\nnul:\x00:\n\xf5\x90\x80\x80\nend\n";
    let shown = "ok\n\\xff\\xfe\\x80\\xc0\\xaf\\xe2\\x82\n\\xed\\xa0\\x80\nnul:\\0:\n\\xf5\\x90\\x80\\x80\nend\n";
    assert_eq!(text(bytes), shown);
}

#[test]
fn what_is_cut_at_the_end_waits_while_more_may_come() {
    assert_eq!(&**Printed::so_far("é🐍".as_bytes().split_last().unwrap().1).text(), "é");
    assert_eq!(&**Printed::so_far(b"x\x1b[3").text(), "x");
    assert_eq!(text("é🐍".as_bytes().split_last().unwrap().1), "é\\xf0\\x9f\\x90");
}

#[test]
fn what_was_left_out_between_head_and_tail_is_counted_on_a_line_of_its_own() {
    let tail = "é end".as_bytes()[1..].to_vec();
    let captured = Captured { head: b"\x1b[31mhead".to_vec(), tail, total: 1_000 };
    let printed = Printed::kept(&captured);
    assert_eq!(&**printed.text(), "head\n… 986 bytes left out …\n end");
    assert_eq!(printed.pieces(0..4).count(), 1);
    assert!(printed.pieces(5..10).all(|(_, look)| look == Look::default()));
}

#[test]
fn a_terminal_is_passed_looks_and_lines_and_nothing_else() {
    assert_eq!(passed(b"a\x1b[31mred\x1b[2J\n", 3), "a\x1b[0;31mred\\x1b[2J\n\x1b[0m");
    let mut plain = Passing::new(false);
    assert_eq!(plain.pass(b"\x1b[31mred\x1b[0m 5%\r"), "red 5%");
    assert_eq!(plain.finish(), "\r");
}

#[test]
fn a_tower_of_marks_is_cut_however_it_comes() {
    let tower = format!("e{}", "\u{301}".repeat(1_000));
    for size in [1, 2, 3, 7, 4096] {
        let out = passed(tower.as_bytes(), size);
        let marks = out.chars().filter(|c| *c == '\u{301}').count();
        assert!(marks < crate::domain::clean::CELL_CODE_POINTS, "{marks} in pieces of {size}");
    }
}

#[test]
fn a_very_long_line_is_read_in_one_pass() {
    let line = "abc é ".repeat(150_000);
    assert_eq!(text(line.as_bytes()).len(), line.len());
}

proptest! {
    #[test]
    fn nothing_that_acts_comes_through(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let printed = Printed::of(&bytes);
        prop_assert!(!printed.text().chars().any(|c| c.is_control() && c != '\n'));
        prop_assert!(!acts(&passed(&bytes, 400)));
    }

    #[test]
    fn sequences_come_through_alike_however_they_are_cut(
        pieces in proptest::collection::vec(
            proptest::sample::select(vec![
                "\x1b", "[", "31", ";1", "m", "K", "2K", "\r", "\n", "é", "🐍", "\u{301}", "x", "\u{9b}", "]0;t\x07", "\u{202e}",
            ]), 0..60),
        size in 1usize..9,
    ) {
        let bytes = pieces.concat().into_bytes();
        prop_assert!(!acts(&passed(&bytes, size)));
        // Marks without a letter before them may be named in the one and not in the other; nothing else may differ.
        if !pieces.contains(&"\u{301}") {
            prop_assert_eq!(passed(&bytes, size), passed(&bytes, usize::MAX));
        }
    }
}
