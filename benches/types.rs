//! What a check of types costs, beside ty, mypy, dmypy and pyright in the same run: the first check, the check after a key, and
//! the type of one expression.
//!
//! Budget: 5 ms of each 30 lines after a key. `PYKATA_TYPE_PEERS` names the `bin` folder of a virtual environment that holds the
//! peers (`pip install ty mypy pyright`); each that is not there is absent from the table. Rounds are interleaved, so that what
//! else the machine does meets all alike: read the ratios.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use pykata::analysis::types::{Source, TypeChecker};
use pykata::domain::types::Spot;

/// Lines of an exercise, of a long one, and of a module.
const LINES: [usize; 3] = [30, 120, 480];

/// How often each is asked.
const ROUNDS: usize = 5;

/// How many keys ours is asked after in each round, as one takes so little.
const KEYS: usize = 20;

/// Thirty lines as a lesson on types has them; `$` is the number of the copy, `#` what the keys change.
const UNIT: &str = r#"from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

T$ = TypeVar("T$")


class Priced$(Protocol):
    def price(self) -> float: ...


@dataclass(frozen=True)
class Item$:
    name: str
    cents: int | None = None

    def price(self) -> float:
        return (self.cents or 0) / 100


def first$(items: Iterable[T$], keep: Callable[[T$], bool]) -> Iterator[T$]:
    for item in items:
        if keep(item):
            yield item


def total$(items: list[Priced$]) -> float:
    return sum(item.price() for item in items)

bill$ = total$([Item$("tea", 250), Item$("bread")]) + 1#
"#;

/// Where the last copy's bill is: its name is what is asked about.
fn bill(lines: usize) -> Spot {
    Spot { line: u32::try_from(lines).expect("a few hundred"), column: 1 }
}

/// A program after so many keys; each is another text.
fn program(lines: usize, keys: usize) -> String {
    assert_eq!(UNIT.lines().count(), LINES[0], "the unit is the smallest program");
    let copies = lines / LINES[0];
    let mut text = String::new();
    for copy in 0..copies {
        let changed = if copy == copies / 2 { format!("{keys:06}") } else { String::new() };
        text.push_str(&UNIT.replace('$', &copy.to_string()).replace('#', &changed));
    }
    text
}

/// What is measured, in the order of the table's columns.
#[derive(Default)]
struct Times {
    first: Vec<Duration>,
    edit: Vec<Duration>,
    reveal: Vec<Duration>,
}

/// Times one call.
fn timed(call: impl FnOnce()) -> Duration {
    let start = Instant::now();
    call();
    start.elapsed()
}

fn ours(lines: usize, round: usize, times: &mut Times) {
    let source = |keys| Source {
        about: "bench".into(),
        minor: 13,
        text: program(lines, keys),
        ignores: false,
    };
    let mut checker = TypeChecker::at(env!("CARGO_BIN_EXE_pykata-types").into());
    let check = |checker: &mut TypeChecker, source: &Source| {
        let found = checker.findings(source).expect("the checker was built beside this");
        assert!(found.is_empty(), "the program has no faults: {found:?}");
    };
    let text = source(100_000 + round);
    times.first.push(timed(|| check(&mut checker, &text)));
    for key in 0..KEYS {
        let text = source(200_000 + round * KEYS + key);
        times.edit.push(timed(|| check(&mut checker, &text)));
        let text = source(300_000 + round * KEYS + key);
        times.reveal.push(timed(|| {
            let here = checker.type_at(&text, bill(lines)).expect("the checker answers");
            assert!(here.is_some(), "a name stands there");
        }));
    }
}

/// A peer: its name, its program, and the arguments of each question. What has no question of its own about a type answers a
/// check of the text, as it would for `reveal_type`.
struct Peer {
    name: &'static str,
    program: &'static str,
    first: &'static [&'static str],
    edit: &'static [&'static str],
    reveal: Option<&'static [&'static str]>,
    before: &'static [&'static str],
}

