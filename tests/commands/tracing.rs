//! `trace`: what a program did, as lines and as data.

use crate::support::{Answer, Home, assert_has, keys, rows};

fn traced(text: &str, options: &[&str]) -> Answer {
    let home = Home::new();
    home.write("program.py", text);
    home.run(&[&["trace", "program.py"], options].concat())
}

const PROGRAM: &str = "\
def double(n):
    return 2 * n

total = 0
for n in range(2):
    total += double(n)
print(total)
";

#[test]
fn a_course_is_lines_with_calls_values_and_output() {
    let lines = [
        "   1  def double(n):",
        "   4  total = 0           total = 0",
        "   5  for n in range(2):  n = 0",
        "   6      total += double(n)",
        "      call double(n=0)",
        "   2    return 2 * n",
        "        return 0",
        "   5  for n in range(2):  n = 1",
        "   6      total += double(n)",
        "      call double(n=1)",
        "   2    return 2 * n",
        "        return 2",
        "      total = 2",
        "   5  for n in range(2):",
        "   7  print(total)",
        "      | 2",
    ];
    assert_eq!(traced(PROGRAM, &[]).ends(0).out, lines.join("\n") + "\n");
}

#[test]
fn one_idea_can_be_shown_alone() {
    let answer = traced(PROGRAM, &["--only", "calls"]).ends(0);
    assert_eq!(answer.out, "double(n=0) -> 0\ndouble(n=1) -> 2\n");
}

#[test]
fn the_same_program_is_told_in_the_same_words_again() {
    assert_eq!(traced(PROGRAM, &[]).out, traced(PROGRAM, &[]).out);
}

#[test]
fn a_program_that_fails_is_told_to_its_end_and_exits_with_one() {
    let answer = traced("x = 1\nraise ValueError('no')\n", &[]).ends(1);
    assert_has(&answer.out, "raise ValueError: no\n");
    assert_has(&answer.err, "ValueError: no\n");
}

#[test]
fn what_is_left_out_is_said() {
    let answer = traced("for n in range(100):\n    pass\n", &["--events", "5"]).ends(0);
    assert_has(&answer.out, " events left out)\n");
}

#[test]
fn the_object_has_the_fields_of_a_run_and_every_event() {
    let value = traced(PROGRAM, &["--json"]).ends(0).json();
    assert_eq!((&value["version"], &value["outcome"]), (&1.into(), &"normal".into()));
    assert_eq!((&value["events_left_out"], &value["more_left_out"]), (&0.into(), &false.into()));
    assert_eq!(value["threads"][0], "MainThread");
    let events = rows(&value["events"]);
    let call = events.iter().find(|event| event["function"] == "double").unwrap();
    assert_eq!(
        (&call["event"], &call["line"], &call["depth"]),
        (&"call".into(), &1.into(), &1.into())
    );
    assert_eq!(
        (&call["changes"][0]["name"], &call["changes"][0]["value"]),
        (&"n".into(), &"0".into())
    );
    let fields = [
        "caller",
        "changes",
        "depth",
        "event",
        "file",
        "frame",
        "function",
        "kind",
        "line",
        "out",
        "task",
        "thread",
        "virtual_ns",
    ];
    for event in events {
        assert!(fields.iter().all(|field| keys(event).iter().any(|key| key == field)), "{event:?}");
    }
}

#[test]
fn the_object_is_whole_where_the_program_cannot_be_read() {
    let value = Home::new().run(&["trace", "none.py", "--json"]).ends(2).json();
    assert_eq!(value["error"]["kind"], "unreadable");
}
