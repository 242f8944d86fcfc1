//! A program that runs beside a text, without an editor: its ticket, and when to say that it runs.

use std::time::Duration;

use crate::domain::run::{Observation, Program, RunSpec};
use crate::tui::effect::{Effect, Ticket, Work};
use crate::tui::msg::JobMsg;
use crate::tui::world::{Ask, World};

/// How long a run may take before it is said that it goes on.
pub const BUSY_AFTER: Duration = Duration::from_millis(100);

/// At most one run, and what it was started for.
#[derive(Debug)]
pub struct Runner<T> {
    going: Option<Going<T>>,
}

#[derive(Debug)]
struct Going<T> {
    ticket: Ticket,
    since: Duration,
    told: bool,
    about: T,
}

impl<T> Default for Runner<T> {
    fn default() -> Self {
        Self { going: None }
    }
}

impl<T: Copy> Runner<T> {
    /// Starts a program; one that runs is not awaited any more.
    pub fn start(&mut self, about: T, program: Program, world: &mut World) -> Ask {
        let ticket = world.next_ticket();
        self.going = Some(Going { ticket, since: world.now, told: false, about });
        let spec = RunSpec { program, calls: Vec::new(), limits: world.limits.clone() };
        Ask::Do(Effect::Start(ticket, Work::Run(Box::new(spec))))
    }

    /// The end of the run that is awaited, and what it was started for.
    pub fn ended(&mut self, job: &JobMsg) -> Option<(T, Observation)> {
        let JobMsg::Ran(ticket, run) = job else { return None };
        let going = self.going.take_if(|going| going.ticket == *ticket)?;
        Some((going.about, (**run).clone()))
    }

    /// Whether a program runs.
    pub fn is_busy(&self) -> bool {
        self.going.is_some()
    }

    /// When it is to be said that it runs.
    pub fn deadline(&self) -> Option<Duration> {
        self.going.as_ref().filter(|going| !going.told).map(|going| going.since + BUSY_AFTER)
    }

    /// What the run was started for, once, when it has taken so long that it must be said.
    pub fn tick(&mut self, world: &World) -> Option<T> {
        let going = self.going.as_mut().filter(|going| !going.told)?;
        going.told = world.now >= going.since + BUSY_AFTER;
        going.told.then_some(going.about)
    }
}
