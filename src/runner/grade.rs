//! Grades a submission: lays out the runs, has them carried out, hands what was seen to the judge, and looks for the
//! mistake behind a failure.
//!
//! Runs of a pack's own programs (the reference, the wrong programs of known mistakes) give the same whenever they are
//! run, so that what was seen of them is kept, in memory and bounded. A learner's runs never are.

use std::collections::{HashMap, VecDeque};

use super::{Execute, RunEvent};
use crate::domain::check::generate::Search;
use crate::domain::check::judge::{
    Judgement, TypesSeen, Verdict, judge, last_trial, worth_going_on,
};
use crate::domain::check::mistakes::{self, Signature};
use crate::domain::check::plan::{MAIN, Plan, PlannedRun, RunKey, Side};
use crate::domain::check::source::SyntaxFacts;
use crate::domain::check::typed::{Checked, TypedText};
use crate::domain::document::Document;
use crate::domain::exercise::{CodeTask, Mistake};
use crate::domain::run::{Limits, Observation, Outcome, RunSpec};

/// How many observations are kept.
const KEPT: usize = 512;
/// The most output, in bytes, of an observation that is kept.
const KEPT_OUTPUT: usize = 64 * 1024;

/// A submission: a text for a task.
#[derive(Clone, Copy)]
pub struct Submission<'s> {
    /// What it is for.
    pub task: &'s CodeTask,
    /// The learner's file name, as tracebacks show it.
    pub file_name: &'s str,
    /// What was handed in.
    pub text: &'s str,
    /// What a run may use.
    pub limits: &'s Limits,
    /// Reads the syntax facts of a text.
    pub facts_of: &'s dyn Fn(&str) -> SyntaxFacts,
    /// Asks the type checker; only where a check looks at types.
    pub types_of: &'s dyn Fn(&TypedText) -> Checked,
    /// Says whether nobody waits for the verdict any more: no further run is then begun.
    pub is_stopped: &'s dyn Fn() -> bool,
}

impl Submission<'_> {
    /// What the type checker finds in a text that can be read, where that is asked for.
    fn types(&self, text: &str, facts: &SyntaxFacts) -> Option<TypesSeen> {
        let typed = TypedText::new(self.task, text).filter(|_| facts.error.is_none())?;
        let checked = (self.types_of)(&typed);
        Some(TypesSeen { typed, checked })
    }
}

/// What became of a submission.
#[derive(Debug, Clone, PartialEq)]
pub struct Graded {
    /// What is said of it.
    pub judgement: Judgement,
    /// The known mistake behind its failure.
    pub mistake: Option<KnownMistake>,
    /// What was seen of the main run: its output, its exception.
    pub observation: Observation,
}

/// A mistake that was recognized.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownMistake {
    /// Its id.
    pub id: String,
    /// What is said to whoever makes it.
    pub message: Document,
}

/// Grades submissions through whatever carries out runs.
pub struct Grader<E> {
    execute: E,
    kept: Kept,
    /// Whose the submissions are.
    whose: Whose,
}

impl<E: Execute> Grader<E> {
    /// Makes a grader that has runs carried out by `execute`.
    #[must_use]
    pub fn new(execute: E) -> Self {
        Self { execute, kept: Kept::default(), whose: Whose::Learner }
    }

    /// Makes a grader of a pack's own programs, none of which is run twice for the same, as a proof needs it.
    #[must_use]
    pub fn of_pack(execute: E) -> Self {
        Self { whose: Whose::Pack, ..Self::new(execute) }
    }

    /// What carries out the runs, for runs that are not graded.
    pub fn execute(&mut self) -> &mut E {
        &mut self.execute
    }

    /// Grades a submission. `watch` is told of the main run's output and of no other run's.
    pub fn grade(&mut self, submission: Submission<'_>, watch: &mut dyn FnMut(RunEvent)) -> Graded {
        let Submission { task, file_name, text, limits, facts_of, is_stopped, .. } = submission;
        let mut plan = Plan::new(task, file_name, text, limits);
        let facts = facts_after(task, text, facts_of);
        let types = submission.types(text, &facts);
        let whose = self.whose;
        let author = if whose == Whose::Pack { Author::Pack } else { Author::Learner(watch) };
        let mut seen = self.carry_out(&plan, author, is_stopped);
        self.search(&mut plan, &mut seen, submission, whose);
        if let (true, Some(run)) = (seen.is_empty() && is_stopped(), plan.runs.first()) {
            seen.push(Observation::stopped(&run.spec));
        }
        let judgement = judge(&plan, task, &seen, &facts, types.as_ref());
        let mistake = self.mistake(submission, &judgement, &facts);
        let observation = if plan.runs.is_empty() {
            Observation::not_needed()
        } else if seen.is_empty() {
            Observation::tutor_failed("no run was planned")
        } else {
            seen.swap_remove(MAIN)
        };
        Graded { judgement, mistake, observation }
    }

