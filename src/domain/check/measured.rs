//! What a call, or a whole program, does and costs besides its value: what is asked, and how it is judged.

use regex::Regex;

use super::answer::{Finding, Seen};
use super::judge::Verdict;
use super::stdout::pattern;
use crate::domain::clean::Clean;
use crate::domain::measure::{self, Figures, Measure, Warned};
use crate::domain::run::Loose;
use crate::domain::value::{Value, grouped, is_named, short_name};

/// How far a time may be off, in seconds, for the rounding of sums.
const EXACT: f64 = 1e-6;
/// What a source gives where nothing else is said.
const NUMBERS: &str = "__import__('itertools').count()";

/// What is asked of what was measured.
#[derive(Debug, Clone, PartialEq)]
pub enum Want {
    /// Seconds on the program's own clock.
    Took(Span),
    /// The peak of traced memory, in bytes.
    PeakMemory(u32),
    /// Tasks and coroutines.
    Tasks(Tasks),
    /// Warnings.
    Warns(Warns),
    /// How much is drawn from a source.
    Lazy(Lazy),
}

/// A span of seconds, both ends included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// The shortest.
    pub at_least: f64,
    /// The longest, where there is one.
    pub at_most: Option<f64>,
}

/// What is asked of tasks; the one that the loop is started with is not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tasks {
    /// How many there are at once, at the least.
    pub at_least: Option<u32>,
    /// How many there are at once, at the most.
    pub at_most: Option<u32>,
    /// How many are left running.
    pub left: Option<u32>,
    /// How many end cancelled.
    pub cancelled: Option<u32>,
    /// How many coroutines are never awaited.
    pub never_awaited: Option<u32>,
}

/// Which warnings must come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warns {
    /// Each of these categories, or a subclass of it; without any, there may be no warning.
    pub classes: Vec<String>,
    /// A pattern found in the message (Rust `regex`, searched).
    pub matches: Option<String>,
}

/// How much may be drawn from a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lazy {
    /// What the source gives, a Python expression; the numbers from 0 on without it.
    pub items: Option<String>,
    /// How many items are taken.
    pub take: u32,
    /// How many may be drawn by then.
    pub drawn: u32,
    /// How many may be drawn before the first is asked for.
    pub before: u32,
}

impl Want {
    /// What has to be measured for it.
    #[must_use]
    pub fn measure(&self) -> Measure {
        match self {
            Self::Took(_) | Self::Tasks(_) => Measure::Course,
            Self::PeakMemory(_) => Measure::Memory,
            Self::Warns(_) => Measure::Warnings,
            Self::Lazy(_) => Measure::Draws,
        }
    }

    /// What the program is asked once it has come to its end.
    #[must_use]
    pub fn asked(&self, call: &str) -> String {
        match self {
            Self::Lazy(lazy) => {
                measure::draws(call, lazy.items.as_deref().unwrap_or(NUMBERS), lazy.take)
            }
            _ => call.to_owned(),
        }
    }
}

/// Judges figures. `file` is the learner's.
pub(super) fn judge(want: &Want, figures: &Figures, file: &str) -> Finding {
    match want {
        Want::Took(span) => took(*span, figures),
        Want::PeakMemory(most) => peak(*most, figures),
        Want::Tasks(tasks) => tasks_of(tasks, figures, file),
        Want::Warns(warns) => warned(warns, figures, file),
        Want::Lazy(lazy) => drawn(lazy, figures),
    }
}

fn fail(kind: &str, expected: &str, got: &str) -> Finding {
    Finding {
        kind: kind.to_owned(),
        expected: Some(Clean::line(expected)),
        got: Some(Clean::line(got)),
        ..Finding::new(Verdict::Fail)
    }
    .having_seen(Seen::Value(Value::Str(got.to_owned())))
}

fn took(span: Span, figures: &Figures) -> Finding {
    let Some(nanoseconds) = figures.took_ns else {
        return Finding::pack_fault("it measures time, and the step asks for the real clock");
    };
    let took = std::time::Duration::from_nanos(nanoseconds).as_secs_f64();
    if took >= span.at_least - EXACT && span.at_most.is_none_or(|most| took <= most + EXACT) {
        return Finding::new(Verdict::Pass);
    }
    let expected = match span.at_most {
        None => format!("it takes at least {}", seconds(span.at_least)),
        Some(most) if most <= span.at_least => format!("it takes {}", seconds(most)),
        Some(most) if span.at_least <= 0.0 => format!("it takes at most {}", seconds(most)),
        Some(most) => format!("it takes {} to {}", seconds(span.at_least), seconds(most)),
    };
    let got = format!("it took {}", seconds(took));
    fail("it took another time", &expected, &got)
}

