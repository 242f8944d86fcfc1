//! Judges tests that a learner wrote: they pass on the given code, and fail on each variant of it that is wrong.

use super::answer::{Finding, Seen};
use super::ending::raised_at;
use super::judge::Verdict;
use crate::domain::clean::Clean;
use crate::domain::run::Answer;
use crate::domain::value::Value;

/// What is wrong with tests by how they fare on the given code; nothing where they pass.
pub(super) fn on_given_code(answer: &Answer, tests: &[String], file: &str) -> Option<Finding> {
    if tests.is_empty() {
        let message = "there is no test yet: a test is a function whose name begins with `test`";
        return Some(Finding::said(Verdict::Fail, message));
    }
    let Answer::Raised(exception) = answer else { return None };
    let name = tests.last().map_or("", |name| name);
    let place = raised_at(exception, file).map_or(String::new(), |place| format!(", at {place}"));
    let finding = Finding {
        kind: "a test fails on the right code".to_owned(),
        expected: Some(Clean::line("every test passes on the code as it is given, which is right")),
        got: Some(Clean::line(format!("`{name}` fails: {}{place}", exception.headline()))),
        ..Finding::new(Verdict::Fail)
    };
    Some(finding.having_seen(Seen::Raised(exception.clone())))
}

/// What is said of tests by the variants, of so many, on which all of them pass.
pub(super) fn on_variants(uncaught: &[&str], total: usize) -> Finding {
    if uncaught.is_empty() {
        return Finding::new(Verdict::Pass);
    }
    let named: Vec<String> =
        uncaught.iter().map(|id| format!("\u{201c}{}\u{201d}", id.replace('-', " "))).collect();
    let expected = match total {
        1 => "a test fails on code that is wrong".to_owned(),
        _ => format!("a test fails on each of {total} variants of the code that are wrong"),
    };
    let finding = Finding {
        kind: "wrong code passes the tests".to_owned(),
        expected: Some(Clean::line(expected)),
        got: Some(Clean::line(format!("every test passes on {}", named.join(", ")))),
        ..Finding::new(Verdict::Fail)
    };
    finding.having_seen(Seen::Value(Value::Str(uncaught.join(" "))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::check::testing::{exception, value};

    #[test]
    fn without_tests_nothing_is_tested() {
        let finding = on_given_code(&value(Value::None), &[], "mine.py").unwrap();
        assert!(finding.message.unwrap().contains("whose name begins with `test`"));
    }

    #[test]
    fn a_test_that_fails_on_right_code_is_named_with_its_place() {
        let answer = Answer::Raised(exception("AssertionError", "no", "mine.py"));
        let tests = ["test_a".to_owned(), "test_b".to_owned()];
        let got = on_given_code(&answer, &tests, "mine.py").unwrap().got.unwrap();
        assert_eq!(&*got, "`test_b` fails: AssertionError: no, at line 3 of mine.py");
        assert!(on_given_code(&value(Value::None), &tests, "mine.py").is_none());
    }

    #[test]
    fn variants_that_nobody_finds_are_named() {
        assert_eq!(on_variants(&[], 3).verdict, Verdict::Pass);
        let finding = on_variants(&["loses-the-last", "sorts"], 3);
        let got = "every test passes on \u{201c}loses the last\u{201d}, \u{201c}sorts\u{201d}";
        assert_eq!(&*finding.got.unwrap(), got);
    }
}
