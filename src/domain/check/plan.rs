//! Which runs a submission needs, and which answer of which run each check looks at.
//!
//! What is expected never enters a run: the learner's side holds the learner's program and the expressions alone, the
//! reference's side the solution and the same expressions. Hidden calls and cases are runs of their own, so that
//! nothing can be prepared for them and no state carries over.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::generate::Generate;
use super::{Check, Expect, Raises, Rule};
use crate::domain::exercise::{Code, CodeTask};
use crate::domain::measure::{self, Measure, Measuring};
use crate::domain::run::{Author, Limits, Program, RunSpec, Unit};

/// The place of the main run among a plan's runs: the one with the visible calls, whose output is shown.
pub const MAIN: usize = 0;
/// The file name of the unit before the learner's own.
pub const GIVEN_FILE: &str = "given.py";
/// The file name of the unit after the learner's own.
pub const PROBE_FILE: &str = "probe.py";

/// Whose program a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The one that is judged.
    Learner,
    /// The pack's first solution.
    Reference,
    /// The learner's, around code that is wrong on purpose: it may end badly.
    Variant,
}

/// One run of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRun {
    /// What is run.
    pub spec: RunSpec,
    /// Whose program it is.
    pub side: Side,
}

/// Stands for the content of a run: equal content has an equal key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RunKey(u64);

impl RunKey {
    /// The key of a run.
    #[must_use]
    pub fn of(spec: &RunSpec) -> Self {
        let mut hasher = DefaultHasher::new();
        (&spec.program, &spec.calls, &spec.limits).hash(&mut hasher);
        Self(hasher.finish())
    }
}

impl PlannedRun {
    /// Stands for its content: an observation of one run serves every run of the same key and content.
    #[must_use]
    pub fn key(&self) -> RunKey {
        RunKey::of(&self.spec)
    }
}

/// Where the answer to one expression is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Site {
    /// The run, and the answer's place in it.
    pub(super) answer: (usize, usize),
    /// The same of the reference, where the check compares with it.
    pub(super) reference: Option<(usize, usize)>,
}

/// The runs that a submission needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The runs, the main one first.
    pub runs: Vec<PlannedRun>,
    /// One list for each check: one site for a call, one for each case, none for the rest.
    pub(super) sites: Vec<Vec<Site>>,
    /// The learner's file name.
    pub(super) file: String,
    /// What generated inputs hang on: equal texts get equal ones, so that a verdict can be had again.
    pub seed: u64,
    reference: Option<Program>,
}

impl Plan {
    /// Lays out the runs for a text. `file_name` is the learner's, as tracebacks show it.
    #[must_use]
    pub fn new(task: &CodeTask, file_name: &str, text: &str, limits: &Limits) -> Self {
        let mut layout = Layout {
            task,
            learner: program(task, file_name, text),
            reference: task
                .solutions
                .first()
                .map(|solution| program(task, file_name, &solution.code.text)),
            limits,
            runs: Vec::new(),
        };
        let shared: Vec<String> = task.checks.iter().filter_map(shared_call).collect();
        if task.needs_run() {
            layout.add(Side::Learner, shared.clone());
        }
        let mut next = 0;
        let sites = task.checks.iter().map(|check| layout.sites(check, &shared, &mut next));
        let sites = sites.collect();
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        Self {
            runs: layout.runs,
            sites,
            file: file_name.to_owned(),
            seed: hasher.finish(),
            reference: layout.reference,
        }
    }

    /// The text that is judged.
    pub(super) fn text(&self) -> &str {
        let units = self.runs.first().map_or(&[][..], |run| &run.spec.program.units);
        units.iter().find(|unit| unit.author == Author::Learner).map_or("", |unit| &unit.text)
    }

    /// The checks that need generated inputs, by their place among all.
    #[must_use]
    pub fn generated(task: &CodeTask) -> Vec<(usize, &Generate)> {
        let checks = task.checks.iter().enumerate();
        let generated = checks.filter_map(|(place, check)| match &check.rule {
            Rule::Generate(generate) => Some((place, generate)),
            _ => None,
        });
        generated.collect()
    }

