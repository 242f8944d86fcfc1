//! The screen as a whole, without a terminal: keys in, effects and pictures out.

use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use insta::assert_snapshot;
use proptest::prelude::*;

use super::effect::{Effect, Work};
use super::msg::Msg;
use super::testing::{Bed, STARTER, key};
use crate::domain::check::judge::Blame;
use crate::domain::clean::Clean;
use crate::domain::progress::What;
use crate::domain::run::{Frame, Stream};

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 12)];

fn pictures(name: &str, prepare: impl Fn(u16, u16) -> Bed) {
    for (width, height) in SIZES {
        let bed = prepare(width, height);
        assert_snapshot!(format!("{name}_{width}x{height}"), bed.screen());
    }
}

#[test]
fn the_list_of_lessons_at_three_sizes() {
    pictures("home", Bed::home);
    pictures("home_lessons", |width, height| {
        let mut bed = Bed::home(width, height);
        bed.press("down down right down");
        bed
    });
}

#[test]
fn a_reading_step_at_three_sizes() {
    pictures("reading", |width, height| Bed::at("intro", width, height));
    pictures("scratch", |width, height| {
        let mut bed = Bed::at("intro", width, height);
        bed.press("e f5").ran("0\n");
        bed
    });
}

#[test]
fn an_exercise_before_and_after_a_check_at_three_sizes() {
    pictures("exercise", |width, height| Bed::at("two-views", width, height));
    pictures("exercise_failed", |width, height| {
        let mut bed = Bed::at("two-views", width, height);
        bed.press("f6").judged(false);
        bed
    });
    pictures("exercise_passed", |width, height| {
        let mut bed = Bed::at("two-views", width, height);
        bed.press("f6").judged(true);
        bed
    });
    pictures("exercise_hint", |width, height| {
        let mut bed = Bed::at("two-views", width, height);
        bed.press("f4");
        bed
    });
}

#[test]
fn questions_at_three_sizes() {
    pictures("predict", |width, height| Bed::at("who-am-i", width, height));
    pictures("predict_settled", |width, height| {
        let mut bed = Bed::at("who-am-i", width, height);
        bed.press("1 enter 2 enter 1 enter").ran("wrapper\n");
        bed
    });
    pictures("choice", |width, height| Bed::at("link", width, height));
    pictures("cards", |width, height| {
        let mut bed = Bed::at("explain", width, height);
        bed.press("enter space");
        bed
    });
}

#[test]
fn popups_and_a_screen_that_is_too_small() {
    pictures("help", |width, height| {
        let mut bed = Bed::at("two-views", width, height);
        bed.press("f1");
        bed
    });
    pictures("confirm", |width, height| {
        let mut bed = Bed::at("two-views", width, height);
        bed.press("f8");
        bed
    });
    assert_snapshot!("too_small", Bed::home(39, 12).screen());
}

#[test]
fn a_way_through_an_exercise() {
    let mut bed = Bed::home(100, 30);
    bed.press("down right down enter");
    assert!(bed.screen().contains("Keep the name"), "{}", bed.screen());
    // Read on; the step was read.
    bed.press("n");
    assert!(bed.effects.iter().any(|effect| matches!(effect, Effect::Append(What::Read { .. }))));
    bed.press("f10");
    assert!(bed.screen().contains("two_views.py"), "{}", bed.screen());
    bed.press("x f6");
    let Some((_, Work::Check { text, .. })) = bed.work() else { panic!("nothing is checked") };
    assert_eq!(*text, format!("x{STARTER}"));
    bed.judged(false);
    assert!(bed.screen().contains("['wrapper']") && bed.screen().contains("nothing has copied"));
    bed.press("f4");
    assert!(bed.screen().contains("Hint 1 of 2"), "{}", bed.screen());
    bed.press("esc bs f6").judged(true);
    assert!(bed.screen().contains("Passed."), "{}", bed.screen());
    let attempts: Vec<_> = bed
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Append(What::Attempt(attempt)) => Some(attempt),
            _ => None,
        })
        .collect();
    assert_eq!(attempts.len(), 2);
    assert_eq!((attempts[0].passed, attempts[0].mistake.as_deref()), (false, Some("as-it-is")));
    assert_eq!((attempts[1].passed, attempts[1].hints), (true, 1));
    bed.press("f10");
    assert!(bed.screen().contains("What is __wrapped__ for?"), "{}", bed.screen());
}

