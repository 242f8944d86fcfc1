//! What the running Python says of the text, beside what our own parser makes of it.

use super::super::pane::{EditorPane, Mark, MarkKind};
use super::{pane, send};
use crate::domain::compiled::{Compiled, Complaint};

fn complaint(line: u32, columns: std::ops::Range<u32>, message: &str) -> Complaint {
    Complaint { line, columns, message: message.into() }
}

fn refused(line: u32, columns: std::ops::Range<u32>, message: &str) -> Compiled {
    Compiled { error: Some(complaint(line, columns, message)), warnings: Vec::new() }
}

/// The line and the words of each mark in the first lines.
fn marks(pane: &EditorPane) -> Vec<(u32, String)> {
    let shown = |mark: Mark| (mark.line, mark.message.to_string());
    pane.marks_on(&(1..20)).into_iter().map(shown).collect()
}

fn told(line: u32, message: &str) -> Vec<(u32, String)> {
    vec![(line, message.to_owned())]
}

const NEVER_CLOSED: &str = "'(' was never closed";

/// A call that is never closed, which our parser finds on the line after; the cursor stands on the last line.
fn unclosed() -> EditorPane {
    let mut pane = pane("f(1,\ng = 2\n\n|");
    assert!(!pane.is_python());
    assert_ne!(marks(&pane), told(1, NEVER_CLOSED));
    pane.set_compiled(Some(&refused(1, 2..3, NEVER_CLOSED)));
    pane
}

#[test]
fn pythons_error_stands_in_the_place_of_all_that_our_parser_found() {
    let pane = unclosed();
    assert_eq!(marks(&pane), told(1, NEVER_CLOSED));
    assert!(!pane.is_python());
}

#[test]
fn what_python_takes_is_no_error_and_what_it_alone_refuses_is_one() {
    let mut pane = pane("f(1,\n\n|");
    pane.set_compiled(Some(&Compiled::default()));
    assert!(marks(&pane).is_empty() && pane.is_python());
    let mut pane = super::pane("return 1\n|");
    assert!(marks(&pane).is_empty() && pane.is_python());
    pane.set_compiled(Some(&refused(1, 1..9, "'return' outside function")));
    assert_eq!(marks(&pane), told(1, "'return' outside function"));
    assert!(!pane.is_python());
}

#[test]
fn pythons_error_moves_with_its_line_until_it_is_heard_anew() {
    let mut pane = unclosed();
    send(&mut pane, "<Ctrl-Home><Enter><Ctrl-End>x");
    assert_eq!(marks(&pane), told(2, NEVER_CLOSED));
    pane.set_compiled(Some(&refused(2, 2..3, "another")));
    assert_eq!(marks(&pane), told(2, "another"));
}

#[test]
fn where_the_line_of_the_error_changes_our_parser_speaks_until_python_is_heard() {
    let mut pane = unclosed();
    send(&mut pane, "<Ctrl-Home><End>3");
    let live = marks(&pane);
    assert!(
        !live.is_empty() && live.iter().all(|(_, message)| message != NEVER_CLOSED),
        "{live:?}"
    );
    send(&mut pane, ")");
    assert!(marks(&pane).is_empty() && pane.is_python(), "it was mended");
}

#[test]
fn without_python_our_parser_speaks() {
    let mut pane = unclosed();
    let parsers = marks(&super::pane("f(1,\ng = 2\n\n|"));
    pane.set_compiled(None);
    assert_eq!(marks(&pane), parsers);
}

#[test]
fn warnings_are_marked_as_such_and_have_no_words_on_the_line_that_is_written() {
    let mut pane = pane("x = '\\|'\n\n");
    send(&mut pane, "d");
    let warning = complaint(1, 5..7, "invalid escape sequence '\\d'");
    pane.set_compiled(Some(&Compiled { error: None, warnings: vec![warning] }));
    assert_eq!(marks(&pane), told(1, ""));
    assert!(pane.is_python());
    assert_eq!(pane.marks_on(&(1..2))[0].kind, MarkKind::Warning);
    send(&mut pane, "<Down>");
    assert_eq!(marks(&pane), told(1, "invalid escape sequence '\\d'"));
    // Our parser's errors stand beside it until Python is heard again.
    send(&mut pane, "y = = 1<Down>");
    assert_eq!(marks(&pane).len(), 2, "{:?}", marks(&pane));
}

#[test]
fn of_a_line_that_is_no_python_nothing_is_said_about_types() {
    let mut pane = unclosed();
    let finding = |line| Mark::line(line, MarkKind::Error, "no overload matches");
    pane.set_findings(vec![finding(1), finding(3)]);
    send(&mut pane, "<Ctrl-Home>");
    assert_eq!(marks(&pane).iter().map(|it| it.0).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(marks(&pane)[0].1, NEVER_CLOSED);
}

#[test]
fn lines_that_are_put_in_order_are_not_held_against_python() {
    let mut pane = pane("|f(1,\n");
    pane.set_ordering();
    pane.set_compiled(Some(&refused(1, 2..3, NEVER_CLOSED)));
    assert!(marks(&pane).is_empty());
}
