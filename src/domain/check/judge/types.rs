//! Judges what the type checker found.

use super::Bench;
use crate::domain::check::answer::{Finding, Seen};
use crate::domain::check::judge::Verdict;
use crate::domain::check::typed::{Checked, Spot, TypedText, TypesRule};
use crate::domain::clean::Clean;
use crate::domain::types::{self, Weight};
use crate::domain::value::Value;

/// The most findings that are told at once.
const TOLD: usize = 4;

/// A text, and what was found in it.
pub struct TypesSeen {
    /// The text.
    pub typed: TypedText,
    /// What came of it.
    pub checked: Checked,
}

impl Bench<'_> {
    pub(super) fn types(&self, rule: &TypesRule) -> Finding {
        if let Some(unreadable) = self.unreadable() {
            return unreadable;
        }
        let Some(TypesSeen { typed, checked }) = self.types else {
            return Finding::said(Verdict::Error, "the types were not looked at");
        };
        let found = match checked {
            Checked::Found(found) => found,
            Checked::TooMuch(why) => return Finding::said(Verdict::Fail, why),
            Checked::Unable(why) => {
                let message = format!("the types could not be checked: {why}");
                return Finding::said(Verdict::Error, message);
            }
        };
        match rule {
            TypesRule::Agree if self.looks_away() => {
                let message = "`no_type_check` keeps the type checker from looking: leave it out";
                Finding::said(Verdict::Fail, message)
            }
            TypesRule::Agree => agree(typed, found, &self.plan.file),
            TypesRule::Reveal { expression, shown } => reveal(typed, found, expression, shown),
        }
    }

    /// Whether the learner's text keeps the checker from looking at a part of it.
    fn looks_away(&self) -> bool {
        let names = self.facts.facts.iter().map(|fact| fact.name.rsplit('.').next());
        names.flatten().any(|name| name == "no_type_check")
    }
}

/// Whether nothing is found but what is to come.
fn agree(typed: &TypedText, found: &[types::Finding], file: &str) -> Finding {
    let counted: Vec<(Spot, &types::Finding)> = found
        .iter()
        .filter(|one| one.weight != Weight::Info)
        .filter_map(|one| Some((typed.spot(one)?, one)))
        .collect();
    let is_marked = |spot: Spot, rule: &str| typed.marks().any(|mark| mark == (spot, rule));
    let is_found =
        |spot: Spot, rule: &str| counted.iter().any(|(at, one)| (*at, &*one.rule) == (spot, rule));
    let mut unmarked: Vec<_> =
        counted.iter().filter(|(spot, one)| !is_marked(*spot, &one.rule)).collect();
    // What the learner can change stands first, and an unknown name before what follows from it.
    unmarked.sort_by_key(|(spot, one)| {
        (!typed.is_learners(*spot), *spot, &*one.rule != "unresolved-reference")
    });
    let missing: Vec<_> = typed.marks().filter(|(spot, rule)| !is_found(*spot, rule)).collect();
    if unmarked.is_empty() && typed.lost().is_empty() && !is_reached(typed, found) {
        return never_reached();
    }
    let told = unmarked
        .iter()
        .map(|(spot, one)| format!("{}: {} ({})", typed.words(*spot, file), one.message, one.rule))
        .chain(missing.iter().map(|(spot, rule)| accepted(typed, *spot, rule, file)))
        .chain(
            typed
                .lost()
                .iter()
                .map(|line| format!("this line is to stay as it was, and is gone: `{line}`")),
        );
    let mut once: Vec<Clean> = Vec::new();
    for one in told.map(Clean::line) {
        if !once.contains(&one) {
            once.push(one);
        }
    }
    let Some((first, rest)) = once.split_first() else { return Finding::new(Verdict::Pass) };
    let mut notes: Vec<Clean> = unmarked.first().map_or(Vec::new(), |(_, one)| one.notes.clone());
    notes.extend(rest.iter().take(TOLD - 1).cloned());
    if rest.len() >= TOLD {
        notes.push(Clean::line(format!("and {} more", rest.len() + 1 - TOLD)));
    }
    let lost = typed.lost().iter().map(|line| format!("gone: {line}"));
    let mut seen: Vec<String> = unmarked
        .iter()
        .map(|(spot, one)| evidence(typed, *spot, &one.rule, file))
        .chain(
            missing
                .iter()
                .map(|(spot, rule)| format!("accepted: {rule} at {}", typed.words(*spot, file))),
        )
        .chain(lost)
        .collect();
    seen.sort();
    seen.dedup();
    Finding {
        kind: "the types do not agree".to_owned(),
        message: Some(first.clone()),
        notes,
        seen: seen.into_iter().map(|one| Seen::Value(Value::Str(one))).collect(),
        ..Finding::new(Verdict::Fail)
    }
}