#[test]
fn answers_to_older_work_are_dropped() {
    let mut bed = Bed::at("two-views", 100, 30);
    bed.press("f5");
    let old = bed.work().unwrap().0;
    bed.press("f5");
    let run = super::testing::observed("old output\n");
    bed.send(Msg::Job(super::msg::JobMsg::Ran(old, Box::new(run))));
    assert!(!bed.screen().contains("old output"));
    bed.ran("new output\n");
    assert!(bed.screen().contains("new output"), "{}", bed.screen());
}

#[test]
fn what_is_typed_is_saved_within_a_second_and_before_leaving() {
    let saves = |bed: &Bed| {
        bed.effects.iter().filter(|effect| matches!(effect, Effect::SaveDraft(..))).count()
    };
    let mut bed = Bed::at("two-views", 100, 30);
    bed.clock(100);
    assert_eq!(bed.app.next_deadline(), None, "idle needs no clock");
    bed.clock(5_000).press("x");
    let due = bed.app.next_deadline().expect("a save is due");
    assert!(due <= Duration::from_secs(6), "{due:?}");
    bed.clock(5_200);
    assert_eq!(saves(&bed), 0);
    bed.clock(6_000);
    assert_eq!((saves(&bed), bed.app.next_deadline()), (1, None));
    assert!(bed.screen().contains("edited"), "the disk has not answered: {}", bed.screen());
    let step = crate::domain::course::StepRef::new("decorators/keep-the-name", "two-views");
    bed.send(Msg::DraftSaved(step));
    assert!(bed.screen().contains("saved") && !bed.screen().contains("edited"));
    bed.press("y c-q");
    assert_eq!(saves(&bed), 2);
    assert_eq!(bed.effects.last(), Some(&Effect::Quit));
}

#[test]
fn a_draft_takes_the_starters_place_and_comes_back_when_the_step_does() {
    let mut bed = Bed::at("two-views", 100, 30);
    let wanted = bed.effects.iter().find_map(|effect| match effect {
        Effect::LoadDraft(name) => Some(name.step.clone()),
        _ => None,
    });
    bed.send(Msg::DraftLoaded(wanted.unwrap(), Some("my_own = 1\n".into())));
    assert!(bed.screen().contains("my_own = 1"), "{}", bed.screen());
    bed.press("f9 f10");
    assert!(bed.screen().contains("my_own = 1"), "{}", bed.screen());
}

#[test]
fn a_run_that_takes_long_says_so_and_ctrl_c_stops_it() {
    let mut bed = Bed::at("two-views", 100, 30);
    bed.clock(100).press("f5");
    assert_eq!(bed.app.next_deadline(), Some(Duration::from_millis(200)));
    assert!(!bed.screen().contains("running"));
    bed.clock(201);
    assert!(bed.screen().contains("running, Ctrl-C stops it"), "{}", bed.screen());
    assert_eq!(bed.app.next_deadline(), None, "it is said once");
    bed.press("c-c");
    assert_eq!(bed.effects.last(), Some(&Effect::StopRun));
    bed.ran("done\n").press("c-c");
    assert!(bed.screen().contains("Quit?"), "{}", bed.screen());
}

#[test]
fn output_and_run_are_withheld_until_the_prediction_is_made() {
    let mut bed = Bed::at("who-am-i", 100, 40);
    bed.press("f5");
    assert!(bed.work().is_none() && bed.screen().contains("Answer first"));
    bed.press("2 enter");
    assert!(bed.work().is_none(), "it asks why first");
    bed.press("1 enter");
    bed.ran("wrapper\n");
    let answered = bed.effects.iter().find_map(|effect| match effect {
        Effect::Append(What::Answered(answered)) => Some(answered),
        _ => None,
    });
    let answered = answered.expect("the answer is recorded");
    assert_eq!((answered.right, answered.tries), (true, 2));
}

#[test]
fn a_check_that_the_tutor_could_not_make_is_no_attempt() {
    let mut bed = Bed::at("two-views", 100, 30);
    bed.press("f6").answer(|ticket| {
        let mut judged = super::testing::judged(false);
        judged.run = crate::domain::run::Observation::tutor_failed("there is no worker");
        super::msg::JobMsg::Judged(ticket, Box::new(judged))
    });
    let screen = bed.screen();
    assert!(screen.contains("there is no worker") && !screen.contains('✗'), "{screen}");
    assert!(!bed.effects.iter().any(|it| matches!(it, Effect::Append(What::Attempt(_)))));
}

#[test]
fn a_reset_asks_first_and_can_be_undone() {
    let mut bed = Bed::at("two-views", 100, 30);
    bed.press("x f8");
    assert!(bed.screen().contains("Start over?"));
    bed.press("esc");
    assert!(bed.screen().contains("ximport"));
    bed.press("f8 enter");
    assert!(!bed.screen().contains("ximport"));
    bed.press("c-z");
    assert!(bed.screen().contains("ximport"), "{}", bed.screen());
}

