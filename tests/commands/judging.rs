//! `check` and `lint`: verdicts on exercises and on packs.

use std::fs;

use pykata::domain::course::{Step, Task};
use pykata::domain::exercise::CodeTask;
use pykata::store::pack;

use crate::support::{Answer, EXAMPLE, Home, assert_has, broken_pack, keys, rows};

/// An exercise of the example pack.
const TWO_VIEWS: &str = "decorators/keep-the-name#two-views";

/// Steps of the built-in pack, one of each kind that takes answers.
const PICKED: &str = "decorators/closures#run-later";
const TYPED: &str = "decorators/closures#bind-early";
const CHOICE: &str = "decorators/closures#inside-the-wrapper";

fn task(step: &Step) -> &CodeTask {
    match &step.task {
        Task::Code(_, task) => task,
        _ => panic!("{} is no exercise with code", step.id),
    }
}

/// Judges a program for the exercise of the example pack, by what picks it from the exercise.
fn two_views(program: impl Fn(&CodeTask) -> String, options: &[&str]) -> Answer {
    let pack = pack::load_dir(EXAMPLE.as_ref()).unwrap().pack.unwrap();
    let lesson = pack.lessons().next().unwrap();
    let program = program(task(lesson.step("two-views").unwrap()));
    let args = [&["check", TWO_VIEWS, "-", "--pack", EXAMPLE], options].concat();
    Home::new().feed(&args, &program)
}

fn starter(task: &CodeTask) -> String {
    task.starter.text.clone()
}

fn solution(task: &CodeTask) -> String {
    task.solutions[0].code.text.clone()
}

fn bare_wraps(task: &CodeTask) -> String {
    let mistake = task.mistakes.iter().find(|mistake| mistake.id == "bare-wraps").unwrap();
    mistake.program.text.clone()
}

#[test]
fn a_starter_does_not_pass_and_says_what_is_open() {
    let answer = two_views(starter, &[]).ends(1);
    assert_has(&answer.out, "both views are registered under their own names");
    assert_has(&answer.out, &format!("{TWO_VIEWS}: not yet"));
    assert_eq!(answer.err, "");
}

#[test]
fn a_solution_passes() {
    let answer = two_views(solution, &[]).ends(0);
    assert_has(&answer.out, "pass    both views are registered under their own names");
    assert!(answer.out.ends_with(&format!("{TWO_VIEWS}: passed\n")), "{}", answer.out);
}

#[test]
fn a_known_mistake_is_named_with_its_message() {
    let value = two_views(bare_wraps, &["--json"]).ends(1).json();
    assert_eq!(value["mistake"]["id"], "bare-wraps");
    assert_has(
        value["mistake"]["message"].as_str().unwrap(),
        "without parentheses takes your wrapper",
    );
    assert_has(&two_views(bare_wraps, &[]).ends(1).out, "without parentheses takes your wrapper");
}

#[test]
fn the_object_of_a_verdict_has_its_fields() {
    let value = two_views(solution, &["--json"]).ends(0).json();
    assert_eq!(keys(&value), ["checks", "mistake", "passed", "run", "step", "version"]);
    assert_eq!((&value["step"], &value["passed"]), (&TWO_VIEWS.into(), &true.into()));
    assert!(value["mistake"].is_null());
    assert_eq!(value["run"]["outcome"], "normal");
    assert_eq!(rows(&value["checks"]).len(), 4);
    for check in rows(&value["checks"]) {
        assert_eq!(keys(check), ["call", "expected", "got", "message", "name", "notes", "verdict"]);
        assert_eq!(check["verdict"], "pass");
    }
    let value = two_views(starter, &["--json"]).ends(1).json();
    assert_eq!(value["passed"], false);
    assert!(rows(&value["checks"]).iter().any(|check| check["verdict"] != "pass"));
}

#[test]
fn every_starter_of_the_built_in_course_fails_and_every_first_solution_passes() {
    let home = Home::new();
    let pack = pykata::store::builtin::course();
    let mut judged = 0;
    for lesson in pack.lessons() {
        for step in lesson.steps.iter().filter(|step| matches!(step.task, Task::Code(..))) {
            let name = format!("{}#{}", lesson.id, step.id);
            home.write("starter.py", starter(task(step)));
            home.write("solution.py", solution(task(step)));
            home.run(&["check", &name, "starter.py"]).ends(1);
            home.run(&["check", &name, "solution.py"]).ends(0);
            judged += 1;
        }
    }
    assert!(judged >= 10);
}

#[test]
fn a_program_that_cannot_run_is_judged_all_the_same() {
    let home = Home::new();
    for text in ["def broken(:\n", "1 / 0\n", "import os; os._exit(7)\n", ""] {
        let value = home.feed(&["check", "decorators/closures#counters", "-", "--json"], text);
        let value = value.ends(1).json();
        assert_eq!(value["passed"], false, "{text}");
        assert!(rows(&value["checks"]).iter().all(|check| check["verdict"] != "pass"), "{text}");
    }
}

