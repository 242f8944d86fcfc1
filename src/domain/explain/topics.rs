//! What goes wrong everywhere with decorators, generators, contexts, coroutines and caches.
//!
//! Each says only what the exception and the program's text establish; where they leave room for doubt, nothing is said.

use super::Rule;
use crate::domain::clean::Clean;
use crate::domain::run::{Exception, Observation, Outcome, Program};

/// Every rule; the first that speaks is heard.
pub(super) const RULES: [Rule; 17] = [
    decorator_gave_nothing,
    wrapper_takes_too_little,
    unhashable_in_cache,
    generator_in_use,
    no_yield,
    second_yield,
    stop_in_generator,
    nothing_left,
    sent_too_early,
    generator_as_sequence,
    awaited_twice,
    awaited_what_is_none,
    forgotten_await,
    loop_in_loop,
    asynchronous_with,
    synchronous_with,
    asynchronous_for,
];

/// That coroutines were made and never awaited, which raises nothing.
pub(super) fn never_awaited(run: &Observation) -> Option<Clean> {
    let first = run.tasks.never_awaited.first().filter(|_| run.outcome == Outcome::Normal)?;
    let place = first.line.map_or(String::new(), |line| format!(" in line {line}"));
    let name = first.name.rsplit('.').next().unwrap_or(&first.name);
    Some(Clean::line(format!(
        "`{name}()` was called{place} and never awaited: calling an `async def` only makes a coroutine, which does nothing by itself. Write `await {name}(…)`, or make a task of it."
    )))
}

/// The line in which an exception came up, in a text of the program.
fn line_of<'p>(exception: &Exception, program: &'p Program) -> Option<&'p str> {
    let frame = exception.frames.last()?;
    let unit = program.units.iter().find(|unit| unit.file == frame.file)?;
    unit.text.lines().nth(usize::try_from(frame.line).ok()?.checked_sub(1)?)
}

/// The decorators of a function or class, as they are written, the one right above it first.
fn decorators<'p>(program: &'p Program, name: &str) -> Vec<&'p str> {
    let defines = |line: &str| {
        let line = line.trim_start();
        let line = line.strip_prefix("async ").unwrap_or(line);
        let rest = line.strip_prefix("def ").or_else(|| line.strip_prefix("class "));
        rest.and_then(|rest| rest.trim_start().strip_prefix(name))
            .is_some_and(|rest| !rest.starts_with(is_word))
    };
    for unit in &program.units {
        let lines: Vec<&str> = unit.text.lines().collect();
        if let Some(at) = lines.iter().position(|line| defines(line)) {
            let above = lines[..at].iter().rev().map(|line| line.trim());
            return above.map_while(|line| line.strip_prefix('@')).collect();
        }
    }
    Vec::new()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The names that are called in a line, methods by their last part.
fn called(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices('(').filter_map(|(at, _)| {
        let before = &line[..at];
        let start = before
            .rfind(|c| !is_word(c))
            .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
        Some(&before[start..]).filter(|name| !name.is_empty())
    })
}

fn decorator_gave_nothing(exception: &Exception, program: &Program) -> Option<String> {
    if exception.class != "TypeError" || exception.message != "'NoneType' object is not callable" {
        return None;
    }
    let line = line_of(exception, program)?.trim();
    if let Some(decorator) = line.strip_prefix('@') {
        return decorator.contains('(').then(|| {
            format!("`{decorator}` gives None, and what it gives is called with the function below it. A function that takes options and is used after `@` has to return the decorator: look for a `return` that is missing in its outer layer.")
        });
    }
    let (name, decorator) = called(line).find_map(|name| {
        let above = decorators(program, name);
        Some((name, *above.first()?))
    })?;
    Some(format!(
        "`{name}` is None. After `@{decorator}` the name stands for whatever the decorator returns, and a function without `return` returns None: let the decorator return its wrapper."
    ))
}

fn wrapper_takes_too_little(exception: &Exception, program: &Program) -> Option<String> {
    if exception.class != "TypeError" {
        return None;
    }
    let (function, rest) = exception.message.split_once("() ")?;
    let fits = rest.starts_with("takes ") || rest.starts_with("got an unexpected keyword argument");
    let (outer, inner) = function.rsplit_once(".<locals>.").filter(|_| fits)?;
    let outer = outer.rsplit('.').next()?;
    let used = program.units.iter().flat_map(|unit| unit.text.lines()).any(|line| {
        let name = line.trim().strip_prefix('@').and_then(|rest| rest.strip_prefix(outer));
        name.is_some_and(|rest| !rest.starts_with(is_word))
    });
    used.then(|| {
        format!("The call reached `{inner}`, which `@{outer}` has put in the function's place, and `{inner}` does not take these arguments. Let it take `*args, **kwargs` and hand them on.")
    })
}