/// Seconds as few digits as tell them apart to the microsecond.
fn seconds(seconds: f64) -> String {
    let text = format!("{seconds:.6}");
    format!("{} s", text.trim_end_matches('0').trim_end_matches('.'))
}

fn peak(most: u32, figures: &Figures) -> Finding {
    let Some(peak) = figures.peak else {
        let message = "the program stopped the tracing of memory, so that it cannot be measured";
        return Finding::said(Verdict::Fail, message);
    };
    if peak <= i64::from(most) {
        return Finding::new(Verdict::Pass);
    }
    let bytes = u64::try_from(peak).unwrap_or(0);
    Finding {
        kind: "it uses more memory than allowed".to_owned(),
        expected: Some(Clean::line(format!("at most {} at the peak", size(u64::from(most))))),
        got: Some(Clean::line(format!("{} at the peak", size(bytes)))),
        ..Finding::new(Verdict::Fail)
    }
}

fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 2] = [(1_000_000, "MB"), (1_000, "kB")];
    match UNITS.iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) if bytes < 10 * unit && !bytes.is_multiple_of(*unit) => {
            format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit)
        }
        Some((unit, name)) => format!("{} {name}", grouped(bytes / unit)),
        None => format!("{} bytes", grouped(bytes)),
    }
}

fn tasks_of(asked: &Tasks, figures: &Figures, file: &str) -> Finding {
    let came = &figures.tasks;
    let once = |count: u32| format!("{} at once", counted(count, "task"));
    if let Some(most) = asked.at_most.filter(|most| came.beside > *most) {
        return fail(
            "too many tasks run at once",
            &format!("at most {}", once(most)),
            &once(came.beside),
        );
    }
    if let Some(least) = asked.at_least.filter(|least| came.beside < *least) {
        let expected = format!("at least {}", once(least));
        return fail("too few tasks run at once", &expected, &once(came.beside));
    }
    let lists = [
        (asked.left, &came.tasks_left, "task", "left running"),
        (asked.never_awaited, &came.never_awaited, "coroutine", "never awaited"),
    ];
    for (wanted, found, noun, state) in lists {
        let count = u32::try_from(found.len()).unwrap_or(u32::MAX);
        let Some(wanted) = wanted.filter(|wanted| *wanted != count) else { continue };
        let expected = format!("{} {state}", counted(wanted, noun));
        let names: Vec<String> = found.iter().take(3).map(|one| loose(one, file)).collect();
        let mut got = format!("{} {state}", counted(count, noun));
        if !names.is_empty() {
            got = format!("{got}: {}", names.join(", "));
        }
        return fail(&format!("another number of {noun}s is {state}"), &expected, &got);
    }
    if let Some(wanted) = asked.cancelled.filter(|wanted| *wanted != came.cancelled) {
        let state = |count| format!("{} cancelled", counted(count, "task"));
        return fail(
            "another number of tasks is cancelled",
            &state(wanted),
            &state(came.cancelled),
        );
    }
    Finding::new(Verdict::Pass)
}

fn counted(count: u32, noun: &str) -> String {
    match count {
        0 => format!("no {noun}"),
        1 => format!("1 {noun}"),
        _ => format!("{} {noun}s", grouped(u64::from(count))),
    }
}

/// Who it is and where: `nap` made in line 7.
fn loose(one: &Loose, file: &str) -> String {
    let name = one.function.as_deref().unwrap_or(&one.name);
    match (&one.file, one.line) {
        (Some(place), Some(line)) if place == file => format!("`{name}` (line {line})"),
        _ => format!("`{name}`"),
    }
}

fn warned(asked: &Warns, figures: &Figures, file: &str) -> Finding {
    let pattern = match asked.matches.as_deref().map(pattern).transpose() {
        Ok(pattern) => pattern,
        Err(fault) => return Finding::pack_fault(&fault),
    };
    let is = |warning: &Warned, class: &str, pattern: Option<&Regex>| {
        warning.bases.iter().any(|base| is_named(base, class))
            && pattern.is_none_or(|pattern| pattern.is_match(&warning.message))
    };
    let came: Vec<String> =
        figures.warnings.iter().take(3).map(|warning| shown(warning, file)).collect();
    let got = if came.is_empty() { "no warning".to_owned() } else { came.join("; ") };
    if asked.classes.is_empty() {
        return if figures.warnings.is_empty() {
            Finding::new(Verdict::Pass)
        } else {
            fail("a warning came", "no warning", &got)
        };
    }
    let lacking = asked
        .classes
        .iter()
        .find(|class| !figures.warnings.iter().any(|warning| is(warning, class, pattern.as_ref())));
    let Some(class) = lacking else { return Finding::new(Verdict::Pass) };
    let with = asked.matches.as_ref().map_or(String::new(), |m| format!(" that matches {m}"));
    fail("a warning is missing", &format!("a {}{with}", short_name(class)), &got)
}

