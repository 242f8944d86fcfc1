//! The example lesson, read whole.

use crate::domain::course::{Kind, Lesson};
use crate::domain::lesson::parse_lesson;

/// The format's own lesson.
pub(super) const TEXT: &str =
    include_str!("../../../../tests/packs/example/decorators/30-keep-the-name.md");

const FILE: &str = "decorators/30-keep-the-name.md";

fn lesson() -> Lesson {
    let (lesson, problems) = parse_lesson(FILE, "decorators/keep-the-name", TEXT);
    assert_eq!(problems, []);
    lesson.unwrap()
}

#[test]
fn its_steps_have_their_ids_and_kinds() {
    let lesson = lesson();
    let steps: Vec<_> = lesson.steps.iter().map(|step| (&*step.id, step.kind())).collect();
    assert_eq!(
        steps,
        [
            ("intro", Kind::Read),
            ("who-am-i", Kind::Predict),
            ("who-gets-hurt", Kind::Read),
            ("two-views", Kind::Fix),
            ("limits", Kind::Read),
            ("honest-signature", Kind::Fill),
            ("my-wraps", Kind::Write),
            ("explain", Kind::Cards),
        ]
    );
}
