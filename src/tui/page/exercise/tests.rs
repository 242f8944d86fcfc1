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
    steps.change(|steps| steps.insert(3, next));
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

mod types {
    use crate::domain::check::Rule;
    use crate::domain::check::typed::{Checked, TypesRule};
    use crate::domain::clean::Clean;
    use crate::domain::compiled::{Compiled, Complaint};
    use crate::domain::course::{Pack, StepRef, Task};
    use crate::domain::types::{Finding, Spot, Stretch, TypeHere, Weight};
    use crate::tui::effect::{Effect, Ticket, TypesAsk};
    use crate::tui::msg::{Msg, TypesMsg};
    use crate::tui::testing::{Bed, pack};

    use super::LESSON;

    /// The pack with an exercise that asks for types.
    fn typed() -> Pack {
        let mut pack = pack();
        pack.tracks[0].lessons[1].steps.change(|steps| {
            if let Task::Code(_, task) = &mut steps[2].task {
                task.given = None;
                task.checks[0].rule = Rule::Types(TypesRule::Agree);
            }
        });
        pack
    }

    fn bed() -> Bed {
        Bed::of(typed(), Some(&StepRef::new(LESSON, "two-views")), 120, 40)
    }

    fn asked(bed: &Bed) -> Vec<Ticket> {
        let asks = bed.effects.iter().filter_map(|effect| match effect {
            Effect::Types(TypesAsk::Findings(ticket, _) | TypesAsk::Here(ticket, ..)) => {
                Some(*ticket)
            }
            _ => None,
        });
        asks.collect()
    }

    fn at(line: u32, from: u32, to: u32) -> Stretch {
        Stretch { start: Spot { line, column: from }, end: Spot { line, column: to } }
    }

    fn found(line: u32, message: &str) -> Checked {
        Checked::Found(vec![Finding {
            rule: Clean::line("some-rule"),
            weight: Weight::Error,
            stretch: at(line, 1, 4),
            message: Clean::line(message),
            notes: Vec::new(),
            revealed: None,
        }])
    }

    #[test]
    fn types_are_asked_for_after_a_pause_and_never_again_for_the_same_text() {
        let mut bed = bed();
        bed.clock(1);
        assert!(asked(&bed).is_empty());
        bed.clock(200).clock(5_000).clock(9_000);
        assert_eq!(asked(&bed).len(), 1);
        assert_eq!(bed.app.next_deadline(), None, "nothing wakes the screen");
        bed.press("x y").clock(9_001);
        assert_eq!(asked(&bed).len(), 1);
        bed.clock(9_200);
        assert_eq!(asked(&bed).len(), 2);
    }

    #[test]
    fn an_exercise_without_checks_of_types_asks_for_none() {
        let mut bed = Bed::at("two-views", 120, 40);
        bed.clock(500).press("x").clock(5_000);
        assert!(asked(&bed).is_empty());
        bed.press("a-t");
        assert!(bed.screen().contains("does not ask for types"));
    }

    #[test]
    fn a_finding_has_words_on_the_cursors_line_alone() {
        let mut bed = bed();
        bed.clock(500);
        let ticket = asked(&bed)[0];
        bed.send(Msg::Typed(TypesMsg::Findings(ticket, found(1, "no such thing"))));
        assert!(bed.screen().contains("no such thing"), "{}", bed.screen());
        bed.press("down");
        assert!(!bed.screen().contains("no such thing"));
        assert!(bed.screen().contains("▌ 1"), "its sign stays: {}", bed.screen());
    }

    #[test]
    fn what_is_found_in_an_older_text_is_never_drawn() {
        let mut bed = bed();
        bed.clock(500);
        let ticket = asked(&bed)[0];
        bed.press("#").send(Msg::Typed(TypesMsg::Findings(ticket, found(1, "stale"))));
        assert!(!bed.screen().contains("stale"));
        bed.clock(5_000);
        let newest = *asked(&bed).last().unwrap();
        assert_ne!(newest, ticket);
        bed.send(Msg::Typed(TypesMsg::Findings(ticket, found(1, "stale"))));
        assert!(!bed.screen().contains("stale"));
        bed.send(Msg::Typed(TypesMsg::Findings(newest, found(1, "fresh"))));
        assert!(bed.screen().contains("fresh"));
    }

    #[test]
    fn what_python_refuses_is_not_marked_a_second_time_by_the_type_checker() {
        let mut bed = bed();
        bed.clock(500);
        let mut asks = bed.effects.iter().filter_map(|effect| match effect {
            Effect::Compile(ticket, _) => Some(*ticket),
            _ => None,
        });
        let compiled = asks.next_back().unwrap();
        let mut checked = found(1, "no Python, it thinks");
        if let Checked::Found(found) = &mut checked {
            found[0].rule = Clean::line("invalid-syntax");
        }
        let ticket = asked(&bed)[0];
        bed.send(Msg::Typed(TypesMsg::Findings(ticket, checked)));
        assert!(bed.screen().contains("no Python, it thinks"), "our parser has no word for it");
        let error = Complaint { line: 3, columns: 1..2, message: "no Python, it is".into() };
        let said = Compiled { error: Some(error), warnings: Vec::new() };
        bed.send(Msg::Compiled(compiled, Some(said)));
        let screen = bed.screen();
        assert!(screen.contains("no Python, it is") && !screen.contains("it thinks"), "{screen}");
    }

