//! The record of a run: what is in it, that it is the same on every Python, and that a program does not notice it.

use pykata::domain::exercise::Trace;
use pykata::domain::record::{
    Around, Kind, Moment, Record, Status, TaskEnd, TaskStatus, View, course,
};
use pykata::domain::run::{Observation, Outcome, Recording, RunSpec};

use crate::support::{limited, program, run};

/// A generator pipeline, a value that is sent, an exception that is thrown in, a comprehension over several lines.
const GENERATORS: &str = "\
def numbers(limit):
    for i in range(limit):
        got = yield i
        if got:
            print('got', got)

def evens(source):
    for n in source:
        if n % 2 == 0:
            yield n

total = 0
for n in evens(numbers(3)):
    total += n
print(total)
g = numbers(3)
next(g)
g.send('hi')
try:
    g.throw(ValueError('no'))
except ValueError as error:
    print('caught', error)
squares = [
    x * x
    for x in range(3)
]
";

/// Contexts: a class's own, a generator's, one that swallows, one that lets pass, two in one line, asynchronous ones.
const CONTEXTS: &str = "\
import asyncio, contextlib

class Door:
    def __init__(self, name):
        self.name = name
    def __enter__(self):
        return self
    def __exit__(self, kind, error, trace):
        return kind is KeyError

@contextlib.contextmanager
def tag(name):
    try:
        yield name
    finally:
        print('end of', name)

with Door('a') as a, tag('b') as b:
    print(b)
with Door('c'):
    raise KeyError('lost')
try:
    with Door('outer'), tag('d'):
        raise ValueError('bad')
except ValueError as error:
    print(error)
with contextlib.suppress(ZeroDivisionError):
    1 / 0

class Gate:
    async def __aenter__(self):
        await asyncio.sleep(0)
        return 1
    async def __aexit__(self, *error):
        return True

async def main():
    async with Gate() as one:
        print(one)
    async with Gate():
        raise ValueError('in async')

asyncio.run(main())
";

/// Three tasks: one is awaited, one fails, one is cancelled; then a group of two.
const TASKS: &str = "\
import asyncio

async def fetch(name, turns):
    for _ in range(turns):
        await asyncio.sleep(0)
    return name.upper()

async def fails():
    await asyncio.sleep(0)
    raise ValueError('no')

async def main():
    slow = asyncio.create_task(fetch('slow', 50), name='slow')
    quick = asyncio.create_task(fetch('quick', 1), name='quick')
    other = asyncio.create_task(fails(), name='fails')
    print(await quick)
    try:
        await other
    except ValueError as error:
        print(error)
    slow.cancel()
    try:
        await slow
    except asyncio.CancelledError:
        print('cancelled')
    async with asyncio.TaskGroup() as group:
        group.create_task(fetch('a', 1), name='a')
        group.create_task(fetch('b', 1), name='b')
    return 5

asyncio.run(main())
";

/// A run of one unit that is recorded.
fn recorded(text: &str) -> RunSpec {
    let mut spec = program(text);
    spec.program.record = Some(Recording::default());
    spec
}

fn record_of(seen: &Observation) -> &Record {
    seen.record.as_deref().unwrap_or_else(|| panic!("no record in {seen:?}"))
}