fn shown(warning: &Warned, file: &str) -> String {
    let class = warning.bases.first().map_or("a warning", |class| short_name(class));
    let text: String = warning.message.chars().take(200).collect();
    let place = match warning.line {
        Some(line) if warning.file == file => format!(" (line {line})"),
        _ => String::new(),
    };
    if text.is_empty() { format!("{class}{place}") } else { format!("{class}: {text}{place}") }
}

fn drawn(asked: &Lazy, figures: &Figures) -> Finding {
    const KIND: &str = "more is read than was asked for";
    let Some(draws) = figures.draws.as_deref().filter(|draws| !draws.is_empty()) else {
        return Finding::said(Verdict::Fail, "nothing that items could be taken from came");
    };
    let items = |count: u32| counted(count, "item");
    let at_start = format!("{} drawn from the source before one is asked for", items(asked.before));
    let endless = |taken: usize| {
        let after = match u32::try_from(taken).unwrap_or(u32::MAX) {
            0 => "before it gave its first".to_owned(),
            taken => format!("after it gave {}", items(taken)),
        };
        format!("it reads on and on: more than {} drawn {after}", items(draws[draws.len() - 1] - 1))
    };
    if figures.over && draws.len() == 1 {
        return fail(KIND, &at_start, &endless(0));
    }
    if draws[0] > asked.before {
        return fail(KIND, &at_start, &format!("{} drawn", items(draws[0])));
    }
    let taken = draws.len() - 1 - usize::from(figures.over);
    let bound =
        |count: u32| format!("at most {} drawn for the first {}", items(asked.drawn), items(count));
    if figures.over {
        return fail(KIND, &bound(asked.take), &endless(taken));
    }
    if let Some(at) = draws[1..].iter().position(|count| *count > asked.drawn) {
        let place = u32::try_from(at + 1).unwrap_or(u32::MAX);
        return fail(KIND, &bound(place), &format!("{} drawn", items(draws[at + 1])));
    }
    let given = u32::try_from(taken).unwrap_or(u32::MAX);
    // A source that is given may hold fewer than are taken, as where the pack asks for all there is.
    if asked.items.is_none() && given < asked.take {
        let wanted = format!("{} where they are asked for", items(asked.take));
        return fail("it ends too early", &wanted, &format!("it ends after {}", items(given)));
    }
    Finding::new(Verdict::Pass)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::run::TaskFigures;

    fn said(finding: &Finding) -> (String, String) {
        let text = |clean: &Option<Clean>| clean.as_ref().map(ToString::to_string);
        (text(&finding.expected).unwrap_or_default(), text(&finding.got).unwrap_or_default())
    }

    #[track_caller]
    fn fails(want: &Want, figures: &Figures, expected: &str, got: &str) {
        let finding = judge(want, figures, "mine.py");
        assert_eq!(finding.verdict, Verdict::Fail);
        assert_eq!(said(&finding), (expected.to_owned(), got.to_owned()));
    }

    #[track_caller]
    fn holds(want: &Want, figures: &Figures) {
        assert_eq!(judge(want, figures, "mine.py").verdict, Verdict::Pass);
    }

    #[test]
    fn a_time_is_exact_or_within_a_span() {
        let took = |ns| Figures { took_ns: Some(ns), ..Figures::default() };
        let exact = Want::Took(Span { at_least: 3.0, at_most: Some(3.0) });
        holds(&exact, &took(3_000_000_001));
        fails(&exact, &took(9_500_000_000), "it takes 3 s", "it took 9.5 s");
        let most = Want::Took(Span { at_least: 0.0, at_most: Some(1.5) });
        fails(&most, &took(2_000_000_000), "it takes at most 1.5 s", "it took 2 s");
        let least = Want::Took(Span { at_least: 1.0, at_most: None });
        fails(&least, &took(0), "it takes at least 1 s", "it took 0 s");
        assert_eq!(judge(&exact, &Figures::default(), "mine.py").verdict, Verdict::Error);
    }

    #[test]
    fn memory_is_told_in_round_units_and_a_program_that_stops_the_tracing_fails() {
        let peak = |peak| Figures { peak, ..Figures::default() };
        holds(&Want::PeakMemory(100_000), &peak(Some(-5)));
        fails(
            &Want::PeakMemory(100_000),
            &peak(Some(80_448_728)),
            "at most 100 kB at the peak",
            "80 MB at the peak",
        );
        assert_eq!(judge(&Want::PeakMemory(1), &peak(None), "mine.py").verdict, Verdict::Fail);
    }

    #[test]
    fn tasks_at_once_left_and_cancelled_and_lost_coroutines_are_told_with_their_places() {
        let nap = Loose {
            name: "Task-2".into(),
            file: Some("mine.py".into()),
            line: Some(7),
            function: Some("nap".into()),
        };
        let tasks = TaskFigures {
            beside: 10,
            cancelled: 1,
            tasks_left: vec![nap.clone()],
            never_awaited: vec![nap],
            ..TaskFigures::default()
        };
        let figures = Figures { tasks, ..Figures::default() };
        let ask = |tasks| Want::Tasks(tasks);
        let none = Tasks::default();
        holds(
            &ask(Tasks { at_most: Some(10), left: Some(1), cancelled: Some(1), ..none }),
            &figures,
        );
        let most = ask(Tasks { at_most: Some(3), ..none });
        fails(&most, &figures, "at most 3 tasks at once", "10 tasks at once");
        let least = ask(Tasks { at_least: Some(11), ..none });
        fails(&least, &figures, "at least 11 tasks at once", "10 tasks at once");
        let left = ask(Tasks { left: Some(0), ..none });
        fails(&left, &figures, "no task left running", "1 task left running: `nap` (line 7)");
        let lost = ask(Tasks { never_awaited: Some(0), ..none });
        let got = "1 coroutine never awaited: `nap` (line 7)";
        fails(&lost, &figures, "no coroutine never awaited", got);
        let cancelled = ask(Tasks { cancelled: Some(2), ..none });
        fails(&cancelled, &figures, "2 tasks cancelled", "1 task cancelled");
    }

    #[test]
    fn a_warning_is_asked_for_by_category_and_message_or_not_at_all() {
        let warning = Warned {
            bases: vec!["DeprecationWarning".into(), "Warning".into()],
            message: "use g".into(),
            file: "mine.py".into(),
            line: Some(3),
        };
        let one = Figures { warnings: vec![warning], ..Figures::default() };
        let ask = |classes: &[&str], matches: Option<&str>| {
            let classes = classes.iter().map(ToString::to_string).collect();
            Want::Warns(Warns { classes, matches: matches.map(str::to_owned) })
        };
        holds(&ask(&["Warning"], Some("^use")), &one);
        holds(&ask(&[], None), &Figures::default());
        let shown = "DeprecationWarning: use g (line 3)";
        fails(&ask(&[], None), &one, "no warning", shown);
        fails(&ask(&["UserWarning"], None), &one, "a UserWarning", shown);
        let other = ask(&["DeprecationWarning"], Some("use h"));
        fails(&other, &one, "a DeprecationWarning that matches use h", shown);
        let none = Figures::default();
        fails(&ask(&["UserWarning"], None), &none, "a UserWarning", "no warning");
    }

    #[test]
    fn what_is_drawn_too_early_too_much_or_without_end_is_told() {
        let lazy = Want::Lazy(Lazy { items: None, take: 3, drawn: 5, before: 0 });
        let draws = |draws: &[u32], over| Figures {
            draws: Some(draws.to_vec()),
            over,
            ..Figures::default()
        };
        holds(&lazy, &draws(&[0, 1, 3, 5], false));
        let start = "no item drawn from the source before one is asked for";
        fails(&lazy, &draws(&[1, 1], false), start, "1 item drawn");
        let endless = "it reads on and on: more than 20,000 items drawn before it gave its first";
        fails(&lazy, &draws(&[20_001], true), start, endless);
        let most = "at most 5 items drawn for the first 2 items";
        fails(&lazy, &draws(&[0, 1, 8, 9], false), most, "8 items drawn");
        let most = "at most 5 items drawn for the first 3 items";
        let endless = "it reads on and on: more than 20,000 items drawn after it gave 1 item";
        fails(&lazy, &draws(&[0, 1, 20_001], true), most, endless);
    }

    #[test]
    fn one_that_ends_before_all_were_taken_fails_unless_the_source_is_given() {
        let ask = |items: Option<&str>| {
            let items = items.map(str::to_owned);
            Want::Lazy(Lazy { items, take: 3, drawn: 3, before: 0 })
        };
        let figures = Figures { draws: Some(vec![0, 1]), ..Figures::default() };
        let wanted = "3 items where they are asked for";
        fails(&ask(None), &figures, wanted, "it ends after 1 item");
        holds(&ask(Some("[1, 2]")), &figures);
    }
}
