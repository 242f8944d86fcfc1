//! Whatever a program prints: the terminal is told what the tutor itself says, and nothing else.

use super::terminal::f;
use super::{STEP, home, tutor};

/// The sequences that the tutor writes, each from its first byte after `ESC [` to its last.
fn is_own(sequence: &str) -> bool {
    let modes = ["?1049", "?2004", "?1000", "?1002", "?1006", "?2026", "?25"];
    let (parameters, last) = sequence.split_at(sequence.len() - 1);
    let numbers = parameters.split(';').all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    match last {
        "h" | "l" => modes.contains(&parameters),
        "H" | "m" => numbers,
        "J" => parameters == "2",
        "q" => parameters.ends_with(' ') && parameters.trim_end().parse::<u8>().is_ok(),
        _ => false,
    }
}

/// The first thing in what a terminal was told that is neither text nor one of the tutor's own sequences.
fn foreign(raw: &[u8]) -> Option<String> {
    let text = match std::str::from_utf8(raw) {
        Ok(text) => text,
        Err(error) => return Some(format!("bytes that are no text at {}", error.valid_up_to())),
    };
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_control()) {
        let around =
            |length: usize| format!("{:?}", rest[at..].chars().take(length).collect::<String>());
        let Some(tail) = rest[at..].strip_prefix("\x1b[") else { return Some(around(12)) };
        let end = tail.find(|c: char| c.is_ascii_alphabetic() || c.is_control());
        match end {
            Some(end) if is_own(&tail[..=end]) => rest = &tail[end + 1..],
            _ => return Some(around(24)),
        }
    }
    None
}

#[test]
fn a_foreign_sequence_would_be_found() {
    for bad in [
        "\x1b]0;x\x07",
        "\x1b[?1003h",
        "\x1b[6n",
        "\x1b[5;10r",
        "\x07",
        "\u{9b}2J",
        "\x1bPq",
        "\x1b7",
        "\x1b[s",
    ] {
        assert!(foreign(bad.as_bytes()).is_some(), "{bad:?}");
    }
    assert_eq!(foreign(b"\x1b[?2026h\x1b[1;2Hx\x1b[0;38;2;1;2;3m\x1b[2 q\x1b[?25l"), None);
}

/// Runs programs one after another in the tutor and looks at everything that the terminal was told meanwhile.
fn told_while_running(programs: &[(&str, &str)]) -> Vec<u8> {
    let home = home();
    let mut tutor = tutor(home.path(), &[STEP], 120, 40);
    tutor.wait_for("def login_required");
    for (n, (name, program)) in programs.iter().enumerate() {
        // It takes the place of what stands there, and nothing of the rest runs after it.
        tutor.send("\x01");
        let said = format!("print('\\nnumber', {n})");
        let program = format!("{said}\n{program}\n{said}\nraise SystemExit\n");
        tutor.send(&format!("\x1b[200~{}\x1b[201~", program.replace('\n', "\r")));
        tutor.send(f(5));
        // It stands at both ends, and how long it took in the title, once it has ended.
        let number = format!("number {n}");
        tutor.wait(&number, |screen| {
            let text = screen.contents();
            text.contains(&number) && text.contains(" ms, ")
        });
        assert_eq!(foreign(&tutor.raw()), None, "{name}");
    }
    tutor.send("\x11");
    assert!(tutor.end().success());
    tutor.assert_restored();
    tutor.raw()
}

#[test]
fn no_sequence_of_a_program_reaches_the_terminal() {
    let programs = [
        ("clipboard", include_str!("../hostile/term_02_osc52_clipboard.py")),
        ("cursor", include_str!("../hostile/term_04_cursor_save.py")),
        ("modes", include_str!("../hostile/term_07_modes.py")),
        ("paste", include_str!("../hostile/term_08_paste_end.py")),
        ("c1", include_str!("../hostile/term_09_c1_8bit.py")),
        ("split", include_str!("../hostile/term_10_split_escape.py")),
        ("link", include_str!("../hostile/term_12_osc8_spoof.py")),
        ("passthrough", include_str!("../hostile/term_13_tmux_screen_passthrough.py")),
        ("bells", include_str!("../hostile/term_15_bell_flood.py")),
        ("edges", include_str!("../hostile/term_18_wide_edge.py")),
        ("names", include_str!("../hostile/term_20_logfile_replay.py")),
        ("bytes", include_str!("../hostile/out_16_invalid_utf8.py")),
        ("character", include_str!("../hostile/out_18_split_utf8.py")),
    ];
    let raw = told_while_running(&programs);
    assert_eq!(foreign(&raw), None);
}

#[test]
fn no_sequence_of_an_exception_reaches_the_terminal() {
    let errors = [
        ("message", include_str!("../hostile/term_19_ansi_in_error.py")),
        ("file name", include_str!("../hostile/src_31_exec_compile_names.py")),
        ("notes", include_str!("../hostile/err_05_str_not_str.py")),
    ];
    let home = home();
    let mut tutor = tutor(home.path(), &[STEP], 120, 40);
    tutor.wait_for("def login_required");
    for (said, (name, program)) in
        ["bad <U+202E> value", "division by zero", "Bad: "].iter().zip(errors)
    {
        tutor.send("\x01");
        tutor.send(&format!("\x1b[200~{}\x1b[201~", program.replace('\n', "\r")));
        tutor.send(f(5));
        tutor.wait_for(said);
        assert_eq!(foreign(&tutor.raw()), None, "{name}");
    }
}

#[test]
fn fifty_million_random_bytes_draw_a_few_frames_and_act_on_nothing() {
    let flood =
        "import os\nfor _ in range(768): os.write(1, os.urandom(65536))\nos.write(1, b'\\n')";
    let raw = told_while_running(&[("flood", flood)]);
    assert_eq!(foreign(&raw), None);
    let frames = raw.windows(8).filter(|bytes| *bytes == b"\x1b[?2026h").count();
    assert!(frames < 400, "{frames} frames");
}