#[test]
fn predictions_are_answered_by_numbers() {
    let home = Home::new();
    assert_has(&home.feed(&["check", PICKED, "-"], "2\n1\n").ends(0).out, "passed");
    assert_has(&home.feed(&["check", PICKED, "-"], "2\n\n1\n").ends(0).out, "passed");
    let value = home.feed(&["check", PICKED, "-", "--json"], "1\n1\n").ends(1).json();
    assert_eq!(value["mistake"]["id"], "closures-copy");
    let verdicts: Vec<_> = rows(&value["checks"]).iter().map(|check| &check["verdict"]).collect();
    assert_eq!(verdicts, ["fail", "pass"]);
    assert!(value["run"].is_null());
}

#[test]
fn predictions_are_typed_where_there_are_no_choices() {
    let home = Home::new();
    home.feed(&["check", TYPED, "-"], "[0, 1, 2]\n1\n").ends(0);
    let answer = home.feed(&["check", TYPED, "-"], "[2, 2, 2]\n1\n").ends(1);
    assert!(!answer.out.contains("[0, 1, 2]"), "the answer is given away: {}", answer.out);
}

#[test]
fn choices_are_answered_by_numbers() {
    let home = Home::new();
    home.feed(&["check", CHOICE, "-"], "1\n").ends(0);
    let value = home.feed(&["check", CHOICE, "-", "--json"], "2\n").ends(1).json();
    assert_eq!(value["mistake"]["id"], "cell-holds-wrapper");
    assert_has(value["mistake"]["message"].as_str().unwrap(), "the wrapper has the cell");
}

#[test]
fn answers_that_cannot_be_read_are_wrong_usage() {
    let home = Home::new();
    let wrong = [
        (PICKED, "2\n"),
        (PICKED, "2\n1\n1\n"),
        (PICKED, "two\n1\n"),
        (CHOICE, "9\n"),
        (CHOICE, ""),
    ];
    for (step, text) in wrong {
        let answer = home.feed(&["check", step, "-"], text).ends(2);
        assert_has(&answer.err, "cannot read the answers");
        assert_has(&answer.err, "one line for each question");
        let error = home.feed(&["check", step, "-", "--json"], text).ends(2).error();
        assert_eq!(error["kind"], "unreadable");
    }
}

#[test]
fn an_unknown_step_is_told_with_the_nearest_name() {
    let home = Home::new();
    home.write("x.py", "");
    let unknown = [
        ("decorators/closures#countes", "unknown-step", "did you mean \"counters\"?"),
        ("decorators/closure#counters", "unknown-lesson", "did you mean \"decorators/closures\"?"),
        ("closures", "unknown-step", "track/lesson#step"),
    ];
    for (step, kind, hint) in unknown {
        let answer = home.run(&["check", step, "x.py"]).ends(2);
        assert_eq!(answer.out, "");
        assert_has(&answer.err, hint);
        let error = home.run(&["check", step, "x.py", "--json"]).ends(2).error();
        assert_eq!(error["kind"], kind);
        assert_has(error["hint"].as_str().unwrap(), hint);
    }
    let error = home.run(&["check", "decorators/closures#cells", "x.py", "--json"]).ends(2).error();
    assert_eq!(error["kind"], "no-exercise");
    let error =
        home.run(&["check", "decorators/closures#counters", "y.py", "--json"]).ends(2).error();
    assert_eq!(error["kind"], "unreadable");
}

#[test]
fn lint_proves_the_example_pack() {
    let home = Home::new();
    let answer = home.run(&["lint", EXAMPLE]).ends(0);
    assert!(answer.out.lines().last().unwrap().starts_with("proved "), "{}", answer.out);
    assert_has(&answer.out, "0 errors");
    let value = home.run(&["lint", EXAMPLE, "--json"]).ends(0).json();
    assert_eq!(keys(&value), ["problems", "proved", "version"]);
    assert_eq!(keys(&value["proved"]), ["examples", "mistakes", "solutions", "starters"]);
    assert_eq!(value["proved"]["starters"], 3);
    assert_eq!(value["proved"]["mistakes"], 5);
    assert!(rows(&value["problems"]).iter().all(|problem| problem["severity"] == "warning"));
}

/// Breaks an example's output, a check, and a key, each on a line of its own.
fn three_faults(lesson: &str) -> String {
    lesson
        .replace("['args', 'kwargs']\n", "['args', 'kwds']\n")
        .replace("equals = \"42\"", "equals = \"43\"")
        .replace("{#who-gets-hurt covers=13,14}", "{#who-gets-hurt colour=red}")
}

