//! Recognizes a submission that fails in the way of a known wrong program.

use std::sync::LazyLock;

use regex::Regex;

use super::answer::Seen;
use super::compare::compare;
use super::judge::{Judgement, Verdict};
use super::raises::is_a;
use super::source::SyntaxFacts;
use super::{Rule, canonical, literal, source_rules, stdout};
use crate::domain::exercise::{CodeTask, Mistake, MistakeRules};
use crate::domain::run::Exception;
use crate::domain::value::{Value, short_name};

/// How a submission failed: for each check the verdict and, where it does not hold, what came. Equal signatures mean that
/// two programs fail alike; values are exact in type, and addresses are left out.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Signature {
    checks: Vec<(Verdict, Vec<String>)>,
    exception: Option<String>,
}

impl Signature {
    /// The signature of a judgement.
    #[must_use]
    pub fn of(judgement: &Judgement) -> Self {
        let checks = judgement.results.iter().zip(&judgement.evidence);
        let checks = checks.map(|(result, seen)| match result.verdict {
            Verdict::Pass => (Verdict::Pass, Vec::new()),
            verdict => (verdict, seen.iter().map(trace).collect()),
        });
        Self {
            checks: checks.collect(),
            exception: judgement.exception.as_ref().map(|exception| exception.class.clone()),
        }
    }
}

/// What is compared of something seen.
fn trace(seen: &Seen) -> String {
    static ADDRESS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new("0x[0-9a-f]{6,}").expect("the pattern is a constant"));
    match seen {
        Seen::Value(value) => ADDRESS.replace_all(&canonical::text(value), "0x…").into_owned(),
        Seen::Raised(exception) => format!("raised {}", exception.class),
        Seen::Missing(outcome) => format!("missing {}", outcome.word()),
    }
}

/// The mistakes whose rules hold of a failed submission, the most specific first, then in the author's order. Whether
/// it also fails in their way is for [`find`] to say.
#[must_use]
pub fn candidates<'t>(
    task: &'t CodeTask,
    facts: &SyntaxFacts,
    judgement: &Judgement,
) -> Vec<&'t Mistake> {
    if judgement.passed || judgement.results.iter().any(|r| r.verdict == Verdict::Error) {
        return Vec::new();
    }
    let holds = |mistake: &&Mistake| rules_hold(&mistake.rules, task, facts, judgement);
    let mut candidates: Vec<&Mistake> = task.mistakes.iter().filter(holds).collect();
    candidates.sort_by_key(|mistake| std::cmp::Reverse(weight(&mistake.rules)));
    candidates
}

/// The mistake behind a failed submission: its rules hold, and its wrong program has the same signature. Of several,
/// the one with the most rules. `known` holds signatures by the mistakes' ids.
#[must_use]
pub fn find<'t>(
    task: &'t CodeTask,
    facts: &SyntaxFacts,
    judgement: &Judgement,
    known: &[(&str, Signature)],
) -> Option<&'t Mistake> {
    let signature = Signature::of(judgement);
    let alike = |id: &str| known.iter().any(|(other, known)| *other == id && *known == signature);
    candidates(task, facts, judgement).into_iter().find(|mistake| alike(&mistake.id))
}

fn weight(rules: &MistakeRules) -> usize {
    let single = [rules.check.is_some(), rules.got.is_some(), rules.exception.is_some()];
    single.iter().filter(|there| **there).count() + rules.source.len()
}

fn rules_hold(
    rules: &MistakeRules,
    task: &CodeTask,
    facts: &SyntaxFacts,
    judgement: &Judgement,
) -> bool {
    let failed = |index: usize| judgement.results[index].verdict == Verdict::Fail;
    let subject = match &rules.check {
        Some(name) => judgement.results.iter().position(|result| *result.name == **name),
        None => (0..judgement.results.len()).find(|index| failed(*index)),
    };
    let check_holds = rules.check.is_none() || subject.is_some_and(failed);
    let got_holds = rules.got.as_ref().is_none_or(|wanted| {
        subject
            .is_some_and(|index| got(wanted, &task.checks[index].rule, &judgement.evidence[index]))
    });
    check_holds
        && got_holds
        && rules.exception.as_ref().is_none_or(|class| exception_came(class, judgement))
        && source_rules::hold(&rules.source, facts)
}

/// Whether a value, given as a literal, is among what came for a check.
fn got(wanted: &str, rule: &Rule, seen: &[Seen]) -> bool {
    let wanted = match (literal::parse(wanted), rule) {
        (Ok(Value::Str(text)), Rule::Stdout(_)) => Value::Str(stdout::plain(&text)),
        (Ok(value), _) => value,
        (Err(_), _) => return false,
    };
    seen.iter().any(|seen| matches!(seen, Seen::Value(value) if compare(&wanted, value).is_none()))
}

fn exception_came(class: &str, judgement: &Judgement) -> bool {
    let raised = judgement.evidence.iter().flatten().filter_map(|seen| match seen {
        Seen::Raised(exception) => Some(exception),
        _ => None,
    });
    let named = |exception: &Exception| {
        short_name(&exception.class) == short_name(class) || is_a(exception, class)
    };
    raised.chain(&judgement.exception).any(named)
}

#[cfg(test)]
mod tests;
