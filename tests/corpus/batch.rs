//! One submission cannot affect another: a batch with hostile ones among the others gives the same in whatever order.

use std::collections::BTreeMap;
use std::sync::Arc;

use libtest_mimic::Trial;
use pykata::domain::run::{Clock, Level, Limits, Observation, Program, RunSpec};

use crate::manifest::Entry;
use crate::outcome::Class;
use crate::programs;
use crate::random::Random;
use crate::stage::{Stage, Stages};
use crate::trial;

/// How many submissions there are, and how many of them are hostile.
const SUBMISSIONS: usize = 200;
const HOSTILE: usize = 20;

/// How often the batch is run, each time in another order.
const ORDERS: u64 = 3;

/// What ordinary submissions do: things that a state left behind by another would show in. `N` stands for a number.
const ORDINARY: &[&str] = &[
    "print(sorted({'a', 'b', 'N'}), hash('N'))",
    "import random\nrandom.seed(N)\nprint([random.randint(0, 99) for _ in range(5)])",
    "import os\nprint(sorted(os.listdir('.')), sorted(os.environ), os.umask(0))",
    "import sys, builtins\nprint(len(sys.modules) > 50, len(dir(builtins)), sys.getrecursionlimit(), N)",
    "open('note.txt', 'w').write('N')\nprint(open('note.txt').read())",
    "def f(n):\n    return 1 if n < 2 else n * f(n - 1)\nprint(f(N % 50))",
    "import json, decimal\nprint(json.dumps({'n': N}), decimal.Decimal(N) / 7)",
    "class E(Exception): pass\nraise E(N)",
    "import sys\nsys.exit(N % 200 + 1)",
    "import asyncio\nasync def main():\n    await asyncio.sleep(0)\n    return N\nprint(asyncio.run(main()))",
    "import threading\nfound = []\nt = threading.Thread(target=found.append, args=(N,))\nt.start()\nt.join()\nprint(found, threading.active_count())",
    "import gc, signal, socket\nprint(gc.isenabled(), gc.get_threshold(), signal.getsignal(signal.SIGINT), socket.getdefaulttimeout(), N)",
];

/// What is compared of a run.
type Mark = (String, Option<i32>, String, String, String);

fn mark(seen: &Observation) -> Mark {
    let exception = seen.exception.as_ref().map(|it| it.traceback.clone()).unwrap_or_default();
    let word = seen.outcome.word().to_owned();
    (word, seen.exit, seen.stdout.text(), seen.stderr.text(), exception)
}

/// A submission, with whether it is an ordinary one.
fn submissions(level: Level, entries: &[Arc<Entry>]) -> Vec<(RunSpec, bool)> {
    let mut hostile: Vec<&Arc<Entry>> = entries
        .iter()
        .filter(|entry| entry.may_run_at(level) && !entry.expect.contains(&Class::Timeout))
        .collect();
    // The same for each order, and not the first of the list alone.
    Random::new(9).shuffle(&mut hostile);
    let hostile = hostile.into_iter().cycle().take(HOSTILE);
    let ordinary = (0..SUBMISSIONS - HOSTILE).map(|n| {
        let text = ORDINARY[n % ORDINARY.len()].replace('N', &(n * 37).to_string());
        let program = Program { clock: Clock::Real, ..Program::single("main.py", text) };
        let limits = Limits { wall_ms: 30_000, ..Limits::default() };
        (RunSpec { program, limits, ..RunSpec::default() }, true)
    });
    let mut all: Vec<_> = hostile.map(|entry| (programs::spec(entry, level), false)).collect();
    all.extend(ordinary);
    all
}

pub(crate) fn trials(level: Level, stages: &Arc<Stages>, entries: &[Arc<Entry>]) -> Vec<Trial> {
    let (stages, entries) = (Arc::clone(stages), entries.to_vec());
    let name = "a_batch_with_hostile_submissions_gives_the_same_in_any_order";
    vec![trial(level, name, move || stages.with(|stage| any_order(stage, &entries)))]
}

fn any_order(stage: &mut Stage, entries: &[Arc<Entry>]) -> Result<(), String> {
    let submissions = submissions(stage.level, entries);
    let mut marks: BTreeMap<usize, Mark> = BTreeMap::new();
    for seed in 0..ORDERS {
        let mut order: Vec<usize> = (0..submissions.len()).collect();
        Random::new(seed).shuffle(&mut order);
        for index in order {
            let (spec, is_ordinary) = &submissions[index];
            let seen = stage.run(spec);
            if !is_ordinary {
                continue;
            }
            let now = mark(&seen);
            let before = marks.entry(index).or_insert_with(|| now.clone());
            if *before != now {
                return Err(format!("in order {seed}, {index} gave {now:?} after {before:?}"));
            }
        }
    }
    let failed = marks.values().find(|mark| mark.0 == "tutor-failed" || mark.0 == "timeout");
    match failed {
        Some(mark) => Err(format!("an ordinary submission ended as {mark:?}")),
        None => stage.is_clean(),
    }
}
