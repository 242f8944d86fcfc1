//! An exercise that goes on from what passed in an earlier one of its lesson, and what is kept for that.
//!
//! The text that passed last is kept as a draft of its own, beside the one that the learner goes on changing.

use crate::domain::clean::Clean;
use crate::domain::course::{Step, StepRef};
use crate::domain::progress::starting_text;
use crate::tui::effect::{DraftName, Effect};
use crate::tui::page::bench::Bench;
use crate::tui::world::{Ask, World};

/// What is added to a step's id to name the text that passed there: no id has an `@`.
const PASSED: &str = "@passed";

/// The earlier exercise that one goes on from.
#[derive(Debug)]
pub(super) struct Continued {
    draft: DraftName,
    title: Clean,
    /// Whether its text has been found.
    found: bool,
}

impl Continued {
    /// The exercise that a step goes on from, where the learner has passed it.
    pub(super) fn of(name: &StepRef, step: &Step, world: &World) -> Option<Self> {
        let earlier = step.continues.as_ref()?;
        let lesson = world.pack.lesson(&name.lesson)?;
        let earlier = lesson.step(earlier)?;
        let is_done = world.progress.is_done(lesson, &earlier.id);
        let draft = passed(&StepRef::new(&*name.lesson, &*earlier.id), &starting_text(earlier));
        is_done.then(|| Self { draft, title: earlier.title.clone(), found: false })
    }

    /// Takes its text where it passed in this session; else asks for it.
    pub(super) fn begin(&mut self, bench: &mut Bench, world: &World) -> Option<Ask> {
        let step = self.draft.step.clone();
        match world.drafts.get(&step) {
            Some(text) => {
                self.take(&step, Some(text), bench, world);
                None
            }
            None => Some(Ask::Do(Effect::LoadDraft(self.draft.clone()))),
        }
    }

    /// Takes a text that was read, where it is this one; whether it is.
    pub(super) fn take(
        &mut self,
        step: &StepRef,
        text: Option<&str>,
        bench: &mut Bench,
        world: &World,
    ) -> bool {
        let is_this = *step == self.draft.step;
        if let Some(text) = text.filter(|_| is_this) {
            self.found = true;
            bench.start_from(text, world);
        }
        is_this
    }

    /// What the learner is told, once the text is found.
    pub(super) fn said(&self) -> Option<String> {
        let title = &self.title;
        self.found.then(|| format!("You begin with your own code of “{title}”, as it passed."))
    }
}

/// Whether a later exercise of the lesson goes on from this one.
pub(super) fn is_continued(name: &StepRef, world: &World) -> bool {
    let lesson = world.pack.lesson(&name.lesson);
    let goes_on = |step: &Step| step.continues.as_deref() == Some(&*name.step);
    lesson.is_some_and(|lesson| lesson.steps.iter().any(goes_on))
}

/// Keeps a text that passed. It is read first, so that it takes the place of one that another window has kept.
pub(super) fn keep(name: &StepRef, content: &str, text: &str, world: &mut World) -> [Ask; 2] {
    let draft = passed(name, content);
    world.drafts.insert(draft.step.clone(), text.to_owned());
    let load = Effect::LoadDraft(draft.clone());
    [Ask::Do(load), Ask::Do(Effect::SaveDraft(draft, text.to_owned()))]
}

fn passed(name: &StepRef, content: &str) -> DraftName {
    let step = StepRef::new(&*name.lesson, format!("{}{PASSED}", name.step));
    DraftName { step, starter: content.to_owned() }
}
