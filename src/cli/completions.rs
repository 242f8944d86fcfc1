//! `pykata completions`: what a shell needs to complete the command line.

use std::process::ExitCode;

use clap::{CommandFactory as _, ValueEnum as _};
use clap_complete::Shell;

use super::failure::Failure;
use super::{Cli, output};

/// What `pykata completions` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The shell: bash, elvish, fish, powershell or zsh
    #[arg(value_name = "SHELL", value_parser = shell)]
    shell: Shell,
}

fn shell(word: &str) -> Result<Shell, String> {
    Shell::from_str(word, true).map_err(|_| {
        let names: Vec<String> = Shell::value_variants().iter().map(ToString::to_string).collect();
        format!("there are {}", names.join(", "))
    })
}

/// Prints the script; the shell's own documentation says where it goes.
pub(super) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "pykata", &mut script);
    output::text(&String::from_utf8_lossy(&script))?;
    Ok(ExitCode::SUCCESS)
}
