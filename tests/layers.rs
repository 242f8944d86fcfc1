//! Holds the table of rooms: which room may name which, and which crates each may use.
//!
//! It reads the sources as text: comments, strings and test modules aside, every `crate::room` and every `name::` of a
//! dependency counts, in `use` lines and in full paths alike.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

struct Room {
    name: &'static str,
    rooms: &'static [&'static str],
    crates: &'static [&'static str],
}

/// Every room may use std, serde and thiserror.
const EVERYWHERE: &[&str] = &["serde", "thiserror"];

const ROOMS: &[Room] = &[
    Room {
        name: "domain",
        rooms: &[],
        crates: &["pulldown_cmark", "toml", "similar", "regex", "unicode_segmentation"],
    },
    Room { name: "protocol", rooms: &["domain"], crates: &["serde_json"] },
    Room {
        name: "sandbox",
        rooms: &["domain", "protocol"],
        crates: &["libc", "landlock", "seccompiler"],
    },
    Room {
        name: "runner",
        rooms: &["domain", "protocol"],
        crates: &["libc", "serde_json", "tempfile"],
    },
    Room {
        name: "analysis",
        rooms: &["domain", "protocol", "runner"],
        crates: &["ruff_python_ast", "ruff_python_parser", "ruff_text_size"],
    },
    Room {
        name: "store",
        rooms: &["domain"],
        crates: &["tempfile", "etcetera", "include_dir", "serde_json", "libc", "rustix"],
    },
    Room {
        name: "tui",
        rooms: &["domain", "runner", "analysis", "store"],
        crates: &[
            "ratatui",
            "crossterm",
            "nucleo_matcher",
            "rustix",
            "syntect",
            "ropey",
            "unicode_width",
            "unicode_segmentation",
            "unicode_linebreak",
            "termprofile",
            "signal_hook",
            "libc",
            "tempfile",
        ],
    },
    Room { name: "authoring", rooms: &["domain", "runner", "analysis", "store"], crates: &[] },
    Room {
        name: "cli",
        rooms: &["domain", "protocol", "runner", "analysis", "store", "tui", "authoring"],
        crates: &[
            "clap",
            "clap_complete",
            "clap_mangen",
            "serde_json",
            "anyhow",
            "libc",
            "signal_hook",
        ],
    },
    Room {
        name: "worker",
        rooms: &["domain", "protocol", "sandbox"],
        crates: &["pyo3", "libc", "serde_json"],
    },
    Room {
        name: "types",
        rooms: &["domain", "protocol", "sandbox"],
        crates: &[
            "ruff_db",
            "ruff_python_ast",
            "ruff_text_size",
            "salsa",
            "ty_module_resolver",
            "ty_python_core",
            "ty_python_semantic",
            "ty_vendored",
        ],
    },
];

