//! `pykata man`: the manual page, of the program or of one command.

use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_mangen::Man;

use super::failure::Failure;
use super::{Cli, command_names, output};

/// What `pykata man` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// A command; without it, the page of the program
    command: Option<String>,
}

/// Prints a page in roff, as `man -l -` reads it.
pub(super) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let mut whole = Cli::command();
    // Fills in what subcommands inherit, such as their full names.
    whole.build();
    let page = match &options.command {
        None => whole,
        Some(name) => whole.find_subcommand(name).cloned().ok_or_else(|| {
            Failure::usage("command", format_args!("there is no command {name:?}"))
                .hint(format_args!("there are {}", command_names().join(", ")))
        })?,
    };
    let mut roff = Vec::new();
    Man::new(page).render(&mut roff)?;
    output::text(&String::from_utf8_lossy(&roff))?;
    Ok(ExitCode::SUCCESS)
}
