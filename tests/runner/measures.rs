//! What is measured of a call, on the real worker: time, tasks, memory, warnings, items drawn, identity, tests.

use pykata::domain::measure::{Figures, MOST_DRAWN, Measure, Measuring, draws, same};
use pykata::domain::run::{Answer, Observation, Outcome, RunSpec};
use pykata::domain::value::Value;

use crate::support::{Bench, calls};

fn spec(text: &str, call: &str, what: Measure, whole: bool) -> RunSpec {
    let mut spec = calls(text, &[call]);
    spec.program.measure = Some(Measuring { what, whole });
    spec
}

#[track_caller]
fn measured(text: &str, call: &str, what: Measure) -> (Answer, Figures) {
    figures(Bench::new().run(&spec(text, call, what, false)))
}

#[track_caller]
fn figures(mut seen: Observation) -> (Answer, Figures) {
    assert_eq!(seen.outcome, Outcome::Normal, "{seen:#?}");
    let figures = seen.figures.expect("the run was measured");
    (seen.answers.remove(0), *figures)
}

#[test]
fn a_coroutine_is_awaited_whether_or_not_the_expression_says_so() {
    let text = "import asyncio\nasync def late():\n    await asyncio.sleep(3600)\n    return 7\n";
    let seen = Bench::new()
        .run(&calls(text, &["late()", "await late() + 1", "[await late() for _ in 'ab']"]));
    let int = |n: &str| Answer::Value(Value::Int(n.into()));
    let list = Answer::Value(Value::List(vec![Value::Int("7".into()); 2]));
    assert_eq!(seen.answers, [int("7"), int("8"), list]);
    assert_eq!(seen.virtual_s, Some(4.0 * 3600.0));
}

#[test]
fn time_is_that_of_the_call_alone_or_of_the_whole_program() {
    let text = "import time\ntime.sleep(10)\ndef f(): time.sleep(2.5)\n";
    let (_, figures) = measured(text, "f()", Measure::Course);
    assert_eq!(figures.took_ns, Some(2_500_000_000));
    let whole = Bench::new().run(&spec(text, "None", Measure::Course, true));
    assert_eq!(self::figures(whole).1.took_ns, Some(10_000_000_000));
}

#[test]
fn tasks_are_counted_without_the_one_that_the_loop_is_started_with() {
    let text = "import asyncio
async def nap(): await asyncio.sleep(1)
async def main():
    await asyncio.gather(nap(), nap(), nap())
    asyncio.create_task(nap())
    nap()
    task = asyncio.create_task(nap())
    await asyncio.sleep(0)
    task.cancel()
";
    let (answer, figures) = measured(text, "main()", Measure::Course);
    assert_eq!(answer, Answer::Value(Value::None));
    assert_eq!((figures.tasks.beside, figures.tasks.most_tasks), (3, 4));
    assert_eq!(figures.tasks.never_awaited[0].name, "nap");
    assert_eq!((figures.tasks.tasks_left.len(), figures.tasks.cancelled), (1, 2));
}

#[test]
fn peaks_of_memory_are_those_of_the_call() {
    let text = "kept = [0] * 1_000_000\ndef lazy(): return sum(n for n in range(200_000))\ndef greedy(): return sum([n for n in range(200_000)])\n";
    let (_, lazy) = measured(text, "lazy()", Measure::Memory);
    let (_, greedy) = measured(text, "greedy()", Measure::Memory);
    assert!(lazy.peak.is_some_and(|peak| peak < 20_000), "{lazy:?}");
    assert!(greedy.peak.is_some_and(|peak| (7_000_000..9_000_000).contains(&peak)), "{greedy:?}");
    let whole = Bench::new().run(&spec(text, "None", Measure::Memory, true));
    assert!(figures(whole).1.peak.is_some_and(|peak| peak > 8_000_000));
}

#[test]
fn every_warning_counts_but_those_that_the_program_catches() {
    let text = "import warnings
class Old(DeprecationWarning): pass
async def lost(): pass
def f():
    for _ in range(2): warnings.warn('use g', Old, stacklevel=2)
    lost()
    with warnings.catch_warnings(record=True): warnings.warn('caught')
";
    let (_, figures) = measured(text, "f()", Measure::Warnings);
    let told: Vec<_> = figures.warnings.iter().map(|w| (&*w.bases[0], &*w.message)).collect();
    assert_eq!(told[..2], [("__main__.Old", "use g"); 2]);
    assert_eq!(told[2], ("RuntimeWarning", "coroutine 'lost' was never awaited"));
    assert_eq!(told.len(), 3);
}

#[test]
fn what_is_drawn_from_a_source_is_counted_item_by_item() {
    let text = "import itertools
def evens(numbers):
    for n in numbers:
        if n % 2 == 0: yield n
async def aevens(numbers):
    async for n in numbers:
        if n % 2 == 0: yield n
def eager(numbers): return iter([n for n in numbers])
";
    let numbers = |items: &[i32]| {
        Answer::Value(Value::List(items.iter().map(|n| Value::Int(n.to_string())).collect()))
    };
    for call in ["evens(source)", "aevens(source)"] {
        let (answer, figures) =
            measured(text, &draws(call, "itertools.count()", 3), Measure::Draws);
        assert_eq!(
            (answer, figures.draws),
            (numbers(&[0, 2, 4]), Some(vec![0, 1, 3, 5])),
            "{call}"
        );
    }
    let (_, figures) =
        measured(text, &draws("eager(source)", "itertools.count()", 3), Measure::Draws);
    assert_eq!((figures.over, figures.draws), (true, Some(vec![MOST_DRAWN + 1])));
    let few = draws("(letter for letter in source)", "'ab'", 5);
    let (_, figures) = measured(text, &few, Measure::Draws);
    assert_eq!(figures.draws, Some(vec![0, 1, 2]));
}

#[test]
fn an_exception_can_be_held_against_an_object() {
    let text =
        "error = ValueError('x')\ndef same(): raise error\ndef other(): raise ValueError('x')\n";
    let is_error = |call| measured(text, &same(call, "error"), Measure::Same).1.same;
    assert_eq!(
        (is_error("same()"), is_error("other()"), is_error("1")),
        (Some(true), Some(false), None)
    );
}

#[test]
fn tests_are_called_in_order_up_to_the_first_that_fails() {
    let text = "async def test_late(): assert True\ndef test_sum(): assert 1 + 1 == 3, 'no'\ndef test_last(): pass\n";
    let (answer, figures) = measured(text, "None", Measure::Tests);
    let Answer::Raised(exception) = answer else { panic!("{answer:?}") };
    assert_eq!(exception.headline(), "AssertionError: no");
    assert_eq!(figures.tests.unwrap(), ["test_late", "test_sum"]);
}

#[test]
fn a_run_that_is_not_measured_has_no_figures() {
    assert_eq!(Bench::new().run(&calls("x = 1\n", &["x"])).figures, None);
}