    #[test]
    fn the_type_under_the_cursor_is_told_and_not_that_of_an_older_text() {
        let mut bed = bed();
        bed.clock(500).press("a-t");
        let ticket = *asked(&bed).last().unwrap();
        let here = || TypeHere { shown: Clean::line("int"), stretch: at(1, 8, 17) };
        bed.send(Msg::Typed(TypesMsg::Here(ticket, Ok(Some(here())))));
        assert!(bed.screen().contains("functools is int"), "{}", bed.screen());
        bed.press("x").send(Msg::Typed(TypesMsg::Here(ticket, Ok(Some(here())))));
        assert!(!bed.screen().contains("functools is int"));
    }

    #[test]
    fn the_page_of_a_finding_opens_over_the_screen_and_closes() {
        let mut bed = bed();
        bed.press("a-e");
        assert!(bed.screen().contains("says nothing about this line"));
        bed.clock(500);
        let ticket = asked(&bed)[0];
        bed.send(Msg::Typed(TypesMsg::Findings(ticket, found(1, "no such thing")))).press("a-e");
        let Some(Effect::Types(TypesAsk::Page(rule, message))) = bed.effects.last().cloned() else {
            panic!("{:?}", bed.effects.last())
        };
        let text = "## What it does\nIt looks.\n".into();
        let page = crate::tui::popups::RuleText { rule, found: message, text };
        bed.send(Msg::Typed(TypesMsg::Page(Ok(page))));
        assert!(bed.screen().contains("What it does"), "{}", bed.screen());
        bed.press("esc");
        assert!(!bed.screen().contains("What it does"));
    }

    #[test]
    fn without_a_checker_the_screen_says_so_once_and_in_a_word_beside_the_code() {
        let mut bed = bed();
        bed.clock(500);
        let ticket = asked(&bed)[0];
        let unable = || Checked::Unable("there is no type checker".into());
        bed.send(Msg::Typed(TypesMsg::Findings(ticket, unable())));
        assert!(bed.screen().contains("Types are not checked: there is no type checker."));
        bed.press("x").clock(5_000);
        let ticket = *asked(&bed).last().unwrap();
        bed.send(Msg::Typed(TypesMsg::Findings(ticket, unable())));
        let screen = bed.screen();
        assert!(screen.contains("types not checked, ") && !screen.contains("Types are not"));
    }
}

mod compiled {
    use crate::domain::compiled::{Compiled, Complaint};
    use crate::domain::course::{Kind, StepRef, Task};
    use crate::tui::effect::{Effect, Ticket};
    use crate::tui::msg::Msg;
    use crate::tui::testing::{Bed, pack};

    use super::LESSON;

    fn asked(bed: &Bed) -> Vec<(Ticket, &str)> {
        let asks = bed.effects.iter().filter_map(|effect| match effect {
            Effect::Compile(ticket, text) => Some((*ticket, &**text)),
            _ => None,
        });
        asks.collect()
    }

    fn newest(bed: &Bed) -> Ticket {
        asked(bed).last().unwrap().0
    }

    fn refused(ticket: Ticket, message: &str) -> Msg {
        let error = Complaint { line: 2, columns: 1..2, message: message.into() };
        Msg::Compiled(ticket, Some(Compiled { error: Some(error), warnings: Vec::new() }))
    }

    fn bed() -> Bed {
        Bed::at("two-views", 120, 40)
    }

    #[test]
    fn python_is_asked_about_the_learners_text_after_a_pause_and_once() {
        let mut bed = bed();
        bed.clock(1);
        assert!(asked(&bed).is_empty());
        bed.clock(100).clock(5_000);
        let starter = crate::tui::testing::STARTER;
        assert_eq!(asked(&bed).iter().map(|it| it.1).collect::<Vec<_>>(), [starter]);
        bed.press("x y").clock(5_001);
        assert_eq!(asked(&bed).len(), 1);
        bed.clock(6_000);
        assert_eq!(asked(&bed)[1].1, format!("xy{starter}"));
        bed.clock(9_000);
        assert_eq!(bed.app.next_deadline(), None, "nothing wakes the screen");
    }

    #[test]
    fn what_python_says_is_drawn_and_what_it_says_of_an_older_text_never() {
        let mut bed = bed();
        bed.clock(500);
        let old = newest(&bed);
        bed.send(refused(old, "a first error"));
        assert!(bed.screen().contains("← a first error"), "{}", bed.screen());
        bed.press("x").clock(1_000);
        let new = newest(&bed);
        bed.press("y").send(refused(new, "stale"));
        assert!(!bed.screen().contains("stale"), "the text was changed since");
        bed.clock(2_000).send(refused(new, "stale"));
        assert!(!bed.screen().contains("stale"));
        let newest = newest(&bed);
        bed.send(refused(newest, "fresh"));
        assert!(bed.screen().contains("← fresh") && !bed.screen().contains("a first error"));
        bed.send(Msg::Compiled(newest, Some(Compiled::default())));
        assert!(!bed.screen().contains("fresh"));
    }

    #[test]
    fn lines_to_put_in_order_are_not_asked_about() {
        let mut pack = pack();
        pack.tracks[0].lessons[1].steps.change(|steps| {
            if let Task::Code(kind, _) = &mut steps[2].task {
                *kind = Kind::Order;
            }
        });
        let mut bed = Bed::of(pack, Some(&StepRef::new(LESSON, "two-views")), 120, 40);
        bed.clock(5_000);
        assert!(asked(&bed).is_empty());
    }

    #[test]
    fn an_edited_example_is_asked_about_too() {
        let mut bed = Bed::at("intro", 120, 40);
        bed.press("tab e").clock(5_000);
        let ticket = newest(&bed);
        bed.send(refused(ticket, "not Python"));
        assert!(bed.screen().contains("← not Python"), "{}", bed.screen());
    }
}
