//! Every lesson, the built-in ones and the example of the format, is a test: it has to prove itself.

use std::fmt::Write as _;
use std::path::Path;

use pykata::analysis::facts::facts;
use pykata::analysis::types::{LessonTypes, TypeChecker};
use pykata::authoring::{Sight, Tools, lint};
use pykata::domain::course::PythonVersion;
use pykata::domain::problem::{Problem, Severity};
use pykata::runner::{Config, Supervisor};
use pykata::store::pack::load_dir;
use pykata::store::proofs::Proofs;

fn proves_itself(path: &Path) -> datatest_stable::Result<()> {
    let root = path.ancestors().find(|folder| folder.join("pack.toml").is_file());
    let root = root.ok_or("the lesson stands in no pack")?;
    let file = path.strip_prefix(root)?.to_string_lossy().into_owned();
    let parsed = load_dir(root)?;
    let mut problems = parsed.problems;
    let mut pack = parsed.pack.ok_or("the pack can be read")?;
    for track in &mut pack.tracks {
        track.lessons.retain(|lesson| *lesson.file == *file);
    }
    if pack.lessons().next().is_none() {
        return Err(format!("{file} is not among the lessons of its pack").into());
    }

    let worker = env!("CARGO_BIN_EXE_pykata-worker").into();
    let mut runner =
        Supervisor::new(Config { worker, temporary: std::env::temp_dir(), level: None })?;
    let python = runner.about()?.python;
    let minor = python.split('.').nth(1).ok_or("a Python has a minor version")?.parse()?;
    let types = LessonTypes::with(TypeChecker::at(env!("CARGO_BIN_EXE_pykata-types").into()));
    let tools = Tools {
        python: PythonVersion(minor),
        sight: Sight { facts: &facts, types: &|typed| types.check(typed) },
        runners: vec![Box::new(runner)],
        progress: &|_, _| {},
        proofs: &Proofs::none(),
        is_stopped: &|| false,
    };
    problems.extend(lint(&pack, tools).problems);
    // A warning, such as a lesson that is not written yet, does not keep a pack from working.
    problems.retain(|it| *it.place.file == *file && it.severity == Severity::Error);
    if problems.is_empty() { Ok(()) } else { Err(listed(&problems).into()) }
}

fn listed(problems: &[Problem]) -> String {
    let mut out = String::new();
    for problem in problems {
        let _ = write!(out, "\n{}: {}", problem.place, problem.message);
    }
    out
}

datatest_stable::harness! {
    { test = proves_itself, root = "lessons", pattern = r".*/.*\.md$" },
    { test = proves_itself, root = "tests/packs/example", pattern = r".*/.*\.md$" },
}
