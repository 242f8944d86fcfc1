//! How a run ended, judged from what was seen of it: a pure function.

use super::sys::{self, Status};
use crate::domain::measure::Figures;
use crate::domain::run::{Exception, Outcome};
use crate::protocol::messages::{Closing, End, Excess, Shortage, Standstill, Stuck, Usage};

/// Why the host ended a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kill {
    /// Its real time was used up.
    Timeout,
    /// It wrote more than allowed, or wrote its time away.
    Output,
    /// The learner stopped it, and it did not stop by itself.
    Interrupt,
    /// It sent what is no answer to what it was asked.
    Garbage(String),
    /// Our own machinery broke.
    Broken(String),
}

/// What was seen.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Why the host ended it, if it did.
    pub killed: Option<Kill>,
    /// Whether the learner asked for its end.
    pub interrupted: bool,
    /// What came out of its units, before it was asked for its text.
    pub raising: Option<Exception>,
    /// What it said of the end of its units.
    pub end: Option<End>,
    /// What our own part of it said of its failure.
    pub failed: Option<String>,
    /// Whether it was told that there are no more calls.
    pub released: bool,
    /// What was measured of its last call.
    pub figures: Option<Box<Figures>>,
    /// Its last word.
    pub closing: Option<Closing>,
    /// What init said.
    pub usage: Option<Usage>,
}

impl Evidence {
    /// The standstill that it came to, be it in its units or in the threads that outlived them.
    #[must_use]
    pub fn stuck(&self) -> Option<&Stuck> {
        match &self.end {
            Some(End::Stuck(stuck)) => Some(stuck),
            _ => self.closing.as_ref()?.stuck.as_ref(),
        }
    }
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// In one word.
    pub outcome: Outcome,
    /// The exit code, where it ended itself.
    pub exit: Option<i32>,
    /// The signal that ended it, where we did not send it.
    pub signal: Option<i32>,
    /// What there is to say besides.
    pub note: Option<String>,
}

impl Ending {
    fn bare(outcome: Outcome) -> Self {
        Self { outcome, exit: None, signal: None, note: None }
    }

    fn noted(outcome: Outcome, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..Self::bare(outcome) }
    }

    fn exit(outcome: Outcome, code: i32) -> Self {
        Self { exit: Some(code), ..Self::bare(outcome) }
    }
}

/// Judges how a run ended. Without a program's own report there is no good end, whatever its exit code.
#[must_use]
pub fn classify(evidence: &Evidence) -> Ending {
    match &evidence.killed {
        Some(Kill::Timeout) => return Ending::bare(Outcome::Timeout),
        Some(Kill::Output) => return Ending::bare(Outcome::OutputLimit),
        Some(Kill::Interrupt) => return Ending::bare(Outcome::Interrupted),
        Some(Kill::Garbage(what)) => {
            let note = format!("the program wrote to the tutor's own channel: {what}");
            return Ending::noted(Outcome::Crash, note);
        }
        Some(Kill::Broken(what)) => return Ending::noted(Outcome::TutorFailed, what),
        None => {}
    }
    let Some(usage) = &evidence.usage else {
        return Ending::noted(Outcome::TutorFailed, "the run's init ended without a report");
    };
    if let Some(what) = &usage.error {
        return Ending::noted(Outcome::TutorFailed, format!("the program did not start: {what}"));
    }
    match usage.excess {
        Some(Excess::Tasks) => return Ending::bare(Outcome::ProcessLimit),
        Some(Excess::Memory) => return Ending::bare(Outcome::MemoryLimit),
        Some(Excess::Files) => {
            let note = "its files took more room than a program's scratch folder has";
            return Ending::noted(Outcome::OutputLimit, note);
        }
        None => {}
    }
    if evidence.interrupted {
        return Ending::bare(Outcome::Interrupted);
    }
    if let Some(what) = &evidence.failed {
        return Ending::noted(Outcome::TutorFailed, format!("the harness failed: {what}"));
    }
    match usage.status.map(sys::read_status) {
        None => Ending::noted(Outcome::TutorFailed, "the program's end was not seen"),
        Some(Status::Signaled(signal)) => {
            Ending { signal: Some(signal), ..Ending::bare(Outcome::Crash) }
        }
        Some(Status::Exited(code)) => exited(evidence, code),
    }
}

