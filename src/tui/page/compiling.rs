//! What the running Python says of a text while it is written: asked when the reader pauses, once for each text; what it
//! says of an older text is dropped.

use std::time::Duration;

use super::bench::Bench;
use crate::domain::compiled::Compiled;
use crate::tui::effect::{Effect, Ticket};
use crate::tui::world::{Ask, World};

/// How long after the last edit Python is asked: what it said before stands so long.
const AFTER: Duration = Duration::from_millis(60);

/// What was asked.
#[derive(Debug, Default)]
pub(super) struct Compiling {
    /// The editor's revision that was seen last.
    seen: Option<u64>,
    due: Option<Duration>,
    /// The newest question, and the revision that it is about.
    asked: Option<(Ticket, u64)>,
}

impl Compiling {
    /// When time alone changes something.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.due
    }
}

impl Bench {
    /// Notes that the text changed. Lines that are not in order yet are asked about by nobody.
    pub fn watch(&mut self, world: &World) {
        let revision = self.editor.revision();
        if self.compiling.seen != Some(revision) && self.editor.ordering().is_none() {
            self.compiling.seen = Some(revision);
            self.compiling.due = Some(world.now + AFTER);
        }
    }

    /// Asks, where its time has come.
    pub(super) fn ask_python(&mut self, world: &mut World) -> Option<Ask> {
        self.compiling.due.take_if(|due| *due <= world.now)?;
        if self.editor.syntax().unread {
            // It is too much for our own parser, so that nothing is said of it.
            self.editor.set_compiled(None);
            return None;
        }
        let ticket = world.next_ticket();
        self.compiling.asked = Some((ticket, self.editor.revision()));
        Some(Ask::Do(Effect::Compile(ticket, self.editor.text().to_owned())))
    }

    /// Takes what Python says; says whether it is about the text as it is now.
    pub fn compiled(&mut self, ticket: Ticket, said: Option<&Compiled>) -> bool {
        let is_newest = self.compiling.asked == Some((ticket, self.editor.revision()));
        if is_newest {
            self.editor.set_compiled(said);
        }
        is_newest
    }
}
