//! From observations to verdicts. Pure: whoever carried out the plan hands in what was seen.

use serde::Serialize;

use super::answer::{self, Cause, Finding, Seen};
use super::ending::{self, Failure};
use super::plan::{MAIN, Plan, Side, Site};
use super::source::{SourceRule, SyntaxFacts};
use super::{Check, Expect, Raises, Rule, Worth, lines, source_rules, stdout};
use crate::domain::clean::Clean;
use crate::domain::exercise::CodeTask;
use crate::domain::run::{Answer, Exception, Frame, Observation, Outcome};

mod own_runs;
mod types;

pub use types::TypesSeen;

/// What is said of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It holds.
    Pass,
    /// It does not.
    Fail,
    /// It was not looked at.
    Skipped,
    /// It could not be judged: the pack's or the tutor's fault, never the learner's.
    Error,
}

impl Verdict {
    /// The word that commands print.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Skipped => "skipped",
            Self::Error => "error",
        }
    }
}

/// What became of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckResult {
    /// Its name.
    pub name: Clean,
    /// What is said of it.
    pub verdict: Verdict,
    /// Whether it is hidden: then no expression, expected value or value got is in here.
    pub hidden: bool,
    /// The expression that was evaluated; of several cases, the first that failed.
    pub call: Option<Clean>,
    /// What was expected; may hold several lines.
    pub expected: Option<Clean>,
    /// What came; may hold several lines.
    pub got: Option<Clean>,
    /// What happened, in one sentence without a full stop.
    pub message: Option<Clean>,
    /// More about it, such as where exactly the two differ.
    pub notes: Vec<Clean>,
}

/// Points of a submission.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Points {
    /// Of the checks that hold.
    pub earned: u32,
    /// Of all checks.
    pub possible: u32,
    /// What they are made of, in the order in which the checks name their criteria.
    pub rubric: Vec<Criterion>,
}

/// A row of a rubric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Criterion {
    /// What is looked at, such as `failure paths`.
    pub name: Clean,
    /// Of its checks that hold.
    pub earned: u32,
    /// Of all its checks.
    pub possible: u32,
}

/// What is said of a submission.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Whether every check holds.
    pub passed: bool,
    /// One for each check, in order.
    pub results: Vec<CheckResult>,
    /// The place of the run whose output is the submission's, among the plan's runs.
    pub run: usize,
    /// What kept the program from its end.
    pub failure: Option<Failure>,
    /// Where checks bear points.
    pub points: Option<Points>,
    /// One for each check: what came, as data.
    pub(super) evidence: Vec<Vec<Seen>>,
    /// What came out of the program itself, as an exception.
    pub(super) exception: Option<Exception>,
}

/// Where in the learner's text a check's exception comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blame {
    /// The innermost place in that text.
    pub frame: Frame,
    /// The exception, as Python prints it at the end of a traceback.
    pub headline: Clean,
}

impl Judgement {
    /// Where the exception comes from that the first failing check met, of those that the learner sees. `file` is the
    /// learner's.
    #[must_use]
    pub fn blame(&self, file: &str) -> Option<Blame> {
        let failing = self.results.iter().zip(&self.evidence);
        let failing =
            failing.filter(|(result, _)| result.verdict == Verdict::Fail && !result.hidden);
        failing.flat_map(|(_, seen)| seen).find_map(|seen| {
            let Seen::Raised(exception) = seen else { return None };
            let frame = exception.frames.iter().rev().find(|frame| frame.file == file)?;
            Some(Blame { frame: frame.clone(), headline: Clean::line(exception.headline()) })
        })
    }
}

/// Judges what was seen. `seen` holds one observation for each run of the plan, in order; runs at its end that are
/// missing were not carried out, and what hangs on them is skipped. `types` is what the type checker found, where a check
/// asks for it.
#[must_use]
pub fn judge(
    plan: &Plan,
    task: &CodeTask,
    seen: &[Observation],
    facts: &SyntaxFacts,
    types: Option<&TypesSeen>,
) -> Judgement {
    let bench = Bench { plan, seen, facts, types };
    let mut findings: Vec<Finding> = task
        .checks
        .iter()
        .zip(&plan.sites)
        .map(|(check, sites)| bench.look(check, sites))
        .collect();
    hold_needs(&task.checks, &mut findings);
    let evidence = findings.iter_mut().map(|finding| std::mem::take(&mut finding.seen)).collect();
    tell_once(&task.checks, &mut findings);
    let results: Vec<CheckResult> =
        task.checks.iter().zip(findings).map(|(check, finding)| shown(check, finding)).collect();
    let main = seen.get(MAIN);
    Judgement {
        passed: !results.is_empty() && results.iter().all(|r| r.verdict == Verdict::Pass),
        points: points(&task.checks, &results),
        results,
        run: MAIN,
        failure: bench.main_failure(),
        evidence,
        exception: main.and_then(|main| main.exception.clone()),
    }
}

