//! Exercises that go on from one another.

use crate::domain::course::{Pack, StepRef, Task};
use crate::tui::effect::{DraftName, Effect};
use crate::tui::msg::Msg;
use crate::tui::testing::{Bed, pack};

const LESSON: &str = "decorators/keep-the-name";

/// The pack with a second exercise that goes on from the first one.
fn continuing() -> Pack {
    let mut pack = pack();
    let steps = &mut pack.tracks[0].lessons[1].steps;
    let mut next = steps[2].clone();
    next.id = "three-views".into();
    next.continues = Some("two-views".into());
    if let Task::Code(_, task) = &mut next.task {
        task.starter.text = "# the starter\n".into();
    }
    steps.insert(3, next);
    pack
}

fn bed(step: &str) -> Bed {
    Bed::of(continuing(), Some(&StepRef::new(LESSON, step)), 120, 40)
}

fn named(effects: &[Effect], saves: bool) -> Vec<(&DraftName, Option<&str>)> {
    let drafts = effects.iter().filter_map(|effect| match effect {
        Effect::SaveDraft(name, text) if saves => Some((name, Some(&**text))),
        Effect::LoadDraft(name) if !saves => Some((name, None)),
        _ => None,
    });
    drafts.filter(|(name, _)| name.step.step.ends_with("@passed")).collect()
}

#[test]
fn what_passed_last_is_kept_and_the_next_exercise_begins_with_it() {
    let mut bed = bed("two-views");
    bed.press("x f6").judged(false);
    assert!(named(&bed.effects, true).is_empty(), "it has not passed");
    bed.press("y f6").judged(true);
    let saved = named(&bed.effects, true);
    let [(name, Some(text))] = saved.as_slice() else { panic!("{saved:?}") };
    assert_eq!(name.step, StepRef::new(LESSON, "two-views@passed"));
    assert!(text.starts_with("xyimport functools"));
    // What is changed afterwards is not what passed.
    bed.press("z f10");
    let screen = bed.screen();
    assert!(screen.contains("xyimport functools"), "{screen}");
    assert!(screen.contains("You begin with your own code of “Two guarded views”"), "{screen}");
}

#[test]
fn what_passed_in_an_earlier_session_is_read_and_a_reset_brings_it_back() {
    let mut first = bed("two-views");
    first.press("f6").judged(true);
    let record = first.effects.iter().find_map(|effect| match effect {
        Effect::Append(what @ crate::domain::progress::What::Attempt(_)) => Some(what.clone()),
        _ => None,
    });
    let mut world = crate::tui::testing::world(120, 40);
    world.pack = std::sync::Arc::new(continuing());
    world.record(&record.unwrap());
    let start = StepRef::new(LESSON, "three-views");
    let (app, effects) = crate::tui::app::App::new(world, Some(&start), None);
    let mut bed = Bed { app, effects };
    let wanted = named(&bed.effects, false)[0].0.step.clone();
    bed.send(Msg::DraftLoaded(wanted, Some("def mine(): ...\n".into())));
    assert!(bed.screen().contains("def mine(): ..."));
    bed.press("q f8 enter");
    assert!(bed.screen().contains(" def mine(): ..."), "{}", bed.screen());
    let own = Msg::DraftLoaded(start, Some("# my draft\n".into()));
    bed.press("c-z");
    bed.send(own);
    assert!(!bed.screen().contains("# my draft"), "something was typed before it came");
}

#[test]
fn who_has_not_passed_begins_with_the_starter() {
    let bed = bed("three-views");
    assert!(named(&bed.effects, false).is_empty());
    assert!(bed.screen().contains("# the starter"));
}
