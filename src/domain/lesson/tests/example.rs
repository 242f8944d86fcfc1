//! The example lesson, read whole.

use crate::domain::check::source::{FactKind, SourceRule};
use crate::domain::check::{Check, Expect, Rule};
use crate::domain::course::{Kind, Lesson, Task};
use crate::domain::document::{Block, Document};
use crate::domain::exercise::CodeTask;
use crate::domain::lesson::parse_lesson;
use crate::domain::place::Place;
use crate::domain::run::Clock;

/// The format's own lesson.
pub(super) const TEXT: &str =
    include_str!("../../../../tests/packs/example/decorators/30-keep-the-name.md");

const FILE: &str = "decorators/30-keep-the-name.md";

fn lesson() -> Lesson {
    let (lesson, problems) = parse_lesson(FILE, "decorators/keep-the-name", TEXT);
    assert_eq!(problems, []);
    lesson.unwrap()
}

#[test]
fn its_steps_have_their_ids_and_kinds() {
    let lesson = lesson();
    let steps: Vec<_> = lesson.steps.iter().map(|step| (&*step.id, step.kind())).collect();
    assert_eq!(
        steps,
        [
            ("intro", Kind::Read),
            ("who-am-i", Kind::Predict),
            ("who-gets-hurt", Kind::Read),
            ("two-views", Kind::Fix),
            ("limits", Kind::Read),
            ("honest-signature", Kind::Fill),
            ("my-wraps", Kind::Write),
            ("explain", Kind::Cards),
        ]
    );
}

fn task(id: &str) -> CodeTask {
    lesson().step(id).unwrap().code_task().unwrap().clone()
}

/// The Markdown that a text was, more or less: enough to see that nothing was lost or moved.
fn shape(document: &Document) -> Vec<String> {
    let shape = |block: &Block| match block {
        Block::Heading { level, text } => format!("h{level} {}", text.to_plain()),
        Block::Paragraph(text) => {
            format!("p {}", text.to_plain().chars().take(24).collect::<String>())
        }
        Block::List { items, .. } => format!("list of {}", items.len()),
        Block::Quote { .. } => "quote".to_owned(),
        Block::Code { language, .. } => format!("code {}", language.as_deref().unwrap_or("")),
        Block::Table { .. } => "table".to_owned(),
        Block::Rule => "rule".to_owned(),
        Block::Example(number) => format!("example {number}"),
    };
    document.0.iter().map(shape).collect()
}

#[test]
fn its_front_matter_is_read() {
    let lesson = lesson();
    assert_eq!(&*lesson.title, "Keep the name");
    assert!(lesson.summary.starts_with("A decorator that forgets whose function it wraps"));
    assert_eq!(&*lesson.objectives[2], "Name what wraps cannot repair");
    assert_eq!(lesson.objectives.len(), 3);
    assert_eq!(lesson.requires, ["decorators/wrapper-contract"]);
    assert_eq!((lesson.minutes, lesson.python), (30, None));
    assert_eq!(
        (lesson.track(), lesson.name(), &*lesson.file),
        ("decorators", "keep-the-name", FILE)
    );
}

#[test]
fn a_step_keeps_its_title_its_place_and_what_it_covers() {
    let lesson = lesson();
    let step = lesson.step("honest-signature").unwrap();
    assert_eq!(&*step.title, "Tell the truth");
    assert_eq!(step.place, Place::new(FILE, 325, 1));
    assert_eq!((step.objective, &*step.covers), (Some(3), &["E3".to_owned()][..]));
    let intro = &lesson.steps[0];
    assert_eq!((&*intro.title, intro.place.line, intro.objective), ("Keep the name", 13, None));
}

#[test]
fn a_reader_sees_prose_and_examples_in_their_order() {
    let lesson = lesson();
    let body = |id| shape(&lesson.step(id).unwrap().body);
    assert_eq!(
        body("intro"),
        ["p You put a login check on", "example 0", "p The check is right about"]
    );
    assert_eq!(body("who-am-i"), ["p A function carries its n", "example 0"]);
    assert_eq!(
        body("who-gets-hurt"),
        [
            "p Everything that asks a f",
            "example 0",
            "p The tool is in the stand",
            "example 1",
            "p It copies the module, na",
        ]
    );
    assert_eq!(body("two-views"), ["p Make the app start: both"]);
    assert_eq!(body("my-wraps"), ["p To know what a tool does", "list of 3"]);
    assert_eq!(body("explain"), [""; 0]);
}

#[test]
fn an_example_has_its_program_its_output_and_its_end() {
    let lesson = lesson();
    let example = &lesson.steps[0].examples[0];
    assert_eq!((&*example.id, example.raises.as_deref()), ("intro-1", Some("ValueError")));
    assert!(example.code.text.starts_with("routes = {}\n\ndef route(view):\n"));
    assert!(example.code.text.ends_with("return f\"settings of {request['user']}\"\n"));
    assert_eq!(example.code.place, Place::new(FILE, 18, 1));
    let [output] = example.outputs.as_slice() else { panic!("one output") };
    assert_eq!(output.text, "ValueError: two views are named 'wrapper'\n");
    assert_eq!((output.place.line, output.python), (45, None));
    let ids: Vec<_> =
        lesson.steps.iter().flat_map(|step| &step.examples).map(|one| &*one.id).collect();
    assert_eq!(ids, ["intro-1", "who-am-i-1", "who-gets-hurt-1", "who-gets-hurt-2", "limits-1"]);
}

