//! The home that the tests run in: with files that no program may read or change, and a secret in the environment.

use std::env;
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::random;

/// What a careless tutor would hand down.
const SECRET: &str = "TUTOR_SECRET";

/// Files in it, and the state of a tutor.
const FILES: [&str; 4] =
    [".hostile_canary", ".hostile_victim", ".local/share/pykata/journal", ".ssh/id_ed25519"];

/// Whether this process is the one with canaries around it.
pub(crate) fn is_prepared() -> bool {
    env::var(SECRET).is_ok_and(|secret| secret.starts_with("CANARY_"))
}

/// The secret.
pub(crate) fn secret() -> String {
    env::var(SECRET).expect("the tests run where it is set")
}

/// Runs this program once more, in such a home.
pub(crate) fn run_inside() -> ExitCode {
    let home = tempfile::tempdir().expect("there is room for a temporary folder");
    let secret = random::canary();
    for name in FILES {
        let path = home.path().join(name);
        fs::create_dir_all(path.parent().expect("it is below the home")).unwrap();
        fs::write(path, format!("{secret} {name}\n")).unwrap();
    }
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(env::args_os().skip(1)).arg0("hostile");
    let status = command.env("HOME", home.path()).env(SECRET, secret).status().unwrap();
    status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, Into::into)
}

/// What the home holds: every file with its content.
pub(crate) fn inventory() -> Vec<(PathBuf, Vec<u8>)> {
    let home = PathBuf::from(env::var_os("HOME").expect("the tests run in a home"));
    let mut found = Vec::new();
    list(&home, &mut found);
    found.sort();
    found
}

fn list(folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if entry.file_type().unwrap().is_dir() {
            list(&path, found);
        } else {
            found.push((path.clone(), fs::read(&path).unwrap_or_default()));
        }
    }
}

/// Says what of the home is not as it was made.
pub(crate) fn is_untouched() -> Result<(), String> {
    let secret = secret();
    let mut names: Vec<_> = inventory();
    names.retain(|(path, content)| {
        let expected = FILES.iter().any(|name| {
            path.ends_with(name) && *content == format!("{secret} {name}\n").as_bytes()
        });
        !expected
    });
    let whole = inventory().len() == FILES.len();
    if names.is_empty() && whole { Ok(()) } else { Err(format!("the home was touched: {names:?}")) }
}
