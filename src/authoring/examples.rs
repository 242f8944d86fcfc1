//! Whether an example prints what its lesson says, under two hash seeds.

use super::bless::Blessing;
use super::lint::Report;
use crate::domain::course::PythonVersion;
use crate::domain::exercise::{Example, ExpectedOutput};
use crate::domain::place::Place;
use crate::domain::problem::Problem;
use crate::domain::run::{Limits, Observation, Outcome, RunSpec};
use crate::runner::Execute;

/// Two that order the same sets of strings differently.
const HASH_SEEDS: [u32; 2] = [0, 1];

/// Runs an example and compares; examples for other Pythons are passed over.
pub(super) fn prove(
    example: &Example,
    file: &str,
    python: PythonVersion,
    runner: &mut dyn Execute,
    report: &mut Report,
) {
    if example.python.is_some_and(|range| !range.holds(python)) {
        return;
    }
    let seen = HASH_SEEDS.map(|seed| {
        let program = example.program(file, seed);
        let spec = RunSpec { program, calls: Vec::new(), limits: Limits::default() };
        runner.run(&spec, &mut |_| {})
    });
    let before = report.problems.len();
    let expected = example.output_for(python);
    let differs = judge(example, expected, python, &seen[0], report);
    let alike = seen[0].printed() == seen[1].printed() && seen[0].outcome == seen[1].outcome;
    if let Some(expected) =
        expected.filter(|_| differs && alike && report.problems.len() == before + 1)
    {
        report.blessings.extend(Blessing::new(&expected.place, &expected.text, &seen[0].printed()));
    }
    if report.problems.len() == before && seen[0].printed() != seen[1].printed() {
        let place = expected.map_or(&example.code.place, |output| &output.place);
        report.fault(
            Problem::error(
                place.clone(),
                "the example prints something else under another hash seed",
            )
            .hint("print sets and hashes in a fixed order, as in sorted(…)"),
        );
    }
    report.proved.examples += u32::from(report.problems.len() == before);
}

/// Tells what is wrong; says whether it is what stands in the output block.
fn judge(
    example: &Example,
    expected: Option<&ExpectedOutput>,
    python: PythonVersion,
    seen: &Observation,
    report: &mut Report,
) -> bool {
    let place = &example.code.place;
    match (&seen.exception, &example.raises) {
        _ if seen.outcome == Outcome::TutorFailed => {
            let why = seen.note.as_deref().unwrap_or("for no known reason");
            report.fault(Problem::error(
                place.clone(),
                format!("the example could not be run: {why}"),
            ));
            return false;
        }
        (Some(raised), None) => {
            report.fault(
                Problem::error(place.clone(), format!("the example raises {}", raised.headline()))
                    .hint(format!("if it should, write `raises={}` after `run`", raised.class)),
            );
            return false;
        }
        (Some(raised), Some(class)) if !raised.is_a(class) => report.fault(
            Problem::error(
                place.clone(),
                format!("the example raises {}, not {class}", raised.class),
            )
            .hint(format!("write `raises={}`", raised.class)),
        ),
        (None, Some(class)) => report.fault(
            Problem::error(place.clone(), format!("the example raises nothing, not {class}"))
                .hint(format!("leave out `raises={class}`")),
        ),
        (None, None) if seen.outcome != Outcome::Normal => report.fault(Problem::error(
            place.clone(),
            format!("the example ends as {}, not as normal", seen.outcome.word()),
        )),
        _ => {}
    }
    compare(place, expected, python, &seen.printed(), report)
}

