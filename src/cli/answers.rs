//! Answers to choices and predictions, as `pykata check` reads them: numbers from 1, a line for each question.

use super::check::{CheckReport, CheckRow, MistakeRow};
use super::failure::Failure;
use crate::domain::check::judge::Verdict;
use crate::domain::course::Step;
use crate::domain::exercise::{Predict, Question};

/// Judges the answers to a `.choice` step.
pub(super) fn choice(questions: &[Question], text: &str) -> Result<CheckReport, Failure> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    if lines.len() != questions.len() {
        return Err(misread(&format!(
            "{} questions need as many lines, not {}",
            questions.len(),
            lines.len()
        )));
    }
    let mut report = CheckReport { passed: true, ..CheckReport::default() };
    for (n, (question, line)) in questions.iter().zip(lines).enumerate() {
        let asked = question.text.to_plain();
        let name = if asked.is_empty() { format!("question {}", n + 1) } else { asked };
        judge(&mut report, name, question, line)?;
    }
    Ok(report)
}

/// Judges the answers to a `.predict` step: the choice or the typed output, then, where it asks, the reason.
pub(super) fn predict(predict: &Predict, step: &Step, text: &str) -> Result<CheckReport, Failure> {
    let mut lines: Vec<&str> = text.trim_end().lines().collect();
    if predict.answer.is_some() {
        lines.retain(|line| !line.trim().is_empty());
        let wanted = 1 + usize::from(predict.why.is_some());
        if lines.len() != wanted {
            return Err(misread(&format!(
                "the answer{} as many lines, not {}",
                if wanted == 1 { " needs" } else { " and its reason need" },
                lines.len()
            )));
        }
    }
    let why = match &predict.why {
        Some(_) => {
            Some(lines.pop().ok_or_else(|| misread("the last line is the number of the reason"))?)
        }
        None => None,
    };
    let mut report = CheckReport { passed: true, ..CheckReport::default() };
    match &predict.answer {
        Some(question) => {
            let line = lines
                .first()
                .ok_or_else(|| misread("the first line is the number of the answer"))?;
            judge(&mut report, "the prediction".into(), question, line)?;
        }
        None => typed(&mut report, predict, step, &lines),
    }
    if let (Some(question), Some(line)) = (&predict.why, why) {
        judge(&mut report, "the reason".into(), question, line)?;
    }
    Ok(report)
}

fn typed(report: &mut CheckReport, predict: &Predict, step: &Step, lines: &[&str]) {
    let expected = step.examples.get(predict.example).and_then(|example| example.outputs.first());
    let wanted = expected.map_or("", |output| output.text.trim_end());
    let right = wanted.lines().map(str::trim_end).eq(lines.iter().map(|line| line.trim_end()));
    report.passed &= right;
    report.checks.push(CheckRow {
        name: "the prediction".into(),
        verdict: verdict(right),
        got: Some(lines.join("\n")),
        ..CheckRow::default()
    });
}

fn judge(
    report: &mut CheckReport,
    name: String,
    question: &Question,
    line: &str,
) -> Result<(), Failure> {
    let picked = numbers(line, question.choices.len())?;
    let right = question.is_answered_by(&picked);
    let wrong = question.wrong_among(&picked);
    let why = wrong
        .and_then(|choice| choice.why.as_ref())
        .map(crate::domain::document::Inlines::to_plain);
    report.passed &= right;
    report.checks.push(CheckRow {
        name,
        verdict: verdict(right),
        got: Some(line.trim().to_owned()),
        message: why.clone(),
        ..CheckRow::default()
    });
    if report.mistake.is_none() {
        let id = wrong.and_then(|choice| choice.misconception.clone());
        report.mistake = id.zip(why).map(|(id, message)| MistakeRow { id, message });
    }
    Ok(())
}

fn verdict(right: bool) -> &'static str {
    if right { Verdict::Pass.word() } else { Verdict::Fail.word() }
}

/// The choices that a line names, counted from 0.
fn numbers(line: &str, choices: usize) -> Result<Vec<usize>, Failure> {
    let words = line.split([' ', ',']).filter(|word| !word.is_empty());
    words
        .map(|word| match word.parse::<usize>() {
            Ok(number) if (1..=choices).contains(&number) => Ok(number - 1),
            _ => Err(misread(&format!("{word:?} is no number from 1 to {choices}"))),
        })
        .collect()
}

fn misread(why: &str) -> Failure {
    Failure::usage("unreadable", format_args!("cannot read the answers: {why}")).hint(
        "write the numbers of the picked items, as in `2` or `1 3`, one line for each question",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::Inlines;
    use crate::domain::exercise::Choice;
    use crate::domain::place::Place;

    fn question(right: &[bool]) -> Question {
        let choices = right.iter().enumerate().map(|(n, right)| Choice {
            text: Inlines::plain(n.to_string()),
            right: *right,
            why: Some(Inlines::plain(format!("reason {n}"))),
            misconception: (!right).then(|| format!("idea-{n}")),
        });
        Question {
            id: "q".into(),
            place: Place::new("a.md", 1, 1),
            text: Inlines::default(),
            choices: choices.collect(),
        }
    }

    #[test]
    fn several_right_choices_need_all_of_them_and_no_other() {
        let questions = [question(&[true, false, true])];
        assert!(choice(&questions, "1, 3\n").is_ok_and(|report| report.passed));
        assert!(choice(&questions, "1\n").is_ok_and(|report| !report.passed));
    }

    #[test]
    fn a_wrong_choice_names_its_idea_and_its_reason() {
        let report = choice(&[question(&[true, false])], "2").expect("it is readable");
        let mistake = report.mistake.expect("a wrong choice has an idea behind it");
        assert_eq!((&*mistake.id, &*mistake.message), ("idea-1", "reason 1"));
    }

    #[test]
    fn a_number_out_of_range_and_a_missing_line_are_said() {
        let failure = choice(&[question(&[true, false])], "3").expect_err("there are two choices");
        assert_eq!(failure.message, "cannot read the answers: \"3\" is no number from 1 to 2");
        assert!(choice(&[question(&[true]), question(&[true])], "1\n").is_err());
    }
}
