//! `pykata settings`: what is set, and where.

use std::fmt::Write as _;
use std::process::ExitCode;

use super::failure::Failure;
use super::{context, output};
use crate::store::folders::Folders;
use crate::store::settings;

/// What `pykata settings` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Options {}

/// Prints the settings as they are in force, as a file to begin with, and where it goes.
pub(super) fn run(_: &Options) -> Result<ExitCode, Failure> {
    let settings = context::settings();
    let mut out = settings.written();
    if let Some(path) = settings::path(&Folders::from_env()) {
        let state = if path.exists() { "read from" } else { "not there yet; write it to" };
        let _ = write!(out, "\n# {state} {}\n", path.display());
    }
    output::text(&out)?;
    Ok(ExitCode::SUCCESS)
}
