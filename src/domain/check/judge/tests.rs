//! Verdicts on observations made by hand.

use super::*;
use crate::domain::check::plan::Plan;
use crate::domain::check::source::{Fact, FactKind};
use crate::domain::check::testing::{
    call, cases, ended, equals, exception, failed, hidden, int, needing, normal, source, stdout,
    task, text, value,
};
use crate::domain::run::{Limits, Outcome};
use crate::domain::value::Value;

const FILE: &str = "two_views.py";

fn judged(task: &CodeTask, seen: &[Observation]) -> Judgement {
    judged_with(task, seen, &SyntaxFacts::default())
}

fn judged_with(task: &CodeTask, seen: &[Observation], facts: &SyntaxFacts) -> Judgement {
    let plan = Plan::new(task, FILE, "x = 1\n", &Limits::default());
    judge(&plan, task, seen, facts, None)
}

fn verdicts(judgement: &Judgement) -> Vec<Verdict> {
    judgement.results.iter().map(|result| result.verdict).collect()
}

fn message(result: &CheckResult) -> &str {
    result.message.as_deref().unwrap_or("")
}

use Verdict::{Error, Fail, Pass, Skipped};

#[test]
fn right_answers_and_output_pass() {
    let task = task(vec![call("a", "f(1)", equals("2")), stdout("b", "hi\n")]);
    let judgement = judged(&task, &[normal("hi\n", vec![value(int(2))])]);
    assert!(judgement.passed);
    assert_eq!(judgement.failure, None);
    assert_eq!(judgement.points, None);
}

#[test]
fn a_wrong_answer_says_what_was_expected_and_what_came() {
    let task = task(vec![call("a", "view.__name__", equals("'inbox'"))]);
    let judgement = judged(&task, &[normal("", vec![value(text("wrapper"))])]);
    let result = &judgement.results[0];
    assert_eq!(result.verdict, Fail);
    assert_eq!(result.call.as_deref(), Some("view.__name__"));
    assert_eq!(result.expected.as_deref(), Some("'inbox'"));
    assert_eq!(result.got.as_deref(), Some("'wrapper'"));
}