/// What is looked at.
struct Bench<'j> {
    plan: &'j Plan,
    seen: &'j [Observation],
    facts: &'j SyntaxFacts,
    types: Option<&'j TypesSeen>,
}

impl Bench<'_> {
    fn look(&self, check: &Check, sites: &[Site]) -> Finding {
        match &check.rule {
            Rule::Stdout(rule) => self.stdout(rule),
            Rule::Source(rules) => self.source(rules),
            Rule::Call { call, expect } => self.call(call, expect, sites.first()),
            Rule::Cases(cases) => {
                let looks = cases
                    .iter()
                    .enumerate()
                    .map(|(index, case)| self.call(&case.call, &case.expect, sites.get(index)));
                worst(looks.collect())
            }
            Rule::Measured { call, want } => self.measured(call.as_deref(), want, sites.first()),
            Rule::Generate(_) => self.generated(sites),
            Rule::Catches(ids) => self.catches(ids, sites),
            Rule::Lines(given) => lines::judge(self.plan.text(), given),
            Rule::Types(rule) => self.types(rule),
        }
    }

    fn failure(&self, run: usize) -> Option<Failure> {
        let limits = &self.plan.runs.get(run)?.spec.limits;
        ending::failure(self.seen.get(run)?, limits, &self.plan.file)
    }

    fn main_failure(&self) -> Option<Failure> {
        self.failure(MAIN)
    }

    /// Whether the learner's units ran to their end in the main run, as far as that can be known.
    fn units_ended(&self) -> bool {
        self.seen.get(MAIN).is_some_and(|main| {
            answered(main) > 0
                || main.outcome == Outcome::Normal && self.plan.runs[MAIN].spec.calls.is_empty()
        })
    }

    fn stdout(&self, rule: &super::Stdout) -> Finding {
        let Some(main) = self.seen.get(MAIN) else { return self.not_run() };
        let finding = match (main.outcome, self.failure(MAIN)) {
            (Outcome::Normal, _) | (_, None) => None,
            // The units came to their end: it was an expression that did not.
            (_, Some(failure)) if !self.units_ended() => Some(stopped(&failure)),
            (Outcome::TutorFailed | Outcome::Interrupted, Some(failure)) => Some(stopped(&failure)),
            _ => None,
        };
        finding
            .unwrap_or_else(|| match stdout::check(rule, &main.stdout) {
                Ok(difference) => Finding::from_difference(difference),
                Err(fault) => Finding::pack_fault(&fault),
            })
            .having_seen(Seen::Value(stdout::evidence(&main.stdout)))
    }

    /// What is said of a text with a syntax error, by every check that reads it.
    fn unreadable(&self) -> Option<Finding> {
        let (line, message) = self.facts.error.as_ref()?;
        let message =
            format!("the code cannot be read: {message} (line {line} of {})", self.plan.file);
        Some(Finding::said(Verdict::Fail, message).caused_by(Cause::Program))
    }

    fn source(&self, rules: &[SourceRule]) -> Finding {
        if let Some(unreadable) = self.unreadable() {
            return unreadable;
        }
        match rules.iter().find_map(|rule| source_rules::unmet(rule, self.facts)) {
            None => Finding::new(Verdict::Pass),
            Some(message) => Finding {
                kind: "the code is not written as asked".to_owned(),
                message: Some(Clean::line(message)),
                ..Finding::new(Verdict::Fail)
            },
        }
    }

    fn call(&self, call: &str, expect: &Expect, site: Option<&Site>) -> Finding {
        let finding = site.map_or_else(|| self.not_run(), |site| self.answer(expect, site));
        Finding { call: Some(Clean::line(call)), ..finding }
    }

    /// The answer of a run that came to its end, as far as it is asked.
    fn reached(&self, site: &Site) -> Result<&Answer, Box<Finding>> {
        let (run, place) = site.answer;
        let Some(seen) = self.seen.get(run) else { return Err(Box::new(self.not_run())) };
        let last = place + 1 == self.plan.runs[run].spec.calls.len();
        match seen.answers.get(place) {
            Some(answer @ (Answer::Value(_) | Answer::Raised(_)))
                if !last || seen.outcome == Outcome::Normal =>
            {
                Ok(answer)
            }
            _ => {
                let finding = self.unanswered(run, place, seen);
                Err(Box::new(finding.having_seen(Seen::Missing(seen.outcome))))
            }
        }
    }

    fn answer(&self, expect: &Expect, site: &Site) -> Finding {
        let judged = self.reached(site).and_then(|answer| {
            let reference = self.reference(site)?;
            Ok(answer::judge(expect, answer, reference, &self.plan.file))
        });
        let finding = judged.unwrap_or_else(|finding| *finding);
        match expect {
            Expect::Raises(Raises { same: Some(other), .. })
                if finding.verdict == Verdict::Pass =>
            {
                let figures = self.seen[site.answer.0].figures.as_deref();
                answer::same_object(other, figures.and_then(|figures| figures.same), finding)
            }
            _ => finding,
        }
    }

    /// The reference's answer; in its place, what keeps it from being one.
    fn reference(&self, site: &Site) -> Result<Option<&Answer>, Box<Finding>> {
        let Some((run, place)) = site.reference else { return Ok(None) };
        let Some(seen) = self.seen.get(run) else { return Err(Box::new(self.not_run())) };
        let answer = seen.answers.get(place).filter(|answer| **answer != Answer::Missing);
        let finding = match (seen.outcome, self.failure(run)) {
            (Outcome::TutorFailed | Outcome::Interrupted, Some(failure)) => stopped(&failure),
            _ if answer.is_some() => return Ok(answer),
            (_, failure) => {
                let how = failure.map_or(String::new(), |f| format!(": {}", f.message));
                Finding::pack_fault(&format!("its own solution does not come to its end{how}"))
            }
        };
        Err(Box::new(finding))
    }

    /// An expression without an answer, or the last one of a run that did not end well.
    fn unanswered(&self, run: usize, place: usize, seen: &Observation) -> Finding {
        let failure = self.failure(run);
        if let (Some(failure), Outcome::TutorFailed | Outcome::Interrupted) =
            (&failure, seen.outcome)
        {
            return stopped(failure);
        }
        let early = "the program ended itself before this could be evaluated";
        let message = failure.as_ref().map_or(early, |failure| &*failure.message);
        if !self.units_ended() {
            return Finding::said(Verdict::Fail, message).caused_by(Cause::Program);
        }
        if place > answered(seen) {
            let why = "not reached: the program was stopped at an earlier check";
            return Finding::said(Verdict::Skipped, why);
        }
        Finding::said(Verdict::Fail, message)
    }

    /// A run that was not carried out, since an earlier one ended badly.
    fn not_run(&self) -> Finding {
        match self.main_failure() {
            Some(failure) if !self.units_ended() => stopped(&failure),
            _ => Finding::said(Verdict::Skipped, "not looked at, since an earlier run ended badly"),
        }
    }
}