    /// How one of a task's known wrong programs fails.
    pub fn signature_of(&mut self, submission: Submission<'_>, mistake: &Mistake) -> Signature {
        let Submission { task, file_name, limits, facts_of, is_stopped, .. } = submission;
        let text = &mistake.program.text;
        let mut plan = Plan::new(task, file_name, text, limits);
        let mut seen = self.carry_out(&plan, Author::Pack, is_stopped);
        self.search(&mut plan, &mut seen, submission, Whose::Pack);
        let facts = facts_after(task, text, facts_of);
        let types = submission.types(text, &facts);
        Signature::of(&judge(&plan, task, &seen, &facts, types.as_ref()))
    }

    /// Runs the wrong programs of those mistakes alone whose rules hold, and one by one: most submissions have few.
    fn mistake(
        &mut self,
        submission: Submission<'_>,
        judgement: &Judgement,
        facts: &SyntaxFacts,
    ) -> Option<KnownMistake> {
        let interrupted = judgement
            .failure
            .as_ref()
            .is_some_and(|failure| failure.outcome == Outcome::Interrupted);
        if interrupted {
            return None;
        }
        let signature = Signature::of(judgement);
        let candidates = mistakes::candidates(submission.task, facts, judgement);
        let found = candidates
            .into_iter()
            .find(|mistake| self.signature_of(submission, mistake) == signature)
            .filter(|_| !(submission.is_stopped)())?;
        Some(KnownMistake { id: found.id.clone(), message: found.message.clone() })
    }

    /// One observation for each run, in order, up to the first after which the others can tell nothing.
    fn carry_out(
        &mut self,
        plan: &Plan,
        mut author: Author<'_>,
        is_stopped: &dyn Fn() -> bool,
    ) -> Vec<Observation> {
        let mut seen = Vec::with_capacity(plan.runs.len());
        for (index, run) in plan.runs.iter().enumerate() {
            if is_stopped() || !worth_going_on(plan, &seen) {
                break;
            }
            let observation = match &mut author {
                Author::Learner(watch) if run.side != Side::Reference => {
                    let mut silent = |_| {};
                    let watch = if index == MAIN { &mut **watch } else { &mut silent };
                    self.execute.run(&run.spec, watch)
                }
                _ => self.kept_run(run),
            };
            seen.push(observation);
        }
        seen
    }

    /// Tries generated inputs where checks ask for them, one by one; a failing one of a learner's is made smaller.
    fn search(
        &mut self,
        plan: &mut Plan,
        seen: &mut Vec<Observation>,
        submission: Submission<'_>,
        whose: Whose,
    ) {
        let Submission { task, is_stopped, .. } = submission;
        for (check, generate) in Plan::generated(task) {
            let mut search = Search::new(generate, plan.seed, whose == Whose::Learner);
            while let Some(call) = search.next_call() {
                if is_stopped() || seen.len() != plan.runs.len() || !worth_going_on(plan, seen) {
                    return;
                }
                plan.add_trial(check, &call);
                while seen.len() < plan.runs.len() && !is_stopped() {
                    let run = &plan.runs[seen.len()];
                    let observation = match (run.side, whose) {
                        (Side::Reference, _) | (_, Whose::Pack) => self.kept_run(run),
                        _ => self.execute.run(&run.spec, &mut |_| {}),
                    };
                    seen.push(observation);
                }
                match last_trial(plan, seen, check) {
                    Some(Verdict::Pass) => search.tell(false),
                    Some(Verdict::Fail) => search.tell(true),
                    _ => return,
                }
                // What does not come to its end takes its time: one such input is enough.
                let ends = seen.iter().rev().take(2).all(|seen| seen.outcome == Outcome::Normal);
                if !ends {
                    return;
                }
            }
        }
    }

    /// A run of a pack's own program.
    fn kept_run(&mut self, run: &PlannedRun) -> Observation {
        let key = run.key();
        if let Some(observation) = self.kept.get(key, &run.spec) {
            return observation.clone();
        }
        let observation = self.execute.run(&run.spec, &mut |_| {});
        if worth_keeping(run.side, &observation) {
            self.kept.put(key, run.spec.clone(), observation.clone());
        }
        observation
    }
}

/// Whose text is judged.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Learner,
    Pack,
}

/// Whose program the learner's side of a plan is.
enum Author<'w> {
    Learner(&'w mut dyn FnMut(RunEvent)),
    Pack,
}