#[test]
fn lint_tells_all_faults_in_one_run_with_file_line_and_column() {
    let home = Home::new();
    let folder = broken_pack(&home, three_faults);
    let file = folder.join("decorators/30-keep-the-name.md");
    let lesson = fs::read_to_string(&file).unwrap();
    let line = |part: &str| lesson.lines().position(|line| line.contains(part)).unwrap() + 1;
    let answer = home.run(&["lint", folder.to_str().unwrap()]).ends(1);
    let value = home.run(&["lint", folder.to_str().unwrap(), "--json"]).ends(1).json();
    let problems = rows(&value["problems"]);
    let errors = problems.iter().filter(|problem| problem["severity"] == "error");
    let lines: Vec<_> = errors.map(|problem| problem["line"].as_u64().unwrap()).collect();
    let wanted = [line("colour=red"), line("'kwds'"), line("COPIED = (")];
    assert_eq!(lines, wanted.map(|line| line as u64), "{}", answer.out);
    for problem in problems {
        assert_eq!(keys(problem), ["column", "file", "hint", "line", "message", "severity"]);
        assert_eq!(problem["file"], "decorators/30-keep-the-name.md");
        let place = format!("{}:{}:{}: ", file.display(), problem["line"], problem["column"]);
        assert_has(&answer.out, &place);
    }
}

#[test]
fn lint_of_what_is_no_pack_says_so() {
    let home = Home::new();
    let folder = home.path().join("empty");
    fs::create_dir(&folder).unwrap();
    let answer = home.run(&["lint", "empty"]).ends(1);
    assert_has(&answer.out, "empty/pack.toml:1:1: error: this folder has no `pack.toml`");
    assert_has(&answer.out, "1 error, 0 warnings");
    assert_has(&home.run(&["lint", "nowhere"]).ends(2).err, "No such file or directory");
    let error = home.run(&["lint", "nowhere", "--json"]).ends(2).error();
    assert_eq!(error["kind"], "pack");
}

#[test]
fn what_was_proved_before_is_not_run_again_and_is_told_again() {
    let home = Home::new();
    let first = home.run(&["lint", EXAMPLE, "--json"]).ends(0).json();
    let kept = fs::read_dir(home.path().join(".cache/pykata/proved")).unwrap().count();
    assert!(kept > 0);
    let again = home.run(&["lint", EXAMPLE, "--json"]).ends(0).json();
    assert_eq!(again, first);
    let fresh = home.run(&["lint", EXAMPLE, "--json", "--fresh"]).ends(0).json();
    assert_eq!(fresh, first);
}

#[test]
fn a_step_with_a_fault_is_never_taken_for_proved() {
    let home = Home::new();
    let folder = broken_pack(&home, three_faults);
    let pack = folder.to_str().unwrap();
    let first = home.run(&["lint", pack, "--json"]).ends(1).json();
    let again = home.run(&["lint", pack, "--json"]).ends(1).json();
    assert_eq!(again, first);
}

#[test]
fn lint_of_one_lesson_tells_of_no_other() {
    let home = Home::new();
    let value =
        home.run(&["lint", EXAMPLE, "--only", "decorators/keep-the-name", "--json"]).ends(0).json();
    let lesson = "decorators/30-keep-the-name.md";
    assert!(rows(&value["problems"]).iter().all(|problem| problem["file"] == lesson));
    let error = home.run(&["lint", EXAMPLE, "--only", "decorators/keep", "--json"]).ends(2).error();
    assert_eq!(error["kind"], "unknown-lesson");
}

#[test]
fn bless_writes_outputs_anew_and_nothing_else() {
    let home = Home::new();
    let whole = fs::read_to_string(format!("{EXAMPLE}/decorators/30-keep-the-name.md")).unwrap();
    let folder =
        broken_pack(&home, |lesson| lesson.replace("['args', 'kwargs']\n", "['args', 'kwds']\n"));
    let pack = folder.to_str().unwrap();
    assert_has(&home.run(&["lint", pack]).ends(1).out, "not \"['args', 'kwds']\"");
    assert_has(&home.run(&["lint", pack, "--bless"]).ends(0).out, "wrote 1 output block anew");
    let blessed = fs::read_to_string(folder.join("decorators/30-keep-the-name.md")).unwrap();
    assert_eq!(blessed, whole);
    assert_has(&home.run(&["lint", pack, "--bless"]).ends(0).out, "wrote 0 output blocks anew");
    home.run(&["lint", "--bless"]).ends(2);
}

#[test]
fn a_new_pack_and_a_new_lesson_prove_themselves() {
    let home = Home::new();
    home.run(&["new", "pack", "my-pack"]).ends(0);
    let said = home.run(&["new", "lesson", "first-track/next", "--pack", "my-pack"]).ends(0).out;
    assert_has(&said, "wrote my-pack/first-track/20-next.md");
    let out = home.run(&["lint", "my-pack"]).ends(0).out;
    assert_eq!(
        out,
        "proved 4 examples, 2 starters, 2 solutions, 2 mistakes; 0 errors, 0 warnings\n"
    );
    // Nothing is written over.
    let error = home.run(&["new", "pack", "my-pack"]).ends(2);
    assert_has(&error.err, "cannot write my-pack/pack.toml: File exists");
    home.run(&["new", "lesson", "first-track/next", "--pack", "my-pack"]).ends(2);
    home.run(&["new", "lesson", "no-track/next", "--pack", "my-pack"]).ends(2);
    home.run(&["new", "pack", "Not An Id"]).ends(2);
}
