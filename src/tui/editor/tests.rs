//! Keys in, text out: the editor as a whole, through its pane.
//!
//! A text shows its cursor as `|` and, where something is selected, the selection's other end as `¦`. Keys are written
//! as they are typed, others by name in angle brackets: `x = 1<Enter><Ctrl-Z>`.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::pane::{EditorPane, Handled};

mod clusters;
mod drawing;
mod fuzz;
mod python;

/// A pane with the text and the cursor of a marked text.
fn pane(marked: &str) -> EditorPane {
    let head = marked.find('|').expect("a marked text shows its cursor");
    let anchor = marked.find('¦');
    let mut pane = EditorPane::new(&marked.replace(['|', '¦'], ""));
    let (bar, broken) = ('|'.len_utf8(), '¦'.len_utf8());
    let (anchor, head) = match anchor {
        Some(anchor) if anchor < head => (anchor, head - broken),
        Some(anchor) => (anchor - bar, head),
        None => (head, head),
    };
    pane.editor.select_range(anchor, head);
    pane
}

/// The text of a pane with its cursor and selection marked.
fn marked(pane: &EditorPane) -> String {
    let selection = pane.editor().selection();
    let mut text = pane.text().to_owned();
    let mut marks = vec![(selection.head, '|')];
    if !selection.is_empty() {
        marks.push((selection.anchor, '¦'));
    }
    marks.sort_by_key(|mark| std::cmp::Reverse(mark.0));
    for (at, mark) in marks {
        text.insert(at, mark);
    }
    text
}

/// Sends keys to a pane.
fn send(pane: &mut EditorPane, script: &str) {
    let mut rest = script;
    while let Some(c) = rest.chars().next() {
        let named = rest.strip_prefix('<').and_then(|r| r.split_once('>'));
        let event = if let Some((name, after)) = named.filter(|(name, _)| is_key(name)) {
            rest = after;
            named_key(name)
        } else {
            rest = &rest[c.len_utf8()..];
            KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)
        };
        assert_ne!(pane.key(event), Handled::Ignored, "{event:?}");
    }
}

fn is_key(name: &str) -> bool {
    name.starts_with(|c: char| c.is_uppercase())
}

fn named_key(name: &str) -> KeyEvent {
    let mut modifiers = KeyModifiers::NONE;
    let mut rest = name;
    for (prefix, modifier) in [
        ("Ctrl-", KeyModifiers::CONTROL),
        ("Alt-", KeyModifiers::ALT),
        ("Shift-", KeyModifiers::SHIFT),
    ] {
        if let Some(after) = rest.strip_prefix(prefix) {
            (rest, modifiers) = (after, modifiers | modifier);
        }
    }
    let code = match rest {
        "Left" => KeyCode::Left,
        "Right" => KeyCode::Right,
        "Up" => KeyCode::Up,
        "Down" => KeyCode::Down,
        "Home" => KeyCode::Home,
        "End" => KeyCode::End,
        "PageUp" => KeyCode::PageUp,
        "PageDown" => KeyCode::PageDown,
        "Enter" => KeyCode::Enter,
        "Backspace" => KeyCode::Backspace,
        "Delete" => KeyCode::Delete,
        "Tab" if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
        "Tab" => KeyCode::Tab,
        letter => KeyCode::Char(letter.chars().next().unwrap().to_ascii_lowercase()),
    };
    KeyEvent::new(code, modifiers)
}

#[track_caller]
fn check(before: &str, keys: &str, after: &str) {
    let mut pane = pane(before);
    send(&mut pane, keys);
    assert_eq!(marked(&pane), after, "{keys} on {before:?}");
}

#[test]
fn what_is_typed_in_one_go_is_undone_in_one_go() {
    check("|", "name<Ctrl-Z>", "|");
    check("|", "one two<Ctrl-Z>", "one |");
    check("|", "one two<Ctrl-Z><Ctrl-Z>", "|");
    check("|", "one  two<Ctrl-Z><Ctrl-Z><Ctrl-Y><Ctrl-Y>", "one  two|");
}

