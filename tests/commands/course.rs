//! `list` and `show`: the course as it is, and no answer before its time.

use std::fs;
use std::path::Path;

use pykata::domain::course::{Pack, Step, Task};
use pykata::store::builtin;

use crate::support::{EXAMPLE, Home, assert_has, keys, rows};

fn course() -> Pack {
    builtin::course()
}

#[test]
fn list_names_every_lesson_and_with_steps_every_step() {
    let home = Home::new();
    let lessons = home.run(&["list"]).ends(0).out;
    let steps = home.run(&["list", "--steps"]).ends(0).out;
    for lesson in course().lessons() {
        assert_has(&lessons, &lesson.id);
        assert_has(&lessons, &lesson.title);
        for step in &lesson.steps {
            // Steps of two lessons may have one id and one title.
            let (id, kind) = (format!("#{} ", step.id), format!(" {} ", step.kind().word()));
            let found = steps.lines().any(|line| {
                line.contains(&id) && line.contains(&kind) && line.ends_with(&*step.title)
            });
            assert!(found, "no line for {}#{}", lesson.id, step.id);
        }
    }
    assert!(!lessons.contains("  #"));
}

#[test]
fn list_as_an_object_has_the_documented_fields_of_all_tracks_lessons_and_steps() {
    let value = Home::new().run(&["list", "--json"]).ends(0).json();
    assert_eq!(keys(&value), ["pack", "tracks", "version"]);
    assert_eq!(keys(&value["pack"]), ["id", "title", "version"]);
    let mut seen = Vec::new();
    for track in rows(&value["tracks"]) {
        assert_eq!(keys(track), ["id", "lessons", "title"]);
        for lesson in rows(&track["lessons"]) {
            let fields = [
                "cheat_sheet",
                "check_up",
                "covers",
                "id",
                "minutes",
                "objectives",
                "steps",
                "title",
            ];
            assert_eq!(keys(lesson), fields);
            assert!(lesson["minutes"].as_u64().is_some_and(|minutes| minutes > 0));
            assert_eq!(rows(&lesson["objectives"]).is_empty(), lesson["cheat_sheet"] == true);
            for step in rows(&lesson["steps"]) {
                assert_eq!(keys(step), ["id", "kind", "title"]);
                seen.push(
                    format!("{}#{} {}", lesson["id"], step["id"], step["kind"]).replace('"', ""),
                );
            }
        }
    }
    let pack = course();
    let all = pack.lessons().flat_map(|lesson| {
        lesson.steps.iter().map(|step| format!("{}#{} {}", lesson.id, step.id, step.kind().word()))
    });
    assert_eq!(seen, all.collect::<Vec<_>>());
}

#[test]
fn list_takes_another_pack() {
    let value = Home::new().run(&["list", "--json", "--pack", EXAMPLE]).ends(0).json();
    assert_eq!(value["pack"]["id"], "example");
}

/// A text as one line of single spaces, so that wrapping makes no difference.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The line of a solution that its starter and its examples do not show; the longest.
fn telling_line<'a>(solution: &'a str, shown: &str) -> Option<&'a str> {
    let lines = solution.lines().map(str::trim).filter(|line| line.len() >= 12);
    lines.filter(|line| !shown.contains(line)).max_by_key(|line| line.len())
}

/// The code that a step begins with besides what is its own, as one line: what it gives, and, where it continues an
/// earlier one, its starter.
fn begins_with(step: &Step) -> String {
    let Task::Code(_, task) = &step.task else { return String::new() };
    let given = task.given.as_ref().map_or_else(String::new, |code| flat(&code.text));
    let starter = step.continues.as_ref().map(|_| flat(&task.starter.text));
    given + " " + &starter.unwrap_or_default()
}

