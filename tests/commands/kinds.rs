//! Each kind of check on right and wrong programs: what a learner reads.

use crate::support::{Answer, Home, assert_has, broken_pack, rows};

const PACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/packs/checks");

fn judged(step: &str, program: &str) -> Answer {
    let step = format!("kinds/measured#{step}");
    Home::new().feed(&["check", &step, "-", "--pack", PACK], program)
}

/// Asserts that a program fails, and that each of these texts is read.
#[track_caller]
fn reads(step: &str, program: &str, texts: &[&str]) {
    let answer = judged(step, program).ends(1);
    for text in texts {
        assert_has(&answer.out, text);
    }
}

#[test]
fn the_pack_proves_itself() {
    let answer = Home::new().run(&["lint", PACK]).ends(0);
    assert_has(&answer.out, "0 errors, 0 warnings");
}

#[test]
fn time_is_told_in_seconds_of_the_program() {
    let one_by_one =
        "async def fetch_all(pages):\n    return [await fetch(page) for page in pages]\n";
    reads("together", one_by_one, &["expected it takes 1 s", "got      it took 3 s"]);
    let slow = "async def fetch_all(pages):\n    await asyncio.sleep(0.5)\n    return await asyncio.gather(*map(fetch, pages))\n";
    reads("together", slow, &["got      it took 1.5 s"]);
    let no_wait = "async def fetch_all(pages):\n    return [page * 10 for page in pages]\n";
    reads(
        "together",
        no_wait,
        &["got      it took 0 s", "expected at least 3 tasks at once", "got      no task at once"],
    );
    let broken = "async def fetch_all(pages):\n    return await fetch(pages)['x']\n";
    reads(
        "together",
        broken,
        &["TypeError: 'coroutine' object is not subscriptable", "raised at line 2 of together.py"],
    );
}

#[test]
fn tasks_and_coroutines_that_are_lost_are_named_with_their_lines() {
    let left = "async def fetch_all(pages):\n    for page in pages:\n        asyncio.create_task(fetch(page))\n    return [page * 10 for page in pages]\n";
    reads(
        "together",
        left,
        &[
            "expected no task left running",
            "3 tasks left running: `fetch`",
            "You start tasks and go on without",
        ],
    );
    let lost = "async def fetch_all(pages):\n    fetch(0)\n    return await asyncio.gather(*map(fetch, pages))\n";
    reads(
        "together",
        lost,
        &["expected no coroutine never awaited", "1 coroutine never awaited: `fetch` (line 2)"],
    );
    let many = "async def fetch_all(pages):\n    return (await asyncio.gather(*map(fetch, [*pages, 4])))[:3]\n";
    reads("together", many, &["expected at most 3 tasks at once", "got      4 tasks at once"]);
}

#[test]
fn laziness_is_told_by_what_was_drawn() {
    let greedy = "def evens(numbers):\n    return iter([n for n in numbers if n % 2 == 0])\n";
    let endless = "it reads on and on: more than 20,000 items drawn before it gave its first";
    reads("stream", greedy, &["no item drawn from the source before one is asked for", endless]);
    let ahead = "def evens(numbers):\n    numbers = iter(numbers)\n    first = next(numbers, 1)\n    return (n for n in [first, *[]] + [] if n % 2 == 0)\n";
    reads("stream", ahead, &["got      1 item drawn"]);
    let blocks = "import itertools\ndef evens(numbers):\n    numbers = iter(numbers)\n    while block := list(itertools.islice(numbers, 50)):\n        yield from [n for n in block if n % 2 == 0]\n";
    reads(
        "stream",
        blocks,
        &["at most 5 items drawn for the first 1 item", "got      50 items drawn"],
    );
    reads(
        "stream",
        "def evens(numbers):\n    return None\n",
        &["TypeError: 'NoneType' object is not iterable"],
    );
}

#[test]
fn memory_is_told_in_round_units() {
    let all = "def evens(numbers):\n    kept = [n for n in numbers]\n    for n in kept:\n        if n % 2 == 0: yield n\n";
    reads("stream", all, &["expected at most 100 kB at the peak", " MB at the peak"]);
    let set = "def evens(numbers):\n    seen = set()\n    for n in numbers:\n        seen.add(n)\n        if n % 2 == 0: yield n\n";
    reads("stream", set, &["expected at most 100 kB at the peak", "MB at the peak"]);
    let hides = "import tracemalloc\ndef evens(numbers):\n    tracemalloc.stop()\n    return (n for n in numbers if n % 2 == 0)\n";
    reads("stream", hides, &["the program stopped the tracing of memory"]);
}

#[test]
fn warnings_are_told_by_category_and_text() {
    let program = |warn: &str| {
        format!(
            "import warnings\ndef new(x): return x + 1\ndef old(x):\n    {warn}\n    return new(x)\n"
        )
    };
    reads(
        "deprecate",
        &program("pass"),
        &["a DeprecationWarning that matches new", "got      no warning"],
    );
    reads(
        "deprecate",
        &program("warnings.warn('use new()')"),
        &["got      UserWarning: use new() (line 4)"],
    );
    reads(
        "deprecate",
        &program("warnings.warn('old', DeprecationWarning)"),
        &["got      DeprecationWarning: old (line 4)"],
    );
    let both = "import warnings\ndef new(x):\n    warnings.warn('use new', DeprecationWarning)\ndef old(x): return new(x)\n";
    reads("deprecate", both, &["fail    new is silent", "expected no warning"]);
}