fn compare(
    code: &Place,
    expected: Option<&ExpectedOutput>,
    python: PythonVersion,
    printed: &str,
    report: &mut Report,
) -> bool {
    let Some(expected) = expected else {
        if !printed.is_empty() {
            report.fault(
                Problem::error(
                    code.clone(),
                    format!("the example has no output for Python {python}"),
                )
                .hint(format!(
                    "write an `output` block that begins with {:?}",
                    printed.lines().next().unwrap_or("")
                )),
            );
        }
        return false;
    };
    if let Some(address) = address(printed) {
        report.fault(
            Problem::error(
                expected.place.clone(),
                format!("the example prints an address, {address}"),
            )
            .hint("addresses differ from run to run: print something else"),
        );
        return false;
    }
    let mut wanted = expected.text.trim_end().lines().map(str::trim_end);
    let mut got = printed.trim_end().lines().map(str::trim_end);
    for line in 0.. {
        let (want, have) = (wanted.next(), got.next());
        if want.is_none() && have.is_none() {
            return false;
        }
        if want != have {
            let place = Place { line: expected.place.line + line, ..expected.place.clone() };
            let message = match (want, have) {
                (Some(want), Some(have)) => {
                    format!("the example prints {have:?} here, not {want:?}")
                }
                (Some(want), None) => format!("the example stops before it prints {want:?}"),
                (_, have) => format!("the example goes on with {:?}", have.unwrap_or("")),
            };
            report.fault(
                Problem::error(place, message)
                    .hint("write what it prints (`--bless` does), or mend the example"),
            );
            return true;
        }
    }
    false
}

/// The first thing in a text that looks like an object's address.
fn address(text: &str) -> Option<&str> {
    text.match_indices("0x").find_map(|(at, _)| {
        let digits = text[at + 2..].bytes().take_while(u8::is_ascii_hexdigit).count();
        (digits >= 8).then(|| &text[at..at + 2 + digits])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::exercise::Code;
    use crate::domain::run::Clock;
    use crate::runner::fake::{self, FakeRunner};

    fn example(output: &str) -> Example {
        Example {
            id: "shown".into(),
            code: Code { text: "print()\n".into(), place: Place::new("a.md", 3, 1) },
            outputs: vec![ExpectedOutput {
                python: None,
                text: output.into(),
                place: Place::new("a.md", 7, 1),
            }],
            raises: None,
            clock: Clock::Virtual,
            python: None,
            trace: None,
            stdin: None,
            files: Vec::new(),
        }
    }

    fn faults(output: &str, printed: [&'static str; 2]) -> Vec<String> {
        let mut report = Report::default();
        prove(
            &example(output),
            "a.py",
            PythonVersion(11),
            &mut FakeRunner::replaying(printed.map(fake::printed).into()),
            &mut report,
        );
        report
            .problems
            .iter()
            .map(|problem| format!("{} {}", problem.place, problem.message))
            .collect()
    }

    #[test]
    fn an_example_that_prints_what_it_says_is_proved() {
        assert_eq!(faults("a\nb\n", ["a  \nb\n\n"; 2]), [""; 0]);
    }

    #[test]
    fn the_first_line_that_differs_is_named_with_its_place() {
        assert_eq!(
            faults("a\nb\n", ["a\nc\n"; 2]),
            ["a.md:8:1 the example prints \"c\" here, not \"b\""]
        );
        assert_eq!(
            faults("a\nb\n", ["a\n"; 2]),
            ["a.md:8:1 the example stops before it prints \"b\""]
        );
        assert_eq!(faults("a\n", ["a\nb\n"; 2]), ["a.md:8:1 the example goes on with \"b\""]);
    }

    #[test]
    fn an_output_that_depends_on_the_hash_seed_is_a_fault() {
        let found = faults("a b\n", ["a b\n", "b a\n"]);
        assert_eq!(found, ["a.md:7:1 the example prints something else under another hash seed"]);
    }

    fn blessed(output: &str, printed: [&'static str; 2]) -> Vec<String> {
        let mut report = Report::default();
        let mut runner = FakeRunner::replaying(printed.map(fake::printed).into());
        prove(&example(output), "a.py", PythonVersion(11), &mut runner, &mut report);
        report.blessings.into_iter().map(|blessing| blessing.new).collect()
    }

    #[test]
    fn what_was_printed_twice_alike_may_be_written_down_and_nothing_else() {
        assert_eq!(blessed("a\n", ["b\n"; 2]), ["b\n"]);
        assert_eq!(blessed("a\n", ["a\n"; 2]), [""; 0]);
        assert_eq!(blessed("a\n", ["b c\n", "c b\n"]), [""; 0]);
        assert_eq!(blessed("a\n", ["<f at 0x7f00aabbccdd>\n"; 2]), [""; 0]);
    }

    #[test]
    fn an_address_is_refused_even_where_it_is_written_down() {
        let text = "<f at 0x7f00aabbccdd>\n";
        assert_eq!(
            faults(text, [text; 2]),
            ["a.md:7:1 the example prints an address, 0x7f00aabbccdd"]
        );
    }
}
