//! `pykata run`: a program as the tutor would run it.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;

use super::failure::Failure;
use super::{SandboxOption, context, output, workers};
use crate::domain::clean::Clean;
use crate::domain::printed::Passing;
use crate::domain::run::{
    Author, Clock, Exception, Frame, Limits, Loose, Observation, Outcome, Program, RunSpec, Stream,
    Unit,
};
use crate::runner::{Execute as _, RunEvent};

/// What `pykata run` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The program; - reads standard input
    pub(super) file: PathBuf,
    /// Print one JSON object instead of the program's output
    #[arg(long)]
    pub(super) json: bool,
    /// The most real time, in seconds
    #[arg(long, value_name = "S", value_parser = seconds)]
    wall: Option<u64>,
    /// The most memory of a process, in MiB
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(16..=1_048_576))]
    memory: Option<u64>,
    /// The most threads and processes
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    tasks: Option<u32>,
    #[command(flatten)]
    pub(super) sandbox: SandboxOption,
    /// The program's clock: with the virtual one, waiting costs nothing
    #[arg(long, value_name = "CLOCK")]
    clock: Option<ClockName>,
}

/// The clocks by name.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum ClockName {
    Real,
    Virtual,
}

impl From<ClockName> for Clock {
    fn from(name: ClockName) -> Self {
        match name {
            ClockName::Real => Self::Real,
            ClockName::Virtual => Self::Virtual,
        }
    }
}

/// What `--json` says of a run.
#[derive(Debug, Serialize)]
pub(super) struct RunReport {
    pub(super) outcome: &'static str,
    exit: Option<i32>,
    signal: Option<i32>,
    exception: Option<ExceptionRow>,
    stdout: String,
    stderr: String,
    stdout_bytes: u64,
    stderr_bytes: u64,
    wall_ms: f64,
    virtual_s: Option<f64>,
    peak_bytes: Option<u64>,
    tasks_left: Vec<Loose>,
    never_awaited: Vec<Loose>,
    processes_left: u32,
    sandbox: &'static str,
    python: String,
    note: Option<String>,
}

#[derive(Debug, Serialize)]
struct ExceptionRow {
    #[serde(rename = "type")]
    class: String,
    message: String,
    frames: Vec<Frame>,
    traceback: String,
}

impl RunReport {
    /// Puts an observation into the words of `--json`.
    pub(super) fn of(seen: &Observation) -> Self {
        Self {
            outcome: seen.outcome.word(),
            exit: seen.exit,
            signal: seen.signal,
            exception: seen.exception.as_ref().map(ExceptionRow::of),
            stdout: seen.stdout.text(),
            stderr: seen.stderr.text(),
            stdout_bytes: seen.stdout.total,
            stderr_bytes: seen.stderr.total,
            wall_ms: seen.wall_ms,
            virtual_s: seen.virtual_s,
            peak_bytes: seen.peak_bytes,
            tasks_left: seen.tasks.tasks_left.clone(),
            never_awaited: seen.tasks.never_awaited.clone(),
            processes_left: seen.processes_left,
            sandbox: seen.sandbox.word(),
            python: seen.python.clone(),
            note: seen.note.clone(),
        }
    }
}

impl ExceptionRow {
    fn of(exception: &Exception) -> Self {
        Self {
            class: exception.class.clone(),
            message: exception.message.clone(),
            frames: exception.frames.clone(),
            traceback: exception.traceback.clone(),
        }
    }
}

/// Runs the program; its output is passed on as it comes.
pub(super) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let seen = output::or_json(carried_out(options), options.json)?;
    if options.json {
        output::json(&RunReport::of(&seen))?;
    } else {
        // Whoever closed standard error does not want to know.
        let _ = say_end(&seen);
    }
    Ok(exit_code(&seen))
}

/// The exit code after a run.
pub(super) fn exit_code(seen: &Observation) -> ExitCode {
    match seen.outcome {
        Outcome::Normal => ExitCode::SUCCESS,
        Outcome::TutorFailed => ExitCode::from(3),
        _ => ExitCode::from(1),
    }
}

fn carried_out(options: &Options) -> Result<Observation, Failure> {
    let spec = spec(options, !options.json)?;
    let mut runner = workers::one(options.sandbox)?;
    let mut output = Output::new();
    let seen = runner.run(&spec, &mut |event| {
        if !options.json {
            output.pass(&event);
        }
    });
    output.finish();
    Ok(seen)
}