#[test]
fn an_exception_must_be_the_very_object() {
    let copy = "def retry(action):\n    for _ in range(3):\n        try:\n            return action()\n        except OSError as error:\n            last = error\n    raise OSError(str(last))\n";
    reads(
        "last-error",
        copy,
        &["expected the very object that `errors[2]` is", "another exception of the right type"],
    );
    reads(
        "last-error",
        "def retry(action):\n    return action()\n",
        &["OSError: one", "the type is right, the message is another"],
    );
    reads(
        "last-error",
        "def retry(action):\n    return None\n",
        &["nothing was raised, it gave None"],
    );
}

#[test]
fn the_smallest_generated_input_that_fails_is_shown() {
    let lost = "def chunks(items, size):\n    full = len(items) // size\n    return [items[n * size:(n + 1) * size] for n in range(full)]\n";
    reads(
        "chunks",
        lost,
        &["chunks([0], 2)", "expected [[0]]", "got      []", "You count whole chunks"],
    );
    let tuples = "def chunks(items, size):\n    return [tuple(items[n:n + size]) for n in range(0, len(items), size)]\n";
    reads("chunks", tuples, &["chunks([0], 1)", "got      [(0,)]"]);
    let whole = "def chunks(items, size):\n    return [items]\n";
    reads("chunks", whole, &["chunks([], 1)", "expected []", "got      [[]]"]);
    reads(
        "chunks",
        "def chunks(items, size):\n    while True: pass\n",
        &["the program was stopped after 5 s"],
    );
    let right = "def chunks(items, size):\n    out = []\n    while items:\n        out.append(items[:size])\n        items = items[size:]\n    return out\n";
    judged("chunks", right).ends(0);
}

#[test]
fn tests_are_judged_by_the_variants_that_they_find() {
    reads("median", "x = 1\n", &["there is no test yet"]);
    let wrong = "def test_even():\n    assert median([1, 2]) == 2, 'of two'\n";
    reads("median", wrong, &["`test_even` fails: AssertionError: of two, at line 2 of median.py"]);
    let odd = "def test_odd():\n    assert median([3, 1, 2]) == 2\n";
    reads(
        "median",
        odd,
        &["a test fails on each of 2 variants", "every test passes on “forgets even lengths”"],
    );
    let trivial = "def test_nothing():\n    median([1])\n";
    reads("median", trivial, &["“does not sort”, “forgets even lengths”"]);
}

#[test]
fn what_is_measured_stands_in_the_object_too() {
    let program = "async def fetch_all(pages):\n    return [await fetch(page) for page in pages]\n";
    let step = "kinds/measured#together";
    let value =
        Home::new().feed(&["check", step, "-", "--pack", PACK, "--json"], program).ends(1).json();
    let check = &rows(&value["checks"])[1];
    assert_eq!((&check["verdict"], &check["got"]), (&"fail".into(), &"it took 3 s".into()));
}

/// Takes the rules off a mistake of the example pack, and has its message say something else.
fn without_rules(message: &'static str) -> impl Fn(&str) -> String {
    move |lesson| {
        let rules = "```toml mistake=names-only\nsource = { calls = \".replace\", lacks-call = \".values\" }\n```\n\n";
        assert!(lesson.contains(rules));
        lesson.replace(rules, "").replace("iterating over the mapping gives the names.", message)
    }
}

#[test]
fn a_message_that_names_a_construct_needs_a_rule_that_looks_for_it() {
    let home = Home::new();
    let folder = broken_pack(&home, without_rules("you wrote `yield`."));
    let answer = home.run(&["lint", folder.to_str().unwrap()]).ends(1);
    assert_has(
        &answer.out,
        "error: the message of `names-only` names `yield`, and no rule looks at how the code is written",
    );
    assert_has(&answer.out, "add ```toml mistake=names-only with a `source` rule");
}

#[test]
fn a_mistake_that_is_an_exception_before_the_first_check_is_warned_of() {
    let home = Home::new();
    let folder = broken_pack(&home, without_rules("you took names."));
    let answer = home.run(&["lint", folder.to_str().unwrap()]).ends(0);
    assert_has(
        &answer.out,
        "warning: the wrong program of `names-only` ends in AttributeError before the first check",
    );
}

#[test]
fn a_rubric_tells_what_the_points_are_for() {
    let half = "def count(items):\n    return {item: items.count(item) for item in items}\n\ndef most(items):\n    return items[0] if items else None\n";
    let answer = Home::new().feed(&["check", "kinds/continue#most", "-", "--pack", PACK], half);
    let answer = answer.ends(1);
    assert_has(&answer.out, "6 of 9 points\n  correctness: 6 of 6\n  failure paths: 0 of 3\n");
    let answer = Home::new()
        .feed(&["check", "kinds/continue#most", "-", "--json", "--pack", PACK], half)
        .ends(1);
    let points = &answer.json()["points"];
    assert_eq!((&points["earned"], &points["possible"]), (&6.into(), &9.into()));
    assert_eq!(points["rubric"][1]["name"], "failure paths");
}