fn unhashable_in_cache(exception: &Exception, program: &Program) -> Option<String> {
    let unhashable = exception.class == "TypeError"
        && (exception.message.starts_with("unhashable type: ")
            || exception.message.ends_with("as a dict key"));
    let line = line_of(exception, program).filter(|_| unhashable)?;
    let cached = |name: &&str| {
        let above = decorators(program, name);
        let is_cache = |text: &str| {
            let name = text.split('(').next().unwrap_or(text);
            ["cache", "lru_cache"].contains(&name.rsplit('.').next().unwrap_or(name).trim())
        };
        above.into_iter().any(is_cache)
    };
    let name = called(line).find(cached)?;
    Some(format!(
        "`{name}` is cached, and a cache finds a result again by the hash of its arguments, which lists, sets and dicts do not have. Pass a tuple or a frozenset, or cache a function that takes less."
    ))
}

fn generator_in_use(exception: &Exception, _: &Program) -> Option<String> {
    let (class, message) = (&*exception.class, &*exception.message);
    let plain = class == "ValueError" && message == "generator already executing";
    let asynchronous =
        class == "RuntimeError" && message.ends_with("asynchronous generator is already running");
    (plain || asynchronous).then(|| {
        "A generator was asked for its next value while it was still at work on the one before: from inside of itself, or from another thread or task. Give each its own generator, or one lock to all of them.".into()
    })
}

fn no_yield(exception: &Exception, _: &Program) -> Option<String> {
    let none = exception.class == "RuntimeError" && exception.message == "generator didn't yield";
    none.then(|| {
        "A function under `@contextmanager` or `@asynccontextmanager` ended without a `yield`, which is where the body of the `with` would run. Every way through it has to yield once, or raise.".into()
    })
}

fn second_yield(exception: &Exception, _: &Program) -> Option<String> {
    let second =
        exception.class == "RuntimeError" && exception.message.starts_with("generator didn't stop");
    second.then(|| {
        "A function under `@contextmanager` or `@asynccontextmanager` yielded a second time. It yields once: what comes after the `yield` runs at the end of the `with`. A loop around the `yield`, or an `except` that yields again, is often behind it.".into()
    })
}

fn stop_in_generator(exception: &Exception, _: &Program) -> Option<String> {
    let (class, message) = (&*exception.class, &*exception.message);
    let stop = class == "RuntimeError"
        && ["generator raised StopIteration", "coroutine raised StopIteration"].contains(&message);
    stop.then(|| {
        "A StopIteration came up inside of a generator, often from `next()` on an iterator that was at its end, and there it would look like the generator's own end. End a generator by `return`, and give `next()` a default or catch its StopIteration.".into()
    })
}

fn nothing_left(exception: &Exception, _: &Program) -> Option<String> {
    (exception.class == "StopIteration" && exception.message.is_empty()).then(|| {
        "`next()` was called on an iterator that has nothing left. An iterator is read once: whoever read it before has used it up, be it a loop, `list()` or `sum()`. Make a new one, or give `next()` a default.".into()
    })
}

fn sent_too_early(exception: &Exception, _: &Program) -> Option<String> {
    let (class, message) = (&*exception.class, &*exception.message);
    let early =
        class == "TypeError" && message.starts_with("can't send non-None value to a just-started ");
    early.then(|| {
        "This generator has not run yet, and so stands at no `yield` that could receive what is sent. Start it by `next(…)` or `send(None)` first.".into()
    })
}

fn generator_as_sequence(exception: &Exception, _: &Program) -> Option<String> {
    let message = &*exception.message;
    let wanted = exception.class == "TypeError"
        && (message == "'generator' object is not subscriptable"
            || message == "object of type 'generator' has no len()");
    wanted.then(|| {
        "A generator makes its values one by one and keeps none: it has no length and no places. Make a `list` of it, or take what you need by `itertools.islice`.".into()
    })
}