/// Whether the end of the text is reached: code that ends the program keeps what comes after it from being looked at.
fn is_reached(typed: &TypedText, found: &[types::Finding]) -> bool {
    let told = typed.last_line().and_then(|line| answer(found, line));
    told.is_some_and(|shown| shown != "Never")
}

/// What is not looked at does not agree.
fn never_reached() -> Finding {
    let message = "the type checker sees that your code never comes to its end, so it looks at nothing after that";
    Finding::said(Verdict::Fail, message)
        .having_seen(Seen::Value(Value::Str("never reached".to_owned())))
}

/// Whether an expression has a type.
fn reveal(typed: &TypedText, found: &[types::Finding], expression: &str, wanted: &str) -> Finding {
    let line = typed.line_of(expression).unwrap_or(0);
    let shown = answer(found, line);
    if shown.is_some_and(|shown| without_space(shown) == without_space(wanted)) {
        return Finding::new(Verdict::Pass);
    }
    let wrong = found.iter().find(|one| {
        let at = one.stretch.start.line == line && one.revealed.is_none();
        at && one.weight != Weight::Info
    });
    let wrong = wrong.map(|wrong| format!("{} ({})", wrong.message, wrong.rule));
    let (got, beside) = match (shown, wrong) {
        (Some(shown), Some(wrong)) => (shown.to_owned(), Some(format!("it is refused: {wrong}"))),
        (Some(shown), None) => (shown.to_owned(), meaning(shown).map(str::to_owned)),
        (None, Some(wrong)) => (wrong, None),
        (None, None) => ("no type: the type checker never comes to this".to_owned(), None),
    };
    Finding {
        kind: "the type is another".to_owned(),
        call: Some(Clean::line(expression)),
        expected: Some(Clean::line(wanted)),
        notes: beside.into_iter().map(Clean::line).collect(),
        got: Some(Clean::line(&got)),
        ..Finding::new(Verdict::Fail)
    }
    .having_seen(Seen::Value(Value::Str(shown.map_or(got, str::to_owned))))
}

/// What is to be said of a type that says nothing by itself.
fn meaning(shown: &str) -> Option<&'static str> {
    match shown {
        "Unknown" => {
            Some("Unknown: an annotation is missing, or the type checker cannot make it out")
        }
        "Never" => Some("Never: the type checker sees that the code never comes to this"),
        _ => None,
    }
}

/// The type that is told at a line.
fn answer(found: &[types::Finding], line: u32) -> Option<&str> {
    let mut told = found.iter().filter(|one| one.stretch.start.line == line);
    told.find_map(|one| one.revealed.as_deref())
}

fn accepted(typed: &TypedText, spot: Spot, rule: &str, file: &str) -> String {
    let place = typed.words(spot, file);
    match typed.code(spot) {
        Some(code) => {
            format!("{place} should be refused ({rule}), and the type checker accepts it: `{code}`")
        }
        None => {
            format!(
                "something in {place} should be refused ({rule}), and the type checker accepts it"
            )
        }
    }
}

/// What two programs that fail alike have in common of a finding: where it stands in the learner's own text is not.
fn evidence(typed: &TypedText, spot: Spot, rule: &str, file: &str) -> String {
    if typed.is_learners(spot) {
        return rule.to_owned();
    }
    format!("{rule} at {}", typed.words(spot, file))
}

