//! What the lesson that has everything becomes, where the example lesson does not show it.

use crate::domain::check::source::{FactKind, SourceRule};
use crate::domain::check::{Case, Check, Expect, Raises, Rule, Stdout};
use crate::domain::course::{Lesson, PythonRange, PythonVersion, Task};
use crate::domain::document::{Block, Inline};
use crate::domain::exercise::Trace;
use crate::domain::lesson::parse_lesson;
use crate::domain::run::{Clock, ScratchFile};

const TEXT: &str = include_str!("whole.md");

fn lesson(text: &str) -> Lesson {
    let (lesson, problems) = parse_lesson("t/10-whole.md", "t/whole", text);
    assert_eq!(problems, []);
    lesson.unwrap()
}

fn check(name: &str) -> Check {
    let lesson = lesson(TEXT);
    let task = lesson.step("write-it").unwrap().code_task().unwrap().clone();
    task.checks.into_iter().find(|check| &*check.name == name).unwrap()
}

fn before(minor: u8) -> PythonRange {
    PythonRange { from: None, before: Some(PythonVersion(minor)) }
}

fn from(minor: u8) -> PythonRange {
    PythonRange { from: Some(PythonVersion(minor)), before: None }
}

#[test]
fn an_example_takes_its_options_and_what_stands_before_it() {
    let lesson = lesson(TEXT);
    let example = &lesson.steps[0].examples[0];
    assert_eq!(
        (&*example.id, example.clock, example.trace),
        ("greet", Clock::Real, Some(Trace::Calls))
    );
    assert_eq!(example.stdin.as_deref(), Some("Ada\n"));
    let file = ScratchFile { name: "data.csv".to_owned(), text: "a,b\n".to_owned() };
    assert_eq!(example.files, [file]);
    let ranges: Vec<_> = example.outputs.iter().map(|output| output.python).collect();
    assert_eq!(ranges, [Some(before(12)), Some(from(12))]);
    assert_eq!(lesson.python, Some(from(11)));
}

#[test]
fn a_step_that_names_no_python_is_for_those_of_its_lesson() {
    let text = TEXT.replacen(" python=\">=3.12\"}", "}", 1);
    assert_ne!(text, TEXT);
    let task = lesson(&text).step("write-it").unwrap().code_task().unwrap().clone();
    assert_eq!(task.python, Some(from(11)));
}

#[test]
fn text_keeps_its_links_and_code_that_is_not_run() {
    let text =
        TEXT.replacen("## What is", "```console\n$ ls\n```\n\n> [!NOTE]\n> So.\n\n## What is", 1);
    let lesson = lesson(&text);
    let body = &lesson.steps[0].body.0;
    let Block::Paragraph(first) = &body[0] else { panic!("a paragraph") };
    assert!(
        matches!(&first.0[1], Inline::Link { target, .. } if &**target == "https://docs.python.org/3/")
    );
    let Block::Code { language, text } = &body[2] else { panic!("code") };
    assert_eq!((language.as_deref(), &**text), (Some("console"), "$ ls\n"));
    assert!(matches!(body[3], Block::Quote { alert: Some(_), .. }));
}

#[test]
fn a_prediction_without_lists_is_typed() {
    let (start, end) = (TEXT.find("- [x] two").unwrap(), TEXT.find("```output\n2").unwrap());
    let lesson = lesson(&format!("{}{}", &TEXT[..start], &TEXT[end..]));
    let Task::Predict(predict) = &lesson.step("printed").unwrap().task else { panic!("predict") };
    assert_eq!((&predict.answer, &predict.why), (&None, &None));
}

#[test]
fn a_choice_has_its_questions_and_their_reasons() {
    let lesson = lesson(TEXT);
    let Task::Choice(questions) = &lesson.step("pick").unwrap().task else { panic!("choice") };
    let found: Vec<_> = questions
        .iter()
        .map(|question| {
            (&*question.id, question.text.to_plain(), question.choices.len(), question.several())
        })
        .collect();
    assert_eq!(
        found,
        [
            ("lazy", "Which is lazy?".to_owned(), 2, false),
            ("lazy-why", "Why?".to_owned(), 2, false),
            ("callable", "Which are callable?".to_owned(), 3, true),
        ]
    );
    assert_eq!(questions[0].choices[1].misconception.as_deref(), Some("list-lazy"));
    assert_eq!(questions[0].choices[1].text.to_plain(), "a list");
}

