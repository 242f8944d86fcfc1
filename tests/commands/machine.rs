//! `progress`, `settings`, `completions`, `man` and `doctor`: what is remembered, and what belongs to the machine.

use pykata::domain::course::Part;
use pykata::domain::lesson::reference;
use pykata::domain::progress::PackMark;
use pykata::domain::settings;
use pykata::tui::theme::ThemeName;

use crate::support::{Home, PYKATA, assert_has, keys, rows};
use crate::terminal::{Terminal, f};

const STEP: &str = "decorators/closures#counters";

/// Solves the exercise in the tutor itself: what it saves is what is shown.
fn solve(home: &Home) {
    let mut tutor = Terminal::start(PYKATA, &[STEP], home.path(), 120, 40);
    tutor.wait_for("def step():");
    tutor.send("\x1b[B\x1b[B\x1b[F\rnonlocal count");
    tutor.wait_for("nonlocal count");
    tutor.send(f(6));
    tutor.wait_for("✓ orders do not disturb the invoices");
    tutor.send("\x11");
    assert!(tutor.end().success());
}

fn state(home: &Home, step: &str) -> serde_json::Value {
    let value = home.run(&["progress", "show", "--json"]).ends(0).json();
    let found = rows(&value["steps"]).iter().find(|row| row["step"] == step);
    found.expect("every step has a row").clone()
}

#[test]
fn progress_shows_what_was_done_and_reset_forgets_it() {
    let home = Home::new();
    let untouched = home.run(&["progress", "show"]).ends(0).out;
    assert_has(&untouched, "next: decorators/closures#intro");
    assert_eq!(state(&home, STEP)["state"], "untouched");

    solve(&home);
    let row = state(&home, STEP);
    let fields = ["attempts", "hints", "kind", "seconds", "solution_shown", "state", "step"];
    assert_eq!(keys(&row), fields);
    assert_eq!((&row["state"], &row["attempts"]), (&"done".into(), &1.into()));
    assert_eq!((&row["kind"], &row["solution_shown"]), (&"fix".into(), &false.into()));
    let out = home.run(&["progress", "show"]).ends(0).out;
    assert_has(&out, "1 of ");
    let line = out.lines().find(|line| line.contains("decorators/closures")).unwrap();
    assert_has(line, "started     1 of ");

    let answer = home.run(&["progress", "reset", STEP]).ends(0);
    assert_eq!(answer.out, format!("forgotten: {STEP}\n"));
    assert_eq!(state(&home, STEP)["state"], "untouched");
}

#[test]
fn what_one_machine_exports_another_adds_to_its_own() {
    let (one, other) = (Home::new(), Home::new());
    solve(&one);
    one.run(&["progress", "export", "mine.jsonl"]).ends(0);
    let again = one.run(&["progress", "export", "mine.jsonl"]).ends(2);
    assert_has(&again.err, "choose another name");
    assert_eq!(state(&other, STEP)["state"], "untouched");
    let export = one.run(&["progress", "export"]).ends(0).out;
    assert_eq!(export.as_bytes(), std::fs::read(one.path().join("mine.jsonl")).unwrap());
    let came = other.feed(&["progress", "import", "-"], &export).ends(0).out;
    assert!(came.starts_with("new: ") && !came.starts_with("new: 0 "), "{came}");
    assert_eq!(state(&other, STEP), state(&one, STEP));
    let twice = other.feed(&["progress", "import", "-"], &export).ends(0).out;
    assert_has(&twice, "new: 0 of ");
    assert_eq!(other.run(&["progress", "export"]).ends(0).out, export);
}

