//! The list of hostile programs, and their sources. The two longest are made here rather than kept.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use pykata::domain::run::Level;

use crate::outcome::Class;

/// What running a program can do where nothing holds it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Danger {
    /// Nothing.
    None,
    /// It needs limits and a folder of its own.
    Limits,
    /// It needs a process namespace of its own or a filter of system calls.
    Dangerous,
}

/// One program.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) file: String,
    pub(crate) expect: Vec<Class>,
    pub(crate) danger: Danger,
}

/// Kinds of programs that reach for the machine itself: not for a level that holds nothing back, whatever they say.
const REACHING: [&str; 4] = ["proc_", "file_", "net_", "tty_"];

impl Entry {
    /// Its name without the ending.
    pub(crate) fn stem(&self) -> &str {
        self.file.trim_end_matches(".py")
    }

    /// Whether it is graded, and not only run.
    pub(crate) fn is_graded(&self) -> bool {
        self.expect.contains(&Class::ForgedMustFail)
    }

    /// Whether it may be run at a level.
    pub(crate) fn may_run_at(&self, level: Level) -> bool {
        let reaches = REACHING.iter().any(|group| self.file.starts_with(group));
        level > Level::LimitsOnly || (self.danger == Danger::None && !reaches)
    }

    /// The name under which a learner would have it.
    pub(crate) fn unit_name(&self) -> &str {
        if self.file.starts_with("src_27") { "random.py" } else { &self.file }
    }

    /// Its source, to the byte.
    pub(crate) fn source(&self) -> Vec<u8> {
        match self.stem() {
            "src_43_long_line_1mb" => long_line(),
            "src_44_many_lines_100k" => many_lines(),
            _ => fs::read(folder().join(&self.file)).expect("every program of the list is there"),
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile")
}

/// Reads the list.
pub(crate) fn read() -> Vec<Entry> {
    let text = fs::read_to_string(folder().join("MANIFEST.tsv")).expect("the list is there");
    let rows = text.lines().skip(1).filter(|row| !row.is_empty());
    rows.map(entry).collect()
}

fn entry(row: &str) -> Entry {
    let mut cells = row.split('\t');
    let mut cell = || cells.next().unwrap_or_else(|| panic!("a cell is missing: {row}"));
    let (file, expect) = (cell().to_owned(), cell());
    let danger = match cell() {
        "none" => Danger::None,
        "limits" => Danger::Limits,
        "DANGEROUS" => Danger::Dangerous,
        other => panic!("{other:?} is no danger: {row}"),
    };
    Entry { file, expect: expect.split(',').map(Class::parse).collect(), danger }
}

/// One source line of a megabyte.
fn long_line() -> Vec<u8> {
    format!("x = '{}'\nprint(len(x))\n", "a".repeat(1_000_000)).into_bytes()
}

/// A hundred thousand lines.
fn many_lines() -> Vec<u8> {
    let mut text = String::new();
    for n in 0..100_000 {
        let _ = writeln!(text, "x{n} = {n}");
    }
    text.push_str("print(x99999)\n");
    text.into_bytes()
}