    /// Adds a generated input of a check: a run of the learner's, then one of the reference.
    pub fn add_trial(&mut self, check: usize, call: &str) {
        let Some(reference) = self.reference.clone() else { return };
        let (learner, limits) =
            (self.runs[MAIN].spec.program.clone(), self.runs[MAIN].spec.limits.clone());
        let site = Site { answer: (self.runs.len(), 0), reference: Some((self.runs.len() + 1, 0)) };
        for (side, program) in [(Side::Learner, learner), (Side::Reference, reference)] {
            let spec = RunSpec { program, calls: vec![call.to_owned()], limits: limits.clone() };
            self.runs.push(PlannedRun { spec, side });
        }
        self.sites[check].push(site);
    }

    /// The same plan under another hash seed, for a proof that results do not hang on it.
    #[must_use]
    pub fn with_hash_seed(mut self, seed: u32) -> Self {
        for run in &mut self.runs {
            run.spec.program.hash_seed = seed;
        }
        self
    }
}

/// The program that a text of the learner's makes.
#[must_use]
pub fn program(task: &CodeTask, file_name: &str, text: &str) -> Program {
    let around = |author, file, code: &Code| Unit::new(author, file, &code.text);
    let mut units = Vec::new();
    units.extend(task.given.as_ref().map(|code| around(Author::Given, GIVEN_FILE, code)));
    units.push(Unit::new(Author::Learner, file_name, text));
    units.extend(task.probe.as_ref().map(|probe| around(Author::Probe, PROBE_FILE, &probe.code)));
    Program {
        units,
        stdin: task.stdin.clone(),
        files: task.files.clone(),
        clock: task.clock,
        hash_seed: 0,
        record: None,
        measure: None,
    }
}

/// The expression of a check that shares the main run.
fn shared_call(check: &Check) -> Option<String> {
    match &check.rule {
        Rule::Call { call, expect } if !check.hidden && same_object(expect).is_none() => {
            Some(call.clone())
        }
        _ => None,
    }
}

/// The expression whose object an exception has to be.
fn same_object(expect: &Expect) -> Option<&String> {
    match expect {
        Expect::Raises(Raises { same, .. }) => same.as_ref(),
        _ => None,
    }
}

/// What the harness is asked where nothing but the program itself is looked at.
const NOTHING: &str = "None";

struct Layout<'p> {
    task: &'p CodeTask,
    learner: Program,
    reference: Option<Program>,
    limits: &'p Limits,
    runs: Vec<PlannedRun>,
}