fn exited(evidence: &Evidence, code: i32) -> Ending {
    if let Some(stuck) = evidence.stuck() {
        return match stuck.why {
            Standstill::Deadlock => Ending::exit(Outcome::Deadlock, code),
            Standstill::Asleep => {
                let note = "it sleeps for more than ten years of its own time";
                Ending { note: Some(note.into()), ..Ending::exit(Outcome::Timeout, code) }
            }
        };
    }
    match &evidence.end {
        None => Ending {
            note: Some("the program ended itself before its last line, past Python".into()),
            ..Ending::exit(Outcome::Exit, code)
        },
        Some(End::Raised { limit, .. }) => {
            let outcome = match limit {
                Some(Shortage::Memory) => Outcome::MemoryLimit,
                Some(Shortage::Tasks) => Outcome::ProcessLimit,
                None => Outcome::Exception,
            };
            Ending::exit(outcome, code)
        }
        Some(End::Normal) if !evidence.released => Ending {
            note: Some("the program ended itself before a call was answered".into()),
            ..Ending::exit(Outcome::Exit, code)
        },
        Some(End::Normal) if code == 0 => Ending::exit(Outcome::Normal, 0),
        // A standstill was dealt with above.
        Some(End::Normal | End::Exit(_) | End::Stuck(_)) => Ending::exit(Outcome::Exit, code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exit_status(code: i32) -> Usage {
        Usage { status: Some(code << 8), ..Usage::default() }
    }

    fn ended(end: Option<End>, code: i32) -> Evidence {
        Evidence { end, released: true, usage: Some(exit_status(code)), ..Evidence::default() }
    }

    fn raised(limit: Option<Shortage>) -> End {
        let exception = Exception {
            class: "ValueError".into(),
            bases: vec![],
            message: String::new(),
            frames: vec![],
            traceback: String::new(),
            cause: None,
            context: None,
            group: vec![],
        };
        End::Raised { exception, limit }
    }

    #[test]
    fn an_end_that_was_reported_and_asked_for_is_normal() {
        let ending = classify(&ended(Some(End::Normal), 0));
        assert_eq!((ending.outcome, ending.exit), (Outcome::Normal, Some(0)));
    }

    #[test]
    fn an_exit_without_a_report_is_never_normal() {
        let ending = classify(&ended(None, 0));
        assert_eq!((ending.outcome, ending.exit), (Outcome::Exit, Some(0)));
        assert!(ending.note.is_some());
    }

    #[test]
    fn an_exit_in_the_middle_of_the_calls_is_never_normal() {
        let evidence = Evidence { released: false, ..ended(Some(End::Normal), 0) };
        assert_eq!(classify(&evidence).outcome, Outcome::Exit);
    }

    #[test]
    fn exit_codes_are_told() {
        assert_eq!(classify(&ended(Some(End::Exit(3)), 3)).exit, Some(3));
        assert_eq!(classify(&ended(Some(End::Normal), 4)).outcome, Outcome::Exit);
    }

    #[test]
    fn an_exception_is_one_unless_a_limit_is_behind_it() {
        let outcome = |limit| classify(&ended(Some(raised(limit)), 1)).outcome;
        assert_eq!(outcome(None), Outcome::Exception);
        assert_eq!(outcome(Some(Shortage::Memory)), Outcome::MemoryLimit);
        assert_eq!(outcome(Some(Shortage::Tasks)), Outcome::ProcessLimit);
    }

    fn stuck(why: Standstill) -> Stuck {
        let End::Raised { exception, .. } = raised(None) else { unreachable!() };
        Stuck { why, exception, waiting: vec![] }
    }

    #[test]
    fn a_standstill_is_named_be_it_in_the_units_or_after_them() {
        let outcome = |why| classify(&ended(Some(End::Stuck(stuck(why))), 1)).outcome;
        assert_eq!(outcome(Standstill::Deadlock), Outcome::Deadlock);
        assert_eq!(outcome(Standstill::Asleep), Outcome::Timeout);
        let closing = Closing { stuck: Some(stuck(Standstill::Deadlock)), ..Closing::default() };
        let later = Evidence { closing: Some(closing), ..ended(Some(End::Normal), 1) };
        assert_eq!(classify(&later).outcome, Outcome::Deadlock);
    }

    #[test]
    fn a_last_word_that_stayed_away_is_no_fault() {
        let evidence = Evidence { closing: None, ..ended(Some(End::Normal), 0) };
        assert_eq!(classify(&evidence).outcome, Outcome::Normal);
    }

    #[test]
    fn a_signal_is_a_crash() {
        let usage = Some(Usage { status: Some(11), ..Usage::default() });
        let ending = classify(&Evidence { usage, ..Evidence::default() });
        assert_eq!((ending.outcome, ending.signal, ending.exit), (Outcome::Crash, Some(11), None));
    }

    #[test]
    fn why_it_was_killed_goes_before_how_it_died() {
        let usage = Some(Usage { status: Some(9), ..Usage::default() });
        let outcome = |killed| {
            classify(&Evidence {
                killed: Some(killed),
                usage: usage.clone(),
                ..Evidence::default()
            })
            .outcome
        };
        assert_eq!(outcome(Kill::Timeout), Outcome::Timeout);
        assert_eq!(outcome(Kill::Output), Outcome::OutputLimit);
        assert_eq!(outcome(Kill::Interrupt), Outcome::Interrupted);
        assert_eq!(outcome(Kill::Garbage(String::new())), Outcome::Crash);
        assert_eq!(outcome(Kill::Broken(String::new())), Outcome::TutorFailed);
    }

    #[test]
    fn what_init_counted_or_could_not_do_is_told() {
        let counted = [
            (Excess::Tasks, Outcome::ProcessLimit),
            (Excess::Memory, Outcome::MemoryLimit),
            (Excess::Files, Outcome::OutputLimit),
        ];
        for (excess, outcome) in counted {
            let usage = Usage { status: Some(9), excess: Some(excess), ..Usage::default() };
            let ending = classify(&Evidence { usage: Some(usage), ..Evidence::default() });
            assert_eq!(ending.outcome, outcome);
        }
        let unable = Usage { error: Some("no room".into()), ..Usage::default() };
        let ending = classify(&Evidence { usage: Some(unable), ..Evidence::default() });
        assert_eq!(ending.outcome, Outcome::TutorFailed);
        assert_eq!(classify(&Evidence::default()).outcome, Outcome::TutorFailed);
    }

    #[test]
    fn a_stop_that_the_learner_asked_for_is_named_so() {
        let evidence = Evidence { interrupted: true, ..ended(Some(raised(None)), 1) };
        assert_eq!(classify(&evidence).outcome, Outcome::Interrupted);
    }
}
