//! What a run or a check came to, in pieces for the result pane. Knows no pane.

use crate::domain::check::judge::{Criterion, Points};
use crate::domain::check::plan::{GIVEN_FILE, PROBE_FILE};
use crate::domain::clean::Clean;
use crate::domain::printed::Printed;
use crate::domain::run::{Captured, Exception, Frame, Level, Observation, Outcome};
use crate::domain::traceback::fold;
use crate::tui::msg::{Judged, JudgedCheck};
use crate::tui::panes::result::Piece;
use crate::tui::theme::{Glyph, Role};

/// What a run came to: what it printed, then how it ended.
pub fn run_pieces(run: &Observation, output: Vec<Piece>, file: &str) -> Vec<Piece> {
    let mut pieces = output;
    let mut ending = ending_pieces(run, file).into_iter();
    // What it means stands before where it came from.
    pieces.extend(ending.next());
    pieces.extend(note_piece(run));
    pieces.extend(ending);
    pieces.extend(forgotten_pieces(run));
    if pieces.is_empty() {
        pieces.push(Piece::Says(Role::Dim, "It ran to its end and printed nothing.".into()));
    }
    pieces
}

/// What a run printed.
pub fn output_pieces(run: &Observation) -> Vec<Piece> {
    let stdout = output_piece(&run.stdout, Role::Text);
    stdout.into_iter().chain(output_piece(&run.stderr, Role::Warning)).collect()
}

/// Whether a run ended in the exception that its lesson names: then it did what it should.
pub fn raised_as_said(run: &Observation, raises: Option<&str>) -> bool {
    let raised = run.exception.as_ref().map(|exception| &*exception.class);
    run.outcome == Outcome::Exception && raises.is_some() && raised == raises
}

fn output_piece(captured: &Captured, role: Role) -> Option<Piece> {
    (captured.total > 0).then(|| Piece::Output(role, Printed::kept(captured)))
}

fn ending_pieces(run: &Observation, file: &str) -> Vec<Piece> {
    let fail = |text: &str| vec![Piece::Sign(Glyph::Fail, Role::Failed, Clean::line(text))];
    match run.outcome {
        Outcome::Normal => Vec::new(),
        Outcome::Exit => {
            fail(&format!("It ended itself with exit code {}.", run.exit.unwrap_or(1)))
        }
        Outcome::Exception => exception_pieces(run, file),
        // Its exception was told before it was asked for its text, and that took all its time.
        Outcome::Timeout if run.exception.is_some() => exception_pieces(run, file),
        Outcome::Timeout => {
            let usual = "It did not come to its end in the time it has. Does a loop go on forever?";
            fail(why_ended(run).as_deref().unwrap_or(usual))
        }
        Outcome::MemoryLimit => fail("It asked for more memory than it may have."),
        Outcome::OutputLimit => {
            let usual = "It printed more than it may, and was ended.";
            fail(why_ended(run).as_deref().unwrap_or(usual))
        }
        Outcome::ProcessLimit => fail("It started more threads or processes than it may."),
        Outcome::Crash => fail(&match run.signal {
            Some(signal) => format!("The interpreter crashed (signal {signal})."),
            None => "The interpreter crashed.".into(),
        }),
        Outcome::Deadlock => {
            let mut pieces =
                fail("Everything in it waits for something that cannot come: a deadlock.");
            let waiting = run.waiting.iter().map(|waiting| format!("{}.", waiting.sentence()));
            pieces.extend(waiting.map(|sentence| Piece::Remark(Clean::line(sentence))));
            pieces
        }
        Outcome::Interrupted => vec![Piece::Says(Role::Dim, "You stopped it.".into())],
        Outcome::TutorFailed => {
            let why = run.note.as_deref().unwrap_or("no reason is known");
            let text = format!("The tutor could not run this; your code is not at fault: {why}");
            vec![
                Piece::Says(Role::Warning, Clean::line(text)),
                Piece::Says(Role::Dim, "Try again; `pykata doctor` says what is missing.".into()),
            ]
        }
    }
}