#[test]
fn moving_away_and_back_ends_a_group() {
    check("|", "ab<Left><Right>cd<Ctrl-Z>", "ab|");
    check("|", "ab<Left>c<Ctrl-Z>", "a|b");
    check("|", "ab<Shift-Left><Right>c<Ctrl-Z>", "ab|");
}

#[test]
fn every_line_end_is_a_group() {
    check("|", "a<Enter>b<Enter>c<Ctrl-Z>", "a\nb\n|");
    check("|", "a<Enter>b<Enter>c<Ctrl-Z><Ctrl-Z>", "a\nb|");
    check("|", "a<Enter>b<Enter>c<Ctrl-Z><Ctrl-Z><Ctrl-Z>", "a\n|");
}

#[test]
fn a_change_of_kind_ends_a_group() {
    check("|", "abcd<Backspace><Backspace><Ctrl-Z>", "abcd|");
    check("|", "abcd<Backspace><Backspace>e<Ctrl-Z>", "ab|");
    check("|abcd", "<Delete><Delete><Ctrl-Z>", "|abcd");
    check("ab|cd", "<Delete><Backspace><Ctrl-Z>", "ab|d");
}

#[test]
fn undo_and_redo_bring_the_selection_back() {
    check("¦abc| d", "x<Ctrl-Z>", "¦abc| d");
    check("¦abc| d", "xy<Ctrl-Z>", "¦abc| d");
    check("¦abc| d", "x<Ctrl-Z><Ctrl-Y>", "x| d");
    check("|a\nb¦\n", "<Tab><Ctrl-Z>", "|a\nb¦\n");
    check("|a\nb¦\n", "<Tab><End><Ctrl-Z>", "|a\nb¦\n");
}

#[test]
fn an_edit_forgets_what_was_undone() {
    check("|", "a<Ctrl-Z>b<Ctrl-Y>", "b|");
    // An edit that changes nothing forgets nothing.
    check("|", "a<Ctrl-Z><Delete><Backspace><Ctrl-Y>", "a|");
}

#[test]
fn after_an_undo_typing_begins_a_new_group() {
    check("|", "a b<Ctrl-Z>c<Ctrl-Z>", "a |");
    check("|", "a<Enter><Ctrl-Z>b<Ctrl-Z>", "a|");
}

#[test]
fn a_paste_of_five_thousand_lines_is_one_undo() {
    let mut pane = pane("a|b");
    let pasted = "    value = compute(x)\r\n".repeat(5_000);
    assert_eq!(pane.paste(&pasted), Handled::Edited);
    assert_eq!(pane.editor().buffer().line_count(), 5_001);
    send(&mut pane, "<Ctrl-Z>");
    assert_eq!(marked(&pane), "a|b");
    send(&mut pane, "<Ctrl-Y>");
    assert!(pane.text().ends_with("compute(x)\nb"));
}

