//! Which known mistake a failed submission is.

use super::*;
use crate::domain::check::judge::judge;
use crate::domain::check::plan::Plan;
use crate::domain::check::source::{Fact, FactKind, SourceRule};
use crate::domain::check::testing::{
    call, equals, exception, failed, has, lacks, mistake, normal, stdout, task, text, value,
};
use crate::domain::run::{Answer, Limits, Observation};

const FILE: &str = "two_views.py";

fn views() -> CodeTask {
    let mut task = task(vec![
        call("name", "inbox.__name__", equals("'inbox'")),
        call("help", "inbox.__doc__", equals("'List the mail.'")),
    ]);
    let bare = SourceRule { called: Some(false), ..has(FactKind::Decorator, "functools.wraps") };
    let by_hand =
        vec![has(FactKind::Assignment, "__name__"), lacks(FactKind::Call, "functools.wraps")];
    let rules = |source| MistakeRules { source, ..MistakeRules::default() };
    task.mistakes = vec![
        mistake("any-name", "…", rules(vec![])),
        mistake("bare-wraps", "…", rules(vec![bare])),
        mistake("name-only", "…", rules(by_hand)),
    ];
    task
}

fn judged(task: &CodeTask, seen: Observation) -> Judgement {
    let plan = Plan::new(task, FILE, "x = 1\n", &Limits::default());
    judge(&plan, task, &[seen], &SyntaxFacts::default(), None)
}

fn answers(name: &str, doc: Option<&str>) -> Observation {
    normal("", vec![value(text(name)), value(doc.map_or(Value::None, text))])
}

fn facts(facts: &[(FactKind, &str)]) -> SyntaxFacts {
    let fact = |(kind, name): &(FactKind, &str)| Fact {
        kind: *kind,
        name: (*name).into(),
        called: false,
        within: vec![],
        line: 1,
    };
    SyntaxFacts { facts: facts.iter().map(fact).collect(), ..SyntaxFacts::default() }
}

fn found(
    task: &CodeTask,
    facts: &SyntaxFacts,
    seen: Observation,
    known: Observation,
) -> Option<String> {
    let signature = Signature::of(&judged(task, known));
    let known: Vec<_> =
        task.mistakes.iter().map(|mistake| (&*mistake.id, signature.clone())).collect();
    find(task, facts, &judged(task, seen), &known).map(|mistake| mistake.id.clone())
}

#[test]
fn the_mistake_with_the_same_failure_and_the_most_rules_is_found() {
    let by_hand = facts(&[(FactKind::Assignment, "__name__")]);
    let seen = || answers("inbox", None);
    assert_eq!(found(&views(), &by_hand, seen(), seen()).as_deref(), Some("name-only"));
    let bare = facts(&[(FactKind::Decorator, "functools.wraps")]);
    assert_eq!(found(&views(), &bare, seen(), seen()).as_deref(), Some("bare-wraps"));
}

#[test]
fn a_look_alike_fails_alike_and_is_not_written_so() {
    let update_wrapper = facts(&[(FactKind::Call, "functools.update_wrapper")]);
    let mut task = views();
    task.mistakes.remove(0);
    let seen = || answers("inbox", None);
    assert_eq!(found(&task, &update_wrapper, seen(), seen()), None);
}

#[test]
fn another_failure_is_not_that_mistake() {
    let bare = facts(&[(FactKind::Decorator, "functools.wraps")]);
    let known = || answers("wrapper", None);
    assert_eq!(found(&views(), &bare, answers("other", None), known()), None);
    assert_eq!(found(&views(), &bare, answers("wrapper", Some("List the mail.")), known()), None);
}

#[test]
fn a_submission_that_passes_or_cannot_be_judged_is_no_mistake() {
    let right = || answers("inbox", Some("List the mail."));
    assert_eq!(found(&views(), &SyntaxFacts::default(), right(), right()), None);
    let broken = || Observation::tutor_failed("no worker");
    assert_eq!(found(&views(), &SyntaxFacts::default(), broken(), broken()), None);
}

#[test]
fn addresses_are_no_part_of_a_signature() {
    let task = task(vec![call("a", "repr(f)", equals("''"))]);
    let at = |address: &str| normal("", vec![value(text(&format!("<function f at {address}>")))]);
    let signature = |seen| Signature::of(&judged(&task, seen));
    assert_eq!(signature(at("0x7f12ab34cd56")), signature(at("0x55aa00bb11cc")));
    assert_ne!(signature(at("0x7f12ab34cd56")), signature(normal("", vec![value(text("f"))])));
}

#[test]
fn what_a_check_that_holds_gave_is_no_part_of_a_signature() {
    use crate::domain::check::Expect;
    let task =
        task(vec![call("a", "f()", Expect::Type("str".into())), call("b", "g()", equals("1"))]);
    let seen = |name: &str| normal("", vec![value(text(name)), value(Value::None)]);
    let signature = |seen| Signature::of(&judged(&task, seen));
    assert_eq!(signature(seen("x")), signature(seen("y")));
}

#[test]
fn the_exception_of_a_program_tells_two_failures_apart() {
    let task = task(vec![call("a", "f()", equals("1"))]);
    let raised = |class: &str| failed(exception(class, "no", FILE), 1);
    let signature = |seen| Signature::of(&judged(&task, seen));
    assert_eq!(signature(raised("NameError")), signature(raised("NameError")));
    assert_ne!(signature(raised("NameError")), signature(raised("TypeError")));
}

#[test]
fn rules_ask_for_a_check_a_value_and_an_exception() {
    let mut task = task(vec![
        call("a", "f()", equals("1")),
        call("b", "g()", equals("1")),
        stdout("c", "done\n"),
    ]);
    let seen = || {
        let raised = Answer::Raised(exception("KeyError", "'x'", FILE));
        normal("doing \n", vec![raised, value(text("two"))])
    };
    let mut matches = |rules: MistakeRules| {
        task.mistakes = vec![mistake("m", "…", rules)];
        found(&task, &SyntaxFacts::default(), seen(), seen()).is_some()
    };
    let rules = |check: Option<&str>, got: Option<&str>, exception: Option<&str>| MistakeRules {
        check: check.map(Into::into),
        got: got.map(Into::into),
        exception: exception.map(Into::into),
        source: vec![],
    };
    assert!(matches(rules(Some("b"), Some("'two'"), None)));
    assert!(!matches(rules(Some("b"), Some("2"), None)));
    assert!(!matches(rules(Some("nowhere"), None, None)));
    assert!(!matches(rules(None, Some("'two'"), None)), "the first failing check raised");
    assert!(matches(rules(None, None, Some("KeyError"))));
    assert!(!matches(rules(None, None, Some("ValueError"))));
    assert!(matches(rules(Some("c"), Some(r"'doing\n'"), None)));
}