/// The run that the options ask for; what is passed on as it comes is passed on whole.
pub(super) fn spec(options: &Options, passed_on: bool) -> Result<RunSpec, Failure> {
    let source = context::read_source(&options.file)?;
    let unit = Unit {
        bytes: source.bytes,
        ..Unit::new(Author::Learner, unit_name(&options.file), source.text)
    };
    let settings = context::settings();
    let clock = options.clock.map(Clock::from).or(settings.clock).unwrap_or_default();
    let program = Program { units: vec![unit], clock, ..Program::default() };
    Ok(RunSpec {
        program,
        calls: Vec::new(),
        limits: limits(options, &settings.limits(), passed_on),
    })
}

fn limits(options: &Options, usual: &Limits, passed_on: bool) -> Limits {
    // What is passed on is passed on whole: only what `--json` keeps is cut in the middle.
    let told = if passed_on { usual.output_bytes } else { 0 };
    Limits {
        output_told_bytes: told,
        wall_ms: options.wall.unwrap_or(usual.wall_ms),
        memory_bytes: options.memory.map_or(usual.memory_bytes, |mib| mib * 1024 * 1024),
        tasks: options.tasks.unwrap_or(usual.tasks),
        ..usual.clone()
    }
}

/// The bare name that tracebacks show.
fn unit_name(file: &Path) -> String {
    let name = file.file_name().and_then(|name| name.to_str()).filter(|name| *name != "-");
    name.unwrap_or("main.py").to_owned()
}

/// Where output is passed on to: to a terminal as harmless text, elsewhere as it came.
struct Output {
    stdout: Option<Passing>,
    stderr: Option<Passing>,
}

impl Output {
    fn new() -> Self {
        let passing = |terminal: bool| terminal.then(|| Passing::new(context::theme(None).color));
        let (out, err) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        Self { stdout: passing(out), stderr: passing(err) }
    }

    fn pass(&mut self, event: &RunEvent) {
        let RunEvent::Output(stream, bytes) = event;
        // Whoever closed the stream does not want the rest of it.
        let _ = match stream {
            Stream::Stdout => write_to(io::stdout().lock(), self.stdout.as_mut(), bytes),
            Stream::Stderr => write_to(io::stderr().lock(), self.stderr.as_mut(), bytes),
        };
    }

    /// Passes on what waited for its rest.
    fn finish(&mut self) {
        if let Some(passing) = &mut self.stdout {
            let _ = write_to(io::stdout().lock(), None, passing.finish().as_bytes());
        }
        if let Some(passing) = &mut self.stderr {
            let _ = write_to(io::stderr().lock(), None, passing.finish().as_bytes());
        }
    }
}

fn write_to(
    mut stream: impl io::Write,
    passing: Option<&mut Passing>,
    bytes: &[u8],
) -> io::Result<()> {
    match passing {
        Some(passing) => stream.write_all(passing.pass(bytes).as_bytes())?,
        None => stream.write_all(bytes)?,
    }
    stream.flush()
}

/// Says on standard error how a run ended, unless all is well.
pub(super) fn say_end(seen: &Observation) -> io::Result<()> {
    let mut err = io::stderr().lock();
    if let Some(exception) = &seen.exception {
        if io::stderr().is_terminal() {
            err.write_all(Clean::text(&exception.traceback).as_bytes())?;
        } else {
            err.write_all(exception.traceback.as_bytes())?;
        }
    }
    let end = match seen.outcome {
        Outcome::Normal | Outcome::Exception => None,
        // Python says no more of it either, and our own exit code is the same.
        Outcome::Exit if seen.exit == Some(1) && seen.note.is_none() => None,
        Outcome::Exit => Some(format!("exit code {}", seen.exit.unwrap_or_default())),
        Outcome::Crash => {
            Some(seen.signal.map_or("crash".into(), |signal| format!("crash (signal {signal})")))
        }
        outcome => Some(format!("{} after {:.1} s", outcome.word(), seen.wall_ms / 1000.0)),
    };
    if let Some(end) = &end {
        writeln!(err, "pykata: the run ended as {end}")?;
    }
    if let Some(note) = &seen.note {
        let before = if end.is_some() { "  " } else { "pykata: " };
        writeln!(err, "{before}{}", Clean::line(note))?;
    }
    Ok(())
}

/// Reads seconds, with a fraction if need be, as milliseconds.
fn seconds(text: &str) -> Result<u64, String> {
    let seconds: f64 =
        text.parse().map_err(|_| "a number of seconds is wanted, as in 2.5".to_owned())?;
    if !(0.05..=86_400.0).contains(&seconds) {
        return Err("0.05 to 86400 seconds can be given".to_owned());
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range was checked"
    )]
    Ok((seconds * 1000.0).round() as u64)
}
