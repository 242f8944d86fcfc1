//! An exercise that goes on, in a later session, from what passed in an earlier one.

use super::terminal::{Terminal, f};
use super::{PYKATA, home};

const PACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/packs/checks");

#[test]
fn what_passed_last_is_there_in_the_next_session_and_not_what_came_after_it() {
    let home = home();
    let start = |step: &str| {
        let step = format!("kinds/continue#{step}");
        Terminal::start(PYKATA, &["--pack", PACK, &step], home.path(), 120, 40)
    };
    let mut tutor = start("count");
    tutor.wait_for("def count(items):");
    // Everything is selected, and this takes its place.
    tutor.send("\x01\x1b[200~def count(xs):\r    return {x: xs.count(x) for x in xs}\r\x1b[201~");
    tutor.send(f(6));
    tutor.wait_for("✓ counts");
    tutor.send("# a thought\r");
    tutor.wait_for("saved");
    tutor.send("\x11");
    assert!(tutor.end().success());

    let mut tutor = start("most");
    tutor.wait_for("def count(xs):");
    tutor.wait_for("You begin with your own code of “Count”");
    assert!(!tutor.text().contains("# a thought"));
    tutor.send("\x11");
    assert!(tutor.end().success());
}
