//! Lines that a learner puts in order: what `pykata check` says of right and wrong orders, and `lint` of the steps.

use crate::support::{Answer, Home, assert_has, rows};

const PACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/packs/checks");

fn judged(step: &str, program: &str) -> Answer {
    let step = format!("kinds/order#{step}");
    Home::new().feed(&["check", &step, "-", "--pack", PACK], program)
}

/// Asserts that a program fails, and that each of these texts is read.
#[track_caller]
fn reads(step: &str, program: &str, texts: &[&str]) {
    let answer = judged(step, program).ends(1);
    for text in texts {
        assert_has(&answer.out, text);
    }
}

#[test]
fn every_right_order_passes_with_what_does_not_belong_set_aside() {
    judged(
        "two-ways",
        "def totals(prices):\n    count = len(prices)\n    total = sum(prices)\n    return total, count\n",
    )
    .ends(0);
    let guard = "def with_pool(pool, work):\n    try:\n        result = work(pool)\n        return result\n    finally:\n        pool.close()\n# return None\n# except Exception:\n";
    let answer = judged("guard", guard).ends(0);
    assert_has(&answer.out, "pass    uses the lines that are given");
}

#[test]
fn a_wrong_order_is_told_as_any_wrong_program() {
    let late = "def totals(prices):\n    total = sum(prices)\n    return total, count\n    count = len(prices)\n";
    reads("two-ways", late, &["UnboundLocalError", "raised at line 3 of two_ways.py"]);
    let flat =
        "def totals(prices):\ntotal = sum(prices)\ncount = len(prices)\nreturn total, count\n";
    reads("two-ways", flat, &["IndentationError"]);
    let swallows = "def with_pool(pool, work):\n    try:\n        result = work(pool)\n        return result\n    except Exception:\n        pool.close()\n        return None\n";
    reads("guard", swallows, &["ZeroDivisionError", "your guard catches the error"]);
}

#[test]
fn a_line_that_is_not_given_is_named() {
    let own = "def totals(prices):\n    return sum(prices), len(prices)\n";
    reads(
        "two-ways",
        own,
        &[
            "pass    gives both",
            "fail    uses the lines that are given",
            "line 2 is none of the lines that are given",
            "got      return sum(prices), len(prices)",
        ],
    );
    let twice = "def totals(prices):\n    total = sum(prices)\n    count = len(prices)\n    return total, count\n    return total, count\n";
    reads("two-ways", twice, &["line 5 stands there more often than it is given"]);
}

#[test]
fn the_verdicts_stand_in_the_object_and_the_step_in_the_list() {
    let step = "kinds/order#two-ways";
    let value =
        Home::new().feed(&["check", step, "-", "--pack", PACK, "--json"], "x = 1\n").ends(1).json();
    let checks = rows(&value["checks"]);
    assert_eq!(checks[1]["name"], "uses the lines that are given");
    assert_eq!((&checks[1]["verdict"], &checks[1]["got"]), (&"fail".into(), &"x = 1".into()));
    let list = Home::new().run(&["list", "--steps", "--pack", PACK]).ends(0);
    assert_has(&list.out, "order");
}

#[test]
fn lines_that_pass_as_they_are_mixed_are_a_fault() {
    let home = Home::new();
    let folder = home.path().join("pack");
    let lesson = std::fs::read_to_string(format!("{PACK}/kinds/20-order.md")).unwrap();
    let lesson = lesson.replace("call = \"totals([3, 4])\"\nequals = \"(7, 2)\"", "stdout = \"\"");
    let lesson = lesson.replace(
        "def totals(prices):\n    total = sum(prices)\n    count = len(prices)\n    return total, count\n",
        "one = 1\ntwo = 2\n",
    );
    std::fs::create_dir_all(folder.join("kinds")).unwrap();
    std::fs::copy(format!("{PACK}/pack.toml"), folder.join("pack.toml")).unwrap();
    std::fs::write(folder.join("kinds/20-order.md"), lesson).unwrap();
    let answer = home.run(&["lint", folder.to_str().unwrap()]).ends(1);
    assert_has(
        &answer.out,
        "error: the lines pass every check in the order in which they are mixed",
    );
}