/// Coroutines that were made and never awaited: an `await` is missing.
fn forgotten_pieces(run: &Observation) -> impl Iterator<Item = Piece> {
    run.tasks.never_awaited.iter().map(|coroutine| {
        let at = coroutine.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        let text = format!(
            "{at}{}() was called and never awaited, so nothing of it ran. Is an await missing?",
            coroutine.name
        );
        Piece::Sign(Glyph::Fail, Role::Warning, Clean::line(text))
    })
}

/// A traceback, with the place in the reader's own text first.
fn exception_pieces(run: &Observation, file: &str) -> Vec<Piece> {
    let Some(exception) = &run.exception else { return Vec::new() };
    let line = own_line(run, file);
    let mut headline = exception.headline();
    if let Some(line) = line {
        // A syntax error says the place at its end as well.
        let place = format!(" ({file}, line {line})");
        let said = headline.strip_suffix(&place).unwrap_or(&headline);
        headline = format!("line {line}: {said}");
    }
    let mut pieces = vec![Piece::Sign(Glyph::Fail, Role::Failed, Clean::line(headline))];
    if line.is_none()
        && let Some(last) = exception.frames.last()
    {
        let place = match &*last.file {
            PROBE_FILE => {
                "in the code that the checks look at, which runs after yours; Alt-V shows it"
            }
            GIVEN_FILE => "in the code that stands before yours; the task shows it",
            _ => "outside your code",
        };
        pieces.push(Piece::Remark(Clean::line(format!("line {} {place}.", last.line))));
    }
    if exception.frames.len() > 1 || !exception.group.is_empty() {
        pieces.push(Piece::Traceback(fold(&exception.traceback)));
    }
    pieces
}

/// Why it was ended, where a limit has a reason of its own to tell.
fn why_ended(run: &Observation) -> Option<String> {
    let limited = matches!(run.outcome, Outcome::Timeout | Outcome::OutputLimit);
    let note = run.note.as_ref().filter(|_| limited && run.exception.is_none())?;
    Some(format!("It was ended: {note}."))
}

/// What there is to know about how it ended.
fn note_piece(run: &Observation) -> Option<Piece> {
    let is_told = run.outcome == Outcome::TutorFailed || why_ended(run).is_some();
    let note = run.note.as_ref().filter(|_| !is_told)?;
    Some(Piece::Says(Role::Text, Clean::line(note)))
}

/// The innermost line of the reader's own text that an exception passed through.
pub fn own_line(run: &Observation, file: &str) -> Option<u32> {
    own_frame(run.exception.as_ref()?, file).map(|frame| frame.line)
}

/// The innermost frame of the reader's own text.
pub fn own_frame<'e>(exception: &'e Exception, file: &str) -> Option<&'e Frame> {
    exception.frames.iter().rev().find(|frame| frame.file == file)
}

/// How long it took and in what it was shut, in a few words.
pub fn run_note(run: &Observation) -> String {
    let shut = match run.sandbox {
        Level::Full => "sandboxed",
        Level::Confined => "confined",
        Level::LimitsOnly => "limits only",
    };
    let took = if run.wall_ms < 10.0 {
        format!("{:.1} ms", run.wall_ms)
    } else {
        format!("{:.0} ms", run.wall_ms)
    };
    match run.virtual_s {
        _ if run.outcome == Outcome::TutorFailed || *run == Observation::not_needed() => {
            String::new()
        }
        Some(seconds) if seconds >= 0.001 => {
            let seconds = format!("{seconds:.3}");
            let seconds = seconds.trim_end_matches('0').trim_end_matches('.');
            format!("{seconds} s virtual, {took}, {shut}")
        }
        _ => format!("{took}, {shut}"),
    }
}