#[test]
fn a_hidden_check_shows_its_name_and_the_kind_of_difference_alone() {
    let task = task(vec![hidden(call("a", "secret(1)", equals("'answer'")))]);
    let seen = [normal("", vec![]), normal("", vec![value(int(42))])];
    let judgement = judged(&task, &seen);
    let shown = format!("{:?}", judgement.results);
    for secret in ["secret", "answer", "42"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert_eq!(message(&judgement.results[0]), "a value of another type came");
}

#[test]
fn an_exception_of_the_program_is_told_once_with_its_line() {
    let task = task(vec![
        hidden(call("a", "f(0)", equals("0"))),
        call("b", "f(1)", equals("1")),
        call("c", "f(2)", equals("2")),
        stdout("d", "hi\n"),
    ]);
    let error = exception("NameError", "name 'y' is not defined", FILE);
    let seen = [failed(error.clone(), 2), failed(error, 1)];
    let judgement = judged(&task, &seen);
    assert_eq!(verdicts(&judgement), [Skipped, Fail, Skipped, Skipped]);
    assert_eq!(
        message(&judgement.results[1]),
        "NameError: name 'y' is not defined (line 3 of two_views.py)"
    );
    assert_eq!(message(&judgement.results[2]), "the program did not come to its end");
    let failure = judgement.failure.unwrap();
    assert_eq!((failure.file.as_deref(), failure.line), (Some(FILE), Some(3)));
}

#[test]
fn an_exception_of_one_call_leaves_the_others_alone() {
    let task = task(vec![call("a", "f(1)", equals("1")), call("b", "f(2)", equals("2"))]);
    let answers = vec![Answer::Raised(exception("KeyError", "'x'", FILE)), value(int(2))];
    let judgement = judged(&task, &[normal("", answers)]);
    assert_eq!(verdicts(&judgement), [Fail, Pass]);
    let result = &judgement.results[0];
    assert_eq!(message(result), "raised at line 3 of two_views.py");
    assert_eq!(result.got.as_deref(), Some("KeyError: 'x'"));
}

#[test]
fn a_call_that_does_not_end_fails_and_later_ones_are_not_reached() {
    let task = task(vec![
        stdout("a", "hi"),
        call("b", "f(1)", equals("1")),
        call("c", "f(2)", equals("2")),
        call("d", "f(3)", equals("3")),
    ]);
    let mut seen = normal("hi\n", vec![value(int(1)), Answer::Missing, Answer::Missing]);
    seen.outcome = Outcome::Timeout;
    let judgement = judged(&task, &[seen]);
    assert_eq!(verdicts(&judgement), [Pass, Pass, Fail, Skipped]);
    assert_eq!(
        message(&judgement.results[2]),
        "the program was stopped after 5 s: it had not come to an end"
    );
}

#[test]
fn ending_early_never_passes() {
    let task = task(vec![call("a", "f(1)", equals("1")), call("b", "f(2)", equals("2"))]);
    for seen in [normal("", vec![]), normal("", vec![Answer::Missing, Answer::Missing])] {
        let judgement = judged(&task, &[seen]);
        assert_eq!(verdicts(&judgement), [Fail, Skipped]);
        assert!(message(&judgement.results[0]).starts_with("the program ended itself before"));
    }
    assert!(!judged(&task, &[]).passed);
}

#[test]
fn a_run_that_ends_badly_after_its_last_answer_does_not_pass() {
    let task = task(vec![call("a", "f(1)", equals("1"))]);
    let judgement = judged(&task, &[ended(Outcome::Crash, vec![value(int(1))])]);
    assert_eq!(verdicts(&judgement), [Fail]);
    assert_eq!(message(&judgement.results[0]), "the program crashed");
}

#[test]
fn what_a_check_needs_comes_first() {
    let task = task(vec![
        needing("b", call("a", "f(1)", equals("1"))),
        call("b", "f(2)", equals("2")),
        needing("a", call("c", "f(3)", equals("3"))),
    ]);
    let answers = vec![value(int(1)), value(int(0)), value(int(3))];
    let judgement = judged(&task, &[normal("", answers)]);
    assert_eq!(verdicts(&judgement), [Skipped, Fail, Skipped]);
    assert_eq!(message(&judgement.results[2]), "waits for “a”");
}

#[test]
fn the_tutors_own_fault_is_no_failure_of_the_learner() {
    let task = task(vec![call("a", "f(1)", equals("1")), stdout("b", "hi\n")]);
    let judgement = judged(&task, &[Observation::tutor_failed("no worker")]);
    assert_eq!(verdicts(&judgement), [Error, Skipped]);
    assert!(message(&judgement.results[0]).ends_with("which is not your fault: no worker"));
}

#[test]
fn an_answer_is_compared_with_the_solutions() {
    let task = task(vec![call("a", "f(1)", Expect::SameAsSolution)]);
    let reference = normal("", vec![value(int(7))]);
    let right = judged(&task, &[normal("", vec![value(int(7))]), reference.clone()]);
    assert!(right.passed);
    let wrong = judged(&task, &[normal("", vec![value(int(8))]), reference]);
    assert_eq!(wrong.results[0].expected.as_deref(), Some("7"));
}

#[test]
fn a_solution_that_fails_or_gives_no_data_is_the_packs_fault() {
    let task = task(vec![call("a", "f(1)", Expect::SameAsSolution)]);
    let learner = normal("", vec![value(int(7))]);
    let object = Value::Object { class: "builtins.object".into(), data: None, fields: vec![] };
    for reference in [
        failed(exception("NameError", "no", FILE), 1),
        normal("", vec![value(object)]),
        normal("", vec![Answer::Missing]),
    ] {
        let judgement = judged(&task, &[learner.clone(), reference]);
        assert_eq!(verdicts(&judgement), [Error]);
        assert!(message(&judgement.results[0]).contains("the pack's fault"));
    }
}

#[test]
fn a_value_of_another_type_comes_with_what_may_lie_behind_it() {
    let task = task(vec![call("a", "f()", Expect::Type("generator".to_owned()))]);
    let own = Value::Object { class: "__main__.generator".into(), data: None, fields: Vec::new() };
    for (got, note) in [
        (Value::None, "a function that ends without `return` gives `None`"),
        (own, "it is a class of the program's own that bears the name"),
    ] {
        let judgement = judged(&task, &[normal("", vec![value(got)])]);
        assert_eq!(judgement.results[0].notes[0].as_str(), note);
    }
}

#[test]
fn a_solution_that_raises_asks_for_the_same_type() {
    let task = task(vec![call("a", "f(1)", Expect::SameAsSolution)]);
    let raised =
        |class: &str| normal("", vec![Answer::Raised(exception(class, "any words", FILE))]);
    assert!(judged(&task, &[raised("KeyError"), raised("KeyError")]).passed);
    assert!(!judged(&task, &[raised("IndexError"), raised("KeyError")]).passed);
    assert!(!judged(&task, &[normal("", vec![value(int(1))]), raised("KeyError")]).passed);
}

#[test]
fn of_several_cases_the_first_that_fails_speaks() {
    let task = task(vec![cases(
        "a",
        &[("f(1)", equals("1")), ("f(2)", equals("2")), ("f(3)", equals("3"))],
    )]);
    let seen = [1, 0, 0].map(|n| normal("", vec![value(int(n))]));
    let main = normal("", vec![]);
    let judgement = judged(&task, &[&[main], &seen[..]].concat());
    let result = &judgement.results[0];
    assert_eq!((result.verdict, result.call.as_deref()), (Fail, Some("f(2)")));
    assert_eq!(result.notes.last().map(Clean::as_str), Some("2 of 3 cases fail"));
}

#[test]
fn the_source_is_judged_apart_from_the_run() {
    let task = task(vec![source("a", FactKind::Node, "yield"), call("b", "f(1)", equals("1"))]);
    let facts = SyntaxFacts {
        facts: vec![Fact {
            kind: FactKind::Node,
            name: "yield".into(),
            called: false,
            within: vec![],
            line: 2,
        }],
        ..SyntaxFacts::default()
    };
    let seen = [failed(exception("NameError", "no", FILE), 1)];
    assert_eq!(verdicts(&judged_with(&task, &seen, &facts)), [Pass, Fail]);
    assert_eq!(message(&judged(&task, &seen).results[0]), "there is no `yield`");
}

#[test]
fn code_that_cannot_be_read_passes_no_check_of_its_source() {
    let lacks = Rule::Source(vec![crate::domain::check::testing::lacks(FactKind::Call, "eval")]);
    let task = task(vec![crate::domain::check::testing::check("a", lacks)]);
    let facts =
        SyntaxFacts { error: Some((4, "a colon is missing".into())), ..SyntaxFacts::default() };
    let judgement = judged_with(&task, &[normal("", vec![])], &facts);
    assert_eq!(verdicts(&judgement), [Fail]);
    assert_eq!(
        message(&judgement.results[0]),
        "the code cannot be read: a colon is missing (line 4 of two_views.py)"
    );
}

#[test]
fn points_are_summed_where_they_are_given() {
    let mut task = task(vec![call("a", "f(1)", equals("1")), call("b", "f(2)", equals("2"))]);
    task.checks[0].worth = Some(Worth { points: 3, criterion: None });
    task.checks[1].worth = Some(Worth { points: 2, criterion: None });
    let judgement = judged(&task, &[normal("", vec![value(int(1)), value(int(0))])]);
    assert_eq!(judgement.points, Some(Points { earned: 3, possible: 5, rubric: Vec::new() }));
}

#[test]
fn a_rubric_sums_the_points_of_each_criterion() {
    let checks = ["a", "b", "c"].map(|name| call(name, "f(1)", equals("1")));
    let mut task = task(checks.into());
    for (check, (points, criterion)) in
        task.checks.iter_mut().zip([(2, "correctness"), (1, "failure paths"), (3, "correctness")])
    {
        check.worth = Some(Worth { points, criterion: Some(Clean::line(criterion)) });
    }
    let seen = vec![value(int(1)), value(int(1)), value(int(0))];
    let points = judged(&task, &[normal("", seen)]).points.unwrap();
    assert_eq!((points.earned, points.possible), (3, 6));
    let rows = points.rubric.iter().map(|row| (&*row.name, row.earned, row.possible));
    assert_eq!(rows.collect::<Vec<_>>(), [("correctness", 2, 5), ("failure paths", 1, 1)]);
}

#[test]
fn a_broken_expectation_is_the_packs_fault() {
    let task = task(vec![call("a", "f(1)", equals("Decimal('1')"))]);
    let judgement = judged(&task, &[normal("", vec![value(int(1))])]);
    assert_eq!(verdicts(&judgement), [Error]);
}

#[test]
fn a_program_that_does_not_end_is_not_run_for_each_case() {
    let task = task(vec![cases("a", &[("f(1)", equals("1")), ("f(2)", equals("2"))])]);
    let plan = Plan::new(&task, FILE, "x = 1\n", &Limits::default());
    assert!(worth_going_on(&plan, &[]));
    assert!(worth_going_on(&plan, &[normal("", vec![])]));
    assert!(!worth_going_on(&plan, &[ended(Outcome::Timeout, vec![])]));
    assert!(!worth_going_on(&plan, &[failed(exception("NameError", "no", FILE), 0)]));
    let raised = ended(Outcome::Crash, vec![Answer::Missing]);
    assert!(worth_going_on(&plan, &[normal("", vec![]), raised.clone()]));
    let judgement = judged(&task, &[ended(Outcome::Timeout, vec![])]);
    assert_eq!(verdicts(&judgement), [Fail]);
    assert!(message(&judgement.results[0]).starts_with("the program was stopped after 5 s"));
}