#[test]
fn every_room_names_only_what_its_layer_allows() {
    let dependencies = dependencies();
    let mut faults = String::new();
    for file in sources(Path::new("src")) {
        let Some(room) = room_of(&file) else { continue };
        let source = std::fs::read_to_string(&file).expect("a source file is readable");
        for (number, line) in code_lines(&source) {
            for named in rooms_named(&line) {
                if named != room.name && !room.rooms.contains(&&*named) {
                    let _ = writeln!(
                        faults,
                        "{}:{number}: {} may not name {named}",
                        file.display(),
                        room.name
                    );
                }
            }
            for used in dependencies.iter().filter(|name| names_crate(&line, name)) {
                if !EVERYWHERE.contains(&&**used) && !room.crates.contains(&&**used) {
                    let _ = writeln!(
                        faults,
                        "{}:{number}: {} may not use {used}",
                        file.display(),
                        room.name
                    );
                }
            }
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

/// The programs of which nothing may be in the worker: each long line of every first solution that a starter has not.
fn telling_lines() -> Vec<String> {
    let pack = pykata::store::builtin::course();
    let mut found = Vec::new();
    for step in pack.lessons().flat_map(|lesson| &lesson.steps) {
        let pykata::domain::course::Task::Code(_, task) = &step.task else { continue };
        for solution in task.solutions.iter().take(1) {
            // A short line tells nothing, however far it is indented.
            let lines = solution.code.text.lines().filter(|line| line.trim().len() >= 24);
            // The type checker's own pages import the same as everybody.
            let lines = lines.filter(|line| !line.trim_start().starts_with("from "));
            found.extend(lines.filter(|line| !task.starter.text.contains(line)).map(str::to_owned));
        }
    }
    found
}

/// Which of the texts stand in a program's file.
fn texts_in<'a>(program: &str, texts: &'a [String]) -> Vec<&'a str> {
    let bytes = std::fs::read(program).expect("the program is built");
    let content = String::from_utf8_lossy(&bytes);
    texts.iter().filter(|text| content.contains(&***text)).map(String::as_str).collect()
}

/// Some of the texts that stand in a program's file, found in one pass: the file may have hundreds of megabytes.
fn found_in(program: &str, texts: &[String]) -> Vec<String> {
    let bytes = std::fs::read(program).expect("the program is built");
    let any: Vec<String> = texts.iter().map(|text| regex::escape(text)).collect();
    let pattern = regex::bytes::RegexBuilder::new(&any.join("|")).size_limit(1 << 28).build();
    let pattern = pattern.expect("escaped texts are a pattern");
    let found = pattern.find_iter(&bytes);
    found.map(|text| String::from_utf8_lossy(text.as_bytes()).into_owned()).collect()
}

#[test]
fn nothing_of_the_course_is_in_the_other_programs() {
    let lines = telling_lines();
    assert!(lines.len() >= 10, "{lines:?}");
    assert_eq!(texts_in(env!("CARGO_BIN_EXE_pykata"), &lines), lines);
    for program in [env!("CARGO_BIN_EXE_pykata-worker"), env!("CARGO_BIN_EXE_pykata-types")] {
        assert_eq!(found_in(program, &lines), Vec::<String>::new(), "{program}");
    }
}

#[test]
fn every_folder_of_the_sources_is_a_room_of_the_table() {
    for entry in std::fs::read_dir("src").expect("src is a folder") {
        let path = entry.expect("src can be listed").path();
        if path.is_dir() {
            assert!(room_of(&path.join("x.rs")).is_some(), "{} is in no layer", path.display());
        }
    }
}

#[test]
fn the_reader_of_lines_sees_full_paths_and_passes_over_words_in_text() {
    let source = "use crate::store::pack; // crate::tui\nlet x = \"crate::tui\";\nlibc::poll();\nmylibc::x();\n";
    let lines = code_lines(source);
    let rooms: Vec<_> = lines.iter().flat_map(|(_, line)| rooms_named(line)).collect();
    assert_eq!(rooms, ["store"]);
    let uses: Vec<_> =
        lines.iter().filter(|(_, line)| names_crate(line, "libc")).map(|(n, _)| *n).collect();
    assert_eq!(uses, [3]);
}

fn room_of(file: &Path) -> Option<&'static Room> {
    let folder = file.components().nth(1).filter(|_| file.components().count() > 2)?;
    ROOMS.iter().find(|room| folder.as_os_str() == room.name)
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a source folder is readable") {
        let path = entry.expect("a source folder can be listed").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The names of all `[…dependencies]` that are not for tests or the build, as code writes them.
fn dependencies() -> Vec<String> {
    let manifest = std::fs::read_to_string("Cargo.toml").expect("Cargo.toml is readable");
    let sections = manifest.split("\n[").filter(|section| {
        let head = section.split(']').next().unwrap_or_default();
        head == "dependencies" || (head.starts_with("target.") && head.ends_with(".dependencies"))
    });
    let names = sections
        .flat_map(|section| section.lines().skip(1))
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(" = "));
    names.map(|(name, _)| name.trim().replace('-', "_")).collect()
}

/// The lines before the test module, without comments and the contents of plain strings.
fn code_lines(source: &str) -> Vec<(usize, String)> {
    let lines =
        source.lines().enumerate().take_while(|(_, line)| !line.starts_with("#[cfg(test)]"));
    lines.map(|(n, line)| (n + 1, without_text(line))).collect()
}

fn without_text(line: &str) -> String {
    let line = if line.trim_start().starts_with("//") { "" } else { line };
    let mut kept = String::new();
    for (n, part) in line.split('"').enumerate() {
        if n % 2 == 0 {
            let (code, comment) =
                part.split_once("//").map_or((part, false), |(code, _)| (code, true));
            kept.push_str(code);
            if comment {
                break;
            }
        }
    }
    kept
}

fn rooms_named(line: &str) -> Vec<String> {
    let mut named = Vec::new();
    for start in ["crate::", "pykata::"] {
        for (at, _) in line.match_indices(start) {
            let name: String = line[at + start.len()..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            if ROOMS.iter().any(|room| room.name == name) {
                named.push(name);
            }
        }
    }
    named
}

fn names_crate(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = &line[at + name.len()..];
        let starts =
            before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':' && c != '.');
        starts
            && (after.starts_with("::")
                || (line.trim_start().starts_with("use ") && after.starts_with(';')))
    })
}