#[test]
fn the_last_step_of_the_last_lesson_leads_home() {
    let mut bed = Bed::home(100, 30);
    bed.press("down down right end enter n");
    assert!(bed.screen().contains("The end of the course"), "{}", bed.screen());
    bed.press("n");
    assert!(bed.screen().contains("after this track"), "{}", bed.screen());
}

#[test]
fn after_the_last_step_of_a_lesson_stands_what_is_open_and_what_comes_next() {
    pictures("lesson_end", |width, height| {
        let mut bed = Bed::at("explain", width, height);
        bed.press("n");
        bed
    });
    let mut bed = Bed::at("explain", 80, 24);
    bed.press("n f9");
    assert!(bed.screen().contains("Card 1 of"), "{}", bed.screen());
    bed.press("n enter");
    assert!(!bed.screen().contains("Next lesson"), "{}", bed.screen());
}

#[test]
fn a_long_notice_is_shown_whole_until_the_next_key() {
    let mut bed = Bed::at("two-views", 80, 24);
    let text = "The starting text of this exercise has changed since you began; your draft is \
                untouched. Start over to get the new one.";
    bed.clock(100).send(Msg::Noticed(text.into()));
    assert!(bed.screen().contains("Start over to get the new one."), "{}", bed.screen());
    let until = bed.app.next_deadline().expect("it goes by itself");
    assert!(until > Duration::from_secs(6), "{until:?}");
    bed.press("right");
    assert!(!bed.screen().contains("Start over to"), "{}", bed.screen());
}

#[test]
fn what_cannot_be_saved_is_said_and_then_hides_no_keys() {
    let mut bed = Bed::at("two-views", 80, 24);
    bed.send(Msg::SaveFailed("Nothing is saved: the disk is full.".into()));
    assert!(bed.screen().contains("the disk is full"));
    bed.press("right");
    let screen = bed.screen();
    assert!(screen.contains("F6 Check") && screen.contains("not saved"), "{screen}");
    bed.press("c-q");
    let mut bed = Bed::home(80, 24);
    bed.send(Msg::SaveFailed("Nothing is saved: the disk is full.".into())).press("q");
    assert!(!bed.screen().contains("Everything is saved"), "{}", bed.screen());
}

#[test]
fn what_a_program_prints_is_shown_while_it_runs() {
    let mut bed = Bed::at("two-views", 100, 30);
    bed.press("f5").clock(101);
    let ticket = bed.work().unwrap().0;
    let output =
        |text: &str| Msg::Job(super::msg::JobMsg::Output(ticket, Stream::Stdout, text.into()));
    assert_eq!(bed.app.next_deadline(), None, "there is nothing new");
    bed.send(output("first\n"));
    assert_eq!(bed.app.next_deadline(), Some(Duration::from_millis(201)));
    bed.clock(201);
    assert!(bed.screen().contains("first"), "{}", bed.screen());
    bed.send(output("second\n")).clock(310);
    assert!(bed.screen().contains("second") && bed.screen().contains("running"));
}

#[test]
fn a_lesson_named_alone_opens_at_its_first_step_that_is_not_done() {
    let mut world = super::testing::world(100, 30);
    let step = crate::domain::course::StepRef::new("decorators/keep-the-name", "intro");
    world.record(&What::Read { step: step.clone(), content: String::new(), seconds: 1 });
    let lesson = crate::domain::course::StepRef::new(step.lesson, "");
    let (app, effects) = super::app::App::new(world, Some(&lesson), None);
    let bed = Bed { app, effects };
    assert!(bed.screen().contains("step 2/5"), "{}", bed.screen());
}