#[test]
fn show_withholds_solutions_and_hints_until_answers_are_asked_for() {
    let home = Home::new();
    let mut told = 0;
    for lesson in course().lessons() {
        let withheld = flat(&home.run(&["show", &lesson.id]).ends(0).out);
        let whole = flat(&home.run(&["show", &lesson.id, "--answers"]).ends(0).out);
        for step in &lesson.steps {
            let Task::Code(_, task) = &step.task else { continue };
            assert_has(&withheld, &flat(&task.starter.text));
            let solution = &task.solutions.first().expect("an exercise has a solution").code.text;
            // A later step may begin with it.
            let built_on =
                lesson.steps.iter().any(|later| begins_with(later).contains(&flat(solution)));
            assert!(
                built_on || !withheld.contains(&flat(solution)),
                "{}#{} is given away",
                lesson.id,
                step.id
            );
            assert_has(&whole, &flat(solution));
            if let Some(line) = telling_line(solution, &withheld) {
                assert_has(&whole, &flat(line));
                told += 1;
            }
        }
        assert!(!withheld.contains("#### Hint"), "{}", lesson.id);
    }
    assert!(told > 0);
}

fn right_choices(lesson: &str) -> usize {
    let pack = course();
    let lesson = pack.lessons().find(|known| known.id == lesson).expect("the lesson is there");
    let questions = lesson.steps.iter().flat_map(|step| match &step.task {
        Task::Predict(predict) => predict.answer.iter().chain(&predict.why).collect(),
        Task::Choice(questions) => questions.iter().collect(),
        _ => Vec::new(),
    });
    questions.flat_map(|question| &question.choices).filter(|choice| choice.right).count()
}

#[test]
fn show_withholds_what_is_to_be_predicted_and_which_choice_is_right() {
    let home = Home::new();
    let out = |answers: &[&str]| {
        home.run(&[&["show", "decorators/closures"], answers].concat()).ends(0).out
    };
    let (withheld, whole) = (out(&[]), out(&["--answers"]));
    let page = |text: &str| {
        let (_, rest) = text.split_once("(#bind-early, ").expect("the step has a heading");
        rest.split("\n## ").next().expect("a step has an end").to_owned()
    };
    assert!(!page(&withheld).contains("[0, 1, 2]"), "{}", page(&withheld));
    assert_has(&page(&whole), "[0, 1, 2]");
    let reason = "then every call would read the loop's last value";
    assert!(!flat(&withheld).contains(reason));
    assert_has(&flat(&whole), reason);
    let marks = |text: &str| text.lines().filter(|line| line.contains("[x]")).count();
    assert_eq!(marks(&withheld), 0);
    assert_eq!(marks(&whole), right_choices("decorators/closures"), "{whole}");
}

#[test]
fn show_marks_headings_in_a_pipe_and_writes_no_escape_sequences() {
    let out = Home::new().run(&["show", "decorators/closures"]).ends(0).out;
    assert!(out.starts_with("# Closures, the machinery\n"), "{out}");
    assert_has(&out, "\n## Run them later (#run-later, predict)\n");
    assert!(!out.contains('\u{1b}'));
    assert!(out.lines().all(|line| line == line.trim_end()));
}

#[test]
fn an_unknown_lesson_is_told_with_the_nearest_name() {
    let home = Home::new();
    let answer = home.run(&["show", "decorators/closure"]).ends(2);
    assert_eq!(answer.out, "");
    assert_has(&answer.err, "there is no lesson \"decorators/closure\"");
    assert_has(&answer.err, "did you mean \"decorators/closures\"?");
    assert_has(
        &home.run(&["show", "clozures"]).ends(2).err,
        "did you mean \"decorators/closures\"?",
    );
    assert_has(&home.run(&["show", "zzz"]).ends(2).err, "`pykata list` names them all");
}

#[test]
fn a_track_in_place_of_a_lesson_is_answered_with_its_cheat_sheet() {
    let pack = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/packs/check-up");
    let out = Home::new().run(&["show", "functions", "--pack", pack]).ends(0).out;
    assert!(out.starts_with("# Functions on one page"), "{out}");
    assert_has(&out, "## Fresh defaults");
    assert_has(&out, "[1] [2]");
    let lesson = Home::new().run(&["show", "cheat-sheet", "--pack", pack]).ends(0).out;
    assert_eq!(lesson, out);
}

