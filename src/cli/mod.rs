//! The commands: what each is called, what it takes, and how it ends.
//!
//! One file a command. Everything a person or a script reads of a failure is worded in `failure.rs`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use self::failure::Failure;
use crate::domain::run::Level;

mod answers;
mod check;
mod completions;
mod context;
mod doctor;
mod failure;
mod lint;
mod list;
mod man;
mod new;
mod output;
mod progress;
mod run;
mod settings;
mod show;
mod trace;
mod tutor;
mod types;
mod workers;

/// What a command line says.
#[derive(Debug, Parser)]
#[command(
    name = "pykata",
    version,
    about = "An interactive terminal tutor for Python's advanced features",
    after_help = "Without a command, pykata opens where you stopped.",
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    tutor: tutor::Options,
}

/// A command.
#[derive(Debug, Subcommand)]
enum Command {
    /// List the course: tracks, lessons and steps
    List(list::Options),
    /// Print a lesson, answers withheld
    Show(show::Options),
    /// Run a program as the tutor would
    Run(run::Options),
    /// Show what a program did, line by line
    Trace(trace::Options),
    /// Judge a program, or answers, for an exercise
    Check(check::Options),
    /// Check a program's types
    Types(types::Options),
    /// Prove a pack: examples, starters, solutions and mistakes
    Lint(lint::Options),
    /// Begin a pack or a lesson
    New(new::Options),
    /// Show, export, import or reset what you have done
    Progress(progress::Options),
    /// Show what is set, as a file to begin with
    Settings(settings::Options),
    /// Say what works here: Python, sandbox, terminal, folders
    Doctor(doctor::Options),
    /// Print what a shell needs to complete the command line
    Completions(completions::Options),
    /// Print the manual page, or that of a command
    Man(man::Options),
}

/// Which pack a command is about.
#[derive(Debug, Clone, Default, clap::Args)]
struct PackOption {
    /// Use the pack in this folder instead of the built-in one
    #[arg(long = "pack", value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// How the programs of a command are confined.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
struct SandboxOption {
    /// Run programs at this level and no other: full, confined or limits-only
    #[arg(long = "sandbox", value_name = "LEVEL", value_parser = level)]
    level: Option<Level>,
}

fn level(word: &str) -> Result<Level, String> {
    Level::parse(word).ok_or_else(|| {
        let words: Vec<_> = Level::ALL.iter().rev().map(|level| level.word()).collect();
        format!("there are {}", words.join(", "))
    })
}

/// Reads the command line, carries it out, and gives the exit code: 0 all well, 1 the answer is no, 2 wrong usage,
/// 3 the tutor cannot do its work here.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            return misused(&error);
        }
    };
    let result = match cli.command {
        None => tutor::run(&cli.tutor),
        Some(Command::List(options)) => list::run(&options),
        Some(Command::Show(options)) => show::run(&options),
        Some(Command::Run(options)) => run::run(&options),
        Some(Command::Trace(options)) => trace::run(&options),
        Some(Command::Check(options)) => check::run(&options),
        Some(Command::Types(options)) => types::run(&options),
        Some(Command::Lint(options)) => lint::run(&options),
        Some(Command::New(options)) => new::run(&options),
        Some(Command::Progress(options)) => progress::run(&options),
        Some(Command::Settings(options)) => settings::run(&options),
        Some(Command::Doctor(options)) => doctor::run(&options),
        Some(Command::Completions(options)) => completions::run(&options),
        Some(Command::Man(options)) => man::run(&options),
    };
    result.unwrap_or_else(|failure| failure.report())
}

/// What the commands are called.
fn command_names() -> Vec<String> {
    Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

/// Says what is wrong with a command line, in the object too where one was asked for; or what `--help` asks for.
fn misused(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let json = std::env::args_os().take_while(|word| word != "--").any(|word| word == "--json");
    if !json {
        let _ = error.print();
        return ExitCode::from(2);
    }
    let text = error.render().to_string();
    let sentence = text.split("\n\n").next().unwrap_or_default();
    let words: Vec<&str> =
        sentence.strip_prefix("error: ").unwrap_or(sentence).split_whitespace().collect();
    let failure = Failure::usage("usage", words.join(" ")).hint("`--help` says what it takes");
    let said = output::or_json(Err::<(), _>(failure), true);
    said.map_or_else(|failure| failure.report(), |()| ExitCode::from(2))
}