/// How many expressions were answered before the first that was not.
fn answered(seen: &Observation) -> usize {
    seen.answers.iter().take_while(|answer| **answer != Answer::Missing).count()
}

/// A run that did not come to its end, by whoever's fault.
fn stopped(failure: &Failure) -> Finding {
    let message = failure.message.as_str();
    match failure.outcome {
        Outcome::TutorFailed => Finding::said(Verdict::Error, message).caused_by(Cause::Tutor),
        Outcome::Interrupted => Finding::said(Verdict::Skipped, message).caused_by(Cause::Program),
        _ => Finding::said(Verdict::Fail, message).caused_by(Cause::Program),
    }
}

/// The finding that speaks for several cases: the first that is a fault, then that failed, then that was skipped.
fn worst(mut findings: Vec<Finding>) -> Finding {
    let total = findings.len();
    let failed = findings.iter().filter(|finding| finding.verdict == Verdict::Fail).count();
    let seen = findings.iter_mut().flat_map(|finding| std::mem::take(&mut finding.seen)).collect();
    let speaker = [Verdict::Error, Verdict::Fail, Verdict::Skipped]
        .iter()
        .find_map(|verdict| findings.iter().position(|finding| finding.verdict == *verdict));
    let mut finding = match speaker {
        Some(index) => findings.swap_remove(index),
        None => Finding::new(Verdict::Pass),
    };
    if finding.verdict == Verdict::Fail && finding.cause == Cause::Own && total > 1 {
        let verb = if failed == 1 { "fails" } else { "fail" };
        finding.notes.push(Clean::line(format!("{failed} of {total} cases {verb}")));
    }
    Finding { seen, ..finding }
}

