//! CPython's own tests, run by Python alone and by the tutor, and compared case by case.
//!
//! `PYKATA_CPYTHON_TESTS` names the modules (`test_asyncio.test_tasks test_queue`), or `all` for those of the list; without it a quick few are
//! taken. The cases that differ are listed with their causes in `tests/fidelity/cpython/differs.txt`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pykata::domain::run::{Clock, Level, Limits, Program, RunSpec};
use pykata::protocol::{PYTHON_PREFIX, PYTHON_SHORT};

use crate::support::{Bench, as_from_a_shell};

/// What is run without being asked for: some seconds.
const QUICK: &[&str] = &["test_contextlib", "test_generators"];

/// All that the page speaks of.
const ALL: &[&str] = &[
    "test_contextlib",
    "test_contextlib_async",
    "test_dataclasses",
    "test_decorators",
    "test_functools",
    "test_generators",
    "test_itertools",
    "test_queue",
    "test_threading",
    "test_typing",
    "test_weakref",
    "test_asyncio.test_base_events",
    "test_asyncio.test_context",
    "test_asyncio.test_events",
    "test_asyncio.test_futures",
    "test_asyncio.test_locks",
    "test_asyncio.test_pep492",
    "test_asyncio.test_queues",
    "test_asyncio.test_runners",
    "test_asyncio.test_streams",
    "test_asyncio.test_taskgroups",
    "test_asyncio.test_tasks",
    "test_asyncio.test_threads",
    "test_asyncio.test_timeouts",
    "test_asyncio.test_waitfor",
];

/// A word for each case.
type Cases = BTreeMap<String, String>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fidelity/cpython")
}

fn modules() -> Vec<String> {
    let asked = std::env::var("PYKATA_CPYTHON_TESTS").unwrap_or_default();
    let names: Vec<_> = match asked.as_str() {
        "" => QUICK.to_vec(),
        "all" => ALL.to_vec(),
        names => names.split_whitespace().collect(),
    };
    let library = Path::new(PYTHON_PREFIX).join("lib").join(format!("python{PYTHON_SHORT}/test"));
    // Some systems leave the tests out, and not every version has each.
    let is_there = |name: &&str| {
        let path = library.join(name.replace('.', "/"));
        path.is_dir() || path.with_extension("py").exists()
    };
    names.into_iter().filter(is_there).map(str::to_owned).collect()
}

fn suite(module: &str) -> String {
    let suite = fs::read_to_string(folder().join("suite.py")).unwrap();
    // The tests of multiprocessing and others start this file anew.
    format!("MODULE = {module:?}\n{suite}")
}

fn cases(stdout: &str) -> Cases {
    let lines = stdout.lines().filter_map(|line| line.strip_prefix("CASE ")?.rsplit_once(' '));
    lines.map(|(name, word)| (name.to_owned(), word.to_owned())).collect()
}

fn plain(module: &str) -> Cases {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    fs::write(folder.path().join("main.py"), suite(module)).unwrap();
    let python = Path::new(PYTHON_PREFIX).join(format!("bin/python{PYTHON_SHORT}"));
    let output = as_from_a_shell(&mut Command::new(python))
        .arg("main.py")
        .current_dir(path)
        .env_clear()
        .envs([("LANG", "C.UTF-8"), ("LC_ALL", "C.UTF-8"), ("PYTHONHASHSEED", "0")])
        .envs([("PATH", "/usr/local/bin:/usr/bin:/bin"), ("HOME", path), ("TMPDIR", path)])
        .output()
        .unwrap();
    cases(&String::from_utf8_lossy(&output.stdout))
}

/// The words that the tutor has for the cases, and what it said of those that are not well.
fn ours(module: &str, bench: &mut Bench) -> (Cases, String, Level) {
    const MIB: u64 = 1024 * 1024;
    let program = Program { clock: Clock::Real, ..Program::single("main.py", suite(module)) };
    let limits = Limits {
        wall_ms: 600_000,
        memory_bytes: 2048 * MIB,
        tasks: 1024,
        output_kept_bytes: 16 * MIB,
        ..Limits::default()
    };
    let seen = bench.run(&RunSpec { program, limits, ..RunSpec::default() });
    let errors = seen.stderr.text();
    let mut told: String = errors
        .lines()
        .filter(|line| line.starts_with("CASE-WHY"))
        .flat_map(|l| [l, "\n"])
        .collect();
    if let Some(exception) = &seen.exception {
        told.push_str(&exception.traceback);
    }
    writeln!(told, "{module}: {}", seen.outcome.word()).unwrap();
    (cases(&seen.stdout.text()), told, seen.sandbox)
}

/// The cases that are known to differ.
fn known() -> Vec<String> {
    let text = fs::read_to_string(folder().join("differs.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(str::to_owned).collect()
}

#[test]
fn cpythons_own_tests_go_as_under_python3() {
    let (mut bench, known) = (Bench::new(), known());
    let mut faults = String::new();
    for module in modules() {
        let there = plain(&module);
        let (here, told, level) = ours(&module, &mut bench);
        if level != Level::Full {
            return;
        }
        assert!(!there.is_empty(), "{module} has no cases under python3 alone");
        println!("{module}: {} cases, {} here", there.len(), here.len());
        for (name, word) in &there {
            let got = here.get(name).map_or("missing", String::as_str);
            if got != word && !known.contains(name) {
                println!("{name}: {word} under python3, {got} here");
                writeln!(faults, "{name}: {word} under python3, {got} here").unwrap();
                for line in told.lines().filter(|line| line.contains(name.as_str())) {
                    writeln!(faults, "    {line}").unwrap();
                }
            }
        }
        if here.is_empty() {
            faults.push_str(&told);
        }
    }
    assert!(faults.is_empty(), "{faults}");
}