/// The course as lines: depth, line, text, result.
fn told(spec: &RunSpec, view: View) -> String {
    let seen = run(spec);
    let around = Around { units: &spec.program.units, stdout: &seen.stdout.head, timed: false };
    let rows = course(record_of(&seen), view, around);
    let lines = rows.iter().map(|row| {
        let number = row.line.map_or_else(String::new, |line| line.to_string());
        let indent = "  ".repeat(row.depth as usize);
        let gap = if row.result.is_empty() { "" } else { "   # " };
        format!("{number:>3} {indent}{}{gap}{}", &*row.text, &*row.result).trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn last_moment(record: &Record) -> Moment {
    record.moment(usize::MAX)
}

/// What a program prints when it is not recorded, and when it is.
fn printed_both_ways(text: &str) -> [String; 2] {
    [program(text), recorded(text)].map(|spec| {
        let seen = run(&spec);
        format!("{:?} {}{}", seen.outcome, seen.stdout.text(), seen.stderr.text())
    })
}

#[test]
fn generators_are_told_with_what_is_sent_and_thrown_in() {
    insta::assert_snapshot!(told(&recorded(GENERATORS), View::Whole));
}

#[test]
fn contexts_are_told_with_the_exceptions_that_passed_and_those_that_were_swallowed() {
    insta::assert_snapshot!(told(&recorded(CONTEXTS), View::Whole));
}

#[test]
fn contexts_alone_are_set_in_by_how_they_lie_in_each_other() {
    insta::assert_snapshot!(told(&recorded(CONTEXTS), View::Only(Trace::Contexts)));
}

#[test]
fn tasks_are_told_with_what_they_wait_for_and_how_they_end() {
    insta::assert_snapshot!(told(&recorded(TASKS), View::Only(Trace::Tasks)));
}

#[test]
fn calls_are_a_tree_with_arguments_and_results() {
    let text = "\
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

def fails(n):
    raise ValueError(n)

fib(3)
try:
    fails(1)
except ValueError:
    pass
";
    insta::assert_snapshot!(told(&recorded(text), View::Only(Trace::Calls)));
}

#[test]
fn a_run_that_is_not_recorded_has_no_record() {
    assert_eq!(run(&program("x = 1\n")).record, None);
}

#[test]
fn every_moment_of_a_run_can_be_seen() {
    let text = "\
def count():
    n = 1
    yield n
    n = 2
    yield n

g = count()
next(g)
print('one')
x = next(g)
";
    let seen = run(&recorded(text));
    let record = record_of(&seen);
    let yielded = record.events.iter().position(|event| matches!(event.kind, Kind::Yield(_)));
    let moment = record.moment(yielded.unwrap() + 1);
    let [module, count] = &moment.frames[..] else { panic!("{moment:?}") };
    assert_eq!((module.status, module.line), (Status::Running, 9));
    assert_eq!((count.status, count.line), (Status::Suspended, 3));
    assert_eq!((&*count.names[0].0, &*count.names[0].1), ("n", "1"));
    assert_eq!((moment.frame, moment.out), (module.number, 0));
    let end = last_moment(record);
    assert_eq!(end.out, 4);
}

#[test]
fn a_moment_says_what_each_task_waits_for() {
    let seen = run(&recorded(TASKS));
    let record = record_of(&seen);
    let first = record.events.iter().position(|event| matches!(event.kind, Kind::Wait(..)));
    let moment = record.moment(first.unwrap());
    let waiting = moment.tasks.iter().filter(|task| matches!(task.status, TaskStatus::Waiting(..)));
    assert_eq!(waiting.count(), 1, "{:?}", moment.tasks);
    let ends: Vec<Option<TaskEnd>> = last_moment(record)
        .tasks
        .iter()
        .map(|task| match &task.status {
            TaskStatus::Done(end, _) => Some(*end),
            _ => None,
        })
        .collect();
    let (done, failed) = (Some(TaskEnd::Result), Some(TaskEnd::Exception));
    assert_eq!(ends, [done, Some(TaskEnd::Cancelled), done, failed, done, done]);
}

#[test]
fn a_record_outlives_any_end_of_its_program() {
    let ends = [
        ("import os\nx = 1\nos._exit(3)\n", Outcome::Exit),
        ("import os\nx = 1\nos.kill(os.getpid(), 9)\n", Outcome::Crash),
        ("x = 1\nimport ctypes\nctypes.string_at(0)\n", Outcome::Crash),
    ];
    for (text, outcome) in ends {
        let seen = run(&recorded(text));
        assert_eq!(seen.outcome, outcome, "{seen:?}");
        let names = &last_moment(record_of(&seen)).frames[0].names;
        assert!(names.iter().any(|(name, value)| &**name == "x" && &**value == "1"), "{names:?}");
    }
}

#[test]
fn a_program_that_never_ends_leaves_what_it_did_so_far() {
    let mut spec = limited("n = 0\nwhile True:\n    n += 1\n", 300);
    spec.program.record = Some(Recording { events: 100, bytes: 100_000 });
    let seen = run(&spec);
    assert_eq!(seen.outcome, Outcome::Timeout);
    let record = record_of(&seen);
    assert_eq!(record.events.len(), 100);
    assert!(record.left_out >= 100 && record.more_left_out, "{} left out", record.left_out);
}

#[test]
fn what_does_not_fit_is_counted() {
    let mut spec = program("for n in range(100):\n    pass\n");
    spec.program.record = Some(Recording { events: 20, bytes: 100_000 });
    let record = *run(&spec).record.unwrap();
    assert_eq!(record.events.len(), 20);
    assert!(record.left_out > 100 && !record.more_left_out, "{} left out", record.left_out);
    spec.program.record = Some(Recording { events: 1000, bytes: 250 });
    let record = *run(&spec).record.unwrap();
    assert!(record.events.len() < 20 && record.left_out > 100);
}

#[test]
fn a_value_is_told_without_a_call_of_any_method_of_it() {
    let text = "\
class Loud:
    def __repr__(self): print('repr'); return 'x'
    __str__ = __format__ = __len__ = __iter__ = __bool__ = __eq__ = __repr__
    __hash__ = None
    def __getattribute__(self, name): print('get', name); return object.__getattribute__(self, name)
    @property
    def size(self): print('size')

class Meta(type):
    def __repr__(cls): print('meta')
    __eq__ = __repr__
    def __hash__(cls): print('hash'); return 1
    def __getattribute__(cls, name): print('class get'); return type.__getattribute__(cls, name)

class Odd(dict, metaclass=Meta):
    def items(self): print('items')
    def __len__(self): print('len')

class Failure(Exception):
    def __str__(self): print('str'); return ''

def f(loud, odd):
    many = [loud, odd, {1: loud}, (odd,)]
    return many

f(Loud(), Odd(a=1))
try:
    raise Failure(Loud())
except Failure:
    pass
";
    let [plain, recorded] = printed_both_ways(text);
    assert_eq!(plain, recorded);
}

#[test]
fn lifetimes_are_what_they_are_without_a_record() {
    let text = "\
import gc, sys, weakref

class Thing:
    def __del__(self):
        print('gone')

def local():
    thing = Thing()
    watch = weakref.ref(thing)
    print(sys.getrefcount(thing))
    del thing
    print(watch())

def suspended():
    thing = Thing()
    yield sys.getrefcount(thing)

local()
g = suspended()
print(next(g))
del g
print('after')
a, b = Thing(), Thing()
a.other, b.other = b, a
del a, b
print('cycle')
gc.collect()
try:
    raise ValueError(Thing())
except ValueError as error:
    print('caught')
print('end')
";
    let [plain, recorded] = printed_both_ways(text);
    assert_eq!(plain, recorded);
    assert!(plain.contains("None"), "{plain}");
}

#[test]
fn a_program_sees_no_tracer_no_descriptor_and_no_other_frame() {
    let text = "\
import os, sys, threading, traceback
print(sys.gettrace(), threading.gettrace() if sys.version_info >= (3, 12) else None)
print(sorted(os.listdir('/proc/self/fd'), key=int)[:3])
print(open('x', 'w').fileno())

def deep(n):
    return deep(n + 1)

try:
    deep(0)
except RecursionError as error:
    print('too deep', len(traceback.extract_tb(error.__traceback__)) > 900)
print([f.name for f in traceback.extract_stack()][-1])
";
    let [plain, recorded] = printed_both_ways(text);
    assert_eq!(plain, recorded);
}

#[test]
fn threads_are_told_apart() {
    let text = "\
import threading

def work(n):
    return n * 2

threads = [threading.Thread(target=work, args=(n,), name=f'worker-{n}') for n in range(2)]
for thread in threads:
    thread.start()
    thread.join()
";
    let seen = run(&recorded(text));
    let record = record_of(&seen);
    let names: Vec<&str> = record.threads.iter().map(|name| &**name).collect();
    assert_eq!(names, ["MainThread", "worker-0", "worker-1"]);
    let calls = record.events.iter().filter(|event| {
        event.kind == Kind::Call
            && record.code_of(event.frame).is_some_and(|code| &*code.name == "work")
    });
    let threads: Vec<u32> = calls.map(|event| event.thread).collect();
    assert_eq!(threads, [2, 3]);
}

#[test]
fn a_forked_child_writes_nothing_into_its_parents_record() {
    let text = "\
import os
if os.fork() == 0:
    child = 1
    os._exit(0)
os.wait()
";
    let seen = run(&recorded(text));
    let record = record_of(&seen);
    let names = record.events.iter().flat_map(|event| &event.changes).map(|change| &*change.name);
    assert!(!names.clone().any(|name| name == "child"), "{:?}", names.collect::<Vec<_>>());
    assert!(matches!(record.events.last().unwrap().kind, Kind::Return(_)));
}

#[test]
fn output_is_told_at_the_moment_at_which_it_was_written() {
    let seen = run(&recorded("print('ab')\nx = 1\nprint('c')\n"));
    let outs: Vec<u64> = record_of(&seen).events.iter().map(|event| event.out).collect();
    assert_eq!(outs, [0, 0, 3, 3, 5]);
}

#[test]
fn a_program_that_traces_itself_still_runs() {
    let text = "\
import sys
seen = []
def tracer(frame, event, arg):
    seen.append(event)
    return tracer
def f():
    return 1
sys.settrace(tracer)
f()
sys.settrace(None)
print(seen)
";
    let [plain, recorded] = printed_both_ways(text);
    if pykata::protocol::PYTHON_SHORT == "3.11" {
        assert_eq!(plain, recorded);
    } else {
        // From 3.12 on a frame's own tracer and our mark on it have one place: while it is recorded, a tracer sees calls alone.
        assert_eq!(
            (&*plain, &*recorded),
            ("Normal ['call', 'line', 'return']\n", "Normal ['call']\n")
        );
    }
}

#[test]
fn calls_after_the_program_are_no_part_of_its_course() {
    let mut spec = recorded("def f():\n    return 1\n");
    spec.calls = vec!["f()".into()];
    let seen = run(&spec);
    assert!(!record_of(&seen).codes.iter().any(|code| &*code.name == "f"), "{:?}", seen.record);
}
