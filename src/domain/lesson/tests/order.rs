//! Lines to put in order, as they are read of a lesson.

use crate::domain::check::{Rule, lines};
use crate::domain::course::{Kind, Task};
use crate::domain::exercise::CodeTask;
use crate::domain::lesson::parse_lesson;

const LESSON: &str = r#"+++
title = "T"
summary = "S."
objectives = ["O"]
minutes = 4
+++

# T

## Sum {#sum .order}

Add them up.

```python solution
def total(numbers):
    result = 0
    for number in numbers:
        result += number
    return result
```

```python solution title="shorter"
def total(numbers):
    return sum(numbers)
```

```python distractors
return sum(numbers)
```

```toml checks
[[check]]
name = "adds"
call = "total([1, 2])"
equals = "3"
```

<details><summary>Hint</summary>

Begin with nothing.

</details>

```python mistake=too-early
def total(numbers):
    result = 0
    for number in numbers:
        result += number
        return result
```

> `too-early`: you give the result after the first number.
"#;

fn parsed(lesson: &str) -> (Option<CodeTask>, Vec<String>) {
    let (lesson, problems) = parse_lesson("t/10-t.md", "t/t", lesson);
    let task = lesson.and_then(|lesson| match lesson.steps.last()?.task.clone() {
        Task::Code(Kind::Order, task) => Some(*task),
        _ => None,
    });
    (task, problems.iter().map(super::faults::show).collect())
}

/// Asserts what is said of the lesson with one text in place of another.
#[track_caller]
fn breaks(from: &str, to: &str, expected: &[&str]) {
    assert!(LESSON.contains(from), "{from}");
    let (task, problems) = parsed(&LESSON.replacen(from, to, 1));
    assert_eq!(problems, expected);
    assert!(task.is_none(), "a step with a fault is not judged");
}

#[test]
fn lines_are_taken_from_the_solution_and_the_distractors_and_mixed() {
    let (task, problems) = parsed(LESSON);
    assert_eq!(problems, [""; 0]);
    let task = task.unwrap();
    let (own, given) = match task.checks.as_slice() {
        [own, last] => match &last.rule {
            Rule::Lines(given) => (own, given),
            rule => panic!("{rule:?}"),
        },
        checks => panic!("{checks:?}"),
    };
    assert_eq!(&*own.name, "adds");
    assert_eq!(given.len(), 6);
    let starter = &task.starter.text;
    assert_eq!(starter.lines().count(), 6);
    assert!(starter.lines().all(|line| line.trim() == line && given.contains(&line.to_owned())));
    assert_eq!(*starter, lines::shuffled(given, "sum").join("\n") + "\n");
}

#[test]
fn what_cannot_be_put_in_order_is_told_with_its_line() {
    breaks(
        "    result = 0\n",
        "    result = (\n        0)\n",
        &[
            "t/10-t.md:16:1 error: this line is not whole → write it in one line; a bracket or a text that goes over lines cannot be moved line by line",
            "t/10-t.md:17:1 error: this line is not whole → write it in one line; a bracket or a text that goes over lines cannot be moved line by line",
            "t/10-t.md:47:1 error: `result = 0` is none of the lines to put in order, or too often → write it as the first solution does, or add it to ```python distractors",
        ],
    );
    breaks(
        "    result = 0\n",
        "    # begin\n    result = 0\n",
        &[
            "t/10-t.md:16:1 error: a comment cannot be put in order → leave it out: the tutor sets lines aside by making them comments",
        ],
    );
    breaks(
        "        result += number\n    return",
        "      result += number\n    return",
        &[
            "t/10-t.md:18:1 error: this line is not indented by whole levels → indent by 4 spaces for each level",
        ],
    );
    let many = "x = 1\n".repeat(40);
    breaks(
        "```python distractors\n",
        &format!("```python distractors\n{many}"),
        &[
            "t/10-t.md:10:1 error: an `.order` step has from 2 to 40 lines → give it more, or divide the step",
        ],
    );
    breaks(
        "```python distractors\nreturn sum",
        "```python distractors\nreturn result\nreturn sum",
        &[
            "t/10-t.md:28:1 error: a line of the solution is no distractor → change it, or leave it out",
        ],
    );
    breaks(
        "    return sum(numbers)\n",
        "    return sum(numbers, 0)\n",
        &[
            "t/10-t.md:24:1 error: `return sum(numbers, 0)` is none of the lines to put in order, or too often → write it as the first solution does, or add it to ```python distractors",
        ],
    );
    breaks(
        "```python distractors",
        "```python starter\npass\n```\n\n```python distractors",
        &[
            "t/10-t.md:27:1 error: an `.order` step begins with the lines of its solution, mixed → leave the starter out",
        ],
    );
}

#[test]
fn lines_to_put_in_order_are_no_continuation() {
    let (_, problems) = parsed(&LESSON.replace("{#sum .order}", "{#sum .order continues=intro}"));
    assert_eq!(
        problems,
        [
            "t/10-t.md:10:31 error: an `.order` step begins with the lines of its own solution → leave `continues` out",
            "t/10-t.md:10:31 error: no earlier step with code to write is called `intro` → write the id of one that stands before, in a step with code to write",
        ]
    );
}
