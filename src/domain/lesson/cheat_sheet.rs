//! A track's cheat sheet: one page to look things up, made of text and examples that run.

use toml::de::{DeTable, DeValue};

use super::source::Faults;
use crate::domain::course::{Part, Step, Task, Track};
use crate::domain::place::Place;
use crate::domain::problem::Problem;

/// Whether the front matter says that this is a cheat sheet.
pub(super) fn is_meant(front: &DeTable<'_>) -> bool {
    front.iter().any(|(name, value)| {
        name.get_ref() == "cheat-sheet" && matches!(value.get_ref(), DeValue::Boolean(true))
    })
}

/// Holds the steps of a cheat sheet against what it may have: text and examples.
pub(super) fn hold(part: Part, steps: &[Step], faults: &mut Faults) {
    if part != Part::CheatSheet {
        return;
    }
    for step in steps.iter().filter(|step| step.task != Task::Read) {
        let message = "a cheat sheet has nothing to do in it";
        let hint = "write what is to be known, or move the exercise to a lesson";
        faults.push(Problem::error(step.place.clone(), message).hint(hint));
    }
}

/// Holds the cheat sheets of tracks against the lessons beside them.
pub(super) fn hold_tracks(tracks: &[Track], problems: &mut Vec<Problem>) {
    for track in tracks {
        let mut sheets = track.lessons.iter().filter(|lesson| lesson.is_cheat_sheet());
        let Some(first) = sheets.next() else { continue };
        for other in sheets {
            let message =
                format!("the cheat sheet of this track stands in `{}` already", first.file);
            let place = Place::new(other.file.clone(), 1, 1);
            problems.push(Problem::error(place, message).hint("make one page of the two"));
        }
    }
}