#[test]
fn a_prediction_has_its_choices_and_asks_why() {
    let lesson = lesson();
    let Task::Predict(predict) = &lesson.step("who-am-i").unwrap().task else { panic!("predict") };
    let answer = predict.answer.as_ref().unwrap();
    assert_eq!((predict.example, &*answer.id, answer.several()), (0, "who-am-i", false));
    let choices: Vec<_> = answer
        .choices
        .iter()
        .map(|choice| (choice.text.to_plain(), choice.right, choice.misconception.as_deref()))
        .collect();
    assert_eq!(
        choices,
        [
            ("inbox, the docstring, (request)".to_owned(), false, Some("copied-by-magic")),
            ("wrapper, None, (*args, **kwargs)".to_owned(), true, None),
            (
                "login_required.<locals>.wrapper, None, (*args, **kwargs)".to_owned(),
                false,
                Some("qualname")
            ),
        ]
    );
    assert_eq!(
        answer.choices[2].why.as_ref().unwrap().to_plain(),
        "that is __qualname__; __name__ is only its last part"
    );
    assert_eq!(answer.choices[1].why, None);
    let why = predict.why.as_ref().unwrap();
    assert_eq!((&*why.id, &*why.text.to_plain()), ("who-am-i-why", "Why?"));
    assert_eq!(
        why.choices.iter().map(|choice| choice.right).collect::<Vec<_>>(),
        [true, false, false]
    );
    assert_eq!(why.choices[1].text.to_plain(), "decorating deletes the docstring");
}

#[test]
fn a_code_step_has_its_units_and_hints() {
    let task = task("two-views");
    let given = task.given.as_ref().unwrap();
    assert!(given.text.starts_with("routes = {}\n") && given.place.line == 158);
    assert!(task.starter.text.starts_with("import functools\n\ndef login_required(view):\n"));
    let probe = task.probe.as_ref().unwrap();
    assert!(probe.code.text.starts_with("@route\n") && !probe.hidden);
    let [solution] = task.solutions.as_slice() else { panic!("one solution") };
    assert_eq!((solution.title.as_ref(), solution.note.is_empty()), (None, true));
    let hints: Vec<_> = task.hints.iter().map(shape).collect();
    assert_eq!(
        hints,
        [
            ["p The error names a functi"],
            ["p functools.wraps takes th"],
            ["p It goes right above def "]
        ]
    );
    assert_eq!(
        (task.clock, task.python, task.stdin, task.files.len()),
        (Clock::Virtual, None, None, 0)
    );
}

#[test]
fn its_checks_are_calls_with_literals() {
    let task = task("two-views");
    let [first, .., last] = task.checks.as_slice() else { panic!("checks") };
    assert_eq!(task.checks.len(), 4);
    assert_eq!(
        *first,
        Check {
            name: "both views are registered under their own names".into(),
            place: Place::new(FILE, 205, 1),
            hidden: false,
            need: vec![],
            worth: None,
            rule: Rule::Call {
                call: "sorted(routes)".to_owned(),
                expect: Expect::Equals("['inbox', 'settings']".to_owned()),
            },
        }
    );
    let Rule::Call { expect, .. } = &last.rule else { panic!("a call") };
    assert_eq!(*expect, Expect::Equals("\"Show the user's settings.\"".to_owned()));
}

#[test]
fn its_mistakes_have_programs_messages_rules_and_look_alikes() {
    let task = task("two-views");
    let [bare, name_only] = task.mistakes.as_slice() else { panic!("two mistakes") };
    assert_eq!((&*bare.id, &*name_only.id), ("bare-wraps", "name-only"));
    assert!(bare.program.text.contains("    @functools.wraps\n"));
    let Some(Block::Paragraph(message)) = bare.message.0.first() else { panic!("a paragraph") };
    assert!(
        message.to_plain().starts_with("@functools.wraps without parentheses takes your wrapper")
    );
    let rule = |kind, name: &str| SourceRule {
        kind,
        name: name.to_owned(),
        called: None,
        within: None,
        at_least: 1,
        at_most: None,
    };
    assert_eq!(
        bare.rules.source,
        [SourceRule { called: Some(false), ..rule(FactKind::Decorator, "functools.wraps") }]
    );
    assert_eq!(
        name_only.rules.source,
        [
            SourceRule { at_least: 0, at_most: Some(0), ..rule(FactKind::Call, "functools.wraps") },
            rule(FactKind::Assignment, "__name__"),
        ]
    );
    let [look_alike] = name_only.look_alikes.as_slice() else { panic!("one look-alike") };
    assert!(look_alike.text.contains("functools.update_wrapper"));
    assert_eq!((name_only.place.line, look_alike.place.line), (263, 280));
}

#[test]
fn its_cards_have_key_points() {
    let lesson = lesson();
    let Task::Cards(cards) = &lesson.step("explain").unwrap().task else { panic!("cards") };
    let cards: Vec<_> =
        cards.iter().map(|card| (&*card.id, card.question.to_plain(), card.points.len())).collect();
    assert_eq!(
        cards,
        [
            (
                "without-wraps",
                "What goes wrong when a decorator does not use functools.wraps?".to_owned(),
                3
            ),
            ("wrapped-link", "What is __wrapped__ for?".to_owned(), 3),
            ("not-preserved", "What can wraps not preserve?".to_owned(), 3),
        ]
    );
}
