//! Types in the tutor: marks while the code is written, the type under the cursor, the page on a finding, the verdict.

use super::terminal::{Terminal, f};
use super::{PYKATA, home};

const PACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/packs/checks");

#[test]
fn findings_are_marked_explained_and_gone_once_the_types_agree() {
    let home = home();
    let args = ["--pack", PACK, "kinds/types#maybe-nothing"];
    let mut tutor = Terminal::start(PYKATA, &args, home.path(), 120, 40);
    tutor.wait_for("▌ 2      return users.get(name)");
    tutor.send("\x1b[B");
    tutor.wait_for("← Return type does not match returned value");
    tutor.send("\x1be");
    tutor.wait_for("Why is this bad?");
    tutor.send("q");
    tutor.wait_for("F6 checks that:");
    // To the end of the line, and back into `name`.
    tutor.send("\x1b[F\x1b[D\x1b[D\x1bt");
    tutor.wait_for("name is str");
    // The first line's end: before the colon.
    tutor.send("\x1b[A\x1b[F\x1b[D | None");
    tutor.wait_for("-> int | None:");
    tutor.wait_for("  2      return users.get(name)");
    tutor.send(f(6));
    tutor.wait_for("✓ the types agree");
    tutor.send("\x11");
    assert!(tutor.end().success());
}