#[test]
fn a_track_without_a_cheat_sheet_is_answered_with_its_lessons() {
    let pack = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/packs/checks");
    let answer = Home::new().run(&["show", "kinds", "--pack", pack]).ends(2);
    assert_has(&answer.err, "kinds is a track without a cheat sheet; its lessons: kinds/measured");
}

#[test]
fn a_command_that_is_misspelt_or_comes_too_late_is_told() {
    let home = Home::new();
    assert_has(&home.run(&["lst"]).ends(2).err, "did you mean the command `pykata list`?");
    assert_has(&home.run(&["help"]).ends(2).err, "`pykata --help`");
    let answer = home.run(&["--pack", EXAMPLE, "list"]).ends(2);
    assert_has(&answer.err, "options come after the command: `pykata list …`");
    let answer = home.run(&["decorators/closure"]).ends(2);
    assert_has(&answer.err, "did you mean \"decorators/closures\"?");
}

#[test]
fn a_lesson_is_found_by_its_name_alone() {
    let home = Home::new();
    let full = home.run(&["show", "decorators/closures"]).ends(0).out;
    assert_eq!(home.run(&["show", "closures"]).ends(0).out, full);
}

#[test]
fn a_folder_that_is_no_pack_is_told_with_why() {
    let home = Home::new();
    let empty = home.path().join("empty");
    fs::create_dir(&empty).unwrap();
    let told = |dir: &Path, why: &str| {
        let dir = dir.to_str().unwrap();
        for args in [vec!["list", "--pack", dir], vec!["show", "x/y", "--pack", dir]] {
            let answer = home.run(&args).ends(2);
            assert_has(&answer.err, dir);
            assert_has(&answer.err, why);
        }
        let error = home.run(&["list", "--json", "--pack", dir]).ends(2).error();
        assert_eq!(error["kind"], "pack");
        assert_has(error["message"].as_str().unwrap(), why);
        assert_has(error["hint"].as_str().unwrap(), "pack.toml");
    };
    told(&home.path().join("nowhere"), "No such file or directory");
    told(&home.write("a-file", "x"), "it is not a folder");
    home.write("empty/large.md", vec![b'x'; 2 * 1024 * 1024]);
    let answer = home.run(&["list", "--pack", empty.to_str().unwrap()]).ends(2);
    assert_has(&answer.err, "no `pack.toml`");
    assert_has(&answer.err, &format!("`pykata lint {}`", empty.display()));
}

#[test]
fn wrong_usage_is_told_in_the_object_too() {
    let home = Home::new();
    let error = home.run(&["run", "--json", "--wall", "soon", "x.py"]).ends(2).error();
    assert_eq!(error["kind"], "usage");
    assert_has(error["message"].as_str().unwrap(), "a number of seconds is wanted");
    let error = home.run(&["check", "--json"]).ends(2).error();
    assert_has(error["message"].as_str().unwrap(), "<STEP>");
    let answer = home.run(&["run", "--wall", "soon", "x.py"]).ends(2);
    assert_eq!(answer.out, "");
    assert_has(&answer.err, "a number of seconds is wanted");
}

#[test]
fn the_steps_that_the_readme_names_exist() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let names: Vec<&str> = readme
        .split(|c: char| !c.is_alphanumeric() && !"/#-".contains(c))
        .filter(|word| word.starts_with("decorators/"))
        .collect();
    assert!(names.iter().any(|name| name.contains('#')), "{names:?}");
    let pack = course();
    for name in names {
        let (id, step) = name.split_once('#').unwrap_or((name, "intro"));
        let lesson = pack.lessons().find(|lesson| lesson.id == id);
        assert!(lesson.is_some_and(|lesson| lesson.step(step).is_some()), "there is no {name}");
    }
}
