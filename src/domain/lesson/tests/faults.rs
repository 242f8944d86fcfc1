//! One lesson that has everything, broken in one place after another.

#![expect(clippy::too_many_lines, reason = "tables of faults, a line or two each")]

use std::fmt::Write as _;

use crate::domain::lesson::parse_lesson;
use crate::domain::problem::{Problem, Severity};

const WHOLE: &str = include_str!("whole.md");

/// What is found in a text, a line for each problem.
pub(super) fn found(text: &str) -> Vec<String> {
    parse_lesson("t/10-whole.md", "t/whole", text).1.iter().map(show).collect()
}

/// A problem on one line, as `file:line:column severity: message → hint`.
pub(super) fn show(problem: &Problem) -> String {
    let severity = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let hint = problem.hint.as_deref().unwrap_or("(none)");
    format!("{} {severity}: {} → {hint}", problem.place, problem.message)
}

/// Breaks the lesson by one edit and holds what is found against what should be.
fn breaks(edits: &[(&str, &str, &[&str])]) {
    let mut wrong = String::new();
    for (from, to, expected) in edits {
        assert!(WHOLE.contains(from), "the lesson has no {from:?}");
        let found = found(&WHOLE.replacen(from, to, 1));
        if found != *expected {
            let _ = writeln!(wrong, "{from:?} as {to:?} gives\n{}", found.join("\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_lesson_as_it_is_has_no_problem() {
    assert_eq!(found(WHOLE), [""; 0]);
}

#[test]
fn front_matter_is_read_through_its_keys() {
    breaks(&[
        (
            "+++\ntitle",
            "title",
            &[
                "t/10-whole.md:1:1 error: this lesson does not begin with front matter → begin with a line `+++`, then `title = \"…\"` and the other keys, then a line `+++`",
                "t/10-whole.md:1:1 warning: this lesson has no title line → begin it with `# Title`",
                "t/10-whole.md:9:1 error: a lesson has one title → write `##` for a step, `###` for a part of it",
            ],
        ),
        (
            "+++\ntitle",
            "---\ntitle",
            &[
                "t/10-whole.md:1:1 error: this lesson does not begin with front matter → write TOML between two lines `+++`; YAML between `---` is not read",
                "t/10-whole.md:1:1 warning: this lesson has no title line → begin it with `# Title`",
                "t/10-whole.md:10:1 error: a lesson has one title → write `##` for a step, `###` for a part of it",
            ],
        ),
        (
            "python = \">=3.11\"\n+++",
            "python = \">=3.11\"",
            &[
                "t/10-whole.md:1:1 error: this front matter is never closed → end it with a line `+++`",
            ],
        ),
        (
            "title = \"Every block\"\n",
            "",
            &[
                "t/10-whole.md:2:1 error: the front matter needs the key `title` → add `title`, text: what a reader calls it; the `#` line repeats it",
            ],
        ),
        (
            "title = \"Every block\"",
            "titel = \"Every block\"",
            &[
                "t/10-whole.md:2:1 error: the front matter has no key `titel` → did you mean `title`?",
                "t/10-whole.md:2:1 error: the front matter needs the key `title` → add `title`, text: what a reader calls it; the `#` line repeats it",
            ],
        ),
        (
            "title = \"Every block\"",
            "title = \"\"",
            &[
                "t/10-whole.md:2:9 error: `title` is empty → write what a reader calls it; the `#` line repeats it",
            ],
        ),
        (
            "summary = \"One",
            "colour = 3\nsummary = \"One",
            &[
                "t/10-whole.md:3:1 error: the front matter has no key `colour` → write `title`, `summary`, `objectives`, `requires`, `minutes`, `python`, `check-up` or `cheat-sheet`",
            ],
        ),
        (
            "objectives = [\"Read\", \"Write\"]",
            "objectives = \"Read, Write\"",
            &[
                "t/10-whole.md:4:14 error: `objectives` takes a list of texts → write `objectives = [\"Read, Write\"]`",
            ],
        ),
        (
            "objectives = [\"Read\", \"Write\"]",
            "objectives = [\"Read\", 2]",
            &[
                "t/10-whole.md:4:14 error: `objectives` takes a list of texts → write a list of texts after `objectives =`",
            ],
        ),
        (
            "minutes = 17",
            "minutes = \"20\"",
            &[
                "t/10-whole.md:6:11 error: `minutes` takes a whole number from 1 to 600 → write a whole number from 1 to 600 after `minutes =`",
            ],
        ),
        (
            "requires = []",
            "requires = [\"first\", \"t/\\u001b\"]",
            &[
                "t/10-whole.md:5:13 error: `first` is no lesson's id → write `track/name`, such as `decorators/first-class`",
                "t/10-whole.md:5:22 error: `t/\\x1b` is no lesson's id → write `track/name`, such as `decorators/first-class`",
            ],
        ),
        (
            "minutes = 17",
            "minutes = 0",
            &[
                "t/10-whole.md:6:11 error: `minutes` takes a whole number from 1 to 600 → write a whole number from 1 to 600 after `minutes =`",
            ],
        ),
        (
            "minutes = 17",
            "minutes = 40",
            &[
                "t/10-whole.md:6:11 warning: `minutes` is 40, and the steps add up to 17 → write `minutes = 17`",
            ],
        ),
        (
            "minutes = 17",
            "minutes = = 20",
            &[
                "t/10-whole.md:6:11 error: this is not TOML: extra `=`, expected nothing → write `key = value`, texts in quotation marks, one key a line",
            ],
        ),
        (
            "minutes = 17",
            "minutes = 17\nminutes = 18",
            &[
                "t/10-whole.md:7:1 error: `minutes` is there already → a key stands once in its table: leave one of them out",
            ],
        ),
        (
            "python = \">=3.11\"",
            "python = \"3.11\"",
            &[
                "t/10-whole.md:7:10 error: `3.11` is not a range of Python versions → write such as `>=3.12`, `<3.13` or `>=3.11,<3.13`",
            ],
        ),
    ]);
}

#[test]
fn the_title_stands_first_and_once() {
    breaks(&[
        (
            "# Every block\n",
            "",
            &[
                "t/10-whole.md:11:1 warning: this lesson has no title line → begin it with `# Every block`",
            ],
        ),
        (
            "# Every block\n",
            "# Another title\n",
            &[
                "t/10-whole.md:10:1 warning: this is not the title of the front matter → write `# Every block`, or change `title`",
            ],
        ),
        (
            "# Every block\n",
            "# Every block {#id}\n",
            &[
                "t/10-whole.md:10:16 error: the title bears no id and no kind → leave the braces out",
            ],
        ),
        (
            "## Pick {",
            "# Pick {",
            &[
                "t/10-whole.md:55:1 error: a lesson has one title → write `##` for a step, `###` for a part of it",
            ],
        ),
    ]);
}

#[test]
fn braces_of_a_heading_say_id_kind_and_attributes() {
    breaks(&[
        (
            "{#pick .choice}",
            "{#pick .choise}",
            &[
                "t/10-whole.md:55:16 error: there is no kind of step `.choise` → did you mean `.choice`?",
            ],
        ),
        (
            "{#pick .choice}",
            "{#pick .choice .predict}",
            &[
                "t/10-whole.md:55:24 error: a heading has one id and one kind → leave the second one out",
            ],
        ),
        (
            "{#pick .choice}",
            "{#pick choice}",
            &["t/10-whole.md:55:16 error: `choice` is no attribute → did you mean `.choice`?"],
        ),
        (
            "{#pick .choice}",
            "{#pi.ck .choice}",
            &[
                "t/10-whole.md:55:11 error: `pi.ck` cannot be an id → write `pi-ck`: small letters, digits and hyphens",
            ],
        ),
        (
            "{#pick .choice}",
            "{#printed .choice}",
            &[
                "t/10-whole.md:55:11 error: the id `printed` is taken by line 37 → write `{#another-id}`: progress and drafts hang on it",
            ],
        ),
        (
            "{#pick .choice}",
            "{#pick .choice",
            &[
                "t/10-whole.md:55:9 error: these braces are not closed at the end of the heading → end the heading with them, such as `## Title {#id .write objective=1}`",
            ],
        ),
        (
            "{#pick .choice}",
            "{#pick .choice} now",
            &[
                "t/10-whole.md:55:9 error: these braces are not closed at the end of the heading → end the heading with them, such as `## Title {#id .write objective=1}`",
            ],
        ),
        (
            "{#printed .predict objective=1}",
            "{#printed .predict objective=3}",
            &[
                "t/10-whole.md:37:50 error: there is no objective 3 → write a number from 1 to 2: its place in the front matter's list",
            ],
        ),
        (
            "{#printed .predict objective=1}",
            "{#printed .predict objective=one}",
            &[
                "t/10-whole.md:37:50 error: `objective` takes a number → write the objective's place in the front matter's list, counted from 1",
            ],
        ),
        (
            "{#printed .predict objective=1}",
            "{#printed .predict objectives=1}",
            &[
                "t/10-whole.md:37:40 error: a step has no attribute `objectives` → did you mean `objective`?",
            ],
        ),
        (
            "{#printed .predict objective=1}",
            "{#printed .predict clock=real}",
            &[
                "t/10-whole.md:37:40 error: `clock` means nothing in a step without code to write → write it in the ```python run line",
            ],
        ),
        (
            "covers=1,E2",
            "covers=1,,E-2",
            &[
                "t/10-whole.md:73:50 error: `1,,E-2` is not a list of claims → write numbers of claims with commas between, such as `covers=12,E2`",
            ],
        ),
        (
            "covers=1,E2",
            "continues=printed",
            &[
                "t/10-whole.md:73:53 error: no earlier step with code to write is called `printed` → write the id of one that stands before, in a step with code to write",
            ],
        ),
        (
            "covers=1,E2",
            "objective=1",
            &[
                "t/10-whole.md:73:43 error: `objective` stands twice in these braces → leave one of them out",
            ],
        ),
        (
            "clock=real python",
            "clock=slow python",
            &[
                "t/10-whole.md:73:61 error: there is no clock called `slow` → write `clock=real`, or leave it out",
            ],
        ),
        (
            "clock=real python=\">=3.12\"}",
            "python=\">=3.12}",
            &[
                "t/10-whole.md:73:62 error: the value of `python` has no closing quotation mark → end the value with \"",
            ],
        ),
        (
            "{#explain .cards}",
            "{#explain .typed}",
            &[
                "t/10-whole.md:162:22 error: there is no kind of step `.typed` → did you mean `.types`?",
            ],
        ),
        ("## Pick {", "## שלום {", &[]),
        (
            "## Pick {#pick",
            "## שלום {",
            &[
                "t/10-whole.md:55:1 error: this title has no letters to make an id of → end the heading with `{#id}`",
            ],
        ),
    ]);
}

#[test]
fn the_first_line_of_a_block_says_what_it_is() {
    breaks(&[
        (
            "```python run\nprint(1",
            "```python runs\nprint(1",
            &["t/10-whole.md:39:11 error: a `python` block cannot be `runs` → did you mean `run`?"],
        ),
        (
            "```python run\nprint(1",
            "```python {run=true}\nprint(1",
            &[
                "t/10-whole.md:39:11 error: a `python` block cannot be `{run=true}` → did you mean `run`?",
            ],
        ),
        (
            "```python run\nprint(1",
            "```python run hidden\nprint(1",
            &[
                "t/10-whole.md:39:15 error: `run` does not take `hidden` → it takes `raises`, `clock`, `python`, `trace` or `id`",
            ],
        ),
        (
            "```python run\nprint(1",
            "```python run .hidden\nprint(1",
            &[
                "t/10-whole.md:39:15 error: `run` does not take `.hidden` → it takes `raises`, `clock`, `python`, `trace` or `id`",
            ],
        ),
        (
            "trace=calls",
            "trace=generator",
            &[
                "t/10-whole.md:22:57 error: nothing called `generator` can be traced → write `calls`, `generators`, `contexts` or `tasks`",
            ],
        ),
        (
            "trace=calls",
            "trace=calls trace=tasks",
            &[
                "t/10-whole.md:22:63 error: `trace` stands twice on this line → leave one of them out",
            ],
        ),
        (
            "clock=real trace",
            "clock=fast trace",
            &[
                "t/10-whole.md:22:46 error: there is no clock called `fast` → write `clock=real`, or leave it out",
            ],
        ),
        (
            "raises=ValueError",
            "raises",
            &["t/10-whole.md:22:22 error: `raises` needs a value → write `raises=…`"],
        ),
        (
            "raises=ValueError",
            "raises=ValueError(\"no\")",
            &[
                "t/10-whole.md:22:29 error: `ValueError(\"no\")` is not the name of a type → write the type as the traceback's last line names it, such as `raises=ValueError`",
            ],
        ),
        (
            "#greet",
            "#Greet",
            &[
                "t/10-whole.md:22:16 error: `Greet` cannot be an id → write `greet`: small letters, digits and hyphens",
            ],
        ),
        (
            "#greet",
            "id=printed",
            &[
                "t/10-whole.md:37:23 error: the id `printed` is taken by line 22 → write `{#another-id}`: progress and drafts hang on it",
            ],
        ),
        (
            "```python probe hidden",
            "```python probe hidden=yes",
            &["t/10-whole.md:97:17 error: `hidden` takes no value → write `hidden` alone"],
        ),
        (
            "```python given",
            "```python given hidden",
            &["t/10-whole.md:77:17 error: `given` does not take `hidden` → leave it out"],
        ),
        (
            "python=\"<3.12\"",
            "python=\"<3.12",
            &[
                "t/10-whole.md:27:18 error: the value of `python` has no closing quotation mark → end the value with \"",
            ],
        ),
        (
            "python=\"<3.12\"",
            "python=\"<4\"",
            &[
                "t/10-whole.md:27:19 error: `<4` is not a range of Python versions → write such as `>=3.12`, `<3.13` or `>=3.11,<3.13`",
                "t/10-whole.md:32:1 error: this program has two outputs for one version of Python → give each output its range, such as `output python=\">=3.12\"`",
            ],
        ),
        (
            "python=\"<3.12\"",
            "python=\"<3.13\"",
            &[
                "t/10-whole.md:32:1 error: this program has two outputs for one version of Python → give each output its range, such as `output python=\">=3.12\"`",
            ],
        ),
        (
            "```text file=data.csv",
            "```text file",
            &["t/10-whole.md:14:9 error: `file` needs a value → write `file=name`"],
        ),
        (
            "```text file=data.csv",
            "```text file=../data.csv",
            &[
                "t/10-whole.md:14:14 error: `../data.csv` is no name of a file in the scratch folder → write a bare name, such as `data.csv`: no folders, no dot at the beginning",
            ],
        ),
        (
            "```text file=data.csv",
            "```json run",
            &[
                "t/10-whole.md:14:9 error: a `json` block takes no options → leave its language alone on the line",
            ],
        ),
        (
            "```toml mistake=adds",
            "```toml mistakes=adds",
            &[
                "t/10-whole.md:149:9 error: a `toml` block cannot be `mistakes=adds` → did you mean `mistake`?",
            ],
        ),
        (
            "```python mistake=adds",
            "```python mistake=Adds",
            &[
                "t/10-whole.md:144:19 error: `Adds` cannot be an id → write `adds`: small letters, digits and hyphens",
            ],
        ),
        (
            "```python mistake=adds",
            "```python mistake",
            &["t/10-whole.md:144:11 error: `mistake` needs a value → write `mistake=id`"],
        ),
        (
            "```python given",
            "```python distractors",
            &[
                "t/10-whole.md:77:1 error: a `.write` step has no lines to put in order → leave the distractors out, or make it an `.order` step",
            ],
        ),
    ]);
}

#[test]
fn blocks_stand_where_they_mean_something() {
    breaks(&[
        (
            "```output python=\"<3.12\"",
            "```python run\npass\n```\n\nMore.\n\n```output",
            &[
                "t/10-whole.md:33:1 error: an output stands right after its program → move it up to the ```python run block that prints it",
                "t/10-whole.md:38:1 error: an output stands right after its program → move it up to the ```python run block that prints it",
            ],
        ),
        (
            "## What is printed?",
            "```text stdin\nx\n```\n\n## What is printed?",
            &[
                "t/10-whole.md:37:1 error: no example follows that this could serve → write it before the ```python run block that reads it",
            ],
        ),
        (
            "```python run #greet",
            "```text stdin\nx\n```\n\n```python run #greet",
            &["t/10-whole.md:22:1 error: `stdin` stands here already → make one block of the two"],
        ),
        (
            "```python run #greet",
            "```text file=data.csv\nx\n```\n\n```python run #greet",
            &[
                "t/10-whole.md:22:14 error: the file `data.csv` stands here already → give it another name",
            ],
        ),
        (
            "A [link]",
            "```output\nx\n```\n\nA [link]",
            &[
                "t/10-whole.md:12:1 error: this output has no program before it → write ```python run above it",
            ],
        ),
        (
            "A [link]",
            "```python starter\nx\n```\n\nA [link]",
            &[
                "t/10-whole.md:12:1 error: this block stands in a step without code to write → give the step's heading a kind: `.write`, `.fix`, `.fill`, `.refactor`, `.test`, `.types` or `.order`",
            ],
        ),
        (
            "A [link]",
            "<details><summary>Hint</summary>\n\nx\n\n</details>\n\nA [link]",
            &[
                "t/10-whole.md:12:1 error: a hint stands in a step without code to write → give the step's heading a kind: `.write`, `.fix`, `.fill`, `.refactor`, `.test`, `.types` or `.order`",
            ],
        ),
        (
            "A [link]",
            "- a\n\n  ```python run\n  x\n  ```\n\nA [link]",
            &[
                "t/10-whole.md:14:3 error: a block with options stands inside a list or a quote → move it to the margin, or leave the language alone on its first line",
            ],
        ),
        (
            "Multiply.",
            "```python run\nx\n```",
            &[
                "t/10-whole.md:138:1 error: this hint is not closed before something that is no part of it → end it with a line `</details>` between empty lines",
            ],
        ),
        (
            "Multiply.",
            "### How",
            &[
                "t/10-whole.md:138:1 error: this hint is not closed before something that is no part of it → end it with a line `</details>` between empty lines",
            ],
        ),
        (
            "Multiply.\n",
            "",
            &[
                "t/10-whole.md:138:1 error: this hint is empty → write it between empty lines, or leave it out",
            ],
        ),
        (
            "\n</details>\n",
            "\n",
            &[
                "t/10-whole.md:138:1 error: this hint is not closed before something that is no part of it → end it with a line `</details>` between empty lines",
            ],
        ),
        (
            "<details><summary>Hint</summary>",
            "<details><summary>Tip</summary>",
            &[
                "t/10-whole.md:138:1 error: a hint begins with a line of its own → write `<details><summary>Hint</summary>`, an empty line, the hint, an empty line, `</details>`",
            ],
        ),
        (
            "A [link]",
            "</details>\n\nA [link]",
            &[
                "t/10-whole.md:12:1 error: `</details>` ends nothing → begin a hint with a line `<details><summary>Hint</summary>`",
            ],
        ),
        (
            "A [link]",
            "<div>\n\nA [link]",
            &[
                "t/10-whole.md:12:1 warning: HTML is shown as it is written, or not at all → write Markdown, or put it in backticks",
            ],
        ),
        (
            "A [link]",
            "A <b>bold</b> [link]",
            &[
                "t/10-whole.md:12:3 warning: HTML is shown as it is written, or not at all → write Markdown, or put it in backticks",
            ],
        ),
        (
            "A [link]",
            "### Part {#part}\n\nA [link]",
            &[
                "t/10-whole.md:12:11 error: a heading inside a step bears no id and no kind → leave the braces out, or write `##` for a step of its own",
            ],
        ),
        (
            "## Explain",
            "```python\npass\n\n## Explain",
            &[
                "t/10-whole.md:162:1 error: this block of code is never closed → end it with a line of the same backticks as its first line begins with",
            ],
        ),
        (
            "print(1 + 1)",
            "print(1 + 1)  # xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            &[
                "t/10-whole.md:40:73 warning: this line of code has 76 columns → keep code within 72 columns",
            ],
        ),
    ]);
}

#[test]
fn links_lead_to_web_pages_and_lessons() {
    breaks(&[
        (
            "https://docs.python.org/3/",
            "javascript:alert(1)",
            &[
                "t/10-whole.md:12:3 error: links lead to web pages and to lessons, not to anything else → link to `https://…`, to a lesson (`track/name`) or to a step (`track/name#step` or `#step`)",
            ],
        ),
        (
            "https://docs.python.org/3/",
            "file:///etc/passwd",
            &[
                "t/10-whole.md:12:3 error: links lead to web pages and to lessons, not to anything else → link to `https://…`, to a lesson (`track/name`) or to a step (`track/name#step` or `#step`)",
            ],
        ),
        (
            "https://docs.python.org/3/",
            "https://me:pass@example.org/",
            &[
                "t/10-whole.md:12:3 error: this link holds a user name → link to `https://…`, to a lesson (`track/name`) or to a step (`track/name#step` or `#step`)",
            ],
        ),
        (
            "https://docs.python.org/3/",
            "../../etc/passwd",
            &[
                "t/10-whole.md:12:3 error: this link leaves the pack → link to `https://…`, to a lesson (`track/name`) or to a step (`track/name#step` or `#step`)",
            ],
        ),
        (
            "https://docs.python.org/3/",
            "/etc/passwd",
            &[
                "t/10-whole.md:12:3 error: this link leaves the pack → link to `https://…`, to a lesson (`track/name`) or to a step (`track/name#step` or `#step`)",
            ],
        ),
        ("https://docs.python.org/3/", "decorators/first-class#intro", &[]),
    ]);
}

#[test]
fn characters_that_act_or_hide_are_named() {
    breaks(&[
        (
            "A [link]",
            "A \u{1b}[31m[link]",
            &["t/10-whole.md:12:3 error: the control character U+001B stands here → take it out"],
        ),
        (
            "A [link]",
            "A \u{202e}[link]",
            &[
                "t/10-whole.md:12:3 warning: the character U+202E hides or reorders text → take it out, unless a reader should see its number",
            ],
        ),
        (
            "A [link]",
            "A \u{9b}2J[link]",
            &["t/10-whole.md:12:3 error: the control character U+009B stands here → take it out"],
        ),
        ("A [link]", "A 👩\u{200d}👧 [link]", &[]),
        (
            "A [link]",
            "A\rB [link]",
            &["t/10-whole.md:12:2 error: the control character U+000D stands here → take it out"],
        ),
    ]);
}

#[test]
fn predictions_and_choices_are_whole() {
    breaks(&[
        (
            "- [x] two",
            "- [ ] two",
            &[
                "t/10-whole.md:43:1 error: no choice of this question is right → mark the right one with `- [x]`",
            ],
        ),
        (
            "- [ ] eleven {#joined}",
            "- [x] eleven {#joined}",
            &[
                "t/10-whole.md:43:1 error: every choice of this question is right → add a wrong one, `- [ ] …`",
                "t/10-whole.md:44:14 error: a right choice bears a misconception → leave the braces out, or take the `x` out of the box",
            ],
        ),
        (
            "- [ ] eleven {#joined}",
            "- eleven {#joined}",
            &[
                "t/10-whole.md:44:1 error: this choice has no box → begin it with `- [ ]`, or with `- [x]` where it is right",
            ],
        ),
        (
            "{#joined}",
            "{#joined.up}",
            &[
                "t/10-whole.md:44:16 error: `joined.up` cannot be an id → write `joined-up`: small letters, digits and hyphens",
            ],
        ),
        (
            "{#joined}",
            "{#joined",
            &[
                "t/10-whole.md:44:14 error: these braces are not closed at the end of the choice → write `{#misconception}`",
            ],
        ),
        (
            "- [ ] texts join",
            "- [x] texts join",
            &[
                "t/10-whole.md:46:1 error: every choice of this question is right → add a wrong one, `- [ ] …`",
            ],
        ),
        (
            "- [x] numbers add\n- [ ] texts join\n\n",
            "",
            &[
                "t/10-whole.md:46:1 error: this question has no choices → add a list of `- [ ] …` and `- [x] …`",
            ],
        ),
        (
            "```output\n2\n```\n",
            "",
            &[
                "t/10-whole.md:37:1 error: a `.predict` step needs its program's output → add an ```output block after the choices",
            ],
        ),
        (
            "```python run\nprint(1 + 1)\n```\n",
            "",
            &[
                "t/10-whole.md:37:1 error: a `.predict` step has exactly one program → write one ```python run block with its output",
                "t/10-whole.md:48:1 error: this output has no program before it → write ```python run above it",
            ],
        ),
        (
            "### Why?\n\n- [x] numbers",
            "```output\n2\n```\n\n### Why?\n\n- [x] numbers",
            &[
                "t/10-whole.md:52:1 error: these choices stand after the output → move them between the program and its output",
                "t/10-whole.md:55:1 error: this program has two outputs for one version of Python → give each output its range, such as `output python=\">=3.12\"`",
            ],
        ),
        (
            "```output\n2\n```\n",
            "```output\n2\n```\n\nSo it is.\n",
            &[
                "t/10-whole.md:55:1 warning: this stands after the output and is read before the answer is given → move it to the next step, or before the program",
            ],
        ),
        (
            "- [ ] a list {#list-lazy}",
            "- [ ] a list\n\n  and more",
            &[
                "t/10-whole.md:60:1 error: a choice is one paragraph → write it as one, without lists or code blocks in it",
            ],
        ),
        (
            "- [ ] a list {#list-lazy}\n",
            "- [ ] a list {#list-lazy}\n\nSo.\n",
            &[
                "t/10-whole.md:62:1 error: this stands between a question and the next → move it before the first question, or under a `##` heading of its own",
            ],
        ),
        (
            "- [ ] a list {#list-lazy}\n",
            "- [ ] a list {#list-lazy}\n\n1. [x] one\n",
            &[
                "t/10-whole.md:62:1 error: this question has its choices already → make one list of both, or write a heading before the second",
            ],
        ),
        (
            "{#callable}",
            "{#lazy}",
            &[
                "t/10-whole.md:67:1 error: the id `lazy` is taken by line 57 → write `{#another-id}`: progress and drafts hang on it",
            ],
        ),
        (
            "{#callable}",
            "{#callable .write}",
            &[
                "t/10-whole.md:67:36 error: the braces of a question hold its id alone → write `{#id}`",
            ],
        ),
        (
            "### Which are callable? {#callable}",
            "### שלום",
            &[
                "t/10-whole.md:67:1 error: this question has no letters to make an id of → end its heading with `{#id}`",
            ],
        ),
        (
            "- [x] a function\n- [x] a class\n- [ ] a number\n",
            "",
            &[
                "t/10-whole.md:67:1 error: this question has no choices → add a list of `- [ ] …` and `- [x] …`",
            ],
        ),
    ]);
}

#[test]
fn cards_have_a_question_and_key_points() {
    breaks(&[
        (
            "- a function that yields\n- an iterator\n",
            "",
            &[
                "t/10-whole.md:164:1 error: this card has no key points → add a list of them below its question",
            ],
        ),
        (
            "### What is a generator? {#generator}\n\n- a function that yields\n- an iterator\n",
            "",
            &[
                "t/10-whole.md:162:1 error: a `.cards` step needs cards → add `### question {#id}` and a list of key points",
            ],
        ),
        (
            "- a function that yields\n- an iterator\n",
            "- a function\n\nAnd.\n",
            &[
                "t/10-whole.md:168:1 error: this stands between a question and the next → move it before the first question, or under a `##` heading of its own",
            ],
        ),
        (
            "- a function that yields\n- an iterator\n",
            "- a function\n\n1. an iterator\n",
            &[
                "t/10-whole.md:168:1 error: this card has its key points already → make one list of both",
            ],
        ),
        (
            "- an iterator\n",
            "- an iterator\n\n  ```text\n  x\n  ```\n",
            &[
                "t/10-whole.md:167:1 error: a key point is one paragraph → write it as one, without lists or code blocks in it",
            ],
        ),
    ]);
}

#[test]
fn a_code_step_has_all_that_it_needs() {
    breaks(&[
        (
            "```python starter\ndef double(x):\n    pass\n```\n",
            "",
            &["t/10-whole.md:73:1 error: a `.write` step needs a starter → add ```python starter"],
        ),
        (
            "```python solution\ndef double(x):\n    return 2 * x\n```\n",
            "",
            &[
                "t/10-whole.md:87:1 error: the first solution is the reference and bears no title → leave the title out, or move the block below the reference",
            ],
        ),
        (
            "```python solution title=\"By a lambda\"",
            "```python solution",
            &[
                "t/10-whole.md:91:1 error: a further solution needs a title → write `solution title=\"…\"`, and after it a paragraph on when it is better",
            ],
        ),
        (
            "<details><summary>Hint</summary>\n\nMultiply.\n\n</details>\n",
            "",
            &[
                "t/10-whole.md:73:1 error: a `.write` step needs a hint → add <details><summary>Hint</summary> … </details>",
            ],
        ),
        (
            "python solution\n",
            "python solution title=\"First\"\n",
            &[
                "t/10-whole.md:86:1 error: the first solution is the reference and bears no title → leave the title out, or move the block below the reference",
            ],
        ),
        (
            ".write objective=2",
            ".fill objective=2",
            &[
                "t/10-whole.md:81:1 error: this starter has no blank to fill → write `___` for each blank",
            ],
        ),
        (
            "```python given\n",
            "```python given\nx\n```\n\n```python given\n",
            &["t/10-whole.md:81:1 error: this step has such a block already → make one of the two"],
        ),
        (
            "> `adds`:",
            "> `add`:",
            &[
                "t/10-whole.md:144:1 error: the mistake `adds` has no message → add a quote that begins with > `adds`: and names the misconception",
                "t/10-whole.md:160:1 error: this step has no mistake `add` → did you mean `adds`?",
            ],
        ),
        (
            "> `adds`: you add two; double means to add it to itself.\n",
            "",
            &[
                "t/10-whole.md:144:1 error: the mistake `adds` has no message → add a quote that begins with > `adds`: and names the misconception",
            ],
        ),
        (
            "> `adds`:",
            "> `adds`: yes.\n\n> `adds`:",
            &[
                "t/10-whole.md:162:1 error: the mistake `adds` has a message already → make one of the two",
            ],
        ),
        (
            "```python mistake=adds\ndef double(x):\n    return x + 2\n```\n",
            "",
            &[
                "t/10-whole.md:145:1 error: the mistake `adds` has no wrong program → add ```python mistake=adds",
            ],
        ),
        (
            "not-mistake=adds",
            "not-mistake=added",
            &[
                "t/10-whole.md:155:1 error: the mistake `added` has no wrong program → add ```python mistake=added",
            ],
        ),
        (
            "check = \"two\"",
            "check = \"too\"",
            &[
                "t/10-whole.md:150:9 error: no check of this step is called `too` → did you mean `two`?",
            ],
        ),
        (
            "check = \"two\"",
            "chek = \"two\"",
            &["t/10-whole.md:150:1 error: a mistake has no key `chek` → did you mean `check`?"],
        ),
    ]);
}

/// Puts other keys in the place of what the first check expects.
#[test]
fn checks_that_measure_are_read_through_their_keys() {
    let two = "call = \"double(1)\"\nequals = \"2\"\n";
    breaks(&[
        (two, "call = \"f()\"\ntook = 0\n", &[]),
        (two, "took = { at-most = 1.5 }\n", &[]),
        (two, "tasks = { left = 0 }\n", &[]),
        (two, "warns = []\n", &[]),
        (two, "call = \"f(source)\"\nlazy = { take = 3 }\n", &[]),
        (
            two,
            "took = -1\n",
            &[
                "t/10-whole.md:104:8 error: `took` takes a number, 0 or greater, or a span of seconds → write a number, 0 or greater, or a span of seconds after `took =`",
            ],
        ),
        (
            two,
            "took = { at-least = 3, at-most = 1 }\n",
            &[
                "t/10-whole.md:104:34 error: `at-most` is less than `at-least` → nothing could hold it; change one",
            ],
        ),
        (
            two,
            "took = {}\n",
            &["t/10-whole.md:104:8 error: `took` says how long → add `at-least` or `at-most`"],
        ),
        (
            two,
            "tasks = { leftover = 0 }\n",
            &[
                "t/10-whole.md:104:11 error: a table of tasks has no key `leftover` → write `at-least`, `at-most`, `left`, `cancelled` or `never-awaited`",
            ],
        ),
        (
            two,
            "lazy = { take = 3 }\n",
            &["t/10-whole.md:104:1 error: `lazy` needs a `call` → add one"],
        ),
        (
            two,
            "call = \"f(1)\"\nlazy = { take = 3 }\n",
            &[
                "t/10-whole.md:104:8 error: this call does not name the `source` that is counted → write `source` where the learner's code gets its input: `call = \"evens(source)\"`",
            ],
        ),
        (
            two,
            "call = \"f(1)\"\ntook = 1\nequals = \"2\"\n",
            &[
                "t/10-whole.md:106:1 error: `took` and `equals` cannot stand together → make two checks of it",
            ],
        ),
        (
            two,
            "call = \"f({n})\"\ngenerate = [{ name = \"n\", type = \"integer\" }]\n",
            &[
                "t/10-whole.md:105:34 error: values of type `integer` cannot be generated → write such as `int`, `str | None`, `list[int]`, `dict[str, float]`, or list the values in `choices`",
            ],
        ),
        (
            two,
            "call = \"f(n)\"\ngenerate = [{ name = \"n\", type = \"int\" }]\n",
            &[
                "t/10-whole.md:105:13 error: the call does not hold `{n}` → write the input's name in braces where it belongs",
            ],
        ),
        (
            two,
            "call = \"f({n})\"\ngenerate = [{ name = \"n\", choices = \"1\" }]\n",
            &[
                "t/10-whole.md:105:37 error: `choices` is no list with values → write such as `[1, 'a', None]`",
            ],
        ),
        (
            two,
            "call = \"f()\"\nraises = \"E\"\ngroup = [\"A[\"]\n",
            &[
                "t/10-whole.md:106:10 error: `A[` is no member of a group → write such as `ValueError`, or `ExceptionGroup[OSError, TypeError]` for a group in the group",
            ],
        ),
        (
            two,
            "catches = true\n",
            &[
                "t/10-whole.md:104:11 error: this step has no variants of its given code to be caught → add ```python given with the right code, and ```python variant=id for each wrong one",
            ],
        ),
    ]);
}

#[test]
fn checks_are_read_through_their_keys() {
    breaks(&[
        (
            "name = \"two\"\n",
            "",
            &[
                "t/10-whole.md:102:1 error: a check needs the key `name` → add `name`, text: what is asked for, as the learner reads it; unique in its step",
            ],
        ),
        (
            "name = \"half\"",
            "name = \"two\"",
            &[
                "t/10-whole.md:108:8 error: a check of this name stands on line 103 already → give each check of a step its own name",
                "t/10-whole.md:135:16 error: no check before is called `half` → write the `name` of one",
            ],
        ),
        (
            "equals = \"2\"",
            "equals = 2",
            &["t/10-whole.md:105:10 error: `equals` takes text → write `equals = \"2\"`"],
        ),
        (
            "equals = \"2\"",
            "equal = \"2\"",
            &["t/10-whole.md:105:1 error: a check has no key `equal` → did you mean `equals`?"],
        ),
        (
            "equals = \"2\"\n",
            "",
            &[
                "t/10-whole.md:102:1 error: a check with `call` says what must hold → add one of `equals`, `approx`, `type`, `same-as-solution` or `raises`",
            ],
        ),
        (
            "equals = \"2\"",
            "equals = \"2\"\ntype = \"int\"",
            &[
                "t/10-whole.md:106:1 error: `equals` and `type` cannot stand together → make two checks of it",
            ],
        ),
        (
            "equals = \"2\"",
            "equals = \"2\"\nstdout = \"x\"",
            &[
                "t/10-whole.md:106:1 error: `call` and `stdout` cannot stand together → make two checks of it",
            ],
        ),
        (
            "equals = \"2\"",
            "equals = \"2\"\ntolerance = 0.1",
            &[
                "t/10-whole.md:106:1 error: `tolerance` means nothing without `approx` → leave it out, or ask for `approx`",
            ],
        ),
        (
            "equals = \"2\"",
            "equals = \"2\"\nmatch = \"x\"",
            &[
                "t/10-whole.md:106:1 error: `match` means nothing without `raises` → leave it out, or ask for `raises`",
            ],
        ),
        (
            "equals = \"2\"",
            "equals = \"2\"\nunordered = true",
            &["t/10-whole.md:106:1 error: `unordered` means nothing beside `call` → leave it out"],
        ),
        (
            "equals = \"2\"",
            "equals = \"\"",
            &[
                "t/10-whole.md:105:10 error: this value is empty → write a Python literal; an empty text is `\"''\"`",
            ],
        ),
        (
            "call = \"double(1)\"\nequals = \"2\"\n",
            "",
            &[
                "t/10-whole.md:102:1 error: a check says what must hold → add one of `stdout`, `stdout-lines`, `stdout-matches`, `call`, `cases`, `source`, `catches`, `types`, `took`, `peak-memory`, `tasks` or `warns`",
            ],
        ),
        (
            "call = \"double(1)\"\nequals = \"2\"",
            "types = \"3\"",
            &[
                "t/10-whole.md:104:9 error: `types` takes `true` or `false`, or a table of types → write `true` or `false`, or a table of types after `types =`",
            ],
        ),
        (
            "call = \"double(1)\"\nequals = \"2\"",
            "types = false",
            &[
                "t/10-whole.md:104:9 error: `types` can only be `true` → write `true`, or such as `{ reveal = \"total([1])\", is = \"int\" }`",
            ],
        ),
        (
            "call = \"double(1)\"\nequals = \"2\"",
            "types = { reveal = \"double(1)\\n2\" }",
            &[
                "t/10-whole.md:104:9 error: a table of types needs the key `is` → add `is`, text: its type, as the type checker writes it; `pykata lint` says how",
                "t/10-whole.md:104:20 error: this stands on one line and has no comment → write it on one line, without `#`",
            ],
        ),
        (
            "tolerance = 0.001",
            "tolerance = -1",
            &[
                "t/10-whole.md:111:13 error: `tolerance` takes a number greater than 0 → write a number greater than 0 after `tolerance =`",
            ],
        ),
        (
            "tolerance = 0.001",
            "tolerance = nan",
            &[
                "t/10-whole.md:111:13 error: `tolerance` takes a number greater than 0 → write a number greater than 0 after `tolerance =`",
            ],
        ),
        (
            "need = \"two\"",
            "need = \"tow\"",
            &["t/10-whole.md:112:8 error: no check before is called `tow` → did you mean `two`?"],
        ),
        (
            "need = \"two\"",
            "need = \"form\"",
            &[
                "t/10-whole.md:112:8 error: no check before is called `form` → write the `name` of one",
            ],
        ),
        (
            "points = 2",
            "criterion = \"speed\"",
            &[
                "t/10-whole.md:113:13 error: a `criterion` says what points count for, and this check has none → write `points = 1`, or leave it out",
            ],
        ),
        (
            "points = 2",
            "points = 2_000",
            &[
                "t/10-whole.md:113:10 error: `points` takes a whole number from 0 to 1000 → write a whole number from 0 to 1000 after `points =`",
            ],
        ),
        (
            "raises = \"TypeError\"",
            "raises = \"TypeError()\"",
            &[
                "t/10-whole.md:118:10 error: `TypeError()` is not the name of a type → write such as `ValueError` or `asyncio.TimeoutError`, without parentheses",
            ],
        ),
        (
            "missing \\\\d+",
            "(missing",
            &[
                "t/10-whole.md:119:9 error: this pattern is no regular expression: unclosed group (column 1 of the pattern) → write a pattern of Rust's `regex`: no back-references, no look-around",
            ],
        ),
        (
            "missing \\\\d+",
            "(a)\\\\1",
            &[
                "t/10-whole.md:119:9 error: this pattern is no regular expression: backreferences are not supported (column 4 of the pattern) → write a pattern of Rust's `regex`: no back-references, no look-around",
            ],
        ),
        (
            "missing \\\\d+",
            "(x{1000}){1000}",
            &[
                "t/10-whole.md:119:9 error: this pattern grows too large → repeat less: `{1,1000}` of a group that repeats is a million",
            ],
        ),
        (
            "hidden = true",
            "hidden = \"yes\"",
            &[
                "t/10-whole.md:120:10 error: `hidden` takes `true` or `false` → write `true` or `false` after `hidden =`",
            ],
        ),
        (
            "stdout-lines = []",
            "stdout-lines = \"x\"",
            &[
                "t/10-whole.md:124:16 error: `stdout-lines` takes a list of texts → write `stdout-lines = [\"x\"]`",
            ],
        ),
        (
            "stdout-lines = []",
            "stdout-lines = []\nequals = \"1\"",
            &[
                "t/10-whole.md:125:1 error: `equals` means nothing beside `stdout-lines` → leave it out",
            ],
        ),
        (
            "same-as-solution = true\n",
            "",
            &[
                "t/10-whole.md:129:10 error: this case does not say what it must give → add `same-as-solution = true` to the check, or write `{ call = \"…\", equals = \"…\" }`",
            ],
        ),
        (
            "same-as-solution = true\n",
            "same-as-solution = false\n",
            &[
                "t/10-whole.md:130:20 error: `same-as-solution` can only be `true` → write `true`, or leave it out",
            ],
        ),
        (
            "\"double(3)\"",
            "\"\"",
            &["t/10-whole.md:129:10 error: this call is empty → write a Python expression"],
        ),
        (
            "type = \"int\"",
            "typ = \"int\"",
            &["t/10-whole.md:129:45 error: a case has no key `typ` → did you mean `type`?"],
        ),
        (
            "cases = [\"double(3)\", { call = \"double(4)\", type = \"int\" }]",
            "cases = []",
            &["t/10-whole.md:129:9 error: `cases` holds 1 to 200 calls → write one to a line"],
        ),
        (
            "cases = [\"double(3)\", { call = \"double(4)\", type = \"int\" }]",
            "cases = [3]",
            &[
                "t/10-whole.md:129:9 error: `cases` takes a list of texts or of tables, each a case → write a list of texts or of tables, each a case after `cases =`",
            ],
        ),
        (
            "has = \"return\", at",
            "has = \"retrun\", at",
            &[
                "t/10-whole.md:134:18 error: there is no kind of node `retrun` → did you mean `return`?",
            ],
        ),
        (
            "has = \"return\", at",
            "have = \"return\", at",
            &[
                "t/10-whole.md:134:12 error: a source rule has no key `have` → write `has`, `lacks`, `calls`, `lacks-call`, `decorator`, `lacks-decorator`, `called`, `assigns`, `lacks-assign`, `imports`, `lacks-import`, `defines`, `lacks-definition`, `names`, `lacks-name`, `in`, `at-least` or `at-most`",
            ],
        ),
        (
            "has = \"return\", at-most = 2, in",
            "in",
            &[
                "t/10-whole.md:134:10 error: a source rule says what there must be, or must not be → add one of `has`, `lacks`, `calls`, `lacks-call`, `decorator`, `lacks-decorator`, `assigns`, `lacks-assign`, `imports`, `lacks-import`, `defines`, `lacks-definition`, `names` or `lacks-name`",
            ],
        ),
        (
            "has = \"return\", at-most = 2",
            "lacks = \"return\", at-most = 2",
            &[
                "t/10-whole.md:134:40 error: `at-most` counts one thing that there must be → name one such thing beside it, and others in a table of their own",
            ],
        ),
        (
            "at-most = 2",
            "at-most = 2, at-least = 3",
            &[
                "t/10-whole.md:134:38 error: `at-most` is less than `at-least` → nothing could hold it; change one",
            ],
        ),
        (
            "at-most = 2",
            "called = true",
            &[
                "t/10-whole.md:134:37 error: `called` means nothing without a decorator → leave it out, or add `decorator`",
            ],
        ),
        (
            "lacks-call = \"sum\"",
            "lacks-call = \"sum()\"",
            &[
                "t/10-whole.md:152:46 error: `sum()` is not a name → write a name or a dotted name, such as `functools.wraps`",
            ],
        ),
        (
            "[[check]]\nname = \"two\"",
            "[[chek]]\nname = \"two\"",
            &[
                "t/10-whole.md:102:3 error: a block of checks has no key `chek` → did you mean `check`?",
            ],
        ),
        (
            "[[check]]\nname = \"two\"",
            "[[check]\nname = \"two\"",
            &[
                "t/10-whole.md:102:9 error: this is not TOML: unclosed array table, expected `]` → write `key = value`, texts in quotation marks, one key a line",
            ],
        ),
        (
            "equals = \"2\"",
            "equals = \"2",
            &[
                "t/10-whole.md:105:12 error: this is not TOML: invalid basic string, expected `\"` → write `key = value`, texts in quotation marks, one key a line",
            ],
        ),
    ]);
}

#[test]
fn a_step_of_types_asks_for_types_and_its_marks_name_rules() {
    let typed = WHOLE.replacen(".write objective=2", ".types objective=2", 1);
    let missing = "t/10-whole.md:73:1 error: a `.types` step needs a check of types → add a `[[check]]` with `types = true`";
    assert_eq!(found(&typed), [missing]);
    let asks = typed.replacen("call = \"double(1)\"\nequals = \"2\"", "types = true", 1);
    assert_eq!(found(&asks), Vec::<String>::new());
    let marked = asks.replacen("limit = 3", "limit = 3  # expect: invalid-asignment", 1);
    let unknown = "t/10-whole.md:78:1 error: the type checker has no rule `invalid-asignment` → did you mean `invalid-assignment`?";
    assert_eq!(found(&marked), [unknown]);
    let unread = WHOLE.replacen("limit = 3", "limit = 3  # expect: nothing", 1);
    assert_eq!(found(&unread), Vec::<String>::new(), "no check looks at types");
}