/// What the machine, not the program, may have brought about is not kept; that a wrong program does not end is part of
/// being wrong.
fn worth_keeping(side: Side, observation: &Observation) -> bool {
    let streams = [&observation.stdout, &observation.stderr];
    let output: usize = streams.iter().map(|s| s.head.len() + s.tail.len()).sum();
    let sound = match observation.outcome {
        Outcome::TutorFailed | Outcome::Interrupted => false,
        Outcome::Timeout | Outcome::Crash => side != Side::Reference,
        _ => true,
    };
    sound && output <= KEPT_OUTPUT
}

/// Observations by the content of their runs; the oldest goes first.
#[derive(Default)]
struct Kept {
    seen: HashMap<RunKey, (RunSpec, Observation)>,
    order: VecDeque<RunKey>,
}

impl Kept {
    /// Content with the same key is compared too: no two runs are ever mistaken for one another.
    fn get(&self, key: RunKey, spec: &RunSpec) -> Option<&Observation> {
        self.seen.get(&key).filter(|(kept, _)| kept == spec).map(|(_, observation)| observation)
    }

    fn put(&mut self, key: RunKey, spec: RunSpec, observation: Observation) {
        if self.seen.insert(key, (spec, observation)).is_some() {
            return;
        }
        self.order.push_back(key);
        if self.order.len() > KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.seen.remove(&oldest);
        }
    }
}

