//! A stand-in for the worker, for the tests of other rooms.

use super::{Execute, RunEvent};
use crate::domain::run::{Captured, Observation, Outcome, RunSpec, Stream};

/// Carries out nothing: answers each run with what it was given, and remembers what it was asked.
pub struct FakeRunner {
    answer: Box<dyn FnMut(&RunSpec) -> Observation + Send>,
    /// The runs that were asked for, in order.
    pub asked: Vec<RunSpec>,
}

impl FakeRunner {
    /// Answers with what a function makes of each request.
    pub fn new(answer: impl FnMut(&RunSpec) -> Observation + Send + 'static) -> Self {
        Self { answer: Box::new(answer), asked: Vec::new() }
    }

    /// Answers with these observations, in order; after the last one the tutor has failed.
    #[must_use]
    pub fn replaying(observations: Vec<Observation>) -> Self {
        let mut rest = observations.into_iter();
        Self::new(move |_| {
            rest.next().unwrap_or_else(|| Observation::tutor_failed("the fake has nothing more"))
        })
    }
}

/// What is seen of a program that prints this and ends well.
#[must_use]
pub fn printed(text: &str) -> Observation {
    let stdout = Captured { head: text.into(), tail: Vec::new(), total: text.len() as u64 };
    Observation {
        outcome: Outcome::Normal,
        exit: Some(0),
        stdout,
        note: None,
        ..Observation::tutor_failed("")
    }
}

impl Execute for FakeRunner {
    fn run(&mut self, spec: &RunSpec, watch: &mut dyn FnMut(RunEvent)) -> Observation {
        self.asked.push(spec.clone());
        let seen = (self.answer)(spec);
        for (stream, captured) in [(Stream::Stdout, &seen.stdout), (Stream::Stderr, &seen.stderr)] {
            if !captured.head.is_empty() {
                watch(RunEvent::Output(stream, captured.head.clone()));
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fake_tells_its_output_and_remembers_what_it_was_asked() {
        let mut fake = FakeRunner::replaying(vec![printed("hello\n")]);
        let mut events = Vec::new();
        let spec = RunSpec::default();
        let seen = fake.run(&spec, &mut |event| events.push(event));
        assert_eq!(seen.outcome, Outcome::Normal);
        assert_eq!(events, [RunEvent::Output(Stream::Stdout, b"hello\n".to_vec())]);
        assert_eq!(fake.asked, [spec]);
    }

    #[test]
    fn a_fake_that_is_asked_too_often_says_so() {
        let mut fake = FakeRunner::replaying(Vec::new());
        assert_eq!(fake.run(&RunSpec::default(), &mut |_| {}).outcome, Outcome::TutorFailed);
    }
}
