//! `types`: what the type checker finds in a program.

use crate::support::{Home, PYKATA, assert_has, keys, rows};

const WRONG: &str = "def half(n: int) -> int:\n    return n / 2\n";

#[test]
fn findings_are_lines_and_an_error_among_them_ends_with_one() {
    let home = Home::new();
    home.write("half.py", WRONG);
    let answer = home.run(&["types", "half.py"]).ends(1);
    assert_has(&answer.out, "half.py:2:12: error: Return type does not match returned value");
    assert_has(&answer.out, "[invalid-return-type]\n");
    assert!(answer.out.ends_with("1 error\n"), "{}", answer.out);
    let answer = home.feed(&["types", "-"], "x: int = 1\n").ends(0);
    assert_eq!(answer.out, "the types agree\n");
    let answer = home.feed(&["types", "-"], "reveal_type(1 + 1)\n").ends(0);
    assert_has(&answer.out, "Revealed type: `Literal[2]`");
}

#[test]
fn the_object_has_a_row_for_each_finding() {
    let home = Home::new();
    let value = home.feed(&["types", "-", "--json"], WRONG).ends(1).json();
    assert_eq!(keys(&value), ["findings", "version"]);
    let [row] = rows(&value["findings"]) else { panic!("{value}") };
    let fields =
        ["column", "end_column", "end_line", "line", "message", "notes", "rule", "severity"];
    assert_eq!(keys(row), fields);
    assert_eq!(row["rule"], "invalid-return-type");
    assert_eq!(row["severity"], "error");
    let place = ["line", "column", "end_line", "end_column"].map(|name| row[name].as_u64());
    assert_eq!(place, [2, 12, 2, 17].map(Some));
}

#[test]
fn the_version_of_python_is_the_one_that_is_named() {
    let home = Home::new();
    home.write("generic.py", "def first[T](xs: list[T]) -> T:\n    return xs[0]\n");
    home.run(&["types", "generic.py"]).ends(0);
    let answer = home.run(&["types", "generic.py", "--python", "3.11"]).ends(1);
    assert_has(&answer.out, "invalid-syntax");
    for version in ["3.8", "3.16", "2.7", "thirteen"] {
        let answer = home.run(&["types", "generic.py", "--python", version]).ends(2);
        assert_has(&answer.err, "write 3.9 to 3.15");
    }
}

#[test]
fn what_cannot_be_checked_is_said_with_what_to_do() {
    let home = Home::new();
    let error = home.run(&["types", "nowhere.py", "--json"]).ends(2).error();
    assert_eq!(error["kind"], "unreadable");
    let long = "x = 1\n".repeat(20_000);
    let error = home.feed(&["types", "-", "--json"], &long).ends(2).error();
    assert_eq!(error["message"], "the text has 118 KB, and the type checker takes 64 KB");
    assert_eq!(error["hint"], "Check a part of it.");
}

#[test]
fn without_the_checker_the_answer_says_what_is_missing_and_ends_with_3() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let alone = folder.path().join("pykata");
    std::fs::hard_link(PYKATA, &alone).expect("both folders are in the target folder");
    let program = folder.path().join("x.py");
    std::fs::write(&program, "x = 1\n").unwrap();
    let output = std::process::Command::new(&alone)
        .args(["types".as_ref(), program.as_os_str(), "--json".as_ref()])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["error"]["kind"], "types");
    let message = value["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("there is no type checker at "), "{message}");
}