fn awaited_twice(exception: &Exception, _: &Program) -> Option<String> {
    let twice = exception.class == "RuntimeError"
        && exception.message == "cannot reuse already awaited coroutine";
    twice.then(|| {
        "A coroutine runs once. To wait for its result in several places make a task of it, and await the task; to run it again call the function again.".into()
    })
}

fn awaited_what_is_none(exception: &Exception, _: &Program) -> Option<String> {
    let message = &*exception.message;
    let old = message.strip_prefix("object ");
    let class = old
        .and_then(|rest| rest.strip_suffix(" can't be used in 'await' expression"))
        .or_else(|| message.strip_prefix('\'')?.strip_suffix("' object can't be awaited"))
        .filter(|_| exception.class == "TypeError")?;
    Some(format!(
        "What stands after `await` gave a value of type {class}, which nobody can wait for. The function that was called there is likely a plain `def`: leave the `await` out, or make it an `async def`."
    ))
}

fn forgotten_await(exception: &Exception, _: &Program) -> Option<String> {
    let typed = ["TypeError", "AttributeError"].contains(&&*exception.class);
    let message = &*exception.message;
    let coroutine = message.starts_with("'coroutine' object ")
        || message.starts_with("unsupported operand type") && message.contains("'coroutine'")
        || message == "object of type 'coroutine' has no len()";
    let wrong_with = message.contains("context manager protocol");
    (typed && coroutine && !wrong_with).then(|| {
        "Here stands a coroutine, not the result that it would have: an `await` is missing before the call of an `async def`.".into()
    })
}

fn loop_in_loop(exception: &Exception, _: &Program) -> Option<String> {
    let message = &*exception.message;
    let nested = exception.class == "RuntimeError"
        && (message == "asyncio.run() cannot be called from a running event loop"
            || message == "This event loop is already running"
            || message == "Cannot run the event loop while another loop is running");
    nested.then(|| {
        "A loop runs already, and a thread has one at a time. Inside of an `async def` write `await` instead of `asyncio.run(…)`, which starts the outermost coroutine alone.".into()
    })
}

/// The type in "'X' object does not support the … protocol".
fn unsupported<'e>(exception: &'e Exception, protocol: &str) -> Option<&'e str> {
    let rest = exception.message.strip_prefix('\'').filter(|_| exception.class == "TypeError")?;
    let (class, rest) = rest.split_once("' object does not support the ")?;
    rest.starts_with(protocol).then_some(class)
}

fn asynchronous_with(exception: &Exception, _: &Program) -> Option<String> {
    let class = unsupported(exception, "asynchronous context manager protocol")?;
    let short = class.rsplit('.').next().unwrap_or(class);
    let what =
        if short == "_GeneratorContextManager" { "What `@contextmanager` makes" } else { short };
    Some(format!(
        "{what} has no `__aenter__` and `__aexit__`, which `async with` calls. If it is a plain context manager, write `with`; else give it the asynchronous methods, or use `@asynccontextmanager`."
    ))
}

fn synchronous_with(exception: &Exception, program: &Program) -> Option<String> {
    let class = unsupported(exception, "context manager protocol")?;
    let short = class.rsplit('.').next().unwrap_or(class);
    let made = short == "_AsyncGeneratorContextManager";
    let text = || program.units.iter().map(|unit| &*unit.text);
    let defines = text()
        .any(|text| text.contains(&format!("class {short}")) && text.contains("def __aenter__"));
    let known = ["Lock", "Semaphore", "BoundedSemaphore", "Condition", "TaskGroup", "Timeout"];
    let asyncio = known.contains(&short) && text().any(|text| text.contains("asyncio"));
    (made || defines || asyncio).then(|| {
        let what = if made { "What `@asynccontextmanager` makes" } else { short };
        format!(
            "{what} is entered and left by awaiting: write `async with`, inside of an `async def`."
        )
    })
}

fn asynchronous_for(exception: &Exception, _: &Program) -> Option<String> {
    let message = &*exception.message;
    if exception.class != "TypeError" {
        return None;
    }
    if message.starts_with("'async for' requires an object with __aiter__ method") {
        return Some("`async for` waits for each item, and this object gives its items without waiting: write a plain `for`.".into());
    }
    (message == "'async_generator' object is not iterable").then(|| {
        "An asynchronous generator is read by `async for`, or by an asynchronous comprehension, inside of an `async def`; `for`, `list()` and `sum()` cannot wait.".into()
    })
}
