//! Lines that are put in order in the tutor, by keys and by the mouse.

use super::terminal::{Terminal, f};
use super::{PYKATA, home};

const PACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/packs/checks");

fn at(home: &std::path::Path) -> Terminal {
    let args = ["--pack", PACK, "kinds/order#two-ways"];
    Terminal::start(PYKATA, &args, home, 120, 40)
}

#[test]
fn lines_are_taken_up_moved_indented_and_checked_and_found_again() {
    let home = home();
    let mut tutor = at(home.path());
    tutor.wait_for("1▸ total = sum(prices)");
    tutor.wait_for("Space Take up");
    tutor.send(" \x1b[B\x1b[C ");
    tutor.wait_for("2▸     total = sum(prices)");
    tutor.send("\x1b[B\x1b[1;3B\x1b[C\x1b[A\x1b[C");
    tutor.wait_for("4      return total, count");
    tutor.send("import os");
    tutor.send(f(6));
    tutor.wait_for("✓ gives both");
    tutor.send("x");
    tutor.wait_for("# count = len(prices)");
    tutor.wait_for("saved");
    tutor.send("\x11");
    assert!(tutor.end().success());

    let mut tutor = at(home.path());
    tutor.wait_for("# count = len(prices)");
    tutor.send("\x11");
    assert!(tutor.end().success());
}

#[test]
fn a_line_is_dragged_with_the_mouse() {
    let home = home();
    let mut tutor = at(home.path());
    tutor.wait_for("1▸ total = sum(prices)");
    let text = tutor.text();
    let row = 1 + text.lines().position(|line| line.contains("total = sum")).unwrap();
    tutor.send(&format!("\x1b[<0;50;{row}M\x1b[<32;56;{}M\x1b[<0;56;{}m", row + 1, row + 1));
    tutor.wait_for("2▸     total = sum(prices)");
    tutor.send("\x1a");
    tutor.wait_for("1▸ total = sum(prices)");
}