const PEERS: [Peer; 5] = [
    Peer {
        name: "ty check",
        program: "ty",
        first: &["check", "-q", "main.py"],
        edit: &["check", "-q", "main.py"],
        reveal: None,
        before: &[],
    },
    Peer {
        name: "dmypy, warm",
        program: "dmypy",
        first: &["run", "--export-types", "--", "main.py"],
        edit: &["check", "main.py"],
        reveal: Some(&["inspect", "--force-reload"]),
        before: &["kill"],
    },
    Peer {
        name: "mypy, its cache",
        program: "mypy",
        first: &["main.py"],
        edit: &["main.py"],
        reveal: None,
        before: &[],
    },
    Peer {
        name: "mypy, no cache",
        program: "mypy",
        first: &["--cache-dir=/dev/null", "main.py"],
        edit: &["--cache-dir=/dev/null", "main.py"],
        reveal: None,
        before: &[],
    },
    Peer {
        name: "pyright",
        program: "pyright",
        first: &["main.py"],
        edit: &["main.py"],
        reveal: None,
        before: &[],
    },
];

impl Peer {
    fn command(&self, bin: &Path, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(bin.join(self.program));
        command.args(arguments).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Asks it as ours is asked, in a folder of its own.
    fn ask(&self, bin: &Path, lines: usize, round: usize, times: &mut Times) {
        let folder = tempfile::tempdir().expect("a temporary folder is to be had");
        let write = |keys| fs::write(folder.path().join("main.py"), program(lines, keys));
        let run = |arguments: &[&str]| {
            let mut command = self.command(bin, folder.path(), arguments);
            timed(|| {
                let status = command.status().expect("it was there a moment ago");
                assert!(status.success(), "{} {arguments:?} says {status}", self.name);
            })
        };
        write(100_000 + round).expect("it is writable");
        times.first.push(run(self.first));
        write(200_000 + round).expect("it is writable");
        times.edit.push(run(self.edit));
        write(300_000 + round).expect("it is writable");
        times.reveal.push(match self.reveal {
            Some(arguments) => {
                let place = format!("main.py:{lines}:1");
                run(&[arguments, &[&place]].concat())
            }
            None => run(self.edit),
        });
        if !self.before.is_empty() {
            run(self.before);
        }
    }
}

/// The middle one, in milliseconds.
fn median(times: &mut [Duration]) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e3
}

/// A row of the table: each time with its ratio to ours.
fn row(name: &str, times: &mut Times, ours: Option<[f64; 3]>) -> (String, [f64; 3]) {
    let found = [&mut times.first, &mut times.edit, &mut times.reveal].map(|all| median(all));
    let mut line = format!("{name:<18}");
    for (column, one) in found.iter().enumerate() {
        let ratio = ours.map_or(1.0, |ours| one / ours[column]);
        let _ = write!(line, "{one:>10.1} ms {:>7}", format!("×{ratio:.1}"));
    }
    (line, found)
}

#[expect(clippy::print_stdout, reason = "a bench's table goes to the terminal")]
fn main() {
    let bin = std::env::var_os("PYKATA_TYPE_PEERS").map(PathBuf::from);
    let (there, absent): (Vec<_>, Vec<_>) = PEERS
        .iter()
        .partition(|peer| bin.as_ref().is_some_and(|bin| bin.join(peer.program).exists()));
    for lines in LINES {
        let (mut own, mut theirs) = (Times::default(), Vec::new());
        theirs.resize_with(there.len(), Times::default);
        for round in 0..ROUNDS {
            ours(lines, round, &mut own);
            for (peer, times) in there.iter().zip(&mut theirs) {
                peer.ask(bin.as_ref().expect("peers are of a folder"), lines, round, times);
            }
        }
        println!("{lines} lines{:>22}{:>21}{:>21}", "first", "after a key", "one type");
        let (line, found) = row("pykata-types", &mut own, None);
        println!("{line}");
        for (peer, times) in there.iter().zip(&mut theirs) {
            println!("{}", row(peer.name, times, Some(found)).0);
        }
        for peer in &absent {
            println!("{:<18}absent", peer.name);
        }
        println!();
    }
}
