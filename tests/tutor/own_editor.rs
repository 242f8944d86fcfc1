//! The reader's own editor: it has the terminal, and what it saves comes back.

use portable_pty::CommandBuilder;

use super::terminal::Terminal;
use super::{PYKATA, home};

const STEP: &str = "decorators/closures#counters";
const ALT_X: &str = "\x1bx";

/// A tutor at an exercise, with this editor.
fn with_editor(home: &std::path::Path, editor: Option<&str>) -> Terminal {
    let mut command = CommandBuilder::new(PYKATA);
    command.arg(STEP);
    let variables: Vec<(&str, &str)> = editor.into_iter().map(|name| ("EDITOR", name)).collect();
    let tutor = Terminal::start_command(command, home, 120, 40, &variables);
    tutor.wait_for("def step():");
    tutor
}

#[test]
fn what_the_own_editor_saves_is_taken_as_one_step_of_undo_and_kept() {
    let home = home();
    let mut tutor = with_editor(home.path(), Some("sed -i 's/def step/def stride/'"));
    tutor.send(ALT_X);
    tutor.wait_for("def stride():");
    tutor.wait_for("Taken from your editor");
    tutor.send("\x1a");
    tutor.wait_for("def step():");
    tutor.send("\x19");
    tutor.wait_for("def stride():");
    tutor.send("\x11");
    assert!(tutor.end().success());
    tutor.assert_restored();

    let mut tutor = Terminal::start(PYKATA, &[STEP], home.path(), 120, 40);
    tutor.wait_for("def stride():");
    tutor.send("\x11");
    assert!(tutor.end().success());
}

#[test]
fn an_editor_that_is_missing_fails_or_is_not_named_is_a_sentence_and_nothing_is_lost() {
    for (editor, said) in [
        (None, "No editor of your own is named"),
        (Some("/nowhere/editor"), "There is no program for `/nowhere/editor`"),
        (Some("false"), "`false` ended with 1"),
        (Some("true"), "Your editor changed nothing."),
        (Some("printf x >> \"$1\"; false"), "What you wrote is in /tmp/pykata-edit-"),
    ] {
        let home = home();
        let mut tutor = with_editor(home.path(), editor);
        tutor.send(ALT_X);
        tutor.wait_for(said);
        tutor.wait_for("def step():");
        tutor.send("\x11");
        assert!(tutor.end().success());
        tutor.assert_restored();
    }
}
