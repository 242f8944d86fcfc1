//! Starts, feeds, limits and ends the other programs.

pub mod capture;
pub mod error;
pub mod fake;
mod interrupt;
pub mod outcome;
pub mod reading;
pub mod rehearsal;
mod running;
mod scratch;
pub mod supervisor;
pub mod sys;
mod zygote;

pub use error::WorkerError;
pub use interrupt::Interrupter;
pub use reading::{Door, Reader};
pub use supervisor::{About, Config, Supervisor, beside_this_program};

use crate::domain::run::{Observation, RunSpec, Stream};

pub mod grade;

/// What carries out runs: the worker's supervisor, or a fake in tests.
pub trait Execute {
    /// Carries out one run and says what was seen of it. Never fails otherwise: what goes wrong on our side is an
    /// observation with the outcome `tutor-failed` and a note.
    fn run(&mut self, spec: &RunSpec, watch: &mut dyn FnMut(RunEvent)) -> Observation;
}

impl<E: Execute + ?Sized> Execute for Box<E> {
    fn run(&mut self, spec: &RunSpec, watch: &mut dyn FnMut(RunEvent)) -> Observation {
        (**self).run(spec, watch)
    }
}

/// What is told while a run goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunEvent {
    /// The program's units wrote this. No more of a stream is told than its limit says: a flood is counted, not sent on.
    Output(Stream, Vec<u8>),
}
