//! What the built-in course promises as a whole; each lesson proves itself elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pykata::domain::course::{Kind, Lesson, Pack, Part, Step, Task, Track};
use pykata::store::builtin;

/// The tracks whose lessons show what runs when.
const WATCHED: [&str; 3] = ["generators", "contexts", "asyncio"];

/// The track of projects, which has neither check-up nor cheat sheet.
const PROJECTS: &str = "capstones";

fn course() -> Pack {
    builtin::parsed().pack.expect("the built-in pack is whole")
}

#[test]
fn the_outline_of_the_course_is_that_of_its_lessons() {
    let outline = builtin::outline(&course());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(builtin::OUTLINE);
    if std::env::var_os("PYKATA_BLESS").is_some() {
        std::fs::write(&file, &outline).unwrap();
        return;
    }
    let written = std::fs::read_to_string(&file).unwrap();
    let advice = "is not of these lessons; run PYKATA_BLESS=1 cargo test --test course outline";
    assert!(written == outline, "{} {advice}", builtin::OUTLINE);
    assert!(builtin::outline_is_fresh(), "the build takes {} for stale", builtin::OUTLINE);
}

/// Asserts that there is nothing in a list, and shows all of it.
#[track_caller]
fn none(what: &str, found: impl IntoIterator<Item = String>) {
    let found: Vec<String> = found.into_iter().collect();
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

fn lessons(pack: &Pack) -> impl Iterator<Item = &Lesson> {
    pack.lessons().filter(|lesson| lesson.part == Part::Lesson)
}

fn steps(pack: &Pack) -> impl Iterator<Item = (String, &Step)> {
    pack.lessons().flat_map(|lesson| {
        lesson.steps.iter().map(|step| (format!("{}#{}", lesson.id, step.id), step))
    })
}

fn tracks(pack: &Pack) -> impl Iterator<Item = &Track> {
    pack.tracks.iter().filter(|track| track.id != PROJECTS)
}

/// Whether the linter runs something of a step.
fn runs(step: &Step) -> bool {
    !step.examples.is_empty() || matches!(step.task, Task::Code(..))
}

#[test]
fn every_claim_and_every_fact_is_shown_by_a_step_that_runs() {
    let pack = course();
    let shown: BTreeSet<&str> = steps(&pack)
        .filter(|(_, step)| runs(step))
        .flat_map(|(_, step)| step.covers.iter().map(String::as_str))
        .collect();
    let claims = (1..=110).map(|number| number.to_string());
    let facts = (1..=37).map(|number| format!("E{number}"));
    none("no step shows", claims.chain(facts).filter(|name| !shown.contains(&**name)));
}

#[test]
fn every_exercise_with_code_has_hints_a_solution_and_mistakes() {
    let pack = course();
    let mut poor = Vec::new();
    for (name, step) in steps(&pack) {
        let Task::Code(_, task) = &step.task else { continue };
        if !(2..=4).contains(&task.hints.len()) {
            poor.push(format!("{name}: {} hints", task.hints.len()));
        }
        // Lines can be in a wrong order in more ways than a pack could name.
        if task.mistakes.is_empty() && step.kind() != Kind::Order {
            poor.push(format!("{name}: no mistake"));
        }
    }
    none("exercises that leave a learner alone", poor);
}

#[test]
fn every_prediction_asks_why_and_every_wrong_choice_names_its_misconception() {
    let pack = course();
    let mut poor = Vec::new();
    for (name, step) in steps(&pack) {
        let questions: Vec<_> = match &step.task {
            Task::Predict(predict) => {
                if predict.why.is_none() {
                    poor.push(format!("{name}: asks for no reason"));
                }
                predict.answer.iter().chain(&predict.why).collect()
            }
            Task::Choice(questions) => questions.iter().collect(),
            _ => continue,
        };
        let choices = questions.iter().flat_map(|question| &question.choices);
        for choice in choices.filter(|choice| !choice.right) {
            if choice.misconception.is_none() {
                poor.push(format!("{name}: {:?} names no misconception", choice.text.to_plain()));
            }
        }
    }
    none("questions that teach little", poor);
}

#[test]
fn every_lesson_ends_with_cards() {
    let pack = course();
    let last_is_cards =
        |lesson: &&Lesson| lesson.steps.last().is_some_and(|step| step.kind() == Kind::Cards);
    let bare = lessons(&pack).filter(|lesson| !last_is_cards(lesson));
    none("no cards at the end of", bare.map(|lesson| lesson.id.clone()));
}

#[test]
fn lessons_about_what_runs_when_have_an_example_to_watch() {
    let pack = course();
    let watched = |lesson: &&Lesson| {
        let mut examples = lesson.steps.iter().flat_map(|step| &step.examples);
        examples.any(|example| example.trace.is_some())
    };
    let unseen = lessons(&pack)
        .filter(|lesson| WATCHED.contains(&lesson.track()) && !watched(lesson))
        .map(|lesson| lesson.id.clone());
    none("nothing to watch in", unseen);
}

#[test]
fn every_track_has_a_check_up_of_ten_items_that_stand_for_each_of_its_lessons() {
    let pack = course();
    let mut poor = Vec::new();
    for track in tracks(&pack) {
        let Some(check_up) = track.check_up() else {
            poor.push(format!("{}: no check-up", track.id));
            continue;
        };
        let items: Vec<&Step> =
            check_up.steps.iter().filter(|step| step.kind().is_exercise()).collect();
        if items.len() != 10 {
            poor.push(format!("{}: {} items", track.id, items.len()));
        }
        let settled: BTreeSet<&str> =
            items.iter().flat_map(|step| step.settles.iter().map(String::as_str)).collect();
        let lessons = track.lessons.iter().filter(|lesson| lesson.part == Part::Lesson);
        poor.extend(
            lessons
                .filter(|lesson| !settled.contains(lesson.name()))
                .map(|lesson| format!("{}: no item for {}", track.id, lesson.name())),
        );
    }
    none("check-ups", poor);
}

#[test]
fn every_track_has_a_cheat_sheet() {
    let pack = course();
    let without = tracks(&pack).filter(|track| track.cheat_sheet().is_none());
    none("no cheat sheet in", without.map(|track| track.id.clone()));
}

#[test]
fn every_project_ends_with_a_rubric_of_ten_points() {
    let pack = course();
    let mut poor = Vec::new();
    for lesson in lessons(&pack).filter(|lesson| lesson.track() == PROJECTS) {
        let last = lesson.steps.iter().rev().find_map(|step| match &step.task {
            Task::Code(_, task) => Some(task),
            _ => None,
        });
        let mut rubric = BTreeMap::new();
        for worth in last.iter().flat_map(|task| &task.checks).filter_map(|it| it.worth.as_ref()) {
            let row = worth.criterion.as_ref().map_or("none", |criterion| &**criterion);
            *rubric.entry(row.to_owned()).or_insert(0) += worth.points;
        }
        if rubric.values().sum::<u32>() != 10 || rubric.len() < 3 {
            poor.push(format!("{}: {rubric:?}", lesson.id));
        }
    }
    none("projects without a rubric of ten", poor);
}

#[test]
fn every_lesson_that_is_required_is_there() {
    let pack = course();
    let missing = lessons(&pack).flat_map(|lesson| {
        let unknown = lesson.requires.iter().filter(|id| pack.lesson(id).is_none());
        unknown.map(|id| format!("{} requires {id}", lesson.id)).collect::<Vec<_>>()
    });
    none("nothing there", missing);
}