/// A verdict: what holds and what does not, then what is behind it.
pub fn judged_pieces(judged: &Judged, file: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if judged.passed {
        pieces.push(Piece::Sign(
            Glyph::Pass,
            Role::Passed,
            "Passed. F10 goes to the next step; F7 shows how others do it.".into(),
        ));
        pieces.push(Piece::Gap);
    }
    // The traceback comes last: what is said about it is worth more.
    let mut ending = ending_pieces(&judged.run, file);
    let traceback = ending.split_off(ending.len().min(1));
    // A check that fails because of it names it as well.
    let named =
        judged.checks.iter().any(|check| check.verdict == "fail" && check.message.is_some());
    if !named || judged.run.outcome == Outcome::TutorFailed {
        pieces.extend(ending);
    }
    if judged.run.outcome == Outcome::TutorFailed {
        // Nothing was judged: no check failed.
        pieces.extend(traceback);
        return pieces;
    }
    if let Some((_, message)) = &judged.mistake {
        pieces.push(Piece::Message(message.clone()));
    } else if !judged.passed {
        pieces.extend(note_piece(&judged.run));
    }
    pieces.extend(check_pieces(&judged.checks));
    pieces.extend(judged.points.iter().flat_map(points_pieces));
    pieces.extend(printed(judged));
    if !traceback.is_empty() {
        pieces.push(Piece::Gap);
        pieces.extend(traceback);
    }
    pieces
}

/// Check by check; what one after another met alike is said once.
fn check_pieces(checks: &[JudgedCheck]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut last: Option<&JudgedCheck> = None;
    for check in checks {
        let (glyph, role) = match check.verdict {
            "pass" => (Glyph::Pass, Role::Passed),
            "skipped" => (Glyph::Dot, Role::Dim),
            _ => (Glyph::Fail, Role::Failed),
        };
        pieces.push(Piece::Sign(glyph, role, check.name.clone()));
        let again = check.message.is_some()
            && last.is_some_and(|last| last.message == check.message && last.got() == check.got());
        if !again {
            let values = check.values.iter();
            pieces.extend(
                values.map(|(label, value)| Piece::Value(label, Role::Text, value.clone())),
            );
            pieces.extend(check.message.clone().map(Piece::Remark));
        } else if check.verdict == "fail" {
            pieces.push(Piece::Remark("the same error".into()));
        }
        last = (check.verdict != "pass").then_some(check);
    }
    pieces
}

/// What it is worth: the sum, and each row of the rubric.
fn points_pieces(points: &Points) -> Vec<Piece> {
    let sum = format!("{} of {} points", points.earned, points.possible);
    let row = |row: &Criterion| {
        let (glyph, role) = if row.earned == row.possible {
            (Glyph::Pass, Role::Passed)
        } else {
            (Glyph::Fail, Role::Failed)
        };
        let text = format!("{}: {} of {}", row.name, row.earned, row.possible);
        Piece::Sign(glyph, role, Clean::line(text))
    };
    let heading = [Piece::Gap, Piece::Says(Role::Heading, Clean::line(sum))];
    heading.into_iter().chain(points.rubric.iter().map(row)).collect()
}

