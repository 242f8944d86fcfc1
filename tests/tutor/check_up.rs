//! A track's check-up: what it settles, and how it asks the next time.

use super::terminal::{Terminal, f};
use super::{PYKATA, home};

const PACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/packs/check-up");

fn at(home: &std::path::Path, step: &str) -> Terminal {
    Terminal::start(PYKATA, &["--pack", PACK, step], home, 120, 40)
}

#[test]
fn what_is_right_at_once_settles_a_lesson_and_is_asked_in_another_form_the_next_time() {
    let home = home();
    let mut tutor = at(home.path(), "functions/check-up#one-list");
    tutor.wait_for("def add(item, items=[])");
    tutor.send("2\r");
    tutor.wait_for("Right.");
    tutor.send("1\r");
    tutor.send(f(10));
    tutor.wait_for("What do functions made in a loop");
    // Wrong at first, so that the lesson on closures is not settled.
    tutor.send("2\r");
    tutor.wait_for("one more try");
    tutor.send("1\r1\r");
    tutor.send(f(10));
    tutor.wait_for("✓ Defaults  you know this: tested out");
    tutor.wait_for("○ Closures  worth your time");
    // The lesson that is settled is passed over.
    tutor.send(f(10));
    tutor.wait_for("A closure keeps the variable");
    tutor.send(f(10));
    tutor.wait_for("The end of the track “Functions”");
    tutor.send("\x11");
    assert!(tutor.end().success());

    let mut tutor = at(home.path(), "functions/check-up#one-list");
    tutor.wait_for("def count(key, seen={})");
    tutor.send(f(3));
    tutor.wait_for("tested out: you can skip it");
    tutor.send("\x11");
    assert!(tutor.end().success());
}
