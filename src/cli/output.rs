//! Writing answers: one object for `--json`, text otherwise.

use std::io::{self, Write as _};

use serde::Serialize;

use super::failure::Failure;

/// The version of every `--json` object.
pub(super) const VERSION: u32 = 1;

/// One object of `--json`, with its version, and with the failure where there was one.
#[derive(Debug, Serialize)]
pub(super) struct Answer<'a, T: Serialize> {
    version: u32,
    #[serde(flatten)]
    body: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a Failure>,
}

/// Prints one object.
pub(super) fn json<T: Serialize>(body: &T) -> Result<(), Failure> {
    print_json(&Answer { version: VERSION, body: Some(body), error: None })
}

/// With `--json`, says a failure in the object too, so that standard output is whole whatever happened.
pub(super) fn or_json<T>(result: Result<T, Failure>, json: bool) -> Result<T, Failure> {
    result.map_err(|failure| {
        if !json {
            return failure;
        }
        let answer = Answer::<()> { version: VERSION, body: None, error: Some(&failure) };
        match print_json(&answer) {
            Ok(()) => failure.said(),
            Err(unwritten) => unwritten,
        }
    })
}

/// Prints text; a reader that went away (a closed pipe) is no failure.
pub(super) fn text(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

fn print_json<T: Serialize>(value: &T) -> Result<(), Failure> {
    let mut line = serde_json::to_string(value).map_err(io::Error::from)?;
    line.push('\n');
    text(&line)
}
