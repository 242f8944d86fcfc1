//! The tutor in a real terminal: whole flows, as a learner meets them.

#[path = "tutor/check_up.rs"]
mod check_up;
#[path = "tutor/continued.rs"]
mod continued;
#[path = "tutor/foreign.rs"]
mod foreign;
#[path = "tutor/order.rs"]
mod order;
#[path = "tutor/own_editor.rs"]
mod own_editor;
#[path = "tutor/reloaded.rs"]
mod reloaded;
#[path = "tutor/running.rs"]
mod running;
#[path = "tutor/syntax.rs"]
mod syntax;
mod terminal;
#[path = "tutor/types.rs"]
mod types;

use std::path::Path;

use rustix::process::Signal;
use tempfile::TempDir;
use terminal::{Terminal, f};

const PYKATA: &str = env!("CARGO_BIN_EXE_pykata");
const PACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/packs/example");

/// The exercise of the example pack that the flows solve.
const STEP: &str = "decorators/keep-the-name#two-views";

fn home() -> TempDir {
    tempfile::tempdir().expect("a temporary folder is to be had")
}

fn tutor(home: &Path, args: &[&str], columns: u16, rows: u16) -> Terminal {
    let args: Vec<&str> = ["--pack", PACK].into_iter().chain(args.iter().copied()).collect();
    Terminal::start(PYKATA, &args, home, columns, rows)
}

/// Puts the missing decorator above the wrapper of the starter.
fn mend(tutor: &mut Terminal) {
    tutor.send("\x1b[B\x1b[B\x1b[F\r@functools.wraps(view)");
    tutor.wait_for("@functools.wraps(view)");
}

#[test]
fn a_learner_opens_fails_takes_a_hint_mends_passes_and_finds_the_place_again() {
    let home = home();
    let mut tutor = tutor(home.path(), &[], 120, 40);
    tutor.wait_for("Keep the name");
    tutor.send("\r");
    tutor.wait_for("You put a login check on two views");
    for title in ["What does it say about itself?", "Who gets hurt", "Two guarded views"] {
        tutor.send(f(10));
        tutor.wait_for(title);
    }
    tutor.send(f(6));
    tutor.wait_for("✗ both views are registered under their own names");
    tutor.send(f(4));
    tutor.wait_for("Hint 1 of 3");
    mend(&mut tutor);
    tutor.send(f(6));
    tutor.wait_for("✓ both views are registered under their own names");
    tutor.wait_for("✓ help still works");
    tutor.send("\x11");
    assert!(tutor.end().success());
    tutor.assert_restored();

    let mut tutor = again(home.path());
    tutor.wait_for("Two guarded views");
    tutor.send("\r");
    tutor.wait_for("@functools.wraps(view)");
    tutor.send("\x11");
    assert!(tutor.end().success());
}

/// A second start in the same home.
fn again(home: &Path) -> Terminal {
    tutor(home, &[], 120, 40)
}

#[test]
fn a_known_mistake_brings_up_its_message() {
    let home = home();
    let mut tutor = tutor(home.path(), &[STEP], 120, 40);
    tutor.wait_for("def login_required");
    tutor.send("\x1b[B\x1b[B\x1b[F\r@functools.wraps");
    tutor.send(f(6));
    tutor.wait_for("without parentheses takes your wrapper");
}

#[test]
fn an_endless_loop_is_stopped_by_a_key_and_the_tutor_goes_on() {
    let home = home();
    let mut tutor = tutor(home.path(), &[STEP], 120, 40);
    tutor.wait_for("def login_required");
    tutor.send("while True:\rpass\r\r");
    tutor.send(f(5));
    tutor.wait_for("running");
    tutor.send("\x03");
    tutor.wait_for("You stopped it.");
    // Typing still works.
    tutor.send("# still here");
    tutor.wait_for("# still here");
}

