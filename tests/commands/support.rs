//! What the tests of the commands share: a home of their own, the program, and what it answers.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) const PYKATA: &str = env!("CARGO_BIN_EXE_pykata");

/// The pack that documents the format; the tests know its content.
pub(crate) const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/packs/example");

/// A home folder, from which commands are run.
pub(crate) struct Home {
    folder: TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("there is room for a temporary folder") }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Puts a file there.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, content).expect("the home folder can be written to");
        path
    }

    /// The command, with nothing of this environment.
    pub(crate) fn command<A: AsRef<OsStr>>(&self, args: &[A]) -> Command {
        let mut command = Command::new(PYKATA);
        command.args(args).env_clear().current_dir(self.path()).stdin(Stdio::null());
        command.env("PATH", "/usr/bin:/bin").env("LANG", "C.UTF-8").env("HOME", self.path());
        command
    }

    /// Runs it to its end.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: &[A]) -> Answer {
        Answer::of(self.command(args).output().expect("the program starts"))
    }

    /// Runs it with something on standard input.
    pub(crate) fn feed<A: AsRef<OsStr>>(&self, args: &[A], input: &str) -> Answer {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut pipe = child.stdin.take().expect("standard input is a pipe");
        pipe.write_all(input.as_bytes()).expect("the program reads its input");
        drop(pipe);
        Answer::of(child.wait_with_output().expect("the program ends"))
    }
}

/// What a command answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: Option<i32>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Answer {
    fn of(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            code: output.status.code(),
            out: text(&output.stdout),
            err: text(&output.stderr),
            bytes: output.stdout,
        }
    }

    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// The object of `--json`: one line, and nothing beside it.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert!(self.out.ends_with('\n') && self.out.lines().count() == 1, "{self:#?}");
        let value: Value = serde_json::from_str(&self.out).expect("standard output is JSON");
        assert_eq!(value["version"], 1);
        value
    }

    /// The object's error, which stands there instead of any other field.
    #[track_caller]
    pub(crate) fn error(&self) -> Value {
        let value = self.json();
        assert_eq!(keys(&value), ["error", "version"]);
        let error = value["error"].clone();
        assert_eq!(keys(&error), ["hint", "kind", "message"]);
        error
    }
}

/// The fields of an object, sorted.
#[track_caller]
pub(crate) fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> =
        value.as_object().expect("this is an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// The objects of an array.
#[track_caller]
pub(crate) fn rows(value: &Value) -> &[Value] {
    value.as_array().expect("this is an array")
}

/// Asserts that a text stands in another.
#[track_caller]
pub(crate) fn assert_has(text: &str, part: &str) {
    assert!(text.contains(part), "no {part:?} in:\n{text}");
}

/// A copy of the example pack with its lesson changed.
pub(crate) fn broken_pack(home: &Home, change: impl Fn(&str) -> String) -> PathBuf {
    const LESSON: &str = "decorators/30-keep-the-name.md";
    let folder = home.path().join("broken");
    fs::create_dir_all(folder.join("decorators")).expect("the home folder can be written to");
    let read =
        |name| fs::read_to_string(Path::new(EXAMPLE).join(name)).expect("it is in the source");
    fs::write(folder.join("pack.toml"), read("pack.toml")).expect("the pack can be written");
    fs::write(folder.join(LESSON), change(&read(LESSON))).expect("the lesson can be written");
    folder
}
