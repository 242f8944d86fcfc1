//! `pykata check`: a verdict on an exercise.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::Ordering;

use serde::Serialize;

use super::failure::Failure;
use super::run::RunReport;
use super::{PackOption, SandboxOption, answers, context, output, workers};
use crate::analysis::facts;
use crate::analysis::types::LessonTypes;
use crate::domain::check::judge::{CheckResult, Points, Verdict};
use crate::domain::course::Task;
use crate::domain::exercise::CodeTask;
use crate::domain::run::Outcome;
use crate::runner::grade::{Graded, Grader, Submission};

/// What `pykata check` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The step, as in decorators/closures#counters
    step: String,
    /// The program; for choices, the numbers of the picked items, a line for each question; - reads standard input
    file: PathBuf,
    #[command(flatten)]
    pack: PackOption,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    sandbox: SandboxOption,
}

/// The answer of `pykata check`.
#[derive(Debug, Default, Serialize)]
pub(super) struct CheckReport {
    pub(super) step: String,
    pub(super) passed: bool,
    pub(super) checks: Vec<CheckRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) points: Option<Points>,
    pub(super) mistake: Option<MistakeRow>,
    pub(super) run: Option<RunReport>,
}

/// One check, or one question.
#[derive(Debug, Default, Serialize)]
pub(super) struct CheckRow {
    pub(super) name: String,
    pub(super) verdict: &'static str,
    pub(super) call: Option<String>,
    pub(super) expected: Option<String>,
    pub(super) got: Option<String>,
    pub(super) message: Option<String>,
    pub(super) notes: Vec<String>,
}

/// A known mistake.
#[derive(Debug, Serialize)]
pub(super) struct MistakeRow {
    pub(super) id: String,
    pub(super) message: String,
}

/// Judges and prints the verdict.
pub(super) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let report = output::or_json(judged(options), options.json)?;
    if options.json {
        output::json(&report)?;
    } else {
        output::text(&as_text(&report))?;
    }
    Ok(match &report.run {
        Some(run) if run.outcome == Outcome::TutorFailed.word() => ExitCode::from(3),
        _ => ExitCode::from(u8::from(!report.passed)),
    })
}

fn judged(options: &Options) -> Result<CheckReport, Failure> {
    let pack = context::load_pack(&options.pack)?;
    let (lesson, step) = context::step(&pack, &options.step)?;
    let text = context::read_program(&options.file)?;
    let report = match &step.task {
        Task::Code(_, task) => code(task, &step.file_name(), &text, options.sandbox)?,
        Task::Predict(predict) => answers::predict(predict, step, &text)?,
        Task::Choice(questions) => answers::choice(questions, &text)?,
        Task::Read | Task::Cards(_) => {
            return Err(Failure::usage(
                "no-exercise",
                format_args!("{} has nothing to check", options.step),
            )
            .hint("`pykata list --steps` names the kind of every step"));
        }
    };
    Ok(CheckReport { step: format!("{}#{}", lesson.id, step.id), ..report })
}

fn code(
    task: &CodeTask,
    file: &str,
    text: &str,
    sandbox: SandboxOption,
) -> Result<CheckReport, Failure> {
    let runner = if task.needs_run() { workers::one(sandbox)? } else { workers::resting(sandbox)? };
    let checker = LessonTypes::beside_this_program();
    let stopped = runner.is_stopped();
    let mut grader = Grader::new(runner);
    let submission = Submission {
        task,
        file_name: file,
        text,
        limits: &context::settings().limits(),
        facts_of: &facts::facts,
        types_of: &|typed| checker.check(typed),
        is_stopped: &|| stopped.load(Ordering::Relaxed),
    };
    let graded = grader.grade(submission, &mut |_| {});
    if let Some(error) = checker.take_fault() {
        return Err(super::types::failure(&error));
    }
    let Graded { judgement, mistake, observation } = graded;
    Ok(CheckReport {
        passed: judgement.passed,
        checks: judgement.results.iter().map(row).collect(),
        points: judgement.points,
        mistake: mistake
            .map(|found| MistakeRow { message: context::plain(&found.message), id: found.id }),
        run: task.needs_run().then(|| RunReport::of(&observation)),
        ..CheckReport::default()
    })
}

fn row(result: &CheckResult) -> CheckRow {
    let text =
        |clean: &Option<crate::domain::clean::Clean>| clean.as_ref().map(ToString::to_string);
    CheckRow {
        name: result.name.to_string(),
        verdict: result.verdict.word(),
        call: text(&result.call),
        expected: text(&result.expected),
        got: text(&result.got),
        message: text(&result.message),
        notes: result.notes.iter().map(ToString::to_string).collect(),
    }
}

fn as_text(report: &CheckReport) -> String {
    let mut out = String::new();
    for check in &report.checks {
        let _ = writeln!(out, "{:8}{}", check.verdict, check.name);
        // What was evaluated is of interest where it did not do as asked.
        let call = check.call.as_ref().filter(|_| check.verdict != Verdict::Pass.word());
        for line in call.iter().flat_map(|call| call.lines()) {
            let _ = writeln!(out, "          {line}");
        }
        let lines =
            [("", &check.message), ("expected ", &check.expected), ("got      ", &check.got)];
        for (label, text) in lines {
            for line in text.iter().flat_map(|text| text.lines()) {
                let _ = writeln!(out, "          {label}{line}");
            }
        }
        for note in &check.notes {
            let _ = writeln!(out, "          {note}");
        }
    }
    if let Some(mistake) = &report.mistake {
        let _ = writeln!(out, "\n{}", mistake.message);
    }
    if let Some(points) = &report.points {
        let _ = writeln!(out, "\n{} of {} points", points.earned, points.possible);
        for row in &points.rubric {
            let _ = writeln!(out, "  {}: {} of {}", row.name, row.earned, row.possible);
        }
    }
    let open = report.checks.iter().filter(|check| check.verdict != Verdict::Pass.word()).count();
    let verdict = if report.passed {
        "passed".to_owned()
    } else {
        format!("not yet: {open} of {} to go", report.checks.len())
    };
    let _ = writeln!(out, "\n{}: {verdict}", report.step);
    out
}
