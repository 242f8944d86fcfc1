//! Clusters of every sort are one step, one Backspace, and as wide as they are drawn.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::super::EditorPane;
use super::{marked, pane, send};
use crate::tui::theme::Theme;

const CLUSTERS: &[(&str, &str)] = &[
    ("combining acute", "e\u{301}"),
    ("two marks", "a\u{323}\u{302}"),
    ("Hangul", "한"),
    ("Hangul jamo", "\u{1112}\u{1161}\u{11ab}"),
    ("CJK", "漢"),
    ("halfwidth dakuten", "ｶﾞ"),
    ("emoji", "😀"),
    ("ZWJ family", "👨\u{200d}👩\u{200d}👧\u{200d}👦"),
    ("flag", "🇫🇷"),
    ("skin tone", "👍🏽"),
    ("VS16 heart", "❤\u{fe0f}"),
    ("keycap", "1\u{fe0f}\u{20e3}"),
    ("Devanagari", "क्षि"),
    ("tab", "\t"),
    ("bidi override", "\u{202e}"),
    ("zero-width space", "\u{200b}"),
    ("escape", "\u{1b}"),
    ("C1 control", "\u{9b}"),
];

#[test]
fn right_goes_over_each_in_one_step() {
    for (name, cluster) in CLUSTERS {
        let mut pane = pane(&format!("|a{cluster}z\n"));
        send(&mut pane, "<Right><Right><Right>");
        assert_eq!(marked(&pane), format!("a{cluster}z|\n"), "{name}");
        send(&mut pane, "<Left><Left>");
        assert_eq!(marked(&pane), format!("a|{cluster}z\n"), "{name}");
    }
}

#[test]
fn backspace_and_delete_remove_each_whole() {
    for (name, cluster) in CLUSTERS {
        let mut pane = pane(&format!("|a{cluster}z"));
        send(&mut pane, "<Right><Right><Backspace>");
        assert_eq!(marked(&pane), "a|z", "{name}");
        send(&mut pane, "<Ctrl-Z><Left><Delete>");
        assert_eq!(marked(&pane), "a|z", "{name}");
    }
}

#[test]
fn the_cursor_stands_where_the_next_character_is_drawn() {
    let area = Rect::new(3, 2, 50, 4);
    for (name, cluster) in CLUSTERS {
        let mut pane = pane(&format!("a{cluster}|z{cluster}\n"));
        pane.resize(Size::new(area.width, area.height));
        let mut buf = Buffer::empty(Rect::new(0, 0, 60, 10));
        pane.view(area, &mut buf, &Theme::dark(), true);
        let cursor = pane.cursor(area).unwrap();
        assert_eq!(buf[cursor].symbol(), "z", "{name}");
    }
}

#[test]
fn nothing_that_acts_on_a_terminal_or_hides_reaches_the_screen() {
    let text: String = CLUSTERS.iter().map(|(_, cluster)| *cluster).collect();
    let pane = EditorPane::new(&format!("{text}a\u{200d}\n\u{301}\u{feff}\u{85}\u{2028}"));
    let mut buf = Buffer::empty(Rect::new(0, 0, 80, 4));
    pane.view(buf.area, &mut buf, &Theme::dark(), true);
    for cell in &buf.content {
        let hides = |c: char| {
            c.is_control() || matches!(c, '\u{200b}' | '\u{202e}' | '\u{feff}' | '\u{2028}')
        };
        assert!(!cell.symbol().contains(hides), "{:?}", cell.symbol());
    }
}

#[test]
fn an_edit_that_joins_clusters_leaves_the_cursor_behind_them() {
    let mut joined = pane("👨\n|\u{200d}👩");
    send(&mut joined, "<Backspace>");
    assert_eq!(marked(&joined), "👨\u{200d}👩|");
    let mut marks = pane("e\n|\u{301}x");
    send(&mut marks, "<Backspace>");
    assert_eq!(marked(&marks), "e\u{301}|x");
}