fn printed(judged: &Judged) -> Vec<Piece> {
    let output: Vec<Piece> = output_piece(&judged.run.stdout, Role::Output)
        .into_iter()
        .chain(output_piece(&judged.run.stderr, Role::Warning))
        .collect();
    if output.is_empty() {
        return output;
    }
    let heading = Piece::Says(Role::Dim, "It printed:".into());
    [Piece::Gap, heading].into_iter().chain(output).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raised(message: &str, frames: &[(&str, u32)]) -> Observation {
        let frame = |(file, line): &(&str, u32)| Frame {
            file: (*file).to_owned(),
            line: *line,
            column: None,
            end_column: None,
            function: "<module>".into(),
        };
        let exception = Exception {
            class: "SyntaxError".into(),
            bases: Vec::new(),
            message: message.into(),
            frames: frames.iter().map(frame).collect(),
            traceback: String::new(),
            cause: None,
            context: None,
            group: Vec::new(),
        };
        Observation {
            outcome: Outcome::Exception,
            exception: Some(exception),
            note: None,
            ..Observation::tutor_failed("")
        }
    }

    #[test]
    fn a_syntax_error_names_its_line_once() {
        let run = raised("invalid syntax (mine.py, line 3)", &[("mine.py", 3)]);
        let said = Clean::line("line 3: SyntaxError: invalid syntax");
        assert_eq!(
            run_pieces(&run, Vec::new(), "mine.py"),
            [Piece::Sign(Glyph::Fail, Role::Failed, said)]
        );
    }

    #[test]
    fn what_there_is_to_know_stands_between_the_error_and_where_it_came_from() {
        let mut run = raised("no", &[("mine.py", 1), ("mine.py", 2)]);
        run.note = Some("Know this.".into());
        let pieces = run_pieces(&run, Vec::new(), "mine.py");
        let note = Piece::Says(Role::Text, Clean::line("Know this."));
        assert!(
            matches!(&pieces[..], [Piece::Sign(..), it, Piece::Traceback(_)] if *it == note),
            "{pieces:?}"
        );
    }

    #[test]
    fn a_deadlock_says_who_waits_where() {
        let waiting = crate::domain::run::Waiting {
            name: "Task-2".into(),
            file: Some("mine.py".into()),
            line: Some(14),
            function: Some("consumer".into()),
            code: Some("await queue.get()".into()),
        };
        let run = Observation {
            outcome: Outcome::Deadlock,
            waiting: vec![waiting],
            note: None,
            ..Observation::tutor_failed("")
        };
        let said = "Task-2 waits at mine.py line 14 in consumer: await queue.get().";
        assert_eq!(
            run_pieces(&run, output_pieces(&run), "mine.py")[1..],
            [Piece::Remark(Clean::line(said))]
        );
    }

    #[test]
    fn a_coroutine_that_was_never_awaited_is_named() {
        let mut run =
            Observation { outcome: Outcome::Normal, note: None, ..Observation::tutor_failed("") };
        run.tasks.never_awaited.push(crate::domain::run::Loose {
            name: "fetch".into(),
            file: Some("mine.py".into()),
            line: Some(3),
            function: Some("fetch".into()),
        });
        let text = "line 3: fetch() was called and never awaited, so nothing of it ran. Is an await missing?";
        let said = Piece::Sign(Glyph::Fail, Role::Warning, Clean::line(text));
        assert_eq!(run_pieces(&run, output_pieces(&run), "mine.py"), [said]);
    }

    #[test]
    fn time_that_passed_virtually_goes_before_the_time_it_took() {
        let run = Observation {
            outcome: Outcome::Normal,
            wall_ms: 4.0,
            virtual_s: Some(3.0),
            ..Observation::tutor_failed("")
        };
        assert_eq!(run_note(&run), "3 s virtual, 4.0 ms, limits only");
        assert_eq!(run_note(&Observation { virtual_s: Some(0.0), ..run }), "4.0 ms, limits only");
    }

    #[test]
    fn only_the_exception_that_the_lesson_names_is_as_it_says() {
        let run = raised("no", &[("mine.py", 1)]);
        let as_said = |raises| raised_as_said(&run, raises);
        assert!(as_said(Some("SyntaxError")) && !as_said(Some("ValueError")) && !as_said(None));
    }

    #[test]
    fn an_error_in_code_around_the_learners_says_which_code_that_is() {
        let remark =
            |file| match run_pieces(&raised("no", &[(file, 2)]), Vec::new(), "mine.py").pop() {
                Some(Piece::Remark(text)) => text.to_string(),
                other => format!("{other:?}"),
            };
        assert!(remark(PROBE_FILE).contains("runs after yours"), "{}", remark(PROBE_FILE));
        assert!(remark(GIVEN_FILE).contains("before yours"), "{}", remark(GIVEN_FILE));
    }
}