/// Skips what needs another check that does not hold. Names that no check bears are passed over: lint finds them.
fn hold_needs(checks: &[Check], findings: &mut [Finding]) {
    loop {
        let unmet = checks.iter().enumerate().find_map(|(index, check)| {
            let open = findings[index].cause != Cause::Tutor
                && matches!(findings[index].verdict, Verdict::Pass | Verdict::Fail);
            let needed = |name: &&String| {
                let place = checks.iter().position(|other| *other.name == ***name);
                place
                    .is_some_and(|place| place != index && findings[place].verdict != Verdict::Pass)
            };
            let name = check.need.iter().find(needed).filter(|_| open)?;
            Some((index, name))
        });
        let Some((index, name)) = unmet else { return };
        let seen = std::mem::take(&mut findings[index].seen);
        let message = format!("waits for “{name}”");
        findings[index] = Finding { seen, ..Finding::said(Verdict::Skipped, message) };
    }
}

/// What is the same for every check is told by the first that the learner can see; the others are skipped.
fn tell_once(checks: &[Check], findings: &mut [Finding]) {
    for (cause, rest) in [
        (Cause::Program, "the program did not come to its end"),
        (Cause::Tutor, "the tutor could not run the program"),
    ] {
        let shared: Vec<usize> =
            (0..findings.len()).filter(|index| findings[*index].cause == cause).collect();
        let visible = shared.iter().find(|index| !checks[**index].hidden);
        let teller = visible.or(shared.first()).copied();
        for index in shared.into_iter().filter(|index| Some(*index) != teller) {
            findings[index] = Finding::said(Verdict::Skipped, rest);
        }
    }
}

fn shown(check: &Check, finding: Finding) -> CheckResult {
    let name = check.name.clone();
    let (verdict, hidden) = (finding.verdict, check.hidden);
    if hidden {
        let kind = (!finding.kind.is_empty()).then(|| Clean::line(finding.kind));
        return CheckResult {
            name,
            verdict,
            hidden,
            call: None,
            expected: None,
            got: None,
            message: kind,
            notes: Vec::new(),
        };
    }
    CheckResult {
        name,
        verdict,
        hidden,
        call: finding.call,
        expected: finding.expected,
        got: finding.got,
        message: finding.message,
        notes: finding.notes,
    }
}

fn points(checks: &[Check], results: &[CheckResult]) -> Option<Points> {
    let mut points = Points::default();
    let mut any = false;
    for (check, result) in checks.iter().zip(results) {
        let Some(Worth { points: possible, criterion }) = &check.worth else { continue };
        let earned = if result.verdict == Verdict::Pass { *possible } else { 0 };
        any = true;
        points.earned += earned;
        points.possible += possible;
        let Some(name) = criterion else { continue };
        match points.rubric.iter_mut().find(|row| row.name == *name) {
            Some(row) => {
                row.earned += earned;
                row.possible += possible;
            }
            None => {
                points.rubric.push(Criterion { name: name.clone(), earned, possible: *possible });
            }
        }
    }
    any.then_some(points)
}

/// Whether the runs that follow can still tell anything, after the runs up to here were seen. A program that did not
/// get to its own end, was stopped by the learner, or used up its time, is not run again and again.
#[must_use]
pub fn worth_going_on(plan: &Plan, seen: &[Observation]) -> bool {
    let (Some(last), Some(run)) = (seen.last(), plan.runs.get(seen.len().saturating_sub(1))) else {
        return true;
    };
    let bench = Bench { plan, seen, facts: &SyntaxFacts::default(), types: None };
    match last.outcome {
        Outcome::Normal => true,
        Outcome::Interrupted | Outcome::TutorFailed => false,
        Outcome::Timeout => run.side == Side::Variant,
        _ => run.side != Side::Learner || bench.units_ended(),
    }
}

/// What is said of the last generated input of a check.
#[must_use]
pub fn last_trial(plan: &Plan, seen: &[Observation], check: usize) -> Option<Verdict> {
    let bench = Bench { plan, seen, facts: &SyntaxFacts::default(), types: None };
    Some(bench.trial(plan.sites.get(check)?.last()?).verdict)
}

#[cfg(test)]
mod tests;
