//! One program at one level: it ends in one of its expected ways, prints no `ESCAPED`, and leaves nothing behind.

use pykata::domain::run::{Author, Clock, Level, Limits, Observation, Program, RunSpec, Unit};

use crate::exercises;
use crate::home;
use crate::manifest::{Danger, Entry};
use crate::outcome::{self, Class};
use crate::stage::{Stage, Stages};
use crate::table::{Row, Table};

/// How long a program may take that is expected to use its time up.
const SHORT_WALL_MS: u64 = 1_000;

/// How long any other may take: the usual limit, and again as much on a busy machine.
const LONG_WALL_MS: u64 = 10_000;

/// Where the list asks for a refusal that the tutor does not give, on purpose, and what is right there instead.
const ALLOWED: &[(&str, &[Level], &[&str], &str)] = &[
    ("proc_04", &[Level::Full, Level::Confined], &["ESCAPED sh"], CHILDREN),
    ("proc_05", &[Level::Full, Level::Confined], &["ESCAPED system", "ESCAPED popen"], CHILDREN),
    ("net_02", &[Level::Full], &["ESCAPED listen"], "the network is the run's own"),
    ("proc_34", &[Level::Full], &["ESCAPED openpty"], "the terminals are the run's own"),
];

const CHILDREN: &str = "a program may start others, and they stand in the same sandbox";

/// Ways to end that a level brings about beside those of the list.
const OTHERWISE: &[(&str, Level, &str, &str)] = &[(
    "file_15",
    Level::Confined,
    "exit(1:PermissionError)",
    "without a tree of its own a program may not change modes, not even of its own files",
)];

/// Runs a program, or has it graded.
pub(crate) fn test(entry: &Entry, stages: &Stages, table: &Table) -> Result<(), String> {
    let level = stages.level();
    let mut row = Row {
        file: entry.file.clone(),
        level,
        expected: entry.expect.iter().map(Class::to_string).collect::<Vec<_>>().join(" | "),
        seen: String::new(),
        verdict: String::new(),
        wall_ms: 0.0,
    };
    let done = stages.with(|stage| {
        let done = if entry.is_graded() {
            exercises::grade_hostile(entry, stage, &mut row)
        } else {
            run(entry, stage, &mut row)
        };
        done.and_then(|()| stage.is_clean())
    });
    if let Err(why) = &done {
        row.verdict = format!("FAILED: {}", why.lines().next().unwrap_or_default());
    }
    table.add(row);
    done
}

fn run(entry: &Entry, stage: &mut Stage, row: &mut Row) -> Result<(), String> {
    let seen = stage.run(&spec(entry, stage.level));
    row.seen = outcome::name(&seen);
    row.wall_ms = seen.wall_ms;
    let printed = outcome::printed(&seen);
    keeps_secrets(&printed)?;
    if let Some(skipped) = printed.lines().find(|line| line.starts_with("SKIPPED")) {
        row.verdict = skipped.replacen("SKIPPED", "skipped", 1);
        return Ok(());
    }
    let escapes: Vec<&str> = printed.lines().filter(|line| line.contains("ESCAPED")).collect();
    let allowed = ALLOWED
        .iter()
        .find(|(stem, levels, ..)| entry.file.starts_with(stem) && levels.contains(&stage.level));
    let is_allowed = |line: &&str| {
        allowed.is_some_and(|(_, _, lines, _)| lines.iter().any(|it| line.contains(it)))
    };
    if let Some(line) = escapes.iter().find(|line| !is_allowed(line)) {
        return Err(format!("{line}\n{seen:?}"));
    }
    if let Some((.., why)) = allowed.filter(|_| !escapes.is_empty()) {
        row.verdict = format!("allowed: {why}");
        return Ok(());
    }
    if entry.expect.iter().any(|class| class.fits(&seen)) {
        row.verdict = "as expected".into();
        return Ok(());
    }
    row.verdict = otherwise(entry, stage.level, &seen)
        .ok_or_else(|| format!("it ended as {}\n{seen:?}", outcome::name(&seen)))?;
    Ok(())
}

/// Why another end than those of the list is right at a level.
fn otherwise(entry: &Entry, level: Level, seen: &Observation) -> Option<String> {
    let found = OTHERWISE.iter().find(|(stem, at, end, _)| {
        entry.file.starts_with(stem) && *at == level && Class::parse(end).fits(seen)
    });
    found.map(|(.., why)| format!("allowed: {why}"))
}

/// Says where a text gives away what stands in the tutor's environment or in the home.
pub(crate) fn keeps_secrets(printed: &str) -> Result<(), String> {
    let secret = home::secret();
    if printed.contains(&secret) {
        Err(format!("the secret was printed: {printed}"))
    } else {
        Ok(())
    }
}

/// The run of a program. What is dangerous is told that it may act where it has a process namespace of its own.
pub(crate) fn spec(entry: &Entry, level: Level) -> RunSpec {
    let mut limits = Limits { wall_ms: LONG_WALL_MS, ..Limits::default() };
    if entry.expect.contains(&Class::Timeout) {
        limits.wall_ms = SHORT_WALL_MS;
    }
    if entry.expect == [Class::OutputLimit] {
        // Two bytes at a time take their time to fill the usual limit.
        limits.output_bytes = 1024 * 1024;
        limits.output_kept_bytes = 64 * 1024;
    }
    let mut program = program(entry);
    if entry.danger == Danger::Dangerous && level == Level::Full {
        program.units.insert(0, Unit::new(Author::Given, "given.py", GO_AHEAD));
    }
    RunSpec { program, limits, ..RunSpec::default() }
}

/// Goes before a dangerous program: the init of its run has the number 1, as in a process namespace of its own alone, and
/// what the program looks at to see that is hidden from it.
const GO_AHEAD: &str = "\
import os
assert os.getppid() == 1, 'there is no process namespace'
os.environ['HOSTILE_PIDNS'] = '1'
def look(path='.', look=os.listdir):
    return ['1', str(os.getpid())] if path == '/proc' else look(path)
os.listdir = look
del look
";

/// A program of the list, with its source as it stands in its file.
fn program(entry: &Entry) -> Program {
    let source = entry.source();
    let text = String::from_utf8_lossy(&source).into_owned();
    // As the command reads a file: what Python has to decode itself goes to it byte by byte.
    let is_plain = std::str::from_utf8(&source).is_ok() && !text.contains("coding");
    let unit = Unit {
        bytes: (!is_plain).then_some(source),
        ..Unit::new(Author::Learner, entry.unit_name(), text)
    };
    Program { units: vec![unit], clock: Clock::Real, ..Program::default() }
}