#[test]
fn what_was_shown_as_saved_survives_a_kill() {
    let home = home();
    let mut tutor = tutor(home.path(), &[STEP], 100, 30);
    tutor.wait_for("def login_required");
    tutor.send("# not lost\r");
    tutor.wait_for("# not lost");
    tutor.wait_for("saved");
    tutor.signal(Signal::KILL);
    tutor.end();
    let again = tutor_at(home.path());
    again.wait_for("# not lost");
}

#[test]
fn signals_that_end_the_program_give_the_terminal_back_and_save() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let home = home();
        let mut tutor = tutor(home.path(), &[STEP], 80, 24);
        tutor.wait_for("def login_required");
        tutor.send("# typed just before\r");
        tutor.wait_for("# typed just before");
        tutor.signal(signal);
        tutor.end();
        tutor.assert_restored();
        tutor_at(home.path()).wait_for("# typed just before");
    }
}

fn tutor_at(home: &Path) -> Terminal {
    tutor(home, &[STEP], 100, 30)
}

#[test]
fn a_stopped_tutor_gives_the_terminal_back_and_returns_with_its_screen() {
    let home = home();
    let mut tutor = tutor(home.path(), &[STEP], 80, 24);
    tutor.wait_for("def login_required");
    tutor.signal(Signal::TSTP);
    tutor.wait_stopped();
    tutor.wait("the terminal to be given back", |screen| {
        !screen.alternate_screen() && !screen.bracketed_paste()
    });
    tutor.signal(Signal::CONT);
    tutor.wait("the tutor to return", vt100::Screen::alternate_screen);
    tutor.wait_for("def login_required");
    tutor.send("# back\r");
    tutor.wait_for("# back");
}

#[test]
fn a_closed_terminal_ends_the_program_with_the_work_saved() {
    let home = home();
    let mut tutor = tutor(home.path(), &[STEP], 80, 24);
    tutor.wait_for("def login_required");
    tutor.send("# the window closes\r");
    tutor.wait_for("# the window closes");
    tutor.hang_up();
    tutor.end();
    tutor_at(home.path()).wait_for("# the window closes");
}

#[test]
fn a_panic_gives_the_terminal_back_and_its_message_is_seen() {
    const PANICS: &str = "PYKATA_TEST_PANICS";
    if std::env::var_os(PANICS).is_some() {
        let _guard = pykata::tui::terminal::Guard::new().expect("there is a terminal");
        panic!("a panic on purpose");
    }
    let home = home();
    let itself = std::env::current_exe().expect("a test has a program");
    let mut command = portable_pty::CommandBuilder::new(itself);
    let name = "a_panic_gives_the_terminal_back_and_its_message_is_seen";
    command.args(["--exact", name, "--nocapture"]);
    let mut program = Terminal::start_command(command, home.path(), 100, 30, &[(PANICS, "1")]);
    assert!(!program.end().success());
    program.assert_restored();
    assert!(program.text().contains("a panic on purpose"), "{}", program.text());
    let raw = String::from_utf8_lossy(&program.raw()).into_owned();
    assert!(raw.contains("\x1b[?1049h"), "the terminal was set up before");
}

#[test]
fn a_storm_of_sizes_leaves_a_whole_screen() {
    let home = home();
    let mut tutor = tutor(home.path(), &[STEP], 80, 24);
    tutor.wait_for("def login_required");
    for (columns, rows) in [(1, 1), (200, 60), (39, 11), (40, 12), (3, 50), (120, 40)] {
        tutor.resize(columns, rows);
    }
    tutor.wait_for("def login_required");
    tutor.wait_for("F6 Check");
    tutor.send("\x11");
    assert!(tutor.end().success());
}

#[test]
fn a_paste_of_two_thousand_lines_is_one_change() {
    let home = home();
    let mut tutor = tutor(home.path(), &[STEP], 100, 30);
    tutor.wait_for("def login_required");
    tutor.send(&format!("\x1b[200~{}\x1b[201~", "pasted = 1\r".repeat(2000)));
    tutor.wait_for("line 2001");
    tutor.send("\x1a");
    tutor.wait_for("line 1,");
    tutor.wait_gone("pasted = 1");
}
