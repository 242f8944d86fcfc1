//! `pykata-worker`: alone linked with Python. As a zygote it starts CPython once and forks a process for each run; under
//! a name that begins with `python` it is that, for the children of a learner's program.
//!
//! It may know limits and messages, and nothing of the course. README.md beside this file draws the processes.

mod channel;
mod interpreter;
mod program;
mod reader;
mod record;
mod zygote;

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().collect();
    if acts_as_python(&arguments) {
        return interpreter::act_as_python(&arguments);
    }
    match zygote::Options::read(&arguments) {
        Some(options) => zygote::serve(&options),
        None => refuse(),
    }
}

/// Whether it was started as Python: by the name of the link, or, where its caller gave it another first argument, by the
/// path that the system started.
fn acts_as_python(arguments: &[OsString]) -> bool {
    let first = arguments.first().map(PathBuf::from);
    first.into_iter().chain(interpreter::started_path()).any(|path| {
        path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"python"))
    })
}

#[expect(clippy::print_stderr, reason = "started by hand, its one answer goes to the terminal")]
fn refuse() -> ExitCode {
    eprintln!("pykata-worker runs programs for pykata and is started by it; start pykata instead");
    ExitCode::from(2)
}