fn without_space(text: &str) -> String {
    text.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::check::judge::{CheckResult, judge};
    use crate::domain::check::plan::Plan;
    use crate::domain::check::source::SyntaxFacts;
    use crate::domain::check::testing::{check, code, hidden, task};
    use crate::domain::check::{Check, Rule};
    use crate::domain::exercise::CodeTask;
    use crate::domain::run::Limits;
    use crate::domain::types::{Spot as At, Stretch};

    const TEXT: &str = "a = 1\nb = 2\n";

    /// Found at a line of the whole text: 1 is given, 2 and 3 are the learner's, 4 is the probe, then come the questions.
    fn finding(line: u32, rule: &str, message: &str) -> types::Finding {
        let start = At { line, column: 1 };
        types::Finding {
            rule: Clean::line(rule),
            weight: Weight::Error,
            stretch: Stretch { start, end: start },
            message: Clean::line(message),
            notes: Vec::new(),
            revealed: None,
        }
    }

    fn told(line: u32, shown: &str) -> types::Finding {
        let revealed = Some(Clean::line(shown));
        types::Finding {
            weight: Weight::Info,
            revealed,
            ..finding(line, "revealed-type", "Revealed type")
        }
    }

    fn agreeing() -> CodeTask {
        task(vec![check("the types agree", Rule::Types(TypesRule::Agree))])
    }

    fn asking(check: Check) -> CodeTask {
        task(vec![check])
    }

    fn reveal(shown: &str) -> Check {
        let rule = TypesRule::Reveal { expression: "f(1)".into(), shown: shown.into() };
        check("gives it", Rule::Types(rule))
    }

    fn judged(task: &CodeTask, checked: Checked) -> CheckResult {
        let plan = Plan::new(task, "mine.py", TEXT, &Limits::default());
        assert!(plan.runs.is_empty());
        let typed = TypedText::new(task, TEXT).unwrap();
        let types = TypesSeen { typed, checked };
        let judgement = judge(&plan, task, &[], &SyntaxFacts::default(), Some(&types));
        judgement.results.into_iter().next().unwrap()
    }

    fn found(task: &CodeTask, found: &[types::Finding]) -> CheckResult {
        judged(task, Checked::Found(found.to_vec()))
    }

    #[test]
    fn what_is_only_told_is_no_finding() {
        let result = found(&agreeing(), &[told(2, "int"), told(5, "str")]);
        assert_eq!(result.verdict, Verdict::Pass);
    }

    #[test]
    fn a_finding_is_told_where_it_stands_the_learners_own_first() {
        let task = agreeing();
        let result =
            found(&task, &[finding(1, "a-b", "one"), finding(3, "c", "two"), told(5, "str")]);
        assert_eq!(result.verdict, Verdict::Fail);
        assert_eq!(&*result.message.unwrap(), "line 2 of mine.py: two (c)");
        assert_eq!(result.notes, [Clean::line("line 1 of given.py: one (a-b)")]);
    }

    #[test]
    fn a_marked_finding_is_wanted_and_any_other_there_is_not() {
        let mut task = agreeing();
        let probe = task.probe.as_mut().unwrap();
        probe.code = code("f('x')  # expect: invalid-argument-type\n");
        let wanted = finding(4, "invalid-argument-type", "no");
        assert_eq!(found(&task, &[wanted.clone(), told(5, "str")]).verdict, Verdict::Pass);
        let message = found(&task, &[told(5, "str")]).message.unwrap();
        let accepted = "line 1 of probe.py should be refused (invalid-argument-type), and the type checker accepts it: `f('x')`";
        assert_eq!(&*message, accepted);
        let message = found(&task, &[finding(4, "other", "no"), wanted]).message.unwrap();
        assert_eq!(&*message, "line 1 of probe.py: no (other)");
    }

    #[test]
    fn a_hidden_probe_is_not_quoted() {
        let mut task = agreeing();
        let probe = task.probe.as_mut().unwrap();
        probe.code = code("secret('x')  # expect: invalid-argument-type\n");
        probe.hidden = true;
        let message = found(&task, &[told(5, "str")]).message.unwrap();
        assert!(message.contains("is not shown") && !message.contains("secret"), "{message}");
    }

    #[test]
    fn what_is_never_reached_does_not_agree() {
        for found_there in [vec![], vec![told(5, "Never")]] {
            let result = found(&agreeing(), &found_there);
            assert_eq!(result.verdict, Verdict::Fail);
            assert!(result.message.unwrap().contains("never comes to its end"));
        }
    }

    #[test]
    fn a_marked_line_of_the_starter_that_is_gone_is_missed() {
        let mut task = agreeing();
        task.starter = code("x: int = ''  # expect: invalid-assignment\n");
        let message = found(&task, &[told(5, "str")]).message.unwrap();
        assert!(message.contains("is gone: `x: int = ''"), "{message}");
    }

    #[test]
    fn a_type_is_compared_but_for_white_space() {
        let task = asking(reveal("dict[str,int]"));
        assert_eq!(found(&task, &[told(5, "dict[str, int]")]).verdict, Verdict::Pass);
        let result = found(&task, &[told(5, "object")]);
        let part = |text: Option<Clean>| text.map(|text| text.to_string()).unwrap_or_default();
        assert_eq!(part(result.call), "f(1)");
        assert_eq!([part(result.expected), part(result.got)], ["dict[str,int]", "object"]);
    }

    #[test]
    fn what_is_wrong_with_the_expression_is_told_beside_its_type() {
        let task = asking(reveal("int"));
        let wrong = finding(5, "unresolved-reference", "Name `f` used when not defined");
        let result = found(&task, &[wrong.clone(), told(5, "Unknown")]);
        assert_eq!(&*result.got.unwrap(), "Unknown");
        let refused = "it is refused: Name `f` used when not defined (unresolved-reference)";
        assert_eq!(result.notes, [Clean::line(refused)]);
        let got = found(&task, &[wrong]).got.unwrap();
        assert_eq!(&*got, "Name `f` used when not defined (unresolved-reference)");
        assert!(found(&task, &[]).got.unwrap().contains("never comes to this"));
    }

    #[test]
    fn a_type_that_says_nothing_by_itself_is_explained() {
        let task = asking(reveal("int"));
        for shown in ["Unknown", "Never"] {
            let result = found(&task, &[told(5, shown)]);
            assert_eq!(&*result.got.unwrap(), shown);
            assert!(result.notes[0].starts_with(&format!("{shown}: ")), "{:?}", result.notes);
        }
        assert!(found(&task, &[told(5, "object")]).notes.is_empty());
    }

    #[test]
    fn what_is_found_twice_is_told_once_and_an_unknown_name_before_what_follows_from_it() {
        let form = finding(2, "invalid-type-form", "no type");
        let name = finding(2, "unresolved-reference", "no P");
        let result = found(&agreeing(), &[form.clone(), name.clone(), form, name, told(5, "str")]);
        assert_eq!(&*result.message.unwrap(), "line 1 of mine.py: no P (unresolved-reference)");
        assert_eq!(result.notes, [Clean::line("line 1 of mine.py: no type (invalid-type-form)")]);
    }

    #[test]
    fn code_that_never_ends_is_told_before_the_marks_that_it_keeps_from_being_met() {
        let mut task = agreeing();
        let probe = task.probe.as_mut().unwrap();
        probe.code = code("f('x')  # expect: invalid-argument-type\n");
        let result = found(&task, &[told(5, "Never")]);
        assert!(result.message.unwrap().contains("never comes to its end"));
    }

    #[test]
    fn of_a_hidden_check_only_the_kind_of_difference_is_told() {
        let task = asking(hidden(reveal("SECRET")));
        let result = found(&task, &[told(5, "object")]);
        assert_eq!((result.expected, result.got), (None, None));
        assert_eq!(&*result.message.unwrap(), "the type is another");
    }

    #[test]
    fn without_a_checker_nothing_is_held_against_the_learner() {
        let result = judged(&agreeing(), Checked::Unable("there is none".into()));
        assert_eq!(result.verdict, Verdict::Error);
        let result = judged(&agreeing(), Checked::TooMuch("it nests too deeply".into()));
        assert_eq!(result.verdict, Verdict::Fail);
    }
}
