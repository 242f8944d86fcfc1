//! `pykata doctor`: what works here, and what to do about the rest.

use std::env;
use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;

use serde::Serialize;

use super::failure::Failure;
use super::{SandboxOption, context, output, workers};
use crate::analysis::types::{TypeChecker, TypesError};
use crate::protocol;
use crate::runner::{About, Config};
use crate::store::folders::{Folders, NoFolder};
use crate::store::state::Store;

mod shut;

/// What `pykata doctor` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    sandbox: SandboxOption,
}

#[derive(Debug, Serialize)]
struct Findings {
    python: Option<String>,
    sandbox: shut::SandboxRow,
    terminal: TerminalRow,
    folders: FoldersRow,
    versions: Versions,
    problems: Vec<ProblemRow>,
}

#[derive(Debug, Serialize)]
struct TerminalRow {
    is_terminal: bool,
    term: Option<String>,
    columns: Option<u16>,
    theme: &'static str,
    unicode: bool,
    color: bool,
}

#[derive(Debug, Serialize)]
struct FoldersRow {
    data: Option<PathBuf>,
    config: Option<PathBuf>,
    saving: bool,
}

#[derive(Debug, Serialize)]
struct Versions {
    pykata: &'static str,
    build: &'static str,
    built_with_python: &'static str,
    worker: Option<PathBuf>,
    types: Option<PathBuf>,
}

#[derive(Debug, Serialize)]
struct ProblemRow {
    what: String,
    hint: Option<String>,
}

/// Looks at everything and reports; the exit code is 3 where the tutor cannot run programs.
pub(super) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let mut problems = Vec::new();
    let about = worker(options.sandbox, &mut problems);
    let types = types(&mut problems);
    let findings = Findings {
        python: about.as_ref().map(|about| about.python.clone()),
        sandbox: shut::row(about.as_ref()),
        terminal: terminal(),
        folders: folders(&mut problems),
        versions: Versions {
            pykata: env!("CARGO_PKG_VERSION"),
            build: protocol::BUILD_ID,
            built_with_python: protocol::PYTHON_VERSION,
            worker: Config::beside_this_program().ok().map(|config| config.worker),
            types,
        },
        problems,
    };
    if options.json {
        output::json(&findings)?;
    } else {
        output::text(&as_text(&findings))?;
    }
    Ok(ExitCode::from(if about.is_some() { 0 } else { 3 }))
}

fn worker(sandbox: SandboxOption, problems: &mut Vec<ProblemRow>) -> Option<About> {
    let about = workers::idle(sandbox)
        .and_then(|mut runner| runner.about().map_err(|error| workers::no_worker(&error)));
    about
        .map_err(|failure| problems.push(ProblemRow { what: failure.message, hint: failure.hint }))
        .ok()
}

/// The type checker, where it is there and answers.
fn types(problems: &mut Vec<ProblemRow>) -> Option<PathBuf> {
    let made = TypeChecker::beside_this_program()
        .map_err(|source| TypesError::System { what: "find this program's folder", source });
    let started = made.and_then(|mut checker| {
        checker.start()?;
        Ok(checker.program().clone())
    });
    started
        .map_err(|error| {
            let hint = format!("{} Without it everything works but checks of types.", error.hint());
            problems.push(ProblemRow { what: error.to_string(), hint: Some(hint) });
        })
        .ok()
}

fn terminal() -> TerminalRow {
    let theme = context::theme(None);
    TerminalRow {
        is_terminal: std::io::stdout().is_terminal(),
        term: env::var("TERM").ok(),
        columns: context::terminal_width(),
        theme: theme.name.word(),
        unicode: theme.unicode,
        color: theme.color,
    }
}

fn folders(problems: &mut Vec<ProblemRow>) -> FoldersRow {
    let folders = Folders::from_env();
    let (_, notices) = Store::open(&folders);
    for notice in &notices {
        problems.push(ProblemRow { what: notice.sentence().to_string(), hint: None });
    }
    let known = |folder: &Result<PathBuf, NoFolder>| folder.as_ref().ok().cloned();
    FoldersRow {
        data: known(&folders.data),
        config: known(&folders.config),
        saving: !notices.iter().any(crate::store::notice::Notice::means_not_saving),
    }
}

fn as_text(found: &Findings) -> String {
    let mut out = String::new();
    let path = |path: &Option<PathBuf>| {
        path.as_ref().map_or("none".to_owned(), |path| path.display().to_string())
    };
    let python = found.python.as_deref().unwrap_or("does not start");
    let _ = writeln!(out, "Python     {python} (built with {})", found.versions.built_with_python);
    let _ = writeln!(out, "worker     {}", path(&found.versions.worker));
    let types = found.versions.types.as_ref();
    let types = types.map_or("not checked".to_owned(), |path| path.display().to_string());
    let _ = writeln!(out, "types      {types}");
    out.push_str(&shut::text(&found.sandbox));
    let terminal = &found.terminal;
    let _ = writeln!(
        out,
        "terminal   {}, {} columns, theme {}, {}, {}",
        terminal.term.as_deref().unwrap_or("no TERM"),
        terminal.columns.map_or("unknown".to_owned(), |columns| columns.to_string()),
        terminal.theme,
        if terminal.unicode { "Unicode" } else { "ASCII" },
        if terminal.color { "color" } else { "no color" },
    );
    let saving = if found.folders.saving { "saved as you go" } else { "NOT SAVED" };
    let _ = writeln!(out, "progress   {} ({saving})", path(&found.folders.data));
    let _ = writeln!(out, "settings   {}", path(&found.folders.config));
    let _ = writeln!(out, "pykata     {} (build {})", found.versions.pykata, found.versions.build);
    for problem in &found.problems {
        let _ = writeln!(out, "problem    {}", problem.what);
        if let Some(hint) = &problem.hint {
            let _ = writeln!(out, "           {hint}");
        }
    }
    if found.problems.is_empty() {
        out.push_str("no problems found\n");
    }
    out
}
