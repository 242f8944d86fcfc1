//! Exercises that the type checker judges: what a learner reads, and what does not get past it.

use crate::support::{Answer, Home, assert_has, rows};

const PACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/packs/checks");

fn judged(step: &str, program: &str) -> Answer {
    let step = format!("kinds/types#{step}");
    Home::new().feed(&["check", &step, "-", "--pack", PACK], program)
}

#[test]
fn a_step_of_types_alone_is_judged_without_a_run_on_any_python() {
    let right = "def first[T](items: list[T]) -> T:\n    return items[0]\n";
    let step = "kinds/types#first-of-many";
    let value =
        Home::new().feed(&["check", step, "-", "--pack", PACK, "--json"], right).ends(0).json();
    assert!(value["run"].is_null() && value["passed"] == true, "{value}");
    assert_eq!(rows(&value["checks"]).len(), 3);
}

#[test]
fn findings_are_told_with_place_and_rule_and_types_with_what_was_expected() {
    let answer = judged("first-of-many", "def first(items):\n    return items[0]\n").ends(1);
    assert_has(
        &answer.out,
        "line 3 of probe.py should be refused (invalid-argument-type), and the type checker accepts it: `first(3)`",
    );
    assert_has(&answer.out, "first(['a'])\n          expected str\n          got      Unknown");
    let wrong = "def find(name: str) -> int:\n    return users.get(name)\n\nage: int = find(\"ada\")  # expect: invalid-assignment\n";
    let answer = judged("maybe-nothing", wrong).ends(1);
    assert_has(&answer.out, "line 2 of maybe_nothing.py: Return type does not match");
    assert_has(&answer.out, "(invalid-return-type)");
}

#[test]
fn a_known_mistake_is_recognized_by_what_the_checker_says() {
    let wrong = "def first(stuff: list[object]) -> object:\n    return stuff[-1]\n";
    assert_has(&judged("first-of-many", wrong).ends(1).out, "an `object` may be anything");
}

#[test]
fn nothing_that_a_learner_writes_silences_the_checker() {
    const CALL: &str = "age: int = find(\"ada\")  # expect: invalid-assignment\n";
    let body = "def find(name: str) -> int:\n    return users.get(name)";
    let programs = [
        format!("{body}  # type: ignore\n{CALL}"),
        format!("{body}  # ty: ignore[invalid-return-type]\n{CALL}"),
        format!("{body}  # expect: invalid-return-type\n{CALL}"),
        format!("# type: ignore\n{body}\n{CALL}"),
        format!("import typing as t\n@t.no_type_check\n{body}\n{CALL}"),
        format!("while True: pass\n{body}\n{CALL}"),
        "def find(name: str) -> int | None:\n    return users.get(name)\n".to_owned(),
        format!("def find(name: str) -> int | None:\n    return users.get(name)\n{CALL}exit()\n"),
    ];
    for program in programs {
        let answer = judged("maybe-nothing", &program);
        assert_eq!(answer.code, Some(1), "{program}\n{answer:#?}");
    }
    let right = format!("def find(name: str) -> int | None:\n    return users.get(name)\n{CALL}");
    judged("maybe-nothing", &right).ends(0);
}

#[test]
fn types_are_one_check_among_others() {
    let untyped = "def longest(words):\n    return max(words, key=len)\n";
    let answer = judged("typed-and-right", untyped).ends(1);
    assert_has(&answer.out, "pass    gives the longest\nfail    gives a text\n");
    let wrong = "def longest(words: list[str]) -> str:\n    return words[0]\n";
    let answer = judged("typed-and-right", wrong).ends(1);
    assert_has(&answer.out, "pass    gives a text\npass    the types agree\n");
}
