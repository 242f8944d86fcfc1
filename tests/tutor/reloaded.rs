//! A pack that its author changes while it is open.

use std::fs;
use std::process::Command;

use super::terminal::Terminal;
use super::{PYKATA, home};

#[test]
fn what_is_saved_is_shown_at_the_same_step_and_what_is_broken_is_named() {
    let home = home();
    let pack = home.path().join("my-pack");
    let made = Command::new(PYKATA).args(["new", "pack"]).arg(&pack).output().unwrap();
    assert!(made.status.success());
    let file = pack.join("first-track/10-late-binding.md");
    let text = fs::read_to_string(&file).unwrap();
    let step = "first-track/late-binding#three-buttons";
    let pack = pack.to_str().unwrap();
    let mut tutor = Terminal::start(PYKATA, &["--pack", pack, step], home.path(), 120, 40);
    tutor.wait_for("Make each button return its own name.");
    tutor.send("# mine");
    // The watch begins after the first frame: what is saved before it is read as well.
    fs::write(&file, text.replace("its own name.", "its new name.")).unwrap();
    tutor.wait_for("Make each button return its new name.");
    assert!(tutor.text().contains("# mine"));
    fs::write(&file, text.replace(".fix objective", ".fixed objective")).unwrap();
    tutor.wait_for("The text before is kept.");
    assert!(tutor.text().contains("its new name."));
    // As editors save: another file, moved over it.
    let next = file.with_extension("next");
    fs::write(&next, text.replace("its own name.", "its old name.")).unwrap();
    fs::rename(&next, &file).unwrap();
    tutor.wait_for("its old name.");
    tutor.send("\x11");
    assert!(tutor.end().success());
}