impl Layout<'_> {
    fn sites(&mut self, check: &Check, shared: &[String], next: &mut usize) -> Vec<Site> {
        match &check.rule {
            // Those of generated inputs come one by one.
            Rule::Stdout(_)
            | Rule::Source(_)
            | Rule::Lines(_)
            | Rule::Generate(_)
            | Rule::Types(_) => Vec::new(),
            Rule::Measured { call, want } => {
                let measuring = Measuring { what: want.measure(), whole: call.is_none() };
                let call = want.asked(call.as_deref().unwrap_or(NOTHING));
                vec![self.measured(Side::Learner, self.learner.clone(), &call, measuring)]
            }
            Rule::Catches(variants) => self.variants(variants),
            Rule::Call { call, expect } if check.hidden || same_object(expect).is_some() => {
                vec![self.alone(call, expect)]
            }
            Rule::Call { expect, .. } => {
                let place = *next;
                *next += 1;
                let reference = self.reference(expect, shared).map(|run| (run, place));
                vec![Site { answer: (MAIN, place), reference }]
            }
            Rule::Cases(cases) => {
                cases.iter().map(|case| self.alone(&case.call, &case.expect)).collect()
            }
        }
    }

    /// A run with one expression.
    fn alone(&mut self, call: &str, expect: &Expect) -> Site {
        if let Some(other) = same_object(expect) {
            let measuring = Measuring { what: Measure::Same, whole: false };
            let call = measure::same(call, other);
            return self.measured(Side::Learner, self.learner.clone(), &call, measuring);
        }
        let calls = [call.to_owned()];
        let run = self.add(Side::Learner, calls.to_vec());
        let reference = self.reference(expect, &calls).map(|run| (run, 0));
        Site { answer: (run, 0), reference }
    }

    /// A run whose one call is measured.
    fn measured(&mut self, side: Side, program: Program, call: &str, measuring: Measuring) -> Site {
        let program = Program { measure: Some(measuring), ..program };
        let spec = RunSpec { program, calls: vec![call.to_owned()], limits: self.limits.clone() };
        self.runs.push(PlannedRun { spec, side });
        Site { answer: (self.runs.len() - 1, 0), reference: None }
    }

    /// The learner's tests on the given code, then on each variant of it.
    fn variants(&mut self, ids: &[String]) -> Vec<Site> {
        let tests = || Measuring { what: Measure::Tests, whole: false };
        let mut sites = vec![self.measured(Side::Learner, self.learner.clone(), NOTHING, tests())];
        let task = self.task;
        let named = |id: &String| task.variants.iter().find(|variant| variant.id == *id);
        for variant in ids.iter().filter_map(named) {
            let mut program = self.learner.clone();
            for unit in program.units.iter_mut().filter(|unit| unit.author == Author::Given) {
                unit.text.clone_from(&variant.code.text);
            }
            sites.push(self.measured(Side::Variant, program, NOTHING, tests()));
        }
        sites
    }

    /// The reference's run with the same expressions, shared by all that need it.
    fn reference(&mut self, expect: &Expect, calls: &[String]) -> Option<usize> {
        if *expect != Expect::SameAsSolution || self.reference.is_none() {
            return None;
        }
        let same = |run: &PlannedRun| run.side == Side::Reference && run.spec.calls == calls;
        let known = self.runs.iter().position(same);
        Some(known.unwrap_or_else(|| self.add(Side::Reference, calls.to_vec())))
    }

    fn add(&mut self, side: Side, calls: Vec<String>) -> usize {
        let program = match (side, &self.reference) {
            (Side::Reference, Some(reference)) => reference.clone(),
            _ => self.learner.clone(),
        };
        let spec = RunSpec { program, calls, limits: self.limits.clone() };
        self.runs.push(PlannedRun { spec, side });
        self.runs.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::check::measured::{Lazy, Span, Want, Warns};
    use crate::domain::check::testing::{call, cases, check, hidden, stdout, task};

    const CANARY: &str = "CANARY-5f3a";

    fn plan(task: &CodeTask) -> Plan {
        Plan::new(task, "two_views.py", "x = 1\n", &Limits::default())
    }

    fn same() -> Expect {
        Expect::SameAsSolution
    }

    fn equals() -> Expect {
        Expect::Equals(format!("'{CANARY}'"))
    }

    #[test]
    fn visible_calls_and_output_share_one_run_and_the_rest_is_alone() {
        let task = task(vec![
            call("a", "f(1)", equals()),
            stdout("b", CANARY),
            hidden(call("c", "f(2)", equals())),
            cases("d", &[("f(3)", equals()), ("f(4)", equals())]),
            call("e", "f(5)", equals()),
        ]);
        let plan = plan(&task);
        let calls: Vec<&[String]> = plan.runs.iter().map(|run| &*run.spec.calls).collect();
        assert_eq!(calls, [&["f(1)", "f(5)"][..], &["f(2)"], &["f(3)"], &["f(4)"]]);
        assert_eq!(plan.sites[4], [Site { answer: (MAIN, 1), reference: None }]);
        assert!(plan.runs.iter().all(|run| run.side == Side::Learner));
    }

    #[test]
    fn nothing_that_is_expected_enters_a_run_of_the_learner() {
        let mut task = task(vec![
            call("a", "f(1)", equals()),
            call("b", "f(2)", same()),
            stdout("c", CANARY),
            hidden(call("d", "f(3)", Expect::Type(CANARY.into()))),
            cases("e", &[("f(4)", equals()), ("f(5)", same())]),
        ]);
        task.solutions[0].code.text = format!("solution = '{CANARY}'\n");
        let plan = plan(&task);
        let (mut learner, mut reference) = (0, 0);
        for run in &plan.runs {
            let text = format!("{:?}", run.spec);
            match run.side {
                Side::Learner | Side::Variant => {
                    learner += 1;
                    assert!(!text.contains(CANARY), "{text}");
                }
                Side::Reference => {
                    reference += 1;
                    assert!(text.contains(CANARY), "the reference is the solution");
                    assert!(!text.contains("x = 1"), "and holds nothing of the learner's");
                }
            }
        }
        assert_eq!((learner, reference), (4, 2));
    }

    #[test]
    fn what_is_asked_of_a_measure_never_enters_and_what_is_called_comes_after_the_programs_end() {
        let measured = |call: Option<&str>, want| {
            check("m", Rule::Measured { call: call.map(str::to_owned), want })
        };
        let lazy = Lazy { items: Some("range(9)".into()), take: 3, drawn: 4321, before: 4321 };
        let warns = Warns { classes: vec![CANARY.into()], matches: Some(CANARY.into()) };
        let raises = Raises {
            class: "E".into(),
            matches: Some(CANARY.into()),
            same: Some("the_error".into()),
            ..Raises::default()
        };
        let task = task(vec![
            measured(Some("f()"), Want::Took(Span { at_least: 4321.0, at_most: None })),
            measured(None, Want::PeakMemory(4321)),
            measured(Some("f()"), Want::Warns(warns)),
            measured(Some("f(source)"), Want::Lazy(lazy)),
            call("r", "f()", Expect::Raises(raises)),
        ]);
        let plan = plan(&task);
        assert_eq!(plan.runs.len(), 6, "each is a run of its own, besides the main one");
        for run in &plan.runs {
            let text = format!("{:?}", run.spec);
            assert!(!text.contains("4321") && !text.contains(CANARY), "{text}");
            let program = format!("{:?}", run.spec.program);
            assert!(!program.contains("the_error") && !program.contains("range(9)"), "{program}");
        }
    }

    #[test]
    fn the_reference_evaluates_the_same_expressions_in_the_same_order_once() {
        let task = task(vec![
            call("a", "f(1)", equals()),
            call("b", "f(2)", same()),
            call("c", "f(3)", same()),
        ]);
        let plan = plan(&task);
        assert_eq!(plan.runs.len(), 2);
        assert_eq!(plan.runs[1].spec.calls, ["f(1)", "f(2)", "f(3)"]);
        assert_eq!(plan.sites[2][0].reference, Some((1, 2)));
        assert_eq!(plan.sites[0][0].reference, None);
    }

    #[test]
    fn given_and_probe_stand_around_the_text_under_their_own_names() {
        let plan = plan(&task(vec![stdout("a", "x")]));
        let files: Vec<&str> =
            plan.runs[0].spec.program.units.iter().map(|unit| &*unit.file).collect();
        assert_eq!(files, ["given.py", "two_views.py", "probe.py"]);
    }

    #[test]
    fn equal_content_has_an_equal_key_and_a_seed_is_content() {
        let task = task(vec![call("a", "f(1)", same())]);
        let (one, two) = (plan(&task), plan(&task));
        assert_eq!(one.runs[1].key(), two.runs[1].key());
        assert_ne!(one.runs[0].key(), one.runs[1].key());
        assert_ne!(two.with_hash_seed(1).runs[1].key(), one.runs[1].key());
    }
}
