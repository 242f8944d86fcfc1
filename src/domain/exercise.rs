//! What a step gives the learner to run, to answer and to write.

use super::check::source::SourceRule;
use super::check::{Check, Rule};
use super::clean::Clean;
use super::course::{PythonRange, PythonVersion};
use super::document::{Document, Inlines};
use super::place::Place;
use super::run::{Clock, Program, ScratchFile};

/// Source code of a lesson, to the letter: it is run, and becomes [`Clean`] where it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The text, ending in a line end unless empty.
    pub text: String,
    /// Where its first line stands.
    pub place: Place,
}

/// A program that a reader sees, with what it prints.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Its id, unique in its lesson.
    pub id: String,
    /// The program.
    pub code: Code,
    /// What it prints, for one or several ranges of Python.
    pub outputs: Vec<ExpectedOutput>,
    /// The exception that it ends in, as the last line of a traceback names it.
    pub raises: Option<String>,
    /// The clock it asks for.
    pub clock: Clock,
    /// The Python versions that it runs on.
    pub python: Option<PythonRange>,
    /// What of its course is worth watching.
    pub trace: Option<Trace>,
    /// What `input()` reads.
    pub stdin: Option<String>,
    /// Files in its scratch folder.
    pub files: Vec<ScratchFile>,
}

impl Example {
    /// The program that it is.
    #[must_use]
    pub fn program(&self, file_name: &str, hash_seed: u32) -> Program {
        Program {
            stdin: self.stdin.clone(),
            files: self.files.clone(),
            clock: self.clock,
            hash_seed,
            ..Program::single(file_name, &*self.code.text)
        }
    }

    /// What it prints on a version of Python.
    #[must_use]
    pub fn output_for(&self, python: PythonVersion) -> Option<&ExpectedOutput> {
        self.outputs.iter().find(|output| output.python.is_none_or(|range| range.holds(python)))
    }
}

/// What an example prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedOutput {
    /// The Python versions that print it; all, where none is named.
    pub python: Option<PythonRange>,
    /// Standard output, then the exception's last lines.
    pub text: String,
    /// Where its first line stands.
    pub place: Place,
}

/// What of a run is recorded for a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the format")]
pub enum Trace {
    Calls,
    Generators,
    Contexts,
    Tasks,
}

/// Code to write or change.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeTask {
    /// Code before the learner's own, shown and not editable.
    pub given: Option<Code>,
    /// What the learner begins with.
    pub starter: Code,
    /// Code after the learner's own, which the checks look at.
    pub probe: Option<Probe>,
    /// At least one; the first is the reference.
    pub solutions: Vec<Solution>,
    /// What must hold.
    pub checks: Vec<Check>,
    /// From nudge to near-answer.
    pub hints: Vec<Document>,
    /// The given code, wrong in one way each, for the learner's tests to find out.
    pub variants: Vec<Variant>,
    /// Wrong programs that learners write.
    pub mistakes: Vec<Mistake>,
    /// What `input()` reads.
    pub stdin: Option<String>,
    /// Files in the scratch folder.
    pub files: Vec<ScratchFile>,
    /// The clock it asks for.
    pub clock: Clock,
    /// The Python versions that it runs on.
    pub python: Option<PythonRange>,
}

impl CodeTask {
    /// Whether a text is run to be judged. Where types are asked for, and nothing else but how it is written, it is not.
    #[must_use]
    pub fn needs_run(&self) -> bool {
        let read = |check: &Check| matches!(check.rule, Rule::Types(_) | Rule::Source(_));
        let typed = self.checks.iter().any(|check| matches!(check.rule, Rule::Types(_)));
        !(typed && self.checks.iter().all(read))
    }

    /// Whether a check or a mistake looks at how the code is written.
    #[must_use]
    pub fn asks_for_syntax(&self) -> bool {
        self.checks.iter().any(|check| matches!(check.rule, Rule::Source(_)))
            || self.mistakes.iter().any(|mistake| !mistake.rules.source.is_empty())
    }
}

/// Code after the learner's own.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    /// The code.
    pub code: Code,
    /// Whether the learner may not see it.
    pub hidden: bool,
}

/// A solution.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// What this way is called; the reference has none.
    pub title: Option<Clean>,
    /// The code.
    pub code: Code,
    /// When it is better, for another way.
    pub note: Document,
}

/// Given code that is wrong on purpose.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Its id, unique in its step; the learner reads it with spaces.
    pub id: String,
    /// The code, in place of the given one.
    pub code: Code,
}

/// A wrong program that learners write, and what is said to whoever writes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Mistake {
    /// Its id, unique in its step.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// The message.
    pub message: Document,
    /// The wrong program.
    pub program: Code,
    /// Programs that fail alike for another reason.
    pub look_alikes: Vec<Code>,
    /// What narrows it.
    pub rules: MistakeRules,
}

/// What must hold of a submission, besides a mistake's signature, for its message to be shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MistakeRules {
    /// This check, by name, is among those that failed.
    pub check: Option<String>,
    /// That check (or the first failing one) got this: a Python literal, compared as data.
    pub got: Option<String>,
    /// The program or a call ended in this exception, by type name.
    pub exception: Option<String>,
    /// The syntax tree is so: all of them hold.
    pub source: Vec<SourceRule>,
}

/// A program whose output is to be predicted.
#[derive(Debug, Clone, PartialEq)]
pub struct Predict {
    /// Which of the step's examples it is.
    pub example: usize,
    /// The choices; without them, the output is typed.
    pub answer: Option<Question>,
    /// The reasons to choose from, where it asks why.
    pub why: Option<Question>,
}

/// A question with choices.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Its id, unique in its lesson.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// What is asked; empty where the step's own text asks.
    pub text: Inlines,
    /// The choices, in the author's order.
    pub choices: Vec<Choice>,
}

impl Question {
    /// Whether more than one choice is right, so that several may be picked.
    #[must_use]
    pub fn several(&self) -> bool {
        self.choices.iter().filter(|choice| choice.right).count() > 1
    }

    /// Whether these choices, counted from 0, are the right ones and all of them.
    #[must_use]
    pub fn is_answered_by(&self, picked: &[usize]) -> bool {
        self.choices.iter().enumerate().all(|(n, choice)| choice.right == picked.contains(&n))
    }

    /// The first wrong choice among those that were picked.
    #[must_use]
    pub fn wrong_among(&self, picked: &[usize]) -> Option<&Choice> {
        picked.iter().filter_map(|n| self.choices.get(*n)).find(|choice| !choice.right)
    }
}

/// One choice of a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// What it says.
    pub text: Inlines,
    /// Whether it is right.
    pub right: bool,
    /// Why it is right or wrong.
    pub why: Option<Inlines>,
    /// The idea behind a wrong one.
    pub misconception: Option<String>,
}
