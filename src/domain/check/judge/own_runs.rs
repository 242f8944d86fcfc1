//! Judges checks that have runs of their own besides calls: what is measured, generated inputs, the learner's tests.

use super::{Bench, stopped};
use crate::domain::check::answer::{self, Cause, Finding, Seen};
use crate::domain::check::judge::Verdict;
use crate::domain::check::plan::Site;
use crate::domain::check::{Expect, catches, measured};
use crate::domain::clean::Clean;
use crate::domain::run::{Answer, Outcome};

impl Bench<'_> {
    pub(super) fn measured(
        &self,
        call: Option<&str>,
        want: &measured::Want,
        site: Option<&Site>,
    ) -> Finding {
        let finding = site.map_or_else(|| self.not_run(), |site| self.figures(want, site));
        Finding { call: call.map(Clean::line), ..finding }
    }

    fn figures(&self, want: &measured::Want, site: &Site) -> Finding {
        let answer = match self.reached(site) {
            Ok(answer) => answer,
            Err(finding) => return *finding,
        };
        let Some(figures) = self.seen[site.answer.0].figures.as_deref() else {
            return Finding::said(Verdict::Error, "nothing was measured").caused_by(Cause::Tutor);
        };
        match answer {
            Answer::Raised(exception) if !figures.over => {
                let expected = "a call that comes to its end";
                answer::unexpected(exception, expected, &self.plan.file)
                    .having_seen(Seen::Raised(exception.clone()))
            }
            _ => measured::judge(want, figures, &self.plan.file),
        }
    }

    /// The last input that failed speaks: it is the smallest. What came of inputs is no evidence, as they are others each time.
    pub(super) fn generated(&self, sites: &[Site]) -> Finding {
        let mut found = None;
        for site in sites {
            let finding = self.trial(site);
            if finding.verdict != Verdict::Pass {
                found = Some(finding);
            }
        }
        match found {
            Some(finding) => Finding { seen: Vec::new(), ..finding },
            None if sites.is_empty() => self.not_run(),
            None => Finding::new(Verdict::Pass),
        }
    }

    pub(super) fn trial(&self, site: &Site) -> Finding {
        let call = self.plan.runs[site.answer.0].spec.calls.first();
        let finding = self.answer(&Expect::SameAsSolution, site);
        Finding { call: call.map(Clean::line), ..finding }
    }

    pub(super) fn catches(&self, ids: &[String], sites: &[Site]) -> Finding {
        let Some((own, variants)) = sites.split_first() else { return self.not_run() };
        let answer = match self.reached(own) {
            Ok(answer) => answer,
            Err(finding) => return *finding,
        };
        let figures = self.seen[own.answer.0].figures.as_deref();
        let tests = figures.and_then(|figures| figures.tests.as_deref()).unwrap_or_default();
        if let Some(finding) = catches::on_given_code(answer, tests, &self.plan.file) {
            return finding;
        }
        let mut uncaught = Vec::new();
        for (id, site) in ids.iter().zip(variants) {
            let Some(seen) = self.seen.get(site.answer.0) else { return self.not_run() };
            match (seen.outcome, self.failure(site.answer.0)) {
                (Outcome::TutorFailed | Outcome::Interrupted, Some(failure)) => {
                    return stopped(&failure);
                }
                (Outcome::Normal, _) if matches!(seen.answers.first(), Some(Answer::Value(_))) => {
                    uncaught.push(&**id);
                }
                _ => {}
            }
        }
        catches::on_variants(&uncaught, ids.len())
    }
}