#[test]
fn a_damaged_export_gives_what_is_whole_and_says_so() {
    let (one, other) = (Home::new(), Home::new());
    solve(&one);
    let export = one.run(&["progress", "export"]).ends(0).out;
    let cut = &export[..export.len() - 3];
    let answer = other.feed(&["progress", "import", "-"], cut).ends(1);
    assert_has(&answer.err, "half a line");
    let answer = other.feed(&["progress", "import", "-"], "no export\n").ends(2);
    assert_has(&answer.err, "pykata progress export");
    let answer = other.feed(&["progress", "import", "-"], "{\"format\":9}\n").ends(1);
    assert_has(&answer.err, "update pykata");
    other.run(&["progress", "import", "nowhere.jsonl"]).ends(2);
}

#[test]
fn completions_and_the_manual_name_every_command() {
    let home = Home::new();
    let names = ["list", "show", "run", "trace", "check", "types", "lint", "new", "progress"];
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = home.run(&["completions", shell]).ends(0).out;
        assert!(names.iter().all(|name| script.contains(name)), "{script}");
    }
    assert_has(&home.run(&["completions", "tcsh"]).ends(2).err, "bash");
    let page = home.run(&["man"]).ends(0).out;
    assert!(page.contains(".TH pykata 1"), "{page}");
    assert!(names.iter().all(|name| page.contains(name)), "{page}");
    assert_has(&home.run(&["man", "run"]).ends(0).out, "\\-\\-wall");
    assert_has(&home.run(&["man", "fly"]).ends(2).err, "there is no command");
}

#[test]
fn settings_hold_for_runs_and_what_is_wrong_in_them_is_said() {
    let home = Home::new();
    let usual = home.run(&["settings"]).ends(0).out;
    assert_has(&usual, "# wall = 5");
    assert_has(&usual, "not there yet; write it to ");
    std::fs::create_dir_all(home.path().join(".config/pykata")).unwrap();
    home.write(".config/pykata/config.toml", "[limits]\nwall = 1\ntask = 2\n");
    let seen = home.run(&["settings"]).ends(0);
    assert_has(&seen.out, "\nwall = 1\n");
    assert_has(&seen.err, "config.toml:3:1: `[limits]` has no key `task`; did you mean `tasks`?");
    home.write("endless.py", "while True: pass\n");
    let value = home.run(&["run", "endless.py", "--json"]).ends(1).json();
    assert_eq!(value["outcome"], "timeout");
    assert!(value["wall_ms"].as_f64().unwrap() < 4_000.0, "{value}");
}

#[test]
fn the_page_on_settings_has_the_tables_that_they_are_read_through() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/SETTINGS.md");
    let text = std::fs::read_to_string(path).unwrap();
    let filled = reference::fill_with(&text, &settings::parts());
    let themes = ThemeName::ALL.map(|name| format!("`{}`", name.word()));
    assert!(filled.contains("| `wall` |") && themes.iter().all(|name| filled.contains(name)));
    if std::env::var_os("PYKATA_BLESS").is_some() {
        return std::fs::write(path, &filled).unwrap();
    }
    assert_eq!(text, filled, "run PYKATA_BLESS=1 cargo test --test commands settings");
}

#[test]
fn reset_takes_a_lesson_or_everything_and_nothing_else() {
    let home = Home::new();
    solve(&home);
    assert_has(
        &home.run(&["progress", "reset", "generators/iterable-and-iterator"]).ends(0).out,
        "forgotten",
    );
    assert_eq!(state(&home, STEP)["state"], "done");
    home.run(&["progress", "reset", "decorators/closures"]).ends(0);
    assert_eq!(state(&home, STEP)["state"], "untouched");
    solve_again_and_reset_all(&home);

    for args in [vec!["progress", "reset"], vec!["progress", "reset", STEP, "--all"]] {
        assert_has(&home.run(&args).ends(2).err, "--all");
    }
    let answer = home.run(&["progress", "reset", "decorators/closure"]).ends(2);
    assert_has(&answer.err, "did you mean \"decorators/closures\"?");
}