#[test]
fn pasted_text_is_made_plain() {
    for (pasted, text) in [
        ("a\r\nb\rc", "a\nb\nc"),
        ("\tx\ty", "    x   y"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("x\u{202e}y", "x<U+202E>y"),
        ("e\u{301} 👨\u{200d}👩\u{200d}👧 한", "e\u{301} 👨\u{200d}👩\u{200d}👧 한"),
    ] {
        let mut pane = pane("|");
        pane.paste(pasted);
        assert_eq!(pane.text(), text);
    }
}

#[test]
fn enter_indents_as_python_needs() {
    check("def f():|", "<Enter>x", "def f():\n    x|");
    check("    if x:  # why|", "<Enter>y", "    if x:  # why\n        y|");
    check("    return 1|", "<Enter>x", "    return 1\nx|");
    check("        pass|", "<Enter>x", "        pass\n    x|");
    check("call(|", "<Enter>x", "call(\n    x|");
    check("    x = 1|", "<Enter><Enter>y", "    x = 1\n\n    y|");
    check("    f(a,|  b)", "<Enter>", "    f(a,\n    |b)");
    check("    |x = 1", "<Enter>", "\n    |x = 1");
    check("    ¦abc|", "<Enter>", "\n    |");
    check("    return| 1", "<Enter>", "    return\n    |1");
}

#[test]
fn backspace_goes_back_to_an_indent_stop() {
    check("        |x", "<Backspace>", "    |x");
    check("      |x", "<Backspace>", "    |x");
    check("    |", "<Backspace>", "|");
    check("a    |", "<Backspace>", "a   |");
    check("\n|x", "<Backspace>", "|x");
    check("\t|x", "<Backspace>", "|x");
    check("|x", "<Backspace>", "|x");
}

#[test]
fn tab_goes_to_the_next_stop_or_indents_what_is_selected() {
    check("|x", "<Tab>", "    |x");
    check("ab|x", "<Tab>", "ab  |x");
    check("한|x", "<Tab>", "한  |x");
    check("¦a\n\n  b|\nc", "<Tab>", "    ¦a\n\n      b|\nc");
    check("¦a\nb\n|c", "<Tab>", "    ¦a\n    b\n|c");
    check("    a|\n", "<Shift-Tab>", "a|\n");
    check("      a|\n", "<Shift-Tab>", "    a|\n");
    check("¦    a\n  b\nc|", "<Shift-Tab>", "¦a\nb\nc|");
    check("  |    a", "<Shift-Tab>", "  |  a");
}

#[test]
fn comments_come_and_go() {
    check("    x = |1", "<Alt-/>", "    # x = |1");
    check("    # x = |1", "<Alt-/>", "    x = |1");
    check("    #x = |1", "<Ctrl-7>", "    x = |1");
    check("¦if x:\n\n    y|\n", "<Alt-/>", "# ¦if x:\n\n#     y|\n");
    check("¦# a\nb|", "<Alt-/><Alt-/>", "¦# a\nb|");
    check("|", "<Alt-/>", "# |");
}

#[test]
fn lines_are_copied_moved_and_removed_whole() {
    check("a\nb|c\nd", "<Ctrl-D>", "a\nbc\nb|c\nd");
    check("a¦b\nc|d", "<Ctrl-D>", "ab\ncd\na¦b\nc|d");
    check("a\nb|\nc", "<Alt-Up>", "b|\na\nc");
    check("a\nb|", "<Alt-Up><Alt-Up>", "b|\na");
    check("a|\nb\nc", "<Alt-Down>", "b\na|\nc");
    check("¦a\nb|\nc", "<Alt-Down><Alt-Down>", "c\n¦a\nb|");
    check("¦a\n|b\nc", "<Alt-Down>", "b\n¦a|\nc");
    check("abc\nde|f\nghi", "<Alt-K>", "abc\ngh|i");
    check("abc\nde|f", "<Alt-K>", "ab|c");
    check("abc|", "<Alt-K>", "|");
    check("a\n¦b\nc|\nd", "<Alt-K>", "a\nd|");
}

#[test]
fn text_is_removed_by_words_and_to_line_ends() {
    check("foo_bar baz|", "<Ctrl-W>", "foo_bar |");
    check("foo.bar|", "<Ctrl-W><Ctrl-W>", "foo|");
    check("|foo bar", "<Alt-D>", "| bar");
    check("ab|cd\nef", "<Ctrl-K>", "ab|\nef");
    check("ab|\nef", "<Ctrl-K>", "ab|ef");
    check("ab|cd", "<Ctrl-U>", "|cd");
    check("a¦b|cd", "<Ctrl-K>", "a|cd");
}

#[test]
fn cut_copy_and_paste_share_a_register() {
    check("¦ab|c", "<Ctrl-C><End><Ctrl-V>", "abcab|");
    check("¦ab|c", "<Ctrl-X><End><Ctrl-V>", "cab|");
    check("one|\ntwo", "<Ctrl-X><Down><Ctrl-V>", "one\ntwo|");
    check("one|", "<Ctrl-X><Ctrl-V>", "one\n|");
    let mut pane = pane("¦ab|c");
    assert_eq!(pane.take_copied(), None);
    send(&mut pane, "<Ctrl-C>");
    assert_eq!(pane.take_copied().as_deref(), Some("ab"));
    assert_eq!(pane.take_copied(), None);
}

#[test]
fn a_selection_grows_and_collapses() {
    check("a|bc", "<Shift-Right><Shift-Right>", "a¦bc|");
    check("a|bc", "<Shift-Right><Left>", "a|bc");
    check("a|bc", "<Shift-Right><Right>", "ab|c");
    check("ab|c d", "<Alt-W>", "¦abc| d");
    check("ab\nc|d\nef", "<Alt-L>", "ab\n¦cd\n|ef");
    check("ab\nc|d\nef", "<Alt-L><Alt-L>", "ab\n¦cd\nef|");
    check("a|b\nc", "<Ctrl-A>", "¦ab\nc|");
    check("a|b\nc", "<Ctrl-A>x", "x|");
}

#[test]
fn the_column_aimed_at_outlives_short_lines() {
    check("abcdef|\nab\nabcdef", "<Down><Down>", "abcdef\nab\nabcdef|");
    check("abcdef|\nab\nabcdef", "<Down><Left><Down>", "abcdef\nab\na|bcdef");
    check("abcdef|\n\nabcdef", "<Shift-Down><Shift-Down>", "abcdef¦\n\nabcdef|");
}

#[test]
fn a_read_only_pane_moves_and_copies_and_changes_nothing() {
    let mut pane = pane("a|bc");
    pane.set_read_only(true);
    for key in ["x", "<Enter>", "<Tab>", "<Ctrl-X>", "<Ctrl-V>", "<Ctrl-Z>"] {
        let event = if key == "x" {
            KeyEvent::new(KeyCode::Char('x'), KeyModifiers::NONE)
        } else {
            named_key(&key[1..key.len() - 1])
        };
        assert_eq!(pane.key(event), Handled::Ignored, "{key}");
    }
    assert_eq!(pane.paste("x"), Handled::Ignored);
    send(&mut pane, "<Shift-Right><Ctrl-C>");
    assert_eq!(pane.take_copied().as_deref(), Some("b"));
    assert_eq!(pane.text(), "abc");
}

#[test]
fn copying_nothing_is_left_to_the_application() {
    let mut pane = pane("a|b");
    assert_eq!(pane.key(named_key("Ctrl-C")), Handled::Ignored);
}

#[test]
fn a_rewritten_text_can_be_had_back() {
    let mut pane = pane("a\nb|\nc");
    assert_eq!(pane.rewrite("1\r\n2\n3"), Handled::Edited);
    assert_eq!(marked(&pane), "1\n2|\n3");
    assert_eq!(pane.rewrite("1\n2\n3"), Handled::Moved);
    send(&mut pane, "<Ctrl-Z>");
    assert_eq!(marked(&pane), "a\nb|\nc");
}

#[test]
fn a_new_text_has_a_new_revision_and_no_past() {
    let mut pane = pane("a|");
    let first = pane.revision();
    send(&mut pane, "b");
    assert!(pane.is_modified_since(first));
    pane.set_text("other");
    let second = pane.revision();
    send(&mut pane, "<Ctrl-Z><Right>");
    assert_eq!(marked(&pane), "o|ther");
    assert!(!pane.is_modified_since(second));
}

#[test]
fn a_text_cannot_be_copied_without_end() {
    let mut pane = pane("|");
    pane.paste(&"x".repeat(1024 * 1024));
    send(&mut pane, "<Ctrl-D><Ctrl-D><Ctrl-D><Ctrl-A><Ctrl-D>");
    assert!(pane.editor().buffer().len() <= super::engine::LONGEST);
    assert!(pane.editor().buffer().len() > 3 * 1024 * 1024);
}

#[test]
fn tab_goes_from_blank_to_blank_of_a_text_to_fill_in_and_typing_replaces_one() {
    let mut pane = pane("|def f(n):\n    return ___ + ___\n");
    pane.set_fill(true);
    assert!(pane.next_blank());
    assert_eq!(marked(&pane), "def f(n):\n    return ¦___| + ___\n");
    send(&mut pane, "n<Tab>");
    assert_eq!(marked(&pane), "def f(n):\n    return n + ¦___|\n");
    send(&mut pane, "1<Tab>");
    assert_eq!(pane.text(), "def f(n):\n    return n + 1    \n", "no blank is left");
}
