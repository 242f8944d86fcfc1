//! A track's check-up: a question in several forms, and what makes the answers worth something.

use super::heading::Attributes;
use super::markdown::{Heading, Node, NodeKind};
use super::nearest::nearest;
use super::source::Faults;
use super::step::{Mode, Opening};
use crate::domain::course::{Lesson, Part, Step, Task, Track};
use crate::domain::exercise::Question;
use crate::domain::place::Place;
use crate::domain::problem::Problem;

/// The heading that begins another form of a question.
const VARIANT: &str = "Variant";

/// The most forms of one question.
pub(super) const MOST_FORMS: usize = 20;

/// The most problems of a track's check-up that are told with what may have been meant.
const MOST_TOLD: usize = 20;

/// One further form of a question: where it begins, and what stands in it.
pub(super) type Form = (Heading, usize, Vec<Node>);

/// Cuts the further forms off the nodes of a step that asks.
pub(super) fn split(attributes: &Attributes<'_>, nodes: Vec<Node>) -> (Vec<Node>, Vec<Form>) {
    if !matches!(Mode::of(attributes), Mode::Predict | Mode::Choice) {
        return (nodes, Vec::new());
    }
    let (mut first, mut forms): (Vec<Node>, Vec<Form>) = (Vec::new(), Vec::new());
    for node in nodes {
        match node.kind {
            NodeKind::Heading(heading) if heading.text.to_plain() == VARIANT => {
                forms.push((heading, node.at, Vec::new()));
            }
            kind => {
                let node = Node { at: node.at, kind };
                match forms.last_mut() {
                    Some((_, _, nodes)) => nodes.push(node),
                    None => first.push(node),
                }
            }
        }
    }
    (first, forms)
}

/// What a further form of a question begins with.
pub(super) fn opening<'t>(step: &Opening<'t>, number: usize, at: usize) -> Opening<'t> {
    let Attributes { kind, unknown_kind, .. } = step.attributes;
    Opening {
        id: format!("{}-v{number}", step.id),
        title: step.title.clone(),
        at,
        attributes: Attributes { kind, unknown_kind, ..Attributes::default() },
    }
}

/// Holds the steps of a lesson against what a check-up needs, or against what none but a check-up has.
pub(super) fn hold(part: Part, steps: &[Step], faults: &mut Faults) {
    for step in steps {
        let mut error = |place: &Place, message: &str, hint: &str| {
            faults.push(Problem::error(place.clone(), message).hint(hint));
        };
        if step.variants.iter().any(|form| form.questions() != step.questions()) {
            let hint = "ask as much in each `### Variant` as in the first form";
            error(&step.place, "the forms of this question do not ask as many questions", hint);
        }
        if part != Part::CheckUp {
            if !step.settles.is_empty() {
                let hint = "leave it out, or write `check-up = true` into the front matter";
                error(&step.place, "`settles` means something in a check-up alone", hint);
            }
            continue;
        }
        match step.task {
            Task::Read => continue,
            Task::Predict(_) | Task::Choice(_) => {}
            Task::Code(..) | Task::Cards(_) => {
                let hint = "make it a `.predict` or a `.choice`, or move it to another lesson";
                error(&step.place, "a check-up asks for predictions and choices alone", hint);
                continue;
            }
        }
        if step.settles.is_empty() {
            let hint = "write `settles=name`: the lessons of this track that it stands for";
            error(&step.place, "this question settles no lesson", hint);
        }
        if step.variants.is_empty() {
            let hint = "add `### Variant`, and the same question with other values";
            error(&step.place, "this question is the same each time that it is asked", hint);
        }
        for form in std::iter::once(step).chain(&step.variants) {
            if !asks_why(form) {
                let hint = "add `### Why?` and a list of reasons";
                error(&form.place, "a question of a check-up asks for the reason too", hint);
            }
            for question in asked(form) {
                let nameless = |choice: &crate::domain::exercise::Choice| {
                    !choice.right && choice.misconception.is_none()
                };
                if question.choices.iter().any(nameless) {
                    let hint = "add `{#misconception}` to each wrong choice";
                    error(&question.place, "a wrong choice names no idea behind it", hint);
                }
            }
        }
    }
}

fn asks_why(step: &Step) -> bool {
    match &step.task {
        Task::Predict(predict) => predict.why.is_some(),
        Task::Choice(questions) => questions.iter().any(|question| question.id.ends_with("-why")),
        // What it asks has a fault of its own.
        _ => true,
    }
}

fn asked(step: &Step) -> Vec<&Question> {
    match &step.task {
        Task::Predict(predict) => predict.answer.iter().chain(&predict.why).collect(),
        Task::Choice(questions) => questions.iter().collect(),
        _ => Vec::new(),
    }
}

/// Holds the check-ups of tracks against the lessons beside them.
pub(super) fn hold_tracks(tracks: &[Track], problems: &mut Vec<Problem>) {
    for track in tracks {
        let mut check_ups = track.lessons.iter().filter(|lesson| lesson.is_check_up());
        let Some(check_up) = check_ups.next() else { continue };
        for other in check_ups {
            let place = Place::new(other.file.clone(), 1, 1);
            let message =
                format!("the check-up of this track stands in `{}` already", check_up.file);
            problems.push(Problem::error(place, message).hint("make one lesson of the two"));
        }
        let names: Vec<&str> =
            track.lessons.iter().filter(|it| it.part == Part::Lesson).map(Lesson::name).collect();
        let settled =
            check_up.steps.iter().flat_map(|step| step.settles.iter().map(move |it| (step, it)));
        let unknown = settled.filter(|(_, name)| !names.contains(&&***name));
        for (told, (step, name)) in unknown.enumerate() {
            let near = (told < MOST_TOLD).then(|| nearest(name, names.iter().copied()));
            let hint = match near.flatten() {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write the name of a lesson beside this one".to_owned(),
            };
            let message = format!("this track has no lesson `{name}` to settle");
            problems.push(Problem::error(step.place.clone(), message).hint(hint));
        }
    }
}