fn solve_again_and_reset_all(home: &Home) {
    let mut tutor = Terminal::start(PYKATA, &[STEP], home.path(), 120, 40);
    tutor.wait_for("nonlocal count");
    tutor.send(f(6));
    tutor.wait_for("✓ orders do not disturb the invoices");
    tutor.send("\x11");
    assert!(tutor.end().success());
    assert_eq!(state(home, STEP)["state"], "done");
    home.run(&["progress", "reset", "--all"]).ends(0);
    assert_eq!(state(home, STEP)["state"], "untouched");
}

#[test]
fn the_object_of_progress_has_its_fields() {
    let value = Home::new().run(&["progress", "show", "--json"]).ends(0).json();
    let fields = [
        "exercises",
        "exercises_done",
        "lessons",
        "lessons_done",
        "pack",
        "seconds",
        "steps",
        "tested_out",
        "version",
    ];
    assert_eq!(keys(&value), fields);
    let pack = pykata::store::builtin::course();
    assert_eq!(value["pack"], pack.id.as_str());
    let counted = pack.lessons().filter(|lesson| lesson.part == Part::Lesson);
    assert_eq!(value["lessons"], counted.count());
    assert_eq!(PackMark::builtin(&pack).key, pack.id);
}

#[test]
fn a_damaged_journal_is_told_beside_the_answer() {
    let home = Home::new();
    home.run(&["progress", "reset", "--all"]).ends(0);
    let journals = home.path().join(".local/share/pykata/journal");
    let journal = std::fs::read_dir(&journals).unwrap().next().unwrap().unwrap().path();
    let mut text = std::fs::read_to_string(&journal).unwrap();
    text.push_str("{\"nonsense\n{}\n");
    std::fs::write(&journal, text).unwrap();
    let answer = home.run(&["progress", "show", "--json"]).ends(0);
    answer.json();
    assert_has(&answer.err, "pykata: ");
    assert_has(&answer.err, journal.file_name().unwrap().to_str().unwrap());
}

#[test]
fn a_reset_that_cannot_be_saved_is_not_said_to_be_done() {
    let home = Home::new();
    home.write(".local", "a file where the folder should be");
    let answer = home.run(&["progress", "reset", "--all"]).ends(3);
    assert_eq!(answer.out, "");
    assert_has(&answer.err, ".local");
}

#[test]
fn doctor_says_what_works_here() {
    let home = Home::new();
    let answer = home.run(&["doctor"]).ends(0);
    for part in [
        "Python     3.",
        "pykata-worker",
        "sandbox    ",
        "terminal   no TERM",
        "(saved as you go)",
        "no problems found",
    ] {
        assert_has(&answer.out, part);
    }
    assert_has(&answer.out, home.path().to_str().unwrap());
}

#[test]
fn the_object_of_doctor_has_its_fields() {
    let value = Home::new().run(&["doctor", "--json"]).ends(0).json();
    let fields = ["folders", "problems", "python", "sandbox", "terminal", "version", "versions"];
    assert_eq!(keys(&value), fields);
    assert_eq!(value["python"], pykata::protocol::PYTHON_VERSION);
    assert_eq!(value["versions"]["build"], pykata::protocol::BUILD_ID);
    let types = value["versions"]["types"].as_str().unwrap();
    assert!(types.ends_with("/pykata-types"), "{types}");
    assert_eq!(value["terminal"]["is_terminal"], false);
    assert_eq!(value["folders"]["saving"], true);
    assert!(rows(&value["problems"]).is_empty());
}

#[test]
fn doctor_tells_where_nothing_can_be_saved_and_what_to_do() {
    let home = Home::new();
    let output = home.command(&["doctor", "--json"]).env("HOME", "/nonexistent").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["folders"]["saving"], false);
    let problems = rows(&value["problems"]);
    assert!(
        problems.iter().any(|problem| problem["what"].as_str().unwrap().contains("/nonexistent"))
    );
}

#[test]
fn the_tutor_without_a_terminal_says_so() {
    let answer = Home::new().run::<&str>(&[]).ends(2);
    assert_eq!(answer.out, "");
    assert_has(&answer.err, "terminal");
}
