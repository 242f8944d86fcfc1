//! Cheat sheets, as they are read of a pack.

use super::faults::show;
use crate::domain::course::{Part, Track};
use crate::domain::lesson::{PackFiles, parse_pack};

const SHEET: &str = include_str!("../../../../tests/packs/check-up/functions/90-cheat-sheet.md");
const LESSON: &str = include_str!("../../../../tests/packs/check-up/functions/10-defaults.md");
const MANIFEST: &str = include_str!("../../../../tests/packs/check-up/pack.toml");

/// The track with a lesson and these files, and what is said of them.
fn parsed(files: &[(&str, &str)]) -> (Track, Vec<String>) {
    let mut all = PackFiles::default();
    let fixed = [("pack.toml", MANIFEST), ("functions/10-defaults.md", LESSON)];
    for (path, text) in fixed.iter().chain(files) {
        all.add(*path, text.as_bytes().to_vec());
    }
    all.folders.insert("functions".to_owned());
    let parsed = parse_pack(&all);
    let problems = parsed.problems.iter().map(show).collect();
    (parsed.pack.unwrap().tracks.remove(0), problems)
}

#[test]
fn it_has_a_title_and_a_summary_alone_and_is_not_the_last_lesson() {
    let (track, problems) = parsed(&[("functions/90-cheat-sheet.md", SHEET)]);
    assert_eq!(problems, [""; 0]);
    let sheet = track.cheat_sheet().unwrap();
    assert_eq!((&*sheet.title, sheet.steps.len()), ("Functions on one page", 3));
    assert_eq!(track.lessons[track.last().unwrap()].part, Part::Lesson);
}

#[test]
fn what_a_lesson_alone_says_is_refused_in_it() {
    let text = SHEET.replace("cheat-sheet = true", "cheat-sheet = true\nminutes = 5");
    let (_, problems) = parsed(&[("functions/90-cheat-sheet.md", &text)]);
    assert_eq!(
        problems,
        [
            "functions/90-cheat-sheet.md:5:1 error: the front matter of a cheat sheet has no key `minutes` → write `title`, `summary` or `cheat-sheet`"
        ]
    );
}

#[test]
fn there_is_nothing_to_do_in_it() {
    let text = format!("{SHEET}\n## Say it {{#say .cards}}\n\n### Why? {{#why}}\n\n- Because.\n");
    let (_, problems) = parsed(&[("functions/90-cheat-sheet.md", &text)]);
    assert_eq!(
        problems,
        [
            "functions/90-cheat-sheet.md:30:1 error: a cheat sheet has nothing to do in it → write what is to be known, or move the exercise to a lesson"
        ]
    );
}

#[test]
fn a_track_has_one() {
    let files = [("functions/90-cheat-sheet.md", SHEET), ("functions/95-cheat-sheet-2.md", SHEET)];
    let (_, problems) = parsed(&files);
    assert_eq!(
        problems,
        [
            "functions/95-cheat-sheet-2.md:1:1 error: the cheat sheet of this track stands in `functions/90-cheat-sheet.md` already → make one page of the two"
        ]
    );
}
