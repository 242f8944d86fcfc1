//! What is no Python, in the tutor: CPython's words beside the line, for our own parser's.

use super::terminal::{Terminal, f};
use super::{PYKATA, home};

const PACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/packs/checks");

#[test]
fn what_python_refuses_is_said_in_its_words_beside_the_line_and_goes_as_it_is_mended() {
    let home = home();
    let args = ["--pack", PACK, "kinds/types#maybe-nothing"];
    let mut tutor = Terminal::start(PYKATA, &args, home.path(), 120, 40);
    tutor.wait_for("return users.get(name)");
    // Past the last line: a bracket that is never closed, and a place where nothing may be returned.
    tutor.send("\x1b[1;5Fprint((1,\r\r");
    tutor.wait_for("print((1,  ← '(' was never closed");
    tutor.send("\x1b[A\x1b[A\x1b[F2))\x1b[B");
    tutor.wait_for("print((1,2))");
    tutor.send("\x1b[1;5F\x1b[Hbreak\r");
    tutor.wait_for("break  ← 'break' outside loop");
    tutor.send(f(5));
    tutor.wait_for("SyntaxError: 'break' outside loop");
    tutor.send("\x11");
    assert!(tutor.end().success());
}