fn any_msg() -> impl Strategy<Value = Msg> {
    let keys = prop::sample::select(vec![
        "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "enter", "esc", "tab", "up",
        "down", "left", "right", "home", "end", "pgdn", "bs", "space", "x", "1", "2", "3", "n",
        "p", "e", "w", "v", "?", "c-c", "c-z", "c-y", "c-a", "c-x", "c-v", "c-r", "c-t", "a-up",
        "s-down", "a-v", "q", "(", "\u{65e5}",
    ]);
    let mouse = (0..5_u8, 0..130_u16, 0..45_u16).prop_map(|(kind, column, row)| {
        let kind = match kind {
            0 => MouseEventKind::Down(MouseButton::Left),
            1 => MouseEventKind::Drag(MouseButton::Left),
            2 => MouseEventKind::Up(MouseButton::Left),
            3 => MouseEventKind::ScrollDown,
            _ => MouseEventKind::ScrollUp,
        };
        Msg::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })
    });
    prop_oneof![
        12 => keys.prop_map(|name| Msg::Key(key(name))),
        3 => mouse,
        1 => (0..130_u16, 0..45_u16).prop_map(|(width, height)| Msg::Resized(width, height)),
        1 => "[a-z\n\t \u{301}\u{1f600}]{0,40}".prop_map(Msg::Paste),
        1 => (0..20_000_u64).prop_map(|ms| Msg::Clock(Duration::from_millis(ms))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_a_reader_does_makes_it_panic(
        step in prop::sample::select(vec!["intro", "who-am-i", "two-views", "link", "explain"]),
        msgs in prop::collection::vec(any_msg(), 100),
        answers in prop::collection::vec(any::<bool>(), 100),
    ) {
        let mut bed = Bed::at(step, 80, 24);
        let mut answered = 0;
        for (msg, passed) in msgs.into_iter().zip(answers) {
            bed.send(msg);
            if let Some((ticket, work)) = bed.work().filter(|(ticket, _)| *ticket > answered) {
                answered = ticket;
                match work {
                    Work::Run(_) => bed.ran("some\noutput\n"),
                    Work::Check { .. } => bed.judged(passed),
                };
            }
            prop_assert!(!bed.screen().contains("This part failed"), "{}", bed.screen());
        }
    }
}

#[test]
fn the_place_of_a_checks_exception_is_marked_with_its_columns() {
    let mut bed = Bed::at("two-views", 120, 40);
    bed.press("f6");
    let mut judged = super::testing::judged(false);
    let frame = Frame {
        file: "two_views.py".into(),
        line: 2,
        column: Some(5),
        end_column: Some(8),
        function: "login_required".into(),
    };
    judged.blame = Some(Blame { frame, headline: Clean::line("TypeError: not like this") });
    bed.answer(|ticket| super::msg::JobMsg::Judged(ticket, Box::new(judged)));
    let marked =
        bed.screen().lines().find(|line| line.contains("not like this")).map(str::to_owned);
    assert!(marked.is_some_and(|line| line.contains(" 2  ")), "{}", bed.screen());
}

/// The pack of the tests, with a change.
fn changed(change: impl FnOnce(&mut crate::domain::course::Pack)) -> Msg {
    let mut pack = super::testing::pack();
    change(&mut pack);
    Msg::Reloaded(Arc::new(pack))
}

#[test]
fn a_pack_that_its_author_saves_is_shown_at_the_same_step_with_the_draft() {
    let mut bed = Bed::at("two-views", 120, 40);
    bed.press("x y z");
    let typed = bed.screen().lines().find(|line| line.contains("xyz")).map(str::to_owned);
    assert!(typed.is_some(), "{}", bed.screen());
    bed.send(changed(|pack| {
        pack.tracks[0].lessons[1].steps.change(|steps| {
            let step = steps.iter_mut().find(|step| step.id == "two-views").unwrap();
            step.title = Clean::line("Two views, mended");
        });
        // It has moved, too: a lesson came before it.
        let first = pack.tracks[0].lessons[0].clone();
        pack.tracks[0].lessons.insert(0, first);
    }));
    let screen = bed.screen();
    assert!(screen.contains("Two views, mended") && screen.contains("xyz"), "{screen}");
    assert!(bed.effects.iter().any(|effect| matches!(effect, Effect::SaveDraft(..))));
}

#[test]
fn a_step_that_stays_as_it_was_keeps_its_result_when_the_pack_changes() {
    let mut bed = Bed::at("two-views", 120, 40);
    bed.press("f6").judged(false);
    let before = bed.screen();
    bed.send(changed(|pack| pack.tracks[1].lessons.truncate(1)));
    assert!(before.contains("inbox") && bed.screen().contains("inbox"), "{}", bed.screen());
}

#[test]
fn a_lesson_that_is_gone_leads_to_the_list_and_a_step_that_is_gone_to_its_lesson() {
    let mut bed = Bed::at("two-views", 80, 24);
    bed.send(changed(|pack| pack.tracks[0].lessons[1].steps.change(|it| it.truncate(1))));
    assert!(bed.screen().contains("step 1/1"), "{}", bed.screen());
    bed.send(changed(|pack| pack.tracks[0].lessons.truncate(1)));
    assert!(bed.screen().contains("has no lesson decorators/keep-the-name"), "{}", bed.screen());
}
