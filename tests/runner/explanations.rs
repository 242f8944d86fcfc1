//! What a reader is told beyond Python's own words, each provoked on the real worker.

use crate::support::{Bench, calls};

/// Runs programs, with an expression each or none, and holds what is said against a part of it.
#[track_caller]
fn said(cases: &[(&str, &str, &str)]) {
    let mut bench = Bench::new();
    for (text, call, part) in cases {
        let asked: &[&str] = if call.is_empty() { &[] } else { &[call] };
        let seen = bench.run(&calls(text, asked));
        let note = seen.note.clone().unwrap_or_default();
        if part.is_empty() {
            assert_eq!(note, "", "{text}");
        } else {
            assert!(note.contains(part), "{text}\n{call}\nsays {note:?}, not {part:?}: {seen:#?}");
        }
    }
}

#[test]
fn decorators_that_return_nothing_or_take_too_little() {
    let no_return =
        "def log(f):\n    def wrapper(*a): return f(*a)\n@log\ndef greet(name): return name\n";
    let no_layer = "def retry(n):\n    def decorate(f): return f\n@retry(3)\ndef greet(): pass\n";
    let narrow = "def log(f):\n    def wrapper(): return f()\n    return wrapper\n@log\ndef greet(name): return name\n";
    said(&[
        (no_return, "greet('x')", "`greet` is None. After `@log` the name"),
        (&format!("{no_return}print(greet('x'))\n"), "", "let the decorator return its wrapper"),
        (no_layer, "", "`retry(3)` gives None"),
        (narrow, "greet('x')", "`wrapper` does not take these arguments"),
        (narrow, "greet(name='x')", "Let it take `*args, **kwargs`"),
        ("greet = None\n", "greet('x')", ""),
        ("def f(): return 1\n", "f(2)", ""),
    ]);
}

#[test]
fn caches_need_arguments_with_a_hash() {
    let cached =
        "import functools\n@functools.lru_cache(maxsize=None)\ndef total(xs): return sum(xs)\n";
    said(&[
        (cached, "total([1, 2])", "`total` is cached"),
        (&format!("{cached}print(total([1]))\n"), "", "Pass a tuple or a frozenset"),
        ("def f(): return {[1]: 2}\n", "f()", ""),
    ]);
}

#[test]
fn generators_that_are_in_use_unstarted_at_their_end_or_taken_for_lists() {
    said(&[
        (
            "def g():\n    yield next(it)\nit = g()\nnext(it)\n",
            "",
            "still at work on the one before",
        ),
        ("def g():\n    x = yield\n", "g().send(1)", "stands at no `yield`"),
        ("it = iter([1])\nlist(it)\n", "next(it)", "An iterator is read once"),
        ("def g():\n    yield next(iter([]))\n", "list(g())", "End a generator by `return`"),
        ("g = (n for n in 'ab')\n", "g[0]", "keeps none"),
        ("g = (n for n in 'ab')\n", "len(g)", "has no length"),
        (
            "class Odd:\n    def __iter__(self): return self\n    def __next__(self): raise StopIteration('x')\n",
            "next(Odd())",
            "",
        ),
    ]);
}

#[test]
fn context_managers_that_yield_never_or_twice() {
    let with = |body: &str| {
        format!(
            "from contextlib import contextmanager, asynccontextmanager\n@contextmanager\ndef m():\n{body}\nwith m(): pass\n"
        )
    };
    said(&[
        (&with("    if False: yield"), "", "ended without a `yield`"),
        (&with("    yield\n    yield"), "", "yielded a second time"),
        (
            &with("    try: yield\n    except ValueError: yield")
                .replace("pass", "raise ValueError"),
            "",
            "yielded a second time",
        ),
        (
            "import contextlib\n@contextlib.asynccontextmanager\nasync def m():\n    if False: yield\nasync def f():\n    async with m(): pass\n",
            "f()",
            "ended without a `yield`",
        ),
    ]);
}

#[test]
fn with_and_for_of_the_wrong_color() {
    let contexts = "import asyncio, contextlib\n@contextlib.contextmanager\ndef plain(): yield\n@contextlib.asynccontextmanager\nasync def late(): yield\nclass Pool:\n    async def __aenter__(self): pass\n    async def __aexit__(self, *a): pass\nclass File:\n    pass\nasync def f():\n    async with plain(): pass\ndef g():\n    with late(): pass\ndef h():\n    with Pool(): pass\nasync def k():\n    with asyncio.Lock(): pass\n";
    let loops = "async def numbers():\n    yield 1\nasync def f():\n    async for n in [1]: pass\n";
    said(&[
        (contexts, "f()", "What `@contextmanager` makes has no `__aenter__`"),
        (contexts, "g()", "What `@asynccontextmanager` makes is entered"),
        (contexts, "h()", "Pool is entered and left by awaiting"),
        (contexts, "k()", "write `async with`"),
        ("def f():\n    with 3: pass\n", "f()", ""),
        (loops, "f()", "write a plain `for`"),
        (loops, "list(numbers())", "is read by `async for`"),
    ]);
}

#[test]
fn coroutines_that_are_forgotten_awaited_twice_or_none_at_all() {
    let text = "import asyncio\nasync def one(): return 1\ndef plain(): return None\nasync def twice():\n    c = one()\n    return await c + await c\nasync def lost(): return one() + 1\nasync def index(): return one()[0]\nasync def none(): await plain()\nasync def nested(): asyncio.run(one())\n";
    said(&[
        (text, "twice()", "A coroutine runs once"),
        (text, "lost()", "an `await` is missing"),
        (text, "index()", "an `await` is missing"),
        (text, "none()", "gave a value of type NoneType"),
        (text, "nested()", "A loop runs already"),
        (&format!("{text}one()\n"), "", "`one()` was called in line 11 and never awaited"),
        (&format!("{text}await one()\n"), "", "may stand only inside of an `async def`"),
        (&format!("{text}asyncio.run(one())\n"), "", ""),
    ]);
}