/// The facts of a text; what it uses of the given code's imports is known by its full name.
fn facts_after(task: &CodeTask, text: &str, facts_of: &dyn Fn(&str) -> SyntaxFacts) -> SyntaxFacts {
    let facts = facts_of(text);
    match &task.given {
        Some(given) if task.asks_for_syntax() => facts.after(&facts_of(&given.text)),
        _ => facts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::check::Expect;
    use crate::domain::check::source::FactKind;
    use crate::domain::check::testing::{
        call, cases, ended, equals, has, hidden, int, mistake, normal, task, value,
    };
    use crate::domain::exercise::MistakeRules;
    use crate::domain::run::{Answer, Stream};

    /// Answers every expression with the number that the learner's unit holds, and counts the runs of each text.
    #[derive(Default)]
    struct Fake {
        runs: Vec<(String, Vec<String>)>,
    }

    impl Execute for Fake {
        fn run(&mut self, spec: &RunSpec, watch: &mut dyn FnMut(RunEvent)) -> Observation {
            let text = spec.program.units[1].text.trim().to_owned();
            self.runs.push((text.clone(), spec.calls.clone()));
            watch(RunEvent::Output(Stream::Stdout, spec.calls.join(",").into_bytes()));
            match text.parse() {
                Ok(number) => normal("", vec![value(int(number)); spec.calls.len()]),
                Err(_) => ended(Outcome::Timeout, vec![Answer::Missing; spec.calls.len()]),
            }
        }
    }

    impl Fake {
        fn count(&self, text: &str) -> usize {
            self.runs.iter().filter(|(run, _)| run == text).count()
        }
    }

    fn facts_of(text: &str) -> SyntaxFacts {
        crate::domain::check::source::SyntaxFacts {
            facts: vec![crate::domain::check::source::Fact {
                kind: FactKind::Name,
                name: text.trim().into(),
                called: false,
                within: vec![],
                line: 1,
            }],
            error: None,
            aliases: std::collections::BTreeMap::new(),
        }
    }

    fn types_of(_: &TypedText) -> Checked {
        Checked::Found(Vec::new())
    }

    fn grade(grader: &mut Grader<Fake>, task: &CodeTask, text: &str) -> Graded {
        let limits = Limits::default();
        let submission = Submission {
            task,
            file_name: "step.py",
            text,
            limits: &limits,
            facts_of: &facts_of,
            types_of: &types_of,
            is_stopped: &|| false,
        };
        grader.grade(submission, &mut |_| {})
    }

    /// The solution is 1; the known wrong programs are 2 and 3.
    fn numbers() -> CodeTask {
        let mut task = task(vec![
            call("a", "f(1)", equals("1")),
            hidden(call("b", "f(2)", Expect::SameAsSolution)),
            cases("c", &[("f(3)", equals("1")), ("f(4)", Expect::SameAsSolution)]),
        ]);
        task.solutions[0].code.text = "1\n".into();
        task.mistakes = vec![
            mistake("two", "2\n", MistakeRules::default()),
            mistake("three", "3\n", MistakeRules::default()),
        ];
        task
    }

    #[test]
    fn a_right_submission_passes_and_no_wrong_program_is_run() {
        let mut grader = Grader::new(Fake::default());
        let graded = grade(&mut grader, &numbers(), "1\n");
        assert!(graded.judgement.passed);
        assert_eq!(graded.mistake, None);
        assert_eq!(grader.execute().count("2") + grader.execute().count("3"), 0);
    }

    #[test]
    fn a_known_mistake_is_recognized_by_how_it_fails() {
        let mut grader = Grader::new(Fake::default());
        let graded = grade(&mut grader, &numbers(), "3\n");
        assert_eq!(graded.mistake.map(|mistake| mistake.id).as_deref(), Some("three"));
        assert_eq!(grade(&mut grader, &numbers(), "4\n").mistake, None);
    }

    #[test]
    fn the_packs_own_programs_are_run_once_and_the_learners_each_time() {
        let mut grader = Grader::new(Fake::default());
        for _ in 0..3 {
            grade(&mut grader, &numbers(), "5\n");
        }
        let fake = grader.execute();
        assert_eq!(fake.count("5"), 3 * 4);
        assert_eq!(fake.count("1"), 2, "the reference, for f(2) and f(4)");
        assert_eq!((fake.count("2"), fake.count("3")), (4, 4));
    }

    #[test]
    fn in_a_proof_a_wrong_program_is_run_once_to_be_judged_and_to_be_compared_with() {
        let task = numbers();
        let mut grader = Grader::of_pack(Fake::default());
        assert!(grade(&mut grader, &task, "1\n").judgement.passed);
        let graded = grade(&mut grader, &task, "2\n");
        assert_eq!(graded.mistake.map(|mistake| mistake.id).as_deref(), Some("two"));
        assert_eq!((grader.execute().count("1"), grader.execute().count("2")), (4, 4));
    }

    #[test]
    fn a_wrong_program_whose_rules_do_not_hold_is_not_run() {
        let mut task = numbers();
        task.mistakes[0].rules.source = vec![has(FactKind::Name, "2")];
        let mut grader = Grader::new(Fake::default());
        let graded = grade(&mut grader, &task, "3\n");
        assert_eq!(graded.mistake.map(|mistake| mistake.id).as_deref(), Some("three"));
        assert_eq!(grader.execute().count("2"), 0);
    }

    #[test]
    fn a_program_that_does_not_end_is_run_once() {
        let mut grader = Grader::new(Fake::default());
        let graded = grade(&mut grader, &numbers(), "endless\n");
        assert!(!graded.judgement.passed);
        assert_eq!(graded.observation.outcome, Outcome::Timeout);
        assert_eq!(grader.execute().count("endless"), 1);
    }

    #[test]
    fn a_check_that_is_stopped_before_its_first_run_is_interrupted() {
        let (task, limits) = (numbers(), Limits::default());
        let submission = Submission {
            task: &task,
            file_name: "step.py",
            text: "1\n",
            limits: &limits,
            facts_of: &facts_of,
            types_of: &types_of,
            is_stopped: &|| true,
        };
        let graded = Grader::new(Fake::default()).grade(submission, &mut |_| {});
        assert_eq!(graded.observation.outcome, Outcome::Interrupted);
        assert!(!graded.judgement.passed && graded.mistake.is_none());
    }

    #[test]
    fn only_the_main_run_is_watched() {
        let mut told = Vec::new();
        let limits = Limits::default();
        let task = numbers();
        let submission = Submission {
            task: &task,
            file_name: "step.py",
            text: "2\n",
            limits: &limits,
            facts_of: &facts_of,
            types_of: &types_of,
            is_stopped: &|| false,
        };
        Grader::new(Fake::default()).grade(submission, &mut |event| told.push(event));
        assert_eq!(told, [RunEvent::Output(Stream::Stdout, b"f(1)".to_vec())]);
    }

    #[test]
    fn what_is_kept_is_bounded_and_told_apart_by_content() {
        let mut kept = Kept::default();
        let spec = |n: usize| RunSpec { calls: vec![n.to_string()], ..RunSpec::default() };
        for n in 0..KEPT + 10 {
            kept.put(RunKey::of(&spec(n)), spec(n), normal("", vec![]));
        }
        assert_eq!((kept.seen.len(), kept.order.len()), (KEPT, KEPT));
        assert!(kept.get(RunKey::of(&spec(0)), &spec(0)).is_none());
        let last = KEPT + 9;
        assert!(kept.get(RunKey::of(&spec(last)), &spec(last)).is_some());
        assert!(kept.get(RunKey::of(&spec(last)), &spec(0)).is_none());
    }

    #[test]
    fn what_the_machine_may_have_caused_is_not_kept() {
        let timeout = ended(Outcome::Timeout, vec![]);
        assert!(!worth_keeping(Side::Reference, &timeout));
        assert!(worth_keeping(Side::Learner, &timeout));
        assert!(!worth_keeping(Side::Learner, &Observation::tutor_failed("no worker")));
        assert!(!worth_keeping(Side::Reference, &normal(&"x".repeat(KEPT_OUTPUT + 1), vec![])));
    }
}