#[test]
fn a_choice_of_one_question_bears_the_step_s_id() {
    let (start, end) =
        (TEXT.find("### Which is lazy?").unwrap(), TEXT.find("## Write it").unwrap());
    let one = "Which is lazy?\n\n- [ ] a list\n- [x] a generator\n\n";
    let lesson = lesson(&format!("{}{one}{}", &TEXT[..start], &TEXT[end..]));
    let step = lesson.step("pick").unwrap();
    let Task::Choice(questions) = &step.task else { panic!("choice") };
    assert_eq!((questions.len(), &*questions[0].id, step.body.0.len()), (1, "pick", 1));
    assert!(questions[0].text.0.is_empty());
}

#[test]
fn a_further_solution_has_a_title_and_the_paragraph_after_it() {
    let lesson = lesson(TEXT);
    let step = lesson.step("write-it").unwrap();
    let task = step.code_task().unwrap();
    let other = &task.solutions[1];
    assert_eq!(other.title.as_deref(), Some("By a lambda"));
    let [Block::Paragraph(note)] = other.note.0.as_slice() else { panic!("a paragraph") };
    assert_eq!(note.to_plain(), "Shorter, and without a name in tracebacks.");
    assert_eq!(step.body.0.len(), 1);
    assert!(task.probe.as_ref().unwrap().hidden);
    assert_eq!((task.clock, task.python), (Clock::Real, Some(from(12))));
}

#[test]
fn files_and_input_of_a_code_step_are_its_task_s() {
    let given = "```text file=in.txt\nx\n```\n\n```text stdin\ny\n```\n\n```python given";
    let lesson = lesson(&TEXT.replacen("```python given", given, 1));
    let task = lesson.step("write-it").unwrap().code_task().unwrap().clone();
    assert_eq!((task.stdin.as_deref(), &*task.files[0].name), (Some("y\n"), "in.txt"));
}

#[test]
fn checks_say_what_they_look_at() {
    assert_eq!(
        check("half").rule,
        Rule::Call {
            call: "double(0.25)".to_owned(),
            expect: Expect::Approx { value: "0.5".to_owned(), tolerance: 0.001 },
        }
    );
    assert_eq!(
        (check("half").need, check("half").worth.unwrap().points),
        (vec!["two".to_owned()], 2)
    );
    let raises = Raises {
        class: "TypeError".to_owned(),
        matches: Some("missing \\d+".to_owned()),
        ..Raises::default()
    };
    assert_eq!(
        check("refuses").rule,
        Rule::Call { call: "double()".to_owned(), expect: Expect::Raises(raises) }
    );
    assert!(check("refuses").hidden);
    assert_eq!(
        check("prints nothing").rule,
        Rule::Stdout(Stdout::Lines { lines: vec![], unordered: true })
    );
    assert_eq!(
        check("many").rule,
        Rule::Cases(vec![
            Case { call: "double(3)".to_owned(), expect: Expect::SameAsSolution },
            Case { call: "double(4)".to_owned(), expect: Expect::Type("int".to_owned()) },
        ])
    );
    assert_eq!(
        check("form").rule,
        Rule::Source(vec![SourceRule {
            kind: FactKind::Node,
            name: "return".to_owned(),
            called: None,
            within: Some("double".to_owned()),
            at_least: 0,
            at_most: Some(2),
        }])
    );
}

#[test]
fn a_mistake_is_narrowed_by_its_rules() {
    let lesson = lesson(TEXT);
    let task = lesson.step("write-it").unwrap().code_task().unwrap();
    let rules = &task.mistakes[0].rules;
    assert_eq!((rules.check.as_deref(), rules.got.as_deref()), (Some("two"), Some("3")));
    let kinds: Vec<_> = rules.source.iter().map(|rule| (rule.kind, rule.at_most)).collect();
    assert_eq!(kinds, [(FactKind::Node, None), (FactKind::Call, Some(0))]);
}

#[test]
fn a_step_with_a_fault_is_a_step_to_read() {
    let broken = TEXT.replacen("equals = \"2\"", "equals = 2", 1);
    let (lesson, problems) = parse_lesson("t/10-whole.md", "t/whole", &broken);
    assert_eq!(problems.len(), 1);
    let lesson = lesson.unwrap();
    assert!(matches!(lesson.step("write-it").unwrap().task, Task::Read));
    assert!(matches!(lesson.step("pick").unwrap().task, Task::Choice(_)));
}
