//! A program behaves as under `python3 FILE`: each of `tests/fidelity` is run both ways, and what differs is listed in
//! docs/FIDELITY.md.
//!
//! A program's first lines say what it shows, and, where the two differ, `# differs: WHY`; `# needs: full` stands where a
//! weaker sandbox refuses what it does. `PYKATA_BLESS=1` writes the list anew.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pykata::domain::run::{Clock, Level, Limits, Observation, Program, RunSpec};
use pykata::protocol::{PYTHON_PREFIX, PYTHON_SHORT};
use regex::Regex;
use tempfile::TempDir;

use crate::support::{Bench, as_from_a_shell};

/// What both ways have on standard input.
const INPUT: &str = "Ada\nGrace\n\nthe end";

/// The list of differences in docs/FIDELITY.md stands between these.
const LIST: [&str; 2] = ["<!-- differences -->\n", "<!-- end -->\n"];

/// One program of the folder.
struct Case {
    name: String,
    text: String,
    /// Why the two differ, if they do.
    differs: Option<String>,
    /// Whether it needs the strongest sandbox.
    needs_full: bool,
}

/// What is compared.
#[derive(Debug, PartialEq)]
struct Seen {
    stdout: String,
    stderr: String,
    code: Option<i32>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fidelity")
}

fn cases() -> Vec<Case> {
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|e| e == "py")).collect();
    paths.sort();
    paths.iter().map(|path| Case::read(path)).collect()
}

impl Case {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let head: Vec<_> = text.lines().map_while(|line| line.strip_prefix("# ")).collect();
        let differs =
            head.iter().find_map(|line| line.strip_prefix("differs: ")).map(str::to_owned);
        let needs_full = head.contains(&"needs: full");
        Self { name: path.file_stem().unwrap().to_str().unwrap().into(), differs, needs_full, text }
    }

    /// Under Python alone.
    fn plain(&self, python: &Plain) -> Seen {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        fs::write(folder.path().join("main.py"), &self.text).unwrap();
        fs::write(python.folder.path().join("input"), INPUT).unwrap();
        let output = as_from_a_shell(&mut Command::new(&python.program))
            .arg("main.py")
            .current_dir(path)
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .envs([("LANG", "C.UTF-8"), ("LC_ALL", "C.UTF-8"), ("PYTHONHASHSEED", "0")])
            .envs([("HOME", path), ("TMPDIR", path)])
            .stdin(Stdio::from(fs::File::open(python.folder.path().join("input")).unwrap()))
            .output()
            .unwrap();
        let code = output.status.code().or(output.status.signal().map(|signal| -signal));
        let own = python.program.to_str().unwrap();
        let even = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).replace(own, "{python}");
            // A file is known by its bare name here, and by its full path there.
            even(&text.replace(&format!("{path}/main.py"), "main.py").replace(path, "{scratch}"))
        };
        Seen { stdout: even(&output.stdout), stderr: even(&output.stderr), code }
    }

    /// By us.
    fn ours(&self, bench: &mut Bench) -> Observation {
        let program = Program {
            stdin: Some(INPUT.into()),
            clock: Clock::Real,
            ..Program::single("main.py", &*self.text)
        };
        let limits = Limits { wall_ms: 60_000, ..Limits::default() };
        bench.run(&RunSpec { program, limits, ..RunSpec::default() })
    }
}

/// What differs from run to run under the same Python too.
fn even(text: &str) -> String {
    let mut text = text.to_owned();
    let mut replace = |pattern: &str, by: &str| {
        text = Regex::new(pattern).unwrap().replace_all(&text, by).into_owned();
    };
    replace("0x[0-9a-f]{6,}", "0x…");
    replace(r"in \d+\.\d+s\n", "in …s\n");
    text
}

/// What is compared of an observation. The traceback stands where Python prints it: behind what was on standard error when the
/// program came to its end, before what was written after that.
fn seen(observation: &Observation, bench: &Bench, plain: &Seen) -> Seen {
    let temporary = regex::escape(bench.folder.path().to_str().unwrap());
    let scratch = Regex::new(&format!(r"{temporary}/pykata-\w+/run[-\d]*/scratch")).unwrap();
    let python = Regex::new(&format!(r"{temporary}/pykata-\w+/python3")).unwrap();
    let even = |text: &str| {
        let text = scratch.replace_all(text, "{scratch}");
        even(&python.replace_all(&text, "{python}"))
    };
    let mut stderr = even(&observation.stderr.text());
    if let Some(exception) = &observation.exception {
        let traceback = even(&exception.traceback);
        let place = plain.stderr.find(&traceback).filter(|place| stderr.is_char_boundary(*place));
        stderr.insert_str(place.unwrap_or(stderr.len()), &traceback);
    }
    let code = observation.exit.or(observation.signal.map(|signal| -signal));
    Seen { stdout: even(&observation.stdout.text()), stderr, code }
}

/// The Python that the worker is linked with, without whatever packages the machine has for it.
struct Plain {
    folder: TempDir,
    program: PathBuf,
}

impl Plain {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let real = Path::new(PYTHON_PREFIX).join("bin");
        let settings = format!("home = {}\ninclude-system-site-packages = false\n", real.display());
        fs::write(folder.path().join("pyvenv.cfg"), settings).unwrap();
        fs::create_dir(folder.path().join("bin")).unwrap();
        let program = folder.path().join("bin/python3");
        symlink(real.join(format!("python{PYTHON_SHORT}")), &program).unwrap();
        Self { folder, program }
    }
}

/// Runs the cases both ways; gives what is wrong with each.
fn faults(of: impl Fn(&Case) -> bool, wrong: impl Fn(&Seen, &Seen) -> bool) -> String {
    let (mut bench, plain) = (Bench::new(), Plain::new());
    let mut faults = String::new();
    for case in cases().iter().filter(|case| of(case)) {
        let there = case.plain(&plain);
        let observation = case.ours(&mut bench);
        if case.needs_full && observation.sandbox != Level::Full {
            continue;
        }
        let here = seen(&observation, &bench, &there);
        if wrong(&there, &here) {
            let Case { name, .. } = case;
            writeln!(
                faults,
                "{name}:\npython3 {there:#?}\nhere {here:#?} ({:?})",
                observation.note
            )
            .unwrap();
        }
    }
    faults
}

#[test]
fn programs_behave_as_under_python3() {
    let faults = faults(|case| case.differs.is_none(), |there, here| there != here);
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn what_is_said_to_differ_does() {
    let faults = faults(|case| case.differs.is_some(), |there, here| there == here);
    assert!(faults.is_empty(), "these do not differ any more:\n{faults}");
}

#[test]
fn the_page_lists_what_differs() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/FIDELITY.md");
    let page = fs::read_to_string(&path).unwrap();
    let (head, rest) = page.split_once(LIST[0]).unwrap();
    let (list, tail) = rest.split_once(LIST[1]).unwrap();
    let mut reasons = String::new();
    for reason in cases().iter().filter_map(|case| case.differs.as_deref()) {
        let line = format!("- {reason}\n");
        if !reasons.contains(&line) {
            reasons.push_str(&line);
        }
    }
    if std::env::var_os("PYKATA_BLESS").is_some() {
        fs::write(&path, [head, LIST[0], &reasons, LIST[1], tail].concat()).unwrap();
    } else {
        assert_eq!(list, reasons, "PYKATA_BLESS=1 writes the list anew");
    }
}
