//! A program that runs in the tutor: what is seen of it meanwhile, and how it is stopped.

use super::terminal::f;
use super::{STEP, Terminal, home, tutor};

/// Puts a program in the place of the code, and runs it.
fn run(tutor: &mut Terminal, program: &str) {
    tutor.wait_for("def login_required");
    tutor.send("\x01");
    tutor.send(&format!("\x1b[200~{}\x1b[201~", program.replace('\n', "\r")));
    tutor.send(f(5));
}

#[test]
fn output_of_both_streams_is_seen_while_the_program_runs() {
    let home = home();
    let mut tutor = tutor(home.path(), &[STEP], 120, 40);
    // It goes on until it is stopped, so that what is seen is seen meanwhile.
    run(
        &mut tutor,
        "import os\nos.write(1, b'to ' b'one\\n')\nos.write(2, b'to ' b'two\\n')\nwhile True: pass\n",
    );
    tutor.wait_for("to one");
    tutor.wait_for("to two");
    tutor.wait_for("running, Ctrl-C stops it");
    tutor.send("\x03");
    tutor.wait_for("You stopped it.");
    let text = tutor.text();
    assert!(text.contains("to one") && text.contains("to two"), "{text}");
}

#[test]
fn a_program_may_tidy_up_when_it_is_stopped() {
    let home = home();
    let mut tutor = tutor(home.path(), &[STEP], 120, 40);
    run(
        &mut tutor,
        "try:\n    print('be' 'gun')\n    while True: pass\nexcept KeyboardInterrupt:\n    print('tidied' ' up')\n",
    );
    tutor.wait_for("begun");
    tutor.send("\x03");
    tutor.wait_for("tidied up");
    tutor.wait_for("You stopped it.");
}

#[test]
fn a_program_that_does_not_want_to_stop_is_ended() {
    let home = home();
    let mut tutor = tutor(home.path(), &[STEP], 120, 40);
    run(
        &mut tutor,
        "while True:\n    try:\n        print('be' 'gun')\n        for n in iter(int, 1): n + 1\n    except BaseException: print('not' ' yet')\n",
    );
    tutor.wait_for("begun");
    tutor.send("\x03");
    tutor.wait_for("You stopped it.");
    tutor.wait_for("not yet");
}
